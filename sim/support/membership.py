"""Firms as members: who is within reach of a scheme made of members, joins it, leaves it.

Invitations to join add up over months; a firm joins once those it has had pass its own keyed patience, which
is the same as a chance every month and needs no draw. Its distance is its place among the firms that can ever
be interested: those within reach have a distance below 1, and whoever founds the scheme is nearest.
"""

from sim.compiled import compiled
from sim.draws import JOIN, QUIT, REACH, draw, exponential
from sim.state import ACTIVE, DEAD, N_MEMBERSHIPS, NEVER, POLE
from sim.support.reach import reach_now

REACH_MOST = 4.0  # times the reach of the opening, beyond which no effort extends it


@compiled
def firm_distance(w, i, k, seed):
    """Distance of firm i from local scheme k: its keyed place among all firms over the scheme's reach."""
    return draw(seed, REACH, w.uid[i], 0, w.locals[k].code) / w.rules[k].reach


@compiled
def invitation(rule):
    """Invitations of a month for each firm within reach: joining * effort / 12."""
    return rule.joining * rule.joining_effort / 12.0


@compiled
def months_of_membership(u, rate):
    """Months until a member leaves of its own, at a yearly rate; so many that none does at 0."""
    return int(min(1e6, 12.0 * exponential(u) / max(rate, 1e-9)))


@compiled
def newcomers(w, t):
    """Most memberships that may come up in month t: the firms of a basin where a scheme opens, else those
    that may be born."""
    n = 0
    for k in range(w.locals.shape[0]):
        if w.rules[k].format < POLE:
            continue
        b = w.locals[k].basin
        n += w.ends[b, t + 1] - (w.basins[b].first if t <= w.locals[k].start else w.ends[b, t])
    return n


@compiled
def come_up(w, t, i, k, seed):
    """Firm i is noted as one that could join local scheme k, if any effort can reach it."""
    distance = firm_distance(w, i, k, seed)
    if distance >= REACH_MOST:
        return
    m = w.counts[N_MEMBERSHIPS]
    w.counts[N_MEMBERSHIPS] += 1
    w.membership_of[w.locals[k].scheme, i] = m
    row = w.memberships[m]
    row.firm = i
    row.local = k
    row.joined = NEVER
    row.leaves = NEVER
    row.left = NEVER
    row.distance = distance
    row.patience = exponential(draw(seed, JOIN, w.uid[i], 0, w.locals[k].code))
    row.since = -1.0
    if t == w.locals[k].start and distance < w.rules[k].founder_distance:
        join(w, t, m, seed)


@compiled
def join(w, t, m, seed):
    """The firm of membership m becomes a member."""
    row = w.memberships[m]
    local = w.locals[row.local]
    u = draw(seed, QUIT, w.uid[row.firm], t, local.code)
    row.joined = t
    row.leaves = t + 1 + months_of_membership(u, w.rules[row.local].member_exit)
    local.members += 1


@compiled
def leave(w, t, m):
    """The firm of membership m is no longer a member; it does not come back."""
    w.memberships[m].left = t
    w.locals[w.memberships[m].local].members -= 1


@compiled
def note_firms(w, t, k, seed):
    """Firms of the basin that could join: all of them when the scheme opens, then those born in the month."""
    b = w.locals[k].basin
    first = w.basins[b].first if t == w.locals[k].start else w.ends[b, t]
    for i in range(first, w.ends[b, t + 1]):
        if w.smes[i].status == ACTIVE:
            come_up(w, t, i, k, seed)


@compiled
def is_member(w, s, i):
    """Whether firm i is a member of scheme s."""
    m = w.membership_of[s, i]
    return m != NEVER and w.memberships[m].joined != NEVER and w.memberships[m].left == NEVER


@compiled
def move_members(w, t, seed):
    """Members leave, by themselves or with their firm; firms within reach join once they are invited
    enough."""
    for m in range(w.counts[N_MEMBERSHIPS]):
        row = w.memberships[m]
        local = w.locals[row.local]
        if row.left != NEVER or local.alive == 0:
            continue
        if row.joined == NEVER and row.distance >= reach_now(w.rules[row.local]):
            continue  # most: their firm is not looked at
        status = w.smes[row.firm].status
        if row.joined != NEVER:
            if status == DEAD or t >= row.leaves:
                leave(w, t, m)
            continue
        if status != ACTIVE:
            continue
        if row.since < 0.0:
            row.since = local.invitations - invitation(w.rules[row.local])
        if local.invitations - row.since >= row.patience:
            join(w, t, m, seed)


@compiled
def membership(w, t):
    """For schemes made of members: firms come up, are invited, join, leave."""
    seed = w.seed[0]
    for k in range(w.locals.shape[0]):
        if w.rules[k].format >= POLE and w.locals[k].alive == 1:
            note_firms(w, t, k, seed)
            w.locals[k].invitations += invitation(w.rules[k])
    move_members(w, t, seed)
