#!/usr/bin/env python3
"""bench/run backtest: how many reports a second one core asks the standard plan about.

临江 is made, imported and given half a month of calls, all different. `tocsin backtest` fills in for each incident what the plan may know
(zone, premises, priority, local time), asks every rule, builds the force and what each rule said. Only the asking is timed, not the reading."""
import json
import os
import resource
import subprocess
import tempfile

from common.process import TOP, program
from common.report import finish, median, options, say, spread

BARS = {"reports_per_s": (200000, True), "rules": (60, True), "reports": (100000, True)}
SEEDS = os.path.join(TOP, "seeds")


def tocsin(*args):
    return subprocess.run([program("tools/tocsin"), *args], check=True, capture_output=True,
                          text=True).stdout


def city_with_calls(folder, hours):
    city = os.path.join(folder, "city")
    tocsin("make-city", "--seed", "1", "--out", folder, "--json")
    tocsin("import-city", os.path.join(folder, "linjiang.osm.pbf"), "--out", city, "--seeds", SEEDS, "--json")
    tocsin("make-calls", "--city", city, "--out", os.path.join(city, "calls.json"), "--seed", "7", "--hours",
           str(hours), "--seeds", SEEDS, "--json")
    return city


def distinct(city):
    """How many calls differ in what a plan could see of them."""
    with open(os.path.join(city, "calls.json"), encoding="utf-8") as file:
        calls = json.load(file)["calls"]
    return len({json.dumps([c["data"].get(k) for k in ("type", "place", "cues", "channel")] + [c.get("at_s"), c.get("t")],
                           sort_keys=True) for c in calls})


def main():
    args = options(__doc__).parse_args()
    with tempfile.TemporaryDirectory(prefix="tocsin-backtest-") as folder:
        city = city_with_calls(folder, 24 if args.quick else 24 * 16)
        say(f"{distinct(city)} calls differ")
        runs = [json.loads(tocsin("backtest", city, "--json")) for _ in range(1 if args.quick else 7)]
        last = runs[-1]
        result = {"reports_per_s": median([r["asked_per_s"] for r in runs]),
                  "runs": spread([r["asked_per_s"] for r in runs]),
                  "reports": last["incidents"], "distinct_calls": distinct(city),
                  "rules": len(last["before"]["rules"]), "orders": last["before"]["orders"],
                  "memory_mib": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024}
    finish("backtest", args.quick, result, BARS, args.json)


if __name__ == "__main__":
    main()
