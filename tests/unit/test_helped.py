"""What became of helped firms, on tables small enough to be counted by hand."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from sim import helped
from sim.parameters import RULES_DTYPE
from sim.state import (
    COMPLETED,
    FILE,
    FULL,
    LOCAL,
    N_ALUMNI,
    N_OPEN,
    NEVER,
    SHARED,
    SME,
    STARTED,
    THEME,
    UNDIAGNOSED,
    UNSHARED,
)
from tests.small_five import five

ADVICE = [0.2, 0.0, 0.0, 0.0]


def small_world(sizes: list[float], advice: list[float] = ADVICE) -> SimpleNamespace:
    """Firms 0 to 3 at month 40. 0: metal, helped in months 20 and 30, of 10 jobs when it applied. 1: trade,
    in month 15, 10 jobs. 2: metal, in month 36, too recent for a path. 3: never."""
    files = np.zeros(4, FILE).view(np.recarray)
    files.firm = [0, 0, 1, 2]
    files.accepted = files.started = [20, 30, 15, 36]
    files.ended = [26, 36, 21, NEVER]
    files.state = [COMPLETED, COMPLETED, COMPLETED, STARTED]
    files["size"] = [10.0, 12.0, 10.0, 5.0]
    files.step = [0, 1, 0, 0]
    files.read_rightly = [1, 0, 0, 0]
    files.diagnosed = [SHARED, SHARED, UNSHARED, UNDIAGNOSED]
    files.need = [0, 1, 0, 0]
    smes = np.zeros(4, SME).view(np.recarray)
    smes.advice = advice
    rules = np.zeros(1, RULES_DTYPE).view(np.recarray)
    rules.format = 2.0
    themes = np.zeros(7, THEME).view(np.recarray)
    themes.supply = 1 / 7
    tables = SimpleNamespace(
        size=np.array(sizes), sector=np.array([1, 7, 1, 1]), smes=smes, rules=rules, themes=themes,
        locals=np.zeros(1, LOCAL).view(np.recarray),
        economy=SimpleNamespace(turnover_capability=np.array([2.5])), counts=np.zeros(FULL, int),
        alumni=np.flatnonzero(smes.advice), open_files=np.array([3]),
    )  # fmt: skip
    tables.counts[[N_ALUMNI, N_OPEN]] = len(tables.alumni), 1
    return SimpleNamespace(month=40, tables=tables, files=files)


def test_firms_by_year_since_their_first_help():
    world = small_world([10.0] * 4)
    assert helped.firms_since(world, 1).tolist() == []
    assert helped.firms_since(world, 2).tolist() == [0, 1]  # months 26 and 21: 13 and 18 months ago
    assert helped.firms_since(world, 3).tolist() == []


def test_gain_is_of_the_same_firms():
    treated, control = small_world([12.0, 10.0, 9.0, 9.0]), small_world([10.0, 10.0, 1.0, 1.0], [0.0] * 4)
    pair = SimpleNamespace(treated=treated, control=control)
    assert helped.gain(pair, helped.size_of, 2) == pytest.approx(10.0)  # 22 against 20
    metal, trade = 150_000.0, 240_000.0
    with_help = 12 * metal * math.exp(0.2) + 10 * trade
    assert helped.gain(pair, helped.turnover_of, 2) == pytest.approx(
        100 * (with_help / (10 * (metal + trade)) - 1)
    )
    assert math.isnan(helped.gain(pair, helped.size_of, 1))


def test_turnover_is_that_of_the_sector_but_for_firms_that_are_looked_at():
    """Firm by firm, in a world where some gain and the directors of others are away."""
    world = five(3, months=30)
    t, per_gain = world.tables, world.tables.economy.turnover_capability[0]
    lasting = (
        t.size * helped.TURNOVER_PER_JOB[t.sector] * np.exp(per_gain * (t.smes.capability - t.smes.baseline))
    )
    alive = t.size > 0
    assert (t.smes.capability[alive] < t.smes.baseline[alive]).any()
    assert (t.smes.advice[alive] > 0).any()
    np.testing.assert_array_equal(helped.lasting_turnover(world), lasting)
    np.testing.assert_allclose(helped.turnover_of(world), lasting * np.exp(t.smes.advice), rtol=1e-14)


def test_misread_needs_by_who_saw_a_diagnostic():
    world = small_world([10.0] * 4)
    assert [helped.misread(world, d) for d in (UNDIAGNOSED, UNSHARED, SHARED)] == [0.25, 0.25, 0.25]


def test_actions_a_pathway_and_the_gap_of_the_offer():
    world = small_world([10.0] * 4)
    assert helped.actions_a_pathway(world) == pytest.approx(4 / 3)
    # needs: 3/4 strategy, 1/4 organisation, against a seventh each
    assert helped.offer_gap(world) == pytest.approx(1 - 2 / 7)
    world.tables.rules.format = 0.0
    assert math.isnan(helped.offer_gap(world))


def test_paths_are_of_the_first_help_a_year_to_three_ago():
    world = small_world([0.0, 8.0, 9.0, 9.0])
    assert helped.grown(world, world).tolist() == pytest.approx([0.0, 0.8])


def test_growth_that_would_vanish_is_not_sound():
    # firm 0 grows by e^.2 from advice alone; firm 1 by half in jobs
    world = small_world([10.0, 15.0, 9.0, 9.0])
    assert helped.grown(world, world) == pytest.approx([math.exp(0.2), 1.5])
    assert helped.sound_growth(world) == 0.5
    control = small_world([10.0, 10.0, 1.0, 1.0], [0.0] * 4)
    assert helped.growing_gain(SimpleNamespace(treated=world, control=control)) == 100.0
