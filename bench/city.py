#!/usr/bin/env python3
"""bench/run city: the published calls of San Francisco played to their ends.

2,020 of the police, 5,292 of fire and ambulance units, one file after the other, empty hours
skipped, through the public interface, every unit a client: as many come out as went in, which the
clients and, by themselves, the log and the read tables say. Where the data is not at hand
(TOCSIN_DATA, or ../shared/data beside the clone) and with --quick the invented calls of
seeds/small-city are played and the published ones count as skipped."""
import json
import os
import time

from common.process import Ended, TOP, program
from common.report import finish, options, say
from common.world import PASSWORD, Cluster, Trouble, World, run

RATE = 4000
QUICK_RATE = 2000
# What the log itself says came in and was closed, whatever the clients say.
IN_LOG = """select count(*), count(*) filter (where state = 'withheld'),
count(*) filter (where state = 'unknown'), count(*) filter (where onview) from (
select events->0->'report'->'place'->>'state' as state, exists (select from
jsonb_array_elements(events) e where e->>'kind' = 'assignment.dispatched' and
e->'assignment'->>'status' = 'on_scene') as onview
from (select data::jsonb->'events' as events from {0}.event_row
where command = 'report.receive') rows) reports"""
ROWS = """select count(*) filter (where command = 'incident.close'),
count(*) filter (where command in ('unit.silent', 'unit.heard')), count(*) from {0}.event_row"""
# The read tables, brought up to the last row when the server stops.
CLOSED = """select count(*) filter (where status = 'closed'),
count(*) filter (where status <> 'closed'),
count(*) filter (where status = 'closed' and place_state = 'withheld'),
count(*) filter (where status = 'closed' and place_state = 'unknown') from {0}.incident"""


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


def set_up(world, cluster, city):
    """City, plan and an account for every unit; the file of accounts."""
    world.first_password()
    password = os.path.join(cluster.folder, "admin-password")
    with open(password, "w", encoding="utf-8") as file:
        file.write(PASSWORD.format("admin") + "\n")
    accounts = os.path.join(cluster.folder, "accounts.json")
    say("city, plan, accounts: " + world.tocsin(
        "demo-setup", "--url", world.url, "--city", city, "--admin-password-file", password,
        "--accounts", accounts))
    return accounts


def numbers(cluster, world, query):
    return [int(word) for word in cluster.sql(query.format(world.schema())).split("|")]


def log_says(cluster, world):
    """Counts of the stopped server's log and read tables, beside those of the clients."""
    received, withheld, unlocated, onview = numbers(cluster, world, IN_LOG)
    closings, silence, rows = numbers(cluster, world, ROWS)
    closed, others, closed_withheld, closed_unlocated = numbers(cluster, world, CLOSED)
    return {"reports": received, "onview": onview, "withheld": withheld, "unlocated": unlocated,
            "closings": closings, "incidents_closed": closed, "incidents_not_closed": others,
            "closed_withheld": closed_withheld, "closed_unlocated": closed_unlocated,
            "silence_rows": silence, "rows": rows}


def agrees(played, log):
    """In is out, by the clients and by the log: all of them, and each kind."""
    came = [file["in"] for file in played["files"].values()]
    kinds = {kind: sum(file[kind] for file in came) for kind in came[0]}
    return (played["in_is_out"] and log["reports"] == kinds["calls"] == played["calls"]
            and log["onview"] + played["onview_as_calls"] == kinds["onview"]
            and log["withheld"] == kinds["withheld"]
            and log["unlocated"] == kinds["unlocated"] and log["incidents_not_closed"] == 0
            and log["incidents_closed"] + played["settled"] + played["linked"] == kinds["calls"]
            and (played["settled"] + played["linked"] > 0
                 or (log["closed_withheld"] == kinds["withheld"]
                     and log["closed_unlocated"] == kinds["unlocated"])))


def work(cluster, args):
    city, imported = city_folder(cluster, args.quick)
    say(f"imported: {imported}" if imported else "the invented city")
    rate = args.rate or (QUICK_RATE if args.quick else RATE)
    # One operator stands for a hall of them, R times faster than life: within a quarter of R.
    world = World(cluster, clock_rate=rate, commands_per_s_max=max(200, rate // 4))
    world.migrate()
    world.start()
    accounts = set_up(world, cluster, city)
    cpu, began = world.server.cpu_s(), time.monotonic()
    played = json.loads(world.tocsin("simulate", "--url", world.url, "--accounts", accounts,
                                     "--city", city, "--rate", str(rate), "--once", "--json",
                                     timeout=7200, accept=(0, 1)) or '{"done":false}')
    if "calls" not in played:
        raise Trouble("simulate did not come to its end")
    elapsed = time.monotonic() - began
    used = world.server.cpu_s() - cpu
    world.stop()
    log = log_says(cluster, world)
    say("the log verifies: " + world.tocsin("verify-log", "--database", cluster.conninfo,
                                            "--world", world.name, "--json"))
    result = {"rate": rate, "calls_in": played["calls"],
              "calls_out": played["closed"] + played["settled"] + played["linked"],
              "in_is_out": agrees(played, log), "files": played["files"], "log": log,
              "seconds": elapsed, "seconds_signing_in": played["signed_in_ms"] / 1000,
              "calls_per_s": played["calls"] / (elapsed - played["signed_in_ms"] / 1000),
              "expired_share": played["expired"] / max(played["assignments"], 1),
              "server_cpu_s": used, "invented": imported is None, "imported": imported}
    result.update({key: played[key] for key in played if key not in result})
    return result


def main():
    parser = options(__doc__.split("\n", 1)[0])
    parser.add_argument("--rate", type=int, help=f"speed of the server's clock; {RATE} unless said")
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
