"""Small worlds with PME Boost'Innov, alone or beside the other schemes, for tests."""

from scenarios.load import load_scheme
from sim.spec import Basin, Change, SchemeSpec, Territory, WorldSpec
from tests.small import ALIZE

RULES = dict(load_scheme("boost_innov").rules)
PLAN = dict(load_scheme("plan_pme").rules)
# cohorts small enough for many to start in a small world
SMALL = {"seats_directors": 2.0, "seats_volunteers": 4.0}
# many directors and managers come, leave, are called back, and carry plans out late
BUSY = {
    "project_rate": 0.08,
    "restructuring_hazard": 0.006,
    "boost_innov.referral": 0.4,
    "boost_innov.outreach": 0.05,
    "boost_innov.application_rate": 0.6,
    "boost_innov.offer_rate": 0.6,
    "boost_innov.implementation": 0.7,
    "boost_innov.implementation_months": 5.0,
    "boost_innov.recall": 0.05,
    "boost_innov.unready_dropout": 0.15,
    "boost_innov.slowdown": 0.02,
    "boost_innov.attendance": 0.9,
    "boost_innov.exit_rate": 0.1,
}
OTHERS = {
    "alize.referral": 0.6,
    "alize.application_rate": 0.6,
    "plan_pme.application_rate": 0.5,
    "plan_pme.outreach": 0.1,
    "plan_pme.next_action": 0.6,
    "plan_pme.implementation": 0.6,
}


def places(basins, smes, sites=14, founders=9):
    """Basins in which most large sites have many days to give."""
    return tuple(
        Basin(f"b{k}", f"Basin {k}", smes, sites, founders, fragility=0.2 + 0.3 * (k % 3),
              head_offices=sites - 3)
        for k in range(basins)
    )  # fmt: skip


def boost(
    basins=1, smes=300, months=48, changes=(), opens=None, sites=14, founders=9, start_month=1, **rules
):
    """A small world with the scheme alone."""
    where = places(basins, smes, sites, founders)
    scheme = SchemeSpec("boost_innov", RULES | SMALL | rules, opens or tuple((p.id, 0) for p in where))
    territory = Territory("t", where)
    return WorldSpec(territory, months, 2018, start_month, schemes=(scheme,), changes=tuple(changes))


def to(lever, value, month=0, ramp=0, *basins):
    """A change of a lever of the scheme."""
    return Change("boost_innov", lever, value, month, ramp, basins)


def three(order, months=42, basins=2, smes=150, changes=()):
    """All three schemes in the same basins, in this order."""
    where = places(basins, smes)
    opens = tuple((p.id, 0) for p in where)
    own = {"seats_per_year": 60.0, "group_firms": 2.0, "region_euros": 60_000.0}
    schemes = {
        "alize": SchemeSpec("alize", ALIZE, opens),
        "boost_innov": SchemeSpec("boost_innov", RULES | SMALL, opens),
        "plan_pme": SchemeSpec("plan_pme", PLAN | own, opens),
    }
    chosen = tuple(schemes[name] for name in order)
    return WorldSpec(Territory("t", where), months, 2011, schemes=chosen, changes=changes)
