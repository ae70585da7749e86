"""What an evaluation bench has found, in sentences, and as a table for a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.table import Table

from experiments.evaluation.designs import DESIGNS

Score = Mapping[str, Any]
OFTEN_ENOUGH = 0.5  # of the draws in which a design must apply to be ranked
FEWEST_DRAWS = 20  # below, shares of draws say nothing
FULL_POWER = 0.8
LEAST_COVERAGE = 0.8  # of 90 % intervals
BEYOND_CHANCE = 3.0 / 1.645  # half-widths of a 90 % interval: three standard errors, 1 time in 370
DASH = "-"


def answer(scores: Sequence[Score]) -> list[str]:
    """The sentences, the main one first: which design is nearest, which misleads and by how much."""
    ranked = rankable(scores)
    if not ranked:
        why = "; ".join(f"{words(s)}: {s['why_not']}" for s in scores if s["why_not"])
        return [f"No answer: no design could be applied in half of the draws ({why or 'no draw ended well'})"]
    found = [f"{_nearest(ranked)}; {_misleading(ranked)}."]
    found += [_power(ranked), *_gross_and_net(ranked), *_left_out(scores)]
    return found


def rankable(scores: Sequence[Score]) -> list[Score]:
    """Designs that could be applied in half of the draws or more."""
    return [s for s in scores if s["applied"] and s["applied"] >= OFTEN_ENOUGH * s["draws"]]


def words(score: Score) -> str:
    """A design in words."""
    return DESIGNS[score["design"]].words


def biased(score: Score) -> bool:
    """Whether its mean error is beyond what chance gives in so many draws: nearly twice its 90 % interval."""
    half = (score["bias_high"] - score["bias_low"]) / 2.0
    return abs(score["bias"]) > BEYOND_CHANCE * half


def believable(score: Score) -> bool:
    """Whether a design is right on average and its intervals do not promise far too much: one that is right
    on average only, over worlds of which each misleads, is no help to who has one world."""
    return not biased(score) and score["coverage"] >= LEAST_COVERAGE


def jobs(value: float) -> str:
    """Jobs a firm: two decimals under ten."""
    return f"{round(value, 2) + 0.0:.2f}" if abs(value) < 10 else f"{value:,.0f}"


def signed(value: float) -> str:
    """The same with its sign."""
    return f"+{jobs(value)}" if value > 0 else jobs(value)


def _nearest(ranked: Sequence[Score]) -> str:
    best = min(ranked, key=lambda s: s["miss"])
    text = (
        f"Nearest to the truth: {words(best)}, typically {jobs(best['miss'])} jobs a helped firm away from "
        f"a true {jobs(best['truth'])}"
    )
    return text + (f" (and {signed(best['bias'])} on average)" if biased(best) else "")


def _misleading(ranked: Sequence[Score]) -> str:
    wrong = [s for s in ranked if biased(s)]
    if max(s["applied"] for s in ranked) == 1:
        return "one draw says nothing of what misleads"
    if not wrong:
        return "none misleads on average, beyond what chance gives in so many draws"
    worst = max(wrong, key=lambda s: abs(s["bias"]))
    return (
        f"most misleading: {words(worst)}, {signed(worst['bias'])} on average "
        f"(90 %: {signed(worst['bias_low'])} to {signed(worst['bias_high'])}), its 90 % interval "
        f"holding the truth in {worst['coverage']:.0%} of evaluations"
    )


def _power(ranked: Sequence[Score]) -> str:
    """Whether one would know: what designs declare that can be believed."""
    draws = max(s["applied"] for s in ranked)
    if draws < FEWEST_DRAWS:
        return (
            f"Would we know? Of {draws:,.0f} draw{'' if draws == 1 else 's'} too little can be said: ask for "
            f"{FEWEST_DRAWS} or more."
        )
    sound = [s for s in ranked if believable(s)]
    if not sound:
        return (
            "Would we know? Not by any of them: each is wrong on average, or its 90 % interval leaves out "
            "the truth more than 1 time in 5."
        )
    best = min(sound, key=lambda s: s["detectable"])
    return (
        "Would we know? Of the designs that can be believed (no bias beyond chance, the truth in the "
        f"interval 4 times out of 5), the sharpest is {words(best)}: it declares an effect in "
        f"{best['power']:.0%} of evaluations, where chance alone would in 5 %, and would see an effect of "
        f"{jobs(best['detectable'])} jobs a helped firm 4 times out of 5."
    )


def _gross_and_net(ranked: Sequence[Score]) -> list[str]:
    some = ranked[0]
    helped, net = some["effect_helped"], some["effect_net"]
    if helped != helped:
        return []
    return [
        f"The truth: {jobs(helped)} jobs more in each helped firm; over all firms, with what competitors "
        f"lose and local services gain, {jobs(net)} a helped firm."
    ]


def _left_out(scores: Sequence[Score]) -> list[str]:
    return [
        f"Not applicable in {s['draws'] - s['applied']:,.0f} of {s['draws']:,.0f} draws: {words(s)}; "
        f"{s['why_not']}."
        for s in scores
        if s["why_not"]
    ]


def table(scores: Sequence[Score]) -> Table:
    """A row a design."""
    found = Table(title="What each design would have said, jobs a helped firm", title_justify="left",
                  title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)  # fmt: skip
    columns = ("design", "measures", "true", "found", "bias", "90 % of\nmisses", "truth in\ninterval",
               "declares\nan effect", "wrong\nsign", "would\nsee")  # fmt: skip
    for i, column in enumerate(columns):
        found.add_column(column, justify="left" if i < 2 else "right", no_wrap=i > 1, overflow="fold")
    for s in scores:
        found.add_row(words(s), s["estimand"], *cells(s))
    found.caption = (
        "Measures: gross, what helped firms gained because of the scheme; net, with what others lost and "
        "gained.\nWould see: the smallest effect that the design would declare 4 times out of 5."
    )
    found.caption_justify, found.caption_style = "left", ""
    return found


def cells(s: Score) -> list[str]:
    """The numbers of a design, as text."""
    if not s["applied"]:
        return [DASH] * 8
    misses = f"{signed(s['miss_p05'])} to {signed(s['miss_p95'])}" if s["applied"] > 1 else DASH
    wrong = f"{s['wrong_sign']:.0%}" if s["wrong_sign"] == s["wrong_sign"] else DASH
    return [
        jobs(s["truth"]), jobs(s["estimate"]), signed(s["bias"]), misses, f"{s['coverage']:.0%}",
        f"{s['power']:.0%}", wrong, jobs(s["detectable"]),
    ]  # fmt: skip
