"""What is shipped loads, quickly, without the compiler, and says what it should."""

import csv
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from scenarios.files import ConstantsFile
from scenarios.load import (
    KINDS,
    ScenarioError,
    available,
    load_any,
    load_case,
    load_policies,
    load_scheme,
    load_territory,
    schema,
)
from sim.parameters import FIELDS, LEVERS
from sim.spec import Constants, WorldSpec
from tests.yardstick import beside, sums

ROOT = Path(__file__).parents[2]
LOADERS = {
    "cases": load_case, "policies": load_policies, "schemes": load_scheme, "territories": load_territory,
}  # fmt: skip
SHIPPED = [(kind, name) for kind in KINDS for name in available(kind)]


def test_something_of_each_kind_is_shipped():
    assert {kind for kind, _ in SHIPPED} == set(KINDS) == set(LOADERS)
    with pytest.raises(ValueError, match="none of: cases"):
        available("worlds")


@pytest.mark.parametrize(("kind", "name"), SHIPPED)
def test_every_shipped_file_loads_by_name_and_by_path(kind, name):
    found = LOADERS[kind](name)
    (path,) = (ROOT / "scenarios" / kind).glob(f"{name}.[cy]*")
    assert LOADERS[kind](path) == found
    assert load_any(str(path)) == found


def test_loading_all_is_quick():
    def load() -> None:
        for kind, name in SHIPPED:
            LOADERS[kind](name)

    ratio = beside(load, sums) / len(SHIPPED)
    assert ratio < 4


def test_loading_does_not_import_the_compiler():
    code = (
        "import sys; from scenarios.load import load_policies, load_with_notes; "
        "load_policies('alize-renewal'); load_with_notes('plan-pme-diagnosis'); "
        "print([name for name in ('numba', 'mesa', 'scipy', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("kind", ["cases", "policies", "schemes"])
def test_cited_figures_exist(kind):
    with (ROOT / "calibration" / "facts.csv").open(encoding="utf-8", newline="") as file:
        known = {line["id"] for line in csv.DictReader(file)}
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "scenarios" / kind).glob("*.yaml")]
    cited = {found for text in texts for found in re.findall(r"\b(?:S[0-4]|[A-Z]{3})-[0-9]{2}\b", text)}
    assert cited <= known


def test_alize_from_1998_to_2007():
    case = load_case("alize-1997-2007")
    assert len(case.territory.basins) == 20
    assert sum(basin.smes for basin in case.territory.basins) >= 40_000
    (alize,) = case.spec.schemes
    months = dict(alize.opens)
    assert len(months) == 20
    assert sum(month < 72 for month in months.values()) == 16  # by the end of 2003
    assert (months["loire-atlantique"], months["ales"]) == (0, 89)
    assert (case.spec.start_year, case.spec.start_month, case.spec.horizon_months) == (1998, 1, 120)
    assert case.spec.constants == Constants(price_year=2007)
    assert "S1-04" in case.facts
    assert set(case.notes) == set(months)


def test_rules_of_alize():
    (alize,) = load_case("alize-3-sites").spec.schemes
    expected = {
        "format": 0, "committee_period_months": 4, "days": 4, "path_months": 6, "months_needed": 8,
        "jobs_min": 3, "age_min_months": 36, "advance_euros": 12_000, "fund_euros": 150_000,
        "partners_min": 2, "revitalisation_share": 0.14, "state_endowment_euros": 100_000, "selection": 0,
    }  # fmt: skip
    assert {name: alize.rules[name] for name in expected} == expected
    assert {FIELDS[name].role for name in alize.rules} == {"rule", "lever"}
    assert {type(value) for value in alize.rules.values()} == {float}


def test_the_question_of_renewal():
    study = load_policies("alize-renewal")
    first = (
        (ROOT / "scenarios" / "policies" / "alize-renewal.yaml").read_text(encoding="utf-8").split("\n")[0]
    )
    assert first == f"question: {study.question}"
    assert [case.name for case in study.bases] == ["alize-3-sites", "alize-5-sites", "alize-10-sites"]
    assert study.arms == (
        "none", "published", "no-renewal", "twice-renewed", "capped", "capped-at-four",
        "no-renewal-and-capped", "paid-days", "pooled", "no-renewal-and-pooled",
    )  # fmt: skip
    for case in study.bases:
        assert {basin.founders for basin in case.territory.basins} == {int(case.name.split("-")[1])}
        specs = {arm: study.spec(case, arm) for arm in study.arms}
        assert len({spec.hash() for spec in specs.values()}) == len(study.arms)
        assert all(isinstance(spec, WorldSpec) for spec in specs.values())
        changed = {change.lever: change.value for change in specs["no-renewal-and-capped"].changes}
        assert changed == {"recruiting_effort": 0.0, "missions_per_site_year": 2.0}


def test_the_json_schema_knows_every_key_and_bound():
    found = schema()
    definitions = found["$defs"]
    assert {entry["$ref"].split("/")[-1] for entry in found["anyOf"]} <= set(definitions)
    rules, behaviours = (set(definitions[name]["properties"]) for name in ("Rules", "Behaviours"))
    assert rules | behaviours == set(FIELDS)
    assert rules & behaviours == set()
    assert definitions["Rules"]["properties"]["days"]["maximum"] == FIELDS["days"].high
    (policy,) = definitions["PolicyFile"]["properties"]["policies"]["patternProperties"].values()
    patterns = {pattern.split(".")[-1].rstrip("$") for pattern in policy["patternProperties"]}
    assert patterns == set(LEVERS)
    for name in patterns:
        assert any(re.match(pattern, f"alize.{name}") for pattern in policy["patternProperties"])


def test_constants_of_files_are_those_of_worlds():
    assert list(ConstantsFile.model_fields) == [constant.name for constant in fields(Constants)]
    assert Constants(**ConstantsFile().model_dump()) == Constants()


@pytest.mark.parametrize("name", ["alize-closures", "alize-closures-few-pay", "alize-transfer-france"])
def test_the_duty_of_closures_is_counted_in_the_euros_of_the_price_year(name):
    constants = load_case(name).spec.constants
    assert (constants.price_year, constants.minimum_wage_euros) == (2007, 1280)


PAGE = (ROOT / "scenarios" / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES)
def test_examples_of_the_readme_load(text, tmp_path):
    named = [(found[1], example) for example in EXAMPLES if (found := re.match(r"# (\S+\.yaml)\n", example))]
    table = re.search(r"`(\S+\.csv)`:\n\n```csv\n(.*?)```", PAGE, re.DOTALL)
    for name, content in (*named, table.groups(), ("example.yaml", text)):
        (tmp_path / name).write_text(content, encoding="utf-8")
    load_any(tmp_path / "example.yaml")


def test_an_error_crosses_processes():
    import pickle

    with pytest.raises(ScenarioError) as caught:
        load_case("nothing-like-it")
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)
