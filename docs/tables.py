"""Writes docs/parameters.md: uncertainties, fields of schemes, levers, outcomes, as the code declares them.

``python docs/tables.py`` writes the file; a test holds it current.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
TARGET = Path(__file__).with_name("parameters.md")

if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from sim.outcomes import OUTCOMES  # noqa: E402
from sim.parameters import ECONOMY, RESEARCH, RULES, SCHEME_BEHAVIOUR, Rule, Uncertainty, uncertainties  # noqa: E402

HEAD = """# Parameters, rules, levers, outcomes

Written by `docs/tables.py` from the code; do not edit. An **uncertainty** is drawn from its prior
(uniform between its bounds) or kept fixed; its bounds then say how far it may be scanned. A **rule** says
what a scheme is, a **lever** is what a designer may change, a **behaviour** is how people respond to a
scheme: an uncertainty of each scheme. Sources are rows of `calibration/facts.csv`, or "assumed".
"""
BETTER = {1: "more", -1: "less", 0: ""}


def table(header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    """A table in Markdown."""
    lines = [header, ("---",) * len(header), *rows]
    return "".join(
        "| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |\n" for line in lines
    )


def bounds(low: float, high: float) -> str:
    """Two bounds, as a reader writes them."""
    return f"{low:.10g} to {high:.10g}"


def uncertainty_table(rows: Iterable[Uncertainty]) -> str:
    """Uncertainties with their prior and source."""
    header = ("name", "unit", "default", "bounds", "prior", "meaning", "source", "acts in")
    return table(
        header,
        (
            (f"`{u.name}`", u.unit, f"{u.default:.10g}", bounds(u.low, u.high), u.prior, u.doc, u.source,
             f"`{u.acts}`")
            for u in rows
        ),
    )  # fmt: skip


def rules_of_role(role: str) -> str:
    """The fields of a scheme that have this role."""
    return table(
        ("field", "unit", "default", "bounds", "meaning", "acts in"),
        (
            (f"`{r.name}`", r.unit, default_of(r), bounds(r.low, r.high), r.doc, f"`{r.acts}`")
            for r in RULES
            if r.role == role
        ),
    )


def default_of(rule: Rule) -> str:
    """The default, with what its code means."""
    if rule.choices:
        codes = ", ".join(f"{code} {choice}" for code, choice in enumerate(rule.choices))
        return f"{rule.default:.10g} ({codes})"
    return f"{rule.default:.10g}"


def document() -> str:
    """The whole text of docs/parameters.md."""
    parts = [HEAD, "## Uncertainties of the world without support\n", uncertainty_table(ECONOMY)]
    parts += ["## Uncertainties of research (worlds where a scheme is a pôle)\n", uncertainty_table(RESEARCH)]
    for scheme in SCHEME_BEHAVIOUR:
        own = [u for u in uncertainties([scheme]) if u.name.startswith(f"{scheme}.")]
        parts += [f"## Behaviour towards the scheme `{scheme}`\n", uncertainty_table(own)]
    parts += ["## Levers of a scheme\n", rules_of_role("lever")]
    parts += ["## Rules of a scheme\n", rules_of_role("rule")]
    parts += ["## Behaviour towards any scheme, where it is not given for one\n", rules_of_role("behaviour")]
    parts.append("## Outcomes\n")
    parts.append(
        "Of one world, or of a pair: the world with the policy against the same world without any scheme.\n"
    )
    parts.append(
        table(
            ("name", "unit", "of", "better", "definition"),
            ((f"`{o.name}`", o.unit, o.of, BETTER[o.better], o.definition) for o in OUTCOMES.values()),
        )
    )
    return "\n".join(parts)


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
