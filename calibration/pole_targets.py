"""Published figures on pôles de compétitivité, with tolerance and role.

Members, files and projects are gross counts. Effects are those of evaluations by comparison with like firms;
the model is asked what such an evaluation would find in it, and not what pôles do there.
"""

from calibration import pole_figures as pole
from calibration.target import CONTEXT, FITTED, HELD_OUT, NAN, Target
from calibration.target import new_target as _target

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

LEFT_OUT_OF_POLES = {
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
