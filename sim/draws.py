"""The only source of randomness: keyed, stateless draws.

Every draw is a pure function of (seed, stream, entity, month, index) through the counter-based generator
Philox 4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011). The key is
made of seed and stream, the counter of entity (64 bits), month (32) and index (32). Two worlds that share
the seed therefore share every draw, whatever else happens in them.

Streams name the purpose of a draw. They are explicit numbers: renaming a rule must not change results.
"""

import secrets

import numpy as np

from sim.compiled import compiled, compiled_for, inlined, wide_vectors
from sim.maths import exp, log, normal_quantile

# the world without support
EVENTS = 1  # (uid, block of four months): a word a month for exit, adjustment, opening of a project
GROWTH = 2  # (uid, month): size of an adjustment
BIRTHS = 3  # (basin, month): number of candidates; (uid, 0): whether it is born
FIRM = 4  # (uid): attributes of a firm
PROJECT = 5  # (uid, month opened): need, jobs, due month, success
DEMAND = 6  # (basin + 1, or 0 for the nation; month)
SITE = 7  # (site): attributes of a large establishment; seed of the territory
RESTRUCTURING = 8  # (site, month)
SUBCONTRACTOR = 9  # (uid, month, site): who loses demand
HISTORY = 11  # (uid, 0, k): gap before the k-th project opened before the start
GRANT = 10  # (uid, month opened): scattered revitalisation grant
# support
AWARENESS = 20  # (uid, 0, scheme): threshold of exposure
REACH = 21  # (uid, 0, scheme)
APPLICATION = 22  # (uid, month, scheme)
MERIT = 23  # (uid, month applied, scheme): noise of the committee
NEED = 24  # (uid, month opened, scheme): whether the need is read rightly
ADVANCE = 25  # (uid, month opened, scheme): whether the file asks for an advance
JOINING = 26  # (site, month, scheme)
LEAVING = 27  # (site, month, scheme)
REQUEST = 28  # (uid, month, attempt)
PERSON = 29  # (uid, month applied, person): preference of a file for a person
LAPSING = 30  # (person, month of the end of the mission)
RETURNING = 31  # (person, month)
DROPOUT = 32  # (uid, month, scheme)
INSOLVENCY = 33  # (uid)
RETURN = 34  # (uid, month applied, scheme): whether a rejected file comes back
OFFER = 35  # (site, month, scheme): release of a person for a cohort
QUEUE = 36  # (uid, month, scheme): patience in a queue
IMPLEMENTATION = 37  # (uid, month opened, scheme): whether the road map is carried out
PRIORITY = 38  # (uid, month applied, scheme): order in queues and lotteries
RELEASE = 39  # (person, month): order of the offers
READING = 60  # (uid, month opened, scheme and step): need read at the door of an action; theme if wrongly
DIAGNOSTIC = 61  # (uid, month opened, scheme): whether there is one; whether it is shared
NEXT = 62  # (uid, month opened, scheme and step): another action follows
DOMAIN = 63  # (uid, month opened, scheme and step): need of the next action
STANDING = 40  # (person, month offered, scheme): order of volunteers in a queue
WITHDRAWAL = 41  # (person, month, scheme): called back from the queue
READINESS = 42  # (uid, month opened, scheme): director ready to commit
SCREENING = 43  # (uid, month applied, scheme): turned away at the door
RECALL = 44  # (person, month, scheme): called back from a cohort
PLAN = 45  # (uid, month opened, scheme): time until the plan is carried out
ISOLATION = 46  # (uid): of the director before any support
RESPONSE = 47  # (uid, 0, scheme): answers the survey of the scheme
JOIN = 48  # (uid, 0, scheme): invitations until a firm becomes a member
QUIT = 49  # (uid, month joined, scheme): time until it leaves of its own
QUOTA = 50  # (basin, month, scheme): one file more or less where a share of them is accepted
# the market place
PURCHASE = 80  # (site, month): needs of a large buyer, what they are
ORDER = 81  # (uid, month): needs of a member firm, what they are
CATEGORY = 82  # (uid): what a firm sells
SIGHT = 83  # (uid, month, number of the need): sees it
BID = 84  # (uid, month, number of the need): what its bid is worth by chance
COMING = 85  # (uid or site, month, scheme): comes to an event
MEETING = 86  # (uid, month, site): meets a buyer there
COACHING = 87  # (uid, 0, scheme): trained to present itself
GIVING_UP = 88  # (uid, month joined, scheme): patience of a member without a contract
SITE_REACH = 89  # (site, 0, scheme): can be interested in being a partner
BUYER = 90  # (site): part of its purchases from SMEs; public or private; seed of the territory
# research and pôles
TECHNOLOGY = 70  # (uid): place among all firms by nearness to a technology
IDEAS = 71  # (uid, 0, k): gap before the k-th month that may hold an idea
IDEA = 72  # (uid, month): whether it holds one, at the size of the firm
OUTSIDE = 73  # (uid, month of the idea): whether own funds allow it outside a pôle
ROUTE = 74  # (uid, month of the idea, scheme): whether it goes through the pôle
FEAR = 75  # (uid): that an idea is stolen
LABEL = 76  # (uid, month of the idea, scheme and attempt): label; whether the firm's capacity is looked at
JURY = 77  # (uid, month of the idea, scheme and attempt): merit of a file
GROUP_FILE = 78  # (scheme, month, file): pôle and presence of a file of large groups; its merit
RESUBMISSION = 79  # (uid, month of the idea, scheme): comes back with the experts' notes
SEATED = 100  # (uid, month, scheme): order of members for the seats in projects
SEATS = 101  # (basin, month, scheme): one seat more or less
CASH = 102  # (uid, month of the idea or project, scheme and agreement): wait for an agreement
ONE_STOP = 103  # (uid, month of the idea, scheme): handled by the one-stop fund
ABANDON = 104  # (uid, month, month of the idea): an R&D project is given up; the firm leaves the pôle
INDUSTRY = 105  # (uid, month of the idea): money for the industrial phase; its success
SPONSOR = 106  # (uid, 0, scheme): sponsored by a large group
INNOVATION = 107  # (uid, month): innovates otherwise than by an R&D project (outside the months)
# outside a world; of ``generator``, but for the first
EXPERIMENT = 9000  # (draw, replicate): seed of the worlds
INPUTS = 9001  # synthetic basins; with high bits, which say which uncertainty, values of the priors
SURVEYED = 9002  # members of pôles that an evaluator asks
WAVE = 9003  # with high bits, which say which wave: of a fit
TRUTH = 9004  # values that a fit has to find again
TRIAL = 9005  # basins that open
WIDENED = 9014  # values between their bounds, whatever the priors say
OTHER_FITS = 9101  # ways to fit that are not taken
BOOTSTRAP = 9102  # of the indices of a design
LEFT_OUT = 9103  # rows that an emulator does not see
EMULATED = 9104  # resampled rows of an emulator
BOXES = 9106  # resampled rows of a box

MASK = np.uint64(0xFFFFFFFF)
LOW_BITS = 0xFFFFFFFF
SHIFT = np.uint64(32)
M0 = np.uint64(0xD2511F53)
M1 = np.uint64(0xCD9E8D57)
W0 = np.uint64(0x9E3779B9)
W1 = np.uint64(0xBB67AE85)
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX1 = np.uint64(0xBF58476D1CE4E5B9)
MIX2 = np.uint64(0x94D049BB133111EB)
TWO_M32 = 2.0**-32
TWO_M53 = 2.0**-53


@inlined
def philox_round(c0, c1, c2, c3, k0, k1):
    """One of the ten rounds."""
    p0 = M0 * c0
    p1 = M1 * c2
    return (p1 >> SHIFT) ^ c1 ^ k0, p1 & MASK, (p0 >> SHIFT) ^ c3 ^ k1, p0 & MASK


@inlined
def philox(c0, c1, c2, c3, k0, k1):
    """Philox 4x32-10: counter (four 32-bit words as uint64) and key (two) to four 32-bit words as uint64.

    The rounds are written out: the compiler vectorises a loop over firms only if there is none inside.
    """
    c0, c1, c2, c3 = philox_round(c0, c1, c2, c3, k0, k1)
    k0, k1 = (k0 + W0) & MASK, (k1 + W1) & MASK
    c0, c1, c2, c3 = philox_round(c0, c1, c2, c3, k0, k1)
    k0, k1 = (k0 + W0) & MASK, (k1 + W1) & MASK
    c0, c1, c2, c3 = philox_round(c0, c1, c2, c3, k0, k1)
    k0, k1 = (k0 + W0) & MASK, (k1 + W1) & MASK
    c0, c1, c2, c3 = philox_round(c0, c1, c2, c3, k0, k1)
    k0, k1 = (k0 + W0) & MASK, (k1 + W1) & MASK
    c0, c1, c2, c3 = philox_round(c0, c1, c2, c3, k0, k1)
    k0, k1 = (k0 + W0) & MASK, (k1 + W1) & MASK
    c0, c1, c2, c3 = philox_round(c0, c1, c2, c3, k0, k1)
    k0, k1 = (k0 + W0) & MASK, (k1 + W1) & MASK
    c0, c1, c2, c3 = philox_round(c0, c1, c2, c3, k0, k1)
    k0, k1 = (k0 + W0) & MASK, (k1 + W1) & MASK
    c0, c1, c2, c3 = philox_round(c0, c1, c2, c3, k0, k1)
    k0, k1 = (k0 + W0) & MASK, (k1 + W1) & MASK
    c0, c1, c2, c3 = philox_round(c0, c1, c2, c3, k0, k1)
    k0, k1 = (k0 + W0) & MASK, (k1 + W1) & MASK
    c0, c1, c2, c3 = philox_round(c0, c1, c2, c3, k0, k1)
    return c0, c1, c2, c3


@compiled
def mix(x):
    """Finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection of uint64 that scatters its input."""
    x = (x ^ (x >> np.uint64(30))) * MIX1
    x = (x ^ (x >> np.uint64(27))) * MIX2
    return x ^ (x >> np.uint64(31))


@compiled_for("uint64(uint64, int64)")
def stream_key(seed, stream):
    """Key (64 bits, uint64) of a stream of a world; compute it once before a dense pass."""
    return mix(np.uint64(seed) + GOLDEN * np.uint64(stream))


@inlined
def dense_words(key, entity, month, index):
    """``words``, for the inside of a dense pass (all arguments uint64)."""
    return philox(entity & MASK, entity >> SHIFT, month, index, key & MASK, key >> SHIFT)


@compiled_for("UniTuple(uint64, 4)(uint64, uint64, int64, int64)")
def words(key, entity, month, index):
    """Four 32-bit words (as uint64) of one counter; month and index are taken modulo 2**32, so that months
    before the start of a case (negative) have draws of their own."""
    return dense_words(
        np.uint64(key),
        np.uint64(entity),
        np.uint64(np.int64(month) & LOW_BITS),
        np.uint64(np.int64(index) & LOW_BITS),
    )


@inlined
def coarse(word):
    """A 32-bit word as a uniform in (0, 1), for events (resolution 2.3e-10)."""
    return (np.float64(word) + 0.5) * TWO_M32


@inlined
def fine(high, low):
    """Two 32-bit words as a uniform in (0, 1) of 53 bits."""
    return (np.float64((high << np.uint64(21)) | (low >> np.uint64(11))) + 0.5) * TWO_M53


@compiled_for("float64(uint64, int64, uint64, int64, int64)")
def draw(seed, stream, entity, month, index):
    """Uniform in (0, 1), a pure function of its arguments."""
    w0, w1, _, _ = words(stream_key(seed, stream), entity, month, index)
    return fine(w0, w1)


@compiled_for("float64[::1](uint64, int64, uint64[::1], int64, int64[::1])")
def draw_each(seed, stream, entities, month, indices):
    """``draw`` for many entities (uint64), each with its index (int64): a dense pass."""
    wide_vectors()
    key = stream_key(seed, stream)
    counter = np.uint64(np.int64(month) & LOW_BITS)
    found = np.empty(entities.shape[0])
    for k in range(entities.shape[0]):
        w0, w1, _, _ = dense_words(key, entities[k], counter, np.uint64(indices[k] & LOW_BITS))
        found[k] = fine(w0, w1)
    return found


@compiled_for("none(float64[::1], uint64, int64, uint64[::1], int64, int64)")
def draw_into(found, seed, stream, entities, month, index):
    """``draw`` for many entities (uint64) into a column: a dense pass. Where it is asked for few, whole
    eights are drawn faster than what is left over one by one."""
    wide_vectors()
    key = stream_key(seed, stream)
    counter = np.uint64(np.int64(month) & LOW_BITS)
    place = np.uint64(np.int64(index) & LOW_BITS)
    for k in range(entities.shape[0]):
        w0, w1, _, _ = dense_words(key, entities[k], counter, place)
        found[k] = fine(w0, w1)


@compiled_for("UniTuple(float64, 2)(uint64, int64, uint64, int64, int64)")
def draw_pair(seed, stream, entity, month, index):
    """Two independent uniforms in (0, 1) of one block."""
    w0, w1, w2, w3 = words(stream_key(seed, stream), entity, month, index)
    return fine(w0, w1), fine(w2, w3)


@compiled_for("UniTuple(float64[::1], 2)(uint64, int64, uint64[::1], int64, int64)")
def draw_pairs(seed, stream, entities, month, index):
    """``draw_pair`` for many entities (uint64): two columns, by a dense pass."""
    wide_vectors()
    key = stream_key(seed, stream)
    counter = np.uint64(np.int64(month) & LOW_BITS)
    first = np.empty(entities.shape[0])
    second = np.empty(entities.shape[0])
    for k in range(entities.shape[0]):
        w0, w1, w2, w3 = dense_words(key, entities[k], counter, np.uint64(index & LOW_BITS))
        first[k] = fine(w0, w1)
        second[k] = fine(w2, w3)
    return first, second


def any_seed() -> int:
    """A seed that nobody chose, small enough for a float to hold it, as frames may."""
    return secrets.randbits(53)


@inlined
def exponential(u):
    """Exponential of mean 1 by inverse distribution function."""
    return -log(1.0 - u)


@inlined
def laplace(u):
    """Laplace of scale 1 by inverse distribution function: log 2u below the median, else -log 2(1 - u)."""
    x = log(2.0 * min(u, 1.0 - u))
    return x if u < 0.5 else -x


@compiled
def normal(u):
    """Standard normal by inverse distribution function."""
    return normal_quantile(u)


@compiled
def poisson(mean, seed, stream, entity, month):
    """Poisson count by inverse distribution function, in parts of mean at most 32 (index 0, 1, ...)."""
    total = 0
    part = 0
    while mean > 0.0:
        m = min(mean, 32.0)
        mean -= 32.0
        u = draw(seed, stream, entity, month, part)
        part += 1
        # exp(-32) = 1.3e-14 is above the resolution of u, so the search ends
        p = exp(-m)
        cumulated = p
        k = 0
        while u > cumulated and k < 200:
            k += 1
            p *= m / k
            cumulated += p
        total += k
    return total


@compiled
def world_key(seed, draw_index, replicate):
    """The uint64 behind ``key``."""
    w0, w1, _, _ = words(stream_key(seed, EXPERIMENT), draw_index, replicate, 0)
    return ((w0 << SHIFT) | w1) >> np.uint64(1)


def key(seed: int, draw_index: int, replicate: int = 0) -> int:
    """Seed (63 bits) of the worlds of one draw and replicate of an experiment; all its arms share it."""
    return int(world_key(seed, draw_index, replicate))


Generator = np.random.Generator


def generator(seed: int, stream: int) -> Generator:
    """A numpy generator for designs, priors and synthetic territories (never inside a world)."""
    return np.random.Generator(np.random.Philox(key=[int(seed) & (2**64 - 1), int(stream)]))
