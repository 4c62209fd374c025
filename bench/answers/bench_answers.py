"""What Cairn adds to the time of a language model, on the sample documents, against an endpoint that is scripted here.

Client, endpoint and clock are one process: request sent → first byte of the prompt at the endpoint → first token sent by the endpoint →
first token at the client. The model "thinks" for a fixed time in between, which is left out.
"""

import argparse
import http.client
import json
import pathlib
import socket
import socketserver
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
THINKING_SECONDS = 0.02
REPLY = ["The ", "answer ", "is ", "in ", "the ", "passage ", "[1]."]


class Endpoint(socketserver.StreamRequestHandler):
    """An OpenAI-compatible endpoint that notes when a prompt's first byte came and when its own first token went."""

    prompt_at = []
    token_at = []

    def handle(self):
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            while self.answer_one():
                pass
        except ConnectionError:
            pass  # Cairn has stopped.

    def answer_one(self):
        line = self.rfile.readline()
        arrived = time.perf_counter()
        if not line:
            return False
        length = 0
        while (header := self.rfile.readline()).strip():
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            if name.lower() == b"expect":
                self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.rfile.read(length)
        Endpoint.prompt_at.append(arrived)
        time.sleep(THINKING_SECONDS)
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        Endpoint.token_at.append(time.perf_counter())
        for piece in REPLY:
            self.event({"choices": [{"index": 0, "delta": {"content": piece}}]})
        self.event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        self.chunk(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")
        return True

    def event(self, body):
        self.chunk(b"data: " + json.dumps(body).encode() + b"\n\n")

    def chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def start_cairn(build, store, endpoint_port):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    configuration = pathlib.Path(store) / "cairn.toml"
    configuration.write_text(
        f'[answers]\ngenerator = "scripted"\n[generators.scripted]\nkind = "openai"\nmodel = "scripted"\n'
        f'base_url = "http://127.0.0.1:{endpoint_port}/v1"\nallow_private = true\n')
    process = subprocess.Popen([build / "cairn", "serve", "--data", pathlib.Path(store) / "data", "--config", configuration,
                                "--listen", f"127.0.0.1:{port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return process, port
        except OSError:
            pass
        time.sleep(0.1)
    process.kill()
    raise RuntimeError("cairn serve did not become ready")


def ask(connection, question):
    """(request sent, first token seen), or None when nothing was asked of the model."""
    body = json.dumps({"question": question, "generator": "scripted", "stream": True}).encode()
    prompts = len(Endpoint.prompt_at)
    sent = time.perf_counter()
    connection.request("POST", "/v1/answers", body, {"Content-Type": "application/json"})
    reply = connection.getresponse()
    seen = None
    while line := reply.readline():
        if line.startswith(b"event: token") and seen is None:
            seen = time.perf_counter()
    return (sent, seen) if len(Endpoint.prompt_at) > prompts and seen is not None else None


def measure(build, samples, rounds):
    server = Server(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    questions = [json.loads(line) for line in (ROOT / "samples" / "questions.jsonl").read_text().splitlines()]
    to_prompt, to_client = [], []
    with tempfile.TemporaryDirectory() as store:
        subprocess.run([build / "cairn", "ingest", samples, "--data", pathlib.Path(store) / "data"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        process, port = start_cairn(build, store, server.server_address[1])
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.connect()
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for attempt in range(rounds + 1):
                for question in questions:
                    times = ask(connection, question["text"])
                    if times is None or attempt == 0:
                        continue  # The first round warms up.
                    to_prompt.append((Endpoint.prompt_at[-1] - times[0]) * 1000)
                    to_client.append((times[1] - Endpoint.token_at[-1]) * 1000)
        finally:
            process.terminate()
            process.wait(timeout=30)
            server.shutdown()
    return to_prompt, to_client


def percentiles(values):
    ordered = sorted(values)
    return {"p50_ms": round(statistics.median(ordered), 3), "p95_ms": round(ordered[int(len(ordered) * 0.95)], 3)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    arguments.add_argument("--samples", type=pathlib.Path, required=True)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--json", type=pathlib.Path)
    given = arguments.parse_args()
    to_prompt, to_client = measure(given.build.resolve(), given.samples, given.rounds)
    figures = {"answers": len(to_prompt), "request_to_prompt": percentiles(to_prompt), "token_to_client": percentiles(to_client)}
    print(json.dumps(figures, indent=2))
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n")
    reached = figures["request_to_prompt"]["p50_ms"] <= 10 and figures["token_to_client"]["p50_ms"] <= 2
    print("reached" if reached else "MISSED", ": request to prompt p50 at most 10 ms, first token passed on p50 at most 2 ms", sep="")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
