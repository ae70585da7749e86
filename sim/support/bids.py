"""A need meets members who see it, and whoever supplies the buyer without the market place."""

import numpy as np

from sim.compiled import compiled, inlined
from sim.draws import CATEGORY, COACHING, draw
from sim.economy.sectors import SHARES, TURNOVER_PER_JOB
from sim.maths import log
from sim.state import ACTIVE, NEVER

UPPER = np.cumsum(SHARES) / SHARES.sum()  # of each sector among all firms, one after the other
LOWER = np.concatenate((np.zeros(1), UPPER[:-1]))


@compiled
def category_at(sector, u, categories):
    """Category of a firm: the categories are equal slices of all firms, set side by side sector by sector;
    u is its place within its sector."""
    x = LOWER[sector] + (UPPER[sector] - LOWER[sector]) * u
    return min(categories - 1, int(categories * x))


@compiled
def category_of(w, k, i, seed):
    """Category of firm i in local scheme k. It is kept: looking for a supplier asks dozens of firms."""
    kinds = w.kinds[w.locals[k].scheme]
    if kinds[i] == 0:
        u = draw(seed, CATEGORY, w.uid[i], 0, 0)
        kinds[i] = 1 + category_at(w.sector[i], u, int(w.rules[k].categories))
    return np.int64(kinds[i]) - 1


@compiled
def seeing_chance(visibility, strength, routed):
    """1 - (1 - vis) (1 - s) (1 - routed): the need is visible, or the tie tells of it, or an intermediary."""
    return 1.0 - (1.0 - visibility) * (1.0 - strength) * (1.0 - routed)


@compiled
def visibility(rule, public):
    """Chance that a member without ties sees a need."""
    if public == 1:
        return rule.public_visibility
    return rule.private_visibility + rule.platform * (rule.platform_visibility - rule.private_visibility)


@inlined
def gumbel(u):
    """Standard Gumbel by inverse distribution function: the best of n bids wins as in a logit."""
    return -log(-log(u))


@compiled
def gumbels(u):
    """``gumbel`` of a column, in its place: a dense pass."""
    for k in range(u.shape[0]):
        u[k] = gumbel(u[k])


@compiled
def merit_of_bid(capability, strength, rule):
    """``capability_weight`` (2 c - 1) + ``tie_weight`` s: what speaks for a supplier, apart from chance."""
    return rule.capability_weight * (2.0 * capability - 1.0) + rule.tie_weight * strength


@compiled
def most(w, i, rule):
    """Most that firm i may have under contract, in euros a year."""
    return rule.turnover_cap * w.size[i] * TURNOVER_PER_JOB[w.sector[i]]


@compiled
def can_take(w, m, value, rule):
    """Whether the firm of membership m can take on a contract of this value."""
    i = w.memberships[m].firm
    return w.smes[i].status == ACTIVE and w.sellers[m].value + value <= most(w, i, rule)


@compiled
def bid(w, k, i, strength, luck, to_group, seed):
    """What the bid of firm i is worth, before any preference. ``luck``: a Gumbel; ``to_group``: whether the
    buyer is a large private one."""
    rule = w.rules[k]
    worth = merit_of_bid(w.smes[i].capability, strength, rule)
    coached = to_group and rule.pitch_coaching > 0.0
    if coached and draw(seed, COACHING, w.uid[i], 0, w.locals[k].code) < rule.pitch_coaching:
        worth += rule.pitch_gain
    return worth + luck


@compiled
def other_basin(w, b, u):
    """A basin other than b, in proportion to its initial firms."""
    total = 0
    for c in range(w.basins.shape[0]):
        if c != b:
            total += w.basins[c].initial
    x = u * total
    found = NEVER
    for c in range(w.basins.shape[0]):
        if c != b:
            found = c
            x -= w.basins[c].initial
            if x < 0.0:
                break
    return found


@compiled
def pick_firm(w, t, k, b, category, value, u, buyer, seed):
    """The firm of basin b that supplies a need: the first of its category that can bear it, from a keyed row
    on and round the basin; NEVER if there is none. ``buyer``: a firm that is not its own supplier."""
    rule = w.rules[k]
    kinds = w.kinds[w.locals[k].scheme]
    first = w.basins[b].first
    n = w.ends[b, t + 1] - first
    i = first + min(n - 1, int(u * n))
    for _ in range(n):
        unlike = kinds[i] != category + 1 and kinds[i] != 0  # 0: not looked at so far
        if (
            not unlike
            and w.size[i] > 0.0
            and i != buyer
            and category_of(w, k, i, seed) == category
            and value <= most(w, i, rule)
        ):
            return i
        i += 1
        if i == first + n:
            i = first
    return NEVER


@compiled
def supplier_of(w, t, k, category, value, draws, buyer, seed):
    """Row of the firm that supplies a need in local scheme k where nobody answers it; NEVER if it lies
    outside the territory. ``draws``: where, which row, which other basin."""
    where, row, other = draws
    rule = w.rules[k]
    if where < rule.outside_share:
        return NEVER
    b = np.int64(w.locals[k].basin)
    at = b
    if (
        w.basins.shape[0] > 1
        and where < rule.outside_share + (1.0 - rule.outside_share) * rule.neighbour_share
    ):
        at = other_basin(w, b, other)
    return pick_firm(w, t, k, at, category, value, row, buyer, seed)
