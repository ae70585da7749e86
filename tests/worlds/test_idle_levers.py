"""Which levers move a scheme by themselves: each is moved alone, in a small world with published rules."""

from dataclasses import replace

import pytest

from scenarios.idle import IDLE, IN_CASES
from scenarios.load import load_case
from scenarios.studies import can_move
from sim.outcomes import differences, levels
from sim.pair import Pair
from sim.parameters import FIELDS, LEVERS
from sim.spec import Change, WorldSpec
from sim.world import World
from tests import small, small_boost, small_market, small_plan, small_pole

CASES = {
    "alize": "alize-1997-2007",
    "boost_innov": "boost-innov-region-2025-2035",
    "plan_pme": "plan-pme-2011-2015",
    "pole": "poles-2005-2014",
    "pacte_pme": "mba-marseille-2017-2019",
}
SMALL = {  # a world, values that keep it busy, and rules that fit its size
    "alize": (small.spec(basins=3, smes=400, months=48), small_boost.OTHERS, ()),
    "boost_innov": (
        small.spec(basins=3, smes=400, months=48, large_sites=14, founders=9, name="boost_innov"),
        small_boost.BUSY,
        tuple(small_boost.SMALL),
    ),
    "plan_pme": (
        small_plan.region(smes=300, months=36),
        small_plan.EAGER,
        ("seats_per_year", "group_firms", "region_euros"),
    ),
    "pole": (
        small_pole.region(smes=500, months=48),
        small_pole.EAGER,
        ("call_euros", "group_files", "coordinators"),
    ),
    "pacte_pme": (small_market.place(smes=800, months=36, neighbours=300), small_market.LIVELY, ("reach",)),
}


def told(spec: WorldSpec, values: dict[str, float], control: World) -> dict[str, float]:
    """Every outcome of a world."""
    world = World(spec, values, 1).run()
    return levels(world) | differences(Pair(world, control))


def differ(a: dict[str, float], b: dict[str, float]) -> bool:
    """Whether any outcome differs; two that do not exist are equal."""
    return any(a[name] != b[name] and (a[name] == a[name] or b[name] == b[name]) for name in a)


@pytest.mark.parametrize("scheme", CASES)
def test_levers_that_move_nothing_alone_are_those_that_are_said_to(scheme: str) -> None:
    spec, busy, fitted = SMALL[scheme]
    published = next(s for s in load_case(CASES[scheme]).spec.schemes if s.name == scheme)
    of_size = small_boost.SMALL if scheme == "boost_innov" else spec.schemes[0].rules
    rules = dict(published.rules) | {name: of_size[name] for name in fitted}
    spec = replace(spec, schemes=(replace(spec.schemes[0], rules=rules),))
    values = {name: v for name, v in busy.items() if "." not in name or name.startswith(f"{scheme}.")}
    control = World(spec.without_schemes(), values, 1).run()
    as_published = told(spec, values, control)

    def moves(lever: str) -> bool:
        field = FIELDS[lever]
        middle = field.low if field.unit == "0 or 1" else (field.low + field.high) / 2
        tried = range(len(field.choices)) if field.choices else (field.high, field.low, middle)
        return any(
            differ(
                told(replace(spec, changes=(Change(scheme, lever, float(v)),)), values, control), as_published
            )
            for v in dict.fromkeys(tried)
            if v != rules.get(lever, field.default)
        )

    found = {lever for lever in LEVERS if can_move(lever, rules) and not moves(lever)}
    assert found == IDLE[scheme] | set(IN_CASES[scheme])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scheme", "lever", "case"),
    [(scheme, lever, case) for scheme, found in IN_CASES.items() for lever, case in found.items()],
)
def test_levers_that_move_a_shipped_case_are_not_said_to_move_nothing(
    scheme: str, lever: str, case: str
) -> None:
    """They were, because they move nothing in the small world."""
    spec = load_case(case).spec
    changed = replace(spec, changes=(Change(scheme, lever, FIELDS[lever].high),))
    assert lever not in IDLE[scheme]
    assert differ(levels(World(changed, {}, 1).run()), levels(World(spec, {}, 1).run()))
