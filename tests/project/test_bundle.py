"""Collections as bundles, from the outside: the program, its files and its exit codes."""

import os
import resource
import signal
import subprocess
import tarfile
import time
import unittest

from bad_cases import BadCase

# `fill` makes so many; large enough that an import takes a moment.
DOCUMENTS = 40


class Bundles(BadCase):
    def fill(self, count=DOCUMENTS):
        for i in range(count):
            self.write(f"texts/{i:03}.txt", f"The lighthouse keeper number {i} feeds {i * 7} cats.\n" * 3)
        self.ok("ingest", "texts", "--collection", "keepers")

    def export(self, name="keepers.cairn", **options):
        self.ok("export", "keepers", name, **options)
        return self.folder / name

    def hits(self, collection, query="lighthouse cats", mode="hybrid", **options):
        found = self.ok("search", query, "--collection", collection, "--mode", mode, "--limit", "100", "--json", **options).json
        return sorted((hit["external_id"], hit["score"], hit["text"]) for hit in found["hits"])

    def collections(self, **options):
        return [each["name"] for each in self.ok("collections", "--json", **options).json["items"]]

    def test_a_collection_moves_to_another_store_with_its_hits_and_originals(self):
        self.fill()
        bundle = self.export()
        self.assertEqual(bundle.stat().st_mode & 0o777, 0o600)
        other = self.folder / "other"
        told = self.ok("import", bundle, "--json", data=other).json
        self.assertEqual((told["documents"], told["queued"], told["missing_models"]), (DOCUMENTS, 0, []))
        for mode in ("hybrid", "dense", "lexical"):
            self.assertEqual(self.hits("keepers", mode=mode, data=other), self.hits("keepers", mode=mode))
        self.assert_clean(data=other)
        again = self.ok("ingest", "texts", "--collection", "keepers", "--json", data=other).json
        self.assertEqual(again["unchanged"], DOCUMENTS)

    def test_it_may_stay_in_the_store_under_another_name(self):
        self.fill()
        self.ok("import", self.export(), "--collection", "copies")
        self.assertEqual(self.hits("copies"), self.hits("keepers"))
        self.assert_clean()
        self.ok("collections", "delete", "keepers")
        self.assertEqual(len(self.hits("copies")), DOCUMENTS)

    def test_any_tar_program_lists_it(self):
        self.fill(3)
        with tarfile.open(self.export()) as tar:
            names = tar.getnames()
            self.assertEqual(names[0], "cairn-bundle.json")
            self.assertEqual(names[-1], "end.json")
            texts = [tar.extractfile(name).read() for name in names if name.startswith("files/")]
        self.assertEqual(sorted(texts), sorted(path.read_bytes() for path in (self.folder / "texts").iterdir()))

    def test_what_is_there_is_not_overwritten(self):
        self.fill(3)
        bundle = self.export()
        before = bundle.read_bytes()
        self.fails("export", "keepers", bundle, says="exists already")
        self.assertEqual(bundle.read_bytes(), before)
        self.fails("import", bundle, says=["'keepers' already", "--collection"])
        self.fails("export", "nobody", "x.cairn", says="no collection 'nobody'")
        self.assertEqual(sorted(path.name for path in self.folder.glob("*.cairn*")), ["keepers.cairn"])

    def test_wrong_files_make_no_store(self):
        other = self.folder / "other"
        self.fails("import", "nothing.cairn", says="no file", data=other)
        self.assertFalse(other.exists())
        self.fails("import", self.write("text.cairn"), says="no bundle", status=2, data=other)
        self.fails("import", self.folder, says="not a file", status=2, data=other)
        self.fails("import", self.write("empty.cairn", b""), says="no bundle", status=2, data=other)
        self.fill(3)
        bundle = self.export()
        self.fails("import", self.write("cut.cairn", bundle.read_bytes()[:-5000]), says="cut off", data=other)
        damaged = bytearray(bundle.read_bytes())
        damaged[len(damaged) // 2] ^= 1
        self.fails("import", self.write("bad.cairn", bytes(damaged)), says="damaged", data=other)
        self.assertEqual(self.collections(data=other), [])

    def test_a_full_disk_leaves_no_half_file(self):
        self.fill()
        limit = 50_000
        def less_room():
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        self.fails("export", "keepers", "keepers.cairn", says="keepers.cairn", preexec_fn=less_room)
        self.assertEqual(list(self.folder.glob("*.cairn*")), [])
        self.export()

    def test_a_killed_export_is_written_over_by_the_next(self):
        self.fill(3)
        self.write("keepers.cairn.partial", b"left by somebody who was killed" * 10_000)
        self.ok("import", self.export(), "--collection", "copies")
        self.assertFalse((self.folder / "keepers.cairn.partial").exists())

    def test_a_killed_import_is_there_as_a_whole_or_not_at_all(self):
        self.fill()
        bundle = self.export()
        whole = 0
        for attempt in range(12):
            other = self.folder / f"other-{attempt}"
            process = subprocess.Popen(self.command("import", bundle, data=other), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(attempt * 0.004)  # Whenever that is: each point must do.
            process.send_signal(signal.SIGKILL)
            process.wait()
            listed = self.run_cairn("collections", "--json", data=other)
            if listed.status == 0 and listed.json["items"]:  # It fails where there was no whole catalog yet.
                whole += 1
            else:
                self.ok("import", bundle, data=other)
            self.assertEqual(self.hits("keepers", data=other), self.hits("keepers"))
            self.assert_clean(data=other)
        self.assertLess(whole, 12)

    def test_without_the_model_words_find_and_it_is_said(self):
        self.fill(3)
        empty = self.folder / "no-models"
        empty.mkdir()
        without = {"CAIRN_MODELS_FOLDER": os.fspath(empty)}
        other = self.folder / "other"
        done = self.ok("import", self.export(), data=other, environment=without)
        self.assertIn("words only", done.err)
        self.assertEqual(self.hits("keepers", mode="lexical", data=other, environment=without), self.hits("keepers", mode="lexical"))
        self.assertEqual(self.hits("keepers", data=other), self.hits("keepers"))

    def test_a_server_is_no_folder(self):
        for command in (["export", "x", "y"], ["import", __file__]):
            done = subprocess.run([self.command()[0], "--server", "http://127.0.0.1:1", *command], capture_output=True, text=True)
            self.assertEqual(done.returncode, 2)
            self.assertIn("--data", done.stderr)


if __name__ == "__main__":
    unittest.main()
