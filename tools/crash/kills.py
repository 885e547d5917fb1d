"""The plan of what is killed when, and the killing itself."""
import time

SERVER, BACKEND, DATABASE, STOP = "server", "backend", "database", "stop"
BACKEND_HARD_SHARE = 0.3    # of backends: by SIGKILL, the others by pg_terminate_backend
DOWN_S = (0, 0, 0, 0, 0, 2.5, 4)   # how long a killed database stays down


def plan(kills, stops, rng):
    """Kinds in random order: a third each, and the stops spread among them."""
    kinds = [(SERVER, BACKEND, DATABASE)[i % 3] for i in range(kills)]
    rng.shuffle(kinds)
    for number in range(stops):
        kinds.insert(int((number + rng.random()) * len(kinds) / max(stops, 1)), STOP)
    return kinds


class Evidence:
    """What was under way at the moment of a kill."""

    def __init__(self, kind, outstanding, active, how=""):
        self.kind = kind
        self.how = how
        self.at = time.monotonic()
        self.keys = [(command.principal, command.id) for command in outstanding]
        self.active = active

    @property
    def in_flight(self):
        return self.active and bool(self.keys)
