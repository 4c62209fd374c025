"""Runs the programs of clients/ against a server; see clients/README.md."""

import json
import os
import pathlib
import subprocess

from server import ROOT, PATIENCE_SECONDS, run

CACHE = pathlib.Path(os.environ.get("CAIRN_CACHE", ROOT / ".cache"))
PYTHON = CACHE / "venv-clients" / "bin" / "python"
FOLDER = pathlib.Path(__file__).with_name("clients")
LEAVE = "Employees have 25 days of annual leave. Leave is requested two weeks before it begins."
PUMP = "The pump must be serviced every 400 hours. Only trained staff may open the housing."


def key_of(server, name="client", *more):
    """A new key that may query."""
    status, made = run("keys", "create", name, "--scopes", "query", *more, data=server.data)
    assert status == 0, made
    return made["secret"]


def fill(server):
    """Two documents in a collection, and a key for reading them."""
    made = server.post("/v1/collections", {"name": "main", "description": "What everybody should know"})
    assert made.status == 201, str(made)
    documents = server.add("main", {"external_id": "leave.md", "title": "Leave", "text": LEAVE, "url": "https://example.com/leave"},
                           {"external_id": "pump.md", "title": "Pump", "text": PUMP, "metadata": {"team": "service"}})
    assert [document["status"] for document in documents] == ["indexed", "indexed"], documents
    return documents


def seen_by(program, *arguments, server=None, key="", environment=None):
    """What a program prints, as an object."""
    path = FOLDER / program
    command = [PYTHON, path] if path.suffix == ".py" else [ROOT / "scripts" / "node", "node", path]
    if not PYTHON.exists() or not (FOLDER / "node_modules").exists():
        raise AssertionError("the clients are not installed: run scripts/clients")
    known = {**os.environ, "CAIRN_ADDRESS": server.address if server else "", "CAIRN_KEY": key, "CAIRN_CACHE": str(CACHE),
             "NLTK_DATA": str(CACHE / "none"), "PYTHONDONTWRITEBYTECODE": "1", **(environment or {})}
    done = subprocess.run([*map(str, command), *map(str, arguments)], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          timeout=PATIENCE_SECONDS, env=known)
    if done.returncode != 0:
        raise AssertionError(f"{program} failed:\n{done.stdout[-2000:]}\n{done.stderr[-6000:]}")
    return json.loads(done.stdout.splitlines()[-1])
