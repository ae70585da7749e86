"""The page of a run: one offline file, whole, honest about what it does not know."""

import html
import math
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.command import Common, carry_out
from experiments.errors import Refused
from experiments.parameters import source
from experiments.plan import Experiment, Group
from experiments.report import words, write
from experiments.report.changed import setting
from experiments.report.curves import Line, lines
from experiments.report.figures import Row, Step, Style, dots, styles, waterfall
from experiments.report.jobs import bars
from experiments.report.reading import Spread, read, spread
from experiments.report.standing import Lead
from scenarios.cases import Case
from sim.parameters import FIELDS
from sim.spec import Change
from tests.report_folders import SHARD, folder
from tests.small import spec

VOID = {"meta", "br", "hr", "img", "link", "input"}
NBSP = "\N{NO-BREAK SPACE}"
STYLE = Style("#000000", "o")


class Page(HTMLParser):
    """Reads a page and notes what is wrong with it. ``text``: what a reader reads, figures included."""

    def __init__(self, source: str):
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.headings: list[int] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.headers: list[dict[str, str | None]] = []
        self.words: list[str] = []
        self.feed(source)
        self.close()
        self.wrong += self.open
        self.text = re.sub(r"\s+", " ", " ".join(self.words))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "svg":
            self.images.append(given)
        if tag == "th":
            self.headers.append(given)
        self.addresses += [given[name] or "" for name in ("src", "href", "xlink:href") if name in given]
        if given.get("id"):
            self.ids.append(given["id"] or "")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.words.append(data)


@cache
def page(path: Path) -> tuple[str, Page]:
    source = write(path).read_text("utf-8")
    return source, Page(source)


@pytest.fixture(scope="module")
def of_run(tmp_path_factory) -> Path:
    return folder(tmp_path_factory.mktemp("run") / "f")


@pytest.fixture(scope="module")
def of_comparison(tmp_path_factory) -> Path:
    return folder(
        tmp_path_factory.mktemp("compare") / "f", "compare", 9, ("few", "many"), ("capped", "paid-days")
    )


@pytest.mark.parametrize("which", ["of_run", "of_comparison"])
def test_one_offline_page_that_is_well_formed(which, request):
    source, found = page(request.getfixturevalue(which))
    assert found.wrong == []
    assert "://" not in source
    assert not re.search(r"@import|<script|<link|<iframe|url\((?!#)", source)
    assert all(address.startswith("#") and address[1:] in found.ids for address in found.addresses)
    assert len(found.ids) == len(set(found.ids))
    assert '<html lang="en">' in source
    assert "font-family" not in source[source.index("<body>") :]


@pytest.mark.parametrize("which", ["of_run", "of_comparison"])
def test_it_can_be_read_without_seeing_it(which, request):
    _, found = page(request.getfixturevalue(which))
    assert found.headings[0] == 1
    assert found.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(found.headings, found.headings[1:]))
    assert len(found.images) >= 6
    assert all(
        image.get("role") == "img" and len(image.get("aria-label") or "") > 20 for image in found.images
    )
    assert all(header.get("scope") in ("col", "row") for header in found.headers)


@pytest.mark.parametrize("which", ["of_run", "of_comparison"])
def test_the_same_folder_gives_the_same_bytes(which, request):
    path = request.getfixturevalue(which)
    source, _ = page(path)
    assert write(path).read_bytes() == source.encode()
    assert not list(path.glob(".*.tmp"))


def test_every_figure_has_its_numbers_as_a_table(of_comparison):
    source, found = page(of_comparison)
    assert source.count("<svg") == source.count("Numbers of this figure") == len(found.images)


def test_a_run_begins_with_its_answer(of_run):
    _, found = page(of_run)
    net = read(of_run).values("all", "published", "jobs_net")
    s = spread(net)
    assert f"About {words.number(s.mean)} net jobs after 5 years" in found.text
    assert words.between(s) in found.text
    assert "There are net jobs in each of 12 worlds." in found.text
    assert "kept at its default" in found.text
    assert "p-value" not in found.text


def test_waterfall_bars_are_labelled_and_add_up(of_run):
    source, found = page(of_run)
    for label in (
        "Reported by the scheme", "Reported but not created yet", "Would have come anyway",
        "Taken from competitors", "Given to local services", "Lost again", "Other", "Net jobs",
    ):  # fmt: skip
        assert label in found.text
    sums = bars(read(of_run), "all", "published")
    parts = np.array([sums[name] for name in sums if name != "jobs_net"])
    assert parts.sum(axis=0) == pytest.approx(sums["jobs_net"], abs=1e-9)
    assert "add up; the numbers beside them are rounded" in found.text, "38, 12 and 51 need not"
    table = source[source.index("Means add up exactly") :]
    shown = re.findall(r'scope="row">([^<]+)</th><td role="cell" data-label="mean">([^<]+)<', table)[:8]
    means = [float(value.replace(",", "").replace("−", "-")) for _, value in shown]
    assert sum(means[:-1]) == pytest.approx(means[-1], abs=0.5)


def test_published_figures_are_claims_with_their_source(of_run):
    _, found = page(of_run)
    assert "Published counts are claims" in found.text
    assert "proves neither the claim nor the model" in found.text
    assert "1 of 2 figures open to fitting (default values are no fit), and 0 of 1 kept aside" in found.text
    assert "Alizé, des entreprises acteurs (Régis Bourgeat), Revue Projet, 2007" in found.text
    assert "1 of 3 published figures agree" in found.text


def test_a_comparison_says_who_leads_and_what_is_open(of_comparison):
    _, found = page(of_comparison)
    assert "Which is better?" in found.text
    assert "Case few" in found.text
    assert "paid days" in found.text
    assert "not settled" in found.text
    assert "instead of 1, from month 12" in found.text
    assert "chance of being the best" in found.text


@pytest.mark.parametrize(
    ("lever", "value", "said"),
    [
        ("local_preference", 0.3, f"30{NBSP}% of price"),
        ("platform", 0.125, f"12.5{NBSP}%"),
        ("joining_effort", 2.0, "2"),
        ("events_per_year", 12.0, "12 events per year"),
        ("selection", 4.0, "lottery"),
        ("opening_places", 999.0, "no limit"),
        ("coordinators", 99.0, "99 posts"),
        ("integration", 1.0, f"100{NBSP}%"),
    ],
)
def test_settings_of_levers(lever, value, said):
    assert setting(FIELDS[lever], value) == said


def test_names_cannot_break_the_page(of_run):
    source, found = page(of_run)
    assert "<Valence>" not in source
    assert "Drôme & <Valence>" in html.unescape(found.text)


def test_one_draw_has_no_interval_and_says_so(tmp_path):
    for command, policies in (("run", ()), ("compare", ("capped",))):
        _, found = page(folder(tmp_path / command, command, draws=1, policies=policies))
        assert "one world" in found.text.lower()
        assert "no interval" in found.text.lower()
        assert "9 times out of 10)" not in found.text.split("2. ")[1]


def test_failed_worlds_are_mentioned_and_left_out(tmp_path):
    def fail(rows):
        for row in rows:
            if row["draw"] == 3 and row["policy"] == "published":
                row.update({name: None for name, v in row.items() if isinstance(v, float)})
                row.update(status="failed", error="ZeroDivisionError", jobs_net=None)

    _, found = page(folder(tmp_path / "f", change=fail))
    assert "Of 24 worlds, 1 failed" in found.text
    assert "11 worlds" in found.text


def test_a_world_run_again_counts_once(tmp_path):
    path = folder(tmp_path / "f")
    before = write(path).read_bytes()
    for kind in ("runs", "series"):
        (path / kind / SHARD.replace("a" * 32, "b" * 32)).write_bytes((path / kind / SHARD).read_bytes())
    assert write(path).read_bytes() == before


@pytest.mark.parametrize("worlds", [1, 12])
def test_no_world_that_ended_well(tmp_path, worlds):
    def fail(rows):
        for row in rows:
            row.update({name: None for name, v in row.items() if isinstance(v, float)}, status="failed")

    _, found = page(folder(tmp_path / "f", draws=worlds, change=fail, facts=()))
    assert "No world ended well" in found.text
    assert "nan" not in found.text.lower().split()


def test_no_net_job_is_said_in_words(tmp_path):
    def none(rows):
        for row in rows:
            if row["policy"] != "none" and (row["draw"] < 5 or row["group"] == "few"):
                row.update(jobs_net=-3.0, cost_per_net_job=math.inf, job_years=-1.0)

    _, found = page(folder(tmp_path / "run", change=none))
    assert "There is no net job in 5 of 12 worlds" in found.text
    assert "to no net job" in found.text
    _, found = page(folder(tmp_path / "all", "compare", 9, ("few",), ("capped",), change=none))
    assert "no net job" in found.text
    assert not re.search(r"\b(nan|inf)\b", found.text)


def test_jobs_missed_outside_are_said_with_the_answer(tmp_path):
    def moved(rows):
        for row in rows:
            if row["policy"] != "none":
                row.update(jobs_outside=28.0, jobs_net_world=1.0)

    def nothing(rows):
        for row in rows:
            row.update(jobs_outside=0.0, needs_posted=0.0)

    for command, policies in (("run", ()), ("compare", ("capped",))):
        _, found = page(folder(tmp_path / command, command, policies=policies, change=moved))
        assert "with these, the net number is 1 (1 in nearly every world)." in found.text
        assert "how many jobs a contract moves" in found.text
        _, found = page(folder(tmp_path / f"no-{command}", command, policies=policies, change=nothing))
        assert "Suppliers outside the territory" not in found.text
        assert "how many jobs a contract moves" not in found.text


def test_values_that_do_not_exist_are_said_in_words(tmp_path):
    def unknown(rows):
        for row in rows:
            row.update(survival_gain=None, months_to_help=math.nan, jobs_net_fragile_share=math.nan)
            row.update(schemes_alive=0.0, fatigue=math.nan, jobs_reported=0.0, jobs_realised=0.0)

    _, found = page(folder(tmp_path / "f", change=unknown))
    assert not re.search(r"\b(nan|inf|None(?! of))\b", found.text)
    assert "No job is reported" in found.text


def test_drawn_parameters_that_move_the_answer_are_named(tmp_path):
    path = tmp_path / "f"

    def follow(rows):
        values = list(source("prior", ["alize"], 1).draws(60))
        column = source("prior", ["alize"], 1).names.index("success_met")
        for row in rows:
            if row["policy"] != "none":
                row["jobs_net"] = 10 + 5 * float(values[row["draw"]][column])

    _, found = page(folder(path, draws=60, change=follow, parameters="prior"))
    assert "What moved net jobs most over 60 draws" in found.text
    assert "Effect on success of a need wholly met by support" in found.text.split("What moved")[1][:400]
    assert "kept at its default" not in found.text


def test_the_page_of_worlds_that_were_simulated_agrees_with_the_summary(tmp_path):
    world = spec(months=24)
    capped = replace(world, changes=(Change("alize", "missions_per_site_year", 1.0),))
    arms = {"none": world.without_schemes(), "published": world, "capped": capped}
    groups = (Group("all", Case("small", "A small case", "", world, (), ()), arms),)
    asked = Experiment("compare", "small", "?", "published", groups, 1, source("default", ["alize"], 1))
    done = carry_out(asked, Common(draws=3, jobs=1, out=tmp_path / "f", quiet=True))
    assert done.report == tmp_path / "f" / "report.html"
    found, checked = read(tmp_path / "f"), 0
    for row in done.summary:
        if row["against"] == "" and row["month"] == 24 and row["n"]:
            s = found.spread(row["group"], row["policy"], row["outcome"])
            assert (s.mean, s.p05, s.p50, s.p95, s.n) == tuple(
                row[k] for k in ("mean", "p05", "p50", "p95", "n")
            )
            checked += 1
    assert checked > 100
    last = found.yearly.query("policy == 'published' and month == 24")
    for name, outcome in (
        ("partners", "partners_active"),
        ("schemes_alive", "schemes_alive"),
        ("fatigue",) * 2,
        ("jobs_net",) * 2,
    ):
        totals = last[last["outcome"] == name].sort_values("draw")["value"]
        assert totals.to_numpy() == pytest.approx(found.values("all", "published", outcome).to_numpy())


def test_net_jobs_are_told_over_the_years(of_run):
    _, found = page(of_run)
    run = read(of_run)
    last = run.yearly.query("outcome == 'jobs_net' and policy == 'published'")
    told = found.text.split("Net jobs over the years")[-1]
    for month in (36, 60):
        assert f"after {month // 12} years" in told
        net = spread(last["value"][last["month"] == month].to_numpy())
        assert words.cell(net).replace("\N{NO-BREAK SPACE}", " ") in told


def test_intervals_are_said_by_the_lines_that_are_there(tmp_path):
    """Bands were called upright lines where the worlds of a policy had all failed."""

    def fail(rows):
        for row in rows:
            if row["policy"] == "other":
                row.update({name: None for name, v in row.items() if isinstance(v, float)}, status="failed")

    _, found = page(folder(tmp_path / "f", "compare", 9, policies=("capped", "other")))
    assert "Upright lines" in found.text
    assert "Shaded" not in found.text
    _, found = page(folder(tmp_path / "g", "compare", 9, policies=("capped", "other"), change=fail))
    assert "Shaded" in found.text
    assert "Upright lines" not in found.text


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(Refused):
        write(tmp_path)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (4137.2, "", "4,100"),
        (38.4, "", "38"),
        (-12.3, "", "−12"),
        (3.456, "", "3.5"),
        (0.0, "", "0"),
        (-0.0, "", "0"),
        (0.3123, "share", f"31{NBSP}%"),
        (7_121_500, "euros", f"7.1{NBSP}million"),
        (44e9, "euros", f"44{NBSP}billion"),
        (999_999, "", f"1{NBSP}million"),
        (math.nan, "", "not known"),
        (math.inf, "euros", "no net job"),
    ],
)
def test_numbers(value, unit, said):
    assert words.number(value, unit) == said


def test_intervals():
    assert words.between(Spread(38, -12.2, 37, 94.6, 20)) == "between −12 and 95, 9 times out of 10"
    assert words.between(Spread(3, 0.0032, 3, 2.31, 20)) == "between 0 and 2.3, 9 times out of 10"
    assert words.between(Spread(4, 4, 4, 4, 20)) == "4 in nearly every world"
    assert words.between(spread([3.0])) == "one world, so no interval"
    assert words.between(spread([math.nan])) == "not known"
    assert words.cell(Spread(38, -12, 37, 95, 20)) == f"38 (−12{NBSP}to{NBSP}95)"
    assert words.cell(Spread(1.8e6, 1.3e6, 1.8e6, 2.2e6, 9)) == f"1.8{NBSP}million (1.3{NBSP}to{NBSP}2.2)"
    wide = words.cell(Spread(1.1e6, 8.5e5, 1.1e6, 1.3e6, 9))
    assert wide == f"1.1{NBSP}million (850,000{NBSP}to{NBSP}1.3{NBSP}million)"
    assert words.cell(spread([5.0])) == "5"
    endless = spread([*range(20_000, 20_015), math.inf, math.inf, math.inf])
    assert words.between(endless, "euros") == "from 20,000 to no net job, 9 times out of 10"


@pytest.mark.parametrize(
    ("k", "n", "said"),
    [
        (0, 40, "none of 40 worlds"),
        (40, 40, "all 40 worlds"),
        (2, 8, "2 of 8 worlds"),
        (8, 40, "1 world in 5"),
        (31, 40, "3 worlds in 4"),
        (1, 1, "the only world"),
        (0, 0, "no world that ended well"),
    ],
)
def test_chances(k, n, said):
    assert words.chance(k, n) == said


@pytest.mark.parametrize(
    ("gap", "verdict"),
    [
        ([1.0] * 20, "better"),
        ([-1.0] * 20, "worse"),
        ([0.0] * 20, "the same"),
        ([1.0, -1.0] * 10, "not settled"),
        ([1.0] * 7, "not settled"),  # too few worlds
        ([], "not known"),
    ],
)
def test_verdicts(gap, verdict):
    assert Lead.of(pd.Series(gap, dtype=float), len(gap)).verdict == verdict


def test_policies_keep_their_look_and_many_differ():
    found = styles([f"p{i}" for i in range(30)])
    assert len({(s.colour, s.marker) for s in found.values()}) == 30
    assert styles(["a", "b", "c"])["b"] == styles(["a", "b"])["b"]


def test_figures_bear_what_has_no_value():
    unknown, endless = spread([]), spread([1.0, math.inf])
    rows = [Row("a", s, s.p50, "text", STYLE) for s in (unknown, endless, spread([3.0]))]
    assert dots("n", "words", rows, "jobs").count("<text") >= 6
    assert "<svg" in dots("n", "words", [], "jobs")
    assert "<svg" in lines(
        "n", "words", [Line("a", [12], [unknown], STYLE)] * 2, "sites", (0.0, 0.0), "years"
    )
    assert "Net" in waterfall("n", "words", [Step("Net", 0.0, -4.0, "−4", spread([-4.0]), True)])
    assert "A &amp; &lt;b&gt; &quot;c&quot;" in dots("n", 'A & <b> "c"', rows, "jobs")
