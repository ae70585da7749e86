"""What was published on Alizé, computed from a world as its publishers counted it.

Every measure takes a ``Reading``: a world and a month, counted from the start of the case. What happened
before that month is counted; 72 is the end of the sixth year. Shares are in percent where the published
figure is. A ratio whose denominator is empty is not a number. Published figures are named by their id in
``facts.csv``.
"""

from functools import cached_property

import numpy as np

from calibration.demography import Panel, panel_of, ratio
from sim.economy.projects import HIRING_MONTHS
from sim.economy.sectors import NAMES
from sim.pair import accepted_files, declared
from sim.spec import YEAR
from sim.state import COMPLETED, L_ALIVE, L_PARTNERS, LAPSED, NEVER, PARTNER
from sim.world import World

INDUSTRY = ("food", "metal", "equipment", "energy")
SERVICES = ("digital", "transport", "hospitality", "local_services")
CONSTRUCTION = ("construction",)


class Reading:
    """A world as known at a month, with what several measures need of it. Valid until the world runs on.

    ``control``: the same world without schemes, for measures that compare the two.
    """

    def __init__(self, world: World, month: int, control: World | None = None):
        self.world = world
        self.control = control
        self.month = month
        self.tables = world.tables

    @cached_property
    def files(self) -> np.recarray:
        """Files made so far."""
        return self.world.files

    @cached_property
    def accepted(self) -> np.recarray:
        """Files accepted before the month."""
        return accepted_files(self.world, self.month)

    @cached_property
    def economy(self) -> Panel:
        """Yearly headcounts of all firms in the world without schemes, up to the month."""
        if self.control is None:
            raise ValueError("the world without schemes is not there")
        return panel_of(self.control, self.month)

    @cached_property
    def jobs(self) -> float:
        """Jobs declared before the month."""
        return declared(self.world, self.month)


def locals_in(world: World, *ids: str) -> np.ndarray:
    """Rows of the local schemes of these basins."""
    wanted = [b for b, basin in enumerate(world.spec.territory.basins) if basin.id in ids]
    return np.flatnonzero(np.isin(world.tables.locals.basin, wanted))


# large firms and local schemes


def partner_sites(r: Reading) -> float:
    """Partner sites of the living local schemes at the end of the month before (sites).

    The sources count "large firms" (S1-02) or "partner companies" (ALZ-03, ALZ-08). A firm that sits at the
    tables of two basins is one firm there and two sites here: the model's sites have a group's size but not
    its name. So the count is, if anything, above that of firms.
    """
    return float(r.tables.local_series[r.month - 1, :, L_PARTNERS].sum())


def schemes_alive(r: Reading) -> float:
    """Local schemes alive at the end of the month before (S1-03, ALZ-02)."""
    return float(r.tables.local_series[r.month - 1, :, L_ALIVE].sum())


def partners_per_scheme(r: Reading) -> float:
    """Partner sites over living local schemes (S1-14: 100 / 20)."""
    return ratio(partner_sites(r), schemes_alive(r))


def partner_exit(r: Reading) -> float:
    """Departures of partner sites over partner-years since the start, in percent a year.

    VOL-30 is the share of the firms that ever joined a voluntary compact and are gone (36 %), which is 6 to
    9 % a year for a mean membership of five to seven years. The end of a whole local scheme is no departure.
    A site that comes back and leaves a second time is counted once.
    """
    left = r.tables.partnerships.left
    years = r.tables.local_series[: r.month, :, L_PARTNERS].sum() / YEAR
    return 100 * ratio(float(((left != NEVER) & (left < r.month)).sum()), float(years))


def renewed_basins(r: Reading) -> float:
    """Of Manche and Lot-et-Garonne, the basins whose scheme lives and has at its table at least one site that
    came after the opening (S1-12: there, entry of new firms offset fatigue)."""
    t = r.tables
    found = 0
    for k in locals_in(r.world, "manche", "lot-et-garonne"):
        first = t.locals.first_partnership[k]
        links = t.partnerships[first : first + t.locals.partnerships[k]]
        newcomers = (links.state == PARTNER) & (links.joined > t.locals.start[k])
        found += bool(t.local_series[r.month - 1, k, L_ALIVE]) and bool(newcomers.any())
    return float(found)


# files and firms


def files_examined(r: Reading) -> float:
    """Projects that a committee decided on; one that comes back after a refusal counts once (ALZ-05)."""
    files = r.files
    decided = (files.attempt == 0) & (files.decided != NEVER) & (files.decided < r.month)
    return float(decided.sum())


def files_accepted(r: Reading) -> float:
    """Projects accepted, at once or when they came back (ALZ-06)."""
    return float(len(r.accepted))


def acceptance(r: Reading) -> float:
    """Projects accepted over projects examined, in percent (ALZ-14: 1,050 / 1,400)."""
    return 100 * ratio(files_accepted(r), files_examined(r))


def firms_supported(r: Reading) -> float:
    """Different firms with an accepted project (S1-04: SMEs helped, cumulative)."""
    return float(len(np.unique(r.accepted.firm)))


def firms_per_basin_year(r: Reading) -> float:
    """Different firms with an accepted project, over all basins of the case times all years since its start,
    whether their scheme was open or not (S1-15: 1,000 / (20 x 10), a bound on exposure)."""
    return ratio(firms_supported(r), len(r.tables.locals) * r.month / YEAR)


def over_three_years(r: Reading) -> float:
    """Of the projects accepted in the twelve months before, share of those whose firm was at least
    three years old when it applied, in percent (S1-08: projects accompanied in 2006)."""
    files = r.accepted
    files = files[files.accepted >= r.month - YEAR]
    age = files.applied - r.tables.born[files.firm]
    return 100 * ratio(float((age >= 3 * YEAR).sum()), len(files))


def median_size(r: Reading) -> float:
    """Median size, when they applied, of the firms of accepted projects, in jobs (ALZ-10: "mostly about ten
    employees")."""
    files = r.accepted
    return float(np.median(files["size"])) if len(files) else float("nan")


def sector_share(r: Reading, sectors: tuple[str, ...]) -> float:
    """Share of accepted projects whose firm is of these groups of sectors, in percent (ALZ-11)."""
    files = r.accepted
    of_these = np.isin(r.tables.sector[files.firm], [NAMES.index(name) for name in sectors])
    return 100 * ratio(float(of_these.sum()), len(files))


# jobs


def jobs_reported(r: Reading) -> float:
    """Jobs as the scheme declares them: project hires of supported firms within 36 months of acceptance, up
    to the month, whoever caused them (S1-05, ALZ-01, ALZ-07)."""
    return r.jobs


def jobs_per_firm(r: Reading) -> float:
    """Jobs declared over different firms supported (S1-13: 4,000 / 1,000)."""
    return ratio(jobs_reported(r), firms_supported(r))


def jobs_per_file(r: Reading) -> float:
    """Jobs declared over accepted projects (ALZ-15: 4,300 / 1,050)."""
    return ratio(jobs_reported(r), files_accepted(r))


def promised_per_file(r: Reading) -> float:
    """Mean of the jobs at stake in accepted projects (ALZ-18)."""
    files = r.accepted
    return ratio(float(files.jobs.sum()), len(files))


def declared_over_promised(r: Reading) -> float:
    """Jobs declared so far over jobs promised by all accepted projects, ripe or not, in percent (ALZ-19: 4.1
    declared a project by 2008, 7 promised a project)."""
    return 100 * ratio(jobs_per_file(r), promised_per_file(r))


def achieved_over_planned(r: Reading) -> float:
    """Jobs hired over jobs planned, on accepted projects that were due at least twelve months ago, hence are
    over, in percent; those of firms that closed meanwhile are not achieved (ALZ-60: two thirds).

    Published for Savoie from 2006 to 2018; taken here over all basins, as a rate that lasts.
    """
    projects = r.world.projects[r.accepted.project]
    projects = projects[projects.due + HIRING_MONTHS <= r.month]
    hired = projects.jobs * projects.hired_months / HIRING_MONTHS
    return 100 * ratio(float(hired.sum()), float(projects.jobs.sum()))


# missions and volunteers


def days_per_mission(r: Reading) -> float:
    """Mean days that a firm received from its volunteer, over missions that went to their end (ALZ-28)."""
    files = r.files
    whole = (files.person != NEVER) & (files.state == COMPLETED) & (files.ended < r.month)
    return ratio(float(files.days[whole].sum()), int(whole.sum()))


def days_per_manager(r: Reading) -> float:
    """Mean days that a volunteer spent in a firm of Valenciennes, over missions that ended, early or not
    (ALZ-54: three or four)."""
    files = r.files
    ended = (files.person != NEVER) & (files.ended != NEVER) & (files.ended < r.month)
    ended &= np.isin(files.local, locals_in(r.world, "valenciennes"))
    return ratio(float(files.days[ended].sum()), int(ended.sum()))


def missions_per_person(r: Reading) -> float:
    """Missions started over different persons who went on one, since the start (VOL-33: mentored firms over
    mentors, nine years after the opening)."""
    files = r.files
    gone = (files.person != NEVER) & (files.started < r.month)
    return ratio(float(gone.sum()), len(np.unique(files.person[gone])))


def volunteer_half_life(r: Reading) -> float:
    """ln(1/2) / ln(s) years, s the share of volunteers who are still there a year later.

    VOL-06 derives it so from those who volunteered in one year and no more in the next, for whatever reason.
    Here: persons whose last mission ended between eighteen and six months ago, twelve on average; those are
    still there who are willing or on a mission, at a site that is still partner of a living scheme. A willing
    person whom nobody asked is still there: a volunteer of the survey chooses, one of Alizé is asked.
    """
    t, files = r.tables, r.files
    ended = (files.person != NEVER) & (files.ended != NEVER) & (files.ended < r.month - 6)
    last = np.full(len(t.persons), NEVER)
    np.maximum.at(last, files.person[ended], files.ended[ended])
    link = np.full(len(t.persons), NEVER)
    latest = ended & (files.ended == last[files.person])
    link[files.person[latest]] = files.link[latest]
    seen = np.flatnonzero(last >= r.month - 18)
    links = t.partnerships[link[seen]]
    there = (t.persons.state[seen] != LAPSED) & (links.state == PARTNER) & (t.locals.alive[links.local] == 1)
    share = ratio(float(there.sum()), len(seen))
    if share == 1.0:
        return float("inf")
    return float(np.log(0.5) / np.log(share)) if share else 0.0


# advances and revitalisation money


def recovered(r: Reading) -> float:
    """Advances repaid over advances repaid or lost, in percent (VOL-35, VOL-36: honour loans repaid or
    recovered). What is lost at an insolvency is all that was outstanding, due or not."""
    locals_ = r.tables.locals
    repaid = float(locals_.repaid.sum())
    return 100 * ratio(repaid, repaid + float(locals_.lost.sum()))


def routed_agreements(r: Reading) -> float:
    """Revitalisation agreements of which a part went to a local scheme, in all basins (S1-10: the firms are
    named for the two basins where there were any)."""
    return float(r.tables.locals.routed_agreements.sum())


def agreements_per_basin_year(r: Reading) -> float:
    """Revitalisation agreements over basins and years since the law (REV-01: 1,402 in thirteen years, some
    305 zones)."""
    years = max(0, r.month - int(r.tables.calendar[2])) / YEAR
    return ratio(float(r.tables.basins.agreements.sum()), len(r.tables.basins) * years)


def euros_per_agreement(r: Reading) -> float:
    """Contributions of firms over their agreements, in euros (REV-04: 717 million / 1,402)."""
    basins = r.tables.basins
    euros = float((basins.grant_pending + basins.grant_fund + basins.grants_paid).sum())
    euros += float(r.tables.locals.routed.sum())
    return ratio(euros, float(basins.agreements.sum()))


def euros_per_job_aimed_at(r: Reading) -> float:
    """Grants of revitalisation money over the jobs at stake in the projects that got one, in euros (REV-05,
    REV-13: contributions over targets). The model grants a fixed sum a job, so this is that sum."""
    projects = r.world.projects
    jobs = float(projects.jobs[projects.granted == 1].sum())
    return ratio(float(r.tables.basins.grants_paid.sum()), jobs)
