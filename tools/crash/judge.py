"""The judgement: the log as it stands at the end, against all that was told on the way."""
import hashlib
import json
import os
import subprocess
import sys
import time

from crash.cluster import WORLD

ROWS = (f"COPY (SELECT seq, epoch, actor, command_id, encode(substring(hash FROM 1 FOR 8), 'hex')"
        f" FROM {WORLD}.event_row ORDER BY seq) TO STDOUT")
SHOWN = 10


def say(text):
    print(f"crash-run: {text}", file=sys.stderr, flush=True)


class Judge:
    def __init__(self, book, cluster, tools, tocsin, folder):
        self.book = book
        self.cluster = cluster
        self.tools = tools
        self.tocsin = tocsin
        self.folder = folder
        self.found = {"lost": 0, "unlogged": 0, "double": 0, "digest_mismatch": 0,
                      "two_writers": 0, "done_though_refused": 0}
        self.shown = {}

    def wrong(self, kind, text):
        self.found[kind] += 1
        self.shown[kind] = self.shown.get(kind, 0) + 1
        if self.shown[kind] <= SHOWN:
            say(f"{kind}: {text}")

    def read_log(self):
        """Walks the log once: who wrote which row, and whether one writer followed the other."""
        self.hashes = [hashlib.sha256(b"tocsin-log/1\n" + WORLD.encode()).hexdigest()[:16]]
        self.rows = {}        # (actor, id) -> seq
        self.epochs = []      # (first seq, epoch)
        psql = subprocess.Popen(["psql", "-X", "-q", "-d", self.cluster.conninfo, "-c", ROWS],
                                stdout=subprocess.PIPE, text=True, encoding="utf-8")
        epoch_before = 0
        for line in psql.stdout:
            seq, epoch, actor, number, digest = line.rstrip("\n").split("\t")
            seq, epoch = int(seq), int(epoch)
            if seq != len(self.hashes):
                self.wrong("two_writers", f"row {seq} follows row {len(self.hashes) - 1}")
            if epoch < epoch_before:
                self.wrong("two_writers", f"row {seq} is of epoch {epoch}, after {epoch_before}")
            if epoch != epoch_before:
                self.epochs.append((seq, epoch))
            epoch_before = epoch
            self.hashes.append(digest)
            if actor != "system":  # the core's own have no client's id
                key = (actor, number)
                if key in self.rows:
                    self.wrong("double", f"{key} is row {self.rows[key]} and row {seq}")
                self.rows[key] = seq
        if psql.wait() != 0:
            self.wrong("two_writers", "psql could not read the log")

    def check_accepted(self):
        for key, (seq, digest) in self.book.accepted.items():
            if self.rows.get(key) != seq:
                self.wrong("lost", f"{key} was told row {seq}; its row is {self.rows.get(key)}")
            elif digest != self.hashes[seq]:
                self.wrong("unlogged", f"{key} was told {digest} for row {seq}, the log says"
                           f" {self.hashes[seq]}")
        for key in self.book.undone:
            if key in self.rows:
                self.wrong("done_though_refused",
                           f"{key} was told that nothing was done; it is row {self.rows[key]}")

    def check_seen(self):
        for seq, digest in self.book.seen.items():
            real = self.hashes[seq] if seq < len(self.hashes) else None
            if digest.decode() != real:
                self.wrong("unlogged", f"row {seq} was shown with {digest.decode()}, the log says"
                           f" {real}")
        for seq, first, second, where in self.book.torn:
            self.wrong("unlogged", f"row {seq} was shown with {first} and ({where}) with {second}")

    def check_digests(self):
        """Every digest published on the way, against one replay from nothing that prints its own
        at the same rows."""
        for seq, first, second in self.book.digest_torn:
            self.wrong("digest_mismatch", f"row {seq} was published as {first} and as {second}")
        wanted = sorted({seq for _, seq in self.book.digests if 0 < seq < len(self.hashes)})
        beyond = [seq for _, seq in self.book.digests if seq >= len(self.hashes)]
        for seq in beyond:
            self.wrong("digest_mismatch", f"a digest of row {seq}, which is not there")
        path = os.path.join(self.folder, "digests-at")
        with open(path, "w", encoding="utf-8") as file:
            file.write("".join(f"{seq}\n" for seq in wanted))
        got = self.replay("--digests-at", path)
        if got is None:
            return
        replayed = {int(seq): digest for seq, digest in got.get("digests", [])}
        for (_, seq), digest in self.book.digests.items():
            if 0 < seq < len(self.hashes) and replayed.get(seq) != digest:
                self.wrong("digest_mismatch", f"row {seq} was published as {digest}, the replay"
                           f" says {replayed.get(seq)}")
        say(f"{len(replayed)} digests replayed from nothing")

    def replay(self, *words):
        done = subprocess.run([self.tocsin, "replay", "--database", self.cluster.conninfo,
                               "--world", WORLD, "--json", *words], stdout=subprocess.PIPE,
                              text=True, timeout=3600)
        if done.returncode != 0:
            self.wrong("digest_mismatch", f"tocsin replay ended with {done.returncode}")
            return None
        return json.loads(done.stdout.strip().split("\n")[-1])

    def verify(self, name, command):
        """True when a verifier finds the whole record sound."""
        start = time.monotonic()
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=3600)
        say(f"{name}: exit {done.returncode} in {time.monotonic() - start:.1f} s")
        return done.returncode == 0

    def run(self):
        self.read_log()
        say(f"{len(self.hashes) - 1} rows in {len(self.epochs)} epochs")
        self.check_accepted()
        self.check_seen()
        self.check_digests()
        database = ["--database", self.cluster.conninfo, "--world", WORLD, "--json"]
        verified = self.verify("tocsin verify-log", [self.tocsin, "verify-log", *database])
        again = self.verify("tools/verify_log.py",
                            [os.path.join(self.tools, "verify_log.py"), *database])
        return {**self.found, "rows": len(self.hashes) - 1, "epochs": len(self.epochs),
                "verify_log": verified, "verify_log_py": again,
                "digests": len(self.book.digests), "stands": len(self.book.seen)}
