#!/usr/bin/env python3
"""bench/run quality: how many first units come late when only the choice of who goes differs.

The published calls of San Francisco, by road, with ours, the closest unit by road and the closest
as the crow flies: the fortnight of fire and ambulance calls (late after 8 minutes), and the two
days of police and traffic calls (A 8, B 20, C 60 minutes), each fleet by itself."""
import json
import os
import random
import subprocess
from concurrent.futures import ThreadPoolExecutor

from common.process import BUILD, TOP, program
from common.report import finish, options, rounded, say
from common.world import Trouble

POLICIES = ("tocsin", "closest-road", "closest-line")
# Name, whose calls, units (so that the closest by road is late in 10 to 20 of 100), where they
# stand, minutes by priority, fleets. Nobody of the traffic agency is ever late: its fleet is as
# small as still answers all calls.
FIRE = ("fire", 38, "stations", "8", 20)
OTHERS = (("police", 50, "calls", "8,20,60", 20), ("traffic", 6, "calls", "8,20,60", 20))
BARS = {"late_vs_closest_line": (0.85, False), "late_vs_closest_road": (0.90, False),
        "mean_vs_closest_road": (1.03, False)}
# Who knows all calls beforehand takes minutes a fleet; a ratio to it counts where it is known to
# within a tenth how good anybody could be.
ORACLE_FLEETS, ORACLE_BAR, ORACLE_GAP = 2, 1.9, 0.10
# The price was tuned on fleets of the first seeds.
TUNED_FLEETS = 2
DRAWS = 2000


def data_folder():
    for folder in (os.environ.get("TOCSIN_DATA"), os.path.join(TOP, "../shared/data")):
        if folder and os.path.exists(os.path.join(folder, "sanfrancisco/fire_ems_units.csv")):
            return os.path.join(folder, "sanfrancisco")
    raise Trouble("quality needs the published calls of San Francisco (TOCSIN_DATA)")


def tocsin(*args):
    done = subprocess.run([program("tools/tocsin"), *args], capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        raise Trouble(f"tocsin {args[0]}: {done.stderr.strip()}")
    return done.stdout


def prepared(data):
    folder = os.path.join(BUILD, "bench-quality")
    os.makedirs(folder, exist_ok=True)
    city, roads = os.path.join(folder, "city"), os.path.join(folder, "roads")
    tocsin("import-calls", "--from", data, "--out", city, "--seeds", os.path.join(TOP, "seeds"))
    tocsin("import-osm", os.path.join(data, "sanfrancisco.osm.pbf"), "--out", roads)
    return city, roads


def play(city, roads, policy, one_set, seed):
    fleet, units, homes, late, _ = one_set
    told = tocsin("simulate", "--virtual", "--policy", policy, "--city", city, "--roads", roads,
                  "--of", fleet, "--units", str(units), "--homes", homes, "--late", late,
                  "--seed", str(seed), "--json")
    return json.loads(told)["fleets"][0]


def sums(fleets, picked, field):
    return sum(fleet["blocks"][k][field] for fleet in fleets for k in picked)


def ratios(ours, other, picked):
    """Late and mean of ours over the other's, over the same hours of the same fleets."""
    late = sums(other, picked, 1)
    return (sums(ours, picked, 1) / late if late else None,
            sums(ours, picked, 2) / max(1, sums(other, picked, 2)))


def compared(ours, other, draw, from_block=0):
    """Each ratio and its interval: six-hour blocks drawn with replacement, the same for both."""
    blocks = range(from_block, len(ours[0]["blocks"]))
    late, mean = ratios(ours, other, blocks)
    drawn = [ratios(ours, other, [draw.choice(blocks) for _ in blocks]) for _ in range(DRAWS)]
    out = {}
    for name, value, values in (("late", late, [d[0] for d in drawn if d[0] is not None]),
                                ("mean", mean, [d[1] for d in drawn])):
        values.sort()
        out[name] = value
        out[name + "_interval"] = ([rounded(values[len(values) // 40]),
                                    rounded(values[-1 - len(values) // 40])]
                                   if len(values) > DRAWS // 2 else None)
    return out


def averages(fleets):
    """What the fleets of one policy came to, over all seeds."""
    calls = sum(f["calls"] for f in fleets)
    mean = {name: rounded(sum(f[name] for f in fleets) / len(fleets) / scale)
            for name, scale in (("mean_ms", 1), ("p50_ms", 1), ("p90_ms", 1), ("p99_ms", 1),
                                ("all_units_mean_ms", 1), ("driven_km", 1))}
    priorities = {}
    for k, row in enumerate(fleets[0]["by_priority"]):
        if row["calls"]:
            priorities[str(row["priority"])] = rounded(
                sum(f["by_priority"][k]["late"] for f in fleets) /
                sum(f["by_priority"][k]["calls"] for f in fleets))
    return {"late_share": rounded(sum(f["late"] for f in fleets) / calls), **mean,
            "late_by_priority": priorities,
            "covered_within_5_min": rounded(sum(f["covered_ppm"] for f in fleets) / len(fleets) / 1e6),
            "busy_permille": {key: rounded(sum(f["busy_permille"][key] for f in fleets) / len(fleets))
                              for key in fleets[0]["busy_permille"]}}


def one_set(city, roads, what, quick):
    fleet, units, homes, late, seeds = what
    seeds = 2 if quick else seeds
    say(f"{fleet}: {units} units, {seeds} fleets, {len(POLICIES)} policies")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        played = {p: [pool.submit(play, city, roads, p, what, s + 1) for s in range(seeds)]
                  for p in POLICIES}
        fleets = {p: [f.result() for f in runs] for p, runs in played.items()}
    draw = random.Random(1)
    result = {"units": units, "homes": homes, "late_minutes": late, "fleets": seeds,
              "calls": fleets["tocsin"][0]["calls"],
              "policies": {p: averages(f) for p, f in fleets.items()}}
    for name in POLICIES[1:]:
        told = compared(fleets["tocsin"], fleets[name], draw)
        short = name.replace("-", "_")
        result.update({f"late_vs_{short}": told["late"],
                       f"late_vs_{short}_interval": told["late_interval"],
                       f"mean_vs_{short}": told["mean"],
                       f"mean_vs_{short}_interval": told["mean_interval"]})
    result["held_out"] = held_out(fleets, draw)
    ours, road = (result["policies"][p]["all_units_mean_ms"] for p in POLICIES[:2])
    result["all_units_mean_vs_closest_road"] = ours / road
    return result, fleets["tocsin"]


def held_out(fleets, draw):
    """The second week alone, on fleets the price was not tuned on; what it learned it learned
    from the first."""
    picked = {p: f[TUNED_FLEETS:] or f for p, f in fleets.items()}
    week = len(picked["tocsin"][0]["blocks"]) // 2
    told = compared(picked["tocsin"], picked["closest-road"], draw, week)
    return {"fleets": len(picked["tocsin"]), "from_block": week,
            "late_vs_closest_road": told["late"],
            "late_vs_closest_road_interval": told["late_interval"],
            "mean_vs_closest_road": told["mean"],
            "mean_vs_closest_road_interval": told["mean_interval"]}


def against_oracle(city, roads, what, ours):
    """Late arrivals of ours over the oracle's, and how far the oracle may be from the best."""
    count = ORACLE_FLEETS
    say(f"{what[0]}: the oracle, {count} fleets")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = [pool.submit(play, city, roads, "oracle", what, s + 1) for s in range(count)]
        fleets = [run.result() for run in runs]
    told = compared(ours[:count], fleets, random.Random(1))
    late = sum(f["late"] for f in fleets)
    bounds = [f["late_at_least"] for f in fleets]
    known = None not in bounds
    return {"late_vs_oracle": told["late"], "late_vs_oracle_interval": told["late_interval"],
            "mean_vs_oracle": told["mean"], "oracle_fleets": count, "oracle_late": late,
            "oracle_late_at_least": sum(bounds) if known else None,
            "oracle_gap": rounded((late - sum(bounds)) / late) if known and late else None,
            "oracle_astray": sum(f["astray"] for f in fleets)}


def main():
    args = options(__doc__).parse_args()
    city, roads = prepared(data_folder())
    fire, ours = one_set(city, roads, FIRE, args.quick)
    result = dict(fire)
    if not args.quick:
        result.update(against_oracle(city, roads, FIRE, ours))
    for what in OTHERS:
        result[what[0]] = one_set(city, roads, what, args.quick)[0]
    bars = dict(BARS)
    gap = result.get("oracle_gap")
    if gap is not None and gap <= ORACLE_GAP:
        bars["late_vs_oracle"] = (ORACLE_BAR, False)
    finish("quality", args.quick, result, bars, args.json)


if __name__ == "__main__":
    main()
