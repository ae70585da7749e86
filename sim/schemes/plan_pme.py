"""Plan PME: how firms respond to it. Its rules are data (``scenarios/schemes/plan_pme.yaml``), its stages
those of ``sim/support``; it needs no kernel of its own.

Only who applies is pinned by what is published: sizes and sectors of participants. How well directors and
diagnostics read needs, how many firms go on to another action and what a scattered offer costs are assumed,
with wide priors. Advice as light as this moved no jobs where that was tried (EFF-21, EFF-35), so a director
rarely brings it to bear on the investment that decides about posts (``implementation``).
"""

from sim.parameters.quantities import Behaviour as B

PLAN_PME: dict[str, B] = {
    "referral": B(0.3, 0.1, 0.6, "assumed", "fixed"),
    "outreach": B(0.03, 0.0, 0.1, "assumed", "fixed"),
    "word": B(0.02, 0.0, 0.1, "assumed", "fixed"),
    "application_rate": B(0.05, 0.02, 0.2, "PPM-01 PPM-02"),
    "application_size": B(1.1, 0.6, 1.4, "PPM-07"),
    "application_industry": B(17.0, 8.0, 30.0, "PPM-08"),
    "share_response": B(1.0, 0.0, 3.0, "assumed"),
    "search_cost": B(0.5, 0.0, 0.9, "assumed"),
    "need_reading": B(0.5, 0.2, 0.8, "assumed"),
    "need_reading_capability": B(0.3, 0.0, 0.6, "assumed"),
    "diagnosed_reading": B(0.8, 0.5, 1.0, "assumed"),
    "unshared_use": B(0.5, 0.0, 1.0, "assumed"),
    "wrong_fit": B(0.25, 0.0, 0.6, "assumed"),
    "next_action": B(0.4, 0.1, 0.7, "assumed"),
    "quality": B(0.6, 0.3, 0.95, "EFF-20"),
    "half_days": B(5.5, 2.0, 12.0, "EFF-08"),
    "implementation": B(0.02, 0.0, 0.3, "EFF-21 EFF-35"),
    "dropout": B(0.01, 0.0, 0.04, "VOL-08", "fixed"),
    "declare_response": B(1.0, 0.7, 1.0, "assumed", "fixed"),
}
