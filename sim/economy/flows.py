"""Changes of employment by research and by contracts: kept one by one, so that those of any
months can be counted."""

from sim.compiled import compiled
from sim.economy.demography import graduate
from sim.state import FIRST_CAUSE, N_FLOWS, NEW_FLOW


@compiled
def move_jobs(w, t, i, cause, jobs):
    """Firm i gains or loses jobs for a cause (P or C); none falls below one job. Returns the jobs moved."""
    moved = max(jobs, 1.0 - w.size[i])
    w.size[i] += moved
    w.causes[cause, i] += moved
    w.series[t, w.smes[i].basin, FIRST_CAUSE + cause] += moved
    w.flows[w.counts[N_FLOWS]] = NEW_FLOW[0]
    flow = w.flows[w.counts[N_FLOWS]]
    w.counts[N_FLOWS] += 1
    flow.firm = i
    flow.month = t
    flow.cause = cause
    flow.jobs = moved
    graduate(w, i)
    return moved
