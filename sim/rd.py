"""Tables of research and development: who does it, and its projects. Columns as in ``sim/state.py``."""

import numpy as np

# a firm near enough to a technology to do research or to follow it
RESEARCHER = np.dtype(
    [
        ("firm", "i8"),
        ("ideas", "i4"),  # such months drawn so far
        ("running", "i4"),  # R&D projects
        ("done", "i4"),  # R&D projects brought to their end
        ("distance", "f8"),  # from the technology; below 1: it has ideas
        ("quiet", "f8"),  # logarithm of the chance of a month that can hold no idea
    ],
    align=True,
)
NEW_RESEARCHER = np.zeros(1, RESEARCHER)
# state of an R&D project; FILED: prepared, filed, or labelled and not yet decided
(
    RD_NEW,
    RD_FILED,
    RD_RUNNING,
    RD_FINISHED,
    RD_ABANDONED,
    RD_GIVEN_UP,
    RD_ORPHAN,
) = (np.int64(k) for k in range(7))
# an R&D project of a firm, or its seat in that of others
RD = np.dtype(
    [
        ("firm", "i8"),
        ("researcher", "i4"),
        ("state", "i4"),
        ("idea", "i4"),  # month
        ("led", "i4"),  # 1: its own; 0: a seat in a project led by others
        ("membership", "i4"),  # of the firm in a pôle at that moment, or NEVER
        ("local", "i4"),  # pôle through which it goes, or NEVER: outside
        ("call", "i4"),  # month in which the call closes
        ("attempt", "i4"),
        ("filed", "i4"),  # times
        ("labelled", "i4"),
        ("funded", "i4"),  # month, or NEVER
        ("agreements", "i4"),
        ("cash", "i4"),  # month in which the first money arrives
        ("pays", "i4"),  # month of the next payment
        ("started", "i4"),
        ("months", "i4"),  # planned
        ("stopped", "i4"),  # month after the last of research, or NEVER
        ("strained", "i4"),  # months of strain
        ("bridged", "i4"),  # its industrial phase rests on the capital bridge
        ("industry", "i4"),  # first month of hiring for it, or NEVER
        ("hired_months", "i4"),
        ("scope", "f8"),  # over that of a full project
        ("cost", "f8"),  # euros a month
        ("posts", "f8"),  # of research, while it runs
        ("spent", "f8"),
        ("committed", "f8"),  # aid
        ("paid", "f8"),
        ("jobs", "f8"),  # of the industrial phase
    ],
    align=True,
)
NEW_RD = np.zeros(1, RD)
