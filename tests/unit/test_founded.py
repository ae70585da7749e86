"""Grades and shares where they are read: summary, terminal, page; and the command that makes the shares."""

import io
import json
import re
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calibration.emulator import FEWEST
from calibration.evidence import Evidence
from calibration.target import FITTED, HELD_OUT
from calibration.targets import TARGETS
from experiments import shown
from experiments.answers import answer, as_json
from experiments.command import Common, Done, carry_out
from experiments.errors import Refused
from experiments.evidence import LONG, bases, how_to, informed, main, variances
from experiments.folder import Folder
from experiments.items import Request
from experiments.parameters import source
from experiments.plan import Experiment, Group
from experiments.report import reading, write
from experiments.summary import COLUMNS, Results
from experiments.terminal import show
from scenarios.cases import Case
from scenarios.load import NONE
from sim.outcomes import OUTCOMES
from sim.spec import Change
from tests.report_folders import folder
from tests.small import spec

NBSP = "\N{NO-BREAK SPACE}"
KNOWN = Evidence(
    {"ALZ-06": (FITTED, True), "S1-05": (FITTED, False), "VOL-33": (HELD_OUT, True)},
    {("test", "jobs_net"): 0.62},
)


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if this were known of a sample that is shipped, and the cases of these tests were shipped too."""
    as_shipped(monkeypatch)


def as_shipped(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("calibration.evidence.shipped", lambda: KNOWN)
    patch.setattr(Group, "shipped", property(lambda group: group.case.name))
    patch.setattr(reading.Group, "shipped", property(lambda group: group.case))


def page_of(path: Path, case: str = "", sample: bool = True) -> str:
    """The page of a folder, as if its parameters were those of the sample."""
    manifest = json.loads((path / "manifest.json").read_text())
    if sample:
        manifest["spec"]["parameters"]["source"] = "posterior"
    for group in manifest["spec"]["groups"].values():
        group["case"] = case or group["case"]
    (path / "manifest.json").write_text(json.dumps(manifest))
    return write(path).read_text("utf-8")


def test_the_page_graded_the_computers_clock_and_explained_series(tmp_path: Path, shipped: None) -> None:
    def timed(rows: list) -> None:
        for row in rows:
            row["meta_wall_s"] = 3.0

    path = folder(tmp_path / "f", change=timed)
    known = (path / "dictionary.csv").read_text("utf-8").splitlines()
    series = "jobs_displaced,jobs,Jobs lost by competitors because of the policy.,series"
    clock = "meta_wall_s,seconds,Time that the world took.,runs"
    (path / "dictionary.csv").write_text("\n".join([known[0], series, clock, *known[1:]]), "utf-8")
    found = page_of(path, "test")
    table = found[found.index("How well founded each number is") :].partition("</table>")[0]
    assert OUTCOMES["jobs_displaced"].definition.rstrip(".") in table
    assert "because of the policy (jobs_displaced" not in table
    assert "meta_wall_s" not in table


def test_the_page_of_a_run_grades_its_key_figures(tmp_path: Path, shipped: None) -> None:
    found = page_of(folder(tmp_path / "f"), "test")
    assert "Prior only: no published figure counts it" in found
    assert f"62{NBSP}% of their spread comes from parameters that no figure informs" in found
    assert f"prior only; 62{NBSP}% without data" in found
    assert "· fitted, missed" in found  # jobs reported
    assert "was not computed" not in found
    assert "<b>held-out hit:</b> it met a published figure that was kept aside" in found


def test_the_page_of_a_comparison_marks_columns_and_says_how_to_know_more(
    tmp_path: Path, shipped: None
) -> None:
    found = page_of(folder(tmp_path / "f", "compare", policies=("capped",)), "mine")
    assert ">net jobs · prior only</th>" in found
    assert ">reported · fitted, missed</th>" in found
    assert "was not computed for mine with these basins, rules and months." in found
    assert "python -m experiments.evidence DIR" in found


def test_a_grade_beside_a_number_that_is_nought_was_not_explained(tmp_path: Path, shipped: None) -> None:
    def nothing(rows: list) -> None:
        for row in rows:
            row |= {name: 0.0 for name, o in OUTCOMES.items() if o.of != "pair" or row["policy"] != "none"}

    found = page_of(folder(tmp_path / "f", "compare", policies=("p",), change=nothing), "test")
    grades = set(re.findall(r"<th[^>]*>[^<]* · ([^<]+)</th>", found))
    assert len(grades) > 1
    assert grades <= set(re.findall(r"<b>([^<]+):</b>", found))


def test_a_page_without_the_sample_says_so_once(tmp_path: Path, shipped: None) -> None:
    for name, sample in (("a", False), ("b", True)):
        path = folder(tmp_path / name, "compare", policies=("capped",))
        if sample:
            with pytest.MonkeyPatch.context() as nothing:
                nothing.setattr("calibration.evidence.shipped", lambda: None)
                found = page_of(path)
        else:
            found = page_of(path, sample=False)
        assert found.lower().count("not calibrated") == 1
        assert "How well founded each number is" not in found
        assert "·" not in found.split("euros a net job")[0].split("against it")[-1]


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """A small comparison at parameters that pass for the sample."""
    world = spec(months=24)
    capped = replace(world, changes=(Change("alize", "missions_per_site_year", 1.0),))
    arms = {NONE: world.without_schemes(), "published": world, "capped": capped}
    groups = (Group("all", Case("test", "A small case", "", world, (), ()), arms),)
    rows = replace(source("default", ["alize"], 1), name="posterior")
    asked = Experiment("compare", "test", "?", "published", groups, 1, rows)
    with pytest.MonkeyPatch.context() as known:
        as_shipped(known)
        done = carry_out(asked, Common(draws=2, jobs=1, out=tmp_path_factory.mktemp("c") / "f", quiet=True))
    assert isinstance(done, Done)
    return done


def test_summary_grades_levels_differences_and_the_world_without_schemes(
    compared: Done, shipped: None
) -> None:
    assert {"evidence", "without_data"} < set(COLUMNS)
    found = {
        (row["policy"], row["against"], row["outcome"]): (row["evidence"], row["without_data"])
        for row in compared.summary
    }
    assert found["published", "", "jobs_net"] == found["capped", "", "jobs_net"] == ("prior only", 0.62)
    assert found["capped", "published", "jobs_net"] == ("prior only", None)
    assert found["published", "", "files_accepted"] == ("fitted", None)
    assert found["capped", "published", "files_accepted"] == ("prior only", None)
    assert found[NONE, "", "files_accepted"] == ("prior only", None)
    assert as_json(compared, [])["summary"][0].keys() >= {"evidence", "without_data"}


def test_the_second_sentence_says_what_net_jobs_rest_on(compared: Done, shipped: None) -> None:
    said = answer(compared.results)
    assert said[1].startswith("How well founded are net jobs? Prior only")
    assert "62% of their spread" in said[1]


def printed(tables: list) -> str:
    page = io.StringIO()
    with redirect_stdout(page):
        show(tables)
    return page.getvalue()


def test_tables_of_the_terminal_say_what_numbers_rest_on(
    compared: Done, shipped: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = printed(shown.compare_tables(compared))
    assert "Rests on: prior only: net jobs (62% of spread without data)" in text
    assert "Rests on: fitted, missed: reported." in text
    text = printed(shown.run_tables(compared))
    net = next(line for line in text.splitlines() if "net: more than without" in line)
    assert net.rstrip().endswith("prior only            62%")
    monkeypatch.setattr("calibration.evidence.shipped", lambda: None)
    assert "ests on" not in printed(shown.compare_tables(compared))
    assert "rests on" not in printed(shown.run_tables(compared))


def test_cases_of_shipped_policies_that_are_run_for_shares() -> None:
    found = {group.name: group for group in bases()}
    assert "alize-region" in found
    assert not set(found) & {*TARGETS, *LONG}
    assert all(len(group.arms) == 2 and NONE in group.arms for group in found.values())
    assert found["alize-foretold"].policies == ("before",)  # as published, it has no scheme in time


def test_shares_of_a_run_are_found_again(tmp_path: Path) -> None:
    """Net jobs made to follow one parameter that the sample narrows, and one that it leaves as it was."""
    drawn = source("prior", ["alize"], 1)
    rows = np.array(list(drawn.draws(300)))
    told, free = (drawn.names.index(name) for name in ("success_met", "leap_scale"))
    u = drawn.declared[told]
    rows[:, told] = u.low + (u.high - u.low) * (0.4 + 0.2 * (rows[:, told] - u.low) / (u.high - u.low))

    def follow(worlds: list) -> None:
        for row in worlds:
            if row["policy"] != NONE:
                a, b = ((rows[row["draw"], j] - rows[:, j].mean()) / rows[:, j].std() for j in (told, free))
                row["jobs_net"] = 3 * float(a) + 4 * float(b)

    path = folder(tmp_path / "f", draws=300, change=follow)
    sample = replace(drawn, name="sample.csv", rows=rows)
    world = spec()
    group = Group("all", Case("test", "", "", world, (), ()), {NONE: world, "published": world})
    asked = Experiment("run", "test", "", "published", (group,), 1, sample)
    known = informed(sample)
    assert known["success_met"]
    assert not known["leap_scale"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("experiments.summary.hashes", lambda _: json.loads(
            (path / "manifest.json").read_text())["hashes"])  # fmt: skip
        seen = {row["outcome"]: row for row in variances(Results(Folder(path), Request(asked, 300)), known)}
    assert seen["jobs_net"]["informed"] == pytest.approx(9 / 25, abs=0.06)
    assert seen["jobs_net"]["uninformed"] == pytest.approx(16 / 25, abs=0.06)
    assert set(seen) <= set(OUTCOMES)


def test_what_is_shipped_holds_cases_with_figures_and_cases_of_policies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = source("prior", ["alize"], 1)
    rows = [",".join(map(str, row)) for row in drawn.draws(FEWEST)]
    (tmp_path / "sample.csv").write_text("\n".join([",".join(drawn.names), *rows]))
    validated = folder(tmp_path / "v", "validate", FEWEST, parameters=str(tmp_path / "sample.csv"))
    (validated / "validation.csv").write_text("fact_id,role,inside\nALZ-06,fitted,1\n")
    world = spec(months=12)
    case = Case("base", "", "", world, (), ())
    arms = {NONE: world.without_schemes(), "before": world}
    monkeypatch.setattr("experiments.evidence.bases", lambda: [Group("base", case, arms)])
    (tmp_path / "to").mkdir()
    arguments = [str(validated), "--ship", "--jobs", "1", "--to", str(tmp_path / "to")]
    monkeypatch.setattr("sys.argv", ["evidence", *arguments])
    main()
    first = (tmp_path / "to" / "variance.csv").read_text()
    cases = {line.split(",")[0] for line in first.splitlines()[1:]}
    assert cases == {"all", "base"}
    assert (tmp_path / "to" / "validation.csv").read_text() == (validated / "validation.csv").read_text()
    shards = sorted((tmp_path / "v-bases" / "runs").iterdir())
    main()  # again: nothing is left to run
    assert sorted((tmp_path / "v-bases" / "runs").iterdir()) == shards
    assert (tmp_path / "to" / "variance.csv").read_text() == first


def test_parameters_that_are_no_sample_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("default", "prior"):
        with pytest.raises(Refused, match="are no sample"):
            informed(source(name, ["alize"], 1))
    monkeypatch.setattr("sys.argv", ["evidence", str(folder(tmp_path / "f"))])
    with pytest.raises(SystemExit, match="2"):
        main()


def test_how_to_names_the_case() -> None:
    assert "for mine with" in how_to("mine")
