"""Writes a sample text as DOCX, XLSX, PPTX, HTML, Markdown or e-mail. Nothing written depends on the day it is made."""

import datetime
import email.message
import email.policy
import html
import re
import zipfile

import docx
import markup
import openpyxl
import pptx
import pptx.util

MADE_AT = datetime.datetime(2026, 5, 11, 9, 0, 0)
FONT = {"en": "DejaVu Sans", "zh-Hant": "Droid Sans Fallback"}


def write_docx(target, fields, text):
    document = docx.Document()
    document.styles["Normal"].font.name = FONT[fields["language"]]
    properties = document.core_properties
    properties.title, properties.author = fields["title"], "Tidelight Instruments"
    properties.created = properties.modified = MADE_AT
    for block in markup.parse(text):
        if block.kind == "heading":
            document.add_heading(block.text, block.level)
        elif block.kind == "paragraph":
            document.add_paragraph(block.text)
        elif block.kind == "table":
            add_docx_table(document, block.rows)
        else:
            style = "List Bullet" if block.kind == "bullets" else "List Number"
            for row in block.rows:
                document.add_paragraph(row, style)
    document.save(target)
    fix_zip_dates(target)


def add_docx_table(document, rows):
    table = document.add_table(len(rows), len(rows[0]), "Table Grid")
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            table.cell(i, j).text = cell


def write_xlsx(target, fields, text):
    """Each second-level heading becomes a sheet with the table below it."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.title, book.properties.creator = fields["title"], "Tidelight Instruments"
    book.properties.created = MADE_AT
    sheet = None
    for block in markup.parse(text):
        if block.kind == "heading" and block.level == 2:
            sheet = book.create_sheet(block.text)
        elif block.kind == "table":
            for row in block.rows:
                sheet.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    book.save(target)
    fix_zip_dates(target)


def write_pptx(target, fields, text):
    """The first heading and paragraph become the title slide, each second-level heading a slide."""
    deck = pptx.Presentation()
    deck.core_properties.title, deck.core_properties.author = fields["title"], "Tidelight Instruments"
    deck.core_properties.created = deck.core_properties.modified = MADE_AT
    slide = None
    for block in markup.parse(text):
        if block.kind == "heading":
            slide = deck.slides.add_slide(deck.slide_layouts[0 if block.level == 1 else 1])
            slide.shapes.title.text = block.text
        elif block.kind == "table":
            add_pptx_table(slide, block.rows)
        else:
            slide.placeholders[1].text = "\n".join(block.rows or [block.text])
    deck.save(target)
    fix_zip_dates(target)


def add_pptx_table(slide, rows):
    body = slide.placeholders[1]
    left, top, width = body.left, body.top, body.width
    body.element.getparent().remove(body.element)
    height = pptx.util.Cm(1.2) * len(rows)
    table = slide.shapes.add_table(len(rows), len(rows[0]), left, top, width, height).table
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            table.cell(i, j).text = cell


def fix_zip_dates(target):
    """The libraries stamp each member with the time of writing; a reproducible file needs one fixed time."""
    with zipfile.ZipFile(target) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            if name == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", MADE_AT.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), data)
            archive.writestr(zipfile.ZipInfo(name, MADE_AT.timetuple()[:6]), data, zipfile.ZIP_DEFLATED)


PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head><meta charset="utf-8"><title>{title}</title>
<style>nav li {{ display: inline }}</style>
<script>window.analytics = {{ consent: false }};</script></head>
<body>
<header><nav><ul>{links}</ul></nav></header>
<div class="cookie-banner" role="dialog">{cookies}</div>
<main><article>
{body}
</article></main>
<footer>{footer}</footer>
</body>
</html>
"""
AROUND = {
    "en": (["Home", "Products", "Support", "Contact"], "This site uses cookies. Accept or refuse.", "© 2026 Tidelight Instruments · Imprint · Privacy"),
    "zh-Hant": (["首頁", "產品", "技術支援", "聯絡我們"], "本網站使用 Cookie，請選擇接受或拒絕。", "© 2026 潮光儀器 · 隱私權政策 · 網站地圖"),
}


def write_html(target, fields, text):
    """A page as a web site would serve it, with the navigation, banner and footer that extraction has to remove."""
    links, cookies, footer = AROUND[fields["language"]]
    target.write_text(PAGE.format(
        language=fields["language"], title=html.escape(fields["title"]), cookies=cookies, footer=footer,
        links="".join(f'<li><a href="#">{link}</a></li>' for link in links),
        body="\n".join(html_of(block) for block in markup.parse(text))), encoding="utf-8")


def html_of(block):
    if block.kind == "heading":
        return f"<h{block.level}>{html.escape(block.text)}</h{block.level}>"
    if block.kind == "paragraph":
        return f"<p>{html.escape(block.text)}</p>"
    if block.kind == "table":
        rows = ["".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in block.rows]
        return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"
    tag = "ul" if block.kind == "bullets" else "ol"
    return f"<{tag}>" + "".join(f"<li>{html.escape(row)}</li>" for row in block.rows) + f"</{tag}>"


def write_markdown(target, fields, text):
    target.write_text(text.lstrip(), encoding="utf-8")


def write_mail(target, fields, text):
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"] = fields["from"], fields["to"]
    message["Subject"], message["Date"] = fields["title"], fields["date"]
    message["Message-ID"] = f"<{target.stem.encode().hex()[:24]}@tidelight.example>"
    message.set_content(text.lstrip(), cte="quoted-printable" if fields["language"] == "en" else "base64")
    target.write_bytes(message.as_bytes())
