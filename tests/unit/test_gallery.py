"""The gallery: made from run folders alone, one entry a question; those without a folder are named."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from docs import gallery
from scenarios.load import available, load_policies
from tests.report_folders import folder

SHIPPED = Path(gallery.__file__).parent
LARGEST = 1_500_000  # bytes of all figures


def named(path: Path, name: str, draws: int) -> Path:
    """A run folder with few draws that stands for a shipped question."""
    folder(path, "compare", draws, ("few", "many"), ("capped", "paid-days"))
    manifest = json.loads((path / "manifest.json").read_text())
    manifest["name"] = manifest["spec"]["name"] = name
    manifest["spec"]["question"] = load_policies(name).question
    (path / "manifest.json").write_text(json.dumps(manifest))
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of documents with the page, from three folders of two questions and one of something else."""
    runs, docs = (tmp_path_factory.mktemp(name) for name in ("runs", "docs"))
    named(runs / "a", "alize-host", 2)
    named(runs / "b", "alize-host", 3)
    named(runs / "c", "region-budget", 3)
    folder(runs / "d")
    (runs / "e").mkdir()
    missing = gallery.write(runs, docs)
    assert missing == [name for name in available("policies") if name not in ("alize-host", "region-budget")]
    return docs


def test_one_entry_a_question_with_answer_figure_and_command(made: Path) -> None:
    text = (made / gallery.NAME).read_text("utf-8")
    for name in ("alize-host", "region-budget"):
        part = text.split(f"## {load_policies(name).question}\n")[1].split("\n## ")[0]
        assert f"(figures/gallery-{name}.svg)" in part
        assert f"`tremplin compare {name} --draws 3 --parameters default`" in part
        for words in ("**", "Case few: ", "9 times out of 10"):
            assert words in part
    assert len(list((made / "figures").glob("gallery-*.svg"))) == 2
    for path in (made / "figures").glob("gallery-*.svg"):
        assert ElementTree.parse(path).getroot().get("aria-label")


def test_the_same_folders_give_the_same_bytes(made: Path, tmp_path: Path) -> None:
    named(tmp_path / "runs" / "x", "alize-host", 3)
    for docs in (tmp_path / "one", tmp_path / "two"):
        docs.mkdir()
        gallery.write(tmp_path / "runs", docs)
    for path in (tmp_path / "one").rglob("*.*"):
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()


def test_questions_without_a_folder_are_said_to_be_missing(made: Path) -> None:
    missing = (made / gallery.NAME).read_text("utf-8").split("## Missing")[1]
    assert f"- `pole-delays`: {load_policies('pole-delays').question}" in missing
    assert "alize-host" not in missing


def test_the_shipped_page_knows_every_shipped_question() -> None:
    text = (SHIPPED / gallery.NAME).read_text("utf-8")
    known, _, missing = text.partition("## Missing")
    shown = re.findall(r"^!\[.*\]\(figures/gallery-(.*)\.svg\)$", known, re.MULTILINE)
    absent = re.findall(r"^- `(.*?)`: ", missing, re.MULTILINE)
    assert sorted([*shown, *absent]) == list(available("policies")), "run: python -m docs.gallery RUNS"
    figures = list((SHIPPED / "figures").glob("gallery-*.svg"))
    assert sorted(path.stem.removeprefix("gallery-") for path in figures) == sorted(shown)
    assert sum(path.stat().st_size for path in figures) < LARGEST
    for name in shown:
        assert f"## {load_policies(name).question}\n" in known
