"""The status of a run, in lines for a terminal."""

from experiments.precision import sentence
from experiments.runner import OK, STATUSES
from experiments.status import Status, array
from scenarios.problems import typed

BAR = 40
MOST_RUNNING = 5  # processes that are named
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
    if status.parts > 1:
        missing, begun = len(status.shards_missing), len(status.shards_begun)
        found.append(
            f"shards: {status.parts - missing:,} of {status.parts:,} have ended, {begun:,} have begun, "
            f"{missing - begun:,} have not"
        )
    found += [
        f"running: process {who['pid']} of {who['host']}"
        + (f", shard {who['part']}" if "part" in who else "")
        + f", since {who['started']}"
        for who in status.running[:MOST_RUNNING]
    ]
    if len(status.running) > MOST_RUNNING:
        found.append(f"running: {len(status.running) - MOST_RUNNING:,} more")
    if status.last_written_s is not None:
        pace = f", {status.per_minute:,.0f} worlds a minute" if status.per_minute and status.active else ""
        left = f", {duration(status.seconds_left)} left" if status.seconds_left and status.active else ""
        found.append(f"last written {duration(status.last_written_s)} ago{pace}{left}")
    if status.unsettled:
        found.append(sentence(status.precision))
    if status.errors:
        found.append("what went wrong:")
        found += [f"  {n:,} {'world' if n == 1 else 'worlds'}: {text}" for n, text in status.errors]
    if (status.missing or status.unsettled) and not status.running:
        found.append(
            f"no process is seen to hold it, but {status.away:,} on other computers wrote in the last two "
            "minutes, and may still do so"
            if status.active
            else "nobody is running it"
        )
        if status.parts > 1:
            found.append(f"shards to run, of {status.parts}: --array={array(status.shards_missing)}")
        elif status.command_line:
            found.append(f"to go on: {status.command_line}")
        if status.alone:
            found.append(f"or, from the folder alone: tremplin rerun {typed(status.folder)}")
    wrong = status.ended - status.counts[OK]
    if wrong and not status.missing and status.alone:
        found.append(f"to run again what did not end well: tremplin rerun {typed(status.folder)} --failed")
    return found


def duration(seconds: float | None) -> str:
    """ "40 s", "12 min", "3 h 20 min"."""
    if seconds is None:
        return ""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"
