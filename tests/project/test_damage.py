"""The built program on a damaged store and with damaged models: it says so, and shows nothing that is not in the documents."""

import os
import shutil
import sqlite3
import unittest

from bad_cases import BadCase, flip_bit
from tree import BUILD


class Damage(BadCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.original = BadCase("run")
        cls.original.setUp()
        for n in range(3):
            cls.original.write(f"files/{n}.txt", f"lighthouse {n} has eleven cats, but not many " * (n + 1))
        cls.original.ok("ingest", "files")
        with sqlite3.connect(cls.original.data / "catalog.sqlite") as catalog:
            catalog.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        catalog.close()
        cls.truth = cls.hits(cls.original.ok("search", "lighthouse cats", "--json"))

    @classmethod
    def tearDownClass(cls):
        cls.original.doCleanups()

    def setUp(self):
        super().setUp()
        self.fresh_store()

    def fresh_store(self):
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(self.original.data, self.data)

    @staticmethod
    def hits(done):
        return sorted(hit["text"] for hit in done.json["hits"])

    def test_a_flipped_bit_in_any_blob_is_found_by_fsck(self):
        for number, blob in enumerate(self.blobs()):
            for at in {0, blob.stat().st_size // 2, blob.stat().st_size - 1}:
                with self.subTest(blob=number, at=at):
                    flip_bit(blob, at)
                    self.fails("fsck", says=[blob.name, "restore it from a backup"])
                    flip_bit(blob, at)
        self.assert_clean()

    def test_a_search_in_a_damaged_segment_says_so_or_gives_the_true_passages(self):
        segment = max(self.blobs(), key=lambda blob: blob.stat().st_size)
        size, told = segment.stat().st_size, 0
        for at in range(5, size, size // 20):
            flip_bit(segment, at)
            done = self.run_cairn("search", "lighthouse cats", "--json")
            with self.subTest(at=at):
                if done.status == 0:
                    self.assertEqual(self.hits(done), self.truth)
                else:
                    told += 1
                    self.assertEqual((done.status, done.json["error"]["kind"]), (1, "corrupt"), done)
            flip_bit(segment, at)
        self.assertGreater(told, 12)  # Nearly every byte of a small segment is checked when it is opened.

    def test_a_missing_or_cut_segment_is_named(self):
        segment = max(self.blobs(), key=lambda blob: blob.stat().st_size)
        content = segment.read_bytes()
        segment.chmod(0o600)
        for cut in (0, 10, 64, len(content) // 2, len(content) - 1):
            with self.subTest(bytes_left=cut):
                segment.write_bytes(content[:cut])
                self.fails("search", "cats", says=segment.name)
                self.fails("fsck", says=segment.name)
        segment.unlink()
        self.fails("search", "cats", says=["missing", "cairn fsck"])
        self.fails("fsck", says=segment.name)

    def test_damage_to_any_page_of_the_catalog_is_found_by_fsck(self):
        catalog = self.data / "catalog.sqlite"
        page = int.from_bytes(catalog.read_bytes()[16:18], "big")
        for number in range(catalog.stat().st_size // page):
            with self.subTest(page=number + 1):
                flip_bit(catalog, number * page + (100 if number == 0 else 0), bit=0)  # The first byte of a page says what it is.
                self.fails("fsck", says=["catalog", "backup"])
                flip_bit(catalog, number * page + (100 if number == 0 else 0), bit=0)
        self.assert_clean()

    def test_a_cut_or_foreign_catalog_is_refused(self):
        catalog = self.data / "catalog.sqlite"
        whole = catalog.read_bytes()
        for name, content in {"cut": whole[:10_000], "foreign": b"These are no tables. " * 500}.items():
            with self.subTest(name):
                catalog.write_bytes(content)
                for command in (["fsck"], ["search", "cats"], ["ingest", "."]):
                    self.fails(*command, says="catalog")

    def test_a_catalog_of_a_newer_version_is_left_alone(self):
        catalog = sqlite3.connect(self.data / "catalog.sqlite")
        catalog.execute("PRAGMA user_version = 99")
        catalog.close()
        for command in (["search", "cats"], ["ingest", "."], ["fsck"], ["backup", "copy"]):
            self.fails(*command, says=["newer cairn", "99", "update cairn"])

    def test_a_restore_overwrites_nothing(self):
        self.ok("backup", "copy")
        target = self.write("target/precious.txt").parent
        self.fails("restore", "copy", data=target, says=["not empty"])
        self.assertEqual([path.name for path in target.iterdir()], ["precious.txt"])
        self.fails("restore", "copy", says=["not empty"])
        self.assert_clean()

    def test_a_damaged_backup_is_not_restored_in_silence(self):
        self.ok("backup", "copy")
        flip_bit(self.blobs(self.folder / "copy")[0], 3)
        done = self.run_cairn("restore", "copy", data=self.folder / "restored")
        self.assertEqual(done.status, 1, done)


class Models(BadCase):
    def setUp(self):
        super().setUp()
        self.write("a.txt")
        self.models = self.folder / "models"
        self.models.mkdir()
        self.environment = {"CAIRN_MODELS_FOLDER": str(self.models)}
        self.packed = sorted((BUILD / "models").glob("*en*.cairnmodel"))
        if not self.packed:
            self.skipTest("the models are not there")

    def test_without_any_model_search_by_words_works_and_ingestion_says_what_to_do(self):
        self.ok("ingest", "a.txt")
        self.assertEqual(self.found("cats", environment=self.environment), ["a.txt"])
        done = self.ok("search", "cats", environment=self.environment)
        self.assertIn("model is missing", done.err)
        other = self.folder / "other"
        self.fails("ingest", "a.txt", says="cairn model import", data=other, environment=self.environment)

    def test_cut_foreign_and_damaged_model_files_are_named(self):
        self.ok("ingest", "a.txt")
        whole = self.packed[0].read_bytes()
        flipped = bytearray(whole)
        flipped[len(whole) // 2] ^= 1
        cases = {"empty": b"", "cut": whole[:100_000], "cut at the end": whole[:-1], "foreign": b"ONNX" * 50_000, "damaged": bytes(flipped),
                 "from a newer version": whole[:8] + (99).to_bytes(4, "little") + whole[12:]}
        for name, content in cases.items():
            with self.subTest(name):
                (self.models / "m.cairnmodel").write_bytes(content)
                self.assertEqual(self.found("cats", environment=self.environment), ["a.txt"])
                hybrid = self.ok("search", "cats", "--json", environment=self.environment).json
                self.assertEqual(([hit["external_id"] for hit in hybrid["hits"]], hybrid["complete"]), (["a.txt"], False))
                self.fails("search", "cats", "--mode", "dense", says="model", environment=self.environment)
                self.fails("status", status=3, says=["m.cairnmodel", "cairn model import"], environment=self.environment)
                self.fails("ingest", "a.txt", says=["m.cairnmodel", "cairn model import"], environment=self.environment)

    def test_a_damaged_model_beside_a_whole_one_embeds_nothing_in_its_place(self):
        (self.models / "en.cairnmodel").symlink_to(self.packed[0])
        (self.models / "zh.cairnmodel").write_bytes(b"ONNX" * 50_000)
        self.fails("ingest", "a.txt", says="zh.cairnmodel", environment=self.environment)
        self.ok("ingest", "a.txt")
        self.assertTrue(self.ok("search", "cats", "--json", environment=self.environment).json["complete"])
        status = self.run_cairn("status", "--json", environment=self.environment).json
        self.assertEqual(([model["id"] for model in status["broken_models"]], len(status["models"])), (["zh"], 1))

    def test_a_model_folder_that_is_a_file_is_named(self):
        self.fails("ingest", "a.txt", status=2, says="cannot be read", environment={"CAIRN_MODELS_FOLDER": str(self.folder / "a.txt")})

    def test_importing_a_model_from_something_else_leaves_nothing_behind(self):
        self.write("weights.onnx", os.urandom(5_000))
        self.write("tokenizer.json", "{}")
        done = self.run_cairn("model", "import", "--weights", "weights.onnx", "--tokenizer", "tokenizer.json", "--id", "x", "--out", "models/x.cairnmodel")
        self.assertEqual(done.status, 1, done)
        self.assertEqual(list(self.models.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
