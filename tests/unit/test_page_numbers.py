"""Numbers of the page against the rows of its folder: the one that a label names, of the policy, the month
and the worlds that it names."""

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import t

from experiments import answers, groups, validate
from experiments.census import BOUNDS, Census
from experiments.report import basins, choice, headline, help, jobs, shock, winners
from experiments.report.blocks import Figures, Table, Words
from experiments.report.figures import styles
from experiments.report.page import render
from experiments.report.reading import Group, Run, Spread, read, spread
from experiments.report.words import cell, number
from experiments.rivals import rule_of, said
from experiments.summary import described
from sim.world import World
from tests.report_folders import folder
from tests.small import spec


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Run:
    path = tmp_path_factory.mktemp("numbers") / "f"
    return read(folder(path, "compare", 9, ("few",), ("capped", "paid-days")))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return read(folder(tmp_path_factory.mktemp("alone") / "f"))


def test_a_loss_is_settled_as_a_gain_is() -> None:
    for low, mean, high, told in ((1, 2, 3, "gains"), (-1, 2, 3, "not settled"), (-3, -2, 1, "not settled")):
        assert winners.verdict(Spread(mean, low, mean, high, 20), 20) == told
        mirrored = {"gains": "loses"}.get(told, told)
        assert winners.verdict(Spread(-mean, -high, -mean, -low, 20), 20) == mirrored


def test_who_gains_is_told_of_the_end_and_more_than_the_reference_of_that_difference(compared: Run) -> None:
    group = compared.groups[0]
    known = winners._known(compared, group)
    rows = [r for r in compared.classes if (r["split"], r["outcome"]) == ("all", "jobs_net_per_1000")]
    (end,) = [r for r in rows if (r["policy"], r["against"], r["month"]) == ("published", "none", "60")]
    assert len({r["mean"] for r in rows}) == len(rows)  # no two are alike
    assert winners._rate(known, "published", "all", "all").mean == float(end["mean"])
    table = winners._after_years(compared, group)
    assert table
    months = [36, 60]
    for line in table.rows:
        policy = next(p for p in compared.policies if winners.plain(p) == line[0])
        wanted = [known[policy, "none", "all", "all", m, "jobs_net"] for m in months]
        assert line[1:3] == [cell(s) for s in wanted]
        if policy != "published":
            gaps = [known[policy, "published", "all", "all", m, "jobs_net"] for m in months]
            assert line[3:] == [cell(s, sign=True) for s in gaps]


def test_basins_of_the_reference_the_one_with_most_net_jobs_first(compared: Run) -> None:
    group = compared.groups[0]
    frame = compared.basins
    frame = frame[(frame["group"] == "few") & (frame["policy"] == "published")]
    mean = frame.groupby(["basin", "outcome"])["value"].mean()
    rows, table = basins._basin_rows(compared, group)
    ids = sorted((b["id"] for b in group.basins), key=lambda b: -mean[b, "jobs_net_total"])
    assert [row.value for row in rows] == pytest.approx([mean[b, "jobs_net_total"] for b in ids])
    # the figure showed medians in the order of means, which the table beside has
    assert [row.text for row in rows] == [line[table.columns.index("net jobs")] for line in table.rows]
    named = {"files accepted": "files_accepted", "created by accepted firms": "jobs_realised",
             "of which anyway": "jobs_deadweight", "taken from competitors": "jobs_displaced",
             "given to local services": "jobs_spillover"}  # fmt: skip
    for b, line in zip(ids, table.rows, strict=True):
        for heading, outcome in named.items():
            assert line[table.columns.index(heading)] == number(mean[b, outcome]), heading


@pytest.mark.parametrize(
    ("net", "title"),
    [
        ((40.0, 30.0, 20.0, 10.0), "2 of 4 basins bring 70 % of the net jobs"),
        ((78.0, 22.0), "1 of 2 basins brings 78 % of the net jobs"),
        ((10.0, -4.0), "1 of 2 basins brings more net jobs than all together"),
        ((0.0, -4.0), "No basin gains on balance"),
        ((3.0, -4.0), "All basins together bring no net job"),
        ((0.003, 0.001), "No basin gains on balance"),
    ],
)
def test_half_of_the_net_jobs_was_any_share_from_half_on(compared: Run, net, title) -> None:
    rows = [jobs.Row(str(n), spread([n]), n, "", basins.Style(basins.GOOD, "o")) for n in net]
    found = basins._basins(compared, rows, Table("", [], []), "b").title
    assert found.replace("\N{NO-BREAK SPACE}", " ") == title


def _altered(run: Run, alter: Callable[[dict, dict], object]) -> Group:
    """Its case with basins that are alike, where something is altered then of its world or its policies."""
    (group,) = run.groups
    spec, changes = deepcopy(dict(group.spec)), deepcopy(dict(group.changes))
    first, *others = spec["territory"]["basins"]
    for basin in others:
        basin.update({name: value for name, value in first.items() if name not in ("id", "name")})
    alter(spec, changes)
    return replace(group, spec=spec, changes=changes)


def _set(column: str, value: object) -> Callable[[dict, dict], object]:
    return lambda world, _: world["territory"]["basins"][1].update({column: value})


def _only_here(_: dict, changes: dict) -> None:
    changes["capped"] = [{**changes["capped"][0], "basins": ["b1"]}]


@pytest.mark.parametrize(
    ("alter", "same"),
    [
        (_set("name", "Elsewhere"), True),
        (_set("latitude", 45.0), True),
        (_set("cooperation", 0.9), False),
        (_set("dominant_sector", "food"), False),
        (_set("unemployment", 0.2), False),
        (lambda world, _: world["schemes"][0].update(opens=[["b0", 0], ["b1", 6], ["b2", 0]]), False),
        (lambda world, _: world.update(
            closures=[{"basin": "b1", "month": 30, "share": 0.8, "subcontractors": 0.4}]
        ), False),
        (_only_here, False),
        (lambda world, _: world["territory"].update(basins=world["territory"]["basins"][:1]), False),
    ],
)  # fmt: skip
def test_basins_that_differ_were_called_alike(compared: Run, alter, same: bool) -> None:
    assert basins.alike(_altered(compared, alter)) is same


def test_the_table_of_basins_had_two_titles(compared: Run) -> None:
    run = replace(compared, groups=(_altered(compared, _set("name", "Elsewhere")),))
    (table,) = [block for block in basins.by_basin(run).blocks if isinstance(block, Table)]
    assert table.caption == "Basins, most net jobs first; fragility from 0 (solid) to 1"
    assert render(run).count(f">{table.caption}<") == 1


def test_basins_that_differ_have_a_figure(compared: Run) -> None:
    run = replace(compared, groups=(_altered(compared, _set("cooperation", 0.9)),))
    section = basins.by_basin(run)
    assert [len(block.items) for block in section.blocks if isinstance(block, Figures)] == [1]
    found = [block.text for block in section.blocks if isinstance(block, Words)]
    assert not any("alike" in text for text in found)


def test_the_jobs_that_would_have_come_anyway_are_a_share_of_those_created(alone: Run) -> None:
    of = {name: alone.worlds[f"jobs_{name}"][alone.worlds["policy"] == "published"].mean()
          for name in ("realised", "deadweight", "displaced", "spillover")}  # fmt: skip
    words = " ".join(b.text for b in headline.first_section(alone).blocks if hasattr(b, "text"))
    words = words.replace("\N{NO-BREAK SPACE}", " ")
    share = round(100 * of["deadweight"] / of["realised"])
    assert f"({share} %) would have come anyway" in words
    lost, gained = (re.search(pattern, words) for pattern in (r"lose (\d+)", r"gain (\d+)\."))
    assert float(lost[1]) == pytest.approx(of["displaced"], rel=0.1)
    assert float(gained[1]) == pytest.approx(of["spillover"], rel=0.1)


def test_a_column_of_help_is_that_of_its_label() -> None:
    """Outcomes of a table are told once each, under words of their own."""
    for columns in (help.NEEDS, help.COHORTS, help.RESEARCH, help.MARKET, help.PERIMETERS, help.TURNOVER):
        assert len({name for name, *_ in columns}) == len(columns)
    for what in ("turnover", "jobs"):
        for year, ordinal in enumerate(("first", "second", "third"), 1):
            labels = {name: label for name, _, label in help.TURNOVER}
            assert labels[f"{what}_gain_year{year}"] == f"{what}, {ordinal} year"
    assert {name for name, *_ in help.RESEARCH} >= {"rd_gain", "conversion"}


def test_the_bars_of_the_plane_are_intervals_of_the_mean(compared: Run, monkeypatch) -> None:
    drawn = []
    monkeypatch.setattr(choice, "plane", lambda name, alt, points, *more, **named: drawn.extend(points) or "")
    choice._plane(compared, compared.groups[0], styles(compared.policies), "c")
    of = {(r["policy"], r["measure"]): r for r in compared.decision if r["against"] == "published"}
    for point in drawn[:-1]:
        policy = next(p for p in compared.policies if choice.plain(p) == point.label)
        student = t.ppf(0.95, compared.independent_worlds - 1)
        wanted = [student * float(of[policy, m]["mcse"]) for m in ("net_per_million", "worst_basin")]
        assert point.halves == pytest.approx(wanted, rel=1e-3, abs=1e-4)
    assert len(drawn) == 3


def test_the_first_of_two_closures_begins_what_is_told() -> None:
    class Told:
        spec = {"horizon_months": 60, "closures": [{"month": 30}, {"month": 12}, {"month": 70}]}  # noqa: RUF012

    assert shock._months(Told) == [30, 12]


@pytest.mark.parametrize(("lead", "is_said"), [(1.5, False), (2.5, True)])
def test_a_rule_changes_the_best_policy_from_two_standard_errors_on(lead: float, is_said: bool) -> None:
    """Leads, in standard errors, under either rule, over twenty draws each."""
    rules = rule_of(np.tile([0.0, 1.0], 20))
    unit = np.random.default_rng(3).standard_normal(20)
    unit = (unit - unit.mean()) / unit.std(ddof=1) * np.sqrt(20)  # of standard error 1
    values = np.empty(40)
    values[0::2], values[1::2] = unit + lead, unit - lead
    assert bool(said({"a": values, "b": np.zeros(40)}, rules, range(40), {})) == is_said


@pytest.mark.parametrize(("draws", "is_said"), [(4, False), (5, True)])
def test_a_rule_with_fewer_than_five_draws_is_not_judged(draws: int, is_said: bool) -> None:
    rules = rule_of(np.repeat([0.0, 1.0], draws))
    values = np.r_[np.full(draws, 9.0), np.full(draws, -9.0)] + 0.1 * np.arange(2 * draws) % 2
    assert bool(said({"a": values, "b": np.zeros(2 * draws)}, rules, range(2 * draws), {})) == is_said


def test_a_firm_of_ten_jobs_has_ten_to_forty_nine() -> None:
    world = World(spec(basins=1, smes=200, months=36).without_schemes(), {}, 1)
    rows = np.flatnonzero(world.tables.size > 0)[:3]
    world.tables.size[rows] = (BOUNDS[0], np.nextafter(BOUNDS[0], 0.0), BOUNDS[1])
    of = Census(world)
    assert (of._class[rows] // len(world.tables.basins)).tolist() == [1, 0, 2]


def test_jobs_of_a_class_are_told_per_1000_without_any_scheme() -> None:
    jobs_of = {"none": np.array([200.0]), "p": np.array([110.0]), "q": np.array([100.0])}
    found = groups._measured(jobs_of, "p", "q")
    assert (found[groups.NET][0], found[groups.RATE][0]) == (10.0, 50.0)


def test_worlds_of_one_draw_are_one_when_a_mean_is_said_to_be_known() -> None:
    values = np.array([1.0, 3.0, 5.0, 9.0])
    assert described(values)["mcse"] == pytest.approx(values.std(ddof=1) / 2)
    assert described(values, np.array([0, 0, 1, 1]))["mcse"] == pytest.approx(2.5)  # of means 2 and 7
    with_gap = np.array([1.0, 3.0, np.nan, 7.0])
    assert described(with_gap, np.array([0, 0, 1, 1]))["mcse"] == pytest.approx(2.5)


def test_what_competitors_lose_and_what_services_gain_are_told_apart() -> None:
    class Told:
        def values(self, group: str, policy: str, column: str) -> np.ndarray:
            return np.array({"jobs_realised": [400.0], "jobs_deadweight": [300.0], "jobs_displaced": [30.0],
                             "jobs_spillover": [12.0]}[column])  # fmt: skip

    assert answers.anyway(Told(), "all", "published") == (
        "Of 400 jobs created by accepted firms, 300 (75%) would have come anyway; competitors lost 30, "
        "local services gained 12."
    )


def test_files_accepted_of_which_nobody_was_helped_passed_for_help(alone: Run) -> None:
    def said(accepted: list[float], started: list[float], joined: float = np.nan) -> str:
        found = {"files_accepted": accepted, "firms_started": started, "joined_share": [joined]}
        return answers.nobody_helped(found.__getitem__)

    assert said([4, 8], [0, 0]) == "6 files were accepted, but nobody was helped."
    assert said([0, 1], [0, 0]) == "1 file was accepted, but nobody was helped."
    assert said([4, 8], [0, 1]) == said([0, 0], [0, 0]) == said([4], [np.nan]) == said([4], [0], 0.1) == ""
    worlds = alone.worlds.assign(firms_started=0.0, joined_share=np.nan)
    words = [
        b.text for b in headline.first_section(replace(alone, worlds=worlds)).blocks if hasattr(b, "text")
    ]
    told = [text for text in words if "but nobody was helped" in text]
    assert len(told) == 1
    assert not [text for text in words if "helped" in text and text not in told]


def test_figures_that_no_world_gives_are_not_counted() -> None:
    told = (("fitted", 1), ("fitted", 0), ("fitted", None), ("held_out", 1), ("held_out", None))
    rows = [{"role": role, "inside": inside} for role, inside in told]
    assert validate.headline(rows) == (
        "1 of 2 fitted figures inside their tolerance; 1 of 1 held-out figures met"
    )
