"""Writes a sample text as PDF: page numbers in the footer, tables with ruled cells, one or two columns."""

import datetime
import re

import fpdf
import markup

FONTS = "/usr/share/fonts/truetype/"
MADE_AT = datetime.datetime(2026, 5, 11, 9, 0, 0, tzinfo=datetime.timezone.utc)
SIZES = {1: 18, 2: 13, 3: 11}
BODY = 10


class Page(fpdf.FPDF):
    def __init__(self, footer_text):
        super().__init__(format="A4")
        self.footer_text = footer_text
        self.add_font("latin", "", FONTS + "dejavu/DejaVuSans.ttf")
        self.add_font("latin", "B", FONTS + "dejavu/DejaVuSans-Bold.ttf")
        self.add_font("han", "", FONTS + "droid/DroidSansFallbackFull.ttf")
        self.set_fallback_fonts(["han"], exact_match=False)
        self.set_margins(22, 20)
        self.set_auto_page_break(True, 22)
        self.set_creation_date(MADE_AT)

    def footer(self):
        self.set_y(-15)
        self.set_font("latin", size=8)
        self.cell(0, 8, f"{self.footer_text} · {self.page_no()}" if self.footer_text else str(self.page_no()), align="C")


def lines_of(page, text):
    """Breaks a text into lines that fit: at spaces, and between Chinese characters but not before their punctuation."""
    lines = [""]
    for word in re.findall(r"[\u2e80-\uffef][，。、；：！？）」]*|[^\s\u2e80-\uffef]+[，。、；：！？）」]*|\s+", text):
        if lines[-1] and page.get_string_width(lines[-1] + word) > page.epw - 2:
            lines.append("")
        lines[-1] += word if lines[-1] else word.lstrip()
    return lines


def write_text(page, text):
    page.multi_cell(0, 5.2, "\n".join(lines_of(page, text)), align="L", new_x="LMARGIN", new_y="NEXT")


def write_pdf(target, fields, text):
    page = Page(fields.get("footer", fields["title"]))
    page.set_title(fields["title"])
    page.set_author("Tidelight Instruments")
    page.set_lang(fields["language"])
    page.add_page()
    blocks = markup.parse(text)
    if fields.get("layout") == "two-columns":
        write_columns(page, blocks)
    else:
        write_blocks(page, blocks, fields.get("pages") == "by-chapter")
    page.output(target)


def write_blocks(page, blocks, new_page_for_chapters):
    chapters = 0
    for block in blocks:
        if block.kind == "heading":
            chapters += block.level == 2
            if new_page_for_chapters and block.level == 2 and chapters > 1:
                page.add_page()
            page.ln(2)
            page.set_font("latin", "B", SIZES[block.level])
            page.multi_cell(0, SIZES[block.level] * 0.55, block.text, align="L", new_x="LMARGIN", new_y="NEXT")
            page.ln(1.5)
            continue
        page.set_font("latin", size=BODY)
        if block.kind == "table":
            write_table(page, block.rows)
        for number, row in enumerate(block.rows if block.kind in ("bullets", "numbers") else [], 1):
            mark = "•" if block.kind == "bullets" else f"{number}."
            write_text(page, f"{mark} {row}")
        if block.kind == "paragraph":
            write_text(page, block.text)
        page.ln(2)


def write_table(page, rows):
    widest = [max(len(row[column].encode()) for row in rows) + 4 for column in range(len(rows[0]))]
    with page.table(col_widths=widest, line_height=5.2, text_align="LEFT", first_row_as_headings=True) as table:
        for row in rows:
            cells = table.row()
            for cell in row:
                cells.cell(cell)


def write_columns(page, blocks):
    """The title across the page, then everything else in two columns."""
    write_blocks(page, blocks[:1], False)
    with page.text_columns(ncols=2, gutter=9, text_align="LEFT", line_height=1.3) as columns:
        for block in blocks[1:]:
            heading = block.kind == "heading"
            page.set_font("latin", "B" if heading else "", SIZES[2] if heading else BODY)
            columns.write(block.text)
            columns.ln()
            columns.ln()
