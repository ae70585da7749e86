"""The file that describes a cluster for ``--engine``: read, and every error in it named."""

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from experiments.errors import Refused

UNITS = {"kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
         "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}  # fmt: skip
MEMORY = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]i?b)", re.IGNORECASE)
# two numbers alone are minutes and seconds to Slurm, and hours and minutes to most readers; zero is no limit
WALLTIME = re.compile(r"(?=.*[1-9])(?!\d+:\d+$)(?:(\d+)-)?(\d{1,3}):([0-5]\d)(?::([0-5]\d))?")
WORD = re.compile(r"[A-Za-z0-9._,:@/+-]+")
LEAST_MEMORY = 300 * 10**6  # bytes a worker
LARGEST = 10_000


@dataclass(frozen=True)
class Settings:
    """A cluster, as a file says. ``cores``: of a job, each with one worker; ``memory``: of a job;
    ``workers``: in all; ``setup``: lines of shell before the workers of a job start; ``cache``: where
    compiled code is kept; ``log``: where jobs say what they have to say."""

    file: Path
    cores: int
    memory: str
    walltime: str
    workers: int
    queue: str = ""
    account: str = ""
    interface: str = ""
    python: str = ""
    cache: str = ""
    log: Path = Path("cluster-log")
    encrypted: bool = False
    directives: tuple[str, ...] = ()
    setup: tuple[str, ...] = ()
    scheduler: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def memory_bytes(self) -> int:
        """Bytes of a job."""
        return _bytes(self.memory)

    @property
    def walltime_seconds(self) -> int:
        """Seconds that a job may take."""
        return _seconds(self.walltime)


def read_settings(path: Path) -> Settings:
    """The cluster of a file; ``Refused`` with all that is wrong, each as ``file:line: key: what``."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path}: cannot be read ({error})") from None
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r" \(at line (\d+), column (\d+)\)", str(error))
        where = f":{at[1]}:{at[2]}" if at else ""
        raise Refused(f"{path}{where}: is not TOML: {str(error).removesuffix(at[0] if at else '')}") from None
    problems = list(_problems(said, text))
    if problems:
        raise Refused("\n".join(f"{path}:{line}: {problem}" for line, problem in problems))
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in said.items()}
    values["log"] = path.absolute().parent / said.get("log", "cluster-log")
    return Settings(path, **values)


Check = Callable[[Any], bool]


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LARGEST


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and WORD.fullmatch(value) is not None


def _is_line(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and "\n" not in value


def _are_lines(value: Any) -> bool:
    return isinstance(value, list) and all(_is_line(line) for line in value)


COUNT = (_is_count, f"a whole number from 1 to {LARGEST:,}")
NAME = (_is_word, 'a word in quotes, such as "compute"')
PATH = (_is_line, "a path in quotes")
# what each key may be, and how that is said
KEYS: dict[str, tuple[Check, str]] = {
    "cores": COUNT,
    "memory": (
        lambda v: isinstance(v, str) and _bytes(v) > 0,
        'memory of a job with its unit, such as "8 GB"',
    ),
    "walltime": (
        lambda v: isinstance(v, str) and _seconds(v) > 0,
        'the time limit of a job in quotes, above zero, as "hours:minutes:seconds" or '
        '"days-hours:minutes:seconds"',
    ),
    "workers": COUNT,
    "queue": NAME,
    "account": NAME,
    "interface": NAME,
    "python": PATH,
    "cache": PATH,
    "log": PATH,
    "encrypted": (lambda v: isinstance(v, bool), "true or false"),
    "directives": (
        lambda v: _are_lines(v) and all(line.startswith("-") for line in v),
        'a list of what follows #SBATCH, such as ["--exclusive", "--constraint=epyc"]',
    ),
    "setup": (_are_lines, 'a list of lines of shell, such as ["module load python"]'),
    "scheduler": (lambda v: isinstance(v, dict), "a table: [scheduler], then host, port or dashboard"),
}
SCHEDULER: dict[str, tuple[Check, str]] = {
    "host": NAME,
    "port": (lambda v: _is_port(v), "a port from 1024 to 65535"),
    "dashboard": (lambda v: _is_port(v), "a port from 1024 to 65535, on this computer only"),
}
NEEDED = ("cores", "memory", "walltime", "workers")


def _is_port(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1024 <= value <= 65535


def _problems(said: Mapping[str, Any], text: str) -> list[tuple[int, str]]:
    """All that is wrong, in the order of the file."""
    found = [(_line(text, key), problem) for key, problem in _wrong(said, KEYS, "")]
    scheduler = said.get("scheduler")
    if isinstance(scheduler, dict):
        wrong = _wrong(scheduler, SCHEDULER, "scheduler.")
        found += [(_line(text, key), problem) for key, problem in wrong]
    last = text.count("\n") + 1
    found += [(last, f"{key}: is missing; it must be {KEYS[key][1]}") for key in NEEDED if key not in said]
    if not found and _bytes(said["memory"]) < LEAST_MEMORY * said["cores"]:
        found.append((
            _line(text, "memory"),
            f"memory: too little for {said['cores']} workers (got {said['memory']!r}); allowed: at least "
            f"{LEAST_MEMORY // 10**6} MB for each of its cores",
        ))  # fmt: skip
    return sorted(found)


def _wrong(
    said: Mapping[str, Any], keys: Mapping[str, tuple[Check, str]], before: str
) -> list[tuple[str, str]]:
    found = []
    for key, value in said.items():
        if key not in keys:
            near = difflib.get_close_matches(key, keys, 1)
            guess = f"; did you mean {before}{near[0]}?" if near else ""
            found.append((key, f"{before}{key}: unknown key; allowed: {', '.join(keys)}{guess}"))
        elif not keys[key][0](value):
            found.append((key, f"{before}{key}: must be {keys[key][1]} (got {value!r})"))
    return found


def _line(text: str, key: str) -> int:
    """The line that gives a key."""
    pattern = re.compile(rf"""\s*(?:\[\s*)?["']?{re.escape(key)}["']?\s*[=\].]""")
    return next((n for n, line in enumerate(text.splitlines(), 1) if pattern.match(line)), 1)


def _bytes(text: str) -> int:
    """``"8 GB"`` in bytes; 0 if it is no such thing."""
    found = MEMORY.fullmatch(text.strip())
    return int(float(found[1]) * UNITS[found[2].lower()]) if found else 0


def _seconds(text: str) -> int:
    """``"1-02:30:00"`` in seconds; 0 if it is no such thing."""
    found = WALLTIME.fullmatch(text)
    if not found:
        return 0
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
