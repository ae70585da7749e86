"""Who is ready to commit, and who is turned away at the door."""

from sim.compiled import compiled
from sim.draws import READINESS, SCREENING, draw


@compiled
def readiness(ready, misfit, campaigns):
    """Chance that a director who applies is ready to commit: r (1 - m s), with s the share of campaigns and
    word of mouth in what made the director aware; the rest are referrals by somebody who knows the firm."""
    return ready * (1.0 - misfit * campaigns)


@compiled
def refused(screening, error, ready):
    """Chance that the screening turns a director away: its strictness if the director is not ready, else its
    strictness times its error."""
    return screening * error if ready == 1 else screening


@compiled
def is_ready(w, t, i, q, k):
    """Whether the director of firm i is ready to commit with project q at local scheme k: 1 or 0."""
    rule = w.rules[k]
    local = w.locals[k]
    campaigns = w.outreach[k, t + 1] - w.outreach[k, max(w.born[i], 0)]
    exposure = campaigns + w.exposure[local.scheme, i]
    share = campaigns / exposure if exposure > 0.0 else 0.0
    u = draw(w.seed[0], READINESS, w.uid[i], w.projects[q].opened, local.code)
    return 1 if u < readiness(rule.readiness, rule.campaign_misfit, share) else 0


@compiled
def is_turned_away(w, f, rule, seed):
    """Whether the screening turns the director of file f away."""
    file = w.files[f]
    chance = refused(rule.screening, rule.screening_error, file.ready)
    u = draw(seed, SCREENING, w.uid[file.firm], file.applied, w.locals[file.local].code)
    return u < chance
