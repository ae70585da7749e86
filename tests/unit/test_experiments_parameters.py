"""Rows of parameters: from defaults, priors and files."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from calibration import posterior
from calibration.posterior import load, save
from experiments.errors import Refused
from experiments.parameters import Source, source
from scenarios.problems import ScenarioError
from sim.code import source_hash
from sim.parameters import uncertainties


def table(found: Source, draws: int) -> np.ndarray:
    return np.array(list(found.draws(draws)))


def test_default_is_one_row() -> None:
    rows = table(source("default", ["alize"], 1), 3)
    assert (rows == rows[0]).all()
    assert rows[0].tolist() == [u.default for u in uncertainties(["alize"])]


def test_prior_keeps_bounds_and_what_is_fixed() -> None:
    found = source("prior", ["alize"], 1)
    rows = table(found, 4000)
    for u, column in zip(found.declared, rows.T):
        assert u.low <= column.min() <= column.max() <= u.high
        if u.prior == "fixed":
            assert (column == u.default).all()
        else:  # a mean of 4,000 uniforms: 5 standard errors
            assert abs(column.mean() - (u.low + u.high) / 2) < 5 * (u.high - u.low) / np.sqrt(12 * 4000)


def test_the_first_draws_do_not_depend_on_how_many_there_are() -> None:
    found = source("prior", ["alize"], 1)
    assert (table(found, 2500)[:7] == table(found, 7)).all()


def test_a_scheme_more_changes_no_other_uncertainty() -> None:
    economy = table(source("prior", [], 1), 5)
    assert (table(source("prior", ["alize"], 1), 5)[:, : economy.shape[1]] == economy).all()


def test_uncertainties_are_independent_and_seeds_matter() -> None:
    found = source("prior", ["alize"], 1)
    rows = table(found, 2000)
    free = [j for j, u in enumerate(found.declared) if u.prior == "uniform"]
    correlations = np.corrcoef(rows[:, free].T) - np.eye(len(free))
    assert np.abs(correlations).max() < 6 / np.sqrt(2000)
    assert (table(source("prior", ["alize"], 2), 5)[:, free] != rows[:5, free]).all()


def test_hash_says_what_decides_the_rows(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("demand_sd\n0.01\n")
    (tmp_path / "b.csv").write_text("demand_sd\n0.02\n")
    (tmp_path / "c.csv").write_text("draw,demand_sd\n0,0.010\n")
    of = {n: source(str(tmp_path / f"{n}.csv"), [], 1).hash() for n in "abc"}
    assert of["a"] == of["c"] != of["b"]
    assert source("prior", [], 1).hash() != source("default", [], 1).hash()
    assert source("prior", [], 1).hash() == source("prior", [], 1).hash()


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_rows_of_a_file_are_taken_in_turn(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"values.{suffix}"
    if suffix == "csv":
        path.write_text("draw,demand_sd\n0,0.01\n1,0.03\n")
    else:
        pq.write_table(pa.table({"draw": [0, 1], "demand_sd": [0.01, 0.03]}), path)
    found = source(str(path), ["alize"], 1)
    column = found.names.index("demand_sd")
    assert table(found, 5)[:, column].tolist() == [0.01, 0.03, 0.01, 0.03, 0.01]
    others = np.delete(table(found, 1)[0], column)
    assert others.tolist() == np.delete([u.default for u in found.declared], column).tolist()


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ("demand_sdd\n0.01\n", ["v.csv:1:1: demand_sdd: unknown uncertainty", "did you mean demand_sd?"]),
        ("draw,demand_sd\n0,O.01\n", ["v.csv:2:2: demand_sd: must be a number (got 'O.01')"]),
        ("demand_sd\n0.5\n", ["v.csv:2:1: demand_sd: out of bounds (got 0.5); allowed: 0 to 0.05"]),
        ("demand_sd\nnan\n", ["v.csv:2:1", "out of bounds"]),
        ("draw,demand_sd\n0\n", ["v.csv:2:1", "2 cells are wanted"]),
        ("demand_sd,demand_sd\n0.01,0.01\n", ["v.csv:1:2", "stands twice"]),
        ("demand_sd\n", ["has no row"]),
        ("", ["has no row"]),
        (b"\xff\xfe\x00", ["not a CSV file in UTF-8"]),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(
    content: str | bytes, wanted: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("v.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ScenarioError) as error:
        source("v.csv", ["alize"], 1)
    for words in wanted:
        assert words in str(error.value)


def test_a_wrong_parquet_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "v.parquet"
    path.write_bytes(b"PAR1")
    with pytest.raises(ScenarioError, match="not a parquet file"):
        source(str(path), [], 1)
    pq.write_table(pa.table({"demand_sd": ["a"]}), path)
    with pytest.raises(ScenarioError, match="must be numbers"):
        source(str(path), [], 1)
    pq.write_table(pa.table({"demand_sd": [0.01, None, 0.9]}), path)
    with pytest.raises(ScenarioError, match=r"v.parquet:2:1.*\n.*v.parquet:3:1"):
        source(str(path), [], 1)


@pytest.mark.parametrize("name", ["posteriors", "missing.csv", "values.xlsx", ""])
def test_unknown_sources(name: str) -> None:
    with pytest.raises(Refused):
        source(name, [], 1)


def test_columns_of_schemes_that_are_not_there_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "v.csv"
    path.write_text("demand_sd,pole.joining\n0.01,0.3\n")
    found = source(str(path), ["alize"], 1)
    assert found.row(0)[found.names.index("demand_sd")] == 0.01
    assert "pole.joining" not in found.names


@pytest.mark.parametrize(
    "text",
    [
        "draw;demand_sd;project_rate\n0;0,01;0.002\n",
        "\ufeffsep=;\r\ndraw;demand_sd;project_rate\r\n0;0,01;0,002\r\n",
        "draw\tdemand_sd\tproject_rate\n0\t0,01\t0,002\n",
    ],
)
def test_a_table_of_a_french_spreadsheet_was_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "v.csv"
    path.write_bytes(text.encode())
    found = source(str(path), ["alize"], 1)
    row = dict(zip(found.names, found.row(0)))
    assert (row["demand_sd"], row["project_rate"]) == (0.01, 0.002)


def test_a_decimal_comma_between_commas_is_named(tmp_path: Path) -> None:
    path = tmp_path / "v.csv"
    path.write_text("draw,demand_sd\n0,0,01\n")
    with pytest.raises(ScenarioError, match="decimal numbers have a point"):
        source(str(path), ["alize"], 1)


def test_the_posterior_gives_every_case_the_same_rows() -> None:
    whole, alize = load(), source("posterior", ["alize"], 1)
    assert len(alize.rows) == len(whole.rows) >= 500
    for name in ("project_rate", "alize.lapse"):
        assert (
            alize.rows[:, alize.names.index(name)].tolist() == whole.rows[:, whole.names.index(name)].tolist()
        )
    for u, column in zip(alize.declared, alize.rows.T):
        assert u.low <= column.min() <= column.max() <= u.high


def shipped_with(change: dict, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of the shipped sample whose manifest says something else."""
    found = load()
    save(replace(found, manifest=dict(found.manifest) | change), folder)
    monkeypatch.setattr(posterior, "SHIPPED", folder)
    monkeypatch.setattr(posterior.load, "__defaults__", (folder,))


def test_a_posterior_of_other_priors_is_refused_with_what_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped_with(
        {"frozen": load().manifest["frozen"] | {"parameters": "others", "files": "others"}},
        tmp_path / "p",
        monkeypatch,
    )
    with pytest.raises(
        Refused, match=r"parameters or their priors.*tremplin calibrate.*--parameters default"
    ):
        source("posterior", ["alize"], 1)


def test_a_posterior_of_another_simulation_warns_and_names_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped_with({"sources": "another"}, tmp_path / "p", monkeypatch)
    assert "tremplin calibrate" in source("posterior", ["alize"], 1).warning


def test_a_posterior_of_the_same_simulation_with_another_numpy_does_not_warn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped_with({"code": "another", "sources": source_hash()}, tmp_path / "p", monkeypatch)
    assert source("posterior", ["alize"], 1).warning == ""


def test_a_damaged_posterior_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped_with({}, tmp_path / "p", monkeypatch)
    (tmp_path / "p" / "manifest.json").write_text("{")
    with pytest.raises(Refused, match=r"cannot be read.*tremplin calibrate"):
        source("posterior", [], 1)
