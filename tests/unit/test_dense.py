"""Passes that walk columns say what the rules say firm by firm, to the bit."""

import copy
import pickle
from dataclasses import replace

import numba
import numpy as np
import pytest

from sim import columns, draws
from sim.economy import demography, growth, population, projects
from sim.handle import handle_of
from sim.maths import exp
from sim.parameters import economy_record
from sim.spec import SchemeSpec
from sim.world import World
from tests.small import spec


@pytest.fixture(scope="module")
def world():
    """A world without schemes after two years, its columns at rest."""
    plain = spec(basins=2, smes=400, months=36).without_schemes()
    return World(plain, {"restructuring_hazard": 0.0}, 3).run(24)


@pytest.mark.parametrize("n", [0, 1, 3, 8, 9, 100])
def test_adjusted_headcounts_are_those_of_the_rule(n):
    p = economy_record({}).view(np.recarray)[0]
    rng = draws.generator(1, 1)
    uid = rng.integers(0, 2**63, n).astype(np.uint64)
    size = np.exp(rng.uniform(0.0, 6.0, n))
    own = rng.normal(0.0, 0.02, n)
    key = np.uint64(draws.stream_key(np.uint64(9), draws.GROWTH))
    after = growth.adjusted(uid, size, own, key, 7, -0.03, p)
    for k in range(n):
        u, v = draws.draw_pair(np.uint64(9), draws.GROWTH, uid[k], 7, 0)
        change = growth.adjustment(size[k], own[k], -0.03, u, v, p)
        assert after[k] == max(1.0, size[k] * exp(change))


def test_no_age_has_a_higher_hazard_than_the_dense_pass_allows_for():
    for months in (18.0, 34.0, 47.3, 60.0):
        highest = max(demography.hump(age, 0.0032, 1.0 / months) for age in np.linspace(0.0, 900.0, 9001))
        assert 0.0032 * (1.0 - 1e-4) < highest <= 0.0032 * demography.PEAK


def test_firms_that_leave_are_those_whose_draw_falls_below_their_hazard(world):
    t, tables = world.month, world.tables
    p = tables.economy[0]
    sizes, born, own = tables.size.copy(), tables.born.copy(), tables.exit_factor.copy()
    world.step()
    demand = tables.basins.demand  # of the month just run
    gone = []
    for i in np.flatnonzero(sizes > 0.0):
        words = draws.words(draws.stream_key(np.uint64(3), draws.EVENTS), tables.uid[i], t // 4, 0)
        by_age = demography.hump(t - born[i], p.exit_hump, 1.0 / p.exit_peak_months)
        factor = own[i] * exp(-p.exit_demand * demand[tables.smes.basin[i]])
        hazard = demography.exit_hazard(p.exit_base, by_age, p.exit_small, max(sizes[i], 1.0), factor)
        if draws.coarse(words[t % 4]) < hazard:
            gone.append(i)
    assert gone
    assert gone == np.flatnonzero((sizes > 0.0) & (tables.smes.died == t)).tolist()


@pytest.mark.parametrize("chance", [0.0, 1e-9, 0.03, 0.093, 0.123456789, 0.2])
def test_firms_adjust_above_the_highest_draw_without_an_adjustment(chance):
    calm = int(demography.last_without(chance))
    assert demography.three_uniforms(np.uint64(calm))[1] >= chance
    if calm < 2**32 - 1:
        assert demography.three_uniforms(np.uint64(calm + 1))[1] < chance


def test_the_dense_pass_misses_no_event_on_the_verge():
    """Draws next to the chances of firms, on both sides: what exists in double precision is found, and little
    else; a row without a firm holds nothing."""
    rng = np.random.default_rng(5)
    n = 4000
    factor = np.exp(rng.normal(0.0, 0.5, n))
    hazard, opening, adjust = 0.012, 0.02, 0.093
    beside = rng.integers(-3, 4, n)
    on_exit = (hazard * factor * 2.0**32).astype(np.int64) + beside
    on_opening = ((opening * factor * 2.0**32).astype(np.int64) + beside + 2**31) % 2**32
    bounds = np.array([population.just_above(f) for f in factor], np.float32)
    flags, idle, nobody = np.zeros(n, np.uint8), np.zeros(n, np.int8), np.zeros(n, np.float32)
    scaled = [population.just_above(demography.HALF_WORDS * x) for x in (hazard, opening)]
    for word in (on_exit, on_opening, rng.integers(0, 2**32, n)):
        word = word.astype(np.uint32)
        given = word, bounds, bounds, idle, flags, scaled[0], demography.last_without(adjust), scaled[1]
        demography.find_events(*given)
        u = [demography.three_uniforms(np.uint64(w)) for w in word]
        exits, adjusts, opens = np.array(u).T
        for bit, real in (
            (demography.EXIT, exits < hazard * factor),
            (demography.OPENING, opens < opening * factor),
        ):
            found = (flags & bit) != 0
            assert found[real].all()
        assert (((flags & demography.ADJUST) != 0) == (adjusts < adjust)).all()
        demography.find_events(word, nobody, nobody, idle, flags, *given[5:])
        assert not flags.any()


def test_firms_that_close_are_out_of_sight_of_the_dense_pass(world):
    t = world.run().tables
    alive = t.size > 0.0
    assert not alive.all()
    assert (t.exit_most[~alive] == 0.0).all()
    assert (t.open_most[~alive] == 0.0).all()
    assert (t.exit_most[alive] > t.exit_factor[alive]).all()
    assert (t.exit_most[alive] < t.exit_factor[alive] * (1.0 + 2e-6)).all()
    assert (t.open_most[alive] > t.open_factor[alive]).all()


def test_rows_with_an_event_are_those_flagged():
    flags = np.array([0, 2, 0, 4, 6, 0, 1, 0], np.uint8)
    rows = np.zeros(8, np.int64)
    assert columns.note_rows(flags, 10, rows) == 4
    assert rows[:4].tolist() == [11, 13, 14, 16]
    everyone = np.zeros(3, np.int64)
    assert columns.note_rows(np.ones(3, np.uint8), 0, everyone) == 3
    assert everyone.tolist() == [0, 1, 2]


def test_what_is_added_in_rows_that_stand_there_twice_is_added_twice():
    column = np.array([1.0, 2.0, 3.0])
    columns.add_at(column, np.array([2, 0, 2]), np.array([0.5, 1.0, 0.25]))
    assert column.tolist() == [2.0, 2.0, 3.75]


def test_many_draws_are_those_of_each():
    entities = np.array([5, 2**40 + 7, 2**63], np.uint64)
    indices = np.array([0, 3, 2**24], np.int64)
    for month in (-5, 0, 400):
        found = draws.draw_each(np.uint64(11), draws.APPLICATION, entities, month, indices)
        for k in range(3):
            assert found[k] == draws.draw(11, draws.APPLICATION, entities[k], month, indices[k])


def test_exposure_is_of_one_kind_in_every_world(world):
    """Compiled code is made for one layout of the table: another would be compiled for anew."""
    plain = numba.typeof(world.tables.exposure)
    one = spec(basins=1, smes=50, months=12)
    two = replace(one, schemes=(*one.schemes, SchemeSpec("plan_pme", {}, (("b0", 0),))))
    for shape in (one, two):
        table = World(shape, {}, 3).tables.exposure
        assert numba.typeof(table) == plain
        assert numba.typeof(copy.deepcopy(table)) == plain
        assert numba.typeof(pickle.loads(pickle.dumps(table))) == plain


def test_many_pairs_of_draws_are_those_of_each():
    entities = np.array([5, 2**40 + 7, 2**63], np.uint64)
    for month, index in ((-5, 0), (7, 2**24)):
        first, second = draws.draw_pairs(np.uint64(11), draws.FIRM, entities, month, index)
        for k in range(3):
            pair = draws.draw_pair(11, draws.FIRM, entities[k], month, index)
            assert (first[k], second[k]) == pair


def test_ages_of_the_stock_are_those_of_the_first_trial_kept_firm_by_firm():
    p = economy_record({}).view(np.recarray)[0]
    cumulated = np.linspace(0.0, 2.0, population.OLDEST + 1)
    uid, size = np.arange(40, dtype=np.uint64), np.linspace(1.0, 200.0, 40)
    ages, capabilities = population.stationary_ages(uid, size, cumulated, p, np.uint64(5))
    for k in range(40):
        for trial in range(400):
            u, v = draws.draw_pair(5, draws.FIRM, uid[k], 0, 100 + 2 * trial)
            a, keep = draws.draw_pair(5, draws.FIRM, uid[k], 0, 101 + 2 * trial)
            age, c = int(a * population.OLDEST), 0.5 * (u + v)
            factor = exp(-p.exit_capability * (2.0 * c - 1.0))
            if keep < population.survival(cumulated[age], p.exit_small, size[k], age, factor):
                break
        assert (ages[k], capabilities[k]) == (age, c)


def test_factors_side_by_side_are_those_of_each_firm(world):
    tables = copy.deepcopy(world.tables)
    rows = np.flatnonzero(tables.size > 0.0)[3:60:2]
    tables.smes.capability[rows] += 0.05
    names = ("exit_factor", "open_factor", "own_growth")
    population.set_all_factors(handle_of(tables), rows, tables.economy[0])
    together = [getattr(tables, name).copy() for name in names]
    for i in rows:
        population.set_factors(handle_of(tables), i, tables.economy[0])
    for name, column in zip(names, together, strict=True):
        assert (getattr(tables, name) == column).all()
        assert (column != getattr(world.tables, name)).sum() == len(rows)


@pytest.mark.parametrize("n", [0, 1, 7, 8, 9, 1000])
def test_a_total_is_the_sum_in_a_fixed_order(n):
    x = np.random.default_rng(n).exponential(size=n)
    whole = n - n % 8
    parts = [0.0] * 8
    for i in range(whole):
        parts[i % 8] += x[i]
    for i in range(whole, n):
        parts[0] += x[i]
    a, b, c, d, e, f, g, h = parts
    assert columns.total(x) == ((a + b) + (c + d)) + ((e + f) + (g + h))
    assert columns.total(x) == pytest.approx(x.sum(), rel=1e-14)


def test_firms_that_never_open_a_project_overflowed_in_plain_python():
    """A million million months were added to one of 32 bits; compiled code widens it by itself."""
    p = economy_record({"project_rate": 0.0}).view(np.recarray)[0]
    first_openings = getattr(projects.first_openings, "py_func", projects.first_openings)
    born = np.array([-3, -400], np.int32)
    months = first_openings(np.arange(2, dtype=np.uint64), np.full(2, 9.0), np.ones(2), born, p, np.uint64(1))
    assert (months > 1e9).all()
