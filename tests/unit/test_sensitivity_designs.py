"""Designs: rows that go on, factors, keys, worlds that rows share."""

import dataclasses

import numpy as np
import pytest

from experiments.command import Common
from experiments.errors import Refused
from experiments.items import Request
from experiments.parameters import source
from experiments.plan import COMMON, estimate
from experiments.sensitivity import notebook, prepared, worlds
from experiments.sensitivity.asking import Arms, varied
from experiments.sensitivity.design import OWN, Design, DesignSource
from experiments.sensitivity.factors import Factor, among, between, lever, own, rival, uncertain
from experiments.sensitivity.methods import METHODS, method_of
from experiments.sensitivity.prepared import size_of
from experiments.sensitivity.study import SENSITIVITY, world_study
from experiments.sensitivity.worlds import with_levers
from scenarios.load import NONE, Case
from sim.parameters import uncertainties
from sim.spec import Change
from tests.small import spec

FACTORS = tuple(own(f"x{j}", -1.0, 1.0) for j in range(5))


def designed(method: str, n: int, factors: tuple[Factor, ...] = FACTORS, **more) -> Design:
    fixed = METHODS[method].fixed and method != "ff"
    return Design(method, factors, n if fixed else 0, COMMON, **more)


@pytest.mark.parametrize("method", ["sobol", "morris", "pawn", "delta"])
def test_a_design_goes_on_with_the_rows_that_it_has(method: str) -> None:
    of = designed(method, 0)
    few, more = (of.places(0, of.rows(n), 3) for n in (64, 1024))
    np.testing.assert_array_equal(more[: len(few)], few)
    assert of.size(len(more)) == 1024
    assert not np.array_equal(of.places(0, of.rows(64), 4), few)
    part = of.places(70, 5000, 3)  # blocks are no part of it
    np.testing.assert_array_equal(part[: len(more) - 70], more[70:5000])


@pytest.mark.parametrize(
    ("method", "n", "rows"),
    [("morris", 10, 60), ("sobol", 16, 112), ("fast", 65, 325), ("rbd-fast", 100, 100), ("pawn", 64, 64),
     ("delta", 64, 64), ("ff", 1, 16), ("latin", 20, 20)],
)  # fmt: skip
def test_rows_of_each_method_lie_in_the_unit_cube(method: str, n: int, rows: int) -> None:
    of = designed(method, n)
    assert of.rows(n) == rows
    places = of.places(0, rows, 1)
    assert places.shape == (rows, 5)
    assert places.min() >= 0.0
    assert places.max() <= 1.0
    assert Design.of(of.plain(1)) == of


def test_second_order_has_twice_the_rows() -> None:
    of = designed("sobol", 8, second=True)
    assert of.rows(8) == 8 * 12


def test_saltelli_rows_change_one_factor_of_a() -> None:
    rows = designed("sobol", 8).places(0, 7, 1)
    a, b = rows[0], rows[6]
    for j in range(5):
        expected = a.copy()
        expected[j] = b[j]
        np.testing.assert_array_equal(rows[1 + j], expected)


def test_a_grid_is_every_combination() -> None:
    factors = (among(FACTORS[0], [1.0, 2.0]), among(FACTORS[1], [5.0, 6.0, 7.0]))
    of = Design("grid", factors, 0, COMMON)
    rows = of.values(of.places(0, of.rows(0), 1))
    assert rows.tolist() == [[a, b] for a in (1.0, 2.0) for b in (5.0, 6.0, 7.0)]


def test_values_of_factors_by_hand() -> None:
    half = uncertainties(["alize"])[0]
    prior = uncertain(half, "prior", None)
    np.testing.assert_allclose(
        prior.values(np.array([0.0, 0.25, 1.0])),
        [half.low, half.low + 0.25 * (half.high - half.low), half.high],
    )
    sample = np.array([0.1, 0.2, 0.4, 0.8])
    np.testing.assert_allclose(
        uncertain(half, "posterior", sample).values(np.array([0.0, 0.5, 1.0])), [0.1, 0.3, 0.8]
    )
    assert set(rival(half, [0.0, 1.0], np.array([1.0, 1.0, 1.0, 0.0])).grid) == {0.0, 1.0}
    assert np.mean(rival(half, [0.0, 1.0], np.array([1.0, 1.0, 1.0, 0.0])).grid) == pytest.approx(
        0.75, abs=0.1
    )
    host = lever("alize.host")  # a choice
    assert host.values(np.array([0.0, 0.34, 0.99, 1.0])).tolist() == [0.0, 1.0, 2.0, 2.0]
    assert between(host, 0, 1).values(np.array([0.5])).tolist() == [0.5]


@pytest.mark.parametrize(
    ("method", "n", "extend", "wanted"),
    [
        ("sobol", 100, 0, "the nearest are 64 and 128"),
        ("fast", 64, 0, "at least 65"),
        ("latin", 64, 128, "cannot go on: each row of a Latin hypercube"),
        ("fast", 65, 130, "cannot go on: the frequencies"),
        ("ff", 1, 2, "cannot go on"),
        ("sobol", 64, 100, "the nearest are 64 and 128"),
        ("sobol", 64, 32, "must be more than --n"),
        ("soboll", 64, 0, "did you mean sobol?"),
    ],
)
def test_sizes_that_cannot_be_are_refused(method: str, n: int, extend: int, wanted: str) -> None:
    with pytest.raises(Refused, match=wanted.replace("?", r"\?")):
        size_of(method_of(method), n, extend)


@pytest.mark.parametrize(
    ("factors", "wanted"),
    [
        ({"x": (1, 1)}, "x: the low end must be below the high end"),
        ({"x": (2, 1)}, "x: the low end must be below the high end"),
        ({"x": (0, np.nan)}, "x: the low end must be below the high end"),
        ({}, "no factor"),
        ([], "no factor"),
        ([FACTORS[0], FACTORS[0]], "stands twice"),
    ],
)
def test_python_refuses_factors_that_the_command_refuses(factors, wanted: str) -> None:
    with pytest.raises(ValueError, match=wanted):
        notebook.design(factors, method="latin", n=32)


@pytest.mark.parametrize("asked", [{"method": "latin", "n": 3}, {"method": "best"}])
def test_designs_of_python_were_said_to_raise_another_error(asked: dict) -> None:
    """As the docstring says: of factors it is a ``ValueError``, of the method and its size ``Refused``."""
    with pytest.raises(Refused, match="--method" if asked["method"] == "best" else "--n"):
        notebook.design({"x": (0, 1)}, **asked)


def test_what_delta_takes_to_analyse_is_foreseen() -> None:
    common = Common(draws=1, jobs=1)
    foreseen = {}
    for method in ("delta", "morris"):
        made = prepared.sensitivity("alize-1997-2007", method, 64 if method == "delta" else 4)
        runs = estimate(made.experiment, made.rows, 1, 1)
        foreseen[method] = made.estimate(common).hours - runs.hours
    assert 1 / 3600 < foreseen["delta"] < 60 / 3600
    assert foreseen["morris"] == 0


def test_rows_of_a_source_are_those_of_its_design() -> None:
    of = designed("sobol", 0)
    rows = DesignSource.made("own", of, 3)
    expected = 2 * of.places(0, 700, 3) - 1
    np.testing.assert_allclose(np.array(list(rows.draws(700))), expected)
    np.testing.assert_allclose(rows.row(3), expected[3])  # in any order
    assert rows.hash() == DesignSource.made("own", dataclasses.replace(of, why="said otherwise"), 3).hash()
    assert rows.hash() != DesignSource.made("own", designed("morris", 0), 3).hash()


# worlds


def study(factors: str, seeds: str = COMMON, **shape):
    case = Case("small", "A small case", "", spec(**shape), (), ())
    rows = source("prior", ["alize"], 1)
    arms = Arms("small", "", case, "published", {"published": case.spec})
    chosen = varied(factors, arms, rows)
    of = Design("sobol", chosen.factors, 0, seeds, chosen.others)
    return world_study(SENSITIVITY, "small", "", case, arms.policies, "published", of, rows, 1)


def test_a_lever_takes_the_place_of_the_value_that_its_policy_sets() -> None:
    where = Change("alize", "days", 6.0, from_month=12, basins=("b1",))
    changed = with_levers(spec(changes=(where,)), ("alize.days",), {"alize.days": 9.0})
    assert changed.changes == (dataclasses.replace(where, value=9.0),)
    added = with_levers(spec(), ("alize.days", "pole.watch"), {"alize.days": 9.0, "pole.watch": 1.0})
    assert added.changes == (Change("alize", "days", 9.0),)
    bare = spec().without_schemes()
    assert with_levers(bare, ("alize.days",), {"alize.days": 9.0}) is bare


def test_keys_tell_levers_and_seeds_of_rows() -> None:
    one = study("alize.join_rate,alize.recruiting_effort=0:2", smes=50, months=12)
    items = [Request(one, 4).item(k) for k in range(4)]
    assert len({item.world_seed for item in items}) == 1  # one luck
    none, published = (
        ({dict((p, k) for p, _, k in item.arms)[arm] for item in items}) for arm in (NONE, "published")
    )
    assert len(none) == 1  # neither a lever nor a number of the scheme is read without schemes
    assert len(published) == 4
    own_seeds = study("alize.join_rate", OWN, smes=50, months=12)
    assert len({Request(own_seeds, 3).item(k).world_seed for k in range(3)}) == 3


def test_worlds_without_schemes_are_run_once_and_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    one = study("alize.join_rate,project_rate", smes=60, months=24)
    items = [Request(one, 4).item(k) for k in range(4)]  # A, AB by the scheme, AB by the economy, B
    shared = [arm.outcomes for item in items for arm in one.simulate(item)]
    monkeypatch.setattr(worlds, "REMEMBERED", 0)
    worlds._controls.clear()
    alone = [arm.outcomes for item in items for arm in one.simulate(item)]
    assert repr(shared) == repr(alone)
    assert not worlds._controls


def test_a_lever_of_a_row_moves_its_world() -> None:
    one = study("alize.standard_shift=-3:3", smes=600, months=48)
    rows = [Request(one, 6).item(k) for k in range(6)]
    by_row = [[arm.outcomes["files_accepted"] for arm in one.simulate(item)][1] for item in rows]
    values = [item.values["alize.standard_shift"] for item in rows]
    assert by_row[int(np.argmin(values))] > by_row[int(np.argmax(values))]
