"""What is to be known of levers that act, or seem to: gains that cost nothing, posts that only cost, money
that nobody is lent, severity that no ranking sees."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from scenarios.mute import always, format_of, values_of
from scenarios.problems import number_text
from scenarios.studies import ALL, PolicyChange
from sim.parameters import FIELDS
from sim.spec import SchemeSpec
from sim.support.budgets import projects_paid

Changes = Sequence[PolicyChange]
SEVERE = {"merit", "need"}  # the rankings in which something is held against young firms
MUCH = 0.1  # of the money of a call, that pays no whole project
OFFICERS = 1  # posts for small firms, in each local scheme, beyond which more move nothing


def of_scheme(scheme: SchemeSpec) -> Iterator[str]:
    """What is to be known of a scheme by itself."""
    return filter(None, dict.fromkeys(remark(scheme, ()) for remark in _REMARKS.values()))


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


def _age_unseen(scheme: SchemeSpec, changes: Changes) -> str:
    """That an age under which firms are looked at severely is asked for where no ranking sees it, if so."""
    codes = values_of(scheme, changes, "selection")
    if any((c.scheme, c.lever, c.from_month, c.where) == (scheme.name, "selection", 0, ALL) for c in changes):
        codes = codes[1:]  # that of the case is never played
    by = {FIELDS["selection"].choices[int(code)] for code in codes}
    if by & SEVERE or always(scheme, changes, "young_penalty", 0):
        return ""
    usual = FIELDS["age_min_months"].default
    asked = any(months != usual for months in values_of(scheme, changes, "age_min_months"))
    if not asked and "young_penalty" not in scheme.rules:
        return ""
    return (
        f"{scheme.name} ranks files by {' or '.join(sorted(by))} (`selection`), so that nothing is held "
        "against firms under `age_min_months`: `young_penalty` counts by merit and by need alone"
    )


def _selection_blind(scheme: SchemeSpec, changes: Changes) -> str:
    """The same of a ranking, where the age is not of the policy too."""
    told = any((change.scheme, change.lever) == (scheme.name, "age_min_months") for change in changes)
    return "" if told else _age_unseen(scheme, changes)


def _repaid_sooner(scheme: SchemeSpec, changes: Changes) -> str:
    """That running costs are paid back sooner than is asked, if so."""
    longest = max(values_of(scheme, changes, "repayment_months"))
    period = scheme.rules.get("claim_months", FIELDS["claim_months"].default)
    if longest <= period or format_of(scheme) != "pole":
        return ""
    return (
        f"{number_text(longest)} months of waiting in {scheme.name} do what {number_text(period)} do: "
        "running costs are paid back when the next are proved, at the latest (`claim_months`)"
    )


def _lead_nothing(scheme: SchemeSpec, changes: Changes) -> str:
    """That some facilitators lead no cohort, which takes several of them at once, if so."""
    there = values_of(scheme, changes, "facilitators")[-1]
    seats = scheme.rules.get("seats_facilitators", FIELDS["seats_facilitators"].default)
    no_limit = there >= FIELDS["facilitators"].high
    if format_of(scheme) != "cohort" or seats <= 0 or no_limit or not there % seats:
        return ""
    cohorts = int(there / seats)
    told = "no cohort" if not cohorts else "1 cohort" if cohorts == 1 else f"{cohorts} cohorts"
    return (
        f"{number_text(there)} facilitators of {scheme.name} lead {told} at once, as "
        f"{number_text(cohorts * seats)} do: each cohort takes {number_text(seats)} (`seats_facilitators`)"
    )


def _lost_of_calls(scheme: SchemeSpec, changes: Sequence[PolicyChange], call: str, price: str) -> str:
    """That much of the money of calls pays no whole project and is lost, if so."""
    euros = values_of(scheme, changes, call)[-1]
    each = scheme.rules.get(price, FIELDS[price].default)
    projects = projects_paid(euros, each)
    rest = euros - projects * each
    if rest <= MUCH * euros or format_of(scheme) != "pole":
        return ""
    told = f"a call of {number_text(euros)} euros (`{call}`) pays"
    of_one = f"{number_text(each)} (`{price}`)"
    if not projects:
        return f"{told} no project of {scheme.name}, one of which takes {of_one}, and is lost"
    many = "1 project" if projects == 1 else f"{projects} projects"
    return f"{told} {many} of {scheme.name}, each of {of_one}, and {number_text(rest)} are lost"


_REMARKS: dict[str, Callable[[SchemeSpec, Changes], str]] = {
    "followup_months": _free_followup,
    "sme_officer": _many_officers,
    "revitalisation_share": _lends_nothing,
    "age_min_months": _age_unseen,
    "selection": _selection_blind,
    "repayment_months": _repaid_sooner,
    "facilitators": _lead_nothing,
    "call_euros": partial(_lost_of_calls, call="call_euros", price="project_euros"),
    "sme_call_euros": partial(_lost_of_calls, call="sme_call_euros", price="sme_project_euros"),
}
