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
# Who knows all calls beforehand is sought for about a minute a fleet: the first of the fleets, and
# so often through all late calls (simulate --rounds). A ratio to it counts where it is known to
# within a tenth how good anybody could be.
ORACLE_FLEETS = int(os.environ.get("ORACLE_FLEETS", "4"))
ORACLE_ROUNDS = int(os.environ.get("ORACLE_ROUNDS", "10"))
ORACLE_BAR, ORACLE_GAP = 1.9, 0.10
# What else was tried (docs/decisions/0020), on the first of the fleets.
TRIED = {"lookahead": ("lookahead",), "joint": ("tocsin", "--with", "joint"),
         "even-weights": ("tocsin", "--with", "even-weights"),
         "tier-one-nearest": ("tocsin", "--with", "tier-one-nearest"),
         "move-up": ("tocsin", "--with", "move-up"),
         "closest-road-move-up": ("closest-road", "--with", "move-up")}
TRIED_FLEETS = int(os.environ.get("TRIED_FLEETS", "4"))
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


def play(city, roads, policy, one_set, seed, *more):
    fleet, units, homes, late, _ = one_set
    told = tocsin("simulate", "--virtual", "--policy", policy, "--city", city, "--roads", roads,
                  "--of", fleet, "--units", str(units), "--homes", homes, "--late", late,
                  "--seed", str(seed), "--json", *more)
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


def middle(values):
    values = sorted(values)
    return [rounded(values[len(values) // 40]), rounded(values[-1 - len(values) // 40])]


def spread(fleets):
    """Intervals: late and mean by blocks of six hours, the rest by fleets, all with replacement."""
    draw = random.Random(1)
    blocks = range(len(fleets[0]["blocks"]))
    late, mean = [], []
    rest = {name: [] for name in ("p50_ms", "p90_ms", "p99_ms", "all_units_mean_ms", "driven_km",
                                  "covered_ppm")}
    busy = {name: [] for name in fleets[0]["busy_permille"]}
    for _ in range(DRAWS):
        picked = [draw.choice(blocks) for _ in blocks]
        calls = max(1, sums(fleets, picked, 0))
        late.append(sums(fleets, picked, 1) / calls)
        mean.append(sums(fleets, picked, 2) / calls)
        some = [draw.choice(fleets) for _ in fleets]
        for name, values in rest.items():
            values.append(sum(f[name] for f in some) / len(some))
        for name, values in busy.items():
            values.append(sum(f["busy_permille"][name] for f in some) / len(some))
    out = {"late_share": middle(late), "mean_ms": middle(mean),
           **{name: middle(values) for name, values in rest.items()},
           "busy_permille": {name: middle(values) for name, values in busy.items()}}
    out["covered_within_5_min"] = [rounded(v / 1e6) for v in out.pop("covered_ppm")]
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
                              for key in fleets[0]["busy_permille"]},
            "intervals": spread(fleets)}


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


def against_oracle(city, roads, what, ours, quick):
    """Late arrivals of ours over the oracle's, and how far the oracle may be from the best."""
    count, rounds = (1, 1) if quick else (min(ORACLE_FLEETS, len(ours)), ORACLE_ROUNDS)
    say(f"{what[0]}: the oracle, {count} fleets")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = [pool.submit(play, city, roads, "oracle", what, s + 1, "--rounds", str(rounds))
                for s in range(count)]
        fleets = [run.result() for run in runs]
    told = compared(ours[:count], fleets, random.Random(1))
    late = sum(f["late"] for f in fleets)
    at_least = sum(f["late_at_least"] for f in fleets)
    return {"late_vs_oracle": told["late"], "late_vs_oracle_interval": told["late_interval"],
            "mean_vs_oracle": told["mean"], "mean_vs_oracle_interval": told["mean_interval"],
            "oracle_fleets": count, "oracle_late": late, "oracle_late_at_least": at_least,
            "oracle_gap": rounded((late - at_least) / late) if late else 0,
            "oracle_astray": sum(f["astray"] for f in fleets)}


def tried(city, roads, what, ours, quick):
    """Each by itself against ours on the same fleets; a ratio above one is worse."""
    count = 1 if quick else min(TRIED_FLEETS, len(ours))
    say(f"{what[0]}: {len(TRIED)} that were tried, {count} fleets")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = {name: [pool.submit(play, city, roads, policy, what, s + 1, *more)
                       for s in range(count)] for name, (policy, *more) in TRIED.items()}
        fleets = {name: [run.result() for run in row] for name, row in runs.items()}
    out = {}
    for name, played in fleets.items():
        told = compared(played, ours[:count], random.Random(1))
        out[name] = {"fleets": count, "late": sum(f["late"] for f in played),
                     "late_vs_tocsin": told["late"], "late_vs_tocsin_interval": told["late_interval"],
                     "mean_vs_tocsin": told["mean"], "mean_vs_tocsin_interval": told["mean_interval"],
                     **{f"{field}_vs_tocsin": rounded(sum(f[field] for f in played) /
                                                      sum(f[field] for f in ours[:count]))
                        for field in ("all_units_mean_ms", "driven_km")}}
    return out


def main():
    args = options(__doc__).parse_args()
    city, roads = prepared(data_folder())
    fire, ours = one_set(city, roads, FIRE, args.quick)
    result = dict(fire)
    result.update(against_oracle(city, roads, FIRE, ours, args.quick))
    result["tried"] = tried(city, roads, FIRE, ours, args.quick)
    for what in OTHERS:
        result[what[0]] = one_set(city, roads, what, args.quick)[0]
    bars = dict(BARS)
    if result["oracle_gap"] <= ORACLE_GAP:
        bars["late_vs_oracle"] = (ORACLE_BAR, False)
    finish("quality", args.quick, result, bars, args.json)


if __name__ == "__main__":
    main()
