"""House rules that can be read from the tree. Each failure names the place and says what to do."""

import os
import re
import shutil
import subprocess
import unittest
import urllib.parse

from tree import CPP, ROOT, code, cpp_files, files, function_lengths, read

# Headers that only some folders may include: pattern, the folders, why. Tests may include what they test.
PLACES = [
    (r"sqlite3\.h", ["src/adapters/sqlite"], "SQL stays behind the Catalog port"),
    (r"libpq-fe\.h", ["src/adapters/postgres"], "SQL stays behind the Catalog port"),
    (r"poppler", ["src/extract_worker"], "poppler is GPL and runs only in the extraction program"),
    (r"sys/socket\.h|netdb\.h|netinet/|arpa/|sys/un\.h", ["src/api", "src/adapters"], "sockets belong to the API and to adapters"),
    (r"curl/", ["src/adapters"], "outgoing requests belong to adapters"),
    (r"openssl/", ["src/base", "src/adapters", "src/api/http"], "hashing is offered by base, TLS by the transport"),
    (r"sodium\.h", ["src/adapters/sodium"], "cryptography stays behind the Crypto port"),
    (r"unicode/|cld2/|compact_lang_det|libstemmer", ["src/text", "src/extract_worker"], "languages are the matter of text"),
    (r"gumbo\.h|pugixml|md4c|archive\.h|archive_entry\.h|uchardet", ["src/extract_worker"], "untrusted files are parsed in the child process"),
    (r"zlib\.h", ["src/extract_worker", "src/api/http"], "archives are opened in the child process; replies are compressed by the transport"),
    (r"zstd\.h", ["src/index", "src/api/http"], "segments and replies are compressed, nothing else"),
    (r"boost/", ["src/api/http"], "Asio and Beast stay inside the transport"),
    (r"llama\.h|ggml|jinja/", ["src/adapters/llama"], "llama.cpp stays behind the LanguageModel port"),
    (r"seccomp\.h|linux/seccomp\.h", ["src/extract_worker", "src/adapters/extract"], "the sandbox is set up in one place"),
    (r"CLI/|toml\+\+|toml\.hpp", ["src/api", "src/main"], "command line and configuration are read at the edge"),
    (r"spdlog/", ["src/base", "src/adapters", "src/api", "src/main"], "pure layers return errors, they do not log"),
    (r"immintrin\.h|x86intrin\.h|arm_neon\.h|hwy/", ["src/base", "src/encoder", "src/index"], "vector code lives where its scalar reference lives"),
]

# What the pure layers must not include at all.
PURE = {
    "src/domain": r"thread|mutex|atomic|future|fstream|iostream|filesystem|chrono|sys/.*|unistd\.h|fcntl\.h",
    "src/ports": r"thread|fstream|iostream|sys/.*|unistd\.h|fcntl\.h",
}

# Words that mean one of the design's words, and the word to use instead.
SYNONYMS = {"snippet": "chunk or quote", "snippets": "chunk or quote", "shard": "segment", "shards": "segment", "job": "task",
            "jobs": "task", "excerpt": "quote", "organisation": "tenant", "organization": "tenant"}

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 70
TEXT = CPP | {".py", ".sh", ".md", ".txt", ".cmake", ".html", ".jsonl"}


def includes(path):
    """(line number, header) of each include in angle brackets."""
    for number, line in enumerate(read(path).splitlines(), 1):
        match = re.match(r"\s*#\s*include\s*<([^>]+)>", line)
        if match:
            yield number, match.group(1)


def below(path, folders):
    return any(str(path).startswith(folder + "/") for folder in folders)


def is_text(path):
    return path.suffix in TEXT or path.name in ("Makefile", "CMakeLists.txt") or path.parts[0] in ("scripts", ".ci")


class House(unittest.TestCase):
    maxDiff = None

    def none(self, problems):
        if problems:
            self.fail(f"{len(problems)} places\n" + "\n".join(problems[:60]))

    def test_third_party_headers_are_used_only_where_they_belong(self):
        self.none([f"{path}:{number} includes <{header}>, allowed below {', '.join(folders)}: {why}"
                   for path in cpp_files("src") for number, header in includes(path)
                   for pattern, folders, why in PLACES if re.match(pattern, header) and not below(path, folders)])

    def test_pure_layers_know_no_threads_files_or_clocks(self):
        self.none([f"{path}:{number} includes <{header}>, which {folder} must not know"
                   for folder, pattern in PURE.items() for path in cpp_files("src") if below(path, [folder])
                   for number, header in includes(path) if re.fullmatch(pattern, header)])

    def test_files_are_short(self):
        counts = {path: sum(1 for line in read(path).splitlines() if line.strip()) for path in cpp_files() + python_files()}
        self.none([f"{path} has {lines} non-blank lines, more than {MAX_FILE_LINES}: split it"
                   for path, lines in counts.items() if lines > MAX_FILE_LINES])

    def test_functions_are_short(self):
        self.none([f"{path}:{line} {name} has {length} lines, more than {MAX_FUNCTION_LINES}: split it"
                   for path in cpp_files() for name, line, length in function_lengths(code(path)) if length > MAX_FUNCTION_LINES])

    def test_identifiers_use_the_words_of_the_design(self):
        problems = []
        for path in cpp_files("src"):
            for number, line in enumerate(code(path).splitlines(), 1):
                for word in re.findall(r"[A-Z]?[a-z]+", line) if not line.lstrip().startswith("#") else []:
                    if word.lower() in SYNONYMS:
                        problems.append(f"{path}:{number} says '{word.lower()}', the design's word is '{SYNONYMS[word.lower()]}'")
        self.none(problems)

    def test_no_tabs_and_no_trailing_space(self):
        problems = []
        for path in filter(is_text, files()):
            for number, line in enumerate(read(path).split("\n"), 1):
                if line != line.rstrip() or ("\t" in line and path.name != "Makefile"):
                    problems.append(f"{path}:{number} has a tab or trailing space")
        self.none(problems)

    def test_nothing_is_left_for_later(self):
        left = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
        self.none([f"{path}:{number} leaves work for later: finish it or write it down as an issue"
                   for path in filter(is_text, files()) for number, line in enumerate(read(path).splitlines(), 1) if left.search(line)])

    def test_set_up_names_packages_and_no_addresses(self):
        builds = [p for p in files() if p.parts[0] in ("scripts", ".ci", "cmake") or p.name in ("Makefile", "CMakeLists.txt")]
        self.none([f"{path}:{number} names an address; dependencies come from package clients by name and version"
                   for path in builds for number, line in enumerate(read(path).splitlines(), 1)
                   if re.search(r"(https?|git|ftp)://|--(extra-)?index-url", line)])

    def test_no_paths_of_one_machine(self):
        self.none([f"{path}:{number} names a path that exists on one machine only"
                   for path in filter(is_text, files()) for number, line in enumerate(read(path).splitlines(), 1)
                   if re.search(r"(?<![\w./])/(work|root|home/\w+)/", line) and "/root/cairn" not in line and path.name != "test_house.py"])

    def test_each_folder_has_a_readme(self):
        folders = {p.parent for p in files() if p.parts[0] in ("src", "samples", "scripts", "docs", "cmake", "bench", "fuzz", "tests")}
        folders = {f for f in folders if len(f.parts) <= (3 if f.parts[:2] in (("src", "adapters"), ("src", "api")) else 2)}
        folders = {f for f in folders if f.parts[0] == "src" or len(f.parts) == 1}
        self.none([f"{folder} has no README.md: what lives here, what does not, where to start"
                   for folder in sorted(folders) if not (ROOT / folder / "README.md").is_file()])

    def test_links_in_the_documentation_lead_somewhere(self):
        problems = []
        for path in (p for p in files() if p.suffix == ".md" and p.parts[0] != "samples"):
            for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```|`[^`]*`", "", read(path), flags=re.S)):
                target = urllib.parse.unquote(target.split("#")[0])
                if target and not re.match(r"[a-z]+:", target) and not (ROOT / path.parent / target).exists():
                    problems.append(f"{path} links to {target}, which does not exist")
        self.none(problems)

    def test_commands_in_the_documentation_exist(self):
        targets = set(re.findall(r"^([a-z-]+):", read(next(p for p in files() if str(p) == "Makefile")), re.M))
        problems = []
        for path in (p for p in files() if p.suffix == ".md" and p.parts[0] != "samples"):
            quoted = "\n".join(re.findall(r"`([^`]+)`|^    (.+)$", read(path), re.M) and
                               [a or b for a, b in re.findall(r"`([^`\n]+)`|^    (.+)$", read(path), re.M)])
            problems += [f"{path} says `make {target}`, which is no target" for target in re.findall(r"^\s*make ([a-z-]+)", quoted, re.M)
                         if target not in targets]
            problems += [f"{path} names {script}, which does not exist" for script in re.findall(r"\bscripts/[\w.-]+", quoted)
                         if not (ROOT / script).exists() and "*" not in script]
        self.none(problems)

    def test_the_source_is_laid_out_by_clang_format(self):
        program = shutil.which("clang-format-19")
        if not program:
            self.skipTest("clang-format-19 is not installed; scripts/setup check installs it")
        done = subprocess.run([program, "--dry-run", "-Werror", *[str(p) for p in cpp_files()]], cwd=ROOT, capture_output=True, text=True)
        lines = [line for line in done.stderr.splitlines() if "error:" in line]
        self.assertEqual(done.returncode, 0, "run `make format`:\n" + "\n".join(lines[:40]))

    def test_scripts_can_be_run_and_stop_at_the_first_error(self):
        for path in (p for p in files() if p.parts[0] == "scripts" and read(p).startswith("#!")):
            self.assertTrue(os.access(ROOT / path, os.X_OK), f"{path} is not executable")
            if read(path).startswith("#!/bin/bash"):
                self.assertTrue("common.sh" in read(path), f"{path} does not source scripts/common.sh")


def python_files():
    return [p for p in files() if p.suffix == ".py"]


if __name__ == "__main__":
    unittest.main()
