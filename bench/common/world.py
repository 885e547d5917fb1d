"""A server of its own on a private cluster: migrated, with a city of so many units on duty, a plan
and users, all through the public interface."""
import http.client
import json
import os
import re
import shutil
import subprocess
import tempfile
import time

from common.process import Ended, Process, TOP, program

LISTENS = re.compile(rb"^tocsind: http://127\.0\.0\.1:(\d+)/ ")
PASSWORD = "bench-{}-of-a-private-world"
SIGN_ON_AT_ONCE = 50
ROW_BYTES = """select round(avg(octet_length(data) + octet_length(actor) +
octet_length(command_id) + octet_length(command) + 24 + octet_length(prev_hash) +
octet_length(hash))) from {}.event_row where seq > {}"""


class Trouble(Exception):
    """The world could not be set up."""


def run(argv, timeout=1800, accept=(0,), **more):
    done = subprocess.run(argv, stdout=subprocess.PIPE, text=True, timeout=timeout, check=False,
                          **more)
    if done.returncode not in accept:
        raise Trouble(f"{' '.join(argv[:3])} ended with status {done.returncode}")
    return done.stdout.strip()


class Cluster:
    """A private PostgreSQL, as tools/cluster makes it."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="tocsin-bench-")
        os.chmod(self.folder, 0o711)
        self.pg = os.path.join(self.folder, "pg")
        self.conninfo = self.tool("start")

    def tool(self, verb):
        return run([os.path.join(TOP, "tools/cluster"), verb, self.pg])

    def restart(self):
        self.tool("stop")
        self.tool("start")

    def keep(self):
        """Puts a copy of the stopped cluster aside."""
        self.tool("stop")
        run(["cp", "-a", "--reflink=auto", os.path.join(self.pg, "data"),
             os.path.join(self.folder, "kept")])
        self.tool("start")

    def bring_back(self):
        """The cluster as it was kept, freshly started."""
        self.tool("stop")
        shutil.rmtree(os.path.join(self.pg, "data"))
        run(["cp", "-a", "--reflink=auto", os.path.join(self.folder, "kept"),
             os.path.join(self.pg, "data")])
        self.tool("start")

    def close(self):
        self.tool("destroy")
        shutil.rmtree(self.folder, ignore_errors=True)

    def sql(self, text, database="tocsin"):
        conninfo = self.conninfo.replace("dbname=tocsin", f"dbname={database}")
        return run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", conninfo,
                    "-c", "set client_min_messages = warning", "-c", text])


class World:
    def __init__(self, cluster, name="live", **settings):
        self.cluster = cluster
        self.name = name
        self.settings = settings
        self.server = None
        self.port = None
        self.tokens = {}
        self.zones = []
        self.number = 0
        self.http = None
        self.log = os.path.join(cluster.folder, "tocsind.log")
        self.conf = os.path.join(cluster.folder, "tocsind.conf")

    def tocsin(self, *words, **more):
        return run([program("tools/tocsin"), *words], **more)

    def migrate(self):
        self.tocsin("migrate", "--database", self.cluster.conninfo, "--world", self.name)

    def configure(self):
        values = {"world": self.name, "database": self.cluster.conninfo, "port": self.port or 0,
                  "commands_per_s_max": 1000000, "unsigned_connections_max": 20000}
        values.update(self.settings)
        with open(self.conf, "w", encoding="utf-8") as file:
            file.write("".join(f"{key} = {value}\n" for key, value in values.items()))

    def start(self, timeout_s=120):
        """From exec to /readyz 200, in seconds."""
        self.configure()
        with open(self.log, "ab") as log:
            began = time.monotonic()
            self.server = Process([program("server/tocsind"), "--config", self.conf], err=log)
        self.port = self.wait_listening(began + timeout_s)
        self.wait_ready(began + timeout_s)
        return time.monotonic() - began

    def wait_listening(self, until):
        while time.monotonic() < until:
            line = self.server.child.stdout.readline()
            if not line:
                break
            match = LISTENS.match(line)
            if match:
                return int(match.group(1))
        raise Trouble(f"tocsind does not listen: {self.last_words()}")

    def wait_ready(self, until):
        while time.monotonic() < until:
            try:
                if self.raw("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.002)
        raise Trouble(f"tocsind is not ready: {self.last_words()}")

    def last_words(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return " | ".join(file.read().strip().split("\n")[-4:])

    def stop(self):
        if self.server is not None:
            self.server.stop()
            self.server = None
        self.http = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def raw(self, method, path, body=None, user=None, headers=None):
        for attempt in (1, 2):
            if self.http is None:
                self.http = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            head = dict(headers or {})
            if user is not None:
                head["Authorization"] = f"Bearer {self.tokens[user]}"
            if body is not None:
                head["Content-Type"] = "application/json"
            try:
                self.http.request(method, path, body, head)
                answer = self.http.getresponse()
                return answer.status, answer.read()
            except (OSError, http.client.HTTPException):
                self.http = None
                if attempt == 2:
                    raise OSError("no answer") from None
        return 0, b""

    def ask(self, method, path, value=None, user=None):
        body = None if value is None else json.dumps(value, ensure_ascii=False).encode()
        status, answer = self.raw(method, path, body, user)
        if status not in (200, 201, 204):
            raise Trouble(f"{method} {path}: {status} {answer[:500].decode('utf-8', 'replace')}")
        return json.loads(answer) if answer else {}

    def command(self, user, kind, data):
        self.number += 1
        return self.ask("POST", "/api/v1/commands",
                        {"id": f"setup:{self.number}", "type": kind, "data": data}, user)

    def sign_in(self, user):
        got = self.ask("POST", "/api/v1/sessions",
                       {"username": user, "password": PASSWORD.format(user)})
        self.tokens[user] = got["token"]

    def person(self, user, role, **more):
        self.command("admin", "user.create", {"username": user, "role": role, **more})
        self.ask("PUT", f"/api/v1/users/{user}/password", {"password": PASSWORD.format(user)},
                 "admin")
        self.sign_in(user)

    def first_password(self):
        self.tocsin("user", "password", "--database", self.cluster.conninfo, "--world", self.name,
                    "admin", input=PASSWORD.format("admin") + "\n")

    def schema(self):
        """The schema that holds the log of this world."""
        return self.cluster.sql("select n.nspname from pg_class c join pg_namespace n on n.oid = "
                                "c.relnamespace where c.relname = 'event_row'").split("\n")[0]

    def head(self):
        return int(self.cluster.sql(f"select coalesce(max(seq), 0) from {self.schema()}.event_row"))

    def row_bytes(self, after):
        """Octets of a row of the log on average, all columns, of the rows behind `after`."""
        return int(float(self.cluster.sql(ROW_BYTES.format(self.schema(), after))))

    def units(self):
        """Ids of all units."""
        found, cursor = [], ""
        while cursor is not None:
            got = self.ask("GET", f"/api/v1/units?limit=500{cursor}", user="commander")
            found += [unit["id"] for unit in got["units"]]
            cursor = f"&cursor={got['cursor']}" if got.get("cursor") else None
        return found

    def furnish(self, units):
        """City, plan, users, and that many units on duty."""
        self.first_password()
        self.sign_in("admin")
        city = city_of(units)
        self.zones = zones = [zone["code"] for zone in city["zones"] if "parent" not in zone]
        self.command("admin", "city.load", {"city": city})
        with open(os.path.join(TOP, "seeds/plans/default.json"), encoding="utf-8") as file:
            self.command("admin", "plan.activate", {"plan": json.load(file)})
        self.person("commander", "commander", zones=zones)
        self.person("operator", "operator", zones=zones)
        ids = self.units()
        for at in range(0, len(ids), SIGN_ON_AT_ONCE):
            commands = []
            for unit in ids[at:at + SIGN_ON_AT_ONCE]:
                self.number += 1
                commands.append({"id": f"setup:{self.number}", "type": "unit.sign_on",
                                 "data": {"unit": unit, "by": "radio"}})
            for answer in self.ask("POST", "/api/v1/commands", commands, "commander"):
                if "seq" not in answer:
                    raise Trouble(f"unit.sign_on: {answer}")
        return ids


def city_of(units):
    """The small city with its units multiplied to `units`, a little apart from each other."""
    with open(os.path.join(TOP, "seeds/small-city/city.json"), encoding="utf-8") as file:
        city = json.load(file)
    with open(os.path.join(TOP, "seeds/incident_types.json"), encoding="utf-8") as file:
        city["types"] = json.load(file)["types"]
    own = city["units"]
    city["units"] = []
    for i in range(units):
        copy, unit = i // len(own), dict(own[i % len(own)])
        unit["callsign"] += f"-{copy}" if copy else ""
        if "lon" in unit:
            unit["lon"] = round(unit["lon"] + 0.0003 * (copy % 7), 6)
            unit["lat"] = round(unit["lat"] + 0.0003 * (copy % 5), 6)
        city["units"].append(unit)
    return city


def with_world(work, units, **settings):
    """Runs `work(world)` in a furnished world that is gone afterwards."""
    cluster = Cluster()
    try:
        world = World(cluster, **settings)
        world.migrate()
        world.start()
        world.furnish(units)
        try:
            return work(world)
        finally:
            world.stop()
    except (Trouble, Ended) as error:
        raise SystemExit(f"bench: {error}") from error
    finally:
        cluster.close()
