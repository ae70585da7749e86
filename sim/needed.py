"""Which phases of a month a world needs. Nothing happens there in the others: they are not called nor, until
another world needs them, compiled. Names alone: whoever asks need not load the compiler."""

from sim.parameters import FIELDS
from sim.spec import WorldSpec
from sim.state import ACTION, COHORT, MARKET, POLE

ALWAYS = frozenset(
    ["levers", "demand", "restructuring", "demography", "growth", "projects", "projects_due", "displacement",
     "accounts"]
)  # fmt: skip
# where firms do research, also in the world without schemes
WITH_RESEARCH = frozenset(["ideas", "calls", "research"])
WITH_SCHEMES = frozenset(
    ["partners", "awareness", "application", "selection", "matching", "pathway", "effects", "finance"]
)
# where there is a scheme of one of these formats
WITH_FORMAT = {
    "governance": {POLE},
    "membership": {POLE, MARKET},
    "market": {MARKET},
    "cohorts": {COHORT},
    "actions": {ACTION},
}


def phases_needed(spec: WorldSpec) -> frozenset[str]:
    """Names of the phases in which something may happen in such a world."""
    formats = {int(scheme.rules.get("format", FIELDS["format"].default)) for scheme in spec.schemes}
    found = ALWAYS | {phase for phase, kinds in WITH_FORMAT.items() if formats & kinds}
    found |= WITH_SCHEMES if spec.schemes else frozenset()
    return found | WITH_RESEARCH if spec.does_research else found
