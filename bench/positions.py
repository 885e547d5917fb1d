#!/usr/bin/env python3
"""bench/run positions: fixes a second from the socket to the live table, and what that load does to
reports.

decode_per_s: masked frames of one fix each of 1,000 units, written in blocks of 64 KiB over four
connections, counted by the core when they stand in its table. socket_per_s: a write per frame over
5,000 connections. Reports go on at a fixed rate with and without a load of 200,000 fixes a
second."""
import re
import resource
import time

from common.process import Process, program
from common.report import finish, median, options, say, spread
from common.world import city_of, with_world

UNITS = 1000
LOAD = 200000
REPORTS = 50
BARS = {"decode_per_s": (200000, True), "report_p99_ratio": (1.3, False)}


def metric(world, name):
    text = world.raw("GET", "/metrics")[1].decode()
    return sum(int(value) for value in
               re.findall(rf"^tocsin_gateway_{name}\{{[^}}]*\}} (\d+)$", text, re.M))


def sender(world, ids, connections):
    load = Process([program("bench/positions_load"), "-u", world.url, "-t",
                    world.tokens["radio"], "-n", str(connections)])
    for unit in ids:
        load.send(f"unit {unit}")
    load.answer(120)
    return load


def settled(world):
    """When the gateway has read all that was sent, on the monotonic clock."""
    last, since = -1, time.monotonic()
    while time.monotonic() - since < 0.3:
        now = metric(world, "fixes_total")
        if now != last:
            last, since = now, time.monotonic()
        time.sleep(0.01)
    return since


def measure(world, load, rate, seconds, block):
    """Fixes a second that came to stand in the live table."""
    before, cpu, began = metric(world, "core_fixes_total"), world.server.cpu_s(), time.monotonic()
    sent = load.ask(f"run {rate} {seconds * 1000} {block}", seconds * 3 + 60)
    elapsed = settled(world) - began
    used = world.server.cpu_s() - cpu
    time.sleep(1.2)  # the core tells its counters once a second
    taken = metric(world, "core_fixes_total") - before
    return {"per_s": taken / elapsed, "sent": sent["sent"], "taken": taken,
            "problems": sent["problems"], "busy": sent["cpu_us"] / sent["elapsed_us"],
            "server": used / elapsed}


def tell(name, step):
    say(f"{name}: {step['per_s']:.0f}/s ({step['taken']} of {step['sent']} sent stand in the "
        f"table, {step['problems']} problems), server {step['server']:.0%}, generator "
        f"{step['busy']:.0%} of a core")


def reports(world, load, reporter, seconds, rate):
    """p99 of report → answer, µs, with a load of so many fixes a second beside it (0: none)."""
    if rate:
        load.send(f"run {rate} {(seconds + 1) * 1000} 65536")
        time.sleep(0.5)
    got = reporter.ask(f"run {REPORTS} {REPORTS * seconds}", seconds * 3 + 60)
    sent = load.answer(seconds * 3 + 60)["sent"] / (seconds + 1) if rate else 0
    say(f"report to answer beside {sent:.0f} fixes/s: p50 {got['answer_p50_us']} "
        f"p99 {got['answer_p99_us']} us")
    return got["answer_p99_us"], got["answer_p50_us"]


def work(world, args):
    seconds = 2 if args.quick else 5
    alternations = 2 if args.quick else 5
    world.person("radio", "intake", zones=world.zones)
    ids = world.units()
    load = sender(world, ids, 4)
    measure(world, load, 0, 1, 65536)
    decode = []
    for _ in range(alternations):
        decode.append(measure(world, load, 0, seconds, 65536))
        tell("decode", decode[-1])
    reporter = Process([program("bench/latency_load"), "-u", world.url, "-t",
                        world.tokens["operator"], "-n", "0"])
    for kind in city_of(1)["types"]:
        reporter.send(f"type {kind['code']}")
    reports(world, load, reporter, 1, 0)
    pairs = []
    for _ in range(alternations):
        quiet = reports(world, load, reporter, seconds, 0)
        loaded = reports(world, load, reporter, seconds, LOAD)
        pairs.append((quiet, loaded))
    reporter.stop()
    load.stop()
    result = {"decode_per_s": median([step["per_s"] for step in decode]),
              "decode": spread([step["per_s"] for step in decode]),
              "decode_generator_cpu_share": median([step["busy"] for step in decode]),
              "decode_server_cpu_share": median([step["server"] for step in decode]),
              "report_p99_ratio": median([b[0] / a[0] for a, b in pairs]),
              "report_p99_us_quiet": spread([a[0] for a, _ in pairs]),
              "report_p99_us_loaded": spread([b[0] for _, b in pairs]),
              "problems": sum(step["problems"] for step in decode), "units": UNITS}
    connections = 500 if args.quick else 5000
    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] > connections + 200:
        load = sender(world, ids, connections)
        step = measure(world, load, 0, seconds, 1)
        tell(f"over {connections} connections", step)
        result.update(socket_per_s=step["per_s"], socket_connections=connections,
                      socket_generator_cpu_share=step["busy"])
        load.stop()
    else:
        say("skipped: socket_per_s needs more open files (ulimit -Hn)")
    return result


def main():
    args = options(__doc__.split("\n", 1)[0]).parse_args()
    result = with_world(lambda world: work(world, args), UNITS)
    finish("positions", args.quick, result, BARS, args.json)


if __name__ == "__main__":
    main()
