"""How well founded an outcome is: which published figures bear on it, and how the shipped sample met them.

A figure bears on an outcome if it counts the same thing of the same scheme. Nothing that was published bears
on net jobs, but for the pôles: for all other schemes they rest on effects that were found elsewhere.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from calibration.posterior import SHIPPED
from calibration.target import FITTED

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
        "files_examined": "ALZ-05", "files_accepted": "ALZ-06", "firms_accepted": "S1-04",
        "acceptance_rate": "ALZ-14", "young_share": "S1-08", "size_median": "ALZ-10",
        "jobs_reported": "ALZ-01 S1-05 ALZ-07", "jobs_realised": "S1-05", "realisation_rate": "ALZ-60",
        "seats_per_volunteer": "VOL-33", "partners_active": "ALZ-03 S1-02 ALZ-08", "partners_left": "VOL-30",
        "advances_lost_share": "VOL-35 VOL-36", "volunteer_days": "ALZ-28",
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
        "files_accepted": "PPM-01", "turnover_gain_year1": "EFF-20", "turnover_gain_year2": "EFF-22",
        "jobs_gain_year1": "EFF-21",
    },
    "pole": {
        "members": "S3-01 S3-02 S3-19 POL-04 POL-05a", "selection_rate": "POL-16",
        "sme_led_share": "S3-04 POL-13", "rd_gain": "POL-25", "rd_per_euro": "POL-32",
        "rd_spending": "POL-29", "innovators": "S3-12 S3-11", "jobs_net": "POL-31",
    },
}  # fmt: skip
# figures that say what a scheme changed: they bear on differences between policies too
CAUSAL = frozenset(["EFF-14", "EFF-20", "EFF-21", "EFF-22", "POL-25", "POL-31", "POL-32"])


@dataclass(frozen=True)
class Evidence:
    """``met``: role of each judged figure and whether the sample met it. ``variance``: by case and outcome,
    share of the variance from parameters that no figure informs."""

    met: Mapping[str, tuple[str, bool]]
    variance: Mapping[tuple[str, str], float]

    def grade(self, schemes: Iterable[str], outcome: str, difference: bool = False) -> str:
        """Grade of an outcome where these schemes live together: the weakest of theirs, of those schemes on
        which something bears. ``difference``: between two policies."""
        grades = [
            self._of(ids, difference)
            for scheme in ("", *schemes)
            if (ids := BEARS.get(scheme, {}).get(outcome, "").split())
        ]
        return min(grades, key=WORST_FIRST.index, default=PRIOR_ONLY)

    def _of(self, ids: list[str], difference: bool) -> str:
        judged = [self.met[i] for i in ids if i in self.met and (i in CAUSAL or not difference)]
        held = [met for role, met in judged if role != FITTED]
        fitted = [met for role, met in judged if role == FITTED]
        if held:
            return HIT if all(held) else MISS
        if fitted:
            return FIT if all(fitted) else FIT_MISSED
        return PRIOR_ONLY

    def without_data(self, case: str, outcome: str) -> float | None:
        """Share of the variance of an outcome of a case, as published, from parameters that no figure
        informs; None if it was not computed."""
        return self.variance.get((case, outcome))


@cache
def shipped() -> Evidence | None:
    """What the shipped sample was found to be worth; None if nothing is shipped."""
    if not VALIDATION.exists():
        return None
    with VALIDATION.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["inside"] in ("0", "1")]
    met = {row["fact_id"]: (row["role"], row["inside"] == "1") for row in rows}
    variance: dict[tuple[str, str], float] = {}
    if VARIANCE.exists():
        with VARIANCE.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                variance[row["case"], row["outcome"]] = float(row["uninformed"])
    return Evidence(met, variance)
