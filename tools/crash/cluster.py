"""The private database of a crash run: made by tools/cluster, looked at, and killed."""
import ctypes
import os
import re
import signal
import subprocess
import threading
import time

from crash import pg

WORLD = "live"
MUST_BE_ON = ("fsync", "full_page_writes", "synchronous_commit")


class Unfit(Exception):
    """This machine or cluster cannot carry a crash run."""


def children_of(parent):
    """Process ids whose parent is that one."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                if int(file.read().rpartition(")")[2].split()[1]) == parent:
                    found.append(int(name))
        except (OSError, IndexError):
            continue
    return found


def filesystem_of(path):
    return subprocess.run(["stat", "-f", "-c", "%T", path], check=True, capture_output=True,
                          text=True).stdout.strip()


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def adopt_orphans():
    """A postmaster outlives the script that started it. It becomes our child, so that its end is
    seen at once and not only when init looks: PostgreSQL takes a dead process that nobody has
    waited for as one that runs."""
    pr_set_child_subreaper = 36
    ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1, 0, 0, 0)


def gone(pid):
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass
    return not os.path.exists(f"/proc/{pid}")


def wait_gone(pids, seconds=30):
    limit = time.monotonic() + seconds
    while not all([gone(pid) for pid in pids]):
        if time.monotonic() > limit:
            raise Unfit(f"processes {pids} do not end")
        time.sleep(0.01)


class Cluster:
    def __init__(self, tools, folder):
        self.script = os.path.join(tools, "cluster")
        self.folder = os.path.join(folder, "pg")
        self.conninfo = ""
        self.connection = None
        self.lock = threading.RLock()
        self.syncs = 0
        self.batches = 0
        self.last_work = None
        adopt_orphans()

    def run(self, verb):
        done = subprocess.run([self.script, verb, self.folder], text=True, capture_output=True,
                              timeout=180)
        if done.returncode != 0:
            raise Unfit(f"tools/cluster {verb} failed: {done.stderr.strip()}")
        return done.stdout.strip()

    def start(self):
        self.conninfo = self.run("start")
        self.host = re.search(r"host=(\S+)", self.conninfo).group(1)
        self.data = os.path.join(os.path.realpath(self.folder), "data")

    def destroy(self):
        self.forget()
        self.run("destroy")

    def stop(self):
        self.forget()
        self.run("stop")

    def assert_fit(self):
        """What a crash run rests on: data on a disk, and every commit on it before its answer."""
        kind = filesystem_of(self.data)
        if kind in ("tmpfs", "ramfs"):
            raise Unfit(f"{self.data} lies on {kind}: nothing there is ever written to a disk; "
                        "give another --dir")
        for name in MUST_BE_ON:
            value = self.ask(f"SHOW {name}")[0][0]
            if value != "on":
                raise Unfit(f"the cluster runs with {name} {value}")
        if os.stat(self.data).st_uid == 0:
            raise Unfit("the cluster belongs to root")
        return kind

    def forget(self):
        with self.lock:
            if self.connection is not None:
                self.connection.close()
                self.connection = None

    def ask(self, sql):
        """Rows of a statement; a lost connection is made anew once. Raises pg.Gone. Both the loop
        and the thread that strikes ask."""
        with self.lock:
            for last in (False, True):
                try:
                    if self.connection is None:
                        self.connection = pg.Connection(self.host)
                    return self.connection.query(sql)
                except pg.Gone:
                    self.forget()
                    if last:
                        raise
        return []

    def one(self, sql):
        return self.ask(sql)[0]

    # ---- what it does just now ----

    def head(self):
        """(seq, epoch) of the log."""
        return tuple(map(int, self.one(f"SELECT seq, epoch FROM {WORLD}.log_head")))

    def writer(self):
        """(pid of the writer's backend, whether an append is under way in it, epoch); the pid is
        None where there is none."""
        rows = self.ask("SELECT a.pid, a.state = 'active' AND a.query LIKE '%INTO event_row%',"
                        f" h.epoch FROM {WORLD}.log_head h JOIN pg_stat_activity a"
                        " ON a.pid = h.backend_pid AND a.backend_start = h.backend_start")
        return (int(rows[0][0]), rows[0][1] == "t", int(rows[0][2])) if rows else (None, False, 0)

    def other_writers(self):
        """How many servers stand by for the lease."""
        return int(self.one("SELECT count(*) FROM pg_stat_activity WHERE application_name ="
                            f" 'tocsin log writer' AND pid <> (SELECT backend_pid FROM"
                            f" {WORLD}.log_head)")[0])

    def count_work(self):
        """Adds up what was synced and how often the head moved (once a batch, and now and then for
        the lease) since the last call. A crash of the database sets its counters back; what it had
        not told by then is in neither sum."""
        now = tuple(map(int, self.one(
            "SELECT w.wal_sync, t.n_tup_upd FROM pg_stat_wal w, pg_stat_all_tables t"
            f" WHERE t.schemaname = '{WORLD}' AND t.relname = 'log_head'")))
        if self.last_work is not None:
            back = now[0] < self.last_work[0] or now[1] < self.last_work[1]
            before = (0, 0) if back else self.last_work
            self.syncs += now[0] - before[0]
            self.batches += now[1] - before[1]
        self.last_work = now

    # ---- killing it ----

    def terminate_backend(self, pid):
        self.ask(f"SELECT pg_terminate_backend({pid})")

    def kill_backend(self, pid):
        """SIGKILL of one backend: the postmaster ends all others and recovers by itself."""
        kill(pid)

    def kill_all(self):
        """SIGKILL of the postmaster and everything under it, as when the power goes."""
        with open(os.path.join(self.data, "postmaster.pid"), encoding="utf-8") as file:
            postmaster = int(file.readline())
        pids = [postmaster] + children_of(postmaster)
        for pid in pids:  # the postmaster first: it must not begin anything anew
            kill(pid)
        self.forget()
        return pids
