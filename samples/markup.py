"""Reads the small Markdown of samples/text: front matter, headings, paragraphs, lists and tables."""

import dataclasses
import re


@dataclasses.dataclass
class Block:
    kind: str  # heading, paragraph, bullets, numbers or table
    text: str = ""
    level: int = 0
    rows: list = dataclasses.field(default_factory=list)  # list items, or table rows with the header first


def split_front_matter(source):
    """The front matter as a dictionary, and the text below it."""
    match = re.match(r"---\n(.*?)\n---\n", source, re.S)
    if not match:
        raise ValueError("the file does not start with front matter between two lines of ---")
    fields = dict(line.split(": ", 1) for line in match.group(1).splitlines())
    return fields, source[match.end():]


def parse(text):
    """The blocks of a text, in order."""
    return [block_of(part) for part in re.split(r"\n\s*\n", text.strip())]


def block_of(part):
    lines = part.splitlines()
    heading = re.match(r"(#+) (.*)", part)
    if heading:
        return Block("heading", heading.group(2), len(heading.group(1)))
    if all(line.startswith("|") for line in lines):
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
        return Block("table", rows=[rows[0]] + rows[2:])
    if all(line.startswith("- ") for line in lines):
        return Block("bullets", rows=[line[2:] for line in lines])
    if all(re.match(r"\d+\. ", line) for line in lines):
        return Block("numbers", rows=[line.split(". ", 1)[1] for line in lines])
    return Block("paragraph", " ".join(lines))
