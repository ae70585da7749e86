"""Plausible mistakes in a policy file are refused with what to write instead."""

from pathlib import Path

import pytest

from scenarios.load import ScenarioError, load_case, load_policies


@pytest.mark.parametrize("name", ["None", "Published", "NA", "nan", "null"])
def test_a_name_that_tables_or_texts_would_take_for_another_is_refused(name: str, tmp_path: Path) -> None:
    """`None` stood in tables as a missing value, `Published` in sentences beside the arm `published`."""
    file = tmp_path / "q.yaml"
    file.write_text(f"base: alize-3-sites\npolicies:\n  '{name}': {{alize.days: 5}}\n", "utf-8")
    with pytest.raises(ScenarioError, match=r"this name|readers of tables"):
        load_policies(file)


def test_a_lever_without_its_scheme_is_suggested_where_it_acts(tmp_path: Path) -> None:
    """The first scheme of the case was suggested, and then refused."""
    file = tmp_path / "q.yaml"
    file.write_text("base: region-five-schemes\npolicies:\n  p: {seats_directors: 8}\n", "utf-8")
    with pytest.raises(ScenarioError, match=r"did you mean boost_innov\.seats_directors\?"):
        load_policies(file)


def test_a_basin_by_its_name_is_told_how_it_is_written(tmp_path: Path) -> None:
    basin = load_case("alize-3-sites").spec.territory.basins[0]
    file = tmp_path / "q.yaml"
    change = f"{{value: 5, where: '{basin.name}'}}"
    file.write_text(f"base: alize-3-sites\npolicies:\n  p: {{alize.days: {change}}}\n", "utf-8")
    with pytest.raises(ScenarioError, match=rf"this is a basin; write \[{basin.id}\]"):
        load_policies(file)


@pytest.mark.parametrize("date", ["2025-03", "01/03/2025", "2025-03-01"])
def test_a_date_in_the_place_of_a_month_is_told_how_months_count(date: str, tmp_path: Path) -> None:
    file = tmp_path / "q.yaml"
    line = f"p: {{alize.days: {{value: 5, from_month: '{date}'}}}}"
    file.write_text(f"base: alize-3-sites\npolicies:\n  {line}\n", "utf-8")
    with pytest.raises(ScenarioError, match=rf"months count from the start of the case.*got '{date}'"):
        load_policies(file)
