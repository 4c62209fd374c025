"""The Model Context Protocol: the official client over HTTP and over standard input and output, and the letter of the protocol."""

import json
import subprocess
import unittest

from client_programs import PUMP, fill, key_of, seen_by
from server import CAIRN, PATIENCE_SECONDS, Server, events_of

SENTENCE = "The pump must be serviced every 400 hours."
STATELESS = "2026-07-28"
BOTH = "application/json, text/event-stream"
META = {"io.modelcontextprotocol/protocolVersion": STATELESS, "io.modelcontextprotocol/clientCapabilities": {}}


class Mcp(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = Server().__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        fill(cls.server)
        hidden = {"external_id": "secret.md", "text": "The pump codeword is okapi.", "acl": ["group:finance"]}
        cls.server.add("main", hidden)
        cls.key = cls.server.key = key_of(cls.server)

    def rpc(self, method, params=None, *, headers=None, identity=1, version=None, key=None):
        """One request; gives the reply."""
        body = {"jsonrpc": "2.0", "id": identity, "method": method, "params": params or {}}
        sent = {"Accept": BOTH, **({"MCP-Protocol-Version": version} if version else {}), **(headers or {})}
        if version == STATELESS:
            body["params"] = {**body["params"], "_meta": META}
            sent = {"Mcp-Method": method, **({"Mcp-Name": params["name"]} if params and "name" in params else {}), **sent}
        return self.server.post("/mcp", body, headers=sent, key=key)

    def begin(self, key=None):
        """Headers of a new session."""
        reply = self.rpc("initialize", {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}, key=key)
        self.assertEqual(reply.status, 200, str(reply))
        self.assertEqual(reply.json()["result"]["protocolVersion"], "2025-06-18")
        return {"Mcp-Session-Id": reply.headers["mcp-session-id"], "MCP-Protocol-Version": "2025-06-18"}


class OfficialClient(Mcp):
    def check(self, seen, version):
        self.assertEqual((seen["version"], seen["server"], seen["instructions"]), (version, "cairn", True))
        self.assertEqual(seen["tools"], ["search", "ask", "get_document", "list_collections"])
        self.assertTrue(seen["read_only"] and seen["schemas"])
        self.assertEqual(seen["found"][0], "pump.md")
        self.assertEqual([hit["external_id"] for hit in json.loads(seen["text"])["hits"]], seen["found"])
        self.assertIn(SENTENCE, seen["answer"]["answer"])
        self.assertEqual(seen["answer"]["citations"][0]["quote"], SENTENCE)
        self.assertTrue(seen["nothing"])
        self.assertEqual((seen["whole"]["text"], seen["whole"]["length"], seen["part"]), (PUMP, len(PUMP), PUMP[4:8]))
        self.assertEqual((seen["whole"]["document"]["title"], seen["collections"]), ("Pump", ["main"]))
        self.assertTrue(seen["wrong"][0] and "`limit`" in seen["wrong"][1], seen["wrong"])
        self.assertTrue(seen["missing"][0] and "no document" in seen["missing"][1], seen["missing"])
        self.assertEqual(seen["unknown"]["code"], -32602)

    def test_over_http_with_a_handshake(self):
        seen = seen_by("mcp_client.py", "legacy", server=self.server, key=self.key)
        self.check(seen, "2025-11-25")
        self.assertIn(SENTENCE, "".join(seen["told"]))

    def test_over_http_without_one(self):
        seen = seen_by("mcp_client.py", "auto", server=self.server, key=self.key)
        self.check(seen, STATELESS)
        self.assertIn(SENTENCE, "".join(seen["told"]))

    def test_over_standard_input_and_output(self):
        for mode, version in (("legacy", "2025-11-25"), ("auto", STATELESS)):
            seen = seen_by("mcp_client.py", "stdio", mode, CAIRN, "mcp", "--data", self.server.data)
            self.check(seen, version)
            self.assertIn(SENTENCE, "".join(seen["told"]))

    def test_over_standard_input_and_output_for_a_server_elsewhere(self):
        seen = seen_by("mcp_client.py", "stdio", "auto", CAIRN, "mcp", "--server", self.server.address, environment={"CAIRN_CLIENT_KEY": self.key})
        self.check(seen, STATELESS)


class OverHttp(Mcp):
    def test_versions_are_negotiated(self):
        for asked, given in (("2025-03-26", "2025-03-26"), ("2025-06-18", "2025-06-18"), ("2025-11-25", "2025-11-25"), ("1900-01-01", "2025-11-25")):
            reply = self.rpc("initialize", {"protocolVersion": asked, "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}})
            self.assertEqual(reply.json()["result"]["protocolVersion"], given)
            self.assertEqual(reply.json()["result"]["capabilities"], {"tools": {"listChanged": False}})
        unknown = self.rpc("tools/list", headers={"MCP-Protocol-Version": "1900-01-01"})
        self.assertEqual((unknown.status, unknown.json()["error"]["code"]), (400, -32022))
        self.assertIn(STATELESS, unknown.json()["error"]["data"]["supported"])
        found = self.rpc("server/discover", version=STATELESS).json()["result"]
        self.assertEqual((found["supportedVersions"][0], found["resultType"]), (STATELESS, "complete"))
        self.assertEqual(found["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "cairn")

    def test_a_session_begins_is_used_and_ends(self):
        session = self.begin()
        note = self.server.post("/mcp", {"jsonrpc": "2.0", "method": "notifications/initialized"}, headers={"Accept": BOTH, **session})
        self.assertEqual((note.status, note.body), (202, b""))
        self.assertEqual(self.rpc("ping", headers=session).json()["result"], {})
        self.assertEqual(self.server.send("DELETE", "/mcp", headers=session).status, 204)
        for reply in (self.rpc("ping", headers=session), self.server.send("DELETE", "/mcp", headers=session)):
            self.assertEqual(reply.status, 404, str(reply))
        self.assertEqual(self.rpc("ping", headers={"Mcp-Session-Id": "made-up"}).status, 404)
        self.assertEqual(self.server.send("DELETE", "/mcp").status, 400)

    def test_a_session_is_its_caller_s_own_and_outlives_a_restart(self):
        session, other = self.begin(), key_of(self.server, "other")
        self.assertEqual(self.rpc("ping", headers=session, key=other).status, 404)
        self.assertEqual(self.server.send("DELETE", "/mcp", headers=session, key=other).status, 404)
        self.server.restart()
        self.assertEqual(self.rpc("ping", headers=session).status, 200)

    def test_tools_see_what_their_caller_may_see(self):
        ask = ("tools/call", {"name": "search", "arguments": {"query": "pump codeword okapi"}})
        insider, outsider = key_of(self.server, "in", "--groups", "finance"), key_of(self.server, "out")
        foreign = key_of(self.server, "foreign", "--tenant", "elsewhere")

        def found(key):
            return [hit["external_id"] for hit in self.rpc(*ask, key=key).json()["result"]["structuredContent"]["hits"]]
        self.assertIn("secret.md", found(insider))
        self.assertNotIn("secret.md", found(outsider))
        self.assertEqual(found(foreign), [])
        self.assertEqual(self.rpc(*ask, key="").status, 401)
        self.assertIn("error", self.rpc(*ask, key="cairn_wrong").json())

    def test_pages_from_elsewhere_are_refused(self):
        for origin in ("https://evil.example", "null", "http://127.0.0.1.evil.example"):
            reply = self.rpc("ping", headers={"Origin": origin})
            self.assertEqual((reply.status, reply.json()["error"]["code"]), (403, -32600), origin)
            self.assertEqual(self.server.send("DELETE", "/mcp", headers={"Origin": origin}).status, 403)
            self.assertEqual(self.rpc("ping", headers={"Origin": origin}, key="").status, 403, "before anybody asks for a key")
        self.assertEqual(self.rpc("ping", headers={"Origin": "http://localhost:6274"}).status, 200)
        rebound = self.rpc("ping", headers={"Origin": "http://localhost", "Host": "evil.example"})
        self.assertEqual(rebound.status, 403)

    def test_what_is_no_message_is_refused_by_the_code_of_json_rpc(self):
        for body, code in ((b"{", -32700), (b"[]", -32600), (b"7", -32600), (b'{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600),
                           (b'{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600), (b'{"jsonrpc":"2.0","id":1}', -32600),
                           (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}', -32600)):
            reply = self.server.send("POST", "/mcp", body, headers={"Content-Type": "application/json", "Accept": BOTH})
            self.assertEqual((reply.status, reply.json()["error"]["code"]), (400, code), body)
        self.assertEqual(self.server.get("/mcp").status, 405)

    def test_unknown_methods_and_wrong_params_are_told_by_code_and_status(self):
        self.assertEqual((self.rpc("resources/list").status, self.rpc("resources/list").json()["error"]["code"]), (200, -32601))
        self.assertEqual(self.rpc("resources/list", version=STATELESS).status, 404)
        for params in ({}, {"name": 7}, {"name": "launch"}, {"name": "search", "arguments": []}):
            self.assertEqual(self.rpc("tools/call", params).json()["error"]["code"], -32602, params)
        self.assertEqual(self.rpc("tools/call", {"name": "launch"}, version=STATELESS).status, 400)

    def test_headers_must_say_what_the_message_says(self):
        call = {"name": "list_collections", "arguments": {}}
        self.assertEqual(self.rpc("tools/call", call, version=STATELESS).status, 200)
        self.assertEqual(self.rpc("tools/call", call, version=STATELESS, headers={"Mcp-Name": "=?base64?bGlzdF9jb2xsZWN0aW9ucw==?="}).status, 200)
        for headers in ({"Mcp-Name": "search"}, {"Mcp-Name": "=?base64?*?="}, {"Mcp-Method": "tools/list"}, {"MCP-Protocol-Version": "2025-11-25"}):
            reply = self.rpc("tools/call", call, version=STATELESS, headers=headers)
            self.assertEqual((reply.status, reply.json()["error"]["code"]), (400, -32020), headers)
        bare = self.rpc("tools/list", headers={"MCP-Protocol-Version": STATELESS, "Mcp-Method": "tools/list"})
        self.assertEqual((bare.status, bare.json()["error"]["code"]), (400, -32602))

    def test_replies_come_as_the_client_accepts_them(self):
        ask = {"jsonrpc": "2.0", "id": "q", "method": "tools/call", "params": {"name": "ask", "arguments": {"question": "How often must the pump be serviced?"}}}
        for accept, streamed in ((BOTH, True), ("application/json", False), ("text/event-stream", True), ("*/*", False)):
            with self.server.stream("POST", "/mcp", ask, headers={"Accept": accept}) as response:
                kind = response.getheader("Content-Type")
                self.assertEqual(kind.startswith("text/event-stream"), streamed, accept)
                reply = json.loads(list(events_of(response))[-1][2] if streamed else response.read())
                self.assertEqual((reply["id"], reply["result"]["structuredContent"]["abstained"]), ("q", False))

    def test_the_oldest_revision_over_http_may_send_several_messages_at_once(self):
        batch = [{"jsonrpc": "2.0", "id": 1, "method": "ping"}, {"jsonrpc": "2.0", "method": "notifications/initialized"}, {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}]
        self.assertEqual([reply["id"] for reply in self.server.post("/mcp", batch).json()], [1, 2])
        refused = self.server.post("/mcp", batch, headers={"MCP-Protocol-Version": "2025-06-18"})
        self.assertEqual((refused.status, refused.json()["error"]["code"]), (400, -32600))


class OverStandardStreams(Mcp):
    def speak(self, *lines, arguments=None):
        """(status, messages) after these lines and the end of input."""
        text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
        done = subprocess.run([CAIRN, "mcp", *map(str, arguments or ("--data", self.server.data))], input=text, capture_output=True, text=True,
                              timeout=PATIENCE_SECONDS)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr

    def test_each_message_is_a_line_and_the_end_of_input_ends_it(self):
        status, replies, errors = self.speak(
            {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"protocolVersion": "2024-11-05", "capabilities": {}}},
            {"jsonrpc": "2.0", "method": "notifications/initialized"}, "", "{broken", {"jsonrpc": "2.0", "id": 1},
            {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 99}},
            {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "list_collections"}})
        self.assertEqual((status, errors), (0, ""))
        by_id = {reply["id"]: reply for reply in replies if reply["id"] is not None}
        self.assertEqual(by_id[0]["result"]["protocolVersion"], "2024-11-05")
        self.assertEqual([reply["error"]["code"] for reply in replies if reply["id"] is None], [-32700, -32600])
        self.assertEqual(by_id[2]["result"]["structuredContent"]["collections"][0]["name"], "main")

    def test_a_store_or_server_that_is_not_there_is_said_on_the_error_stream(self):
        status, replies, errors = self.speak(arguments=("--data", self.server.data / "nowhere"))
        self.assertEqual((status, replies), (1, []))
        self.assertIn("cairn:", errors)
        _, replies, _ = self.speak({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "list_collections"}},
                                   arguments=("--server", "http://127.0.0.1:1"))
        self.assertTrue(replies[0]["result"]["isError"])


if __name__ == "__main__":
    unittest.main()
