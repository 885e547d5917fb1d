"""One crash run from the empty folder to the summary."""
import asyncio
import os
import random
import re
import shutil
import signal
import sys
import time

from crash import clients, kills, pg, setup, stories
from crash.book import Book
from crash.cluster import WORLD, Cluster, Unfit, wait_gone
from crash.judge import Judge, say
from crash.server import SETTINGS, Ended, Server
from crash.site import Site

HTTP_OPERATORS, WS_OPERATORS = 12, 6
BACK_S = 60            # so long may the way back to the first acknowledged command take
STOP_S = 5
SAMPLE_S = 0.3
UP_S = (0.3, 3.0)      # between the first acknowledged command after a kill and the next kill
RESUMED = re.compile(r'"lease resumed" epoch=(\d+) seq=\d+ batch=(\w+)')
PROMISES = ("lost", "unlogged", "double", "digest_mismatch", "two_writers")


class Failed(Exception):
    """The run cannot go on."""


class Run:
    def __init__(self, options, tools, programs, folder):
        self.options = options
        self.tools = tools
        self.tocsind, self.tocsin = programs
        self.folder = folder
        self.rng = random.Random(options.seed)
        self.book = Book()
        self.cluster = Cluster(tools, folder)
        self.server = None
        self.evidence = []
        self.stops = 0
        self.spans = []        # (seconds up, commands acknowledged in them)
        self.up_since = None
        self.tasks = []

    # ---- making the world ----

    async def start_server(self):
        server = Server(self.tocsind, os.path.join(self.folder, "tocsind.conf"),
                        os.path.join(self.folder, "log"))
        await server.start()
        return server

    async def prepare(self):
        self.cluster.start()
        kind = self.cluster.assert_fit()
        say(f"seed {self.options.seed}, folder {self.folder} on {kind}")
        for name in ("log", "snapshots"):
            os.mkdir(os.path.join(self.folder, name))
        with open(os.path.join(self.folder, "tocsind.conf"), "w", encoding="utf-8") as file:
            file.write(SETTINGS.format(world=WORLD, database=self.cluster.conninfo,
                                       snapshots=os.path.join(self.folder, "snapshots"),
                                       snapshot_rows=self.options.snapshot_rows))
        setup.run_tool(self.tocsin, "migrate", "--database", self.cluster.conninfo,
                       "--world", WORLD, "--json")
        setup.first_password(self.tocsin, self.cluster.conninfo, WORLD)
        self.site = Site(self.book, self.rng, self.options.rate)
        self.server = await self.start_server()
        self.site.go_to(await self.server.wait_listening())
        await setup.Setup(self.site, os.path.dirname(self.tools)).run()
        say(f"the world is set up, {len(self.site.free_units)} units on duty")

    def people(self):
        site = self.site
        units = site.free_units
        cars = setup.UNIT_USERS
        for number in range(HTTP_OPERATORS):
            yield clients.HttpClient(site, f"op{number % setup.OPERATORS}", stories.life,
                                     units[number])
        yield clients.HttpClient(site, "commander", stories.command_post, units[HTTP_OPERATORS])
        for number in range(WS_OPERATORS):
            yield clients.WsClient(site, f"op{number % setup.OPERATORS}", stories.desk)
        for number in range(cars):
            yield clients.WsClient(site, f"car{number}", stories.patrol, units[-1 - number],
                                   ("incidents", "units"))
        self.consoles = [clients.Console(site, name)
                         for name in ("commander", "op0", "analyst", "car0")]
        yield from self.consoles
        self.reader = clients.Reader(site, "op1")
        yield self.reader

    # ---- watching ----

    async def watch(self):
        """Samples what the database syncs and how many batches it has taken."""
        while True:
            await asyncio.sleep(SAMPLE_S)
            try:
                self.cluster.count_work()
            except (pg.Gone, pg.Refused):
                pass

    def check(self):
        if not self.server.alive and not self.server.asked:
            raise Failed(f"tocsind {self.server.number} ended by itself with "
                         f"{self.server.process.returncode}: {self.server.last_words()}")
        for task in self.tasks:
            if task.done():
                task.result()  # a client never ends before the run does: this raises

    def epoch(self):
        """Of the log; 0 while the database is down."""
        try:
            return self.cluster.head()[1]
        except (pg.Gone, pg.Refused):
            return 0

    async def flow(self, epoch):
        """Waits until the log is held under a later epoch than that, and then for a command
        acknowledged under it."""
        limit = time.monotonic() + BACK_S
        held = None
        while held is None or self.book.last_ack <= held:
            self.check()
            if held is None and self.epoch() > epoch:
                held = time.monotonic()
            if time.monotonic() > limit:
                raise Failed(f"nothing was acknowledged for {BACK_S} s; tocsind"
                             f" {self.server.number}: {self.server.last_words()}")
            await asyncio.sleep(0.01)
        self.up_since = time.monotonic()
        self.acks_then = len(self.book.accepted)

    def down(self):
        """The moment before a kill: ends the span of being up, keeps the evidence."""
        if self.up_since is not None:
            self.spans.append((time.monotonic() - self.up_since,
                               len(self.book.accepted) - self.acks_then))
            self.up_since = None

    # ---- killing ----
    #
    # Looking and killing are done on a thread of their own: on the clients' loop nothing would be
    # sent meanwhile, and the batch that was under way would be over before the blow.

    def look(self, kind):
        """(evidence, pid of the writer's backend)"""
        pid, active, epoch = self.cluster.writer()
        if pid is None:
            raise Failed("the head of the log names no backend that lives")
        return kills.Evidence(kind, self.site.outstanding(), active, epoch), pid

    def strike_server(self):
        evidence, _ = self.look(kills.SERVER)
        self.server.asked = True
        self.server.signal(signal.SIGKILL)
        return evidence, []

    def strike_backend(self):
        hard = self.rng.random() < kills.BACKEND_HARD_SHARE
        evidence, pid = self.look(kills.BACKEND)
        if hard:
            self.cluster.kill_backend(pid)
        else:
            self.cluster.terminate_backend(pid)
        evidence.how = "SIGKILL" if hard else "pg_terminate_backend"
        return evidence, []

    def strike_database(self):
        evidence, _ = self.look(kills.DATABASE)
        return evidence, self.cluster.kill_all()

    async def strike(self, how):
        evidence, pids = await asyncio.to_thread(how)
        self.down()
        self.evidence.append(evidence)
        return pids

    async def kill_server(self):
        await self.strike(self.strike_server)
        await self.server.watcher
        self.server = await self.start_server()
        self.site.go_to(await self.server.wait_listening())

    async def kill_backend(self):
        await self.strike(self.strike_backend)

    async def kill_database(self):
        pids = await self.strike(self.strike_database)
        await asyncio.to_thread(wait_gone, pids)
        await asyncio.sleep(self.rng.choice(kills.DOWN_S))
        await asyncio.to_thread(self.cluster.start)

    async def stop_server(self):
        """Freezes the server until a second one has the log, then lets it go on: it must see that
        it is fenced, say nothing more, and end."""
        old, standby = self.server, await self.start_server()
        limit = time.monotonic() + 30
        while self.cluster.other_writers() == 0:
            if time.monotonic() > limit or not standby.alive:
                raise Failed(f"the standby does not wait for the log: {standby.last_words()}")
            await asyncio.sleep(0.1)
        await asyncio.sleep(self.rng.uniform(0, 1))
        old.asked = True
        self.down()
        frozen = time.monotonic()
        old.freeze()
        port = await standby.wait_listening()
        self.server = standby
        self.site.go_to(port, abandon=True)
        await asyncio.sleep(max(0, frozen + STOP_S - time.monotonic()))
        old.thaw()
        try:
            await asyncio.wait_for(asyncio.shield(old.watcher), 10)
        except asyncio.TimeoutError:
            self.book.trouble(f"tocsind {old.number} did not end after it was fenced")
            await old.kill()
        else:
            if old.process.returncode != 1:
                self.book.trouble(f"tocsind {old.number}, fenced, ended with"
                                  f" {old.process.returncode}: {old.last_words()}")
        self.stops += 1

    async def rounds(self):
        do = {kills.SERVER: self.kill_server, kills.BACKEND: self.kill_backend,
              kills.DATABASE: self.kill_database, kills.STOP: self.stop_server}
        kinds = kills.plan(self.options.kills, self.options.stops, self.rng)
        epoch, since, back = 0, 0.0, 0.0
        for number, kind in enumerate(kinds, 1):
            await self.flow(epoch)
            back = max(back, time.monotonic() - since) if since else 0.0
            await asyncio.sleep(self.rng.uniform(*UP_S))
            self.check()
            epoch, since = self.epoch(), time.monotonic()
            await do[kind]()
            if number % 5 == 0 or number == len(kinds):
                say(f"{number}/{len(kinds)}: {len(self.book.accepted)} acknowledged,"
                    f" longest way back {back:.1f} s")
        await self.flow(epoch)
        await asyncio.sleep(2)
        self.down()

    # ---- the end ----

    async def finish(self):
        """Every command is answered, the digest of the last row is published, and published again
        by a server that began from a snapshot."""
        self.site.stopping = True
        for console in self.consoles:
            console.close()
        done, waiting = await asyncio.wait(self.tasks, timeout=BACK_S)
        for task in done:
            task.result()
        if waiting:
            raise Failed(f"{len(waiting)} clients still wait for answers")
        await self.last_digest()
        code = await self.server.end()
        if code != 0:
            self.book.trouble(f"tocsind, asked to end, ended with {code}")
        self.server = await self.start_server()
        self.site.port = await self.server.wait_listening()
        await self.last_digest()
        await self.server.end()

    async def last_digest(self):
        await self.reader.connect()
        limit = time.monotonic() + 15
        seq, _ = self.cluster.head()
        while not any(at >= seq for _, at in self.book.digests):
            if time.monotonic() > limit:
                raise Failed(f"the digest of the last row, {seq}, is not published")
            _, raw = await self.reader.read("/metrics")
            self.book.metrics(raw.decode())
            seq, _ = self.cluster.head()
            await asyncio.sleep(0.1)
        _, raw = await self.reader.read("/metrics")
        self.book.metrics(raw.decode())
        self.reader.connection.close()

    def summary(self, judged):
        book, counts = self.book, self.book.counts
        seconds = sum(span[0] for span in self.spans)
        acknowledged = sum(span[1] for span in self.spans)
        how = [e.how for e in self.evidence if e.kind == kills.BACKEND]
        result = {"kills": len(self.evidence), "acknowledged": len(book.accepted)}
        result.update({name: judged[name] for name in PROMISES})
        result.update({
            "commands_per_s": round(acknowledged / seconds, 1) if seconds else 0,
            "resent_share": round(counts["resent"] / max(counts["commands"], 1), 4),
            "in_flight_kills": sum(e.in_flight for e in self.evidence), "stops": self.stops,
            "wal_syncs": self.cluster.syncs, "batches": self.cluster.batches,
            "killed": {kind: sum(e.kind == kind for e in self.evidence)
                       for kind in (kills.SERVER, kills.BACKEND, kills.DATABASE)},
            "backends_by_sigkill": how.count("SIGKILL"),
            "batch_under_way": self.batch_words, "begun_from_snapshot": self.from_snapshot,
            "troubles": len(book.troubles), "refused": dict(sorted(book.refused.items())),
            **{name: value for name, value in judged.items() if name not in PROMISES},
            **counts, "seconds_up": round(seconds, 1), "seed": self.options.seed})
        result["failures"] = self.failures(result)
        return result

    def failures(self, result):
        """Why this run does not count, in words; none: it does."""
        why = [f"{name} is {result[name]}" for name in (*PROMISES, "done_though_refused",
                                                        "troubles") if result[name]]
        # A share of a short run is chance: only long ones are held to it.
        resent = 0.05 if self.options.kills >= 30 else 0.01
        floors = (("commands_per_s", self.options.floor),
                  ("in_flight_kills", self.options.kills // 5),
                  ("resent_share", resent), ("stops", self.options.stops),
                  ("wal_syncs", result["batches"] // 2), ("batches", 1), ("digests", 2),
                  ("begun_from_snapshot", 1))
        why += [f"{name} is {result[name]}, at least {least} is asked for"
                for name, least in floors if result[name] < least]
        why += [f"{name} finds the log damaged" for name in ("verify_log", "verify_log_py")
                if not result[name]]
        return why

    def read_logs(self):
        """What the servers themselves say of the batch that was under way when the log was lost:
        found in it, or sent again. Both prove that it was in flight."""
        words, snapshots = {}, 0
        folder = os.path.join(self.folder, "log")
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                text = file.read()
            words.update(RESUMED.findall(text))
            snapshots += '"begins from a snapshot"' in text
        for evidence in self.evidence:
            if evidence.kind != kills.SERVER:
                evidence.batch = words.get(str(evidence.epoch + 1), "unknown")
        self.from_snapshot = snapshots
        self.batch_words = {word: sum(e.batch == word for e in self.evidence)
                            for word in ("found", "sent_again", "none")}

    async def act(self):
        self.tasks = [asyncio.ensure_future(person.run()) for person in list(self.people())]
        watcher = asyncio.ensure_future(self.watch())
        try:
            await self.rounds()
            await self.finish()
        finally:
            watcher.cancel()
            for task in self.tasks:
                task.cancel()

    async def whole(self):
        """The summary; its `failures` are empty when every promise was kept."""
        await self.prepare()
        await self.act()
        self.read_logs()
        for text in self.book.troubles[:20]:
            say(f"trouble: {text}")
        judge = Judge(self.book, self.cluster, self.tools, self.tocsin, self.folder)
        return self.summary(await asyncio.to_thread(judge.run))


def end_by_signal(number, frame):
    del frame
    sys.exit(128 + number)


def carry_out(options, tools, programs, folder):
    """Exit status and summary (None: the run broke off). Removes the folder of a good run; whatever
    happens, nothing that was started runs on."""
    signal.signal(signal.SIGTERM, end_by_signal)
    run = Run(options, tools, programs, folder)
    result, good = None, False
    try:
        result = asyncio.run(run.whole())
        good = not result["failures"]
        for why in result["failures"]:
            say(f"FAILED: {why}")
    except (Failed, Ended, Unfit, setup.NotReady, pg.Gone, asyncio.TimeoutError) as trouble:
        say(f"FAILED: {type(trouble).__name__}: {trouble}")
    finally:
        if good and not options.keep:
            run.cluster.destroy()
            shutil.rmtree(folder, ignore_errors=True)
        else:
            run.cluster.stop()
            say(f"everything is kept in {folder}; tools/cluster start {folder}/pg goes on with it")
    return 0 if good else 1, result
