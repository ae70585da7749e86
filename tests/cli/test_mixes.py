"""Every mix of the schemes of a small case: what is run, kept, and said of it."""

import csv
import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from experiments.folder import Folder
from experiments.shares import COLUMNS, OUTCOMES
from tests.conftest import invoke

TERRITORY = """\
id,name,smes,large_sites,fragility,dominant_sector,dominant_share
north,North,500,6,0.5,digital,0.3
south,South,300,5,0.1,digital,0.3
far,Far,50,1,0.1,,0
"""
CASE = """\
title: A region with three schemes, of one of which nobody hears
territory: region.csv
start: "2005-07"
horizon_months: 36
schemes:
  alize: {opens: {north: 0, south: 0}}
  unheard: {opens: {far: 0}, file: unheard.yaml}
  pole: {opens: {north: 6, south: 6}, rules: {call_euros: 9000000, group_files: 4, coordinators: 2}}
"""
UNHEARD = """\
title: A scheme that does not make itself known
description: Nobody applies.
rules: {format: action, outreach_effort: 0, referral_effort: 0, seats_per_year: 50, partners_min: 0}
behaviour: {outreach: 0, referral: 0}
"""
QUESTION = """\
question: What does each scheme bring?
base: region.yaml
mixes: true
policies:
  all-of-them: {schemes: [pole, unheard, alize]}
  shorter: {schemes: [alize, pole], alize.days: 1}
"""
SCHEMES = ("pole", "unheard", "alize")  # in their order in a world
MIXES = [mix for size in (1, 2) for mix in combinations(SCHEMES, size)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files, in which the run folder ``o`` was filled by two commands."""
    path = tmp_path_factory.mktemp("mixes")
    for name, text in (("region.csv", TERRITORY), ("region.yaml", CASE), ("unheard.yaml", UNHEARD),
                       ("mix.yaml", QUESTION)):  # fmt: skip
        (path / name).write_text(text)
    command = [
        "compare",
        str(path / "mix.yaml"),
        "--jobs",
        "1",
        "--out",
        str(path / "o"),
        "--parameters",
        "prior",
    ]
    invoke(*command, "--draws", "1", "--quiet")
    (path / "said.txt").write_text(invoke(*command, "--draws", "3").stdout)
    return path


@pytest.fixture(scope="module")
def worlds(folder: Path) -> dict[tuple[str, int], dict]:
    rows = Folder(folder / "o").runs().to_pylist()
    found = {(row["policy"], row["draw"]): row for row in rows}
    assert len(found) == len(rows)
    return found


def test_every_mix_is_run(folder: Path, worlds: dict) -> None:
    arms = ["none", "published", "all-of-them", "shorter", *("+".join(mix) for mix in MIXES)]
    assert {arm for arm, _ in worlds} == set(arms)
    assert len(worlds) == 3 * len(arms)
    assert {row["status"] for row in worlds.values()} == {"ok"}
    assert invoke("compare", str(folder / "mix.yaml"), "--dry-run", "--draws", "5").stdout.startswith(
        "50 worlds"
    )


def test_all_schemes_are_the_case_as_published(worlds: dict) -> None:
    for draw in range(3):
        one, other = worlds["published", draw], worlds["all-of-them", draw]
        assert one["jobs_net"] != 0
        assert one["key"] == other["key"]
        for name in one:
            if not name.startswith(("meta_", "policy")):
                assert one[name] == other[name] or one[name] != one[name], name


def test_shares_add_up_to_what_all_do(folder: Path, worlds: dict) -> None:
    from experiments.mix import mixes_of, shapley

    arms = {frozenset(): "none"} | {frozenset(mix): "+".join(mix) for mix in MIXES}
    arms |= {frozenset(SCHEMES): "published"}
    rows = shares(folder)
    for outcome in OUTCOMES:
        game = {mix: np.array([worlds[arms[mix], draw][outcome] or 0.0 for draw in range(3)])
                for mix in mixes_of(SCHEMES)}  # fmt: skip
        found = {scheme: shapley(game, scheme) for scheme in SCHEMES}
        gap = game[frozenset(SCHEMES)] - game[frozenset()]
        np.testing.assert_allclose(sum(found.values()), gap, rtol=1e-12, atol=1e-9)
        for scheme, values in found.items():
            assert float(rows[scheme, outcome, "shapley"]["mean"]) == pytest.approx(values.mean(), abs=1e-9)
        assert float(rows["all", outcome, "all"]["mean"]) == pytest.approx(gap.mean(), abs=1e-9)


def test_a_scheme_of_which_nobody_hears_brings_nothing_but_its_cost(folder: Path) -> None:
    rows = shares(folder)
    for what in ("alone", "added_last", "shapley"):
        for name in ("mean", "p05", "p95"):
            assert float(rows["unheard", "jobs_net", what][name]) == 0.0
    assert float(rows["unheard", "public_cost", "shapley"]["mean"]) > 0
    assert float(rows["alize", "volunteer_days", "shapley"]["mean"]) > 0


def test_the_file_of_shares(folder: Path) -> None:
    assert (folder / "o" / "shares.csv").read_text().splitlines()[0] == ",".join(COLUMNS)
    rows = shares(folder)
    assert len(rows) == len(OUTCOMES) * (3 * len(SCHEMES) + 2)
    assert {row["n"] for row in rows.values()} == {"3"}
    with (folder / "o" / "dictionary.csv").open(newline="") as stream:
        defined = {
            row["name"]: row["definition"] for row in csv.DictReader(stream) if row["file"] == "shares"
        }
    assert list(defined) == list(COLUMNS)
    for what in {row["what"] for row in rows.values()}:
        assert f"{what}: " in defined["what"]


def test_what_is_printed(folder: Path) -> None:
    said = (folder / "said.txt").read_text()
    policies, shared = (part.splitlines() for part in said.split("What each scheme brings"))
    first = [line.split()[0] for line in policies if line.strip()]
    assert [word for word in first if word in ("none", "published", "all-of-them", "shorter", *SCHEMES)] == [
        "published", "all-of-them", "shorter",
    ]  # fmt: skip
    rows = [line.split() for line in shared if line.startswith((" Alizé", " unheard", " pôle", " all "))]
    assert [row[0] for row in rows] == ["pôle", "unheard", "Alizé", "all"]
    assert rows[1][1:4] == ["0", "0", "0"]
    assert "All less the sum of the alones" in said


def test_the_page(folder: Path) -> None:
    text = (folder / "o" / "report.html").read_text("utf-8")
    assert "What each scheme brings" in text
    assert "Added last" in text
    assert "only pôle and Alizé of the schemes" in text
    assert "pole+alize" not in text.replace(" ", "")


def test_as_json_and_as_workbook(folder: Path) -> None:
    found = json.loads(invoke("collect", str(folder / "o"), "--json").stdout)
    assert len(found["shares"]) == len(shares(folder))
    paths = invoke("export", str(folder / "o"), "--format", "csv").stdout.split()
    assert "shares.csv" in [Path(path).name for path in paths]


def test_from_the_folder_alone(folder: Path, worlds: dict) -> None:
    from experiments.restore import restored

    request = restored(Folder(folder / "o"))
    (group,) = request.experiment.groups
    assert group.mixes == {"+".join(mix): mix for mix in MIXES}
    assert group.policies == ("published", "all-of-them", "shorter")
    for number in range(3):
        for policy, _, key in request.item(number).arms:
            assert worlds[policy, number]["key"] == key
    assert "30 of 30 worlds" in invoke("status", str(folder / "o")).stdout


def shares(folder: Path) -> dict[tuple[str, str, str], dict[str, str]]:
    with (folder / "o" / "shares.csv").open(newline="") as stream:
        return {(row["scheme"], row["outcome"], row["what"]): row for row in csv.DictReader(stream)}
