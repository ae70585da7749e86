"""What membership of a pôle adds to the research of a firm: each service a small part, none of it certain."""

from sim.compiled import compiled
from sim.economy.sectors import TECHNOLOGY
from sim.state import NEVER


@compiled
def kept_share(kept, technical, loss, cifre, training, gain):
    """Share of the new research posts kept after a project: kept (1 - loss (1 - cifre)) where the sector has
    no technology, kept elsewhere; of those that would be lost, training keeps gain * training."""
    if not technical:
        kept *= 1.0 - loss * (1.0 - cifre)
    return kept + gain * training * (1.0 - kept)


@compiled
def watch_worth(watch, relayed, quality):
    """Worth of the watch: watch (relayed + (1 - relayed) quality of one made in the pôle)."""
    return watch * (relayed + (1.0 - relayed) * quality)


@compiled
def investor_chance(chance, openness, credit, meetings):
    """Chance of an investor whom the director accepts: p_inv * 2 o * credit of the label * (1 + meetings), at
    most 1."""
    return min(1.0, chance * 2.0 * openness * credit * (1.0 + meetings))


@compiled
def phase_chance(funds, investor):
    """Chance that the industrial phase is paid for: f' + (1 - f') p_inv."""
    return funds + (1.0 - funds) * investor


@compiled
def pole_of(w, q):
    """The living pôle (local scheme) of which the firm of R&D project q has been a member since the project
    began, NEVER if there is none."""
    m = w.rd[q].membership
    if m == NEVER or w.memberships[m].left != NEVER:
        return NEVER
    k = w.memberships[m].local
    return k if w.locals[k].alive == 1 else NEVER


@compiled
def posts_kept(w, q, p):
    """Share of its new posts that a firm keeps after R&D project q."""
    k = pole_of(w, q)
    technical = TECHNOLOGY[w.sector[w.rd[q].firm]] > 0
    if k == NEVER:
        return kept_share(p.post_kept, technical, p.untechnical_loss, 0.0, 0.0, 0.0)
    rule = w.rules[k]
    level = w.locals[k].service
    return kept_share(
        p.post_kept, technical, p.untechnical_loss, rule.cifre * level, rule.training * level,
        rule.training_gain,
    )  # fmt: skip


@compiled
def success_chance(w, q, p):
    """Chance of success of the industrial phase of R&D project q: P, with the watch of members and, after a
    project through the pôle, synergies among them."""
    k = pole_of(w, q)
    if k == NEVER:
        return p.industry_chance
    rule = w.rules[k]
    watch = watch_worth(rule.watch * w.locals[k].service, rule.watch_relayed, rule.watch_quality)
    many = min(1.0, w.locals[k].members / rule.synergy_members) if w.rd[q].local == k else 0.0
    return min(1.0, p.industry_chance + rule.watch_gain * watch + rule.synergy * many)


@compiled
def jobs_factor(w, q):
    """What joint action abroad adds to the jobs of the industrial phase of a firm that sells beyond its
    basin."""
    k = pole_of(w, q)
    if k == NEVER or not w.tradable[w.sector[w.rd[q].firm]]:
        return 1.0
    return 1.0 + w.rules[k].export_gain * w.rules[k].joint_export * w.locals[k].service


@compiled
def investor_of(w, q, p):
    """Chance that R&D project q finds an investor whom its director accepts."""
    row = w.rd[q]
    openness = w.smes[row.firm].openness
    k = pole_of(w, q)
    if k == NEVER:
        return investor_chance(p.investor_chance, openness, 1.0, 0.0)
    rule = w.rules[k]
    credit = rule.label_credit if row.labelled == 1 else 1.0
    meetings = rule.meetings_gain * rule.investor_meetings * w.locals[k].service
    return investor_chance(p.investor_chance, openness, credit, meetings)
