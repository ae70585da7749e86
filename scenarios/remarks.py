"""What is to be known of a scheme or of a lever that acts: help too long for volunteers, gains that cost
nothing, posts that only cost, money that nobody is lent."""

from collections.abc import Callable, Iterator, Sequence

from scenarios.problems import number_text
from scenarios.studies import PolicyChange, format_of
from sim.parameters import ECONOMY, FIELDS, SCHEME_BEHAVIOUR
from sim.spec import Change, SchemeSpec

Changes = Sequence[PolicyChange] | Sequence[Change]
NO_VOLUNTEERS = ("action", "pole")
PERSON_DAYS = next(u.default for u in ECONOMY if u.name == "person_days_max")
OFFICERS = 1  # posts for small firms, in each local scheme, beyond which more move nothing


def values(scheme: SchemeSpec, changes: Changes, name: str) -> list[float]:
    """What a field of a scheme is set to, in any place and month, under these changes."""
    own = scheme.rules.get(name, FIELDS[name].default)
    return [own, *(c.value for c in changes if (c.scheme, c.lever) == (scheme.name, name))]


def always(scheme: SchemeSpec, changes: Changes, name: str, value: float) -> bool:
    """Whether a field of a scheme has this value in every draw, place and month under these changes."""
    if name in SCHEME_BEHAVIOUR.get(scheme.name, {}) and name not in scheme.rules:
        return False
    return all(found == value for found in values(scheme, changes, name))


def of_scheme(scheme: SchemeSpec) -> Iterator[str]:
    """What is to be known of a scheme by itself."""
    found = (remark(scheme, ()) for remark in (too_long, *_ALONE))
    return filter(None, found)


def of_lever(scheme: SchemeSpec, lever: str, changes: Changes) -> str:
    """What is to be known of a lever of a scheme that these changes set; nothing where all is as it seems."""
    return next(filter(None, (remark(scheme, changes) for remark in _OF_LEVER.get(lever, ()))), "")


def too_long(scheme: SchemeSpec, changes: Changes) -> str:
    """That help is longer than what a person gives in a year, so that no volunteer takes it on, if so."""
    longest, bought = (max(values(scheme, changes, name)) for name in ("days", "paid_days_per_year"))
    if longest <= PERSON_DAYS or bought >= longest or format_of(scheme.rules) in NO_VOLUNTEERS:
        return ""
    most = number_text(PERSON_DAYS)
    return (
        f"no volunteer of {scheme.name} takes on {number_text(longest)} days: a person gives at most {most} "
        "a year (`person_days_max`), all of them counted in the year in which help begins; nobody is helped "
        "unless days are bought (`paid_days_per_year`)"
    )


def _free_days(scheme: SchemeSpec, _: Changes) -> str:
    """That longer actions cost no more, in schemes made of actions whose price is not that of some days."""
    if format_of(scheme.rules) != "action" or not always(scheme, (), "priced_days", 0):
        return ""
    return (
        f"an action of {scheme.name} costs `action_euros` whatever its days: longer ones cost no more, "
        "unless `priced_days` in its `rules:` says which days that price is for"
    )


def _free_followup(scheme: SchemeSpec, changes: Changes) -> str:
    """That firms are followed up for nothing, if so."""
    longest = max(values(scheme, changes, "followup_months"))
    if longest <= 0 or not always(scheme, changes, "followup_euros", 0):
        return ""
    return (
        f"{number_text(longest)} months of follow-up in {scheme.name} cost nothing, so that what they bring "
        "is free, unless `followup_euros` in its `rules:` gives the price of a month"
    )


def _many_officers(scheme: SchemeSpec, changes: Changes) -> str:
    """That posts for small firms only cost more, if so."""
    most = max(values(scheme, changes, "sme_officer"))
    if most <= OFFICERS or format_of(scheme.rules) != "pole":
        return ""
    return (
        f"{number_text(most)} posts for small firms do what {OFFICERS} does, and cost more: they are paid in "
        f"each local scheme of {scheme.name} ({len(scheme.opens)} here), `coordinator_euros` a year for each"
    )


def _lends_nothing(scheme: SchemeSpec, changes: Changes) -> str:
    """That money of revitalisation agreements goes to a fund that lends nothing, if so."""
    routed = max(values(scheme, changes, "revitalisation_share"))
    lends = not any(always(scheme, changes, name, 0) for name in ("advance_euros", "advance_share"))
    if routed <= 0 or lends:
        return ""
    return (
        f"money of agreements that is routed to {scheme.name} lies idle and is missing from scattered "
        "grants: its fund lends nothing (`advance_euros` or `advance_share` is 0)"
    )


Remark = Callable[[SchemeSpec, Changes], str]
_ALONE: tuple[Remark, ...] = (_free_followup, _many_officers, _lends_nothing)
_OF_LEVER: dict[str, tuple[Remark, ...]] = {
    "days": (too_long, _free_days),
    "followup_months": (_free_followup,),
    "sme_officer": (_many_officers,),
    "revitalisation_share": (_lends_nothing,),
}
