"""Pôles de compétitivité: how firms respond to them. Their rules are data (``scenarios/schemes/pole.yaml``);
what they do stands in ``sim/support`` (governance, membership, routes, calls, seats, cash, services).

What is published pins how many firms join (``joining``, with the reach of the technology) and how many
projects small firms lead (``route_base``). What delays, agreements, votes, fear or distance weigh in a
director's choice, and what each service is worth, is assumed, with wide priors.
"""

from sim.parameters.quantities import Behaviour as B

POLE: dict[str, B] = {
    # who joins, who leaves
    "joining": B(0.26, 0.15, 0.45, "S3-01 S3-19 POL-05"),
    "member_exit": B(0.01, 0.0, 0.05, "assumed"),
    "reticence": B(0.25, 0.0, 0.8, "assumed"),
    "search_cost": B(0.15, 0.0, 0.5, "assumed"),
    "network_reach": B(0.15, 0.0, 0.25, "assumed"),
    "agenda_joining": B(1.5, 0.0, 4.0, "assumed"),
    "officer_joining": B(0.15, 0.0, 0.5, "assumed"),
    # large groups
    "join_rate": B(0.05, 0.01, 0.2, "assumed"),
    "exit_rate": B(0.03, 0.01, 0.1, "assumed"),
    "exit_fatigue": B(2.0, 0.5, 6.0, "MEM-18"),
    "fatigue_up": B(0.04, 0.01, 0.1, "MEM-18", "fixed"),
    "exit_agenda": B(1.0, 0.0, 4.0, "assumed"),
    # the agenda
    "votes_base": B(0.15, 0.05, 0.3, "S3-03", "fixed"),
    "agenda_months": B(24.0, 12.0, 48.0, "assumed"),
    "trio_weight": B(0.05, 0.0, 0.2, "assumed"),
    "delegate_time": B(0.5, 0.0, 1.0, "assumed"),
    "treasury_loss": B(0.3, 0.0, 0.8, "assumed"),
    # the way an idea takes
    "route_base": B(2.75, 1.75, 3.75, "S3-04"),
    "route_months": B(0.1, 0.0, 0.25, "assumed"),
    "route_agreements": B(0.2, 0.0, 0.6, "assumed"),
    "route_fear": B(0.8, 0.0, 2.0, "assumed"),
    "route_distance": B(2.5, 0.5, 4.5, "assumed"),
    "route_agenda": B(3.0, 0.0, 6.0, "assumed"),
    "route_experience": B(0.3, 0.0, 0.8, "assumed"),
    "route_officer": B(0.3, 0.0, 1.0, "assumed"),
    "route_help": B(0.3, 0.0, 1.0, "assumed"),
    "route_events": B(0.1, 0.0, 0.5, "assumed"),
    "route_criteria": B(0.2, 0.0, 0.8, "assumed"),
    "roadmap_effect": B(0.3, 0.0, 0.8, "assumed"),
    "ip_effect": B(0.5, 0.0, 1.0, "assumed"),
    "label_chance": B(0.75, 0.5, 0.95, "assumed"),
    "label_help": B(0.3, 0.0, 0.8, "assumed"),
    "jury_help": B(0.2, 0.0, 0.6, "assumed"),
    "laboratory_share": B(0.4, 0.2, 0.7, "assumed", "fixed"),
    "resubmission": B(0.5, 0.0, 1.0, "assumed"),
    # seats
    "project_seats": B(2.1, 1.0, 4.0, "assumed"),
    "seat_distance": B(2.0, 0.0, 5.0, "assumed"),
    "seat_scope": B(0.5, 0.2, 1.0, "assumed"),
    "map_effect": B(0.3, 0.0, 0.8, "assumed"),
    "anchor_effect": B(0.5, 0.0, 1.0, "assumed"),
    # what membership adds
    "quality": B(0.6, 0.3, 0.95, "assumed"),
    "half_days": B(5.5, 2.0, 12.0, "EFF-08", "fixed"),
    "label_credit": B(1.5, 1.0, 2.5, "assumed"),
    "meetings_gain": B(0.5, 0.0, 1.5, "assumed"),
    "watch_gain": B(0.05, 0.0, 0.15, "assumed"),
    "watch_quality": B(0.5, 0.2, 1.0, "assumed"),
    "synergy": B(0.05, 0.0, 0.15, "assumed"),
    "synergy_members": B(200.0, 50.0, 500.0, "assumed", "fixed"),
    "export_gain": B(0.1, 0.0, 0.4, "assumed"),
    "training_gain": B(0.2, 0.0, 0.6, "assumed"),
    "leave_strained": B(0.02, 0.0, 0.08, "assumed"),
    "one_stop_speed": B(0.5, 0.0, 0.8, "assumed"),
    # what is counted
    "declare_response": B(1.0, 0.7, 1.0, "assumed", "fixed"),
}
