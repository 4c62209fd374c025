"""Compares a folder of Terraform with what the provider knows: resources, settings, which of them are needed, and what a resource tells others.

Runs in the environment of scripts/requirements-deploy.txt: python terraform_rules.py TYPES FOLDER…, where TYPES is the package that scripts/terraform-types
fetches; prints a list of problems for each folder as JSON. Values are not compared with their types.
"""

import ast
import functools
import json
import pathlib
import re
import sys
import zipfile

import hcl2

# What every resource may say, whatever the provider knows.
ALWAYS = {"count", "depends_on", "for_each", "lifecycle", "provider", "provisioner", "connection"}
REFERENCE = re.compile(r"(?<![\w.\"-])(data\.)?(aws_\w+)\.(\w+)((?:\[[^\]]*\])?\.(\w+))?")


class Kind:
    """One resource or data source of the provider."""

    def __init__(self, types, name):
        stem = name.removeprefix("data.").removeprefix("aws_")
        self.folder = ("data_aws_" if name.startswith("data.") else "") + stem
        with zipfile.ZipFile(types) as package:
            tree = ast.parse(package.read(f"cdktf_cdktf_provider_aws/{self.folder}/__init__.py"))
        self.classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
        plain = self.folder.replace("_", "")  # A second A stands behind names that would be those of blocks too.
        self.config = next(found for found in self.classes if found.lower() in (plain + "config", plain + "aconfig"))
        self.told = {node.name for node in self.classes[self.config.removesuffix("Config")].body if isinstance(node, ast.FunctionDef)}

    @functools.cache
    def settings(self, name):
        """(which there are and the class of each that is a block, which are needed) of a class."""
        made = next(node for node in self.classes[name].body if isinstance(node, ast.FunctionDef) and node.name == "__init__").args
        blocks = {argument.arg: self.block(argument.annotation) for argument in made.kwonlyargs}
        needed = {argument.arg for argument, default in zip(made.kwonlyargs, made.kw_defaults) if default is None}
        return blocks, needed

    def block(self, annotation):
        named = [node.value for node in ast.walk(annotation) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        return next((name for name in named if name in self.classes), None)


def blocks_in(value):
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]


def compared(kind, name, body, where):
    """What is wrong with one resource or block."""
    known, needed = kind.settings(name)
    said = {key for key in body if not key.startswith("__")}
    said |= {key for dynamic in blocks_in(body.get("dynamic", [])) for key in dynamic}
    yield from (f"{where} says {key}, which the provider does not know" for key in sorted(said - known.keys() - ALWAYS - {"dynamic"}))
    yield from (f"{where} lacks {key}" for key in sorted(needed - said))
    for key in sorted(said & known.keys()):
        if known[key]:
            for inner in blocks_in(body.get(key, [])):
                yield from compared(kind, known[key], inner, f"{where}.{key}")


class Folder:
    def __init__(self, folder, kind):
        self.files = sorted(pathlib.Path(folder).glob("*.tf"))
        self.text = "\n".join(re.sub(r"(?m)^\s*#.*$", "", path.read_text()) for path in self.files)
        self.parsed = [hcl2.loads(path.read_text()) for path in self.files]
        self.kind = kind
        self.made = {}
        for part, prefix in (("resource", ""), ("data", "data.")):
            for kind, name, body in ((kind, name, body) for parsed in self.parsed for entry in parsed.get(part, []) for kind, named in entry.items() for name, body in named.items()):
                self.made[f"{prefix}{kind}.{name}"] = (f"{prefix}{kind}", body)

    def named(self, part):
        return {name: body for parsed in self.parsed for entry in parsed.get(part, []) for name, body in entry.items()}

    def problems(self):
        for where, (name, body) in self.made.items():
            try:
                kind = self.kind(name)
            except KeyError:
                yield f"{where}: the provider has no {name}"
                continue
            yield from compared(kind, kind.config, body, where)
        yield from self.references()
        yield from self.variables()

    def references(self):
        for prefix, kind, name, _, attribute in set(REFERENCE.findall(self.text)):
            where = f"{prefix}{kind}.{name}"
            if where not in self.made:
                yield f"{where} is used and not there"
            elif attribute and attribute not in self.kind(f"{prefix}{kind}").told:
                yield f"{where} tells no {attribute}"

    def variables(self):
        declared, used = self.named("variable"), set(re.findall(r"\bvar\.(\w+)", self.text))
        yield from (f"var.{name} is used and not declared" for name in sorted(used - declared.keys()))
        yield from (f"var.{name} is declared and not used" for name in sorted(declared.keys() - used))
        for what, all_of_it in (("variable", declared), ("output", self.named("output"))):
            yield from (f"{what} {name} is not described" for name, body in all_of_it.items() if not body.get("description"))


def problems_of(folder, kind):
    try:
        return sorted(Folder(folder, kind).problems())
    except Exception as error:  # The parser's own errors have no common kind.
        return [f"cannot be read: {error}"]


def main():
    types, *folders = sys.argv[1:]
    kind = functools.cache(lambda name: Kind(types, name))
    json.dump([problems_of(folder, kind) for folder in folders], sys.stdout)


if __name__ == "__main__":
    main()
