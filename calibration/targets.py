"""Which published figures a world is held against, with what tolerance and in what role.

Roles: ``fitted``, parameters may be or have been chosen for it; ``held_out``, kept to test the model with and
never looked at when choosing; ``context``, shown beside and not judged: what the case or a parameter already
takes from the document, targets and promises. Figures of one family are not independent: count by family.

What is published on Alizé are gross counts of its operators. A model that meets them is consistent with the
claims; the net effect of Alizé was never measured and cannot be checked against anything.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from calibration import alize_figures as alize
from calibration import boost_figures as boost
from calibration import pacte_figures as pacte
from calibration import plan_figures as plan
from calibration import pole_figures as pole
from calibration.facts import Fact, facts
from sim.world import World

FITTED, HELD_OUT, CONTEXT = "fitted", "held_out", "context"
COLUMNS = ("fact_id", "family", "role", "published", "low", "high", "p05", "p50", "p95", "inside")
PREFIX = "fact_"
NAN = float("nan")

Bounds = tuple[float, float]
Measure = Callable[[alize.Reading], float]


@dataclass(frozen=True)
class Target:
    """A published figure and how a world gives it.

    ``fact_id``: row of ``facts.csv``, with a letter behind it where the row holds several figures.
    ``published``, ``low``, ``high``: the figure and its tolerance bounds, in ``unit``; bounds are not a
    number where nothing says how near is near (context only). ``month``: when it is read, in months elapsed
    since the start of the case. ``final``: read from the state of the last month, so unknown once the world
    has run on. ``definition``: what is counted, as its publisher counted it.
    """

    fact_id: str
    family: str
    role: str
    published: float
    low: float
    high: float
    unit: str
    month: int
    final: bool
    definition: str
    measure: Measure

    @property
    def fact(self) -> Fact:
        """The row of ``facts.csv``."""
        return facts()[root(self.fact_id)]

    def compute(self, world: World, reading: alize.Reading | None = None) -> float:
        """The figure in a world of the case; not a number before its month, or where it is undefined.
        ``reading``: of this world at this month, to share with other targets."""
        if world.month < self.month or (self.final and world.month != self.month):
            return NAN
        return float(self.measure(reading or alize.Reading(world, self.month)))


def root(fact_id: str) -> str:
    """Id of the row of ``facts.csv``: without the letter of a composite figure."""
    return re.sub(r"[a-z]$", "", fact_id)


def _definition(measure: Callable) -> str:
    """The docstring of a measure as one line."""
    function = measure.func if isinstance(measure, partial) else measure
    return " ".join((function.__doc__ or "").split())


def _target(
    fact_id: str,
    family: str,
    role: str,
    measure: Measure,
    month: int,
    *,
    final: bool = False,
    published: float | None = None,
    bounds: Bounds | None = None,
    unit: str = "",
) -> Target:
    """A target; figure, tolerance bounds and unit are those of its row unless given. A figure of context
    without tolerance has the range of its source, if there is one."""
    fact = facts()[root(fact_id)]
    value = fact.value if published is None else published
    found = bounds or fact.tolerance()
    if found is None and role == CONTEXT:
        found = (NAN if fact.low is None else fact.low, NAN if fact.high is None else fact.high)
    if value is None or found is None:
        raise ValueError(f"{fact_id} has no figure or no tolerance; give one")
    return Target(
        fact_id, family, role, value, *found, unit or fact.unit, month, final, _definition(measure), measure
    )


# The case begins in January 1998. Totals "of 2008" ("in ten years") are read at its end, as those of 2007.
MONTH_2003, MONTH_2006, MONTH_2007 = 72, 108, 120  # ends of these years

ALIZE_1997_2007: tuple[Target, ...] = (
    # large firms at the tables
    _target("ALZ-03", "partners", FITTED, alize.partner_sites, MONTH_2003),
    _target("S1-02", "partners", FITTED, alize.partner_sites, MONTH_2007),
    _target("ALZ-08", "partners", FITTED, alize.partner_sites, MONTH_2007),
    _target("S1-14", "partners", CONTEXT, alize.partners_per_scheme, MONTH_2007),
    # the yearly hazard that its derivation gives: -ln(1 - 0.36) over a mean membership of six years
    _target(
        "VOL-30", "partners", FITTED, alize.partner_exit, MONTH_2007,
        final=True, published=7.4, bounds=(5.0, 10.0), unit="% per year",
    ),
    # local schemes: openings are given to the case; an acceptance test holds the sign of S1-12, with and
    # without renewal, which one world cannot show
    _target("ALZ-02", "local schemes", CONTEXT, alize.schemes_alive, MONTH_2003),
    _target("S1-03", "local schemes", CONTEXT, alize.schemes_alive, MONTH_2007),
    _target("S1-12", "local schemes", CONTEXT, alize.renewed_basins, MONTH_2007, final=True),
    # projects and firms; the 1,400 examined have no tolerance of their own: that of the 1,050 accepted, which
    # stand in the same sentence
    _target("ALZ-05", "reach", FITTED, alize.files_examined, MONTH_2007, bounds=(1260.0, 1540.0)),
    _target("ALZ-06", "reach", FITTED, alize.files_accepted, MONTH_2007),
    _target("S1-04", "reach", FITTED, alize.firms_supported, MONTH_2007),
    _target("S1-15", "reach", FITTED, alize.firms_per_basin_year, MONTH_2007),
    _target("ALZ-14", "selection", FITTED, alize.acceptance, MONTH_2007),
    # who is supported; marked for validation, S1-08 is used by two parameters and an acceptance test
    _target("S1-08", "beneficiaries", FITTED, alize.over_three_years, MONTH_2006),
    _target("ALZ-10", "beneficiaries", FITTED, alize.median_size, MONTH_2007),
    _target(
        "ALZ-11a", "beneficiaries", CONTEXT, partial(alize.sector_share, sectors=alize.SERVICES), MONTH_2007,
    ),
    _target(
        "ALZ-11b", "beneficiaries", CONTEXT, partial(alize.sector_share, sectors=alize.INDUSTRY), MONTH_2007,
        published=27.0,
    ),
    _target(
        "ALZ-11c", "beneficiaries", CONTEXT, partial(alize.sector_share, sectors=alize.CONSTRUCTION),
        MONTH_2007, published=10.0,
    ),
    # jobs as declared
    _target("ALZ-01", "jobs", FITTED, alize.jobs_reported, MONTH_2003),
    _target("S1-05", "jobs", FITTED, alize.jobs_reported, MONTH_2007),
    _target("ALZ-07", "jobs", FITTED, alize.jobs_reported, MONTH_2007),
    _target("S1-13", "jobs", FITTED, alize.jobs_per_firm, MONTH_2007),
    _target("ALZ-15", "jobs", FITTED, alize.jobs_per_file, MONTH_2007),
    # jobs promised, of 2010, and what became of them, of 2008-10 and 2018: taken as ratios that last
    _target("ALZ-18", "promises", CONTEXT, alize.promised_per_file, MONTH_2007),
    _target("ALZ-19", "promises", FITTED, alize.declared_over_promised, MONTH_2007),
    _target("ALZ-60", "promises", FITTED, alize.achieved_over_planned, MONTH_2007),
    # missions, of 2012 and 2013: the days of a mission are given to the scheme as data
    _target("ALZ-28", "missions", FITTED, alize.days_per_mission, MONTH_2007),
    _target("ALZ-54", "missions", FITTED, alize.days_per_manager, MONTH_2007, bounds=(3.0, 4.0)),
    # persons: Americans who volunteer, and mentors of another French scheme
    _target(
        "VOL-06", "volunteers", FITTED, alize.volunteer_half_life, MONTH_2007,
        final=True, bounds=(1.3, 2.5),
    ),
    _target(
        "VOL-33", "volunteers", HELD_OUT, alize.missions_per_person, MONTH_2007,
        published=1.3, bounds=(1.3, 1.5), unit="missions per person",
    ),
    # advances: no default of Alizé's is published; other honour loans, 2 to 4 % in default
    _target("VOL-35", "advances", FITTED, alize.not_lost, MONTH_2007, final=True, bounds=(96.0, 98.0)),
    _target("VOL-36", "advances", FITTED, alize.recovered, MONTH_2007, final=True, bounds=(96.0, 98.0)),
    # revitalisation money: the share routed to a scheme and the grant a job are given as data, after S1-10
    # and REV-05 (a target: not fitted); REV-13 is Île-de-France's
    _target("S1-10", "revitalisation", CONTEXT, alize.routed_agreements, MONTH_2007, final=True),
    _target(
        "REV-01", "revitalisation", CONTEXT, alize.agreements_per_basin_year, MONTH_2007,
        final=True, published=0.354, unit="agreements per zone and year",
    ),
    _target("REV-04", "revitalisation", CONTEXT, alize.euros_per_agreement, MONTH_2007, final=True),
    _target("REV-05", "revitalisation", CONTEXT, alize.euros_per_job_aimed_at, MONTH_2007, final=True),
    _target("REV-13", "revitalisation", HELD_OUT, alize.euros_per_job_aimed_at, MONTH_2007, final=True),
)  # fmt: skip

# The case begins in January 2011. The account of more than 5,000 actions is of early July 2015.
JULY_2015, END_2015 = 54, 60

PLAN_PME_2011_2015: tuple[Target, ...] = (
    _target("PPM-01", "reach", FITTED, plan.actions, JULY_2015),
    _target("PPM-02", "reach", CONTEXT, plan.actions_in_a_year, JULY_2015),
    # marked for validation, PPM-07 is used by the response of applications to size
    _target("PPM-07", "beneficiaries", FITTED, plan.under_ten, JULY_2015),
    _target("PPM-08", "beneficiaries", CONTEXT, plan.in_industry, JULY_2015),
    _target("PPM-13", "beneficiaries", CONTEXT, plan.for_innovation, JULY_2015),
    # prices, shares and seats are given as data
    _target("PPM-03", "money", CONTEXT, plan.total_millions, JULY_2015),
    _target("PPM-04", "money", CONTEXT, plan.public_millions, JULY_2015),
    _target("PPM-05", "money", CONTEXT, plan.firm_millions, JULY_2015),
    _target("PPM-11", "money", CONTEXT, plan.cost_of_an_action, JULY_2015),
    _target("PPM-12", "money", CONTEXT, plan.cost_of_a_participation, JULY_2015),
    _target("PPM-14", "money", CONTEXT, plan.share_of_firms, JULY_2015),
    # of English firms
    _target("EFF-20", "light advice", FITTED, plan.turnover_first_year, END_2015,
            final=True, bounds=(3.0, 13.0)),
    _target("EFF-22", "light advice", FITTED, plan.half_life, END_2015, final=True, bounds=(0.0, 1.0)),
)  # fmt: skip

# The case of Lyon begins in July 2018 and is read at its seventh anniversary, 84 months later.
ANNIVERSARY = 84

BOOST_LYON: tuple[Target, ...] = (
    _target("S0-09", "reach", FITTED, boost.directors, ANNIVERSARY),
    _target("S0-08", "volunteers", FITTED, boost.managers, ANNIVERSARY, final=True),
    _target("S0-14", "cohorts", FITTED, boost.cohorts, ANNIVERSARY),
    # the ratio of two fitted figures: shown, not judged again
    _target("S0-13", "volunteers", CONTEXT, boost.managers_per_director, ANNIVERSARY, final=True),
    # the declared jobs: how they were counted is assumed, so that agreement would say little
    _target("S0-11", "jobs", CONTEXT, boost.jobs_declared, ANNIVERSARY),
    _target("S0-12", "jobs", CONTEXT, boost.jobs_per_director, ANNIVERSARY),
    # two readings of the same 500 hours: those of every manager, or those of the sessions
    _target("S0-10a", "hours", CONTEXT, boost.hours_given, ANNIVERSARY),
    _target("S0-10b", "hours", CONTEXT, boost.hours_of_sessions, ANNIVERSARY),
    _target("S0-15", "hours", CONTEXT, boost.hours_per_cohort, ANNIVERSARY),
)

# The market place of Marseille begins in June 2017 and is read after one year and after two.
ONE_YEAR, TWO_YEARS = 12, 24

MBA_2017_2019: tuple[Target, ...] = (
    _target("S4-19", "members", FITTED, pacte.firms, ONE_YEAR),
    _target("S4-20", "buyers", FITTED, pacte.large_buyers, ONE_YEAR),
    # marked for validation, S4-07 and S4-08 are used by the reach of firms and of buyers
    _target("S4-07", "members", FITTED, pacte.firms, TWO_YEARS),
    _target("S4-08", "buyers", FITTED, pacte.large_buyers, TWO_YEARS),
    # persons are counted in it, and the model has organisations
    _target("S4-06", "members", CONTEXT, pacte.organisations, TWO_YEARS),
    # ratios of fitted figures: shown, not judged again
    _target("S4-21", "members", CONTEXT, pacte.growth, TWO_YEARS),
    _target("S4-22", "buyers", CONTEXT, pacte.firms_per_buyer, TWO_YEARS),
)

# The national buyers commit themselves in January 2005 and in June 2010.
JAN_2005, JAN_2006, JAN_2007, JAN_2008, DEC_2009, END_2013 = 1, 13, 25, 37, 60, 108

PACTE_NATIONAL: tuple[Target, ...] = (
    _target("PAC-01", "share of SMEs", FITTED, pacte.sme_share, JAN_2005, bounds=(16.8, 17.8)),
    _target("PAC-03", "share of SMEs", FITTED, pacte.sme_share, JAN_2006),
    _target("PAC-04", "share of SMEs", FITTED, pacte.sme_share, JAN_2007),
    _target("PAC-02", "share of SMEs", FITTED, pacte.sme_share, DEC_2009),
    _target(
        "PAC-08", "share of SMEs", FITTED, pacte.rise_in_three_years, JAN_2008,
        published=10.0, bounds=(6.0, 14.0), unit="%",
    ),
    _target("PAC-13", "share of SMEs", HELD_OUT, pacte.sme_share, END_2013),
    # of 42 buyers: nothing says how near is near; the bounds were set before the model was read
    _target("PAC-05", "spread", HELD_OUT, pacte.lowest_share, JAN_2008, bounds=(1.0, 6.0)),
    _target("PAC-06", "spread", HELD_OUT, pacte.highest_share, JAN_2008, bounds=(37.0, 57.0)),
)  # fmt: skip

# The case begins in July 2005. Years are read at their end; an article of 2008 in its middle.
END_2006, MIDDLE_2008, END_2007, END_2009, END_2011, END_2012 = 18, 36, 30, 54, 78, 90
LAST_POLES = 114  # end of 2014

POLES_2005_2014: tuple[Target, ...] = (
    # members: small and medium firms of figures that count establishments, or all firms
    _target("S3-02", "members", FITTED, pole.sme_members, 1, bounds=(1700.0, 2300.0)),
    _target("S3-01", "members", FITTED, pole.sme_members, MIDDLE_2008),
    _target("S3-19", "members", FITTED, pole.growth_in_three_years, MIDDLE_2008),
    _target("POL-02", "members", FITTED, pole.member_firms, END_2006, bounds=(3400.0, 4600.0)),
    _target(
        "POL-04", "members", FITTED, pole.sme_members, END_2009,
        published=5256.0, bounds=(4625.0, 5887.0), unit="SMEs",
    ),
    _target(
        "POL-05a", "members", FITTED, pole.sme_members, END_2011,
        published=6450.0, bounds=(5676.0, 7224.0), unit="SMEs",
    ),
    _target(
        "POL-05b", "members", CONTEXT, pole.growth_in_a_year, END_2011, published=7.0,
        bounds=(NAN, NAN), unit="%",
    ),
    _target("POL-07", "members", CONTEXT, pole.staff, END_2009),
    _target("POL-08", "members", CONTEXT, pole.staff, LAST_POLES),
    _target("POL-34", "members", CONTEXT, pole.said_to_have_created, END_2012),
    # calls: their calendar, their money and the files of groups and laboratories are given as data
    _target("S3-04", "projects", FITTED, pole.sme_led_in_a_year, END_2007),
    _target("POL-13", "projects", HELD_OUT, pole.sme_led_in_three_years, END_2011),
    _target("POL-15", "projects", CONTEXT, pole.files_a_call, END_2009),
    _target("POL-16", "projects", FITTED, pole.selected_share, END_2009),
    _target("POL-17", "projects", CONTEXT, pole.state_aid_millions, END_2009),
    _target("POL-19", "projects", CONTEXT, pole.projects, END_2012),
    _target("POL-22", "projects", CONTEXT, pole.months_to_money, END_2012),
    _target("POL-14", "projects", HELD_OUT, pole.sme_share_of_research, END_2009),
    # what evaluators found; euros of R&D are those of firms of up to 5,000 jobs, the model's have up to 250
    _target("POL-24", "effects", CONTEXT, pole.research_effect, END_2009),
    _target("POL-25", "effects", FITTED, pole.research_effect_percent, END_2009),
    _target("POL-26", "effects", CONTEXT, pole.aid_a_member, END_2009, published=44.0),
    _target("POL-27", "effects", HELD_OUT, pole.posts_of_projects, END_2009, bounds=(310.0, 3100.0)),
    _target("POL-29", "effects", HELD_OUT, pole.research_effect, END_2012, bounds=(250.0, 1000.0)),
    _target("POL-30", "effects", CONTEXT, pole.posts_a_member, END_2012),
    _target(
        "POL-31", "effects", FITTED, pole.jobs_effect, END_2012,
        bounds=(-1.96, 1.96), unit="standard errors",
    ),
    _target("POL-32", "effects", HELD_OUT, pole.research_per_euro, END_2012, bounds=(1.5, 3.5)),
    # innovation of all firms: a chance by size is fitted to it, and research adds little
    _target("S3-12", "innovation", FITTED, pole.innovators_10_to_49, LAST_POLES, final=True,
            bounds=(30.1, 38.1)),
    _target("S3-11", "innovation", FITTED, pole.innovators_50_to_249, LAST_POLES, final=True,
            bounds=(39.3, 47.3)),
    _target("S3-10", "innovation", CONTEXT, pole.innovators_from_250, LAST_POLES, final=True),
)  # fmt: skip

TARGETS: Mapping[str, tuple[Target, ...]] = {
    "alize-1997-2007": ALIZE_1997_2007,
    "boost-innov-lyon-2018-2025": BOOST_LYON,
    "mba-marseille-2017-2019": MBA_2017_2019,
    "pacte-national-2005-2013": PACTE_NATIONAL,
    "plan-pme-2011-2015": PLAN_PME_2011_2015,
    "poles-2005-2014": POLES_2005_2014,
}

_LEFT_OUT = {
    "Given to the case as data: opening, rules of the scheme, law.":
        "S1-01 S1-06 S1-07 S1-09 S1-11 ALZ-09 ALZ-17 ALZ-24 ALZ-29 ALZ-84 ALZ-85 REV-06 REV-07",
    "A total, a yearly flow or a size of the years after the case, which ends with 2007.":
        "ALZ-16 ALZ-20 ALZ-21 ALZ-22 ALZ-23 ALZ-25 ALZ-27 ALZ-30 ALZ-31 ALZ-32 ALZ-33 ALZ-34 ALZ-49 ALZ-50 "
        "ALZ-52 ALZ-53 ALZ-55 ALZ-56 ALZ-57 ALZ-58 ALZ-59 ALZ-61 ALZ-72 ALZ-73 ALZ-74 ALZ-75 ALZ-77 ALZ-83 "
        "ALZ-88 REV-15 REV-16 REV-19",
    "Jobs promised or maintained are in it: it cannot be squared with the count of 2008.": "ALZ-26 ALZ-76",
    "A target or a promise, not a result.": "ALZ-51 REV-03",
    "Its categories are not those of the model: takeovers, capacity, commercial development.":
        "ALZ-12 ALZ-13",
    "A single example.": "ALZ-04 ALZ-82",
    "The same information as REV-01 with REV-04.": "REV-02",
    "Not represented: the time taken to negotiate.": "REV-08",
    "Of Île-de-France, where the case has no basin.": "REV-10 REV-11 REV-12 REV-14",
    "VOL-06 is derived from it, or it bounds VOL-06.": "VOL-01 VOL-02 VOL-03 VOL-04",
    "The same information as VOL-30.": "VOL-29",
    "Not represented: which partners leave more, among small, late or isolated ones.": "VOL-31",
    "Words, not a figure.": "VOL-05 REV-09",
    "Another scheme, another country or another kind of help; no counterpart in this case.":
        "VOL-08 VOL-09 VOL-10 VOL-11 VOL-12 VOL-13 VOL-14 VOL-15 VOL-16 VOL-17 VOL-18 VOL-19 VOL-20 VOL-21 "
        "VOL-22 VOL-23 VOL-24 VOL-25 VOL-26 VOL-27 VOL-28 VOL-32 VOL-34 VOL-37",
}  # fmt: skip

_LEFT_OUT_OF_PLAN = {
    "Given to the case as data: opening.": "S2-01",
    "Words or dates, not a result.": "S2-02 S2-03 S2-04",
    "The model has seven themes, not programmes.": "PPM-06",
    "Consultants are bought and are no persons of the model.": "PPM-09",
    "An earlier programme of the region.": "PPM-15 PPM-16 PPM-17",
    "The agency that followed, after the case.": "PPM-18",
    "A statistical test holds it: it needs the world without the plan.": "EFF-21",
}

_LEFT_OUT_OF_BOOST = {
    "Given to the case as data: start, length, days and seats of a path.":
        "S0-01 S0-02 S0-03 S0-04 S0-05 S0-06 S0-07",
    "The format of 2019, which the case does not have: that of today is used from the start.":
        "S0-16 S0-17",
}  # fmt: skip

_LEFT_OUT_OF_MBA = {
    "Given to the case or to the scheme as data: start, axes, length of a mission, fee, age of a tie.":
        "S4-05 S4-10 S4-11 S4-12 S4-13 S4-14 S4-23",
    "Of the months after the case, or announced for them.": "S4-09 S4-15 S4-16 S4-17 S4-18",
    "Of the national association: the other case.": "S4-01 S4-02 S4-03 S4-04",
}  # fmt: skip

_LEFT_OUT_OF_NATIONAL = {
    "Given to the case as data, or of the years after it: number of buyers and other members.":
        "S4-01 S4-02 S4-03 S4-04 PAC-10 PAC-11",
    "Not represented: which buyers committed themselves again.": "PAC-09",
    "Euros of all buyers: the purchases of those of the case are drawn.": "PAC-07 PAC-14 PAC-15 PAC-16",
    "The series breaks there, and its sources do not agree.": "PAC-12 PAC-17",
    "Not represented: payment times.": "PAC-19 PAC-20",
}  # fmt: skip

_LEFT_OUT_OF_POLES = {
    "Given to the case as data: opening, votes, number and teams of pôles, aid of local authorities.":
        "S3-03 S3-05 POL-01 POL-11 POL-18",
    "Words, dates, ranks or names, not a result of pôles.":
        "S3-06 S3-08 S3-09 S3-13 S3-14 S3-15 S3-16 S3-17 S3-18",
    "All creations of firms, most of them without an employee; the case holds a part of those with some.":
        "S3-07",
    "Members that are laboratories or firms between small ones and large groups, which the model has not.":
        "POL-10 POL-12",
    "Money of other lines than the calls.": "POL-20",
    "After the case, or a target.": "POL-21 POL-23",
    "An estimate that POL-24 revises.": "POL-28",
    "A judgement of each pôle, by criteria that are not given.": "POL-35",
    "Another policy.": "POL-36",
}  # fmt: skip

# by case, figures on its scheme that no target uses, for Alizé also those on revitalisation and on
# volunteers, for Plan PME those on light advice (S1, ALZ, REV, VOL; S0; S2, PPM, EFF-20 to EFF-22; S3, POL;
# S4; for the national buyers PAC, S4-01 to S4-04)
NOT_COVERED: Mapping[str, Mapping[str, str]] = {
    case: {fact: reason for reason, ids in left_out.items() for fact in ids.split()}
    for case, left_out in (
        ("alize-1997-2007", _LEFT_OUT),
        ("boost-innov-lyon-2018-2025", _LEFT_OUT_OF_BOOST),
        ("mba-marseille-2017-2019", _LEFT_OUT_OF_MBA),
        ("pacte-national-2005-2013", _LEFT_OUT_OF_NATIONAL),
        ("plan-pme-2011-2015", _LEFT_OUT_OF_PLAN),
        ("poles-2005-2014", _LEFT_OUT_OF_POLES),
    )
}


def compute(case_name: str, world: World) -> dict[str, float]:
    """The published figures of a case in a world of its published arm, by fact id; none for a case on which
    nothing is published. The columns of ``table`` are named ``fact_`` and the id."""
    targets = TARGETS.get(case_name, ())
    readings = {month: alize.Reading(world, month) for month in {target.month for target in targets}}
    return {target.fact_id: target.compute(world, readings[target.month]) for target in targets}


def is_inside(role: str, bounds: Bounds, quantiles: tuple[float, float, float]) -> int | None:
    """Whether simulated meets published: 1 or 0; None for context.

    ``quantiles``: 5, 50 and 95 % of the worlds. Fitted: their median lies within the bounds. Held out: the
    interval of the worlds meets that of the tolerance. Where no world gives the figure, it is missed.
    """
    (low, high), (p05, p50, p95) = bounds, quantiles
    if role == CONTEXT:
        return None
    if role == FITTED:
        return int(low <= p50 <= high)
    return int(p05 <= high and p95 >= low)


def table(case_name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Published beside simulated, one row a target. ``frame``: one row a world, columns ``fact_<id>``; worlds
    that do not give a figure are left out of its quantiles."""
    rows = []
    for target in TARGETS.get(case_name, ()):
        values = pd.to_numeric(frame[PREFIX + target.fact_id]).dropna().to_numpy(float)
        p05, p50, p95 = np.quantile(values, (0.05, 0.5, 0.95)) if len(values) else (NAN, NAN, NAN)
        inside = is_inside(target.role, (target.low, target.high), (p05, p50, p95))
        about = (target.fact_id, target.family, target.role, target.published, target.low, target.high)
        rows.append((*about, p05, p50, p95, inside))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"inside": "Int64"})
