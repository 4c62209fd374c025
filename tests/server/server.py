"""A server of the built program on a temporary folder, and a client that speaks to it as a stranger would."""

import contextlib
import dataclasses
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CAIRN_BUILD", ROOT / "build")).resolve()
CAIRN = BUILD / "cairn"
READY = "Cairn is ready: "
PATIENCE_SECONDS = 300


def run(*arguments, data, **more):
    """Runs one command on the data folder; gives its exit status and its JSON (or its text)."""
    done = subprocess.run([CAIRN, *map(str, arguments), "--data", data, "--json"], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          timeout=PATIENCE_SECONDS, **more)
    try:
        return done.returncode, json.loads(done.stdout)
    except json.JSONDecodeError:
        return done.returncode, done.stdout + done.stderr


@dataclasses.dataclass
class Reply:
    status: int
    headers: dict
    body: bytes

    def json(self):
        return json.loads(self.body)

    def __str__(self):
        return f"{self.status} {self.body[:600]!r}"


@dataclasses.dataclass
class Part:
    """One part of a multipart body."""
    name: str
    content: bytes
    file_name: str | None = None
    content_type: str | None = None


def multipart(parts):
    """(content type, body) of these parts."""
    boundary, out = uuid.uuid4().hex, []
    for part in parts:
        disposition = f'form-data; name="{part.name}"' + (f'; filename="{part.file_name}"' if part.file_name is not None else "")
        kind = f"Content-Type: {part.content_type}\r\n" if part.content_type else ""
        out.append(f"--{boundary}\r\nContent-Disposition: {disposition}\r\n{kind}\r\n".encode() + part.content + b"\r\n")
    return f"multipart/form-data; boundary={boundary}", b"".join(out) + f"--{boundary}--\r\n".encode()


def events_of(response, limit=None):
    """Yields (id, event, data) of an event stream until it ends; comments are left out."""
    fields, count = {}, 0
    for raw in response:
        line = raw.decode().rstrip("\r\n")
        if not line:
            if fields:
                yield fields.get("id"), fields.get("event", "message"), fields.get("data", "")
                fields, count = {}, count + 1
                if limit and count >= limit:
                    return
        elif not line.startswith(":"):
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            fields[name] = fields["data"] + "\n" + value if name == "data" and "data" in fields else value


class Server:
    """A context manager: `cairn serve` on a free port. `key` is sent with every request unless another one is given."""

    def __init__(self, data=None, listen="127.0.0.1:0", environment=None):
        self.own = None if data else tempfile.TemporaryDirectory(prefix="cairn-server-")
        self.data = pathlib.Path(data) if data else pathlib.Path(self.own.name) / "store"
        self.listen, self.environment = listen, dict(environment or {})
        self.process, self.address, self.key, self.log = None, None, None, None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        self.log.close()
        if self.own:
            self.own.cleanup()

    def start(self):
        self.log = self.log or tempfile.TemporaryFile(mode="w+")
        command = [CAIRN, "serve", "--data", self.data, "--listen", self.listen]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, text=True,
                                        env={**os.environ, **self.environment})
        for line in self.process.stdout:
            if line.startswith(READY):
                self.address = line[len(READY):].strip()
                break
        else:
            self.stop()
            raise AssertionError("the server did not start:\n" + self.logged())
        self.port = int(self.address.rsplit(":", 1)[1].rstrip("/"))

    def logged(self):
        self.log.seek(0)
        return self.log.read()

    def stop(self, how=signal.SIGTERM):
        """Ends the server; gives its exit status, also again."""
        if self.process.stdout.closed:
            return self.process.wait(PATIENCE_SECONDS)
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            with self.process.stdout:
                return self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError("the server did not stop:\n" + self.logged()) from None

    def restart(self, how=signal.SIGTERM):
        self.stop(how)
        self.start()

    def memory_kib(self, what="VmRSS"):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(what + ":"):
                return int(line.split()[1])
        raise AssertionError(f"no {what}")

    def connection(self, timeout=PATIENCE_SECONDS):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def socket(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS)

    def headers(self, key, more):
        key = self.key if key is None else key
        return {**({"Authorization": f"Bearer {key}"} if key else {}), **(more or {})}

    def send(self, method, path, body=None, *, key=None, headers=None):
        """One request on a connection of its own. `body`: None, bytes, or what becomes JSON. `key` "": none at all."""
        headers = self.headers(key, headers)
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        with contextlib.closing(self.connection()) as connection:
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())

    def get(self, path, **more):
        return self.send("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.send("POST", path, body if body is not None else {}, **more)

    def upload(self, collection, parts, query="?wait=true", **more):
        kind, body = multipart(parts)
        return self.send("POST", f"/v1/collections/{collection}/documents{query}", body, headers={"Content-Type": kind}, **more)

    def add(self, collection, *documents, query="?wait=true", **more):
        """Uploads JSON documents; gives those of the reply."""
        reply = self.post(f"/v1/collections/{collection}/documents{query}", {"documents": list(documents)}, **more)
        assert reply.status in (200, 202), str(reply)
        return reply.json()["documents"]

    @contextlib.contextmanager
    def stream(self, method, path, body=None, *, key=None, headers=None):
        """The response of a request that goes on; read it with events_of()."""
        headers = {"Accept": "text/event-stream", **self.headers(key, headers)}
        if body is not None:
            headers["Content-Type"] = "application/json"
        connection = self.connection()
        try:
            connection.request(method, path, body=json.dumps(body) if body is not None else None, headers=headers)
            yield connection.getresponse()
        finally:
            connection.close()


def eventually(question, what):
    """Asks until the answer is true; gives it. For what happens in the background."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        answer = question()
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError(f"waited {PATIENCE_SECONDS} s in vain: {what}")
