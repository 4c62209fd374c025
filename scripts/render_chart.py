"""Renders a Helm chart by Helm's own library, without a cluster. Runs in the environment of scripts/requirements-deploy.txt.

Prints the manifests, those first that others lean on; with --judge instead, as JSON, what Helm's linter and the schemas of Kubernetes' API say of them.
"""

import argparse
import json
import sys

import helm_python
import kubernetes_validate
import yaml

ORDER = ["Namespace", "NetworkPolicy", "PodDisruptionBudget", "ServiceAccount", "Role", "RoleBinding", "ConfigMap", "Service", "StatefulSet", "HorizontalPodAutoscaler", "Ingress"]
# The oldest version that the chart is for, and the newest whose schemas are there.
VERSIONS = ["1.27", "1.37"]
HEAD = "# Made of deploy/helm/cairn by scripts/manifests. Before use: the image, the settings in the ConfigMap, and the Secret cairn (README.md beside this).\n"


def rendered(folder, values):
    """The texts of all objects, in the order in which they are applied."""
    with helm_python.Chart.load(folder) as chart:
        files = chart.render(values, name="cairn", namespace="cairn")
    texts = [part.strip() for name, text in sorted(files.items()) if name.endswith(".yaml") for part in text.split("\n---\n") if part.strip()]

    def place(text):
        found = yaml.safe_load(text)
        return (ORDER.index(found["kind"]) if found["kind"] in ORDER else len(ORDER), found["metadata"]["name"])

    return ["\n".join(line.rstrip() for line in text.splitlines()) for text in sorted(texts, key=place)]


def misfits(document):
    """What the API's schemas say against an object; kinds that others bring have none here."""
    said = []
    for version in VERSIONS:
        try:
            kubernetes_validate.validate(document, version, strict=True)
        except kubernetes_validate.SchemaNotFoundError:
            return said if "monitoring.coreos.com" in document["apiVersion"] else [f"{document['apiVersion']} {document['kind']} is no kind of Kubernetes {version}"]
        except kubernetes_validate.ValidationError as error:
            said.append(f"{document['kind']} of Kubernetes {version}: {'.'.join(map(str, error.path))}: {error.message[:300]}")
    return said


def judged(folder, values):
    lint = helm_python.lint(folder, values, strict=True, namespace="cairn")
    problems = [f"{found['path']}: {found['error']}" for found in lint["messages"] if found["severity"] > 1] + lint["errors"]
    try:
        documents = [yaml.safe_load(text) for text in rendered(folder, values)]
    except helm_python.HelmError as error:
        return {"problems": [*problems, str(error)], "documents": []}
    return {"problems": problems + [said for document in documents for said in misfits(document)], "documents": documents}


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("chart")
    options.add_argument("--judge", action="store_true")
    options.add_argument("--values", default="{}", help="values as JSON, over the chart's own")
    wanted = options.parse_args()
    values = json.loads(wanted.values)
    if wanted.judge:
        json.dump(judged(wanted.chart, values), sys.stdout)
    else:
        sys.stdout.write(HEAD + "".join(f"---\n{text}\n" for text in rendered(wanted.chart, values)))


if __name__ == "__main__":
    main()
