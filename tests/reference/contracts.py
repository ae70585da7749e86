"""Part of phase 12: contracts bring jobs to those who won them and take them from those who lost them."""

from tests.reference.agents import NEVER
from tests.reference.members import flow

MONTHS = 6  # in which the jobs of a contract come, and go


def run_contracts(model):
    """A month of all contracts not closed, in the order made."""
    for contract in model.contracts:
        if contract.closed == NEVER:
            run(model, contract)


def run(model, contract):
    """A month of a contract."""
    t, market = model.month, contract.local.market
    if not contract.firm.alive:
        if t <= contract.ends:
            contract.seller.seller.value -= contract.value
        market.gone += contract.held
        give_back(model, contract, contract.held)
        contract.closed = t
        return
    if t <= contract.awarded + MONTHS:
        take(model, contract, contract.jobs / MONTHS)
    if t == contract.ends:
        contract.seller.seller.value -= contract.value
    if t >= contract.ends:
        jobs = contract.held / (contract.ends + MONTHS - t)
        market.gone += jobs - lose(model, contract.firm, jobs, lost=False)
        give_back(model, contract, jobs)
        if t == contract.ends + MONTHS - 1:
            contract.closed = t


def take(model, contract, jobs):
    """Jobs come to the firm, from its supplier as far as it has them, else from outside."""
    flow(model, contract.firm, "C", jobs)
    supplier, lost = contract.supplier, 0.0
    if supplier is not None and supplier.alive:
        lost = lose(model, supplier, jobs, lost=True)
    contract.held += jobs
    contract.displaced += lost
    contract.outside += jobs - lost
    contract.local.market.outside += jobs - lost


def lose(model, firm, jobs, lost):
    """A firm loses jobs, but never falls below one; says how many it lost."""
    jobs = min(jobs, max(0.0, firm.size - 1.0))
    flow(model, firm, "C", -jobs, lost)
    return jobs


def give_back(model, contract, jobs):
    """Jobs go back to where they came from."""
    part = jobs / contract.held if contract.held != 0.0 else 0.0
    displaced, outside = part * contract.displaced, part * contract.outside
    market, supplier = contract.local.market, contract.supplier
    if displaced > 0.0 and supplier is not None and supplier.alive:
        flow(model, supplier, "C", displaced, lost=True)
    else:
        market.spared += displaced
    contract.displaced -= displaced
    contract.outside -= outside
    market.outside -= outside
    contract.held -= jobs
