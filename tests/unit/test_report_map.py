"""The map: places projected by hand, towns in their département, numbers of the table, words for all."""

import csv
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from html import unescape
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from experiments.lang import say, using
from experiments.report import page, write
from experiments.report.atlas import Legend, Mark, Panel, atlas, extent, radius_of
from experiments.report.maps import TITLE_RUN, VERDICTS, _counts, leads, on_map
from experiments.report.outline import UNIT, lambert, metropolitan, on_paper, outline
from experiments.report.reading import read, spread
from experiments.report.standing import Lead
from experiments.report.words import cell
from sim.spec import Basin, WorldSpec
from tests import report_folders, small

LYON = (45.758, 4.835)
LEGEND = Legend("gain", "loss", "open", "same", "jobs")
CAYENNE = Basin("cayenne", "Cayenne", 100, 3, 2, latitude=4.94, longitude=-52.33)
NOWHERE = Basin("nowhere", "Nowhere", 100, 3, 2)


def inside(point: tuple[float, float], ring: Sequence[tuple[float, float]]) -> bool:
    """Whether a ray to the right crosses the ring an odd number of times."""
    x, y = point
    crossings = 0
    for (a, b), (c, d) in pairwise(ring):
        if (b > y) != (d > y) and x < a + (y - b) / (d - b) * (c - a):
            crossings += 1
    return crossings % 2 == 1


@pytest.mark.parametrize(
    ("degrees", "metres"),
    [
        ((46.5, 3.0), (700_000, 6_600_000)),  # the origin of Lambert-93, by definition
        (LYON, (842_628, 6_519_257)),  # these three: by PROJ, EPSG:4326 to EPSG:2154
        ((48.8566, 2.3522), (652_469, 6_862_035)),
        ((47.2173, -1.5534), (355_586, 6_689_600)),
    ],
)
def test_lambert_93(degrees, metres):
    assert lambert(*degrees) == pytest.approx(metres, abs=0.6)


@pytest.mark.parametrize(
    ("town", "degrees", "department"),
    [
        ("Lyon", LYON, "Rhône"),
        ("Paris", (48.8566, 2.3522), "Paris"),
        ("Sartène", (41.62, 8.98), "Corse-du-Sud"),
        ("Lille", (50.63, 3.06), "Nord"),
        ("Châteaulin", (48.197, -4.09), "Finistère"),
        ("Valréas, in an enclave", (44.385, 4.99), "Vaucluse"),
        ("Alès", (44.12, 4.08), "Gard"),
    ],
)
def test_a_town_lies_in_its_department(town, degrees, department):
    point = on_paper(*degrees)
    found = [  # a ring within a ring is a hole
        name for name, rings in outline().rings.items() if sum(inside(point, ring) for ring in rings) % 2
    ]
    assert found == [department], town


def test_the_outline_is_whole_small_and_free():
    path = Path(page.__file__).with_name("departments.json")
    stored = json.loads(path.read_text("utf-8"))
    assert path.stat().st_size < 60_000
    assert "Natural Earth" in stored["source"]
    assert "Public domain" in stored["licence"]
    assert len(stored["departments"]) == 96
    rings = [ring for rings in outline().rings.values() for ring in rings]
    assert all(ring[0] == ring[-1] for ring in rings)
    assert outline().land.count("M") == outline().land.count("z") == 9  # mainland, Corsica, seven islands
    # 544,000 km² by hand: metropolitan France has 543,940
    area = sum(abs(sum(a * d - c * b for (a, b), (c, d) in pairwise(r)) / 2) for r in rings)
    assert area * (UNIT / 1000) ** 2 == pytest.approx(544_000, rel=0.02)


def test_extent_of_a_region_and_of_the_country():
    places = (LYON, (45.19, 5.72), (48.86, 2.35), (41.93, 8.74))
    lyon, grenoble, paris, ajaccio = (on_paper(*place) for place in places)
    left, top, right, bottom = extent([lyon, grenoble])
    assert (right - left) * UNIT < 150_000
    assert left < min(lyon[0], grenoble[0]) < max(lyon[0], grenoble[0]) < right
    assert top < lyon[1] < grenoble[1] < bottom
    box = outline().box
    whole = extent([paris, ajaccio])
    assert whole[0] < box[0] < box[2] < whole[2]
    assert metropolitan(*LYON)
    assert not metropolitan(CAYENNE.latitude, CAYENNE.longitude)


def test_marks_differ_by_form_and_by_area():
    at = on_paper(*LYON)
    kinds = [(4.0, "better"), (-4.0, "worse"), (4.0, "not settled"), (-4.0, "not settled"), (0.0, "the same")]
    drawn = []
    for value, verdict in kinds:
        svg = atlas("m", "A map of Lyon.", [Panel("", [Mark("Lyon", at, value, verdict)])], LEGEND, 4.0)
        drawn.append(re.sub(r"#[0-9a-f]{6}", "", svg.split("</clipPath>")[1].split("</g>")[0]))  # no colour
    assert len(set(drawn)) == len(kinds)
    assert radius_of(1.0, 4.0, 10.0) == 5.0  # a quarter of the area
    assert radius_of(-4.0, 4.0, 10.0) == 10.0


def made(
    path: Path, monkeypatch: pytest.MonkeyPatch, command: str, policies: Sequence[str],
    more: Sequence[Basin] = (), places: int = 27, draws: int = 12,
) -> Path:  # fmt: skip
    """A folder with the basins of Rhône-Alpes, the first ``places`` of which have a place."""
    with open("scenarios/territories/rhone-alpes.csv", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    basins = []
    for i, row in enumerate(rows):
        at = {"latitude": float(row["latitude"]), "longitude": float(row["longitude"])} if i < places else {}
        basins.append(Basin(row["id"], row["name"], 100 + i, 9, 6, region=row["region"], **at))
    world: WorldSpec = small.spec()
    basins += more
    scheme = replace(world.schemes[0], opens=tuple((basin.id, 0) for basin in basins))
    world = replace(world, territory=replace(world.territory, basins=tuple(basins)), schemes=(scheme,))
    monkeypatch.setattr(report_folders, "spec", lambda: world)
    return report_folders.folder(path / "f", command, draws, policies=policies)


def test_the_table_is_what_worlds_say(tmp_path, monkeypatch):
    run = read(made(tmp_path, monkeypatch, "compare", ("capped", "paid-days"), (CAYENNE, NOWHERE)))
    section = on_map(run)
    assert section is not None
    figures = section.blocks[-1].items
    assert len(figures) == 2
    frame = (
        run.basins[run.basins["outcome"] == "jobs_net_total"]
        .set_index(["policy", "basin", "draw"])
        .sort_index()
    )
    for figure in figures:
        policy = "capped" if "Capped" in figure.title else "paid-days"
        assert len(figure.table.rows) == 29  # those without a place too
        by_label = {b["name"] + (" *" if b["synthetic"] else ""): b["id"] for b in run.groups[0].basins}
        for row in figure.table.rows:
            basin = by_label[row[0]]
            gap = spread(frame["value"][policy, basin] - frame["value"]["published", basin])
            text, _, verdict = row[1].partition(", ")
            assert text == cell(gap, centre="p50", sign=True)
            settled = "settled gain" if gap.p05 > 0 else "settled loss" if gap.p95 < 0 else "not settled"
            assert verdict == settled
    words = " ".join(block.text for block in section.blocks[:-1])
    assert "No latitude and longitude, so not on the map: Nowhere." in words
    assert "Outside metropolitan France, which alone is drawn, so not on the map: Cayenne." in words


def test_words_for_who_does_not_see_the_map(tmp_path, monkeypatch):
    path = made(tmp_path, monkeypatch, "run", ())
    run = read(path)
    section = on_map(run)
    assert section is not None
    (figure,) = section.blocks[-1].items
    label = re.search(r'aria-label="([^"]+)"', figure.svg)
    assert label
    said = unescape(label[1])
    assert said.startswith(f"{figure.title}. Map of Auvergne-Rhône-Alpes. ")
    found = leads(run, run.groups[0], "published")
    top = max(found.values(), key=lambda lead: abs(lead.gap.p50))
    assert f"{cell(top.gap, centre='p50', sign=True)}, {VERDICTS[top.verdict]}" in said
    assert said.endswith("; the other basins stand in the table.")
    source = write(path).read_text("utf-8")
    assert source.count('id="map-land"') == 1


def test_semicolons_of_maps_had_no_space_before_them_in_french(tmp_path, monkeypatch):
    with using("fr"):
        section = on_map(read(made(tmp_path, monkeypatch, "run", ())))
        assert section is not None
        said = re.search(r'aria-label="([^"]+)"', section.blocks[-1].items[0].svg)
    assert said
    assert not re.search(r"[^\N{NARROW NO-BREAK SPACE}];", unescape(said[1]))


def test_many_policies_are_small_maps_with_one_outline(tmp_path, monkeypatch):
    policies = [f"p{i}" for i in range(14)]
    run = read(made(tmp_path, monkeypatch, "compare", policies, draws=2))
    section = on_map(run)
    assert section is not None
    (figure,) = section.blocks[-1].items
    assert figure.svg.count('href="#map-land"') == 12
    assert figure.svg.count('id="map-land"') == 1
    assert "The 12 policies with the most net jobs on average are drawn; the table has all 14." in figure.note
    assert len(figure.table.columns) == 15
    assert {row[1].rpartition(", ")[2] for row in figure.table.rows} == {"not settled"}  # of two worlds


@pytest.mark.parametrize("places", [0, 1])
def test_no_map_without_two_places(places, tmp_path, monkeypatch):
    path = made(tmp_path, monkeypatch, "run", (), places=places, draws=2)
    assert on_map(read(path)) is None
    assert "map-land" not in write(path).read_text("utf-8")


def test_basins_of_a_map_did_not_add_up(tmp_path, monkeypatch):
    group = read(made(tmp_path, monkeypatch, "run", (), places=4, draws=2)).groups[0]
    gaps = ([5.0] * 9, [-5.0] * 9, [5.0, -5.0] * 5, [0.0] * 9)
    found = {b["id"]: Lead.of(pd.Series(gap), len(gap)) for b, gap in zip(group.basins, gaps, strict=False)}
    assert _counts(found, group) == {
        "all": 4, "counts": "1 gains, 1 loses, 1 is not settled and 1 sees no difference",
    }  # fmt: skip
    two = dict(list(found.items())[2:])
    assert say(TITLE_RUN, **_counts(two, group)) == (
        "Net jobs: of 2 basins, 1 is not settled and 1 sees no difference"
    )


def test_the_largest_mark_of_nothing_much_filled_the_map():
    """A bug: a triangle of the largest size for -0.01 job, and "0" under a circle of the legend."""

    def sizes(value):
        svg = atlas(
            "m", "words", [Panel("", [Mark("a", (2000.0, 3000.0), value, "worse")])], LEGEND, abs(value)
        )
        texts = re.findall(r"<text[^>]*>([^<]+)<", svg)
        return svg, [text for text in texts if re.match(r"\d", text)]

    small, few = sizes(-0.01)
    large, many = sizes(-8.0)
    assert few == ["1", "0.25 jobs"]
    assert many == ["8", "2 jobs"]
    reach = [
        float(re.search(r"M[\d.]+ [\d.]+h([\d.]+)l", svg.split("<g clip")[1])[1]) for svg in (small, large)
    ]
    assert 5 * reach[0] < reach[1]
