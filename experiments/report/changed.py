"""What each policy changes, lever by lever: from what to what, when and where."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from experiments.lang import form, plural, say, told
from experiments.lang.phrases import listed
from experiments.report.reading import Group, Run
from experiments.report.words import bare, called, exact, of_unit, percent, plain
from sim.parameters import FIELDS
from sim.spec import Basin, Territory, fragile_third, fragility_varies

MOST_BASINS = 5  # that are named


@dataclass(frozen=True)
class Line:
    """A change of a policy. ``basins``: of each case that it concerns, by name, where it is made (everywhere,
    where none is named); ``again``: whether the policy changes that lever more than once."""

    change: Mapping[str, Any]
    basins: Mapping[str, Sequence[str]]
    again: bool


def changed(run: Run) -> tuple[list[str], list[str]]:
    """What each policy changes, and how it is called."""
    items, terms = [], []
    for policy in run.policies:
        having = [group for group in run.groups if policy in group.policies]
        live = [called(name, group.titles) for group in having for name in group.live.get(policy, ())]
        said = [say("only {some} of the schemes.", some=listed(dict.fromkeys(live)))] if live else []
        same: dict[str, list[str]] = {}  # what is said alike of several schemes
        for line in lines(having, policy):
            titles = next(group.titles for group in having if group.name in line.basins)
            same.setdefault(_said(line, having), []).append(called(line.change["scheme"], titles))
        several = any(len(group.spec["schemes"]) > 1 for group in having)
        said += [
            f"{text} ({listed(concerned)})." if several else f"{text}." for text, concerned in same.items()
        ]
        items.append(" ".join(said) or say("nothing is changed."))
        terms.append(
            say("{policy} (what the others are compared with)", policy=_both_names(policy))
            if policy == run.reference
            else _both_names(policy)
        )
    return items, terms


def lines(groups: Iterable[Group], policy: str) -> list[Line]:
    """The changes of a policy in any of its cases: one that is made in the basins of some cases only stands
    in these alone."""
    found: dict[tuple[Any, ...], tuple[Mapping[str, Any], dict[str, Sequence[str]]]] = {}
    for group in groups:
        for change in group.changes[policy]:
            key = tuple(value for name, value in change.items() if name != "basins")
            basins = found.setdefault(key, (change, {}))[1]
            basins[group.name] = [*basins.get(group.name, ()), *change["basins"]]
    levers = [(change["scheme"], change["lever"]) for change, _ in found.values()]
    return [
        Line(change, basins, levers.count(lever) > 1)
        for lever, (change, basins) in zip(levers, found.values())
    ]


def _said(line: Line, having: Sequence[Group]) -> str:
    """A change in words."""
    change, lever = line.change, FIELDS[line.change["lever"]]
    groups = [group for group in having if group.name in line.basins]
    rules = [{s["name"]: s["rules"] for s in group.spec["schemes"]} for group in groups]
    values = [of.get(change["scheme"], {}).get(lever.name, lever.default) for of in rules]
    alike = all(value == change["value"] for value in values)
    before = " / ".join(dict.fromkeys(setting(lever, value) for value in values))  # case by case
    about = {"lever": lever_in_words(lever.doc), "value": setting(lever, change["value"])}
    if alike:
        text = say("{lever}: {value}, as in the case", **about)
    else:
        text = say("{lever}: {value} instead of {before}", before=before, **about)
    if alike and not line.again:  # nothing changes, in no month and nowhere
        return text
    month = change["from_month"]
    text += say(", from month {month}", month=month) if month else ""
    text += ramp(change, lever, zip(values, (group.spec["horizon_months"] for group in groups)))
    return text + _where(groups, [line.basins[group.name] for group in groups], len(having))


def lever_in_words(doc: str) -> str:
    """What a lever is, by the first sentence of its definition; what stands there behind a semicolon in
    brackets."""
    first = told(doc).partition(". ")[0].rstrip(".")
    words, _, remark = first.replace("\N{NARROW NO-BREAK SPACE};", ";").partition("; ")
    return f"{words} ({remark})" if remark else words


def _both_names(policy: str) -> str:
    """Its name as it is read, with that of files and tables where a translation has made it another."""
    name = plain(policy)
    return name if name == bare(policy) else f"{name} ({policy})"


def ramp(change: Mapping[str, Any], lever, cases: Iterable[tuple[float, int]]) -> str:
    """How long a change takes, and how far it comes where the horizon cuts it short. ``cases``: value before
    and horizon of each case. A choice, or a yes or no, changes at once."""
    start, months = change["from_month"], change["ramp_months"]
    if not months or lever.at_once:
        return ""
    done = [(before, (horizon - start) / months) for before, horizon in cases]
    if all(share >= 1 for _, share in done):
        return plural(", reached in {months} month", ", reached in {months} months", months, months=months)
    ends = [before + min(1, max(0, share)) * (change["value"] - before) for before, share in done]
    return say(
        ", spread over {months} months and not reached within the horizon: {value} at its end",
        months=months,
        value=" / ".join(dict.fromkeys(setting(lever, lever.acts_as(float(f"{end:.3g}"))) for end in ends)),
    )


def setting(lever, value: float) -> str:
    """A value of a lever as it is read."""
    if lever.choices:
        return told(lever.choices[int(value)].replace("_", " "))
    if lever.unit == "0 or 1" and value in (0, 1):
        return say("yes") if value else say("no")
    if value == lever.high == lever.default and lever.unit != "share":
        return say("no limit")  # 99 cohorts a year, 999 places
    if lever.unit.startswith("share"):  # "30 % of price"
        of = told(lever.unit.removeprefix("share").strip())
        return " ".join(filter(None, [percent(form(100 * value, ",.4g")), of]))
    text = exact(value)
    return text if lever.unit in ("0 or 1", "multiple") else of_unit(text, lever.unit, value)


def _where(groups: Sequence[Group], basins: Sequence[Sequence[str]], cases: int) -> str:
    """Where a change is made, ``basins`` of each of these ``groups``: by name where that is the same in all
    ``cases``, or else by what the basins have in common, or else case by case."""
    if not any(basins):
        return ""
    found = [*zip(groups, basins)]
    said = [_named(group, ids) for group, ids in found]
    everywhere = len(groups) == cases
    if everywhere and len(set(said)) == 1:
        return said[0]
    if everywhere and all(list(ids) == _fragile(group) for group, ids in found):
        return say(", in the most fragile third of the basins of each case")
    regions = {_region(group, ids) for group, ids in found}
    if len(groups) > 1 and len(regions) == 1 and (region := regions.pop()):
        return say(", in the basins of the region {name}", name=told(region))
    return "".join(f"{text} ({told(group.title)})" for group, text in zip(groups, said))


def _named(group: Group, basins: Sequence[str]) -> str:
    """In which basins, or in how many."""
    names = {basin["id"]: told(basin["name"]) for basin in group.basins}
    found = listed(names.get(basin, basin) for basin in basins)
    if len(basins) > MOST_BASINS:
        return say(", in {number} basins", number=len(basins))
    return plural(", in {basin}", ", in {basins}", len(basins), basin=found, basins=found)


def _fragile(group: Group) -> list[str]:
    """The most fragile third of the basins of a case; none where all are as fragile."""
    basins = (
        Basin(b["id"], b["name"], b["smes"], b["large_sites"], fragility=b["fragility"]) for b in group.basins
    )
    territory = Territory("", tuple(basins))
    return [*fragile_third(territory)] if fragility_varies(territory) else []


def _region(group: Group, basins: Sequence[str]) -> str:
    """The region that is made of these basins; nothing where none is."""
    regions = {basin["region"] for basin in group.basins if basin["id"] in basins}
    whole = [basin["id"] for basin in group.basins if basin["region"] in regions]
    return regions.pop() if len(regions) == 1 and whole == list(basins) else ""
