"""Pacte PME of Aix-Marseille Provence: how firms and buyers respond to it. Its rules are data
(``scenarios/schemes/pacte_pme.yaml``); its stages are those of ``sim/support``, the market place among them.

Numbers of members and buyers, and the part of large buyers' purchases that SMEs have, are pinned by what is
published. Nothing says how many needs are posted, who sees them, how strongly buyers hold to the suppliers
that they have, or how many jobs a contract moves: these are assumed, with wide priors.
"""

from sim.parameters.quantities import Behaviour as B

PACTE_PME: dict[str, B] = {
    # who joins
    "reach": B(0.0178, 0.0160, 0.0192, "S4-07 S4-19"),
    "joining": B(2.3, 1.5, 3.5, "S4-07 S4-19"),
    "member_exit": B(0.02, 0.0, 0.1, "assumed", "fixed"),
    "unserved_exit": B(0.1, 0.0, 0.6, "assumed"),
    "partner_reach": B(0.667, 0.57, 1.0, "S4-08 S4-20"),
    "join_rate": B(0.75, 0.4, 1.0, "S4-08 S4-20"),
    "exit_rate": B(0.02, 0.0, 0.1, "assumed", "fixed"),
    "exit_fatigue": B(2.0, 0.5, 6.0, "MEM-18", "fixed"),
    "recognition_effect": B(0.3, 0.0, 0.6, "VOL-22", "fixed"),
    "platform_reach": B(0.5, 0.0, 1.5, "assumed"),
    "event_reach": B(0.35, 0.0, 1.0, "assumed"),
    "intermediary_reach": B(0.6, 0.0, 1.5, "assumed"),
    "pact_reach": B(0.2, 0.0, 0.6, "S4-02"),
    # what is bought
    "needs_rate": B(1.0, 0.3, 3.0, "assumed"),
    "member_needs": B(0.05, 0.0, 0.2, "assumed"),
    "categories": B(60.0, 20.0, 150.0, "assumed"),
    "posted_share": B(0.06, 0.01, 0.2, "assumed"),
    "need_spread": B(0.8, 0.4, 1.2, "assumed", "fixed"),
    "purchase_share": B(0.5, 0.3, 0.7, "assumed", "fixed"),
    "public_share": B(0.3, 0.1, 0.6, "assumed", "fixed"),
    "sme_share": B(0.173, 0.15, 0.2, "PAC-01"),
    "commitment_gain": B(0.115, 0.05, 0.15, "PAC-02 PAC-03 PAC-08"),
    "commitment_speed": B(1.2, 0.5, 2.5, "PAC-03 PAC-04", "fixed"),
    # who sees it, who is chosen
    "public_visibility": B(0.8, 0.5, 1.0, "assumed", "fixed"),
    "private_visibility": B(0.1, 0.02, 0.3, "S4-16"),
    "platform_visibility": B(0.7, 0.4, 1.0, "S4-16"),
    "routing": B(0.3, 0.1, 0.6, "assumed"),
    "capability_weight": B(1.5, 0.5, 3.0, "assumed", "fixed"),
    "tie_weight": B(2.5, 1.0, 4.0, "assumed"),
    "tie_months": B(24.0, 12.0, 36.0, "S4-13"),
    "event_attendance": B(0.3, 0.1, 0.6, "assumed", "fixed"),
    "event_meeting": B(0.1, 0.02, 0.3, "assumed", "fixed"),
    "incumbent_bonus": B(5.0, 4.0, 6.5, "assumed"),
    "price_response": B(6.0, 3.0, 12.0, "assumed"),
    "pitch_gain": B(0.5, 0.0, 1.5, "assumed"),
    "outside_share": B(0.65, 0.4, 0.85, "assumed"),
    "neighbour_share": B(0.3, 0.1, 0.6, "assumed"),
    # what it moves
    "jobs_response": B(0.5, 0.3, 1.0, "assumed"),
    # missions
    "application_rate": B(0.2, 0.05, 0.5, "assumed"),
    "need_reading": B(0.75, 0.5, 0.95, "assumed", "fixed"),
    "quality": B(0.68, 0.4, 0.95, "assumed"),
    "half_days": B(5.5, 2.0, 12.0, "EFF-08"),
    "willing": B(3.0, 1.0, 8.0, "assumed", "fixed"),
    "acceptance": B(0.6, 0.3, 1.0, "assumed"),
    "acceptance_fatigue": B(1.5, 0.5, 3.0, "assumed", "fixed"),
    "lapse": B(0.45, 0.3, 0.7, "VOL-01 VOL-06"),
    "recovery": B(0.04, 0.01, 0.1, "VOL-06", "fixed"),
    "fatigue_up": B(0.04, 0.01, 0.1, "MEM-18"),
    "dropout": B(0.01, 0.0, 0.04, "VOL-08", "fixed"),
    "declare_response": B(1.0, 0.6, 1.0, "assumed", "fixed"),
}
