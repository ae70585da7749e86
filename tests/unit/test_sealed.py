"""Shards and parameters are read only as they were written; what is lost is named, with what helps."""

import errno
import json
import os
import random
import re
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread, current_thread
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import experiments.folder
from experiments.drawn import read_parameters, write_parameters
from experiments.errors import Refused, Unable
from experiments.folder import Folder, about, hashes, manifest
from experiments.items import Request
from experiments.origin import command_of
from experiments.plan import Experiment
from experiments.repair import repair
from experiments.restore import restored
from experiments.sealed import has_series, read
from experiments.status import status_of
from experiments.views import connect
from tests.conftest import invoke
from tests.survival import faults
from tests.survival.setting import experiment

DRAWS = 4
MADE_BY = "tremplin compare mine.yaml --parameters values.csv"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A shard of the worlds of each draw, both arms, with their series."""
    made, found = experiment(faults.calm), Folder(tmp_path / "o")
    found.prepare(made)
    found.write_manifest(manifest(made, DRAWS, 1, {}, {}, {}) | {"command_line": MADE_BY})
    found.write_parameters(made, DRAWS)
    said = about(made) | {"command_line": MADE_BY}
    for draw in range(DRAWS):
        series = pa.table({"draw": [draw], "replicate": [0], "value": [draw / 7]})
        found.write_shard("host-1", worlds(made, draw).replace_schema_metadata(said), series)
    return found


def worlds(of: Experiment, draw: int) -> pa.Table:
    """The rows of a draw."""
    same = {"group": "all", "draw": draw, "replicate": 0, "y": draw / 3, "status": "ok", "error": ""}
    same |= {"meta_started": datetime.now(UTC)}
    arms = Request(of, DRAWS).item(draw).arms
    runs = pa.Table.from_pylist([{"policy": policy, "key": key} | same for policy, _, key in arms])
    return runs.set_column(1, "key", runs["key"].cast(pa.binary(16)))


def flipped(content: bytes, place: int, bit: int) -> bytes:
    changed = bytearray(content)
    changed[place] ^= 1 << bit
    return bytes(changed)


@pytest.mark.parametrize("kind", ["runs", "series"])
def test_a_flipped_bit_anywhere_in_a_shard_gave_a_wrong_answer(kind: str, folder: Folder) -> None:
    path = folder.shards(kind)[0]
    content, luck = path.read_bytes(), random.Random(1)
    for place in range(0, len(content), 7):  # headers, pages and footer
        path.write_bytes(flipped(content, place, luck.randrange(8)))
        with pytest.raises(Refused, match=rf"{path.name}: damaged \(it has changed since it was written\)"):
            read(path, ["draw"])
    for reader in (lambda: folder.verified(kind), lambda: connect(folder.path)):
        with pytest.raises(Refused, match="changed since"):
            reader()
    assert [name for name, _ in repair(folder.path).aside] == [f"{k}/{path.name}" for k in ("runs", "series")]
    assert status_of(folder.path).counts["ok"] == 2 * (DRAWS - 1)


def test_shards_of_earlier_versions_are_read_as_they_are(folder: Folder) -> None:
    old = "part-host-1-f462d13dc35d45fbbe2733d99496f5ae.parquet"
    for path in (folder.shards("series")[0], folder.shards()[0]):
        path.rename(path.with_name(old))
    assert folder.runs().num_rows == 2 * DRAWS
    assert folder.series().num_rows == DRAWS
    assert repair(folder.path).aside == []


RENAMED = {
    "as a copy": lambda name: name.replace(".parquet", " (1).parquet"),
    "to say less": lambda name: "part-7.parquet",
}


@pytest.mark.parametrize("how", RENAMED)
@pytest.mark.parametrize("kinds", [["runs"], ["series"], ["runs", "series"]])
def test_a_shard_that_was_renamed_was_read_unchecked_and_without_its_series(
    kinds: list[str], how: str, folder: Folder
) -> None:
    before = sorted(folder.path.rglob("*"))
    name = folder.shards()[0].name
    for kind in kinds:
        (folder.path / kind / name).rename(folder.path / kind / RENAMED[how](name))
    for reader in (folder.series, lambda: connect(folder.path), lambda: status_of(folder.path)):
        if "runs" in kinds:
            with pytest.raises(Refused, match=r"has another name than it was given; `tremplin repair"):
                reader()
    done = repair(folder.path)
    if how == "to say less" and len(kinds) == 2:  # nothing says the name any more
        assert done.renamed == []
        assert [file for file, _ in done.aside] == [f"{kind}/{RENAMED[how](name)}" for kind in kinds]
        return
    assert done.renamed == [(f"{kind}/{RENAMED[how](name)}", name) for kind in kinds]
    assert done.aside == []
    assert [path for path in sorted(folder.path.rglob("*")) if path.name != ".lock"] == before
    assert folder.series().num_rows == DRAWS


def test_another_copy_of_a_shard_goes_aside_alone(folder: Folder) -> None:
    for path in (folder.shards("series")[0], folder.shards()[0]):
        path.with_name(RENAMED["as a copy"](path.name)).write_bytes(path.read_bytes())
    done = repair(folder.path)
    assert done.renamed == []
    assert [why for _, why in done.aside][:1] == ["has another name than it was given"]
    assert len(done.aside) == 2
    assert status_of(folder.path).ended == 2 * DRAWS
    assert folder.series().num_rows == DRAWS


def test_a_missing_file_of_series_went_unseen(folder: Folder) -> None:
    runs, series = folder.shards()[0], folder.shards("series")[0]
    series.unlink()
    with pytest.raises(Refused, match=rf"series/{series.name}: missing; `tremplin repair"):
        folder.series()
    with pytest.raises(Refused, match="missing"):
        connect(folder.path)
    assert repair(folder.path).aside == [(f"runs/{runs.name}", f"series/{series.name}: missing")]
    assert folder.series().num_rows == DRAWS - 1
    assert status_of(folder.path).missing == 2


def test_worlds_without_series_lack_none(folder: Folder) -> None:
    name = folder.write_shard("host-1", folder.runs())
    assert not has_series(folder.path / "runs" / name)
    assert len(folder.shards("series")) == DRAWS
    assert repair(folder.path).aside == []


def test_a_flipped_bit_in_the_parameters_ran_other_worlds(tmp_path: Path) -> None:
    values, luck = np.random.default_rng(1).random((20, 3)), random.Random(1)
    write_parameters(tmp_path, ["a", "b", "c"], values)
    path = tmp_path / "parameters.parquet"
    content, silent = path.read_bytes(), 0
    whole = read_parameters(tmp_path)
    for place in range(0, len(content), 3):
        path.write_bytes(flipped(content, place, luck.randrange(8)))
        try:
            silent += not read_parameters(tmp_path).equals(whole)
        except Refused:
            continue
    assert silent == 0


def test_lost_parameters_sent_the_reader_round_in_a_circle(folder: Folder) -> None:
    path = folder.path / "parameters.parquet"
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(Refused, match=rf"parameters.parquet: damaged .*: {MADE_BY}"):
        restored(folder)
    done = repair(folder.path)
    assert (done.lost, done.command) == (["parameters.parquet"], f"{MADE_BY} --out {folder.path}")
    with pytest.raises(Refused, match=rf"parameters.parquet: missing; .*: {MADE_BY}"):
        restored(folder)
    assert status_of(folder.path).ended == 2 * DRAWS
    folder.write_parameters(experiment(faults.calm), DRAWS)
    assert restored(folder).draws == DRAWS


def test_a_damaged_manifest_was_met_with_a_command_that_refuses(folder: Folder) -> None:
    (folder.path / "manifest.json").write_text("{")
    with pytest.raises(Refused, match=rf"sets it aside; then give the command .*: {MADE_BY}"):
        status_of(folder.path)
    done = repair(folder.path)
    assert (done.lost, done.command) == (["manifest.json"], f"{MADE_BY} --out {folder.path}")
    with pytest.raises(Refused, match=rf"has lost its manifest.json; give the command .*: {MADE_BY}"):
        restored(folder)


@pytest.mark.parametrize("name", ["manifest.json", "parameters.parquet", "runs", "series"])
def test_what_may_not_be_read_was_set_aside_as_damaged(
    name: str, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, real = (
        folder.shards(name)[-1] if name in ("runs", "series") else folder.path / name,
        Path.read_bytes,
    )

    def read_bytes(path: Path) -> bytes:
        if path == closed:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return real(path)

    folder.shards()[0].write_bytes(b"damaged")  # not moved either, before all has been read
    (folder.path / "runs" / ".left.tmp").touch()
    before = sorted(folder.path.rglob("*"))
    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    with pytest.raises(Unable, match=rf"cannot read {closed}: reading is not allowed there; ask its owner"):
        repair(folder.path)
    assert {path.name for path in folder.path.rglob("*")} - {path.name for path in before} == {".lock"}
    monkeypatch.undo()
    assert len(repair(folder.path).aside) == 2


@pytest.mark.parametrize("kind", ["runs", "series"])
def test_a_folder_of_shards_that_may_not_be_read_counted_as_empty(
    kind: str, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(real: Callable[..., Any]) -> Callable[..., Any]:
        def listed(path: Any) -> Any:
            if str(path) == str(folder.path / kind):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            return real(path)

        return listed

    for name in ("listdir", "scandir"):
        monkeypatch.setattr(os, name, closed(getattr(os, name)))
    readers = [lambda: status_of(folder.path), folder.runs] if kind == "runs" else []
    for reader in (*readers, lambda: repair(folder.path)):
        with pytest.raises(Unable, match=rf"cannot read {folder.path / kind}: reading is not allowed there"):
            reader()


def test_a_table_that_cannot_be_read_ended_an_export_in_a_traceback(folder: Folder) -> None:
    (folder.path / "summary.csv").mkdir()  # as good as one without the right to read it, for root too
    with pytest.raises(Unable, match=r"cannot read .*summary.csv: it is a folder; move it elsewhere"):
        connect(folder.path)


def test_parameters_that_may_not_be_read_were_written_anew(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder.path / "parameters.parquet"
    path.unlink()
    path.symlink_to(path)  # no reader gets to its end, root neither
    with pytest.raises(Unable, match=rf"cannot read {path}: Too many levels"):
        folder.write_parameters(experiment(faults.calm), DRAWS)
    assert path.is_symlink()


def test_a_command_that_went_on_is_not_the_one_that_made_the_folder(folder: Folder) -> None:
    content = json.loads((folder.path / "manifest.json").read_text())
    folder.write_manifest(content | {"command_line": "tremplin rerun o"})
    assert repair(folder.path).command == f"{MADE_BY} --out {folder.path}"


@pytest.mark.parametrize(
    ("line", "now"),
    [
        ("tremplin run a.yaml --out ref --draws 4", "tremplin run a.yaml --draws 4 --out "),
        ("tremplin run a.yaml --out=ref", "tremplin run a.yaml --out "),
        ("tremplin run 'my case.yaml'", "tremplin run 'my case.yaml' --out "),
        ("tremplin run 'a", "tremplin run 'a"),
    ],
)
def test_the_command_of_a_folder_that_was_moved_named_the_old_one(
    line: str, now: str, folder: Folder
) -> None:
    content = json.loads((folder.path / "manifest.json").read_text())
    folder.write_manifest(content | {"command_line": line})
    moved = folder.path.rename(folder.path.with_name("moved here"))
    (moved / "parameters.parquet").unlink()
    now += f"'{moved}'" if now.endswith(" ") else ""
    with pytest.raises(Refused, match=re.escape(f"give the command that made the folder again: {now} (")):
        restored(Folder(moved))
    assert repair(moved).command == now


def test_the_command_of_a_wave_is_that_of_its_fit(folder: Folder) -> None:
    content = json.loads((folder.path / "manifest.json").read_text())
    folder.write_manifest(content | {"command_line": "tremplin calibrate --out runs/fit"})
    (folder.path.parent / "fit.json").touch()
    assert command_of(folder.path) == f"tremplin calibrate --out {folder.path.parent}"


@pytest.mark.parametrize("kind", ["runs", "series"])
def test_a_file_in_the_place_of_shards_was_met_with_remedies_that_lead_nowhere(
    kind: str, folder: Folder
) -> None:
    place = folder.path / kind
    shutil.rmtree(place)
    place.touch()
    readers: list[Callable[[], Any]] = [lambda: repair(folder.path)]
    readers += [lambda: status_of(folder.path), folder.runs] if kind == "runs" else []
    for reader in readers:
        with pytest.raises(Unable, match=rf"cannot read {place}: it is a file; move it elsewhere"):
            reader()
    with pytest.raises(Unable, match=rf"{place} is a file; move it elsewhere, then give the command again$"):
        folder.prepare(experiment(faults.calm))


def test_a_rerun_was_advised_that_ended_in_a_traceback(folder: Folder) -> None:
    """Of worlds that another function makes, as those of ``evaluate``."""
    path, again = folder.path, f"{MADE_BY} --out {folder.path}"
    folder.write_manifest(folder.manifest | {"draws": DRAWS + 1})
    folder.write_parameters(experiment(faults.calm), DRAWS + 1)
    said = invoke("status", str(path)).stdout
    assert f"to go on: {again}" in said
    assert "tremplin rerun" not in said
    for more in ((), ("--failed",), ("--dry-run",)):
        told = invoke("rerun", str(path), *more, code=2).stderr
        assert told == (
            f"{path}: its worlds are those of a function that only the command that made the folder knows; "
            f"give the command that made the folder again: {again}\n"
        )
    folder.shards()[0].write_bytes(b"damaged")
    assert "What is missing now: the command that made the folder." in invoke("repair", str(path)).stdout
    for shard in folder.shards():
        shard.unlink()
    assert f"all of them here: {again}\n" in invoke("collect", str(path), code=2).stderr


def test_the_folder_of_a_fit_was_said_to_be_none(folder: Folder) -> None:
    fit = folder.path.parent / "fit"
    (fit / "site").mkdir(parents=True)
    (fit / "fit.json").touch()
    assert "whose waves are run folders, and it has none yet" in invoke("status", str(fit), code=2).stderr
    wave = folder.path.rename(fit / "site" / "wave-0")
    said = invoke("status", str(fit), code=2).stderr
    assert said == f"{fit}: a fit, not a run folder; its waves are: {wave}; to go on: {MADE_BY} --out {fit}\n"
    assert f"{wave}: 8 of 8 worlds" in invoke("status", str(wave)).stdout


def test_status_of_a_folder_that_was_moved_sent_to_the_other_one(folder: Folder) -> None:
    line = "tremplin run a.yaml --out o --draws 5"
    folder.write_manifest(folder.manifest | {"draws": DRAWS + 1, "command_line": line})
    moved = folder.path.rename(folder.path.with_name("moved"))
    now = f"tremplin run a.yaml --draws 5 --out {moved}"
    assert f"to go on: {now}\n" in invoke("status", str(moved)).stdout
    assert json.loads(invoke("status", str(moved), "--json").stdout)["command_line"] == now


def test_worlds_of_other_parameters_were_taken_for_those_of_their_draw(folder: Folder) -> None:
    """As an earlier version ran them where the file of parameters had changed."""
    made = experiment(faults.calm)
    x = replace(made.source, rows=np.full((DRAWS, 1), 0.25))
    name = folder.write_shard("host-2", worlds(replace(made, source=x, _cache={}), 1))
    with pytest.raises(Refused, match=r"two worlds of other parameters .*tremplin repair"):
        status_of(folder.path)
    assert repair(folder.path).aside == [(f"runs/{name}", "worlds of other parameters")]
    assert status_of(folder.path).ended == 2 * DRAWS
    for lost in (folder.shards()[0], folder.shards("series")[0]):
        lost.unlink()
    draw = next(d for d in range(DRAWS) if d not in folder.runs(["draw"])["draw"].to_pylist())
    name = folder.write_shard("host-2", worlds(replace(made, source=x, _cache={}), draw))
    with pytest.raises(Refused, match=r"holds worlds of other parameters .*tremplin repair"):
        list(Request(made, DRAWS).missing(folder.index(hashes(made))))
    assert repair(folder.path).aside == [(f"runs/{name}", "worlds of other parameters")]
    assert [number for number, _ in Request(made, DRAWS).missing(folder.index(hashes(made)))] == [draw]


def test_a_repair_looked_at_no_world_beyond_the_draws_of_the_manifest(folder: Folder) -> None:
    """Where the command that asks for more draws is refused for such a world."""
    made = experiment(faults.calm)
    x = replace(made.source, rows=np.full((DRAWS, 1), 0.25))
    name = folder.write_shard("host-2", worlds(replace(made, source=x, _cache={}), DRAWS))
    assert repair(folder.path).aside == []  # the folder alone does not say what its parameters are
    folder.write_parameters(made, DRAWS + 1)
    with pytest.raises(Refused, match=r"holds worlds of other parameters .*tremplin repair"):
        list(Request(made, DRAWS + 1).missing(folder.index(hashes(made))))
    assert repair(folder.path).aside == [(f"runs/{name}", "worlds of other parameters")]
    assert len(list(Request(made, DRAWS + 1).missing(folder.index(hashes(made))))) == 1


def test_parameters_of_fewer_draws_than_the_worlds_have(folder: Folder) -> None:
    write_parameters(folder.path, ["x"], np.full((DRAWS - 1, 1), 0.5))
    with pytest.raises(Refused, match=rf"holds {DRAWS - 1} draws where {DRAWS} are needed; .*: {MADE_BY}"):
        restored(folder)


def test_of_two_shards_that_started_together_the_slower_took_back_rows_of_parameters(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, begun = experiment(faults.calm), Event()

    def slow(place: Path, names: Sequence[str], rows: Iterable[np.ndarray]) -> None:
        if current_thread() is first:
            begun.set()
            time.sleep(0.2)
        write_parameters(place, names, rows)

    monkeypatch.setattr(experiments.folder, "write_parameters", slow)
    first = Thread(target=folder.write_parameters, args=(made, DRAWS + 1))
    first.start()
    begun.wait()
    folder.write_parameters(made, DRAWS + 5)
    first.join()
    assert read_parameters(folder.path).num_rows == DRAWS + 5
