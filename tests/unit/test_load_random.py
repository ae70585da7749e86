"""Whatever stands in a file, it loads or is refused by ScenarioError: never anything else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios.load import Case, ScenarioError, Study, load_any, load_case, load_policies, load_territory
from scenarios.problems import Report
from scenarios.texts import Source
from scenarios.yaml_positions import parse_yaml

SHIPPED = Path(__file__).parents[2] / "scenarios"
TERRITORY = "id,name,region,smes,large_sites,fragility\na,A,North,100,5,0.2\nb,B,South,200,3,0.8\n"
CASE = (
    (SHIPPED / "cases" / "alize-3-sites.yaml").read_text(encoding="utf-8").replace("basins-3-sites", "t.csv")
)
POLICY = """\
question: Q
base: [case.yaml, alize-3-sites]
reference: a
horizon_months: 36
policies:
  a: {alize.recruiting_effort: 0}
  b: {alize.days: {value: 3.5, from_month: 12, ramp_months: 6, where: [a, b]}}
  c: {alize.selection: lottery, alize.rest_months: {value: 2, where: fragile}}
"""
SCHEME = (SHIPPED / "schemes" / "alize.yaml").read_text(encoding="utf-8")
VALID = {"case.yaml": CASE, "policy.yaml": POLICY, "scheme.yaml": SCHEME, "t.csv": TERRITORY}
MARKS = ["&a ", "*a", "!!int ", "- ", "? ", ": ", "{", "}", "[", "]", ",", ";", "#", "'", '"', "|\n", ">-\n"]
SPACES = ["\n", "  ", "\t", "---\n", "...\n", "%YAML 1.2\n", "\ufeff", "\0", '"\\ud800"', '"\\U00110000"']
WORDS = ["010", "1_0", "1e400", "-1", ".nan", "10 %", "null", "~", "é", "<<: ", "where: ", "alize.days: "]
PIECES = [*MARKS, *SPACES, *WORDS, "base: case.yaml\n", "policies: ", "schemes: "]
quiet = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def refused(load: Callable[[str], object], name: str) -> ScenarioError | None:
    """How a file is refused; None if it loads. Any other error passes and fails the test."""
    try:
        load(name)
    except ScenarioError as error:
        return error
    return None


def load_or_refuse(name: str, content: bytes) -> None:
    for valid, text in VALID.items():
        Path(valid).write_text(text, encoding="utf-8")
    Path(name).write_bytes(content)
    for load in (load_any, load_case, load_policies, load_territory):
        error = refused(load, name)
        if error:
            assert error.problems
            assert str(error).replace("\n", "").isprintable()


@pytest.mark.parametrize("name", VALID)
def test_the_valid_files_load(name):
    load_or_refuse(name, VALID[name].encode())
    load_any(name)


@quiet
@given(content=st.binary(max_size=200), name=st.sampled_from(["x.yaml", "t.csv"]))
def test_random_bytes(content, name):
    load_or_refuse(name, content)


@quiet
@given(parts=st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=40))
def test_random_pieces_of_yaml(parts):
    load_or_refuse("x.yaml", "".join(parts).encode("utf-8", "surrogatepass"))


@quiet
@given(data=st.data(), name=st.sampled_from(list(VALID)))
def test_valid_files_cut_and_filled(data, name):
    text = VALID[name]
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        to = data.draw(st.integers(at, min(len(text), at + 12)))
        text = text[:at] + data.draw(st.sampled_from(PIECES) | st.text(max_size=3)) + text[to:]
    load_or_refuse(name, text.encode("utf-8", "surrogatepass"))


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def flow(value: object) -> str:
    """A value in YAML's flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(str(key))}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        return "'" + "".join(c for c in value if c.isprintable()).replace("'", "''") + "'"
    return {None: "null", True: "true", False: "false"}.get(value, repr(value))  # type: ignore[call-overload]


@quiet
@given(data=st.data(), name=st.sampled_from(["case.yaml", "policy.yaml", "scheme.yaml"]))
def test_a_value_replaced_by_any_other(data, name):
    lines = [line for line in VALID[name].split("\n") if line and ">-" not in line]
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at] = lines[at].split(":")[0] + ": " + flow(data.draw(values))
    load_or_refuse(name, "\n".join(lines).encode())


@quiet
@given(value=values)
def test_values_are_read_as_they_are_written(value):
    report = Report()
    node = parse_yaml(f"key: {flow(value)}\n", Source(Path("x"), "x"), report)
    if node is not None and not report.kept:
        assert flow(node.plain()["key"]) == flow(value)


def test_what_loads_is_what_is_meant():
    for valid, text in VALID.items():
        Path(valid).write_text(text, encoding="utf-8")
    assert isinstance(load_any("case.yaml"), Case)
    assert isinstance(load_any("policy.yaml"), Study)
