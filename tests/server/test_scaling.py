"""Nodes that come and go with the load: by processes of the same program, by a webhook, and by a Kubernetes API server that the test plays."""

import contextlib
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import signal
import tempfile
import threading
import time
import unittest

from cluster import Postgres, node_environment
from server import Server, eventually

DIMENSIONS = 8


class Endpoint:
    """An HTTP server of the test's: `answer(handler, body)` gives a status and what becomes JSON."""

    def __init__(self, answer):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def take(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, reply = answer(self, body)
                reply = json.dumps(reply).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            do_POST = do_PATCH = do_GET = take

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class SlowModel:
    """Embeds, and takes its time for as long as it is told to: so work piles up that costs no processor."""

    def __init__(self):
        self.is_slow = threading.Event()

    def __call__(self, handler, body):
        texts = json.loads(body)["input"]
        if self.is_slow.is_set():
            time.sleep(1)
        vectors = [[byte + 1 for byte in hashlib.sha256(text.encode()).digest()[:DIMENSIONS]] for text in texts]
        return 200, {"data": [{"index": i, "embedding": vector} for i, vector in enumerate(vectors)]}


@contextlib.contextmanager
def deciding_node(provider, **settings):
    """A node that may decide, quickly, on a database of its own; what happens is left to the queue, because the machine may be busy with anything."""
    with Postgres() as database:
        environment = {**node_environment(database), "CAIRN_CLUSTER_NOTICE_SECONDS": "0", "CAIRN_SCALING_PROVIDER": provider, "CAIRN_SCALING_CPU_PERCENT": "0",
                       "CAIRN_SCALING_QUEUE_SECONDS": "1", "CAIRN_SCALING_PAUSE_UP_SECONDS": "1", "CAIRN_SCALING_PAUSE_DOWN_SECONDS": "1",
                       "CAIRN_SCALING_CALM_SECONDS": "3", **settings}
        with Server(environment=environment) as node:
            eventually(lambda: scaling(node)["enabled"], "it decides")
            yield node


def scaling(node):
    return node.get("/v1/autoscaling").json()


def states(node):
    return {item["id"]: item["state"] for item in node.get("/v1/cluster/nodes").json()["items"]}


def ready(node):
    return list(states(node).values()).count("ready")


def causes(node):
    return [decision["cause"] for decision in scaling(node)["decisions"]]


def children(process):
    """The process ids of its children that are nodes."""
    found = set()
    for thread in pathlib.Path(f"/proc/{process.pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # Threads and children come and go.
            found.update(pid for pid in thread.read_text().split() if b"serve" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"))
    return {int(pid) for pid in found}


def is_there(pid):
    with contextlib.suppress(OSError):
        return "\nState:\tZ" not in pathlib.Path(f"/proc/{pid}/status").read_text()
    return False


class Processes(unittest.TestCase):
    def test_a_burst_starts_nodes_and_idleness_drains_them_and_nothing_is_lost(self):
        model = SlowModel()
        with Endpoint(model) as endpoint, deciding_node(
                "process", CAIRN_SCALING_MAXIMUM="3", CAIRN_INGEST_THREADS="1", CAIRN_EMBEDDINGS_URL=endpoint.url + "/v1", CAIRN_EMBEDDINGS_MODEL="slow",
                CAIRN_EMBEDDINGS_DIMENSIONS=str(DIMENSIONS), CAIRN_EMBEDDINGS_ALLOW_PRIVATE="true") as node:
            self.assertEqual((scaling(node)["wanted"], ready(node)), (1, 1))
            node.post("/v1/collections", {"name": "main"})
            model.is_slow.set()
            begin, count = time.monotonic(), 0
            while ready(node) < 3:  # However quick this machine is: there is always something left to do.
                self.assertLess(time.monotonic(), begin + 300, json.dumps(scaling(node)))
                if node.get("/v1/tasks/summary").json()["queued"] < 1000:
                    node.add("main", *({"external_id": f"d{count + i}", "text": f"Gull number {count + i} nests on the cliff."} for i in range(500)), query="")
                    count += 500
                time.sleep(0.1)
            print(f"from a burst to a third node: {time.monotonic() - begin:.1f} s", flush=True)
            self.assertIn("queue", causes(node))
            eventually(lambda: len({task["node"] for task in node.get("/v1/tasks?status=running&limit=1000").json()["items"]}) > 1, "they share the work")
            model.is_slow.clear()
            eventually(lambda: node.get("/v1/collections/main").json()["documents"] == count, "all is done")
            eventually(lambda: scaling(node)["wanted"] == 1, "they are not wanted any more")
            eventually(lambda: ready(node) == 1 and not children(node.process), "they have ended")
            listed = [state for state in states(node).values() if state != "ready"]
            self.assertEqual(listed, ["gone"] * len(listed))
            self.assertNotIn("lost", causes(node))
            self.assertEqual(causes(node).count("calm"), 2)
            summary = node.get("/v1/tasks/summary").json()
            self.assertEqual((summary["failed"], summary["queued"], summary["running"]), (0, 0, 0))
            hits = node.post("/v1/search", {"query": "gull", "mode": "lexical", "limit": 1000}).json()["hits"]
            self.assertEqual(len(hits), len({hit["document_id"] for hit in hits}))
            self.assertIn("cairn_scaling_wanted_nodes 1", node.get("/metrics").body.decode())

    def test_people_can_ask_for_more_and_fewer(self):
        with deciding_node("process", CAIRN_SCALING_MAXIMUM="2", CAIRN_SCALING_CALM_SECONDS="3600") as node:
            self.assertEqual(node.post("/v1/autoscaling/scale-down").status, 409)
            more = node.post("/v1/autoscaling/scale-up")
            self.assertEqual((more.status, more.json()["wanted"]), (200, 2), str(more))
            self.assertEqual(more.json()["decisions"][0]["cause"], "asked")
            self.assertEqual(node.post("/v1/autoscaling/scale-up").status, 409)
            eventually(lambda: ready(node) == 2, "the second one is there")
            other = next(item for item in node.get("/v1/cluster/nodes").json()["items"] if item["id"] != node.get("/v1/cluster").json()["node"])
            self.assertNotEqual(other["address"], node.address)
            self.assertEqual(node.post("/v1/autoscaling/scale-down").status, 200)
            eventually(lambda: states(node)[other["id"]] == "gone" and not children(node.process), "it has ended")
            self.assertNotIn("lost", causes(node))
            audited = [entry["action"] for entry in node.get("/v1/audit").json()["items"]]
            self.assertIn("POST /v1/autoscaling/scale-up", audited)

    def test_a_node_that_is_killed_or_stands_still_is_replaced(self):
        with deciding_node("process", CAIRN_SCALING_MINIMUM="2") as node:
            eventually(lambda: ready(node) == 2, "there are two")
            for how in (signal.SIGKILL, signal.SIGSTOP):
                before = set(states(node))
                victim = children(node.process).pop()
                os.kill(victim, how)
                eventually(lambda: not is_there(victim), "it is gone, and waited for")
                eventually(lambda: set(states(node)) - before and ready(node) == 2, "another one is there")
            eventually(lambda: causes(node).count("lost") == 2, "the history tells")

    def test_its_nodes_end_with_the_one_that_started_them(self):
        for how in (signal.SIGTERM, signal.SIGKILL):
            with deciding_node("process", CAIRN_SCALING_MINIMUM="2") as node:
                eventually(lambda: ready(node) == 2, "there are two")
                started = children(node.process)
                self.assertEqual(len(started), 1)
                node.stop(how)
                eventually(lambda: not any(is_there(pid) for pid in started), "it has ended too")

    def test_another_node_decides_when_the_one_that_did_is_gone(self):
        with deciding_node("process", CAIRN_SCALING_MINIMUM="2") as first:
            eventually(lambda: ready(first) == 2, "there are two")
            with Server(environment=first.environment) as second:
                self.assertEqual(scaling(second)["leader"], first.get("/v1/cluster").json()["node"])
                first.stop(signal.SIGKILL)
                eventually(lambda: scaling(second)["enabled"] and scaling(second)["leader"] == second.get("/v1/cluster").json()["node"], "the other one decides")
                eventually(lambda: ready(second) == 2, "there are two again")


class Others(unittest.TestCase):
    def test_a_webhook_is_told_the_number_with_a_signature_until_it_agrees(self):
        calls, refuse, secret = [], threading.Event(), "only the two of them know"
        refuse.set()

        def answer(handler, body):
            calls.append((handler.command, dict(handler.headers), body))
            return (500 if refuse.is_set() else 200), {}

        with Endpoint(answer) as endpoint, deciding_node("webhook", CAIRN_SCALING_MINIMUM="2", CAIRN_SCALING_WEBHOOK_URL=endpoint.url + "/scale",
                                                         CAIRN_SCALING_WEBHOOK_SECRET=secret) as node:
            eventually(lambda: len(calls) > 1, "it is told more than once")
            eventually(lambda: "trouble" in causes(node), "the history tells that nobody does it")
            refuse.clear()
            method, headers, body = eventually(lambda: calls and calls[-1], "it is told")
            self.assertEqual((method, json.loads(body)["nodes"]), ("POST", 2))
            self.assertEqual(json.loads(body)["live"], [node.get("/v1/cluster").json()["node"]])
            expected = hmac.new(secret.encode(), f"{headers['Cairn-Time']}.".encode() + body, hashlib.sha256).hexdigest()
            self.assertEqual(headers["Cairn-Signature"], "sha256=" + expected)
            self.assertNotIn(secret, node.logged() + json.dumps(scaling(node)))
            self.assertEqual(ready(node), 1)  # It says what is so, not what is wanted.

    def test_kubernetes_is_told_as_its_api_wants_it(self):
        calls = []

        def answer(handler, body):
            right = (handler.command == "PATCH" and handler.path == "/apis/apps/v1/namespaces/ours/statefulsets/cairn/scale"
                     and handler.headers["Content-Type"] == "application/merge-patch+json" and handler.headers["Authorization"] == "Bearer token-of-the-pod")
            calls.append((right, json.loads(body)))
            return (200, {"kind": "Scale"}) if right else (403, {"kind": "Status", "message": "no"})

        with tempfile.TemporaryDirectory() as account, Endpoint(answer) as api:
            for name, text in (("token", "token-of-the-pod"), ("namespace", "ours")):
                (pathlib.Path(account) / name).write_text(text)
            with deciding_node("kubernetes", CAIRN_SCALING_MINIMUM="3", CAIRN_SCALING_KUBERNETES_URL=api.url, CAIRN_SCALING_KUBERNETES_STATEFUL_SET="cairn",
                               CAIRN_SCALING_KUBERNETES_ACCOUNT=account):
                eventually(lambda: calls, "it is told")
                self.assertEqual(calls[0], (True, {"spec": {"replicas": 3}}))

    def test_wrong_settings_are_told_at_the_start(self):
        with Postgres() as database:
            for settings, expected in (({"PROVIDER": "magic"}, "write none, process, webhook or kubernetes"), ({"PROVIDER": "webhook"}, "scaling.webhook_url"),
                                       ({"PROVIDER": "kubernetes", "KUBERNETES_URL": "http://x"}, "scaling.kubernetes_namespace"),
                                       ({"MINIMUM": "4"}, "the maximum no less than the minimum")):
                environment = {**node_environment(database), **{f"CAIRN_SCALING_{name}": value for name, value in settings.items()}}
                with self.assertRaisesRegex(AssertionError, expected), Server(environment=environment):
                    pass
        with self.assertRaisesRegex(AssertionError, "several nodes need one in PostgreSQL"), Server(environment={"CAIRN_SCALING_PROVIDER": "process"}):
            pass

    def test_a_single_node_says_that_there_is_nothing_to_scale(self):
        with Server() as node:
            now = scaling(node)
            self.assertEqual((now["enabled"], now["nodes"], now["wanted"], now["leader"], now["decisions"]), (False, 1, 1, None, []))
            for direction in ("up", "down"):
                self.assertEqual(node.post(f"/v1/autoscaling/scale-{direction}").status, 409)


if __name__ == "__main__":
    unittest.main()
