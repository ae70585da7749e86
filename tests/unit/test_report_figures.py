"""Names in figures: each is there in full, within the figure, and hides nothing."""

import re
from html import unescape
from itertools import pairwise
from pathlib import Path

import pytest

from experiments.report.atlas import Legend, Mark, Panel, atlas
from experiments.report.blocks import Figures
from experiments.report.costs import costs
from experiments.report.curves import Line, apart, lines
from experiments.report.figures import LEADING, Point, Row, Style, dots, plane, styles
from experiments.report.reading import Group, read, spread
from experiments.report.standing import since
from experiments.report.support import volunteers
from tests.report_folders import folder

STYLE = Style("#0072b2", "o")
LONG = "a policy with quite a long name"


def texts(svg: str) -> list[tuple[float, float, str]]:
    """Texts of a figure, with how far right and down they begin."""
    found = []
    for attributes, content in re.findall(r"<(?:text|tspan)([^>]*)>([^<]+)<", svg):
        at = re.search(r"translate\(([\d.-]+) ([\d.-]+)\)", attributes)
        x, y = (at[1], at[2]) if at else (re.search(rf'\b{k}="([\d.-]+)"', attributes)[1] for k in "xy")  # type: ignore[index]
        found.append((float(x), float(y), unescape(content)))
    return found


def words(svg: str) -> str:
    """What a figure says, line after line."""
    return " ".join(content for *_, content in texts(svg))


def height(svg: str) -> float:
    found = re.search(r'viewBox="0 0 [\d.]+ ([\d.]+)"', svg)
    assert found
    return float(found[1])


def line(name: str, *values: float) -> Line:
    return Line(name, [12 * (k + 1) for k in range(len(values))], [spread([v]) for v in values], STYLE)


def test_names_at_the_ends_of_lines_left_the_figure() -> None:
    series = [line(f"{LONG} {k}", 10.0, 0.2 * k) for k in range(13)]
    svg = lines("n", "words", series, "sites", (0.0, 10.0), "years")
    named = [(y, content) for x, y, content in texts(svg) if x > 195]
    assert words(svg).count("quite") == 13
    assert all(8 < y < height(svg) for y, _ in named)
    assert min(b - a for (a, _), (b, _) in pairwise(sorted(named))) > 7  # no line on another
    assert height(lines("n", "words", series[:3], "sites", (0.0, 10.0), "years")) < height(svg) / 2


def test_lines_of_a_long_name_overlapped() -> None:
    """A bug: lines were as far apart as their letters are high, some by two thirds of others."""
    name = "un nom vraiment tres long pour une politique de soutien aux petites entreprises"
    svg = lines("n", "words", [line(name, 1.0, 2.0), line("p2", 3.0, 4.0)], "sites", (0.0, 5.0), "years")
    down = [y for x, y, content in texts(svg) if x > 195 and content != "p2"]
    assert len(down) == 7
    assert [b - a for a, b in pairwise(down)] == pytest.approx([72 * LEADING] * 6, abs=1e-4)


def test_lines_below_0_stay_in_the_figure() -> None:
    svg = lines("n", "words", [line("up", 2.0, 8.0), line("down", -1.0, -6.0)], "jobs", (-6.0, 8.0), "years")
    at = {content: y for _, y, content in texts(svg)}
    assert at["up"] < at["0"] < at["down"] < height(svg)
    assert any(content.startswith("−") for content in at)
    assert "−" not in words(lines("n", "words", [line("up", 2.0, 8.0)], "jobs", (2.0, 8.0), "years"))


def test_bands_of_many_lines_lay_on_one_another() -> None:
    series = [
        Line(f"p{k}", [12, 24], [spread([4.0 + k, 5.0 + k])] * 2, style)
        for k, style in enumerate(styles("abcd").values())
    ]
    few, many = (lines("n", "words", series[:n], "sites", (0.0, 10.0), "years") for n in (2, 4))
    assert few.count("fill-opacity") == 2
    assert "fill-opacity" not in many
    path = re.compile(r'd="M ([\d.]+) ([\d.]+)\nL ([\d.]+) ([\d.]+)\n"[^>]*stroke: (#\w+)')
    drawn = [(*map(float, ends), colour) for *ends, colour in path.findall(many)]
    upright = {colour: x for x, low, same, high, colour in drawn if x == same and low > high}
    at = [upright[one.style.colour] for one in series]  # from 5 to 95 %, each at a place of its own
    assert at == sorted(set(at))
    assert max(x for x, _, content in texts(many) if content in ("0", "1", "2")) < at[0]


def test_the_line_at_nought_ran_through_the_text() -> None:
    rows = [Row(f"policy {k}", spread([-1.0, 2.0]), 0.5, "+0.5 (-1 to 2)", STYLE, "a case") for k in range(3)]
    svg = dots("n", "words", rows, "jobs", mark=0.0)
    marks = re.findall(r'd="M ([\d.]+) ([\d.]+)\nL \1 ([\d.]+)\n"[^>]*stroke: #5a636b', svg)
    marks = [mark for mark in marks if mark[0] != "0"]  # not the shape of a tick
    assert len(marks) == 3
    said = [y for _, y, content in texts(svg) if "policy" in content or "case" in content]
    assert all(not float(top) - 3 < y < float(low) + 3 for _, top, low in marks for y in said)  # below a text


def test_lines_that_coincide_were_named_at_heights_that_looked_like_values() -> None:
    equal = [line(f"p{k}", 12.0, 12.0) for k in range(9)]
    said = words(lines("n", "words", equal, "alive", (0.0, 12.0), "years"))
    assert "all 9 policies" in said
    assert "p1" not in said
    some = [*equal, line("q", 12.0, 3.0)]
    assert "p0, p1, 7 more" in words(lines("n", "words", some, "alive", (0.0, 12.0), "years"))
    apart_first = [line("a", 6.0, 12.0), line("b", 12.0, 12.0)]  # alike at the end alone
    assert "a, b" not in words(lines("n", "words", apart_first, "alive", (0.0, 12.0), "years"))


def test_names_are_as_near_to_their_lines_as_they_can_be() -> None:
    assert apart([], [], 1.0) == []
    assert apart([0.5, 0.2], [0.1, 0.1], 1.0) == pytest.approx([0.5, 0.2])
    assert apart([0.5, 0.5], [0.1, 0.1], 1.0) == pytest.approx([0.55, 0.45])
    assert apart([0.5, 0.5], [0.1, 0.3], 1.0) == pytest.approx([0.6, 0.4])
    assert apart([0.9, 0.1, 0.05, 0.0], [0.1] * 4, 1.0) == pytest.approx([0.9, 0.25, 0.15, 0.05])
    assert apart([1.0, 1.0], [0.2, 0.2], 1.0) == pytest.approx([0.9, 0.7])


def test_names_in_a_plane_covered_points() -> None:
    looks = styles([f"{LONG} {k}" for k in range(13)])
    points = [Point(name, 0.1 * k, -0.1 * k, (0.2, 0.1), s) for k, (name, s) in enumerate(looks.items())]
    svg = plane("p", "words", points, "across", "up")
    axis = next(y for _, y, content in texts(svg) if content == "across")
    parts = [(x, y) for x, y, content in texts(svg) if re.search("policy|quite|name", content)]
    assert all(axis + 8 < y < height(svg) for _, y in parts)  # below the axis
    assert words(svg).count("quite") == 13
    for column in {x for x, _ in parts}:
        down = sorted(y for x, y in parts if x == column)
        assert min(b - a for a, b in pairwise(down)) > 7
    assert plane("p", "words", points, "across", "up") == svg


def test_labels_of_rows_were_cut() -> None:
    row = Row(
        "hôtellerie-restauration et tourisme", spread([0.26]), 0.26, "0,26 (0,07 à 0,42) · non établi", STYLE
    )
    svg = dots("n", "words", [row, row], "emplois")
    assert "…" not in svg
    assert words(svg).count("hôtellerie- restauration et tourisme") == 2
    assert height(svg) > height(
        dots("n", "words", [Row("a", row.spread, 0.26, row.text, STYLE)] * 2, "emplois")
    )


def test_numbers_of_an_axis_left_the_figure() -> None:
    for far in (30_600.0, -30_600.0):
        svg = dots("n", "words", [Row("a", spread([far]), far, "text", STYLE)], "euros")
        numbers = [(x, content) for x, _, content in texts(svg) if re.fullmatch("−?[0-9,]+", content)]
        assert len(numbers) > 2
        assert all(x - 2.4 * len(said) >= 0 and x + 2.4 * len(said) <= 273.6 for x, said in numbers)


def test_titles_of_maps_were_cut() -> None:
    panel = Panel(LONG.capitalize(), [Mark("Lyon", (842_000.0, 6_519_000.0), 3.0, "better")])
    svg = atlas("m", "words", [panel, panel], Legend("gain", "loss", "open", "same", "jobs"), 3.0)
    assert "…" not in svg
    assert LONG.capitalize() in words(svg)


def test_titles_compared_policies_of_unlike_cases(tmp_path: Path) -> None:
    def dearer(rows: list) -> None:
        for row in rows:
            if row["group"] == "many" and row["policy"] != "none":
                row["cost_per_net_job"] *= 10
                row["volunteer_days"] *= 10

    path = folder(tmp_path / "f", "compare", 9, ("few", "many"), ("capped",), change=dearer)
    run = read(path)
    looks = styles(run.policies)
    for section, outcome in ((costs(run, looks), "cost"), (volunteers(run, looks), "days")):
        figures = [f for block in section.blocks if isinstance(block, Figures) for f in block.items][:2]
        assert [figure.case for figure in figures] == ["Case few", "Case many"], outcome
        for figure in figures:
            assert {row[0] for row in figure.table.rows} == {"published", "capped"}


def test_words_in_cells_were_broken_anywhere() -> None:
    import experiments.report as report

    style = (Path(report.__file__).parent / "style.css").read_text("utf-8")
    assert not re.search(r"(?m)^[^{]*\btd\b[^{]*\{[^}]*anywhere", style)


@pytest.mark.parametrize(
    ("top", "percent", "marks"),
    [
        (0.023, True, ["0 %", "0.5 %", "1 %", "1.5 %", "2 %"]),
        (0.5, True, ["0 %", "15 %", "30 %", "45 %"]),
        (11.0, False, ["0", "2.5", "5", "7.5", "10"]),
        (0.6, False, ["0", "0.15", "0.3", "0.45", "0.6"]),
    ],
)
def test_marks_of_an_axis_were_the_same_or_not_where_they_stood(top, percent, marks) -> None:
    """A bug: 0 %, 1 %, 1 %, 2 %, 2 %; 0, 2.5, 5, 7.5, 10, 12."""
    svg = lines("n", "words", [line("up", 0.5 * top, top)], "jobs", (0.0, top), "years", percent)
    said = [text for x, _, text in texts(svg) if x < 40 and re.match(r"\d", text)]
    assert said == marks


@pytest.mark.parametrize(("months", "marks"), [(18, ["0", "1"]), (36, ["0", "1", "2", "3"]), (120, None)])
def test_years_had_marks_at_parts_of_years(months, marks) -> None:
    """A bug: .6, 1.2, 1.8 under three years."""
    at = [months // 2, months]
    svg = lines(
        "n", "words", [Line("up", at, [spread([1.0]), spread([2.0])], STYLE)], "jobs", (0.0, 2.0), "y"
    )
    low = max(y for _, y, text in texts(svg) if text == "0")
    said = [text for _, y, text in texts(svg) if y == low]
    assert said == (marks or ["0", "2", "4", "6", "8", "10"])


@pytest.mark.parametrize(
    ("month", "axis"), [(1, "years since the start of 2005"), (7, "years since July 2005")]
)
def test_years_of_a_case_that_starts_in_july_were_counted_from_january(month: int, axis: str) -> None:
    spec = {"start_year": 2005, "start_month": month}
    assert since(Group("g", "", "", spec, {}, {}, frozenset())) == axis


def test_an_axis_of_residues_made_them_look_large() -> None:
    """A bug: marks of -5e-05, and bars far from 0 beside texts that say 0."""
    tiny = spread([-4e-5, 8e-5])
    small = [Point(name, 0.0, y, (0.0, 0.0), STYLE) for name, y in (("a", 0.0), ("b", 1e-4))]
    for svg in (
        dots("n", "words", [Row("a", tiny, tiny.mean, "0", STYLE)], "jobs"),
        plane("p", "words", small, "across", "up"),
        lines("l", "words", [line("up", 0.0, 8e-5)], "jobs", (0.0, 8e-5), "years"),
    ):
        assert not re.search(r"\de[−-]", words(svg))
