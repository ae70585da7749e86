"""Contracts: what one member wins another supplier loses, for a term; jobs follow, and go back.

Jobs move by a sixth of the contract's jobs a month, for six months from the month after the award, and back
by a sixth in the six months from its end on. Whoever supplied the buyer before loses the same: a firm of the
territory, or else a ledger of jobs lost outside it. At any time, ``held`` by winners = ``displaced`` from
firms of the territory + ``outside``.
"""

from sim.compiled import compiled
from sim.economy.flows import move_jobs
from sim.economy.sectors import TURNOVER_PER_JOB
from sim.markets import NEW_CONTRACT
from sim.state import DEAD, N_CLOSED, N_CONTRACTS, N_FLOWS, NEVER, C

RAMP_MONTHS = 6


@compiled
def jobs_of(value, response, turnover_per_job):
    """Jobs that a contract of this value (euros a year) moves: eta * value / turnover a job."""
    return response * value / turnover_per_job


@compiled
def award(w, t, k, m, supplier, r, mb, value, tie, given_away, public):
    """The firm of membership m wins a contract. ``supplier``: the firm that loses it, NEVER if outside;
    ``r``, ``mb``: partnership or membership of the buyer; ``tie``: strength of the tie; ``given_away``: part
    of the price that the buyer's preference costs it."""
    rule = w.rules[k]
    i = w.memberships[m].firm
    b = w.locals[k].basin
    w.contracts[w.counts[N_CONTRACTS]] = NEW_CONTRACT[0]
    contract = w.contracts[w.counts[N_CONTRACTS]]
    w.counts[N_CONTRACTS] += 1
    contract.local = k
    contract.link = r
    contract.buyer = mb
    contract.seller = m
    contract.firm = i
    contract.supplier = supplier
    contract.awarded = t
    contract.ends = t + int(rule.contract_months)
    contract.closed = NEVER
    contract.public = public
    contract.neighbour = 1 if supplier != NEVER and w.smes[supplier].basin != b else 0
    contract.value = value
    contract.jobs = jobs_of(value, rule.jobs_response, TURNOVER_PER_JOB[w.sector[i]])
    contract.tie = tie
    contract.given_away = given_away
    w.sellers[m].value += value
    w.sellers[m].contracts += 1
    market = w.markets[k]
    market.contracts += 1
    market.given_away += given_away * value * rule.contract_months / 12.0


@compiled
def lose(w, t, i, jobs):
    """Firm i, who supplied before, loses jobs (gains them back if negative). Returns the jobs it loses; one
    that has closed neither loses nor gains."""
    if i == NEVER or w.smes[i].status == DEAD:
        return 0.0
    moved = -move_jobs(w, t, i, C, -jobs)
    w.flows[w.counts[N_FLOWS] - 1].lost = 1
    return moved


@compiled
def grow(w, t, contract, market):
    """A month's jobs come to the winner, from its predecessor; what that has not to lose is lost outside."""
    moved = move_jobs(w, t, contract.firm, C, contract.jobs / RAMP_MONTHS)
    lost = lose(w, t, contract.supplier, moved)
    contract.held += moved
    contract.displaced += lost
    contract.outside += moved - lost
    market.outside += moved - lost


@compiled
def give_back(w, t, contract, market, jobs):
    """Jobs that the winner no longer holds come back where they were lost; those of a supplier that has
    closed come back to nobody here."""
    part = jobs / contract.held if contract.held > 0.0 else 0.0
    back = contract.displaced * part
    gone = contract.outside * part
    if back > 0.0:
        market.spared += back + lose(w, t, contract.supplier, -back)
    contract.displaced -= back
    contract.outside -= gone
    market.outside -= gone
    contract.held -= jobs


@compiled
def shrink(w, t, contract, market):
    """A month's jobs leave the winner; what it has not to lose has gone by itself."""
    left = contract.ends + RAMP_MONTHS - t
    jobs = contract.held / max(left, 1)
    market.gone += jobs + move_jobs(w, t, contract.firm, C, -jobs)
    give_back(w, t, contract, market, jobs)


@compiled
def end_term(w, contract):
    """The contract weighs no longer on what its firm can take on."""
    w.sellers[contract.seller].value -= contract.value


@compiled
def keep(w, t, c):
    """A month of contract c."""
    contract = w.contracts[c]
    market = w.markets[contract.local]
    if w.smes[contract.firm].status == DEAD:
        if t <= contract.ends:
            end_term(w, contract)
        market.gone += contract.held
        give_back(w, t, contract, market, contract.held)
        contract.closed = t
        return
    if t <= contract.awarded + RAMP_MONTHS:
        grow(w, t, contract, market)
    if t == contract.ends:
        end_term(w, contract)
    if t >= contract.ends:
        shrink(w, t, contract, market)
    if t == contract.ends + RAMP_MONTHS - 1:
        contract.closed = t


@compiled
def keep_contracts(w, t):
    """The contracts that run or are wound up, in the order in which they were made."""
    for c in range(w.counts[N_CLOSED], w.counts[N_CONTRACTS]):
        if w.contracts[c].closed == NEVER:
            keep(w, t, c)
    while w.counts[N_CLOSED] < w.counts[N_CONTRACTS] and w.contracts[w.counts[N_CLOSED]].closed != NEVER:
        w.counts[N_CLOSED] += 1  # those that are over need not be looked at again
