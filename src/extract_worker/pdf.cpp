#include <poppler/ErrorCodes.h>
#include <poppler/GlobalParams.h>
#include <poppler/PDFDoc.h>
#include <poppler/UTF.h>

#include <fmt/format.h>

#include <memory>

#include "base/utf8.h"
#include "extract_worker/formats.h"
#include "extract_worker/pdf_collector.h"
#include "extract_worker/pdf_page.h"
#include "extract_worker/text_cleaning.h"

namespace cairn::extraction {
namespace {

constexpr int kMaxPages = 50'000;

Result<void> why_not_open(PDFDoc& document) {
  if (document.getErrorCode() == errEncrypted)
    return fail(ErrorKind::invalid, "the PDF is encrypted: remove the password and upload it again");
  return fail(ErrorKind::invalid, "the PDF is damaged and cannot be opened: save it again and upload it again");
}

/// Programs put file names and templates there.
bool is_useful_title(std::string_view title) {
  if (title.empty() || title.size() > 300) return false;
  for (std::string_view junk : {"untitled", "Untitled", "PowerPoint Presentation", "PowerPoint 簡報", "無標題",
                                "(anonymous)", "(unspecified)", "(untitled)"})
    if (title.starts_with(junk)) return false;
  for (std::string_view whole : {"Document", "Document1", "Slide 1", "Title", "Microsoft Word"})
    if (title == whole) return false;
  for (std::string_view ending :
       {".doc", ".docx", ".indd", ".tex", ".dvi", ".pdf", ".qxd", ".odt", ".rtf", ".ppt", ".pptx", ".xls", ".xlsx"})
    if (title.ends_with(ending)) return false;
  return true;
}

void take_title(PDFDoc& document, DocumentBuilder& builder) {
  const auto raw = document.getDocInfoTitle();
  if (!raw) return;
  Unicode* unicode = nullptr;
  const int size = TextStringToUCS4(raw->toStr(), &unicode);
  std::string title;
  for (int i = 0; i < size; ++i)
    if (unicode[i] >= 0x20 && unicode[i] < 0x110000 && (unicode[i] < 0xd800 || unicode[i] > 0xdfff))
      utf8::append(title, unicode[i]);
  gfree(unicode);
  title = single_line(title);
  for (std::string_view program : {"Microsoft Word - ", "Microsoft PowerPoint - "})
    if (title.starts_with(program)) title.erase(0, program.size());
  if (is_useful_title(title)) builder.set_title(title);
}

PageLines lay_out_page(const GlyphPage& glyphs, std::uint32_t number) {
  PageLines page{.number = number, .height = glyphs.height, .lines = {}, .rules = glyphs.rules};
  std::uint32_t columns = 0;
  for (const WordGroup& group : build_words(glyphs)) {
    std::vector<Line> lines = lay_out(group);
    std::uint32_t last = columns;
    for (auto& line : lines) {
      line.column += columns;
      last = std::max(last, line.column);
      page.lines.push_back(std::move(line));
    }
    columns = last + 1;
  }
  find_tables(page);
  page.rules = {};
  return page;
}

struct Progress {
  std::size_t glyphs = 0;
  std::size_t unmapped = 0;
};

std::vector<PageLines> read_pages(PDFDoc& document, const Limits& limits, Progress& progress) {
  std::vector<PageLines> pages;
  GlyphCollector collector;
  const int count = std::min(document.getNumPages(), kMaxPages);
  for (int number = 1; number <= count; ++number) {
    document.displayPage(&collector, number, 72, 72, 0, true, false, false);
    const GlyphPage glyphs = collector.take_page();
    progress.glyphs += glyphs.glyphs.size();
    progress.unmapped += glyphs.unmapped;
    pages.push_back(lay_out_page(glyphs, static_cast<std::uint32_t>(number)));
    // The builder will refuse the text anyway: a glyph is at least one byte.
    if (progress.glyphs > limits.max_text_bytes + limits.max_text_bytes / 4) break;
  }
  return pages;
}

Result<void> why_no_text(const PDFDoc&, const Progress& progress, int pages) {
  if (progress.unmapped > progress.glyphs)
    return fail(ErrorKind::invalid,
                "the fonts in this PDF do not say which characters they show: run text recognition (OCR) on it and "
                "upload the result");
  if (progress.glyphs == 0)
    return fail(ErrorKind::invalid, fmt::format("the PDF has no text, only images or drawings ({} {}): run text "
                                                "recognition (OCR) on it and upload the result",
                                                pages, pages == 1 ? "page" : "pages"));
  return {};
}

}  // namespace

std::string to_utf8(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) utf8::append(out, c);
  return out;
}

Result<void> extract_pdf(std::string_view content, DocumentBuilder& builder) {
  if (!globalParams) globalParams = std::make_unique<GlobalParams>();
  setErrorCallback([](ErrorCategory, Goffset, const char*) {});
  // PDFDoc owns the stream.
  PDFDoc document(new MemStream(content.data(), 0, static_cast<Goffset>(content.size()), Object(objNull)));
  if (!document.isOk()) return why_not_open(document);
  const int count = document.getNumPages();
  if (count <= 0)
    return fail(ErrorKind::invalid, "the PDF has no pages or is damaged: save it again and upload it again");
  Progress progress;
  std::vector<PageLines> pages = read_pages(document, builder.limits(), progress);
  CAIRN_CHECK(why_no_text(document, progress, count));
  take_title(document, builder);
  builder.take_title_from_heading();
  builder.set_pages(static_cast<std::uint32_t>(count));
  remove_running_lines(pages);
  assemble_pages(pages, builder);
  return {};
}

}  // namespace cairn::extraction
