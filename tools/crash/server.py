"""A tocsind under the run's hand: started, watched, killed, stopped and let go on."""
import asyncio
import os
import re
import signal
import time

SETTINGS = """# Written by tools/crash-run.
world = {world}
database = {database}
port = 0
snapshot_dir = {snapshots}
snapshot_rows = {snapshot_rows}
commands_per_s_max = 5000
batch_rows_max = 512
"""
LISTENS = re.compile(r"^tocsind: http://127\.0\.0\.1:(\d+)/ world ")


class Ended(Exception):
    """The server ended before it listened."""


class Server:
    """One process. `asked` says that its end is our doing."""
    count = 0

    def __init__(self, program, config, logs):
        Server.count += 1
        self.number = Server.count
        self.program = program
        self.config = config
        self.log_path = os.path.join(logs, f"tocsind-{self.number:03}.log")
        self.asked = False
        self.port = None
        self.process = None
        self.ended_at = None
        self.listening = asyncio.get_running_loop().create_future()

    async def start(self):
        with open(self.log_path, "wb") as log:
            # Dies with this run, however that ends.
            self.process = await asyncio.create_subprocess_exec(
                "setpriv", "--pdeathsig", "KILL", "--", self.program, "--config", self.config,
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=log)
        self.watcher = asyncio.ensure_future(self.watch())

    async def watch(self):
        while True:
            line = await self.process.stdout.readline()
            if not line:
                break
            match = LISTENS.match(line.decode("utf-8", "replace"))
            if match and not self.listening.done():
                self.port = int(match.group(1))
                self.listening.set_result(self.port)
        await self.process.wait()
        self.ended_at = time.monotonic()
        if not self.listening.done():
            self.listening.set_exception(Ended(f"tocsind {self.number} ended with "
                                               f"{self.process.returncode}: {self.last_words()}"))
            self.listening.exception()  # seen: nobody has to wait for it

    def last_words(self, lines=3):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return " | ".join(file.read().strip().split("\n")[-lines:])

    def said(self, word):
        """Lines of its log that hold the word."""
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return [line.rstrip("\n") for line in file if word in line]

    async def wait_listening(self, seconds=60):
        return await asyncio.wait_for(asyncio.shield(self.listening), seconds)

    @property
    def alive(self):
        return self.process is not None and self.process.returncode is None

    def signal(self, number):
        if self.alive:
            self.process.send_signal(number)

    async def kill(self):
        self.asked = True
        self.signal(signal.SIGKILL)
        await self.watcher

    def freeze(self):
        self.signal(signal.SIGSTOP)

    def thaw(self):
        self.signal(signal.SIGCONT)

    async def end(self, seconds=20):
        """Asks it to end; the exit status, or None when it had to be killed."""
        self.asked = True
        self.signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(asyncio.shield(self.watcher), seconds)
        except asyncio.TimeoutError:
            await self.kill()
            return None
        return self.process.returncode
