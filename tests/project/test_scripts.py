"""The scripts count and measure what they say."""

import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import unittest

from tree import ROOT, read

sys.path.insert(0, str(ROOT / "scripts"))

import eval_extraction  # noqa: E402
import evaluate  # noqa: E402
import run_tests  # noqa: E402


class Modules(unittest.TestCase):
    def test_no_two_that_one_test_run_imports_have_the_same_name(self):
        folders = ("scripts", "tests/project", "tests/server")
        names = [path.stem for folder in folders for path in (ROOT / folder).glob("*.py")]
        self.assertEqual(sorted(names), sorted(set(names)))


def outcome_of(*command):
    with tempfile.TemporaryDirectory() as folder:
        return run_tests.run_program("a_test", list(command), {}, pathlib.Path(folder))


class TestRun(unittest.TestCase):
    def test_a_program_that_dies_without_a_result_is_a_failure(self):
        outcome = outcome_of("sh", "-c", "kill -SEGV $$")
        self.assertEqual((outcome.passed, outcome.failed), (0, 1))

    def test_a_program_that_reports_nothing_and_ends_well_has_passed(self):
        outcome = outcome_of("true")
        self.assertEqual((outcome.passed, outcome.failed), (1, 0))

    def test_passed_failed_and_skipped_tests_are_counted_one_by_one(self):
        tests = [{"status": "RUN", "result": "COMPLETED"}, {"status": "RUN", "result": "COMPLETED", "failures": [{}]},
                 {"status": "RUN", "result": "SKIPPED"}, {"status": "NOTRUN", "result": "SUPPRESSED"}]
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "result.json"
            path.write_text(json.dumps({"testsuites": [{"testsuite": tests}]}))
            self.assertEqual(run_tests.counted(path), (1, 1, 1))

    def test_a_program_that_fails_after_its_tests_passed_is_a_failure(self):
        script = 'printf \'{"testsuites":[{"testsuite":[{"status":"RUN"}]}]}\' > "${GTEST_OUTPUT#json:}"; exit 7'
        outcome = outcome_of("sh", "-c", script)
        self.assertEqual((outcome.passed, outcome.failed), (1, 1))


class Recall(unittest.TestCase):
    def test_markdown_marks_and_white_space_do_not_count(self):
        self.assertEqual(eval_extraction.found("# A **bold** move\n\n| a | b |\n|---|---|", "A bold\nmove a b"), 1.0)

    def test_what_is_missing_lowers_the_recall(self):
        self.assertAlmostEqual(eval_extraction.found("abcdefgh", "abcdef"), 3 / 5)


class Figures(unittest.TestCase):
    def test_a_figure_is_reached_at_its_bound_and_missed_below(self):
        self.assertTrue(evaluate.Figure("x", 0.97, 0.97).reached())
        self.assertFalse(evaluate.Figure("x", 0.969, 0.97).reached())

    def test_a_known_shortfall_is_held_until_it_becomes_worse(self):
        name, held = next(iter(evaluate.SHORTFALLS.items()))
        self.assertTrue(evaluate.Figure(name, held, 1.0).held())
        self.assertFalse(evaluate.Figure(name, held, 1.0).reached())
        self.assertFalse(evaluate.Figure(name, held - 0.001, 1.0).held())
        self.assertFalse(evaluate.Figure("x", 1, most=0).held())


class Program:
    """A folder with shell scripts in the place of programs."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def write(self, name, *lines):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
        path.chmod(0o755)


class ObjectStore(unittest.TestCase):
    """Which Go builds it: programs that say who they are stand in for both."""

    def built_with(self, machines_version):
        with tempfile.TemporaryDirectory() as folder:
            stand_in = Program(folder)
            build = 'printf "#!/bin/sh\\necho {}\\n" > "$GOBIN/versitygw"; chmod +x "$GOBIN/versitygw"'
            answer = 'if [ "$1" = env ]; then {}; exit; fi; mkdir -p "$GOBIN"; '
            stand_in.write("bin/go", answer.format(f"echo {machines_version}" if machines_version else "exit 127") + build.format("machine"))
            stand_in.write("cache/venv-cluster/bin/go", 'mkdir -p "$GOBIN"; ' + build.format("package"))
            (stand_in.folder / "cache/venv-cluster/installed.txt").write_text((ROOT / "scripts/requirements-cluster.txt").read_text())
            stand_in.write("cache/versitygw-v0.1.0/versitygw", "echo old")
            environment = {**os.environ, "CAIRN_CACHE": str(stand_in.folder / "cache"), "PATH": f"{stand_in.folder / 'bin'}:/usr/bin:/bin"}
            path = subprocess.run([ROOT / "scripts/s3-server"], env=environment, capture_output=True, text=True, check=True).stdout.strip()
            self.assertEqual([str(p) for p in stand_in.folder.glob("cache/versitygw*/versitygw")], [path], "tests take the one that they find")
            return subprocess.run([path], capture_output=True, text=True, check=True).stdout.strip()

    def test_it_is_built_by_the_machine_s_go_where_that_is_new_enough_and_else_by_a_package(self):
        built_with = {version: self.built_with(version) for version in ("go1.19.8", "go1.21.0", "go1.26.8", "")}
        self.assertEqual(built_with, {"go1.19.8": "package", "go1.21.0": "machine", "go1.26.8": "machine", "": "package"})


class FirstMinute(unittest.TestCase):
    def test_where_the_port_is_taken_the_address_that_is_shown_is_the_one_that_is_served(self):
        with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as taken:
            stand_in = Program(folder)
            stand_in.write("cairn", 'if [ "$1" = serve ]; then while [ $# -gt 1 ]; do shift; done; echo "served at $1"; fi')
            busy = str(taken.getsockname()[1])
            environment = {**os.environ, "CAIRN_BUILD": folder, "CAIRN_PORT": busy}
            said = subprocess.run([ROOT / "scripts/run"], env=environment, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL).stdout
        served = re.search(r"served at 127\.0\.0\.1:(\d+)", said).group(1)
        self.assertNotIn(served, ("0", busy))
        self.assertIn(f"port {busy} is taken", said)
        self.assertEqual(set(re.findall(r"127\.0\.0\.1:(\d+)", said)), {served}, said)


class Makefile(unittest.TestCase):
    def test_help_lists_every_target(self):
        targets = re.findall(r"^([a-z-]+):", read(pathlib.PurePosixPath("Makefile")), re.M)
        shown = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        self.assertEqual([t for t in targets if f"make {t} " not in shown], [])

    def test_every_package_has_a_version_and_a_reason(self):
        for line in read(pathlib.PurePosixPath("scripts/packages.txt")).splitlines():
            if line and not line.startswith("#"):
                self.assertGreaterEqual(len(line.split()), 4, line)

    def test_python_packages_are_pinned_to_one_version(self):
        for path in (ROOT / "scripts").glob("requirements-*.txt"):
            for line in path.read_text().splitlines():
                if line and not line.startswith("#"):
                    self.assertRegex(line, r"^[\w.\[\]-]+==[\w.]+(; platform_machine == \"\w+\")?$", path.name)


if __name__ == "__main__":
    unittest.main()
