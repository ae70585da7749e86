"""What a file that is in order can still not do is noted where it stands, and never falsely."""

# ruff: noqa: E501 - a message stands on one line, as its reader sees it

import re
from dataclasses import replace
from pathlib import Path

import pytest

from scenarios.finding import SHIPPED
from scenarios.idle import IDLE
from scenarios.load import available, load_case, load_with_notes
from scenarios.problems import number_text
from scenarios.studies import can_move
from sim.parameters import FIELDS, LEVERS
from sim.spec import Change
from sim.world import World
from tests.noted import PUBLISHED, TERRITORY, case, notes, own_scheme, policy, write_noted


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_noted()


UNHEARD = (
    "no firm ever hears of mentors: `referral` and `outreach` are 0, and word of mouth starts with firms that it "
    "has helped; give one of the two under `behaviour:` of its file"
)


def test_a_scheme_of_ones_own_that_reaches_nobody_is_noted() -> None:
    assert own_scheme("{format: mission}") == [f"case.yaml:6:3: schemes.mentors: {UNHEARD}"]
    assert own_scheme("{format: mission}", "{word: 0.5}") == [f"case.yaml:6:3: schemes.mentors: {UNHEARD}"]
    assert policy("mentors.days: 12") == [f"base: in case, {UNHEARD}"]
    assert own_scheme("{format: mission}", "{referral: 0.1}") == []
    assert own_scheme("{format: cohort}", "{outreach: 0.01}") == []


def test_a_scheme_of_ones_own_that_nobody_joins_is_noted() -> None:
    assert own_scheme("{format: market}", "{referral: 0.3}") == [
        "case.yaml:6:3: schemes.mentors: no firm ever joins mentors: `joining` and `founder_distance` are 0; "
        "give `joining` under `behaviour:` of its file"
    ]
    assert own_scheme("{format: market}", "{joining: 0.3}") == []


def test_the_behaviour_that_the_page_shows_is_read_and_reaches_firms() -> None:
    page = (SHIPPED / "README.md").read_text("utf-8")
    (text,) = re.findall(r"```yaml\n(# mentors.yaml\n.*?)```", page, re.DOTALL)
    Path("own.yaml").write_text(text, "utf-8")
    case("mentors: {file: own.yaml, opens: 0}")
    assert notes("case.yaml") == []
    assert load_case("case.yaml").spec.schemes[0].rules["outreach"] > 0


def test_a_limit_to_openings_after_the_last_of_them_is_noted() -> None:
    case("alize: {opens: {a: 0, b: 12}}")
    late = "changes nothing in case: alize opens there by month {}, and what has opened stays open"
    (note,) = policy("alize.opening_places: {value: 0, from_month: 13}")
    assert note.startswith(f"policies.p.alize.opening_places: {late.format(12)}")
    (note,) = policy("alize.opening_places: {value: 0, from_month: 1, where: [a]}")
    assert note.startswith(f"policies.p.alize.opening_places: {late.format(0)}")
    (note,) = policy("alize.opening_pace: {value: 1, from_month: 13}")
    assert note.startswith(f"policies.p.alize.opening_pace: {late.format(12)}")


@pytest.mark.parametrize(
    "lines",
    [
        ("alize.opening_places: {value: 1, from_month: 12}",),
        ("alize.opening_places: {value: 1, from_month: 13}", "alize.opening_pace: 0.5"),
        ("boost_innov.opening_places: {value: 1, from_month: 13}", "boost_innov.quality_floor: 1"),
        ("alize.opening_pace: {value: 1, from_month: 13}", "alize.opening_places: 1"),
    ],
)
def test_a_limit_to_openings_that_may_still_be_put_off_is_not_noted(lines: tuple[str, ...]) -> None:
    case("{alize: {opens: {a: 0, b: 12}}, boost_innov: {opens: {a: 0, b: 12}}}")
    assert not [note for note in policy(*lines) if "stays open" in note]


@pytest.mark.parametrize("lever", ["fund_euros", "state_endowment_euros"])
def test_money_that_was_paid_in_when_places_opened_was_changed_later_without_a_word(lever: str) -> None:
    case("alize: {opens: {a: 0, b: 6}}")
    idle = f"policies.p.alize.{lever}: changes nothing in case: it is paid in when a place opens; all have opened by"
    (note,) = policy(f"alize.{lever}: {{value: 400000, from_month: 7}}")
    assert note == f"{idle} month 6"
    (note,) = policy(f"alize.{lever}: {{value: 400000, from_month: 1, where: [a]}}")
    assert note == f"{idle} month 0"
    assert policy(f"alize.{lever}: {{value: 400000, from_month: 6}}") == []
    assert policy(f"alize.{lever}: {{value: 400000, from_month: 7}}", "alize.opening_places: 1") == []


def test_a_ramp_of_money_paid_in_was_cut_by_the_last_opening_without_a_word() -> None:
    (note,) = policy("alize.fund_euros: {value: 400000, ramp_months: 24}")
    assert note == (
        "policies.p.alize.fund_euros: is paid in when a place opens, and the last one opens in month 0 of case: the "
        "ramp is then at step 1 of 24"
    )
    case("alize: {opens: {a: 0, b: 23}}")
    assert policy("alize.fund_euros: {value: 400000, ramp_months: 24}") == []


def test_a_scheme_that_no_policy_opens_was_silently_nothing() -> None:
    case("alize: {opens: {a: 0, b: 6}, rules: {opening_places: 0}}")
    assert notes("case.yaml") == []  # a policy may open it
    give = "give `alize.opening_places`, which is 0"
    idle = f"policies.p.alize.recognition: changes nothing in case: alize never opens there: {give}"
    assert policy("alize.recognition: 1") == [f"base: in case, alize opens under no policy: {give}", idle]
    opened = "alize.opening_places: {value: 1, where: [a]}"
    assert policy(opened, "alize.recognition: 1") == []
    assert policy(opened, "alize.recognition: {value: 1, where: [b]}") == [idle]


def test_a_scheme_that_a_policy_keeps_but_never_opens_was_silently_nothing() -> None:
    case("alize: {opens: {a: 0, b: 6}}")
    shut = "alize.opening_places: {value: 0, from_month: %s}"
    never = "policies.p.schemes: alize never opens there: give `alize.opening_places`, which is 0"
    assert policy("schemes: [alize]", shut % 0) == [never]
    assert policy("schemes: [alize]", shut % 1) == []
    assert len(policy(shut % 0, "alize.recognition: 1")) == 1


def test_an_opening_that_a_policy_allows_is_not_noted() -> None:
    case("alize: {opens: 0, rules: {opening_places: 0}}")
    assert policy("alize.opening_places: {value: 999, from_month: 24}") == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("screening: 0.5", "every director who applies is ready to commit"),
        ("recruiting_effort: {value: 1, from_month: 6}", "it has this value anyway"),
        ("coordination: 1", "no other scheme opens in its basins"),
        ("pooling: {value: 1, where: South}", "no two of these basins are of one region"),
        ("pooling: {value: 1, where: [a, c]}", "no two of these basins are of one region"),
        ("dominant_only: {value: 1, where: [a, c]}", "no sector dominates a basin there"),
        ("alumni_events: 1", "only directors of a cohort have ties, and events cost nothing"),
        (
            "firm_share: 0.5",
            "no days are bought (`paid_days_per_year` is 0), and applications do not hang on the price",
        ),
    ],
)
def test_a_lever_that_can_do_nothing_is_noted(line: str, reason: str) -> None:
    (note,) = policy(f"alize.{line}")
    lever = line.split(":")[0]
    assert note == f"policies.p.alize.{lever}: changes nothing in case: {reason}"


@pytest.mark.parametrize(
    "line", ["pooling: 1", "pooling: {value: 1, where: North}", "dominant_only: 1", "paid_days_per_year: 20"]
)
def test_a_lever_that_may_do_something_is_not_noted(line: str) -> None:
    assert policy(f"alize.{line}") == []


def test_a_lever_that_acts_with_another_of_its_policy_is_not_noted() -> None:
    assert policy("alize.firm_share: 0.5", "alize.paid_days_per_year: 20") == []
    assert policy("alize.agreements: 3", "alize.cash_months: 2") == []
    case("{alize: {opens: 0}, plan_pme: {opens: {a: 0}, rules: {seats_per_year: 60, region_euros: 60000}}}")
    assert policy("alize.coordination: 1", "plan_pme.coordination: 1") == []
    assert policy("alize.coordination: 1") == [
        "policies.p.alize.coordination: changes nothing in case: it takes two, and `coordination` of plan_pme is 0"
    ]
    assert policy("schemes: [alize]", "alize.coordination: 1") == [
        "policies.p.alize.coordination: changes nothing in case: no other scheme opens in its basins"
    ]


def test_events_of_a_scheme_without_cohorts_do_nothing_for_those_of_another() -> None:
    case("{alize: {opens: 0}, boost_innov: {opens: 0}}")
    assert policy("boost_innov.alumni_events: 1") == []
    assert policy("alize.alumni_events: 1") == [
        "policies.p.alize.alumni_events: changes nothing in case: only directors of a cohort have ties, and "
        "events cost nothing"
    ]


def test_a_lever_where_its_scheme_does_not_open_is_noted() -> None:
    case("alize: {opens: {a: 0}}")
    assert policy("alize.days: {value: 8, where: [b]}") == [
        "policies.p.alize.days: changes nothing in case: alize opens in none of these basins"
    ]


def test_a_lever_that_acts_in_one_of_several_cases_is_not_noted() -> None:
    Path("other.yaml").write_text("base: case.yaml\nschemes: {alize: {rules: {pooling: 1}}}\n", "utf-8")
    assert policy("alize.pooling: {value: 1, where: South}", base="[case.yaml, other.yaml]") == [
        "policies.p.alize.pooling: changes nothing in case, other: no two of these basins are of one region; "
        "it has this value anyway"
    ]
    Path("other.yaml").write_text("base: case.yaml\nschemes: {alize: {rules: {pooling: 1}}}\n", "utf-8")
    assert policy("alize.pooling: {value: 0, where: South}", base="[case.yaml, other.yaml]") == []


@pytest.mark.parametrize("kind", ["cases", "policies"])
def test_nothing_is_noted_of_shipped_files(kind: str) -> None:
    folder = SHIPPED / kind
    assert [note for name in available(kind) for note in notes(str(folder / f"{name}.yaml"))] == []


@pytest.mark.parametrize("scheme", PUBLISHED)
def test_levers_that_are_noted_are_among_those_that_move_nothing_when_tried(scheme: str) -> None:
    """``IDLE`` is held equal to what small worlds show; places are left out, which are others there."""
    (rules,) = (s.rules for s in load_case(PUBLISHED[scheme]).spec.schemes if s.name == scheme)
    lines = []
    for lever in LEVERS:
        field = FIELDS[lever]
        if can_move(lever, rules) and lever not in ("dominant_only", "pooling"):
            value = next(v for v in (field.high, field.low) if v != rules.get(lever, field.default))
            text = field.choices[int(value)] if field.choices else number_text(value)
            lines.append(f"  {lever}: {{{scheme}.{lever}: {text}}}\n")
    Path("q.yaml").write_text(f"base: {PUBLISHED[scheme]}\npolicies:\n{''.join(lines)}", "utf-8")
    noted = {
        note.path.split(".")[1] for note in load_with_notes("q.yaml")[1] if "changes nothing" in str(note)
    }
    assert noted <= IDLE[scheme]
    assert len(noted) >= 8


def test_help_that_is_longer_than_a_person_gives_in_a_year_is_noted() -> None:
    """It passed for a policy that helps nobody, without a word."""
    (note,) = policy("alize.days: 12.5")
    assert "no volunteer of alize takes on 12.5 days: a person gives at most 12 a year" in note
    assert policy("alize.days: 12") == []
    assert policy("alize.days: 15", "alize.paid_days_per_year: 40") == []


def test_longer_actions_are_noted_where_they_cost_no_more() -> None:
    rules = "schemes: {plan_pme: {rules: {priced_days: 0}}}"
    Path("flat.yaml").write_text(f"base: plan-pme-2011-2015\n{rules}\n", "utf-8")
    (note,) = policy("plan_pme.days: 26", base="flat.yaml")
    assert "costs `action_euros` whatever its days: longer ones cost no more, unless `priced_days`" in note
    assert policy("plan_pme.days: 14", base="plan-pme-2011-2015") == []


@pytest.mark.parametrize(
    ("line", "base", "acts"),
    [
        ("boost_innov.cohorts_per_year: 0.4", "boost-innov-lyon-2018-2025", "0.4 acts as 0"),
        ("boost_innov.followup_months: 5.5", "boost-innov-lyon-2018-2025", "5.5 acts as 6"),
        ("pole.agreements: 2.6", "poles-2005-2014", "2.6 acts as 3"),
        ("alize.missions_per_site_year: 2.5", "alize-3-sites", "2.5 acts as 3"),
    ],
)
def test_a_fraction_of_what_is_counted_is_told_what_it_acts_as(line: str, base: str, acts: str) -> None:
    """It was rounded down or up without a word."""
    (note,) = policy(line, base=base)
    assert note.endswith(f"is counted in whole numbers: {acts}")
    lever, value = line.split(": ")
    assert policy(f"{lever}: {round(float(value) + 1)}", base=base) == []
    scheme, name = lever.split(".")
    worlds = [
        World(
            replace(load_case(base).spec, horizon_months=24, changes=(Change(scheme, name, v, 0),)), {}, 3
        ).run()
        for v in (float(value), float(acts.split()[-1]))
    ]
    assert worlds[0].tables.size.tobytes() == worlds[1].tables.size.tobytes()


def test_follow_up_that_costs_nothing_is_noted() -> None:
    """It brought jobs for nothing in every scheme but one, without a word."""
    (note,) = policy("alize.followup_months: 36")
    assert "36 months of follow-up in alize cost nothing, so that what they bring is free, unless" in note
    assert policy("boost_innov.followup_months: 12", base="boost-innov-lyon-2018-2025") == []
    given = "format: mission, followup_months: 6"
    assert [
        "of follow-up in mentors cost nothing" in n for n in own_scheme(f"{{{given}}}", "{referral: 1}")
    ] == [True]
    assert own_scheme(f"{{{given}, followup_euros: 200}}", "{referral: 1}") == []


def test_posts_for_small_firms_that_only_cost_are_noted() -> None:
    """Above one nothing moved but cost, which is that of every local scheme."""
    (note,) = policy("pole.sme_officer: 3", base="poles-2005-2014")
    assert "3 posts for small firms do what 1 does, and cost more: they are paid in each local scheme" in note
    assert "of pole (20 here)" in note
    assert policy("pole.sme_officer: 1", base="poles-2005-2014") == []


def test_money_routed_to_a_fund_that_lends_nothing_is_noted() -> None:
    """It was taken from grants and lay idle, without a word."""
    base = "boost-innov-lyon-2018-2025"
    (note,) = policy("boost_innov.revitalisation_share: 1", base=base)
    assert (
        "routed to boost_innov lies idle and is missing from scattered grants: its fund lends nothing" in note
    )
    assert policy("alize.revitalisation_share: 1") == []
    assert policy("boost_innov.revitalisation_share: 0.5", "boost_innov.advance_euros: 9000", base=base) != []


def test_an_age_that_no_ranking_sees_was_set_without_a_word() -> None:
    (note,) = policy("alize.selection: lottery", "alize.age_min_months: 60")
    assert "alize ranks files by lottery (`selection`), so that nothing is held against firms under" in note
    assert policy("alize.selection: need", "alize.age_min_months: 60") == []
    assert policy("alize.selection: lottery") == []
    assert policy("boost_innov.age_min_months: 60", base="boost-innov-lyon-2018-2025") == []
    harsh = "{referral: 1, young_penalty: 1}"
    assert ["ranks files by jobs" in n for n in own_scheme("{selection: jobs}", harsh)] == [True]
    assert own_scheme("{selection: need}", harsh) == []


@pytest.mark.parametrize("line", ["alize.pooling: {value: 1", "alize.selection: {value: need"])
def test_a_ramp_of_what_changes_in_one_step_is_noted(line: str) -> None:
    assert policy(f"{line}, from_month: 6, ramp_months: 12}}") == [
        f"policies.p.{line.split(':')[0]}.ramp_months: changes in one step, whose values have none between; "
        "leave it out"
    ]
    assert policy(f"{line}, from_month: 40, ramp_months: 1}}") == []


def test_facilitators_who_come_after_the_first_opening_train_nobody_and_that_is_noted() -> None:
    base = "boost-innov-region-2025-2035"
    line = "boost_innov.facilitators: {value: 12, from_month: %d}"
    places = "boost_innov.opening_places: 12"
    assert policy(line % 0, places, base=base) == []
    (note,) = policy(line % 1, places, base=base)
    assert (
        "trains nobody: those of the first place of boost_innov are trained as it opens, in month 0" in note
    )
    assert policy(line % 1, base="boost-innov-lyon-2018-2025") == []


def test_repayment_after_the_next_proof_acts_as_the_months_of_a_claim() -> None:
    (note,) = policy("pole.repayment_months: 12", base="poles-2005-2014")
    assert "12 months of waiting in pole do what 6 do: running costs are paid back when the next are" in note
    assert policy("pole.repayment_months: 6", base="poles-2005-2014") == []


def test_the_most_fragile_third_of_equal_basins_was_their_first_rows_without_a_word() -> None:
    line = "alize.days: {value: 3, where: fragile}"
    what = (
        "all basins of case are equally fragile, so that `fragile` is the first third of its rows (1 of 3); "
        "name basins instead, as in `where: [a]`"
    )
    assert policy(line) == [f"policies.p.alize.days.where: {what}"]
    assert notes("q.yaml")[0].startswith("q.yaml:3:30: ")
    head, *rows = TERRITORY.split()
    text = "\n".join([f"{head},fragility", *(f"{row},0.{k}" for k, row in enumerate(rows))])
    Path("t.csv").write_text(text, "utf-8")
    assert policy(line) == []
    Path("t.csv").write_text("\n".join([head, rows[0]]), "utf-8")
    assert policy(line) == []  # it is a third of one


def test_equally_fragile_basins_were_cut_in_two_by_their_rows_without_a_word() -> None:
    head, *rows = TERRITORY.split()
    line = "alize.days: {value: 3, where: fragile}"
    shares = (0.8, 0.8, 0.3)
    text = "\n".join([f"{head},fragility", *(f"{row},{share}" for row, share in zip(rows, shares))])
    Path("t.csv").write_text(text, "utf-8")
    assert policy(line) == [
        "policies.p.alize.days.where: of 2 basins of case that are equally fragile (0.8) `fragile` takes 1, the first "
        "of its rows; name basins instead, as in `where: [a]`"
    ]
    Path("t.csv").write_text(text.replace(",0.8", ",0.9", 1), "utf-8")
    assert policy(line) == []


def test_levers_of_schemes_of_another_kind_were_given_in_a_case_without_a_word() -> None:
    case("alize: {opens: 0, rules: {seats_per_year: 60, budget_euros: 200000, sme_votes: 0.5, days: 5}}")
    assert notes("case.yaml") == [
        "case.yaml:6:3: schemes.alize: alize makes no use of `seats_per_year`, `budget_euros`, `sme_votes`: what acts "
        "only in schemes made of actions or research, which it is not; take it out of `rules:`"
    ]
    case("alize: {opens: 0, rules: {cohorts_per_year: 99}}")  # nothing is asked for: it is no limit
    assert notes("case.yaml") == []
    (note,) = own_scheme("{format: market, cohorts_per_year: 2}", "{joining: 0.3}")
    assert "mentors makes no use of `cohorts_per_year`: what acts only in schemes made of cohorts" in note


def test_a_facilitator_without_a_second_one_led_no_cohort_without_a_word() -> None:
    base = "boost-innov-lyon-2018-2025"
    (note,) = policy("boost_innov.facilitators: 3", base=base)
    assert note == (
        "policies.p.boost_innov.facilitators: 3 facilitators of boost_innov lead 1 cohort at once, as 2 do: each "
        "cohort takes 2 (`seats_facilitators`)"
    )
    (note,) = policy("boost_innov.facilitators: 1", base=base)
    assert "1 facilitators of boost_innov lead no cohort at once, as 0 do" in note
    assert policy("boost_innov.facilitators: 6", base=base) == []
    assert policy("boost_innov.facilitators: 99", base=base) == []  # no limit


def test_parts_of_what_is_counted_were_given_in_a_case_without_a_word() -> None:
    case(
        "boost_innov: {opens: 0, rules: {cohort_period_months: 2.5, followup_months: 5.4, partners_min: 1.6}}"
    )
    whole = (
        "`cohort_period_months` 2.5 acts as 3, `partners_min` 1.6 acts as 2, `followup_months` 5.4 acts as 5"
    )
    assert notes("case.yaml") == [
        f"case.yaml:6:3: schemes.boost_innov: counted in whole numbers by boost_innov: {whole}"
    ]
    case("boost_innov: {opens: 0, rules: {cohort_period_months: 3, coordinators: 0.5}}")  # half a post is one
    assert notes("case.yaml") == []
