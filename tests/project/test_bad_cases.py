"""The built program in bad cases: what fails must fail with a reason, and nothing may be lost, doubled or made up."""

import json
import os
import pathlib
import re
import resource
import signal
import subprocess
import sys
import unittest

from bad_cases import BadCase, CAIRN, HeldIngest, mount_small
from tree import ROOT

HOSTILE = pathlib.Path(os.environ.get("CAIRN_SHARED", ROOT.parent / "shared")) / "data" / "hostile" / "make.py"


class Disks(BadCase):
    def test_a_full_disk_stops_ingestion_with_a_reason_and_space_lets_it_go_on(self):
        mount_small(self, self.folder / "disk", "1500k")
        self.data = self.folder / "disk" / "store"
        self.write("big.txt", os.urandom(1_200_000).hex())
        self.write("small.txt")
        self.fails("ingest", "big.txt", "small.txt", says=["disk is full", "free some space"])
        subprocess.run(["mount", "-o", "remount,size=20m", self.folder / "disk"], check=True)
        self.ok("ingest", "small.txt")
        self.assertEqual(self.found("lighthouse"), ["small.txt"])
        self.assert_clean()

    def test_a_limit_on_file_sizes_stops_ingestion_with_a_reason(self):
        self.write("big.txt", os.urandom(300_000).hex())
        self.ok("ingest", self.write("small.txt"))

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))

        done = self.run_cairn("ingest", "big.txt", preexec_fn=limit)
        self.assertEqual(done.status, 1, done)
        self.assertIn("cannot write", done.err)
        self.assertEqual(len(self.found("lighthouse")), 1)
        self.assert_clean()

    def test_output_that_cannot_be_written_is_an_error(self):
        self.ok("ingest", self.write("a.txt"))
        with open("/dev/full", "wb") as full:
            done = subprocess.run(self.command("documents"), stdout=full, stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"output", done.stderr)

    def test_a_reader_that_stops_early_is_no_trouble(self):
        self.ok("ingest", self.write("a.txt"))
        process = subprocess.Popen(self.command("documents"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.close()
        with process.stderr:
            self.assertEqual(process.stderr.read(), b"")
        self.assertIn(process.wait(), (0, -signal.SIGPIPE))

    def test_a_read_only_store_can_be_searched_and_says_why_it_cannot_be_changed(self):
        user = self.as_nobody()
        self.ok("ingest", self.write("a.txt"))
        everything = [self.data, *self.data.rglob("*")]
        for path in everything:
            path.chmod(0o555 if path.is_dir() else 0o444)
        try:
            self.assertEqual(len(self.found("lighthouse", **user)), 1)
            self.assert_clean(**user)
            self.fails("ingest", "a.txt", says=["read-only", "--data"], **user)
            self.fails("ingest", "a.txt", says=["read-only", "--data"], data=self.data / "below", **user)
        finally:
            for path in everything:
                path.chmod(0o700)

    def test_a_folder_that_may_not_be_read_fails_alone(self):
        user = self.as_nobody()
        (self.folder / "out").mkdir()
        (self.folder / "out").chmod(0o777)
        self.write("files/good.txt")
        locked, closed = self.write("files/locked/a.txt").parent, self.write("files/closed.txt")
        locked.chmod(0)
        closed.chmod(0)
        try:
            done = self.run_cairn("ingest", "files", "--json", data=self.folder / "out" / "store", **user)
        finally:
            locked.chmod(0o755)
        self.assertEqual((done.status, done.json["indexed"]), (3, 1), done)
        self.assertEqual([failure["external_id"] for failure in done.json["failures"]], ["files/closed.txt", "files/locked"])
        for failure in done.json["failures"]:
            self.assertIn("permissions", failure["error"])


class Processes(BadCase):
    def test_a_second_writer_is_refused_and_reading_and_backup_work_beside_the_first(self):
        self.ok("ingest", self.write("before.txt"), cwd=self.folder)
        self.write("more/a.txt")
        self.write("more/b.txt")
        held = HeldIngest(self, "more")
        self.fails("ingest", "before.txt", says="another cairn process")
        self.assertEqual(len(self.found("lighthouse")), 1)
        self.ok("status")
        copy = self.folder / "copy"
        self.ok("backup", copy)
        status, out, err = held.let_go()
        self.assertEqual((status, json.loads(out)["indexed"]), (0, 2), err)
        self.assertEqual(len(self.found("lighthouse")), 3)
        restored = self.folder / "restored"
        self.ok("restore", copy, data=restored)
        self.assert_clean(data=restored)
        self.assertEqual(len(self.found("lighthouse", data=restored)), 1)
        self.ok("ingest", "more", data=restored)
        self.assertEqual(len(self.found("lighthouse", data=restored)), 3)

    def test_after_a_kill_in_the_middle_a_rerun_loses_and_doubles_nothing(self):
        names = [str(self.write(f"files/{n:02}.txt", f"lighthouse {n}").relative_to(self.folder)) for n in range(20)]
        status, _, _ = HeldIngest(self, "files").signal(signal.SIGKILL)
        self.assertEqual(status, -signal.SIGKILL)
        self.assert_clean()
        self.ok("ingest", "files")
        self.assert_exactly(names)

    def test_an_interrupt_says_how_to_go_on_and_a_rerun_does(self):
        names = [str(self.write(f"files/{n:02}.txt", f"lighthouse {n}").relative_to(self.folder)) for n in range(20)]
        status, _, err = HeldIngest(self, "files").signal(signal.SIGINT)
        self.assertEqual(status, 1)
        self.assertIn(b"run the same command again", err)
        self.assert_clean()
        self.ok("ingest", "files")
        self.assert_exactly(names)

    def test_a_file_that_vanishes_after_it_was_stored_is_still_indexed(self):
        self.write("files/a.txt")
        held = HeldIngest(self, "files")
        (self.folder / "files" / "a.txt").unlink()
        self.assertEqual(held.let_go()[0], 0)
        self.assert_exactly(["files/a.txt"])

    def test_a_file_that_changes_after_it_was_stored_is_replaced_by_the_next_run(self):
        self.write("files/a.txt", "the old lighthouse")
        held = HeldIngest(self, "files")
        self.write("files/a.txt", "the new lighthouse")
        self.assertEqual(held.let_go()[0], 0)
        self.assertEqual(self.ok("documents", "text", "files/a.txt").out.strip(), "the old lighthouse")
        self.ok("ingest", "files")
        self.assertEqual(self.ok("documents", "text", "files/a.txt").out.strip(), "the new lighthouse")
        self.assertEqual(self.found("old"), [])
        self.assert_exactly(["files/a.txt"])

    def test_a_file_that_grows_while_it_is_read_is_never_stored_in_part(self):
        growing = self.write("growing.txt", "lighthouse\n" * 100_000)
        writer = subprocess.Popen([sys.executable, "-c", "import sys\nwith open(sys.argv[1], 'a') as f:\n  while True: f.write('more\\n'); f.flush()",
                                   growing])
        try:
            done = self.run_cairn("ingest", "growing.txt", "--json")
        finally:
            writer.kill()
            writer.wait()
        self.assertIn(done.status, (0, 3), done)
        if done.status == 3:
            self.assertIn("changed while it was read", done.json["failures"][0]["error"])
        self.assert_clean()

    def test_devices_and_pipes_below_folders_are_no_documents(self):
        os.mkfifo(self.write("files/a.txt").parent / "pipe")
        done = self.run_cairn("ingest", "files", "/dev/zero", "--json")
        self.assertEqual((done.status, done.json["indexed"], done.json["failed"]), (3, 1, 1), done)
        self.assertIn("not a regular file", done.json["failures"][0]["error"])

    def test_a_pipe_that_is_named_is_read_whole(self):
        line = '{"_id":"%d","text":"The lighthouse keeper feeds %d cats."}\n'
        corpus = "".join(line % (n, n) for n in range(2_000)).encode()  # More than a pipe holds.
        for path, stdin in [("-", corpus), ("/dev/stdin", b"# Cats\n\nThe lighthouse keeper feeds eleven cats.\n")]:
            done = subprocess.run(self.command("ingest", path, "--json"), input=stdin, capture_output=True, timeout=600)
            self.assertEqual(done.returncode, 0, done)
        os.mkfifo(self.folder / "pipe")
        with subprocess.Popen(["sh", "-c", "echo The lighthouse is closed. > pipe"], cwd=self.folder):
            self.ok("ingest", "pipe")
        self.assertIn("pipe", self.found("lighthouse closed"))
        self.assertIn("/dev/stdin", self.found("lighthouse eleven"))
        listed = self.ok("status", "--json").json["collections"][0]["documents_by_status"]
        self.assertEqual(listed["indexed"], 2_002)
        self.assert_clean()

    def test_links_that_lead_nowhere_or_round_in_circles_are_passed_over(self):
        self.write("files/a.txt")
        (self.folder / "files" / "nowhere").symlink_to("/nonexistent")
        (self.folder / "files" / "round").symlink_to(self.folder / "files")
        self.assertEqual(self.ok("ingest", "files", "--json").json["documents"], 1)

    def test_it_runs_from_another_folder_and_through_a_link_with_a_bare_environment(self):
        self.ok("ingest", self.write("a.txt"))
        link = self.folder / "elsewhere" / "cairn"
        link.parent.mkdir()
        link.symlink_to(CAIRN)
        done = subprocess.run([link, "search", "cats", "--data", self.data], cwd="/", env={}, capture_output=True, text=True)
        self.assertEqual((done.returncode, "eleven cats" in done.stdout), (0, True), done)
        self.assertEqual(done.stderr, "")

    def test_a_dumb_terminal_gets_no_escapes(self):
        done = self.ok("ingest", self.write("a.txt"), environment={"TERM": "dumb"})
        self.assertNotIn("\x1b", done.out + done.err)

    def test_without_a_home_folder_it_asks_for_the_data_folder(self):
        done = subprocess.run([CAIRN, "status"], env={}, cwd=self.folder, capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--data", done.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])


class Documents(BadCase):
    def test_names_of_any_bytes_can_be_ingested_listed_and_shown(self):
        names = [b"line\nbreak.txt", b" two  spaces .txt", "photo\u202egpj.exe.txt".encode(), b"bad\xff\xfe.txt", b"esc\x1b[31mred.txt", "長い名前.txt".encode(),
                 b"--help", b"quote'\".txt"]
        for name in names:
            path = os.path.join(os.fsencode(self.folder), b"files", name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(b"lighthouse " + str(len(name)).encode())
        self.assertEqual(self.ok("ingest", "files", "--json").json["indexed"], len(names))
        self.assertEqual(self.ok("ingest", "files", "--json").json["unchanged"], len(names))
        ids = [item["external_id"] for item in self.ok("documents", "--json").json["items"]]
        self.assertEqual(len(set(ids)), len(names))
        self.assertIn("files/bad\\xFF\\xFE.txt", ids)
        self.assertEqual(len(self.found("lighthouse")), len(names))
        for command in (["documents"], ["search", "lighthouse"], ["ask", "lighthouse"], ["tasks"]):
            shown = self.ok(*command).raw.decode()
            self.assertIsNone(re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown), shown)
        self.assertEqual(len(self.ok("documents").out.splitlines()), len(names) + 1)

    def test_failures_of_oddly_named_files_are_valid_json(self):
        path = os.path.join(os.fsencode(self.folder), b"bad\xff\n.pdf")
        with open(path, "wb") as file:
            file.write(b"%PDF-1.7 nothing")
        done = self.run_cairn("ingest", path, "--json")
        self.assertEqual((done.status, done.json["failed"]), (3, 1), done)

    def test_three_thousand_tiny_files_are_each_found(self):
        folder = self.folder / "files"
        folder.mkdir()
        for n in range(3_000):
            (folder / f"{n}.txt").write_text(f"word{n}")
        done = self.ok("ingest", "files", "--json").json
        self.assertEqual((done["indexed"], done["chunks"]), (3_000, 3_000))
        for n in (0, 1_234, 2_999):
            hits = self.ok("search", f"word{n}", "--mode", "lexical", "--limit", "1", "--json").json["hits"]
            self.assertEqual([hit["external_id"] for hit in hits], [f"files/{n}.txt"])
        self.assert_clean()

    def test_a_text_of_200_megabytes_is_refused_with_the_limit_and_little_memory(self):
        line = b"the lighthouse keeper feeds eleven cats and one dog every day of the year\n"
        with open(self.folder / "huge.txt", "wb") as file:
            for _ in range(200):
                file.write(line * (1_000_000 // len(line) + 1))
        self.write("small.txt")
        measure = "import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(code)"
        done = subprocess.run([sys.executable, "-c", measure, *self.command("ingest", "huge.txt", "small.txt", "--json")], cwd=self.folder,
                              capture_output=True, text=True, timeout=600)
        self.assertEqual(done.returncode, 3, done)
        result, peak_kb = done.stdout.strip().splitlines()
        result = json.loads(result)
        self.assertEqual((result["indexed"], result["failures"][0]["external_id"]), (1, "huge.txt"))
        self.assertRegex(result["failures"][0]["error"], r"100 MB.*max_content_mb")
        self.assertLess(int(peak_kb), 300_000)

    def test_every_hostile_file_ends_as_its_class_says(self):
        if not HOSTILE.is_file():
            self.skipTest(f"the hostile documents are not there: {HOSTILE}")
        folder = self.folder / "hostile"
        subprocess.run([sys.executable, HOSTILE, folder, "--small"], check=True, capture_output=True)
        cases = [json.loads(line) for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
        (folder / "manifest.jsonl").unlink()
        (folder / "upload_names.json").unlink()
        done = self.run_cairn("ingest", "hostile", "--json")
        self.assertEqual((done.status, done.json["documents"]), (3, len(cases)), done)
        failed = {failure["external_id"]: failure["error"] for failure in done.json["failures"]}
        for case in cases:
            with self.subTest(case["name"]):
                name = "hostile/" + case["name"]
                self.assertIn(name in failed, {"reject": [True], "accept": [False], "either": [True, False]}[case["class"]])
                if name in failed:
                    self.assertGreater(len(failed[name]), 10)
                elif "contains" in case:
                    self.assertIn(case["contains"], self.ok("documents", "text", name).out)
        self.assertEqual([path.name for path in self.folder.rglob("cairn_escaped*")], [])
        self.assert_clean()


class Lists(BadCase):
    def test_a_broken_line_of_a_list_fails_alone_and_is_named(self):
        self.write("list.jsonl", '{"_id":"1","text":"lighthouse"}\nnot json\n{"_id":"","text":"x"}\n{"_id":"k","text":[7]}\n{"_id":"5","text":"lighthouse"}\n')
        done = self.run_cairn("ingest", "list.jsonl", "--json")
        self.assertEqual((done.status, done.json["indexed"], done.json["failed"]), (3, 2, 3), done)
        self.assertEqual([failure["external_id"] for failure in done.json["failures"]], ["list.jsonl line 2", "list.jsonl line 3", "list.jsonl line 4"])
        self.assert_exactly(["1", "5"])

    def test_lists_written_on_windows_are_read(self):
        self.write("list.jsonl", '\ufeff{"_id":"1","text":"lighthouse"}\r\n\r\n{"_id":"2","text":"lighthouse"}\r\n')
        self.ok("ingest", "list.jsonl")
        self.assert_exactly(["1", "2"])

    def test_the_same_id_twice_in_one_list_is_one_document(self):
        self.write("list.jsonl", '{"_id":"1","text":"first lighthouse"}\n{"_id":"1","text":"second lighthouse"}\n')
        self.ok("ingest", "list.jsonl")
        self.assert_exactly(["1"])
        self.assertEqual(self.ok("documents", "text", "1").out.strip(), "second lighthouse")

    def test_an_evaluation_needs_its_files_and_judged_queries(self):
        self.write("set/corpus.jsonl", '{"_id":"1","text":"lighthouse"}\n')
        self.write("set/queries.jsonl", '{"_id":"q","text":"lighthouse"}\n')
        self.fails("eval", "retrieval", "set", status=2, says="qrels.tsv")
        self.fails("eval", "retrieval", "missing", status=2, says="corpus.jsonl")
        self.write("set/qrels.tsv", "query-id\tcorpus-id\tscore\nother\t1\t1\n")
        self.fails("eval", "retrieval", "set", status=2, says="qrels.tsv")
        self.fails("eval", "answers", "set", status=2, says="answers.jsonl")


class CommandLine(BadCase):
    def test_wrong_options_are_named_and_end_with_2(self):
        for arguments, word in [(["search"], "query"), (["search", "x", "--limit", "0"], "--limit"), (["search", "x", "--limit", "many"], "--limit"),
                                (["search", "x", "--mode", "fuzzy"], "fuzzy"), (["search", "x", "--bogus"], "--bogus"), (["ingest"], "path"),
                                (["ingest", ".", "--priority", "10"], "--priority"), (["documents", "--status", "lost"], "lost"),
                                (["serve", "--listen", "nowhere"], "nowhere"), (["search", "x", "--server", "http://127.0.0.1:1"], "--data")]:
            with self.subTest(arguments):
                self.fails(*arguments, status=2, says=word)
        self.assertFalse(self.data.exists())

    def test_a_misspelt_command_names_the_nearest(self):
        for arguments, meant in [(["serch", "cats"], "'search'"), (["igest", "."], "'ingest'"), (["tasks", "rety", "7"], "'tasks retry'"),
                                 (["--json", "statsu"], "'status'")]:
            with self.subTest(arguments):
                self.fails(*arguments, status=2, says=["there is no command", "did you mean " + meant])
        self.fails("frobnicate", status=2, says=["there is no command 'frobnicate'", "--help"])

    def test_what_is_not_there_is_named(self):
        self.ok("ingest", self.write("a.txt"))
        self.fails("search", "x", "--collection", "nope", says=["nope", "list of collections"])
        self.fails("documents", "--collection", "nope", says="nope")
        for command in ("show", "text", "delete"):
            self.fails("documents", command, "nope", says="nope")
        self.fails("ingest", "nope", status=2, says="nope")
        self.fails("ingest", "nope", status=2, says="nope", data=self.folder / "never made")
        self.assertFalse((self.folder / "never made").exists())
        self.fails("tasks", "retry", "nope", says="nope")
        for command in (["search", "x"], ["ask", "x"], ["fsck"], ["status"], ["backup", "copy"]):
            self.fails(*command, says=["no cairn catalog", "--data"], data=self.folder / "nowhere")
        self.fails("restore", "nowhere", says="nowhere", data=self.folder / "restored")

    def test_a_data_folder_that_is_a_file_is_refused(self):
        file = self.write("a.txt")
        for command in (["search", "x"], ["ingest", "a.txt"], ["fsck"], ["status"]):
            self.fails(*command, says="a.txt", data=file)
        self.assertEqual(file.read_text(), "The lighthouse keeper feeds eleven cats.\n")

    def test_bad_filters_are_explained(self):
        self.ok("ingest", self.write("a.txt"))
        for text, word in [("{bad", "JSON"), ("[1]", "object"), ('{"year":{"near":3}}', "near"), ('{"and":3}', "and"),
                           ('{"not":' * 5_000 + "{}" + "}" * 5_000, "filter")]:
            with self.subTest(text[:30]):
                self.fails("search", "cats", "--filter", text, status=2, says=word)

    def test_queries_of_every_kind_end_well(self):
        self.ok("ingest", self.write("a.txt"))
        for query in ("a", "?", "\u0301", "the of and", "有幾隻貓", "كم عدد القطط", "c" * 100_000, b"cats \xff\xfe",
                      "\x1b[31mcats", "\"cats", "-cats", "*", "%s%n"):
            with self.subTest(query[:12]):
                self.assertEqual(self.ok("search", "--json", "--", query).json["complete"], True)
        self.assertIn("eleven cats", self.ok("ask", "cats lighthouse keeper " * 4_500).out)
        for query in ("", "  \n"):
            self.fails("search", query, status=2, says="empty")
            self.fails("ask", query, status=2, says="empty")

    def test_a_wrong_configuration_names_the_setting(self):
        self.fails("status", says="ingest.threads", status=2, environment={"CAIRN_INGEST_THREADS": "many"})
        self.fails("status", "--config", self.write("bad.toml", "[extract]\nmax_tex_mb = 3\n"), status=2, says=["bad.toml", "max_tex_mb"])
        self.fails("status", "--config", self.write("worse.toml", "[extract\n"), status=2, says="worse.toml")
        self.fails("status", "--config", "missing.toml", status=2, says="missing.toml")


if __name__ == "__main__":
    unittest.main()
