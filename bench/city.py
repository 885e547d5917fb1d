#!/usr/bin/env python3
"""bench/run city: the published calls of San Francisco played to their ends.

2,020 of the police, 5,292 of fire and ambulance units, one file after the other, empty hours
skipped, through the public interface, every unit a client: as many come out as went in. Where the
data is not at hand (TOCSIN_DATA, or ../shared/data beside the clone) the invented calls of
seeds/small-city are played and the published ones count as skipped."""
import json
import os
import time

from common.process import Ended, TOP, program
from common.report import finish, options, say
from common.world import PASSWORD, Cluster, Trouble, World, run

RATE = 300
COUNTS = """select count(*) filter (where command = 'report.receive'),
count(*) filter (where command = 'incident.close'), count(*) from {}.event_row"""


def data_folder():
    for folder in (os.environ.get("TOCSIN_DATA"), os.path.join(TOP, "../shared/data")):
        if folder and os.path.exists(os.path.join(folder, "sanfrancisco/police_calls.csv")):
            return os.path.join(folder, "sanfrancisco")
    return None


def city_folder(cluster, quick):
    """The city to play, and what the import told (None: the invented one)."""
    data = None if quick else data_folder()
    if data is None:
        return os.path.join(TOP, "seeds/small-city"), None
    city = os.path.join(cluster.folder, "city")
    told = run([program("tools/tocsin"), "import-calls", "--from", data, "--out", city, "--seeds",
                os.path.join(TOP, "seeds"), "--json"])
    return city, json.loads(told)


def work(cluster, args):
    city, imported = city_folder(cluster, args.quick)
    say(f"imported: {imported}" if imported else "the invented city")
    world = World(cluster, clock_rate=args.rate)
    world.migrate()
    world.start()
    world.first_password()
    password = os.path.join(cluster.folder, "admin-password")
    with open(password, "w", encoding="utf-8") as file:
        file.write(PASSWORD.format("admin") + "\n")
    accounts = os.path.join(cluster.folder, "accounts.json")
    say("city, plan, accounts: " + world.tocsin(
        "demo-setup", "--url", world.url, "--city", city, "--admin-password-file", password,
        "--accounts", accounts))
    cpu, began = world.server.cpu_s(), time.monotonic()
    played = json.loads(world.tocsin("simulate", "--url", world.url, "--accounts", accounts,
                                     "--city", city, "--rate", str(args.rate), "--once", "--json",
                                     timeout=7200))
    elapsed = time.monotonic() - began
    used = world.server.cpu_s() - cpu
    received, closed, rows = (int(word) for word in
                              cluster.sql(COUNTS.format(world.schema())).split("|"))
    world.stop()
    say("the log verifies: " + world.tocsin("verify-log", "--database", cluster.conninfo,
                                            "--world", world.name, "--json"))
    ends = played["closed"] + played["settled"] + played["linked"]
    result = {"calls_in": played["calls"], "calls_out": ends,
              "in_is_out": played["in_is_out"] and received >= played["calls"] == ends,
              "reports_in_log": received, "closings_in_log": closed, "rows": rows,
              "rate": args.rate, "seconds": elapsed, "server_cpu_s": used,
              "invented": imported is None, "imported": imported}
    result.update({key: played[key] for key in played if key not in result})
    return result


def main():
    parser = options(__doc__.split("\n", 1)[0])
    parser.add_argument("--rate", type=int, default=RATE, help="speed of the server's clock")
    args = parser.parse_args()
    cluster = Cluster()
    try:
        result = work(cluster, args)
    except (Trouble, Ended) as error:
        raise SystemExit(f"bench/city: {error}") from error
    finally:
        cluster.close()
    finish("city", args.quick, result, {}, args.json)
    return 0 if result["in_is_out"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
