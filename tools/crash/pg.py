"""A PostgreSQL connection over a unix socket: the simple query protocol, as far as a crash run
needs it. Standard library only."""
import socket
import struct


class Gone(Exception):
    """The connection ended, or could not be made."""


class Refused(Exception):
    """The database refused the statement."""


class Connection:
    def __init__(self, folder, user="postgres", database="tocsin", timeout=5.0):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        self.buffer = b""
        try:
            self.socket.connect(f"{folder}/.s.PGSQL.5432")
            words = ("user", user, "database", database, "application_name", "crash-run")
            body = b"".join(word.encode() + b"\0" for word in words) + b"\0"
            self.socket.sendall(struct.pack("!II", len(body) + 8, 196608) + body)
            self.answer()
        except OSError as trouble:
            self.close()
            raise Gone(str(trouble)) from None
        except Refused as trouble:
            self.close()
            raise Gone(str(trouble)) from None

    def close(self):
        self.socket.close()

    def exactly(self, count):
        while len(self.buffer) < count:
            part = self.socket.recv(65536)
            if not part:
                raise Gone("the database closed the connection")
            self.buffer += part
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def answer(self):
        """Rows up to ReadyForQuery; a refusal is raised once the connection is ready again."""
        rows, refused = [], None
        while True:
            kind, length = struct.unpack("!cI", self.exactly(5))
            body = self.exactly(length - 4)
            if kind == b"D":
                rows.append(row_of(body))
            elif kind == b"E":
                refused = error_of(body)
                if refused.startswith(("FATAL", "PANIC")):
                    raise Gone(refused)
            elif kind == b"R" and body[:4] != b"\0\0\0\0":
                raise Gone("the cluster asks for a password")
            elif kind == b"Z":
                break
        if refused:
            raise Refused(refused)
        return rows

    def query(self, sql):
        """Rows of texts (None: null). Raises Gone or Refused."""
        body = sql.encode() + b"\0"
        try:
            self.socket.sendall(b"Q" + struct.pack("!I", len(body) + 4) + body)
            return self.answer()
        except OSError as trouble:
            self.close()
            raise Gone(str(trouble)) from None


def row_of(body):
    count, = struct.unpack("!H", body[:2])
    at, row = 2, []
    for _ in range(count):
        length, = struct.unpack("!i", body[at:at + 4])
        at += 4
        if length < 0:
            row.append(None)
        else:
            row.append(body[at:at + length].decode())
            at += length
    return row


def error_of(body):
    fields = {part[:1]: part[1:].decode("utf-8", "replace") for part in body.split(b"\0") if part}
    return f"{fields.get(b'S', '')} {fields.get(b'C', '')} {fields.get(b'M', '')}"
