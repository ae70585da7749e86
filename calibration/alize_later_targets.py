"""Published figures on Alizé after 2007, with tolerance and role.

No parameter is chosen for any of them. Roles, months and tolerances were set from the documents before a
world of the case was run. What is judged in the case of the first ten years is not judged again.
"""

from functools import partial

from calibration import alize_later_figures as later
from calibration.alize_targets import ALIZE_1997_2007, LEFT_OUT_OF_BOTH
from calibration.target import CONTEXT, HELD_OUT, Target, root
from calibration.target import new_target as _target
from sim.spec import YEAR

# The case begins in January 1998. The account of Valenciennes is of 6 October 2013, that of Savoie of some
# day in 2018, that of Terres de Lorraine of spring 2019.
END_2012, SEPTEMBER_2013, END_2016, MIDDLE_2018, APRIL_2019, END_2019 = 180, 189, 228, 246, 256, 264

VALENCIENNES, SAVOIE, LORRAINE = "valenciennes", "chambery", "terres-de-lorraine"

ALIZE_1998_2019: tuple[Target, ...] = (
    # the whole network; floors ("more than") are read as figures, with their tolerance on either side
    _target("ALZ-25", "reach", HELD_OUT, later.firms, END_2012),
    _target("ALZ-30", "reach", HELD_OUT, later.projects_in_a_year, END_2016),
    _target("ALZ-31", "missions", HELD_OUT, later.days_in_a_year, END_2016),
    _target("ALZ-33", "partners", HELD_OUT, later.establishments, END_2016),
    # of patrons of all kinds in 2023: read at the last month that the case has
    _target("MEC-04", "partners", HELD_OUT, later.long_partners, END_2019, final=True),
    # openings are given to the case
    _target("ALZ-27", "local schemes", CONTEXT, later.territories, END_2012),
    _target("ALZ-34", "local schemes", CONTEXT, later.territories, END_2016),
    # promises, and a total that holds some
    _target("ALZ-26", "promises", CONTEXT, later.promised, END_2012),
    _target("ALZ-32", "promises", CONTEXT, later.promised_in_a_year, END_2016),
    _target("ALZ-51", "promises", CONTEXT, partial(later.promised, basin=VALENCIENNES), END_2012),
    # Valenciennes: seven years of work, in the case those from its opening in January 2006, then the last
    # twelve months; of the latter's sizes nothing says how near is near: as near as of those of seven years
    _target("ALZ-49", "Valenciennes", HELD_OUT, partial(later.projects, basin=VALENCIENNES), END_2012),
    _target(
        "ALZ-50", "Valenciennes", HELD_OUT, partial(later.mean_size, basin=VALENCIENNES), END_2012,
        published=17.6, bounds=(12.3, 22.9), unit="jobs a firm",
    ),
    _target(
        "ALZ-52", "Valenciennes", HELD_OUT, partial(later.firms_in_a_year, basin=VALENCIENNES),
        SEPTEMBER_2013,
    ),
    _target("ALZ-52b", "Valenciennes", CONTEXT, later.third_in_a_year, SEPTEMBER_2013),
    _target(
        "ALZ-53", "Valenciennes", HELD_OUT,
        partial(later.mean_size, basin=VALENCIENNES, months=YEAR), SEPTEMBER_2013,
        published=8.3, bounds=(5.8, 10.8), unit="jobs a firm",
    ),
    # Savoie: the tolerance of its jobs is that of jobs a firm
    _target("ALZ-57", "Savoie", HELD_OUT, partial(later.firms, basin=SAVOIE), MIDDLE_2018),
    _target(
        "ALZ-58", "Savoie", HELD_OUT, partial(later.jobs_per_firm, basin=SAVOIE), MIDDLE_2018,
        published=3.2, bounds=(2.4, 4.0), unit="jobs a firm",
    ),
    _target("ALZ-59", "Savoie", HELD_OUT, later.turnover_growth, END_2019, final=True),
    # Terres de Lorraine: the tolerances of days and jobs are those of days and jobs a project
    _target("ALZ-72", "Terres de Lorraine", HELD_OUT, partial(later.projects, basin=LORRAINE), APRIL_2019),
    _target(
        "ALZ-74", "Terres de Lorraine", HELD_OUT, partial(later.days_per_project, basin=LORRAINE), APRIL_2019,
        published=2.9, bounds=(2.3, 3.4), unit="days a project",
    ),
    _target(
        "ALZ-75", "Terres de Lorraine", HELD_OUT, partial(later.jobs_per_project, basin=LORRAINE), APRIL_2019,
        published=2.6, bounds=(1.8, 3.3), unit="jobs a project",
    ),
)  # fmt: skip

_BEFORE = {root(target.fact_id) for target in ALIZE_1997_2007 if not target.fact_id.startswith("EFF")}

LEFT_OUT_OF_LATER = LEFT_OUT_OF_BOTH | {
    "Read in the case of the first ten years.": " ".join(sorted(_BEFORE)),
    "Given to the case as data: number of networks.": "ALZ-83",
    # skills sponsorship
    "Shares and numbers of firms that lend skills to causes, of a country: the sites of the case that could "
    "lend are given.": "MEC-01 MEC-02 MEC-03 MEC-05 MEC-06 MEC-11 MEC-12",
    "Tax law of gifts to bodies of general interest, which small firms are not.":
        "MEC-07 MEC-08 MEC-09 MEC-10",
    "What participants said.": "MEC-13",
}  # fmt: skip
