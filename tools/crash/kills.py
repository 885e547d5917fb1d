"""The plan of what is killed when, and the killing itself."""
SERVER, BACKEND, DATABASE, STOP = "server", "backend", "database", "stop"
BACKEND_HARD_SHARE = 0.3    # of backends: by SIGKILL, the others by pg_terminate_backend
# How long a killed database stays down: over 2 s what was not decided is told so (503), over 10 s
# what was decided and waits (504).
DOWN_S = (0, 0, 0, 0, 0, 0, 0, 0, 0, 2.5, 4, 11)


def plan(kills, stops, rng):
    """Kinds in random order: a third each, and the stops spread among them."""
    kinds = [(SERVER, BACKEND, DATABASE)[i % 3] for i in range(kills)]
    rng.shuffle(kinds)
    for number in range(stops):
        kinds.insert(int((number + rng.random()) * len(kinds) / max(stops, 1)), STOP)
    return kinds


class Evidence:
    """What was under way at the moment of a kill."""

    def __init__(self, kind, outstanding, active, epoch):
        self.kind = kind
        self.how = ""
        self.unanswered = len(outstanding)
        self.active = active  # an append ran in the writer's backend right before
        self.epoch = epoch
        self.batch = None     # what a server that lived on said of its batch

    @property
    def in_flight(self):
        """Commands waited, and a batch was on its way: by the server's own word where it lived on,
        else by what its backend did."""
        under_way = self.active if self.kind == SERVER else self.batch in ("found", "sent_again")
        return under_way and self.unanswered > 0
