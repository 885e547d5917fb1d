#!/usr/bin/env python3
"""bench/run paint: from an event on the server to the frame in which its row is painted.

50 commands a second (reports, orders, steps, feedback, closings) and 60 moving units, against an
operator page in headless Chromium with 400 open incidents and 600 units. From the instant that the
row's event carries (the server decided it; making it durable comes after) to the end of the frame
in which the row changed on the screen. With the map pane as that browser has it (no graphics card:
its list), and without; in full also with the map drawn by the processor."""
import json
import os
import subprocess

from common.process import Process, TOP
from common.report import finish, median, options, say, spread
from common.world import PASSWORD, with_world

UNITS = 600
CROWD = 400
TERMINALS = 60
RATE = 50
BARS = {"p95_ms": (100, False)}
PARTS = ("painted", "from_frame", "arrived", "held", "frame")
COUNTS = ("rows", "shown", "out_of_sight", "missing", "outside_clock", "late")
SHARES = ("rows_per_s", "events_per_s", "redraws", "main_thread", "script", "layout", "skew_ms",
          "drift_ms")


def terminals(world, ids):
    """Accounts of units whose terminals tell where they are."""
    out = []
    for number, unit in enumerate(ids[-TERMINALS:]):
        world.person(f"unit-{number}", "unit", zones=world.zones, unit=unit)
        out.append({"unit": unit, "token": world.tokens[f"unit-{number}"]})
    return out


def summed(runs):
    """Medians of runs, with the noise of what the bar is about."""
    out = {f"{part}_{share}_ms": median([run[part][share] for run in runs])
           for part in PARTS for share in ("p50", "p95", "p99", "max")}
    out["p95"] = spread([run["painted"]["p95"] for run in runs])
    out.update({name: sum(run[name] for run in runs) for name in COUNTS})
    out.update({name: median([run[name] for run in runs]) for name in SHARES})
    out["cores"] = median([run["cores"] for run in runs])
    out["refused"] = {code: n for run in runs for code, n in run["refused"].items()}
    return out


def measure(desk, kind, seconds, runs):
    rows = []
    for _ in range(runs):
        row = desk.ask(f"run {kind} {RATE} {seconds}", seconds * 4 + 120)
        say(f"map {kind}: p50 {row['painted']['p50']:.1f} p95 {row['painted']['p95']:.1f} "
            f"p99 {row['painted']['p99']:.1f} ms of {row['shown']} rows in sight, "
            f"{row['out_of_sight']} out of it, {row['redraws']:.1f} redraws/s, "
            f"main thread {row['main_thread']:.0%}, browser {row['cores']:.2f} cores")
        rows.append(row)
    return summed(rows)


def work(world, args):
    seconds, runs = (5, 1) if args.quick else (20, 3)
    ids = world.units()
    world.person("desk", "operator")
    setup = {"url": world.url, "user": "desk", "password": PASSWORD.format("desk"),
             "token": world.tokens["commander"], "crowd": CROWD,
             "units": ids[:-TERMINALS], "terminals": terminals(world, ids)}
    desk = Process(["node", os.path.join(TOP, "bench/paint_desk.mjs"), json.dumps(setup)],
                   name="paint_desk")
    desk.answer(180)
    kinds = ("list", "closed") if args.quick else ("list", "closed", "drawn")
    maps = {kind: measure(desk, kind, seconds, runs) for kind in kinds}
    trace = desk.ask(f"trace list {RATE} 4", 120)
    desk.stop()
    say(f"the hook's mark comes after the commit by {trace['after_commit_ms']}, "
        f"after the compositor's drawing by {trace['after_draw_ms']}")
    return {"p95_ms": maps["list"]["painted_p95_ms"], "p50_ms": maps["list"]["painted_p50_ms"],
            "map": maps, "trace": trace, "commands_per_s": RATE, "units": UNITS,
            "open_incidents": CROWD, "load_average": os.getloadavg()[0]}


def main():
    args = options(__doc__.split("\n", 1)[0]).parse_args()
    subprocess.run([os.path.join(TOP, "tools/build-console")], check=True, stdout=2)
    result = with_world(lambda world: work(world, args), UNITS,
                        console_dir=os.path.join(TOP, "console/dist"))
    finish("paint", args.quick, result, BARS, args.json)


if __name__ == "__main__":
    main()
