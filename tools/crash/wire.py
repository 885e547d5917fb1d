"""HTTP and WebSocket clients on asyncio, as small as a load generator needs them. What comes is
also read after a connection was given up (`abandon`): a server may say nothing wrong even then."""
import asyncio
import base64
import os
import struct


class Lost(Exception):
    """The connection ended before the answer came, or was given up."""


class Wire(asyncio.Protocol):
    def __init__(self, on_raw):
        self.on_raw = on_raw       # every whole message, as bytes
        self.transport = None
        self.open = False
        self.given_up = False
        self.buffer = bytearray()

    def connection_made(self, transport):
        self.transport = transport
        self.open = True

    def connection_lost(self, exc):
        self.open = False
        self.fail("the connection ended")

    def fail(self, why):
        raise NotImplementedError

    def abandon(self):
        self.given_up = True
        self.fail("given up")

    def close(self):
        self.open = False
        if self.transport is not None:
            self.transport.abort()


async def dial(protocol, port):
    try:
        loop = asyncio.get_running_loop()
        await asyncio.wait_for(
            loop.create_connection(lambda: protocol, "127.0.0.1", port), 5)
    except (OSError, asyncio.TimeoutError) as trouble:
        raise Lost(str(trouble)) from None
    return protocol


class Http(Wire):
    """One request at a time, kept alive."""

    def __init__(self, on_raw):
        super().__init__(on_raw)
        self.waiter = None
        self.head = None

    async def ask(self, method, path, body=b"", token=None, accept=None, timeout=15):
        """(status, body). Raises Lost."""
        if not self.open or self.given_up:
            raise Lost("closed")
        head = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
        if token:
            head.append(f"Authorization: Bearer {token}")
        if accept:
            head.append(f"Accept: {accept}")
        if body or method in ("POST", "PUT"):
            head += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        self.waiter = asyncio.get_running_loop().create_future()
        self.transport.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        try:
            return await asyncio.wait_for(self.waiter, timeout)
        except asyncio.TimeoutError:
            self.close()
            raise Lost("no answer in time") from None

    def fail(self, why):
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_exception(Lost(why))

    def data_received(self, data):
        self.buffer += data
        while self.take():
            pass

    def take(self):
        """One whole answer from the buffer. False: not yet."""
        if self.head is None:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return False
            lines = bytes(self.buffer[:end]).split(b"\r\n")
            del self.buffer[:end + 4]
            fields = {}
            for line in lines[1:]:
                name, _, value = line.partition(b":")
                fields[name.strip().lower()] = value.strip()
            self.head = (int(lines[0].split()[1]), fields)
        status, fields = self.head
        if fields.get(b"transfer-encoding", b"").lower() == b"chunked":
            body = self.take_chunks()
            if body is None:
                return False
        else:
            length = int(fields.get(b"content-length", b"0"))
            if len(self.buffer) < length:
                return False
            body = bytes(self.buffer[:length])
            del self.buffer[:length]
        self.head = None
        self.on_raw(body)
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result((status, body))
        return True

    def take_chunks(self):
        at, parts = 0, []
        while True:
            end = self.buffer.find(b"\r\n", at)
            if end < 0:
                return None
            size = int(bytes(self.buffer[at:end]).split(b";")[0], 16)
            if len(self.buffer) < end + 4 + size:
                return None
            if size == 0:
                del self.buffer[:end + 4]
                return b"".join(parts)
            parts.append(bytes(self.buffer[end + 2:end + 2 + size]))
            at = end + 4 + size


class WebSocket(Wire):
    """Text messages go to `on_text(bytes)`. Frames out are masked with a key of zeros, which leaves
    the bytes as they are."""

    def __init__(self, on_raw, on_text, on_end):
        super().__init__(on_raw)
        self.on_text = on_text
        self.on_end = on_end
        self.upgraded = None
        self.pieces = []
        self.code = None

    def connection_made(self, transport):
        super().connection_made(transport)
        self.upgraded = asyncio.get_running_loop().create_future()
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write((
            "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: tocsin.v1\r\n\r\n").encode())

    def fail(self, why):
        if self.upgraded is not None and not self.upgraded.done():
            self.upgraded.set_exception(Lost(why))
            self.upgraded.exception()
        self.on_end(why if self.code is None else f"closed with {self.code}")

    def send(self, text):
        self.write(0x81, text.encode())

    def write(self, first, payload):
        if not self.open:
            raise Lost("closed")
        length = len(payload)
        if length < 126:
            head = struct.pack("!BB", first, 0x80 | length)
        elif length < 65536:
            head = struct.pack("!BBH", first, 0x80 | 126, length)
        else:
            head = struct.pack("!BBQ", first, 0x80 | 127, length)
        self.transport.write(head + b"\0\0\0\0" + payload)

    def data_received(self, data):
        self.buffer += data
        if not self.upgraded.done():
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self.buffer[:end])
            del self.buffer[:end + 4]
            if b" 101 " not in head.split(b"\r\n")[0]:
                self.fail(head.split(b"\r\n")[0].decode("latin-1"))
                self.close()
                return
            self.upgraded.set_result(True)
        elif self.upgraded.exception() is not None:
            return
        while self.open and self.take():
            pass

    def take(self):
        have = self.buffer
        if len(have) < 2:
            return False
        length, at = have[1] & 0x7f, 2
        if length == 126:
            if len(have) < 4:
                return False
            length, at = struct.unpack("!H", have[2:4])[0], 4
        elif length == 127:
            if len(have) < 10:
                return False
            length, at = struct.unpack("!Q", have[2:10])[0], 10
        if len(have) < at + length:
            return False
        first, payload = have[0], bytes(have[at:at + length])
        del have[:at + length]
        self.frame(first, payload)
        return True

    def frame(self, first, payload):
        code = first & 0x0f
        if code in (0, 1, 2):
            self.pieces.append(payload)
            if first & 0x80:
                whole, self.pieces = b"".join(self.pieces), []
                self.on_raw(whole)
                if not self.given_up:
                    self.on_text(whole)
        elif code == 9:
            self.write(0x8a, payload)
        elif code == 8:
            self.code = struct.unpack("!H", payload[:2])[0] if len(payload) >= 2 else 1005
            self.close()
            self.fail("")
