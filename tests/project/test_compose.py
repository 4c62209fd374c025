"""The compose file of three nodes and NGINX's configuration in front of them: what linters say, what must fit together, and that each check finds a mistake."""

import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import tempfile
import unittest

from deployment import DEPLOY, Deployment, changed_copy, default_of, said_by, settings, variables
from tree import ROOT

DOCKER, NGINX = DEPLOY / "docker", DEPLOY / "nginx"
READ = "import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)"
# Rules of gixy that the configuration breaks on purpose.
ACCEPTED = {"host_spoofing": "Cairn compares a page's Origin with the name and port that it was called by, and trusts neither"}


def compose(path):
    status, printed, complaint = said_by("python", "-c", READ, path)
    if status != 0:
        raise AssertionError(complaint)
    return json.loads(printed)


def seconds(text):
    return int(re.fullmatch(r"(\d+)s", text)[1])


def problems_of_compose(file, nginx):
    """What does not fit together in three nodes, what they stand on, and NGINX."""
    services, problems = compose(file)["services"], []
    nodes = {name: service for name, service in services.items() if service["image"] == "cairn"}
    listed = re.findall(r"^\s*server (\S+):8080", nginx, re.M)
    if sorted(listed) != sorted(nodes) or len(nodes) != 3:
        problems.append(f"NGINX asks {listed}, and the nodes are {sorted(nodes)}")
    alike = []
    for name, node in nodes.items():
        environment = node["environment"]
        problems += [f"{name}: {key} is no setting" for key in environment if key not in variables()]
        problems += [f"{name}: {key} is secret and stands in the file" for key in environment if key in variables() and settings()[variables()[key]][2]]
        if (environment.get("CAIRN_CLUSTER_NODE"), environment.get("CAIRN_CLUSTER_ADDRESS")) != (name, f"http://{name}:8080"):
            problems.append(f"{name} goes by another name among the nodes")
        notice = int(environment.get("CAIRN_CLUSTER_NOTICE_SECONDS", default_of("cluster.notice_seconds")))
        if seconds(node["stop_grace_period"]) <= notice + default_of("server.drain_seconds"):
            problems.append(f"{name} is killed while it answers")
        own = {"environment", "volumes", "networks"}
        alike.append({key: value for key, value in node.items() if key not in own} |
                     {"environment": {key: value for key, value in environment.items() if key not in ("CAIRN_CLUSTER_NODE", "CAIRN_CLUSTER_ADDRESS")}})
    if any(node != alike[0] for node in alike):
        problems.append("the nodes are not equal")
    for what in ("volumes", "networks"):
        if len({json.dumps(node[what]) for node in nodes.values()}) != len(nodes):
            problems.append(f"nodes share their {what}")
    for name, service in services.items():
        if "no-new-privileges:true" not in service.get("security_opt", []):
            problems.append(f"{name} may gain privileges")
        if name != "postgres" and (not service.get("read_only") or service.get("cap_drop") != ["ALL"]):
            problems.append(f"{name} is not closed in")
        if re.search(r":latest$|^[^:]+$", service["image"]) and service["image"] != "cairn":
            problems.append(f"{name} is whatever version there is")
        for port in service.get("ports", []):
            if name != "nginx" or not port.startswith("127.0.0.1:"):
                problems.append(f"{name} is open to others without TLS")
    return problems


def problems_of_nginx(text):
    """What NGINX itself and gixy say of a configuration, and what Cairn needs of it."""
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "nginx.conf"
        path.write_text(re.sub(r"cairn-(\d):8080", r"127.0.0.\1:8080", text).replace("/tmp/", f"{folder}/"))
        nginx = subprocess.run([ROOT / "scripts" / "nginx"], capture_output=True, text=True, check=True).stdout.strip()
        tried = subprocess.run([nginx, "-t", "-q", "-e", "stderr", "-p", folder, "-c", path], capture_output=True, text=True)
        problems += [line for line in tried.stderr.splitlines() if "[warn]" in line or "[emerg]" in line or tried.returncode]
        _, printed, complaint = said_by("gixy", "--format", "json", path)
        if not printed.strip().startswith("["):
            return [*problems, f"gixy cannot read it: {printed}{complaint}"]
        problems += [f"gixy: {found['plugin']}: {found['summary']}" for found in json.loads(printed) if found["plugin"] not in ACCEPTED]
    upload = re.search(r"location ~ \^/v1/collections.*?\n        \}", text, re.S)
    sizes = [int(size) for size in re.findall(r"client_max_body_size (\d+)m;", upload[0] if upload else "")]
    if not sizes or sizes[0] * 2**20 < default_of("server.max_upload_mb") * 1_000_000:
        problems.append("uploads that Cairn takes are too large for it")
    if "proxy_request_buffering off;" not in (upload[0] if upload else ""):
        problems.append("uploads are kept here first")
    if "proxy_buffering off;" not in text:
        problems.append("streams are held back")
    if "non_idempotent" in re.sub(r"location ~ \^/v1/\(search\|embeddings\)\$.*?\n        \}", "", text, flags=re.S):
        problems.append("changes are sent twice")
    return problems


class Compose(Deployment):
    def setUp(self):
        self.nginx = (NGINX / "nginx.conf").read_text()

    def test_three_equal_nodes_stand_on_what_they_need(self):
        self.none(problems_of_compose(DOCKER / "cluster.yaml", self.nginx))
        status, printed, complaint = said_by("check-jsonschema", "--builtin-schema", "vendor.compose-spec", DOCKER / "cluster.yaml")
        self.assertEqual(status, 0, printed + complaint)

    def test_mistakes_in_the_compose_file_are_found(self):
        mistakes = [("CAIRN_CLUSTER_NODE: cairn-2", "CAIRN_CLUSTER_NODE: cairn-1", "another name"), ("cache-3:/var", "cache-2:/var", "share their volumes"),
                    ("  cairn-3:\n    <<: *node", "  cairn-4:\n    <<: *node", "NGINX asks"), ("stop_grace_period: 60s", "stop_grace_period: 20s", "killed while"),
                    ("CAIRN_BLOBS_KIND:", "CAIRN_BLOBS_SORT:", "is no setting"), ("CAIRN_BLOBS_KIND: s3", "CAIRN_BLOBS_SECRET_KEY: s3", "is secret"),
                    ("  read_only: true", "  read_only: false", "closed in"), ("nginx:1.26.2", "nginx", "whatever version"),
                    ("127.0.0.1:8080:8080", "8080:8080", "open to others"),
                    ("  cairn-2:\n    <<: *node", '  cairn-2:\n    <<: *node\n    restart: "no"', "not equal")]
        for old, new, word in mistakes:
            with self.subTest(new=new), changed_copy(DOCKER, "cluster.yaml", old, new) as copy:
                self.some(problems_of_compose(copy / "cluster.yaml", self.nginx), word)
        with changed_copy(DOCKER, "cluster.yaml", "depends_on:", "depend_on:") as copy:
            self.assertNotEqual(said_by("check-jsonschema", "--builtin-schema", "vendor.compose-spec", copy / "cluster.yaml")[0], 0)


class Nginx(Deployment):
    def setUp(self):
        self.text = (NGINX / "nginx.conf").read_text()

    def test_nginx_and_gixy_find_nothing_and_nothing_is_held_back(self):
        self.none(problems_of_nginx(self.text))

    def test_mistakes_are_found(self):
        mistakes = [("proxy_buffering off", "proxy_bufering off", "proxy_bufering"), ("least_conn;", "least_con;", "least_con"), ("        proxy_buffering off;\n", "", "held back"),
                    ("6400m", "640m", "too large"), ("            proxy_request_buffering off;\n", "", "kept here"), ("timeout http_503;", "timeout http_503 non_idempotent;", "sent twice"),
                    ("worker_rlimit_nofile 16384;\n", "", "gixy"), ("proxy_pass http://cairn;", "add_header X-From $arg_x; proxy_pass http://$arg_to;", "gixy"), ("}\n", "", "not allowed here")]
        for old, new, word in mistakes:
            with self.subTest(new=new):
                self.assertIn(old, self.text)
                self.some(problems_of_nginx(self.text.replace(old, new, 1)), word)


class Secrets(Deployment):
    def made(self, home):
        shutil.copy(DOCKER / "make-secrets", home)
        return subprocess.run(["sh", pathlib.Path(home) / "make-secrets"], capture_output=True, text=True)

    def test_they_are_made_once_and_for_their_owner_alone(self):
        with tempfile.TemporaryDirectory() as home:
            done, folder = self.made(home), pathlib.Path(home) / "secrets"
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
            self.assertEqual(stat.S_IMODE(folder.stat().st_mode), 0o700)
            self.assertEqual({stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}, {0o600})
            password = (folder / "postgres_password").read_text()
            self.assertRegex(password, r"^[0-9a-f]{48}$")
            nodes = dict(line.split("=", 1) for line in (folder / "cairn.env").read_text().splitlines())
            self.assertEqual(sorted(name for name in nodes if name not in variables()), [])
            self.assertEqual(nodes["CAIRN_CATALOG_URL"], f"postgresql://cairn:{password}@postgres/cairn")
            store = dict(line.split("=", 1) for line in (folder / "store.env").read_text().splitlines())
            self.assertEqual((nodes["CAIRN_BLOBS_ACCESS_KEY"], nodes["CAIRN_BLOBS_SECRET_KEY"]), (store["ROOT_ACCESS_KEY_ID"], store["ROOT_SECRET_ACCESS_KEY"]))
            self.assertEqual(len({password, nodes["CAIRN_CLUSTER_SECRET"], *store.values()}), 4)
            again = self.made(home)
            self.assertEqual(again.returncode, 1)
            self.assertIn("is there already", again.stderr)
            self.assertEqual((folder / "postgres_password").read_text(), password)

    def test_they_belong_to_no_commit_and_no_image(self):
        ignored = subprocess.run(["git", "check-ignore", "-q", "deploy/docker/secrets/cairn.env"], cwd=ROOT)
        self.assertEqual(ignored.returncode, 0, "deploy/docker/secrets must be in .gitignore")
        self.assertIn("deploy/docker/secrets", (ROOT / ".dockerignore").read_text().split())

    def test_shellcheck_finds_nothing_in_it_and_does_find_mistakes(self):
        self.assertTrue(os.access(DOCKER / "make-secrets", os.X_OK))
        self.assertEqual(said_by("shellcheck", DOCKER / "make-secrets"), (0, "", ""))
        with changed_copy(DOCKER, "make-secrets", '>"$new/postgres_password"', ">$new/postgres_password") as copy:
            self.assertIn("SC2086", said_by("shellcheck", copy / "make-secrets")[1])


if __name__ == "__main__":
    unittest.main()
