"""Typical cases tell what the worlds hold."""

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from experiments.errors import Refused
from experiments.parameters import source
from experiments.report.histories import typical
from experiments.typical.basin import _closures, basins
from experiments.typical.lines import date
from experiments.typical.stories import KINDS, TYPICAL, pair_of, share_of, stories, told
from scenarios.load import load_case
from sim.draws import key
from sim.outcomes import levels
from sim.pair import helped, realised, windows
from sim.spec import Change
from sim.state import COMPLETED, NEVER
from tests.small_boost import BUSY, boost
from tests.small_plan import EAGER, region


@pytest.fixture(scope="module")
def alize():
    case = load_case("alize-1997-2007")
    return case, pair_of(case.spec, {}, key(1, 0, 0))


def test_shares_of_helped_firms_add_up(alize) -> None:
    found = stories(*alize)
    shares = [story.share for story in found if story.kind in KINDS and story.kind != "beside"]
    assert sum(shares) == pytest.approx(1.0)
    assert (found[-1].kind, found[-1].share) == ("basin", None)
    assert "by jobs gained a small firm, of those with a local scheme" in str(found[-1].title)


def test_the_end_is_that_of_both_worlds(alize) -> None:
    case, pair = alize
    uids = pair.treated.tables.uid
    for story in stories(case, pair)[:-1]:
        uid = np.uint64(int(str(story.about).rpartition("uid ")[2].rstrip(")")))
        (at,) = np.flatnonzero(uids == uid)
        for world, words in zip((pair.treated, pair.control), str(story.end).split(" with the scheme, ")):
            size = world.tables.size[at]
            assert (f"{size:.1f} jobs" if size else "closed") in words


def test_a_firm_that_hires_as_much_anyway_does(alize) -> None:
    case, pair = alize
    seen = windows(helped(pair.treated))
    gains = realised(pair.treated, seen) - realised(pair.control, seen)
    for kind, holds in (("anyway", lambda g: abs(g) <= 0.5), ("more", lambda g: g > 0.5)):
        (story,) = [s for s in stories(case, pair) if s.kind == kind]
        uid = np.uint64(int(str(story.about).rpartition("uid ")[2].rstrip(")")))
        mine = pair.treated.tables.uid[seen.firm] == uid
        assert holds(gains[mine].sum())
        assert any("asks Alizé" in str(line.text) for line in story.lines)


def test_a_competitor_was_never_helped(alize) -> None:
    case, pair = alize
    (story,) = [s for s in stories(case, pair) if s.kind == "beside"]
    uid = np.uint64(int(str(story.about).rpartition("uid ")[2].rstrip(")")))
    assert uid not in pair.treated.tables.uid[helped(pair.treated).firm]
    assert not any("asks" in str(line.text) for line in story.lines)


def test_months_of_a_history_are_in_order_and_dated(alize) -> None:
    case, pair = alize
    assert str(date(case, 0)) == "January 1998" or case.spec.start_year != 1998
    for story in stories(case, pair):
        months = [line.month for line in story.lines]
        assert months == sorted(months)
        assert all(line.date == date(case, line.month) for line in story.lines)


def test_a_closure_did_not_say_of_which_of_several_schemes() -> None:
    schemes = (SimpleNamespace(name="alize"), SimpleNamespace(name="plan_pme"))
    local = SimpleNamespace(closed=np.array([5, NEVER, 7]), scheme=np.array([0, 0, 1]))
    case = load_case("alize-1997-2007")

    def said(live: tuple) -> list[str]:
        world = SimpleNamespace(spec=SimpleNamespace(schemes=live), tables=SimpleNamespace(locals=local))
        return [str(line.text) for line in _closures(case, world, np.array([0, 1, 2]))]

    assert said(schemes) == ["Alizé closes here", "Plan PME closes here"]
    local.scheme = np.array([0, 0, 0])
    assert said(schemes[:1]) == ["the scheme closes here"] * 2


def test_files_accepted_were_those_that_the_outcome_leaves_out() -> None:
    """Directors accepted to a cohort that they never began: the survey does not ask them."""
    spec = boost(smes=600, months=60)
    case = replace(load_case("boost-innov-lyon-2018-2025"), spec=spec)
    pair = pair_of(spec, BUSY, 3)
    of_outcome = levels(pair.treated)["files_accepted"]
    assert of_outcome < np.count_nonzero(pair.treated.files.accepted != NEVER)
    (story,) = basins(case, pair)
    told = [re.search(r"(\d+) files? accepted in the year", str(line.text)) for line in story.lines]
    assert sum(int(found[1]) for found in told if found) == of_outcome


def test_help_completed_was_counted_as_firms_helped() -> None:
    """A bug: three actions of one firm were three "helped so far"."""
    spec = region(basins=1)
    pair = pair_of(spec, EAGER, key(1, 0, 0))
    done = pair.treated.files[pair.treated.files.state == COMPLETED]
    firms = len(set(done.firm.tolist()))
    assert len(done) > firms > 0
    (story,) = basins(replace(load_case("plan-pme-2011-2015"), spec=spec), pair)
    assert f"{firms} helped so far" in str(story.lines[-1].text)


def test_a_world_without_files_tells_no_firm() -> None:
    case = load_case("alize-1997-2007")
    pair = pair_of(case.spec.without_schemes(), {}, 1)
    assert stories(case, pair) == []


def test_text_and_data_are_the_same_histories() -> None:
    case = load_case("boost-innov-lyon-2018-2025")
    rows = source("default", ["boost_innov"], 1)
    content = json.loads(told(case, rows, 1, 0, True))
    words = told(case, rows, 1, 0, False)
    assert all(story["end"] in words and story["title"] in words for story in content)


def test_a_world_without_a_story_was_told_by_a_blank_line(tmp_path, monkeypatch) -> None:
    case = load_case("alize-closures")
    rows = source("default", ["alize"], 1)
    monkeypatch.setattr("experiments.typical.stories.pair_of", lambda *of: None)
    monkeypatch.setattr("experiments.typical.stories.stories", lambda *of: [])
    nobody = "In this draw no firm was helped: no local scheme opened"
    assert told(case, rows, 1, 0, False) == f"{nobody}, as `opening_places` is 0 (alize)."
    opened = replace(case, spec=replace(case.spec, changes=(Change("alize", "opening_places", 1),)))
    assert told(opened, rows, 1, 0, False) == f"{nobody}."
    content = {"group": "all", "policy": "published", "draw": 0, "stories": []}
    (tmp_path / TYPICAL).write_text(json.dumps(content), "utf-8")
    group = SimpleNamespace(
        name="all", spec={"schemes": [{"name": "alize"}]}, title="", case="alize-closures"
    )
    (block,) = typical(SimpleNamespace(path=tmp_path, groups=[group])).blocks
    assert block.text.endswith(f"without. {nobody}.")


def test_a_country_is_not_told() -> None:
    case = load_case("country")
    with pytest.raises(Refused, match="--firm"):
        told(case, source("default", [s.name for s in case.spec.schemes], 1), 1, 0, False)


def test_shares_in_words() -> None:
    assert share_of("more", 0.138) == "14% of accepted firms"
    assert share_of("beside", 0.001) == "fewer than 1% of the other firms"
