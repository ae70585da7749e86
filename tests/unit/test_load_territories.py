"""Reading the CSV of a territory: each typing error by line, column and name; spreadsheets' own ways."""

# ruff: noqa: E501 - a message stands on one line, as its reader sees it

from pathlib import Path

import pytest

from scenarios.load import ScenarioError, load_any, load_territory
from scenarios.territory import COLUMNS
from sim.spec import Basin

HEAD = (
    "id,name,smes,large_sites,founders,fragility,latitude,dominant_sector,synthetic,opens_year,opens_month\n"
)
GOOD = "ales,Alès,1800,12,,0.75,44.1,metal,false,2005,6\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def territory(content: str | bytes):
    Path("t.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_territory("t.csv")


def refusal(content: str | bytes) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        territory(content)
    return [str(problem) for problem in caught.value.problems]


def row(**cells: str) -> str:
    """The good row with some cells changed."""
    names = HEAD.strip().split(",")
    good = dict(zip(names, GOOD.strip().split(",")))
    return ",".join((good | cells).values()) + "\n"


def test_a_good_row_and_its_defaults():
    (basin,) = territory(HEAD + GOOD).basins
    assert basin == Basin(
        "ales", "Alès", 1800, 12, fragility=0.75, latitude=44.1, dominant_sector="metal",
        opens_year=2005, opens_month=6,
    )  # fmt: skip
    assert (basin.founders, basin.cooperation) == (8, 0.4)
    assert load_any("t.csv") == territory(HEAD + GOOD)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"smes": "18OO"}, "3: basin ales, column smes: must be a whole number (got '18OO')"),
        ({"smes": "1 800"}, "3: basin ales, column smes: must be a whole number; write 1800 (got '1 800')"),
        ({"smes": "1800.5"}, "3: basin ales, column smes: must be a whole number (got '1800.5')"),
        ({"smes": ""}, "3: basin ales, column smes: this cell must not be empty"),
        ({"smes": "0"}, "3: basin ales, column smes: a basin needs at least one firm (got 0)"),
        ({"large_sites": "-1"}, "4: basin ales, column large_sites: must lie between 0 and 2000 (got -1)"),
        ({"founders": "-1"}, "5: basin ales, column founders: out of bounds (got -1); allowed: 0 to 2000"),
        ({"founders": "13"}, "5: basin ales, column founders: must lie between 0 and 12 (got 13)"),
        ({"fragility": "1.5"}, "6: basin ales, column fragility: must lie between 0 and 1 (got 1.5)"),
        ({"fragility": "75 %"}, "6: basin ales, column fragility: must be a number; write 0.75 (got '75 %')"),
        ({"fragility": '"0,75"'}, "6: basin ales, column fragility: must be a number; write 0.75 (got '0,75')"),
        ({"fragility": "nan"}, "6: basin ales, column fragility: must be a number (got 'nan')"),
        ({"latitude": "441"}, "7: basin ales, column latitude: out of bounds (got 441); allowed: -90 to 90"),
        (
            {"dominant_sector": "metall"},
            "8: basin ales, column dominant_sector: unknown sector 'metall'; allowed: food, metal, equipment, "
            "energy, digital, transport, construction, trade, hospitality, local_services; did you mean metal?",
        ),
        (
            {"synthetic": "fals"},
            "9: basin ales, column synthetic: unknown word (got 'fals'); allowed: true, false; "
            "did you mean false?",
        ),
        ({"opens_year": "205"}, "10: basin ales, column opens_year: out of bounds (got 205); allowed: 1900 to 2200"),
        ({"opens_month": "13"}, "11: basin ales, column opens_month: out of bounds (got 13); allowed: 1 to 12"),
        ({"id": ""}, "1: row 2, column id: this cell must not be empty"),
        (
            {"name": '"two\nlines"'},
            "2: basin ales, column name: must be one line of at most 200 characters (got 'two\\nlines')",
        ),
    ],
)  # fmt: skip
def test_a_typing_error(cells, message):
    assert refusal(HEAD + row(**cells)) == [f"t.csv:2:{message}"]


@pytest.mark.parametrize(
    ("content", "messages"),
    [
        ("", ["t.csv:1:1: the file is empty; allowed: " + ", ".join(COLUMNS)]),
        (HEAD, ["t.csv:1:1: the territory has no basin; give at least one row"]),
        (HEAD + ",,,,,,,,,,\n\n", ["t.csv:2:1: the territory has no basin; give at least one row"]),
        (
            "id,name,sme,large_sites,id\na,A,3,3,a\n",
            [
                "t.csv:1:1: smes: this column is missing",
                "t.csv:1:3: unknown column (got 'sme'); did you mean smes?",
                "t.csv:1:5: id: this column stands twice, first as column 1",
            ],
        ),
        (
            HEAD + GOOD + GOOD,
            ["t.csv:3:1: basin ales, column id: this basin stands twice, first on line 2 (got 'ales')"],
        ),
        (
            HEAD + "ales,Alès,1800\n",
            ["t.csv:2:4: the row must have as many cells as there are columns, 11 (got 3 cells)"],
        ),
        (
            HEAD + GOOD + 'b,"B\n',
            ["t.csv:3:1: the row cannot be read: unexpected end of data; check its quotes"],
        ),
        (
            (HEAD + GOOD).encode("latin-1"),
            ["t.csv:2:8: this is not UTF-8; save the file as UTF-8 (got byte 0xe8)"],
        ),
        (b"PK\x03\x04\x00\x00", ["t.csv: this is a binary file; a text file in UTF-8 is wanted"]),
        (
            "," * 500_000,
            ["t.csv:1:1: too many columns (got 500001); allowed: " + ", ".join(COLUMNS)],
        ),
        ("x" * 1_000_001, ["t.csv: the file is too large; allowed: at most 1000 thousand bytes"]),
    ],
)
def test_a_bad_table(content, messages):
    assert refusal(content) == messages


def test_every_error_of_a_table_is_said_at_once():
    found = refusal(HEAD + row(smes="x", fragility="2") + row(id="b", founders="99", latitude="-"))
    assert [line.split(": ")[0] for line in found] == ["t.csv:2:3", "t.csv:2:6", "t.csv:3:5", "t.csv:3:7"]


def test_an_unknown_column_does_not_hide_what_is_wrong_in_the_rows():
    head = HEAD.replace("fragility", "fragilty")
    assert refusal(head + row(smes="x") + row(id="b", latitude="-")) == [
        "t.csv:1:6: unknown column (got 'fragilty'); did you mean fragility?",
        "t.csv:2:3: basin ales, column smes: must be a whole number (got 'x')",
        "t.csv:3:7: basin b, column latitude: must be a number (got '-')",
    ]


def test_a_missing_column_does_not_hide_what_is_wrong_in_the_rows():
    assert refusal("name,smes,large_sites\nA,0,3\n") == [
        "t.csv:1:1: id: this column is missing",
        "t.csv:2:2: row 2, column smes: a basin needs at least one firm (got 0)",
    ]


@pytest.mark.parametrize("faulty", [(2,), (3,), (2, 3)])
def test_a_basin_that_stands_twice_is_said_also_where_a_row_has_a_faulty_cell(faulty):
    rows = [row(smes="x" if line in faulty else "5") for line in (2, 3)]
    twice = "t.csv:3:1: basin ales, column id: this basin stands twice, first on line 2 (got 'ales')"
    found = refusal(HEAD + "".join(rows))
    assert twice in found
    assert len(found) == 1 + len(faulty)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_spreadsheets_with_decimal_commas(delimiter):
    text = (HEAD + GOOD).replace(",", delimiter).replace("0.75", "0,75").replace("44.1", "44,1")
    content = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    assert territory(content) == territory(HEAD + GOOD)


def test_names_typed_in_either_unicode_form_are_one_name():
    assert territory(HEAD + GOOD.replace("è", "e\u0300")) == territory(HEAD + GOOD)


def test_a_cell_of_several_lines_does_not_shift_the_next_rows():
    head = HEAD.replace("\n", ",note\n")
    text = head + GOOD.replace("\n", ',"first\nsecond"\n') + row(id="b", smes="x").replace("\n", ",\n")
    assert refusal(text) == ["t.csv:4:3: basin b, column smes: must be a whole number (got 'x')"]


WORDS = "id,name,smes,large_sites,region,dominant_sector,dominant_share\n"


@pytest.mark.parametrize(
    ("region", "meant"), [("all", "all basins"), ("fragile", "the most fragile third of basins")]
)
def test_a_region_called_as_a_word_of_policies_is_refused(region, meant):
    what = f"a region needs another name; `where: {region}` of a policy means {meant} (got '{region}')"
    assert refusal(f"{WORDS}a,A,10,1,{region},,\n") == [f"t.csv:2:5: basin a, column region: {what}"]


def test_a_share_of_no_sector_is_refused():
    (message,) = refusal(f"{WORDS}a,A,10,1,,,0.3\n")
    assert message.startswith("t.csv:2:7: basin a, column dominant_share: nothing has this share; name its")
    assert territory(f"{WORDS}a,A,10,1,,metal,0.3\n").basins[0].dominant_share == 0.3
    assert territory(f"{WORDS}a,A,10,1,,,0\n").basins[0].dominant_share == 0.0


def test_a_month_of_no_year_never_opened_a_basin_without_a_word():
    what = (
        "this is a month of no year; name its year in the column opens_year, or leave this cell empty (got 6)"
    )
    assert refusal(HEAD + row(opens_year="")) == [f"t.csv:2:11: basin ales, column opens_month: {what}"]
    short = "id,name,smes,large_sites,opens_month\na,A,10,1,6\n"
    assert refusal(short) == [f"t.csv:2:5: basin a, column opens_month: {what}"]
    (message,) = refusal(HEAD + row(opens_year="soon"))
    assert "column opens_year" in message
    assert territory(HEAD + row(opens_month="")).basins[0].opens_year == 2005


@pytest.mark.parametrize(("written", "meant"), [("85", "0.85"), ("7.5", "0.075")])
def test_a_percentage_in_place_of_a_share_is_told_what_to_write(written, meant):
    (message,) = refusal(HEAD + row(fragility=written))
    assert f"; a share, not a percentage: write {meant}" in message
    assert "percentage" not in refusal(HEAD + row(fragility="-1"))[0]


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;;;;"])
def test_a_separator_for_excel_was_taken_for_the_header(line: str) -> None:
    rows = (HEAD + GOOD).replace(",", ";").replace("0.75", "0,75")
    assert territory(f"{line}\r\n{rows}").basins == territory(HEAD + GOOD).basins
    assert refusal(f"{line}\n{rows.replace('1800', '18OO')}") == [
        "t.csv:3:3: basin ales, column smes: must be a whole number (got '18OO')"
    ]
