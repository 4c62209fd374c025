"""The built program on the sample documents, from the outside, as a newcomer would use it."""

import concurrent.futures
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from tree import BUILD, ROOT

SAMPLES = BUILD / "samples"
# What the answers to samples/questions.jsonl must reach, a little below what they reach, since other processors round otherwise. `found`:
# the document is among the first three hits. `quoted`: the quotes contain the expected words; `quoted_first`: the first one does.
# `sentences`: quoted on average. Two kinds of questions have no answer: those that are foreign to the documents, and those that come near.
LEAST = {"found": 0.95, "quoted": 0.9, "quoted_first": 0.84}
MOST = {"sentences": 1.8, "foreign_answered": 1, "near_answered": 14}


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


class Questions(unittest.TestCase):
    """The questions of the samples, answered by quoting. What is measured is printed when it is not reached."""

    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as store:
            cairn("ingest", SAMPLES, data=store)
            with concurrent.futures.ThreadPoolExecutor() as threads:
                cls.asked = list(zip(questions(), threads.map(lambda q: cairn("ask", q["text"], data=store)[1], questions())))
                answerable = [question for question in questions() if question["document"]]
                hits = threads.map(lambda q: cairn("search", q["text"], "--limit", "3", data=store)[1]["hits"], answerable)
                cls.missing = [q["_id"] for q, found in zip(answerable, hits) if not any(hit["external_id"].endswith(q["document"]) for hit in found)]

    def share_without(self, missed):
        return 1 - len(missed) / len([question for question, _ in self.asked if question["document"]])

    def not_quoted(self, most_quotes):
        """The questions whose first quotes do not contain the expected words."""
        missed = []
        for question, answer in self.asked:
            quotes = squeezed(" ".join(citation["quote"] for citation in answer["citations"][:most_quotes]))
            if question["document"] and not any(squeezed(words) in quotes for words in question["answers"]):
                missed.append(question["_id"])
        return missed

    def answered(self, near):
        return [(q["_id"], answer["answer"]) for q, answer in self.asked if not q["document"] and ("near" in q) == near and not answer["abstained"]]

    def test_the_right_document_is_among_the_first_three(self):
        self.assertGreaterEqual(self.share_without(self.missing), LEAST["found"], f"not found: {self.missing}")

    def test_quotes_contain_the_answers(self):
        missed = self.not_quoted(None)
        self.assertGreaterEqual(self.share_without(missed), LEAST["quoted"], f"not answered: {missed}")

    def test_the_first_quote_contains_the_answer(self):
        missed = self.not_quoted(1)
        self.assertGreaterEqual(self.share_without(missed), LEAST["quoted_first"], f"not answered first: {missed}")

    def test_answers_are_short(self):
        quoted = [len(answer["citations"]) for question, answer in self.asked if question["document"] and not answer["abstained"]]
        self.assertLessEqual(sum(quoted) / len(quoted), MOST["sentences"], quoted)

    def test_it_abstains_when_the_documents_do_not_answer(self):
        for near, most in ((False, MOST["foreign_answered"]), (True, MOST["near_answered"])):
            answered = self.answered(near)
            self.assertLessEqual(len(answered), most, answered)
        self.assertTrue(all(answer["citations"] == [] for _, answer in self.asked if answer["abstained"]))


if __name__ == "__main__":
    unittest.main()
