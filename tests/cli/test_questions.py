"""Every shipped question, on its own cases and at its own horizon, through the command: its page is whole,
and what must hold of any world holds exactly."""

from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from experiments.cli import app
from experiments.folder import Folder
from experiments.report.jobs import bars
from experiments.report.reading import Run, read
from scenarios.load import available, load_policies
from sim.outcomes import OUTCOMES
from tests.unit.test_report import Page

POLICIES = Path(__file__).parents[2] / "scenarios" / "policies"
CHEAP = "alize-host"  # stands for the others where there is no time for all
QUESTIONS = [
    pytest.param(name, marks=() if name == CHEAP else pytest.mark.slow) for name in available("policies")
]
ALWAYS = ("answer", "policies", "choice", "waterfall", "who", "basins", "costs", "change", "how")


def compared(question: str, out: Path) -> Path:
    """Runs the command with one draw; its folder."""
    command = ["compare", question, "--draws", "1", "--jobs", "1", "--yes", "--quiet", "--out", str(out)]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    return out


def turned(name: str, path: Path) -> list[str]:
    """Writes a shipped question with its last policy, one that changes nothing and its first, in this order,
    against the case as published; the names of the two."""
    yaml = YAML(typ="safe")
    found = yaml.load((POLICIES / f"{name}.yaml").read_text("utf-8"))
    first, *_, last = found["policies"]
    policies = {last: found["policies"][last], "same": {}, first: found["policies"][first]}
    kept = {key: found[key] for key in ("question", "base", "horizon_months") if key in found}
    yaml.dump(kept | {"reference": "published", "policies": policies}, path)
    return [last, first]


def rows(path: Path) -> dict[tuple[str, str], np.ndarray]:
    """Every outcome of every arm."""
    return {
        (row["group"], row["policy"]): np.array([row[name] for name in OUTCOMES], float)
        for row in Folder(path).runs().to_pylist()
    }


def check_the_page(path: Path, run: Run, question: str) -> None:
    source = (path / "report.html").read_text("utf-8")
    page = Page(source)
    assert page.wrong == []
    assert [name for name in ALWAYS if name not in page.ids] == []
    assert question in " ".join(page.text.split())
    assert len(page.images) >= len(run.groups)


def check_the_sums(run: Run) -> None:
    for group in run.groups:
        for policy in group.policies:
            found = bars(run, group.name, policy)
            net = sum(values for name, values in found.items() if name != "jobs_net")
            size = max(1.0, float(np.abs(found["jobs_reported"]).max()))
            assert len(found["jobs_net"]) == 1
            assert found["jobs_net"] == pytest.approx(net, abs=1e-9 * size), (group.name, policy)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_shipped_question(name: str, tmp_path: Path) -> None:
    study = load_policies(name)
    path = compared(name, tmp_path / "o")
    run = read(path)
    assert run.statuses == {
        "ok": len(study.bases) * len(study.arms) + sum(map(len, map(study.mixes, study.bases)))
    }
    check_the_page(path, run, study.question)
    check_the_sums(run)

    ends = turned(name, tmp_path / "turned.yaml")
    here, there = rows(path), rows(compared(str(tmp_path / "turned.yaml"), tmp_path / "t"))
    for group in run.groups:
        for policy in {*ends, "none"}:
            np.testing.assert_array_equal(here[group.name, policy], there[group.name, policy], policy)
        np.testing.assert_array_equal(there[group.name, "same"], there[group.name, "published"])
