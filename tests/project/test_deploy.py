"""Files that run Cairn as a service: the dashboard names metrics that exist, and what is closed in stays closed in."""

import configparser
import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest

from tree import ROOT, cpp_files, read

DEPLOY = ROOT / "deploy"

# What an operator cannot do without; the dashboard must show each.
KEY_METRICS = ["cairn_http_requests_total", "cairn_http_request_duration_seconds", "cairn_http_requests_in_flight",
               "cairn_query_stage_duration_seconds", "cairn_ingest_stage_duration_seconds", "cairn_task_queue_wait_seconds",
               "cairn_tasks", "cairn_documents", "cairn_index_chunks", "cairn_index_bytes", "cairn_answers_total",
               "cairn_event_streams", "cairn_snapshot_cache_requests_total", "cairn_ingested_tokens_total",
               "cairn_traces_dropped_total", "process_cpu_seconds_total", "process_resident_memory_bytes"]


def known_metrics():
    """Names that the source registers or writes."""
    sources = [p for p in cpp_files("src") if str(p).startswith(("src/base/trace_metrics", "src/api/telemetry", "src/adapters/otlp",
                                                                 "src/main"))]
    return {name for path in sources for name in re.findall(r'"((?:cairn|process)_[a-z_]+)"', read(path)) if not name.startswith("cairn_web_pack")}


def dashboard_metrics():
    panels = json.loads((DEPLOY / "grafana" / "cairn.json").read_text())["panels"]
    expressions = " ".join(target["expr"] for panel in panels for target in panel.get("targets", []))
    names = set(re.findall(r"\b(?:cairn|process)_[a-z_]+", expressions))
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in names}


class Dashboard(unittest.TestCase):
    def test_every_metric_of_the_dashboard_exists(self):
        self.assertEqual(sorted(dashboard_metrics() - known_metrics()), [])

    def test_the_dashboard_shows_every_key_metric(self):
        self.assertEqual(sorted(set(KEY_METRICS) - dashboard_metrics()), [])

    def test_every_metric_is_explained_to_operators(self):
        page = (ROOT / "docs" / "how-to" / "observe.md").read_text()
        self.assertEqual(sorted(name for name in known_metrics() if f"`{name}`" not in page), [])

    def test_panels_have_ids_of_their_own_and_do_not_overlap(self):
        panels = json.loads((DEPLOY / "grafana" / "cairn.json").read_text())["panels"]
        self.assertEqual(len({panel["id"] for panel in panels}), len(panels))
        places = [panel["gridPos"] for panel in panels]
        for i, a in enumerate(places):
            self.assertLessEqual(a["x"] + a["w"], 24)
            for b in places[i + 1:]:
                apart = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"] or a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
                self.assertTrue(apart, f"{a} and {b} overlap")


class Traces(unittest.TestCase):
    def test_every_stage_is_explained_to_operators(self):
        named = re.compile(r'(?:ScopedSpan \w+\(|span_\(|passed\(|->add\()[^"\n]*"([a-z]+\.[a-z_]+)"')
        stages = {stage for path in cpp_files("src") for stage in named.findall(read(path))}
        self.assertGreater(len(stages), 25)
        page = (ROOT / "docs" / "how-to" / "observe.md").read_text()
        self.assertEqual(sorted(stage for stage in stages if f"`{stage}`" not in page), [])


class Unit(unittest.TestCase):
    path = DEPLOY / "systemd" / "cairn.service"

    def setUp(self):
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str
        unit.read(self.path)
        self.service = unit["Service"]

    def test_the_service_is_closed_in(self):
        wanted = {"NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes",
                  "PrivateDevices": "yes", "CapabilityBoundingSet": "", "MemoryDenyWriteExecute": "yes",
                  "RestrictNamespaces": "yes", "StateDirectory": "cairn", "User": "cairn"}
        self.assertEqual({key: self.service.get(key) for key in wanted}, wanted)

    def test_the_extraction_program_may_still_close_itself_in(self):
        self.assertIn("seccomp", self.service["SystemCallFilter"].split())
        self.assertIn("@system-service", self.service["SystemCallFilter"].split())

    def test_stopping_waits_longer_than_requests_may_drain(self):
        table = read(next(p for p in cpp_files("src") if str(p) == "src/main/settings.cpp"))
        drain = int(re.search(r'"drain_seconds", Type::integer, "(\d+)"', table).group(1))
        self.assertGreater(int(self.service["TimeoutStopSec"]), drain)
        compose = (DEPLOY / "docker" / "compose.yaml").read_text()
        self.assertGreater(int(re.search(r"stop_grace_period: (\d+)s", compose).group(1)), drain)

    def test_systemd_understands_it(self):
        program = shutil.which("systemd-analyze")
        if not program:
            self.skipTest("systemd-analyze is not installed")
        done = subprocess.run([program, "verify", self.path], capture_output=True, text=True, env={**os.environ, "SYSTEMD_LOG_LEVEL": "notice"})
        said = [line for line in done.stderr.splitlines() if "cairn.service" in line and "not executable" not in line]
        self.assertEqual(said, [])


class Image(unittest.TestCase):
    """The image cannot be built in a test run; what a linter would say is checked here."""

    def setUp(self):
        text = (DEPLOY / "docker" / "Dockerfile").read_text()
        self.lines = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.M)).splitlines()
        self.stages = [i for i, line in enumerate(self.lines) if line.startswith("FROM ")]

    def test_instructions_are_docker_s_own(self):
        known = {"FROM", "WORKDIR", "COPY", "RUN", "USER", "ENV", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD", "ARG", "LABEL"}
        self.assertEqual([line for line in self.lines if line.strip() and line.split()[0] not in known], [])

    def test_base_images_are_pinned_to_a_release(self):
        for i in self.stages:
            self.assertRegex(self.lines[i], r"^FROM debian:12-slim( AS \w+)?$")

    def test_the_last_stage_is_small_and_runs_as_a_user(self):
        last = self.lines[self.stages[-1]:]
        self.assertEqual([line.split()[1] for line in last if line.startswith("USER ")], ["971:971"])
        self.assertIn("groupadd --system --gid 971 cairn", "\n".join(last))
        self.assertIn("useradd --system --uid 971 --gid cairn", "\n".join(last))
        self.assertFalse([line for line in last if "g++" in line or "cmake" in line], "compilers belong into the first stage")
        self.assertTrue(any(line.startswith("HEALTHCHECK ") for line in last))
        for line in (line for line in last if "apt-get install" in line):
            self.assertIn("--no-install-recommends", line)
            self.assertIn("rm -rf /tmp/cairn.deb /var/lib/apt/lists/*", line)

    def test_forms_that_pass_signals_on(self):
        for name in ("ENTRYPOINT", "CMD"):
            value = next(line for line in self.lines if line.startswith(name + " ")).split(" ", 1)[1]
            self.assertIsInstance(json.loads(value), list)
        health = next(line for line in self.lines if line.startswith("HEALTHCHECK "))
        self.assertIsInstance(json.loads(health.split("CMD ", 1)[1]), list)

    def test_settings_in_the_image_exist(self):
        table = read(next(p for p in cpp_files("src") if str(p) == "src/main/settings.cpp"))
        known = {f"CAIRN_{section}_{key}".upper() for section, key in re.findall(r'\{"([a-z]+)", "([a-z_]+)", Type::', table)}
        used = {name for line in self.lines if line.startswith("ENV ") for name in re.findall(r"\b(CAIRN_\w+)=", line)}
        self.assertTrue(used)
        self.assertEqual(sorted(used - known), [])


class Linters(unittest.TestCase):
    """Others' rules for the files of the image. scripts/python installs them before the test run."""

    @classmethod
    def setUpClass(cls):
        python = subprocess.run([ROOT / "scripts" / "python", "deploy"], capture_output=True, text=True, check=True).stdout.strip()
        cls.programs = pathlib.Path(python).parent

    def linted(self, program, *arguments):
        done = subprocess.run([self.programs / program, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_hadolint_finds_nothing_in_the_dockerfile(self):
        self.linted("hadolint", "--no-color", DEPLOY / "docker" / "Dockerfile")

    def test_the_compose_file_is_what_compose_understands(self):
        self.linted("check-jsonschema", "--builtin-schema", "vendor.compose-spec", DEPLOY / "docker" / "compose.yaml")


class Package(unittest.TestCase):
    def test_scripts_of_the_package_are_sound_shell(self):
        for name in ("postinst", "prerm", "postrm"):
            path = DEPLOY / "debian" / name
            self.assertTrue(os.access(path, os.X_OK), f"{path} is not executable")
            self.assertIn("set -e", path.read_text().splitlines()[1])
            subprocess.run(["sh", "-n", path], check=True)

    def test_it_brings_what_tells_whom_to_trust(self):
        """Without it the image, which takes no recommended packages, could speak to no store, database or model over TLS."""
        depends = re.search(r'CPACK_DEBIAN_PACKAGE_DEPENDS "([^"]*)"', (DEPLOY / "package.cmake").read_text())[1]
        self.assertIn("ca-certificates", depends.split(", "))

    def test_the_copyright_says_that_the_extraction_program_is_gpl(self):
        text = (DEPLOY / "debian" / "copyright").read_text()
        files = text[text.index("Files: usr/lib/cairn/cairn-extract"):]
        self.assertRegex(files.split("\n\n")[0], r"License: GPL-2 or GPL-3")
        self.assertIn("poppler", files)


if __name__ == "__main__":
    unittest.main()
