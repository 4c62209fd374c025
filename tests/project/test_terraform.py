"""Terraform for AWS: what the provider's types, checkov, shellcheck and Cairn itself ask of it, and that each of these finds a mistake."""

import contextlib
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import tomllib
import unittest

from deployment import DEPLOY, Deployment, changed_copy, policy_problems, problems_of_settings, refusal_of, said_by, settings, variables
from tree import ROOT

AWS = DEPLOY / "terraform" / "aws"
# Rules of checkov that are broken on purpose.
ACCEPTED = {"CKV_AWS_91": "Cairn logs each request itself, without what was asked; a bucket for another log is the operator's choice",
            "CKV_AWS_18": "the same for the bucket",
            "CKV_AWS_273": "Cairn signs requests to S3 with a key that it is given; the user has nothing else, and the key works from inside the network alone",
            "CKV_AWS_40": "that user is the only one, and a group around it would hide what it may do",
            "CKV_AWS_118": "costs extra, and Performance Insights is on",
            "CKV_AWS_161": "its tokens last a quarter of an hour; nodes open connections at any time",
            "CKV_AWS_111": "the key's own policy, where * is this key", "CKV_AWS_356": "the same", "CKV_AWS_109": "the same",
            "CKV2_AWS_62": "nobody waits for events of the bucket",
            "CKV2_AWS_57": "passwords are changed by hand and by turns (docs/how-to/operate-a-cluster.md)",
            "CKV_AWS_144": "one region; a second one is the operator's choice"}


def problems_of_types(*folders):
    """What does not fit the provider's types, for each folder."""
    types = subprocess.run([ROOT / "scripts" / "terraform-types"], capture_output=True, text=True, check=True).stdout.strip()
    status, printed, complaint = said_by("python", pathlib.Path(__file__).with_name("terraform_rules.py"), types, *folders)
    if status != 0:
        raise AssertionError(complaint)
    return json.loads(printed)


def number(text, pattern):
    return int(re.search(pattern, text)[1])


class Boot:
    """The script of a node's first boot, with values for its variables, and what fits together in it and around it."""

    def __init__(self, folder):
        template, self.nodes, self.balancer = ((folder / name).read_text() for name in ("boot.sh.tftpl", "nodes.tf", "balancer.tf"))
        passed = re.search(r"templatefile\([^{]*\{(.*?)\}\)\)", self.nodes, re.S)[1]
        self.passed, self.used = set(re.findall(r"^\s+(\w+)\s+=", passed, re.M)), set(re.findall(r"(?<!\$)\$\{(\w+)\}", template))
        values = {"cache_mb": "26000", "package": "s3://packages/cairn.deb", "region": "eu-central-1"}
        self.text = re.sub(r"(?<!\$)\$\{(\w+)\}", lambda match: values.get(match[1], "7"), template).replace("$${", "${")
        self.inner = dict(re.findall(r"cat >(\S+) <<'END'\n(.*?)\nEND\n", self.text, re.S))
        self.configuration = tomllib.loads(self.inner["/etc/cairn/cairn.toml"])

    def problems(self):
        for name in sorted(self.passed ^ self.used):
            yield f"{name} is passed to the script and not used, or used and not passed"
        wrong = problems_of_settings(self.configuration)
        yield from wrong
        script = self.inner["/usr/local/sbin/cairn-environment"]
        for name in {*re.findall(r"(?<![A-Z_])(CAIRN_\w+)=", script), *re.findall(r"CAIRN_\w+", self.secrets())} - variables().keys():
            yield f"{name} is no setting"
        yield from self.lint("boot.sh", self.text)
        yield from self.lint("cairn-environment", script)
        if wrong:
            return
        cluster, server = self.configuration["cluster"], self.configuration["server"]
        look = number(self.balancer, r"interval\s+= (\d+)") * number(self.balancer, r"unhealthy_threshold\s+= (\d+)") + number(self.balancer, r"\n    timeout\s+= (\d+)")
        if cluster["notice_seconds"] < look:
            yield "cluster.notice_seconds is shorter than what it takes until the balancer has noticed"
        if number(self.balancer, r"deregistration_delay\s+= (\d+)") < server["drain_seconds"]:
            yield "the balancer cuts requests before server.drain_seconds"
        if number((DEPLOY / "systemd" / "cairn.service").read_text(), r"TimeoutStopSec=(\d+)") <= cluster["notice_seconds"] + server["drain_seconds"]:
            yield "the unit is killed while it answers"
        port = server["listen"].rsplit(":", 1)[1]
        if f"port                          = {port}\n" not in self.balancer or f":{port}\\n" not in script:
            yield "the balancer or the nodes look for another port than Cairn listens on"

    def secrets(self):
        return (AWS / "secrets.tf").read_text() + (AWS / "README.md").read_text()

    @staticmethod
    def lint(name, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / name
            path.write_text(text)
            status, printed, _ = said_by("shellcheck", "--format", "gcc", path)
        return [line.replace(folder, "") for line in printed.splitlines()] if status else []


class Aws(Deployment):
    def test_the_provider_knows_all_of_it_and_nothing_is_missing(self):
        self.none(problems_of_types(AWS)[0])

    def test_policies_find_nothing_else_to_say(self):
        self.none(policy_problems(AWS, "terraform", ACCEPTED))

    def test_what_is_accepted_is_still_there_to_be_accepted(self):
        said = policy_problems(AWS, "terraform", ["none"])
        self.assertEqual(sorted({problem.split(" ")[0] for problem in said}), sorted(ACCEPTED))

    def test_a_node_s_first_boot_fits_cairn(self):
        self.none(Boot(AWS).problems())
        self.assertEqual(refusal_of(Boot(AWS).inner["/etc/cairn/cairn.toml"] + "\n"), "")

    def test_no_secret_passes_through_terraform(self):
        text = "\n".join(path.read_text() for path in AWS.glob("*.tf"))
        self.none(re.findall(r"\n\s*(?:password|secret_string|user_data)\s*=.*(?:random_|var\.\w*(?:secret|password))", text))
        self.assertNotIn("aws_iam_access_key", text)
        self.assertNotIn("aws_secretsmanager_secret_version", text)
        secret = {"CAIRN_" + name.replace(".", "_").upper() for name, (_, _, is_secret) in settings().items() if is_secret}
        self.none(name for name in secret if re.search(rf"{name}=['\"]?\$", text))

    def test_it_is_laid_out_as_terraform_lays_it_out(self):
        terraform = shutil.which("terraform") or shutil.which("tofu")
        if not terraform:
            self.skipTest("neither terraform nor tofu is installed")
        done = subprocess.run([terraform, "fmt", "-check", "-diff", AWS], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)


class Planted(Deployment):
    def test_mistakes_against_the_provider_are_found(self):
        mistakes = [("database.tf", "multi_az ", "multi_zone ", "says multi_zone"), ("database.tf", '  instance_class = var.database_class\n', "", "lacks instance_class"),
                    ("balancer.tf", "    unhealthy_threshold =", "    unhealthy_treshold =", "health_check says unhealthy_treshold"),
                    ("balancer.tf", '    type             = "forward"\n', "", "default_action lacks type"), ("balancer.tf", '"aws_lb_listener"', '"aws_lb_listner"', "no aws_lb_listner"),
                    ("outputs.tf", "aws_lb.front.dns_name", "aws_lb.front.dns", "tells no dns"), ("outputs.tf", "aws_lb.front.", "aws_lb.back.", "aws_lb.back is used"),
                    ("nodes.tf", "var.instance_type", "var.instance_sort", "var.instance_sort is used"), ("outputs.tf", 'description = "Where PostgreSQL is."', "", "not described"),
                    ("nodes.tf", "data.aws_iam_policy_document.assume.json", "data.aws_iam_policy_document.assumed.json", "assumed is used"),
                    ("key.tf", "enable_key_rotation     = true", "enable_key_rotation     = = true", "cannot be read")]
        with contextlib.ExitStack() as stack:  # All at once, because reading the provider's types takes seconds.
            found = problems_of_types(*(stack.enter_context(changed_copy(AWS, file, old, new)) for file, old, new, _ in mistakes))
        for (_, _, new, word), problems in zip(mistakes, found):
            with self.subTest(new=new):
                self.some(problems, word)

    def test_mistakes_in_the_first_boot_are_found(self):
        boot = "boot.sh.tftpl"
        mistakes = [(boot, "notice_seconds", "notice_second", "cluster.notice_second is no setting"), (boot, "notice_seconds = 15", "notice_seconds = 5", "balancer has noticed"),
                    (boot, "${cache_mb}", "${cache}", "is passed to the script"), (boot, '>"$new"', ">$new", "SC2086"), (boot, "CAIRN_CLUSTER_NODE", "CAIRN_CLUSTER_NAME", "CAIRN_CLUSTER_NAME is no"),
                    (boot, "drain_seconds = 30", "drain_seconds = 50", "killed while it answers"), ("balancer.tf", "deregistration_delay = 30", "deregistration_delay = 3", "cuts requests"),
                    (boot, "0.0.0.0:8080", "0.0.0.0:8081", "another port"), (boot, 'kind = "s3"', 'secret_key = "s3"', "is secret")]
        for file, old, new, word in mistakes:
            with self.subTest(new=new), changed_copy(AWS, file, old, new) as copy:
                self.some(list(Boot(copy).problems()), word)

    def test_policies_find_what_lies_open(self):
        for file, old, new, word in (("database.tf", "storage_encrypted     = true", "storage_encrypted     = false", "CKV_AWS_16"),
                                     ("nodes.tf", '"required"', '"optional"', "CKV_AWS_79")):
            with self.subTest(new=new), changed_copy(AWS, file, old, new) as copy:
                self.some(policy_problems(copy, "terraform", ACCEPTED), word)


if __name__ == "__main__":
    unittest.main()
