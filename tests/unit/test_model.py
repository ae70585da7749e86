"""A world seen through Mesa: the same bits, and agents that read and write its rows."""

import copy
import gc
import inspect
import pickle
import re
import warnings
import weakref
from pathlib import Path

import mesa
import numpy as np
import pytest
from mesa.agent import AgentSet

from scenarios.load import load_scheme
from sim.model import BasinAgent, LocalSchemeAgent, SiteAgent, SmeAgent, SmeView, SupportModel
from sim.spec import Basin, SchemeSpec, Territory, WorldSpec
from sim.view import SME_COLUMNS
from sim.world import World
from tests.tables import assert_same_tables

MONTHS = 24
TERRITORY = Territory("two basins", (Basin("a", "Aval", 700, 6), Basin("b", "Bourg", 500, 4)))
SPEC = WorldSpec(
    TERRITORY, MONTHS, 1998, 1, (SchemeSpec("alize", load_scheme("alize").rules, (("a", 0), ("b", 6))),)
)
DOCUMENT = Path(__file__).parents[2] / "docs" / "mesa.md"
pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture
def model() -> SupportModel:
    """A model after half a year."""
    made = SupportModel(SPEC, seed=3)
    for _ in range(6):
        made.step()
    return made


def assert_same(one: World, other: World) -> None:
    assert one.month == other.month
    assert_same_tables(one, other)


def alive(model: SupportModel) -> np.ndarray:
    return model.world.tables.size > 0


def test_months_stepped_are_months_run() -> None:
    model = SupportModel(SPEC, {"referral": 0.2}, seed=3)
    for _ in range(MONTHS):
        model.step()
        model.smes.agg("size", np.sum)
        model.smes.map(lambda sme: sme.size)
    assert_same(model.world, World(SPEC, {"referral": 0.2}, 3).run())
    assert model.steps == MONTHS


def test_run_model_stops_at_the_horizon_and_a_step_more_is_refused() -> None:
    model = SupportModel(SPEC, seed=3)
    model.run_model()
    assert_same(model.world, World(SPEC, seed=3).run())
    with pytest.raises(ValueError, match=f"horizon of {MONTHS} months"):
        model.step()


class Batched(SupportModel):
    def __init__(self, seed: int | None = None):
        told = {"jobs": jobs, "month": lambda m: m.world.month, "world": lambda m: m.world.seed}
        super().__init__(SPEC, seed=seed, datacollector=mesa.DataCollector(told))


def test_iterations_of_a_batch_were_one_world_and_ran_past_the_horizon() -> None:
    newer = "rng" in inspect.signature(mesa.batch_run).parameters
    seeds = {"rng": [None, None]} if newer else {"iterations": 2}
    one, two = mesa.batch_run(Batched, {}, max_steps=1000, display_progress=False, **seeds)
    assert one["world"] != two["world"]
    assert one["jobs"] != two["jobs"]
    model = Batched(one["world"])
    assert model.running
    model.run_model()
    assert not model.running
    assert model.world.month == MONTHS


def test_smes_are_in_agents_by_type_and_not_in_agents(model: SupportModel) -> None:
    assert set(model.agents_by_type) == {BasinAgent, SiteAgent, LocalSchemeAgent, SmeAgent}
    assert set(model.agent_types) == set(model.agents_by_type)
    assert {kind: len(agents) for kind, agents in model.agents_by_type.items()} == {
        BasinAgent: 2, SiteAgent: 10, LocalSchemeAgent: 2, SmeAgent: alive(model).sum(),
    }  # fmt: skip
    assert len(model.agents) == 14
    assert not any(isinstance(agent, SmeAgent) for agent in model.agents)
    assert isinstance(model.agents_by_type[SmeAgent], AgentSet)


def test_numbers_of_agents_are_unique_and_those_of_firms_are_shared_by_a_pair(model: SupportModel) -> None:
    class Mayor(mesa.Agent):
        pass

    Mayor(model)
    ids = [agent.unique_id for agents in model.agents_by_type.values() for agent in agents]
    assert len(set(ids)) == len(ids) == 15 + alive(model).sum()
    control = SupportModel(SPEC.without_schemes(), seed=3)
    assert {sme.unique_id: sme.uid for sme in control.smes} == {
        sme.unique_id: sme.uid for sme in SupportModel(SPEC, seed=3).smes
    }


@pytest.mark.parametrize("kind", [BasinAgent, SiteAgent, LocalSchemeAgent, SmeAgent])
def test_columns_hide_nothing_of_mesa(kind: type) -> None:
    agent = mesa.Agent(mesa.Model())
    taken = {name for name in (*dir(mesa.Agent), *vars(agent)) if not name.startswith("_")}
    own = {"unique_id", "pos", "remove", "model"} if kind is SmeAgent else set()
    assert taken & set(vars(kind)) <= own


def test_agents_read_and_write_their_rows(model: SupportModel) -> None:
    tables = model.world.tables
    basin = model.agents_by_type[BasinAgent].select(lambda a: a.id == "b").agg("row", min)
    assert basin == 1
    for agent in model.agents_by_type[BasinAgent]:
        assert agent.fragility == tables.basins.fragility[agent.row]
        assert (
            agent.smes.agg("size", np.sum)
            == tables.size[alive(model) & (tables.smes.basin == agent.row)].sum()
        )
        agent.local_demand = 0.25
    assert tables.basins.local_demand.tolist() == [0.25, 0.25]
    for agent in model.agents_by_type[LocalSchemeAgent]:
        assert (agent.name, agent.basin) == ("alize", agent.row)
        agent.rules.days = 11.0
    assert tables.rules.days.tolist() == [11.0, 11.0]
    assert 11.0 in tables.rule_cells
    for agent in model.agents_by_type[SiteAgent]:
        agent.fatigue = 0.5
    assert (tables.sites.fatigue == 0.5).all()


def test_an_sme_reads_and_writes_its_row(model: SupportModel) -> None:
    tables = model.world.tables
    sme = model.smes[5]
    row = sme.row
    for name in set(SME_COLUMNS) - {"causes", "exposure"}:
        column = tables.smes[name] if name in tables.smes.dtype.names else getattr(tables, name)
        assert getattr(sme, name) == column[row]
        assert type(getattr(sme, name)) in (int, float)
    assert sme.causes.tolist() == tables.causes[:, row].tolist()
    sme.size = 12.5
    sme.advice = 1
    sme.causes[0] += 2.0
    assert (tables.size[row], tables.smes.advice[row]) == (12.5, 1.0)
    assert sme.causes[0] == tables.causes[0, row]


def test_what_follows_from_capability_follows_it(model: SupportModel) -> None:
    high, low = model.smes[0], model.smes[1]
    model.smes.select(at_most=2).set("capability", [0.9, 0.1])
    assert high.exit_factor < 1 < low.exit_factor
    low.capability = 0.9
    assert (low.exit_factor, low.open_factor) == (high.exit_factor, high.open_factor)


def test_views_follow_tables_that_grow(model: SupportModel) -> None:
    view, sme = model.smes, model.smes[0]
    held, other = model.agents_by_type[SiteAgent], World(SPEC, seed=3).run(6)
    model.world._grow()
    other._grow()
    sme.advice = 0.3
    held.set("fatigue", 0.5)
    other.tables.smes.advice[sme.row] = 0.3
    other.tables.sites.fatigue[:] = 0.5
    for _ in range(6):
        model.step()
    assert_same(model.world, other.run(12))
    assert view.agg("size", np.sum) == other.tables.size[other.tables.size > 0].sum()


def test_a_firm_that_closes_leaves_every_view_but_a_cohort(model: SupportModel) -> None:
    everyone, some = model.smes, model.smes.select(at_most=3)
    cohort = model.smes_at(some.rows)
    gone = some[0]
    gone.size = 0.0
    assert gone not in everyone
    assert gone not in some
    assert gone in cohort
    assert (len(some), len(cohort)) == (2, 3)
    assert cohort.get("size")[0] == 0.0


def test_groups_sum_as_numpy_does(model: SupportModel) -> None:
    size, basin = model.world.tables.size, model.world.tables.smes.basin
    expected = {b: size[alive(model) & (basin == b)].sum() for b in (0, 1)}
    assert model.smes.groupby("basin").agg("size", np.sum) == expected
    assert model.smes.groupby(lambda sme: sme.basin).agg("size", np.sum) == expected
    groups = model.smes.groupby("sector", result_type="list")
    assert groups.agg("size", len) == model.smes.groupby("sector").count()
    assert sum(groups.map(len).values()) == len(model.smes)
    firsts = list(dict.fromkeys(model.smes.get("sector")))
    assert list(groups.groups) == [key for key, _ in model.smes.groupby("sector")] == firsts
    assert model.smes.select(at_most=0).groupby("basin").count() == {}
    assert model.smes.groupby("basin").do("set", "advice", 0.5).map("agg", "advice", max) == {0: 0.5, 1: 0.5}


def test_select_by_columns_and_by_agent(model: SupportModel) -> None:
    smes = model.smes
    fast = smes.select(where=lambda c: (c.size > 20) & (c["basin"] == 1))
    slow = smes.select(lambda sme: sme.size > 20 and sme.basin == 1)
    assert fast == slow
    assert 0 < len(fast) < len(smes)
    assert fast.rows.tolist() == slow.rows.tolist()
    both = smes.select(lambda sme: sme.basin == 1, where=lambda c: c.size > 20, at_most=2)
    assert both.to_list() == fast[:2]
    assert len(smes.select(at_most=0.5)) == len(smes) // 2
    assert len(smes.select(agent_type=BasinAgent)) == 0
    assert smes.select(agent_type=mesa.Agent) == smes
    part = smes.copy()
    assert part.select(where=lambda c: c.size > 20, inplace=True) is part
    assert (part.columns.size > 20).all()
    assert len(smes) == alive(model).sum()
    with pytest.raises(ValueError, match="truth values, one an SME"):
        smes.select(where=lambda c: c.size)


def test_get_agg_set_map_do(model: SupportModel) -> None:
    smes, size = model.smes, model.world.tables.size
    live = size[alive(model)]
    assert smes.get("size") == live.tolist()
    assert smes.get(["row", "size"])[1] == [smes[1].row, live[1]]
    assert smes.get(["uid", "causes"])[0][1].shape == (8,)
    assert smes.get("sise", "default", 7) == [7] * len(smes)
    assert smes.agg("size", np.sum) == live.sum()
    assert smes.agg("size", [min, np.max]) == [live.min(), live.max()]
    assert smes.agg("unique_id", max) == np.flatnonzero(alive(model)).max() + 1
    assert smes.set("advice", 0.1) is smes
    assert (model.world.tables.smes.advice[alive(model)] == 0.1).all()
    assert (model.world.tables.smes.advice[~alive(model)] == 0.0).all()
    smes.set("size", 2 * live)
    assert (size[alive(model)] == 2 * live).all()

    def add(sme: SmeAgent, jobs: float) -> float:
        sme.size += jobs
        return sme.size

    assert smes.map(add, jobs=1.0) == (2 * live + 1).tolist()
    assert smes.do(add, 1.0).do("step") is smes
    assert smes.get("size") == (2 * live + 2).tolist()


def test_order_indices_and_sets(model: SupportModel) -> None:
    smes = model.smes
    by_hand = sorted(smes, key=lambda sme: sme.sector, reverse=True)
    assert smes.sort("sector").to_list() == by_hand == smes.sort(lambda sme: sme.sector).to_list()
    ascending = sorted(smes, key=lambda sme: sme.sector)
    assert smes.sort("sector", ascending=True).to_list() == ascending
    part = smes.copy()
    assert part.sort("size", inplace=True) is part
    assert part[0].size == smes.agg("size", max)
    assert part[-1].size == smes.agg("size", min)
    assert part[1:3] == [part[1], part[2]]
    assert part.index(part[4]) == 4
    assert part.count(part[4]) == 1
    assert next(reversed(smes)) == smes[-1]
    with pytest.raises(IndexError):
        smes[len(smes)]
    large, bourg = smes.select(where=lambda c: c.size > 20), smes.select(where=lambda c: c.basin == 1)
    assert large & bourg == smes.select(where=lambda c: (c.size > 20) & (c.basin == 1))
    assert len(large | bourg) == len(large) + len(bourg) - len(large & bourg)
    assert large - bourg == smes.select(where=lambda c: (c.size > 20) & (c.basin == 0))
    assert smes[0] == smes[0]
    assert len({smes[0], smes[0], smes[1]}) == 2
    assert SupportModel(SPEC, seed=3).smes[0] not in smes
    assert repr(large) == f"<SmeView of {len(large)} SMEs>"


def test_a_copy_keeps_its_firms_while_the_view_follows_the_world(model: SupportModel) -> None:
    view = model.smes
    kept, copied = view.copy(), copy.copy(view)
    before = set(kept)
    for _ in range(MONTHS - 6):
        model.step()
    assert set(kept) == set(copied) < before
    assert set(view) - before


@pytest.mark.parametrize(
    "twin", [lambda m: pickle.loads(pickle.dumps(m)), copy.deepcopy], ids=["pickle", "deepcopy"]
)
def test_a_model_and_its_twin_go_on_alike(model: SupportModel, twin) -> None:
    model.cohort = model.smes_at([3, 1])
    model.first = {model.smes[0]: "first"}
    other = twin(model)
    assert other.smes.model is other
    assert other.cohort.model is other
    assert other.cohort.rows.tolist() == [3, 1]
    assert other.first[other.smes[0]] == "first"
    shared = [(a, b) for a in other.world.tables for b in model.world.tables if np.shares_memory(a, b)]
    assert all(a is b for a, b in shared)  # constants of the program
    for each in (model, other):
        for agent in each.agents_by_type[LocalSchemeAgent]:
            agent.rules.days = 20.0
        each.run_model()
    assert_same(model.world, other.world)
    assert (other.steps, len(other.agents)) == (MONTHS, 14)
    assert (other.world.tables.rule_cells == 20.0).any()
    view = pickle.loads(pickle.dumps(other.smes.select(at_most=2)))
    assert isinstance(view, SmeView)
    assert len(view) == 2
    with pytest.raises(TypeError, match="deepcopy"):
        copy.copy(model)


def jobs(model: SupportModel) -> float:
    return model.smes.agg("size", np.sum)


def test_data_collector_gives_frames() -> None:
    collector = mesa.DataCollector(
        model_reporters={"jobs": jobs, "month": lambda m: m.world.month, "steps": "steps"},
        agenttype_reporters={
            SmeAgent: {"size": "size", "large": lambda sme: sme.size > 20},
            BasinAgent: {"demand": "demand"},
            LocalSchemeAgent: {"partners": "partners"},
        },
        agent_reporters={"row": "row"},
    )
    model = SupportModel(SPEC, seed=3, datacollector=collector)
    for _ in range(3):
        model.step()
    months = World(SPEC, seed=3).run(3).tables.series[:3, :, 0].sum(1)
    frame = collector.get_model_vars_dataframe()
    assert frame.jobs.tolist()[1:] == pytest.approx(months.tolist())
    assert frame.month.tolist() == frame.steps.tolist() == [0, 1, 2, 3]
    firms = collector.get_agenttype_vars_dataframe(SmeAgent)
    assert firms["size"].groupby("Step").sum().tolist() == pytest.approx(frame.jobs.tolist())
    assert firms.loc[3].index.tolist() == model.smes.get("unique_id")
    assert firms["large"].dtype == bool
    assert firms["size"].dtype == float
    assert len(collector.get_agenttype_vars_dataframe(BasinAgent)) == 2 * 4
    assert collector.get_agenttype_vars_dataframe(LocalSchemeAgent).partners.dtype == np.int64
    assert len(collector.get_agent_vars_dataframe()) == 14 * 4


def test_a_hundred_models_leave_nothing() -> None:
    spec = WorldSpec(Territory("small", (Basin("a", "Aval", 20, 3),)), 12, 1998, 1, SPEC.schemes[:0])
    traces = []
    for seed in range(100):
        model = SupportModel(spec, seed=seed, datacollector=mesa.DataCollector({"jobs": jobs}))
        model.step()
        held = model.smes.select(lambda sme: sme.size > 3)
        traces += [weakref.ref(model), weakref.ref(model.world), weakref.ref(held), weakref.ref(held[0])]
        traces += [weakref.ref(agent) for agent in model.agents]
    del model, held
    gc.collect()
    assert len(traces) == 800
    assert [trace() for trace in traces if trace() is not None] == []


@pytest.mark.parametrize(
    ("what", "error", "message"),
    [
        (lambda s: s.shuffle(), TypeError, "cannot be shuffled: every draw of a world is keyed"),
        (lambda s: s.shuffle_do("step"), TypeError, "cannot be shuffled"),
        (lambda s: s.add(s[0]), TypeError, "cannot be added: firms are born and die by the rules"),
        (lambda s: s.remove(s[0]), TypeError, "cannot be removed"),
        (lambda s: s.discard(s[0]), TypeError, "cannot be removed"),
        (lambda s: s.pop(), TypeError, "cannot be removed"),
        (lambda s: s[0].remove(), TypeError, "cannot be removed"),
        (lambda s: s.set("sise", 1), AttributeError, "'sise' is none of them; did you mean size?"),
        (lambda s: setattr(s[0], "mood", 1), AttributeError, "keeps the columns of its row and nothing else"),
        (lambda s: s[0].sise, AttributeError, "did you mean size?"),
        (lambda s: s.columns.sise, AttributeError, "did you mean size?"),
        (lambda s: s.agg("sise", np.sum), AttributeError, "did you mean size?"),
        (lambda s: s.get("sise"), AttributeError, "did you mean size?"),
        (lambda s: s.get("size", "ignore"), ValueError, "handle_missing"),
        (lambda s: s.groupby("size", "frame"), ValueError, "result_type must be 'agentset' or 'list'"),
        (lambda s: s.set("born", 1.5), ValueError, "born is a column of int32, which cannot hold 1.5"),
        (lambda s: s.set("born", float("nan")), ValueError, "cannot hold nan"),
        (lambda s: s.set("born", 2**40), ValueError, "cannot hold"),
        (lambda s: s.set("size", "ten"), ValueError, "cannot hold ten"),
        (lambda s: s.set("size", [1.0, 2.0]), ValueError, "shape"),
        (lambda s: s | s.model.agents, TypeError, "is no SME of this model"),
        (lambda s: s.model.smes_at([1, 1]), ValueError, "a row stands twice"),
        (lambda s: s.model.smes_at([-1]), ValueError, "rows go from 0 to"),
    ],
)
def test_what_cannot_be_says_why(what, error: type[Exception], message: str) -> None:
    model = SupportModel(SPEC, seed=3)
    before = pickle.dumps(model.world.tables)
    with pytest.raises(error, match=re.escape(message)):
        what(model.smes)
    assert pickle.dumps(model.world.tables) == before


def test_a_world_without_schemes_has_no_exposure_and_runs() -> None:
    model = SupportModel(SPEC.without_schemes(), seed=3)
    model.step()
    assert model.smes[0].exposure.tolist() == []
    assert LocalSchemeAgent not in model.agents_by_type


def test_mesas_generators_are_seeded_and_unused() -> None:
    model = SupportModel(SPEC, seed=3)
    states = [model.random.getstate(), model.rng.bit_generator.state]
    model.step()
    assert states == [model.random.getstate(), model.rng.bit_generator.state]
    twin = SupportModel(SPEC, seed=3)
    assert twin.random.getstate() == states[0]
    assert twin.smes.random is twin.random


def test_the_documented_example_runs(capsys) -> None:
    blocks = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.S)
    assert blocks
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec(compile("".join(blocks), str(DOCUMENT), "exec"), {"__name__": "example"})
    printed = capsys.readouterr().out
    assert "jobs" in printed
