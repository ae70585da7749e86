"""The stamp of the shipped sample: given where every answer is the same, refused where one differs."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from calibration.fit import sizes
from calibration.frozen import files, frozen
from calibration.posterior import MANIFEST, Posterior, load, save
from calibration.problem import Figure, Problem
from calibration.target import FITTED, Target
from experiments.calibrate import wave_experiment
from experiments.items import Request
from experiments.restamp import problems_of, requests_of, restamp
from sim.code import code_hash
from sim.draws import key
from sim.parameters.quantities import Uncertainty
from sim.warm import TINY

SIMULATIONS, SEED = 350, 5
DECLARED = tuple(Uncertainty(n, "", 0.5, 0.0, 1.0, "uniform", "assumed", "A number.", "") for n in "ab")


def figure(name: str) -> Figure:
    target = Target(name, "", FITTED, 0.5, 0.0, 1.0, "", 1, False, False, name, lambda r: 0.0)
    return Figure("case", target, 1.0)


@dataclass(frozen=True)
class Made(Problem):
    """Answers that depend on the values of a draw and on its seed; ``moved``: added to the second one."""

    moved: float = 0.0

    def simulate(self, values, world_seed):
        luck = world_seed % 1000 / 1000
        return {"sum": values["a"] + values["b"] + luck, "luck": luck + self.moved}


PROBLEM = Made(DECLARED, {"case": TINY}, (figure("sum"), figure("luck")))


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """The last wave of a fit, as the fit runs and keeps it."""
    waves = sizes(SIMULATIONS)
    seed = key(SEED, 0)
    x = np.random.default_rng(1).standard_normal((waves[-1], 2))
    request = Request(wave_experiment(PROBLEM, x, len(waves) - 1, seed), len(x))
    items = [request.item(k) for k in range(len(x))]
    answers = np.array([list(PROBLEM.simulate(i.values, i.world_seed).values()) for i in items])
    about = {"simulations": SIMULATIONS, "seed": SEED, "code": "of the fit"}
    save(Posterior(("a", "b"), PROBLEM.values(x), ("sum", "luck"), answers, about), tmp_path)
    return tmp_path


@pytest.mark.parametrize("most", [7, None])
def test_a_sample_whose_answers_are_the_same_is_stamped(sample, most, capsys):
    total = len(load(sample).rows)
    assert restamp(sample, {"made": PROBLEM}, most) == 0
    manifest = json.loads((sample / MANIFEST).read_text())
    compared = most or total
    assert manifest["code"] == code_hash()
    assert manifest["restamped"] == {
        "fitted_with": "of the fit", "draws": compared, "of": total, "answers": 2 * compared,
    }  # fmt: skip
    assert f"{compared} of {total} draws" in capsys.readouterr().out


@pytest.mark.parametrize("facts", ["as they are", "others"])
def test_what_was_frozen_is_known_by_its_sources_again_unless_it_differs(sample, facts):
    """Sources that say the same in other words: no command need look at more than their letters."""
    about = json.loads((sample / MANIFEST).read_text())
    about["frozen"] = frozen() | {"files": "others"} | ({"facts": facts} if facts == "others" else {})
    (sample / MANIFEST).write_text(json.dumps(about))
    assert restamp(sample, {"made": PROBLEM}, 3) == 0
    assert json.loads((sample / MANIFEST).read_text())["frozen"]["files"] == (
        "others" if facts == "others" else files()
    )


def test_sources_of_what_was_frozen_are_looked_at_even_where_the_code_is_the_same(sample):
    """Targets do not belong to the code of ``sim``, but what they read makes the answers."""
    about = json.loads((sample / MANIFEST).read_text())
    about |= {"code": code_hash(), "frozen": frozen() | {"files": "others"}}
    (sample / MANIFEST).write_text(json.dumps(about))
    assert restamp(sample, {"made": replace(PROBLEM, moved=1e-15)}, 3) == 1
    assert restamp(sample, {"made": PROBLEM}, 3) == 0
    assert json.loads((sample / MANIFEST).read_text())["frozen"]["files"] == files()


def test_an_answer_that_differs_by_a_bit_is_named_and_nothing_is_written(sample, capsys):
    before = (sample / MANIFEST).read_bytes()
    assert restamp(sample, {"made": replace(PROBLEM, moved=1e-15)}, 3) == 1
    assert (sample / MANIFEST).read_bytes() == before
    said = capsys.readouterr().err
    assert "draw 0, luck:" in said
    assert "sum" not in said
    assert "e-1" in said


def test_the_shipped_sample_is_of_the_last_waves_of_its_rules():
    """Every draw has its place in the wave of its rule: 480 worlds each, none of which failed."""
    found = load()
    asked = requests_of(found, problems_of(found))
    assert sorted(draw for _, mine in asked.values() for draw in mine) == list(range(len(found.rows)))
    for request, mine in asked.values():
        assert len(mine) <= request.draws
        assert list(request.item(1).values.values()) == found.rows[mine[1]].tolist()
