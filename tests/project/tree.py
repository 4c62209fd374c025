"""The files of the project, and C++ read without comments and strings."""

import functools
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CAIRN_BUILD", ROOT / "build"))
CPP = {".h", ".cpp"}


@functools.cache
def files():
    """Every file that belongs to the project, tracked or about to be, relative to the root; fixtures are data and left out."""
    out = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                         capture_output=True, check=True).stdout.decode()
    paths = [pathlib.PurePosixPath(name) for name in out.split("\0") if name]
    return [p for p in paths if not is_data(p) and (ROOT / p).is_file()]


def is_data(path):
    return "fixtures" in path.parts or "corpus" in path.parts[:-1]


def cpp_files(*folders):
    return [p for p in files() if p.suffix in CPP and (not folders or p.parts[0] in folders)]


@functools.cache
def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


# Raw strings first, because quotes inside of them do not count.
NOT_CODE = re.compile(
    r'R"(?P<end>[^(\s]*)\((?:.|\n)*?\)(?P=end)"|//[^\n]*|/\*(?:.|\n)*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'|\'\\x[0-9a-fA-F]+\'')


@functools.cache
def code(path):
    """The text of a C++ file with comments and literals blanked out; lines stay where they are."""
    return NOT_CODE.sub(lambda match: '""' + "\n" * match.group().count("\n"), read(path))


def function_lengths(text):
    """(name, first line, non-blank lines) of each function body in C++ text that `code` has cleaned."""
    found, scopes, header_start = [], [], 0
    for match in re.finditer(r"[{};]", text):
        symbol, at = match.group(), match.start()
        if symbol == "{":
            inside = any(scope for scope in scopes)
            header = text[header_start:at]
            scopes.append((at, name_of(header)) if not inside and is_function(header) else None)
        elif symbol == "}" and scopes:
            scope = scopes.pop()
            if scope:
                body = text[scope[0]:at]
                found.append((scope[1], text.count("\n", 0, scope[0]) + 1, sum(1 for line in body.splitlines() if line.strip())))
        header_start = match.end()
    return found


def is_function(header):
    header = re.sub(r"#.*", "", header).strip()
    scope = re.search(r"\b(namespace|enum|union|extern)\b|\b(class|struct)\s+[\w:<>, ]+(\s+final)?(\s*:[^(]*)?$", header)
    return "(" in header and not scope


def name_of(header):
    names = re.findall(r"([\w:~]+)\s*\(", header)
    return names[0] if names else "?"
