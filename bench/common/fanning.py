"""Steps and searches of bench/fanout."""
import time

from common.process import Ended, Process, program
from common.report import say

BUSY = 0.9      # a generator that is busier makes its row a floor
SETTLE_MS = 4000


def hist_at(hist, share):
    rank, seen = sum(count for _, count in hist) * share, 0
    for value, count in sorted(hist):
        seen += count
        if seen >= rank:
            return value
    return 0


class Crowd:
    """Consoles at one peer, in one or two receiving processes."""

    def __init__(self, peer, consoles, processes=1):
        self.peer = peer
        self.consoles = consoles
        each = consoles // processes
        self.parts = []
        self.number = 1
        for _ in range(processes):
            part = Process([program("bench/receivers")] + peer.receiver + ["-n", str(each)])
            self.parts.append(part)
            part.ask(f"open {each}", 120)

    def ask_all(self, line, timeout_s=120):
        for part in self.parts:
            part.send(line)
        return [part.answer(timeout_s) for part in self.parts]

    def step(self, rate, seconds, batch_ms=None):
        """Publishes at `rate` for `seconds`. What became of it."""
        count = max(1, round(rate * seconds))
        batch_ms = self.peer.batch_ms if batch_ms is None else batch_ms
        first, self.number = self.number, self.number + count
        self.ask_all(f"begin {first} {count}")
        cpu = self.peer.server.cpu_s()
        began = time.monotonic()
        sent = self.peer.publisher.ask(f"step {first} {count} {rate} {batch_ms}", seconds * 4 + 30)
        parts = self.ask_all(f"end {SETTLE_MS}")
        elapsed = time.monotonic() - began
        hist = [pair for part in parts for pair in part["hist"]]
        busy = max(part["cpu_us"] / max(part["elapsed_us"], 1) for part in parts)
        if self.peer.publisher is not self.peer.server:
            busy = max(busy, sent["cpu_us"] / max(sent["elapsed_us"], 1))
        return {"rate": rate, "sent": sent["sent"], "got": sum(part["got"] for part in parts),
                "lost": sum(part["lost"] for part in parts),
                "misplaced": sum(part["misplaced"] for part in parts),
                "closed": sum(part["closed"] for part in parts),
                "p50_ms": hist_at(hist, 0.5) / 1000, "p99_ms": hist_at(hist, 0.99) / 1000,
                "busy": busy, "server_cpu_s": self.peer.server.cpu_s() - cpu,
                "elapsed_s": elapsed}

    def close(self):
        for part in self.parts:
            part.stop()


def good(step, limit_ms):
    return (step["lost"] == 0 and step["misplaced"] == 0 and step["closed"] == 0 and
            step["p99_ms"] <= limit_ms)


class Search:
    """The highest rate that holds a limit: doubled while it holds, then closed in on."""

    def __init__(self, peer, consoles, limit_ms, seconds, bisections, processes=1):
        self.peer = peer
        self.consoles = consoles
        self.limit_ms = limit_ms
        self.seconds = seconds
        self.bisections = bisections
        self.processes = processes
        self.crowd = None

    def fresh(self):
        self.close()
        self.peer.start()
        self.crowd = Crowd(self.peer, self.consoles, self.processes)

    def close(self):
        if self.crowd is not None:
            self.crowd.close()
            self.crowd = None
        self.peer.stop()

    def holds(self, rate):
        """The step at this rate when it holds the limit, else None; what failed begins anew."""
        if self.crowd is None:
            self.fresh()
        try:
            step = self.crowd.step(rate, self.seconds)
        except Ended as error:
            say(f"  {self.peer.name} {self.consoles} at {rate:.0f}/s: {error}")
            self.close()
            return None
        held = good(step, self.limit_ms)
        say(f"  {self.peer.name} {self.consoles} at {rate:.0f}/s: p50 {step['p50_ms']:.1f} "
            f"p99 {step['p99_ms']:.1f} ms, lost {step['lost']}, receivers {step['busy']:.0%} busy"
            f"{'' if held else ': does not hold'}")
        if not held:
            self.close()
        return step if held else None

    def run(self, start):
        """Deliveries a second and the step that showed it (None: not even the least rate)."""
        low, high, best = None, None, None
        rate = start
        while low is None or high is None:
            step = self.holds(rate)
            if step is not None:
                low, best = rate, step
                rate *= 2
            else:
                high = rate
                rate /= 2
                if rate < 0.5:
                    break
        for _ in range(self.bisections if low is not None else 0):
            middle = (low * high) ** 0.5
            step = self.holds(middle)
            if step is not None:
                low, best = middle, step
            else:
                high = middle
        self.close()
        return (0.0 if low is None else low * self.consoles), best
