"""Money that comes late: how long agreements take, in which parts money is paid, whose treasury it strains.

Nothing here belongs to one scheme: the same few rules serve the aid to research, the repayable advances of
schemes that pay them and the running money of a pôle.
"""

from sim.compiled import compiled
from sim.draws import CASH, draw, exponential

AGREEMENTS_MOST = 12
INDEX_STEP = 2**24  # codes of schemes take the lower bits of an index


@compiled
def months_to_cash(first, mean, longest):
    """Months from a decision to the first money: d_0 + d_1 x, with x the longest of the waits for the
    agreements, in means of one of them; to the nearest month."""
    return int(first + mean * longest + 0.5)


@compiled
def expected_months(first, mean, agreements):
    """Expected months to cash: d_0 + d_1 (1 + 1/2 + ... + 1/F)."""
    total = first
    for k in range(int(agreements)):
        total += mean / (k + 1.0)
    return total


@compiled
def longest_wait(seed, uid, month, index, agreements):
    """Longest of F exponential waits of mean 1, one keyed draw for each agreement."""
    longest = 0.0
    for k in range(int(agreements)):
        wait = exponential(draw(seed, CASH, uid, month, index + INDEX_STEP * k))
        longest = max(longest, wait)
    return longest


@compiled
def due_by_now(committed, advance, proven):
    """Aid that is due once a share ``proven`` of the spending is proved: committed * max(advance, proven)."""
    return committed * max(advance, min(1.0, proven))


@compiled
def treasury(months, finance, size, wage):
    """What a firm can advance, in euros: months of wages, 2 f of them a job: months * 2 f n * wage."""
    return months * 2.0 * finance * size * wage


@compiled
def awaited(spent, aided, paid, arrived):
    """Euros advanced while money is awaited: all that was spent before the first money arrives; then the
    part of it that aid covers, less what was paid."""
    return max(0.0, aided - paid) if arrived else spent
