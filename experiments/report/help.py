"""What the help was and did beside jobs: needs, cohorts and plans, research, contracts, turnover."""

from experiments.lang import later, say
from experiments.report.blocks import Block, Section, Table, Words
from experiments.report.reading import Group, Run, exists
from experiments.report.standing import averaged, openings, place, ranking
from experiments.report.words import capital, cell, plain

# outcome, unit, label; a table is shown where any of its outcomes exists
NEEDS = (
    ("right_need_share", "share", later("help that aims at the true need")),
    ("offer_gap", "share", later("seats under themes that firms need less")),
    ("pathway_actions", "", later("actions a pathway")),
    ("files_unserved", "", later("files that found no volunteer, seat, group or room in time")),
)
COHORTS = (
    ("cohorts", "", later("cohorts")),
    ("months_to_fill", "months", later("months to fill one")),
    ("misfit_share", "share", later("directors not ready to commit")),
    ("plans_carried_out", "share", later("plans carried out")),
    ("rigour", "share", later("rigour kept at the end")),
)
RESEARCH = (
    ("members", "", later("members of pôles or market places at the end")),
    ("distant_members", "", later("of these, members of pôles far from the technology")),
    ("left_pole", "", later("firms that left a pôle")),
    ("rd_projects", "", later("projects paid by calls")),
    ("sme_led_share", "share", later("files led by small firms")),
    ("selection_rate", "share", later("files selected")),
    ("months_to_cash", "months", later("months to the first money")),
    ("cash_failures", "share", later("projects given up for want of cash")),
    (
        "conversion",
        "share",
        later("R&D projects of all firms, members or not, that led to investment and hires"),
    ),
    ("rd_gain", "%", later("R&D of members of pôles, % more than without")),
)
MARKET = (
    ("members", "", later("members of pôles or market places at the end")),
    ("buyers", "", later("large buyers at the end")),
    ("needs_posted", "", later("needs posted")),
    ("needs_unanswered", "", later("needs that nobody answered")),
    ("contracts", "", later("contracts won")),
    ("contracts_from_neighbours", "", later("of these, from neighbouring basins")),
    ("contracts_from_outside", "", later("of these, from outside the territory")),
    ("members_unserved", "%", later("members without a contract, %")),
    ("preference_cost", "euros", later("given away by preference, euros")),
)
PERIMETERS = (
    ("jobs_contract", "jobs", later("jobs moved by contracts, territory")),
    ("jobs_net", "jobs", later("net jobs, territory")),
    ("jobs_outside", "jobs", later("jobs missed outside it")),
    ("jobs_net_world", "jobs", later("net jobs, territory and outside together")),
    ("sales_lost_by_neighbours", "euros", later("sales that neighbouring basins lose, euros")),
)
TURNOVER = (
    ("turnover_gain_year1", "%", later("turnover, first year")),
    ("turnover_gain_year2", "%", later("turnover, second year")),
    ("turnover_gain_year3", "%", later("turnover, third year")),
    ("jobs_gain_year1", "%", later("jobs, first year")),
    ("jobs_gain_year2", "%", later("jobs, second year")),
    ("jobs_gain_year3", "%", later("jobs, third year")),
)
# caption, columns, outcome that shows that there is something to tell, form of help that it is told of
FORMATS = (
    (later("Needs and themes"), NEEDS, "offer_gap", ""),
    (later("Cohorts and plans"), COHORTS, "cohorts", "cohort"),
    (later("Members and their research"), RESEARCH, "rd_projects", "pole"),
    (later("Members and their contracts"), MARKET, "needs_posted", "market"),
    (later("Jobs here and elsewhere"), PERIMETERS, "needs_posted", "market"),
)
GAINS = later("Firms helped against the same firms in the world without any scheme, in percent")
Columns = tuple[tuple[str, str, str], ...]


def beside_jobs(run: Run) -> Section | None:
    """Needs, cohorts, research, contracts, turnover; None where nothing of it exists."""
    blocks: list[Block] = []
    if run.several:
        blocks.append(
            Words(
                say(
                    "Several schemes live here, and a number speaks of all that make what it counts: a share "
                    "of files is over those of every scheme, a count of members over every scheme that has "
                    "some, each firm once. What is said of pôles or of cohorts is of these alone."
                )
            )
        )
    for caption, columns, mark, form in FORMATS:
        if exists(run, mark) or _opens(run, form):
            blocks += [_table(run, group, caption, columns, form, mark) for group in run.groups]
    if exists(run, "needs_posted"):
        blocks.append(
            Words(
                say(
                    "What one member wins another supplier loses: a firm of the same basin or of a "
                    "neighbouring one, which is counted in the net jobs of the territory, or one outside it, "
                    "which is not. Territory and outside together, contracts move about nothing."
                )
            )
        )
    if exists(run, "turnover_gain_year1"):
        blocks.append(
            Words(
                say(
                    "Advice by itself lifts turnover for a year or so and fades; jobs follow only where it "
                    "bears on a decision to hire. The table holds all gains, those of the firms' projects "
                    "and of the hires for them included, which need not fade: differences between the same "
                    "firms in the two worlds, by the time since their help ended."
                )
            )
        )
        blocks += [_table(run, group, GAINS, TURNOVER) for group in run.groups]
    return (
        Section("help", say("Help"), say("What the help was, and did beside jobs"), blocks)
        if len(blocks) > run.several
        else None
    )


def _opens(run: Run, form: str) -> bool:
    """Whether a scheme of this form of help opens somewhere: that it then gave nothing is to be told."""
    return bool(form) and any(
        openings(group, policy, form) for group in run.groups for policy in ranking(run, group)
    )


def _table(
    run: Run, group: Group, caption: str, columns: Columns, form: str = "", mark: str = ""
) -> Table:  # fmt: skip
    """Measures, policy by policy; of those that open a scheme of this form of help, where one is given.
    ``mark``: the one that is shown even where it is nil everywhere."""
    shown = [column for column in columns if column[0] == mark or exists(run, column[0])]
    rows = []
    for policy in ranking(run, group):
        told = not form or openings(group, policy, form)
        cells = [_cell(run, group, policy, name, unit) if told else "–" for name, unit, _ in shown]
        rows.append([plain(policy), *cells])
    what = " – ".join(text for text in (place(run, group), say(caption)) if text)
    title = averaged(run, what)
    names = [capital(say(label)) for *_, label in shown]
    if len(rows) == 1:  # one policy: a row a measure
        return Table(title, ["", rows[0][0]], [list(pair) for pair in zip(names, rows[0][1:])])
    return Table(title, [say("Policy"), *names], rows)


def _cell(run: Run, group: Group, policy: str, name: str, unit: str) -> str:
    found = run.spread(group.name, policy, name)
    return cell(found, "" if unit == "%" else unit) if found.known else "–"
