"""``decision.csv`` and ``groups.csv`` of a comparison: what must hold of them, whatever the numbers."""

import csv
import math
from collections import defaultdict
from pathlib import Path

import pytest
from typer.testing import CliRunner

from experiments.cli import app
from experiments.decision import COLUMNS as DECISION
from experiments.decision import COMPARED, MEASURES
from experiments.groups import COLUMNS as GROUPS
from experiments.summary import COLUMNS, YEARLY
from sim.outcomes import OUTCOMES

TERRITORY = """\
id,name,smes,large_sites,fragility,region
north,North,300,6,0.5,Up
south,South,200,5,0.1,Down
east,East,250,5,0.3,Down
"""
CASE = """\
title: A case of four years
territory: places.csv
start: "2001-01"
horizon_months: 48
schemes:
  alize: {opens: 0}
"""
POLICIES = """\
question: What do renewal and days change?
base: years.yaml
policies:
  longer: {alize.days: 8}
  same: {}
  no-renewal: {alize.recruiting_effort: 0}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("decision")
    for name, text in (("places.csv", TERRITORY), ("years.yaml", CASE), ("choice.yaml", POLICIES)):
        (path / name).write_text(text)
    command = ["compare", str(path / "choice.yaml"), "--draws", "3", "--replicates", "2", "--jobs", "1"]
    done = CliRunner().invoke(app, [*command, "--parameters", "prior", "--out", str(path / "o")])
    assert done.exit_code == 0, done.output
    (path / "said.txt").write_text(done.stdout)
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def decision(folder: Path) -> dict[tuple[str, str], dict[str, str]]:
    found = rows(folder / "o" / "decision.csv")
    assert {row["against"] for row in found} == {"", "published"}
    return {(row["policy"], row["measure"]): row for row in found if not row["against"]}


@pytest.fixture(scope="module")
def groups(folder: Path) -> list[dict[str, str]]:
    return rows(folder / "o" / "groups.csv")


def test_every_policy_has_every_measure(decision: dict, folder: Path) -> None:
    policies = ("published", "longer", "same", "no-renewal")
    assert set(decision) == {(policy, measure) for policy in policies for measure in MEASURES}
    assert {row["n"] for row in decision.values()} <= {"6", "5", "0"}
    assert sum(float(decision[policy, "best"]["mean"]) for policy in policies) == pytest.approx(1)
    names = {(row["file"], row["name"]) for row in rows(folder / "o" / "dictionary.csv")}
    assert {("decision", name) for name in DECISION} | {("groups", name) for name in GROUPS} <= names
    assert {("summary", name) for name in COLUMNS} <= names


def test_a_policy_that_changes_nothing_is_as_good(decision: dict, groups: list, folder: Path) -> None:
    for measure in MEASURES:
        same, published = decision["same", measure], decision["published", measure]
        assert {k: v for k, v in same.items() if k != "policy"} == {
            k: v for k, v in published.items() if k != "policy"
        }, measure
    gaps = [row for row in rows(folder / "o" / "decision.csv") if (row["policy"], row["against"])
            == ("same", "published")]  # fmt: skip
    assert [row["measure"] for row in gaps] == list(COMPARED)
    assert {float(row[name]) for row in gaps for name in ("mean", "p05", "p95")} == {0.0}
    for policy in ("published", "same"):
        assert policy not in decision["same", "dominated"]["who"].split(", ")
    against = [row for row in groups if (row["policy"], row["against"]) == ("same", "published")]
    assert against
    assert {float(row["mean"]) for row in against if row["n"] != "0"} == {0.0}


def test_regret_is_what_the_worlds_say(decision: dict, folder: Path) -> None:
    from experiments.views import connect

    best = "select draw, replicate, max(jobs_net) as best from runs where policy <> 'none' group by all"
    lost = "top.best - r.jobs_net"
    asked = f"""select avg({lost}), quantile_cont({lost}, 0.9) from runs r
    join ({best}) top using (draw, replicate)
    where r.policy = 'no-renewal'"""
    (wanted,) = connect(folder / "o").sql(asked).fetchall()
    found = decision["no-renewal", "regret"]
    assert [float(found[name]) for name in ("mean", "p90")] == pytest.approx(wanted, abs=1e-9)


def test_a_difference_to_the_reference_is_that_of_the_policy_less_the_reference(
    decision: dict, folder: Path
) -> None:
    gaps = {row["measure"]: row for row in rows(folder / "o" / "decision.csv")
            if (row["policy"], row["against"]) == ("longer", "published")}  # fmt: skip
    assert set(gaps) == set(COMPARED)
    for measure, row in gaps.items():
        own, other = decision["longer", measure], decision["published", measure]
        assert own["n"] == other["n"] == row["n"]
        assert float(row["mean"]) == pytest.approx(float(own["mean"]) - float(other["mean"]), abs=1e-9)
        assert float(row["mean"])


def test_classes_add_up_to_the_whole(groups: list) -> None:
    total: dict[tuple, float] = defaultdict(float)
    for row in groups:
        if row["outcome"] == "jobs_net":
            total[row["policy"], row["against"], row["month"], row["split"]] += float(row["mean"])
    assert {by for *_, by in total} == {"all", "size", "sector", "fragility", "region", "basin"}
    assert {month for _, _, month, _ in total} == {"36", "48"}
    for (policy, against, month, _), value in total.items():
        assert value == pytest.approx(total[policy, against, month, "all"], abs=1e-9)


def test_the_whole_is_what_the_summary_says(groups: list, folder: Path) -> None:
    summary = {(r["policy"], r["against"], r["month"]): r for r in rows(folder / "o" / "summary.csv")
               if r["outcome"] == "jobs_net"}  # fmt: skip
    whole = [row for row in groups if (row["split"], row["outcome"]) == ("all", "jobs_net")]
    assert len(whole) == 2 * 4 + 2 * 3
    for row in whole:
        against = "" if row["against"] == "none" else row["against"]
        known = summary[row["policy"], against, row["month"]]
        for name in ("mean", "p05", "p95", "mcse"):
            assert float(row[name]) == pytest.approx(float(known[name]), abs=1e-8), (row, name)


def test_the_worst_basin_is_the_last_of_its_policy(decision: dict, groups: list) -> None:
    for policy in ("longer", "no-renewal"):
        of = {row["class"]: float(row["mean"]) for row in groups
              if (row["policy"], row["against"], row["split"], row["month"], row["outcome"])
              == (policy, "none", "basin", "48", "jobs_net_per_1000")}  # fmt: skip
        worst = decision[policy, "worst_basin"]
        assert worst["who"] == min(of, key=of.__getitem__)
        assert float(worst["mean"]) == pytest.approx(of[worst["who"]])
        assert float(decision[policy, "worst_basin_of_draw"]["mean"]) <= float(worst["mean"])


def test_the_spread_is_split_where_rows_have_two_worlds(folder: Path) -> None:
    found = [row for row in rows(folder / "o" / "summary.csv") if row["sd_chance"]]
    assert {row["basis"] for row in found} == {"level", "difference"}
    for row in found:
        share = row["from_parameters"]
        assert not share or 0 <= float(share) <= 1
        total = float(row["sd_parameters"]) ** 2 + float(row["sd_chance"]) ** 2
        assert math.isfinite(total)
    assert "is not knowing the parameters" in (folder / "said.txt").read_text()


def test_a_row_of_the_summary_stands_once(folder: Path) -> None:
    keys = ("group", "policy", "against", "outcome", "basis", "month")
    found = [tuple(row[key] for key in keys) for row in rows(folder / "o" / "summary.csv")]
    assert len(found) == len(set(found))
    assert {month for *_, month in found} == {"12", "24", "36", "48"}


def test_what_is_a_difference_to_no_scheme_has_no_difference_to_it(folder: Path) -> None:
    """The level of net jobs is that difference already."""
    against = {row["outcome"] for row in rows(folder / "o" / "summary.csv") if row["against"] == "none"}
    assert against.isdisjoint(name for name, outcome in OUTCOMES.items() if outcome.of == "pair")
    assert "jobs" in against


def test_yearly_differences_are_those_of_the_series(folder: Path) -> None:
    from experiments.views import connect

    total = "select policy, draw, replicate, month, outcome, sum(value) as value from series group by all"
    asked = f"""select a.outcome, a.month, avg(a.value - b.value) from ({total}) a join ({total}) b
    using (draw, replicate, month, outcome)
    where a.policy = 'longer' and b.policy = 'published' group by all"""
    wanted = {(name, month): mean for name, month, mean in connect(folder / "o").sql(asked).fetchall()}
    found = {}
    for row in rows(folder / "o" / "summary.csv"):
        if (row["policy"], row["against"]) == ("longer", "published") and row["month"] != "48":
            found[row["outcome"], int(row["month"])] = float(row["mean"])
    assert len(found) == 3 * len(YEARLY)
    for name, outcome in YEARLY.items():
        for month in (12, 24, 36):
            assert found[outcome, month] == pytest.approx(wanted[name, month], abs=1e-9), (name, month)
    assert {outcome for (outcome, _), mean in found.items() if mean} >= {"jobs_net", "volunteer_days"}


def test_the_terminal_says_what_a_choice_turns_on(folder: Path) -> None:
    text = (folder / "said.txt").read_text()
    for words in ("What a choice turns on", "regret", "worst", "per million €", "dominated by"):
        assert words in text
