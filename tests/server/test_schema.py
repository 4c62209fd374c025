"""Generated requests, good and bad, against the published schema: the server must do what it says of itself."""

import os
import pathlib
import subprocess
import tempfile
import unittest

from server import ROOT, Server, run

CACHE = pathlib.Path(os.environ.get("CAIRN_CACHE", ROOT / ".cache"))
TOOL = CACHE / "venv-server" / "bin" / "schemathesis"
EXAMPLES = int(os.environ.get("CAIRN_SCHEMA_EXAMPLES", "20"))
CONFIGURATION = pathlib.Path(__file__).with_name("schemathesis.toml")
ENDLESS = "^/v1/events$"  # A stream never ends; test_contract.py reads it.


class Schema(unittest.TestCase):
    def test_generated_requests_find_nothing(self):
        if not TOOL.exists():
            self.fail(f"there is no {TOOL}: run scripts/python server")
        with Server() as server, tempfile.TemporaryDirectory() as folder:
            status, made = run("keys", "create", "schema", "--scopes", "query,ingest,admin", data=server.data)
            self.assertEqual(status, 0, made)
            command = [TOOL, "--config-file", CONFIGURATION, "run", f"{server.address.rstrip('/')}/openapi.json", "-H", f"Authorization: Bearer {made['secret']}", "--checks", "all",
                       "--exclude-checks", "ignored_auth", "--exclude-path-regex", ENDLESS, "--max-examples", str(EXAMPLES), "--seed", "7",
                       "--phases", "examples,coverage,fuzzing", "--suppress-health-check", "all", "--request-timeout", "30"]
            # A folder of its own: it keeps what it generated. Who may do what is the matter of test_access.py.
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=1200)
            self.assertEqual(done.returncode, 0, done.stdout[-12000:] + done.stderr[-2000:])
            self.assertEqual(server.get("/healthz", key=made["secret"]).status, 200)


if __name__ == "__main__":
    unittest.main()
