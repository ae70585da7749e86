"""What the help was and did beside jobs: needs, cohorts and plans, research, contracts, turnover."""

from experiments.report.blocks import Block, Section, Table, Words
from experiments.report.headline import place, ranking
from experiments.report.reading import Group, Run, exists
from experiments.report.words import capital, cell, plain

# outcome, unit, label; a table is shown where any of its outcomes exists
NEEDS = (
    ("right_need_share", "share", "help that aims at the true need"),
    ("offer_gap", "share", "seats under themes that firms need less"),
    ("pathway_actions", "", "actions a pathway"),
    ("files_unserved", "", "requests that found no seat in time"),
)
COHORTS = (
    ("cohorts", "", "cohorts"),
    ("months_to_fill", "months", "months to fill one"),
    ("misfit_share", "share", "directors not ready to commit"),
    ("plans_carried_out", "share", "plans carried out"),
    ("rigour", "share", "rigour kept at the end"),
)
RESEARCH = (
    ("members", "", "members at the end"),
    ("distant_members", "", "of these, far from the technology"),
    ("left_pole", "", "members that left"),
    ("rd_projects", "", "projects paid by calls"),
    ("sme_led_share", "share", "files led by small firms"),
    ("selection_rate", "share", "files selected"),
    ("months_to_cash", "months", "months to the first money"),
    ("cash_failures", "share", "projects given up for want of cash"),
    ("conversion", "share", "projects that led to investment and hires"),
    ("rd_gain", "%", "R&D of members, % more than without"),
)
MARKET = (
    ("members", "", "member firms at the end"),
    ("buyers", "", "large buyers at the end"),
    ("needs_posted", "", "needs posted"),
    ("needs_unanswered", "", "needs that nobody answered"),
    ("contracts", "", "contracts won"),
    ("contracts_from_neighbours", "", "of these, from neighbouring basins"),
    ("contracts_from_outside", "", "of these, from outside the territory"),
    ("members_unserved", "%", "members without a contract, %"),
    ("preference_cost", "euros", "given away by preference, euros"),
)
PERIMETERS = (
    ("jobs_contract", "jobs", "jobs moved by contracts, territory"),
    ("jobs_net", "jobs", "net jobs, territory"),
    ("jobs_outside", "jobs", "jobs missed outside it"),
    ("jobs_net_world", "jobs", "net jobs, territory and outside together"),
    ("sales_lost_by_neighbours", "euros", "sales that neighbouring basins lose, euros"),
)
TURNOVER = (
    ("turnover_gain_year1", "%", "turnover, first year"),
    ("turnover_gain_year2", "%", "turnover, second year"),
    ("turnover_gain_year3", "%", "turnover, third year"),
    ("jobs_gain_year1", "%", "jobs, first year"),
    ("jobs_gain_year2", "%", "jobs, second year"),
    ("jobs_gain_year3", "%", "jobs, third year"),
)
# caption, columns, outcome that shows that there is something to tell
FORMATS = (
    ("Needs and themes", NEEDS, "offer_gap"),
    ("Cohorts and plans", COHORTS, "cohorts"),
    ("Members and their research", RESEARCH, "rd_projects"),
    ("Members and their contracts", MARKET, "needs_posted"),
    ("Jobs here and elsewhere", PERIMETERS, "needs_posted"),
)
GAINS = "Firms helped against the same firms in the world without any scheme, in percent"
Columns = tuple[tuple[str, str, str], ...]


def beside_jobs(run: Run) -> Section | None:
    """Needs, cohorts, research, contracts, turnover; None where nothing of it exists."""
    blocks: list[Block] = []
    if run.several:
        blocks.append(
            Words(
                "Several schemes live here, and each number speaks of all of them: a share of pathways is "
                "over those of every scheme, a count of members over every scheme that has some."
            )
        )
    for caption, columns, mark in FORMATS:
        if exists(run, mark):
            blocks += [_table(run, group, caption, columns) for group in run.groups]
    if exists(run, "needs_posted"):
        blocks.append(
            Words(
                "What one member wins another supplier loses: a firm of the same basin or of a neighbouring "
                "one, which is counted in the net jobs of the territory, or one outside it, which is not. "
                "Territory and outside together, contracts move about nothing."
            )
        )
    if exists(run, "turnover_gain_year1"):
        blocks.append(
            Words(
                "Advice lifts turnover for a year or so and fades; jobs follow only where it bears on a "
                "decision to hire. Both are differences between the same firms in the two worlds, by the "
                "time since their help ended."
            )
        )
        blocks += [_table(run, group, GAINS, TURNOVER) for group in run.groups]
    return (
        Section("help", "Help", "What the help was, and did beside jobs", blocks)
        if len(blocks) > run.several
        else None
    )


def _table(run: Run, group: Group, caption: str, columns: Columns) -> Table:
    shown = [column for column in columns if exists(run, column[0])]
    rows = [
        [plain(policy), *(_cell(run, group, policy, name, unit) for name, unit, _ in shown)]
        for policy in ranking(run, group)
    ]
    title = " – ".join(text for text in (place(run, group), caption) if text) + ": mean (5 to 95 % of worlds)"
    names = [capital(label) for *_, label in shown]
    if len(rows) == 1:  # one policy: a row a measure
        return Table(title, ["", rows[0][0]], [list(pair) for pair in zip(names, rows[0][1:])])
    return Table(title, ["Policy", *names], rows)


def _cell(run: Run, group: Group, policy: str, name: str, unit: str) -> str:
    found = run.spread(group.name, policy, name)
    return cell(found, "" if unit == "%" else unit) if found.known else "–"
