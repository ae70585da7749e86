"""What the commands that run nothing print; how fast help is there."""

import json
import re
import subprocess
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import pytest
from typer.testing import CliRunner

from calibration import posterior
from experiments import describe
from experiments.cli import app
from experiments.describe import LISTS
from scenarios.finding import SHIPPED, SUFFIXES
from scenarios.load import KINDS, available
from tests.yardstick import beside, nothing

Command = Callable[..., subprocess.CompletedProcess[str]]


def printed(*arguments: str) -> str:
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("kind", KINDS)
def test_every_shipped_file_passes_check(kind: str) -> None:
    for name in available(kind):
        assert "without errors" in printed("check", str(SHIPPED / kind / f"{name}{SUFFIXES[kind]}"))


def test_numbers_of_behaviour_were_counted_as_rules(tmp_path: Path) -> None:
    file, plain = (
        tmp_path / "own.yaml",
        "title: A\ndescription: B\nrules: {format: mission, days: 6, partners_min: 1}\n",
    )
    file.write_text(plain, "utf-8")
    assert printed("check", str(file)).splitlines()[0].endswith("a scheme, without errors: 3 rules given.")
    file.write_text(
        f"{plain}behaviour: {{referral: 0.3, outreach: 0.01, word: 0.02, application_rate: 0.1}}\n", "utf-8"
    )
    verdict = printed("check", str(file)).splitlines()[0]
    assert verdict.endswith("a scheme, without errors: 3 rules and 4 behavioural numbers given.")


def test_what_can_do_nothing_is_noted_below_a_verdict_that_stays_good(tmp_path: Path) -> None:
    file = tmp_path / "q.yaml"
    file.write_text("base: alize-3-sites\npolicies:\n  j: {alize.screening: 0.5}\n", "utf-8")
    verdict, note = printed("check", str(file)).splitlines()
    assert verdict.endswith("a policy file, without errors: j on alize-3-sites.")
    assert note == (
        f"note: {file}:3:7: policies.j.alize.screening: changes nothing in alize-3-sites: every director who "
        "applies is ready to commit"
    )


@pytest.fixture
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped sample and schemes are read once for all that is explained, where each command would read
    them."""
    monkeypatch.setattr(posterior, "load", cache(posterior.load))
    monkeypatch.setattr(describe, "load_scheme", cache(describe.load_scheme))


@pytest.mark.usefixtures("read_once")
@pytest.mark.parametrize("kind", LISTS)
def test_all_that_is_listed_is_explained(kind: str) -> None:
    entries = json.loads(printed("list", kind, "--json"))[kind]
    assert entries
    table = printed("list", kind)
    for entry in entries:
        assert entry["name"] in table
        if kind != "territories":
            found = json.loads(printed("explain", entry["name"], "--json"))
            assert found["name"] == entry["name"]


def test_a_lever_in_words() -> None:
    text = printed("explain", "alize.recruiting_effort")
    for words in ("a lever", "unit: multiple", "bounds: 0 to 5", "in alize: 1", "sim/support/partners.py"):
        assert words in text


@pytest.mark.parametrize(
    ("name", "things"),
    [
        ("alize.budget_euros", "actions"),
        ("alize.sme_votes", "research"),
        ("pacte_pme.seats_per_year", "actions"),
    ],
)
def test_a_lever_that_cannot_act_in_a_scheme_is_not_said_to_be_one_of_its_policies(
    name: str, things: str
) -> None:
    text = printed("explain", name)
    assert f"only in: schemes made of {things}, which {name.partition('.')[0]} is not" in text
    assert "in a policy file" not in text


@pytest.mark.usefixtures("read_once")
@pytest.mark.parametrize("scheme", available("schemes"))
def test_a_line_that_explain_gives_for_a_policy_passes_check(scheme: str, tmp_path: Path) -> None:
    levers = [entry["name"] for entry in json.loads(printed("list", "levers", "--json"))["levers"]]
    found = (json.loads(printed("explain", f"{scheme}.{lever}", "--json")) for lever in levers)
    lines = [entry["in a policy file"] for entry in found if entry["in a policy file"]]
    told = {re.fullmatch(r"policies: \{mine: \{(.*)\}\}", line)[1] for line in lines}  # type: ignore[index]
    file = tmp_path / "q.yaml"
    file.write_text(f"base: region-budget\npolicies:\n  mine: {{{', '.join(sorted(told))}}}\n", "utf-8")
    assert "without errors" in printed("check", str(file))
    assert 20 < len(told) < len(levers)


def test_no_lever_is_suggested_in_a_scheme_in_which_it_does_not_act() -> None:
    for typed, meant in (
        ("pact_pme.budget_euros", "plan_pme.budget_euros"),
        ("alyze.days", "alize.days"),
    ):
        done = CliRunner().invoke(app, ["explain", typed])
        assert done.exit_code == 2
        assert f"did you mean {meant}?" in done.output


def test_a_lever_of_a_scheme_of_ones_own_was_called_unknown() -> None:
    assert printed("explain", "scouts.days") == printed("explain", "days")


def test_the_list_of_levers_says_in_which_schemes_they_act() -> None:
    lines = {line.split()[0]: line for line in printed("list", "levers").splitlines()}
    assert lines["budget_euros"].endswith("Only in schemes made of actions.")
    assert lines["sme_votes"].endswith("Only in schemes made of research.")
    assert "Only in" not in lines["days"]


def test_an_uncertainty_says_its_prior_and_its_source() -> None:
    text = printed("explain", "alize.half_days")
    assert "prior: uniform from 2 to 12" in text
    assert "ALZ-88" in text


def test_a_rival_rule_that_the_fit_keeps_is_explained() -> None:
    import numpy as np

    from calibration.posterior import load
    from calibration.rivals import PARAMETER, in_sample

    sample = load()
    share = sample.rows[:, sample.names.index(PARAMETER)].mean()
    text = " ".join(printed("explain", PARAMETER).split())
    assert "after the fit: the fit keeps both rules: " in text
    assert f"1 in {share:.0%}".replace("%", " %") in text
    assert "as before: it is kept at its default" in " ".join(printed("explain", "join_motives").split())
    assert in_sample(np.array([0.0, 1.0, 1.0, 1.0])) == "1 in 75 % of its rows, 0 in 25 %"
    assert in_sample(np.zeros(3)) == ""


def test_schema_is_json() -> None:
    assert json.loads(printed("schema"))["$schema"].startswith("https://json-schema.org")


def test_dry_run_writes_nothing(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(small)
    assert printed("compare", "policies.yaml", "--dry-run", "--draws", "5").startswith("20 worlds, about ")
    assert not (small / "runs").exists()


@pytest.mark.parametrize(
    "command",
    [
        ("run", "case.yaml", "--draws", "3"),
        ("compare", "policies.yaml", "--precision", "10%"),
        ("validate", "--draws", "3"),
        ("evaluate", "case.yaml", "--draws", "3"),
        ("sensitivity", "case.yaml", "--n", "8", "--factors", "success_base"),
        ("sweep", "case.yaml", "--factor", "wear_of_people=0,1"),
    ],
)
def test_a_dry_run_speaks_json_where_asked(
    command: tuple[str, ...], small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small)
    found = json.loads(printed(*command, "--dry-run", "--json"))
    assert {"worlds", "seconds", "megabytes", "shards", "folder"} < set(found)
    assert found["worlds"] > 0
    assert found.get("at_most", False) == ("--precision" in command)
    text = printed(*command, "--dry-run")
    assert f"{found['worlds']:,} worlds, about " in text
    assert f"Folder: {found['folder']}\n" in text


def test_a_dry_run_of_a_fit_says_its_folder_and_no_shard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first, second = printed("calibrate", "--dry-run").splitlines()
    assert first.startswith("33,600 worlds, about ")
    assert "shard" not in first
    assert second.startswith("Folder: runs/calibrate-")
    assert not any(tmp_path.iterdir())
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.txt").touch()
    done = CliRunner().invoke(app, ["calibrate", "--dry-run", "--out", "mine"])
    assert done.exit_code == 2
    assert "mine: holds something else" in done.output


def test_the_language_of_trace_is_of_what_is_printed() -> None:
    said = " ".join(printed("trace", "--help").split())
    assert "Language of what is printed" in said
    assert "page" not in said
    assert "folder" not in said


def test_trace_of_a_firm(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(small)
    found = json.loads(printed("trace", "case.yaml", "--firm", "accepted", "--json"))
    assert len(found["months"]) == 30
    assert any("file" in event for month in found["months"] for event in month["with"]["events"])
    assert not any(month["without"]["file"] for month in found["months"])
    for month, before in zip(found["months"][1:], found["months"]):
        for world in ("with", "without"):
            change = sum(month[world]["changes"].values())
            assert month[world]["size"] == pytest.approx(before[world]["size"] + change, abs=1e-3)
    text = printed("trace", "case.yaml", "--firm", str(found["uid"]))
    assert text.startswith(f"Firm {found['uid']}, ")


def test_help_is_there_at_once(tremplin: Command) -> None:
    assert "tremplin run" in tremplin("--help").stdout
    ratio = beside(lambda: tremplin("--help"), nothing, perf_counter)
    assert ratio < 30


def test_help_of_every_command_has_an_example() -> None:
    for command in app.registered_commands:
        name = command.name or command.callback.__name__
        assert f"tremplin {name}" in printed(name, "--help")


def test_help_says_whole_what_each_command_does_in_80_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three in four were cut short."""
    monkeypatch.setenv("COLUMNS", "80")
    told = printed("--help").split("Commands:")[1].strip().splitlines()
    assert len(told) == len(app.registered_commands)
    assert all(line.endswith((".", "?")) and not line.endswith("...") for line in told)
    assert told[0].split()[0] == "list"


def test_the_version_is_that_of_the_package() -> None:
    assert printed("--version") == f"tremplin {version('tremplin')}\n"
