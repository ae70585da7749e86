"""Keys, hashes, estimates, folders."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from experiments import closing
from experiments.errors import Refused
from experiments.files import write_whole
from experiments.folder import Folder, differences
from experiments.items import Request
from experiments.lang import FRENCH, using
from experiments.parameters import source
from experiments.plan import Estimate, Experiment, ask, compare_experiment, estimate, run_experiment
from scenarios.load import Case, load_case, load_policies
from sim.draws import key as world_seed
from tests.small import spec


def case(**shape) -> Case:
    return Case("small", "A small case", "", spec(**shape), (), ())


def experiment(seed: int = 1, parameters: str = "default", **shape) -> Experiment:
    return run_experiment(case(**shape), source(parameters, ["alize"], seed), seed)


def keys(of: Experiment, draws: int = 2) -> dict[tuple[str, int], bytes]:
    items = map(Request(of, draws).item, range(draws))
    return {(p, item.draw): key for item in items for p, _, key in item.arms}


def test_a_key_depends_on_all_that_decides_a_world(monkeypatch: pytest.MonkeyPatch) -> None:
    one = keys(experiment())
    assert len(set(one.values())) == 4
    assert one == keys(experiment())
    assert not set(one.values()) & set(keys(experiment(seed=2)).values())
    assert not set(one.values()) & set(keys(experiment(parameters="prior")).values())
    assert not set(one.values()) & set(keys(experiment(smes=601)).values())
    more_days = keys(experiment(rules={"days": 5.0}))
    assert more_days["none", 0] == one["none", 0]  # the world without schemes is the same
    assert more_days["published", 0] != one["published", 0]
    monkeypatch.setattr("experiments.items.code_hash", lambda: "00" * 16)
    assert not set(one.values()) & set(keys(experiment()).values())


def test_a_key_by_hand() -> None:
    import hashlib

    from sim.code import code_hash

    of = experiment()
    row = next(of.source.draws(1))
    content = (
        bytes.fromhex(of.groups[0].case.spec.hash()) + row.astype("<f8").tobytes()
        + world_seed(1, 0, 0).to_bytes(8, "little") + bytes.fromhex(code_hash())
    )  # fmt: skip
    assert keys(of)["published", 0] == hashlib.blake2b(content, digest_size=16).digest()


def test_items_share_the_seed_of_their_draw() -> None:
    items = [Request(experiment(), 2, 2).item(number) for number in range(4)]
    assert [item.world_seed for item in items] == [world_seed(1, k, r) for k in range(2) for r in range(2)]
    assert [(item.draw, item.replicate) for item in items] == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_parts_share_out_the_items() -> None:
    for groups, draws, replicates, n in ((1, 7, 1, 3), (1, 2, 3, 4), (1, 1, 1, 5)):
        of = experiment()
        whole = Request(of, draws, replicates)
        parts = [Request(of, draws, replicates, (i, n)) for i in range(1, n + 1)]
        assert sorted(number for part in parts for number in part.numbers) == list(whole.numbers)
        assert sum(part.worlds for part in parts) == whole.worlds == 2 * groups * draws * replicates


def test_a_row_of_the_priors_depends_on_its_draw_alone() -> None:
    one, other = source("prior", ["alize"], 1), source("prior", ["alize"], 1)
    rows = list(one.draws(2500))
    for draw in (2499, 0, 1024, 1023, 1025):
        np.testing.assert_array_equal(other.row(draw), rows[draw])
    assert len({row.tobytes() for row in rows}) == 2500


def test_the_hash_leaves_words_out() -> None:
    of = experiment()
    told = dataclasses.replace(of.groups[0].case, title="Another title", description="More")
    other = run_experiment(told, of.source, 1)
    assert other.hash() == of.hash()
    assert experiment(seed=2).hash() != of.hash()
    assert experiment(months=61).hash() != of.hash()


def test_a_specification_is_plain_json() -> None:
    of = run_experiment(load_case("alize-1997-2007"), source("default", ["alize"], 1), 1)
    assert json.loads(json.dumps(of.spec(), allow_nan=False)) == of.spec()


def test_several_cases_are_groups_and_one_is_all() -> None:
    study = load_policies("alize-renewal")
    of = compare_experiment(study, source("default", ["alize"], 1), 1)
    assert [group.name for group in of.groups] == [base.name for base in study.bases]
    assert list(of.groups[0].arms) == ["none", "published", *study.policies]
    assert [group.name for group in experiment().groups] == ["all"]


def test_estimates_ask_for_agreement() -> None:
    of = run_experiment(load_case("alize-1997-2007"), source("default", ["alize"], 1), 1)
    ask(estimate(of, 20, 1, 2), yes=False)
    much = estimate(of, 10**7, 1, 2)
    assert much.worlds == 2 * 10**7
    with pytest.raises(Refused, match="--yes"):
        ask(much, yes=False)
    ask(much, yes=True)
    assert str(Estimate(2_000, 2.5, 0.0123, 40)) == "2,000 worlds, about 2.5 hours, 12.3 MB in 40 shards"


def test_an_estimate_says_one_of_a_thing_in_the_singular() -> None:
    assert str(Estimate(1, 1e-6, 1e-7, 1)) == "1 world, about 1 second, less than 0.1 MB in 1 shard"
    assert str(Estimate(2, 1 / 60, 2e-4, 2)) == "2 worlds, about 1 minute, 0.2 MB in 2 shards"
    assert str(Estimate(2, 1.0, 0.2, 2)) == "2 worlds, about 1.0 hour, 0.2 GB in 2 shards"
    assert str(Estimate(2, 1.0, 0.2)) == "2 worlds, about 1.0 hour, 0.2 GB"
    with using(FRENCH):
        said = str(Estimate(1, 1e-6, 1e-7, 1))
    assert said == "1 monde, environ 1 seconde, moins de 0,1 Mo en 1 fragment"


@pytest.mark.parametrize(
    ("items", "seconds", "rows"),
    [(1, 0.4, 2), (20, 0.4, 2), (20, 5.0, 2), (5_000, 0.4, 2), (10_000, 0.01, 4), (10_000, 0.001, 4),
     (300, 7.0, 12), (40, 200.0, 3)],
)  # fmt: skip
def test_a_dry_run_foresaw_a_shard_every_two_seconds(
    items: int, seconds: float, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    held, opened, written = 0, 0.0, 0
    for _ in range(items):
        now[0] += seconds
        held += rows
        if closing.is_due(held, opened + 1e-9, written):
            held, opened, written = 0, now[0], written + 1
    assert closing.foreseen(items, seconds, rows) == pytest.approx(written + (held > 0), rel=0.07)


def test_shards_are_foreseen_process_by_process() -> None:
    of = run_experiment(load_case("alize-1997-2007"), source("default", ["alize"], 1), 1)
    seconds = of.seconds_an_item()
    for draws, jobs in ((1, 2), (50, 1), (1_000, 2), (20_000, 4)):
        shards = closing.foreseen(draws // min(jobs, draws), seconds, 2)
        assert estimate(of, draws, 1, jobs).shards == jobs * shards or draws == 1
    assert estimate(of, 1, 1, 2).shards == 1
    whole = estimate(of, 20_000, 1, 4)
    assert whole.shards < whole.hours * 3600 / 2  # they were one every two seconds of work
    assert estimate(of, 20_000, 1, 4, left=40_000) == whole
    assert estimate(of, 20_000, 1, 4, left=0).shards == 0
    # who goes on begins with short shards again
    assert estimate(of, 20_000, 1, 4, left=4_000).shards > whole.shards / 10


def test_differences_say_where() -> None:
    there = {"a": {"b": [1, 2]}, "seed": 1, "old": 0}
    here = {"a": {"b": [1, 3]}, "seed": 2, "new": 0}
    assert list(differences(there, here)) == [
        "a.b[1]: 2 there, 3 here",
        "seed: 1 there, 2 here",
        "old: only there",
        "new: only here",
    ]


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_whole(path, b"one")

    def fails(*_: object) -> None:
        raise OSError("no")

    monkeypatch.setattr("os.replace", fails)
    with pytest.raises(OSError, match="no"):
        write_whole(path, b"two")
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


def test_series_without_their_worlds_do_not_count(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    of = experiment()
    assert folder.prepare(of) is False
    for draw in (0, 1):
        table = pa.table({"group": ["all"], "policy": ["none"], "draw": [draw], "status": ["ok"]})
        folder.write_shard("1", table, table)
    assert len(folder.shards("series")) == 2
    folder.shards("runs")[0].unlink()  # as if the worker had been killed between the two files
    assert len(folder.shards("series")) == 1
    (tmp_path / "runs" / ".part-1-x.parquet.tmp").write_bytes(b"half a shard")
    assert folder.runs().num_rows == 1


def test_parameters_are_only_added(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    folder, of = Folder(tmp_path), experiment(parameters="prior")
    folder.prepare(of)
    folder.write_parameters(of, 3)
    first = pq.read_table(tmp_path / "parameters.parquet")
    folder.write_parameters(of, 5)
    folder.write_parameters(of, 2)
    more = pq.read_table(tmp_path / "parameters.parquet")
    assert more.num_rows == 5
    assert more.slice(0, 3).equals(first)
    assert more.column_names == ["draw", *of.source.names]
