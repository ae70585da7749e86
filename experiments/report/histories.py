"""Typical cases: firms and a basin followed through both worlds."""

import json

from experiments.report.blocks import Block, Items, Section, Words
from experiments.report.headline import place
from experiments.report.reading import Run
from experiments.report.words import plain
from experiments.typical import TYPICAL, share_of


def typical(run: Run) -> Section | None:
    """The histories that stand in the folder."""
    path = run.path / TYPICAL
    if not path.exists():
        return None
    content = json.loads(path.read_text("utf-8"))
    group = next(group for group in run.groups if group.name == content["group"])
    where = f", {place(run, group)}" if place(run, group) else ""
    scheme = "with the scheme" if len(group.spec["schemes"]) == 1 else "with the schemes"
    blocks: list[Block] = [
        Words(
            f"The first of the simulated worlds{where}, {scheme} as in “{plain(content['policy'])}”, "
            "beside the same world without. No firm of a model is a real one; these show what numbers are "
            "made of. Of each kind of firm, the one in the middle by hires is told."
        )
    ]
    for story in content["stories"]:
        of = "" if story["share"] is None else f": {share_of(story['kind'], story['share'])}"
        lines = [(line["date"], line["text"]) for line in story["lines"]]
        lines.append(("At the end", story["end"].removeprefix("At the end ")))
        terms, texts = zip(*lines)
        blocks.append(Words(f"{story['title']}{of}", strong=True))
        blocks.append(Items(texts, terms, story["about"]))
    return Section("typical", "Typical cases", "Typical cases", blocks)
