"""What was decided before anything was fitted, as hashes: parameters with their priors, facts, targets with
their tolerances, and which of them are held out. A posterior made for others is refused.

``python -m calibration.frozen`` freezes what stands in the sources. It is done before a fit and never after
one: a held-out figure that has been looked at is held out no more.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from sim.parameters import SCHEME_BEHAVIOUR, uncertainties

HERE = Path(__file__).parent
FROZEN = HERE / "frozen.json"
SOURCES = ("calibration/facts.csv", "calibration/target.py", "calibration/*targets.py", "sim/parameters/*.py",
           "sim/schemes/*.py")  # fmt: skip
PARTS = {
    "parameters": "the parameters or their priors (sim/parameters, sim/schemes)",
    "facts": "the published figures (calibration/facts.csv)",
    "targets": "the targets or their tolerances (calibration/*targets.py)",
    "split": "which figures are fitted, held out or context (calibration/*targets.py)",
}


def digest(what: Any) -> str:
    """Hash (32 hex digits) of bytes or of plain data."""
    content = what if isinstance(what, bytes) else json.dumps(what, ensure_ascii=False).encode()
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def now() -> dict[str, Any]:
    """The hashes of what stands in the sources, with how many figures have each role."""
    from calibration.facts import FACTS
    from calibration.target import measured
    from calibration.targets import TARGETS

    targets = [(case, t) for case in sorted(TARGETS) for t in TARGETS[case]]
    roles = [t.role for _, t in targets]
    return {
        "parameters": digest([(u.name, u.default, u.low, u.high, u.prior) for u in _declared()]),
        "facts": digest(FACTS.read_bytes().replace(b"\r\n", b"\n")),
        "targets": digest(
            [(c, t.fact_id, str(t.low), str(t.high), t.month, t.final, t.paired, measured(t.measure))
             for c, t in targets]
        ),
        "split": digest(sorted((c, t.fact_id, t.role) for c, t in targets)),
        "files": files(),
        "figures": {role: roles.count(role) for role in sorted(set(roles))},
    }  # fmt: skip


def files() -> str:
    """Hash of the sources themselves: while they are the same to the letter, nothing else need be looked
    at."""
    root = HERE.parent
    found = sorted({path for pattern in SOURCES for path in root.glob(pattern)})
    content = b"".join(path.name.encode() + path.read_bytes().replace(b"\r\n", b"\n") for path in found)
    return digest(content)


def _declared() -> tuple[Any, ...]:
    return uncertainties(SCHEME_BEHAVIOUR)


def frozen() -> dict[str, Any]:
    """What ``frozen.json`` holds."""
    return json.loads(FROZEN.read_text("utf-8"))


def changed(since: dict[str, Any]) -> list[str]:
    """What differs now, in words; nothing if all is as it was frozen."""
    if since.get("files") == files():
        return []
    found = now()
    return [words for part, words in PARTS.items() if since.get(part) != found[part]]


if __name__ == "__main__":
    FROZEN.write_text(json.dumps(now(), indent=1) + "\n", "utf-8")
