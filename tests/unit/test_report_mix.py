"""The section of the report on what each scheme brings."""

from types import SimpleNamespace

from experiments.lang import using
from experiments.report.mix import _said
from experiments.report.reading import read
from experiments.shown import mix_table
from tests.report_folders import folder
from tests.unit.test_report import page


def crowded(rows):
    """Each of three schemes brings 10 jobs, less 2 for each other one that it meets; a mix fails once."""
    for row in rows:
        live = {"none": 0, "published": 3, "capped": 3}.get(row["policy"], row["policy"].count("+") + 1)
        if live:
            row["jobs_net"] = 10.0 * live - live * (live - 1) + 0.1 * row["draw"]
            row["volunteer_days"] = 9.0 - 5.0 * ("plan_pme" in row["policy"])  # a third scheme asks for less
        if (row["group"], row["policy"], row["draw"]) == ("few", "pole", 0):
            row["status"] = "failed"


def test_what_each_scheme_brings(tmp_path):
    path = folder(
        tmp_path / "f", "compare", 9, ("few", "many"), ("capped",), crowded, mixed=("pole", "plan_pme")
    )
    _, found = page(path)
    assert found.wrong == []
    section = found.text.split("4. What each scheme brings")[1].split("5. From reported")[0]
    for said in (
        "Case few: all together bring 24 net jobs", "alone adds up to 31", "they crowd each other",
        "Alizé 8, Plan PME 8 and pôle 8", "what would be lost if only this scheme stopped",
        "below zero is no receipt",
    ):  # fmt: skip
        assert said in section
    assert "fair shares are" in found.text.split("2. The policies")[0]
    assert "Several schemes live here" in found.text
    assert "do the same work twice" in found.text
    assert "promised in files" in section
    assert "Best of all in" not in section
    assert "pole+plan_pme" not in found.text
    few = [row for row in read(path).shares if row["group"] == "few"]
    assert {row["n"] for row in few} == {"8"}  # the draw in which a mix failed is left out
    assert float(next(r for r in few if (r["scheme"], r["what"]) == ("pole", "added_last"))["mean"]) == 6.0


def test_where_only_shares_are_asked_nothing_is_called_the_best(tmp_path):
    _, found = page(folder(tmp_path / "f", "compare", 9, change=crowded, mixed=("pole", "plan_pme")))
    assert "which nothing tried here beats" not in found.text
    assert "The policies side by side" not in found.text
    assert (
        "All schemes together: of 24 net jobs, the fair shares are: Alizé 8, Plan PME 8 and pôle 8"
        in found.text
    )
    assert "against published" not in found.text


def test_a_french_terminal_printed_names_of_files_for_schemes(tmp_path):
    path = folder(tmp_path / "f", "compare", 9, change=crowded, mixed=("pole", "plan_pme"))
    numbers = ("mean", "p05", "p95", "n")
    rows = [row | {name: float(row[name]) for name in numbers} for row in read(path).shares]
    group = SimpleNamespace(name="all", case=SimpleNamespace(titles={}))
    done = SimpleNamespace(shares=rows, experiment=SimpleNamespace(groups=[group]))
    with using("fr"):
        names = [cells[0] for cells, _ in mix_table(done, group).rows]
    assert names == ["Alizé", "Plan PME", "pôle", "tous"]


def test_mixes_none_of_which_ended_well(tmp_path):
    def fail(rows):
        for row in rows:
            if row["policy"] == "pole":
                row["status"] = "failed"

    _, found = page(folder(tmp_path / "f", "compare", 3, change=fail, mixed=("pole", "plan_pme")))
    assert "Where no draw ended well in every mix, nothing can be said" in found.text
    assert "fair shares are" not in found.text


def test_shares_of_nought_were_shared_out(tmp_path):
    """A bug: "Of 0 net jobs, the fair shares are: Alizé 0, Plan PME 0 and pôle 0"."""

    def nothing(rows):
        for row in rows:
            row["jobs_net"] = 0.001 if row["policy"] == "pole" else 0.0

    path = folder(tmp_path / "f", "compare", 9, change=nothing, mixed=("pole", "plan_pme"))
    _, found = page(path)
    assert (
        "All schemes together: the schemes bring no net job together, and none has a share in one."
        in found.text
    )
    assert "fair shares are" not in found.text

    def little(rows):
        for row in rows:
            row["jobs_net"] = 0.3 * ("pole" in row["policy"] or row["policy"] == "published")

    path = folder(tmp_path / "g", "compare", 9, change=little, mixed=("pole", "plan_pme"))
    _, found = page(path)
    assert "of 0.30 net jobs, the fair shares are: pôle 0.30, Alizé 0.00 and Plan PME 0.00" in found.text
    run = read(path)
    with using("fr"):
        assert "sur 0,30 emploi net, les parts équitables" in _said(run, run.groups[0])
