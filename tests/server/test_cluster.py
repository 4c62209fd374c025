"""Nodes side by side on one PostgreSQL and one S3-compatible store: what one takes in the others find, and the work of a dead one is done by the others."""

import contextlib
import pathlib
import signal
import tempfile
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
            eventually(lambda: states(first)[other] == "suspect", "a silent node is suspect")
            eventually(lambda: states(first)[other] == "gone", "and then gone")
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
