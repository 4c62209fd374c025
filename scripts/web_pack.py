"""web_pack.py FOLDER PACK : writes the files of a folder as one pack (see src/main/web_files.h), and says how much a
first visit to the page loads, compressed."""

import gzip
import pathlib
import re
import struct
import sys

LIMIT_KB = 250  # What a first visit may load, compressed, before charts.


def first_load(folder):
    """The files that the browser needs before it shows the first page: what index.html names, and what these import at once."""
    wanted, seen = re.findall(r'(?:src|href)="/([^"]+)"', (folder / "index.html").read_text()), set()
    while wanted:
        name = wanted.pop()
        if name in seen or not (folder / name).is_file():
            continue
        seen.add(name)
        if name.endswith(".js"):
            text = (folder / name).read_text()
            wanted += ["assets/" + found for found in re.findall(r'(?:from|import)\s*["`]\./([\w.-]+\.js)["`]', text)]
    return seen | {"index.html"}


def largest_page(folder, first):
    """The largest addition that a language and a page, loaded right after the first files, make: (bytes, names)."""
    return {name for name in (p.relative_to(folder).as_posix() for p in folder.glob("assets/*.js"))
            if re.match(r"assets/(zh-Hant|en|ask)-", name)} - first


def compressed(folder, names):
    return sum(len(gzip.compress((folder / name).read_bytes(), 6)) for name in names)


def main(folder, target):
    folder, target = pathlib.Path(folder), pathlib.Path(target)
    pack = bytearray()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name, content = path.relative_to(folder).as_posix().encode(), path.read_bytes()
        pack += struct.pack("<II", len(name), len(content)) + name + content
    if not target.is_file() or target.read_bytes() != pack:
        target.write_bytes(pack)
    first = first_load(folder)
    kilobytes = (compressed(folder, first) + compressed(folder, largest_page(folder, first))) / 1000
    print(f"web interface: {len(pack) / 1e6:.1f} MB embedded; a first visit loads {kilobytes:.0f} kB compressed (limit {LIMIT_KB})")
    if kilobytes > LIMIT_KB:
        sys.exit(f"error: a first visit loads more than {LIMIT_KB} kB: import what it does not need at once lazily")


if __name__ == "__main__":
    main(*sys.argv[1:])
