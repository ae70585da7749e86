"""Outcomes counted again in the plainest way, row by row, in worlds in which what they count happens."""

import math
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from sim.draws import INNOVATION, ISOLATION, draw
from sim.economy.sectors import TURNOVER_PER_JOB
from sim.helped import turnover_of
from sim.outcomes import differences, levels
from sim.pair import Pair, accepted_files
from sim.rd import RD_ABANDONED, RD_FINISHED, RD_GIVEN_UP, RD_NEW, RD_RUNNING
from sim.spec import Closure
from sim.state import (
    JOBS,
    L_SME_SHARE,
    LEFT,
    N_COHORTS,
    N_SEATS,
    NEVER,
    PARTNER,
    SHARED,
    UNDIAGNOSED,
    UNSHARED,
    C,
)
from sim.world import World
from tests.small import spec as with_alize
from tests.small_boost import BUSY, boost
from tests.small_five import five
from tests.small_five import region as all_schemes
from tests.small_market import LIVELY, OPEN_WIDE, market_pair
from tests.small_plan import plan_world
from tests.small_pole import EAGER
from tests.small_pole import region as with_poles

# firms that can bear little, so that money that comes late strains them
STRAINED = EAGER | {"treasury_months": 1.0, "abandon_strained": 0.06, "capacity_jobs": 8.0,
                    "pole.route_base": 2.5, "outside_months": 6.0}  # fmt: skip


@cache
def poles() -> Pair:
    shape = with_poles(smes=500, months=60, rules={"capital_bridge": 0.5, "sme_call_euros": 1e6})
    return Pair(World(shape, STRAINED, 3).run(), World(shape.without_schemes(), STRAINED, 3).run())


def share(marks: list[bool]) -> float:
    return sum(marks) / len(marks)


def test_projects_of_research_row_by_row():
    world = poles().treated
    rows = list(world.rd)
    led = [r for r in rows if r.led == 1]
    paid = [r for r in rows if r.funded != NEVER]
    begun = [r for r in rows if r.started != NEVER]
    ended = [r for r in rows if r.state == RD_FINISHED]
    given_up = [r for r in paid if r.strained > 0 and r.state == RD_ABANDONED]
    wanted = {
        "rd_ideas": len(led),
        "rd_labelled": sum(r.labelled == 1 for r in led),
        "rd_funded": sum(r.funded != NEVER for r in led),
        "rd_outside": sum(r.started != NEVER and r.funded == NEVER for r in led),
        "rd_seats": len(rows) - len(led),
        "rd_running": sum(r.state == RD_RUNNING for r in rows),
        "rd_forgone": sum(r.state in (RD_GIVEN_UP, RD_NEW) for r in rows),
        "rd_strained": share([r.strained > 0 for r in paid]),
        "cash_failures": len(given_up) / len(paid),
        "rd_abandoned": share([r.state == RD_ABANDONED for r in begun]),
        "conversion": share([r.industry != NEVER for r in ended]),
        "months_to_cash": sum(int(r.cash) - int(r.funded) for r in paid) / len(paid),
        "bridged": sum(int(r.bridged) for r in rows),
        "rd_aid": math.fsum(r.paid for r in rows),
    }
    found = levels(world)
    assert {name: found[name] for name in wanted} == pytest.approx(wanted)
    assert all(wanted.values())
    assert wanted["rd_ideas"] > wanted["rd_labelled"] > wanted["rd_funded"] > 0
    assert any(r.strained == 1 for r in paid)  # one month is a strain too


def test_files_that_calls_for_small_firms_alone_select_are_selected():
    """They stood among the files decided on and not among those selected."""
    world = poles().treated
    here = world.tables.locals
    led = sum(r.led == 1 and r.funded != NEVER for r in world.rd)
    selected = int(here.group_funded.sum()) + led
    assert selected > int(here.selected.sum())
    assert levels(world)["selection_rate"] == pytest.approx(selected / int(here.judged.sum()))


def test_calls_and_members_as_local_schemes_count_them():
    world = five()  # places that are no pôle have no agenda and no calls
    found, locals_ = levels(world), world.tables.locals
    judged = sum(int(k.judged) for k in locals_)
    assert found["selection_rate"] == pytest.approx(sum(int(k.selected) for k in locals_) / judged)
    pole = [scheme.name for scheme in world.spec.schemes].index("pole")
    agendas = [k.agenda for k in locals_ if k.scheme == pole]
    assert found["sme_agenda"] == pytest.approx(sum(agendas) / len(agendas))
    here = [m for m in world.memberships if m.joined != NEVER and m.left == NEVER]
    of_pole = [m for m in here if locals_.scheme[m.local] == pole]
    assert found["distant_members"] == sum(m.distance > 2 / 3 for m in of_pole)
    assert found["distant_members"] > 0


def anyway(world: World, one, size: float) -> float:
    """Euros of R&D a month that a firm near the technology does anyway at this size."""
    p = world.tables.economy[0]
    if one.distance >= 1.0 or size <= 0.0:
        return 0.0
    return p.own_research_euros * (size / 20.0) ** p.research_size * (1.0 - p.idea_distance * one.distance)


def on_projects(world: World, start: int) -> np.ndarray:
    """Euros that projects add to the R&D of each firm from a month on, month by month."""
    spent = np.zeros(len(world.tables.size))
    for month in range(start, world.month):
        for row in world.rd:
            if NEVER != row.started <= month and (row.stopped == NEVER or month < row.stopped):
                spent[row.firm] += (1.0 - world.tables.economy.research_crowding[0]) * row.cost
    return spent


def research_of_last_year(world: World) -> np.ndarray:
    """Euros of R&D of each firm in the last twelve months."""
    spent = on_projects(world, world.month - 12)
    for one in world.researchers:
        spent[one.firm] += 12 * anyway(world, one, world.tables.size[one.firm])
    return spent


def research_so_far(world: World) -> float:
    """Euros of R&D of all firms, year by year by the headcounts with which each begins and ends."""
    t, total = world.tables, on_projects(world, 0).sum()
    heads = [list(counted) for counted in world.research_heads]
    for k, one in enumerate(world.researchers):
        initial = any(b.first <= one.firm < b.first + b.initial for b in t.basins)
        sizes = [t.smes.entry_size[one.firm] if initial else 0.0]
        sizes += [counted[k] if k < len(counted) else 0.0 for counted in heads[1:]]
        monthly = [anyway(world, one, float(size)) for size in sizes]
        total += sum(12 * (a + b) / 2 for a, b in pairwise(monthly))
    return total


def test_euros_of_research_firm_by_firm():
    pair = poles()
    world = pair.treated
    found, gaps = levels(world), differences(pair)
    whole, aid = research_so_far(world), sum(row.paid for row in world.rd)
    assert found["rd_spending"] == pytest.approx(research_of_last_year(world).sum())
    credit = world.tables.economy.tax_credit[0]
    assert found["research_tax_credit"] == pytest.approx(credit * (whole - aid))
    assert gaps["rd_per_euro"] == pytest.approx((whole - research_so_far(pair.control)) / aid)
    now = [m.firm for m in world.memberships if m.joined != NEVER and m.left == NEVER]
    more, less = (research_of_last_year(w)[now].sum() for w in (world, pair.control))
    assert gaps["rd_gain"] == pytest.approx(100 * (more / less - 1))
    assert aid > 0


def test_firms_that_innovate_one_by_one():
    world = poles().treated
    t, p, end = world.tables, world.tables.economy[0], poles().treated.month
    lately = {int(r.firm) for r in world.rd if r.state == RD_FINISHED and r.stopped > end - 36}
    before = {int(r.firm) for r in world.rd if r.state == RD_FINISHED} - lately
    firms = np.flatnonzero(t.size >= 10).tolist()
    found = []
    for i in firms:
        chance = p.innovation_base * (t.size[i] / 20) ** p.innovation_size
        found.append(i in lately or draw(t.seed[0], INNOVATION, t.uid[i], end, 0) < chance)
    assert levels(world)["innovators"] == pytest.approx(share(found))
    assert before & {i for i, marked in zip(firms, found, strict=True) if not marked}


@cache
def market() -> Pair:
    return market_pair(3, rules=OPEN_WIDE | {"contract_months": 12.0}, values=LIVELY | {"exit_base": 0.006})


def test_contracts_row_by_row():
    pair = market()
    world = pair.treated
    found, contracts, t = levels(world), list(world.contracts), world.tables
    # what weighs on the winners is what runs
    assert found["sales_in_force"] == pytest.approx(t.sellers.value[: len(world.memberships)].sum())
    assert 0 < found["sales_in_force"] < 0.9 * sum(c.value for c in contracts)
    given = sum(c.given_away * c.value * (c.ends - c.awarded) / 12 for c in contracts)
    assert found["preference_cost"] == pytest.approx(given)
    assert given > 0
    sellers = t.sellers[: len(world.memberships)]
    buying = [s.needs > 0 for s, m in zip(sellers, world.memberships, strict=True) if m.joined != NEVER]
    assert found["member_buyers"] == sum(buying)
    assert found["member_buyers"] != sum(s.contracts > 0 for s in sellers)
    assert 0 < found["needs_unanswered"] == t.markets.unanswered.sum() < found["needs_posted"]
    assert found["sme_share"] == pytest.approx(t.local_series[-1, 0, L_SME_SHARE])
    assert len(set(t.buyers.share.tolist())) > 2
    moved = sum(f.jobs for f in world.flows if f.cause == C)
    assert differences(pair)["jobs_contract"] == pytest.approx(moved)
    held = sum(c.held - c.displaced for c in contracts)
    assert held == pytest.approx(sum(c.outside for c in contracts))


def test_turnover_moves_with_contracts_from_the_loser_to_the_winner():
    pair = market()
    world, t = pair.treated, pair.treated.tables
    beyond = 0.0
    for c in world.contracts:
        if c.closed != NEVER:
            continue
        value = c.value if c.ends >= world.month else 0.0
        if t.size[c.firm] > 0.0:
            beyond += value - c.held * TURNOVER_PER_JOB[t.sector[c.firm]]
        if c.supplier != NEVER and t.size[c.supplier] > 0.0:
            beyond -= value - c.displaced * TURNOVER_PER_JOB[t.sector[c.supplier]]
    usual = float(turnover_of(world).sum())
    assert levels(world)["turnover"] == pytest.approx(usual + beyond)
    assert beyond != 0.0
    control = levels(pair.control)["turnover"]
    assert differences(pair)["turnover_net"] == pytest.approx(usual + beyond - control)


def test_cohorts_row_by_row():
    world = World(boost(basins=2, opens=(("b0", 0), ("b1", 5))), BUSY, 2).run()
    found, t = levels(world), world.tables
    cohorts = list(t.cohorts[: t.counts[N_COHORTS]])
    sites: dict[int, set[int]] = {}
    for seat in t.seats[: t.counts[N_SEATS]]:
        sites.setdefault(int(seat.cohort), set()).add(int(t.partnerships.site[seat.link]))
    assert found["employers_a_cohort"] == pytest.approx(sum(map(len, sites.values())) / len(cohorts))
    gaps: list[int] = []
    for k in range(2):  # of one place and its next, not of one place and another
        months = sorted(int(c.started) for c in cohorts if c.local == k)
        gaps += [b - a for a, b in pairwise(months)]
    assert found["months_to_fill"] == pytest.approx(sum(gaps) / len(gaps))
    taken = []
    for i in np.flatnonzero((t.smes.supported != NEVER) & (t.size > 0)):
        sme, since = t.smes[i], world.month - 1 - int(t.smes.supported[i])
        alone = draw(t.seed[0], ISOLATION, t.uid[i], 0, 0)
        loss = t.rules.tie_loss[0] * (1 - t.rules.alumni_events[0]) / 12
        taken.append(alone * sme.ties * math.exp(-loss * since))
    assert found["isolation_lowered"] == pytest.approx(100 * sum(taken) / len(taken))
    assert found["isolation_lowered"] > 0


def test_what_firms_pay_is_no_public_money():
    world = plan_world()
    found, t = levels(world), world.tables
    rules = t.rules[world.files.local[world.files.started != NEVER]]
    assert (rules.priced_days == rules.days).all()
    prices, parts = rules.action_euros.sum(), (rules.action_euros * rules.firm_share).sum()
    assert found["private_cost"] == pytest.approx(parts)
    assert 0 < parts < prices
    spent = t.locals.coordination_cost.sum() + prices - parts
    assert found["public_cost"] == pytest.approx(spent)  # no advance, no research


def test_needs_that_are_read_wrongly_by_what_was_known_of_them():
    seen = {"diagnostic_coverage": 0.7, "diagnostic_sharing": 0.6}
    world = plan_world(values={"plan_pme.diagnosed_reading": 0.5}, rules=seen)
    begun = [file for file in world.files if file.started != NEVER]
    found = levels(world)
    kinds = {"misread_undiagnosed": UNDIAGNOSED, "misread_unshared": UNSHARED, "misread_shared": SHARED}
    wrong = {name: share([f.read_rightly == 0 and f.diagnosed == kind for f in begun])
             for name, kind in kinds.items()}  # fmt: skip
    assert {name: found[name] for name in kinds} == pytest.approx(wrong)
    assert len(set(wrong.values()) | {0.0}) == 4
    assert sum(wrong.values()) + found["right_need_share"] == pytest.approx(1)
    files = accepted_files(world)
    again = [firm in set(files.firm[:k].tolist()) for k, firm in enumerate(files.firm.tolist())]
    assert found["repeat_share"] == pytest.approx(share(again))
    assert found["repeat_share"] > 0


def test_firms_helped_by_two_schemes_among_all_that_are_helped():
    world = five()
    by: dict[int, set[int]] = {}
    files = accepted_files(world)
    for firm, local in zip(files.firm.tolist(), files.local.tolist(), strict=True):
        by.setdefault(firm, set()).add(int(world.tables.locals.scheme[local]))
    for m in world.memberships:
        if m.joined != NEVER:
            by.setdefault(int(m.firm), set()).add(int(world.tables.locals.scheme[m.local]))
    assert levels(world)["helped_twice"] == pytest.approx(share([len(of) > 1 for of in by.values()]))


def test_the_deepest_fall_is_below_the_month_before_the_first_closure():
    shape = all_schemes(
        ("alize",), months=30, closures=(Closure("b0", 20, 1.0, 1.0), Closure("b1", 12, 1.0, 1.0))
    )
    world = World(shape, {}, 4).run()
    jobs = world.tables.series[:, :, JOBS].sum(axis=1).tolist()
    lost = [100 * (1 - n / jobs[11]) for n in jobs[11:]]
    found = levels(world)
    assert found["trough"] == pytest.approx(max(lost))
    assert found["months_below"] == sum(x > 0 for x in lost)
    assert found["trough"] > 0


def test_a_closure_in_the_first_month_is_measured_against_the_start():
    """It was measured against the month in which it had taken place."""
    closures = (Closure("b0", 0, 1.0, 1.0), Closure("b1", 12, 1.0, 1.0))
    shape = all_schemes(("alize",), months=30, closures=closures)
    start = World(shape, {}, 4).tables.size.sum()
    world = World(shape, {}, 4).run()
    lost = [100 * (1 - n / start) for n in world.tables.series[:, :, JOBS].sum(axis=1)]
    found = levels(world)
    assert lost[0] > 1
    assert found["trough"] == pytest.approx(max(lost))
    assert found["months_below"] == sum(x > 0 for x in lost)


def test_a_partner_of_a_scheme_that_has_closed_is_partner_of_none():
    values = {"alize.exit_rate": 0.3, "boost_innov.exit_rate": 0.3, "alize.join_rate": 0.0}
    world = five(values=values, schemes=("alize", "boost_innov"), rules={"alize": {"partners_min": 4.0}})
    links, alive = world.tables.partnerships, world.tables.locals.alive
    gone = {int(link.site) for link in links if link.state == LEFT}
    stay = {int(link.site) for link in links if link.state == PARTNER and alive[link.local] == 1}
    closed = {int(link.site) for link in links if link.state == PARTNER and alive[link.local] == 0}
    assert levels(world)["partners_now_left"] == len(gone - stay)
    assert (closed & gone) - stay  # they count as having left


def test_firms_of_three_years_ago_that_live_in_either_world():
    shape = with_alize(months=72, smes=1200)
    values = {"alize.application_rate": 0.6, "alize.referral": 0.6, "project_rate": 0.02, "success_met": 3.0}
    values |= {"exit_capability": 1.5, "capability_gain": 0.6, "exit_base": 0.004}
    pair = Pair(World(shape, values, 2).run(), World(shape.without_schemes(), values, 2).run())
    files = accepted_files(pair.treated)
    firms = {int(f.firm) for f in files if f.accepted + 36 <= pair.treated.month}
    assert len(firms) < len(set(files.firm.tolist()))
    living = [sum(w.tables.size[i] > 0 for i in firms) / len(firms) for w in (pair.treated, pair.control)]
    assert differences(pair)["survival_gain"] == pytest.approx(100 * (living[0] - living[1]))
    assert living[0] != living[1]
