"""What searching together costs and saves: the same queries through one node and through three, on one PostgreSQL and one S3-compatible store."""

import argparse
import contextlib
import json
import os
import pathlib
import statistics
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "server"))
from cluster import ObjectStore, Postgres, node_environment  # noqa: E402
from server import Server, eventually  # noqa: E402

BATCH = 200
SECRET = "what only the nodes of this measurement know"


def cpu_seconds(node):
    fields = pathlib.Path(f"/proc/{node.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def post(connection, body):
    connection.request("POST", "/v1/search", body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    said = json.loads(response.read())
    assert response.status == 200 and said["complete"], said
    return [(hit["chunk_id"], hit["score"]) for hit in said["hits"]]


def measure(nodes, bodies, seconds):
    """One client, each query at the next node: median latency in ms, CPU of the busiest node in ms a query, and each query's hits."""
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(contextlib.closing(node.connection(60))) for node in nodes]
        hits = [post(connections[i % len(nodes)], body) for i, body in enumerate(bodies)]  # Each cache is warm, whatever its node owns.
        before, times, end = [cpu_seconds(node) for node in nodes], [], time.monotonic() + seconds
        while time.monotonic() < end:
            for body in bodies:
                started = time.perf_counter()
                post(connections[len(times) % len(nodes)], body)
                times.append(time.perf_counter() - started)
        busiest = max(cpu_seconds(node) - was for node, was in zip(nodes, before))
    return 1000 * statistics.median(times), 1000 * busiest / len(times), hits


def is_idle(node):
    summary = node.get("/v1/tasks/summary").json()
    return summary["queued"] == summary["running"] == 0


def compare(data, count, seconds, rounds):
    queries = [json.loads(line)["text"] for line in (data / "queries.jsonl").read_text().splitlines()]
    with contextlib.ExitStack() as stack:
        environment = node_environment(stack.enter_context(Postgres()), stack.enter_context(ObjectStore()))
        environment |= {"CAIRN_CLUSTER_SECRET": SECRET, "CAIRN_CLUSTER_SHARE_CHUNKS": "0", "CAIRN_CLUSTER_NOTICE_SECONDS": "0"}
        first = stack.enter_context(Server(environment=environment))
        first.post("/v1/collections", {"name": "main"})
        texts = [json.loads(line) for line in (data / "corpus.jsonl").read_text().splitlines()]
        for start in range(0, len(texts), BATCH):
            first.add("main", *({"external_id": text["_id"], "title": text["title"], "text": text["text"] or "-"} for text in texts[start:start + BATCH]), query="")
        eventually(lambda: is_idle(first), "merges are over")
        figures = {}
        for mode in ("lexical", "hybrid"):
            bodies, rows = [json.dumps({"query": query, "mode": mode}) for query in queries], []
            for _ in range(rounds):
                alone = measure([first], bodies, seconds)
                with contextlib.ExitStack() as others:
                    nodes = [first] + [others.enter_context(Server(environment=environment)) for _ in range(count - 1)]
                    for node in nodes:
                        eventually(lambda: [n["state"] for n in node.get("/v1/cluster/nodes").json()["items"]].count("ready") == count, "all know of each other")
                    together = measure(nodes, bodies, seconds)
                assert alone[2] == together[2], "the nodes together find something else than one alone"
                eventually(lambda: [n["state"] for n in first.get("/v1/cluster/nodes").json()["items"]].count("ready") == 1, "the others are gone")
                rows.append((alone[0], together[0], alone[1], together[1]))
            p50, shared_p50, cpu, shared_cpu = (statistics.median(column) for column in zip(*rows))
            figures[mode] = {"one_node_p50_ms": round(p50, 2), "nodes_p50_ms": round(shared_p50, 2), "added_ms": round(shared_p50 - p50, 2),
                             "one_node_cpu_ms": round(cpu, 3), "busiest_cpu_ms": round(shared_cpu, 3), "busiest_share": round(shared_cpu / cpu, 3)}
        figures["segments"] = first.get("/v1/cluster/nodes").json()["items"][0]["segments"]
        return figures


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=pathlib.Path, required=True, help="folder in BEIR form")
    arguments.add_argument("--nodes", type=int, default=3)
    arguments.add_argument("--seconds", type=int, default=5)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--json", type=pathlib.Path)
    given = arguments.parse_args()
    figures = compare(given.data, given.nodes, given.seconds, given.rounds)
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
