"""Designs from Python, with the words of the commands; frames in and out.

>>> from experiments.sensitivity import notebook
>>> study = notebook.sensitivity("alize-renewal", method="morris", n=10, policy="capped", out="runs/mine")
>>> study.indices
>>> ishigami = notebook.function(f, {"x1": (-3.14, 3.14)}, method="sobol", n=1024, name="ishigami 1")
>>> plan = notebook.design({"x1": (0, 1)}, method="sobol", n=64); plan.analysis(my_answers(plan.frame))
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.command import Common, DonePart, carry_out
from experiments.errors import Refused
from experiments.folder import Folder
from experiments.restore import restored
from experiments.sensitivity import prepared
from experiments.sensitivity.analysis import Found, one
from experiments.sensitivity.answers import Answers
from experiments.sensitivity.design import Design, DesignSource, seeds_of
from experiments.sensitivity.factors import Factor, own
from experiments.sensitivity.methods import FF, SOBOL, method_of
from experiments.sensitivity.study import ANSWER, SECONDS_A_ROW, Question, own_study
from experiments.sensitivity.tables import BOXES, CONVERGENCE, EACH, REGRET, SAID

if TYPE_CHECKING:
    import pandas as pd

Ranges = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Study:
    """A folder of a design that has been run and analysed."""

    folder: Path

    @property
    def said(self) -> list[str]:
        """The answer in sentences, the main one first."""
        return json.loads((self.folder / SAID).read_text("utf-8"))["said"]

    @property
    def indices(self) -> "pd.DataFrame":
        """A row an index: factor, value, interval, rank."""
        return self._table(EACH)

    @property
    def convergence(self) -> "pd.DataFrame":
        """The main index from a quarter and half of the design, where they are designs, and from all."""
        return self._table(CONVERGENCE)

    @property
    def boxes(self) -> "pd.DataFrame":
        """Where policies fail: a row a bound of a box."""
        return self._table(BOXES)

    @property
    def regret(self) -> "pd.DataFrame":
        """How far behind the best each policy is; empty where there is one policy."""
        return self._table(REGRET)

    @cached_property
    def design(self) -> "pd.DataFrame":
        """The factors of every row of the design, by ``draw``."""
        import pandas as pd

        request = restored(Folder(self.folder))
        source = request.experiment.source
        assert isinstance(source, DesignSource)
        values = source.of.values(source.of.places(0, request.draws, source.seed))
        return pd.DataFrame(values, columns=source.of.names).rename_axis("draw")

    @cached_property
    def data(self) -> "pd.DataFrame":
        """A row a world: policy, draw, replicate, factors, outcomes."""
        import pandas as pd

        folder = Folder(self.folder)
        found = pd.DataFrame(Answers(folder, restored(folder)).tidy())
        return found.merge(self.design, left_on="draw", right_index=True, suffixes=("", "_factor"))

    def _table(self, name: str) -> "pd.DataFrame":
        import pandas as pd

        path = self.folder / name
        columns = {"other": str, "against": str, "among": str, "unit": str}
        return pd.read_csv(path, dtype=columns, keep_default_na=True) if path.exists() else pd.DataFrame()


def sensitivity(
    file: str, *, out: Path | str | None = None, jobs: int = 0, replicates: int = 1, seed: int = 1,
    yes: bool = True, quiet: bool = True, **asked: Any,
) -> Study:  # fmt: skip
    """``tremplin sensitivity``: the options of the command by their names (``method``, ``n``, ``extend``,
    ``factors``, ``policy``, ``group``, ``outcome``, ``against``, ``among``, ``second``, ``emulate``,
    ``fails``, ``parameters``, ``seeds``). Raises ``Refused`` with the reason, also of a design that is not
    whole; the same call again tries what failed."""
    wanted = prepared.sensitivity(file, seed=seed, replicates=replicates, **asked)
    return _study(wanted.carry_out(_common(out, jobs, replicates, seed, yes, quiet)))


def sweep(
    file: str, *, out: Path | str | None = None, jobs: int = 0, replicates: int = 1, seed: int = 1,
    yes: bool = True, quiet: bool = True, **asked: Any,
) -> Study:  # fmt: skip
    """``tremplin sweep``: likewise (``factors`` as texts ``name=a,b,c``, ``design``, ``rows``, ``policy``,
    ``group``, ``outcome``, ``fails``, ``parameters``, ``seeds``)."""
    wanted = prepared.sweep(file, seed=seed, replicates=replicates, **asked)
    return _study(wanted.carry_out(_common(out, jobs, replicates, seed, yes, quiet)))


def function(
    answer: Callable[..., float | Mapping[str, float]],
    factors: Ranges | Sequence[Factor],
    *,
    name: str,
    method: str = SOBOL,
    n: int = 0,
    extend: int = 0,
    second: bool = False,
    outcomes: tuple[str, ...] = (ANSWER,),
    seeded: bool = False,
    seconds: float = SECONDS_A_ROW,
    question: Question | None = None,
    seeds: str = "",
    out: Path | str | None = None,
    jobs: int = 1,
    replicates: int = 1,
    seed: int = 1,
    yes: bool = True,
    quiet: bool = True,
) -> Study:
    """A design over a function of one's own, through the same runner, store and analysis.

    ``answer(values)`` is given the factors by name, and with ``seeded`` a seed after them; it gives a number,
    or numbers by the names in ``outcomes``. ``name`` says which function and which version it is: rows of
    the same name are taken to be the same. ``seconds`` that one call may take: what takes longer gets more
    processes.
    """
    made = design(factors, method=method, n=n, extend=extend, second=second, seed=seed,
                  seeds=seeds_of(seeds, replicates))  # fmt: skip
    asked = question or Question(outcome=outcomes[0])
    experiment = own_study(answer, name, made.design, seed, outcomes, seeded, seconds)
    common = _common(out, jobs, replicates, seed, yes, quiet)
    told = prepared.Prepared(experiment, made.design, len(made.places), asked, "").common(common)
    return _study(carry_out(experiment, told))


@dataclass(frozen=True)
class Plan:
    """A design without a store. ``places``: of its rows, (rows, factors), between 0 and 1."""

    design: Design
    places: np.ndarray
    seed: int

    @property
    def frame(self) -> "pd.DataFrame":
        """The factors of every row."""
        import pandas as pd

        return pd.DataFrame(self.design.values(self.places), columns=self.design.names)

    def analysis(self, answers: Any, question: Question | None = None) -> Found:
        """What the rows say, of an answer a row (or a column a replicate), in the order of ``frame``.
        ``Refused`` where an answer is no finite number."""
        values = np.asarray(answers, float)
        values = values[:, None] if values.ndim == 1 else values
        if len(values) != len(self.places):
            raise Refused(f"{len(values):,} answers for {len(self.places):,} rows of the design")
        if len(bad := np.flatnonzero(~np.isfinite(values).all(axis=1))):
            raise Refused(
                f"no finite answer in {len(bad):,} rows of the design (the first is row {bad[0]:,}), so that "
                "nothing can be said of its spread"
            )
        return one(self.places, values, self.design, question or Question(outcome=ANSWER), self.seed)


def design(
    factors: Ranges | Sequence[Factor], *, method: str = SOBOL, n: int = 0, extend: int = 0,
    second: bool = False, seed: int = 1, seeds: str = "",
) -> Plan:  # fmt: skip
    """A design over factors: ranges by name (uniform), or ``Factor`` objects. ``ValueError`` where factors
    cannot be varied so, ``Refused`` where there is no such method, or none of this size."""
    known = method_of(method)
    size = prepared.size_of(known, n, extend)
    varied = tuple(own(k, *v) for k, v in factors.items()) if isinstance(factors, Mapping) else tuple(factors)
    if not varied:
        raise ValueError("no factor: a design varies at least one")
    if len({factor.name for factor in varied}) < len(varied):
        raise ValueError(f"a factor stands twice: {', '.join(factor.name for factor in varied)}")
    made = Design(method, varied, size if known.fixed and method != FF else 0, seeds_of(seeds, 1), {}, second)
    return Plan(made, made.places(0, made.rows(size), seed), seed)


def indices_frame(found: Found) -> "pd.DataFrame":
    """The indices of an analysis as a frame."""
    import pandas as pd

    return pd.DataFrame([vars(index) for index in found.shown])


def _common(
    out: Path | str | None, jobs: int, replicates: int, seed: int, yes: bool, quiet: bool
) -> Common:  # fmt: skip
    return Common(
        draws=1, replicates=replicates, seed=seed, jobs=jobs, out=Path(out) if out else None, yes=yes,
        quiet=quiet, again=True,
    )  # fmt: skip


def _study(done: Any) -> Study:
    assert not isinstance(done, DonePart)
    lacking = done.results.incomplete()
    if lacking:
        raise Refused(lacking)
    return Study(done.folder)
