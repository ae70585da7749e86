"""Paired worlds: what changes nothing leaves every firm identical to the bit."""

import concurrent.futures
import os
import subprocess
import sys

import numpy as np
import pytest

from sim.pair import Pair, accepted_files
from sim.spec import Change
from sim.state import NEVER, REJECTED
from sim.world import World
from tests.small import same_firms, spec, world


def test_same_seed_same_world():
    assert same_firms(world(5), world(5))


def test_another_seed_is_another_world():
    assert not same_firms(world(5), world(6))


def test_a_policy_that_changes_nothing_is_bit_identical():
    plain = world(2)
    noop = world(2, changes=(Change("alize", "recruiting_effort", 1.0, 12),))
    assert same_firms(plain, noop)
    assert plain.files.tolist() == noop.files.tolist()


def test_with_every_scheme_off_scheme_settings_do_not_matter():
    a = World(spec(rules={"days": 3.0}).without_schemes(), {}, 4).run()
    b = World(spec(rules={"days": 9.0}).without_schemes(), {"alize.referral": 0.5}, 4).run()
    assert same_firms(a, b)


@pytest.mark.parametrize(
    "rules",
    [
        {"days": 0.0, "advance_euros": 0.0, "revitalisation_share": 0.0},
        {"partners_min": 10.0},  # too few founders: the scheme never opens
        {"coordinators": 0.0, "revitalisation_share": 0.0},  # nobody to look after a file
        {"requests_per_month": 0.0, "revitalisation_share": 0.0},  # nobody is asked
    ],
)
def test_zero_dose_or_no_partner_or_no_capacity_is_the_world_without(rules):
    shape = spec(rules=rules)
    assert same_firms(World(shape, {}, 3).run(), World(shape.without_schemes(), {}, 3).run())


def test_no_founder_and_no_budget_is_the_world_without():
    shape = spec(founders=0, rules={"fund_euros": 0.0})
    assert same_firms(World(shape, {}, 3).run(), World(shape.without_schemes(), {}, 3).run())


def test_a_programme_without_effect_reports_jobs_and_nets_exactly_none():
    values = {
        "success_met": 0.0,
        "capability_gain": 0.0,
        "turnover_advice": 0.0,
        "alize.advance_finance_gain": 0.0,
    }
    shape = spec(rules={"revitalisation_share": 0.0})
    pair = Pair(World(shape, values, 8).run(), World(shape.without_schemes(), values, 8).run())
    bars = pair.waterfall()
    assert bars["reported"] > 20
    assert bars["net"] == 0.0
    assert bars["deadweight"] == pytest.approx(bars["realised"], abs=1e-9)


def one_more_file(seed: int) -> tuple[World, World, int]:
    """A world, the same world where one committee accepts one file more, and that file's row."""
    plain = world(seed)
    files = plain.files
    rejected = np.flatnonzero((files.state == REJECTED) & (files.attempt == 0) & (files.decided < 30))
    f = int(rejected[np.argmax(files.merit[rejected])])
    standard = plain.tables.rules.standard[files.local[f]]
    basin = plain.spec.territory.basins[plain.tables.smes.basin[files.firm[f]]].id
    month = int(files.decided[f])
    changes = (
        Change("alize", "standard_shift", float(files.merit[f] - standard - 1e-9), month, basins=(basin,)),
        Change("alize", "standard_shift", 0.0, month + 1, basins=(basin,)),
    )
    return plain, world(seed, changes=changes), f


def test_one_extra_accepted_firm_changes_only_what_its_causes_reach():
    plain, more, f = one_more_file(12)
    assert more.files.accepted[f] != NEVER
    extra = set(zip(accepted_files(more).firm, accepted_files(more).accepted, strict=True))
    assert len(extra) >= len(accepted_files(plain))
    firm = int(plain.files.firm[f])
    basin = plain.tables.smes.basin
    changed = np.flatnonzero(
        (plain.tables.size != more.tables.size) | (plain.tables.causes != more.tables.causes).any(axis=0)
    )
    # nobody outside its basin
    assert set(basin[changed]) <= {basin[firm]}
    # before anybody's project is decided otherwise, only capability of firms with a file can differ
    month = int(plain.files.decided[f]) + 1
    early = [World(w.spec, {}, w.seed).run(month) for w in (plain, more)]
    assert early[0].tables.causes.tobytes() == early[1].tables.causes.tobytes()
    differ = early[0].tables.smes != early[1].tables.smes
    with_file = set(early[1].files.firm)
    assert set(np.flatnonzero(differ)) <= with_file | {firm}


def test_two_threads_give_the_same_bits():
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        together = list(pool.map(world, [1, 2, 3, 4]))
    assert all(same_firms(a, world(seed)) for seed, a in zip([1, 2, 3, 4], together, strict=True))


def test_another_process_gives_the_same_bits():
    code = (
        "import hashlib; from tests.small import world; "
        "print(hashlib.md5(world(7).tables.causes.tobytes()).hexdigest())"
    )
    import hashlib

    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert found.strip() == hashlib.md5(world(7).tables.causes.tobytes()).hexdigest()


def test_month_by_month_equals_the_whole_run():
    shape = spec()
    stepped = World(shape, {}, 9)
    for _ in range(shape.horizon_months):
        stepped.step()
    assert same_firms(stepped, World(shape, {}, 9).run())


def test_tables_that_must_grow_change_nothing():
    shape = spec(smes=200)
    small = World(shape, {"project_rate": 0.01}, 9)
    keep = 21 + 200 * 3 // 10 + 100
    small.tables = small.tables._replace(
        **{name: getattr(small.tables, name)[:keep].copy() for name in ("projects", "pending", "hiring")}
    )
    from sim.handle import handle_of

    small._handle = handle_of(small.tables)
    small.run()
    assert len(small.tables.projects) > keep
    assert same_firms(small, World(shape, {"project_rate": 0.01}, 9).run())


def test_pairing_gains_at_least_a_hundredfold():
    """Variance of net jobs over seeds, paired over unpaired (two independent seeds a difference)."""
    shape = spec(basins=2, smes=1500, months=60)
    none = shape.without_schemes()
    with_scheme = [World(shape, {}, s).run() for s in range(14)]
    without = [World(none, {}, s).run() for s in range(14)]
    paired = [a.tables.size.sum() - b.tables.size.sum() for a, b in zip(with_scheme, without, strict=True)]
    unpaired = [
        a.tables.size.sum() - b.tables.size.sum()
        for a, b in zip(with_scheme, without[1:] + without[:1], strict=True)
    ]
    assert np.var(unpaired) > 100 * np.var(paired)


def test_worlds_of_different_seeds_are_no_pair():
    with pytest.raises(ValueError, match="share their seed"):
        Pair(world(1), world(2))


def test_the_same_source_uncompiled_gives_the_same_bits():
    """With NUMBA_DISABLE_JIT the rules run as plain Python."""
    code = (
        "import hashlib, warnings; warnings.simplefilter('ignore'); from tests.small import world; "
        "w = world(5, {'project_rate': 0.01, 'alize.referral': 0.8, 'alize.application_rate': 0.8}, "
        "basins=2, smes=60, months=14); "
        "print(len(w.files), hashlib.md5(w.tables.causes.tobytes() + "
        "repr(w.files.tolist()).encode()).hexdigest())"
    )
    found = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"NUMBA_DISABLE_JIT": switch},
        ).stdout
        for switch in ("0", "1")
    ]
    assert found[0] == found[1]
    assert int(found[0].split()[0]) > 0
