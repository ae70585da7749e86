"""The ten groups of sectors and the classes of size, restated from the description of the model."""

# name, sells beyond the basin, share of firms, turnover a job (euros a year), share of large sites
TABLE = (
    ("food", True, 0.04, 220_000, 0.14),
    ("metal", True, 0.05, 150_000, 0.22),
    ("equipment", True, 0.03, 190_000, 0.18),
    ("energy", True, 0.02, 260_000, 0.12),
    ("digital", True, 0.10, 130_000, 0.06),
    ("transport", True, 0.11, 140_000, 0.10),
    ("construction", False, 0.16, 125_000, 0.03),
    ("trade", False, 0.22, 240_000, 0.12),
    ("hospitality", False, 0.13, 75_000, 0.0),
    ("local_services", False, 0.14, 70_000, 0.03),
)
NUMBERS = tuple(range(len(TABLE)))
NAMES = tuple(row[0] for row in TABLE)
TRADABLE = tuple(row[1] for row in TABLE)
INDUSTRY = NUMBERS[:4]
FIRM_SHARES = tuple(row[2] for row in TABLE)
TURNOVER = tuple(row[3] for row in TABLE)
SITE_SHARES = tuple(row[4] for row in TABLE)

# lower bounds of the classes of size, and shares of the firms at or above them
SIZE_BOUNDS = (1.0, 10.0, 50.0, 250.0)
SIZE_SHARES = (1.0, 0.168, 0.028, 0.005)

# cumulated chances of the needs of a project: strategy, organisation, transition, technical, market, finance
NEEDS = (0.15, 0.30, 0.40, 0.60, 0.80, 0.95)
INNOVATION = 6


def cumulated(shares) -> list[float]:
    """Cumulated shares, normalised to end at 1."""
    total = sum(shares)
    running, found = 0.0, []
    for share in shares:
        running += share / total
        found.append(running)
    return found


def mix(dominant: str, share: float) -> list[float]:
    """Cumulated shares of the sectors among the firms of a basin."""
    if not dominant:
        return cumulated(FIRM_SHARES)
    shares = [national * (1.0 - share) for national in FIRM_SHARES]
    shares[NAMES.index(dominant)] += share
    return cumulated(shares)
