"""What the help was and did beside jobs: needs read rightly, cohorts and plans, turnover of firms helped."""

from experiments.report.blocks import Block, Section, Table, Words
from experiments.report.headline import place, ranking
from experiments.report.reading import Group, Run
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
MARKETS = (
    ("members", "firms", "member firms at the end"),
    ("buyers", "sites", "large buyers at the end"),
    ("needs_posted", "", "needs posted"),
    ("contracts", "", "contracts won"),
    ("contracts_per_member", "", "contracts a member"),
    ("members_unserved", "%", "members without any, in percent"),
    ("preference_cost", "euros", "given away by buyers who prefer local suppliers"),
)
PERIMETERS = (
    ("jobs_contract", "jobs", "jobs moved by contracts, in the territory"),
    ("jobs_net", "jobs", "net jobs in the territory"),
    ("jobs_outside", "jobs", "jobs missed by suppliers outside it"),
    ("jobs_net_world", "jobs", "net jobs in the world"),
    ("contracts_from_outside", "", "contracts taken from outside the territory"),
    ("contracts_from_neighbours", "", "contracts taken from neighbouring basins"),
    ("sales_lost_by_neighbours", "euros", "sales that these lose"),
)
TURNOVER = (
    ("turnover_gain_year1", "%", "turnover, first year"),
    ("turnover_gain_year2", "%", "turnover, second year"),
    ("turnover_gain_year3", "%", "turnover, third year"),
    ("jobs_gain_year1", "%", "jobs, first year"),
    ("jobs_gain_year2", "%", "jobs, second year"),
    ("jobs_gain_year3", "%", "jobs, third year"),
)
FORMATS = (
    ("Needs and themes", NEEDS, "offer_gap"),
    ("Cohorts and plans", COHORTS, "cohorts"),
    ("Members and contracts", MARKETS, "needs_posted"),
    ("What one firm wins another loses: the territory and the world", PERIMETERS, "contracts"),
)
GAINS = "Firms helped against the same firms in the world without any scheme, in percent"
Columns = tuple[tuple[str, str, str], ...]


def beside_jobs(run: Run) -> Section | None:
    """Needs, cohorts, turnover; None where nothing of it exists."""
    blocks: list[Block] = []
    for caption, columns, mark in FORMATS:
        if exists(run, mark):
            blocks += [_table(run, group, caption, columns) for group in run.groups]
    if exists(run, "turnover_gain_year1"):
        blocks.append(
            Words(
                "Advice lifts turnover for a year or so and fades; jobs follow only where it bears on a "
                "decision to hire. Both are differences between the same firms in the two worlds, by the "
                "time since their help ended."
            )
        )
        blocks += [_table(run, group, GAINS, TURNOVER) for group in run.groups]
    return Section("help", "Help", "What the help was, and did beside jobs", blocks) if blocks else None


def exists(run: Run, outcome: str) -> bool:
    """Whether an outcome is there and not nil in every world."""
    return outcome in run.worlds and bool((run.worlds[outcome].fillna(0) != 0).any())


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
