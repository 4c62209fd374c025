"""What the tests of deploy/ share: the linters' programs, the settings that the program knows, and copies of the tree with one mistake in them."""

import contextlib
import functools
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from tree import BUILD, ROOT, cpp_files, read

DEPLOY = ROOT / "deploy"
SETTINGS_TABLE = "src/main/settings.cpp"


@functools.cache
def linters():
    """The folder of the programs that scripts/requirements-deploy.txt brings; scripts/python installs them before the test run."""
    python = subprocess.run([ROOT / "scripts" / "python", "deploy"], capture_output=True, text=True, check=True).stdout.strip()
    return pathlib.Path(python).parent


def said_by(program, *arguments):
    """(exit status, what it printed, what it complained of) of one of the linters."""
    done = subprocess.run([linters() / program, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout, done.stderr


@functools.cache
def settings():
    """Type, default and whether it is secret, by the setting's name."""
    table = read(next(p for p in cpp_files("src") if str(p) == SETTINGS_TABLE))
    found = re.findall(r'\{"([a-z]+)",\s*"([a-z_]+)",\s*Type::(\w+),\s*"([^"]*)",(.*?)\}(?=[,;)\n])', table, re.S)
    return {f"{section}.{key}": (kind, default, rest.rstrip().endswith("true")) for section, key, kind, default, rest in found}


def variables():
    """The settings by the environment variable that overrides each."""
    return {"CAIRN_" + name.replace(".", "_").upper(): name for name in settings()}


def problems_of_settings(sections):
    """What is wrong with a configuration file, as the program would say; a secret in it too."""
    fits = {"integer": lambda v: type(v) is int, "boolean": lambda v: type(v) is bool, "text": lambda v: isinstance(v, str), "path": lambda v: isinstance(v, str)}
    problems = []
    for name, value in ((f"{section}.{key}", value) for section, keys in sections.items() for key, value in keys.items()):
        if name not in settings():
            problems.append(f"{name} is no setting")
        elif settings()[name][2]:
            problems.append(f"{name} is secret and belongs into the environment")
        elif not fits[settings()[name][0]](value):
            problems.append(f"{name} is {value!r}, which is no {settings()[name][0]}")
    return problems


def refusal_of(configuration):
    """What the program itself says against the text of a configuration file; nothing if it takes it."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "cairn.toml"
        path.write_text(configuration)
        done = subprocess.run([BUILD / "cairn", "config", "--config", path], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return "" if done.returncode == 0 else done.stderr


def default_of(name):
    return int(settings()[name][1])


def policy_problems(folder, framework, accepted):
    """'CHECK on WHAT: TITLE' for each rule of checkov that a folder or file breaks, but for those that are accepted (with a reason, beside the call)."""
    where = ["-d"] if pathlib.Path(folder).is_dir() else ["-f"]
    _, printed, complaint = said_by("checkov", *where, folder, "--framework", framework, "--output", "json", "--compact", "--skip-download",
                                    "--skip-check", ",".join(accepted))
    report = json.loads(printed)
    if "results" not in report:
        raise AssertionError(f"checkov found nothing to look at in {folder}: {printed}{complaint}")
    errors = [f"cannot read {path}" for path in report["results"].get("parsing_errors", [])]
    return errors + [f"{found['check_id']} on {found['resource']}: {found['check_name']}" for found in report["results"]["failed_checks"]]


@contextlib.contextmanager
def changed_copy(folder, file, old, new):
    """A copy of a folder of deploy/ in which one file says something else."""
    with tempfile.TemporaryDirectory() as home:
        copy = pathlib.Path(home) / pathlib.Path(folder).name
        shutil.copytree(folder, copy)
        text = (copy / file).read_text()
        if old not in text:
            raise AssertionError(f"{file} does not say {old!r}: nothing is planted")
        (copy / file).write_text(text.replace(old, new, 1))
        yield copy


class Deployment(unittest.TestCase):
    maxDiff = None

    def none(self, problems):
        self.assertEqual(list(problems), [])

    def some(self, problems, word):
        self.assertTrue(any(word in problem for problem in problems), f"nothing about {word!r} in {problems}")
