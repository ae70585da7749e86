"""The page: sections in the order in which a person decides."""

import re
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from experiments.lang import language, later, say, told
from experiments.report import validated
from experiments.report.basins import by_basin
from experiments.report.blocks import Section
from experiments.report.choice import choice
from experiments.report.costs import costs
from experiments.report.figures import styles
from experiments.report.grounds import how_computed, what_would_change
from experiments.report.headline import first_section
from experiments.report.help import beside_jobs
from experiments.report.histories import typical
from experiments.report.jobs import from_reported_to_net, side_by_side
from experiments.report.maps import on_map
from experiments.report.mix import brought, with_shares
from experiments.report.published import beside_simulated
from experiments.report.reading import Run, exists
from experiments.report.shock import after_closures
from experiments.report.standing import years
from experiments.report.support import members_over_time, net_over_time, over_time, volunteers
from experiments.report.winners import winners, with_dates

HERE = Path(__file__).parent
_OPTION = re.compile(r"--[a-z]+(?: [0-9]+\b)?")
# the question of an evaluation, as experiments/evaluation/bench.py writes it
WOULD_YEARS = later("Would an evaluation of {scheme} after {years} years have found the truth?")
WOULD_A_YEAR = later("Would an evaluation of {scheme} after a year have found the truth?")


def sections(run: Run) -> list[Section]:
    """The sections of a run, as data."""
    if run.command == "validate":
        return validated.sections(run)
    first = with_shares(first_section(run), run)
    last = [what_would_change(run), how_computed(run)]
    if run.worlds.empty:
        return [first, *last]
    drawn = styles(run.policies)
    second = beside_simulated(run) if run.command == "run" else None
    if run.command == "run":
        first = with_dates(first, run)
    elif not run.only_shares:
        second = with_dates(side_by_side(run, drawn), run)
    lent = exists(run, "volunteers_mobilised")  # paid advice has no partners to tire
    middle = [
        second,
        choice(run, drawn),
        brought(run),
        after_closures(run),
        net_over_time(run, drawn),
        from_reported_to_net(run),
        beside_jobs(run),
        over_time(run, drawn) if lent else None,
        members_over_time(run, drawn, not lent) if exists(run, "members") else None,
        winners(run),
        by_basin(run),
        on_map(run),
        volunteers(run, drawn) if lent else None,
        costs(run, drawn),
        typical(run),
    ]
    return [first, *(section for section in middle if section), *last]


def filled(
    title: str, subtitle: str, cases: Sequence[tuple[str, str]], sections: Sequence[Section]
) -> str:  # fmt: skip
    """A page with these sections, as HTML."""
    loader = FileSystemLoader(HERE)
    page = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    page.filters["unbroken"] = unbroken
    page.filters["by_word"] = by_word
    template = page.get_template("page.html.j2")
    style = (HERE / "style.css").read_text("utf-8")
    return template.render(
        title=title, subtitle=subtitle, cases=cases, sections=sections, style=style, say=say,
        language=language(),
    )  # fmt: skip


def unbroken(text: str) -> Markup:
    """The text with the options of commands in it each on one line: "--replicates 2"."""
    return Markup(_OPTION.sub(r'<span class="option">\g<0></span>', str(escape(text))))


def by_word(command: str) -> Markup:
    """A command with each of its words kept together."""
    return Markup(re.sub(r"\S+", r"<span>\g<0></span>", str(escape(command))))


def render(run: Run) -> str:
    """The page of a run as HTML."""
    spec = run.manifest["spec"]
    group = run.groups[0]
    alone = len(run.groups) == 1
    validated_ = run.command == "validate"
    return filled(
        told_question(spec.get("question") or "") or told(spec.get("title") or group.title),
        f"{told(group.title)}. {told(group.description)}" if alone and spec.get("question") else
        told(group.description) if alone else
        say("{number} published histories", number=len(run.groups)) if validated_ else
        say("{number} cases over {years}", number=len(run.groups), years=years(group)),
        () if alone or validated_ else [(told(g.title), told(g.description)) for g in run.groups],
        sections(run),
    )  # fmt: skip


def told_question(text: str) -> str:
    """The question of a run; that of an evaluation is made of a scheme and a time."""
    for form_ in (WOULD_YEARS, WOULD_A_YEAR):
        pattern = re.escape(form_).replace(r"\{scheme\}", "(.+)").replace(r"\{years\}", r"(\d+)")
        if found := re.fullmatch(pattern, text):
            scheme, *years_ = found.groups()
            return say(form_, scheme=told(scheme), **dict(zip(("years",), years_)))
    return told(text)
