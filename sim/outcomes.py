"""Everything a reader may ask of a world or of a pair: name, unit, definition, how it is computed."""

from collections.abc import Callable

import numpy as np

from sim.cohorts_seen import (
    cohorts_started,
    employers_a_cohort,
    isolation_lowered,
    misfit_share,
    months_to_fill,
    plans_carried_out,
    resilience_gain,
    rigour,
    volunteer_skill,
)
from sim.columns import distinct
from sim.economy.projects import HIRING_MONTHS
from sim.helped import (
    GROWS,
    SHRINKS,
    Column,
    actions_a_pathway,
    gain,
    growing_gain,
    grown,
    misread,
    offer_gap,
    size_of,
    sound_growth,
    started_files,
    turnover_of,
)
from sim.markets_seen import MARKETS, sales_beyond_jobs
from sim.once import once, together
from sim.outcome import LEAST_JOBS, Outcome, count, mean, no_net_job, ratio
from sim.pair import Pair, accepted_files, declared, helped, pending_jobs, realised, windows
from sim.places_seen import PLACES
from sim.poles_seen import POLES
from sim.spec import fragile_third, fragility_varies
from sim.state import (
    COMPLETED,
    DEAD,
    DROPPED,
    JOBS,
    LEFT,
    LOST,
    NEVER,
    OPEN,
    PARTNER,
    PARTNER_SITES,
    PARTNER_WEAR,
    REJECTED,
    SHARED,
    UNDIAGNOSED,
    UNSERVED,
    UNSHARED,
)
from sim.world import World

TAX_RELIEF = 0.6  # of skills sponsorship, which the State gives back (tax reduction of 60 %)
SURVIVAL_MONTHS = 36


@once
def count_firms(world: World) -> int:
    """Different firms with an accepted file, or that became members."""
    return len(distinct(helped(world).firm))


@once
def count_examined(world: World) -> int:
    """Projects examined by committees; a file that comes back counts once."""
    return count((world.files.attempt == 0) & (world.files.decided != NEVER))


def count_state(world: World, state: np.integer) -> int:
    """Files in a state."""
    return count(world.files.state == state)


def of_accepted(world: World, field: str, summary: Callable[[np.ndarray], float]) -> float:
    """A summary of one column of the accepted files; not a number where there is none."""
    files = accepted_files(world)
    return float(summary(files[field])) if len(files) else float("nan")


def months_to_help(world: World) -> float:
    """Mean months from application to the start of help."""
    files = started_files(world)
    return mean(files.started - files.applied)


def realisation_rate(world: World) -> float:
    """Jobs hired over jobs planned, on the projects of accepted files that are not open any more: a project
    once, however many actions its pathway has."""
    project = world.projects[distinct(accepted_files(world).project)]
    project = project[project.state != OPEN]
    return ratio((project.jobs * project.hired_months / HIRING_MONTHS).sum(), project.jobs.sum())


def mean_fatigue(world: World) -> float:
    """Mean wear of the partner sites of living schemes."""
    last = world.tables.series[world.month - 1]
    return ratio(last[:, PARTNER_WEAR].sum(), last[:, PARTNER_SITES].sum())


def partners_left(world: World) -> int:
    """Sites that left a local scheme at least once; a site that left several counts once."""
    links = world.tables.partnerships
    return len(distinct(links.site[links.left != NEVER]))


def partners_now_left(world: World) -> int:
    """Sites that have left a local scheme, have not come back to it and are partners of no living one."""
    links = world.tables.partnerships
    stays = (links.state == PARTNER) & (world.tables.locals.alive[links.local] == 1)
    gone = np.zeros(len(world.tables.sites), bool)
    gone[links.site[links.state == LEFT]] = True
    gone[links.site[stays]] = False
    return count(gone)


@once
def volunteers(world: World) -> int:
    """Different persons who went on a mission."""
    return count(world.tables.persons.missions > 0)


@once
def in_kind_cost(world: World) -> float:
    """Days given by volunteers at their value (euros)."""
    return float((world.tables.locals.days * world.tables.rules.day_euros).sum())


def public_cost(world: World) -> float:
    """Coordination, paid experts less what firms pay of them, advances lost, aid to research (euros)."""
    k = world.tables.locals
    return float((k.coordination_cost + k.expert_cost - k.firm_cost + k.lost + k.aid_paid).sum())


@once
def turnover(world: World) -> float:
    """Sum of n * turnover a job of the sector * exp(y_c (c - c_base) + A), and of what contracts move beyond
    their jobs, in euros a year."""
    return float(turnover_of(world).sum()) + sales_beyond_jobs(world)


def job_years(pair: Pair, discount: float) -> float:
    """Net jobs summed over months, over 12, discounted at a yearly rate."""
    months = pair.treated.month
    with_policy, without = (w.tables.series[:months, :, JOBS].sum(1) for w in (pair.treated, pair.control))
    return float(((with_policy - without) / (1 + discount) ** (np.arange(1, months + 1) / 12)).sum() / 12)


def survival_gain(pair: Pair) -> float:
    """Accepted firms with 36 months behind them: percentage alive, less that of the same firms without
    help."""
    rows = distinct(helped(pair.treated, pair.treated.month - SURVIVAL_MONTHS + 1).firm)
    if not len(rows):
        return float("nan")
    with_help, without = ((w.tables.size[rows] > 0).mean() for w in (pair.treated, pair.control))
    return 100.0 * float(with_help - without)


def fragile_share(pair: Pair) -> float:
    """Share of net jobs in the most fragile third of basins; not a number where all are as fragile, or where
    there is nothing to share."""
    territory = pair.treated.spec.territory
    net, third = pair.delta_by_basin().sum(0), fragile_third(territory)
    if not fragility_varies(territory) or abs(net.sum()) < LEAST_JOBS:
        return float("nan")
    return ratio(net[[basin.id in third for basin in territory.basins]].sum(), net.sum())


def cost_per_net_job(world: World, net: float) -> float:
    """Public cost and tax given back over net jobs; infinite where there is none."""
    if no_net_job(net):
        return float("inf")
    return (public_cost(world) + TAX_RELIEF * in_kind_cost(world)) / net


# when the first help of the firms ended whose gain in a year after it is told
ENDED = {
    1: "in the last twelve months",
    2: "12 to 24 months before the end",
    3: "24 to 36 months before the end",
}


def _gain_after(what: str, column: Column, year: int) -> Outcome:
    """Gain of helped firms in a year after their help: ``gain``."""
    words = (
        f"{what} of the firms whose first help ended {ENDED[year]}, over the same firms without any scheme, "
        "less 1."
    )
    name = f"{what.lower()}_gain_year{year}"
    return Outcome(name, "%", "pair", 1, words, lambda p, bars: gain(p, column, year))


# fmt: off
_ALL = (
    # stocks
    Outcome("firms", "firms", "world", 1, "SMEs and graduates alive at the end.",
            lambda w: count(w.tables.size > 0)),
    Outcome("jobs", "jobs", "world", 1, "Jobs in SMEs and graduates at the end.",
            lambda w: w.tables.size.sum()),
    Outcome("site_jobs_cut", "jobs", "world", -1, "Jobs cut by large sites.",
            lambda w: w.tables.sites.jobs_cut.sum()),
    # counts of jobs
    Outcome("jobs_promised", "jobs", "world", 0, "Jobs at stake in accepted files, at acceptance.",
            lambda w: accepted_files(w).jobs.sum()),
    Outcome("jobs_reported", "jobs", "world", 0,
            "Jobs as the scheme declares them: jobs realised that it hears of, with the share of pending "
            "jobs that it counts; or gains of headcount, where it counts these.", declared),
    Outcome("jobs_realised", "jobs", "world", 0,
            "Project hires of accepted firms, and what their own research and contracts move, within "
            "36 months of acceptance, for members as long as they are and 36 months more, whoever caused "
            "them.",
            lambda w: realised(w, windows(helped(w))).sum()),
    Outcome("jobs_pending", "jobs", "world", 0,
            "Jobs of accepted files not decided or not yet hired at the end.",
            lambda w: pending_jobs(w, accepted_files(w)).sum()),
    Outcome("turnover", "euros per year", "world", 1, "Turnover of all firms at the end.", turnover),
    # files
    Outcome("files_examined", "files", "world", 0,
            "Projects examined by committees (files that come back count once); in schemes of actions, which "
            "examine nothing, actions that got a seat.", count_examined),
    Outcome("files_accepted", "files", "world", 1,
            "Files accepted (what schemes publish as projects supported).", lambda w: len(accepted_files(w))),
    Outcome("firms_accepted", "firms", "world", 1,
            "Different firms with an accepted file, or that became members.", count_firms),
    Outcome("acceptance_rate", "share", "world", 0,
            "Projects accepted, at once or when they came back, whether or not help then started, over "
            "projects examined; 1 in schemes of actions, which examine nothing.",
            lambda w: ratio(count(w.files.accepted != NEVER), count_examined(w))),
    Outcome("firms_started", "files", "world", 1,
            "Files whose help started; each action of a pathway is a file.",
            lambda w: count(w.files.started != NEVER)),
    Outcome("firms_completed", "files", "world", 1,
            "Files whose help was completed; each action of a pathway is a file.",
            lambda w: count_state(w, COMPLETED)),
    Outcome("files_rejected", "files", "world", 0, "Files rejected.", lambda w: count_state(w, REJECTED)),
    Outcome("files_dropped", "files", "world", -1, "Files whose help the firm left before its end.",
            lambda w: count_state(w, DROPPED)),
    Outcome("files_unserved", "files", "world", -1,
            "Files that found no volunteer, seat, group or room in time.",
            lambda w: count_state(w, UNSERVED)),
    Outcome("files_lost", "files", "world", -1, "Files of firms that closed.",
            lambda w: count_state(w, LOST)),
    Outcome("young_share", "share", "world", 0, "Accepted files of firms under the minimum age.",
            lambda w: mean(accepted_files(w).young)),
    Outcome("size_median", "jobs", "world", 0, "Median size of firms when they applied, over accepted files.",
            lambda w: of_accepted(w, "size", np.median)),
    Outcome("months_to_help", "months", "world", -1, "Mean time from application to the start of help.",
            months_to_help),
    Outcome("realisation_rate", "share", "world", 0,
            "Jobs hired over jobs planned, on the projects of accepted files that are decided, or whose firm "
            "closed before they were, each project once.", realisation_rate),
    Outcome("repeat_share", "share", "world", 0, "Accepted files of firms that had one before.",
            lambda w: 1 - ratio(len(distinct(accepted_files(w).firm)), len(accepted_files(w)))),
    # needs and pathways
    Outcome("right_need_share", "share", "world", 1, "Help started that aims at the true need.",
            lambda w: mean(started_files(w).read_rightly == 1)),
    Outcome("misread_undiagnosed", "share", "world", -1,
            "Help started that aims at a wrong need, where there was no diagnostic.",
            lambda w: misread(w, UNDIAGNOSED)),
    Outcome("misread_unshared", "share", "world", -1,
            "Help started that aims at a wrong need, where the director alone had seen the diagnostic.",
            lambda w: misread(w, UNSHARED)),
    Outcome("misread_shared", "share", "world", -1,
            "Help started that aims at a wrong need, where the diagnostic was shared and wrong.",
            lambda w: misread(w, SHARED)),
    Outcome("offer_gap", "share", "world", -1,
            "Seats offered at the end for other themes than those that firms need, over all seats (schemes "
            "made of actions).", offer_gap),
    Outcome("pathway_actions", "actions", "world", 0,
            "Help started over pathways begun: a pathway is a first action and those that follow it.",
            actions_a_pathway),
    Outcome("paths_closed", "share", "world", -1,
            "Firms first accepted 12 to 36 months before the end: those that have closed.",
            lambda w: mean(grown(w, w) == 0.0)),
    Outcome("paths_shrinking", "share", "world", -1,
            "Firms first accepted 12 to 36 months before the end: those alive whose turnover is at least "
            "10 % below that of their application.",
            lambda w: mean((grown(w, w) > 0.0) & (grown(w, w) < SHRINKS))),
    Outcome("paths_growing", "share", "world", 1,
            "Firms first accepted 12 to 36 months before the end: those whose turnover is more than 10 % "
            "above that of their application.",
            lambda w: mean(grown(w, w) > GROWS)),
    Outcome("sound_growth", "share", "world", 1,
            "Firms first accepted 12 to 36 months before the end whose turnover has grown by more than 10 %: "
            "those whose turnover would have done so without the passing effect of advice.",
            sound_growth),
    # cohorts and plans
    Outcome("cohorts", "cohorts", "world", 1, "Cohorts started.", cohorts_started),
    Outcome("months_to_fill", "months", "world", -1,
            "Months between two cohorts of a local scheme, on average.", months_to_fill),
    Outcome("employers_a_cohort", "employers", "world", 1, "Different large sites whose people sit in a "
            "cohort.", employers_a_cohort),
    Outcome("misfit_share", "share", "world", -1,
            "Directors whose cohort has started: those who are not ready to commit.", misfit_share),
    Outcome("plans_carried_out", "share", "world", 1,
            "Help in a cohort completed: that whose plan was carried out before the firm decided.",
            plans_carried_out),
    Outcome("rigour", "share", "world", 1,
            "Mean rigour of living local schemes at the end; 1 is that of the first as it opened.", rigour),
    Outcome("isolation_lowered", "points", "world", 1,
            "Isolation of directors whose help was completed that ties with others take away at the end, on "
            "average, in hundredths.", isolation_lowered),
    # volunteers
    Outcome("volunteer_skill", "points", "world", 1,
            "What volunteers have learnt, in hundredths of what can be learnt, per person.", volunteer_skill),
    Outcome("volunteers_mobilised", "persons", "world", 1, "Different persons who went on a mission.",
            volunteers),
    Outcome("missions", "missions", "world", 0, "Missions of volunteers started.",
            lambda w: w.tables.locals.missions.sum()),
    Outcome("seats_per_volunteer", "missions per person", "world", 0,
            "Missions over different persons who went on one.",
            lambda w: ratio(w.tables.locals.missions.sum(), volunteers(w))),
    Outcome("volunteer_days", "days", "world", 0, "Days given by volunteers.",
            lambda w: w.tables.locals.days.sum()),
    Outcome("paid_days", "days", "world", 0, "Expert days bought.",
            lambda w: w.tables.locals.paid_days_total.sum()),
    Outcome("fatigue", "share", "world", -1,
            "Mean fatigue of partner sites at the end; under the rival rule, of their people: those who have "
            "stopped.", mean_fatigue),
    Outcome("partners_active", "sites", "world", 1,
            "Different sites that are partners of living schemes at the end.",
            lambda w: w.tables.series[w.month - 1, :, PARTNER_SITES].sum()),
    Outcome("partners_left", "sites", "world", -1,
            "Different sites that left a scheme at least once, even if they stay partners of another.",
            partners_left),
    Outcome("partners_now_left", "sites", "world", -1,
            "Different sites that left a scheme, had not come back to it at the end and are partners of no "
            "living one.",
            partners_now_left),
    Outcome("schemes_alive", "local schemes", "world", 1, "Local schemes alive at the end.",
            lambda w: w.tables.locals.alive.sum()),
    Outcome("schemes_closed", "local schemes", "world", -1,
            "Local schemes that closed for want of partners.",
            lambda w: count(w.tables.locals.closed != NEVER)),
    # money
    Outcome("in_kind_cost", "euros", "world", -1, "Days given by volunteers at their value.", in_kind_cost),
    Outcome("tax_expenditure", "euros", "world", -1,
            "Tax given back to the volunteers' employers: 60 % of the value of the days given.",
            lambda w: TAX_RELIEF * in_kind_cost(w)),
    Outcome("public_cost", "euros", "world", -1,
            "Coordination, paid experts less what firms pay of them, advances lost, aid to research; without "
            "the tax given back.", public_cost),
    Outcome("private_cost", "euros", "world", -1, "What firms pay of the experts bought for them.",
            lambda w: w.tables.locals.firm_cost.sum()),
    Outcome("advances_paid", "euros", "world", 0, "Repayable advances paid.",
            lambda w: w.tables.locals.advanced.sum()),
    Outcome("advances_lost", "euros", "world", -1, "Advances lost to insolvencies.",
            lambda w: w.tables.locals.lost.sum()),
    Outcome("advances_lost_share", "share", "world", -1, "Advances lost over advances paid.",
            lambda w: ratio(w.tables.locals.lost.sum(), w.tables.locals.advanced.sum())),
    Outcome("revitalisation_routed", "euros", "world", 0,
            "Revitalisation money routed to the schemes' funds.", lambda w: w.tables.locals.routed.sum()),
    Outcome("revitalisation_agreements", "agreements", "world", 0,
            "Revitalisation agreements of which a part was routed to the schemes' funds.",
            lambda w: w.tables.locals.routed_agreements.sum()),
    Outcome("deaths", "firms", "world", -1, "Firms that closed.",
            lambda w: count(w.tables.smes.status == DEAD)),
    # pairs
    Outcome("jobs_net", "jobs", "pair", 1,
            "Jobs of all firms in the world with the policy less the world without any scheme.",
            lambda p, bars: bars["net"]),
    Outcome("jobs_deadweight", "jobs", "pair", -1,
            "Of the jobs realised, those that the same firms create without help.",
            lambda p, bars: bars["deadweight"]),
    Outcome("deadweight_share", "share", "pair", -1, "Deadweight over jobs realised.",
            lambda p, bars: ratio(bars["deadweight"], bars["realised"])),
    Outcome("jobs_churn", "jobs", "pair", 0,
            "Jobs that the firms which the scheme asks would declare, asked as it asks them, in the world "
            "without any scheme: ordinary changes and projects that come anyway.",
            lambda p, bars: declared(p.treated, without=p.control)),
    Outcome("jobs_displaced", "jobs", "pair", -1,
            "Jobs lost by competitors because of the policy: to hires in the basin, to contracts anywhere in "
            "the territory.",
            lambda p, bars: bars["displacement"]),
    Outcome("jobs_spillover", "jobs", "pair", 1, "Jobs gained by local services because of the policy.",
            lambda p, bars: bars["spillover"]),
    Outcome("jobs_attrition", "jobs", "pair", -1,
            "Jobs lost again (ordinary changes and exits of firms that grew because of the policy), less "
            "those that firms keep when large sites cut jobs because help has made them less dependent.",
            lambda p, bars: bars["attrition"]),
    Outcome("jobs_other", "jobs", "pair", 0,
            "Project hires, and contracts won, changed outside the windows of accepted firms, with a minus.",
            lambda p, bars: bars["other"]),
    Outcome("jobs_net_per_firm", "jobs per firm", "pair", 1, "Net jobs over accepted firms.",
            lambda p, bars: ratio(bars["net"], count_firms(p.treated))),
    Outcome("job_years", "job-years", "pair", 1, "Net jobs summed over months, over 12.",
            lambda p, bars: job_years(p, 0.0)),
    Outcome("job_years_discounted", "job-years", "pair", 1,
            "Net jobs summed over months, over 12, discounted at 3 % a year.",
            lambda p, bars: job_years(p, 0.03)),
    Outcome("survival_gain", "points", "pair", 1,
            "Accepted firms with 36 months behind them: share alive at the end, less the same firms without "
            "help.", lambda p, bars: survival_gain(p)),
    Outcome("resilience_gain", "points", "pair", 1,
            "Firms whose help started: share closed in months when demand is below its start, less that of "
            "the same firms without help, with a minus.", lambda p, bars: resilience_gain(p)),
    Outcome("jobs_net_fragile_share", "share", "pair", 0,
            "Share of net jobs in the most fragile third of basins (rounded up); empty where all are as "
            "fragile, or where there are no net jobs, gained or lost.", lambda p, bars: fragile_share(p)),
    Outcome("jobs_net_worst_basin", "jobs", "pair", 1, "Net jobs in the basin where they are fewest.",
            lambda p, bars: p.delta_by_basin().sum(0).min()),
    Outcome("turnover_net", "euros per year", "pair", 1,
            "Turnover with the policy less without any scheme.",
            lambda p, bars: turnover(p.treated) - turnover(p.control)),
    *(_gain_after("Turnover", turnover_of, year) for year in ENDED),
    *(_gain_after("Jobs", size_of, year) for year in ENDED),
    Outcome("growing_gain", "points", "pair", 1,
            "Firms first accepted 12 to 36 months before the end: share whose turnover grows by more than "
            "10 %, less the same firms without any scheme.", lambda p, bars: growing_gain(p)),
    Outcome("cost_per_net_job", "euros per job", "pair", -1,
            "Public cost and tax given back, over net jobs; infinite if there is none (fewer than "
            "0.005). Read it as a range.",
            lambda p, bars: cost_per_net_job(p.treated, bars["net"])),
    *MARKETS,
    *POLES,
    *PLACES,
)
# fmt: on
OUTCOMES = {outcome.name: outcome for outcome in _ALL}


def levels(world: World) -> dict[str, float]:
    """Every outcome of one world."""
    with together():
        return {o.name: float(o.compute(world)) for o in _ALL if o.of == "world"}


def differences(pair: Pair) -> dict[str, float]:
    """Every outcome of a pair; the waterfall is computed once."""
    with together():
        bars = pair.waterfall()
        return {o.name: float(o.compute(pair, bars)) for o in _ALL if o.of == "pair"}
