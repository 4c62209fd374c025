"""Why was this answer slow? One trace says where all of its time went, to a collector that speaks OpenTelemetry's protocol."""

import http.server
import json
import threading
import unittest

from server import ROOT, Server

STAGES = {"http.admit", "http.receive", "http.wait", "http.handle", "http.send", "query.parse", "query.snapshot", "query.lexical", "query.embed",
          "query.dense", "query.fuse", "query.read", "query.evidence", "query.generate", "query.verify"}


class Collector(http.server.ThreadingHTTPServer):
    """Keeps the spans that it is sent, by trace."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Request)
        self.spans, self.arrived = {}, threading.Condition()
        self.thread = threading.Thread(target=self.serve_forever)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.thread.join()
        self.server_close()

    def keep(self, body):
        with self.arrived:
            for resource in body["resourceSpans"]:
                for scope in resource["scopeSpans"]:
                    for span in scope["spans"]:
                        self.spans.setdefault(span["traceId"], []).append(span)
            self.arrived.notify_all()

    def trace(self, identity, patience):
        with self.arrived:
            if not self.arrived.wait_for(lambda: identity in self.spans, patience):
                raise AssertionError(f"the collector was not sent the trace {identity}, only {list(self.spans)}")
            return self.spans[identity]


class Request(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.keep(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Traces(unittest.TestCase):
    def test_the_stages_of_an_answer_account_for_its_time(self):
        with Collector() as collector:
            address = f"http://127.0.0.1:{collector.server_port}"
            with Server(environment={"CAIRN_TELEMETRY_OTLP_ENDPOINT": address, "CAIRN_TELEMETRY_SAMPLE_PERCENT": "100"}) as server:
                server.post("/v1/collections", {"name": "main"})
                server.add("main", {"external_id": "pump", "text": "The pump must be serviced every 400 hours."})
                reply = server.post("/v1/answers", {"question": "How often must the pump be serviced?"})
                self.assertIn("400 hours", reply.json()["answer"])
                spans = collector.trace(reply.headers["traceparent"].split("-")[1], 120)
        for span in spans:
            span["start"], span["end"] = int(span["startTimeUnixNano"]), int(span["endTimeUnixNano"])
        by_id = {span["spanId"]: span for span in spans}
        root = next(span for span in spans if span.get("parentSpanId") not in by_id)
        self.assertEqual(root["name"], "POST /v1/answers")
        self.assertLessEqual(STAGES, {span["name"] for span in spans})
        page = (ROOT / "docs" / "how-to" / "observe.md").read_text()
        for span in spans:
            if span is root:
                continue
            self.assertIn(f"`{span['name']}`", page)
            parent = by_id[span["parentSpanId"]]
            self.assertTrue(parent["start"] <= span["start"] <= span["end"] <= parent["end"], span["name"])
        for parent in (root, next(span for span in spans if span["name"] == "http.handle")):
            stages = sorted((s for s in spans if s.get("parentSpanId") == parent["spanId"]), key=lambda s: (s["start"], s["end"]))
            stages = [s for s in stages if s["name"] != "query.lexical"]  # Words are looked up while the question is embedded.
            for before, after in zip(stages, stages[1:]):
                self.assertLessEqual(before["end"], after["start"], f"{before['name']} and {after['name']} overlap")
        first = [span for span in spans if span["name"].startswith("http.")]
        self.assertEqual(min(span["start"] for span in first), root["start"], "nothing goes by before the first stage")


if __name__ == "__main__":
    unittest.main()
