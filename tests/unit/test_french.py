"""French: the catalogue is whole, numbers are in the reader's form, no English is left on a page."""

import ast
import html
import math
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import numpy as np
import pytest

from experiments import lang
from experiments.lang import (
    HERE,
    KEYWORDS,
    Said,
    apart,
    counted,
    form,
    kept,
    moment,
    plural,
    say,
    told,
    using,
)
from experiments.lang.phrases import listed, named, quoted
from experiments.report import words, write
from experiments.report.changed import setting
from experiments.report.page import told_question
from experiments.report.reading import Spread
from sim.parameters import FIELDS
from tests.report_folders import folder

babel = pytest.importorskip("babel")
from babel.messages.pofile import read_po  # noqa: E402

from experiments.lang import extract  # noqa: E402
from experiments.lang.extract import ROOT, _scenarios, of_data, update  # noqa: E402

NARROW, WIDE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
# words that French does not have; what a page quotes or types is taken out before
TELLTALES = (
    "the", "of", "and", "with", "without", "worlds", "jobs", "firms", "schemes", "policy", "policies",
    "which", "from", "between", "draws", "net job", "known", "settled", "mean", "where", "basins",
    "volunteers", "years",
)  # fmt: skip


messages = cache(extract.messages)  # to read the whole source takes seconds


@pytest.fixture
def french() -> Iterator[None]:
    lang.missed.clear()
    with using("fr"):
        yield


@pytest.fixture(scope="module")
def french_page(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[str, set[str]]]:
    """The page of one of ``FOLDERS`` in French, written once, and the messages that had no French text."""

    @cache
    def page(name: str) -> tuple[str, set[str]]:
        path = folder(tmp_path_factory.mktemp("french") / name, **FOLDERS[name])
        lang.missed.clear()
        with using("fr"):
            return write(path).read_text("utf-8"), set(lang.missed)

    return page


def catalogue():
    with (HERE / "fr.po").open("rb") as stream:
        return [message for message in read_po(stream, locale="fr") if message.id]


def key(message) -> extract.Message:
    """What a message of the catalogue is known by."""
    if message.pluralizable:
        return tuple(message.id)
    return apart(message.id, message.context) if message.context else message.id


def texts(message) -> list[tuple[str, str]]:
    """Each English form with its French one."""
    return list(zip(message.id, message.string)) if message.pluralizable else [(message.id, message.string)]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_message_has_a_french_text_and_no_french_text_is_dead() -> None:
    there = {key(message) for message in catalogue()}
    said = set(messages())
    assert said - there == set(), "bring it up to date: python -m experiments.lang.extract"
    assert there - said == set(), "bring it up to date: python -m experiments.lang.extract"


def test_french_texts_are_not_empty_and_keep_their_placeholders() -> None:
    data = of_data()
    for message in catalogue():
        for english, text in texts(message):
            assert text.strip(), english
            if key(message) not in data:
                assert placeholders(text) == placeholders(english), english


def test_nothing_is_said_inside_a_formatted_string_where_it_would_not_be_found() -> None:
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for inner in ast.walk(node) if isinstance(node, ast.FormattedValue) else ():
                if isinstance(inner, ast.Call) and getattr(inner.func, "id", "") in KEYWORDS and inner.args:
                    assert not isinstance(inner.args[0], ast.Constant), f"{path}:{inner.lineno}"


def test_a_variable_with_the_name_of_a_keyword_hid_a_message() -> None:
    # Babel took the variable "counted", among the values of a message, for a call, and left the message out
    known = {text for key in messages() for text in ([key] if isinstance(key, str) else key)}
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in KEYWORDS and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and path.parent.name != "lang":
                    assert first.value in known, f"{path}:{node.lineno}"


def test_french_texts_are_typeset_alike() -> None:
    for message in catalogue():
        for english, text in texts(message):
            plain = re.sub(r"`[^`]*`|tremplin .*|python -m \S+", "", text)
            assert not re.search(r" [:;!?%»]|« ", plain), english
            assert not re.search(rf"[^{WIDE}]:(?!\w)", plain), english  # no narrow one before a colon
            assert not re.search(rf"[^{NARROW}](;|[!?](?!\w)|%(?!\w))", plain.lstrip("%")), english
            assert "'" not in plain, english
            assert not re.search(r'[“”"]', plain), english


def test_bringing_the_catalogue_up_to_date_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extract, "messages", messages)
    copy = tmp_path / "fr.po"
    copy.write_bytes((HERE / "fr.po").read_bytes())
    assert update(copy) == 0
    before, after = ((p.read_text("utf-8")) for p in (HERE / "fr.po", copy))
    date = re.compile(r'"POT-Creation-Date.*\n')
    assert date.sub("", before) == date.sub("", after)


@pytest.mark.usefixtures("french")
def test_every_shipped_title_description_and_question_is_translated() -> None:
    known = {key(message) for message in catalogue()}
    for text in _scenarios():
        assert not text or text in known


@pytest.mark.usefixtures("french")
def test_numbers_as_a_french_reader_writes_them() -> None:
    assert words.number(4100) == f"4{NARROW}100"
    assert words.number(3.7e6) == f"3,7{WIDE}millions"
    assert words.number(1.2e6) == f"1,2{WIDE}million"
    assert words.number(2.5e9) == f"2,5{WIDE}milliards"
    assert words.number(0.31, "share") == f"31{NARROW}%"
    assert words.number(-0.4) == "−0,4"
    assert words.signed(1234.0) == f"+1{NARROW}200"
    assert words.exact(1822.5) == f"1{NARROW}822,5"
    assert words.number(math.nan) == "non connu"
    assert form(-0.125, "+.1%") == f"−12,5{NARROW}%"
    assert words.worlds(1) == "1 monde"
    assert words.worlds(1200) == f"1{NARROW}200 mondes"
    assert words.with_unit(1.4, "days") == "1,4 jour"
    assert words.with_unit(2, "days") == "2 jours"
    assert plural("{n} failed", "{n} failed", 0, n=0) == "0 a échoué"
    assert setting(FIELDS["local_preference"], 0.05) == f"5{NARROW}% du prix"


@pytest.mark.usefixtures("french")
def test_intervals_and_chances_in_french() -> None:
    s = Spread(mean=38.0, p05=-12.0, p50=35.0, p95=95.0, n=40)
    assert words.between(s) == "entre −12 et 95, 9 fois sur 10"
    assert words.cell(s) == f"38 (−12{WIDE}à{WIDE}95)"
    millions = Spread(mean=1.1e6, p05=1.1e6, p50=1.1e6, p95=2.3e6, n=40)
    assert words.cell(millions) == f"1,1{WIDE}million (1,1{WIDE}à{WIDE}2,3)"
    assert words.chance(8, 40) == "1 monde sur 5"
    assert words.without_net_job(0, 40) == "Il y a des emplois nets dans chacun des 40 mondes."


@pytest.mark.usefixtures("french")
def test_dates_in_french() -> None:
    assert moment("2026-11-26T01:12:00+00:00") == "26 novembre 2026, 1 h 12 UTC"
    assert moment("") == ""
    assert str(Said("January {year}", {"year": 1998})) == "janvier 1998"


@pytest.mark.usefixtures("french")
def test_the_question_of_an_evaluation_is_made_again() -> None:
    english = "Would an evaluation of Plan PME after 4 years have found the truth?"
    assert (
        told_question(english)
        == f"Une évaluation du dispositif Plan PME après 4 ans aurait-elle trouvé la vérité{NARROW}?"
    )
    assert told_question("My own question?") == "My own question?"


def test_a_kept_message_is_said_in_the_language_of_its_reader() -> None:
    inner = counted("{jobs} job", "{jobs} jobs", {"jobs": 1.25}, "+.1f")
    story = Said("{mine} with the scheme, {other} without: {change}.",
                 {"mine": Said("closed"), "other": inner, "change": Said("the same")})  # fmt: skip
    again = kept(story.as_data())
    assert str(again) == "closed with the scheme, +1.2 jobs without: the same."
    with using("fr"):
        assert str(again) == f"fermée avec le dispositif, +1,2 emploi sans{WIDE}: aucun écart."


def test_a_history_counted_one_as_many() -> None:
    facts = [
        counted("{files} file accepted in the year", "{files} files accepted in the year",
                {"files": np.int64(1)}, ",.0f"),
        counted("{firms} helped so far", "{firms} helped so far", {"firms": 1.0}, ",.0f"),
    ]  # fmt: skip
    assert [str(kept(fact.as_data())) for fact in facts] == ["1 file accepted in the year", "1 helped so far"]
    with using("fr"):
        assert [str(fact) for fact in facts] == [
            "1 dossier accepté dans l’année",
            "1 entreprise aidée jusque-là",
        ]


def test_one_net_job_was_plural() -> None:
    key = ("{net} net job of {reported} reported", "{net} net jobs of {reported} reported")
    assert plural(*key, 1, net="1", reported="16") == "1 net job of 16 reported"


NAMES = "reference|policy|policies|against|winner|scheme"


def test_a_name_stood_behind_a_word_that_contracts_with_it() -> None:
    # "par rapport à le cas publié", "de plus que advances"
    for message in catalogue():
        for english, text in texts(message):
            found = re.search(rf"(?<!\w)(à|de|que|si|puisque|lorsque) {{({NAMES})}}", text)
            assert not found or english.startswith("Would an evaluation of"), english


def test_basins_had_english_numbers_in_french(french_page: Callable) -> None:
    page, _ = french_page("run")
    text = read(page[page.index('id="basins"') :])
    assert re.search(r"\b0,\d\d\b", text)
    assert not re.search(r"\b0\.\d\d\b|\b\d,\d{3}\b", text.partition("<h2")[0][:4000])


@pytest.mark.usefixtures("french")
def test_what_somebody_wrote_stays_as_it_is_and_a_missing_message_is_noticed() -> None:
    assert told("My own case") == "My own case"
    assert lang.missed == set()
    assert say("Nobody translated {this}", this=1) == "Nobody translated 1"
    assert lang.missed == {"Nobody translated {this}"}
    lang.missed.clear()


@pytest.mark.usefixtures("french")
def test_shipped_policies_had_english_names_on_a_french_page(french_page: Callable) -> None:
    assert words.plain("no-renewal") == "renouvellement nul"
    assert words.plain("my-own-policy") == "my own policy"
    page, _ = french_page("two")
    assert "missions plafonnées (capped)" in page, "with the name that files and tables have"
    assert not re.search(r"\bno renewal\b", read(page))
    with using():
        assert words.plain("no-renewal") == "no renewal"


@pytest.mark.usefixtures("french")
def test_names_that_users_gave_were_read_as_other_messages() -> None:
    """A bug: a policy "more" was called "moins nombreux", "lottery" "tirage au sort"."""
    for name in ("lottery", "other", "closed", "more", "Region"):
        assert told(name) != name or name == "Region", "a message of something else"
        assert words.plain(name) == words.typed(name) == words.called(name, {}) == name
    assert (words.plain("more-days"), words.typed("more-days")) == ("more days", "more-days")
    assert words.typed("no-renewal") == "renouvellement nul"
    assert words.plain("boost_innov") == "Boost’Innov", "a scheme"


@pytest.mark.usefixtures("french")
def test_a_name_that_ended_with_a_hyphen_left_a_blank() -> None:
    assert words.plain("petites-entreprises-") == "petites entreprises"
    assert words.plain("--") == "--"


@pytest.mark.usefixtures("french")
def test_published_figures_of_signs_alone_stayed_english() -> None:
    assert told("22.4%.") == f"22,4{NARROW}%."
    assert told("-40,000.") == f"−40{NARROW}000."


@pytest.mark.usefixtures("french")
def test_published_units_did_not_agree_with_their_number() -> None:
    assert words.of_unit("1", "years", 1) == "1 an"
    assert words.of_unit("5", "years", 5) == "5 ans"
    assert words.of_unit("7,4", "% per year", 7.4) == f"7,4{NARROW}% par an"


@pytest.mark.usefixtures("french")
def test_jobs_a_firm_were_always_singular() -> None:
    key = "{design}: {off} jobs a firm more than the scheme made"
    for off, said in ((1.96, "1,96 emploi par"), (2.4, "2,40 emplois par")):
        assert said in plural(key, key, off, design="Tirage au sort", off=form(off, ".2f"))


@pytest.mark.usefixtures("french")
def test_millions_of_euros_lacked_their_preposition() -> None:
    key = "Public and partners' money weighs more than volunteers' days: {high} euros against {low}"
    text = say(key, high=words.number(7.2e6), low=words.number(3.7e6))
    assert text.endswith(f"en euros{WIDE}: 7,2{WIDE}millions contre 3,7{WIDE}millions")


@pytest.mark.usefixtures("french")
def test_one_basin_gained_in_the_plural() -> None:
    counts = listed(plural(*pair, n, n=n) for pair, n in (
        (("{n} gains", "{n} gain"), 1), (("{n} is not settled", "{n} are not settled"), 19),
    ))  # fmt: skip
    assert say("Net jobs: of {all} basins, {counts}", all=20, counts=counts) == (
        f"Emplois nets, sur 20 zones{WIDE}: 1 en gain et 19 sans résultat établi"
    )


def test_names_with_an_and_ran_into_their_list() -> None:
    """A bug: "no renewal and no renewal and pooled"."""
    assert listed(["no renewal", "no renewal and pooled"]) == "no renewal; and no renewal and pooled"
    assert listed(["a", "b and c", "d"]) == "a; b and c; and d"
    assert listed(["a (10 and 20)", "b", "c"]) == "a (10 and 20), b and c"
    assert listed(["L’Isle & Cie", "Zone B, dite d’en haut"]) == "L’Isle & Cie; and Zone B, dite d’en haut"
    assert listed(["1,200", "3"]) == "1,200 and 3"


@pytest.mark.usefixtures("french")
def test_names_with_an_and_in_a_french_list() -> None:
    assert listed(["sans relève", "sans relève et en commun"]) == (
        f"sans relève{NARROW}; et sans relève et en commun"
    )


def test_a_list_of_names_with_an_and_was_cut_at_its_last_one() -> None:
    """A bug: "from 2.5 with no renewal; and no renewal and pooled to 9.4 with twice renewed"."""
    names = ["no renewal", "no renewal and pooled"]
    assert listed(named(quoted(names))) == "“no renewal” and “no renewal and pooled”"
    assert listed(named(quoted([*names, "capped", "pooled"]))) == (
        "“no renewal”, “no renewal and pooled” and 2 more"
    )
    assert quoted(["a", "b"]) == ["a", "b"]
    assert quoted(names[1:]) == names[1:]
    with using("fr"):
        assert listed(quoted(["a", "b et c"])) == f"«{WIDE}a{WIDE}» et «{WIDE}b et c{WIDE}»"


def read(page: str) -> str:
    """What a reader reads, texts for those who do not see figures included; without what is typed."""
    body = re.sub(r"<style>.*?</style>|<pre>.*?</pre>", " ", page, flags=re.S)
    labels = " ".join(re.findall(r'(?:aria-label|data-label)="([^"]*)"', body))
    text = html.unescape(re.sub(r"<[^>]+>", " ", f"{body} {labels}"))
    return re.sub(r"--\w+ \w+|\b\w+_\w+\b|\w+\.(?:csv|py)|Métropolitain Business Act", " ", text)


FOLDERS = {
    "run": {"command": "run"},
    "two": {"command": "compare", "draws": 2, "policies": ("no-renewal", "capped")},
    "cases": {
        "command": "compare",
        "draws": 30,
        "groups": ("one", "two"),
        "policies": ("no-renewal", "capped"),
    },
    "mixed": {"command": "compare", "draws": 12, "mixed": ("plan_pme",)},
    "prior": {"command": "run", "draws": 40, "parameters": "prior"},
    "one": {"command": "run", "draws": 1},
}


@pytest.mark.parametrize("name", FOLDERS)
def test_a_page_in_french_has_no_english_left(french_page: Callable, name: str) -> None:
    page, missed = french_page(name)
    assert missed == set()
    assert '<html lang="fr">' in page
    text = read(page).replace("Three basins.", "").replace("Which is better?", "")
    found = [word for word in TELLTALES if re.search(rf"(?<![\w’-]){word}(?![\w-])", text)]
    assert not found, [m[0] for w in found for m in re.finditer(rf".{{40}}\b{w}\b.{{30}}", text)][:8]


def test_english_needs_no_babel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "babel", None)
    page = write(folder(tmp_path / "o")).read_text("utf-8")
    assert '<html lang="en">' in page
