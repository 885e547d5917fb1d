"""Processes of a bench: started, driven by lines, measured, and ended by their own ids only."""
import atexit
import json
import os
import select
import signal
import subprocess
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("TOCSIN_BUILD", os.path.join(TOP, "build"))
ALIVE = []


def program(name):
    return os.path.join(BUILD, name)


def cpu_s(pid):
    """Seconds of processor time of a process, all its threads, to the nanosecond."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def tree(pid):
    found = [pid]
    for child in children(pid):
        found += tree(child)
    return found


def rss_kib(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        for line in file:
            if line.startswith("Rss:"):
                return int(line.split()[1])
    return 0


class Ended(Exception):
    """A process ended, or did not answer in time."""


class Process:
    """A child whose stdin and stdout are lines. Ends with this process, however that ends."""

    def __init__(self, argv, name=None, err=None, cwd=None, env=None):
        self.name = name or os.path.basename(argv[0])
        self.rest = b""
        guard = ["setpriv", "--pdeathsig", "KILL"]
        self.child = subprocess.Popen(guard + argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=err, cwd=cwd, env=env)
        ALIVE.append(self)

    @property
    def pid(self):
        return self.child.pid

    def cpu_s(self):
        return sum(cpu_s(pid) for pid in tree(self.pid))

    def rss_kib(self):
        return sum(rss_kib(pid) for pid in tree(self.pid))

    def send(self, line):
        try:
            self.child.stdin.write(line.encode() + b"\n")
            self.child.stdin.flush()
        except OSError as error:
            raise Ended(f"{self.name} ended") from error

    def answer(self, timeout_s=120):
        """The next line, read as JSON."""
        until = time.monotonic() + timeout_s
        while b"\n" not in self.rest:
            wait = until - time.monotonic()
            if wait <= 0 or not select.select([self.child.stdout], [], [], wait)[0]:
                raise Ended(f"{self.name} does not answer")
            more = os.read(self.child.stdout.fileno(), 1 << 20)
            if not more:
                raise Ended(f"{self.name} ended with status {self.child.wait()}")
            self.rest += more
        line, self.rest = self.rest.split(b"\n", 1)
        return json.loads(line)

    def ask(self, line, timeout_s=120):
        self.send(line)
        return self.answer(timeout_s)

    def stop(self, kind=signal.SIGTERM):
        if self in ALIVE:
            ALIVE.remove(self)
        if self.child.poll() is None:
            self.child.send_signal(kind)
            try:
                self.child.wait(10)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        self.child.stdin.close()
        self.child.stdout.close()


@atexit.register
def stop_all():
    for process in list(ALIVE):
        process.stop(signal.SIGKILL)
