"""After the pathway: the plan is carried out or left aside, directors stay in touch or not."""

from sim.compiled import compiled
from sim.draws import IMPLEMENTATION, ISOLATION, PLAN, draw, exponential
from sim.maths import exp, saturating
from sim.state import OPEN
from sim.support.care import in_cohort

HALF_PEERS = 2.0  # other directors of the cohort who make half of full ties (assumed)


@compiled
def implementation_chance(base, followup, months, ready, unready_use):
    """Chance that the plan is carried out: i + (1 - i) f min(1, months of follow-up / 12), times the use that
    a director who is not ready makes of it."""
    chance = base + (1.0 - base) * followup * min(1.0, months / 12.0)
    return chance if ready == 1 else chance * unready_use


@compiled
def ties_of(peers):
    """Ties of a director with this many others of the cohort who came to its end: 1 - 2**(-peers / 2)."""
    return saturating(peers, HALF_PEERS)


@compiled
def tie_loss(rule):
    """Ties lost a month: a twelfth of what is lost a year, less the part that events for alumni prevent."""
    return rule.tie_loss * (1.0 - rule.alumni_events) / 12.0


@compiled
def ties_now(w, sme, t):
    """Ties that are left of those known: ties exp(-loss * months since)."""
    if sme.ties <= 0.0:
        return 0.0
    return sme.ties * exp(-tie_loss(w.rules[sme.tie_local]) * (t - sme.tied))


@compiled
def isolation(w, i, ties, seed):
    """Isolation of a director: drawn once (uniform), lowered by ties: u (1 - ties)."""
    return draw(seed, ISOLATION, w.uid[i], 0, 0) * (1.0 - ties)


@compiled
def isolation_factor(w, i, rule, ties, seed):
    """How much more an isolated director gains: 1 + g (2 isolation - 1); 1 where that does not matter."""
    if rule.isolation_gain <= 0.0:
        return 1.0
    return 1.0 + rule.isolation_gain * (2.0 * isolation(w, i, ties, seed) - 1.0)


@compiled
def plan(w, t, f, seed):
    """Whether the plan of file f is carried out, and in which month."""
    file = w.files[f]
    rule = w.rules[file.local]
    uid = w.uid[file.firm]
    code = w.locals[file.local].code
    opened = w.projects[file.project].opened
    chance = implementation_chance(
        rule.implementation, rule.followup_implementation, rule.followup_months, file.ready, rule.unready_use
    )
    if draw(seed, IMPLEMENTATION, uid, opened, code) < chance:
        lag = rule.implementation_months * exponential(draw(seed, PLAN, uid, opened, code))
        file.plan = t + int(lag)


@compiled
def carry_out(w, f):
    """The plan of file f is carried out; it helps if the firm has not decided on its project yet, and if it
    is about what the project needs: a later action of a pathway may be about something else."""
    file = w.files[f]
    project = w.projects[file.project]
    if project.state == OPEN and file.need == project.need:
        project.met = max(project.met, file.value)
        file.carried_out = 1


@compiled
def tie(w, t, f, previous):
    """The director of file f stays in touch with the others of its cohort, or with those of an earlier one,
    whichever binds more. ``previous``: ties left of that one."""
    file = w.files[f]
    sme = w.smes[file.firm]
    peers = w.cohorts[file.cohort].directors - 1 if in_cohort(w, f) else 0
    sme.ties = previous
    sme.tied = t
    if ties_of(peers) > previous:
        sme.ties = ties_of(peers)
        sme.tie_local = file.local


@compiled
def know_ties(w, t, k):
    """Takes down the ties of this month that cohorts of local scheme k have made, before how fast they are
    lost changes."""
    b = w.locals[k].basin
    for i in range(w.basins[b].first, w.ends[b, t]):
        sme = w.smes[i]
        if sme.ties > 0.0 and sme.tie_local == k:
            sme.ties = ties_now(w, sme, t)
            sme.tied = t
