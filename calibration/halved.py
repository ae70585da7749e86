"""Cases that are fitted at half their size, because their whole size would tell nothing more.

Plan PME serves a region of 116,000 firms, a third of the cost of all fitted cases together. With every second
firm, seat and euro, over six draws of the posterior and three seeds, its figures were those of the whole but
for chance; its count of actions, doubled, was 2 % below (a fifth of the distance to the bounds of its
tolerance). ``tremplin validate`` runs the whole.
"""

from dataclasses import replace

from sim.spec import WorldSpec

# rules that are sums for the whole territory, by case; figures that count, hence are half as large
SUMS = {"plan-pme-2011-2015": ("seats_per_year", "budget_euros", "region_euros")}
COUNTS = frozenset({"PPM-01"})


def halved(case: str, spec: WorldSpec) -> WorldSpec:
    """A case with half its firms and half of what is given to all of them; as it is, if it need not be."""
    if case not in SUMS:
        return spec
    (scheme,) = spec.schemes
    rules = dict(scheme.rules) | {name: scheme.rules[name] / 2 for name in SUMS[case]}
    basins = tuple(replace(basin, smes=basin.smes // 2) for basin in spec.territory.basins)
    return replace(
        spec,
        territory=replace(spec.territory, basins=basins),
        schemes=(replace(scheme, rules=rules),),
    )
