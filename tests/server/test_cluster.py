"""Nodes side by side on one PostgreSQL and one S3-compatible store: what one takes in the others find, and the work of a dead one is done by the others."""

import contextlib
import http.client
import itertools
import pathlib
import signal
import tempfile
import threading
import unittest

from cluster import ObjectStore, Postgres, node_environment, run_on
from server import Server, eventually

TEXT = "The ledger of station {} lists the tides of every day of the year, and how they were measured. "


@contextlib.contextmanager
def two_nodes(*, with_objects=True, **settings):
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(Postgres())
        objects = stack.enter_context(ObjectStore()) if with_objects else None
        environment = {"CAIRN_CLUSTER_NOTICE_SECONDS": "0", **node_environment(database, objects), **settings}
        yield database, *[stack.enter_context(Server(environment=environment)) for _ in range(2)]


def found(node, query):
    reply = node.post("/v1/search", {"query": query})
    return [hit["external_id"] for hit in reply.json()["hits"]] if reply.status == 200 else str(reply)


def states(node):
    """The states of all nodes by their names, as one of them sees them."""
    return {item["id"]: item["state"] for item in node.get("/v1/cluster/nodes").json()["items"]}


def name_of(node):
    return node.get("/v1/cluster").json()["node"]


class Load:
    """Searches of several clients, each in turn at each node as a balancer would pass them on: what a node does not answer at all, the next is asked."""

    def __init__(self, nodes, word, asks_first=False):
        self.nodes, self.word, self.asks_first = nodes, word, asks_first
        self.done, self.refused, self.wrong, self.asked = 0, 0, [], [0] * len(nodes)
        self.lock, self.ending = threading.Lock(), threading.Event()
        self.threads = [threading.Thread(target=self.run) for _ in range(3)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        for thread in self.threads:
            thread.join()

    def run(self):
        for turn in itertools.count():
            if self.ending.is_set():
                return
            if not any(self.search((turn + i) % len(self.nodes)) for i in range(len(self.nodes))):
                with self.lock:
                    self.wrong.append("no node answers")

    def search(self, number):
        """Whether the node answered."""
        try:
            if self.asks_first and self.nodes[number].get("/readyz").status != 200:
                return False
            hits = found(self.nodes[number], self.word)
        except (OSError, http.client.HTTPException):
            with self.lock:
                self.refused += 1
            return False
        with self.lock:
            self.done += 1
            self.asked[number] += 1
            if hits != [self.word]:
                self.wrong.append(hits)
        return True


SECRET = "what only the nodes of this test know"
TOGETHER = {"CAIRN_CLUSTER_SECRET": SECRET, "CAIRN_CLUSTER_SHARE_CHUNKS": "0"}
QUERIES = [{"query": "tides of station 7"}, {"query": "how were they measured", "mode": "dense"}, {"query": "ledger", "mode": "lexical"},
           {"query": "tides", "fusion": "rrf", "limit": 50}, {"query": "tides", "filter": {"kind": "even"}}]


def told(node, request):
    """The hits of a search, all that is said of them; manifests go on with merges meanwhile, and times differ."""
    reply = node.post("/v1/search", request)
    return reply.json()["hits"] if reply.status == 200 and reply.json()["complete"] else str(reply)


def parts_searched(node):
    """How many requests of other nodes a node has answered."""
    lines = node.get("/metrics").body.decode().splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("cairn_http_requests_total") and "/v1/nodes/search" in line and '"2xx"' in line)


@contextlib.contextmanager
def nodes_that_share_searches(count, **settings):
    """Nodes that know of each other, with a few collections of which each is a segment or more."""
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(Postgres())
        environment = {"CAIRN_CLUSTER_NOTICE_SECONDS": "0", **node_environment(database), **TOGETHER, **settings}
        nodes = [stack.enter_context(Server(environment=environment)) for _ in range(count)]
        for c in range(6):
            nodes[0].post("/v1/collections", {"name": f"part{c}"})
            nodes[0].add(f"part{c}", *({"external_id": f"{c}-{i}", "text": TEXT.format(10 * c + i), "metadata": {"kind": "even" if i % 2 == 0 else "odd"}}
                                       for i in range(8)))
        for node in nodes:
            eventually(lambda: list(states(node).values()).count("ready") == count, "all nodes know of each other")
        yield nodes


class Together(unittest.TestCase):
    def test_three_nodes_find_together_what_each_finds_alone(self):
        with nodes_that_share_searches(3) as nodes:
            alone = [told(nodes[0], request) for request in QUERIES]
            self.assertTrue(all(isinstance(hits, list) and hits for hits in alone), alone)
            for node in nodes:
                self.assertEqual([told(node, request) for request in QUERIES], alone)
            for node in nodes:
                self.assertGreater(parts_searched(node), 0)
            nodes[1].environment["CAIRN_CLUSTER_SECRET"] = ""  # Now it searches by itself.
            nodes[1].restart(signal.SIGKILL)
            self.assertEqual([told(nodes[1], request) for request in QUERIES], alone)
            self.assertEqual(parts_searched(nodes[1]), 0)

    def test_searches_go_on_while_nodes_are_killed_or_stand_still(self):
        with nodes_that_share_searches(3) as nodes:
            expected = [told(nodes[0], request) for request in QUERIES]
            nodes[1].process.send_signal(signal.SIGSTOP)
            while_it_stands_still = [told(nodes[0], request) for request in QUERIES]
            nodes[1].process.send_signal(signal.SIGCONT)
            self.assertEqual(while_it_stands_still, expected)
            self.assertEqual([told(nodes[0], request) for request in QUERIES], expected)
            nodes[2].stop(signal.SIGKILL)
            self.assertEqual([told(nodes[0], request) for request in QUERIES], expected)
            nodes[1].stop(signal.SIGKILL)
            self.assertEqual([told(nodes[0], request) for request in QUERIES], expected)

    def test_nobody_without_the_secret_may_ask_what_nodes_ask(self):
        with nodes_that_share_searches(1) as (node,):
            for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Bearer {SECRET}x"}):
                reply = node.send("POST", "/v1/nodes/search", b"{}", headers={"Content-Type": "application/cbor", **headers})
                self.assertEqual(reply.status, 401, str(reply))
            allowed = node.send("POST", "/v1/nodes/search", b"{}", headers={"Content-Type": "application/cbor", "Authorization": f"Bearer {SECRET}"})
            self.assertEqual(allowed.status, 400, str(allowed))
            self.assertNotIn(SECRET, node.logged())
        with two_nodes(with_objects=False) as (_, node, _):
            self.assertEqual(node.send("POST", "/v1/nodes/search", b"{}", headers={"Content-Type": "application/cbor"}).status, 404)


class Cluster(unittest.TestCase):
    def test_nodes_know_of_each_other_from_joining_to_gone(self):
        with two_nodes(with_objects=False) as (_, first, second):
            one, other = name_of(first), name_of(second)
            self.assertNotEqual(one, other)
            eventually(lambda: states(first) == states(second) == {one: "ready", other: "ready"}, "both see both")
            cluster = first.get("/v1/cluster").json()
            self.assertEqual((cluster["mode"], cluster["nodes"], cluster["ready"]), ("cluster", 2, 2))
            listed = {item["id"]: item for item in first.get("/v1/cluster/nodes").json()["items"]}
            self.assertEqual(listed[other]["address"], second.address)
            self.assertGreater(listed[other]["memory_bytes"], 0)
            eventually(lambda: 'cairn_nodes{state="ready"} 2' in first.get("/metrics").body.decode(), "the metrics count both")
            second.stop(signal.SIGKILL)
            eventually(lambda: states(first)[other] in ("suspect", "gone"), "a silent node is noticed")
            eventually(lambda: states(first)[other] == "gone", "and gone in the end")
            self.assertEqual(first.get("/v1/cluster").json()["nodes"], 1)

    def test_a_node_that_is_told_to_end_says_so_and_answers_while_others_notice(self):
        with two_nodes(with_objects=False, CAIRN_CLUSTER_NOTICE_SECONDS="3600") as (_, first, second):
            other = name_of(second)
            eventually(lambda: len(states(second)) == 2, "it knows that it is not alone")
            second.process.send_signal(signal.SIGTERM)
            eventually(lambda: states(first)[other] == "draining", "the other one hears of it")
            self.assertEqual(second.get("/v1/cluster").status, 200)
            self.assertEqual(second.get("/readyz").status, 503)
            second.stop(signal.SIGKILL)
            first.stop(signal.SIGKILL)

    def test_a_node_that_has_ended_is_gone_at_once(self):
        with two_nodes(with_objects=False, CAIRN_CLUSTER_NOTICE_SECONDS="0") as (_, first, second):
            other = name_of(second)
            self.assertEqual(second.stop(), 0)
            self.assertEqual(states(first)[other], "gone")

    def test_commands_on_one_database_work_under_names_of_their_own(self):
        with Postgres() as database, tempfile.TemporaryDirectory() as folder:
            environment = node_environment(database)
            for number in ("one", "two"):
                path = pathlib.Path(folder) / f"{number}.txt"
                path.write_text(TEXT.format(number))
                run_on(environment, "ingest", path, data=pathlib.Path(folder) / "store")
            tasks = run_on(environment, "tasks", data=pathlib.Path(folder) / "store")["items"]
            names = [task["node"] for task in tasks if task["type"] == "ingest"]
            self.assertEqual(len(set(names)), 2, names)

    def test_what_one_node_takes_in_the_other_finds_and_removes(self):
        with two_nodes() as (_, first, second):
            first.post("/v1/collections", {"name": "main"})
            document = first.add("main", {"external_id": "gull", "text": "The gull nests on the northern cliff."})[0]
            self.assertEqual(found(second, "where does the gull nest"), ["gull"])
            self.assertEqual(found(first, "where does the gull nest"), ["gull"])
            second.add("main", {"external_id": "gull", "text": "The gull moved to the southern beach."})
            self.assertIn("southern", first.post("/v1/search", {"query": "gull"}).json()["hits"][0]["text"])
            second.send("DELETE", f"/v1/documents/{document['id']}")
            eventually(lambda: found(first, "gull") == [], "what the second node removed is gone for the first")

    def test_the_work_of_a_node_that_is_killed_is_done_by_the_other(self):
        count = 120
        with two_nodes() as (_, first, second):
            first.post("/v1/collections", {"name": "main"})
            first.add("main", *({"external_id": f"d{i}", "text": TEXT.format(i) * 2} for i in range(count)), query="")
            eventually(lambda: second.get("/v1/tasks/summary").json()["running"] or second.get("/v1/tasks/summary").json()["succeeded"], "work begins")
            first.stop(signal.SIGKILL)
            eventually(lambda: second.get("/v1/collections/main").json()["documents"] == count, "all are indexed")
            listed = second.get("/v1/collections/main/documents?limit=1000").json()["items"]
            self.assertEqual({d["status"] for d in listed}, {"indexed"})
            hits = second.post("/v1/search", {"query": "ledger of station 7", "limit": 1000}).json()["hits"]
            self.assertEqual(len({h["chunk_id"] for h in hits}), len(hits))
            self.assertEqual(len({h["document_id"] for h in hits}), count)
            first.start()
            self.assertEqual(first.get("/v1/collections/main").json()["documents"], count)

    def test_a_node_that_stood_still_beyond_its_leases_commits_nothing_twice(self):
        count = 60
        with two_nodes() as (_, first, second):
            first.post("/v1/collections", {"name": "main"})
            first.add("main", *({"external_id": f"d{i}", "text": TEXT.format(i) * 2} for i in range(count)), query="")
            eventually(lambda: second.get("/v1/tasks/summary").json()["running"] or second.get("/v1/tasks/summary").json()["succeeded"], "work begins")
            first.process.send_signal(signal.SIGSTOP)
            eventually(lambda: second.get("/v1/collections/main").json()["documents"] == count, "the other node does it all")
            first.process.send_signal(signal.SIGCONT)
            self.assertEqual(first.post("/v1/collections", {"name": "more"}).status, 201)  # By then it has heard that its leases are lost, or hears it at its commit.
            first.add("more", {"external_id": "late", "text": "What is said after that is found."})
            for node in (first, second):
                hits = node.post("/v1/search", {"query": "ledger of station 7", "collections": ["main"], "limit": 1000}).json()["hits"]
                self.assertEqual(len({h["chunk_id"] for h in hits}), len(hits))
                self.assertEqual(len({h["document_id"] for h in hits}), count)

    def test_searches_go_on_while_a_node_is_killed_under_load(self):
        with two_nodes(with_objects=False) as (_, first, second):
            first.post("/v1/collections", {"name": "main"})
            first.add("main", {"external_id": "gull", "text": "The gull nests on the northern cliff."})
            with Load([first, second], "gull") as load:
                eventually(lambda: load.done > 20, "searches are under way")
                second.stop(signal.SIGKILL)
                before = load.done
                eventually(lambda: load.done > before + 50, "they go on")
            self.assertEqual(load.wrong, [])

    def test_draining_refuses_nobody_who_asks_first_whether_a_node_is_ready(self):
        with two_nodes(with_objects=False, CAIRN_CLUSTER_NOTICE_SECONDS="3600") as (_, first, second):
            first.post("/v1/collections", {"name": "main"})
            first.add("main", {"external_id": "gull", "text": "The gull nests on the northern cliff."})
            eventually(lambda: len(states(second)) == 2, "it knows that it is not alone")
            with Load([first, second], "gull", asks_first=True) as load:
                eventually(lambda: load.asked[1] > 5, "both are asked")
                second.process.send_signal(signal.SIGTERM)
                eventually(lambda: second.get("/readyz").status == 503, "it says that it drains")
                before = load.done
                eventually(lambda: load.done > before + 20, "the other one is asked")
            self.assertEqual((load.wrong, load.refused), ([], 0))
            for node in (first, second):
                node.stop(signal.SIGKILL)

    def test_nodes_say_that_the_database_is_away_and_go_on_when_it_is_back(self):
        with two_nodes(with_objects=False) as (database, first, second):
            first.post("/v1/collections", {"name": "main"})
            first.add("main", {"external_id": "gull", "text": "The gull nests on the northern cliff."})
            database.stop()
            refused = second.post("/v1/collections/main/documents", {"documents": [{"external_id": "tern", "text": "The tern."}]})
            self.assertEqual(refused.status, 503, str(refused))
            database.start()
            second.add("main", {"external_id": "tern", "text": "The tern fishes at dawn."})
            eventually(lambda: sorted(found(first, "gull tern")) == ["gull", "tern"], "the first node is back")


if __name__ == "__main__":
    unittest.main()
