"""What an evaluation bench has found, in sentences, and as a table for a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from scipy.stats import t

from experiments.evaluation.designs import DESIGNS
from experiments.evaluation.estimate import LEVEL
from experiments.lang import form, plural, say, told
from experiments.lang.phrases import of_place, parts, span_of
from experiments.terminal import Ruled, ruled

Score = Mapping[str, Any]
OFTEN_ENOUGH = 0.5  # of the draws in which a design must apply to be ranked
FEWEST_DRAWS = 20  # below, means and shares of draws say nothing
FULL_POWER = 0.8
LEAST_COVERAGE = 0.8  # of 90 % intervals
BEYOND_CHANCE = (
    1.0 / 370.0
)  # how often a bias that is none is called one: three standard errors of many draws
DASH = "-"


def answer(scores: Sequence[Score]) -> list[str]:
    """The sentences, the main one first: which design is nearest, which misleads and by how much."""
    ranked = rankable(scores)
    if not ranked:
        why = parts(of_place(words(s), told(s["why_not"])) for s in scores if s["why_not"])
        return [
            say(
                "No answer: no design could be applied in half of the draws ({why})",
                why=why or say("no draw ended well"),
            )
        ]
    known = judged(scores)
    found = [f"{parts([_nearest(known), _misleading(known)])}.", _power(known)] if known else [_few(ranked)]
    return [*found, *_gross_and_net(ranked), *_left_out(scores)]


def rankable(scores: Sequence[Score]) -> list[Score]:
    """Designs that could be applied in half of the draws or more."""
    return [s for s in scores if s["applied"] and s["applied"] >= OFTEN_ENOUGH * s["draws"]]


def judged(scores: Sequence[Score]) -> list[Score]:
    """Of these, those whose draws are enough to say how near to the truth they are."""
    return [s for s in rankable(scores) if s["applied"] >= FEWEST_DRAWS]


def words(score: Score) -> str:
    """A design in words."""
    return told(DESIGNS[score["design"]].words)


def biased(score: Score) -> bool:
    """Whether its mean error is beyond what chance gives in so many draws: nearly twice its 90 % interval."""
    free = score["applied"] - 1
    errors = t.ppf(1.0 - BEYOND_CHANCE / 2.0, free) / t.ppf(0.5 + LEVEL / 2.0, free)
    half = (score["bias_high"] - score["bias_low"]) / 2.0
    return bool(abs(score["bias"]) > errors * half)


def believable(score: Score) -> bool:
    """Whether a design is right on average and its intervals do not promise far too much: one that is right
    on average only, over worlds of which each misleads, is no help to who has one world."""
    return not biased(score) and score["coverage"] >= LEAST_COVERAGE


def jobs(value: float) -> str:
    """Jobs a firm: two decimals under ten."""
    return form(round(value, 2) + 0.0, ".2f") if abs(value) < 10 else form(value, ",.0f")


def signed(value: float) -> str:
    """The same with its sign."""
    return f"+{jobs(value)}" if value > 0 else jobs(value)


def _few(ranked: Sequence[Score]) -> str:
    """What stands in place of an answer where draws are few."""
    draws = max(s["applied"] for s in ranked)
    return plural(
        "Of {draws} draw too little can be said, neither which design is near the truth or misleads nor "
        "whether one would know: ask for {enough} or more.",
        "Of {draws} draws too little can be said, neither which design is near the truth or misleads nor "
        "whether one would know: ask for {enough} or more.",
        draws, draws=form(draws, ",.0f"), enough=FEWEST_DRAWS,
    )  # fmt: skip


def _nearest(ranked: Sequence[Score]) -> str:
    best = min(ranked, key=lambda s: s["miss"])
    text = plural(
        "Nearest to the truth: {design}, typically {miss} jobs a helped firm away from a true {truth}",
        "Nearest to the truth: {design}, typically {miss} jobs a helped firm away from a true {truth}",
        best["miss"],
        design=words(best),
        miss=jobs(best["miss"]),
        truth=jobs(best["truth"]),
    )
    return (
        say("{text} (and {bias} on average)", text=text, bias=signed(best["bias"])) if biased(best) else text
    )


def _misleading(ranked: Sequence[Score]) -> str:
    wrong = [s for s in ranked if biased(s)]
    if not wrong:
        return say("none misleads on average, beyond what chance gives in so many draws")
    worst = max(wrong, key=lambda s: abs(s["bias"]))
    return say(
        "most misleading: {design}, {bias} on average (90 %: {bias_low} to {bias_high}), its 90 % "
        "interval holding the truth in {coverage} of evaluations",
        design=words(worst),
        bias=signed(worst["bias"]),
        bias_low=signed(worst["bias_low"]),
        bias_high=signed(worst["bias_high"]),
        coverage=form(worst["coverage"], ".0%"),
    )


def _power(ranked: Sequence[Score]) -> str:
    """Whether one would know: what designs declare that can be believed."""
    sound = [s for s in ranked if believable(s)]
    if not sound:
        return say(
            "Would we know? Not by any of them: each is wrong on average, or its 90 % interval "
            "leaves out the truth more than 1 time in 5."
        )
    best = min(sound, key=lambda s: s["detectable"])
    return plural(
        "Would we know? Of the designs that can be believed (no bias beyond chance, the truth in "
        "the interval 4 times out of 5), the sharpest is {design}: it declares an effect in "
        "{power} of evaluations, where chance alone would in 5 %, and would see an effect of "
        "{detectable} jobs a helped firm 4 times out of 5.",
        "Would we know? Of the designs that can be believed (no bias beyond chance, the truth in "
        "the interval 4 times out of 5), the sharpest is {design}: it declares an effect in "
        "{power} of evaluations, where chance alone would in 5 %, and would see an effect of "
        "{detectable} jobs a helped firm 4 times out of 5.",
        best["detectable"],
        design=words(best),
        power=form(best["power"], ".0%"),
        detectable=jobs(best["detectable"]),
    )


def _gross_and_net(ranked: Sequence[Score]) -> list[str]:
    some = ranked[0]
    helped, net = some["effect_helped"], some["effect_net"]
    if helped != helped:
        return []
    return [
        plural(
            "The truth: {helped} jobs more in each helped firm; over all firms, with what "
            "competitors lose and local services gain, {net} a helped firm.",
            "The truth: {helped} jobs more in each helped firm; over all firms, with what "
            "competitors lose and local services gain, {net} a helped firm.",
            helped,
            helped=jobs(helped),
            net=jobs(net),
        )
    ]


def _left_out(scores: Sequence[Score]) -> list[str]:
    return [
        say(
            "Not applicable in {some} of {draws} draws: {design}; {why}.",
            some=form(s["draws"] - s["applied"], ",.0f"),
            draws=form(s["draws"], ",.0f"),
            design=words(s),
            why=told(s["why_not"]),
        )
        for s in scores
        if s["why_not"]
    ]


def table(scores: Sequence[Score]) -> Ruled:
    """A row a design."""
    columns = (
        say("design"), say("measures"), say("true"), say("found"), say("bias"), say("90 % of\nmisses"),
        say("truth in\ninterval"), say("declares\nan effect"), say("wrong\nsign"), say("would\nsee"),
    )  # fmt: skip
    found = ruled(say("What each design would have said, jobs a helped firm"), *columns, texts=(0, 1))
    for s in scores:
        found.add_row(words(s), told(s["estimand"]), *cells(s))
    caption = say(
        "Measures: gross, what helped firms gained because of the scheme; net, with what others "
        "lost and gained.\nWould see: the smallest effect that the design would declare 4 times "
        "out of 5."
    )
    found.caption = lambda _: caption
    return found


def cells(s: Score) -> list[str]:
    """The numbers of a design, as text."""
    if not s["applied"]:
        return [DASH] * 8
    misses = span_of(signed(s["miss_p05"]), signed(s["miss_p95"])) if s["applied"] > 1 else DASH
    wrong = form(s["wrong_sign"], ".0%") if s["wrong_sign"] == s["wrong_sign"] else DASH
    return [
        jobs(s["truth"]), jobs(s["estimate"]), signed(s["bias"]), misses,
        form(s["coverage"], ".0%"), form(s["power"], ".0%"), wrong, jobs(s["detectable"]),
    ]  # fmt: skip
