"""The run's clients: people who command over HTTP or WebSocket, consoles that only look, readers
of lists and metrics. Every one reconnects by itself, resends what was not answered, and after each
reconnect some of what was."""
import asyncio
import json
import math
import time

from crash import stories, wire
from crash.site import Answer, Command, first_id, parse, problem_of

RESEND_SHARE = 0.075  # of a connection's commands are sent again after the next reconnect
RETRY_S = 0.05
ANSWER_S = 16
TOPICS = ["incidents", "units", "positions", "alarms", "stats", "duty"]


class Client:
    """Sends the commands of one story after the other, one at a time."""

    def __init__(self, site, principal, story, unit=None):
        self.site = site
        self.book = site.book
        self.rng = site.rng
        self.principal = principal
        self.story = story
        self.unit = unit
        self.going = None
        self.pending = None
        self.history = []      # accepted on this connection
        self.again = []        # to be sent once more
        self.connection = None
        self.assignments = {}
        site.clients.append(self)

    def make(self, kind, data):
        return Command(self.principal, self.site.next_id(self.principal), kind, data)

    def abandon(self):
        if self.connection is not None:
            self.connection.abandon()

    async def run(self):
        while self.pending is not None or not self.site.stopping:
            try:
                await self.connect()
                self.remember()
                while self.pending is not None or not self.site.stopping:
                    await self.step()
            except wire.Lost:
                await asyncio.sleep(RETRY_S)
        if self.connection is not None:
            self.connection.close()

    def remember(self):
        """Part of what the last connection was answered is asked for again."""
        count = math.ceil(len(self.history) * RESEND_SHARE)
        self.again = self.rng.sample(self.history, count) if count else []
        self.history = []

    async def step(self):
        if self.again:
            command = self.again.pop()
            await self.exchange(command)
            return
        if self.pending is None:
            self.advance(None)
            if self.pending is None:
                return
        command = self.pending
        if command.sent == 0:
            await self.site.pace()
        answer = await self.exchange(command)
        if answer is not None:
            self.pending = None
            self.advance(answer)

    def advance(self, answer):
        """The story's next command, or the first of a new one."""
        if self.site.stopping:
            self.going = None
            return
        if self.going is None:
            self.going = self.story(self)
            self.book.count("stories")
            answer = None
        try:
            self.pending = self.going.send(answer)
            self.book.count("commands")
        except StopIteration as end:
            self.going = None
            self.book.count(end.value)

    async def exchange(self, command):
        """Sends and waits. None: not answered yet, the same is to be sent again. Raises Lost."""
        if command.sent > 0 and command.generation is not self.connection:
            self.book.count("resent")
        command.sent += 1
        command.generation = self.connection
        command.waits = True
        content, status = await self.transfer(command)
        command.waits = False
        self.book.count("answers")
        if status == 200:
            return self.done(command, content)
        code = problem_of(content)
        if code == "log_unavailable":
            return await self.unavailable(command)
        if code == "outcome_unknown":
            self.book.count("unknown")
            await asyncio.sleep(RETRY_S)
            return None
        if code == "too_many":
            await asyncio.sleep(0.5)
            return None
        self.book.refusal(code)
        if (command.principal, command.id) in self.book.accepted and code != "id_reused":
            self.book.trouble(f"{command.principal} {command.id} was accepted, then {code}")
        return Answer(content, False, code)

    def done(self, command, content):
        if not isinstance(content.get("seq"), int) or not content.get("hash"):
            self.book.trouble(f"an answer without seq and hash: {str(content)[:200]}")
            return Answer(content, False)
        key = (command.principal, command.id)
        if key in self.book.accepted:
            self.book.count("repeated")
        else:
            self.history.append(command)
        self.book.answered(command, content["seq"], content["hash"])
        return Answer(content, True)

    async def unavailable(self, command):
        """Nothing was done. Some believe it: what they never send again must have no row."""
        self.book.count("unavailable")
        key = (command.principal, command.id)
        # An id that is used again on purpose has a row: that of its first use.
        if command.sent == 1 and key not in self.book.accepted and self.rng.random() < 0.2:
            self.book.undone.add(key)
            return Answer({}, False, "log_unavailable")
        await asyncio.sleep(0.2)
        return None


class HttpClient(Client):
    async def connect(self):
        self.connection = await wire.dial(
            wire.Http(lambda raw: self.book.stands(raw, "HTTP answer")), self.site.port)

    async def transfer(self, command):
        body = json.dumps(command.object()).encode()
        status, raw = await self.connection.ask("POST", "/api/v1/commands", body,
                                                self.site.tokens[self.principal],
                                                timeout=ANSWER_S)
        content = parse(raw)
        if content is None:
            self.book.trouble(f"an answer that is no JSON: {raw[:300]}")
            content = {}
        if status == 401:
            self.book.trouble(f"{self.principal}: 401 for a session that has not ended")
            await asyncio.sleep(0.5)
        return content, status


class Screen:
    """The WebSocket of one client: hello, the picture, frames without a gap."""

    def __init__(self, site, principal, topics, on_answer=None, on_events=None):
        self.site = site
        self.book = site.book
        self.principal = principal
        self.topics = topics
        self.on_answer = on_answer
        self.on_events = on_events
        self.stand = None      # (world, audience, seq, hash) to resume from
        self.socket = None
        self.over = None

    async def connect(self):
        self.over = asyncio.get_running_loop().create_future()
        self.live = asyncio.get_running_loop().create_future()
        self.told = None
        over = self.over

        def on_end(why):
            if not over.done():
                over.set_result(why)

        socket = wire.WebSocket(lambda raw: self.book.stands(raw, "WebSocket"), self.on_text,
                                on_end)
        self.socket = await wire.dial(socket, self.site.port)
        await asyncio.wait_for(asyncio.shield(socket.upgraded), 10)
        hello = {"op": "hello", "token": self.site.tokens[self.principal], "topics": self.topics}
        if self.stand:
            hello["resume"] = dict(zip(("world", "audience", "seq", "hash"), self.stand))
        socket.send(json.dumps(hello))
        await asyncio.wait({over, self.live}, timeout=20,
                           return_when=asyncio.FIRST_COMPLETED)
        if not self.live.done():
            why = over.result() if over.done() else "no welcome within 20 s"
            socket.close()
            raise wire.Lost(why)

    def on_text(self, raw):
        if raw.startswith(b'{"op":"events"'):
            self.on_frame(raw)
            return
        message = parse(raw) or {}
        op = message.get("op")
        if op == "beat":
            self.on_beat(message)
        elif op == "answer" and self.on_answer:
            self.on_answer(message)
        elif op == "welcome":
            if self.stand and self.stand[2:] == (message["seq"], message["hash"]):
                self.book.count("resumed")
            self.told = message["seq"]
            self.stand = (message["world"], message["audience"], message["seq"], message["hash"])
            if not self.live.done():
                self.live.set_result(True)
        elif op == "snapshot":
            self.book.count("snapshots")
            self.told = message["seq"]
            self.stand = self.stand[:2] + (message["seq"], message["hash"])

    def on_frame(self, raw):
        self.book.count("frames")
        head = raw[:raw.index(b',"events"')] + b"}"
        frame = json.loads(head)
        self.step_to(frame["from"], frame["to"], frame["hash"])
        if self.on_events:
            self.on_events(json.loads(raw)["events"])

    def on_beat(self, message):
        if self.told is not None and message["seq"] < self.told:
            self.book.trouble(f"{self.principal}: a beat at {message['seq']} after row {self.told}")
        self.step_to(None, message["seq"], message["hash"])

    def step_to(self, start, to, digest):
        if start is not None and start != self.told + 1:
            self.book.trouble(f"{self.principal}: a frame from {start} after row {self.told}")
        self.told = to
        self.stand = self.stand[:2] + (to, digest)


class WsClient(Client):
    """Commands over a WebSocket. A unit's own screen tells it its assignments."""

    def __init__(self, site, principal, story, unit=None, topics=("alarms",)):
        super().__init__(site, principal, story, unit)
        self.waiters = {}
        self.screen = Screen(site, principal, list(topics), self.on_answer,
                             self.on_events if unit else None)

    def abandon(self):
        if self.screen.socket is not None:
            self.screen.socket.abandon()

    async def connect(self):
        self.waiters = {}
        await self.screen.connect()
        self.connection = self.screen.socket

    def on_answer(self, message):
        waiter = self.waiters.pop(message.get("id"), None)
        if waiter is None:
            self.book.count("late")
        elif not waiter.done():
            waiter.set_result(message)

    def on_events(self, events):
        for event in events:
            if event.get("kind") == "assignment.dispatched":
                incident = first_id(event.get("data"), "i")
                assignment = first_id(event.get("data"), "a")
                if incident and assignment:
                    self.assignments[incident] = assignment
        while len(self.assignments) > 50:
            self.assignments.pop(next(iter(self.assignments)))

    def tell_position(self):
        place = stories.point(self.rng)
        now = time.time()
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1e6):06}Z"
        self.connection.send(json.dumps({"op": "position", "unit": self.unit, **place,
                                         "speed": 30, "fix_at": stamp}))

    async def transfer(self, command):
        waiter = asyncio.get_running_loop().create_future()
        self.waiters[command.id] = waiter
        self.connection.send(json.dumps(command.object(op="command")))
        await asyncio.wait({waiter, self.screen.over}, timeout=ANSWER_S,
                           return_when=asyncio.FIRST_COMPLETED)
        if not waiter.done():
            self.connection.close()
            raise wire.Lost("no answer")
        message = waiter.result()
        problem = message.get("problem")
        return (message, 200) if problem is None else (problem, problem.get("status"))


class Console:
    """Looks only: every topic. It leaves by itself now and then, and resumes after each loss."""

    STAYS_S = (2, 20)

    def __init__(self, site, principal):
        self.site = site
        self.pending = None
        self.screen = Screen(site, principal, TOPICS)
        site.clients.append(self)

    def abandon(self):
        if self.screen.socket is not None:
            self.screen.socket.abandon()

    async def run(self):
        while not self.site.stopping:
            try:
                await self.screen.connect()
                await asyncio.wait({self.screen.over},
                                   timeout=self.site.rng.uniform(*self.STAYS_S))
                self.close()
            except (wire.Lost, asyncio.TimeoutError):
                pass
            await asyncio.sleep(RETRY_S)

    def close(self):
        if self.screen.socket is not None and not self.screen.socket.given_up:
            self.screen.socket.close()


class Reader:
    """Reads lists, snapshots and metrics, one after the other, all the time."""

    PATHS = ("/api/v1/incidents?limit=50", "/api/v1/units", "/api/v1/snapshot",
             "/api/v1/events?after=0&limit=20", "/readyz")

    def __init__(self, site, principal):
        self.site = site
        self.principal = principal
        self.pending = None
        self.connection = None
        site.clients.append(self)

    def abandon(self):
        if self.connection is not None:
            self.connection.abandon()

    async def connect(self):
        book = self.site.book
        self.connection = await wire.dial(wire.Http(lambda raw: book.stands(raw, "read")),
                                          self.site.port)

    async def read(self, path):
        status, raw = await self.connection.ask("GET", path, b"",
                                                self.site.tokens[self.principal])
        return status, raw

    async def run(self):
        at = 0
        while not self.site.stopping:
            try:
                await self.connect()
                while not self.site.stopping:
                    at += 1
                    if at % 4 == 0:
                        status, _ = await self.read(self.PATHS[at // 4 % len(self.PATHS)])
                        self.site.book.count("lists", status == 200)
                    status, raw = await self.read("/metrics")
                    if status == 200:
                        self.site.book.metrics(raw.decode())
                    await asyncio.sleep(0.12)
            except wire.Lost:
                await asyncio.sleep(RETRY_S)
        if self.connection is not None:
            self.connection.close()
