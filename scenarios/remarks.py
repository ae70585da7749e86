"""What is to be known of levers that act: gains that cost nothing, posts that only cost, money that nobody is
lent."""

from collections.abc import Callable, Iterator, Sequence

from scenarios.mute import always, format_of, values_of
from scenarios.problems import number_text
from scenarios.studies import PolicyChange
from sim.spec import SchemeSpec

Changes = Sequence[PolicyChange]
OFFICERS = 1  # posts for small firms, in each local scheme, beyond which more move nothing


def of_scheme(scheme: SchemeSpec) -> Iterator[str]:
    """What is to be known of a scheme by itself."""
    return filter(None, (remark(scheme, ()) for remark in _REMARKS.values()))


def of_lever(scheme: SchemeSpec, lever: str, changes: Changes) -> str:
    """What is to be known of a lever that these changes set; nothing where all is as it seems."""
    remark = _REMARKS.get(lever)
    return remark(scheme, changes) if remark else ""


def _free_followup(scheme: SchemeSpec, changes: Changes) -> str:
    """That firms are followed up for nothing, if so."""
    longest = max(values_of(scheme, changes, "followup_months"))
    if longest <= 0 or not always(scheme, changes, "followup_euros", 0):
        return ""
    return (
        f"{number_text(longest)} months of follow-up in {scheme.name} cost nothing, so that what they bring "
        "is free, unless `followup_euros` in its `rules:` gives the price of a month"
    )


def _many_officers(scheme: SchemeSpec, changes: Changes) -> str:
    """That posts for small firms only cost more, if so."""
    most = max(values_of(scheme, changes, "sme_officer"))
    if most <= OFFICERS or format_of(scheme) != "pole":
        return ""
    return (
        f"{number_text(most)} posts for small firms do what {OFFICERS} does, and cost more: they are paid in "
        f"each local scheme of {scheme.name} ({len(scheme.opens)} here), `coordinator_euros` a year for each"
    )


def _lends_nothing(scheme: SchemeSpec, changes: Changes) -> str:
    """That money of revitalisation agreements goes to a fund that lends nothing, if so."""
    routed = max(values_of(scheme, changes, "revitalisation_share"))
    lends = not any(always(scheme, changes, name, 0) for name in ("advance_euros", "advance_share"))
    if routed <= 0 or lends:
        return ""
    return (
        f"money of agreements that is routed to {scheme.name} lies idle and is missing from scattered "
        "grants: its fund lends nothing (`advance_euros` or `advance_share` is 0)"
    )


_REMARKS: dict[str, Callable[[SchemeSpec, Changes], str]] = {
    "followup_months": _free_followup,
    "sme_officer": _many_officers,
    "revitalisation_share": _lends_nothing,
}
