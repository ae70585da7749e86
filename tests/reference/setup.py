"""The world as it stands when the case begins."""

import math

from sim import draws
from sim.parameters import FIELDS
from tests.reference import attributes, sectors
from tests.reference.agents import ACTION, Basin, Firm, LocalScheme, Partnership, Site, Theme
from tests.reference.marketplaces import lay_out_markets


def lay_out_firms(model):
    """The initial firms, what they expect in exits, and the candidates for birth of every month."""
    e = model.economy
    cumulated = attributes.cumulated_hazard(e)
    for b, data in enumerate(model.spec.territory.basins):
        basin = Basin(model, b, data)
        model.basins.append(basin)
        expected = 0.0
        for slot in range(data.smes):
            firm = Firm(model, b * 2**40 + slot, basin)
            attributes.settle_initial(model, firm, cumulated)
            basin.firms.append(firm)
            hazard = e.exit_base + attributes.hump(e, min(-firm.born, 719)) + e.exit_small / firm.size
            expected += min(1.0, hazard * firm.exit_factor)
        basin.births = e.births_ratio * expected
        basin.ends.append(len(basin.firms))
        for month in range(model.spec.horizon_months):
            n = draws.poisson(1.5 * basin.births, model.world_seed, draws.BIRTHS, b, month + 1)
            for slot in range(n):
                basin.firms.append(Firm(model, b * 2**40 + (month + 1) * 2**24 + slot, basin))
            basin.ends.append(len(basin.firms))
    for basin in model.basins:
        for firm in basin.existing(0):
            attributes.past_projects(model, firm)


def lay_out_sites(model):
    """The large establishments of the territory, drawn with the territory's own seed."""
    shares = sectors.cumulated(sectors.SITE_SHARES)
    for basin in model.basins:
        data = basin.data
        for j in range(data.large_sites):
            site = Site(model, len(model.sites), basin, basin.position * 2**20 + j)
            u = [
                float(draws.draw(model.spec.territory.seed, draws.SITE, site.entity, 0, k)) for k in range(7)
            ]
            dominant = data.dominant_sector != "" and u[0] < max(0.5, data.dominant_share)
            if dominant:
                site.sector = sectors.NAMES.index(data.dominant_sector)
            else:
                site.sector = next((s for s in sectors.NUMBERS if shares[s] >= u[1]), sectors.NUMBERS[-1])
            site.head_office = j >= data.large_sites - data.head_offices
            site.territorial = u[2] < 0.3
            site.jobs = 400.0 * math.exp(0.7 * draws.normal(u[3]))
            site.group_size = 2000.0 * math.exp(1.5 * draws.normal(u[4]))
            site.motives = (
                (dominant and data.fragility >= 0.5)
                + (j < data.image_sites)
                + site.territorial
                + (u[5] < 0.5)
                + (u[6] < 0.4)
            )
            site.sustainable = model.economy.head_office_days if site.head_office else model.economy.site_days
            basin.sites.append(site)
            model.sites.append(site)


def lay_out_closures(model):
    """The large site that each closure of the case is about, by the jobs at the start."""
    for closure in model.spec.closures:
        basin = next(basin for basin in model.basins if basin.data.id == closure.basin)
        dominant = basin.data.dominant_sector
        same = [site for site in basin.sites if dominant and site.sector == sectors.NAMES.index(dominant)]
        model.closures.append((closure, max(same or basin.sites, key=lambda site: site.jobs)))


def lay_out_schemes(model):
    """The local schemes with their rows of rules and their partnerships."""
    for position, scheme in enumerate(model.spec.schemes):
        opens = dict(scheme.opens)
        model.themes.append([Theme(model) for _ in range(7)])
        for basin in model.basins:
            if basin.data.id not in opens:
                continue
            rules = {
                name: float(scheme.rules.get(name, model.values.get(f"{scheme.name}.{name}", field.default)))
                for name, field in FIELDS.items()
            }
            for name, field in FIELDS.items():
                if field.whole:
                    rules[name] = nearest(rules[name])
            row, start = len(model.locals), opens[basin.data.id]
            local = LocalScheme(model, row, position, scheme.code, basin, start, rules)
            model.locals.append(local)
            if rules["format"] == ACTION:
                continue  # no volunteers
            ranked = sorted(basin.sites, key=lambda site: (-site.motives, -site.territorial, site.row))
            candidates = ranked[: int(rules["candidates_max"])]
            founders = ranked[: min(basin.data.founders, int(rules["founders_max"]))]
            for site in [site for site in basin.sites if site in candidates]:
                link = Partnership(model, len(model.partnerships), site, local)
                link.founder = site in founders
                local.partnerships.append(link)
                site.partnerships.append(link)
                model.partnerships.append(link)
    lay_out_markets(model)


def nearest(value):
    """The nearest whole number, the higher one from a half on."""
    return float(math.floor(value + 0.5))


def settings(model):
    """The policy as settings: {(local scheme's row, lever): {month: value}}."""
    found = {}
    for change in sorted(model.spec.changes, key=lambda c: c.from_month):
        for local in model.locals:
            if model.spec.schemes[local.scheme].name != change.scheme:
                continue
            if change.basins and local.basin.data.id not in change.basins:
                continue
            made = found.setdefault((local.row, change.lever), {})
            for month in [m for m in made if m >= change.from_month]:
                del made[month]
            before = made[max(made)] if made else local.rule[change.lever]
            field = FIELDS[change.lever]
            switch = bool(field.choices) or field.unit == "0 or 1"  # nothing lies between
            steps = 1 if switch else max(1, change.ramp_months)
            for k in range(1, steps):
                made[change.from_month + k - 1] = before + (change.value - before) * k / steps
            made[change.from_month + steps - 1] = float(change.value)
            if field.whole:
                made.update({m: nearest(made[m]) for m in made if m >= change.from_month})
    return found


def months_until(spec, year):
    """Month of the case in which January of a year falls; 0 if it lies before the start."""
    return max(0, 12 * (year - spec.start_year) - (spec.start_month - 1))
