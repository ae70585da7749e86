"""Firms as members: who is within reach of a scheme made of members, joins it, leaves it.

Invitations to join add up over months; a firm joins once those it has had pass its own keyed patience, which
is the same as a chance every month and needs no draw. Its distance is its place among the firms that can ever
be interested: those within reach have a distance below 1, and whoever founds the scheme is nearest.
"""

import numpy as np

from sim.columns import take
from sim.compiled import compiled
from sim.draws import JOIN, QUIT, REACH, draw, draw_into, exponential
from sim.markets import NEW_SELLER
from sim.state import ACTIVE, N_GONE, N_INVITED, N_MEMBERS, N_MEMBERSHIPS, NEVER, NEW_MEMBERSHIP, POLE
from sim.support.reach import reach_now
from sim.support.sponsors import sponsor

REACH_MOST = 4.0  # times the reach of the opening, beyond which no effort extends it


@compiled
def distances_from(w, k, first, last, seed):
    """Distances of the firms in these rows from local scheme k: those from the technology where members do
    research; elsewhere their keyed place among all firms over the scheme's reach."""
    found = np.empty(last - first)
    if int(w.rules[k].format) == POLE:
        for a in range(last - first):
            r = w.researcher_of[first + a]
            found[a] = REACH_MOST if r == NEVER else w.researchers[r].distance
        return found
    draw_into(found, seed, REACH, w.uid[first:last], 0, w.locals[k].code)
    reach = w.rules[k].reach
    for a in range(last - first):
        found[a] /= reach
    return found


@compiled
def patience_of(uids, code, seed):
    """Invitations until each of these firms joins: exponential, by a dense pass."""
    found = np.empty(uids.shape[0])
    draw_into(found, seed, JOIN, uids, 0, code)
    for a in range(uids.shape[0]):
        found[a] = exponential(found[a])
    return found


@compiled
def invitation(rule, appeal):
    """Invitations of a month for each firm within reach: joining * effort / 12 * appeal."""
    return rule.joining * rule.joining_effort / 12.0 * appeal


@compiled
def reticence_now(rule, service):
    """Share of invitations that a firm at the edge of the reach does not heed, with roadmaps and maps."""
    roadmaps = 1.0 - rule.roadmap_effect * rule.roadmaps * service
    return rule.reticence * roadmaps * (1.0 - rule.map_effect * rule.competence_maps * service)


@compiled
def heeded(local, row):
    """Invitations that a firm has heeded since it came within reach: of each, 1 - reticence * min(1, d)."""
    unheeded = min(1.0, row.distance) * (local.reticence - row.reticent)
    return local.invitations - row.since - unheeded


@compiled
def months_of_membership(u, rate):
    """Months until a member leaves of its own, at a yearly rate; so many that none does at 0."""
    return int(min(1e6, 12.0 * exponential(u) / max(rate, 1e-9)))


@compiled
def newcomers_of(w, t, k):
    """Most memberships of local scheme k that may come up in month t: the firms of its basin where it opens,
    else those that may be born."""
    b = w.locals[k].basin
    return w.ends[b, t + 1] - (w.basins[b].first if t <= w.locals[k].start else w.ends[b, t])


@compiled
def newcomers(w, t):
    """The same of all schemes made of members."""
    n = 0
    for k in range(w.locals.shape[0]):
        if w.rules[k].format >= POLE:
            n += newcomers_of(w, t, k)
    return n


@compiled
def come_up(w, t, i, k, distance, patience, seed):
    """Firm i is noted as one that could join local scheme k."""
    m = w.counts[N_MEMBERSHIPS]
    w.counts[N_MEMBERSHIPS] += 1
    w.locals[k].candidates += 1
    w.membership_of[w.locals[k].scheme, i] = m
    w.memberships[m] = NEW_MEMBERSHIP[0]
    if m < w.sellers.shape[0]:
        w.sellers[m] = NEW_SELLER[0]
        w.sellers[m].place = NEVER
        w.met[m, :] = 0
    row = w.memberships[m]
    row.firm = i
    row.local = k
    row.joined = NEVER
    row.leaves = NEVER
    row.left = NEVER
    row.distance = distance
    row.patience = patience
    row.since = -1.0
    if t == w.locals[k].start and distance < w.rules[k].founder_distance:
        join(w, t, m, seed)
    elif distance < w.locals[k].reached:
        come_within_reach(w, m)


@compiled
def come_within_reach(w, m):
    """The firm of membership m is invited from this month on."""
    row = w.memberships[m]
    row.since = w.locals[row.local].invitations
    row.reticent = w.locals[row.local].reticence
    invited = w.invited[w.counts[N_INVITED]]
    w.counts[N_INVITED] += 1
    invited.membership = m
    invited.local = row.local
    invited.distance = row.distance
    invited.patience = row.patience
    invited.since = row.since
    invited.reticent = row.reticent


@compiled
def join(w, t, m, seed):
    """The firm of membership m becomes a member."""
    row = w.memberships[m]
    local = w.locals[row.local]
    u = draw(seed, QUIT, w.uid[row.firm], t, local.code)
    row.joined = t
    row.leaves = t + 1 + months_of_membership(u, w.rules[row.local].member_exit)
    row.place = w.counts[N_MEMBERS]
    w.counts[N_MEMBERS] += 1
    member = w.members[row.place]
    member.membership = m
    member.firm = row.firm
    member.local = row.local
    member.leaves = row.leaves
    local.members += 1


@compiled
def leave(w, t, m):
    """The firm of membership m is no longer a member; it does not come back. The last of the list takes its
    place there."""
    row = w.memberships[m]
    row.left = t
    if m < w.sellers.shape[0]:
        w.sellers[m].place = NEVER
    w.locals[row.local].members -= 1
    w.counts[N_MEMBERS] -= 1
    last = w.members[w.counts[N_MEMBERS]]
    w.memberships[last.membership].place = row.place
    w.members[row.place] = last


@compiled
def note_firms(w, t, k, seed):
    """Firms of the basin that could join, if any effort can reach them: all of them when the scheme opens,
    then those born in the month."""
    b = w.locals[k].basin
    first = w.basins[b].first if t == w.locals[k].start else w.ends[b, t]
    distances = distances_from(w, k, first, w.ends[b, t + 1], seed)
    rows = np.empty(distances.shape[0], np.int64)
    n = 0
    for a in range(distances.shape[0]):
        rows[n] = first + a
        n += (distances[a] < REACH_MOST) & (w.smes[first + a].status == ACTIVE)
    rows = rows[:n]
    patience = patience_of(take(w.uid, rows), w.locals[k].code, seed)
    for a in range(n):
        come_up(w, t, rows[a], k, distances[rows[a] - first], patience[a], seed)


@compiled
def is_member(w, s, i):
    """Whether firm i is a member of scheme s."""
    m = w.membership_of[s, i]
    return m != NEVER and w.memberships[m].joined != NEVER and w.memberships[m].left == NEVER


@compiled
def extend_reach(w, k):
    """Firms that came up earlier come within reach of local scheme k where it reaches farther than ever."""
    local = w.locals[k]
    reach = reach_now(w.rules[k])
    if reach <= local.reached:
        return
    for m in range(w.counts[N_MEMBERSHIPS]):
        row = w.memberships[m]
        if row.local == k and row.since < 0.0 and row.joined == NEVER and row.distance < reach:
            come_within_reach(w, m)
    local.reached = reach


@compiled
def that_end(members, alive, t):
    """Places of the memberships whose month of leaving has come, or whose local scheme has closed.
    ``alive``: 1 for each local scheme that lives."""
    found = np.empty(members.shape[0], np.int64)
    n = np.uint64(0)  # unsigned: an index that needs no test for being negative
    for a in range(members.shape[0]):
        found[n] = a
        n += np.uint64((members[a].leaves <= t) | (alive[np.uint64(members[a].local)] == 0))
    return found[:n]


@compiled
def let_go(w, t, of_members):
    """Members leave with their firm, by themselves, or as their local scheme closes. ``of_members``: whether
    each scheme is made of members."""
    for s in range(of_members.shape[0]):
        for a in range(w.counts[N_GONE] if of_members[s] else 0):
            if is_member(w, s, w.gone[a]):
                leave(w, t, np.int64(w.membership_of[s, w.gone[a]]))
    places = that_end(w.members[: w.counts[N_MEMBERS]], w.locals.alive, t)
    for a in range(places.shape[0] - 1, -1, -1):  # backwards: whoever takes a place has been looked at
        leave(w, t, np.int64(w.members[places[a]].membership))


@compiled
def that_have_heeded(w, invited):
    """Places of the firms that are within reach and have heeded as many invitations as they want. Without a
    branch, which the processor could not foresee."""
    reach = np.empty(w.locals.shape[0])
    for each in range(reach.shape[0]):
        reach[each] = reach_now(w.rules[each]) if w.locals[each].alive == 1 else 0.0
    found = np.empty(invited.shape[0], np.int64)
    n = np.uint64(0)  # unsigned: an index that needs no test for being negative
    for a in range(invited.shape[0]):
        row = invited[a]
        k = np.uint64(row.local)
        found[n] = a
        n += np.uint64((row.distance < reach[k]) & (heeded(w.locals[k], row) >= row.patience))
    return found[:n]


@compiled
def find_sponsors(w, t, rows, seed):
    """The firms of these memberships, new this month, may get sponsors: in the order of the table, since
    sponsors have so many days a year. No founder of a local scheme has one."""
    for a in range(1, rows.shape[0]):  # sorted by insertion
        row, b = rows[a], a
        while b > 0 and rows[b - 1] > row:
            rows[b] = rows[b - 1]
            b -= 1
        rows[b] = row
    for a in range(rows.shape[0]):
        row = w.memberships[rows[a]]
        if t > w.locals[row.local].start:
            sponsor(w, row.firm, row.local, seed)


@compiled
def take_in(w, t, seed):
    """Firms within reach join once they have heeded enough invitations, if they can still; either way they
    are struck off the list."""
    places = that_have_heeded(w, w.invited[: w.counts[N_INVITED]])
    joined = np.empty(places.shape[0], np.int64)
    n = 0
    for a in range(places.shape[0] - 1, -1, -1):
        m = np.int64(w.invited[places[a]].membership)
        if w.smes[w.memberships[m].firm].status == ACTIVE:
            join(w, t, m, seed)
            joined[n] = m
            n += 1
        w.counts[N_INVITED] -= 1
        w.invited[places[a]] = w.invited[w.counts[N_INVITED]]
    find_sponsors(w, t, joined[:n], seed)


@compiled
def membership(w, t):
    """For schemes made of members: firms come up, come within reach, are invited, join, leave."""
    seed = w.seed[0]
    of_members = np.zeros(w.local_of.shape[0], np.bool_)
    for k in range(w.locals.shape[0]):
        local = w.locals[k]
        if w.rules[k].format < POLE:
            continue
        of_members[local.scheme] = True
        if local.alive == 0:
            continue
        extend_reach(w, k)
        note_firms(w, t, k, seed)
        invited = invitation(w.rules[k], local.appeal)
        local.invitations += invited
        local.reticence += reticence_now(w.rules[k], local.service) * invited
    let_go(w, t, of_members)
    take_in(w, t, seed)
