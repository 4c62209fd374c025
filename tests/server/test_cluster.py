"""Nodes side by side on one PostgreSQL and one S3-compatible store: what one takes in the others find, and the work of a dead one is done by the others."""

import contextlib
import signal
import unittest

from cluster import ObjectStore, Postgres, node_environment
from server import Server, eventually

TEXT = "The ledger of station {} lists the tides of every day of the year, and how they were measured. "


@contextlib.contextmanager
def two_nodes(*, with_objects=True):
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(Postgres())
        objects = stack.enter_context(ObjectStore()) if with_objects else None
        environment = node_environment(database, objects)
        yield database, *[stack.enter_context(Server(environment=environment)) for _ in range(2)]


def found(node, query):
    reply = node.post("/v1/search", {"query": query})
    return [hit["external_id"] for hit in reply.json()["hits"]] if reply.status == 200 else str(reply)


class Cluster(unittest.TestCase):
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
