"""Who decides in a pôle, what its services cost, and its own treasury."""

from sim.compiled import compiled
from sim.maths import exp
from sim.state import POLE


@compiled
def votes_aim(base, votes, time, trios):
    """Where the agenda goes: base + time (votes - base) + trios, within [0, 1]. A vote weighs as much as the
    time behind it."""
    return min(1.0, max(0.0, base + time * (votes - base) + trios))


@compiled
def time_behind(time, delegation, delegate_time):
    """Time behind the votes: 1 - (1 - time of directors) (1 - delegates)."""
    return 1.0 - (1.0 - time) * (1.0 - delegation * delegate_time)


@compiled
def next_agenda(agenda, aim, months):
    """a' = a + (aim - a) / months."""
    return agenda + (aim - agenda) / months


@compiled
def appeal(rule, agenda):
    """Multiple of the rate of joining: exp(x (a - base)), an officer for small firms, one door among
    operators who stand side by side."""
    votes = exp(rule.agenda_joining * (agenda - rule.votes_base))
    officer = 1.0 + rule.officer_joining * min(rule.sme_officer, 1.0)
    return votes * officer * (1.0 - rule.search_cost * (1.0 - rule.integration))


@compiled
def services_offered(rule):
    """Services in number, each at its extent; watch that is relayed costs half."""
    return (
        rule.roadmaps + rule.competence_maps + rule.anchoring + rule.project_help + rule.expert_events
        + rule.ip_tools + rule.joint_export + rule.watch * (1.0 - 0.5 * rule.watch_relayed) + rule.training
        + rule.cifre + rule.investor_meetings
    )  # fmt: skip


@compiled
def claims(w, t, k, monthly):
    """A month of the pôle's treasury: what was proved some months ago is paid back, the month is spent, every
    few months all that was spent is proved. Returns what it awaits, in euros."""
    local = w.locals[k]
    rule = w.rules[k]
    if t >= local.claim_due:
        local.claimed = 0.0
    local.unclaimed += monthly
    period = int(rule.claim_months)
    if (t + 1 - local.start) % period == 0:
        local.claimed += local.unclaimed
        local.unclaimed = 0.0
        local.claim_due = t + int(min(rule.repayment_months, rule.claim_months))
    return local.claimed + local.unclaimed


@compiled
def govern(w, t, k):
    """A month of local scheme k as a pôle: its agenda, its services and their cost, its treasury."""
    local = w.locals[k]
    rule = w.rules[k]
    if t == local.start:
        local.agenda = rule.votes_base
    time = time_behind(rule.director_time, rule.delegation, rule.delegate_time)
    aim = votes_aim(rule.votes_base, rule.sme_votes, time, rule.trio_weight * rule.trios)
    local.agenda = next_agenda(local.agenda, aim, rule.agenda_months)
    local.appeal = appeal(rule, local.agenda)
    added = rule.sme_officer * rule.coordinator_euros + rule.service_euros * services_offered(rule)
    local.coordination_cost += added / 12.0
    monthly = (rule.coordinators * rule.coordinator_euros + added) / 12.0
    held = monthly * (rule.reserve_months + 12.0 * rule.running_advance)
    strained = claims(w, t, k, monthly) > held
    local.strained += strained
    local.service = 1.0 - rule.treasury_loss if strained else 1.0


@compiled
def governance(w, t):
    """For living schemes whose members do research: agenda, services, treasury."""
    for k in range(w.locals.shape[0]):
        if w.locals[k].alive == 1 and int(w.rules[k].format) == POLE:
            govern(w, t, k)
