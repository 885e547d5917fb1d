"""What bench/fanout measures: our own ring and gateways, and the peers, each set up as its own
documentation advises for this work."""
import os
import resource
import shutil
import socket
import subprocess
import tempfile
import time

from common.process import Ended, Process, TOP, program

MODULE = "/usr/lib/nginx/modules/ngx_nchan_module.so"
PEERS_DIR = os.environ.get("TOCSIN_BENCH_PEERS", program("bench-peers"))


def install():
    subprocess.run([os.path.join(TOP, "bench/install-peers"), PEERS_DIR], check=True, stdout=2)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for_port(port, process, timeout_s=20):
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        if process.child.poll() is not None:
            raise Ended(f"{process.name} ended with status {process.child.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise Ended(f"{process.name} does not listen")


class Peer:
    """A server under measurement. `publisher` answers step lines; it may be the server itself."""
    name = "?"
    batch_ms = 0
    receiver = []

    def __init__(self):
        self.server = None
        self.publisher = None
        self.folder = tempfile.mkdtemp(prefix="tocsin-bench-")

    def start(self):
        raise NotImplementedError

    def stop(self):
        for process in (self.publisher, self.server):
            if process is not None:
                process.stop()
        self.server = self.publisher = None

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def log(self):
        return open(os.path.join(self.folder, "server.log"), "ab")


class Tocsin(Peer):
    """Two gateway threads, as nginx has two workers: one a core."""
    name = "tocsin"

    def __init__(self, gateways=2):
        super().__init__()
        self.gateways = gateways

    def start(self):
        self.server = Process([program("bench/fanout_server"), "-g", str(self.gateways)])
        port = self.server.answer(20)["port"]
        self.publisher = self.server
        self.receiver = ["-m", "tocsin", "-u", f"http://127.0.0.1:{port}", "-p", "/ws",
                         "-s", "tocsin.v1", "-t", "bench-token"]


class Nchan(Peer):
    """Messages live in shared memory; a buffer long enough that nobody loses any; connections that
    are kept for ever; two workers, one a core, each with a listening socket of its own."""
    name = "nchan"

    def __init__(self, way="http", workers=2, batch_ms=0):
        super().__init__()
        self.way = way
        self.workers = workers
        self.batch_ms = batch_ms
        if batch_ms:
            self.name = "nchan_batched"

    def config(self, port):
        user = "user root;" if os.getuid() == 0 else ""
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        return f"""
load_module {MODULE};
{user}
daemon off;
worker_processes {self.workers};
worker_rlimit_nofile {files};
error_log {self.folder}/error.log crit;
pid {self.folder}/nginx.pid;
events {{
    use epoll;
    worker_connections {min(files, 32768)};
    multi_accept on;
}}
http {{
    access_log off;
    tcp_nodelay on;
    keepalive_timeout 1h;
    keepalive_requests 1000000000;
    client_max_body_size 8m;
    client_body_buffer_size 1m;
    client_body_temp_path {self.folder}/body;
    proxy_temp_path {self.folder}/proxy;
    fastcgi_temp_path {self.folder}/fastcgi;
    uwsgi_temp_path {self.folder}/uwsgi;
    scgi_temp_path {self.folder}/scgi;
    nchan_shared_memory_size 1024M;
    server {{
        listen 127.0.0.1:{port} reuseport backlog=4096;
        location = /pub {{
            nchan_publisher http websocket;
            nchan_channel_id bench;
            nchan_message_buffer_length 50000;
            nchan_message_timeout 1m;
        }}
        location = /sub {{
            nchan_subscriber websocket;
            nchan_channel_id bench;
            nchan_subscriber_first_message newest;
            nchan_websocket_ping_interval 0;
        }}
    }}
}}
"""

    def start(self):
        port = free_port()
        config = self.write("nginx.conf", self.config(port))
        self.server = Process(["/usr/sbin/nginx", "-p", self.folder, "-c", config], err=self.log())
        wait_for_port(port, self.server)
        url = f"http://127.0.0.1:{port}"
        self.receiver = ["-m", "plain", "-u", url, "-p", "/sub"]
        self.publisher = Process([program("bench/publisher"), "-m", self.way, "-u", url,
                                  "-p", "/pub"])


class Nats(Peer):
    """WebSocket clients, a TCP publisher; no compression, deadlines and pending bytes wide enough
    that a slow moment does not cut a client off; the collector of Go's memory runs less often."""
    name = "nats"

    def start(self):
        port, web = free_port(), free_port()
        config = self.write("nats.conf", f"""
listen: "127.0.0.1:{port}"
max_connections: 65536
write_deadline: "10s"
max_pending: 268435456
ping_interval: "1h"
disable_sublist_cache: false
websocket {{
    listen: "127.0.0.1:{web}"
    no_tls: true
    compression: false
}}
""")
        server = shutil.which("nats-server") or "/usr/sbin/nats-server"
        self.server = Process([server, "-c", config], err=self.log(),
                              env=dict(os.environ, GOGC="400"))
        wait_for_port(port, self.server)
        wait_for_port(web, self.server)
        self.receiver = ["-m", "nats", "-u", f"http://127.0.0.1:{web}", "-p", "/"]
        self.publisher = Process([program("bench/publisher"), "-m", "nats",
                                  "-u", f"http://127.0.0.1:{port}"])


class NodeWs(Peer):
    name = "ws"

    def start(self):
        port = free_port()
        script = self.write("ws_server.js", "")
        shutil.copy(os.path.join(TOP, "bench/peers/ws_server.js"), script)
        self.server = Process(["node", script, str(port)], err=self.log(),
                              env=dict(os.environ,
                                       NODE_PATH=os.path.join(PEERS_DIR, "node_modules")))
        self.server.answer(20)
        url = f"http://127.0.0.1:{port}"
        self.receiver = ["-m", "plain", "-u", url, "-p", "/sub"]
        self.publisher = Process([program("bench/publisher"), "-m", "ws", "-u", url, "-p", "/pub"])
