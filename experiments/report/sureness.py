"""How sure the answer is: what is not settled, where the spread comes from, what intervals hold."""

import math

from experiments import precision
from experiments.lang import form, say
from experiments.lang.phrases import listed, of_place
from experiments.parameters import DEFAULT
from experiments.report.blocks import Block, Items, Words
from experiments.report.reading import Group, Run
from experiments.report.standing import (
    lead,
    own_schemes,
    place,
    ranking,
)
from experiments.report.words import (
    plain,
    worlds,
)
from experiments.spread import UNTOLD, spread_of_what
from experiments.spread import said as origins_said
from experiments.summary import SURE_WORLDS

SHARE = ("from_parameters", "from_parameters_p05", "from_parameters_p95")
ROUGH = 20  # worlds; below, an interval is rough


def not_settled(run: Run) -> list[Block]:
    """The policies whose lead is open: because there are too few worlds, or because these disagree."""
    few = say("What is not settled (too few worlds: {enough} or more are needed)", enough=SURE_WORLDS)
    alike = say(
        "What is not settled (too few draws of behavioural numbers: {enough} or more are needed, each with "
        "its own)",
        enough=SURE_WORLDS,
    )
    disagree = say(
        "What is not settled (neither ahead of {reference} in nearly every world, nor behind)",
        reference=plain(run.reference),
    )
    found: dict[str, list[str]] = {few: [], alike: [], disagree: []}
    for group in run.groups:
        names: dict[str, list[str]] = {why: [] for why in found}
        for policy in ranking(run, group):
            against = lead(run, group, policy, run.reference)
            if policy != run.reference and against.verdict == "not settled":
                about = {"policy": plain(policy), "ahead": against.ahead, "n": against.n}
                said = say("{policy} (ahead in {ahead} of {n})", **about)
                why = disagree if not against.few else few if against.n < SURE_WORLDS else alike
                names[why].append(said)
        for why, said_of in names.items():
            found[why] += [of_place(place(run, group), listed(said_of))] if said_of else []
    return [Items(items, title=why) for why, items in found.items() if items]


def origins(run: Run) -> list[Block]:
    """Where the spread of what is answered comes from, and how exactly its mean is known."""
    said = [_origin(run, group) for group in run.groups if ranking(run, group)]
    terms = [place(run, group) for group in run.groups if ranking(run, group)]
    known = [(text, term) for text, term in zip(said, terms) if text]
    blocks: list[Block] = []
    if len(known) == 1:
        blocks.append(Words(known[0][0]))
    elif known:
        blocks.append(Items([text for text, _ in known], [term for _, term in known]))
    elif run.parameters != DEFAULT and len(run.worlds) > 1:
        blocks.append(Words(say(UNTOLD)))
    exact = precision.sentence(run.manifest.get("precision", {}), run.reference, plain)
    return [*blocks, Words(say("{exact} Section “How” has each.", exact=exact))] if exact else blocks


def _origin(run: Run, group: Group) -> str:
    winner = ranking(run, group)[0]
    against = run.reference if winner != run.reference else ""
    end = str(group.spec["horizon_months"])
    for row in run.headline:
        of = (row["group"], row["policy"], row["against"], row["month"])
        if of == (group.name, winner, against, end) and row.get("sd_chance"):
            share, low, high = (float(row[name] or math.nan) for name in SHARE)
            what = spread_of_what(plain(winner), plain(against) if against else "")
            return say("Of the spread of {what}, {share}.", what=what, share=origins_said(share, low, high))
    return ""


def how_sure(run: Run) -> str:
    """How many worlds there are, and what their intervals hold."""
    n, least = run.worlds_an_arm, run.fewest_worlds
    if n == 1:
        return say(
            "Each policy was run in {worlds}: one possible history, without an interval.", worlds=worlds(n)
        )
    if run.parameters == DEFAULT:
        kind = say(
            "Every behavioural number was kept at its default, so intervals show luck alone; what is "
            "not known about behaviour makes the truth less sure than they say."
        )
    elif run.independent_worlds == 1:
        kind = say(
            "Behavioural numbers are the same in all of them, so intervals show luck alone; what is "
            "not known about behaviour makes the truth less sure than they say."
        )
    elif run.parameters == "posterior":
        kind = say(
            "Behavioural numbers differ from draw to draw, as far as published figures leave them "
            "open, so intervals show luck and ignorance together."
        )
    else:
        kind = say(
            "Behavioural numbers differ from draw to draw, so intervals show luck and ignorance together."
        )
    if own := own_schemes(run):
        fixed = say(
            "How people respond to {schemes} is fixed, by file or by default: no published figure informs "
            "it, and intervals show nothing of what is not known about it.",
            schemes=listed(own),
        )
        kind = f"{kind} {fixed}"
    of = (
        worlds(n) if n == least else say("{least} to {most} worlds, by case", least=form(least), most=form(n))
    )
    said = [say("Each policy was run in {worlds}; “9 times out of 10” means in 90 % of them.", worlds=of)]
    if least < ROUGH:
        said.append(say("So few worlds make rough intervals; {enough} or more are better.", enough=ROUGH))
    return " ".join([*said, kind])
