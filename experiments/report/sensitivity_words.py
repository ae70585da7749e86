"""The fixed sentences of the page of a design."""

from experiments.plan import COMMON
from experiments.sensitivity.methods import (
    DELTA,
    FAST,
    FF,
    GRID,
    LATIN,
    MORRIS,
    PAWN,
    RBD_FAST,
    SOBOL,
)

HEADINGS = {
    "indices": "Indices", "settled": "Settled?", "boxes": "Failing", "regret": "Regret", "factors": "Factors",
    "how": "How",
}  # fmt: skip
READING = {
    "ST": "ST is the part of the variance that goes if a factor becomes known, all it does with others "
    "included; S1 the part that it makes by itself. Where ST is much larger than S1 it acts through others, "
    "and parts ST add up to more than 1.",
    "S1": "S1 is the part of the variance that a factor makes by itself; what is missing to 1 comes from "
    "factors acting together, and from luck where rows have a luck of their own.",
    "mu_star": "mu_star is how much the outcome changes, on average and whatever the sign, when a factor "
    "crosses its range; sigma is large where that bends or hangs on other factors. It ranks, and tells what "
    "may be left out; it is no part of a variance.",
    "median": "PAWN compares the distribution of the outcome with that where the factor is known: 0 if "
    "nothing changes, 1 at most. What does not exceed the value by chance says nothing.",
    "delta": "Delta is how much of the distribution of the outcome moves when the factor becomes known: 0 if "
    "nothing does, 1 at most. What does not exceed the value by chance says nothing. It ranks: it comes "
    "from few classes of rows, which makes it too low, of weak factors by a third and more; S1 is, too.",
    "main_effect": "A main effect is half the change of the outcome from one end of the factor to the other, "
    "averaged over the ends of the others.",
    "prcc": "A partial rank correlation says how surely the outcome rises (above 0) or falls with a factor, "
    "the others held; an effect that rises and falls again may have none.",
}
UNKNOWN_INDEX = "Each index says how much a factor moves the outcome."
INTERVALS = (
    "Lines and brackets are 90 % intervals over resamples of the design: they say what another design of "
    "this size would have given, with the same factors and ranges."
)
PARTS = (
    "The same index from all of the design, and from its first quarter and half where those are designs. If "
    "factors change places, or intervals are wide, more rows would change the answer."
)
ABOUT_FAST = "Intervals of FAST come from parts of one search curve and are a rough guide."
ABOUT_FF = (
    "A factor is at its ends only, and what two factors do together is mixed with what others do by "
    "themselves: this is for sorting out, not for measuring."
)
DEPENDENCE = (
    "Factors are varied independently of each other: where the published figures tie two numbers together, "
    "that tie is lost here, and combinations are tried that do not meet the figures. Ranges of single "
    "numbers are kept."
)
LUCK = {
    COMMON: "All rows share the luck of the simulation (common random numbers), so that they differ by their "
    "factors alone; with another seed the indices are somewhat others.",
    "own": "Each row has a luck of its own; what luck adds to the spread is measured by worlds of the same "
    "row and, for Sobol' indices, taken away.",
}
ABOUT_METHOD = {
    MORRIS: "morris: trajectories that change one factor at a time, over four levels",
    SOBOL: "sobol: Saltelli's scheme on a scrambled Sobol' sequence; Saltelli's and Jansen's estimators",
    FAST: "fast: extended Fourier amplitude sensitivity test",
    RBD_FAST: "rbd-fast: random balance design on a Latin hypercube",
    PAWN: "pawn: distances between distributions, on a scrambled Sobol' sequence",
    DELTA: "delta: Borgonovo's measure, on a scrambled Sobol' sequence",
    FF: "ff: two-level fractional factorial, folded over",
    LATIN: "latin: partial rank correlations on a Latin hypercube",
    GRID: "grid: every combination of the values",
}
