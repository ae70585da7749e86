"""Words of pages that did not parse, or were not true."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from experiments.lang import HERE, plural, say, told, using
from experiments.plan import Estimate
from experiments.report import grounds
from experiments.report.blocks import Items, Table
from experiments.report.changed import setting
from experiments.report.costs import costs
from experiments.report.figures import styles
from experiments.report.grounds import how_computed, what_would_change
from experiments.report.headline import first_section
from experiments.report.help import COHORTS, RESEARCH, _table, beside_jobs
from experiments.report.jobs import side_by_side
from experiments.report.page import by_word, render, unbroken
from experiments.report.reading import Group, Run, read, spread
from experiments.report.standing import openings
from experiments.report.support import _message, members_over_time, over_time
from experiments.report.words import cell, extremes, number, typeset
from experiments.typical import stories
from scenarios.load import load_case
from sim.economy import sectors
from sim.parameters import FIELDS
from sim.state import CAUSES, UNBORN, D
from tests.report_folders import folder

THIN = "\N{NARROW NO-BREAK SPACE}"
COHORT, POLE, MARKET = (
    float(FIELDS["format"].choices.index(name)) for name in ("cohort", "pole", "market")
)  # fmt: skip


def change(scheme: str, value: float, basins: Sequence[str] = (), lever: str = "opening_places", month=0):
    return {
        "scheme": scheme, "lever": lever, "value": value, "from_month": month, "ramp_months": 0,
        "basins": list(basins),
    }  # fmt: skip


def group(changes: dict[str, list], live: dict[str, list] | None = None) -> Group:
    """Three basins in each of which two schemes would open, none of them unless a policy lets it."""
    places = [["b0", 0], ["b1", 0], ["b2", 0]]
    schemes = [{"name": name, "rules": {"opening_places": 0, "format": form}, "opens": places}
               for name, form in (("boost_innov", COHORT), ("pole", POLE))]  # fmt: skip
    return Group("g", "G", "", {"schemes": schemes}, changes, live or {}, frozenset())


def comparison(path: Path, alter: Any = None, policies: Sequence[str] = ("capped",)) -> Run:
    return read(folder(path, "compare", 8, policies=policies, change=alter))


def changed(run: Run, changes: dict[str, list]) -> Run:
    """The run with other changes of its policies."""
    (of,) = run.groups
    return replace(run, groups=(replace(of, changes={**of.changes, **changes}),))


def words(section: Any) -> str:
    return " ".join(str(block) for block in section.blocks)


def test_histories_stood_in_pages_with_the_signs_of_a_terminal() -> None:
    assert typeset("-0.02 jobs (of which -1.2), 51% of firms") == (
        "\N{MINUS SIGN}0.02 jobs (of which \N{MINUS SIGN}1.2), 51\N{NO-BREAK SPACE}% of firms"
    )
    for left in ("uid 12-34", "no-renewal", "8\N{NARROW NO-BREAK SPACE}%", "a 90-day year"):
        assert typeset(left) == left


def test_a_large_setting_had_an_exponent() -> None:
    assert setting(FIELDS["sme_call_euros"], 1e7) == "10,000,000 euros per call"
    with using("fr"):
        assert setting(FIELDS["sme_call_euros"], 1e7) == f"10{THIN}000{THIN}000 euros par appel"


@pytest.mark.parametrize(
    ("lever", "value", "english", "french"),
    [
        ("coordinators", 0.6, "0.6 posts", "0,6 poste"),
        ("coordinators", 1.0, "1 post", "1 poste"),
        ("agreements", 1.0, "1 agreement", "1 convention"),
        ("followup_months", 0.0, "0 months", "0 mois"),
        ("paid_days_per_year", 0.0, "0 days per year", "0 jour par an"),
        ("opening_pace", 1.0, "1 local scheme per year", "1 dispositif local par an"),
    ],
)
def test_units_of_settings_did_not_agree_with_their_number(lever, value, english, french) -> None:
    assert setting(FIELDS[lever], value) == english
    with using("fr"):
        assert setting(FIELDS[lever], value) == french


def test_every_unit_of_a_lever_agrees_with_its_number() -> None:
    """In English one is singular, so a unit in the plural behind it has been forgotten."""
    for lever in FIELDS.values():
        if lever.role == "lever" and lever.low <= 1 <= lever.high:
            assert not re.match(r"1 \w+s\b", setting(lever, 1.0)), lever.name


def test_switches_were_told_as_one_instead_of_nought() -> None:
    assert [setting(FIELDS["pooling"], value) for value in (1.0, 0.0)] == ["yes", "no"]
    with using("fr"):
        assert [setting(FIELDS["pooling"], value) for value in (1.0, 0.0)] == ["oui", "non"]


def test_what_policies_let_open() -> None:
    changes = {
        "nothing": [],
        "two": [change("pole", 999, ["b0", "b2"])],
        "one-after-another": [change("pole", 2)],
        "both": [change("pole", 999, ["b1"]), change("boost_innov", 999)],
        "one-alone": [change("pole", 999), change("boost_innov", 999)],
        "late": [change("pole", 999, month=24), change("pole", 0, month=60)],
    }
    of = group(changes, {"one-alone": ["boost_innov"]})
    assert {policy: openings(of, policy) for policy in changes} == {
        "nothing": 0, "two": 2, "one-after-another": 2, "both": 4, "one-alone": 3, "late": 3,
    }  # fmt: skip
    assert (openings(of, "both", "cohort"), openings(of, "both", "pole")) == (3, 1)


def test_schemes_alive_were_of_all_that_a_case_could_open(tmp_path: Path) -> None:
    alike = comparison(tmp_path / "f")
    assert "whether or not they help), of 3: 2 whatever the policy" in words(first_section(alike))
    run = changed(alike, {"capped": [change("alize", 999, ["b0", "b1"]), change("alize", 0, ["b2"])]})
    said = words(first_section(run))
    assert "help), of 2 to 3 that may open: 2 whatever the policy." in said
    table = words(side_by_side(run, styles(run.policies)))
    assert all(text in table for text in ("'2, of 2'", "'2, of 3'", "'schemes alive'"))
    assert " of 3" not in words(over_time(run, styles(run.policies)))


def test_schemes_that_had_ended_their_help_were_the_most_alive(tmp_path: Path) -> None:
    """They keep their partners, whom nobody asks for anything."""
    said = str(first_section(read(folder(tmp_path, "compare", 4, policies=("ended",)))).blocks)
    assert re.search(r"alive after 5 years \(with enough partners, whether or not they help\), of \d", said)


def test_local_schemes_were_rounded_otherwise_than_in_the_terminal() -> None:
    assert [number(n, "local schemes") for n in (11.7, 7.25, 12.0, 0.04)] == ["11.7", "7.2", "12", "0"]


def test_suppliers_outside_were_told_of_a_policy_without_contracts(tmp_path: Path) -> None:
    def contracts(rows: list) -> None:
        for row in rows:
            if row["policy"] != "none":
                best = row["policy"] == "capped"
                row.update(jobs_net=90.0 if best else 50.0, jobs_net_world=90.0 if best else 40.0)
                row["jobs_outside"] = 0.0 if best else 10.0

    run = comparison(tmp_path / "f", contracts)
    assert "Suppliers outside" not in words(first_section(run))


def test_rows_of_research_and_cohorts_spoke_of_policies_without_any(tmp_path: Path) -> None:
    run = comparison(tmp_path / "f")
    (of,) = run.groups
    (scheme,) = of.spec["schemes"]
    cohorts = {**scheme, "rules": {**scheme["rules"], "format": COHORT}}
    of = replace(of, spec={**of.spec, "schemes": [cohorts]})
    of = replace(of, changes={**of.changes, "capped": [change("alize", 0)]})
    rows = {row[0]: row[1:] for row in _table(run, of, "Cohorts and plans", COHORTS, "cohort").rows}
    assert set(rows["capped"]) == {"–"}
    assert "–" not in rows["published"]
    for row in _table(run, of, "Members and their research", RESEARCH, "pole").rows:
        assert set(row[1:]) == {"–"}


def test_a_scheme_that_gave_nothing_was_left_out_as_if_it_were_not_there(tmp_path: Path) -> None:
    run = comparison(tmp_path / "f", lambda rows: [row.update(cohorts=0.0, rd_projects=0.0) for row in rows])
    (of,) = run.groups
    (scheme,) = of.spec["schemes"]
    cohorts = {**scheme, "rules": {**scheme["rules"], "format": COHORT}}
    run = replace(run, groups=(replace(of, spec={**of.spec, "schemes": [cohorts]}),))
    told = {
        block.caption.split(":")[0]: block for block in beside_jobs(run).blocks if hasattr(block, "caption")
    }
    assert "Cohorts" in str(told["Cohorts and plans"])
    assert "Members and their research" not in told


def test_basins_were_told_by_their_id(tmp_path: Path) -> None:
    run = comparison(tmp_path / "f")
    run = changed(run, {"capped": [change("alize", 2, ["b0", "b1"], "recruiting_effort")]})
    assert ", in Drôme & <Valence> and Basin 1." in words(side_by_side(run, styles(run.policies)))
    run = changed(run, {"capped": [change("alize", 2, ["b0"], "recruiting_effort")]})
    with using("fr"):
        assert ", dans la zone Drôme & <Valence>." in words(side_by_side(run, styles(run.policies)))


def test_the_range_of_a_difference_was_called_that_of_a_policy(tmp_path: Path) -> None:
    run = comparison(tmp_path / "f")
    said = words(side_by_side(run, styles(run.policies)))
    assert "the range of the difference from published that holds 9 times out of 10" in said


def test_a_policy_had_a_capital_in_mid_sentence(tmp_path: Path) -> None:
    run = comparison(tmp_path / "f")
    with using("fr"):
        said = words(side_by_side(run, styles(run.policies)))
    assert "Le plus d’emplois nets\\xa0: missions plafonnées" in said
    several = read(folder(tmp_path / "g", "compare", 8, ("here", "there"), ("capped",)))
    (items,) = [block for block in first_section(several).blocks if isinstance(block, Items) and block.terms]
    assert all(text[0].islower() for text in items.items)


def test_one_net_job_of_a_hundred_was_plural() -> None:
    one, many = (f"Of 100 jobs reported, {{net}} {be} net; {{anyway}} would have come anyway"
                 for be in ("is", "are"))  # fmt: skip
    with using("fr"):
        assert "1 emploi net\N{NARROW NO-BREAK SPACE};" in plural(one, many, 1, net=1, anyway=90)


def test_assumptions_were_cut_behind_their_subject(tmp_path: Path) -> None:
    for language in ("en", "fr"):
        with using(language):
            blocks = what_would_change(comparison(tmp_path / language)).blocks
        assert not any(block.terms for block in blocks if isinstance(block, Items))
    assert all(re.fullmatch(r"[A-Z].*\.", text) for text in grounds.ASSUMPTIONS)


def test_drawn_numbers_came_from_posterior(tmp_path: Path) -> None:
    run = read(folder(tmp_path / "f", parameters="posterior"))
    assert "taken from the sample that was fitted to published figures" in words(what_would_change(run))
    with using("fr"):
        assert "ils viennent de l’échantillon ajusté" in words(what_would_change(run))


def test_a_policy_gave_jobs_as_if_it_were_a_person(tmp_path: Path) -> None:
    run = read(folder(tmp_path / "f", "compare", 8, ("here", "there"), ("paid-days",)))
    for language, start in (("en", "with "), ("fr", "avec ")):
        with using(language):
            (items,) = [b for b in first_section(run).blocks if isinstance(b, Items) and b.terms]
        assert all(text.startswith(start) for text in items.items)


@pytest.mark.parametrize(
    ("parameters", "english", "french"),
    [
        ("posterior", "fitted sample (posterior)", "échantillon ajusté (posterior)"),
        ("default", "their defaults (default)", "leurs valeurs par défaut (default)"),
        ("prior", "drawn within their bounds (prior)", "tirés entre leurs bornes (prior)"),
    ],
)
def test_the_page_gave_a_word_of_the_command_for_where_numbers_come_from(
    parameters: str, english: str, french: str, tmp_path: Path
) -> None:
    run = read(folder(tmp_path / "f", parameters=parameters))
    for language, said in (("en", english), ("fr", french)):
        with using(language):
            (table,) = [b for b in how_computed(run).blocks if isinstance(b, Table) and not b.folded]
            assert [say("Behavioural numbers"), said] in table.rows


def test_euros_of_turnover_were_said_to_be_of_the_price_year_of_the_case(tmp_path: Path) -> None:
    assert "in euros of 2015" in str(sectors.Sector.__doc__)
    run = comparison(tmp_path / "f")
    said = words(costs(run, styles(run.policies)))
    assert "Turnover is in euros of 2015, whatever the case." in said
    with using("fr"):
        said = words(costs(run, styles(run.policies)))
    assert "Le chiffre d’affaires est en euros de 2015" in said


def test_french_gave_defaults_as_chosen_values_and_files_as_lacking_a_room() -> None:
    with using("fr"):
        assert told("default") == "valeur par défaut"
        said = told("Files that found no volunteer, seat, group or room in time.")
    assert said.endswith("sans volontaire, sans place, sans groupe ou sans capacité d’accueil à temps.")
    catalogue = (HERE / "fr.po").read_text("utf-8")
    assert "valeur retenue" not in catalogue
    assert "d’un site croît" not in catalogue


def test_one_shard_was_plural() -> None:
    assert str(Estimate(20, 2.5, 0.0123, 1)).endswith("in 1 shard")
    with using("fr"):
        assert str(Estimate(20, 2.5, 0.0123, 1)).endswith("en 1 fragment")


def test_losses_too_small_to_be_read_made_losers_of_firms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of five firms that no scheme helped, one loses half a job, one less than is read, one as much as it
    gains elsewhere."""
    delta = np.zeros((len(CAUSES), 6))
    delta[D] = (-0.5, -0.004, -0.01, 0.0, 0.0, -3.0)
    delta[D - 1 if D else 1, 2] = 0.008
    smes = SimpleNamespace(status=np.full(6, UNBORN + 1))
    treated = SimpleNamespace(tables=SimpleNamespace(smes=smes, uid=np.arange(6)))
    pair: Any = SimpleNamespace(delta=lambda: delta, treated=treated)
    monkeypatch.setattr(stories, "_story", lambda case, pair, kind, share, at: (kind, share, at))
    case = load_case("alize-1997-2007")
    assert list(stories._competitor(case, pair, np.array([5]))) == [("beside", 0.2, 0)]


def test_numbered_regions_were_english_in_french() -> None:
    with using("fr"):
        regions = [told(basin.region) for basin in load_case("alize-3-sites").territory.basins]
    assert {name.split()[0] for name in regions} == {"Région"}


def test_a_policy_that_changes_nothing_was_told_as_one_instead_of_one(tmp_path: Path) -> None:
    run = comparison(tmp_path / "f")

    def told(*values: tuple[float, int]) -> str:
        changes = [change("alize", value, lever="recruiting_effort", month=month) for value, month in values]
        return words(side_by_side(changed(run, {"capped": changes}), styles(run.policies)))

    assert "(0 is no renewal): 1, as in the case.'" in told((1, 6))  # in no month
    assert "(0 is no renewal): 0 instead of 1, from month 6.'" in told((0, 6))
    back = told((0, 6), (1, 24))
    assert "(0 is no renewal): 0 instead of 1, from month 6. " in back
    assert "(0 is no renewal): 1, as in the case, from month 24.'" in back
    with using("fr"):
        assert "\\xa0: 1, comme dans le cas.'" in told((1, 6))


def test_a_case_of_which_nothing_is_published_was_called_published_in_french(tmp_path: Path) -> None:
    run = comparison(tmp_path / "f")
    with using("fr"):
        said = words(first_section(run)) + words(side_by_side(run, styles(run.policies)))
    assert "le cas tel quel" in said
    assert "cas publié" not in said


def test_french_spoke_of_a_case_as_she(tmp_path: Path) -> None:
    run = comparison(tmp_path / "f")
    with using("fr"):
        said = words(first_section(run)) + words(side_by_side(run, styles(run.policies)))
    assert not re.search(r"\belle est la meilleure|\bà elle\b", said)
    assert "Mondes où rien d’autre n" in said


def test_members_became_fewer_below_words_that_they_all_join(tmp_path: Path) -> None:
    run = comparison(tmp_path / "f")
    (of,) = run.groups
    (scheme,) = of.spec["schemes"]
    market = {**scheme, "rules": {**scheme["rules"], "format": MARKET}}
    of = replace(of, spec={**of.spec, "schemes": [market]})
    of = replace(of, changes={**of.changes, "capped": [change("alize", 0)]})
    run = replace(run, groups=(of,))
    section = members_over_time(run, styles(run.policies), True)
    assert "where more leave than join, they become fewer" in words(section)
    assert "until few are left outside" not in words(section)
    rows = {row[0]: row[1] for row in section.blocks[-1].rows}
    assert rows["capped"] == "–"  # opens none
    assert rows["published"] == cell(run.spread(of.name, "published", "members_gave_up"))


def test_no_market_place_tells_of_no_member_that_gave_up(tmp_path: Path) -> None:
    def without(rows: list) -> None:
        for row in rows:
            row["needs_posted"] = 0.0

    run = comparison(tmp_path / "f", without)
    assert "market place" not in words(members_over_time(run, styles(run.policies), True))


def test_an_option_and_its_number_stay_on_one_line_and_other_text_is_escaped():
    said = unbroken("is 1 < 2? --replicates 2 would tell; a -- dash would not")
    assert said == ('is 1 &lt; 2? <span class="option">--replicates 2</span> would tell; a -- dash would not')


def test_a_command_broke_behind_the_hyphens_of_an_option() -> None:
    command = "tremplin run 'a <b>.yaml'  --out /scratch/mine\n--yes"
    kept = str(by_word(command))
    assert "<span>--out</span> <span>/scratch/mine</span>" in kept
    plain = re.sub("</?span>", "", kept).replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">")
    assert plain == command


def test_an_answer_and_its_figure_named_other_holders_of_the_same_number(tmp_path: Path) -> None:
    def alter(rows: list) -> None:
        alive = {"published": 2.0, "stops": 3.0, "later": 3.0, "closed": 0.0}
        for row in rows:
            row["schemes_alive"] = alive.get(row["policy"], 0.0)

    run = comparison(tmp_path / "f", alter, ("stops", "later", "closed"))
    alive = re.search(r"from 0 with closed to 3 with (\w+ and \w+)\.", words(first_section(run)))
    assert alive
    assert set(alive[1].split(" and ")) == {"stops", "later"}
    ends = {"stops": spread([3.0]), "later": spread([3.0]), "closed": spread([0.0])}
    title = _message(run, run.groups[0], "schemes_alive", "Local schemes alive", ends)
    assert title == "Local schemes alive: from 0 (closed) to 3 (stops and later) of 3 at the end"


def test_numbers_that_read_alike_have_the_same_rank() -> None:
    values = {"a": 3.71, "b": 3.69, "c": 1.0, "d": 1.04}
    assert extremes(values, "local schemes") == (["c", "d"], ["a", "b"])
    assert extremes({"a": 1.0}) == (["a"], ["a"])


def test_one_world_was_told_with_intervals(tmp_path: Path) -> None:
    names = ("capped", "pooled", "later", "stops", "lean")
    one = render(read(folder(tmp_path / "one", "compare", 1, policies=names, parameters="prior")))
    for text in ("90\N{NO-BREAK SPACE}% of worlds", "90 % of worlds", "in brackets", "luck and ignorance",
                 "5 to 95 %"):  # fmt: skip
        assert text not in one
    assert "one possible history, without an interval." in one
    several = render(read(folder(tmp_path / "two", "compare", 2, policies=names, parameters="prior")))
    for text in ("90 % of worlds", "in brackets", "luck and ignorance", "5 to 95 %"):
        assert text in several
