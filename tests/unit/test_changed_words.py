"""What a page says of what each policy changes."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from experiments.lang import told, using
from experiments.report.changed import changed, lever_in_words
from experiments.report.reading import Run, read
from sim.parameters import FIELDS
from tests.report_folders import folder

LEVER = "Effort to bring new large firms to the round table (0 is no renewal): 2 instead of 1"


def compared(path: Path, places: Sequence[Sequence[str] | None], names: Sequence[str] = ()) -> Run:
    """Two cases in which a policy changes a lever in these basins, or in none of them; the basins of the
    second case have other ``names``."""
    run = read(folder(path, "compare", 2, groups=("a", "b"), policies=("more",)))
    groups = []
    for group, ids in zip(run.groups, places):
        change = {"scheme": "alize", "lever": "recruiting_effort", "value": 2.0, "from_month": 0,
                  "ramp_months": 0, "basins": list(ids or ())}  # fmt: skip
        groups.append(replace(group, changes={**group.changes, "more": [change] if ids else []}))
    if names:
        groups[1] = replace(groups[1], spec=_renamed(groups[1].spec, names))
    return replace(run, groups=tuple(groups))


def _renamed(spec: Any, names: Sequence[str]) -> Any:
    basins = [{**basin, "name": name} for basin, name in zip(spec["territory"]["basins"], names)]
    return {**spec, "territory": {**spec["territory"], "basins": basins}}


def said(run: Run) -> str:
    """What is said of the policy."""
    return changed(run)[0][1]


def test_basins_of_the_first_case_were_named_for_all_cases(tmp_path: Path) -> None:
    names = ("Autun", "Le Creusot", "Mâcon, Tournus")
    run = compared(tmp_path / "f", (["b0", "b1"], ["b1", "b2"]), names)
    first, second = "Drôme & <Valence> and Basin 1 (Case a)", "Le Creusot; and Mâcon, Tournus (Case b)"
    assert said(run) == f"{LEVER}, in {first}, in {second}."


def test_a_change_in_basins_of_the_second_case_alone_was_not_told(tmp_path: Path) -> None:
    run = compared(tmp_path / "f", (None, ["b1"]))
    assert said(run) == f"{LEVER}, in Basin 1 (Case b)."


def test_what_basins_have_in_common_is_told_where_they_differ_by_case(tmp_path: Path) -> None:
    names = ("Autun", "Le Creusot", "Mâcon")
    assert said(compared(tmp_path / "same", (["b2"], ["b2"]))) == f"{LEVER}, in Basin 2."
    run = compared(tmp_path / "fragile", (["b2"], ["b2"]), names)
    assert said(run) == f"{LEVER}, in the most fragile third of the basins of each case."
    with using("fr"):
        assert said(run).endswith(", dans le tiers des zones le plus fragile de chaque cas.")
    run = compared(tmp_path / "region", (["b0", "b2"], ["b0", "b2"]), names)
    assert said(run) == f"{LEVER}, in the basins of the region R0."


def test_a_lever_was_told_with_two_sentences_and_a_name_of_the_code() -> None:
    for lever in FIELDS.values():
        if lever.role == "lever":
            words = lever_in_words(lever.doc)
            assert ". " not in words, lever.name
            assert "`" not in words, lever.name
            with using("fr"):
                assert ". " not in lever_in_words(lever.doc), told(lever.doc)
    assert lever_in_words(FIELDS["seats_per_year"].doc) == (
        "Seats in actions, in all basins together, shared by seven themes"
    )
