"""Every route × callers who may not. The routes come from /openapi.json, so that a new one cannot be forgotten."""

import json
import re
import unittest
import urllib.parse

from server import Part, Server, run, eventually

SECRET = "okapi-4711"  # Stands in the text, title, metadata, name and address of everything that outsiders must not see.
EVERYONE = {"none"}


def key_of(server, name, scopes, tenant="local", groups=""):
    status, made = run("keys", "create", name, "--scopes", scopes, "--tenant", tenant, *(["--groups", groups] if groups else []), data=server.data)
    assert status == 0, made
    return made


class Callers(unittest.TestCase):
    """A victim's tenant with a restricted document, and callers around it."""

    @classmethod
    def setUpClass(cls):
        cls.server = Server().__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        made = {"admin": key_of(cls.server, "root-key", "query,ingest,admin"), "query": key_of(cls.server, "reader", "query"),
                "ingest": key_of(cls.server, "writer", "ingest"), "outsider": key_of(cls.server, "outsider", "query,ingest"),
                "insider": key_of(cls.server, "insider", "query,ingest", groups="finance"),
                "foreign": key_of(cls.server, "foreign", "query,ingest,admin", tenant="other")}
        cls.keys = {name: key["secret"] for name, key in made.items()}
        cls.server.key = cls.keys["admin"]
        cls.collection = f"vault {SECRET}"
        assert cls.server.post("/v1/collections", {"name": cls.collection}).status == 201
        quoted = urllib.parse.quote(cls.collection)
        cls.document = cls.server.add(quoted, {"external_id": f"{SECRET}.md", "title": SECRET, "text": f"The {SECRET} budget is nine million euros.",
                                               "metadata": {"word": SECRET}, "acl": ["group:finance"]})[0]
        assert cls.document["status"] == "indexed", cls.document
        assert cls.server.post("/v1/users", {"name": "victim", "password": "correct horse battery", "scopes": ["query"]}).status == 201
        cls.key_id = made["insider"]["id"]
        cls.operations = list(cls.read_operations())

    @classmethod
    def read_operations(cls):
        for path, item in cls.server.get("/openapi.json").json()["paths"].items():
            for method, operation in item.items():
                if method in ("get", "post", "put", "patch", "delete"):
                    yield method.upper(), path, operation

    def about_the_victim(self, path):
        """The path with the victim's ids in place of its parameters."""
        ids = {"/v1/tasks/": self.document["task_id"], "/v1/documents/": self.document["id"], "/v1/collections/": urllib.parse.quote(self.collection),
               "/v1/keys/": self.key_id, "/v1/users/": "victim", "/v1/tenants/": "local"}
        for prefix, value in ids.items():
            if path.startswith(prefix):
                return re.sub(r"\{[^}]+\}", value, path)
        return re.sub(r"\{[^}]+\}", "nothing", path)

    def body_for(self, method, path, operation):
        if path == "/v1/search":
            return {"query": f"{SECRET} budget"}
        if path == "/v1/answers":
            return {"question": f"What is the {SECRET} budget?"}
        if path == "/v1/chat/completions":
            return {"model": "cairn", "messages": [{"role": "user", "content": f"What is the {SECRET} budget?"}]}
        if path == "/v1/embeddings":
            return {"model": "bge-small-en-v1.5", "input": "budget"}
        if path == "/mcp":
            return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "search", "arguments": {"query": f"{SECRET} budget"}}}
        if path == "/v1/tasks":
            return {"type": "answer", "payload": {"question": "What is the budget?"}}  # Tasks show their question.
        if path.endswith("/documents"):
            return {"documents": [{"external_id": "intruder", "text": "intruder"}]}
        if method == "PATCH" and "/documents/" in path:
            return {"title": "intruder"}
        if method == "PATCH" and "/tasks/" in path:
            return {"priority": 1}
        if path == "/v1/collections":
            return {"name": "intruder"}
        return {} if operation.get("requestBody") else None

    def call(self, method, path, operation, key):
        body = self.body_for(method, path, operation) if method in ("POST", "PUT", "PATCH") else None
        if path.startswith("/v1/events") or (method == "GET" and path == "/mcp"):
            with self.server.stream(method, path, key=key) as response:
                if response.status != 200:
                    return response.status, response.read()
                return 200, b""  # Its events are looked at in a test of their own.
        reply = self.server.send(method, self.about_the_victim(path), body, key=key)
        return reply.status, reply.body

    def scope(self, operation):
        self.assertIn("x-scope", operation)
        return operation["x-scope"]

    def each(self, needs):
        for method, path, operation in self.operations:
            if needs(self.scope(operation)):
                with self.subTest(route=f"{method} {path}"):
                    yield method, path, operation

    def test_every_route_is_documented_with_its_scope(self):
        self.assertGreater(len(self.operations), 35)
        for method, path, operation in self.operations:
            self.assertIn(operation.get("x-scope"), ("none", "any", "query", "ingest", "query or ingest", "admin", "operation"), f"{method} {path}")

    def test_no_key_and_wrong_keys_get_401(self):
        wrong = ["", "cairn_wrong", self.keys["admin"][:-1] + ("a" if self.keys["admin"][-1] != "a" else "b"),
                 "eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290Iiwic2NvcGVzIjpbImFkbWluIl19."]
        for key in wrong:
            for method, path, operation in self.each(lambda scope: scope not in EVERYONE):
                status, body = self.call(method, path, operation, key)
                self.assertEqual(status, 401, body)
                self.assertNotIn(SECRET.encode(), body)

    def test_a_missing_scope_gets_403(self):
        self.assertEqual(self.server.send("PUT", "/v1/tenants/other/quota", {}, key=self.keys["foreign"]).status, 403)
        lacking = {"query": "ingest", "ingest": "query", "admin": "outsider", "operation": "foreign"}
        for method, path, operation in self.each(lambda scope: scope in lacking):
            status, body = self.call(method, path, operation, self.keys[lacking[self.scope(operation)]])
            self.assertEqual(status, 403, body)
            self.assertNotIn(SECRET.encode(), body)

    def leaks(self, key, but_for=()):
        """Routes whose reply to this caller holds the secret, or that did something to the victim's document."""
        for method, path, operation in self.operations:
            if (method, path) in but_for or method == "DELETE" and path.startswith("/v1/collections"):
                continue
            status, body = self.call(method, path, operation, key)
            if SECRET.encode() in body.replace(b"%20", b" ") and not self.is_echo(body):
                yield f"{method} {path}: {status} {body[:300]}"
            if "{" in path and status < 300 and self.scope(operation) not in ("none", "any") and "collections" not in path:
                yield f"{method} {path}: {status} for what belongs to somebody else"

    def is_echo(self, body):
        """A problem that only repeats what the caller sent tells nothing."""
        try:
            return json.loads(body).get("status", 200) >= 400
        except ValueError:
            return False

    def test_another_tenant_sees_nothing(self):
        self.assertEqual(list(self.leaks(self.keys["foreign"])), [])
        for suffix in ("", "/documents"):
            reply = self.server.get("/v1/collections/" + urllib.parse.quote(self.collection) + suffix, key=self.keys["foreign"])
            self.assertEqual(reply.status, 404, str(reply))
        self.assertEqual([user["name"] for user in self.server.get("/v1/users").json()["items"]], ["victim"])
        reply = self.server.send("DELETE", "/v1/collections/" + urllib.parse.quote(self.collection), key=self.keys["foreign"])
        self.assertEqual(reply.status, 404, str(reply))
        self.assertEqual(self.server.get("/v1/collections/" + urllib.parse.quote(self.collection)).json()["documents"], 1)

    def test_a_caller_outside_the_acl_sees_nothing_of_the_document(self):
        # The collection's own name is no part of a document; its counts must not give the document away.
        outsider = self.keys["outsider"]
        found = self.server.post("/v1/search", {"query": f"{SECRET} budget"}, key=outsider).json()
        self.assertEqual(found["hits"], [])
        self.assertTrue(self.server.post("/v1/answers", {"question": f"What is the {SECRET} budget?"}, key=outsider).json()["abstained"])
        for suffix in ("", "/text", "/chunks", "/file"):
            self.assertEqual(self.server.get(f"/v1/documents/{self.document['id']}{suffix}", key=outsider).status, 404)
        self.assertEqual(self.server.send("DELETE", f"/v1/documents/{self.document['id']}", key=outsider).status, 404)
        self.assertEqual(self.server.send("PATCH", f"/v1/documents/{self.document['id']}", {"title": "x"}, key=outsider).status, 404)
        self.assertEqual(self.server.get(f"/v1/tasks/{self.document['task_id']}", key=outsider).status, 404)
        listed = self.server.get(f"/v1/collections/{urllib.parse.quote(self.collection)}/documents", key=outsider).json()
        self.assertEqual(listed["items"], [])
        for path in ("/v1/tasks?limit=1000", "/v1/tasks/summary"):
            self.assertNotIn(self.document["id"], self.server.get(path, key=outsider).body.decode())

    def test_a_caller_inside_the_acl_sees_it(self):
        insider = self.keys["insider"]
        self.assertEqual(len(self.server.post("/v1/search", {"query": f"{SECRET} budget"}, key=insider).json()["hits"]), 1)
        self.assertEqual(self.server.get(f"/v1/documents/{self.document['id']}", key=insider).status, 200)

    def test_narrowing_the_acl_hides_a_document_at_once(self):
        document = self.server.add("open", {"external_id": "open", "text": "The fossa protocol."})[0] if self.server.post("/v1/collections", {"name": "open"}).status == 201 else None
        query = {"query": "fossa protocol", "collections": ["open"]}
        self.assertEqual(len(self.server.post("/v1/search", query, key=self.keys["outsider"]).json()["hits"]), 1)
        self.assertIn(self.server.send("PATCH", f"/v1/documents/{document['id']}", {"acl": ["group:finance"]}).status, (200, 202))
        self.assertEqual(self.server.post("/v1/search", query, key=self.keys["outsider"]).json()["hits"], [])
        eventually(lambda: len(self.server.post("/v1/search", query, key=self.keys["insider"]).json()["hits"]) == 1, "insiders find it again")

    def test_a_revoked_key_is_dead_at_once(self):
        made = key_of(self.server, "short-lived", "query")
        self.assertEqual(self.server.get("/v1/collections", key=made["secret"]).status, 200)
        self.assertIn(self.server.send("DELETE", f"/v1/keys/{made['id']}").status, (200, 204))
        self.assertEqual(self.server.get("/v1/collections", key=made["secret"]).status, 401)

    def test_a_tenant_that_is_full_takes_no_more(self):
        key = key_of(self.server, "small-tenant", "query,ingest", tenant="small")["secret"]
        reply = self.server.send("PUT", "/v1/tenants/small/quota", {"max_documents": 1})
        self.assertEqual((reply.status, reply.json()), (200, {"max_documents": 1, "max_bytes": 0}))
        self.assertEqual(self.server.post("/v1/collections", {"name": "shelf"}, key=key).status, 201)
        send = lambda text: self.server.post("/v1/collections/shelf/documents", {"documents": [{"text": text}]}, key=key)
        self.assertEqual(send("the first").status, 202)
        refused = send("the second")
        self.assertEqual((refused.status, "quota" in refused.json()["detail"]), (403, True), str(refused))

    def test_keys_are_shown_once_and_stored_as_hashes(self):
        made = self.server.post("/v1/keys", {"name": "api-made", "scopes": ["query"]})
        self.assertEqual(made.status, 201, str(made))
        secret = made.json()["secret"]
        self.assertNotIn(secret, self.server.get("/v1/keys").body.decode())
        for file in self.server.data.glob("catalog.sqlite*"):
            self.assertNotIn(secret.encode(), file.read_bytes())
        self.assertNotIn(secret, self.server.logged())


class Sessions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.server.key = key_of(cls.server, "root-key", "query,ingest,admin")["secret"]
        made = cls.server.post("/v1/users", {"name": "ada", "password": "correct horse battery", "scopes": ["query"]})
        assert made.status == 201, str(made)

    def login(self, password="correct horse battery", user="ada"):
        return self.server.post("/v1/auth/login", {"user": user, "password": password}, key="")

    def test_a_user_logs_in_refreshes_and_logs_out(self):
        session = self.login()
        self.assertEqual(session.status, 200, str(session))
        session = session.json()
        self.assertEqual(session["expires_in"], 900)
        me = self.server.get("/v1/auth/me", key=session["access_token"]).json()
        self.assertEqual((me["name"], me["scopes"]), ("ada", ["query"]))
        self.assertEqual(self.server.get("/v1/keys", key=session["access_token"]).status, 403)
        second = self.server.post("/v1/auth/refresh", {"refresh_token": session["refresh_token"]}, key="")
        self.assertEqual(second.status, 200, str(second))
        replayed = self.server.post("/v1/auth/refresh", {"refresh_token": session["refresh_token"]}, key="")
        self.assertEqual(replayed.status, 200, "two windows may refresh at once")
        # That a token does not work again later needs a clock of its own: tests/contract/access_sessions_contract.h.
        pair = replayed.json()
        self.assertEqual(self.server.post("/v1/auth/logout", {"refresh_token": pair["refresh_token"]}, key=pair["access_token"]).status, 204)
        self.assertEqual(self.server.post("/v1/auth/refresh", {"refresh_token": pair["refresh_token"]}, key="").status, 401)
        self.assertEqual(self.server.get("/v1/auth/me", key=pair["access_token"]).status, 401)

    def test_wrong_passwords_and_unknown_users_look_the_same(self):
        wrong, unknown = self.login("wrong"), self.login("wrong", "nobody")
        self.assertEqual((wrong.status, unknown.status), (401, 401))
        self.assertEqual(wrong.json()["detail"], unknown.json()["detail"])

    def test_many_wrong_passwords_slow_the_guesser_down(self):
        made = self.server.post("/v1/users", {"name": "eve", "password": "another long password", "scopes": ["query"]})
        self.assertEqual(made.status, 201)
        statuses = [self.login("wrong", "eve").status for _ in range(12)]
        self.assertEqual(statuses[0], 401)
        self.assertEqual(statuses[-1], 429)
        last = self.login("another long password", "eve")
        self.assertEqual(last.status, 429)
        self.assertGreater(int(last.headers["retry-after"]), 0)

    def test_a_deleted_user_is_out_at_once(self):
        self.server.post("/v1/users", {"name": "bob", "password": "yet another password", "scopes": ["query"]})
        token = self.login("yet another password", "bob").json()["access_token"]
        self.assertEqual(self.server.get("/v1/collections", key=token).status, 200)
        self.assertIn(self.server.send("DELETE", "/v1/users/bob").status, (200, 204))
        self.assertEqual(self.server.get("/v1/collections", key=token).status, 401)


class LocalAdmin(unittest.TestCase):
    """Without keys and users, whoever is on this machine is the admin; a page from elsewhere is not."""

    def test_pages_from_elsewhere_are_refused(self):
        with Server() as server:
            self.assertEqual(server.get("/v1/keys").status, 200)
            self.assertIn(server.get("/v1/keys", headers={"Origin": "https://evil.example"}).status, (401, 403))
            self.assertIn(server.get("/v1/keys", headers={"Host": "evil.example"}).status, (400, 401, 403, 421))
            self.assertEqual(server.get("/v1/keys", headers={"Origin": f"http://127.0.0.1:{server.port}"}).status, 200)
            made = server.post("/v1/keys", {"name": "first", "scopes": ["admin"]}).json()
            self.assertEqual(server.get("/v1/keys").status, 401)
            self.assertEqual(server.get("/v1/keys", key=made["secret"]).status, 200)
            self.assertEqual(run("keys", "list", data=server.data)[0], 0)


if __name__ == "__main__":
    unittest.main()
