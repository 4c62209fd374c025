"""The built program on the sample documents, from the outside, as a newcomer would use it."""

import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from tree import BUILD, ROOT

SAMPLES = BUILD / "samples"
# Of the answerable questions, the share whose quotes must contain the expected words, and whose document must be among the first three.
QUOTED, FOUND = 0.8, 0.95


def cairn(*arguments, data, folder=ROOT, prefix=()):
    """Runs the program with --json; gives the exit status and what it printed, parsed where it is JSON."""
    done = subprocess.run([*prefix, BUILD / "cairn", *arguments, "--data", data, "--json"], cwd=folder, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=300)
    try:
        return done.returncode, json.loads(done.stdout)
    except json.JSONDecodeError:
        return done.returncode, done.stdout + done.stderr


def questions():
    lines = (ROOT / "samples" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def squeezed(text):
    return "".join(text.split())


class Cairn(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.store = tempfile.TemporaryDirectory()
        cls.data = pathlib.Path(cls.store.name) / "store"
        cls.status, cls.ingested = cairn("ingest", SAMPLES, data=cls.data)

    @classmethod
    def tearDownClass(cls):
        cls.store.cleanup()

    def test_every_sample_document_is_indexed(self):
        self.assertEqual(self.status, 0, self.ingested)
        expected = len(list((ROOT / "samples" / "text").iterdir()))
        self.assertEqual((self.ingested["documents"], self.ingested["indexed"], self.ingested["failed"]), (expected, expected, 0), self.ingested)

    def test_loading_again_changes_nothing(self):
        status, again = cairn("ingest", SAMPLES, data=self.data)
        self.assertEqual((status, again["indexed"], again["unchanged"]), (0, 0, self.ingested["documents"]), again)

    def test_the_right_document_is_among_the_first_three(self):
        asked = [q for q in questions() if q["document"]]
        missed = []
        for question in asked:
            _, found = cairn("search", question["text"], "--limit", "3", data=self.data)
            if not any(hit["external_id"].endswith(question["document"]) for hit in found["hits"]):
                missed.append(question["_id"])
        self.assertGreaterEqual(1 - len(missed) / len(asked), FOUND, f"not found: {missed}")

    def test_quotes_contain_the_answers(self):
        asked = [q for q in questions() if q["document"]]
        missed = []
        for question in asked:
            _, answer = cairn("ask", question["text"], data=self.data)
            quotes = squeezed(" ".join(citation["quote"] for citation in answer["citations"]))
            if not any(squeezed(words) in quotes for words in question["answers"]):
                missed.append(question["_id"])
        self.assertGreaterEqual(1 - len(missed) / len(asked), QUOTED, f"not answered: {missed}")

    def test_it_abstains_when_the_documents_do_not_answer(self):
        answered = []
        for question in (q for q in questions() if not q["document"]):
            _, answer = cairn("ask", question["text"], data=self.data)
            if not answer["abstained"]:
                answered.append((question["_id"], answer["answer"]))
            else:
                self.assertEqual(answer["citations"], [], question["_id"])
        self.assertLessEqual(len(answered), 1, answered)

    def test_a_question_in_simplified_characters_finds_traditional_text(self):
        _, found = cairn("search", "蠕动泵之软管何时更换", "--limit", "1", data=self.data)
        self.assertTrue(found["hits"][0]["external_id"].endswith("蘭溪維護合約.docx"), found["hits"][0])

    def test_a_broken_file_fails_alone_with_a_reason(self):
        with tempfile.TemporaryDirectory() as folder:
            store, folder = pathlib.Path(folder) / "store", pathlib.Path(folder) / "files"
            folder.mkdir()
            (folder / "broken.pdf").write_bytes(b"%PDF-1.4 and then nothing that a reader understands")
            (folder / "good.txt").write_text("The lighthouse keeper feeds eleven cats.\n", encoding="utf-8")
            status, result = cairn("ingest", folder, data=store)
            self.assertEqual((status, result["indexed"], result["failed"]), (3, 1, 1), result)
            self.assertTrue(result["failures"][0]["external_id"].endswith("broken.pdf"))
            self.assertGreater(len(result["failures"][0]["error"]), 10)
            _, answer = cairn("ask", "How many cats does the lighthouse keeper feed?", data=store)
            self.assertIn("eleven cats", answer["answer"])

    def test_it_runs_from_any_folder_and_without_a_network(self):
        unshare = shutil.which("unshare")
        alone = [unshare, "--map-root-user", "--net"] if unshare else []
        if not alone or subprocess.run([*alone, "true"], capture_output=True).returncode != 0:
            self.skipTest("this machine does not let a process give up its network")
        with tempfile.TemporaryDirectory() as folder:
            note = pathlib.Path(folder) / "note.md"
            note.write_text("# Kitchen\n\nThe kettle is descaled every second Thursday.\n", encoding="utf-8")
            status, result = cairn("ingest", note, data=pathlib.Path(folder) / "store", folder=folder, prefix=alone)
            self.assertEqual((status, result["indexed"]), (0, 1), result)

    def test_a_wrong_command_line_says_where_to_look(self):
        done = subprocess.run([BUILD / "cairn", "ingset"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--help", done.stderr)

    def test_the_commands_in_the_documentation_exist(self):
        for command in ("ingest", "search", "ask", "status", "documents", "collections", "tasks", "config", "eval", "bench", "fsck",
                        "backup", "restore", "model", "completion"):
            done = subprocess.run([BUILD / "cairn", command, "--help"], capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, f"cairn {command} --help: {done.stderr}")


if __name__ == "__main__":
    unittest.main()
