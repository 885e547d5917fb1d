"""PostgreSQL's own benchmark as the floor: one insert of a row of a given size per transaction,
into a table with a bigint key and a text, prepared, as its manual advises."""
import glob
import os
import random
import re
import subprocess

from common.world import Trouble

TPS = re.compile(r"^tps = ([0-9.]+)", re.M)


class Pgbench:
    def __init__(self, cluster, row_bytes):
        self.cluster = cluster
        self.row_bytes = row_bytes
        self.script = os.path.join(cluster.folder, "pgbench.sql")
        cluster.sql("drop table if exists bench_row")
        cluster.sql("create table bench_row (seq bigint generated always as identity primary key, "
                    "payload text not null)")
        rng = random.Random(1)
        text = "".join(rng.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in
                       range(max(1, row_bytes - 8)))
        with open(self.script, "w", encoding="utf-8") as file:
            file.write(f"insert into bench_row (payload) values ('{text}');\n")
        # No transaction of an earlier bench is left to be written back in the measured time.
        cluster.sql("checkpoint")

    def run(self, clients, seconds, log=None, rate=None):
        """Transactions a second, and µs of each when `log`. `rate`: so many a second instead of one
        after the other."""
        binary = sorted(glob.glob("/usr/lib/postgresql/*/bin/pgbench"))[-1]
        argv = [binary, "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(2, clients)),
                "-T", str(seconds), "-f", self.script]
        if rate:
            argv += ["-R", str(rate)]
        folder = None
        if log:
            folder = os.path.join(self.cluster.folder, "pgbench-log")
            os.makedirs(folder, exist_ok=True)
            for old in os.listdir(folder):
                os.unlink(os.path.join(folder, old))
            argv += ["-l", "--log-prefix", os.path.join(folder, "log")]
        done = subprocess.run(argv + [self.cluster.conninfo], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, check=False)
        match = TPS.search(done.stdout)
        if done.returncode != 0 or match is None:
            raise Trouble(f"pgbench: {done.stderr[-500:]}")
        return float(match.group(1)), sorted(latencies(folder)) if folder else []


def latencies(folder):
    """µs of each transaction, from pgbench's log; with a rate, without what it began late."""
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), encoding="ascii") as file:
            for line in file:
                words = line.split()
                yield int(words[2]) - (int(words[6]) if len(words) > 6 else 0)
