"""Who can ever be interested in a scheme made of members: a share of firms and of large sites, which a
platform, events and intermediaries extend. Recruiting alone only reaches them sooner."""

from sim.compiled import compiled
from sim.draws import SITE_REACH, draw


@compiled
def extended(platform, events, intermediaries, gains):
    """Reach over that of the opening: 1 + the gains of a platform, of events (12 a year) and of
    intermediaries, each times its share. ``gains``: the three of them."""
    return 1.0 + platform * gains[0] + events / 12.0 * gains[1] + intermediaries * gains[2]


@compiled
def reach_now(rule):
    """Reach over that of the opening; networks that speak for firms extend it too."""
    gains = (rule.platform_reach, rule.event_reach, rule.intermediary_reach)
    widened = extended(rule.platform, rule.events_per_year, rule.intermediaries, gains)
    return widened + rule.network_reach * rule.delegation


@compiled
def site_within_reach(rule, entity, code, seed):
    """Whether a large site can be interested: its keyed place among all sites is below the share that can,
    which the national pact extends to branches of its buyers."""
    share = rule.partner_reach * reach_now(rule) * (1.0 + rule.pact_reach * rule.national_pact)
    return share >= 1.0 or draw(seed, SITE_REACH, entity, 0, code) < share
