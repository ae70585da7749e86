"""Typical cases: firms and a basin followed through both worlds."""

import json
from typing import Any

from experiments.lang import Said, kept, read, say
from experiments.lang.phrases import of_place
from experiments.report.blocks import Block, Items, Section, Words
from experiments.report.reading import Run
from experiments.report.standing import place
from experiments.report.words import plain, typeset
from experiments.typical.stories import NOBODY, TYPICAL, share_of


def typical(run: Run) -> Section | None:
    """The histories that stand in the folder."""
    path = run.path / TYPICAL
    if not path.exists():
        return None
    content = json.loads(path.read_text("utf-8"))
    group = next(group for group in run.groups if group.name == content["group"])
    where = f", {place(run, group)}" if place(run, group) else ""
    about = {"where": where, "policy": plain(content["policy"])}
    if len(group.spec["schemes"]) == 1:
        head = say(
            "The first of the simulated worlds{where}, with the scheme as in “{policy}”, beside the same "
            "world without.",
            **about,
        )
    else:
        head = say(
            "The first of the simulated worlds{where}, with the schemes as in “{policy}”, beside the same "
            "world without.",
            **about,
        )
    if not content["stories"]:
        nobody = Words(f"{head} {say(NOBODY)}")
        return Section("typical", say("Typical cases"), say("Typical cases"), [nobody])
    rest = say(
        "No firm of a model is a real one; these show what numbers are made of. Of each kind of firm, the "
        "one in the middle by hires is told."
    )
    blocks: list[Block] = [Words(f"{head} {rest}")]
    for story in content["stories"]:
        lines = [(read(line["date"]), read(line["text"])) for line in story["lines"]]
        lines.append((say("At the end"), _end(story["end"])))
        terms, texts = zip(*lines)
        title, share = read(story["title"]), story["share"]
        if share is not None:
            title = of_place(title, share_of(story["kind"], share))
        blocks.append(Words(typeset(title), strong=True))
        blocks.append(Items([typeset(text) for text in texts], terms, read(story["about"])))
    return Section("typical", say("Typical cases"), say("Typical cases"), blocks)


def _end(data: Any) -> str:
    """How a history ends, without the words that stand before it."""
    end = kept(data)
    return str(end.values["what"]) if isinstance(end, Said) else str(end).removeprefix("At the end ")
