"""Uncertainties of research in firms: they act only in worlds where a scheme is a pôle, with it and without.

Hardly any of them is pinned by what is published: the counts of members and projects are, and the effect on
R&D. The interval of the others is wide.
"""

from sim.parameters.quantities import Uncertainty as U

_IDEAS = "sim/economy/ideas.py"
_RESEARCH = "sim/economy/research.py"
_CASH = "sim/support/cash.py"
_SEEN = "sim/poles_seen.py"

# fmt: off
RESEARCH: tuple[U, ...] = (
    # who is near a technology, and has ideas
    U("technology_reach", "share of firms", 0.258, 0.18, 0.34, "uniform", "S3-01 POL-05",
      "Share of firms of five jobs that are near enough to a technology of the pôles to do research.",
      _IDEAS),
    U("technology_reach_size", "exponent", 0.55, 0.3, 0.8, "uniform", "POL-07",
      "Rise, with the size of the firm when it entered the world, of the share near enough to do research.",
      _IDEAS),
    U("idea_rate", "per month", 0.008, 0.004, 0.016, "uniform", "S3-04",
      "Chance that a firm of twenty jobs at the heart of the technology has an idea for an R&D project.",
      _IDEAS),
    U("idea_size", "exponent", 0.3, 0.0, 0.6, "fixed", "assumed",
      "Rise with size of the chance of an idea for an R&D project.", _IDEAS),
    U("idea_distance", "share", 0.85, 0.5, 1.0, "fixed", "assumed",
      "Fall of the chance of an idea for an R&D project from the heart of the technology to its edge.",
      _IDEAS),
    # what research costs, and whom it employs
    U("research_euros", "euros per month", 30000.0, 15000.0, 45000.0, "uniform", "POL-17",
      "Cost of a full R&D project to a firm of twenty jobs.", _RESEARCH),
    U("research_size", "exponent", 0.6, 0.3, 0.9, "fixed", "assumed",
      "Rise of the cost of an R&D project with size.", _RESEARCH),
    U("outside_scope", "share", 0.5, 0.2, 0.8, "uniform", "assumed",
      "Scope of a project that a firm does outside a pôle, from its own funds, over that of a full one.",
      _RESEARCH),
    U("outside_months", "months", 24.0, 12.0, 36.0, "fixed", "assumed",
      "Length of a project that a firm does outside a pôle.", _RESEARCH),
    U("post_euros", "euros per month", 9000.0, 6000.0, 12000.0, "fixed", "assumed",
      "Full cost of a post in research, with its equipment.", _RESEARCH),
    U("post_share", "share of posts", 0.5, 0.2, 0.8, "uniform", "POL-31",
      "Posts of a project that are new; the others are of people whom the firm has.", _RESEARCH),
    U("post_kept", "share of posts", 0.6, 0.3, 0.9, "uniform", "assumed",
      "New posts that are kept after a project brought to its end.", _RESEARCH),
    U("untechnical_loss", "share of posts", 0.3, 0.0, 0.6, "uniform", "assumed",
      "Part of the new posts kept after a project that a firm of a sector without technology cannot keep.",
      _RESEARCH),
    U("capacity_jobs", "jobs", 15.0, 5.0, 40.0, "uniform", "assumed",
      "Jobs for each R&D project beyond the first that a firm can carry at once.", _RESEARCH),
    U("overload_abandon", "per month", 0.02, 0.0, 0.06, "uniform", "assumed",
      "Chance that an R&D project is given up, for each one beyond what the firm can carry.", _RESEARCH),
    # from research to production
    U("industry_chance", "share", 0.5, 0.3, 0.6, "uniform", "assumed",
      "Success of a financed industrial phase after research.", _RESEARCH),
    U("industry_jobs", "jobs", 0.5, 0.2, 1.0, "uniform", "assumed",
      "Jobs of the industrial phase of a full project in a firm of one job; they rise with size as those of "
      "other projects do.", _RESEARCH),
    U("industry_months", "months", 12.0, 6.0, 24.0, "fixed", "assumed",
      "Months from the end of research to the first hires.", _RESEARCH),
    U("investor_chance", "share", 0.1, 0.02, 0.3, "uniform", "assumed",
      "Firms without own funds, whose director is of middling openness, that find an investor and accept "
      "him.", _RESEARCH),
    U("strained_funds", "multiple", 0.7, 0.4, 1.0, "fixed", "assumed",
      "Own funds left for the industrial phase where the treasury was strained during research.", _RESEARCH),
    # treasury
    U("treasury_months", "months", 2.0, 1.0, 4.0, "uniform", "assumed",
      "Months of wages that a firm of middling own funds can advance before money arrives.", _CASH),
    U("wage_euros", "euros per month", 4000.0, 3000.0, 5000.0, "fixed", "assumed",
      "Cost of a job to its firm.", _CASH),
    U("abandon_strained", "per month", 0.03, 0.0, 0.1, "uniform", "assumed",
      "Chance that a project is given up in a month in which the treasury is strained.", _CASH),
    # what is only counted
    U("own_research_euros", "euros per month", 33000.0, 15000.0, 150000.0, "uniform", "POL-25",
      "R&D that a firm of twenty jobs at the heart of the technology does apart from projects.", _SEEN),
    U("research_crowding", "share", 0.5, 0.0, 0.6, "uniform", "POL-24 POL-26",
      "Part of the cost of a project that takes the place of other R&D of the firm.", _SEEN),
    U("innovation_base", "share of firms", 0.29, 0.2, 0.5, "uniform", "S3-12",
      "Firms of twenty jobs that innovate within three years otherwise than by an R&D project.", _SEEN),
    U("innovation_size", "exponent", 0.08, 0.0, 0.3, "uniform", "S3-10 S3-11",
      "Rise with size of the share that innovates otherwise than by an R&D project.", _SEEN),
    U("tax_credit", "share of R&D", 0.3, 0.1, 0.3, "fixed", "POL-26",
      "Tax given back on R&D, aid taken off.", _SEEN),
)
# fmt: on
