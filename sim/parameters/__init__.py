"""The only declaration of behavioural numbers: uncertainties of the economy, of schemes, and levers."""

from collections.abc import Iterable, Mapping

import numpy as np

from sim.parameters.economy import ECONOMY
from sim.parameters.quantities import Behaviour, Rule, Uncertainty
from sim.parameters.research import RESEARCH
from sim.parameters.support import BEHAVIOURS, FIELDS, LEVERS, RULES
from sim.schemes.alize import ALIZE
from sim.schemes.boost_innov import BOOST_INNOV
from sim.schemes.pacte_pme import PACTE_PME
from sim.schemes.plan_pme import PLAN_PME
from sim.schemes.pole import POLE

__all__ = [
    "BEHAVIOURS", "ECONOMY", "ECONOMY_DTYPE", "FIELDS", "LEVERS", "RESEARCH", "RULES", "RULES_DTYPE",
    "SCHEME_BEHAVIOUR", "SCHEME_ECONOMY", "Behaviour", "Rule", "Uncertainty", "defaults", "economy_record",
    "uncertainties",
]  # fmt: skip

SCHEME_BEHAVIOUR: dict[str, dict[str, Behaviour]] = {
    "alize": ALIZE,
    "boost_innov": BOOST_INNOV,
    "pacte_pme": PACTE_PME,
    "plan_pme": PLAN_PME,
    "pole": POLE,
}
# uncertainties of the economy that act only where this scheme is, or in the same world without it
SCHEME_ECONOMY: dict[str, tuple[Uncertainty, ...]] = {"pole": RESEARCH}

ECONOMY_DTYPE = np.dtype([(u.name, "f8") for u in (*ECONOMY, *RESEARCH)])
RULES_DTYPE = np.dtype([(r.name, "f8") for r in RULES])


def uncertainties(schemes: Iterable[str]) -> tuple[Uncertainty, ...]:
    """Every uncertainty of a world with these schemes, in declared order; a scheme's are ``scheme.field``."""
    schemes = tuple(schemes)
    found = [*ECONOMY, *(u for scheme in schemes for u in SCHEME_ECONOMY.get(scheme, ()))]
    for scheme in schemes:
        for name, b in SCHEME_BEHAVIOUR.get(scheme, {}).items():
            field = FIELDS[name]
            found.append(
                Uncertainty(
                    f"{scheme}.{name}", field.unit, b.default, b.low, b.high, b.prior, b.source, field.doc,
                    field.acts,
                )
            )  # fmt: skip
    return tuple(found)


def defaults(schemes: Iterable[str]) -> dict[str, float]:
    """Default value of every uncertainty of a world with these schemes."""
    return {u.name: u.default for u in uncertainties(schemes)}


def economy_record(values: Mapping[str, float]) -> np.ndarray:
    """The economy's uncertainties as one record (array of shape (1,)), for the compiled phases."""
    row = [values.get(u.name, u.default) for u in (*ECONOMY, *RESEARCH)]
    return np.array(row, float).view(ECONOMY_DTYPE)  # whose fields are all of this kind
