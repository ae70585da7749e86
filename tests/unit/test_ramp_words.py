"""What a page says of a change that rises month by month."""

from experiments.lang import using
from experiments.report.changed import ramp
from sim.parameters import FIELDS

MISSIONS = FIELDS["missions_per_site_year"]
LATE = {"value": 2.0, "from_month": 40, "ramp_months": 24}


def test_a_ramp_that_the_horizon_cuts_short_is_not_said_to_be_reached() -> None:
    text = ramp(LATE, MISSIONS, [(5.0, 48)])
    assert (
        text == ", spread over 24 months and not reached within the horizon: 4 missions per year at its end"
    )
    with using("fr"):
        text = ramp(LATE, MISSIONS, [(5.0, 48)])
        assert text == ", étalé sur 24 mois et non atteint à l’horizon\u00a0: 4 missions par an à la fin"


def test_a_ramp_is_told_case_by_case() -> None:
    assert ramp(LATE, MISSIONS, [(5.0, 64), (8.0, 64)]) == ", reached in 24 months"
    assert ramp(LATE, MISSIONS, [(5.0, 48), (8.0, 64), (5.0, 36)]).endswith(
        "horizon: 4 missions per year / 2 missions per year / 5 missions per year at its end"
    )


def test_a_ramp_of_whole_things_was_said_to_end_at_a_part_of_one() -> None:
    assert ramp(LATE, MISSIONS, [(5.0, 46)]).endswith("horizon: 4 missions per year at its end")


def test_a_choice_changes_at_once() -> None:
    assert not ramp(LATE, FIELDS["selection"], [(0.0, 48)])
    assert not ramp(LATE, FIELDS["pooling"], [(0.0, 48)])
    assert not ramp({**LATE, "ramp_months": 0}, MISSIONS, [(5.0, 48)])
