"""What the page on scenarios says of closing a scheme and of opening it in an order, in small worlds."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scenarios.finding import SHIPPED
from scenarios.load import load_case, load_with_notes
from scenarios.studies import Study
from sim.spec import Change, WorldSpec
from sim.state import L_PUBLIC
from sim.world import World
from tests import small, small_boost, small_market, small_plan, small_pole

PAGE = (SHIPPED / "README.md").read_text("utf-8")
END = 30  # month in which each ends here
HELPING: dict[str, tuple[WorldSpec, dict[str, float]]] = {
    "alize": (small.spec(smes=600, months=48, large_sites=14), small_boost.OTHERS),
    "boost_innov": (small_boost.boost(months=48), small_boost.BUSY),
    "plan_pme": (small_plan.region(smes=300), small_plan.EAGER),
}
MEMBERS: dict[str, tuple[WorldSpec, dict[str, float]]] = {
    "pole": (small_pole.region(smes=500, months=48), small_pole.EAGER),
    "pacte_pme": (small_market.place(smes=800, months=48, neighbours=300), small_market.LIVELY),
}


def block(begin: str) -> str:
    """The example of the page that begins so."""
    return next(text for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if text.startswith(begin))


@pytest.fixture
def ends(tmp_path: Path) -> Study:
    """The policies under which schemes end, of which nothing is to be noted."""
    path = tmp_path / "ends.yaml"
    path.write_text(block("question: What is lost if support ends"), "utf-8")
    study, notes = load_with_notes(path)
    assert notes == ()
    assert isinstance(study, Study)
    return study


def worlds(scheme: str, ends: Study) -> tuple[World, World]:
    """A small world of a scheme as it is, and the same where it ends."""
    spec, values = (HELPING | MEMBERS)[scheme]
    lines = ends.policies[f"{scheme.replace('_', '-')}-ends"]
    changes = tuple(Change(scheme, line.lever, line.value, END) for line in lines)
    return tuple(World(found, values, 1).run() for found in (spec, replace(spec, changes=changes)))


def spent(world: World) -> float:
    """Public money from the month on in which schemes end."""
    money = world.tables.local_series[:, :, L_PUBLIC].sum(axis=1)
    return float(money[-1] - money[END - 1])


def after(months: np.ndarray) -> int:
    """How many of these months are not before schemes end."""
    return int((months >= END).sum())


@pytest.mark.parametrize("scheme", HELPING)
def test_a_scheme_that_ends_as_the_page_says_helps_nobody_any_more(scheme: str, ends: Study) -> None:
    as_is, ended = worlds(scheme, ends)
    assert after(as_is.files.started) > 0 < spent(as_is)
    assert after(ended.files.started) == 0
    assert after(ended.files.applied[ended.files.step == 0]) == 0  # a pathway that has begun may go on
    assert (ended.files.started >= 0).sum() == (as_is.files.started >= 0).sum() - after(as_is.files.started)
    assert spent(ended) == 0


def test_every_place_of_a_scheme_of_actions_closes(ends: Study) -> None:
    as_is, ended = worlds("plan_pme", ends)
    assert as_is.tables.locals.alive.all()
    assert not ended.tables.locals.alive.any()


def test_a_pole_that_ends_has_no_more_calls_nor_new_members(ends: Study) -> None:
    as_is, ended = worlds("pole", ends)
    assert after(as_is.rd.funded[as_is.rd.labelled == 1]) > 0 < after(as_is.memberships.joined)
    assert after(ended.rd.funded[ended.rd.labelled == 1]) == 0 == after(ended.memberships.joined)


def test_nobody_joins_a_market_place_that_ends_and_its_members_trade_on(ends: Study) -> None:
    as_is, ended = worlds("pacte_pme", ends)
    assert after(as_is.memberships.joined) > 0 < spent(as_is)
    assert after(ended.memberships.joined) == 0 == spent(ended)
    assert after(ended.contracts.awarded) > 0


def test_what_has_opened_stays_open() -> None:
    spec, values = HELPING["alize"]
    shut = replace(spec, changes=(Change("alize", "opening_places", 0, END),))
    as_is, other = World(spec, values, 1).run(), World(shut, values, 1).run()
    assert other.files.tobytes() == as_is.files.tobytes()
    assert other.tables.locals.alive.all()


def test_fragile_basins_open_first_in_a_case_that_says_so(tmp_path: Path) -> None:
    path = tmp_path / "fragile-first.yaml"
    path.write_text(block("# fragile-first.yaml"), "utf-8")
    case = load_case(path)
    world = World(case.spec, {}, 1).run(49)
    opened = {case.territory.basins[row.basin]: row.start for row in world.tables.locals}
    months = [opened[basin] for basin in sorted(opened, key=lambda basin: -basin.fragility)]
    assert months == [0, 0, 24, 48]


def test_at_a_pace_places_open_in_the_order_of_the_rows_of_the_territory() -> None:
    spec = small.spec(smes=100, months=12, changes=(Change("alize", "opening_pace", 3.0),))
    turned = replace(spec, territory=replace(spec.territory, basins=spec.territory.basins[::-1]))
    for found in (spec, turned):
        world = World(found, {}, 1).run()
        by_row = dict(zip(world.tables.locals.basin, world.tables.locals.start, strict=True))
        assert [by_row[row] for row in range(3)] == [0, 4, 8]
