"""What the tests of bad cases share: a folder of their own, the program run in it, and an extraction that waits for its test."""

import json
import os
import pathlib
import shutil
import stat
import subprocess
import tempfile
import unittest

from tree import BUILD

CAIRN = BUILD / "cairn"
NOBODY = 65534


class Done:
    """How a run of the program ended."""

    def __init__(self, done):
        self.status = done.returncode
        self.out, self.err = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
        self.raw = done.stdout

    @property
    def json(self):
        return json.loads(self.raw)  # Strict: bytes that are no UTF-8 are an error.

    def __repr__(self):
        return f"status {self.status}\n{self.out[:2000]}\n{self.err[:2000]}"


class BadCase(unittest.TestCase):
    """Each test has a folder of its own, in which the program runs; its store is the folder `store` there."""

    def setUp(self):
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        self.folder = pathlib.Path(made.name).resolve()
        self.data = self.folder / "store"

    def write(self, name, content="The lighthouse keeper feeds eleven cats.\n"):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def command(self, *arguments, data=None):
        return [CAIRN, "--data", data or self.data, *arguments]

    def run_cairn(self, *arguments, data=None, environment=None, **options):
        options.setdefault("cwd", self.folder)
        environment = {**os.environ, **(environment or {})}
        return Done(subprocess.run(self.command(*arguments, data=data), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, timeout=600, env=environment, **options))

    def ok(self, *arguments, **options):
        done = self.run_cairn(*arguments, **options)
        self.assertEqual(done.status, 0, done)
        return done

    def fails(self, *arguments, says, status=1, **options):
        """Runs it, and expects an exit status and words in what it says; a crash or a stack trace is neither."""
        done = self.run_cairn(*arguments, **options)
        self.assertEqual(done.status, status, done)
        for words in [says] if isinstance(says, str) else says:
            self.assertIn(words, done.out + done.err, done)
        return done

    def found(self, query, **options):
        """The external ids that a search finds by its words."""
        hits = self.ok("search", query, "--mode", "lexical", "--limit", "1000", "--json", **options).json["hits"]
        return sorted(hit["external_id"] for hit in hits)

    def assert_clean(self, **options):
        self.assertTrue(self.ok("fsck", "--json", **options).json["clean"])

    def assert_exactly(self, ids, query="lighthouse"):
        """Each of these documents is listed once and found once, nothing else is, and the store is clean."""
        listed = [item["external_id"] for item in self.ok("documents", "--limit", "1000", "--json").json["items"]]
        self.assertEqual(sorted(listed), sorted(ids))
        self.assertEqual(self.found(query), sorted(ids))
        self.assert_clean()

    def blobs(self, data=None):
        return sorted(path for path in ((data or self.data) / "blobs").rglob("*") if path.is_file())

    def as_nobody(self):
        """Options for a run without root's right to write everywhere."""
        if os.geteuid() != 0:
            return {}
        if not (os.access("/", os.X_OK) and readable_by_all(CAIRN)):
            self.skipTest("the program lies where another user cannot run it")
        self.folder.chmod(0o755)
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def readable_by_all(path):
    folders = [folder for folder in path.resolve().parents if not folder.stat().st_mode & stat.S_IXOTH]
    return not folders and path.stat().st_mode & stat.S_IXOTH


def flip_bit(path, at, bit=4):
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << bit
    path.chmod(0o600)
    path.write_bytes(content)


class HeldIngest:
    """An ingestion that stands still in the middle of its work: its extraction program waits until it is let go."""

    def __init__(self, test, *arguments):
        self.reached, self.gate = test.folder / "reached", test.folder / "gate"
        os.mkfifo(self.reached)
        os.mkfifo(self.gate)
        program = test.folder / "extract-when-let"
        program.write_text(f'#!/bin/sh\necho x > "{self.reached}"\nread x < "{self.gate}"\nexec "{BUILD / "cairn-extract"}" "$@"\n')
        program.chmod(0o755)
        environment = {**os.environ, "CAIRN_EXTRACT_PROGRAM": str(program), "CAIRN_INGEST_THREADS": "1"}
        self.process = subprocess.Popen(test.command("ingest", *arguments, "--json"), cwd=test.folder, env=environment,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        test.addCleanup(self.end)
        self.reached.read_text()  # Waits until the extraction of the first document begins.

    def let_go(self):
        self.gate.write_text("go\n")
        out, err = self.process.communicate(timeout=600)
        return self.process.returncode, out, err

    def signal(self, number):
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=600)
        return self.process.returncode, out, err

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


def mount_small(test, folder, size):
    """A small file system of its own, where this user may mount one; it is gone after the test."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        test.skipTest("only root can mount a small file system")
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True)
    if done.returncode != 0:
        test.skipTest("this machine does not let a test mount a file system")
    test.addCleanup(subprocess.run, ["umount", "-l", folder], check=True)
