"""The ten groups of sectors."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Sector:
    """A group of sectors: sells beyond the basin or not, technology (0 low to 2 high), share of SMEs with an
    employee, turnover per full-time-equivalent job in euros of 2015 (orders of magnitude, assumed)."""

    name: str
    tradable: bool
    technology: int
    share: float
    turnover_per_job: float


SECTORS = (
    Sector("food", True, 0, 0.04, 220_000.0),
    Sector("metal", True, 1, 0.05, 150_000.0),
    Sector("equipment", True, 2, 0.03, 190_000.0),
    Sector("energy", True, 1, 0.02, 260_000.0),
    Sector("digital", True, 2, 0.10, 130_000.0),
    Sector("transport", True, 0, 0.11, 140_000.0),
    Sector("construction", False, 0, 0.16, 125_000.0),
    Sector("trade", False, 0, 0.22, 240_000.0),
    Sector("hospitality", False, 0, 0.13, 75_000.0),
    Sector("local_services", False, 0, 0.14, 70_000.0),
)
NAMES = tuple(s.name for s in SECTORS)
N_SECTORS = len(SECTORS)
TECHNOLOGY = np.array([s.technology for s in SECTORS])
TRADABLE = np.array([s.tradable for s in SECTORS])
TURNOVER_PER_JOB = np.array([s.turnover_per_job for s in SECTORS])
SHARES = np.array([s.share for s in SECTORS])
INDUSTRIES = 4  # the first four manufacture
FIRST_LOCAL = 6  # those before it are tradable, those from it on are not
# sectors of large establishments: industry, energy, networks and large retail
SITE_SHARES = np.array([0.14, 0.22, 0.18, 0.12, 0.06, 0.10, 0.03, 0.12, 0.0, 0.03])
