"""Each rule against a value computed by hand."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from sim.economy import (
    demand,
    demography,
    displacement,
    growth,
    population,
    projects,
    restructuring,
    sectors,
)
from sim.parameters import economy_record
from sim.state import ACTIVE, GRADUATED, TRANSITION
from sim.support import application, awareness, effects, finance, matching, partners, selection


def plain(function):
    """The function as it is written, compiled or not."""
    return getattr(function, "py_func", function)


def record(**values):
    return economy_record(values).view(np.recarray)[0]


def test_demand_moves_by_autoregression():
    assert demand.next_level(0.1, 0.95, 0.02, -1.5) == pytest.approx(0.095 - 0.03)
    assert demand.basin_demand(0.05, -0.02, 2.0, 0.02, 0.5) == pytest.approx(0.06 - 0.01)


def test_restructuring_hazard_rises_when_demand_falls():
    assert restructuring.restructuring_hazard(0.002, 5.0, -0.1) == pytest.approx(0.002 * math.exp(0.5))
    assert restructuring.restructuring_hazard(0.9, 5.0, -1.0) == 1.0


def test_the_hump_of_the_exit_hazard_peaks_at_its_peak():
    assert demography.hump(36.0, 0.0064, 1 / 36) == pytest.approx(0.0064)
    assert demography.hump(0.0, 0.0064, 1 / 36) == 0.0
    assert demography.hump(72.0, 0.0064, 1 / 36) == pytest.approx(0.0064 * 2 * math.exp(-1))


def test_exit_hazard():
    # 0.0007 + 0.006 + 0.005 / 10, times 0.5
    assert demography.exit_hazard(0.0007, 0.006, 0.005, 10.0, 0.5) == pytest.approx(0.0036)


def test_birth_chance_is_clipped():
    assert demography.birth_chance(0.5, 0.0) == pytest.approx(2 / 3)
    assert demography.birth_chance(0.5, 10.0) == 1.0


@pytest.mark.parametrize(("u", "size"), [(0.0, 1.0), (0.832 / 0.995, 10.0), (0.972 / 0.995, 50.0)])
def test_size_classes_of_the_initial_stock_join_at_their_bounds(u, size):
    assert population.size_quantile(u) == pytest.approx(size, rel=1e-9)


def test_survival_given_size():
    assert population.survival(0.2, 0.005, 10.0, 24.0, 1.5) == pytest.approx(math.exp(-1.5 * (0.2 + 0.012)))


@pytest.mark.parametrize(("size", "status"), [(249.999, ACTIVE), (250.0, GRADUATED)])
def test_a_firm_that_reaches_250_jobs_is_no_longer_an_sme(size, status):
    world = SimpleNamespace(size=[size], smes=[SimpleNamespace(status=ACTIVE)])
    plain(demography.graduate)(world, 0)
    assert world.smes[0].status == status


def test_adjustment_of_a_firm_at_the_median_draw_is_its_drift():
    p = record(growth_drift=-0.01, growth_demand=0.15, growth_size=0.0)
    assert growth.adjustment(10.0, 0.02, 0.2, 0.5, 0.99, p) == pytest.approx(-0.01 + 0.02 + 0.15 * 0.2)


def test_jobs_at_stake_have_the_stated_mean():
    p = record(project_jobs=1.0, project_jobs_size=0.73, project_jobs_sigma=0.8, expansion_jobs=1.2,
               structuring_jobs=0.6)  # fmt: skip
    at_median = projects.jobs_at_stake(10.0, 3, 0.0, p)
    assert at_median == pytest.approx(10**0.73 * 1.2 * math.exp(-0.32))
    assert projects.jobs_at_stake(10.0, 0, 0.0, p) == pytest.approx(at_median / 2)


def test_success_logit():
    p = record(success_base=-0.2, success_capability=1.0, success_demand=2.0, success_finance=0.6)
    assert projects.success_logit(0.7, 0.05, 0.5, 0.3, p) == pytest.approx(-0.2 + 0.4 + 0.1 + 0.0 + 0.3)


def test_displaced_share():
    assert displacement.displaced_share(10.0, 0.6, 300.0) == pytest.approx(0.02)
    assert displacement.displaced_share(10.0, 0.6, 0.0) == 0.0
    assert displacement.displaced_share(1000.0, 0.6, 300.0) == 1.0


def test_displacement_pass_conserves_what_it_moves():
    size = np.array([1.0, 5.0, 11.0, 0.0])
    sector = np.zeros(4, np.int32)
    taken, given = np.zeros(4), np.zeros(4)
    displacement.spread(size, sector, np.full(10, 0.1), 0.0, taken, given)
    assert size == pytest.approx([1.0, 4.6, 10.0, 0.0])
    assert taken == pytest.approx([0.0, -0.4, -1.0, 0.0])


def test_spill_over_goes_to_sectors_that_are_not_tradable():
    assert [s < sectors.FIRST_LOCAL for s in range(10)] == sectors.TRADABLE.tolist()
    size, taken, given = np.full(10, 5.0), np.zeros(10), np.zeros(10)
    displacement.spread(size, np.arange(10, dtype=np.int32), np.arange(10) / 100, 0.02, taken, given)
    assert taken == pytest.approx([-0.04 * s for s in range(10)])  # 4 jobs above one
    assert given == pytest.approx([0.1 if s >= 6 else 0.0 for s in range(10)])
    assert size == pytest.approx(5.0 + taken + given)


def test_stock_of_a_basin():
    assert displacement.stock(np.array([0.0, 2.5, 1.0, 0.0, 4.0])) == (7.5, 3)


def test_fatigue_rises_at_its_sustainable_load_and_falls_at_rest():
    # one sustainable month of load at k_up 0.04, k_down 0.06
    assert partners.next_fatigue(0.2, 0.04, 0.06) == pytest.approx(0.2 + 0.032 - 0.012)
    assert partners.next_fatigue(0.2, 0.0, 0.06) == pytest.approx(0.188)
    assert partners.next_fatigue(0.9, 5.0, 0.06) == 1.0


def test_wear_is_that_of_the_site_of_its_people_or_between():
    assert partners.wear(0.3, 0.8, 0.0) == 0.3
    assert partners.wear(0.3, 0.8, 1.0) == 0.8
    assert partners.wear(0.3, 0.8, 0.25) == pytest.approx(0.225 + 0.2)


def test_leaving_and_joining_rates():
    assert partners.leaving_rate(0.025, 4.5, 0.4, 0.3) == pytest.approx(0.025 * math.exp(1.8) * 0.7)
    assert partners.monthly_chance(0.12) == pytest.approx(1 - math.exp(-0.01))
    # average motives, no partner yet: the base rate times the effort
    assert partners.joining_rate(0.09, 2.0, partners.MEAN_MOTIVES, 0.6, 0.5, 0.0) == pytest.approx(0.18)


def test_exposure_to_campaigns_and_referrals():
    assert awareness.outreach_exposure(0.001, 2.0, 0.02, 50.0, 1000.0) == pytest.approx(0.003)
    assert awareness.referral_exposure(0.33, 1.0, 0.4) == pytest.approx(0.33)


def test_application_chance():
    assert application.size_factor(40.0, -0.5, 10.0) == pytest.approx(0.5)
    assert application.size_factor(8.0, -0.5, 10.0) == 1.0
    assert application.size_factor(200.0, 1.1, 0.0) == application.SIZE_FACTOR_MAX
    assert application.application_chance(0.35, 0.6, 0.5, 2.0, 3.0) == pytest.approx(0.63)
    assert application.application_chance(0.9, 1.0, 0.0, 6.0, 3.0) == 1.0


def test_the_highest_response_to_size_is_that_of_the_smallest_firm_where_it_falls():
    def highest(exponent, above):
        rule = SimpleNamespace(application_size=exponent, application_size_from=above)
        return plain(application.most_by_size)(rule)

    assert highest(1.1, 0.0) == application.SIZE_FACTOR_MAX
    assert highest(0.0, 0.0) == 1.0
    assert highest(-0.5, 0.0) == pytest.approx(math.sqrt(10.0))  # one job
    assert highest(-0.5, 2.5) == pytest.approx(2.0)
    assert highest(-0.5, 40.0) == 1.0  # those too small for the response to hold


def test_who_may_apply_at_a_gate():
    cells = np.zeros((1, application.GATE_COLUMNS))
    cells[0, application.MONTHS_NEEDED] = 5.0
    cells[0, application.LAST_RESORT] = 1.0
    cells[0, application.STRUCTURING] = 1.0
    cells[0, application.JOBS_MIN] = 3.0
    cells[0, application.SIZE_MIN] = 2.0
    cells[0, application.SIZE_MAX] = 250.0
    left, age, need, jobs, size = 5, 1, TRANSITION, 3.0, 2.0
    assert application.is_eligible(cells, 0, left, age, need, jobs, size)
    assert not application.is_eligible(cells, 0, left - 1, age, need, jobs, size)
    assert not application.is_eligible(cells, 0, left, age - 1, need, jobs, size)
    assert not application.is_eligible(cells, 0, left, age, TRANSITION + 1, jobs, size)  # no expansion
    assert not application.is_eligible(cells, 0, left, age, need, 2.9, size)
    assert not application.is_eligible(cells, 0, left, age, need, jobs, 1.9)
    assert not application.is_eligible(cells, 0, left, age, need, jobs, 250.0)


def test_draws_that_fall_below_their_chance():
    found = application.that_fall_below(np.array([0.2, 0.5, 0.1]), np.array([0.3, 0.5, 0.2]))
    assert found.tolist() == [0, 2]


def test_merit_and_ranking():
    assert selection.merit(0.5, 0.5, -1.0, 1, 0.3) == pytest.approx(-0.3)
    assert selection.need(-0.3, 1, 0.3) == pytest.approx(-0.0 - 0.3)
    assert selection.need(-0.3, 0, 0.3) == pytest.approx(0.3)
    scores, uids = np.array([1.0, 3.0, 1.0, 2.0]), np.array([9, 8, 7, 6], np.uint64)
    order = np.zeros(4, np.int64)
    selection.rank(scores, uids, order, 4)
    assert order.tolist() == [1, 3, 2, 0]  # ties by uid


def test_acceptance_of_a_request():
    assert matching.acceptance_chance(0.85, 0.19, 1.5) == pytest.approx(0.85 * 0.729)
    assert matching.acceptance_chance(0.85, 1.0, 1.5) == 0.0


def test_dose_and_capability():
    assert effects.dose(5.5, 5.5) == pytest.approx(0.5)
    assert effects.dose(0.0, 5.5) == 0.0
    assert effects.capability_after(0.4, 0.15, 0.5, 0.8, 0.5) == pytest.approx(
        0.4 + 0.15 * 0.5 * 0.8 * 0.6 * 0.5
    )


@pytest.mark.parametrize(
    ("days", "rate"), [(4.0, 1.2), (7.0, 1.2), (26.0, 0.08), (60.0, 0.08), (16.5, math.sqrt(1.2 * 0.08))]
)
def test_light_advice_decays_fast_and_heavy_advice_slowly(days, rate):
    assert effects.decay_rate(days, 1.2, 0.08) == pytest.approx(rate)


def test_instalments_end_with_what_is_left():
    assert finance.instalment(12_000.0, 36.0, 12_000.0) == pytest.approx(333.3333333)
    assert finance.instalment(12_000.0, 36.0, 100.0) == 100.0
