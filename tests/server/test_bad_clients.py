"""Slow, broken, vanishing and hostile clients: the server answers clearly or hangs up, and goes on serving the others."""

import concurrent.futures
import json
import threading
import unittest
import zipfile
import io

from server import Part, Server, eventually, events_of, multipart


class BadClients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(environment={"CAIRN_SERVER_HEADER_TIMEOUT_SECONDS": "1", "CAIRN_SERVER_BODY_TIMEOUT_SECONDS": "1"}).__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        assert cls.server.post("/v1/collections", {"name": "main"}).status == 201

    def tearDown(self):
        self.assertEqual(self.server.get("/healthz").status, 200)

    def raw(self, text, shut=False):
        """What the server says to these bytes until it hangs up."""
        with self.server.socket() as client:
            client.sendall(text if isinstance(text, bytes) else text.encode())
            if shut:
                client.shutdown(1)
            said = b""
            try:
                while piece := client.recv(65536):
                    said += piece
            except ConnectionResetError:
                pass
            return said

    def status_of(self, said):
        return int(said.split(b" ", 2)[1]) if said.startswith(b"HTTP/") else 0

    def test_half_a_head_is_not_waited_for_for_ever(self):
        self.assertIn(self.status_of(self.raw("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n")), (0, 408))

    def test_a_head_byte_by_byte_is_not_waited_for_for_ever(self):
        with self.server.socket() as client:
            with self.assertRaises(OSError):
                for _ in range(100):
                    client.sendall(b"X")
                    threading.Event().wait(0.05)
                    client.settimeout(0.01)
                    try:
                        if client.recv(1000) == b"":
                            raise ConnectionResetError
                    except TimeoutError:
                        pass
                    client.settimeout(10)

    def test_a_body_that_stops_is_not_waited_for_for_ever(self):
        said = self.raw("POST /v1/search HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
        self.assertIn(self.status_of(said), (0, 408))

    def test_a_half_closed_client_still_gets_its_reply(self):
        self.assertEqual(self.status_of(self.raw("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", shut=True)), 200)

    def test_malformed_requests_are_refused(self):
        host = "Host: 127.0.0.1\r\n"
        for text in ("GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", f"GET /v1/collections/../../etc/passwd HTTP/1.1\r\n{host}\r\n", f"GET /%00 HTTP/1.1\r\n{host}\r\n",
                     f"GET /v1/%ff%fe HTTP/1.1\r\n{host}\r\n", f"POST /v1/search HTTP/1.1\r\n{host}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
                     f"POST /v1/search HTTP/1.1\r\n{host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", f"POST /v1/search HTTP/1.1\r\n{host}Content-Length: -1\r\n\r\n"):
            self.assertIn(self.status_of(self.raw(text)), (0, 400, 404, 505), text)

    def test_a_head_that_is_too_large_is_refused(self):
        self.assertIn(self.status_of(self.raw("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + "a" * 200_000 + "\r\n\r\n")), (0, 431))

    def test_a_body_that_is_too_large_is_refused_before_it_is_read(self):
        said = self.raw("POST /v1/search HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n")
        self.assertEqual(self.status_of(said), 413)

    def test_log_and_header_injection_do_nothing(self):
        self.server.get("/v1/collections/" + "a%0d%0aSet-Cookie:%20x=1", headers={"X-Request-Id": "a b\tc", "User-Agent": 'x"} injected'})
        reply = self.server.get("/v1/collections/x%0d%0aX-Evil:%201")
        self.assertNotIn("x-evil", reply.headers)
        for line in self.server.logged().splitlines():
            if line.startswith("{"):
                json.loads(line)

    def test_file_names_cannot_leave_the_store(self):
        names = ["../../../../tmp/evil.txt", "/etc/evil.txt", "..\\..\\evil.txt", "a\u202egpj.txt", "x" * 1000 + ".txt"]
        reply = self.server.upload("main", [Part("file", f"Evil {i}.".encode(), name) for i, name in enumerate(names)])
        self.assertEqual(reply.status, 200, str(reply))
        for document in reply.json()["documents"]:
            file = self.server.get(f"/v1/documents/{document['id']}/file")
            self.assertEqual(file.status, 200)
            self.assertNotIn("\n", file.headers.get("content-disposition", ""))
            self.assertEqual(file.headers["x-content-type-options"], "nosniff")
        outside = [p for p in self.server.data.parent.rglob("evil*")]
        self.assertEqual(outside, [])

    def test_uploads_that_are_no_uploads_are_refused(self):
        path = "/v1/collections/main/documents"
        for kind, body in (("text/plain", b"hello"), ("multipart/form-data", b"hello"), ("multipart/form-data; boundary=x", b"hello"),
                           ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\ncut off'),
                           ("application/json", b'{"documents":[{"external_id":"no text"}]}'), ("application/json", b'{"documents":"none"}')):
            reply = self.server.send("POST", path, body, headers={"Content-Type": kind})
            self.assertIn(reply.status, (400, 415), f"{kind} {body[:60]} {reply}")
        self.assertNotIn("a", [d["external_id"] for d in self.server.get(path + "?limit=1000").json()["items"]])

    def test_the_same_name_twice_in_one_upload_counts_in_order(self):
        reply = self.server.upload("main", [Part("file", b"The first text.", "twice.txt"), Part("file", b"The second text.", "twice.txt")])
        self.assertEqual(reply.status, 200, str(reply))
        identity = reply.json()["documents"][1]["id"]
        self.assertEqual(self.server.get(f"/v1/documents/{identity}/file").body, b"The second text.")

    def test_a_zip_bomb_fails_alone(self):
        bomb = io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
            archive.writestr("word/document.xml", b"<w:t>" + b"a" * 300_000_000)
        reply = self.server.upload("main", [Part("file", bomb.getvalue(), "bomb.docx"), Part("file", b"The tern report.", "tern.txt")])
        self.assertEqual([d["status"] for d in reply.json()["documents"]], ["failed", "indexed"], str(reply))

    def test_an_upload_whose_sender_vanishes_leaves_nothing(self):
        kind, body = multipart([Part("file", b"x" * 5_000_000, "vanished.txt")])
        head = f"POST /v1/collections/main/documents HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        with self.server.socket() as client:
            client.sendall(head.encode() + body[:2_000_000])
        listed = self.server.get("/v1/collections/main/documents?limit=1000").json()["items"]
        self.assertNotIn("vanished.txt", [d["external_id"] for d in listed])
        eventually(lambda: not [p for p in self.server.data.rglob("*") if p.is_file() and 1_000_000 < p.stat().st_size < 5_000_000 and "model" not in p.name and "catalog" not in p.name],
                   "the half of the upload is removed")

    def test_a_reader_that_vanishes_from_a_stream_is_forgotten(self):
        def streams():
            metrics = self.server.get("/metrics").body.decode()
            return float(next(line.split()[-1] for line in metrics.splitlines() if line.startswith("cairn_event_streams ")))
        before = streams()
        for _ in range(20):
            with self.server.stream("GET", "/v1/events") as response:
                self.assertEqual(response.status, 200)
        eventually(lambda: streams() <= before, "the streams are closed")

    def test_a_thousand_uploads_at_once_lose_and_double_nothing(self):
        count, at_once = 1000, 64

        def upload(number):
            reply = self.server.upload("crowd", [Part("file", f"Report number {number}.".encode(), f"r{number}.txt")], query="")
            return reply.status, reply.json()["documents"][0]["id"]

        self.assertEqual(self.server.post("/v1/collections", {"name": "crowd"}).status, 201)
        with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
            replies = list(pool.map(upload, range(count)))
        self.assertEqual({status for status, _ in replies}, {202})
        self.assertEqual(len({identity for _, identity in replies}), count)
        eventually(lambda: self.server.get("/v1/collections/crowd").json()["documents"] == count, "all are indexed")

    def test_a_thousand_files_in_one_request(self):
        self.assertEqual(self.server.post("/v1/collections", {"name": "pile"}).status, 201)
        reply = self.server.upload("pile", [Part("file", f"Sheet number {i}.".encode(), f"s{i}.txt") for i in range(1000)])
        self.assertEqual(reply.status, 200, str(reply))
        self.assertEqual([d["external_id"] for d in reply.json()["documents"]], [f"s{i}.txt" for i in range(1000)])
        self.assertEqual(self.server.get("/v1/collections/pile").json()["documents"], 1000)

    def test_cross_origin_requests_need_to_be_allowed(self):
        headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
        self.assertNotIn("access-control-allow-origin", self.server.send("OPTIONS", "/v1/search", headers=headers).headers)
        with Server(environment={"CAIRN_SERVER_CORS_ORIGINS": "https://elsewhere.example"}) as open_server:
            allowed = open_server.send("OPTIONS", "/v1/search", headers=headers)
            self.assertEqual(allowed.headers["access-control-allow-origin"], "https://elsewhere.example")
            self.assertIn("authorization", allowed.headers["access-control-allow-headers"].lower())


if __name__ == "__main__":
    unittest.main()
