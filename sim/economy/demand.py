"""Demand of each basin: national and local, each an autoregression, less the drag of fragility."""

from sim.compiled import compiled
from sim.draws import DEMAND, draw, normal


@compiled
def next_level(level, persistence, sd, z):
    """level' = persistence * level + sd * z (log points)."""
    return persistence * level + sd * z


@compiled
def basin_demand(national, local, scale, drag, fragility):
    """D = scale * (national + local) - drag * fragility (log points). A scale of 0 silences all responses to
    the cycle at once."""
    return scale * (national + local) - drag * fragility


@compiled
def demand(w, t):
    """Moves national and local demand by one month."""
    p = w.economy[0]
    seed = w.seed[0]
    w.nation[0] = next_level(
        w.nation[0], p.demand_persistence, p.demand_sd, normal(draw(seed, DEMAND, 0, t, 0))
    )
    for b in range(w.basins.shape[0]):
        basin = w.basins[b]
        z = normal(draw(seed, DEMAND, b + 1, t, 0))
        basin.local_demand = next_level(basin.local_demand, p.demand_persistence, p.demand_sd, z)
        basin.demand = basin_demand(
            w.nation[0], basin.local_demand, p.demand_scale, p.fragility_drag, basin.fragility
        )
