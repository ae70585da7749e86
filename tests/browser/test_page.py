"""The page in a real browser: at the width of a phone and of a desk, nothing sticks out, nothing overlaps."""

import base64
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from experiments.lang import using
from experiments.report import write
from experiments.report.blocks import Code, Section
from experiments.report.page import filled
from tests.report_folders import folder

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not BROWSER, reason="no browser here: install chromium"),
]
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--dump-dom",
)  # fmt: skip
MEASURE = """
<script>
const found = {width: innerWidth, wide: document.documentElement.scrollWidth,
  outside: [], over: [], small: 99};
for (const d of document.querySelectorAll("details")) d.open = true;
found.open = document.documentElement.scrollWidth;
for (const svg of document.querySelectorAll("svg")) {
  const s = svg.getBoundingClientRect();
  const boxes = [...svg.querySelectorAll("text")].map(t => [t.textContent, t.getBoundingClientRect()]);
  for (const [i, [a, p]] of boxes.entries()) {
    if (p.left < s.left - 1 || p.right > s.right + 1 || p.top < s.top - 1 || p.bottom > s.bottom + 1)
      found.outside.push(a);
    found.small = Math.min(found.small, parseFloat(getComputedStyle(svg.querySelector("text")).fontSize)
      * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width);
    for (const [b, q] of boxes.slice(i + 1)) {
      const across = Math.min(p.right, q.right) - Math.max(p.left, q.left);
      const down = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
      if (across > 1 && down > 0.45 * Math.min(p.height, q.height)) found.over.push(a + " / " + b);
    }
  }
}
parent.postMessage(JSON.stringify(found), "*");
</script>
"""
AXE = """
<script>%s</script><script>
for (const d of document.querySelectorAll("details")) d.open = true;
axe.run().then(r => {
  const found = r.violations.map(v => [v.impact, v.id, v.nodes.map(n => n.html.slice(0, 200))]);
  const text = btoa(encodeURIComponent(JSON.stringify(found)));
  document.body.insertAdjacentHTML("beforeend", `<pre id=measured>${text}</pre>`);
});
</script>
"""


def said(page: Path, profile: Path, *options: str) -> Any:
    """What the scripts of a page leave in it."""
    command = [BROWSER, *OPTIONS, *options, f"--user-data-dir={profile}", page.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    found = re.search(r'id="measured">([^<]+)<', done.stdout)
    assert found, done.stderr[-2000:]
    return json.loads(unquote(base64.b64decode(found[1]).decode()))


# in a frame, for the window of a browser is never as narrow as a phone
FRAME = """<!DOCTYPE html><meta charset="utf-8">
<script>onmessage = e => {
  document.body.insertAdjacentHTML("beforeend", `<pre id=measured>${btoa(encodeURIComponent(e.data))}</pre>`);
};</script><body style="margin: 0"><iframe src="measured.html" style="border: 0; width: %dpx; height: 2000px">
"""


def measured(page: Path, width: int, profile: Path) -> dict:
    """What the browser says of a page: widths, texts outside of their figures or over each other."""
    copy = page.with_name("measured.html")
    copy.write_text(page.read_text("utf-8").replace("</body>", f"{MEASURE}</body>"), "utf-8")
    frame = page.with_name("frame.html")
    frame.write_text(FRAME % width, "utf-8")
    return said(frame, profile, "--window-size=1700,2000")


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, Path]:
    top = tmp_path_factory.mktemp("pages")
    policies = ("capped", "paid-days", "a-policy-with-quite-a-long-name", "no-renewal-and-capped")
    return {
        "run": write(folder(top / "run")),
        "compare": write(folder(top / "compare", "compare", 9, ("few", "many", "lots"), policies)),
        "mixes": write(
            folder(
                top / "mixes",
                "compare",
                9,
                ("few", "many"),
                policies[:1],
                mixed=("boost_innov", "pacte_pme", "a_scheme_with_quite_a_long_name", "pole"),
            )
        ),
        "single": write(folder(top / "single", "compare", 1, ("few",), policies)),
        "french": in_french(folder(top / "french", "compare", 9, ("few", "many"), policies)),
    }


def in_french(path: Path) -> Path:
    with using("fr"):
        return write(path)


@pytest.mark.parametrize("width", [360, 1600])
@pytest.mark.parametrize("which", ["run", "compare", "single", "mixes", "french"])
def test_nothing_sticks_out_or_overlaps(pages, which, width, tmp_path):
    found = measured(pages[which], width, tmp_path / "profile")
    assert found["width"] == width
    assert found["wide"] <= width
    assert found["open"] <= width  # with every table unfolded
    assert found["outside"] == []
    assert found["over"] == []
    assert found["small"] >= 9.5  # pixels, the letters of figures


@pytest.mark.parametrize("which", ["run", "compare", "single", "mixes", "french"])
def test_no_serious_fault_of_accessibility(pages, which, tmp_path):
    import axe_core_python

    axe = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text("utf-8")
    copy = pages[which].with_name("axe.html")
    text = pages[which].read_text("utf-8")
    copy.write_text(text.replace("</body>", AXE.replace("%s", axe) + "</body>"), "utf-8")
    found = said(copy, tmp_path / "profile", "--virtual-time-budget=60000")
    assert [fault for fault in found if fault[0] in ("serious", "critical")] == []


def test_the_check_of_accessibility_finds_what_it_should(tmp_path):
    import axe_core_python

    axe = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text("utf-8")
    bad = tmp_path / "bad.html"
    bad.write_text(f"<html><body><img src='x.png'><button></button>{AXE.replace('%s', axe)}</body></html>")
    found = said(bad, tmp_path / "profile", "--virtual-time-budget=60000")
    assert {"image-alt", "button-name"} <= {fault[1] for fault in found}


@pytest.mark.parametrize("which", ["run", "compare"])
def test_it_prints(pages, which, tmp_path):
    target = tmp_path / "page.pdf"
    command = [BROWSER, *(o for o in OPTIONS if o != "--dump-dom"), f"--user-data-dir={tmp_path / 'profile'}",
               f"--print-to-pdf={target}", "--no-pdf-header-footer", pages[which].as_uri()]  # fmt: skip
    subprocess.run(command, capture_output=True, timeout=120, check=True)
    content = target.read_bytes()
    assert content.startswith(b"%PDF")
    assert content.count(b"/Type /Page\n") + content.count(b"/Type /Page ") >= 3


def test_a_page_asks_for_nothing_from_the_network(pages):
    for page in pages.values():
        text = page.read_text("utf-8")
        assert not re.findall(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//", text)
        assert "@import" not in text
        assert "url(http" not in text


WORDS = """
<script>
const code = document.querySelector("pre code"), found = {wide: document.documentElement.scrollWidth};
found.lines = [...code.children].map(word => {
  const range = document.createRange();
  range.selectNodeContents(word);
  return [word.textContent, new Set([...range.getClientRects()].map(r => r.top)).size];
});
getSelection().selectAllChildren(code);
found.copied = getSelection().toString();
parent.postMessage(JSON.stringify(found), "*");
</script>
"""


@pytest.mark.parametrize("width", [320, 341, 360, 383, 412, 1280])
def test_a_command_broke_behind_the_hyphens_of_an_option(width: int, tmp_path: Path) -> None:
    path = "/scratch/" + "a-long-name/" * 12
    command = f"tremplin compare alize-renewal --draws 200 --replicates 2 --out {path} --precision 10%"
    section = Section("how", "How", "How", [Code(command)])
    (tmp_path / "measured.html").write_text(
        filled("T", "S", (), [section]).replace("</body>", f"{WORDS}</body>"), "utf-8"
    )
    (tmp_path / "frame.html").write_text(FRAME % width, "utf-8")
    found = said(tmp_path / "frame.html", tmp_path / "profile", "--window-size=1700,2000")
    assert found["wide"] <= width
    assert [word for word, lines in found["lines"] if lines > 1] in ([], [path])
    assert found["copied"].strip() == command
