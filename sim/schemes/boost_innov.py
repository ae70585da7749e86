"""PME Boost'Innov: how people respond to it. Its rules are data (``scenarios/schemes/boost_innov.yaml``); its
stages are those of ``sim/support``, cohorts among them; it needs no kernel of its own.

Few of these numbers are pinned by what is published. Starting values met the published counts; the intervals
are priors, wide where nothing says how large a number is.
"""

from sim.parameters.quantities import Behaviour as B

BOOST_INNOV: dict[str, B] = {
    # who comes
    "referral": B(0.06, 0.02, 0.2, "S0-09"),
    "outreach": B(0.0005, 0.0, 0.01, "assumed", "fixed"),
    "word": B(0.02, 0.0, 0.1, "assumed", "fixed"),
    "reach": B(0.65, 0.3, 1.0, "S0-09"),
    "application_rate": B(0.1, 0.03, 0.3, "S0-09"),
    "return_share": B(0.3, 0.0, 0.7, "assumed", "fixed"),
    "readiness": B(0.7, 0.4, 0.95, "assumed"),
    "campaign_misfit": B(0.4, 0.0, 0.8, "assumed"),
    "screening_error": B(0.2, 0.0, 0.5, "assumed"),
    "queue_lapse": B(0.06, 0.01, 0.15, "assumed"),
    # who helps
    "willing": B(12.0, 6.0, 30.0, "S0-08", "fixed"),
    "offer_rate": B(0.23, 0.1, 0.8, "S0-08 S0-14"),
    "offer_lapse": B(0.15, 0.02, 0.4, "assumed"),
    "acceptance_fatigue": B(1.5, 0.5, 3.0, "assumed", "fixed"),
    "recognition_offer": B(0.5, 0.0, 1.5, "assumed"),
    "recognition_effect": B(0.3, 0.0, 0.6, "VOL-22"),
    "recall": B(0.02, 0.0, 0.1, "assumed"),
    "attendance": B(1.0, 0.31, 1.0, "S0-04 S0-10 S0-15"),
    "lapse": B(0.9, 0.7, 1.0, "S0-08 S0-09"),
    "recovery": B(0.005, 0.0, 0.04, "S0-08", "fixed"),
    "volunteer_learning": B(0.15, 0.0, 0.4, "MEC-13"),
    "fatigue_up": B(0.025, 0.005, 0.1, "MEM-18"),
    "join_rate": B(0.1, 0.03, 0.3, "assumed"),
    "rejoin_months": B(36.0, 12.0, 72.0, "assumed", "fixed"),
    "exit_rate": B(0.05, 0.02, 0.1, "VOL-30"),
    "exit_fatigue": B(2.0, 0.5, 6.0, "MEM-18"),
    # what help is worth
    "need_reading": B(0.75, 0.5, 0.95, "assumed"),
    "quality": B(0.9, 0.5, 1.0, "assumed"),
    "cultural_gap": B(0.2, 0.0, 0.5, "assumed"),
    "half_views": B(1.0, 0.0, 3.0, "assumed"),
    "misfit_harm": B(0.3, 0.0, 0.8, "assumed"),
    "half_days": B(5.5, 2.0, 12.0, "EFF-08 EFF-14"),
    "isolation_gain": B(0.3, 0.0, 1.0, "assumed"),
    "slowdown": B(0.005, 0.0, 0.02, "assumed"),
    "dropout": B(0.01, 0.0, 0.04, "VOL-08"),
    "discomfort": B(0.02, 0.0, 0.08, "assumed"),
    "unready_dropout": B(0.08, 0.0, 0.3, "assumed"),
    # afterwards
    "implementation": B(0.5, 0.2, 0.9, "assumed"),
    "implementation_months": B(2.0, 0.0, 6.0, "assumed"),
    "unready_use": B(0.4, 0.1, 1.0, "assumed"),
    "followup_implementation": B(0.3, 0.0, 0.8, "assumed"),
    "followup_effect": B(0.5, 0.0, 0.9, "EFF-18"),
    "tie_effect": B(0.3, 0.0, 0.7, "EFF-14"),
    "tie_loss": B(0.5, 0.1, 1.5, "EFF-14"),
    # from one place to many
    "transfer": B(0.8, 0.5, 1.0, "assumed"),
    "untrained": B(0.4, 0.1, 0.8, "assumed"),
    "rigour_gain": B(0.05, 0.01, 0.15, "assumed"),
    # what is counted
    "declare_response": B(1.0, 0.6, 1.0, "assumed"),
}
