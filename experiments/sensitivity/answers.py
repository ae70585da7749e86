"""What the rows of a design answered, read from the store column by column; and whether all are there."""

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from experiments.decision import shared_first
from experiments.errors import Refused
from experiments.folder import Folder, hashes
from experiments.items import Request
from experiments.runner import OK
from experiments.sealed import read
from experiments.sensitivity.study import BEST, RANK, Question
from scenarios.problems import typed
from scenarios.studies import NONE

SHOWN = 5  # rows named in a message


class Answers:
    """Outcomes of the rows of a design: arrays (rows, replicates)."""

    def __init__(self, folder: Folder, request: Request):
        self.folder = folder
        self.request = request
        index = folder.index(hashes(request.experiment), keys=False)
        self._counts = request.counts(index)
        (self.group,) = request.experiment.groups
        rows = index.worlds(request.draws, request.replicates)
        self._well = rows[index.status[rows] == 0]
        arms = {arm[1]: place for arm, place in index.arms.items()}
        self._arm = index.arm[self._well]
        self._arms = arms
        self._place = (index.draw[self._well], index.replicate[self._well])
        self._columns: dict[str, np.ndarray] = {}

    def counts(self) -> dict[str, int]:
        """Worlds by how they ended."""
        return self._counts

    @property
    def policies(self) -> tuple[str, ...]:
        """The arms but the world without schemes."""
        return self.group.policies

    @property
    def worlds(self) -> int:
        """Worlds that there should be."""
        return self.request.worlds

    @cached_property
    def lacking(self) -> list[int]:
        """Rows of the design of which some world is missing or did not end well."""
        there = np.zeros(self.request.draws, int)
        np.add.at(there, self._place[0], 1)
        return np.flatnonzero(there < len(self.group.arms) * self.request.replicates).tolist()

    def incomplete(self) -> str:
        """A sentence: what the design lacks, and which command completes it; "" if it is whole."""
        if not self.lacking:
            return ""
        ended = sum(self._counts.values())
        wrong = {status: n for status, n in self._counts.items() if n and status != OK}
        parts = [f"{n:,} {status}" for status, n in wrong.items()]
        if ended < self.worlds:
            parts.append(f"{self.worlds - ended:,} not run")
        rows = ", ".join(str(row) for row in self.lacking[:SHOWN])
        more = ", …" if len(self.lacking) > SHOWN else ""
        return (
            f"No indices: {len(self.lacking):,} of {self.request.draws:,} rows of the design are not whole "
            f"(worlds: {', '.join(parts)}; rows {rows}{more}), and indices of what is left would be wrong. "
            f"tremplin rerun {typed(self.folder.path)} --failed completes it."
        )

    def values(self, policy: str, outcome: str) -> np.ndarray:
        """An outcome of a policy, (rows, replicates); not a number where there is none."""
        found = np.full((self.request.draws, self.request.replicates), np.nan)
        mine = self._arm == self._arms.get(policy, -1)
        found[self._place[0][mine], self._place[1][mine]] = self._column(outcome)[self._well[mine]]
        return found

    def asked(self, policy: str, question: Question) -> np.ndarray:
        """What a question asks of a policy, (rows, replicates); not finite where there is no such number."""
        if question.among:
            better = directed(question.outcome)
            net = better * np.array([self.values(p, question.outcome) for p in self.policies])
            at = self.policies.index(policy)
            if question.among == BEST:
                with np.errstate(invalid="ignore"):  # where a policy has no value, none is first
                    return shared_first(net, least=0.0)[at]  # of an outcome in any unit
            assert question.among == RANK
            rank = 1.0 + (net > net[at]).sum(axis=0) + ((net == net[at]).sum(axis=0) - 1) / 2.0
            return np.where(np.isnan(net).any(axis=0), np.nan, rank)
        found = self.values(policy, question.outcome)
        if not question.against:
            return found
        with np.errstate(invalid="ignore"):
            return found - self.values(question.against, question.outcome)

    def tidy(self) -> Mapping[str, np.ndarray]:
        """Every world that ended well as a row: policy, draw, replicate, all outcomes."""
        names = {place: policy for policy, place in self._arms.items()}
        found: dict[str, np.ndarray] = {
            "policy": np.array([names[place] for place in range(len(names))], object)[self._arm],
            "draw": self._place[0].astype(np.int64), "replicate": self._place[1].astype(np.int64),
        }  # fmt: skip
        outcomes = self.request.experiment.columns()
        parts = [read(path, outcomes) for path in self.folder.shards()]
        for outcome in outcomes:
            column = np.concatenate([part.column(outcome).to_numpy() for part in parts])
            found[outcome] = column[self._well]
        order = np.lexsort((self._arm, found["replicate"], found["draw"]))
        return {name: column[order] for name, column in found.items()}

    def _column(self, outcome: str) -> np.ndarray:
        """A column of the store, in the order of the index."""
        if outcome not in self._columns:
            parts = []
            for path in self.folder.shards():
                table = read(path, [outcome])
                parts.append(table.column(outcome).to_numpy() if outcome in table.column_names else
                             np.full(table.num_rows, np.nan))  # fmt: skip
            self._columns = {outcome: np.concatenate(parts) if parts else np.empty(0)}  # one at a time
        return self._columns[outcome]


def direction(outcome: str) -> int:
    """1 where more is better, as of what a function of one's own gives, -1 where less is, 0 where neither."""
    from sim.outcomes import OUTCOMES

    return OUTCOMES[outcome].better if outcome in OUTCOMES else 1


def directed(outcome: str) -> int:
    """The same; ``Refused`` where it is 0, so that no policy is the best."""
    if not (found := direction(outcome)):
        raise Refused(
            f"--among: neither more nor less of {outcome} is better, so that no policy is the best; choose "
            "another --outcome"
        )
    return found


def unit_of(question: Question) -> str:
    """Unit of what is asked."""
    from sim.outcomes import OUTCOMES

    if question.among:
        return "share" if question.among == BEST else "rank"
    return OUTCOMES[question.outcome].unit if question.outcome in OUTCOMES else ""


def policies_asked(answers: Answers, question: Question) -> list[str]:
    """The policies of which indices are wanted: all but the one that is taken away from the others."""
    return [policy for policy in answers.policies if policy not in (NONE, question.against)]
