"""Three basins, a case and a policy file in the present folder, and what is noted of them."""

from pathlib import Path

from scenarios.load import load_with_notes

TERRITORY = """\
id,name,region,smes,large_sites,dominant_sector
a,A,North,300,3,
b,B,North,300,3,metal
c,C,South,300,3,
"""
CASE = """\
title: T
territory: t.csv
start: "2011-01"
horizon_months: 48
schemes:
  {schemes}
"""
SCHEME = "title: M\ndescription: D\nrules: {rules}\n"
PUBLISHED = {
    "alize": "alize-1997-2007",
    "boost_innov": "boost-innov-region-2025-2035",
    "plan_pme": "plan-pme-2011-2015",
    "pole": "poles-2005-2014",
    "pacte_pme": "mba-marseille-2017-2019",
}


def write_noted() -> None:
    """Writes the territory, and a case with Alizé in it."""
    Path("t.csv").write_text(TERRITORY, "utf-8")
    case("alize: {opens: 0}")


def case(schemes: str) -> None:
    """Writes a case with these schemes."""
    Path("case.yaml").write_text(CASE.replace("{schemes}", schemes), "utf-8")


def own_scheme(rules: str, behaviour: str = "") -> list[str]:
    """Notes on a case with a scheme of one's own."""
    text = SCHEME.replace("{rules}", rules) + (f"behaviour: {behaviour}\n" if behaviour else "")
    Path("own.yaml").write_text(text, "utf-8")
    case("mentors: {file: own.yaml, opens: 0}")
    return notes("case.yaml")


def notes(file: str) -> list[str]:
    """What is noted of a file, with its place."""
    return [str(note) for note in load_with_notes(file)[1]]


def policy(*lines: str, base: str = "case.yaml") -> list[str]:
    """Notes on a policy that sets these levers."""
    Path("q.yaml").write_text(f"base: {base}\npolicies:\n  p: {{{', '.join(lines)}}}\n", "utf-8")
    return [note.split(": ", 1)[1] for note in notes("q.yaml")]
