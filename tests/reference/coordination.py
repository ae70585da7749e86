"""Several schemes in one basin: how far they work together, and what it costs where they do not."""


def neighbours(model, local):
    """Other living local schemes of the same basin."""
    return [other for other in model.locals_of(local.basin) if other is not local and other.alive]


def together(model, local):
    """How far a local scheme is coordinated with its neighbours: it takes two."""
    others = neighbours(model, local)
    if not others:
        return 0.0
    mean = sum(other.rule["coordination"] for other in others) / len(others)
    return local.rule["coordination"] * mean


def not_crowded_out(model, local):
    """Share of its applications that neighbours leave to a local scheme."""
    others = neighbours(model, local)
    if not others:
        return 1.0
    return (1.0 - model.economy.crowding) ** (len(others) * (1.0 - together(model, local)))


def spent_once(model, local):
    """Share of its running costs that a local scheme still has, coordinated as it is."""
    return 1.0 - model.economy.duplicated_cost * together(model, local)


def referrals(model, basin):
    """What an open project of a basin hears from developers this month, by living local scheme."""
    living = [local for local in model.locals_of(basin) if local.alive]
    alone = {local: referral_alone(local) for local in living}
    most, total = max(alone.values(), default=0.0), sum(alone.values())
    if total <= most:
        return alone
    exponent = model.economy.referral_rivalry
    return {
        local: rate * (most / total) ** (exponent * (1.0 - together(model, local)))
        for local, rate in alone.items()
    }


def referral_alone(local):
    """Referrals of a local scheme if it were alone in its basin."""
    rule = local.rule
    by_host = 1.0 if rule["host"] == 0.0 else rule["host_referral"]
    return rule["referral"] * rule["referral_effort"] * by_host * (0.6 + local.basin.cooperation)


def hosts_gain(living):
    """How much more than chambers the hosts of living local schemes make actors cooperate, on average."""
    return sum(host_gain(local.rule) for local in living) / len(living)


def host_gain(rule):
    """Chamber, intercommunal body, region."""
    return (1.0, rule["host_intercommunal"], rule["host_region"])[int(rule["host"])]
