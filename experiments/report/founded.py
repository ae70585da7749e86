"""How well founded each number of the page is."""

from experiments.evidence import LEGEND, Grade, grade, sentence
from experiments.report.blocks import Block, Items, Table, Words
from experiments.report.reading import Group, Run
from experiments.report.words import plain
from experiments.rivals import PARAMETER, rule_of, said


def founded(run: Run) -> list[Block]:
    """The sentence on net jobs, what changes with a rival rule, and the grade of every number."""
    blocks: list[Block] = []
    seen = dict.fromkeys(sentence(run.parameters, _case(run, g), _schemes(g)) for g in run.groups)
    blocks += [Words(text) for text in seen]
    blocks += [Words(text, warning=True) for g in run.groups if (text := _rivals(run, g))]
    cells, met = [], set()
    for name, (unit, words) in run.dictionary.items():
        if name not in run.worlds or not _varies(run, name):
            continue
        for group in run.groups:
            found = graded(run, group, name)
            share = "–" if found.without_data is None else f"{100 * found.without_data:.0f} %"
            where = [group.title] if len(run.groups) > 1 else []
            cells.append(
                [f"{words.rstrip('.')} ({name}{', ' + unit if unit else ''})", *where, found.grade, share]
            )
            met.add(found.grade)
    columns = ["number", *(["case"] if len(run.groups) > 1 else []), "grade", "spread without data"]
    blocks.append(Table("How well founded each number is", columns, cells, numbers=False, folded=True))
    legend = [(words, term) for term, words in LEGEND.items() if term in met]
    if legend:
        blocks.append(Items([w for w, _ in legend], [t for _, t in legend], title="Grades"))
    return blocks


def graded(run: Run, group: Group, outcome: str) -> Grade:
    """Grade of an outcome of a group."""
    return grade(run.parameters, _case(run, group), _schemes(group), outcome)


def _case(run: Run, group: Group) -> str:
    return str(run.manifest["spec"]["groups"][group.name]["case"])


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
    text = said({policy: values.reindex(kept).to_numpy() for policy, values in net.items()}, rules, names)
    return f"{group.title}: {text}" if text and len(run.groups) > 1 else text
