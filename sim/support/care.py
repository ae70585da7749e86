"""What is left of the quality of help, and what help asks of the director while it lasts."""

from sim.compiled import compiled
from sim.economy.population import set_factors
from sim.maths import saturating
from sim.state import COHORT, NEVER

SAME = 1e-9  # capability that differs from its baseline by less is the baseline


@compiled
def proximity(gap, preparation):
    """What the distance between large and small firms leaves of the quality: 1 - gap (1 - preparation)."""
    return 1.0 - gap * (1.0 - preparation)


@compiled
def crossed_views(views, half_views):
    """Share of what crossed views can give that this many different employers a firm give: 1 - 2**(-views /
    half). 1 where views do not matter (half = 0)."""
    return saturating(views, half_views) if half_views > 0.0 else 1.0


@compiled
def care(rule, rigour, views, unready):
    """Share of the quality that is left: rigour * proximity * crossed views * (1 - harm * share of directors
    not ready)."""
    close = proximity(rule.cultural_gap, rule.preparation)
    return rigour * close * crossed_views(views, rule.half_views) * (1.0 - rule.misfit_harm * unready)


@compiled
def missing_capability(slowdown, days, months, baseline):
    """Capability missing while the director gives days / months days a month: slowdown * that, and no more
    than what would be left once all gains have faded."""
    return min(baseline, slowdown * days / months)


@compiled
def slow_down(w, f, rule):
    """The director of file f has less time for the firm until the pathway ends. Nothing changes, to the bit,
    where there is no day or no slowdown."""
    file = w.files[f]
    sme = w.smes[file.firm]
    file.dip = missing_capability(rule.slowdown, rule.days, rule.path_months, sme.baseline)
    if file.dip > 0.0:
        sme.capability -= file.dip
        set_factors(w, file.firm, w.economy[0])


@compiled
def speed_up(w, f):
    """The director of file f has time again."""
    file = w.files[f]
    if file.dip > 0.0:
        sme = w.smes[file.firm]
        sme.capability += file.dip
        if abs(sme.capability - sme.baseline) < SAME:
            sme.capability = sme.baseline  # no gain is left over from rounding
        file.dip = 0.0
        set_factors(w, file.firm, w.economy[0])


@compiled
def dropout_chance(rule, openness, rigour, ready):
    """Monthly chance to leave: dropout + discomfort (1 - o) (2 - rigour), the frame being less safe where
    rigour is low, and more for a director who is not ready."""
    chance = rule.dropout + rule.discomfort * (1.0 - openness) * (2.0 - rigour)
    return chance + (rule.unready_dropout if ready == 0 else 0.0)


@compiled
def in_cohort(w, f):
    """Whether file f is helped in a cohort of directors and volunteers."""
    file = w.files[f]
    return file.cohort != NEVER and int(w.rules[file.local].format) == COHORT


@compiled
def days_this_month(w, f, rule):
    """Days that the firm of file f receives: an equal part of those agreed on, times the attendance of
    volunteers, times the share of its cohort's volunteers who are still there. Experts who are paid give them
    all."""
    file = w.files[f]
    days = file.agreed / rule.path_months
    if file.paid == 0:
        days *= rule.attendance
    if in_cohort(w, f):
        c = w.cohorts[file.cohort]
        days *= c.present / c.seats
    return days
