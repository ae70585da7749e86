"""Part of phase 8: when local schemes open, and with what rigour; facilitators are trained."""


def opened_of(model, scheme):
    """Local schemes of a scheme that have opened, closed or not."""
    return [local for local in model.locals if local.scheme == scheme and local.opened]


def parent(model, scheme):
    """The first local scheme of a scheme to open, or none."""
    return min(opened_of(model, scheme), key=lambda local: (local.start, local.row), default=None)


def living_of(model, scheme):
    """Number of living local schemes of a scheme."""
    return sum(local.scheme == scheme and local.alive for local in model.locals)


def train(model):
    """Facilitators begin their training, and end it after its mean length, while their scheme lives
    somewhere: the first to open counts them, and pays unless it has closed."""
    for scheme in range(len(model.spec.schemes)):
        living = [local for local in model.locals if local.scheme == scheme and local.alive]
        if not living:
            continue
        first = parent(model, scheme)
        payer = first if first.alive else living[0]
        rule = payer.rule
        if rule["training_places"] > 0.0 or first.in_training > 0.0:
            begin = rule["training_places"] / 12.0
            first.in_training += begin
            payer.coordination_cost += begin * rule["training_euros"]
            end = first.in_training / rule["training_months"]
            first.in_training -= end
            first.trained += end


def keep_rigour(model):
    """Rigour goes towards what trained facilitators allow."""
    for local in model.locals:
        if local.alive and local.rule["rigour_gain"] > 0.0:
            goal = allowed(model, local, living_of(model, local.scheme))
            local.rigour += local.rule["rigour_gain"] * (goal - local.rigour)


def allowed(model, local, places):
    """Rigour that the trained facilitators allow where so many local schemes share them."""
    rule = local.rule
    asked = rule["seats_facilitators"] * places
    share = min(1.0, parent(model, local.scheme).trained / asked) if asked != 0.0 else 1.0
    return rule["untrained"] + (1.0 - rule["untrained"]) * share


def opening_rigour(model, local):
    """Rigour with which a local scheme would open now."""
    first = parent(model, local.scheme)
    if first is None:
        return 1.0
    return first.rigour * local.rule["transfer"] * allowed(model, local, living_of(model, local.scheme) + 1)


def turn(model, local):
    """When the pace lets a local scheme open, this month at the earliest."""
    before = opened_of(model, local.scheme)
    if not before or local.rule["opening_pace"] == 99.0:
        return float(model.month)
    latest = max(other.turn for other in before)
    return max(float(model.month), latest + 12.0 / local.rule["opening_pace"])


def may_open(model, local):
    """Whether founders, places, pace and quality let a local scheme open this month."""
    rule = local.rule
    if sum(link.founder for link in local.partnerships) < rule["partners_min"]:
        return False
    if len(opened_of(model, local.scheme)) >= rule["opening_places"]:
        return False
    if turn(model, local) >= model.month + 1 - 1e-9:
        return False
    return rule["quality_floor"] == 0.0 or opening_rigour(model, local) >= rule["quality_floor"]


def hand_over(model, local):
    """A local scheme that opens takes over what the first of them knows, if there is one."""
    local.rigour = opening_rigour(model, local)
    if not opened_of(model, local.scheme):
        local.trained = local.rule["facilitators"]
    local.turn = turn(model, local)
    local.opened = True
