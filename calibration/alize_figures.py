"""What was published on Alizé, computed from a world as its publishers counted it.

Every measure takes a world and a month, counted from the start of the case: what happened before that month
is counted, so that 72 is the end of the sixth year. Shares are in percent where the published figure is. A
ratio whose denominator is empty is not a number. Published figures are named by their id in ``facts.csv``.
"""

import numpy as np

from sim.economy.projects import HIRING_MONTHS
from sim.economy.sectors import NAMES
from sim.pair import accepted_files, reported
from sim.state import L_ALIVE, L_PARTNERS, LAPSED, NEVER, PARTNER
from sim.world import World

YEAR = 12
INDUSTRY = ("food", "metal", "equipment", "energy")
SERVICES = ("digital", "transport", "hospitality", "local_services")
CONSTRUCTION = ("construction",)


def ratio(part: float, whole: float) -> float:
    """part / whole, not a number where whole is 0."""
    return float(part / whole) if whole else float("nan")


def locals_in(world: World, *ids: str) -> np.ndarray:
    """Rows of the local schemes of these basins."""
    wanted = [b for b, basin in enumerate(world.spec.territory.basins) if basin.id in ids]
    return np.flatnonzero(np.isin(world.tables.locals.basin, wanted))


# large firms and local schemes


def partner_sites(world: World, month: int) -> float:
    """Partner sites of the living local schemes at the end of the month before (sites).

    The sources count "large firms" (S1-02) or "partner companies" (ALZ-03, ALZ-08). A firm that sits at the
    tables of two basins is one firm there and two sites here: the model's sites have a group's size but not
    its name. So the count is, if anything, above that of firms.
    """
    return float(world.tables.local_series[month - 1, :, L_PARTNERS].sum())


def schemes_alive(world: World, month: int) -> float:
    """Local schemes alive at the end of the month before (S1-03, ALZ-02)."""
    return float(world.tables.local_series[month - 1, :, L_ALIVE].sum())


def partners_per_scheme(world: World, month: int) -> float:
    """Partner sites over living local schemes (S1-14: 100 / 20)."""
    return ratio(partner_sites(world, month), schemes_alive(world, month))


def partner_exit(world: World, month: int) -> float:
    """Departures of partner sites over partner-years since the start, in percent a year.

    VOL-30 is the share of the firms that ever joined a voluntary compact and are gone (36 %), which is 6 to
    9 % a year for a mean membership of five to seven years. The end of a whole local scheme is no departure.
    A site that comes back and leaves a second time is counted once.
    """
    left = world.tables.partnerships.left
    years = world.tables.local_series[:month, :, L_PARTNERS].sum() / YEAR
    return 100 * ratio(float(((left != NEVER) & (left < month)).sum()), float(years))


def renewed_basins(world: World, month: int) -> float:
    """Of Manche and Lot-et-Garonne, the basins whose scheme lives and has at its table at least one site that
    came after the opening (S1-12: there, entry of new firms offset fatigue)."""
    t = world.tables
    found = 0
    for k in locals_in(world, "manche", "lot-et-garonne"):
        first = t.locals.first_partnership[k]
        links = t.partnerships[first : first + t.locals.partnerships[k]]
        newcomers = (links.state == PARTNER) & (links.joined > t.locals.start[k])
        found += bool(t.local_series[month - 1, k, L_ALIVE]) and bool(newcomers.any())
    return float(found)


# files and firms


def files_examined(world: World, month: int) -> float:
    """Projects that a committee decided on; one that comes back after a refusal counts once (ALZ-05)."""
    files = world.files
    decided = (files.attempt == 0) & (files.decided != NEVER) & (files.decided < month)
    return float(decided.sum())


def files_accepted(world: World, month: int) -> float:
    """Projects accepted, at once or when they came back (ALZ-06)."""
    return float(len(accepted_files(world, month)))


def acceptance(world: World, month: int) -> float:
    """Projects accepted over projects examined, in percent (ALZ-14: 1,050 / 1,400)."""
    return 100 * ratio(files_accepted(world, month), files_examined(world, month))


def firms_supported(world: World, month: int) -> float:
    """Different firms with an accepted project (S1-04: SMEs helped, cumulative)."""
    return float(len(np.unique(accepted_files(world, month).firm)))


def firms_per_basin_year(world: World, month: int) -> float:
    """Different firms with an accepted project, over all basins of the case times all years since its start,
    whether their scheme was open or not (S1-15: 1,000 / (20 x 10), a bound on exposure)."""
    return ratio(firms_supported(world, month), len(world.tables.locals) * month / YEAR)


def over_three_years(world: World, month: int) -> float:
    """Of the projects accepted in the twelve months before ``month``, share of those whose firm was at least
    three years old when it applied, in percent (S1-08: projects accompanied in 2006)."""
    files = accepted_files(world, month)
    files = files[files.accepted >= month - YEAR]
    age = files.applied - world.tables.born[files.firm]
    return 100 * ratio(float((age >= 3 * YEAR).sum()), len(files))


def median_size(world: World, month: int) -> float:
    """Median size, when they applied, of the firms of accepted projects, in jobs (ALZ-10: "mostly about ten
    employees")."""
    files = accepted_files(world, month)
    return float(np.median(files["size"])) if len(files) else float("nan")


def sector_share(world: World, month: int, sectors: tuple[str, ...]) -> float:
    """Share of accepted projects whose firm is of these groups of sectors, in percent (ALZ-11)."""
    files = accepted_files(world, month)
    of_these = np.isin(world.tables.sector[files.firm], [NAMES.index(name) for name in sectors])
    return 100 * ratio(float(of_these.sum()), len(files))


# jobs


def jobs_reported(world: World, month: int) -> float:
    """Jobs as the scheme declares them: project hires of supported firms within 36 months of acceptance, up
    to the month, whoever caused them (S1-05, ALZ-01, ALZ-07)."""
    return reported(world, accepted_files(world, month), month)


def jobs_per_firm(world: World, month: int) -> float:
    """Jobs declared over different firms supported (S1-13: 4,000 / 1,000)."""
    return ratio(jobs_reported(world, month), firms_supported(world, month))


def jobs_per_file(world: World, month: int) -> float:
    """Jobs declared over accepted projects (ALZ-15: 4,300 / 1,050)."""
    return ratio(jobs_reported(world, month), files_accepted(world, month))


def promised_per_file(world: World, month: int) -> float:
    """Mean of the jobs at stake in accepted projects (ALZ-18)."""
    files = accepted_files(world, month)
    return ratio(float(files.jobs.sum()), len(files))


def declared_over_promised(world: World, month: int) -> float:
    """Jobs declared so far over jobs promised by all accepted projects, ripe or not, in percent (ALZ-19: 4.1
    declared a project by 2008, 7 promised a project)."""
    return 100 * ratio(jobs_per_file(world, month), promised_per_file(world, month))


def achieved_over_planned(world: World, month: int) -> float:
    """Jobs hired over jobs planned, on accepted projects that were due at least twelve months ago, hence are
    over, in percent; those of firms that closed meanwhile are not achieved (ALZ-60: two thirds).

    Published for Savoie from 2006 to 2018; taken here over all basins, as a rate that lasts.
    """
    projects = world.projects[accepted_files(world, month).project]
    projects = projects[projects.due + HIRING_MONTHS <= month]
    hired = projects.jobs * projects.hired_months / HIRING_MONTHS
    return 100 * ratio(float(hired.sum()), float(projects.jobs.sum()))


# missions and volunteers


def days_per_mission(world: World, month: int) -> float:
    """Mean days that a firm received from its volunteer, over missions that went to their end (ALZ-28)."""
    files = world.files
    rules = world.tables.rules[files.local]
    whole = (files.person != NEVER) & (files.ended != NEVER) & (files.ended < month)
    whole &= files.ended - files.started + 1 >= rules.path_months
    return ratio(float(files.days[whole].sum()), int(whole.sum()))


def days_per_manager(world: World, month: int) -> float:
    """Mean days that a volunteer spent in a firm of Valenciennes, over missions that ended, early or not
    (ALZ-54: three or four)."""
    files = world.files
    ended = (files.person != NEVER) & (files.started != NEVER) & (files.ended != NEVER) & (files.ended < month)
    ended &= np.isin(files.local, locals_in(world, "valenciennes"))
    return ratio(float(files.days[ended].sum()), int(ended.sum()))


def missions_per_person(world: World, month: int) -> float:
    """Missions started over different persons who went on one, since the start (VOL-33: mentored firms over
    mentors, nine years after the opening)."""
    files = world.files
    gone = (files.person != NEVER) & (files.started != NEVER) & (files.started < month)
    return ratio(float(gone.sum()), len(np.unique(files.person[gone])))


def volunteer_half_life(world: World, month: int) -> float:
    """ln(1/2) / ln(r) years, r the share of volunteers who are still there a year later.

    VOL-06 derives it so from those who volunteered in one year and no more in the next, for whatever reason.
    Here: persons whose last mission ended between eighteen and six months ago, twelve on average; those are
    still there who are willing or on a mission, at a site that is still partner of a living scheme. A willing
    person whom nobody asked is still there: a volunteer of the survey chooses, one of Alizé is asked.
    """
    t, files = world.tables, world.files
    ended = (files.person != NEVER) & (files.ended != NEVER) & (files.ended < month - 6)
    ended &= files.started != NEVER
    last = np.full(len(t.persons), NEVER)
    np.maximum.at(last, files.person[ended], files.ended[ended])
    link = np.full(len(t.persons), NEVER)
    latest = ended & (files.ended == last[files.person])
    link[files.person[latest]] = files.link[latest]
    seen = np.flatnonzero(last >= month - 18)
    links = t.partnerships[link[seen]]
    there = (t.persons.state[seen] != LAPSED) & (links.state == PARTNER) & (t.locals.alive[links.local] == 1)
    share = ratio(float(there.sum()), len(seen))
    with np.errstate(divide="ignore"):
        return float(np.log(0.5) / np.log(share)) if share < 1 else float("nan" if np.isnan(share) else "inf")


# advances and revitalisation money


def not_lost(world: World, month: int) -> float:
    """Share of the advances paid that is not lost, in percent (VOL-35: share of honour loans repaid).

    Advances too recent to be over count as not lost."""
    locals_ = world.tables.locals
    return 100 * (1 - ratio(float(locals_.lost.sum()), float(locals_.advanced.sum())))


def recovered(world: World, month: int) -> float:
    """Advances repaid over advances repaid or lost, in percent (VOL-36: recovery of honour loans). What is
    lost at an insolvency is all that was outstanding, due or not."""
    locals_ = world.tables.locals
    repaid = float(locals_.repaid.sum())
    return 100 * ratio(repaid, repaid + float(locals_.lost.sum()))


def routed_agreements(world: World, month: int) -> float:
    """Revitalisation agreements of which a part went to a local scheme, in all basins (S1-10: the firms are
    named for the two basins where there were any)."""
    return float(world.tables.locals.routed_agreements.sum())


def agreements_per_basin_year(world: World, month: int) -> float:
    """Revitalisation agreements over basins and years since the law (REV-01: 1,402 in thirteen years, some
    305 zones)."""
    years = max(0, month - int(world.tables.calendar[2])) / YEAR
    return ratio(float(world.tables.basins.agreements.sum()), len(world.tables.basins) * years)


def euros_per_agreement(world: World, month: int) -> float:
    """Contributions of firms over their agreements, in euros (REV-04: 717 million / 1,402)."""
    basins = world.tables.basins
    euros = float((basins.grant_pending + basins.grant_fund + basins.grants_paid).sum())
    euros += float(world.tables.locals.routed.sum())
    return ratio(euros, float(basins.agreements.sum()))


def euros_per_job_aimed_at(world: World, month: int) -> float:
    """Grants of revitalisation money over the jobs at stake in the projects that got one, in euros (REV-05,
    REV-13: contributions over targets). The model grants a fixed sum a job, so this is that sum."""
    projects = world.projects
    jobs = float(projects.jobs[projects.granted == 1].sum())
    return ratio(float(world.tables.basins.grants_paid.sum()), jobs)
