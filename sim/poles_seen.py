"""What a reader may ask of pôles and of research, in a world or in a pair."""

import numpy as np

from sim.columns import distinct
from sim.compiled import compiled
from sim.draws import INNOVATION, draw
from sim.once import once
from sim.outcome import Outcome, count, mean, ratio
from sim.pair import Pair
from sim.rd import (
    RD_ABANDONED,
    RD_FINISHED,
    RD_GIVEN_UP,
    RD_NEW,
    RD_RUNNING,
)
from sim.spec import YEAR
from sim.state import (
    L_ALIVE,
    L_GROUP_FILED,
    L_JUDGED,
    NEVER,
    POLE,
    Table,
)
from sim.world import World

NAN = float("nan")
INNOVATING_MONTHS = 36
SMALL = 10.0  # jobs under which surveys of innovation do not ask
FAR = 2.0 / 3.0  # of the way from the heart of the technology to its edge


def last(world: World, column: int) -> float:
    """Sum over local schemes of a series, in the last month."""
    return float(world.tables.local_series[world.month - 1, :, column].sum())


@once
def own(world: World) -> np.ndarray:
    """Which R&D projects firms lead, whichever way they took."""
    return np.asarray(world.rd.led == 1)


@once
def paid_for(world: World) -> np.ndarray:
    """Which R&D projects and seats a call pays for."""
    return np.asarray(world.rd.funded != NEVER)


@once
def funded(world: World) -> Table:
    """R&D projects and seats that a call pays for."""
    return world.rd[paid_for(world)]


def projects(world: World) -> int:
    """Projects of calls, whoever leads them: those selected, and those of calls for small firms alone."""
    group = int(world.tables.locals.group_funded.sum())
    return group + count(own(world) & paid_for(world))


@once
def have_joined(world: World) -> Table:
    """Memberships that began."""
    return world.memberships[world.memberships.joined != NEVER]


@once
def of_poles(world: World) -> np.ndarray:
    """Which memberships are in pôles: those in market places have no technology."""
    return np.asarray((world.tables.rules.format == POLE)[world.memberships.local])


def firms_of(world: World, which: np.ndarray) -> np.ndarray:
    """The different firms of these memberships."""
    return distinct(world.memberships.firm[which])


def joined_share(world: World) -> float:
    """Memberships that began, over those of firms that were invited or founded."""
    rows = world.memberships
    joined = rows.joined != NEVER
    return mean(joined[joined | (rows.since >= 0.0)])


def rd_per_member(world: World) -> float:
    """R&D projects and seats that calls pay for, over the firms that have been members of a pôle."""
    joined = world.memberships.joined != NEVER
    return ratio(count(paid_for(world)), len(firms_of(world, joined & of_poles(world))))


@once
def lasting(world: World) -> np.ndarray:
    """Which memberships last to the end."""
    rows = world.memberships
    return np.asarray((rows.joined != NEVER) & (rows.left == NEVER))


@once
def have_left(world: World) -> np.ndarray:
    """Which memberships have ended while their firm and their local scheme lived."""
    rows, t = world.memberships, world.tables
    with_firm = t.smes.died[rows.firm] == rows.left
    return np.asarray((rows.left != NEVER) & ~with_firm & (t.locals.closed[rows.local] != rows.left))


def members(world: World) -> int:
    """Firms that are members at the end; one that is of two schemes is one."""
    return len(firms_of(world, lasting(world)))


def left_pole(world: World) -> int:
    """Firms that left a pôle while they and it lived."""
    return len(firms_of(world, have_left(world) & of_poles(world)))


def left_share(world: World) -> float:
    """Memberships that ended while their firm and their local scheme lived, over those that began."""
    return ratio(count(have_left(world)), len(have_joined(world)))


def distant_members(world: World) -> int:
    """Members of pôles, at the end, at more than two thirds of the way to the edge of the technology."""
    far = world.memberships.distance > FAR
    return len(firms_of(world, lasting(world) & of_poles(world) & far))


def sme_agenda(world: World) -> float:
    """Weight of small firms in the agenda of the pôles that live at the end, on average."""
    t = world.tables
    return mean(t.locals.agenda[(t.locals.alive == 1) & (t.rules.format == POLE)])


def conversion(world: World) -> float:
    """Finished projects that led to an industrial phase with hires, over those finished."""
    return mean(world.rd.industry[world.rd.state == RD_FINISHED] != NEVER)


def months_running(rows: Table, start: int, stop: int) -> np.ndarray:
    """Months in [start, stop) in which R&D projects spend."""
    stopped, started = rows.stopped, rows.started
    end = np.where(stopped == NEVER, stop, np.minimum(stopped, stop))
    return np.where(started != NEVER, np.maximum(0, end - np.maximum(started, start)), 0)


@once
def research_anyway(world: World, size: np.ndarray | None = None) -> tuple[np.ndarray, ...]:
    """R&D that firms do anyway, at the size given (that of now): their rows, euros a month at the heart of
    the technology, and the share of these that is left where they stand."""
    t = world.tables
    p = t.economy[0]
    near = np.flatnonzero(world.researchers.distance < 1.0)
    firm, distance = world.researchers.firm[near], world.researchers.distance[near]
    jobs = (t.size if size is None else size)[firm]
    monthly = p.own_research_euros * (np.maximum(jobs, 0.0) / 20.0) ** p.research_size
    return firm, monthly, np.where(jobs > 0, 1.0 - p.idea_distance * distance, 0.0)


@once
def research_euros(world: World, start: int, stop: int, size: np.ndarray | None = None) -> np.ndarray:
    """R&D of every firm in months [start, stop), in euros: that which it does anyway, at the size given (that
    of now), and its projects, less what they take the place of."""
    t = world.tables
    p = t.economy[0]
    rows = world.rd
    cost = (1.0 - p.research_crowding) * rows.cost * months_running(rows, start, stop)
    spent = np.zeros(len(t.size))
    np.add.at(spent, rows.firm, cost)
    firm, monthly, left = research_anyway(world, size)
    spent[firm] += (stop - start) * monthly * left
    return spent


def heads(world: World, month: int) -> np.ndarray:
    """Headcounts, after that many months, a whole number of years or else those run, of the firms near the
    technology; 0 of others."""
    t = world.tables
    found = np.zeros(len(t.size))
    firms = world.researchers.firm
    if month == 0:  # before anybody is noted
        initial = (t.uid[firms] >> np.uint64(24)) & np.uint64(0xFFFF) == 0
        found[firms[initial]] = t.smes.entry_size[firms[initial]]
    elif month % YEAR:
        found[firms] = t.size[firms]
    else:
        counted = world.research_heads[month // YEAR]
        found[firms[: len(counted)]] = counted
    return found


@once
def research_so_far(world: World) -> float:
    """R&D of all firms since the start, in euros: their projects month by month; what they do anyway year by
    year, the mean of a month at the headcounts with which the year begins and ends."""
    rows, crowding = world.rd, world.tables.economy.research_crowding[0]
    total = (1.0 - crowding) * float((rows.cost * months_running(rows, 0, world.month)).sum())
    counts = [*range(0, world.month, YEAR), world.month]
    monthly = []
    for month in counts:
        _, euros, left = research_anyway(world, heads(world, month))
        monthly.append(float((euros * left).sum()))
    for k in range(1, len(counts)):
        total += (counts[k] - counts[k - 1]) * (monthly[k - 1] + monthly[k]) / 2.0
    return total


def rd_spending(world: World) -> float:
    """R&D of all firms in the last twelve months (euros); in a shorter run, of a year like its months."""
    start = max(0, world.month - YEAR)
    spent = float(research_euros(world, start, world.month).sum())
    return spent * YEAR / max(1, world.month - start)


def aid_to_firms(world: World) -> float:
    """Aid to research paid to firms so far (euros)."""
    return float(world.rd.paid.sum())


def tax_credit(world: World) -> float:
    """Tax given back on the R&D of all firms since the start, aid taken off (euros)."""
    spent = research_so_far(world) if len(world.researchers) else 0.0
    return float(world.tables.economy.tax_credit[0]) * max(0.0, spent - aid_to_firms(world))


@compiled
def uniforms(uids, seed, month):
    """A uniform for each firm, for its innovations apart from R&D projects."""
    found = np.empty(uids.shape[0])
    for a in range(uids.shape[0]):
        found[a] = draw(seed, INNOVATION, uids[a], month, 0)
    return found


@once
def innovates(world: World) -> np.ndarray:
    """Whether each firm innovates within three years: it has finished an R&D project, or does otherwise with
    a chance that rises with its size."""
    t = world.tables
    p = t.economy[0]
    rows = world.rd
    done = np.zeros(len(t.size), bool)
    done[rows.firm[(rows.state == RD_FINISHED) & (rows.stopped > world.month - INNOVATING_MONTHS)]] = True
    others = np.flatnonzero((t.size >= SMALL) & ~done)
    chance = p.innovation_base * (t.size[others] / 20.0) ** p.innovation_size
    done[others] = uniforms(t.uid[others], t.seed[0], world.month) < chance
    return done


def innovators(world: World, low: float = SMALL, high: float = np.inf) -> float:
    """Share of the firms of these sizes that innovate within three years; not a number without research."""
    if not len(world.tables.researcher_of):
        return NAN
    among = (world.tables.size >= low) & (world.tables.size < high)
    return mean(innovates(world)[among])


def rd_gain(pair: Pair) -> float:
    """R&D, in the last twelve months, of the firms that are members of pôles at the end, over that of the
    same firms without any scheme, less 1, in percent."""
    firms = firms_of(pair.treated, lasting(pair.treated) & of_poles(pair.treated))
    start = max(0, pair.treated.month - YEAR)
    more, less = (research_euros(w, start, w.month)[firms].sum() for w in (pair.treated, pair.control))
    return 100.0 * (ratio(more, less) - 1.0)


def rd_per_euro(pair: Pair) -> float:
    """R&D added since the start, over all firms, per euro of aid paid to them."""
    if not len(pair.treated.researchers):
        return NAN
    added = research_so_far(pair.treated) - research_so_far(pair.control)
    return ratio(added, aid_to_firms(pair.treated))


def strained_poles(world: World) -> float:
    """Months in which the treasury of a pôle is strained, over its months."""
    poles = world.tables.rules.format == POLE
    months = world.tables.local_series[: world.month, poles, L_ALIVE].sum()
    return ratio(world.tables.locals.strained[poles].sum(), months)


# fmt: off
POLES = (
    Outcome("members", "firms", "world", 1,
            "Firms that are members at the end (pôles, market places); one that is of both is one.",
            members),
    Outcome("distant_members", "firms", "world", 1,
            "Firms that are members of pôles at the end and stand more than two thirds of the way to the "
            "edge of the technology.",
            distant_members),
    Outcome("joined_share", "share", "world", 1,
            "Take-up of schemes made of members: firms that have joined, over those that have been within "
            "reach.", joined_share),
    Outcome("left_pole", "firms", "world", -1,
            "Firms that left a pôle while they and it lived.", left_pole),
    Outcome("left_share", "share", "world", -1,
            "Schemes made of members: memberships that ended while their firm and their local scheme lived, "
            "over those that began.", left_share),
    Outcome("sme_agenda", "share", "world", 1,
            "Weight of small firms in the agenda of the pôles that live at the end, on average.",
            sme_agenda),
    Outcome("pole_strain", "share", "world", -1,
            "Months in which the treasury of a pôle is strained, over its months.", strained_poles),
    Outcome("rd_ideas", "ideas", "world", 0, "Ideas of firms for an R&D project.", lambda w: count(own(w))),
    Outcome("rd_filed", "files", "world", 0,
            "Files of small firms for calls (those that come back count twice).",
            lambda w: w.rd.filed.sum()),
    Outcome("rd_labelled", "projects", "world", 1, "Projects led by small firms that got the label.",
            lambda w: count(own(w) & (w.rd.labelled == 1))),
    Outcome("rd_funded", "projects", "world", 1, "Projects led by small firms that a call pays for.",
            lambda w: count(own(w) & paid_for(w))),
    Outcome("rd_outside", "projects", "world", 0,
            "Projects that firms did outside pôles, from their own funds.",
            lambda w: count(own(w) & (w.rd.started != NEVER) & ~paid_for(w))),
    Outcome("rd_projects", "projects", "world", 1,
            "Projects that calls pay for, whoever leads them.", projects),
    Outcome("rd_seats", "seats", "world", 1, "Seats of small firms in projects that others lead.",
            lambda w: count(w.rd.led == 0)),
    Outcome("rd_per_member", "projects per firm", "world", 1,
            "R&D projects and seats that calls pay for, over the firms that have been members of a pôle.",
            rd_per_member),
    Outcome("selection_rate", "share", "world", 0,
            "Labelled files that calls select, those for small firms alone among them, over those on which "
            "they have decided.",
            lambda w: ratio(projects(w), last(w, L_JUDGED))),
    Outcome("sme_led_share", "share", "world", 1,
            "Labelled files on which calls have decided: those that small firms lead.",
            lambda w: 1.0 - ratio(last(w, L_GROUP_FILED), last(w, L_JUDGED))),
    Outcome("months_to_cash", "months", "world", -1,
            "Months from the decision of a call to the first money, on average.",
            lambda w: mean(funded(w).cash - funded(w).funded)),
    Outcome("rd_strained", "share", "world", -1,
            "R&D projects and seats that calls pay for: those during which the treasury of the firm was "
            "strained.",
            lambda w: mean(funded(w).strained > 0)),
    Outcome("cash_failures", "share", "world", -1,
            "R&D projects and seats that calls pay for: those given up after a strain of the firm's "
            "treasury.",
            lambda w: mean((funded(w).strained > 0) & (funded(w).state == RD_ABANDONED))),
    Outcome("rd_abandoned", "share", "world", -1, "R&D projects given up, among those started.",
            lambda w: mean(w.rd.state[w.rd.started != NEVER] == RD_ABANDONED)),
    Outcome("rd_running", "projects", "world", 0, "R&D projects and seats under way at the end.",
            lambda w: count(w.rd.state == RD_RUNNING)),
    Outcome("rd_forgone", "ideas", "world", -1, "Ideas that were never followed.",
            lambda w: count((w.rd.state == RD_GIVEN_UP) | (w.rd.state == RD_NEW))),
    Outcome("conversion", "share", "world", 1,
            "Of the R&D projects brought to their end, those that led to investment and hires.", conversion),
    Outcome("bridged", "projects", "world", 0, "Industrial phases that rest on the capital bridge.",
            lambda w: w.rd.bridged.sum()),
    Outcome("innovators", "share", "world", 1,
            "Firms of ten jobs and more that innovate within three years, by R&D projects or otherwise.",
            innovators),
    Outcome("rd_spending", "euros per year", "world", 1,
            "R&D of all firms in the last twelve months; in a shorter run, of a year like its months.",
            rd_spending),
    Outcome("rd_aid", "euros", "world", 0, "Aid to research paid to small firms.", aid_to_firms),
    Outcome("research_tax_credit", "euros", "world", -1,
            "Tax given back on R&D since the start; not part of the public cost.", tax_credit),
    Outcome("rd_gain", "%", "pair", 1,
            "R&D in the last twelve months of the firms that are members of pôles at the end, over the same "
            "firms without any scheme, less 1.", lambda p, bars: rd_gain(p)),
    Outcome("rd_per_euro", "euros per euro", "pair", 1,
            "R&D added since the start, over all firms, per euro of aid paid to them.",
            lambda p, bars: rd_per_euro(p)),
)
# fmt: on
