#!/usr/bin/env python3
"""bench/run latency: from the write of a report to its incident on a hundred screens.

200 reports a second, beside the least that it can cost: a commit (pgbench with one client inserting
an equal row) and a bare loop that writes one message of 300 bytes to a hundred sockets; all
alternate. Shown without a bar: the same commit at the pace of the reports, as a machine that rests
between them is slower than one that does nothing else."""
from common.pgbench import Pgbench
from common.process import Process, program
from common.report import finish, median, options, say, spread
from common.world import city_of, with_world

CONSOLES = 100
RATE = 200
BARS = {"p50_over_floor": (2, False), "p99_over_floor": (3, False),
        "first_p50_over_commit": (3, False)}


def at(values, share):
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0


def work(world, args):
    seconds = 3 if args.quick else 15
    alternations = 2 if args.quick else 3
    load = Process([program("bench/latency_load"), "-u", world.url, "-t",
                    world.tokens["operator"], "-n", str(CONSOLES)])
    for kind in city_of(1)["types"]:
        load.send(f"type {kind['code']}")
    first = world.head()
    load.ask(f"run {RATE} {RATE}", 60)
    row_bytes = world.row_bytes(first)
    floor = Pgbench(world.cluster, row_bytes)
    rows = []
    for _ in range(alternations):
        world.cluster.sql("checkpoint")
        ours = load.ask(f"run {RATE} {RATE * seconds}", seconds * 3 + 60)
        world.cluster.sql("checkpoint")
        _, commits = floor.run(1, seconds, log=True)
        _, paced = floor.run(1, seconds, log=True, rate=RATE)
        bare = load.ask(f"bare {RATE} {RATE * seconds}", seconds * 3 + 60)
        row = {"p50": ours["all_p50_us"], "p99": ours["all_p99_us"],
               "first_p50": ours["first_p50_us"], "answer_p50": ours["answer_p50_us"],
               "answer_p99": ours["answer_p99_us"],
               "commit_p50": at(commits, 0.5), "commit_p99": at(commits, 0.99),
               "paced_commit_p50": at(paced, 0.5), "paced_commit_p99": at(paced, 0.99),
               "bare_p50": bare["all_p50_us"], "bare_p99": bare["all_p99_us"],
               "missing": ours["sent"] * CONSOLES - ours["pairs"],
               "refused": ours["refused"], "busy": ours["cpu_us"] / ours["elapsed_us"]}
        rows.append(row)
        say("us: " + ", ".join(f"{key} {value:.0f}" for key, value in row.items()
                               if key != "busy") + f", generator {row['busy']:.0%} of a core")
    load.stop()
    return {"p50_over_floor": median([r["p50"] / (r["commit_p50"] + r["bare_p50"])
                                      for r in rows]),
            "p99_over_floor": median([r["p99"] / (r["commit_p99"] + r["bare_p99"])
                                      for r in rows]),
            "first_p50_over_commit": median([r["first_p50"] / r["commit_p50"] for r in rows]),
            "us": {key: spread([r[key] for r in rows]) for key in rows[0]
                   if key not in ("missing", "refused", "busy")},
            "row_bytes": row_bytes, "missing": sum(r["missing"] for r in rows),
            "refused": sum(r["refused"] for r in rows), "reports_per_s": RATE,
            "consoles": CONSOLES, "generator_cpu_share": median([r["busy"] for r in rows])}


def main():
    args = options(__doc__.split("\n", 1)[0]).parse_args()
    result = with_world(lambda world: work(world, args), 1000)
    finish("latency", args.quick, result, BARS, args.json)


if __name__ == "__main__":
    main()
