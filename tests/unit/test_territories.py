"""Territory files, the published distribution of zones d'emploi, and basins drawn from it."""

import csv
import re
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

from scenarios import synthetic
from scenarios.load import available
from scenarios.synthetic import COLUMNS, founders_of, synthetic_basins

ROOT = Path(__file__).parents[2]
TERRITORIES = ROOT / "scenarios" / "territories"
FILES = sorted(TERRITORIES.glob("*.csv"))
SECTORS = {
    "food",
    "metal",
    "equipment",
    "energy",
    "digital",
    "transport",
    "construction",
    "trade",
    "hospitality",
    "local_services",
}
DRAWN = COLUMNS[COLUMNS.index("region") : COLUMNS.index("image_sites") + 1]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def facts() -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in read(ROOT / "calibration" / "facts.csv")}


@pytest.fixture(scope="module")
def alize() -> list[dict[str, str]]:
    return read(TERRITORIES / "alize-1997-2007.csv")


def years_open(row: dict[str, str], last_year: int) -> float:
    """Years from the first day of the opening month to the end of `last_year`."""
    months = (last_year + 1 - int(row["opens_year"])) * 12 - (int(row["opens_month"]) - 1)
    return max(months, 0) / 12


def check_row(row: dict[str, str], of_buyers: bool = False) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["id"])
    assert row["name"]
    assert int(row["smes"]) >= 1
    assert 0 <= int(row["founders"]) <= int(row["large_sites"])
    assert of_buyers or 2 <= int(row["founders"]) <= 25
    assert 0 <= int(row["image_sites"]) <= int(row["large_sites"])
    for share in ("fragility", "dominant_share", "cooperation"):
        assert 0 <= float(row[share]) <= 1
    assert 0.047 <= float(row["unemployment"]) <= 0.169
    assert row["dominant_sector"] in SECTORS | {""}
    assert (row["dominant_sector"] == "") == (float(row["dominant_share"]) == 0)
    assert row["synthetic"] in {"true", "false"}
    if row["latitude"]:
        assert 41 < float(row["latitude"]) < 51.2
        assert -5 < float(row["longitude"]) < 9.7
    if row["opens_year"]:
        assert 1 <= int(row["opens_month"]) <= 12
    else:
        assert row["opens_month"] == ""
    assert row["source"]
    assert row["note"]


def test_every_territory_stands_in_the_table_of_territories():
    table = (TERRITORIES / "README.md").read_text(encoding="utf-8").split("## Columns")[0]
    assert sorted(re.findall(r"`([^`]+)\.csv`", table)) == list(available("territories"))


def test_as_many_basins_of_poles_are_named_in_accounts_as_the_table_says():
    text = (TERRITORIES / "README.md").read_text(encoding="utf-8")
    poles = read(TERRITORIES / "poles.csv")
    named = sum("(" in row["name"] for row in poles)  # the pôle stands behind the place
    assert f"| `poles.csv` | {len(poles)}, of which {named} named in published accounts;" in text


def test_all_files_are_here():
    assert [path.stem for path in FILES] == [
        "alize-1997-2007",
        "alize-1998-2019",
        "basins-10-sites",
        "basins-3-sites",
        "basins-5-sites",
        "boost-innov-region",
        "country",
        "density-and-trust",
        "five-schemes-region",
        "four-alike",
        "lyon",
        "marseille",
        "mono-industry",
        "national-buyers",
        "poles",
        "rhone-alpes",
        "twelve-alike",
        "unequal-region",
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_columns_ranges_and_unique_ids(path):
    rows = read(path)
    assert tuple(name for name in rows[0] if name != "head_offices") == COLUMNS
    for row in rows:
        assert None not in row
        assert None not in row.values()
        check_row(row, of_buyers=path.stem in ("marseille", "national-buyers"))
    for key in ("id", "name"):
        assert len({row[key] for row in rows}) == len(rows)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_facts_cited_exist(path):
    known = facts()
    for row in read(path):
        for fact in re.findall(r"\b(?:S[0-4]|[A-Z]{3})-\d\d\b", row["source"]):
            assert fact in known, (row["id"], fact)


def test_alize_totals(alize):
    smes = [int(row["smes"]) for row in alize]
    assert len(alize) == 20
    assert 40_000 <= sum(smes) <= 42_000
    assert min(smes) >= 700
    assert max(smes) <= 4_500
    sites = [int(row["large_sites"]) for row in alize]
    assert 11 <= np.mean(sites) <= 13
    assert min(sites) >= 5
    assert max(sites) <= 20
    assert all(int(row["founders"]) <= 8 for row in alize)
    assert sum(row["synthetic"] == "false" for row in alize) == 14


def test_alize_openings(alize):
    opened = [(int(row["opens_year"]), int(row["opens_month"])) for row in alize]
    assert min(opened) == (1998, 1)
    assert max(opened) < (2008, 1)
    assert sum(year <= 2003 for year, _ in opened) == 16
    assert sum(years_open(row, 2003) for row in alize) == pytest.approx(48, abs=3)
    assert sum(years_open(row, 2007) for row in alize) == pytest.approx(120, abs=4)


def test_alize_rows_say_what_is_published(alize):
    basins = {row["id"]: row for row in alize}
    years = {
        "meuse": 1999,
        "longwy": 2003,
        "ales": 2005,
        "valenciennes": 2006,
        "chambery": 2006,
        "indre": 2006,
    }
    assert {name: int(basins[name]["opens_year"]) for name in years} == years
    assert all(
        int(basins[name]["image_sites"]) >= 1
        for name in ("drome-provencale", "pointe-des-ardennes", "manche")
    )
    cooperation = {name: float(row["cooperation"]) for name, row in basins.items()}
    assert max(cooperation, key=cooperation.__getitem__) == "auxois-morvan"
    assert min(cooperation, key=cooperation.__getitem__) == "salbris-romorantin-vierzon"


def test_fragile_basins_have_few_partners(alize):
    fragile = [row for row in alize if float(row["fragility"]) >= 0.65]
    assert len(fragile) >= 4
    assert all(3 <= int(row["founders"]) <= 5 for row in fragile)


def test_synthetic_basins_of_alize_are_those_that_are_drawn(alize):
    kept = [
        row
        for row in synthetic_basins(12, 1997)
        if 700 <= row["smes"] <= 4_500 and 5 <= row["large_sites"] <= 20
    ][:6]
    rows = sorted((row for row in alize if row["synthetic"] == "true"), key=lambda row: row["id"])
    assert [[str(row[key]) for key in DRAWN] for row in kept] == [[row[key] for key in DRAWN] for row in rows]


def test_later_basins_of_alize_stand_behind_the_first_and_are_drawn_or_named(alize):
    rows = read(TERRITORIES / "alize-1998-2019.csv")
    assert rows[:20] == alize
    more = rows[20:]
    assert [row["id"] for row in more if row["synthetic"] == "false"] == ["terres-de-lorraine", "vosges"]
    assert [row["opens_year"] for row in more if row["synthetic"] == "false"] == ["2012", "2013"]
    opened = [(int(row["opens_year"]), int(row["opens_month"])) for row in more]
    assert opened == sorted(opened)
    assert min(opened) >= (2008, 1)
    assert [sum(year <= last for year, _ in opened) for last in (2012, 2016)] == [6, 11]
    kept = [
        row
        for row in synthetic_basins(24, 2008)
        if 700 <= row["smes"] <= 4_500 and 5 <= row["large_sites"] <= 20
    ][:9]
    drawn = [row for row in more if row["synthetic"] == "true"]
    assert [[str(row[key]) for key in DRAWN] for row in kept] == [
        [row[key] for key in DRAWN] for row in drawn
    ]


@pytest.mark.parametrize(("founders", "sites", "fragility"), [(3, 8, 0.5), (5, 10, 0.35), (10, 15, 0.2)])
def test_small_territories_differ_by_their_partners_alone(founders, sites, fragility):
    rows = read(TERRITORIES / f"basins-{founders}-sites.csv")
    assert len(rows) == 12
    for row in rows:
        assert (int(row["smes"]), int(row["founders"]), int(row["large_sites"])) == (1500, founders, sites)
        assert (float(row["fragility"]), float(row["unemployment"])) == (fragility, 0.091)
        assert row["opens_year"] == ""
        assert row["synthetic"] == "true"
    regions = [row["region"] for row in rows]
    assert [regions.count(name) for name in dict.fromkeys(regions)] == [3] * 4  # pools of three neighbours


def test_basins_of_one_industry_are_those_of_the_published_history(alize):
    history = {row["id"]: row for row in alize}
    rows = read(TERRITORIES / "mono-industry.csv")
    assert [row["id"] for row in rows] == ["drome-provencale", "auxois-morvan"]
    for row in rows:
        same = set(COLUMNS) - {"opens_year", "opens_month", "note"}
        assert {key: row[key] for key in same} == {key: history[row["id"]][key] for key in same}


def numbers(text: str) -> set[float]:
    """Numbers in a text, "2.17 M" as 2,170,000."""
    found = re.findall(r"(\d[\d,]*\.?\d*)( M\b)?", text)
    return {float(digits.replace(",", "").rstrip(".")) * (1e6 if million else 1) for digits, million in found}


def test_published_distribution_agrees_with_the_facts():
    raw = YAML(typ="safe", pure=True).load(synthetic.DISTRIBUTION.read_text(encoding="utf-8"))
    known = facts()
    for name, entry in (raw["published"] | raw["types"]).items():
        fact = known[entry["fact"]]
        assert float(entry["value"]) in numbers(fact["value"] + " " + fact["meaning"]), name
        assert entry["unit"]
    assert sum(entry["value"] for entry in raw["types"].values()) == 306
    assert {sector for entry in raw["types"].values() for sector in entry["sectors"]} <= SECTORS
    assert all(entry["why"] and entry["unit"] for entry in raw["assumed"].values())


def test_derived_numbers_by_hand():
    distribution = synthetic.shipped_distribution()
    published = distribution.published
    # ln(2/3) / z(95/305) = -0.4055 / -0.4917
    assert synthetic.lower_sigma(published) == pytest.approx(0.4055 / 0.4917, rel=1e-3)
    # 305 * 45,000 * exp(0.8247^2 / 2) * Phi(-0.4917 - 0.8247) / 0.07
    assert synthetic.jobs_total(published) == pytest.approx(305 * 45_000 * 1.4050 * 0.0940 / 0.07, rel=2e-3)
    # 189,850 * 39.2 / 6.4 = 1.1628 million firms, 25.9 million jobs
    assert synthetic.smes_per_job(published) == pytest.approx(1.1628 / 25.90, rel=1e-3)
    # lowest 1, highest 4, exponent 2 -> 1 * (2 - 1/4) / 1
    assert synthetic.capped_mean(2.0, 1.0, 4.0) == pytest.approx(1.75)


def test_figures_not_used_in_the_fit_are_met():
    distribution = synthetic.shipped_distribution()
    published = distribution.published
    middle = synthetic.jobs_below(45_000, published) - synthetic.jobs_below(30_000, published)
    assert middle == pytest.approx(published["jobs_30000_to_45000"], rel=0.03)
    u = (np.arange(305) + 0.5) / 305
    employment = np.sort(synthetic.employment_quantile(u, distribution))[::-1]
    half = 1 + np.searchsorted(np.cumsum(employment), employment.sum() / 2)
    assert 21 <= half <= 35  # published: 26 zones, of employees of the market sector


def test_founders():
    assert [founders_of(sites) for sites in (2, 3, 5, 8, 12, 20)] == [1, 2, 3, 5, 8, 8]


@pytest.mark.parametrize("seed", range(5))
def test_a_synthetic_country_has_the_published_quantiles(seed):
    rows = synthetic_basins(305, seed)
    ratio = synthetic.smes_per_job(synthetic.shipped_distribution().published)
    jobs = np.array([row["smes"] for row in rows]) / ratio
    assert np.median(jobs) == pytest.approx(45_000, rel=0.10)
    assert np.mean(jobs < 30_000) == pytest.approx(95 / 305, abs=0.06)
    assert sum(row["smes"] for row in rows) == pytest.approx(1.16e6, rel=0.08)
    unemployment = np.array([row["unemployment"] for row in rows])
    assert unemployment.mean() == pytest.approx(0.091, abs=0.005)
    assert unemployment.min() < 0.055
    assert unemployment.max() > 0.15
    fragility = np.array([row["fragility"] for row in rows])
    assert np.corrcoef(fragility, unemployment)[0, 1] > 0.4
    assert np.corrcoef(fragility, np.log(jobs))[0, 1] < -0.3
    assert np.median([row["large_sites"] for row in rows]) == pytest.approx(12, abs=2)


@pytest.mark.parametrize("n", [1, 2, 7, 305])
def test_synthetic_rows_are_valid_territory_rows(n):
    for row in synthetic_basins(n, 3):
        assert tuple(row) == COLUMNS
        assert row["synthetic"] is True
        check_row(
            {key: "" if value is None else str(value) for key, value in row.items()} | {"synthetic": "true"}
        )


def test_same_seed_same_rows():
    assert synthetic_basins(20, 7) == synthetic_basins(20, 7)
    assert synthetic_basins(20, 7) != synthetic_basins(20, 8)


def test_no_basin_is_refused():
    with pytest.raises(ValueError, match="at least one basin"):
        synthetic_basins(0, 1)


def test_the_country_is_the_one_that_is_drawn():
    rows = read(TERRITORIES / "country.csv")
    drawn = synthetic_basins(305, 2025)
    assert [[str(row[key]) for key in DRAWN] for row in drawn] == [
        [row[key] for key in DRAWN] for row in rows
    ]
    assert sum(row["opens_year"] != "" for row in rows) == 60


def test_the_region_of_five_schemes_is_of_the_size_that_its_case_says():
    assert sum(int(row["smes"]) for row in read(TERRITORIES / "five-schemes-region.csv")) == 80_595
