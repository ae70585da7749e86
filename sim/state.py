"""The tables of a world. State is columns: one row a basin, firm, site, person, local scheme, project, file.

Columns that every firm needs every month (``hot``) are arrays of their own, so that the dense passes are
vectorised; the others are fields of structured arrays. All are numpy arrays; nothing is an object.

A firm's row never moves and is the same in every world that shares seed and parameters: the rows of a basin
are its initial firms, then every candidate for birth, month by month, born or not. Row i of two paired
worlds is therefore the same firm.
"""

from collections import namedtuple
from typing import Any

import numpy as np

from sim.rows import Rows, of_records

# a structured array whose fields are attributes (np.recarray), which type checkers cannot follow
Table = Any

# status of a firm
UNBORN, ACTIVE, GRADUATED, DEAD = 0, 1, 2, 3
# needs of a project; the first three are structuring questions
STRATEGY, ORGANISATION, TRANSITION, TECHNICAL, MARKET_NEED, FINANCE, INNOVATION = range(7)
NEEDS = ("strategy", "organisation", "transition", "technical", "market", "finance", "innovation")
# state of a project
OPEN, HIRING, FAILED, DONE, ORPHAN = 0, 1, 2, 3, 4
# causes of a change of employment
P, O, D, S, X, B, K, C = range(8)  # noqa: E741
CAUSES = ("project", "ordinary", "displaced", "spillover", "exit", "entry", "restructuring", "contract")
N_CAUSES = 8
# format of a scheme; the last two have firms as members
MISSION, COHORT, ACTION, POLE, MARKET = 0, 1, 2, 3, 4
# state of a partnership of a site with a local scheme
CANDIDATE, PARTNER, LEFT = 0, 1, 2
# state of a person
FREE, ON_MISSION, LAPSED, OFFERED = 0, 1, 2, 3  # offered: waits for a cohort
# state of a file
# plain numbers would be compiled for one by one
APPLIED, REJECTED, ACCEPTED, STARTED, COMPLETED, DROPPED, UNSERVED, LOST = (np.int64(k) for k in range(8))
FILE_STATES = ("applied", "rejected", "accepted", "started", "completed", "dropped", "unserved", "lost")
# diagnostic of a file
UNDIAGNOSED, UNSHARED, SHARED = (np.int64(k) for k in range(3))
NEVER = -1
PERSONS_PER_SITE = 40

BASIN = np.dtype(
    [
        ("first", "i8"),  # first row of its firms
        ("initial", "i8"),  # number of initial firms
        ("fragility", "f8"),
        ("cooperation", "f8"),
        ("local_demand", "f8"),
        ("demand", "f8"),  # log points, national and local, less the drag of fragility
        ("births", "f8"),  # expected births a month at demand 0
        ("spillover", "f8"),  # local service jobs still to come
        ("grant_pending", "f8"),  # agreed, not yet released, euros
        ("grant_fund", "f8"),  # scattered revitalisation money, euros
        ("grants_paid", "f8"),
        ("agreements", "f8"),
        ("eventful", "i8"),  # firms whose month holds an event
        ("dominant", "i8"),  # sector, or NEVER
        ("region", "i8"),  # number of its region, in the order of the territory
    ],
    align=True,
)
SME = np.dtype(
    [
        ("basin", "i4"),  # 0 of a firm not yet born, see ``basin_of_rows``
        ("status", "i4"),
        ("died", "i4"),
        ("project", "i4"),  # row of the open project, or NEVER
        ("file", "i4"),  # row of the file under way, or NEVER
        ("supported", "i4"),  # month of the last completed pathway, or NEVER
        ("followed_until", "i4"),
        ("tied", "i4"),  # month whose ties are known
        ("tie_local", "i4"),  # local scheme of the cohort that made them
        ("capability", "f8"),
        ("baseline", "f8"),  # capability without support
        ("openness", "f8"),
        ("finance", "f8"),
        ("success", "f8"),  # lasting difference in the logit of success
        ("decay", "f8"),  # of the gain of capability, per month
        ("followup", "f8"),  # cut of the decay during follow-up
        ("advice", "f8"),  # passing effect on log turnover
        ("ties", "f8"),  # with the directors of its cohort, in the month ``tied``
        ("entry_size", "f8"),
        ("dependence", "f8"),  # on the large site that it works for, if it does, in [0, 1]
    ],
    align=True,
)
SITE = np.dtype(
    [
        ("basin", "i4"),
        ("sector", "i4"),
        ("entity", "i8"),  # identity in draws
        ("jobs", "f8"),
        ("group_size", "f8"),
        ("motives", "f8"),  # sum of five motives, 0 to 5
        ("territorial", "i4"),  # group with a territorial policy
        ("head_office", "i4"),
        ("sustainable", "f8"),  # days a year
        ("fatigue", "f8"),
        ("wear", "f8"),  # what its decisions as a partner read
        ("strain", "f8"),  # of last month, over all schemes
        ("days_total", "f8"),
        ("missions_year", "i4"),  # started in this calendar year
        ("last_start", "i4"),
        ("jobs_cut", "f8"),
    ],
    align=True,
)
PERSON = np.dtype(
    [
        ("state", "i4"),
        ("missions", "i4"),
        ("local", "i4"),  # local scheme last served
        ("days_year", "f8"),  # booked in this calendar year
        ("link", "i4"),  # partnership that offers it, while it waits for a cohort
        ("offered", "i4"),  # month since which it waits
        ("skill", "f8"),  # learnt from missions, share of what can be learnt
    ],
    align=True,
)
PARTNERSHIP = np.dtype(
    [
        ("site", "i4"),
        ("local", "i4"),
        ("state", "i4"),
        ("joined", "i4"),
        ("left", "i4"),
        ("asked", "i4"),  # month of the last request
        ("founder", "i4"),
        ("lapsed", "i4"),  # persons of the site who stopped after a mission for this local scheme
        ("offered", "i4"),  # those who wait for a cohort of it
        ("load", "f8"),  # days supplied this month for this local scheme
    ],
    align=True,
)
LOCAL = np.dtype(
    [
        ("scheme", "i4"),  # position among the schemes of the world
        ("code", "i8"),  # identity in draws
        ("basin", "i4"),
        ("start", "i4"),
        ("alive", "i4"),
        ("closed", "i4"),  # month of closing, or NEVER
        ("first_partnership", "i4"),
        ("partnerships", "i4"),
        ("partners", "i4"),
        ("under_way", "i4"),  # files accepted or started
        ("alumni", "i4"),
        ("paid_days", "f8"),  # bought in this calendar year
        ("paid_days_total", "f8"),
        ("fund", "f8"),
        ("endowed", "f8"),  # all money put into the fund
        ("routed", "f8"),  # of which from revitalisation agreements
        ("advanced", "f8"),
        ("repaid", "f8"),
        ("outstanding", "f8"),
        ("lost", "f8"),
        ("coordination_cost", "f8"),
        ("expert_cost", "f8"),
        ("firm_cost", "f8"),
        ("days", "f8"),  # given by volunteers
        ("missions", "i4"),  # started by volunteers
        ("routed_agreements", "i4"),
        ("opened", "i4"),  # 1 once it has opened
        ("turn", "f8"),  # when the pace of roll-out gave it its turn, months with their fraction
        ("cohorts_year", "i4"),  # started in this calendar year
        ("in_session", "i4"),  # cohorts under way
        ("waiting", "i4"),  # volunteers who wait for a cohort
        ("rigour", "f8"),  # share of the first local scheme's rigour
        ("trained", "f8"),  # facilitators of all local schemes, kept by the first
        ("in_training", "f8"),
        ("invitations", "f8"),  # to join, so far, for each firm within reach
        ("members", "i4"),  # firms
        ("candidates", "i4"),  # memberships that came up, joined or not
        ("reached", "f8"),  # farthest reach so far, over that of the opening
        ("reticence", "f8"),  # invitations so far that a firm at distance 1 has not heeded
        ("appeal", "f8"),  # multiple of the rate of joining
        ("agenda", "f8"),  # of a pôle, as what follows: weight of SMEs in what it works on
        ("service", "f8"),  # share of its services that its treasury allows
        ("unclaimed", "f8"),  # running costs not yet proved, euros
        ("claimed", "f8"),  # proved, not yet paid back
        ("claim_due", "i4"),  # month in which they are
        ("strained", "i4"),  # months of strain
        ("judged", "i4"),  # labelled files on which calls have decided
        ("selected", "i4"),  # of which they pay for
        ("group_filed", "i4"),  # of the judged, files of large groups and laboratories
        ("group_funded", "i4"),  # of which selected
        ("aid_committed", "f8"),  # public aid to research, euros
        ("aid_paid", "f8"),
        ("aid_cancelled", "f8"),
    ],
    align=True,
)
PROJECT = np.dtype(
    [
        ("firm", "i8"),
        ("uid", "u8"),  # of the firm; with its basin, kept here so that monthly passes need not fetch them
        ("basin", "i4"),
        ("opened", "i4"),
        ("due", "i4"),
        ("need", "i4"),
        ("state", "i4"),
        ("hired_months", "i4"),
        ("granted", "i4"),
        ("tried", "i4"),  # files made on it
        ("jobs", "f8"),  # at stake
        ("met", "f8"),  # how well the need is met by support, in [0, 1]
        ("finance", "f8"),  # own funds gained for it
    ],
    align=True,
)
FILE = np.dtype(
    [
        ("firm", "i8"),
        ("project", "i4"),
        ("local", "i4"),
        ("applied", "i4"),
        ("decided", "i4"),
        ("accepted", "i4"),
        ("started", "i4"),
        ("ended", "i4"),
        ("state", "i4"),
        ("attempt", "i4"),  # 0, or 1 for a file that came back
        ("judged", "i4"),  # 1 once a committee has looked at it
        ("person", "i4"),  # row of the volunteer, or NEVER
        ("link", "i4"),  # row of the partnership that helps, or NEVER
        ("paid", "i4"),  # helped by a paid expert
        ("cohort", "i4"),
        ("read_rightly", "i4"),
        ("step", "i4"),  # actions of the pathway before this one
        ("need", "i4"),  # that help ought to meet
        ("theme", "i4"),  # need that the action serves, or NEVER
        ("diagnosed", "i4"),
        ("ready", "i4"),  # the director is ready to commit
        ("plan", "i4"),  # month in which the plan is carried out, or NEVER
        ("carried_out", "i4"),  # in time for the project
        ("young", "i4"),
        ("cash", "i4"),  # month in which the advance arrives
        ("merit", "f8"),
        ("size", "f8"),  # of the firm when it applied
        ("jobs", "f8"),  # promised
        ("agreed", "f8"),  # days of help, by design, agreed on as it started
        ("days", "f8"),  # received
        ("care", "f8"),  # share of the quality of help that is left in this pathway
        ("value", "f8"),  # of the plan, if carried out: how well it meets the need
        ("dip", "f8"),  # capability missing while the director is away
        ("advance", "f8"),
        ("outstanding", "f8"),
    ],
    align=True,
)
# a seat of a volunteer in a cohort (missions have one person, on the file)
SEAT = np.dtype(
    [("cohort", "i4"), ("person", "i4"), ("link", "i4"), ("started", "i4"), ("under_way", "i4")],
    align=True,
)
# a firm that could be a member of a local scheme, is one, or was
MEMBERSHIP = np.dtype(
    [
        ("firm", "i8"),
        ("local", "i4"),
        ("joined", "i4"),  # month, or NEVER
        ("leaves", "i4"),  # month in which it would leave of its own, once it has joined
        ("left", "i4"),  # month, or NEVER
        ("place", "i4"),  # in the list of those that last
        ("distance", "f8"),  # over the reach of the scheme when it opened; below 1: within reach
        ("patience", "f8"),  # invitations until it joins
        ("since", "f8"),  # invitations so far when it came within reach, or -1
        ("reticent", "f8"),  # reticence of the local scheme at that moment
    ],
    align=True,
)
# a membership that lasts, and one to come, with what is looked at every month; their order means nothing
MEMBER = np.dtype(
    [("membership", "i4"), ("firm", "i4"), ("local", "i4"), ("leaves", "i4")],
    align=True,
)
AS_IN_MEMBERSHIP = [(name, "f8") for name in ("distance", "patience", "since", "reticent")]
INVITED = np.dtype([("membership", "i4"), ("local", "i4"), *AS_IN_MEMBERSHIP], align=True)
# a change of employment for a cause P or C that does not stand in the table of projects
FLOW = np.dtype(
    [
        ("firm", "i8"),
        ("month", "i4"),
        ("cause", "i4"),
        ("lost", "i4"),  # 1: of a firm whose contract another has won
        ("jobs", "f8"),
    ],
    align=True,
)
# seats of a scheme for one theme (need), over all its basins; seven rows a scheme
THEME = np.dtype(
    [
        ("supply", "f8"),  # share of the seats
        ("credit", "f8"),  # seats offered this calendar year and not taken
        ("recorded", "f8"),  # needs that shared diagnostics have found since the start
    ],
    align=True,
)
# a seat: over, taken, or left by a person called back
SEAT_OVER, SEAT_TAKEN, SEAT_EMPTY = 0, 1, 2
COHORT_ROW = np.dtype(
    [
        ("local", "i4"),
        ("started", "i4"),
        ("open", "i4"),
        ("directors", "i4"),  # still there
        ("seats", "i4"),  # of volunteers
        ("days", "f8"),  # of each, agreed on as it started
        ("present", "i4"),  # volunteers still there
        ("employers", "i4"),  # different sites they come from
    ],
    align=True,
)
# a change of a rule of a local scheme at the start of a month
SWITCH = np.dtype([("month", "i4"), ("local", "i4"), ("field", "i4"), ("value", "f8")], align=True)

# a cut of jobs by a large site that the case foretells
CLOSURE = np.dtype([("month", "i8"), ("site", "i8"), ("share", "f8"), ("subcontractors", "f8")], align=True)

# blank rows, with which whoever adds one to a table begins
NEW_PROJECT, NEW_FILE, NEW_COHORT, NEW_MEMBERSHIP, NEW_FLOW = (
    np.zeros(1, kind) for kind in (PROJECT, FILE, COHORT_ROW, MEMBERSHIP, FLOW)
)

# positions in ``counts``
(
    N_PROJECTS, N_PENDING, N_HIRING, N_FILES, N_OPEN, N_ALUMNI, N_SWITCHED, N_COHORTS, N_SEATS, N_SEATED,
    N_GROUPS, N_MEMBERSHIPS, N_MEMBERS, N_INVITED, N_FLOWS, N_TIES, N_CONTRACTS, N_CLOSED, N_RESEARCHERS,
    N_RD, N_RD_ACTIVE, N_GONE, FULL,
) = range(23)  # fmt: skip

# monthly series by basin
SERIES = (
    "jobs", "firms", "hires_project", "site_jobs_cut", "demand", "partner_sites", "partner_wear",
    *CAUSES,
)  # fmt: skip
JOBS, FIRMS, HIRES, SITE_CUTS, DEMAND_LEVEL, PARTNER_SITES, PARTNER_WEAR, FIRST_CAUSE = range(8)
# monthly series by local scheme: stocks, and totals since the start
LOCAL_SERIES = (
    "alive", "partners", "fatigue", "completed", "days", "fund", "public_cost", "members", "contracts",
    "outside", "sme_share", "judged", "selected", "group_filed", "group_funded",
)  # fmt: skip
(
    L_ALIVE, L_PARTNERS, L_FATIGUE, L_COMPLETED, L_DAYS, L_FUND, L_PUBLIC, L_MEMBERS, L_CONTRACTS,
    L_OUTSIDE, L_SME_SHARE, L_JUDGED, L_SELECTED, L_GROUP_FILED, L_GROUP_FUNDED,
) = range(15)  # fmt: skip

Tables = namedtuple(
    "Tables",
    [
        # scalars of the world, as arrays of one
        "seed",  # uint64
        "nation",  # float64: national demand
        "counts",  # int64: rows in use, see N_PROJECTS...
        "calendar",  # int64: start year, start month (0-11), revitalisation from month, endowment from month
        "economy",  # record of ECONOMY_DTYPE
        "wage",  # float64: revitalisation euros a job cut, group size of the duty
        # firms: hot columns
        "uid",  # uint64
        "size",  # float64; 0 where the firm is not alive
        "born",  # int32; month of birth, negative for initial firms
        "sector",  # int32
        "exit_factor",  # float64: exp(-exit_capability (2 c - 1))
        "open_factor",  # float64: exp(project_rate_capability (2 c - 1))
        "exit_most",  # float32: above exit_factor; 0 where there is no firm
        "open_most",  # float32: above open_factor; 0 where there is no firm
        "own_growth",  # float64: part of an adjustment that depends on capability
        "busy",  # int8: 1 while a project is open
        "flags",  # uint8: events of the month
        "chances",  # (months of a block, firms) uint32: draws of events
        "eventful",  # int64: rows of the firms whose month holds one, of each basin from its first row on
        "gone",  # int64: rows of the firms that closed in the month
        "causes",  # float64 (N_CAUSES, rows): change of employment since the start, by cause
        "exposure",  # float64 (schemes, rows): exposure to referrals
        "smes",  # SME
        # other tables
        "basins",
        "ends",  # int64 (basins, months + 1): end of the rows that exist in a month
        "hires",  # float64 (basins, sectors): project hires of the month
        "sites",
        "site_first",  # int64 (basins + 1)
        "closures",
        "persons",
        "partnerships",
        "locals",
        "local_of",  # int32 (schemes, basins): local scheme, or NEVER
        "outreach",  # float64 (locals, months + 1): exposure of every firm to campaigns and word of mouth
        "rules",  # RULES_DTYPE, one row a local scheme
        "rule_cells",  # the same memory as float64 (locals, fields)
        "switches",
        "projects",
        "pending",  # int64: rows of the projects open
        "hiring",  # int64: rows of the projects that hire
        "files",
        "open_files",  # int64: rows of the files not ended, or with an advance outstanding
        "alumni",  # int64: rows of firms with a gain of capability or a passing effect of advice
        "seats",
        "themes",
        "cohorts",
        "memberships",
        "membership_of",  # int32 (schemes, rows): row in memberships, or NEVER
        "kinds",  # uint8 (schemes, rows): 1 + category of what a firm sells, 0 until it is asked for
        "members",  # MEMBER: memberships that last
        "invited",  # INVITED: those within reach that have not joined
        "flows",
        # of the market place, see sim/markets.py
        "markets",  # one row a local scheme
        "buyers",  # one row a partnership
        "met",  # uint16 (memberships, large buyers of a market place): 1 + month of the tie, 0 without one
        "sellers",  # one row a membership
        "ties",
        "contracts",
        "results",  # int32 (schemes, months): month of the results of the call that closes in one, or NEVER
        "researchers",
        "next_idea",  # int32, beside researchers: next month that may hold an idea, or NEVER
        "researcher_of",  # int32 (rows): row in researchers, or NEVER; no row where nobody does research
        "rd",  # R&D projects
        "rd_active",  # int64: rows of the R&D projects that are not over
        "sector_mix",  # float64 (basins, sectors): cumulated shares
        "tradable",  # bool by sector
        "series",  # float64 (months, basins, SERIES)
        "local_series",  # float64 (months, locals, LOCAL_SERIES)
    ],
)


def zeros(n: int, dtype: np.dtype) -> Table:
    """A table of n rows whose fields are attributes, in plain Python as in compiled code."""
    return np.zeros(n, of_records(dtype)).view(Rows)


def unwritten(n: int, dtype: np.dtype) -> Table:
    """The same with room for n rows, none of which is read before it is written: until then it costs
    nothing."""
    return np.empty(n, of_records(dtype)).view(Rows)


def basin_of_rows(tables: Tables) -> np.ndarray:
    """Basin of every row of the firms, born or not."""
    return np.repeat(np.arange(len(tables.basins)), tables.ends[:, -1] - tables.basins.first)
