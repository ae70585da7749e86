"""Which schemes of a case live: those that a policy keeps, and every mix of them that a study asks for."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from scenarios.cases import Case
from scenarios.messages import find, path_text
from scenarios.problems import Report, quoted
from scenarios.yaml_positions import Node

SCHEMES = "schemes"  # the key of a policy that is no lever
FEWEST, MOST = 2, 6  # schemes of a case of which every mix is run: 2^6 worlds a draw are the most


def mix_name(schemes: Iterable[str]) -> str:
    """ "alize+pole": the name of the arm in which these schemes live, in the case's order."""
    return "+".join(schemes)


def proper_mixes(case: Case) -> Mapping[str, tuple[str, ...]]:
    """Schemes of every mix of a case by the name of its arm, small ones first; without the mix of none and
    that of all, which are arms anyway."""
    names = [scheme.name for scheme in case.spec.schemes]
    found = (mix for size in range(1, len(names)) for mix in combinations(names, size))
    return {mix_name(mix): mix for mix in found}


def check_mixes(node: Node, cases: Sequence[Case], taken: Iterable[str], report: Report) -> None:
    """Cases have as many schemes as mixes need, and no arm has the name of a mix."""
    taken = set(taken)
    for case in cases:
        names = [scheme.name for scheme in case.spec.schemes]
        if not FEWEST <= len(names) <= MOST:
            what = f"case {case.name} has {len(names)} scheme{'' if len(names) == 1 else 's'}; every mix is "
            what += f"run of cases with {FEWEST} to {MOST}: take this line out, or choose another base"
            report.add(find(node, ("mixes",))[1], "mixes", what)
        for name in taken & set(names):
            at = ("policies", name)
            what = "this name is kept for the mix of that scheme alone; choose another"
            report.add(find(node, at)[0], path_text(at), what)


def kept_schemes(node: Node, policy: str, cases: Sequence[Case], report: Report) -> tuple[str, ...]:
    """The schemes that live under a policy, as its key ``schemes`` lists them; none where it lists them
    wrongly, which is noted."""
    at = ("policies", policy, SCHEMES)
    _, place, listed = find(node, at)
    before = report.count
    if not isinstance(listed.value, list):
        if not listed.bad:
            what = "must be a list of schemes of the case, as in [alize, plan_pme]"
            report.add(place, path_text(at), what, got=listed.got())
        return ()
    if not listed.value:
        report.add(place, path_text(at), "must not be empty; the world without any scheme is `none`")
    found: list[str] = []
    for i, item in enumerate(listed.value):
        path = path_text((*at, i))
        if item.bad:
            continue
        if not isinstance(item.value, str):
            report.add(item.place, path, "must be the name of a scheme", got=item.got())
        elif item.value in found:
            report.add(item.place, path, "this scheme stands twice", got=quoted(item.value))
        else:
            found.append(item.value)
            for case in cases:
                names = [scheme.name for scheme in case.spec.schemes]
                if item.value not in names:
                    what = f"case {case.name} has no such scheme"
                    report.unknown(item.place, path, what, item.value, names or ("none",))
                    break
    return tuple(found) if report.count == before else ()
