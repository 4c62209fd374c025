"""Kills the built program with SIGKILL at random moments of ingestion, merging, garbage collection, deletion and backup.

After every kill the store and its last backup must verify clean, every document must hold what was last acknowledged or
something newer that was tried, and no document may be there twice. `--seed` repeats a run's choices (not its moments).
"""

import argparse
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import time

DOCUMENTS = 60
HOURS_2 = 2 * 3600


class Broken(Exception):
    """The program lost, doubled or damaged something."""


class Oracle:
    """What each document may hold: the number of its content, or None when it is not there."""

    def __init__(self):
        self.allowed = {}

    def tried(self, document, content):
        """It may hold this from now on, or still what it held."""
        self.allowed.setdefault(document, {None}).add(content)

    def acknowledged(self, document, content):
        self.allowed[document] = {content}

    def check(self, live):
        """`live`: (document, content) for each one found."""
        documents = [document for document, _ in live]
        doubled = {document for document in documents if documents.count(document) > 1}
        if doubled:
            raise Broken(f"found twice: {sorted(doubled)}")
        found = dict(live)
        for document in sorted(found.keys() | self.allowed.keys()):
            if found.get(document) not in self.allowed.get(document, {None}):
                raise Broken(f"{document} holds {found.get(document)} instead of one of {self.allowed.get(document)}")

    def settle(self, live):
        """Nothing is under way any more: what is there now is what must be there."""
        found = dict(live)
        self.allowed = {document: {found.get(document)} for document in self.allowed}


class Program:
    def __init__(self, cairn, folder):
        self.cairn, self.folder = cairn, folder
        self.store, self.backup, self.batch = folder / "store", folder / "backup", folder / "batch.jsonl"

    def start(self, *arguments, data=None):
        return subprocess.Popen([self.cairn, "--data", data or self.store, "--json", *arguments], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *arguments, data=None, expected=(0,)):
        process = self.start(*arguments, data=data)
        out, err = process.communicate()
        if process.returncode not in expected:
            raise Broken(f"cairn {' '.join(map(str, arguments))} ended with {process.returncode}: {out.decode()}{err.decode()}")
        return json.loads(out)

    def verify(self, data):
        found = self.run("fsck", data=data, expected=(0, 1))
        if not found["clean"]:
            raise Broken(json.dumps(found["problems"]))

    def live(self):
        hits = self.run("search", "content", "--mode", "lexical", "--limit", "1000")["hits"]
        return [(hit["external_id"], int(hit["text"].split()[1])) for hit in hits]

    def work_off(self):
        self.batch.write_text("")
        self.run("ingest", self.batch, "--format", "jsonl", expected=(0, 3))  # 3: some tasks were killed too often.

    def age(self):
        """As if two hours had passed: garbage collection is due, and what nothing refers to is old enough for it."""
        then = time.time() - HOURS_2
        for path in (self.store / "blobs").rglob("*"):
            os.utime(path, (then, then))
        with sqlite3.connect(self.store / "catalog.sqlite") as catalog:
            catalog.execute("UPDATE settings SET value = '1' WHERE name = 'last_garbage_collection_ms'")
        catalog.close()


class Operations:
    """Each one says which command to run, and returns what its success acknowledges."""

    def __init__(self, program, oracle, choose):
        self.program, self.oracle, self.choose, self.next_content = program, oracle, choose, 1

    def ingest(self):
        batch = {}
        for _ in range(self.choose.randint(1, 8)):
            document, content = f"d{self.choose.randrange(DOCUMENTS)}", self.next_content
            self.next_content += 1
            batch[document] = content
        words = lambda: " ".join(f"w{self.choose.randrange(1000)}" for _ in range(self.choose.randint(0, 60)))
        lines = [json.dumps({"_id": document, "text": f"content {content} of {document} {words()}"}) for document, content in batch.items()]
        self.program.batch.write_text("\n".join(lines) + "\n")
        for document, content in batch.items():
            self.oracle.tried(document, content)
        return ["ingest", self.program.batch, "--format", "jsonl"], batch

    def collect(self):
        """Ingestion with garbage collection beside it."""
        self.program.age()
        return self.ingest()

    def delete(self):
        listed = self.program.run("documents", "--limit", "1000")["items"]
        if not listed:
            return self.ingest()
        document = self.choose.choice(listed)
        self.oracle.tried(document["external_id"], None)
        return ["documents", "delete", document["id"]], {document["external_id"]: None}

    def backup(self):
        return ["backup", self.program.backup], {}


class Run:
    def __init__(self, cairn, folder, seed):
        self.choose, self.oracle = random.Random(seed), Oracle()
        self.program = Program(cairn, folder)
        self.operations = Operations(self.program, self.oracle, self.choose)
        self.seconds = {}  # How long each operation takes when it is let be.
        self.kills = {}
        self.acknowledged = 0

    def life(self):
        """One command, killed at a random moment of its work or ended by itself; then everything is verified."""
        name = self.choose.choices(["ingest", "collect", "delete", "backup"], [6, 2, 1, 2])[0]
        command, result = getattr(self.operations, name)()
        start = time.monotonic()
        process = self.program.start(*command)
        try:
            out, err = process.communicate(timeout=self.choose.uniform(0, 1.2 * self.seconds[name]) if name in self.seconds else None)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
        given_up = self.given_up(process.returncode, out)
        if process.returncode == 0 or given_up:
            self.seconds[name] = time.monotonic() - start
            for document, content in result.items():
                if document not in given_up:
                    self.oracle.acknowledged(document, content)
                    self.acknowledged += 1
        elif process.returncode < 0:
            self.kills[name] = self.kills.get(name, 0) + 1
        else:
            raise Broken(f"cairn {' '.join(map(str, command))} ended with {process.returncode}: {out.decode()}{err.decode()}")
        self.verify()

    @staticmethod
    def given_up(status, out):
        """Documents that failed because three processes in a row died of their task, as far as the program can know."""
        if status != 3:
            return set()
        failures = json.loads(out)["failures"]
        return {failure["external_id"] for failure in failures if "before it was done" in failure["error"]}

    def verify(self):
        self.program.verify(self.program.store)
        if (self.program.backup / "catalog.sqlite").exists():
            self.program.verify(self.program.backup)
        self.oracle.check(self.program.live())
        if self.choose.random() < .5:
            return  # The next life finds the store as the kill left it.
        self.program.work_off()
        self.program.verify(self.program.store)
        live = self.program.live()
        self.oracle.check(live)
        self.oracle.settle(live)

    def until(self, kills):
        self.program.work_off()  # Makes the store.
        while sum(self.kills.values()) < kills:
            before = sum(self.kills.values())
            self.life()
            if sum(self.kills.values()) > before and (before + 1) % 100 == 0:
                print(f"{before + 1} kills, {self.acknowledged} documents acknowledged", flush=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--cairn", type=pathlib.Path, required=True)
    arguments.add_argument("--kills", type=int, default=1000)
    arguments.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run = Run(given.cairn.resolve(), pathlib.Path(folder), given.seed)
        try:
            run.until(given.kills)
        except Broken as broken:
            print(f"after {sum(run.kills.values())} kills (seed {given.seed}): {broken}")
            return 1
        during = ", ".join(f"{count} during {name}" for name, count in sorted(run.kills.items()))
        print(f"{sum(run.kills.values())} kills ({during}), {run.acknowledged} documents acknowledged: "
              "0 lost, 0 doubled, fsck clean each time")
    return 0


if __name__ == "__main__":
    sys.exit(main())
