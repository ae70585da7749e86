"""How well founded an outcome is: which published figures bear on it, and how the shipped sample met them.

A figure bears on an outcome if it counts the same thing of the same scheme, in all basins or in one, in all
or in the ratio to another count. Nothing that was published bears on net jobs: they rest on effects that were
found elsewhere. Nor on a difference between policies: those who measured what a scheme changed compared it
with no scheme, never one way of running it with another.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from calibration.posterior import SHIPPED
from calibration.target import FITTED
from sim.parameters import SCHEME_BEHAVIOUR

FIT, FIT_MISSED, HIT, MISS, PRIOR_ONLY = (
    "fitted", "fitted, missed", "held-out hit", "held-out miss", "prior only",
)  # fmt: skip
NOT_CALIBRATED = "not calibrated"
WORST_FIRST = (PRIOR_ONLY, MISS, FIT_MISSED, FIT, HIT)
LEGEND = {
    HIT: "it met a published figure that was kept aside",
    FIT: "parameters were adjusted to published figures of it, and meet them",
    FIT_MISSED: "parameters were adjusted to published figures of it, and do not meet them all",
    MISS: "it missed a published figure that was kept aside",
    PRIOR_ONLY: "no published figure counts it; what is known of it is what was held possible beforehand",
    NOT_CALIBRATED: "parameters were not drawn from the fitted sample",
}
VALIDATION, VARIANCE = SHIPPED / "validation.csv", SHIPPED / "variance.csv"

# by scheme and outcome, published figures of it; "" is what all worlds share
BEARS: Mapping[str, Mapping[str, str]] = {
    "": {"deaths": "DEM-02 DEM-01", "jobs": "DEM-41 DEM-44"},
    "alize": {
        "files_examined": "ALZ-05", "files_accepted": "ALZ-06 ALZ-30 ALZ-49 ALZ-72",
        "firms_accepted": "S1-04 S1-15 ALZ-25 ALZ-52 ALZ-57",
        "acceptance_rate": "ALZ-14", "young_share": "S1-08", "size_median": "ALZ-10",
        "jobs_reported": "ALZ-01 S1-05 ALZ-07 S1-13 ALZ-15 ALZ-58 ALZ-75", "jobs_realised": "S1-05",
        "realisation_rate": "ALZ-60", "seats_per_volunteer": "VOL-33 VOL-06",
        "partners_active": "ALZ-03 S1-02 ALZ-08 ALZ-33", "partners_left": "VOL-30 MEC-04",
        "advances_lost_share": "VOL-35 VOL-36", "volunteer_days": "ALZ-28 ALZ-54 ALZ-31 ALZ-74",
    },
    "boost_innov": {
        "firms_accepted": "S0-09", "firms_started": "S0-09", "volunteers_mobilised": "S0-08",
        "cohorts": "S0-14", "turnover_gain_year1": "EFF-14",
    },
    "pacte_pme": {
        "members": "S4-07 S4-19", "buyers": "S4-08 S4-20",
        "sme_share": "PAC-01 PAC-02 PAC-03 PAC-04 PAC-08 PAC-13",
    },
    "plan_pme": {
        "files_accepted": "PPM-01", "size_median": "PPM-07", "turnover_gain_year1": "EFF-20",
        "turnover_gain_year2": "EFF-22", "jobs_gain_year1": "EFF-21",
    },
    "pole": {
        "members": "S3-01 S3-02 S3-19 POL-02 POL-04 POL-05a", "selection_rate": "POL-16",
        "sme_led_share": "S3-04 POL-13", "rd_aid": "POL-14", "rd_gain": "POL-25 POL-29",
        "rd_per_euro": "POL-32", "innovators": "S3-12 S3-11",
    },
}  # fmt: skip
# judged figures that no outcome counts, and why
NOT_COUNTED: Mapping[str, str] = {
    "How firms are spread, live, grow and lose jobs: no outcome says so.":
        "DEM-07 DEM-26a DEM-26b DEM-26c DEM-31 DEM-32 DEM-33 DEM-34a DEM-34b DEM-35 DEM-39 DEM-46 DEM-47",
    "Of large firms, where the outcome is of all.": "DEM-45",
    "Of paid heavy advice, which no scheme gives.": "EFF-26 EFF-27 EFF-28 EFF-29",
    "A mean of sizes, where the outcome is their median.": "ALZ-50 ALZ-53",
    "Growth of the turnover of firms helped, whoever caused it.": "ALZ-59",
    "Money for a job at stake.": "REV-13",
    "The lowest and the highest of buyers, where the outcome is their mean.": "PAC-05 PAC-06",
    "New posts in research alone.": "POL-27",
    "That no effect on jobs was found: so it would be with many net jobs or none.": "POL-31",
}  # fmt: skip
# shipped schemes that make an outcome, where not all can; the others cannot weaken its grade
_FILES, _VOLUNTEERS = frozenset(["alize", "boost_innov", "plan_pme"]), frozenset(["alize", "boost_innov"])
_POLE, _PACTE = frozenset(["pole"]), frozenset(["pacte_pme"])
MAKERS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(
        ("files_examined", "files_accepted", "firms_started", "acceptance_rate", "young_share",
         "size_median", "realisation_rate", "turnover_gain_year1", "turnover_gain_year2",
         "jobs_gain_year1"),
        _FILES,
    ),
    **dict.fromkeys(("seats_per_volunteer", "volunteers_mobilised"), _VOLUNTEERS),
    "volunteer_days": _VOLUNTEERS | _POLE, "partners_active": _VOLUNTEERS | _PACTE | _POLE,
    "partners_left": _VOLUNTEERS | _PACTE | _POLE, "members": _PACTE | _POLE,
    "cohorts": frozenset(["boost_innov"]), "advances_lost_share": frozenset(["alize"]),
    **dict.fromkeys(("buyers", "sme_share"), _PACTE),
    **dict.fromkeys(
        ("selection_rate", "sme_led_share", "rd_aid", "rd_gain", "rd_per_euro", "innovators"), _POLE
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    """``met``: role of each judged figure and whether the sample met it. ``variance``: by case and outcome,
    share of the variance from parameters that no figure informs."""

    met: Mapping[str, tuple[str, bool]]
    variance: Mapping[tuple[str, str], float]

    def grade(self, schemes: Iterable[str], outcome: str) -> str:
        """Grade of an outcome where these schemes live together: the weakest of theirs, of those schemes that
        make it, whether or not something bears on it there. A scheme that is not shipped may have any rules,
        so it is taken to make every outcome."""
        live = ("",) if outcome in BEARS[""] else schemes
        grades = [
            self._of(BEARS.get(scheme, {}).get(outcome, "").split())
            for scheme in live
            if outcome not in MAKERS or scheme in MAKERS[outcome] or scheme not in SCHEME_BEHAVIOUR
        ]
        return min(grades, key=WORST_FIRST.index, default=PRIOR_ONLY)

    def _of(self, ids: list[str]) -> str:
        judged = [self.met[i] for i in ids if i in self.met]
        held = [met for role, met in judged if role != FITTED]
        fitted = [met for role, met in judged if role == FITTED]
        if held:
            return HIT if all(held) else MISS
        if fitted:
            return FIT if all(fitted) else FIT_MISSED
        return PRIOR_ONLY

    def without_data(self, case: str, outcome: str) -> float | None:
        """Share of the variance of an outcome of a case, as published or with the reference of its shipped
        policies, from parameters that no figure informs; None if it was not computed."""
        return self.variance.get((case, outcome))


@cache
def shipped() -> Evidence | None:
    """What the shipped sample was found to be worth; None if nothing is shipped."""
    if not VALIDATION.exists():
        return None
    with VALIDATION.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["inside"] in ("0", "1")]
    met = {row["fact_id"]: (row["role"], _met(row)) for row in rows}
    variance: dict[tuple[str, str], float] = {}
    if VARIANCE.exists():
        with VARIANCE.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                variance[row["case"], row["outcome"]] = float(row["uninformed"])
    return Evidence(met, variance)


def _met(row: Mapping[str, str]) -> bool:
    """Whether the sample met a figure, as a row of ``validation.csv`` says; a sign, if most draws have it."""
    from calibration.trial_targets import SIGNS

    if row["fact_id"] in SIGNS:  # nearly any spread reaches either side of nil
        return float(row["low"]) <= float(row["p50"]) <= float(row["high"])
    return row["inside"] == "1"
