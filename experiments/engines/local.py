"""Worker processes on this computer: feeds them, watches them, replaces those that die.

The parent computes nothing and keeps nothing but numbers of items. An item is safe when a shard with it has
its name; what a dead worker had not made safe is given to others. So nothing is lost and nothing is done
twice, whoever is killed and when.
"""

import os
import signal
import socket
import subprocess
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import Connection, wait
from typing import Any

import numpy as np

from experiments.engines import marks as mark
from experiments.engines.ahead import take
from experiments.engines.marks import Marks
from experiments.engines.signals import Asked, listening
from experiments.engines.worker import DO, FLUSH, LEAVE, LEFT, READY, UNABLE, WROTE, Order
from experiments.errors import Unable
from experiments.files import RUNS
from experiments.folder import Folder, about
from experiments.index import Index
from experiments.items import Request
from experiments.runner import KILLED, TIMEOUT, broken
from experiments.shards import Shard

ORDER_SECONDS, LEAST_ORDER_SECONDS = 1.0, 0.1  # of work in an order, as measured
LARGEST_ORDER = 20_000  # items
LISTEN_SECONDS, WATCH_SECONDS = 0.05, 0.2
GRACE_SECONDS = 10.0  # for workers to write what they have when the command is stopped
LATE_SECONDS, LATE_SHARE = 1.0, 0.1  # a world that looks at the clock itself gets so much more time
ATTEMPTS = 3  # an item whose worker dies so often is at fault itself
CRASHES = (signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGSEGV)
STARTS = 3  # workers that end before their first item, one after the other
KILLED_START = (
    0.1  # one that was killed from outside says less of what is wrong than one that ended by itself
)
Seen = Callable[[int, int], None]
Kept = frozenset[str]


@dataclass
class Hand:
    """A worker as its parent sees it. ``orders``: items that it was given and that are not safe yet."""

    process: subprocess.Popen[bytes]
    connection: Connection
    marks: Marks
    name: str = ""
    orders: deque[tuple[int, Kept]] = field(default_factory=deque)
    shards: set[str] = field(default_factory=set)
    items_safe: int = 0
    worlds_safe: int = 0
    flushed: bool = False
    ready_at: float = 0.0
    verdict: tuple[str, str] | None = None  # status and error of the item for which it was killed

    @property
    def unfinished(self) -> int:
        """Items that it was given and has not ended."""
        return self.items_safe + len(self.orders) - int(self.marks[mark.FINISHED])


class Crew:
    """The workers of one command.

    ``memory``: bytes that each may take, 0 for no bound. ``seen`` is told now and then of worlds that
    ended, and how many of them did not end well.
    """

    def __init__(self, request: Request, folder: Folder, workers: int, memory: int, seen: Seen):
        self.request = request
        self.folder = folder
        self.workers = workers
        self.memory = memory
        self.about = about(request.experiment)
        self.seen = seen
        self.hands: list[Hand] = []
        self.again: deque[tuple[int, Kept]] = deque()
        self.attempts: Counter[int] = Counter()
        self.failed_starts = 0.0
        self.gone = 0  # worlds that workers who left have made safe, and rows written here
        self.not_ok = 0  # of workers who left
        self.watched = 0.0
        self.seconds = request.experiment.seconds_an_item()
        self.asked = Asked()
        self.begun = self.worked_s = 0.0  # from the first worker that is ready to the last world that is safe

    def run(self, items: Iterator[tuple[int, Kept]], count: int) -> None:
        """Runs the items (numbers, and arms that have rows already), of which there are ``count`` at most."""
        self.items, self.left = items, count
        with listening() as self.asked:
            try:
                self._hire(min(self.workers, count))
                while self._feed():
                    self._listen()
                    self._watch()
                    self._tell()
                    if self.asked.times:
                        raise KeyboardInterrupt
                self.worked_s = time.monotonic() - self.begun
            finally:
                self._dismiss()
                self._tell()

    # --- starting and ending ----------------------------------------------------------------------------

    def _hire(self, number: int) -> None:
        import cloudpickle

        work = cloudpickle.dumps((self.request, self.folder, self.about))
        for _ in range(number):
            self.hands.append(hire(work))

    def _dismiss(self) -> None:
        """Asks all to write what they have and to leave; ends those that do not."""
        for hand in self.hands:
            with suppress(OSError):
                hand.connection.send((LEAVE, None))
            if hand.unfinished:  # within a world: it need not end it
                hand.process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        asked = self.asked.times
        while self.hands and time.monotonic() < deadline and self.asked.times <= max(asked, 1):
            with suppress(Unable):  # the first is being told already
                self._listen(leaving=True)
        for hand in list(self.hands):
            hand.process.kill()
            self._bury(hand)

    def _bury(self, hand: Hand) -> None:
        """Counts what a worker that has ended made safe, also what it had no time to tell."""
        hand.process.wait()
        hand.connection.close()
        self.hands.remove(hand)
        untold = self._untold(hand)
        while hand.orders and hand.orders[0][0] in untold:
            hand.orders.popleft()
        self.gone += hand.worlds_safe + sum(untold.values())
        self.not_ok += int(hand.marks[mark.NOT_OK])

    def _untold(self, hand: Hand) -> Counter[int]:
        """Numbers of the items in shards that a worker wrote and did not tell of; their rows."""
        if not hand.name:
            return Counter()
        paths = (self.folder.path / RUNS).glob(f"part-{hand.name}-*.parquet")
        index = Index(path for path in paths if path.name not in hand.shards)
        positions = {group.name: p for p, group in enumerate(self.request.experiment.groups)}
        groups = np.array([positions[group] for group, _ in index.arms], int)[index.arm]
        pairs = index.draw.astype(int) * self.request.replicates + index.replicate
        return Counter((pairs * len(positions) + groups).tolist())

    # --- giving work ------------------------------------------------------------------------------------

    def _feed(self) -> bool:
        """Gives orders to those who run short; whether anything is still to be done."""
        size = self._order_size()
        for hand in self.hands:
            if hand.name and not hand.verdict and hand.unfinished <= size // 2:
                order = self._take(size)
                if order:
                    self._send(hand, order)
                elif hand.orders and not hand.unfinished and not hand.flushed:
                    hand.flushed = True
                    with suppress(OSError):
                        hand.connection.send((FLUSH, None))
        busy = any(hand.orders for hand in self.hands)
        if not busy and not self._waiting():
            return False
        if len(self.hands) < self.workers and self._waiting():
            self._hire(1)
        return True

    def _waiting(self) -> bool:
        """Whether there are items that nobody has."""
        if not self.again:
            self.again.extend(islice(self.items, 1))
        return bool(self.again)

    def _take(self, size: int) -> list[tuple[int, Kept]]:
        """The next items: new ones first, so that those of dead workers come back as late as can be."""
        found = list(islice(self.items, size))
        while self.again and len(found) < size:
            found.append(self.again.popleft())
        self.left -= len(found)
        return found

    def _send(self, hand: Hand, order: list[tuple[int, Kept]]) -> None:
        hand.orders.extend(order)
        hand.flushed = False
        numbers = np.fromiter((number for number, _ in order), np.int64, len(order))
        with suppress(OSError):  # it is dead: that will be noticed
            hand.connection.send((DO, Order(numbers, {number: kept for number, kept in order if kept})))

    def _order_size(self) -> int:
        """Items of about ``ORDER_SECONDS``, fewer towards the end so that all end together, but worth the
        asking."""
        done = sum(int(hand.marks[mark.FINISHED]) for hand in self.hands)
        since = sum(time.monotonic() - hand.ready_at for hand in self.hands if hand.name)
        if done and since > ORDER_SECONDS / 2:
            self.seconds = since / done
        size = min(int(ORDER_SECONDS / self.seconds), self.left // (2 * self.workers))
        return min(LARGEST_ORDER, max(1, size, int(LEAST_ORDER_SECONDS / self.seconds)))

    # --- hearing and watching ---------------------------------------------------------------------------

    def _listen(self, leaving: bool = False) -> None:
        by = {hand.connection: hand for hand in self.hands}
        for connection in wait(list(by), LISTEN_SECONDS):
            hand = by[connection]  # type: ignore[index]
            try:
                while hand.connection.poll():
                    self._heard(hand, *hand.connection.recv())
            except (EOFError, ConnectionError):
                self._bury(hand)
                if not leaving:
                    self._mourn(hand)

    def _heard(self, hand: Hand, word: str, content: Any) -> None:
        if word == READY:
            hand.name, hand.ready_at = content, time.monotonic()
            self.begun = self.begun or hand.ready_at
            self.failed_starts = 0.0
        elif word == WROTE:
            name, items, worlds = content
            hand.shards.add(name)
            hand.items_safe += items
            hand.worlds_safe += worlds
            for _ in range(items):
                hand.orders.popleft()
        elif word == UNABLE:
            known, message, trace = content
            raise Unable(message if known else f"a worker could not go on: {message}\n{trace}")
        else:
            assert word == LEFT

    def _mourn(self, hand: Hand) -> None:
        """A worker has died: its items are for others, and the one at hand may be at fault."""
        if not hand.name:
            self.failed_starts += 1.0 if hand.process.returncode > 0 else KILLED_START
            if self.failed_starts >= STARTS:
                raise Unable("worker processes end before their first world; what they said stands above")
        at_hand = int(hand.marks[mark.NUMBER])
        for number, kept in hand.orders:
            self.again.append((number, self._judge(hand, number, kept) if number == at_hand else kept))
            if len(self.again[-1][1]) == len(self.request.item(number).arms):
                self.again.pop()  # all its arms have rows
        self.left += len(hand.orders)

    def _judge(self, hand: Hand, number: int, kept: Kept) -> Kept:
        """Writes the row of a world that ended its worker, if it is at fault; arms that have rows then."""
        verdict = hand.verdict
        if not verdict:
            self.attempts[number] += 1
            code = hand.process.returncode
            if self.attempts[number] < ATTEMPTS or code == 0:
                return kept
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            crashed = -code in CRASHES
            why = "an error of the program: please report it" if crashed else "perhaps for want of memory"
            verdict = (KILLED, f"its process ended {ATTEMPTS} times ({how}), {why}")
        item = self.request.item(number, kept)
        ended = int(hand.marks[mark.ARM])
        if ended >= len(item.arms):  # it ended in time after all
            return kept
        rows = broken(item, item.arms[ended][0], *verdict, time.monotonic() - hand.marks[mark.BEGUN])
        host = socket.gethostname()
        shard = Shard(self.request.experiment.columns(), host, f"{host}-{os.getpid()}", self.about)
        for arm in rows:
            shard.add(item, arm)
        shard.write(self.folder)
        self.gone += len(rows)
        self.not_ok += len(rows)
        return kept | {arm.policy for arm in rows}

    def _watch(self) -> None:
        """Ends workers whose world takes too long or too much memory."""
        now = time.monotonic()
        if now - self.watched < WATCH_SECONDS:
            return
        self.watched = now
        timeout = self.request.timeout
        for hand in self.hands:
            if not hand.name or hand.verdict or hand.marks[mark.NUMBER] < 0:
                continue
            late = now - hand.marks[mark.BEGUN]
            if timeout and late > timeout + max(LATE_SECONDS, LATE_SHARE * timeout):
                hand.verdict = (TIMEOUT, f"stopped after {timeout:g} seconds")
            elif self.memory and resident(hand.process.pid) > self.memory:
                hand.verdict = (
                    KILLED,
                    f"took more than {self.memory / 1e9:.1f} GB, what a process may take here",
                )
            if hand.verdict:
                hand.process.kill()

    def _tell(self) -> None:
        ended = sum(int(hand.marks[mark.OK] + hand.marks[mark.NOT_OK]) for hand in self.hands)
        not_ok = sum(int(hand.marks[mark.NOT_OK]) for hand in self.hands)
        self.seen(self.gone + ended, self.not_ok + not_ok)


def hire(work: bytes) -> Hand:
    """A worker process with its work."""
    hand = Hand(*take())
    with suppress(OSError):  # dead already: its end is noticed like any other
        hand.connection.send_bytes(work)
    return hand


def resident(pid: int) -> int:
    """Bytes of memory that a process holds."""
    import psutil

    try:
        return psutil.Process(pid).memory_info().rss
    except psutil.Error:
        return 0
