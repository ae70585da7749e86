"""The status of a run, in lines for a terminal."""

from experiments.precision import sentence
from experiments.runner import OK, STATUSES
from experiments.status import Status, array

BAR = 40
WORDS = {OK: "ended well", "failed": "failed", "timeout": "took too long", "killed": "killed"}


def lines(status: Status) -> list[str]:
    """What a reader wants first: how far, how fast, who, what went wrong, what to do."""
    share = status.ended / max(status.worlds, 1)
    full = int(share * BAR)
    found = [status.question] if status.question else []
    found += [
        f"{status.folder}: {status.ended:,} of {status.worlds:,} worlds ({share:.0%})",
        f"[{'#' * full}{'.' * (BAR - full)}] "
        + ", ".join(f"{status.counts[s]:,} {WORDS[s]}" for s in STATUSES if status.counts[s] or s == OK),
    ]
    found += [
        f"running: process {who['pid']} of {who['host']}"
        + (f", shard {who['part']}" if "part" in who else "")
        + f", since {who['started']}"
        for who in status.running
    ]
    if status.last_written_s is not None:
        pace = f", {status.per_minute:,.0f} worlds a minute" if status.per_minute and status.running else ""
        left = f", {duration(status.seconds_left)} left" if status.seconds_left and status.running else ""
        found.append(f"last written {duration(status.last_written_s)} ago{pace}{left}")
    if status.unsettled:
        found.append(sentence(status.precision))
    if status.errors:
        found.append("what went wrong:")
        found += [f"  {n:,} {'world' if n == 1 else 'worlds'}: {text}" for n, text in status.errors]
    if (status.missing or status.unsettled) and not status.running:
        found.append("nobody is running it")
        if status.parts > 1:
            found.append(f"shards to run, of {status.parts}: --array={array(status.shards_missing)}")
        found.append(f"to go on: {status.command_line}")
        found.append(f"or, from the folder alone: tremplin rerun {status.folder}")
    wrong = status.ended - status.counts[OK]
    if wrong and not status.missing:
        found.append(f"to run again what did not end well: tremplin rerun {status.folder} --failed")
    return found


def duration(seconds: float | None) -> str:
    """ "40 s", "12 min", "3 h 20 min"."""
    if seconds is None:
        return ""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"
