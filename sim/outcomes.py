"""Everything a reader may ask of a world or of a pair: name, unit, definition, how it is computed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.economy.projects import HIRING_MONTHS
from sim.pair import Pair, accepted_files, pending_jobs, realised, reported, windows
from sim.state import (
    COMPLETED,
    DEAD,
    DROPPED,
    L_FATIGUE,
    L_PARTNERS,
    LEFT,
    LOST,
    NEVER,
    OPEN,
    REJECTED,
    UNSERVED,
)
from sim.world import World

TAX_RELIEF = 0.6  # share of skills sponsorship that the State gives back (tax reduction of 60 %)
SURVIVAL_MONTHS = 36


@dataclass(frozen=True)
class Outcome:
    """``of`` is "world" (a level of one world) or "pair" (world 1 against the world without schemes).
    ``better`` says which way is good: 1, -1, or 0 where it is neither."""

    name: str
    unit: str
    of: str
    better: int
    definition: str
    compute: Callable


def _world(name: str, unit: str, better: int, definition: str):
    return lambda f: OUTCOMES.__setitem__(name, Outcome(name, unit, "world", better, definition, f))


def _pair(name: str, unit: str, better: int, definition: str):
    return lambda f: OUTCOMES.__setitem__(name, Outcome(name, unit, "pair", better, definition, f))


OUTCOMES: dict[str, Outcome] = {}


def _state(world: World, state: int) -> float:
    return float((world.files.state == state).sum())


def _ratio(a: float, b: float) -> float:
    return a / b if b else float("nan")


def levels(world: World) -> dict[str, float]:
    """Every outcome of one world."""
    return {name: float(o.compute(world)) for name, o in OUTCOMES.items() if o.of == "world"}


def differences(pair: Pair) -> dict[str, float]:
    """Every outcome of a pair; the waterfall is computed once."""
    bars = pair.waterfall()
    return {name: float(o.compute(pair, bars)) for name, o in OUTCOMES.items() if o.of == "pair"}


# --- stocks
_world("firms", "firms", 1, "SMEs and graduates alive at the end.")(lambda w: int((w.tables.size > 0).sum()))
_world("jobs", "jobs", 1, "Jobs in these firms at the end.")(lambda w: w.tables.size.sum())
_world("site_jobs_cut", "jobs", -1, "Jobs cut by large sites.")(lambda w: w.tables.sites.jobs_cut.sum())

# --- the four counts of jobs
_world("jobs_promised", "jobs", 0, "Jobs at stake in accepted files, at acceptance.")(
    lambda w: accepted_files(w).jobs.sum()
)
_world(
    "jobs_reported", "jobs", 0,
    "Jobs as the scheme declares them: hires of accepted firms within 36 months of acceptance that it hears "
    "of, with the share of pending jobs that it counts.",
)(lambda w: reported(w, accepted_files(w)))  # fmt: skip
_world(
    "jobs_realised", "jobs", 0,
    "Project hires of accepted firms within 36 months of acceptance, whoever caused them.",
)(lambda w: realised(w, windows(accepted_files(w))).sum())  # fmt: skip
_world("jobs_pending", "jobs", 0, "Jobs of accepted files not decided or not yet hired at the end.")(
    lambda w: pending_jobs(w, accepted_files(w)).sum()
)
_pair(
    "jobs_net", "jobs", 1, "Jobs of all firms in the world with the policy less the world without any scheme."
)(lambda p, bars: bars["net"])
_pair("jobs_deadweight", "jobs", -1, "Of the jobs realised, those that the same firms create without help.")(
    lambda p, bars: bars["deadweight"]
)
_pair("jobs_displaced", "jobs", -1, "Jobs lost by competitors of the basin because of the policy.")(
    lambda p, bars: bars["displacement"]
)
_pair("jobs_spillover", "jobs", 1, "Jobs gained by local services because of the policy.")(
    lambda p, bars: bars["spillover"]
)
_pair(
    "jobs_attrition", "jobs", -1,
    "Jobs lost again: ordinary changes and exits of firms that grew because of the policy.",
)(lambda p, bars: bars["attrition"])  # fmt: skip
_pair("jobs_other", "jobs", 0, "Project hires changed outside the windows of accepted firms, with a minus.")(
    lambda p, bars: bars["other"]
)
_pair("jobs_net_per_firm", "jobs per firm", 1, "Net jobs over accepted firms.")(
    lambda p, bars: _ratio(bars["net"], len(np.unique(accepted_files(p.treated).firm)))
)


def _job_years(pair: Pair, rate: float) -> float:
    months = pair.treated.month
    gap = pair.treated.tables.series[:months, :, 0].sum(1) - pair.control.tables.series[:months, :, 0].sum(1)
    return float((gap / (1 + rate) ** (np.arange(1, months + 1) / 12)).sum() / 12)


_pair("job_years", "job-years", 1, "Net jobs summed over months, over 12.")(
    lambda p, bars: _job_years(p, 0.0)
)
_pair("job_years_discounted", "job-years", 1, "The same, discounted at 3 % a year.")(
    lambda p, bars: _job_years(p, 0.03)
)


def _survival_gain(pair: Pair) -> float:
    files = accepted_files(pair.treated)
    rows = np.unique(files.firm[files.accepted <= pair.treated.month - SURVIVAL_MONTHS])
    if not len(rows):
        return float("nan")
    alive = [(w.tables.size[rows] > 0).mean() for w in (pair.treated, pair.control)]
    return 100 * float(alive[0] - alive[1])


_pair(
    "survival_gain", "points", 1,
    "Accepted firms with 36 months behind them: share alive at the end, less the same firms without help.",
)(lambda p, bars: _survival_gain(p))  # fmt: skip


def _basin_share(pair: Pair) -> float:
    net = pair.delta_by_basin().sum(0)
    fragile = np.argsort(-pair.treated.tables.basins.fragility, kind="stable")[: max(1, len(net) // 3)]
    return _ratio(float(net[fragile].sum()), float(net.sum()))


_pair("jobs_net_fragile_share", "share", 0, "Share of net jobs in the most fragile third of basins.")(
    lambda p, bars: _basin_share(p)
)
_pair("jobs_net_worst_basin", "jobs", 1, "Net jobs in the basin where they are fewest.")(
    lambda p, bars: pair_min(p)
)


def pair_min(pair: Pair) -> float:
    """Net jobs of the worst basin."""
    return float(pair.delta_by_basin().sum(0).min())


def _turnover(world: World) -> float:
    from sim.economy.sectors import TURNOVER_PER_JOB

    t = world.tables
    gain = world.values.get("turnover_capability", 2.5)
    per_job = TURNOVER_PER_JOB[t.sector]
    factor = np.exp(gain * (t.smes.capability - t.smes.baseline) + t.smes.advice)
    return float((t.size * per_job * factor).sum())


_world("turnover", "euros per year", 1, "Turnover of all firms at the end.")(_turnover)
_pair("turnover_net", "euros per year", 1, "Turnover with the policy less without any scheme.")(
    lambda p, bars: _turnover(p.treated) - _turnover(p.control)
)

# --- files
_world("files_examined", "files", 0, "Projects examined by committees (files that come back count once).")(
    lambda w: int(((w.files.attempt == 0) & (w.files.decided != NEVER)).sum())
)
_world("files_accepted", "files", 1, "Files accepted (what schemes publish as projects supported).")(
    lambda w: len(accepted_files(w))
)
_world("firms_accepted", "firms", 1, "Different firms with an accepted file.")(
    lambda w: len(np.unique(accepted_files(w).firm))
)
_world(
    "acceptance_rate",
    "share",
    0,
    "Projects accepted, at once or when they came back, over projects examined.",
)(lambda w: _ratio(len(accepted_files(w)), OUTCOMES["files_examined"].compute(w)))
_world("firms_started", "files", 1, "Pathways started.")(lambda w: int((w.files.started != NEVER).sum()))
_world("firms_completed", "files", 1, "Pathways completed.")(lambda w: _state(w, COMPLETED))
_world("files_rejected", "files", 0, "Files rejected.")(lambda w: _state(w, REJECTED))
_world("files_dropped", "files", -1, "Pathways left by the firm.")(lambda w: _state(w, DROPPED))
_world("files_unserved", "files", -1, "Files that found no volunteer, seat or room in time.")(
    lambda w: _state(w, UNSERVED)
)
_world("files_lost", "files", -1, "Files of firms that closed.")(lambda w: _state(w, LOST))
_world("young_share", "share", 0, "Accepted files of firms under the minimum age.")(
    lambda w: float(accepted_files(w).young.mean()) if len(accepted_files(w)) else float("nan")
)
_world("size_median", "jobs", 0, "Median size of accepted firms when they applied.")(
    lambda w: float(np.median(accepted_files(w)["size"])) if len(accepted_files(w)) else float("nan")
)
_world("months_to_help", "months", -1, "Mean time from application to the start of help.")(
    lambda w: _mean_wait(w)
)


def _mean_wait(world: World) -> float:
    f = world.files[world.files.started != NEVER]
    return float((f.started - f.applied).mean()) if len(f) else float("nan")


def _realisation(world: World) -> float:
    """Jobs hired over jobs planned, on accepted files whose project was decided."""
    files = accepted_files(world)
    project = world.projects[files.project]
    decided = project.state != OPEN
    return _ratio(
        float((project.jobs * project.hired_months / HIRING_MONTHS)[decided].sum()),
        float(project.jobs[decided].sum()),
    )


_world("realisation_rate", "share", 0, "Jobs hired over jobs planned, on accepted files that are decided.")(
    _realisation
)
_world("repeat_share", "share", 0, "Accepted files of firms that had one before.")(
    lambda w: 1 - _ratio(len(np.unique(accepted_files(w).firm)), len(accepted_files(w)))
)

# --- volunteers
_world("volunteers_mobilised", "persons", 1, "Different persons who went on a mission.")(
    lambda w: int((w.tables.persons.missions > 0).sum())
)
_world("missions", "missions", 0, "Missions of volunteers started.")(
    lambda w: int(w.tables.locals.missions.sum())
)
_world("seats_per_volunteer", "missions per person", 0, "Missions over different persons.")(
    lambda w: _ratio(float(w.tables.locals.missions.sum()), float((w.tables.persons.missions > 0).sum()))
)
_world("volunteer_days", "days", 0, "Days given by volunteers.")(lambda w: w.tables.locals.days.sum())
_world("paid_days", "days", 0, "Expert days bought.")(lambda w: w.tables.locals.paid_days_total.sum())
_world("fatigue", "share", -1, "Mean fatigue of partner sites at the end.")(lambda w: _fatigue(w))


def _fatigue(world: World) -> float:
    last = world.tables.local_series[world.month - 1]
    return _ratio(float((last[:, L_FATIGUE] * last[:, L_PARTNERS]).sum()), float(last[:, L_PARTNERS].sum()))


_world("partners_active", "sites", 1, "Partner sites of living schemes at the end.")(
    lambda w: w.tables.local_series[w.month - 1, :, L_PARTNERS].sum()
)
_world("partners_left", "sites", -1, "Departures of partner sites, those that came back included once.")(
    lambda w: int((w.tables.partnerships.left != NEVER).sum())
)
_world("partners_now_left", "sites", -1, "Sites that had left and had not come back at the end.")(
    lambda w: int((w.tables.partnerships.state == LEFT).sum())
)
_world("schemes_alive", "local schemes", 1, "Local schemes alive at the end.")(
    lambda w: int(w.tables.locals.alive.sum())
)
_world("schemes_closed", "local schemes", -1, "Local schemes that closed for want of partners.")(
    lambda w: int((w.tables.locals.closed != NEVER).sum())
)


# --- money
def _in_kind(world: World) -> float:
    t = world.tables
    return float((t.locals.days * t.rules.day_euros).sum())


def _public_cost(world: World) -> float:
    k = world.tables.locals
    return float((k.coordination_cost + k.expert_cost - k.firm_cost + k.lost).sum())


_world("in_kind_cost", "euros", -1, "Days given by volunteers at their value.")(_in_kind)
_world("tax_expenditure", "euros", -1, "Tax given back to the volunteers' employers: 60 % of that value.")(
    lambda w: TAX_RELIEF * _in_kind(w)
)
_world(
    "public_cost", "euros", -1,
    "Coordination, paid experts less what firms pay of them, advances lost; without the tax given back.",
)(lambda w: _public_cost(w))  # fmt: skip
_world("private_cost", "euros", -1, "What firms pay of the experts bought for them.")(
    lambda w: w.tables.locals.firm_cost.sum()
)
_world("advances_paid", "euros", 0, "Repayable advances paid.")(lambda w: w.tables.locals.advanced.sum())
_world("advances_lost", "euros", -1, "Advances lost to insolvencies.")(lambda w: w.tables.locals.lost.sum())
_world("advances_lost_share", "share", -1, "Advances lost over advances paid.")(
    lambda w: _ratio(float(w.tables.locals.lost.sum()), float(w.tables.locals.advanced.sum()))
)
_world("revitalisation_routed", "euros", 0, "Revitalisation money routed to the schemes' funds.")(
    lambda w: w.tables.locals.routed.sum()
)
_world("revitalisation_agreements", "agreements", 0, "Agreements of which a part was routed.")(
    lambda w: int(w.tables.locals.routed_agreements.sum())
)
_pair(
    "cost_per_net_job", "euros per job", -1,
    "Public cost and tax given back, over net jobs; infinite where there is none. Read it as a range.",
)(lambda p, bars: _cost(p.treated) / bars["net"] if bars["net"] > 0 else float("inf"))  # fmt: skip


def _cost(world: World) -> float:
    return _public_cost(world) + TAX_RELIEF * _in_kind(world)


_world("deaths", "firms", -1, "Firms that closed.")(lambda w: int((w.tables.smes.status == DEAD).sum()))
