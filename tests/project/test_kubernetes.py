"""The Helm chart and the plain manifests: what Helm, the API's schemas, checkov and Cairn itself ask of them, and that each of these finds a mistake."""

import json
import re
import tomllib
import unittest

from deployment import DEPLOY, Deployment, changed_copy, default_of, linters, policy_problems, problems_of_settings, refusal_of, said_by, settings, variables
from tree import ROOT, cpp_files, read

CHART = DEPLOY / "helm" / "cairn"
EVERYTHING = {"ingress": {"enabled": True}, "autoscaling": {"enabled": True}, "serviceMonitor": {"enabled": True}}
SCALES_ITSELF = {"autoscaling": {"enabled": True, "by": "cairn", "maxReplicas": 7}}
# Rules of checkov that this chart breaks on purpose.
ACCEPTED = {"CKV_K8S_11": "no limit of processor time: a throttled node makes every search slow, and requests share it out fairly",
            "CKV_K8S_43": "the image lies in the operator's registry; image.digest pins it",
            "CKV_K8S_15": "a tag is pulled once; `latest` is refused by the chart's schema",
            "CKV_K8S_35": "Cairn reads its secrets from the environment, and only there",
            "CKV_K8S_40": "971 is the user of the image and of the Debian package"}
UNITS = {"Mi": 2**20, "Gi": 2**30, "Ti": 2**40}


def setUpModule():
    if not list(linters().parent.glob("lib/*/site-packages/helm_python")):
        raise unittest.SkipTest("Helm's library comes as a package for x86-64 only")


def judged(chart=CHART, values=None):
    """What Helm and the schemas say against the chart, and its objects."""
    status, printed, complaint = said_by("python", ROOT / "scripts" / "render_chart.py", chart, "--judge", "--values", json.dumps(values or {}))
    if status != 0:
        raise AssertionError(complaint)
    found = json.loads(printed)
    return found["problems"], found["documents"]


class Objects:
    """The objects of one chart, and what does not fit together in them."""

    def __init__(self, documents):
        self.all = documents
        self.nodes = self.one("StatefulSet")["spec"]
        self.pod = self.nodes["template"]["spec"]
        self.container = self.pod["containers"][0]
        self.text = self.one("ConfigMap")["data"]["cairn.toml"]
        self.configuration = tomllib.loads(self.text)

    def one(self, kind):
        return next(document for document in self.all if document["kind"] == kind)

    def named(self, kind):
        return {document["metadata"]["name"]: document for document in self.all if document["kind"] == kind}

    def value(self, name):
        section, key = name.split(".")
        return self.configuration.get(section, {}).get(key) or default_of(name)

    def problems(self):
        wrong = problems_of_settings(self.configuration)
        return wrong or [*self.selectors(), *self.names(), *self.times(), *self.variables(), *self.probes(), *self.security(), *self.scaling(), *self.room()]

    def selectors(self):
        """Everything that chooses pods chooses these."""
        labels = self.nodes["template"]["metadata"]["labels"]
        chosen = [("StatefulSet", self.nodes["selector"]["matchLabels"])]
        chosen += [(f"Service {name}", service["spec"]["selector"]) for name, service in self.named("Service").items()]
        chosen += [(f"{kind} {name}", found["spec"]["selector" if kind == "PodDisruptionBudget" else "podSelector"]["matchLabels"])
                   for kind in ("PodDisruptionBudget", "NetworkPolicy") for name, found in self.named(kind).items()]
        yield from (f"{what} selects no pod of the StatefulSet: {labels_wanted}" for what, labels_wanted in chosen if not labels_wanted.items() <= labels.items())

    def names(self):
        """Whatever one object calls another one by exists."""
        services, ports = self.named("Service"), {port["name"] for port in self.container["ports"]}
        head = services.get(self.nodes["serviceName"])
        if not head or head["spec"].get("clusterIP") != "None" or not head["spec"].get("publishNotReadyAddresses"):
            yield f"{self.nodes['serviceName']} is no headless service that also names nodes which are not ready"
        for name, service in services.items():
            yield from (f"Service {name} leads to the port {port['targetPort']}, which no container has" for port in service["spec"]["ports"] if port["targetPort"] not in ports)
        for volume in self.pod["volumes"]:
            if "configMap" in volume and volume["configMap"]["name"] not in self.named("ConfigMap"):
                yield f"there is no ConfigMap {volume['configMap']['name']}"
        volumes = {volume["name"] for volume in self.pod["volumes"]} | {claim["metadata"]["name"] for claim in self.nodes["volumeClaimTemplates"]}
        yield from (f"{mount['name']} is mounted and no volume" for mount in self.container["volumeMounts"] if mount["name"] not in volumes)
        if self.pod["serviceAccountName"] not in self.named("ServiceAccount"):
            yield "there is no such service account"
        for scaler in self.named("HorizontalPodAutoscaler").values():
            if scaler["spec"]["scaleTargetRef"]["name"] not in self.named("StatefulSet"):
                yield "the autoscaler scales something else"
            if "replicas" in self.nodes:
                yield "the StatefulSet and the autoscaler both say how many nodes there are"
        for ingress in self.named("Ingress").values():
            backends = [path["backend"]["service"]["name"] for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"]]
            yield from (f"the Ingress leads to {name}" for name in backends if name not in services)
        for monitor in self.named("ServiceMonitor").values():
            wanted = monitor["spec"]["selector"]["matchLabels"].items()
            if sum(wanted <= service["metadata"]["labels"].items() for service in services.values()) != 1:
                yield "the ServiceMonitor reads each node not once"

    def times(self):
        """A node that is told to end is asked nothing more before it stops listening, and is not killed before it has answered."""
        notice, drain, look = self.value("cluster.notice_seconds"), self.value("server.drain_seconds"), self.container["readinessProbe"]
        if self.pod["terminationGracePeriodSeconds"] <= notice + drain:
            yield "terminationGracePeriodSeconds is no longer than notice and drain"
        if notice < look["periodSeconds"] * look["failureThreshold"] + look["timeoutSeconds"]:
            yield "cluster.notice_seconds is shorter than what it takes until the readiness probe has noticed"
        if self.one("PodDisruptionBudget")["spec"].get("maxUnavailable") != 1:
            yield "the disruption budget lets several nodes go at once"

    def variables(self):
        given = {entry["name"]: entry for entry in self.container["env"]}
        for name in given.keys() - variables().keys() - {"POD_NAME"}:
            yield f"{name} is no setting"
        for name, entry in given.items():
            if name in variables() and settings()[variables()[name]][2] and "value" in entry:
                yield f"{name} is secret and stands in the manifest"
        missing = {"CAIRN_CATALOG_URL", "CAIRN_CLUSTER_NODE", "CAIRN_CLUSTER_ADDRESS", "CAIRN_CLUSTER_SECRET"} - given.keys()
        yield from (f"{name} is missing" for name in sorted(missing))
        if "CAIRN_CLUSTER_ADDRESS" in given and f".{self.nodes['serviceName']}." not in given["CAIRN_CLUSTER_ADDRESS"]["value"]:
            yield "CAIRN_CLUSTER_ADDRESS is no name of the headless service"
        if self.pod.get("enableServiceLinks") is not False:
            yield "variables of services (CAIRN_PORT=…) would be taken for settings"
        yield from (f"argument {argument} may hold a secret" for argument in self.container["args"] if re.search("secret|password|://", argument))

    def probes(self):
        routes = read(next(p for p in cpp_files("src") if str(p) == "src/api/routes/operation.cpp"))
        for kind, path in (("startupProbe", "/healthz"), ("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")):
            if self.container[kind]["httpGet"]["path"] != path or f'.path = "{path}"' not in routes:
                yield f"{kind} does not ask {path}"

    def security(self):
        """The level `restricted` of Kubernetes' pod security standards, and no way to write beside the volumes."""
        pod, own = self.pod["securityContext"], self.container["securityContext"]
        wanted = {"runAsNonRoot": pod.get("runAsNonRoot"), "seccompProfile": pod.get("seccompProfile") == {"type": "RuntimeDefault"},
                  "readOnlyRootFilesystem": own.get("readOnlyRootFilesystem"), "no escalation": own.get("allowPrivilegeEscalation") is False,
                  "no capabilities": own.get("capabilities") == {"drop": ["ALL"]}, "no token": self.pod.get("automountServiceAccountToken") is bool(self.named("Role"))}
        yield from (f"the pod lacks {name}" for name, is_so in wanted.items() if not is_so)
        user = re.search(r"^USER (\d+):(\d+)$", (DEPLOY / "docker" / "Dockerfile").read_text(), re.M).groups()
        if tuple(str(pod.get(key)) for key in ("runAsUser", "runAsGroup")) != user:
            yield f"the pod does not run as the user of the image, {':'.join(user)}"

    def scaling(self):
        """Nodes that decide how many they are may do that and nothing else."""
        for name, role in self.named("Role").items():
            if role["rules"] != [{"apiGroups": ["apps"], "resources": ["statefulsets/scale"], "resourceNames": list(self.named("StatefulSet")), "verbs": ["patch"]}]:
                yield f"the role {name} allows more or less than scaling the StatefulSet"
            if self.value("scaling.kubernetes_stateful_set") not in self.named("StatefulSet") or self.named("HorizontalPodAutoscaler"):
                yield "the nodes scale something else, or somebody else scales them too"
        for name, binding in self.named("RoleBinding").items():
            if binding["roleRef"]["name"] not in self.named("Role") or [subject["name"] for subject in binding["subjects"]] != [self.pod["serviceAccountName"]]:
                yield f"{name} binds something else"
        if self.configuration.get("scaling", {}).get("provider") == "kubernetes" and (not self.named("RoleBinding") or "replicas" in self.nodes):
            yield "the nodes may not scale, or their number is fixed"

    def room(self):
        claim = self.nodes["volumeClaimTemplates"][0]["spec"]["resources"]["requests"]["storage"]
        size = int(claim[:-2]) * UNITS[claim[-2:]]
        if self.value("blobs.cache_mb") * 1e6 > .9 * size:
            yield f"blobs.cache_mb leaves no room in a volume of {claim}"
        mounts = {mount["name"]: mount["mountPath"] for mount in self.container["volumeMounts"]}
        data = next(entry["value"] for entry in self.container["env"] if entry["name"] == "CAIRN_STORE_DATA")
        if not data.startswith(mounts["data"] + "/"):
            yield "the data folder is not in the volume"


class Chart(Deployment):
    def test_the_chart_fits_helm_kubernetes_and_cairn(self):
        for values in ({}, EVERYTHING, SCALES_ITSELF, {"config": {"blobs": {"kind": "postgres"}}, "networkPolicy": {"enabled": False}}):
            problems, documents = judged(values=values)
            self.none(problems)
            self.none(Objects(documents).problems())

    def test_policies_find_nothing_else_to_say(self):
        self.none(policy_problems(DEPLOY / "kubernetes", "kubernetes", ACCEPTED))

    def test_the_plain_manifests_are_what_the_chart_says(self):
        _, printed, complaint = said_by("python", ROOT / "scripts" / "render_chart.py", CHART)
        self.assertEqual(complaint, "")
        self.assertEqual((DEPLOY / "kubernetes" / "cairn.yaml").read_text(), printed, "run: scripts/manifests")

    def test_the_chart_has_the_program_s_version(self):
        version = re.search(r"project\(cairn VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())[1]
        self.assertIn(f'appVersion: "{version}"', (CHART / "Chart.yaml").read_text())

    def test_nodes_that_scale_themselves_are_told_their_bounds(self):
        scaling = Objects(judged(values={**SCALES_ITSELF, "config": {"scaling": {"queue_seconds": 9}}})[1]).configuration["scaling"]
        self.assertEqual(scaling, {"provider": "kubernetes", "kubernetes_stateful_set": "cairn", "minimum": 3, "maximum": 7, "queue_seconds": 9})

    def test_values_reach_the_configuration_as_they_are(self):
        values = {"config": {"answers": {"generator": 'a "quoted" name \\ <b>', "evidence_tokens": 12000000}, "blobs": {"path_style": True}}}
        configuration = Objects(judged(values=values)[1]).configuration
        self.assertEqual(configuration["answers"], values["config"]["answers"])
        self.assertIs(configuration["blobs"]["path_style"], True)

    def test_the_program_reads_the_configuration(self):
        text = Objects(judged()[1]).text
        self.assertEqual(refusal_of(text), "")
        self.assertIn("cache_gb", refusal_of(text.replace("cache_mb", "cache_gb")))

    def test_a_changed_configuration_or_secret_restarts_the_nodes(self):
        def annotations(**values):
            return Objects(judged(values=values)[1]).nodes["template"]["metadata"]["annotations"]

        same = annotations()
        self.assertNotEqual(annotations(config={"log": {"level": "debug"}}), same)
        self.assertNotEqual(annotations(secret={"generation": "2"}), same)
        self.assertEqual(annotations(replicas=5), same)

    def test_wrong_values_are_refused_with_what_is_wrong(self):
        wrong = [({"replicaz": 3}, "replicaz"), ({"replicas": "three"}, "/replicas"), ({"image": {"tag": "latest"}}, "/image/tag"),
                 ({"terminationGracePeriodSeconds": 40}, "nodes are killed while they answer"),
                 ({"config": {"blobs": {"secret_key": "s"}}}, "/config/blobs"), ({"config": {"catalog": {"url": "postgresql://"}}}, "/config/catalog"),
                 ({"config": {"catalog": {"kind": "sqlite"}}}, "/config/catalog/kind"),
                 ({"secret": {"variables": {"CAIRN_CATALOG_URL": None}}}, "CAIRN_CATALOG_URL")]
        for values, word in wrong:
            with self.subTest(values=values):
                problems, documents = judged(values=values)
                self.some(problems, word)
                self.none(documents)


class Planted(Deployment):
    """Each check finds the mistake that it is for."""

    def test_mistakes_in_the_chart_are_found(self):
        stateful, service = "templates/statefulset.yaml", "templates/services.yaml"
        mistakes = [("Chart.yaml", "version: 0.1.0", "version: one", "version"),
                    (stateful, "minReadySeconds:", "minReadySecond:", "minReadySecond"),
                    (stateful, "replicas: {{ .Values.replicas }}", "replicas: three", "replicas"),
                    (stateful, "apiVersion: apps/v1", "apiVersion: apps/v1beta1", "is no kind of Kubernetes"),
                    (stateful, "kind: StatefulSet", "kind: {{ .Values.nothing.there }}", "nil pointer")]
        for file, old, new, word in mistakes:
            with self.subTest(new=new), changed_copy(CHART, file, old, new) as copy:
                self.some(judged(copy)[0], word)
        unfitting = [(stateful, 'serviceName: {{ include "cairn.name" . }}-nodes', "serviceName: nodes", "headless service"),
                     (stateful, "configMap:\n            name: ", "configMap:\n            name: other-", "there is no ConfigMap"),
                     (stateful, "enableServiceLinks: false", "enableServiceLinks: true", "taken for settings"),
                     (stateful, "path: /readyz", "path: /ready", "does not ask /readyz"),
                     (stateful, "runAsUser: 971", "runAsUser: 1000", "user of the image"),
                     (stateful, "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "readOnlyRootFilesystem"),
                     (stateful, "type: RuntimeDefault", "type: Unconfined", "seccompProfile"),
                     (stateful, "CAIRN_SERVER_LISTEN", "CAIRN_SERVER_LISTENS", "CAIRN_SERVER_LISTENS is no setting"),
                     (stateful, "- name: POD_NAME", "- name: CAIRN_ACCESS_TOKEN_SECRET\n              value: abc\n            - name: POD_NAME", "is secret and stands"),
                     (stateful, "value: /var/lib/cairn/store", "value: /data/store", "not in the volume"),
                     (service, "targetPort: http", "targetPort: web", "which no container has"),
                     (service, "publishNotReadyAddresses: true", "publishNotReadyAddresses: false", "headless service"),
                     ("templates/autoscaler.yaml", 'name: {{ include "cairn.name" . }}\n  minReplicas', "name: other\n  minReplicas", "scales something else"),
                     ("templates/serviceaccount.yaml", 'verbs: ["patch"]', 'verbs: ["*"]', "more or less than scaling"),
                     ("templates/serviceaccount.yaml", "resourceNames: [", "resourceName: [", "resourceName"),
                     ("templates/serviceaccount.yaml", "  kind: Role\n  name: {{", "  kind: Role\n  name: other-{{", "binds something else"),
                     ("values.yaml", "notice_seconds: 15", "notice_seconds: 2", "readiness probe has noticed"),
                     ("values.yaml", "cache_mb: 16000", "cache_mb: 20000", "leaves no room"),
                     ("values.yaml", "cache_mb: 16000", "cache_gb: 16", "cache_gb is no setting"),
                     ("values.yaml", "cache_mb: 16000", 'cache_mb: "16000"', "which is no integer")]
        for file, old, new, word in unfitting:
            with self.subTest(new=new), changed_copy(CHART, file, old, new) as copy:
                problems, documents = judged(copy, SCALES_ITSELF if "serviceaccount" in file else EVERYTHING)
                self.some(problems + (list(Objects(documents).problems()) if documents else []), word)

    def test_a_selector_that_misses_the_pods_is_found(self):
        documents = judged()[1]
        next(d for d in documents if d["kind"] == "PodDisruptionBudget")["spec"]["selector"]["matchLabels"]["app.kubernetes.io/name"] = "other"
        self.some(Objects(documents).problems(), "PodDisruptionBudget cairn selects no pod")

    def test_policies_find_a_pod_that_may_do_too_much(self):
        with changed_copy(DEPLOY / "kubernetes", "cairn.yaml", "allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true") as copy:
            self.some(policy_problems(copy, "kubernetes", ACCEPTED), "CKV_K8S_20")

    def test_what_is_accepted_is_still_there_to_be_accepted(self):
        said = policy_problems(DEPLOY / "kubernetes", "kubernetes", ["none"])
        self.assertEqual(sorted({problem.split(" ")[0] for problem in said}), sorted(ACCEPTED))


if __name__ == "__main__":
    unittest.main()
