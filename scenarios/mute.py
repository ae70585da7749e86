"""Levers that can do nothing while other fields of their scheme have certain values, whatever is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from scenarios.studies import PolicyChange
from sim.parameters import FIELDS, SCHEME_BEHAVIOUR
from sim.spec import Change, SchemeSpec

Changes = Sequence[PolicyChange] | Sequence[Change]
# formats of schemes: those made of members, and those without research
MEMBERS = ("pole", "market")
NO_RESEARCH = ("mission", "cohort", "action", "market")


@dataclass(frozen=True)
class Idle:
    """Levers that do nothing while all these fields of the scheme have these values, in schemes of these
    formats (of all, where none is named)."""

    levers: tuple[str, ...]
    because: str
    fields: dict[str, float] = field(default_factory=dict)
    formats: tuple[str, ...] = ()

    def holds(self, scheme: SchemeSpec, changes: Sequence[PolicyChange]) -> bool:
        """Whether it is so in a scheme under these changes, in every draw, place and month."""
        fits = not self.formats or format_of(scheme) in self.formats
        return fits and all(always(scheme, changes, *at) for at in self.fields.items())


_OF_FILES = (
    "screening", "standard_shift", "jobs_min", "age_min_months", "dominant_only", "days", "followup_months",
    "preparation", "advance_euros", "selection", "missions_per_site_year", "rest_months",
)  # fmt: skip
MUTE = (
    Idle(
        ("recruiting_effort", "recognition", "missions_per_site_year", "rest_months"),
        "its help is paid, it has no partners",
        formats=("action",),
    ),
    Idle(
        ("standard_shift", "committee_period_months"),
        "no committee sits, its seats choose",
        formats=("action",),
    ),
    Idle(
        _OF_FILES,
        "it takes no projects of firms (`takes_expansion`, `takes_structuring`)",
        {"takes_expansion": 0, "takes_structuring": 0},
    ),
    Idle(_OF_FILES, "its members lend no skills (`skills_axis` is 0)", {"skills_axis": 0}, ("market",)),
    Idle(
        ("screening",),
        "every director who applies is ready to commit",
        {"readiness": 1, "campaign_misfit": 0, "screening_error": 0},
    ),
    Idle(
        ("preparation",),
        "no distance is to be bridged (`cultural_gap` is 0), and preparing costs nothing",
        {"cultural_gap": 0, "preparation_euros": 0},
    ),
    Idle(
        ("training_places",),
        "no consultant leads it (`seats_facilitators` is 0), and training costs nothing",
        {"seats_facilitators": 0, "training_euros": 0},
    ),
    Idle(
        ("revitalisation_part",),
        "no agreement is routed to its fund (`revitalisation_share` is 0)",
        {"revitalisation_share": 0},
    ),
    Idle(
        ("advance_euros",),
        "no firm asks for an advance (`advance_share` is 0)",
        {"advance_share": 0},
    ),
    Idle(
        ("cash_months", "cash_months_agreement"),
        "no firm asks for an advance (`advance_share` is 0)",
        {"advance_share": 0},
        NO_RESEARCH,
    ),
    Idle(
        ("agreements",),
        "its money comes at once (`cash_months` and `cash_months_agreement` are 0)",
        {"cash_months": 0, "cash_months_agreement": 0},
        NO_RESEARCH,
    ),
    Idle(("one_stop",), "only research projects have several funders", {}, NO_RESEARCH),
    Idle(
        ("firm_share",),
        "no days are bought (`paid_days_per_year` is 0), and applications do not hang on the price",
        {"paid_days_per_year": 0, "share_response": 0},
        ("mission", "cohort", *MEMBERS),
    ),
    Idle(
        ("integration",),
        "no application is lost where the offer is scattered (`search_cost` is 0)",
        {"search_cost": 0},
    ),
    Idle(
        ("outreach_effort",),
        "it has no campaigns (`outreach` is 0)",
        {"outreach": 0, "outreach_euros": 0},
    ),
    Idle(
        ("referral_effort",),
        "developers bring nobody (`referral` is 0)",
        {"referral": 0, "referral_euros": 0},
    ),
)  # fmt: skip


def format_of(scheme: SchemeSpec) -> str:
    return FIELDS["format"].choices[int(scheme.rules.get("format", 0))]


def always(scheme: SchemeSpec, changes: Sequence[PolicyChange], name: str, value: float) -> bool:
    """Whether a field of a scheme has this value in every draw, place and month under these changes."""
    if name in SCHEME_BEHAVIOUR.get(scheme.name, {}) and name not in scheme.rules:
        return False
    return all(found == value for found in values_of(scheme, changes, name))


def values_of(scheme: SchemeSpec, changes: Changes, name: str) -> list[float]:
    """What a field of a scheme is set to, in any place and month, under these changes."""
    own = scheme.rules.get(name, FIELDS[name].default)
    return [own, *(c.value for c in changes if (c.scheme, c.lever) == (scheme.name, name))]
