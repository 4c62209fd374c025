"""What serving over HTTP costs: each figure beside the same work in process, measured in turns in one run."""

import argparse
import concurrent.futures
import contextlib
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "server"))
from server import CAIRN, Part, Server, eventually, events_of, multipart  # noqa: E402

GIGABYTE = 1_000_000_000
SETTLE_SECONDS = 10


def milliseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]


def wrk(address, bodies, connections, seconds):
    """(median latency in ms, requests a second, errors) of posting these bodies."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "30s", "-s", str(ROOT / "bench/http/search.lua"), address]
    said = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "CAIRN_BODIES": str(bodies)}).stdout
    errors = sum(int(n) for n in re.findall(r"(?:connect|read|write|timeout|responses:) (\d+)", said))
    return milliseconds(re.search(r"(?m)^\s+50%\s+([\d.]+\w+)$", said).group(1)), float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1)), errors


def in_process(store, queries, mode, seconds):
    command = [CAIRN, "bench", "search", "--data", store, "--queries", queries, "--mode", mode, "--clients", "2", "--seconds", str(seconds), "--json"]
    figures = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return figures["p50_ms"], figures["queries_per_second"]


def cost(data, rounds, seconds):
    """Search latency with one connection and throughput with 64, against the same store in process."""
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as folder:
        folder, figures = pathlib.Path(folder), {}
        subprocess.run([CAIRN, "ingest", data / "corpus.jsonl", "--format", "jsonl", "--data", folder / "store", "--json"], check=True, capture_output=True)
        queries = [json.loads(line)["text"] for line in (data / "queries.jsonl").read_text().splitlines()]
        for mode in ("lexical", "hybrid"):
            bodies = folder / f"{mode}.jsonl"
            bodies.write_text("".join(json.dumps({"query": query, "mode": mode}) + "\n" for query in queries))
            rows = []
            for _ in range(rounds):
                p50, rate = in_process(folder / "store", data / "queries.jsonl", mode, seconds)
                with Server(data=folder / "store") as server:
                    wrk(server.address, bodies, 1, 1)
                    served_p50, _, errors = wrk(server.address, bodies, 1, seconds)
                    _, served_rate, more = wrk(server.address, bodies, 64, seconds)
                rows.append((served_p50 - p50, served_rate / rate, p50, served_p50, rate, served_rate, errors + more))
            added, share, p50, served_p50, rate, served_rate, _ = (statistics.median(column) for column in zip(*rows))
            figures[mode] = {"added_p50_ms": round(added, 3), "p50_ms": round(p50, 3), "http_p50_ms": round(served_p50, 3), "throughput_share": round(share, 3),
                             "queries_per_second": round(rate), "http_queries_per_second": round(served_rate), "errors": sum(row[-1] for row in rows)}
        return figures


def send_huge(server, size):
    """Uploads one file of that many bytes without holding it; gives the status."""
    kind, frame = multipart([Part("file", b"@@", "huge.txt", "text/plain")])
    before, after = frame.split(b"@@")
    piece = (b"All work and no play makes a dull report. " * 4096)[:128 << 10]
    with contextlib.closing(server.connection(600)) as connection:
        connection.putrequest("POST", "/v1/collections/main/documents")
        connection.putheader("Content-Type", kind)
        connection.putheader("Content-Length", str(len(before) + size + len(after)))
        connection.endheaders(before)
        left = size
        while left:
            connection.send(piece[:left])
            left -= min(left, len(piece))
        connection.send(after)
        return connection.getresponse().status


def uploads(gigabytes):
    """A thousand files in one request, 64 uploaders at once, and a huge file."""
    with Server() as server:
        server.post("/v1/collections", {"name": "main"})
        started = time.monotonic()
        many = server.upload("main", [Part("file", f"Sheet number {i}.".encode(), f"s{i}.txt") for i in range(1000)], query="").json()["documents"]
        one_request = time.monotonic() - started
        started = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            alone = list(pool.map(lambda i: server.upload("main", [Part("file", f"Report number {i}.".encode(), f"r{i}.txt")], query="").json()["documents"][0], range(1000)))
        at_once = time.monotonic() - started
        expected = {d["id"] for d in many + alone}
        eventually(lambda: server.get("/v1/collections/main").json()["documents"] >= 2000, "all are indexed")
        indexed = server.get("/v1/collections/main").json()["documents"]
        before = server.memory_kib("VmHWM")
        started = time.monotonic()
        status = send_huge(server, gigabytes * GIGABYTE)
        return {"expected": len(expected), "indexed": indexed, "one_request_seconds": round(one_request, 2), "at_once_seconds": round(at_once, 2),
                "huge_gigabytes": gigabytes, "huge_status": status, "huge_seconds": round(time.monotonic() - started, 1), "huge_added_mb": round((server.memory_kib("VmHWM") - before) * 1024 / 1e6, 1)}


def cpu_seconds(server):
    fields = pathlib.Path(f"/proc/{server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def first_token(server):
    """Median time to the first token of an answer, in ms, over HTTP."""
    question = {"question": "How long are raw measurements kept in TideView?", "stream": True}
    times = []
    for _ in range(20):
        started = time.monotonic()
        with server.stream("POST", "/v1/answers", question) as response:
            next(data for _, name, data in events_of(response) if name in ("token", "answer"))
        times.append((time.monotonic() - started) * 1000)
    return statistics.median(times)


def ingest_samples(server):
    subprocess.run([CAIRN, "ingest", ROOT / "build" / "samples", "--server", server.address, "--json"], check=True, capture_output=True)


def streams(count):
    """The first token of an answer; the process at rest with the English model alone; memory of idle event streams."""
    with Server() as server:
        ingest_samples(server)
        first = first_token(server)
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as models, contextlib.ExitStack() as opened:
        for model in CAIRN.parent.glob("models/*-en-*.cairnmodel"):
            (pathlib.Path(models) / model.name).symlink_to(model.resolve())
        server = opened.enter_context(Server(environment={"CAIRN_MODELS_FOLDER": models}))
        ingest_samples(server)
        first_token(server)
        at_rest, cpu = server.memory_kib(), cpu_seconds(server)
        time.sleep(SETTLE_SECONDS)
        used = (cpu_seconds(server) - cpu) / SETTLE_SECONDS
        before = server.memory_kib()
        for _ in range(count):
            response = opened.enter_context(server.stream("GET", "/v1/events"))
            assert response.status == 200
        each = (server.memory_kib() - before) / count
        return {"first_token_ms": round(first, 1), "at_rest_mb": round(at_rest * 1024 / 1e6, 1), "at_rest_cpu_percent": round(used * 100, 2),
                "idle_streams": count, "kib_each": round(each, 1)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=pathlib.Path, required=True, help="folder in BEIR form")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=int, default=5)
    arguments.add_argument("--streams", type=int, default=2000)
    arguments.add_argument("--gigabytes", type=int, default=1, help="size of the huge upload")
    arguments.add_argument("--json", type=pathlib.Path)
    arguments.add_argument("parts", nargs="*", default=["cost", "uploads", "streams"])
    given = arguments.parse_args()
    parts = {"cost": lambda: cost(given.data, given.rounds, given.seconds), "uploads": lambda: uploads(given.gigabytes), "streams": lambda: streams(given.streams)}
    figures = {part: parts[part]() for part in given.parts}
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
