"""What a page says of schemes and cases of one's own, of which nothing was published."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from experiments.folder import Folder, manifest
from experiments.lang import using
from experiments.parameters import source
from experiments.plan import Experiment
from experiments.plan import Group as Asked
from experiments.report.basins import by_basin
from experiments.report.costs import costs
from experiments.report.figures import styles
from experiments.report.grounds import what_would_change
from experiments.report.headline import first_section
from experiments.report.help import NEEDS, beside_jobs
from experiments.report.jobs import side_by_side
from experiments.report.reading import Group, Run, read
from experiments.report.support import PEOPLE
from experiments.report.words import called
from experiments.restore import restored
from experiments.typical.lines import scheme_of
from scenarios.files import ConstantsFile
from scenarios.load import NONE, PUBLISHED, Case, load_case
from sim.outcomes import OUTCOMES
from sim.world import World
from tests.report_folders import folder
from tests.small import spec

TITLES = {"alize": "Alizé: large firms lend their people", "cheque": "Advice vouchers: a scheme of ours"}
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Alizé and a scheme that is not shipped, whose file gives one behavioural number."""
    path = folder(tmp_path_factory.mktemp("own") / "f", "compare", 8, policies=("capped",), mixed=("cheque",))
    return told(read(path), {"cheque": {"referral": 0.2, "days": 7.0}}, titles=TITLES)


def told(run: Run, rules: Mapping[str, Mapping[str, float]], **words: Mapping[str, str]) -> Run:
    """The run with other rules of these schemes."""

    def other(group: Group) -> Group:
        schemes = [s | {"rules": rules.get(s["name"], s["rules"])} for s in group.spec["schemes"]]
        return replace(group, spec={**group.spec, "schemes": schemes}, **words)

    return replace(run, groups=tuple(map(other, run.groups)))


def words(section) -> str:
    return " ".join(str(block) for block in section.blocks)


def dated(run: Run, *years: int) -> Run:
    """The run with a case for each of these price years."""
    (of,) = run.groups
    found = [replace(of, spec={**of.spec, "constants": {"price_year": year}}) for year in years]
    return replace(run, groups=tuple(found))


def test_numbers_of_a_scheme_of_ones_own_passed_for_known_ones(run: Run) -> None:
    said = words(what_would_change(run))
    assert "behavioural numbers of Advice vouchers: its file fixes 1 of them, all others keep" in said
    said = words(first_section(run))
    assert "How people respond to Advice vouchers is fixed, by file or by default" in said
    with using("fr"):
        assert "Pour Advice vouchers, la façon dont on y répond est fixée" in words(first_section(run))


def test_of_shipped_schemes_alone_nothing_of_the_kind_is_said(tmp_path: Path) -> None:
    alone = read(folder(tmp_path / "f", "compare", 8, policies=("capped",)))
    assert "its file fixes" not in words(what_would_change(alone))
    assert "How people respond to" not in words(first_section(alone))


def test_a_scheme_of_ones_own_was_called_by_the_name_of_its_file(run: Run) -> None:
    change = {"scheme": "cheque", "lever": "followup_months", "value": 9.0, "from_month": 0,
              "ramp_months": 0, "basins": []}  # fmt: skip
    (group,) = run.groups
    run = replace(run, groups=(replace(group, changes={**group.changes, "capped": [change]}),))
    assert "(Advice vouchers)." in words(side_by_side(run, styles(run.policies)))


@pytest.mark.parametrize(
    ("scheme", "titles", "name"),
    [
        ("cheque", TITLES, "Advice vouchers"),
        ("alize", {"alize": "Another title"}, "Alizé"),
        ("my-own_one", {}, "my own one"),
        ("copy", {"copy": "Plan PME: collective actions"}, "copy"),
        ("long", {"long": "A scheme that does not make itself known"}, "long"),
        ("a", {"a": "Vouchers", "b": "Vouchers: dearer"}, "a"),
    ],
)
def test_what_schemes_are_called(scheme: str, titles: Mapping[str, str], name: str) -> None:
    assert called(scheme, titles) == name


def test_histories_call_a_scheme_by_its_title() -> None:
    case = load_case("alize-1997-2007")
    world = World(spec(months=1, name="vouchers"), {}, 1)
    own = replace(case, spec=world.spec, schemes=(replace(case.schemes[0], title="Vouchers: of ours"),))
    assert scheme_of(own, world, 0) == "Vouchers"


def test_titles_stand_in_the_folder_and_decide_no_world(tmp_path: Path) -> None:
    case = load_case("alize-1997-2007")
    made, other = (asked(replace(case, schemes=schemes)) for schemes in (case.schemes, ()))
    assert made.hash() == other.hash()
    kept = Folder(tmp_path / "o")
    kept.prepare(made)
    kept.write_manifest(manifest(made, 3, 1, {}, {}, {}))
    kept.write_parameters(made, 3)
    assert restored(kept).experiment.groups[0].case.titles == case.titles == {"alize": case.schemes[0].title}


def asked(case: Case) -> Experiment:
    arms = {NONE: case.spec.without_schemes(), PUBLISHED: case.spec}
    return Experiment(
        "run", "o", "", PUBLISHED, (Asked("all", case, arms),), 1, source("default", ["alize"], 1)
    )


def test_euros_of_a_case_without_price_year_passed_for_those_of_2007(run: Run) -> None:
    def said(*years: int) -> str:
        return words(costs(dated(run, *years), styles(run.policies)))

    assert "No price year is given: euros are those of the files" in said(0)
    assert "2007" not in said(0)
    assert "Euros are those of 2007, neither" in said(2007)
    assert "no price year" not in said(2007)
    assert "Euros are those of 2007 and 2024, neither" in said(2007, 2024)
    assert "Where a case gives no price year, they are those of its files" in said(0, 2024)


@pytest.mark.parametrize(
    "name",
    ["alize-1997-2007", "alize-10-sites", "alize-closures", "alize-foretold", "alize-funds", "alize-region",
     "alize-transfer-france"],
)  # fmt: skip
def test_cases_of_alize_give_their_price_year(name: str) -> None:
    assert load_case(name).spec.constants.price_year == 2007


def test_the_readme_names_every_constant() -> None:
    text = (ROOT / "scenarios" / "README.md").read_text("utf-8")
    assert all(f"- `{name}`: " in text for name in ConstantsFile.model_fields)


def test_files_that_found_nobody_passed_for_accepted_ones() -> None:
    labels = {label for table in (PEOPLE, NEEDS) for name, _, label in table if name == "files_unserved"}
    (definition,) = labels
    assert f"{definition}." == OUTCOMES["files_unserved"].definition.lower()


def test_the_share_of_fragile_basins_was_a_median_unsaid(run: Run) -> None:
    assert "of net jobs fall in the most fragile third of basins: the median of worlds" in words(
        by_basin(run)
    )


def test_gains_that_do_not_fade_stood_under_the_words_that_they_do(run: Run) -> None:
    section = beside_jobs(run)
    assert section is not None
    assert "The table holds all gains" in words(section)
