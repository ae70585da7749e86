"""A policy file that is written from another asks the same, and says what it sets."""

from pathlib import Path

import pytest

from experiments.describe import new_file
from experiments.errors import Refused
from scenarios.load import available, load_policies
from scenarios.studies import Study
from scenarios.template import policy_file


def told(study: Study) -> tuple[object, ...]:
    """What a study asks."""
    horizon = study.horizon_months or study.bases[0].spec.horizon_months
    said = (study.question, study.description, study.reference, horizon, study.mixed)
    return (*said, study.bases, study.policies, study.kept)


@pytest.mark.parametrize("name", available("policies"))
def test_a_new_file_asks_what_its_model_asks(name: str, tmp_path: Path) -> None:
    study = load_policies(name)
    path = tmp_path / "mine.yaml"
    path.write_text(policy_file(study, "mine"), "utf-8")
    assert told(load_policies(str(path))) == told(study)


def test_every_lever_that_is_set_is_explained_once() -> None:
    study = load_policies("alize-renewal")
    text = policy_file(study, "mine")
    assert text.count("Effort to bring new large firms") == 1
    assert "published 1\n    alize.recruiting_effort: 0" in text


def test_levers_below_are_those_that_can_act_and_are_not_set() -> None:
    text = policy_file(load_policies("alize-renewal"), "mine")
    below = text.partition("# The other levers")[2]
    assert "#   alize.advance_euros:" in below
    assert "alize.recruiting_effort" not in below
    assert "seats_directors" not in below  # of cohorts
    assert "aid_advance" not in below  # of the aid to research
    acting, _, idle = below.partition("# With the published rules")
    assert "#   alize.training_places:" not in acting  # training is for schemes with facilitators
    assert "alize.training_places" in idle


def test_missions_are_no_matter_of_actions_cohorts_and_research() -> None:
    for name in ("plan-pme-diagnosis", "boost-innov-scale", "pole-delays"):
        below = policy_file(load_policies(name), "mine").partition("# The other levers")[2]
        assert "pooling" not in below
        assert "paid_days_per_year" not in below


def test_calendars_places_and_kept_schemes_stay(tmp_path: Path) -> None:
    source = tmp_path / "one.yaml"
    source.write_text("""
question: 'Who: "they" #1?'
base: region-five-schemes
policies:
  later: {alize.pooling: {value: 1, from_month: 12, ramp_months: 3, where: fragile}, alize.selection: lottery}
  fewer: {schemes: [alize, pole]}
  nothing: {}
""", "utf-8")  # fmt: skip
    study = load_policies(str(source))
    path = tmp_path / "two.yaml"
    path.write_text(policy_file(study, "two"), "utf-8")
    assert told(load_policies(str(path))) == told(study)


def test_a_file_that_is_there_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert new_file("mine", "alize-renewal").exists()
    with pytest.raises(Refused, match="is there already"):
        new_file("mine", "alize-renewal")
    with pytest.raises(Refused, match="NAME: must be"):
        new_file("../mine", "alize-renewal")
