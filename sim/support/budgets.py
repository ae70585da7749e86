"""What public money pays of a scheme of actions, and of a call for projects: plain functions, asked by
scenarios without the compiler."""

from sim.state import MARKET


def running_cost(region, budget):
    """Yearly cost of the scheme as a whole, within its budget."""
    return min(region, budget)


def price_of(euros, priced, days):
    """Price of an action of so many days: ``euros`` for ``priced`` days, in proportion; ``euros`` whatever
    its days if ``priced`` is 0."""
    return euros * (days / priced) if priced > 0.0 else euros


def efforts(rule):
    """What efforts cost in a year, each its price times how much of it there is: campaigns, referrers, events
    for alumni, looking for large firms. A market place counts the last among its own costs."""
    awareness = rule.outreach_effort * rule.outreach_euros + rule.referral_effort * rule.referral_euros
    looking = rule.recruiting_effort * rule.recruiting_euros if int(rule.format) != MARKET else 0.0
    return awareness + rule.alumni_events * rule.events_euros + looking


def seats_paid(seats, budget, running, price, share, followup):
    """Seats a year that are offered and that public money can pay, with the follow-up of each: min(seats,
    (budget - running) / (price (1 - share) + follow-up))."""
    public = price * (1.0 - share) + followup
    if public <= 0.0:
        return seats
    return min(seats, max(0.0, budget - running) / public)


def projects_paid(euros, price):
    """Whole projects that this money pays."""
    return int(euros / price + 1e-9)
