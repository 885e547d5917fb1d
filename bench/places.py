#!/usr/bin/env python3
"""bench/run places: how long the address field waits while a name is typed.

The names of San Francisco eight times over (102,760) in a server's database; streets, crossings and
places are typed letter by letter from the second one on, and each step is asked for by GET /places
as the desk asks. One after the other, from one seat."""
import json
import os
import random
import time
import urllib.parse

from common.process import TOP, program
from common.report import finish, median, options, say
from common.world import Trouble, run, with_world

BARS = {"typed_p95_ms": (50, False)}
TIMES = 8


def names_of_the_city(folder):
    for data in (os.environ.get("TOCSIN_DATA"), os.path.join(TOP, "../shared/data")):
        extract = os.path.join(data or "", "sanfrancisco/sanfrancisco.osm.pbf")
        if data and os.path.exists(extract):
            run([program("tools/tocsin"), "import-city", extract, "--out", folder,
                 "--seeds", os.path.join(TOP, "seeds")])
            with open(os.path.join(folder, "places.jsonl"), encoding="utf-8") as file:
                return file.readlines()
    raise Trouble("places needs the extract of San Francisco (TOCSIN_DATA)")


def typed(lines, count):
    """What people type: the beginnings of names, crossings as they are said."""
    draw = random.Random(20261130)
    steps = []
    for line in draw.sample(lines, count):
        place = json.loads(line)
        name = place.get("name_en") or place["name"]
        if place["kind"] == "crossing":
            name = name.replace(" Street", " St").replace(" Avenue", " Ave")
            name = name.replace(" & ", draw.choice((" & ", " and ", "/")))
        steps += [name[:length] for length in range(2, min(len(name), 24) + 1)]
    return [step.strip() for step in steps if len(step.strip()) > 1]


def work(world, args):
    lines = names_of_the_city(os.path.join(world.cluster.folder, "city"))
    many = os.path.join(world.cluster.folder, "places.jsonl")
    with open(many, "w", encoding="utf-8") as file:
        for _ in range(1 if args.quick else TIMES):
            file.writelines(lines)
    world.tocsin("places", many, "--database", world.cluster.conninfo, "--world", world.name)
    steps = typed(lines, 5 if args.quick else 200)
    say(f"{len(lines) * (1 if args.quick else TIMES)} names, {len(steps)} steps of typing")
    took, empty = [], 0
    for step in steps:
        began = time.monotonic()
        got = world.ask("GET", "/api/v1/places?limit=8&q=" + urllib.parse.quote(step),
                        user="operator")
        took.append(1000 * (time.monotonic() - began))
        empty += 0 if got["places"] else 1
    took.sort()
    return {"names": len(lines) * (1 if args.quick else TIMES), "steps": len(steps),
            "typed_p50_ms": median(took), "typed_p95_ms": took[int(len(took) * 0.95)],
            "typed_max_ms": took[-1], "steps_that_found_nothing": empty}


def main():
    args = options(__doc__).parse_args()
    result = with_world(lambda world: work(world, args), 44, reads_per_s_max=1000000,
                        address_reads_per_s_max=1000000)
    finish("places", args.quick, result, BARS, args.json)


if __name__ == "__main__":
    main()
