"""Where the run's clients find their server, what they may use, and how fast they may go."""
import asyncio
import json
import time


class Site:
    def __init__(self, book, rng, rate):
        self.book = book
        self.rng = rng
        self.rate = rate
        self.port = None
        self.move = 0           # raised each time clients must go to another server
        self.stopping = False
        self.clients = []
        self.tokens = {}        # user name -> token
        self.types = []         # codes of incident types
        self.free_units = []    # ids; a client takes one for itself
        self.to_close = []      # incidents that wait for the commander
        self.numbers = 0
        self.slot = 0.0

    def next_id(self, principal):
        self.numbers += 1
        return f"{principal}:{self.numbers}"

    async def pace(self):
        """Waits for the next of `rate` places in a second."""
        now = time.monotonic()
        self.slot = max(now - 0.05, self.slot + 1 / self.rate)
        if self.slot > now:
            await asyncio.sleep(self.slot - now)

    def go_to(self, port, abandon=False):
        """Sends all clients to another server. Those given up stay open and are still read."""
        self.port = port
        self.move += 1
        if abandon:
            for client in self.clients:
                client.abandon()

    def outstanding(self):
        """Commands sent and not answered at this moment."""
        return [client.pending for client in self.clients
                if client.pending is not None and client.pending.waits]


class Command:
    __slots__ = ("principal", "id", "type", "data", "sent", "waits", "generation")

    def __init__(self, principal, number, kind, data):
        self.principal = principal
        self.id = number
        self.type = kind
        self.data = data
        self.sent = 0
        self.waits = False
        self.generation = None

    def object(self, **more):
        return {**more, "id": self.id, "type": self.type, "data": self.data}


class Answer:
    """`done`: accepted, with seq and hash; else `code` says why not."""

    def __init__(self, content, done, code=None):
        self.content = content
        self.done = done
        self.code = code

    @property
    def seq(self):
        return self.content.get("seq")

    def id_of(self, letter, kind=None):
        """The first id of that kind of thing, looked for in the events named so (None: all)."""
        for event in self.content.get("events", ()):
            if kind is None or event.get("kind") == kind:
                found = first_id(event.get("data"), letter)
                if found:
                    return found
        return None


def first_id(value, letter):
    """The first id with that letter anywhere in a JSON value."""
    if isinstance(value, str):
        world, _, rest = value.partition("-")
        return value if world == "live" and rest[:1] == letter and rest[1:].isdigit() else None
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        found = first_id(part, letter)
        if found:
            return found
    return None


def problem_of(content):
    return content.get("code", "no_code") if isinstance(content, dict) else "no_problem"


def parse(raw):
    """None: not JSON."""
    try:
        return json.loads(raw)
    except ValueError:
        return None
