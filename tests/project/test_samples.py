"""The sample set: its questions fit its documents, and the same text gives the same files."""

import filecmp
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from tree import BUILD, ROOT

SAMPLES = ROOT / "samples"
sys.path.insert(0, str(SAMPLES))

import markup  # noqa: E402  (beside make.py, not a package)


def documents():
    """The text behind each sample document, by the name of the document."""
    found = {}
    for source in (SAMPLES / "text").iterdir():
        text = source.read_text(encoding="utf-8")
        if source.suffix == ".md":
            fields, text = markup.split_front_matter(text)
            found[fields["file"]] = text
        else:
            found[source.name] = text
    return found


def questions():
    return [json.loads(line) for line in (SAMPLES / "questions.jsonl").read_text(encoding="utf-8").splitlines()]


class Samples(unittest.TestCase):
    def test_each_expected_answer_stands_in_its_document(self):
        texts = documents()
        for question in questions():
            if question["document"]:
                self.assertTrue(any(answer in texts[question["document"]] for answer in question["answers"]), question["_id"])

    def test_questions_without_a_document_expect_nothing(self):
        self.assertTrue(all(not q["answers"] for q in questions() if not q["document"]))

    def test_both_languages_and_every_format_are_there(self):
        suffixes = {pathlib.PurePath(name).suffix for name in documents()}
        self.assertLessEqual({".pdf", ".docx", ".xlsx", ".html", ".md", ".csv", ".pptx", ".eml", ".json"}, suffixes)
        self.assertEqual({q["language"] for q in questions()}, {"en", "zh-Hant"})

    def test_the_same_text_gives_the_same_bytes(self):
        python = pathlib.Path(os.environ.get("CAIRN_CACHE", ROOT / ".cache")) / "venv-samples" / "bin" / "python"
        if not python.exists() or not (BUILD / "samples").is_dir():
            self.skipTest("the sample documents are not made; scripts/samples makes them")
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([python, SAMPLES / "make.py", folder], check=True, capture_output=True)
            names = [path.name for path in pathlib.Path(folder).iterdir()]
            _, differing, missing = filecmp.cmpfiles(folder, BUILD / "samples", names, shallow=False)
            self.assertEqual((differing, missing), ([], []))


if __name__ == "__main__":
    unittest.main()
