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

import shingles

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

    def __str__(self):
        wanted = "" if self.least is None else f"  at least {self.least:g}"
        wanted += "" if self.most is None else f"  at most {self.most:g}"
        return f"  {'ok    ' if self.reached() else 'MISSED'} {self.name:52} {self.value:8.4f}{wanted}"


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
    """Recall of four-character shingles per file, exact for files whose very text is known."""
    recalls, exact = [], []
    for entry in map(json.loads, (data / "documents" / "manifest.jsonl").read_text(encoding="utf-8").splitlines()):
        if not entry.get("expected"):
            continue
        text = canonical_text(build, data / "documents" / entry["file"])
        expected = (data / "documents" / entry["expected"]).read_text(encoding="utf-8")
        recall = shingles.recall(expected, text)
        (exact if entry["expected_kind"].startswith("exact") else recalls).append((recall, entry["file"]))
        print(f"         {entry['file']:72} {recall:.4f}")
    yield Figure("files with exact text, least recall", min(exact)[0], 1.0)
    yield Figure("other files, median recall", statistics.median(value for value, _ in recalls), 0.98)
    yield Figure("other files, least recall", min(recalls)[0], 0.90)


def canonical_text(build, path):
    """What Cairn extracts from one file, by loading it into a store of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [build / "cairn", "--data", folder]
        subprocess.run([*command, "ingest", path, "--json"], capture_output=True, stdin=subprocess.DEVNULL, timeout=600)
        return document_text(build, folder, path)


def hostile(build, data):
    """Hostile and edge-case files next to good ones: each must end as its class says, and with the text that it holds."""
    with tempfile.TemporaryDirectory() as folder:
        files, store = pathlib.Path(folder) / "files", pathlib.Path(folder) / "store"
        subprocess.run([sys.executable, data / "hostile" / "make.py", files, "--small"], check=True, capture_output=True)
        cases = [json.loads(line) for line in (files / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
        result = run(build, "ingest", *[files / case["name"] for case in cases], "--data", store)
        reasons = {pathlib.Path(failure["external_id"]).name: failure["error"] for failure in result["failures"]}
        wrong, differing = [], []
        for case in cases:
            failed = case["name"] in reasons
            if failed == (case["class"] == "accept") and case["class"] != "either":
                wrong.append(f"{case['name']}: {reasons.get(case['name'], 'indexed')}")
            elif not failed and not says(case, document_text(build, store, files / case["name"])):
                differing.append(case["name"])
        for line in wrong + [f"{name}: another text" for name in differing]:
            print(f"         {line}")
        yield Figure("hostile files that end otherwise than they should", len(wrong), most=0)
        yield Figure("hostile files whose text differs", len(differing), most=3)
        yield Figure("failures without a reason", sum(len(reason) < 10 for reason in reasons.values()), most=0)


def says(case, text):
    """Whether the text is what the case holds, apart from white space."""
    if "text" in case:
        return text.split() == case["text"].split()
    return "contains" not in case or "".join(case["contains"].split()) in "".join(text.split())


def document_text(build, store, external_id):
    done = subprocess.run([build / "cairn", "documents", "text", external_id, "--data", store], capture_output=True)
    return done.stdout.decode()


# Each evaluation with the folder that it needs.
EVALUATIONS = {"cranfield": (cranfield, "cranfield"), "xquad": (xquad, "xquad"), "answers": (answers, "xquad"),
               "extraction": (extraction, "documents"), "hostile": (hostile, "hostile")}


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
