"""What is asked of ``tremplin evaluate``, checked before anything runs."""

from collections.abc import Iterable

from experiments.errors import Refused
from experiments.evaluation.bench import Evaluation
from experiments.evaluation.designs import DESIGNS
from scenarios.load import Case
from scenarios.problems import nearest, quoted

YEAR_MONTHS = 12


def asked(case: Case, scheme: str = "", year: int = 0, designs: str = "") -> Evaluation:
    """The evaluation of a scheme of a case (its only one, if none is said) at the end of a year (the last, if
    0) by some designs (all, if none is said; else names between commas). ``Refused`` if that cannot be."""
    return Evaluation(case, _scheme(case, scheme), _year(case, year), _designs(designs))


def _scheme(case: Case, wanted: str) -> str:
    names = [scheme.name for scheme in case.spec.schemes]
    if not names:
        raise Refused(f"{case.name}: has no scheme, so there is nothing to evaluate")
    if not wanted and len(names) > 1:
        raise Refused(f"--scheme: the case has several; say which: {', '.join(names)}")
    return _known("--scheme", f"the case {case.name} has no such scheme", wanted or names[0], names)


def _year(case: Case, wanted: int) -> int:
    last = case.spec.horizon_months // YEAR_MONTHS
    if not last:
        raise Refused(f"{case.name}: ends before its first year, and headcounts are yearly")
    if not 0 <= wanted <= last:
        raise Refused(f"--year: the case {case.name} has no such year (got {wanted}); allowed: 1 to {last}")
    return wanted or last


def _designs(wanted: str) -> tuple[str, ...]:
    names = dict.fromkeys(name.strip() for name in wanted.split(",") if name.strip())
    for name in names:
        _known("--designs", "unknown design", name, DESIGNS)
    # in one order, so that the same evaluation is the same experiment
    return tuple(name for name in DESIGNS if name in names or not names)


def _known(option: str, wrong: str, name: str, names: Iterable[str]) -> str:
    names = list(names)
    if name in names:
        return name
    near = nearest(name, names)
    hint = f"; did you mean {near}?" if near else ""
    raise Refused(f"{option}: {wrong} (got {quoted(name)}); allowed: {', '.join(names)}{hint}")
