"""Alizé: how people respond to it. Its rules are data (``scenarios/schemes/alize.yaml``), its stages those of
``sim/support``; it needs no kernel of its own.

Starting values met the published counts together in a scratch model; the intervals are priors.
"""

from sim.parameters.quantities import Behaviour as B

ALIZE: dict[str, B] = {
    "referral": B(0.33, 0.1, 0.6, "S1-15"),
    "outreach": B(0.001, 0.0, 0.01, "assumed", "fixed"),
    "word": B(0.02, 0.0, 0.1, "assumed", "fixed"),
    "application_rate": B(0.35, 0.1, 0.6, "S1-15 ALZ-05"),
    "application_size": B(-0.5, -1.0, 0.0, "ALZ-10"),
    "application_size_from": B(10.0, 5.0, 20.0, "ALZ-10", "fixed"),
    "young_application": B(3.0, 1.0, 5.0, "S1-08"),
    "standard": B(-0.8, -1.6, 0.0, "ALZ-14"),
    "young_penalty": B(0.3, 0.0, 1.5, "S1-08"),
    "merit_noise": B(0.5, 0.2, 1.0, "assumed", "fixed"),
    "return_share": B(0.7, 0.3, 1.0, "assumed", "fixed"),
    "need_reading": B(0.75, 0.5, 0.95, "assumed"),
    "quality": B(0.68, 0.4, 0.95, "assumed"),
    "half_days": B(5.5, 2.0, 12.0, "ALZ-88 EFF-08"),
    "dropout": B(0.01, 0.0, 0.04, "VOL-08"),
    "willing": B(5.0, 3.0, 8.0, "ALZ-82", "fixed"),
    "acceptance": B(0.85, 0.6, 1.0, "assumed"),
    "acceptance_fatigue": B(1.5, 0.5, 3.0, "assumed", "fixed"),
    "pooling_acceptance": B(0.6, 0.2, 1.0, "assumed"),
    "host_referral": B(0.8, 0.4, 1.2, "assumed"),
    "host_intercommunal": B(1.5, 1.0, 3.0, "assumed"),
    "host_region": B(0.6, 0.2, 1.0, "assumed"),
    "lapse": B(0.45, 0.3, 0.7, "VOL-01 VOL-06"),
    "recovery": B(0.04, 0.01, 0.1, "VOL-06"),
    "fatigue_up": B(0.04, 0.01, 0.1, "MEM-18"),
    "join_rate": B(0.09, 0.03, 0.3, "S1-02 ALZ-08"),
    "rejoin_months": B(36.0, 12.0, 72.0, "assumed", "fixed"),
    "exit_rate": B(0.025, 0.005, 0.06, "VOL-30"),
    "exit_fatigue": B(4.5, 1.0, 6.0, "VOL-30 MEM-18"),
    "recognition_effect": B(0.3, 0.0, 0.6, "VOL-22"),
    "advance_share": B(0.6, 0.3, 0.9, "ALZ-73"),
    "advance_finance_gain": B(0.25, 0.0, 0.5, "assumed"),
    "advance_half": B(12000.0, 5000.0, 40000.0, "assumed"),
    "declare_response": B(1.0, 0.7, 1.0, "assumed", "fixed"),
    "declare_pending": B(0.0, 0.0, 0.5, "assumed"),
}
