"""What public money pays of a scheme of actions, and of a call for projects: plain functions, asked by
scenarios without the compiler."""


def running_cost(region, budget):
    """Yearly cost of the scheme as a whole, within its budget."""
    return min(region, budget)


def price_of(euros, priced, days):
    """Price of an action of so many days: ``euros`` for ``priced`` days, in proportion; ``euros`` whatever
    its days if ``priced`` is 0."""
    return euros * (days / priced) if priced > 0.0 else euros


def seats_paid(seats, budget, running, price, share):
    """Seats a year that are offered and that public money can pay: min(seats, (budget - running) / (price (1
    - share)))."""
    public = price * (1.0 - share)
    if public <= 0.0:
        return seats
    return min(seats, max(0.0, budget - running) / public)


def projects_paid(euros, price):
    """Whole projects that this money pays."""
    return int(euros / price + 1e-9)
