#!/usr/bin/env python3
"""bench/run fanout: events of 300 bytes from one publisher to every console; what the ring and the
gateways carry, beside nginx with nchan, nats-server and npm ws in the same run.

A step is 5 s at a fixed rate; capacity is the highest rate at which no console lost an event and 99
of 100 deliveries came within the limit. Each figure is the median of alternations."""
import resource
import time

from common import peers
from common.fanning import BUSY, Crowd, Search
from common.process import Ended, Process, program
from common.report import finish, median, options, say, spread
from common.world import city_of, with_world

LIMIT_MS = {1000: 100, 10000: 400}
BARS = {"vs_nchan_1k": (20, True), "vs_nats_1k": (5, True), "vs_nchan_10k": (12, True),
        "cpu_vs_nchan": (0.85, False), "kib_per_idle_connection": (8, False),
        "accept_us": (40, False)}
# Events a second to begin the search with.
START = {("tocsin", 1000): 800, ("tocsin", 10000): 60, ("nchan", 1000): 60, ("nchan", 10000): 6,
         ("nchan_batched", 1000): 100, ("nats", 1000): 100, ("nats", 10000): 4, ("ws", 1000): 40,
         ("ws", 10000): 4}


class Bench:
    def __init__(self, quick):
        self.quick = quick
        self.alternations = 1 if quick else 3
        self.seconds = 2 if quick else 5
        self.bisections = 1 if quick else 3
        self.found = {}
        self.floors = set()

    def capacity(self, peer, consoles):
        key = (peer.name, consoles)
        had = self.found.get(key)
        start = max(1, 0.6 * median(had) / consoles) if had and median(had) else START[key]
        search = Search(peer, consoles, LIMIT_MS[consoles], self.seconds, self.bisections)
        value, step = search.run(start)
        if step is not None and step["busy"] >= BUSY:
            if peer.name == "tocsin":
                self.floors.add(key)
            else:
                search.processes = 2
                twice, step = search.run(start)
                value = max(value, twice)
                if step is not None and step["busy"] >= BUSY:
                    self.floors.add(key)
        say(f"{peer.name} to {consoles}: {value:.0f} deliveries/s")
        self.found.setdefault(key, []).append(value)

    def capacities(self, consoles, makers):
        for i in range(self.alternations):
            for maker in makers:
                peer = maker(i)
                try:
                    self.capacity(peer, consoles)
                finally:
                    peer.close()

    def processor_time(self):
        """Seconds of the server's processor for a million deliveries, nothing to coalesce."""
        found = {}
        for _ in range(self.alternations):
            for maker in (peers.Tocsin, peers.Nchan, peers.Nats, peers.NodeWs):
                peer = maker()
                try:
                    peer.start()
                    crowd = Crowd(peer, 1000)
                    crowd.step(60, 0.5, 0)  # buffers grow once
                    step = crowd.step(60, max(self.seconds, 3), 0)
                    crowd.close()
                    used = step["server_cpu_s"] / max(step["got"], 1) * 1e6
                    say(f"{peer.name}: {used:.1f} s of processor for a million deliveries, "
                        f"p99 {step['p99_ms']:.1f} ms")
                    found.setdefault(peer.name, []).append(used)
                finally:
                    peer.close()
        return found

    def memory(self, maker, consoles=10000):
        peer = maker()
        try:
            peer.start()
            before = peer.server.rss_kib()
            crowd = Crowd(peer, consoles)
            after = peer.server.rss_kib()
            crowd.close()
            say(f"{peer.name}: {(after - before) / consoles:.1f} KiB a connection")
            return (after - before) / consoles
        finally:
            peer.close()

    def accept_us(self):
        """From accept to the sent 101, connections 9,000 to 10,000, without what the 9,000 that are
        there already cost in that time (each hears a beat a second)."""
        peer = peers.Tocsin()
        try:
            peer.start()
            crowd = Crowd(peer, 10000)
            part = crowd.parts[0]
            part.ask("drop")
            time.sleep(1)
            part.ask("open 9000")
            time.sleep(1)
            cpu, at = peer.server.cpu_s(), time.monotonic()
            time.sleep(1 if self.quick else 3)
            idle = (peer.server.cpu_s() - cpu) / (time.monotonic() - at)
            cpu, at = peer.server.cpu_s(), time.monotonic()
            part.ask("bare 1000")
            used = peer.server.cpu_s() - cpu - idle * (time.monotonic() - at)
            crowd.close()
            say(f"accept: {used * 1000:.1f} us, idle {idle:.1%} of a core")
            return used * 1000
        finally:
            peer.close()


def consoles_of(world, first):
    load = Process([program("bench/latency_load"), "-u", world.url, "-t", world.tokens["operator"],
                    "-n", "1000", "-f", str(first)])
    for kind in city_of(1)["types"]:
        load.send(f"type {kind['code']}")
    return load


def report_step(load, rate, count):
    """A step of reports, or None when a console was closed because it read too slowly."""
    try:
        got = load.ask(f"run {rate} {count}", 120)
    except Ended:
        say(f"  through the log at {rate:.0f} reports/s: consoles were closed: does not hold")
        return None
    held = got["pairs"] == got["sent"] * 1000 and got["all_p99_us"] <= 100000
    say(f"  through the log at {rate:.0f} reports/s: p50 {got['all_p50_us'] / 1000:.1f} p99 "
        f"{got['all_p99_us'] / 1000:.1f} ms{'' if held else ': does not hold'}")
    return {**got, "held": held}


def through_log(world, bench):
    """Deliveries a second of a whole server: reports as load, incident.opened counted at each of
    1,000 consoles (the other events of a report's row come with it and are not counted)."""
    load, sent = consoles_of(world, 0), 0
    low, high, rate, best, steps = 0.0, None, 50.0, None, 0
    while steps < 4 + 2 * bench.bisections and (high is None or high > 1.1 * low):
        steps += 1
        count = round(rate * bench.seconds)
        got = report_step(load, rate, count)
        sent += count
        if got is None:
            load = consoles_of(world, sent)
        held = got is not None and got["held"]
        low, best = (rate, got) if held else (low, best)
        high = high if held else rate
        rate = rate * 2 if high is None else (max(low, 1) * high) ** 0.5
        if not held:
            time.sleep(1)
    load.stop()
    busy = best["cpu_us"] / best["elapsed_us"] if best else None
    return {"through_log_1k": low * 1000, "through_log_reports_per_s": low,
            "through_log_generator_cpu_share": busy}


def nchan(i):
    """The publishers that nchan documents, in turn."""
    return peers.Nchan("http" if i % 2 == 0 else "ws")


def ratio(found, ours, theirs):
    a, b = median(found.get(ours, [])), median(found.get(theirs, []))
    return a / b if a and b else None


def main():
    parser = options(__doc__.split("\n", 1)[0])
    parser.add_argument("--only",
                        help="parts, separated by commas: 1k, 10k, cpu, memory, accept, log")
    parser.add_argument("--gateways", type=int, default=2, help="gateway threads of our own")
    parser.add_argument("--alone", action="store_true", help="without the peers")
    args = parser.parse_args()
    parts = args.only.split(",") if args.only else ["1k", "10k", "cpu", "memory", "accept", "log"]
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    bench = Bench(args.quick)
    result, skipped = {}, []

    def ours(_):
        return peers.Tocsin(args.gateways)

    if not args.alone:
        peers.install()
    if "1k" in parts:
        others = [nchan, lambda _: peers.Nats(), lambda _: peers.NodeWs(),
                  lambda _: peers.Nchan(batch_ms=20)]
        bench.capacities(1000, [ours] + ([] if args.alone else others))
        result["vs_nchan_1k"] = ratio(bench.found, ("tocsin", 1000), ("nchan", 1000))
        result["vs_nats_1k"] = ratio(bench.found, ("tocsin", 1000), ("nats", 1000))
        result["vs_ws_1k"] = ratio(bench.found, ("tocsin", 1000), ("ws", 1000))
        result["vs_nchan_batched_1k"] = ratio(bench.found, ("tocsin", 1000),
                                              ("nchan_batched", 1000))
    if files < 10500:
        skipped += ["10k", "memory", "accept"]
        say(f"skipped: 10,000 connections need more than {files} open files (ulimit -Hn)")
    if "10k" in parts and "10k" not in skipped:
        others = [nchan, lambda _: peers.Nats(), lambda _: peers.NodeWs()]
        bench.capacities(10000, [ours] + ([] if args.alone else others))
        result["vs_nchan_10k"] = ratio(bench.found, ("tocsin", 10000), ("nchan", 10000))
    if "cpu" in parts:
        used = bench.processor_time()
        result["cpu_s_per_million"] = {name: spread(values) for name, values in used.items()}
        result["cpu_vs_nchan"] = ratio(used, "tocsin", "nchan")
    if "memory" in parts and "memory" not in skipped:
        result["kib_per_idle_connection"] = bench.memory(peers.Tocsin)
        result["kib_per_idle_connection_nchan"] = bench.memory(peers.Nchan)
    if "accept" in parts and "accept" not in skipped:
        result["accept_us"] = median([bench.accept_us() for _ in range(bench.alternations)])
    if "log" in parts:
        result.update(with_world(lambda world: through_log(world, bench), 1000))
    result["deliveries_per_s"] = {f"{name} {consoles}": spread(values)
                                  for (name, consoles), values in bench.found.items()}
    result["generator_bound"] = sorted(f"{name} {consoles}" for name, consoles in bench.floors)
    result["skipped"] = skipped
    finish("fanout", args.quick, result, {k: v for k, v in BARS.items() if k in result}, args.json)


if __name__ == "__main__":
    try:
        main()
    except Ended as error:
        raise SystemExit(f"bench/fanout: {error}") from error
