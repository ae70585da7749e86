"""Ten policy files that nothing can be done with, whole, and all that their writer is told of each."""

# ruff: noqa: E501 - a message stands on one line, as its reader sees it

from pathlib import Path

import pytest
from typer.testing import CliRunner

from experiments.cli import app

# name, the whole file, the whole message
FILES: dict[str, tuple[str, str]] = {
    "levers that are not there": ("""\
question: Does screening help?
base: alize-1997-2007
policies:
  plan: {plan_pme.days: 3}
  cohorts:
    alize.seats_directors: 6
  near:
    alize.recruting_effort: 2
    recruiting_effort: 2
    alize.fatigue: 3
  nested:
    alize:
      days: 6
""", """\
p.yaml:4:10: policies.plan.plan_pme.days: case alize-1997-2007 has no such scheme; take a base that has it, or take this line out (got 'plan_pme'); allowed: alize
p.yaml:6:5: policies.cohorts.alize.seats_directors: this is a lever of schemes made of cohorts, which alize is not
p.yaml:8:5: policies.near.alize.recruting_effort: unknown lever (got 'alize.recruting_effort'); did you mean alize.recruiting_effort?
p.yaml:9:5: policies.near.recruiting_effort: a lever is written with its scheme (got 'recruiting_effort'); did you mean alize.recruiting_effort?
p.yaml:10:5: policies.near.alize.fatigue: unknown lever (got 'alize.fatigue'); allowed: the levers of `tremplin list levers`, as scheme.lever
p.yaml:13:7: policies.nested.alize.days: a lever is written on one line with its scheme; write alize.days: ...
"""),
    "places": ("""\
base: alize-closures
policies:
  a: {alize.days: {value: 6, where: [alike-1, alike-02]}}
  b: {alize.days: {value: 6, where: alike-02}}
  c: {alize.days: {value: 6, where: fragiles}}
""", """\
p.yaml:3:38: policies.a.alize.days.where[0]: unknown basin (got 'alike-1'); allowed: alike-01, alike-02, alike-03, alike-04; did you mean alike-01?
p.yaml:4:37: policies.b.alize.days.where: this is a basin; write [alike-02] (got 'alike-02')
p.yaml:5:37: policies.c.alize.days.where: unknown region (got 'fragiles'); allowed: all, fragile, Four basins; did you mean fragile?
"""),
    "calendars": ("""\
base: alize-1997-2007
horizon_months: 60
policies:
  twice:
    alize.days: {value: 6, from_month: 12}
    alize.days: {value: 8, from_month: 24}
  list:
    alize.days:
      - {value: 6, from_month: 12}
      - {value: 8, from_month: 24}
  backwards: {alize.days: {value: 6, from_month: 24, to_month: 12}}
  late: {alize.days: {value: 6, from_month: 60}}
  early: {alize.days: {value: 6, from_month: -3}}
  nothing: {alize.days: {from_month: 12}}
""", """\
p.yaml:6:5: policies.twice.alize.days: duplicate key, it stands first on line 5; keep one
p.yaml:9:7: policies.list.alize.days: a policy gives a lever one value from one month on; put a second one into another policy (got a list); allowed: value, from_month, ramp_months, where
p.yaml:11:54: policies.backwards.alize.days.to_month: a change has no end, it holds until the horizon; take this key out; allowed: value, from_month, ramp_months, where
p.yaml:12:45: policies.late.alize.days.from_month: must be before the horizon of 60 months (got 60)
p.yaml:13:46: policies.early.alize.days.from_month: out of bounds (got -3); allowed: 0 to 1200 (months)
p.yaml:14:25: policies.nothing.alize.days.value: this key is missing
"""),
    "percent and bounds": ("""\
base: region-five-schemes
policies:
  a: {alize.recognition: 30}
  b: {alize.recognition: "30 %"}
  c: {alize.recognition: 30%}
  d: {alize.recognition: 0,3}
  e: {pacte_pme.local_preference: 30 %}
  f: {pacte_pme.local_preference: 30}
  g: {alize.days: -3}
  h: {alize.selection: best}
""", """\
p.yaml:3:26: policies.a.alize.recognition: out of bounds (got 30); allowed: 0 to 1 (share); did you mean 0.30?
p.yaml:4:26: policies.b.alize.recognition: must be a number; write 0.30 (got '30 %'); allowed: 0 to 1 (share)
p.yaml:5:26: policies.c.alize.recognition: must be a number; write 0.30 (got '30%'); allowed: 0 to 1 (share)
p.yaml:6:28: policies.d.3: a comma ends an entry between braces; write decimals with a point, as in 0.3, and thousands without a mark, as in 30000 (got '3')
p.yaml:7:35: policies.e.pacte_pme.local_preference: must be a number; write 0.30 (got '30 %'); allowed: 0 to 0.5 (share of price)
p.yaml:8:35: policies.f.pacte_pme.local_preference: out of bounds (got 30); allowed: 0 to 0.5 (share of price); did you mean 0.30?
p.yaml:9:19: policies.g.alize.days: out of bounds (got -3); allowed: 0 to 60 (days)
p.yaml:10:24: policies.h.alize.selection: unknown name (got 'best'); allowed: merit, jobs, need, first_come, lottery
"""),
    "a circle of bases": ("""\
base: circle.yaml
policies:
  a: {alize.days: 6}
""", """\
back.yaml:1:7: base: the bases of this case go round in a circle (got 'circle.yaml')
"""),
    "duplicates, reference and horizon": ("""\
base: alize-1997-2007
base: alize-3-sites
reference: publishd
horizon_months: 10 years
policies:
  a: {}
  a: {alize.days: 6}
""", """\
p.yaml:2:1: base: duplicate key, it stands first on line 1; keep one
p.yaml:3:12: reference: unknown policy (got 'publishd'); allowed: published, a; did you mean published?
p.yaml:4:17: horizon_months: must be a whole number; write 120 (got '10 years'); allowed: 1 to 1200 (months)
p.yaml:7:3: policies.a: duplicate key, it stands first on line 6; keep one
"""),
    "no policy": ("""\
base: alize-1997-2007
policies: {}
""", """\
p.yaml:2:11: policies: must not be empty; write a policy, or `mixes: true` above
"""),
    "a mix": ("""\
base: region-five-schemes
policies:
  a: {schemes: [alise, pole]}
  b: {schemes: alize}
  c: {schemes: []}
  d: {schemes: [pole], alize.days: 6}
""", """\
p.yaml:3:17: policies.a.schemes[0]: case region-five-schemes has no such scheme (got 'alise'); allowed: pacte_pme, plan_pme, pole, boost_innov, alize; did you mean alize?
p.yaml:4:16: policies.b.schemes: must be a list of schemes of the case, as in [alize, plan_pme] (got 'alize')
p.yaml:5:16: policies.c.schemes: must not be empty; the world without any scheme is `none`
p.yaml:6:24: policies.d.alize.days: alize does not live under this policy; add it to `schemes`, or take this line out; allowed: levers of pole
"""),
    "a tab": ("""\
base: alize-1997-2007
policies:
\ta: {alize.days: 6}
""", """\
p.yaml:3:1: this is not YAML: a tab stands here; indent with spaces
"""),
    "anchors": ("""\
base: alize-1997-2007
policies:
  a: &more {alize.days: 6}
  b: *more
""", """\
p.yaml:3:6: policies.a: anchors are refused; write the value again (got &more)
p.yaml:4:6: policies.b: aliases are refused; write the value again (got *more)
"""),
}  # fmt: skip


@pytest.mark.parametrize("command", ["check", "compare"])
@pytest.mark.parametrize("name", FILES)
def test_all_that_is_wrong_is_said_at_once(
    name: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text, message = FILES[name]
    (tmp_path / "p.yaml").write_text(text, "utf-8")
    (tmp_path / "circle.yaml").write_text("base: back.yaml\n", "utf-8")
    (tmp_path / "back.yaml").write_text("base: circle.yaml\n", "utf-8")
    done = CliRunner().invoke(app, [command, "p.yaml"])
    assert done.exit_code == 2
    assert done.stderr == message
    assert not done.stdout
    assert not (tmp_path / "runs").exists()
