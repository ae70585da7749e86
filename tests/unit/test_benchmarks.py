"""The benchmark on tiny worlds: every figure is there, the floor does what its account says, the page has a
row for every requirement."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks import alone, beside, commands, floor, page, phases, run, where
from benchmarks.requirements import MET, NOT_BUILT, NOT_MET, REQUIREMENTS, figure, judged
from benchmarks.worlds import FIVE, with_schemes
from scenarios.load import load_policies
from sim.timeline import NAMES
from sim.world import World

ROOT = Path(__file__).parents[2]
TINY = run.Scale(
    (80, 90), (80, 90, 100), 6, 1, 1, middle=90, reference=((60, 4), (50, 3)), reference_repeats=1,
    region=False,
)  # fmt: skip


@pytest.fixture(scope="module")
def result() -> dict:
    """A result of tiny worlds; what needs processes of its own is made up."""
    found = run.machine() | run.with_keys(run.simulation(TINY), TINY.middle)
    found["start"] = {"cold_alize": 9.0, "cold": 14.0, "first_world": 2.0, "help": 0.2}
    found["worlds"] = {"worlds": 10.0, "a_second": 120.0, "a_second_whole_command": 60.0}
    found["country"] = {"seconds": 3.0, "gigabytes": 1.5, "smes": 9.0, "ns_per_sme_month": 9.0}
    found["item"] = {"question": "x", "worlds": 2, "seconds": 0.1, "functions": []}
    return found | {"runner": {"us_a_world": 1.0}, "engines": {"joblib_nothing": 2.0, "joblib_5ms": 3.0}}


def test_every_figure_is_there(result: dict) -> None:
    for key in ("ns_per_sme_month", "ratio_to_floor", "ratio_to_reference"):
        assert result[key] > 0.0
    for of in result["floor"].values():
        assert list(of["model"]) == list(NAMES)
        assert set(of["ratios"]) == {"dense", *floor.DENSE}
        assert of["shape"]["rows_a_firm"] >= 1.0
    assert list(result["reference"]) == ["60x4", "50x3"]
    for of in result["reference"].values():
        assert set(of["ratios"]) == set(NAMES)
    assert result["ratio_to_reference"] == min(of["whole"]["ratio"] for of in result["reference"].values())
    assert len(result["schemes"]) == len(FIVE) + 2
    assert set(result["sizes"]) == {"80", "90", "100"}


def test_a_world_that_differs_from_the_reference_is_found_out() -> None:
    spec = with_schemes(FIVE, 40, 2)
    reference, _ = phases.reference_phases(spec, 1)
    world = World(spec, {}, 1).run()
    phases.agree(reference, world)
    world.tables.size[0] += 1e-6
    with pytest.raises(AssertionError, match="differ"):
        phases.agree(reference, world)


def test_the_table_has_every_requirement_and_weakens_none(result: dict) -> None:
    text = page.page(result)
    for row in judged(result):
        assert "| " + " | ".join(row) + " |" in text
    rows = {row[0]: row for row in judged(result)}
    assert len(rows) == len(REQUIREMENTS)
    assert rows["`tremplin --help` in at most 0.3 s"][2:] == ("0.20 s", MET)
    assert rows["`tremplin run` at its first world in at most 1.5 s, compiled before"][2:] == (
        "2.00 s",
        NOT_MET,
    )
    assert rows["two threads at least 1.7 times one, bit-identical"][2:] == (NOT_BUILT, NOT_MET)
    # these worlds are none of the sizes that are asked about
    assert sum(row[2] == "not measured" and row[3] == NOT_MET for row in rows.values()) == 7
    assert figure(result, ("floor", "80", "nothing", "of this")) is None


def test_the_figure_is_the_same_for_the_same_numbers(result: dict) -> None:
    drawn = page.picture(result)
    assert drawn == page.picture(result)
    assert "date" not in drawn.lower()
    ElementTree.fromstring(drawn)
    assert "90 SMEs" in drawn


def test_the_shipped_page_has_a_row_for_every_requirement() -> None:
    text = page.PAGE.read_text(encoding="utf-8")
    assert [wanted.asked for wanted in REQUIREMENTS if f"| {wanted.asked} | {wanted.aim} |" not in text] == []


COUNT = """
import json
import numpy as np
from benchmarks import floor
from benchmarks.worlds import with_schemes
from sim import draws, timeline
from sim.economy import growth
from sim.world import World

calls = dict.fromkeys(("philox", "exp", "log"), 0)

def counted(module, name):
    real = getattr(module, name)
    def call(*given):
        calls[name] += 1
        return real(*given)
    setattr(module, name, call)

def taken():
    found = dict(calls)
    calls.update(dict.fromkeys(calls, 0))
    return found

world = World(with_schemes((), 200, 8), {"adjust_rate": 0.1}, 1)
counted(draws, "philox"), counted(growth, "exp"), counted(growth, "log")
floor.exp = growth.exp
draws.log, draws_log = growth.log, draws.log  # of the Laplace draw, in growth alone
model = {}
for t in range(8):
    for phase in timeline.PHASES:
        taken()
        phase(world._handle, t)
        model.setdefault(phase.__name__, []).append(taken())
ends = world.tables.ends[0]
firms = floor.firms_of(world)
given = floor.given(world, firms)
months = []
for which in (*range(4), floor.ALL):
    taken()
    for t in range(8):
        floor.month(firms, t, *given, which)
    months.append(taken())
adjusted = [m["exp"] // 2 for m in model["growth"]]
born = [int((world.tables.born[world.tables.smes.status > 0] == t).sum()) for t in range(8)]
print(json.dumps({"floor": months, "firms": len(firms.size), "model": model, "ends": ends.tolist(),
                  "adjusted": adjusted}))
"""


@pytest.fixture(scope="module")
def counted() -> dict:
    """Draws, exponentials and logarithms of model and floor over eight months, counted call by call."""
    import json

    done = subprocess.run(
        [sys.executable, "-c", COUNT], cwd=ROOT, capture_output=True, text=True, timeout=300,
        env=os.environ | {"PYTHONPATH": str(ROOT), "NUMBA_DISABLE_JIT": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_floor_does_what_its_account_says(counted: dict) -> None:
    firms, months = counted["firms"], 8
    many = int(0.1 * firms)
    events, growth, displacement, accounts, whole = counted["floor"]
    assert events["philox"] == firms * months / 4
    assert growth["philox"] == many * months
    assert displacement["philox"] == accounts["philox"] == 0
    assert whole["philox"] == events["philox"] + growth["philox"]
    account = floor.account(many / firms)
    assert whole["philox"] == pytest.approx(account.draws * firms * months)
    assert whole["log"] == pytest.approx(account.logs * firms * months)
    # beside the firms', one a basin and month for exits by demand (that of openings is not counted here)
    assert whole["exp"] == pytest.approx(account.exps * firms * months + months)


def test_the_model_draws_no_less_than_its_floor(counted: dict) -> None:
    ends, model = counted["ends"], counted["model"]
    for t, month in enumerate(model["demography"]):
        candidates = ends[t + 1] - ends[t]
        events = ends[min(t + 4, len(ends) - 1)] if t % 4 == 0 else 0
        assert 0 <= month["philox"] - events - candidates <= 4 * candidates  # attributes of those born
    assert [month["philox"] for month in model["growth"]] == counted["adjusted"]
    assert sum(counted["adjusted"]) == pytest.approx(0.1 * 8 * ends[0], rel=0.4)
    assert all(m["philox"] == 0 for name in ("displacement", "accounts") for m in model[name])


def test_bytes_are_those_of_the_columns() -> None:
    world = World(with_schemes((), 100, 2), {}, 1)
    t = world.tables
    events = (t.uid.itemsize + 2 * 4 * t.chances.itemsize) / 4 + sum(
        column.itemsize for column in (t.exit_most, t.open_most, t.busy, t.flags)
    )
    assert floor.BYTES["demography"] == events
    assert floor.BYTES["growth"] == t.uid.itemsize + t.own_growth.itemsize + 4 * t.size.itemsize
    assert floor.BYTES["displacement"] == t.sector.itemsize + t.size.itemsize + 4 * t.causes.itemsize


def test_the_floor_leaves_the_world_as_it_is() -> None:
    world = World(with_schemes((), 100, 4), {}, 1).run(2)
    before = world.tables.size.copy(), world.tables.causes.copy()
    firms = floor.firms_of(world)
    assert len(firms.size) == (world.tables.size > 0.0).sum()
    floor.month(firms, 2, *floor.given(world, firms), floor.ALL)
    assert (before[0] == world.tables.size).all()
    assert (before[1] == world.tables.causes).all()
    assert (firms.size >= 1.0 - 1e-3).all()


def test_the_question_of_worlds_a_second_has_five_schemes(tmp_path: Path) -> None:
    commands.write_question(tmp_path, 5_000, 120)
    study = load_policies(str(tmp_path / "question.yaml"))
    (case,) = study.bases
    assert {scheme.name for scheme in case.spec.schemes} == set(FIVE)
    assert sum(basin.smes for basin in case.spec.territory.basins) == 5_000
    assert case.spec.horizon_months == 120


def test_the_peak_of_memory_is_not_that_of_the_process_that_started_this_one() -> None:
    started = "import subprocess, sys; room = bytearray(300 * 2**20); "
    started += (
        "subprocess.run([sys.executable, '-c', 'from benchmarks.memory import peak_mb; print(peak_mb())'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", started], check=True, capture_output=True, text=True, cwd=ROOT
    )
    assert 1.0 < float(done.stdout) < 200.0


def test_a_case_alone_and_an_item() -> None:
    assert set(alone.measured("alize-5-sites", 1)) == {"smes", "seconds", "gigabytes", "ns_per_sme_month"}
    assert len(where.item_of(where.QUESTION).arms) == 13


def test_two_checkouts_in_turn() -> None:
    found = beside.beside(ROOT, "alize-host", turns=4)
    assert found.same
    assert 0.1 < found.low <= found.median <= found.high < 10.0
    with pytest.raises(SystemExit, match="Name the folder of another checkout"):
        beside.main([str(ROOT / "docs")])
