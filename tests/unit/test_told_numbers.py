"""Numbers that the first lines of a page, the yearly rows of a summary, checks and a fit take from the
worlds, by hand: of the worlds that their names say."""

import math
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from calibration import checks, fit
from calibration import problem as fitting
from calibration.fit import Wave
from calibration.posterior import Posterior
from experiments import precision, summary
from experiments.folder import Folder
from experiments.items import Request
from experiments.report import basins, choice, headline, shock, tiles
from experiments.report.figures import styles
from experiments.report.reading import spread
from experiments.report.words import NARROW, middle_of
from experiments.summary import Results
from tests import report_folders
from tests.small import spec
from tests.unit.test_checks import parameter
from tests.unit.test_fit import figure, linear_problem


def test_worlds_of_one_draw_are_one_when_draws_are_counted() -> None:
    net = {"p": np.array([1.0, 3.0, 5.0, 9.0]), "published": np.zeros(4)}
    places = [(0, 0), (0, 1), (1, 0), (1, 1)]
    results = SimpleNamespace(
        experiment=SimpleNamespace(
            reference="published", groups=[SimpleNamespace(name="all", policies=("published", "p"))]
        ),
        values=lambda group, policy, column: net[policy], shared=lambda group, *policies: places,
        paired=lambda group, policy, against, column: net[policy] - net[against],
        parameters=lambda of: np.array([draw for draw, _ in of]),
    )  # fmt: skip
    (found,) = precision.reached(results, precision.Precision(0.1))
    assert found.half_width == pytest.approx(1.645 * 2.5)  # of means 2 and 7


def test_the_least_exactly_known_difference_is_named() -> None:
    found = [precision.Reached("all", name, 9.0, half, 10.0, 40) for name, half in (("p", 12.0), ("q", 30.0))]
    said = precision.sentence(precision.note(precision.Precision(0.1), [20, 40], found), "published")
    worst = "the mean difference between q and published is known to ± 30 jobs, where ± 10 were allowed"
    assert f"2 of 2 are known less exactly; {worst}" in said


def test_a_parameter_that_lies_below_the_middle_is_informed_as_one_above() -> None:
    rows_of = np.tile([[0.0, 0.9], [0.0, 1.1], [0.0, 0.9], [1.75, 1.1], [1.75, 0.9]], (80, 1))
    found = checks.shrinkage([parameter("wide"), parameter("narrow")], rows_of)
    assert found.name.tolist() == ["narrow", "wide"]  # the most informed first
    assert found.shrinkage[1] < 0
    assert found.informed.tolist() == [True, True]


def test_parameters_are_tied_by_their_ranks_and_not_by_one_chance_in_many() -> None:
    gen = np.random.default_rng(6)
    free = gen.uniform(0, 2, (200, 40))
    declared = [parameter(f"p{j}") for j in range(40)]
    assert checks.tradeoffs(declared, free).empty  # of 780 pairs
    free[:, 1] = 2.0 * free[:, 0] ** 20 / 2.0**20
    (found,) = checks.tradeoffs(declared, free).itertuples()
    assert (found.one, found.other) == ("p0", "p1")
    assert found.correlation == pytest.approx(1.0)


def cases(*names: str) -> list[SimpleNamespace]:
    return [SimpleNamespace(name=name, title=name) for name in names]


@pytest.mark.parametrize(
    ("verdicts", "told"),
    [
        (("better",), "Most net jobs: capped. The lead over published is settled."),
        (("not settled",), "Most net jobs: capped. But the lead over published is not settled."),
        (("better", "better"), "in both cases: capped. The lead over published is settled in each of them."),
        (("better", "not settled"), "in both cases: capped. The lead over published is settled in some"),
        (("not settled", "better"), "in both cases: capped. The lead over published is settled in some"),
        (("not settled",) * 2, "in both cases: capped. But the lead over published is not settled."),
    ],
)
def test_a_lead_is_settled_in_each_case_where_it_is_in_each(
    monkeypatch: pytest.MonkeyPatch, verdicts: tuple[str, ...], told: str
) -> None:
    groups = cases(*"abc"[: len(verdicts)])
    of = dict(zip("abc", verdicts))
    monkeypatch.setattr(headline, "lead", lambda run, g, p, against: SimpleNamespace(verdict=of[g.name]))
    monkeypatch.setattr(headline, "tied", lambda *of: [])
    run = SimpleNamespace(groups=groups, reference="published", policies=("published", "capped"))
    said = headline._overall(run, {"capped": groups}).replace("“", "").replace("”", "")
    assert told in said


def test_euros_a_net_job_are_those_of_the_middle_world(monkeypatch: pytest.MonkeyPatch) -> None:
    """One world of three has no net job: a mean has no end."""
    values = {"cost_per_net_job": [20_000.0, 30_000.0, math.inf], "jobs_net": [1.0, 2.0, 60.0]}
    run = SimpleNamespace(spread=lambda group, policy, name: spread(values.get(name, [5.0, 5.0, 5.0])))
    monkeypatch.setattr(tiles, "graded", lambda *of: SimpleNamespace(cell=""))
    monkeypatch.setattr(tiles, "typeset", str)
    monkeypatch.setattr(tiles, "openings", lambda *of: 5)
    _, net, euros, _ = tiles.tiles(run, *cases("all"), "published").items
    assert euros[0] == middle_of(spread([30_000.0] * 3), "euros")
    assert net[0] == "21"


def test_a_policy_does_more_on_both_axes_where_its_intervals_leave_out_zero(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both means of each policy are above the reference; half of a 90 % interval is 1.729 errors, of twenty
    worlds."""
    errors = {"sure": (1.0, 1.0), "across": (4.0, 1.0), "up": (1.0, 4.0), "published": (1.0, 1.0)}
    measures = (choice.EFFICIENCY, choice.WORST)
    run = SimpleNamespace(
        independent_worlds=20,
        reference="published", groups=cases("all"), policies=tuple(errors),
        decision=[
            {"group": "all", "policy": p, "against": against, "measure": m, "mcse": str(e), "n": "20"}
            | dict.fromkeys(("mean", "p05", "p50", "p95"), "5.0")
            for p, es in errors.items() for m, e in zip(measures, es) for against in ("", "published")
        ],
    )  # fmt: skip
    monkeypatch.setattr(choice, "ranking", lambda run, group: ["sure", "across", "up"])
    monkeypatch.setattr(choice, "plane", lambda name, alt, *of: alt)
    found = choice._plane(run, run.groups[0], styles(run.policies), "c")
    assert found
    assert found.title.startswith("Sure: more than published for the money and in the worst basin")
    cells = f"+5 (3.3{NARROW}to{NARROW}6.7)"  # what the lines show
    assert found.table
    assert found.table.rows[0][1] == cells
    assert f"sure: {cells} per million euros" in found.svg
    run.independent_worlds = 7
    found = choice._plane(run, run.groups[0], styles(run.policies), "c")
    assert found
    assert found.title.startswith("Too few worlds to tell which policy does more")


def test_basins_are_alike_that_differ_by_their_name_only() -> None:
    def case(*of: dict) -> SimpleNamespace:
        return SimpleNamespace(basins=of, changes={}, spec={"schemes": []})

    one = {"id": "b0", "name": "A", "smes": 100, "large_sites": 3, "founders": 2, "fragility": 0.2}
    same = one | {"id": "b1", "name": "B"}
    assert basins.alike(case(one, same))
    for what in ("smes", "large_sites", "founders", "fragility"):
        assert not basins.alike(case(one, same | {what: 0.7})), what


def test_months_below_are_of_those_since_the_first_closure(monkeypatch: pytest.MonkeyPatch) -> None:
    group = SimpleNamespace(
        name="all", title="", spec={"horizon_months": 60, "closures": [{"month": 30}, {"month": 12}]}
    )
    run = SimpleNamespace(groups=[group], worlds_an_arm=3)
    monkeypatch.setattr(shock, "ranking", lambda run, group: [])
    monkeypatch.setattr(shock, "_levels", lambda *of: [""] * 6)
    assert "Months below, of 48" in shock._table(run, group).columns


def test_yearly_rows_are_of_the_worlds_that_are_asked_for_and_ended_well(tmp_path: Path) -> None:
    path = report_folders.folder(tmp_path / "f", "compare", 6, policies=("capped",))
    runs = parquet.read_table(path / "runs" / report_folders.SHARD).to_pylist()
    for run in runs:  # it failed after all; its series are there
        if (run["policy"], run["draw"]) == ("capped", 1):
            run["status"] = "failed"
    parquet.write_table(pa.Table.from_pylist(runs), path / "runs" / report_folders.SHARD)
    experiment = report_folders._experiment("compare", ("all",), ("capped",), "default", ())
    results = Results(Folder(path), Request(experiment, 5))
    found = summary._yearly(Folder(path), results)
    series = parquet.read_table(path / "series" / report_folders.SHARD).to_pandas()
    total = series[(series["outcome"] == "jobs_net") & (series["month"] == 24)]
    total = total.groupby(["policy", "draw"])["value"].sum()
    for policy, draws in (("published", [0, 1, 2, 3, 4]), ("capped", [0, 2, 3, 4])):
        months = [r for r in found["all", policy] if r["outcome"] == "jobs_net"]
        assert {r["month"] for r in months} == {12, 24, 36, 48}  # the horizon has its rows already
        (level,) = [r for r in months if r["month"] == 24 and not r["against"]]
        assert level["n"] == len(draws)
        assert level["mean"] == pytest.approx(total[policy][draws].mean())
    (gap,) = [r for r in months if r["month"] == 24 and r["against"] == "published"]
    assert gap["n"] == 4
    both = [0, 2, 3, 4]
    assert gap["mean"] == pytest.approx((total["capped"][both] - total["published"][both]).mean())
    assert not [r for r in found["all", "published"] if r["against"]]


def test_a_fit_compares_a_world_with_the_same_one_without_schemes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fitted figure that compares two worlds, read a year before another one of its case."""
    ran = []

    class Told:
        def __init__(self, of: object, values: object, seed: int):
            self.of, self.seed = of, seed
            self.tables = None

        def run(self, until: int) -> "Told":
            self.month = until
            ran.append((self.of, self.seed, until))
            return self

    def made(name: str, month: int, paired: bool) -> fitting.Figure:
        of = figure(name, 0.0, 1.0)

        def measure(reading):
            assert (reading.control is not None) == any_paired
            return 10.0 * reading.month + (len(reading.control.of.schemes) if paired else 0.5)

        return replace(of, target=replace(of.target, month=month, paired=paired, measure=measure))

    world = spec()
    monkeypatch.setattr(fitting, "World", Told)
    for any_paired in (True, False):
        figures = (made("JOB-1", 12, any_paired), made("JOB-2", 24, False))
        problem = fitting.Problem((), {"case": world}, figures)
        found = problem.simulate({}, 5)
        assert found == {"JOB-1": 120.0 if any_paired else 120.5, "JOB-2": 240.5}
    assert ran == [(world, 5, 24), (world.without_schemes(), 5, 24), (world, 5, 24)]


def test_a_likelihood_allows_for_sources_for_luck_that_is_shared_and_for_what_an_emulator_cannot_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A figure of the case, which shares its luck, and one of all firms, which does not."""
    figures = (figure("ALZ-01", -0.5, 1.5, 0.5), figure("DEM-01", -0.5, 1.5, 0.25))
    problem = fitting.Problem((parameter("a"),), {}, figures)
    fitted, runs = [], []

    def emulator(x: np.ndarray, y: np.ndarray, reach: np.ndarray) -> SimpleNamespace:
        fitted.append(x[:, 0].tolist())
        return SimpleNamespace(
            covariance=np.array([[0.3, 0.1], [0.1, 0.2]]), at=lambda x: np.array([[1.0, 2.0]]),
            error=lambda n: runs.append(n) or np.array([0.07, 0.05]),
        )  # fmt: skip

    monkeypatch.setattr(fit, "emulate", emulator)
    waves = [Wave(np.full((2, 1), float(k)), np.ones((2, 2))) for k in range(5)]
    found = fit.likelihood(problem, waves, 0.2)(np.zeros((1, 1)))
    assert found == pytest.approx([-0.5 * 0.2 * (1 / (0.3 + 1 / 0.5) + 2**2 / (0.05 + 1 / 0.25))])
    assert (fitted, runs) == ([[2.0, 2.0, 3.0, 3.0, 4.0, 4.0]], [6])  # the three latest waves


def test_a_draw_that_lacks_one_figure_stays_in_the_sample() -> None:
    problem, x = linear_problem(), np.random.default_rng(1).standard_normal((4, 4))
    answers = np.array([[1.0, 2.0], [np.nan, 3.0], [np.nan, np.nan], [4.0, np.nan]])
    found = Posterior.of(problem, Wave(x, answers), {})
    assert (found.rows == problem.values(x[[0, 1, 3]])).all()
    assert np.array_equal(found.answers, answers[[0, 1, 3]], equal_nan=True)
    assert found.manifest["draws"] == 3
