"""Ingests inputs that are too large for a test, and measures what that takes. See README.md beside this file."""

import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

PEAK_MB = 300  # What ingestion may take, whatever the input.


def sentences(seed):
    """Endless sentences of made-up words with the frequencies of real ones; the same for the same seed."""
    rng = random.Random(seed)
    words = ["".join(rng.choices("aeiourstlnmdcbgphkwy", k=rng.randint(2, 9))) for _ in range(20_000)]
    weights = [1 / (rank + 10) for rank in range(len(words))]
    while True:
        drawn = rng.choices(words, weights, k=15 * 200)
        for start in range(0, len(drawn), 15):
            yield " ".join(drawn[start : start + 15]).capitalize() + ".\n"


def write_text(path, size):
    """A text of `size` bytes in paragraphs, with a known word at its start and its end."""
    with open(path, "w", encoding="utf-8") as file:
        written = file.write("The first lighthouse stands here.\n")
        for number, sentence in enumerate(sentences(7)):
            if written > size - 200:
                break
            written += file.write(sentence if number % 6 else "\n" + sentence)
        file.write("\nThe last lighthouse stands there.\n")


def tiny_files(folder, scale):
    count = int(100_000 * scale)
    for number in range(count):
        part = folder / f"{number // 1000:03}"
        part.mkdir(exist_ok=True)
        (part / f"{number}.txt").write_text(f"note number{number} of the lighthouse")
    return {"indexed": count, "failed": 0}, {"number0": 1, f"number{count - 1}": 1}


def long_text(folder, scale):
    write_text(folder / "long.txt", int(19_900_000 * scale))
    return {"indexed": 1, "failed": 0}, {"first lighthouse": 1, "last lighthouse": 1}


def too_long(folder, scale):
    write_text(folder / "huge.txt", 200_000_000)
    (folder / "small.txt").write_text("The small lighthouse stands here.")
    return {"indexed": 1, "failed": 1}, {"small lighthouse": 1}


INPUTS = {"tiny-files": tiny_files, "long-text": long_text, "too-long": too_long}


def cairn(build, store, *arguments):
    """The parsed answer, seconds, and the peak of the process and its children in MB."""
    start = time.monotonic()
    # A process of its own, so that the peak is that of this command alone.
    measure = ("import json, resource, subprocess, sys; done = subprocess.run(sys.argv[1:], capture_output=True, text=True);"
               "print(json.dumps([done.returncode, done.stdout, done.stderr, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]))")
    command = [build / "cairn", "--data", store, *arguments, "--json"]
    done = subprocess.run([sys.executable, "-c", measure, *map(str, command)], capture_output=True, text=True, check=True)
    status, out, err, peak_kb = json.loads(done.stdout)
    if status not in (0, 3):
        raise RuntimeError(f"{arguments[0]}: {err or out}")
    return json.loads(out), time.monotonic() - start, peak_kb / 1024


def index_bytes(store):
    """Bytes of all segments."""
    segments = [path for path in (store / "blobs").rglob("*") if path.is_file() and path.open("rb").read(8) == b"CAIRNSEG"]
    return sum(path.stat().st_size for path in segments)


def measure(build, name, scale):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "input").mkdir()
        expected, queries = INPUTS[name](folder / "input", scale)
        result, seconds, peak = cairn(build, folder / "store", "ingest", folder / "input")
        wrong = [f"{key} is {result[key]}, not {value}" for key, value in expected.items() if result[key] != value]
        for query, least in queries.items():
            hits, _, _ = cairn(build, folder / "store", "search", query, "--mode", "lexical", "--limit", "1")
            if len(hits["hits"]) < least or query.split()[0] not in hits["hits"][0]["text"].lower():
                wrong.append(f"'{query}' is not found")
        clean, _, _ = cairn(build, folder / "store", "fsck")
        if not clean["clean"]:
            wrong.append("fsck is not clean")
        if peak > PEAK_MB:
            wrong.append(f"{peak:.0f} MB are more than {PEAK_MB}")
        chunks = max(1, result["chunks"])
        print(f"{name:12} {seconds:8.1f} s  {peak:6.0f} MB  {result['chunks']:8} chunks  {index_bytes(folder / 'store') / chunks:6.0f} bytes of segment a chunk"
              f"  {'ok' if not wrong else 'WRONG: ' + '; '.join(wrong)}", flush=True)
        return not wrong


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--build", type=pathlib.Path, default=pathlib.Path(os.environ.get("CAIRN_BUILD", "build")))
    arguments.add_argument("--scale", type=float, default=1)
    arguments.add_argument("names", nargs="*", help=f"which: {', '.join(INPUTS)}")
    given = arguments.parse_args()
    if unknown := sorted(set(given.names) - set(INPUTS)):
        arguments.error(f"no input is called {', '.join(unknown)}: there are {', '.join(INPUTS)}")
    return 0 if all([measure(given.build.resolve(), name, given.scale) for name in given.names or INPUTS]) else 1


if __name__ == "__main__":
    sys.exit(main())
