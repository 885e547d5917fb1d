#!/usr/bin/env python3
"""bench/run intake: commands a second taken in, decided, written and acknowledged, beside pgbench.

64 connections with one request outstanding each play reports to their ends; 64 clients of pgbench
insert rows of the same size into an equal table of the same cluster. Server, database and generator
share the machine."""
from common.pgbench import Pgbench
from common.process import Process, program
from common.report import finish, median, options, say, spread
from common.world import city_of, with_world

CONNECTIONS = 64
UNITS = 1000
BARS = {"ratio_to_pgbench": (1, True), "dispatched_share": (0.99, True),
        "report_share": (0.2, True)}


def work(world, args):
    seconds = 3 if args.quick else 15
    alternations = 2 if args.quick else 3
    load = Process([program("bench/intake_load"), "-u", world.url, "-t", world.tokens["operator"],
                    "-n", str(CONNECTIONS)])
    for kind in city_of(1)["types"]:
        load.send(f"type {kind['code']}")
    first = world.head()
    load.ask(f"run {1000 if args.quick else 3000}")
    row_bytes = world.row_bytes(first)
    say(f"a row has {row_bytes} bytes on average")
    floor = Pgbench(world.cluster, row_bytes)
    rates, reports, floors, steps, busy, server = [], [], [], [], [], []
    for _ in range(alternations):
        world.cluster.sql("checkpoint")
        cpu = world.server.cpu_s()
        step = load.ask(f"run {seconds * 1000}", seconds * 3 + 60)
        elapsed = step["elapsed_us"] / 1e6
        server.append((world.server.cpu_s() - cpu) / elapsed)
        rates.append(step["commands"] / elapsed)
        reports.append(step["reports"] / elapsed)
        busy.append(step["cpu_us"] / step["elapsed_us"])
        steps.append(step)
        world.cluster.sql("checkpoint")
        tps, _ = floor.run(CONNECTIONS, seconds)
        floors.append(tps)
        say(f"{rates[-1]:.0f} commands/s ({reports[-1]:.0f} reports/s, p50 "
            f"{step['p50_us'] / 1000:.1f} p99 {step['p99_us'] / 1000:.1f} ms, server "
            f"{server[-1]:.0%}, generator {busy[-1]:.0%} of a core), pgbench {tps:.0f}/s")
    load.stop()
    total = {key: sum(step[key] for step in steps) for key in
             ("commands", "reports", "dispatched", "closed", "refused", "lost")}
    return {"ratio_to_pgbench": median([a / b for a, b in zip(rates, floors)]),
            "commands_per_s": spread(rates), "reports_per_s": median(reports),
            "pgbench_per_s": spread(floors), "row_bytes": row_bytes,
            "dispatched_share": total["dispatched"] / max(1, total["reports"]),
            "report_share": total["reports"] / max(1, total["commands"]),
            "p50_ms": median([step["p50_us"] for step in steps]) / 1000,
            "p99_ms": median([step["p99_us"] for step in steps]) / 1000,
            "generator_cpu_share": median(busy), "server_cpu_share": median(server),
            "refused": total["refused"], "connections": CONNECTIONS, "units": UNITS}


def main():
    args = options(__doc__.split("\n", 1)[0]).parse_args()
    result = with_world(lambda world: work(world, args), UNITS, incidents_max=400000,
                        reports_max=400000, assignments_max=400000)
    finish("intake", args.quick, result, BARS, args.json)


if __name__ == "__main__":
    main()
