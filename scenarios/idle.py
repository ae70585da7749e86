"""Levers that change nothing by themselves in a shipped scheme, with its published rules: they act together
with another lever or another scheme, in another place, or in schemes of another kind. A test tries every
lever of every scheme in a small world, and holds ``IDLE`` with ``IN_CASES`` equal to what it finds."""

_FINANCE = ("advance_euros", "revitalisation_part")
_CASH = ("agreements", "cash_months", "cash_months_agreement", "one_stop")
_PEOPLE = ("preparation", "alumni_events", "coordination")
_PARTNERS = ("missions_per_site_year", "rest_months")

IDLE: dict[str, frozenset[str]] = {
    "alize": frozenset({
        *_PEOPLE, "screening", "firm_share", "training_places", "integration", "agreements", "one_stop",
    }),
    "boost_innov": frozenset({
        *_FINANCE, *_CASH, "coordination", "state_endowment_euros", "integration", "quality_floor",
        "firm_share", "selection", "standard_shift", "opening_pace",
    }),
    "plan_pme": frozenset({
        *_FINANCE, *_CASH, *_PEOPLE, *_PARTNERS, "screening", "committee_period_months", "coordinators",
        "standard_shift", "training_places", "recruiting_effort", "recognition",
    }),
    "pole": frozenset({
        *_FINANCE, *_PEOPLE, *_PARTNERS, "state_endowment_euros", "screening", "firm_share", "selection",
        "age_min_months", "jobs_min", "standard_shift", "training_places", "outreach_effort",
        "referral_effort", "days", "followup_months", "director_time", "dominant_only",
    }),
    "pacte_pme": frozenset({
        *_FINANCE, *_CASH, *_PEOPLE, *_PARTNERS, "integration", "screening", "firm_share", "selection",
        "age_min_months", "jobs_min", "committee_period_months", "standard_shift", "opening_pace",
        "training_places", "paid_days_per_year", "pooling", "outreach_effort", "referral_effort", "days",
        "followup_months", "dominant_only",
    }),
}  # fmt: skip
# levers that move nothing in that small world, and yet move a shipped case: which
IN_CASES: dict[str, dict[str, str]] = {
    "alize": {
        "paid_days_per_year": "alize-region",
        "pooling": "alize-region",
        "state_endowment_euros": "alize-funds",
    },
    "boost_innov": {},
    "plan_pme": {"dominant_only": "plan-pme-2011-2015"},
    "pole": {"recognition": "poles-2005-2014"},
    "pacte_pme": {"recognition": "pacte-national-2005-2013"},
}
