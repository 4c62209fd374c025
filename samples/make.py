"""samples/make.py FOLDER : writes the sample documents to FOLDER, from the texts beside this file.

The same texts give the same bytes, so that loading them twice finds nothing new.
"""

import pathlib
import shutil
import sys

import markup
import pdf
import writers

TEXT = pathlib.Path(__file__).resolve().parent / "text"
WRITERS = {
    ".docx": writers.write_docx,
    ".xlsx": writers.write_xlsx,
    ".pptx": writers.write_pptx,
    ".html": writers.write_html,
    ".md": writers.write_markdown,
    ".eml": writers.write_mail,
    ".pdf": pdf.write_pdf,
}


def make(source, folder):
    """Writes one document and returns its path."""
    if source.suffix != ".md":
        name = {"stock-zh.csv": "庫存.csv"}.get(source.name, source.name)
        return pathlib.Path(shutil.copyfile(source, folder / name))
    fields, text = markup.split_front_matter(source.read_text(encoding="utf-8"))
    target = folder / fields["file"]
    WRITERS[target.suffix](target, fields, text)
    return target


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    made = {make(source, folder) for source in sorted(TEXT.iterdir())}
    for stale in set(folder.iterdir()) - made:
        stale.unlink()
    print(f"{len(made)} sample documents in {folder}")


if __name__ == "__main__":
    main()
