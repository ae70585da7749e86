"""Levers of a whole scheme, not of a basin, are refused for some basins only, and no others are."""

import inspect
import re
from types import ModuleType

import pytest

from scenarios.studies import can_move, why_pooled
from sim.outcomes import levels
from sim.parameters import FIELDS, LEVERS
from sim.spec import Change
from sim.support import actions, calls
from sim.world import World
from tests.small_five import EAGER, FIVE, region

OTHERS = ("b1", "b2")
SEEDS = (2, 1, 3)  # few agreements and few ideas: one may have none outside the first basin
# of these each basin has its own too: what seats cost it, how long its firms are followed or wait
IN_PART = {"plan_pme": {"days", "firm_share", "followup_months"}, "pole": {"decision_months"}}


def read_of_the_lead(module: ModuleType) -> set[str]:
    """Fields that functions of a module read in the row of a scheme's first place, for all its places."""
    code = {name: inspect.getsource(f.py_func) for name, f in vars(module).items() if hasattr(f, "py_func")}
    of_lead = [text for text in code.values() if "w.rules[lead]" in text]
    passed = {name for text in of_lead for name in re.findall(r"(\w+)\([^()]*\brule\)", text)}
    texts = (*of_lead, *(code[name] for name in passed))
    return {found for text in texts for found in re.findall(r"(?:\brule|w\.rules\[lead\])\.(\w+)", text)}


@pytest.mark.parametrize(("scheme", "module"), [("plan_pme", actions), ("pole", calls)])
def test_what_is_read_in_the_first_place_alone_is_refused_for_others(scheme: str, module: ModuleType) -> None:
    (spec,) = region(schemes=(scheme,)).schemes
    found = read_of_the_lead(module) & set(LEVERS)
    assert found >= {"committee_period_months", "call_euros"} or found >= {"selection", "days", "firm_share"}
    refused = {lever for lever in LEVERS if can_move(lever, spec.rules) and why_pooled(lever, spec.rules)}
    assert refused == found | {"training_places"}


@pytest.mark.slow
@pytest.mark.parametrize("scheme", FIVE)
def test_levers_that_do_nothing_in_other_basins_than_the_first_are_those_refused(scheme: str) -> None:
    rules = region(schemes=(scheme,)).schemes[0].rules
    eager = {name: v for name, v in EAGER.items() if "." not in name or name.startswith(f"{scheme}.")}

    def told(seed: int, *changes: Change) -> list[str]:
        world = World(region(schemes=(scheme,), changes=changes), eager, seed).run()
        return [f"{name} {value}" for name, value in levels(world).items()]

    as_it_is = {seed: told(seed) for seed in SEEDS}

    def moves(lever: str, places: tuple[str, ...] = ()) -> bool:
        field = FIELDS[lever]
        middle = field.low if field.unit == "0 or 1" else (field.low + field.high) / 2
        tried = range(len(field.choices)) if field.choices else (field.high, field.low, middle)
        return any(
            told(seed, Change(scheme, lever, float(v), basins=places)) != as_it_is[seed]
            for seed in SEEDS
            for v in dict.fromkeys(tried)
            if v != rules.get(lever, field.default)
        )

    here = [lever for lever in LEVERS if can_move(lever, rules) and moves(lever)]
    of_first = {lever for lever in here if not moves(lever, OTHERS)}
    assert of_first == {lever for lever in here if why_pooled(lever, rules)} - IN_PART.get(scheme, set())
