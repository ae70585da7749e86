"""How well founded each number of the page is."""

import re

from experiments.evidence import LEGEND, MAIN, NOT_CALIBRATED, Grade, grade, how_to, sentences
from experiments.lang import form, say, told
from experiments.lang.phrases import listed, of_place
from experiments.report.blocks import Block, Items, Table, Words
from experiments.report.reading import Group, Run
from experiments.report.words import NARROW, percent, plain
from experiments.rivals import PARAMETER, rule_of, said

# outcomes whose grade stands beside their numbers on the page, be these 0
MARKED = ("jobs_net", "jobs_reported", "volunteer_days", "schemes_alive", "cost_per_net_job")


def founded(run: Run) -> list[Block]:
    """The sentence on net jobs, what changes with a rival rule, and the grade of every number."""
    cases = [(told(g.title), g.shipped, _schemes(g)) for g in run.groups]
    found = [(names, typeset(text)) for names, text in sentences(run.parameters, cases)]
    blocks: list[Block] = (
        [Words(found[0][1])]
        if len(found) == 1
        else [Items([text for _, text in found], [names for names, _ in found])]
    )
    blocks += [Words(text, warning=True) for g in run.groups if (text := _rivals(run, g))]
    main = [graded(run, group, MAIN) for group in run.groups]
    if main[0].grade == NOT_CALIBRATED:
        return blocks  # the sentence has said it of all numbers
    unknown = [g.case for g, seen in zip(run.groups, main) if seen.without_data is None]
    blocks += [Words(how_to(listed(unknown)))] if unknown else []
    return [*blocks, *_of_every_number(run)]


def _of_every_number(run: Run) -> list[Block]:
    """The grade of every number as a folded table, and what the grades mean."""
    from sim.outcomes import OUTCOMES

    cells, met = [], set()
    for name in OUTCOMES:  # of a world: not the time that it took
        if name not in run.dictionary or name not in run.worlds:
            continue
        if name not in MARKED and not _varies(run, name):
            continue
        unit, words = run.dictionary[name]
        for group in run.groups:
            found = graded(run, group, name)
            where = [told(group.title)] if len(run.groups) > 1 else []
            what = f"{told(words).rstrip('.')} ({name}{', ' + told(unit) if unit else ''})"
            cells.append([what, *where, told(found.grade), _share(found)])
            met.add(found.grade)
    case = [say("case")] if len(run.groups) > 1 else []
    columns = [say("number"), *case, say("grade"), say("spread without data")]
    legend = [(told(words), told(term)) for term, words in LEGEND.items() if term in met]
    terms = [Items([w for w, _ in legend], [t for _, t in legend], title=say("Grades"))] if legend else []
    shares = Words(
        say(
            "Spread without data: the part of the variance, from draw to draw, of the case as "
            "published, or with the reference of its shipped policies, that comes from parameters "
            "that no figure informs. The rest is luck, parameters that figures inform, and what a "
            "regression over some hundred draws cannot see."
        )
    )
    table = Table(say("How well founded each number is"), columns, cells, numbers=False, folded=True)
    return [*terms, shares, table]


def _share(found: Grade) -> str:
    return "–" if found.without_data is None else percent(form(100 * found.without_data, ".0f"))


def typeset(text: str) -> str:
    """Shares as the page writes them: "62 %"."""
    return re.sub(r"(?<=\d)%", f"{NARROW}%", text)


def mark(run: Run, group: Group, outcome: str) -> str:
    """A column's mark: its grade, behind a dot; nothing where no number has one."""
    found = graded(run, group, outcome).grade
    return "" if found == NOT_CALIBRATED else f" · {told(found)}"


def graded(run: Run, group: Group, outcome: str) -> Grade:
    """Grade of an outcome of a group."""
    return grade(run.parameters, group.shipped, _schemes(group), outcome)


def _schemes(group: Group) -> tuple[str, ...]:
    return tuple(scheme["name"] for scheme in group.spec["schemes"])


def _varies(run: Run, name: str) -> bool:
    column = run.worlds[name]
    return str(column.dtype) == "float64" and bool((column.fillna(0) != 0).any())


def _rivals(run: Run, group: Group) -> str:
    rows = run.parameter_rows()
    if PARAMETER not in rows:
        return ""
    net = {policy: run.values(group.name, policy, "jobs_net") for policy in group.policies}
    places = set.intersection(*(set(values.index) for values in net.values())) if net else set()
    kept = sorted(places)
    if not kept:
        return ""
    rules = rule_of(rows[PARAMETER].reindex([draw for draw, _ in kept]).to_numpy())
    names = {policy: plain(policy) for policy in net}
    worlds = {policy: values.reindex(kept).to_numpy() for policy, values in net.items()}
    text = said(worlds, rules, [run.row_of(draw) for draw, _ in kept], names)
    return of_place(told(group.title), text) if text and len(run.groups) > 1 else text
