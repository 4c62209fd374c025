"""The commands with --server: the same objects as on a data folder."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from server import CAIRN, PATIENCE_SECONDS, Server, eventually, run


def remote(server, *arguments, key=None, address=None):
    """Runs one command on the server; gives its exit status and its JSON (or what it said)."""
    environment = {**os.environ, **({"CAIRN_CLIENT_KEY": key} if key else {})}
    done = subprocess.run([CAIRN, *map(str, arguments), "--server", address or server.address, "--json"], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=PATIENCE_SECONDS, env=environment)
    try:
        return done.returncode, json.loads(done.stdout)
    except json.JSONDecodeError:
        return done.returncode, done.stdout + done.stderr


class Commands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().__enter__()
        cls.addClassCleanup(cls.server.__exit__)
        cls.files = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.files.cleanup)
        folder = pathlib.Path(cls.files.name)
        (folder / "leave.md").write_text("Employees have 25 days of annual leave.")
        (folder / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
        cls.status, cls.ingested = remote(cls.server, "ingest", folder)
        lines = [{"_id": f"l{i}", "title": f"Line {i}", "text": f"The otter number {i} swims.", "metadata": {"n": i}} for i in range(250)]
        (folder / "lines.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        cls.lines_status, cls.lines = remote(cls.server, "ingest", folder / "lines.jsonl", "--collection", "lines")

    def test_files_are_sent_and_failures_told(self):
        self.assertEqual(self.status, 3, self.ingested)
        self.assertEqual((self.ingested["documents"], self.ingested["indexed"], self.ingested["failed"], self.ingested["chunks"]), (2, 1, 1, 1))
        self.assertTrue(self.ingested["failures"][0]["external_id"].endswith("broken.pdf"))

    def test_lines_of_documents_are_sent_with_what_they_say_of_themselves(self):
        self.assertEqual((self.lines_status, self.lines["indexed"]), (0, 250), self.lines)
        _, again = remote(self.server, "ingest", pathlib.Path(self.files.name) / "lines.jsonl", "--collection", "lines")
        self.assertGreaterEqual(again["unchanged"], 249, again)  # Another test deletes one.
        _, found = remote(self.server, "search", "otter number 7", "--filter", '{"n": 7}')
        self.assertEqual([hit["external_id"] for hit in found["hits"]], ["l7"])

    def test_both_ways_give_the_same_object(self):
        question = "How many days of annual leave do employees have?"
        _, here = run("ask", question, data=self.server.data)
        status, there = remote(self.server, "ask", question)
        for answer in (here, there):
            answer.pop("took_ms")
        self.assertEqual((status, here), (0, there))
        for command in ("collections", "tasks"):
            _, here = run(command, data=self.server.data)
            _, there = remote(self.server, command)
            self.assertEqual([item.get("name", item.get("id")) for item in here["items"]], [item.get("name", item.get("id")) for item in there["items"]])

    def test_documents_are_shown_read_and_deleted_by_their_own_id(self):
        self.assertEqual(remote(self.server, "documents", "show", "l3", "--collection", "lines")[1]["title"], "Line 3")
        self.assertIn("otter number 3", remote(self.server, "documents", "text", "l3", "--collection", "lines")[1]["text"])
        self.assertEqual(remote(self.server, "documents", "delete", "l4", "--collection", "lines")[0], 0)
        eventually(lambda: remote(self.server, "documents", "show", "l4", "--collection", "lines")[0] == 1, "it is deleted")

    def test_collections_are_made_and_deleted(self):
        self.assertEqual(remote(self.server, "collections", "create", "new one", "--max-tokens", "64")[0], 0)
        self.assertEqual(remote(self.server, "collections", "delete", "new one")[0], 0)
        self.assertEqual(remote(self.server, "collections", "delete", "new one")[0], 1)

    def test_status_counts_what_there_is(self):
        status, told = remote(self.server, "status")
        self.assertEqual(status, 0, told)
        self.assertEqual({c["name"] for c in told["collections"]}, {"default", "lines"})

    def test_commands_of_a_folder_refuse_a_server(self):
        for command in (["fsck"], ["backup", "/nowhere"]):
            status, said = remote(self.server, *command)
            self.assertEqual(status, 2)
            self.assertIn("--data", json.dumps(said))

    def test_what_cannot_be_asked_for_is_a_wrong_command_line(self):
        for command in (["ask", ""], ["ask", "x", "--generator", "nobody"], ["search", "x", "--filter", "{"]):
            self.assertEqual(remote(self.server, *command)[0], 2, command)

    def test_a_tenant_is_a_matter_of_the_key_and_no_option_is_ignored(self):
        for command in (["users", "delete", "ada"], ["users", "password", "ada"], ["users", "list"], ["keys", "list"], ["keys", "revoke", "k"]):
            status, said = remote(self.server, command[0], "--tenant", "sales", *command[1:])
            self.assertEqual(status, 2, command)
            self.assertIn("--tenant", json.dumps(said))

    def test_a_long_text_is_shown_with_all_its_chunks(self):
        remote(self.server, "collections", "create", "long", "--max-tokens", "16")
        self.addCleanup(remote, self.server, "collections", "delete", "long")
        path = pathlib.Path(self.files.name) / "long.txt"
        path.write_text("\n\n".join(f"The heron number {i} stands in the reeds and waits for its fish." for i in range(80)))
        self.assertEqual(remote(self.server, "ingest", path, "--collection", "long")[0], 0)
        here, there = (ask("documents", "text", str(path), "--collection", "long")[1]
                       for ask in (lambda *command: run(*command, data=self.server.data), lambda *command: remote(self.server, *command)))
        self.assertGreater(len(there["chunks"]), 50)
        self.assertEqual([chunk["span"] for chunk in there["chunks"]], [chunk["span"] for chunk in here["chunks"]])

    def test_no_server_there_is_said(self):
        status, said = remote(self.server, "search", "x", address="http://127.0.0.1:1")
        self.assertEqual(status, 1)
        self.assertIn("127.0.0.1:1", json.dumps(said))

    def test_a_key_is_taken_from_the_environment(self):
        with Server() as server:
            _, made = run("keys", "create", "reader", "--scopes", "query", data=server.data)
            self.assertEqual(remote(server, "collections")[0], 1)
            self.assertEqual(remote(server, "collections", key=made["secret"])[0], 0)
            self.assertEqual(remote(server, "collections", "create", "x", key=made["secret"])[0], 1)


if __name__ == "__main__":
    unittest.main()
