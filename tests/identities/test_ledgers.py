"""Jobs, firms, persons, days and euros are conserved in their ledgers."""

import numpy as np
import pytest

from sim.pair import Pair
from sim.spec import Change
from sim.state import FIRMS, FIRST_CAUSE, JOBS, L_DAYS, L_PARTNERS, N_CAUSES, PARTNER, STARTED, B
from sim.world import World
from tests.small import spec, world


@pytest.fixture(scope="module")
def run():
    return world(3, months=72, smes=900)


def test_every_change_of_employment_has_a_cause(run):
    t = run.tables
    initial = np.where(t.causes[B] == 0, t.smes.entry_size, 0.0)
    alive_from_start = (t.uid >> np.uint64(24)) & np.uint64(0xFFFF) == 0
    start = np.where(alive_from_start, initial, 0.0)
    assert np.allclose(start + t.causes.sum(axis=0), t.size, atol=1e-9)


def test_monthly_flows_add_up_to_the_stock_of_every_basin(run):
    series = run.tables.series
    flows = series[:, :, FIRST_CAUSE : FIRST_CAUSE + N_CAUSES].sum(axis=2)
    jobs = series[:, :, JOBS]
    assert np.allclose(np.diff(jobs, axis=0), flows[1:], atol=1e-7)
    by_cause = series[:, :, FIRST_CAUSE:].sum(axis=(0, 1))
    assert np.allclose(by_cause, run.tables.causes.sum(axis=1), rtol=1e-9, atol=1e-7)


def test_firms_alive_are_counted(run):
    assert run.tables.series[-1, :, FIRMS].sum() == (run.tables.size > 0).sum()


def test_euros_of_the_funds(run):
    k = run.tables.locals
    assert np.allclose(k.fund, k.endowed - k.advanced + k.repaid)
    assert np.allclose(k.advanced, k.repaid + k.outstanding + k.lost)
    assert np.allclose(np.bincount(run.files.local, run.files.outstanding, len(k)), k.outstanding)
    assert (k.fund >= 0).all()
    assert k.advanced.sum() > 0


def test_days_given_are_days_received(run):
    files = run.files
    received = files.days[(files.paid == 0)].sum()
    assert run.tables.locals.days.sum() == pytest.approx(received)
    assert run.tables.sites.days_total.sum() == pytest.approx(received)
    assert run.tables.local_series[-1, :, L_DAYS].sum() == pytest.approx(received)


def test_persons_on_missions_are_the_files_under_way(run):
    persons = run.tables.persons
    under_way = run.files[(run.files.state == STARTED) & (run.files.paid == 0)]
    assert (persons.state == 1).sum() == len(under_way)
    assert len(set(under_way.person)) == len(under_way)
    assert persons.missions.sum() == run.tables.locals.missions.sum()


def test_partners_are_counted(run):
    links = run.tables.partnerships
    alive = run.tables.locals.alive[links.local] == 1
    assert run.tables.local_series[-1, :, L_PARTNERS].sum() == ((links.state == PARTNER) & alive).sum()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "changes", [(), (Change("alize", "days", 20.0, 12), Change("alize", "recruiting_effort", 0.0))]
)
def test_the_waterfall_sums_and_other_is_small(seed, changes):
    shape = spec(months=96, smes=1200, changes=changes)
    pair = Pair(World(shape, {}, seed).run(), World(shape.without_schemes(), {}, seed).run())
    bars = pair.waterfall()
    right = (
        bars["net"] + bars["deadweight"] + bars["displacement"] - bars["spillover"] + bars["attrition"]
        + bars["other"] + bars["declaring"]
    )  # fmt: skip
    assert right == pytest.approx(bars["reported"], abs=1e-9 * max(1, bars["reported"]))
    assert bars["net"] == pytest.approx(
        pair.treated.tables.size.sum() - pair.control.tables.size.sum(), abs=1e-6
    )
    assert abs(bars["other"]) < 0.05 * bars["reported"]
    by_basin = pair.waterfall_by_basin()
    for bar, values in by_basin.items():
        assert values.sum() == pytest.approx(bars[bar], abs=1e-7)
