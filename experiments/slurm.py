"""The script of a Slurm array whose tasks are the shards of one command, in one run folder.

A task that nears its time limit is told by Slurm, writes what it has finished and is put in the queue again;
so is one whose process or node dies. The task that starts first asks for a job that writes the tables when
all have ended.
"""

import re
import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from experiments.engines.child import ROOT
from experiments.engines.settings import WALLTIME, WORD
from experiments.errors import Refused

LOG = "log"  # in the run folder
MOST_RESTARTS = 20
FLUSH_SECONDS = 60  # before the time limit; Slurm may tell a minute earlier still
SIZE = re.compile(r"0*[1-9]\d*[KMGT]?")  # zero would be all memory of a node

TEMPLATE = r"""#!/usr/bin/env bash
{directives}
#
# {command}
# in {shards} shards; each: {each}.
#
#   sbatch job.sh                   all shards; once they have ended, a further job writes the tables
#   sbatch --array=4,7-9 job.sh     some of them again: those that status and collect name
#   {program} status {shown_out}
#   {program} collect {shown_out}
#
# Before its time limit a task writes what it has finished and goes into the queue again, at most
# {restarts} times; so does one whose process is killed or whose node is lost. A shard never runs a world
# that has its row, so any of this may be repeated. The tasks talk to nobody: they share the folder only.
set -u
out={out}
shards={shards}
tremplin=({tremplin})
run=({run})
export PYTHONPATH={root}${{PYTHONPATH:+:$PYTHONPATH}}
cd -- {where} || exit 3
mkdir -p -- "$out/{log}"

# asks for the tables when all tasks have ended: once for an array, whichever task comes first
if mkdir -- "$out/{log}/collected-by-$SLURM_ARRAY_JOB_ID" 2>/dev/null; then
  sbatch --parsable --dependency="afterany:$SLURM_ARRAY_JOB_ID" {collect} \
    --wrap "$(printf '%q ' "${{tremplin[@]}}" collect "$out")" ||
    echo "The tables are not asked for; when all have ended: tremplin collect $(printf %q "$out")" >&2
fi

again() {{
  trap '' USR1 # what was to be told is told, and nobody is left to be told
  trap - TERM
  if [ "${{SLURM_RESTART_COUNT:-0}}" -ge {restarts} ]; then
    echo "$1 for the last time: {restarts} restarts are behind it." >&2
    exit 1
  fi
  echo "$1: it goes into the queue again." >&2
  scontrol requeue "${{SLURM_ARRAY_JOB_ID}}_$SLURM_ARRAY_TASK_ID" || exit 1
  sleep 60 # Slurm ends this script
  exit 1
}}

"${{tremplin[@]}}" "${{run[@]}}" --shard "$SLURM_ARRAY_TASK_ID/$shards" --jobs "$SLURM_CPUS_PER_TASK" &
worker=$!
told=
trap 'told=time; kill -USR1 "$worker"' USR1
trap 'told=stop; kill -TERM "$worker"' TERM
wait "$worker"
code=$?
while kill -0 "$worker" 2>/dev/null; do # the wait ended for a signal, and the worker is writing
  wait "$worker"
  code=$?
done
[ "$code" -gt 128 ] && [ "$told" = time ] && again "Shard $SLURM_ARRAY_TASK_ID nears its time limit"
[ "$code" -gt 128 ] && [ -z "$told" ] && again "Shard $SLURM_ARRAY_TASK_ID was killed (exit code $code)"
exit "$code"
"""


@dataclass(frozen=True)
class Array:
    """What the tasks of an array are given."""

    shards: int = 100
    cpus: int = 1
    time: str = "01:00:00"
    mem: str = "4G"
    partition: str = ""
    account: str = ""

    def __post_init__(self) -> None:
        hours = "hours:minutes:seconds or days-hours:minutes:seconds, above zero"
        checks = {
            "--time": (WALLTIME, self.time, hours),
            "--mem": (SIZE, self.mem, "a whole number and K, M, G or T, above zero, such as 4G"),
            "--partition": (WORD, self.partition or "x", "the name of a partition; sinfo lists them"),
            "--account": (WORD, self.account or "x", "the name of an account"),
        }
        for option, (pattern, value, words) in checks.items():
            if not pattern.fullmatch(value):
                raise Refused(f"{option}: must be {words} (got {value!r})")

    def directives(self, name: str, out: Path) -> list[str]:
        """What Slurm is asked for."""
        return [
            f"--job-name=tremplin-{name}",
            f"--array=1-{self.shards}",
            f"--cpus-per-task={self.cpus}",
            *self._common(),
            f'--output="{_for_slurm(out)}/{LOG}/%A_%a.log"',
            "--open-mode=append",
            "--requeue",
            f"--signal=B:USR1@{FLUSH_SECONDS}",
        ]

    def collect(self, name: str) -> list[str]:
        """What is asked for the job that writes the tables."""
        return [f"--job-name=tremplin-{name}-tables", "--cpus-per-task=1", *self._common()]

    def _common(self) -> list[str]:
        asked = {"partition": self.partition, "account": self.account}
        return [
            f"--time={self.time}",
            f"--mem={self.mem}",
            *(f"--{option}={value}" for option, value in asked.items() if value),
        ]


def script(array: Array, command: Sequence[str], out: Path, each: str, where: Path) -> str:
    """The script. ``command``: what one would type, without ``tremplin`` and without ``--out``; ``out``: the
    run folder; ``each``: what a shard will take; ``where``: the folder that relative paths start from."""
    name = re.sub(r"[^A-Za-z0-9_-]", "-", Path(command[1]).stem)
    if set(str(out)) & set('"\\\n'):
        raise Refused(f"--out: Slurm takes no quotation mark, backslash or new line in a path (got {out})")
    collect = [*array.collect(name), "--open-mode=append"]
    words = shlex.join(["tremplin", *command])
    return TEMPLATE.format(
        directives="\n".join(f"#SBATCH {line}" for line in array.directives(name, out)),
        command=words.replace("\n", " "),
        shards=array.shards,
        each=each,
        program="tremplin",
        shown_out=shlex.quote(str(out)),
        restarts=MOST_RESTARTS,
        out=shlex.quote(str(out)),
        tremplin=shlex.join([sys.executable, "-P", "-m", "experiments.cli"]),
        run=shlex.join([*command, "--out", str(out), "--yes"]),
        root=shlex.quote(str(ROOT)),
        where=shlex.quote(str(where)),
        log=LOG,
        collect=shlex.join([*collect, f"--output={_for_slurm(out)}/{LOG}/tables-%j.log"]),
    )


def _for_slurm(path: Path) -> str:
    """A path in which Slurm finds no pattern."""
    return str(path).replace("%", "%%")
