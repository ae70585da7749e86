"""Writes docs/parameters.md (uncertainties, fields of schemes, levers, outcomes, as the code declares them)
and docs/claims.md (the ledger of claims, docs/claims.yaml, as tables).

``python docs/tables.py`` writes both; tests hold them current.
"""

import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
TARGET = Path(__file__).with_name("parameters.md")
LEDGER = Path(__file__).with_name("claims.yaml")
CLAIMS_TARGET = Path(__file__).with_name("claims.md")

if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from calibration.posterior import Posterior, load  # noqa: E402
from calibration.rivals import in_sample  # noqa: E402
from scenarios.load import load_scheme  # noqa: E402
from sim.outcomes import OUTCOMES  # noqa: E402
from sim.parameters import ECONOMY, RESEARCH, RULES, SCHEME_BEHAVIOUR, Rule, Uncertainty, uncertainties  # noqa: E402

HEAD = """# Parameters, rules, levers, outcomes

Written by `docs/tables.py` from the code; do not edit. An **uncertainty** is drawn from its prior
(uniform between its bounds) or kept fixed; its bounds then say how far it may be scanned. A **rule** says
what a scheme is, a **lever** is what a designer may change, a **behaviour** is how people respond to a
scheme: an uncertainty of each scheme. Sources are rows of `calibration/facts.csv`, or "assumed".
"""
BY_SCHEME = """
Columns named after schemes give the value in the shipped file of the scheme; an empty cell is the
default. A policy writes `scheme.field`. Where a format stands behind the file that a field acts in (see
the rule `format`), schemes of another format may carry the field and nothing comes of it.
"""
# modules whose fields act in schemes of one format alone
OF_ONE_FORMAT = {
    "actions": "action", "diagnostics": "action", "bids": "market", "buyers": "market", "contracts": "market",
    "market": "market", "needs": "market", "reach": "market", "ties": "market", "calls": "pole",
    "governance": "pole", "routes": "pole", "seats": "pole", "services": "pole", "cohorts": "cohort",
}  # fmt: skip
# fields of these modules that act elsewhere too: in any opening, and where any members join
ALSO_ELSEWHERE = ("facilitators", "quality_floor", "sponsorship", "sponsor_days")
BETTER = {1: "more", -1: "less", 0: ""}
CLAIMS_HEAD = """# The ledger of claims

Written by `docs/tables.py` from `docs/claims.yaml`; do not edit. What the documents say of how the
schemes work, in our own words, and where the model has it. A claim is what its author says, not a
finding. Parameters are tabled in [parameters.md](parameters.md), facts are rows of
`calibration/facts.csv`, experiments are cases and policy files of `scenarios/`; what each mechanism moves
is in [ablation.md](ablation.md). `tremplin explain A06` shows one row.
"""
OWN_HEAD = """## What stands for no claim

Numbers of the model that no document speaks of, and why they are there.
"""


def table(header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    """A table in Markdown."""
    lines = [header, ("---",) * len(header), *rows]
    return "".join(
        "| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |\n" for line in lines
    )


def bounds(low: float, high: float) -> str:
    """Two bounds, as a reader writes them."""
    return f"{low:.10g} to {high:.10g}"


def prior(u: Uncertainty, found: Posterior) -> str:
    """The prior, and the rules that a sample keeps beside a default."""
    rules = in_sample(found.rows[:, found.names.index(u.name)]) if u.prior == "fixed" else ""
    return f"{u.prior}; the fit keeps both rules: {rules}" if rules else u.prior


def uncertainty_table(rows: Iterable[Uncertainty]) -> str:
    """Uncertainties with their prior and source."""
    sample = load()
    header = ("name", "unit", "default", "bounds", "prior", "meaning", "source", "acts in")
    return table(
        header,
        (
            (f"`{u.name}`", u.unit, f"{u.default:.10g}", bounds(u.low, u.high), prior(u, sample), u.doc,
             u.source, f"`{u.acts}`")
            for u in rows
        ),
    )  # fmt: skip


def rules_of_role(role: str, schemes: Iterable[str] = ()) -> str:
    """The fields of a scheme that have this role, with their values in some shipped schemes."""
    schemes = tuple(schemes)
    return table(
        ("field", "unit", "default", "bounds", *(f"`{s}`" for s in schemes), "meaning", "acts in"),
        (
            (f"`{r.name}`", r.unit, default_of(r), bounds(r.low, r.high), *(value_in(s, r) for s in schemes),
             r.doc, f"`{r.acts}`{of_one_format(r)}")
            for r in RULES
            if r.role == role
        ),
    )  # fmt: skip


@cache
def rules_of(scheme: str) -> dict[str, float]:
    """What the shipped file of a scheme gives."""
    return dict(load_scheme(scheme).rules)


def value_in(scheme: str, rule: Rule) -> str:
    """The value of a field in the shipped file of a scheme; nothing where it has the default."""
    given = rules_of(scheme)
    if rule.name not in given:
        return ""
    return rule.choices[int(given[rule.name])] if rule.choices else f"{given[rule.name]:.10g}"


def of_one_format(rule: Rule) -> str:
    """The same in brackets."""
    known = format_of(rule)
    return f" ({known})" if known else ""


def format_of(rule: Rule) -> str:
    """The format of schemes in which alone a rule or lever acts; nothing for what may act in several."""
    if rule.role == "behaviour" or rule.name in ALSO_ELSEWHERE:
        return ""
    return OF_ONE_FORMAT.get(Path(rule.acts).stem, "")


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
    parts += ["## Levers of a scheme", BY_SCHEME, rules_of_role("lever", SCHEME_BEHAVIOUR)]
    parts += ["## Rules of a scheme\n", rules_of_role("rule", SCHEME_BEHAVIOUR)]
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


def claims_document() -> str:
    """The whole text of docs/claims.md."""
    ledger = YAML(typ="safe").load(LEDGER.read_text(encoding="utf-8"))
    parts = [CLAIMS_HEAD]
    for name, document in ledger["documents"].items():
        parts.append(f"## {document['title']}\n")
        parts.append(f"{document['author']}, {document['publisher']}, {document['year']}. Scheme `{name}`.\n")
        parts.append(claims_table(claim for claim in ledger["claims"] if claim["document"] == name))
    own = ((words(group["reason"]), names(group["names"])) for group in ledger["own"])
    parts += [OWN_HEAD, table(("why", "names"), own)]
    return "\n".join(parts)


def claims_table(claims: Iterable[dict[str, Any]]) -> str:
    """Rows of the ledger."""
    header = (
        "claim",
        "in words",
        "represented, or why not",
        "where",
        "parameters",
        "facts",
        "tests",
        "experiments",
    )
    return table(
        header,
        (
            (c["id"], words(c["claim"]), represented(c), *(names(c[key]) for key in
             ("where", "parameters")), ", ".join(c["facts"]), names(c["test"]), names(c["experiment"]))
            for c in claims
        ),
    )  # fmt: skip


def represented(claim: dict[str, Any]) -> str:
    """Whether a claim is represented, with its limits, or why it is not."""
    said = "yes" if claim["represented"] else "no"
    return ". ".join([said.capitalize(), *(words(claim[key]) for key in ("limits", "why") if key in claim)])


def words(text: str) -> str:
    """A text in one line."""
    return " ".join(str(text).split())


def names(given: Iterable[str]) -> str:
    """Names of code, one after the other."""
    return ", ".join(f"`{name}`" for name in given)


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
    CLAIMS_TARGET.write_text(claims_document(), encoding="utf-8")
