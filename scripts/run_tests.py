"""Runs every test there is and counts them: GoogleTest programs, the project checks, the server's and the web interface's tests, the evaluations.

A GoogleTest program counts with each of its tests; a program that dies without a result counts as one failure.
The last line is `N passed, N failed`, and the same line is left in <build>/test-results/summary.txt.
"""

import argparse
import concurrent.futures
import contextlib
import dataclasses
import io
import itertools
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import unittest

import evaluate

ROOT = pathlib.Path(__file__).resolve().parent.parent
TIMEOUT_SECONDS = 900
BROWSER_TIMEOUT_SECONDS = 3600  # A slow machine looks at a hundred pages one after the other.


@dataclasses.dataclass
class Outcome:
    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    report: str = ""


def listed_programs(build):
    """The tests that CMake registered: name, command and properties of each."""
    out = subprocess.run(["ctest", "--test-dir", str(build), "--show-only=json-v1"], capture_output=True, text=True, check=True)
    programs = []
    for test in json.loads(out.stdout)["tests"]:
        properties = {p["name"]: p["value"] for p in test.get("properties", [])}
        if "command" not in test or properties.get("DISABLED"):
            raise SystemExit(f"error: the test program {test['name']} is not built; run scripts/build")
        programs.append((test["name"], test["command"], properties))
    return programs


def counted(result_file):
    """(passed, failed, skipped) of one GoogleTest result file."""
    passed = failed = skipped = 0
    for suite in json.loads(result_file.read_text())["testsuites"]:
        for test in suite["testsuite"]:
            if test.get("failures"):
                failed += 1
            elif test.get("result") == "SKIPPED":
                skipped += 1
            elif test.get("status") == "RUN":
                passed += 1
    return passed, failed, skipped


def run_program(name, command, properties, results):
    outcome = Outcome(name)
    result_file = results / f"{name}.json"
    result_file.unlink(missing_ok=True)
    environment = dict(os.environ, GTEST_OUTPUT=f"json:{result_file}", GTEST_COLOR="no")
    environment.update(pair.split("=", 1) for pair in properties.get("ENVIRONMENT", []))
    start = time.monotonic()
    try:
        done = subprocess.run(command, cwd=properties.get("WORKING_DIRECTORY"), env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=TIMEOUT_SECONDS)
        status, output = done.returncode, done.stdout
    except subprocess.TimeoutExpired as expired:
        status, output = f"stopped after {TIMEOUT_SECONDS} s", expired.stdout or b""
    outcome.seconds = time.monotonic() - start
    outcome.report = output.decode(errors="replace")
    (results / f"{name}.log").write_text(outcome.report)
    if result_file.exists():
        outcome.passed, outcome.failed, outcome.skipped = counted(result_file)
    elif status == 0:
        outcome.passed = 1
    if status != 0 and outcome.failed == 0:
        outcome.failed = 1
        outcome.report += f"\n{name} ended with status {status}\n"
    return outcome


def run_programs(programs, results, jobs):
    """Runs the programs side by side, those marked RUN_SERIAL by themselves afterwards."""
    serial = [p for p in programs if p[2].get("RUN_SERIAL")]
    beside = [p for p in programs if not p[2].get("RUN_SERIAL")]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for running in concurrent.futures.as_completed([pool.submit(run_program, *p, results) for p in beside]):
            yield running.result()
    for program in serial:
        yield run_program(*program, results)


def run_checks(build, names):
    """Runs test_*.py of tests/project and tests/server, one outcome a file."""
    os.environ["CAIRN_BUILD"] = str(build)
    folders = [ROOT / "tests" / name for name in ("project", "server")]
    sys.path[:0] = map(str, folders)
    for path in sorted(path for folder in folders for path in folder.glob("test_*.py")):
        name = path.stem.replace("test_", path.parent.name + "_")
        if not wanted(name, names):
            continue
        start, stream = time.monotonic(), io.StringIO()
        suite = unittest.defaultTestLoader.loadTestsFromName(path.stem)
        result = unittest.TextTestRunner(stream=stream, verbosity=2).run(suite)
        broken = {id(test) for test, _ in result.failures + result.errors}
        failed, skipped = len(broken), len(result.skipped)
        report = stream.getvalue()
        yield Outcome(name, max(result.testsRun - failed - skipped, 0), failed, skipped, time.monotonic() - start, report)


def node_tests(name, command, folder, build, timeout):
    """Runs JavaScript tests whose reporter writes TAP, which node and vitest both have."""
    if not (folder / "node_modules").is_dir():
        return Outcome(name, failed=1, report=f"{folder}/node_modules is missing; scripts/build-web and scripts/browser install what these tests need")
    outcome, start = Outcome(name), time.monotonic()
    try:
        done = subprocess.run([ROOT / "scripts" / "node", *command], cwd=folder, env=dict(os.environ, CAIRN_BUILD=str(build)), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout)
        status, outcome.report = done.returncode, done.stdout
    except subprocess.TimeoutExpired as expired:
        status, outcome.report = f"stopped after {timeout} s", (expired.stdout or b"").decode(errors="replace")
    for line in outcome.report.splitlines():
        # One test a line; suites are lines like these with their tests' lines nested in them.
        found = re.match(r"\s*(not )?ok \d+ - (?!.*\{$)(.*)", line)
        if found and not re.search(r"\.test\.(mjs|tsx?)$", found[2]):
            if "# SKIP" in found[2]:
                outcome.skipped += 1
            elif found[1]:
                outcome.failed += 1
            else:
                outcome.passed += 1
    if status != 0 and not outcome.failed:
        outcome.failed = 1
        outcome.report += f"\n{name} ended with status {status}\n"
    outcome.seconds = time.monotonic() - start
    return outcome


def run_browser_tests(build, names):
    """The web interface: its units, then each file of tests/web in a real browser."""
    if wanted("web_units", names):
        yield node_tests("web_units", ["npx", "vitest", "run", "--reporter=tap-flat"], ROOT / "web", build, TIMEOUT_SECONDS)
    for path in sorted((ROOT / "tests" / "web").glob("*.test.mjs")):
        name = "web_" + path.name.removesuffix(".test.mjs")
        if wanted(name, names):
            yield node_tests(name, ["node", "--test", "--test-force-exit", "--test-reporter=tap", path.name], path.parent, build, BROWSER_TIMEOUT_SECONDS)


def run_evaluations(build, names):
    """Each figure that the evaluation sets must reach counts as a test; what is skipped says why."""
    for name in evaluate.EVALUATIONS:
        if name in evaluate.TIMED or not wanted(f"eval_{name}", names):
            continue
        outcome, start, stream = Outcome(f"eval_{name}"), time.monotonic(), io.StringIO()
        try:
            with contextlib.redirect_stdout(stream):
                figures, reason = evaluate.evaluate(name, build)
            outcome.passed = sum(figure.held() for figure in figures)
            outcome.failed = len(figures) - outcome.passed
            outcome.report = "\n".join(map(str, figures))
            for figure in figures:
                if not figure.reached():
                    print(figure)
            if reason:
                outcome.skipped = 1
                print(f"evaluation {name} skipped: {reason}")
        except Exception as error:  # a broken evaluation is a failed test, not the end of the run
            outcome.failed, outcome.report = 1, f"{stream.getvalue()}{type(error).__name__}: {error}"
        outcome.seconds = time.monotonic() - start
        yield outcome


def wanted(name, names):
    return not names or any(part in name for part in names)


def show(outcome):
    skipped = f", {outcome.skipped} skipped" if outcome.skipped else ""
    print(f"{outcome.name:34} {outcome.passed:5} passed, {outcome.failed} failed{skipped}  ({outcome.seconds:.1f} s)", flush=True)
    if outcome.failed:
        print(outcome.report.rstrip(), flush=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build"))
    arguments.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments.add_argument("--programs-only", action="store_true", help="run only the GoogleTest programs")
    arguments.add_argument("names", nargs="*", help="run only the suites whose name contains one of these")
    given = arguments.parse_args()
    os.chdir(ROOT)
    build = given.build.resolve()
    results = build / "test-results"
    results.mkdir(parents=True, exist_ok=True)

    programs = [p for p in listed_programs(build) if wanted(p[0], given.names)]
    outcomes = []
    for outcome in run_programs(programs, results, given.jobs):
        outcomes.append(outcome)
        show(outcome)
    more = [] if given.programs_only else [run_checks(build, given.names), run_browser_tests(build, given.names), run_evaluations(build, given.names)]
    for outcome in itertools.chain(*more):
        outcomes.append(outcome)
        show(outcome)

    passed, failed = sum(o.passed for o in outcomes), sum(o.failed for o in outcomes)
    line = f"{passed} passed, {failed} failed"
    (results / "summary.txt").write_text(line + "\n")
    print(line)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
