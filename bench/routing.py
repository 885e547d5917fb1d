#!/usr/bin/env python3
"""bench/run routing: the quickest units by road, moves, new times, closures and coverage.

On the New York graph of the 9th DIMACS challenge (one unit of its times read as 4 ms), beside our
own Dijkstra's search, Boost Graph's, PostGIS and pgRouting; then on Porto's roads with bans on
turning. Every answer is held against Dijkstra's search. On Porto's and San Francisco's roads all
units are asked about at once, as a recommendation does, beside one by one."""
import hashlib
import json
import os
import subprocess

from common.postgis import RoadsDatabase
from common.process import BUILD, Ended, Process, TOP, program
from common.report import finish, median, options, rounded, say, spread
from common.world import Cluster, Trouble, run

BARS = {"exact": (1, True), "dijkstra_vs_boost": (1, False), "knn_dense_ratio": (0.1, False),
        "knn_sparse_ratio": (0.0034, False), "move_ratio": (0.5, False),
        "customize_ratio": (2, False), "closure_ms": (1, False),
        "coverage_full_ratio": (1.5, False), "coverage_step_ratio": (0.1, False)}
GRAPH, COORDINATES = "bignet/USA-road-t.NY.gr.gz", "bignet/USA-road-d.NY.co.gz"
PORTO = "osm-other/porto.osm.pbf"
SAN_FRANCISCO = "sanfrancisco/sanfrancisco.osm.pbf"
ORDER_SOURCES = ("routing/order.c", "routing/cut.c")
INCIDENTS, WANT, FEW, MS_PER_WEIGHT = 10000, 5, 3, 4
SLOW_PEER_S = 55  # each of two classes


def data_folder():
    for folder in (os.environ.get("TOCSIN_DATA"), os.path.join(TOP, "../shared/data")):
        if folder and all(os.path.exists(os.path.join(folder, name))
                          for name in (GRAPH, COORDINATES, PORTO, SAN_FRANCISCO)):
            return folder
    return None


def at(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def micro(values):
    """p50 and p99 in µs of times in ns."""
    return {"p50_us": rounded(at(values, 0.5) / 1000), "p99_us": rounded(at(values, 0.99) / 1000),
            "count": len(values)}


class Gathered:
    """Times by what was done, over all rounds, and what came out wrong."""

    def __init__(self, ours):
        self.ours = ours
        self.times = {}
        self.ratios = {}
        self.asked = 0
        self.wrong = 0

    def ask(self, line, **names):
        """Names: of a field of the answer, under what it is kept. Returns the answer."""
        told = self.ours.ask(line, 1200)
        self.wrong += told["wrong"]
        for field, name in names.items():
            self.times.setdefault(name, []).extend(told[field])
            self.asked += len(told[field])
        return told

    def ratio(self, name, above, below):
        self.ratios.setdefault(name, []).append(above / below)

    def p50(self, name):
        return at(self.times[name], 0.5)

    def report(self):
        return {name: micro(values) for name, values in sorted(self.times.items())}


def unpacked(data, name, folder):
    path = os.path.join(folder, os.path.basename(name)[:-3])
    if not os.path.exists(path):
        with open(path + ".new", "wb") as out:
            subprocess.run(["gzip", "-dc", os.path.join(data, name)], stdout=out, check=True)
        os.rename(path + ".new", path)
    return path


def order_file(folder):
    """Kept from run to run; another when the code that finds it is another."""
    sources = hashlib.sha256()
    for name in ORDER_SOURCES:
        with open(os.path.join(TOP, name), "rb") as file:
            sources.update(file.read())
    return os.path.join(folder, f"ny-{sources.hexdigest()[:12]}.order")


def boost(folder, arcs):
    binary = os.path.join(folder, "dijkstra_boost")
    say("compiling Boost's side with -O3")
    done = subprocess.run(["g++", "-O3", "-DNDEBUG", "-std=c++17", "-o", binary,
                           os.path.join(TOP, "bench/peers/dijkstra_boost.cpp")], check=False)
    if done.returncode != 0:
        raise Trouble("Boost Graph or g++ is not installed: run bench/install-peers")
    return Process([binary, arcs])


def one_round(got, peer, number, quick):
    searches, queries, rare = (3, 1000, 5) if quick else (7, INCIDENTS // 5, 60)
    first = number * queries
    told = got.ask(f"full {searches} {number * searches}", ns="full")
    theirs = peer.ask(f"full {searches} {number * searches}", 600)
    got.wrong += sum(a != b for a, b in zip(told["sums"], theirs["sums"]))
    full = median(told["ns"])
    for name, field in (("boost", "ns"), ("boost_with_colours", "plain_ns")):
        got.times.setdefault(name, []).extend(theirs[field])
    got.ratio("dijkstra_vs_boost", full,
              min(median(theirs["ns"]), median(theirs["plain_ns"])))
    dense = got.ask(f"dense {first} {first + queries}", ns="dense", dijkstra_ns="dense_dijkstra")
    slow = at(dense["dijkstra_ns"], 0.5)
    got.ratio("knn_dense_ratio", at(dense["ns"], 0.5), slow)
    few = got.ask(f"sparse {first} {first + rare}", ns="sparse", dijkstra_ns="sparse_dijkstra",
                  filter_ns="sparse_by_filter")
    got.ratio("knn_sparse_ratio", at(few["ns"], 0.5), at(few["dijkstra_ns"], 0.5))
    moved = got.ask(f"move {queries // 2}", ns="move")
    got.ratio("move_ratio", at(moved["ns"], 0.5), slow)
    anew = [got.ask("customize", ns="customize", refill_ns="refill")
            for _ in range(3 if quick else 5)]
    got.ratio("customize_ratio", median([a["ns"][0] + a["refill_ns"][0] for a in anew]), full)
    closed = got.ask(f"closure {10 if quick else 400}", ns="closure", open_ns="opening")
    got.ratio("closure_ms", at(closed["ns"], 0.5), 1e6)
    covered = got.ask(f"coverage {20 if quick else 400}", gone_ns="unit_gone", come_ns="unit_come",
                      if_ns="what_if")
    got.times.setdefault("coverage_full", []).append(covered["full_ns"])
    got.ratio("coverage_full_ratio", covered["full_ns"], full)
    got.ratio("coverage_step_ratio", at(covered["gone_ns"] + covered["come_ns"], 0.5), full)


def new_york(data, folder, quick):
    """Our figures and Boost's; what the databases are to be asked, and the truth about it."""
    graph = unpacked(data, GRAPH, folder)
    arcs = os.path.join(folder, "ny.arcs")
    say("New York: 264,346 nodes; an order of contraction is found where none is kept")
    ours = Process([program("bench/routing_run"), "challenge", graph,
                    unpacked(data, COORDINATES, folder), order_file(folder)])
    got = Gathered(ours)
    places = ours.ask("places", 600)
    truth = {"all": ours.ask(f"truth all 0 {200 if quick else INCIDENTS}", 600)["hits"],
             "few": ours.ask(f"truth few 0 {10 if quick else 100}", 600)["hits"]}
    ours.ask(f"arcs {arcs}")
    peer = boost(folder, arcs)
    for number in range(1 if quick else 5):
        say(f"round {number + 1}")
        one_round(got, peer, number, quick)
    got.ask("sparse_all")
    got.asked += INCIDENTS
    for process in (ours, peer):
        process.stop()
    return got, graph, places, truth


def databases(graph, places, truth, quick):
    cluster = Cluster()
    try:
        say("filling PostgreSQL")
        database = RoadsDatabase(cluster, graph, places, FEW)
        straight = {kind: database.straight(WANT, kind == "few") for kind in truth}
        first_wrong = [units[0] != truth["all"][i][0][0]
                       for i, _, units in straight["all"][:len(truth["all"])]]
        say("pgRouting, for two minutes at most")
        exact = {kind: database.exact(WANT, kind == "few", 4 if quick else SLOW_PEER_S)
                 for kind in truth}
        wrong = sum([cost * MS_PER_WEIGHT for cost in costs] != [ms for _, ms in truth[kind][i]]
                    for kind, rows in exact.items() for i, _, costs in rows
                    if i < len(truth[kind]))
        return {"postgis": {kind: micro([ns for _, ns, _ in rows])
                            for kind, rows in straight.items()},
                "postgis_move": micro(database.move(100 if quick else 2000)),
                "straight_line_first_wrong": sum(first_wrong) / len(first_wrong),
                "pgrouting": {kind: micro([ns for _, ns, _ in rows])
                              for kind, rows in exact.items()},
                "pgrouting_wrong": wrong}
    finally:
        cluster.close()


def imported(data, folder, extract):
    """Our side on an extract's roads, and what the import told of them."""
    roads = os.path.join(folder, os.path.basename(extract).split(".")[0] + ".roads")
    told = json.loads(run([program("tools/tocsin"), "import-osm", os.path.join(data, extract),
                           "--out", roads, "--json"]))
    return Process([program("bench/routing_run"), "roads", roads]), told


def at_once(got, quick):
    """A fleet of 660, where nobody moved since, where all did, and after new travel times."""
    got.ask(f"muster 660 {10 if quick else 200}", ns="all_at_once", moved_ns="all_at_once_moved",
            new_ns="all_at_once_new_times", one_ns="one_by_one",
            one_new_ns="one_by_one_new_times")


def san_francisco(data, folder, quick):
    say("San Francisco: importing")
    ours, _ = imported(data, folder, SAN_FRANCISCO)
    got = Gathered(ours)
    at_once(got, quick)
    ours.stop()
    return got


def porto(data, folder, quick):
    say("Porto: importing")
    ours, told = imported(data, folder, PORTO)
    got = Gathered(ours)
    queries = 100 if quick else INCIDENTS // 5
    for number in range(1 if quick else 5):
        say(f"Porto, round {number + 1}")
        first = number * queries
        got.ask(f"full {2 if quick else 5} {number}", ns="full")
        got.ask(f"dense {first} {first + queries}", ns="dense", dijkstra_ns="dense_dijkstra")
        got.ask(f"sparse {first} {first + 20}", ns="sparse", dijkstra_ns="sparse_dijkstra",
                filter_ns="sparse_by_filter")
        got.ask(f"move {queries // 2}", ns="move")
        got.ask("customize", ns="customize", refill_ns="refill")
        got.ask(f"closure {10 if quick else 200}", ns="closure", open_ns="opening")
        got.ask(f"coverage {20 if quick else 200}", gone_ns="unit_gone", come_ns="unit_come",
                if_ns="what_if")
        got.ask(f"pairs {100 if quick else 1000}", ns="pair")
    got.ask("sparse_all")
    got.asked += INCIDENTS
    at_once(got, quick)
    ours.stop()
    return got, told


def work(data, quick):
    folder = os.path.join(BUILD, "bench-routing")
    os.makedirs(folder, exist_ok=True)
    got, graph, places, truth = new_york(data, folder, quick)
    city, network = porto(data, folder, quick)
    other_city = san_francisco(data, folder, quick)
    peers = databases(graph, places, truth, quick)
    result = {"exact": got.wrong == 0 and city.wrong == 0 and other_city.wrong == 0 and
              peers["pgrouting_wrong"] == 0}
    result.update({name: float(median(values)) for name, values in got.ratios.items()})
    result["knn_sparse_filter_ratio"] = got.p50("sparse_by_filter") / got.p50("sparse_dijkstra")
    result["closure_p99_ms"] = at(got.times["closure"], 0.99) / 1e6
    result["spread"] = {name: spread(values) for name, values in got.ratios.items()}
    result["wrong"] = {"new_york": got.wrong, "porto": city.wrong,
                       "san_francisco": other_city.wrong,
                       "pgrouting": peers["pgrouting_wrong"]}
    result["asked"] = {"new_york": got.asked, "porto": city.asked,
                       "san_francisco": other_city.asked}
    result["new_york"] = got.report()
    result["porto"] = city.report()
    result["san_francisco"] = other_city.report()
    result["porto_network"] = network
    result["peers"] = peers
    return result


def main():
    args = options(__doc__.split("\n", 1)[0]).parse_args()
    data = data_folder()
    if data is None:
        raise SystemExit("bench/routing: the real data is not there: TOCSIN_DATA or ../shared/data "
                         f"has to hold {GRAPH}, {COORDINATES}, {PORTO} and {SAN_FRANCISCO}")
    try:
        result = work(data, args.quick)
    except (Trouble, Ended) as error:
        raise SystemExit(f"bench/routing: {error}") from error
    finish("routing", args.quick, result, BARS, args.json)


if __name__ == "__main__":
    main()
