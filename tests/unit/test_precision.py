"""How many draws a mean needs: what may be asked, and the size of the next round."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from experiments.command import Common
from experiments.errors import Refused
from experiments.lang import using
from experiments.precision import (
    Precision,
    Reached,
    asked_of,
    first_draws,
    next_draws,
    note,
    reached,
    sentence,
    share_of,
)
from experiments.report.words import plain


def of(half_width: float | None, allowed: float = 10.0, name: str = "p") -> Reached:
    return Reached("all", name, 100.0, half_width, allowed, 20)


@pytest.mark.parametrize(
    ("text", "share"),
    [("10%", 0.1), ("10 %", 0.1), ("0.1", 0.1), (".05", 0.05), (" 2.5 % ", 0.025), ("100%", 1)],
)
def test_a_share_in_several_ways(text: str, share: float) -> None:
    assert share_of(text) == pytest.approx(share)


@pytest.mark.parametrize(
    "text", ["", "ten", "10", "1", "0", "-5%", "1e-2", "0.01%", "200%", "nan", "5 % 3", "%"]
)
def test_what_is_no_share(text: str) -> None:
    with pytest.raises(Refused, match="--precision: must be a share"):
        share_of(text)


def test_the_next_round_follows_from_the_variance_seen() -> None:
    # half-width 12 where 10 is allowed: 20 * 1.1 * 1.44 = 31.7 draws
    assert next_draws(20, [of(12.0), of(3.0)], 400) == 32
    assert next_draws(20, [of(30.0)], 400) == 40  # at most twice as many
    assert next_draws(20, [of(10.001)], 400) == 23  # and some more at least
    assert next_draws(20, [of(None)], 400) == 40
    assert next_draws(20, [of(1.0, allowed=0.0)], 400) == 40


def test_it_ends_by_its_target_or_by_its_ceiling() -> None:
    assert next_draws(20, [of(10.0), of(0.0, allowed=0.0)], 400) == 20
    assert next_draws(350, [of(12.0)], 400) == 400
    assert next_draws(400, [of(12.0)], 400) == 400


def test_few_rounds_are_ever_needed() -> None:
    asked, draws, rounds = Precision(0.1), first_draws(Precision(0.1)), 1
    while (wanted := next_draws(draws, [of(None)], asked.ceiling)) > draws:
        draws, rounds = wanted, rounds + 1
    assert (draws, rounds) == (400, 6)
    assert first_draws(Precision(0.1, 7)) == 7


def test_what_the_manifest_says_of_it() -> None:
    asked = Precision(0.1, 400)
    begun = note(asked)
    assert asked_of({"precision": begun}) == asked
    assert asked_of({}) is None
    assert "not judged yet" in sentence(begun)
    well = note(asked, [20, 32], [of(9.5), of(3.0)])
    assert well["ended"] == "target"
    assert "reached after 32 draws (2 rounds); every mean difference is known to ± 9.5 jobs" in sentence(well)
    not_well = note(asked, [20, 40], [of(12.0), of(3.0)])
    assert not_well["ended"] == "ceiling"
    for words in (
        "not reached at the ceiling of 40 draws",
        "1 of 2",
        "± 12 jobs",
        "± 10 were allowed",
        "--draws 80",
    ):
        assert words in sentence(not_well)
    assert sentence({}) == ""


def test_what_is_known_of_a_difference_was_said_of_the_mean_of_a_policy() -> None:
    """A bug: "the mean with no-renewal is known to ± 12 jobs", that of its difference."""
    asked = Precision(0.1, 400)
    page = sentence(note(asked, [20, 40], [of(12.0, name="no-renewal")]), "published", plain)
    assert "; the mean difference between no renewal and published is known to ± 12 jobs, where" in page
    shell = sentence(note(asked, [20, 40], [of(12.0, name="no-renewal")]), "published")
    assert "between no-renewal and published is" in shell
    alone = sentence(note(asked, [20, 40], [of(12.0, name="published")]), "published")
    assert "; the mean with published is known to ± 12 jobs" in alone
    assert "; the mean is known to ± 9 jobs" in sentence(note(asked, [20], [of(9.0, name="x")]), "x")
    assert "the mean difference is known to" in sentence(note(asked, [20], [of(9.0)]), "published")
    cases = [of(12.0), replace(of(14.0), group="hills")]
    assert "between p and x (hills) is known to ± 14 jobs" in sentence(note(asked, [20], cases), "x")
    with using("fr"):
        assert "à ± 0 emploi près" in sentence(note(asked, [20], [of(0.0)]), "published")


class TwoWorlds:
    """Two worlds of a policy and of the reference, which reports 200 jobs on average."""

    experiment = SimpleNamespace(
        reference="published", groups=[SimpleNamespace(name="all", policies=("published", "p"))]
    )

    def values(self, group: str, policy: str, column: str) -> np.ndarray:
        return np.array({
            ("published", "jobs_net"): [10.0, 20.0], ("p", "jobs_net"): [0.0, 4.0],
            ("published", "jobs_reported"): [100.0, 300.0],
        }[policy, column])  # fmt: skip

    def paired(self, group: str, policy: str, against: str, column: str) -> np.ndarray:
        return self.values(group, policy, column) - self.values(group, against, column)

    def shared(self, group: str, *policies: str) -> list[tuple[int, int]]:
        return [(0, 0), (1, 0)]

    def parameters(self, places: list[tuple[int, int]]) -> np.ndarray:
        return np.array([draw for draw, _ in places])


@pytest.mark.parametrize(("share", "allowed"), [(0.5, 6.5), (0.1, 4.0)])
def test_a_loss_is_known_well_enough_beside_its_size_or_beside_what_is_reported(
    share: float, allowed: float
) -> None:
    (found,) = reached(TwoWorlds(), Precision(share))
    assert (found.policy, found.difference, found.n) == ("p", -13.0, 2)
    assert found.half_width == pytest.approx(1.645 * 3.0)
    assert found.allowed == pytest.approx(allowed)  # half of 13; 2 % of 200
    assert found.met == (found.half_width <= allowed)


def test_a_shard_cannot_be_asked_for_it() -> None:
    with pytest.raises(Refused, match="give every shard the same --draws"):
        Common(part=(1, 3), precision=Precision(0.1))
