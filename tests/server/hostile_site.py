"""A real server on a real database for tests that attack it: users of every role, planted personal values, a
well-behaved client that must notice nothing, listeners that keep every byte they are sent. Standard library only."""
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time

TOP = os.environ.get("TOP_SRCDIR") or os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("TOP_BUILDDIR") or os.path.join(TOP, "build")
sys.path.insert(0, os.path.join(TOP, "tests", "ws"))
from wsclient import Closed, Http, WsClient  # noqa: E402

TOCSIN, TOCSIND = os.path.join(BUILD, "tools/tocsin"), os.path.join(BUILD, "server/tocsind")
PASSWORD = "correct-horse-1"
TOPICS = ["incidents", "units", "positions", "duty", "publicity", "intel", "alarms", "stats"]
ROLES = ["operator", "commander", "duty_officer", "station_desk", "unit", "publicity", "publicity_approver", "legal",
         "analyst", "partner_emergency", "partner", "admin", "auditor", "intake"]
IN_A = {"state": "known", "lon": 120.02, "lat": 30.05}
IN_B = {"state": "known", "lon": 120.15, "lat": 30.05}


def run(*argv, **rest):
    return subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120, **rest)


def scenario(name):
    with open(os.path.join(TOP, "tests/scenarios", name), encoding="utf-8") as f:
        return json.load(f)


class Plants:
    """Unique values that may afterwards stand in table `personal` only. Each names the field it was put into."""

    def __init__(self):
        self.values, self.lock = {}, threading.Lock()

    def text(self, field):
        return self._keep(field, f"Zq{secrets.token_hex(7)}")

    def phone(self, field):
        return self._keep(field, "17" + "".join(secrets.choice("0123456789") for _ in range(13)))

    def _keep(self, field, value):
        with self.lock:
            self.values[value] = field
        return value

    def found_in(self, data):
        """Fields whose value stands in the bytes, in any form a dump may have."""
        data = data.encode() if isinstance(data, str) else data
        low = data.lower()
        return sorted({f for v, f in self.values.items() if v.encode() in data or v.encode().hex().encode() in low})


class Site:
    """`with Site(setting=value, …) as site`: city, plan and users are there."""

    def __init__(self, database, name, **settings):
        self.dir = tempfile.mkdtemp(prefix="tocsin-hostile-")
        self.name, self.base = f"hostile_{os.getpid()}_{name}", database
        self.database = f"{database} dbname={self.name}"
        self.log, self.snapshots = os.path.join(self.dir, "log"), os.path.join(self.dir, "snapshots")
        os.mkdir(self.snapshots)
        self.paper = os.path.join(self.dir, "paper")
        self.settings = {"port": 0, "database": self.database, "snapshot_dir": self.snapshots,
                         "paper_folder": self.paper, "paper_every_s": 10,
                         "api_dir": os.path.join(TOP, "docs/api"), "snapshot_rows": 100, **settings}
        self.tokens, self.units, self.numbers = {}, {}, 0
        self.lock = threading.Lock()
        self.process = None

    def __enter__(self):
        self.sql(f"create database {self.name}", self.base)
        self.tool("migrate")
        self.tool("user", "password", "admin", input=PASSWORD + "\n")
        self.start()
        self.settle()
        return self

    def __exit__(self, *_):
        self.stop()
        self.sql(f"drop database {self.name} with (force)", self.base)
        run("rm", "-rf", self.dir)

    def sql(self, text, database=None):
        done = run("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database or self.database, "-c", text)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def tool(self, *argv, **rest):
        done = run(TOCSIN, *argv, "--database", self.database, **rest)
        assert done.returncode == 0, f"{argv}: {done.stdout}{done.stderr}"
        return done.stdout

    def tool_at(self, command, *argv, **rest):
        """A subcommand that talks to the server itself; whatever it returns."""
        return run(TOCSIN, command, "--url", f"http://127.0.0.1:{self.port}", *argv, **rest)

    def start(self):
        config = os.path.join(self.dir, "conf")
        with open(config, "w", encoding="utf-8") as f:
            f.writelines(f"{k} = {v}\n" for k, v in self.settings.items())
        with open(self.log, "a", encoding="utf-8") as log:
            self.process = subprocess.Popen([TOCSIND, "--config", config], stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.process.stdout.readline()
        found = re.search(r":(\d+)/", line)
        assert found, f"the server did not start: {line} {self.log_text()[-2000:]}"
        self.port = int(found.group(1))
        end = time.monotonic() + 30
        while Http(self.port).call("GET", "/readyz")[0] != 200:
            assert time.monotonic() < end, "never ready"
            time.sleep(0.05)

    def stop(self):
        """A clean end; anything else, a sanitizer's word included, is a failure."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(30)
        self.process.stdout.close()
        self.process = None
        assert code == 0, f"the server ended with {code}: {self.log_text()[-3000:]}"

    def log_text(self):
        with open(self.log, encoding="utf-8", errors="replace") as f:
            return f.read()

    def settle(self):
        """City, plan, one user of each role, two bound to zones, units on duty."""
        self.tokens["admin"] = self.sign_in("admin")
        self.must("city.load", {"city": scenario("city.json")}, "admin")
        self.must("plan.activate", {"plan": scenario("plan.json")}, "admin")
        for role in ROLES:
            if role != "admin":
                self.user(role, role, **({"unit": "live-u1"} if role == "unit" else {}))
        self.user("unit2", "unit", unit="live-u2")
        self.user("operator_b", "operator", zones=["B"])
        self.user("commander_b", "commander", zones=["B"])
        for n in range(1, 9):
            self.must("unit.sign_on", {"unit": f"live-u{n}", "crew": 2}, "operator")

    def user(self, name, role, password=PASSWORD, **rest):
        self.must("user.create", {"username": name, "role": role, **rest}, "admin")
        status, _, body = self.http("PUT", f"/api/v1/users/{name}/password", {"password": password}, "admin")
        assert status == 204, (status, body)
        self.tokens[name] = self.sign_in(name, password)

    def sign_in(self, name, password=PASSWORD):
        status, _, body = self.http("POST", "/api/v1/sessions", {"username": name, "password": password})
        assert status == 201, (name, status, body)
        return json.loads(body)["token"]

    def http(self, method, path, body=None, who=None, headers=None, host=None):
        h = Http(self.port, 30)
        try:
            return h.call(method, path, body, headers, self.tokens.get(who, who), host)
        finally:
            h.close()

    def next_id(self):
        with self.lock:
            self.numbers += 1
            return f"h{self.numbers}"

    def command(self, kind, data, who="operator", **more):
        """(status, answer or problem)"""
        status, _, body = self.http("POST", "/api/v1/commands",
                                    {"id": self.next_id(), "type": kind, "data": data, **more}, who)
        return status, json.loads(body)

    def must(self, kind, data, who="operator", **more):
        status, answer = self.command(kind, data, who, **more)
        assert status == 200, (kind, status, answer)
        return answer

    def incident(self, who="operator", **data):
        answer = self.must("report.receive", {"channel": "110", "place": IN_A, "type": "10.01.00.00", **data}, who)
        return answer["incident"], answer["report"]

    def live(self, who, topics=TOPICS, **rest):
        """A connection that is signed in; welcome and snapshot are read."""
        w = WsClient(self.port, timeout=30, **rest)
        w.send({"op": "hello", "token": self.tokens.get(who, who), "topics": topics})
        w.welcome, w.snapshot = w.recv(30), w.recv(30)
        assert (w.welcome["op"], w.snapshot["op"]) == ("welcome", "snapshot"), (w.welcome, w.snapshot)
        return w

    def dump(self):
        """Everything in the database but table `personal`."""
        done = subprocess.run(["pg_dump", "--data-only", "--exclude-table-data=*.personal", "-d", self.database],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


class Listener(threading.Thread):
    """Keeps what one socket is sent, and holds it to the contract: no gap, a beat each second, never closed."""

    def __init__(self, site, who):
        super().__init__(daemon=True)
        self.who, self.kept, self.wrong, self.ending = who, [], [], False
        self.w = site.live(who)
        self.kept += [self.w.welcome, self.w.snapshot]
        self.to, self.heard, self.longest = self.w.snapshot["seq"], time.monotonic(), 0.0
        self.start()

    def run(self):
        try:
            while not self.ending:
                self.take(self.w.recv(30))
        except (Closed, OSError, AssertionError, ValueError) as e:
            if not self.ending:
                self.wrong.append(f"{self.who}: {e!r}")

    def take(self, m):
        self.kept.append(m)
        if m["op"] == "events":
            assert m["from"] == self.to + 1, f"from {m['from']} after {self.to}"
            self.to = m["to"]
        elif m["op"] == "beat":
            assert m["seq"] >= self.to, f"beat {m['seq']} after {self.to}"
            self.to = m["seq"]
            now = time.monotonic()
            self.longest, self.heard = max(self.longest, now - self.heard), now
        else:
            assert m["op"] == "positions", f"unasked {m}"

    def end(self):
        self.ending = True
        self.w.close()
        return json.dumps(self.kept, ensure_ascii=False)


class Neighbour(threading.Thread):
    """The well-behaved client: it works while others attack, and each of its calls must be served in time."""

    def __init__(self, site, limit_s):
        super().__init__(daemon=True)
        self.site, self.limit_s, self.ending, self.wrong, self.calls, self.slowest = site, limit_s, False, [], 0, 0.0
        self.start()

    def run(self):
        h = Http(self.site.port, 30)
        while not self.ending:
            began = time.monotonic()
            try:
                status, _, body = h.call("POST", "/api/v1/commands", {
                    "id": f"neighbour-{self.calls}", "type": "report.receive",
                    "data": {"channel": "110", "place": IN_B, "type": "10.01.00.00", "open": False}},
                    token=self.site.tokens["operator"])
                assert status == 200, (status, body)
                assert h.call("GET", "/api/v1/stats", token=self.site.tokens["operator"])[0] == 200
            except (Closed, OSError, AssertionError, ValueError) as e:
                self.wrong.append(repr(e))
                h = Http(self.site.port, 30)
            took = time.monotonic() - began
            self.slowest, self.calls = max(self.slowest, took), self.calls + 1
            if took > self.limit_s:
                self.wrong.append(f"call {self.calls} took {took:.1f} s")
            time.sleep(0.1)
        h.close()
