"""The server killed and started again in the middle of everything: tasks go on, event streams continue by id, nothing is lost or doubled."""

import json
import signal
import unittest

from server import Part, Server, eventually, events_of

COUNT = 150


class Restart(unittest.TestCase):
    def test_a_kill_in_the_middle_of_ingest_loses_and_doubles_nothing(self):
        with Server() as server:
            server.post("/v1/collections", {"name": "main"})
            text = "The ledger of station {} lists the tides of every day of the year, and how they were measured. "
            documents = server.add("main", *({"external_id": f"d{i}", "text": text.format(i) * 2} for i in range(COUNT)), query="")
            for _ in range(2):  # A task is given up after three attempts.
                eventually(lambda: server.get("/v1/tasks/summary").json()["running"] or server.get("/v1/tasks/summary").json()["succeeded"] >= COUNT, "work begins")
                server.restart(signal.SIGKILL)
            eventually(lambda: server.get("/v1/collections/main").json()["documents"] == COUNT, "all are indexed")
            listed = server.get("/v1/collections/main/documents?limit=1000").json()["items"]
            self.assertEqual({d["id"] for d in listed}, {d["id"] for d in documents})
            self.assertEqual({d["status"] for d in listed}, {"indexed"})
            hits = server.post("/v1/search", {"query": "ledger of station 7", "limit": 1000}).json()["hits"]
            self.assertEqual(len({h["chunk_id"] for h in hits}), len(hits))

    def test_an_event_stream_continues_where_it_was_over_a_restart(self):
        with Server() as server:
            server.post("/v1/collections", {"name": "main"})
            with server.stream("GET", "/v1/events") as response:
                first = server.add("main", {"external_id": "first", "text": "The first report."})[0]
                for last, _, data in events_of(response):
                    if first["task_id"] in data and "succeeded" in data:
                        break
            second = server.add("main", {"external_id": "second", "text": "The second report."})[0]
            server.restart(signal.SIGKILL)
            seen = []
            with server.stream("GET", "/v1/events", headers={"Last-Event-ID": last}) as response:
                for _, _, data in events_of(response):
                    seen.append(data)
                    if second["task_id"] in data and "succeeded" in data:
                        break
            self.assertFalse([data for data in seen if json.loads(data).get("id") == first["task_id"]], "what was seen is not sent again")

    def test_stopping_lets_requests_end_and_exits_with_0(self):
        server = Server().__enter__()
        server.post("/v1/collections", {"name": "main"})
        server.add("main", {"external_id": "a", "text": "The a report."})
        with server.stream("GET", "/v1/events") as response:
            self.assertEqual(response.status, 200)
            self.assertEqual(server.stop(signal.SIGTERM), 0, server.logged())
        with Server(data=server.data) as again:
            self.assertEqual(again.get("/v1/collections/main").json()["documents"], 1)
        server.own.cleanup()

    def test_a_port_that_is_taken_is_said_and_the_folder_is_free_again(self):
        with Server() as server:
            with self.assertRaises(AssertionError) as refused:
                Server(listen=f"127.0.0.1:{server.port}").start()
            self.assertIn(str(server.port), str(refused.exception))

    def test_a_second_server_on_the_same_folder_is_refused(self):
        with Server() as server:
            with self.assertRaises(AssertionError) as refused:
                Server(data=server.data).start()
            self.assertIn("another", str(refused.exception))


if __name__ == "__main__":
    unittest.main()
