"""A WebSocket and HTTP client that does exactly what a test says, right or wrong. Standard library only."""
import base64
import json
import os
import socket
import struct
import time


class Closed(Exception):
    """The server closed: `code` of the close frame, or None when there was none."""

    def __init__(self, code, reason=""):
        super().__init__(f"closed {code} {reason}")
        self.code, self.reason = code, reason


class WsClient:
    def __init__(self, port, path="/ws", headers=(), protocol="tocsin.v1", rcvbuf=None, timeout=10, tls=None):
        self.sock = socket.socket()
        if rcvbuf:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, rcvbuf)
        self.sock.settimeout(timeout)
        self.sock.connect(("127.0.0.1", port))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.sock = tls.wrap_socket(self.sock)
        self.buffer = b""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket",
                 "Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        if protocol:
            lines.append(f"Sec-WebSocket-Protocol: {protocol}")
        lines += list(headers)
        self.sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        while b"\r\n\r\n" not in self.buffer:
            part = self.sock.recv(65536)
            if not part:
                raise Closed(None, "before the handshake")
            self.buffer += part
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        self.head = head.decode()
        self.status = int(self.head.split(" ")[1])

    def send_frame(self, payload, opcode=1, final=True, masked=True, announce=None):
        size = len(payload) if announce is None else announce
        head = bytes([(0x80 if final else 0) | opcode])
        bit = 0x80 if masked else 0
        if size < 126:
            head += bytes([bit | size])
        elif size < 65536:
            head += bytes([bit | 126]) + struct.pack(">H", size)
        else:
            head += bytes([bit | 127]) + struct.pack(">Q", size)
        if masked:
            mask = os.urandom(4)
            head += mask
            payload = bytes(b ^ mask[i & 3] for i, b in enumerate(payload))
        self.sock.sendall(head + payload)

    def send(self, message):
        text = message if isinstance(message, (str, bytes)) else json.dumps(message)
        self.send_frame(text if isinstance(text, bytes) else text.encode())

    def _need(self, count):
        while len(self.buffer) < count:
            part = self.sock.recv(1 << 20)
            if not part:
                raise Closed(None)
            self.buffer += part

    def _frame(self):
        self._need(2)
        first, second = self.buffer[0], self.buffer[1]
        size, at = second & 0x7f, 2
        assert second & 0x80 == 0, "a server does not mask"
        if size == 126:
            self._need(4)
            size, at = struct.unpack(">H", self.buffer[2:4])[0], 4
        elif size == 127:
            self._need(10)
            size, at = struct.unpack(">Q", self.buffer[2:10])[0], 10
        self._need(at + size)
        payload, self.buffer = self.buffer[at:at + size], self.buffer[at + size:]
        return first & 0x0f, bool(first & 0x80), payload

    def recv(self, timeout=10):
        """The next message as JSON. Raises Closed, or socket.timeout."""
        self.sock.settimeout(timeout)
        whole = b""
        while True:
            opcode, final, payload = self._frame()
            if opcode == 8:
                code = struct.unpack(">H", payload[:2])[0] if len(payload) >= 2 else None
                raise Closed(code, payload[2:].decode(errors="replace"))
            if opcode in (9, 10):
                continue
            whole += payload
            if final:
                return json.loads(whole.decode("utf-8"))

    def until(self, want, timeout=10):
        """Messages up to the first for which want(message) holds (or whose op it is), that one last."""
        seen, end = [], time.monotonic() + timeout
        check = want if callable(want) else lambda m: m["op"] == want
        while True:
            left = end - time.monotonic()
            if left <= 0:
                raise AssertionError(f"no {want} came; seen {seen[-5:]}")
            message = self.recv(left)
            seen.append(message)
            if check(message):
                return seen

    def closed(self, timeout=10):
        """Reads on until the server closes; the code."""
        end = time.monotonic() + timeout
        while True:
            try:
                self.recv(max(end - time.monotonic(), 0.01))
            except Closed as closed:
                return closed.code
            except ConnectionError:
                return None

    def close(self):
        self.sock.close()


class Http:
    """One kept connection. `reply` is (status, headers with lower case names, body)."""

    def __init__(self, port, timeout=10, source="127.0.0.1"):
        self.port = port
        self.sock = socket.create_connection(("127.0.0.1", port), timeout, (source, 0))
        self.buffer = b""

    def send(self, method, path, body=None, headers=None, token=None, host=None):
        lines = [f"{method} {path} HTTP/1.1", f"Host: {host or f'127.0.0.1:{self.port}'}"]
        if token:
            lines.append(f"Authorization: Bearer {token}")
        if body is not None:
            if not isinstance(body, bytes):
                body = (body if isinstance(body, str) else json.dumps(body)).encode()
            lines.append(f"Content-Length: {len(body)}")
        lines += [f"{k}: {v}" for k, v in (headers or {}).items()]
        self.sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode() + (body or b""))

    def raw(self, data):
        self.sock.sendall(data)

    def _more(self):
        part = self.sock.recv(1 << 20)
        if not part:
            raise Closed(None)
        self.buffer += part

    def _line(self):
        while b"\r\n" not in self.buffer:
            self._more()
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line

    def _take(self, count):
        while len(self.buffer) < count:
            self._more()
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data

    def reply(self, head=False):
        status = int(self._line().split(b" ")[1])
        headers = {}
        while True:
            line = self._line()
            if not line:
                break
            name, value = line.decode().split(":", 1)
            headers[name.lower()] = value.strip()
        body = b""
        if status in (204, 304, 100) or head:
            pass
        elif headers.get("transfer-encoding") == "chunked":
            while True:
                size = int(self._line(), 16)
                body += self._take(size)
                self._take(2)
                if size == 0:
                    break
        else:
            body = self._take(int(headers.get("content-length", "0")))
        return status, headers, body

    def call(self, method, path, body=None, headers=None, token=None, host=None):
        self.send(method, path, body, headers, token, host)
        return self.reply(method == "HEAD")

    def close(self):
        self.sock.close()
