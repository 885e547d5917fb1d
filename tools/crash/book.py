"""What the run has been told: acknowledged commands, every (seq, hash) and every digest."""
import re
import time

# In JSON, and as labels in /metrics.
STAND = re.compile(rb'"?(?:seq|to)"?[:=]"?(\d+)"?,"?hash"?[:=]"([0-9a-f]{16})"')
EXAMPLES = 20


class Book:
    def __init__(self):
        self.accepted = {}    # (principal, id) -> (seq, hash or None)
        self.refused = {}     # code -> count
        self.undone = set()   # (principal, id) told "nothing was done" and never sent again
        self.seen = {}        # seq -> first hash heard
        self.torn = []        # (seq, hash, other hash, where): already a contradiction
        self.digests = {}     # (version, seq) -> digest
        self.digest_torn = []
        self.troubles = []    # what must not happen, in words
        self.counts = {"commands": 0, "resent": 0, "repeated": 0, "unavailable": 0, "unknown": 0,
                       "messages": 0, "frames": 0, "snapshots": 0, "resumed": 0, "lists": 0,
                       "answers": 0, "late": 0, "stories": 0, "closed": 0, "abandoned": 0}
        self.last_ack = 0.0
        self.top = 0          # greatest seq heard

    def count(self, name, by=1):
        self.counts[name] += by

    def trouble(self, text):
        self.troubles.append(text)

    def stands(self, raw, where):
        """Keeps every place in the log that a message names."""
        self.counts["messages"] += 1
        seen = self.seen
        for seq, digest in STAND.findall(raw):
            number = int(seq)
            before = seen.setdefault(number, digest)
            if before != digest and len(self.torn) < EXAMPLES:
                self.torn.append((number, before.decode(), digest.decode(),
                                  f"{where}: {raw[:200].decode('utf-8', 'replace')}"))
            if number > self.top:
                self.top = number

    def answered(self, command, seq, digest):
        """An accepted command. The same command must be told the same row each time."""
        self.last_ack = time.monotonic()
        key = (command.principal, command.id)
        before = self.accepted.setdefault(key, (seq, digest))
        if before[0] != seq:
            self.trouble(f"{key} was told row {before[0]}, then row {seq}")

    def refusal(self, code):
        self.refused[code] = self.refused.get(code, 0) + 1

    def metrics(self, text):
        """The digest that /metrics publishes."""
        for labels in re.findall(r"^tocsin_world_digest\{(.*)\} 1$", text, re.M):
            told = dict(re.findall(r'(\w+)="([^"]*)"', labels))
            key = (int(told["version"]), int(told["seq"]))
            before = self.digests.setdefault(key, told["digest"])
            if before != told["digest"] and len(self.digest_torn) < EXAMPLES:
                self.digest_torn.append((key[1], before, told["digest"]))

