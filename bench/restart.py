#!/usr/bin/env python3
"""bench/run restart: from exec to /readyz 200 over a million rows with 20,000 live incidents.

The rows are the simulator's. Each start finds the database freshly started and the record as it was
made; every hash is checked on the way. With a snapshot 20,000 rows behind the head, and from
nothing."""
import json
import os
import time

from common.process import Ended, TOP, program
from common.report import finish, median, options, say, spread
from common.world import Cluster, Trouble, World, run

NAME = "sim"
BARS = {"snapshot_s": (3, False), "replay_s": (20, False)}
CAPACITY = {"incidents_max": 1 << 20, "reports_max": 1 << 20, "assignments_max": 1 << 21}


def simulated(folder, rows, live):
    """The log file of so many rows, and what the simulator told; made once a folder."""
    path = os.path.join(folder, f"restart-{rows}.log")
    if os.path.exists(path + ".told"):
        with open(path + ".told", encoding="utf-8") as file:
            return path, json.load(file)
    say(f"simulating {rows} rows with {live} live incidents")
    began = time.monotonic()
    told = run([program("tools/tocsin"), "simulate", "--virtual", "--world", NAME, "--city",
                os.path.join(TOP, "seeds/small-city"), "--rows", str(rows), "--live", str(live),
                "--fleet", str(max(1, live // 200)), "--seed", "20261123", "--log", path, "--json"])
    say(f"simulated in {time.monotonic() - began:.0f} s: {told[:300]}")
    with open(path + ".told", "w", encoding="utf-8") as file:
        file.write(told)
    return path, json.loads(told)


def start_once(world, cluster, snapshot):
    """One start, in seconds; what the server says it began from is held against what was meant."""
    cluster.bring_back()
    open(world.log, "wb").close()
    seconds = world.start(600)
    stood = world.last_words()
    rss = world.server.rss_kib() / 1024
    world.stop()
    with open(world.log, encoding="utf-8", errors="replace") as file:
        said = [line for line in file if "begins from" in line]
    if bool(snapshot) != any("begins from a snapshot" in line for line in said):
        raise Trouble(f"began from something else than meant: {said} {stood}")
    say(f"{'snapshot' if snapshot else 'replay'}: ready after {seconds:.2f} s, {rss:.0f} MiB")
    return seconds, rss


def work(cluster, args):
    rows, live = (50000, 1000) if args.quick else (1000000, 20000)
    tail = 2000 if args.quick else 20000
    folder = args.folder or cluster.folder
    path, told = simulated(folder, rows, live)
    snapshots = os.path.join(cluster.folder, "snapshots")
    os.mkdir(snapshots)
    world = World(cluster, NAME, snapshot_dir=snapshots, snapshot_rows=100000000, **CAPACITY)
    world.migrate()
    began = time.monotonic()
    world.tocsin("load-log", "--database", cluster.conninfo, "--world", NAME, path)
    say(f"loaded into the database in {time.monotonic() - began:.0f} s")
    cluster.sql("vacuum analyze")
    cluster.keep()
    world.configure()
    made = json.loads(run([program("bench/snapshot_make"), "-l", path, "-w", NAME, "-s",
                           str(rows - tail), "-d", snapshots, "-c", world.conf]))
    say(f"snapshot at row {made['seq']}: {made['bytes']} bytes")
    times = {"snapshot": [], "replay": []}
    memory = 0
    for _ in range(1 if args.quick else 3):
        for kind in times:
            world.settings["snapshot_dir"] = snapshots if kind == "snapshot" else ""
            seconds, rss = start_once(world, cluster, kind == "snapshot")
            times[kind].append(seconds)
            memory = max(memory, rss)
    return {"snapshot_s": median(times["snapshot"]), "replay_s": median(times["replay"]),
            "snapshot": spread(times["snapshot"]), "replay": spread(times["replay"]),
            "rows": rows, "rows_behind": tail, "live_incidents": told["incidents"] - told["closed"],
            "incidents_in_memory": made["incidents"],
            "snapshot_bytes": made["bytes"], "server_mib": memory}


def main():
    parser = options(__doc__.split("\n", 1)[0])
    parser.add_argument("--folder", help="where the simulated log is kept for the next run")
    args = parser.parse_args()
    cluster = Cluster()
    try:
        result = work(cluster, args)
    except (Trouble, Ended) as error:
        raise SystemExit(f"bench/restart: {error}") from error
    finally:
        cluster.close()
    finish("restart", args.quick, result, BARS, args.json)


if __name__ == "__main__":
    main()
