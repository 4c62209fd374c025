"""Measures the built program on the evaluation sets and compares each figure with what it must reach.

The sets are not part of the project. They are looked for in the folder that CAIRN_EVAL_DATA names, or in ../shared/data; what is not
there is skipped, and said to be. Figures and commands are printed, so that each can be repeated by hand.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

import eval_extraction

ROOT = pathlib.Path(__file__).resolve().parent.parent


def data_folder():
    return pathlib.Path(os.environ.get("CAIRN_EVAL_DATA", ROOT.parent / "shared" / "data"))


@dataclasses.dataclass
class Figure:
    name: str
    value: float
    least: float | None = None
    most: float | None = None

    def reached(self):
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    def held(self):
        """Reached, or a known shortfall that has not become worse."""
        return self.reached() or self.value >= SHORTFALLS.get(self.name, float("inf"))

    def __str__(self):
        wanted = "" if self.least is None else f"  at least {self.least:g}"
        wanted += "" if self.most is None else f"  at most {self.most:g}"
        return f"  {'ok    ' if self.reached() else 'MISSED'} {self.name:52} {self.value:8.4f}{wanted}"


# What is not reached yet, with the figure that the test run holds (a little below what was measured, for other processors round
# otherwise): it fails when one of these becomes worse. `make eval` goes on
# calling them missed, and fails, until they are reached and leave this list.
SHORTFALLS = {
    "en hybrid nDCG@10": 0.975,
}


def run(build, *arguments):
    """Runs cairn with --json and gives the parsed result. A failure is an exception with what the program said."""
    command = [str(build / "cairn"), *map(str, arguments), "--json"]
    print("  $ " + shlex.join([os.path.relpath(command[0], ROOT), *command[1:]]), flush=True)
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=1800)
    if done.returncode not in (0, 3):
        raise RuntimeError(f"cairn {arguments[0]} ended with {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def retrieval(build, folder, least, **options):
    """nDCG@10 of each mode in `least`, on one store; options such as corpus become --corpus."""
    given = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    with tempfile.TemporaryDirectory() as store:
        for mode, wanted in least.items():
            result = run(build, "eval", "retrieval", folder, "--mode", mode, *given, "--data", store)
            yield Figure(f"{folder.name} {mode} nDCG@10", result["ndcg_at_10"], wanted)


def cranfield(build, data):
    yield from retrieval(build, data / "cranfield", {"dense": 0.395, "lexical": 0.365, "hybrid": 0.415})


def xquad(build, data):
    yield from retrieval(build, data / "xquad" / "zh", {"dense": 0.91, "lexical": 0.955, "hybrid": 0.97})
    yield from retrieval(build, data / "xquad" / "en", {"hybrid": 0.98})
    for asked, found in (("zh", "zh_hant"), ("zh_hant", "zh")):
        for figure in retrieval(build, data / "xquad" / asked, {"lexical": 0.945}, corpus=data / "xquad" / found / "corpus.jsonl"):
            figure.name = f"questions {asked}, paragraphs {found}, lexical nDCG@10"
            yield figure


def answers(build, data):
    for language, least in (("en", 0.85), ("zh", 0.80)):
        result = run(build, "eval", "answers", data / "xquad" / language)
        yield Figure(f"{language} quote contains the answer", result["quote_contains_answer"] / result["questions"], least)
        yield Figure(f"{language} literal quotes", result["literal_quotes"], 1.0)


def extraction(build, data):
    """Recall of four-character shingles, as scripts/eval_extraction.py measures and prints them."""
    documents = eval_extraction.measure_documents(str(data / "documents"), str(build))
    eval_extraction.report(documents, [], 0, [], 0)
    judged = [d for d in documents if "recall" in d and d["file"] not in eval_extraction.EXCUSED]
    exact = [d["recall"] for d in judged if d["kind"] == "exact"]
    other = [d["recall"] for d in judged if d["kind"] != "exact"]
    yield Figure("files with exact text, least recall", min(exact), 1.0)
    yield Figure("other files, median recall", statistics.median(other), 0.98)
    yield Figure("other files, least recall", min(other), 0.90)


def extraction_speed(build, data):
    yield Figure("PDF pages a second of one core", eval_extraction.pages_per_second(str(data / "documents"), str(build)), 100)


def hostile(build, data):
    """Hostile and edge-case files: each must end as its class says, with the text that it holds, and leave nothing behind."""
    files, seconds, left = eval_extraction.measure_hostile(str(data / "hostile"), str(build))
    eval_extraction.report([], files, seconds, left, 0)
    yield Figure("hostile files that end otherwise than they should", sum(f["wrong"] for f in files), most=0)
    yield Figure("hostile files whose text differs", sum(f["differs"] for f in files), most=0)
    yield Figure("files that they left behind", len(left), most=0)


# Each evaluation with the folder that it needs. The test run leaves out what measures time.
EVALUATIONS = {"cranfield": (cranfield, "cranfield"), "xquad": (xquad, "xquad"), "answers": (answers, "xquad"),
               "extraction": (extraction, "documents"), "hostile": (hostile, "hostile"), "extraction_speed": (extraction_speed, "documents")}
TIMED = {"extraction_speed"}


def evaluate(name, build):
    """(figures, reason): the figures of one evaluation, or no figures and the reason why it was skipped."""
    measure, folder = EVALUATIONS[name]
    if not (data_folder() / folder).is_dir():
        return [], f"{data_folder() / folder} is not here; CAIRN_EVAL_DATA can name another folder"
    return list(measure(build, data_folder())), ""


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"))
    arguments.add_argument("names", nargs="*", help=f"which: {', '.join(EVALUATIONS)}")
    given = arguments.parse_args()
    missed = 0
    for name in given.names or EVALUATIONS:
        start = time.monotonic()
        print(f"== {name}", flush=True)
        figures, skipped = evaluate(name, given.build.resolve())
        print(f"  skipped: {skipped}" if skipped else "\n".join(map(str, figures)))
        print(f"  ({time.monotonic() - start:.0f} s)", flush=True)
        missed += sum(not figure.reached() for figure in figures)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
