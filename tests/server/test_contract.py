"""The API's promises, route by route, on a few small documents."""

import hashlib
import json
import re
import unittest

from server import ROOT, Part, Server, eventually, events_of

LEAVE = "# Leave\n\nEmployees have 25 days of annual leave. Unused days expire on 31 March of the following year."
PUMP = "# Pump P-7\n\nThe pump must be serviced every 400 hours. Its filter costs 35 euros."
CHINESE = "員工每年有二十五天特別休假。未休完的天數於次年三月三十一日失效。"


def is_problem(reply):
    """Whether the reply is a problem document that says what to do."""
    body = reply.json()
    return reply.headers["content-type"].startswith("application/problem+json") and {"type", "title", "status", "detail", "request_id"} <= body.keys() \
        and body["status"] == reply.status and len(body["detail"]) > 10


class Contract(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        assert cls.server.post("/v1/collections", {"name": "main"}).status == 201
        cls.documents = cls.server.add(
            "main", {"external_id": "leave.md", "title": "Leave", "text": LEAVE, "metadata": {"year": 2024, "team": "people"}},
            {"external_id": "pump.md", "text": PUMP, "metadata": {"year": 2020, "team": "service"}}, {"external_id": "休假", "text": CHINESE})

    def assertProblem(self, reply, status):
        self.assertEqual(reply.status, status, str(reply))
        self.assertTrue(is_problem(reply), str(reply))

    def test_uploaded_documents_are_indexed_once_the_wait_ends(self):
        self.assertEqual([d["status"] for d in self.documents], ["indexed"] * 3)
        for document in self.documents:
            self.assertLessEqual({"id", "external_id", "content_hash", "status", "task_id", "unchanged"}, document.keys())
        self.assertEqual(self.documents[0]["content_hash"], hashlib.sha256(LEAVE.encode()).hexdigest())

    def test_the_same_bytes_again_are_unchanged(self):
        again = self.server.add("main", {"external_id": "leave.md", "title": "Leave", "text": LEAVE, "metadata": {"year": 2024, "team": "people"}})
        self.assertTrue(again[0]["unchanged"], again)

    def test_new_bytes_replace_the_document(self):
        first = self.server.add("main", {"external_id": "note", "text": "The zebra door code is 1111."})[0]
        second = self.server.add("main", {"external_id": "note", "text": "The zebra door code is 2222."})[0]
        self.assertEqual(first["id"], second["id"])
        self.assertEqual(self.server.get(f"/v1/documents/{first['id']}").json()["version"], 2)
        texts = [hit["text"] for hit in self.server.post("/v1/search", {"query": "zebra door code"}).json()["hits"] if hit["external_id"] == "note"]
        self.assertEqual(len(texts), 1)
        self.assertIn("2222", texts[0])

    def test_collections_are_created_listed_shown_and_deleted(self):
        made = self.server.post("/v1/collections", {"name": "second", "description": "d", "chunking": {"strategy": "fixed", "max_tokens": 100, "overlap_tokens": 10}})
        self.assertEqual(made.status, 201, str(made))
        self.assertProblem(self.server.post("/v1/collections", {"name": "second"}), 409)
        shown = self.server.get("/v1/collections/second").json()
        self.assertEqual((shown["name"], shown["documents"], shown["chunking"]["strategy"]), ("second", 0, "fixed"))
        self.assertLessEqual({"documents", "chunks", "segments", "bytes", "manifest"}, shown.keys())
        self.assertIn("second", [c["name"] for c in self.server.get("/v1/collections").json()["items"]])
        self.assertIn(self.server.send("DELETE", "/v1/collections/second").status, (200, 204))
        self.assertProblem(self.server.get("/v1/collections/second"), 404)

    def test_bad_requests_say_what_to_do(self):
        self.assertProblem(self.server.post("/v1/collections", {"name": ""}), 400)
        self.assertProblem(self.server.post("/v1/collections", {"name": "x", "colour": "red"}), 400)
        self.assertIn("colour", self.server.post("/v1/collections", {"name": "x", "colour": "red"}).json()["detail"])
        self.assertProblem(self.server.post("/v1/search", {}), 400)
        self.assertProblem(self.server.post("/v1/search", {"query": "x", "mode": "psychic"}), 400)
        self.assertProblem(self.server.post("/v1/search", {"query": "x", "limit": "ten"}), 400)
        self.assertProblem(self.server.post("/v1/search", b"{not json", headers={"Content-Type": "application/json"}), 400)
        self.assertProblem(self.server.post("/v1/search", {"query": "x", "collections": ["nowhere"]}), 404)
        self.assertProblem(self.server.get("/v1/nowhere"), 404)
        self.assertProblem(self.server.get("/v1/documents/0123"), 404)
        reply = self.server.send("DELETE", "/v1/search")
        self.assertProblem(reply, 405)
        self.assertIn("POST", reply.headers["allow"])
        self.assertProblem(self.server.get("/v1/collections?limit=-1"), 400)
        self.assertProblem(self.server.get("/v1/collections?colour=red"), 400)

    def test_documents_are_listed_by_pages_status_and_words(self):
        self.server.post("/v1/collections", {"name": "many"})
        self.server.add("many", *({"external_id": f"d{i:02}", "title": f"Title {i}", "text": f"Text number {i}."} for i in range(25)))
        seen, cursor = [], ""
        while True:
            page = self.server.get(f"/v1/collections/many/documents?limit=10{'&cursor=' + cursor if cursor else ''}").json()
            seen += [d["external_id"] for d in page["items"]]
            cursor = page["next_cursor"]
            if not cursor:
                break
        self.assertEqual(seen, [f"d{i:02}" for i in range(25)])
        self.assertEqual(len(self.server.get("/v1/collections/many/documents?q=Title%2012").json()["items"]), 1)
        self.assertEqual(len(self.server.get("/v1/collections/many/documents?status=failed").json()["items"]), 0)
        self.assertEqual(len(self.server.get("/v1/collections/many/documents?status=indexed&limit=100").json()["items"]), 25)

    def test_a_document_is_shown_with_its_text_chunks_and_file(self):
        identity = self.documents[0]["id"]
        shown = self.server.get(f"/v1/documents/{identity}").json()
        self.assertEqual((shown["status"], shown["progress"], shown["title"], shown["version"], shown["indexed_version"]), ("indexed", 1, "Leave", 1, 1))
        text = self.server.get(f"/v1/documents/{identity}/text")
        self.assertTrue(text.headers["content-type"].startswith("text/plain"))
        chunks = self.server.get(f"/v1/documents/{identity}/chunks").json()["items"]
        for chunk in chunks:
            start, end = chunk["span"]["start"], chunk["span"]["end"]
            self.assertEqual(chunk.get("text", text.body.decode()[start:end]), text.body.decode()[start:end])
        self.assertEqual(self.server.get(f"/v1/documents/{identity}/file").body, LEAVE.encode())

    def test_a_document_is_changed_and_deleted(self):
        document = self.server.add("main", {"external_id": "brief", "text": "The quokka clause was added later."})[0]
        patched = self.server.send("PATCH", f"/v1/documents/{document['id']}", {"title": "Quokka", "metadata": {"kind": "clause"}})
        self.assertIn(patched.status, (200, 202), str(patched))
        self.assertEqual((patched.json()["title"], patched.json()["metadata"]), ("Quokka", {"kind": "clause"}))
        hit = eventually(lambda: [h for h in self.server.post("/v1/search", {"query": "quokka clause", "filter": {"kind": "clause"}}).json()["hits"]], "new metadata is searched")
        self.assertEqual(hit[0]["title"], "Quokka")
        self.assertProblem(self.server.send("PATCH", f"/v1/documents/{document['id']}", {"text": "no"}), 400)
        self.assertIn(self.server.send("DELETE", f"/v1/documents/{document['id']}").status, (200, 202, 204))
        eventually(lambda: self.server.get(f"/v1/documents/{document['id']}").status == 404, "the document disappears")
        self.assertFalse([h for h in self.server.post("/v1/search", {"query": "quokka clause"}).json()["hits"] if h["external_id"] == "brief"])

    def test_files_are_uploaded_with_metadata(self):
        parts = [Part("metadata", json.dumps([{"external_id": "one", "year": 1999}, {"year": 2001}]).encode(), content_type="application/json"),
                 Part("file", b"The walrus report.", "a.txt", "text/plain"), Part("file", "<h1>Narwhal</h1><p>The narwhal report.</p>".encode(), "b.html", "text/html")]
        reply = self.server.upload("main", parts)
        self.assertEqual(reply.status, 200, str(reply))
        documents = reply.json()["documents"]
        self.assertEqual([d["status"] for d in documents], ["indexed", "indexed"], documents)
        self.assertEqual(documents[1]["external_id"], "b.html")
        hit = self.server.post("/v1/search", {"query": "narwhal report", "filter": {"year": {"gte": 2000, "lt": 2002}}}).json()["hits"][0]
        self.assertEqual(hit["external_id"], "b.html")

    def test_a_broken_file_fails_with_a_reason_and_the_others_do_not(self):
        reply = self.server.upload("main", [Part("file", b"%PDF-1.7 broken", "broken.pdf", "application/pdf"), Part("file", b"The heron report.", "fine.txt")])
        broken, fine = reply.json()["documents"]
        self.assertEqual((broken["status"], fine["status"]), ("failed", "indexed"))
        self.assertGreater(len(self.server.get(f"/v1/documents/{broken['id']}").json()["error"]), 10)

    def test_without_waiting_the_task_can_be_followed(self):
        document = self.server.add("main", {"external_id": "later", "text": "The ibis report."}, query="")[0]
        task = eventually(lambda: (t := self.server.get(f"/v1/tasks/{document['task_id']}").json())["status"] == "succeeded" and t, "the task succeeds")
        self.assertEqual((task["type"], task["progress"], task["attempts"]), ("ingest", 1, 1))
        self.assertIsNotNone(task["started_at"])
        self.assertIn(task["id"], [t["id"] for t in self.server.get("/v1/tasks?status=succeeded&type=ingest&limit=1000").json()["items"]])
        self.assertGreaterEqual(self.server.get("/v1/tasks/summary").json()["succeeded"], 1)

    def test_search_has_modes_filters_fusions_and_explanations(self):
        for mode in ("hybrid", "dense", "lexical"):
            for fusion in ("rrf", "minmax"):
                found = self.server.post("/v1/search", {"query": "how many days of annual leave", "mode": mode, "fusion": fusion, "limit": 3}).json()
                self.assertEqual(found["hits"][0]["external_id"], "leave.md", (mode, fusion))
        hit = found["hits"][0]
        self.assertLessEqual({"chunk_id", "document_id", "external_id", "collection", "title", "score", "scores", "text", "span", "page", "heading_path", "metadata"}, hit.keys())
        self.assertEqual((found["complete"], hit["collection"]), (True, "main"))
        self.assertIn("main", found["manifests"])
        only = self.server.post("/v1/search", {"query": "days", "filter": {"or": [{"team": "service"}, {"not": {"year": {"in": [2024, 2020]}}}]}}).json()["hits"]
        self.assertNotIn("leave.md", [h["external_id"] for h in only])
        self.assertTrue(any("expla" in key for key in self.server.post("/v1/search", {"query": "pump", "explain": True}).json()["hits"][0]))
        chinese = self.server.post("/v1/search", {"query": "员工有几天特别休假"}).json()["hits"][0]
        self.assertEqual(chinese["external_id"], "休假")

    def test_answers_quote_the_text_at_its_span(self):
        answer = self.server.post("/v1/answers", {"question": "How many days of annual leave do employees have?"}).json()
        self.assertLessEqual({"answer", "abstained", "sentences", "citations", "generator", "cached", "took_ms", "manifests"}, answer.keys())
        self.assertFalse(answer["abstained"])
        citation = answer["citations"][0]
        text = self.server.get(f"/v1/documents/{citation['document_id']}/text").body.decode()
        self.assertEqual(text[citation["span"]["start"]:citation["span"]["end"]], citation["quote"])
        self.assertIn("25 days", citation["quote"])

    def test_it_abstains_without_evidence(self):
        answer = self.server.post("/v1/answers", {"question": "Who painted the ceiling of the Sistine Chapel?"}).json()
        self.assertEqual((answer["abstained"], answer["citations"]), (True, []), answer)

    def test_answers_stream(self):
        with self.server.stream("POST", "/v1/answers", {"question": "How often must the pump be serviced?", "stream": True}) as response:
            self.assertTrue(response.getheader("Content-Type").startswith("text/event-stream"))
            events = list(events_of(response))
        names = [name for _, name, _ in events]
        self.assertEqual((names[0], events[-1][2]), ("citations", "[DONE]"), events)
        answer = json.loads(next(data for _, name, data in events if name == "answer"))
        self.assertIn("400 hours", answer["answer"])
        self.assertGreaterEqual(names.count("token"), 1)

    def test_changes_arrive_as_events_and_resume(self):
        with self.server.stream("GET", "/v1/events") as response:
            document = self.server.add("main", {"external_id": "stork", "text": "The stork report."})[0]
            seen = []
            for identity, _, data in events_of(response):
                seen.append((identity, json.loads(data)))
                if document["task_id"] in data and "succeeded" in data:
                    break
        self.assertTrue(all(identity for identity, _ in seen))
        with self.server.stream("GET", "/v1/events", headers={"Last-Event-ID": seen[0][0]}) as response:
            for _, _, data in events_of(response):
                if document["task_id"] in data and "succeeded" in data:
                    break

    def test_tasks_are_cancelled_retried_and_reordered_only_where_that_makes_sense(self):
        document = self.server.add("main", {"external_id": "crane", "text": "The crane report."})[0]
        for action in ("cancel", "retry"):
            self.assertProblem(self.server.post(f"/v1/tasks/{document['task_id']}/{action}"), 409)
        self.assertProblem(self.server.send("PATCH", f"/v1/tasks/{document['task_id']}", {"priority": 10}), 400)
        self.assertProblem(self.server.post("/v1/tasks/nothing/cancel"), 404)

    def test_questions_are_submitted_as_tasks(self):
        task = self.server.post("/v1/tasks", {"type": "answer", "priority": 0, "payload": {"question": "How often must the pump be serviced?"}})
        self.assertIn(task.status, (201, 202), str(task))
        done = eventually(lambda: (t := self.server.get(f"/v1/tasks/{task.json()['id']}").json())["status"] == "succeeded" and t, "the question is answered")
        self.assertIn("400 hours", json.dumps(done["result"]))
        self.assertProblem(self.server.post("/v1/tasks", {"type": "dance", "payload": {}}), 400)

    def test_operation_routes_answer(self):
        self.assertEqual(self.server.get("/healthz").status, 200)
        self.assertEqual(self.server.get("/readyz").status, 200)
        metrics = self.server.get("/metrics").body.decode()
        self.assertRegex(metrics, r"(?m)^# TYPE cairn_\w+ histogram$")
        self.assertTrue(re.search(r'(?m)^cairn_http_requests_total\{.*\} \d+', metrics), metrics[:500])
        dashboard = json.loads((ROOT / "deploy" / "grafana" / "cairn.json").read_text())
        asked = " ".join(target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", []))
        families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in re.findall(r"\b(?:cairn|process)_[a-z_]+", asked)}
        families = {name for name in families if not name.startswith("cairn_trace")}  # There with a collector only.
        self.assertEqual(sorted(name for name in families if f"# TYPE {name} " not in metrics), [], "the dashboard shows what is served")
        self.assertEqual(len(self.server.get("/v1/cluster/nodes").json()["items"]), 1)
        self.assertEqual(self.server.get("/v1/cluster").status, 200)
        self.assertEqual(self.server.get("/v1/autoscaling").status, 200)
        self.assertProblem(self.server.post("/v1/autoscaling/scale-up"), 409)
        self.assertIn("/v1/search", self.server.get("/openapi.json").json()["paths"])


if __name__ == "__main__":
    unittest.main()
