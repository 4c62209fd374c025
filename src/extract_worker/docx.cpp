#include <fmt/format.h>

#include <set>

#include "extract_worker/docx_styles.h"
#include "extract_worker/numbering.h"
#include "extract_worker/package.h"
#include "extract_worker/table_grid.h"
#include "extract_worker/text_cleaning.h"
#include "extract_worker/xml_reader.h"

namespace cairn::extraction {
namespace {

using Token = XmlReader::Token;
using text::BlockKind;

/// Tables within tables within tables: deeper ones are not read.
constexpr int kMaxTables = 50;
/// Headings made by hand stand below those of the nine levels that Word has.
constexpr int kBoldLevel = 10;

/// What a w:p says about itself.
struct Paragraph {
  std::string text;
  std::string style;
  std::string num_id;
  int list_level = -1;
  int outline_level = -1;
  std::size_t bold_bytes = 0;  ///< Of text in bold runs.
};

/// Reads WordprocessingML (ECMA-376 part 1, 17) as a stream and writes blocks.
class DocxWriter {
 public:
  DocxWriter(const DocxStyles& styles, ListNumbering& numbering, DocumentBuilder& builder)
      : styles_(styles), numbering_(numbering), builder_(builder) {}

  /// Pages are known only where Word left its marks of the last layout.
  void count_pages() { builder_.set_page(page_ = 1); }
  std::uint32_t page() const { return page_; }

  Result<void> write(std::string_view xml) {
    XmlReader reader(xml);
    for (Token token = reader.next(); token != Token::done && !builder_.full(); token = reader.next())
      if (token == Token::start) block(reader, nullptr);
    if (!reader.error().empty())
      return fail(ErrorKind::invalid, fmt::format("the document cannot be read: {}", reader.error()));
    return {};
  }

 private:
  /// At a start of anything; `cell` takes the text inside a table, null outside.
  void block(XmlReader& reader, std::string* cell) {
    const auto name = reader.name();
    if (name == "p") paragraph(reader, cell);
    else if (name == "tbl") table(reader, cell);
    else if (is_ignored(name)) reader.skip_element();
  }

  /// Properties, what was deleted under tracked changes, and the second of two alternatives.
  static bool is_ignored(std::string_view name) {
    return name == "sdtPr" || name == "del" || name == "moveFrom" || name == "Fallback" || name == "sectPr" ||
           name == "tblPr" || name == "tblGrid" || name == "instrText" || name == "delText";
  }

  void paragraph(XmlReader& reader, std::string* cell) {
    const int inside = reader.depth();
    Paragraph paragraph;
    std::vector<Paragraph> boxes;
    while (reader.depth() >= inside) {
      const Token token = reader.next();
      if (token == Token::done) break;
      if (token == Token::start) inline_element(reader, paragraph, boxes);
    }
    emit(paragraph, cell);
    for (const auto& box : boxes) emit(box, cell);
  }

  void inline_element(XmlReader& reader, Paragraph& paragraph, std::vector<Paragraph>& boxes) {
    const auto name = reader.name();
    if (name == "t") run_text(reader, paragraph);
    else if (name == "r") run_is_bold_ = false;
    else if (name == "tab" || name == "ptab") paragraph.text += ' ';
    else if (name == "br") line_break(reader, paragraph);
    else if (name == "cr") paragraph.text += '\n';
    else if (name == "noBreakHyphen") paragraph.text += '-';
    else if (name == "lastRenderedPageBreak") next_page(paragraph);
    else if (name == "pPr") properties(reader, paragraph);
    else if (name == "rPr") run_properties(reader);
    else if (name == "txbxContent") text_box(reader, boxes);
    else if (is_ignored(name) || name == "rt") reader.skip_element();
  }

  void line_break(XmlReader& reader, Paragraph& paragraph) {
    if (reader.attribute("type") != "page") paragraph.text += '\n';
  }

  void next_page(const Paragraph& paragraph) {
    if (page_ == 0) return;
    ++page_;
    // A paragraph keeps the page on which it begins.
    if (paragraph.text.empty()) builder_.set_page(page_);
    else page_changes_after_ = true;
  }

  void run_text(XmlReader& reader, Paragraph& paragraph) {
    const std::string text = reader.element_text();
    if (run_is_bold_) paragraph.bold_bytes += text.size();
    paragraph.text += text;
  }

  /// Hidden text is not skipped: what is in the file can be found.
  void run_properties(XmlReader& reader) {
    const int inside = reader.depth();
    while (reader.depth() >= inside && reader.next() != Token::done)
      if (reader.depth() > inside && reader.name() == "b")
        run_is_bold_ = reader.attribute("val") != "0" && reader.attribute("val") != "false";
  }

  void text_box(XmlReader& reader, std::vector<Paragraph>& boxes) {
    const int inside = reader.depth();
    while (reader.depth() >= inside) {
      const Token token = reader.next();
      if (token == Token::done) return;
      if (token != Token::start || reader.name() != "p") continue;
      Paragraph box;
      std::vector<Paragraph> ignored;
      const int paragraph_depth = reader.depth();
      while (reader.depth() >= paragraph_depth) {
        const Token part = reader.next();
        if (part == Token::done) return;
        if (part == Token::start && reader.name() != "txbxContent") inline_element(reader, box, ignored);
      }
      boxes.push_back(std::move(box));
    }
  }

  static void properties(XmlReader& reader, Paragraph& paragraph) {
    const int inside = reader.depth();
    while (reader.depth() >= inside) {
      const Token token = reader.next();
      if (token == Token::done) return;
      if (token != Token::start) continue;
      const auto name = reader.name();
      if (name == "pStyle") paragraph.style = reader.attribute("val");
      else if (name == "numId") paragraph.num_id = reader.attribute("val");
      else if (name == "ilvl") paragraph.list_level = std::atoi(reader.attribute("val").c_str());
      else if (name == "outlineLvl") paragraph.outline_level = std::atoi(reader.attribute("val").c_str());
      else if (name == "rPr" || name == "pPrChange") reader.skip_element();
    }
  }

  std::string list_mark(const Paragraph& paragraph, const DocxStyle& style) {
    const std::string& num_id = paragraph.num_id.empty() ? style.num_id : paragraph.num_id;
    if (num_id.empty()) return {};
    const int level = paragraph.list_level >= 0 ? paragraph.list_level : std::max(0, style.list_level);
    return numbering_.next_mark(num_id, static_cast<std::size_t>(level));
  }

  void emit(const Paragraph& paragraph, std::string* cell) {
    const DocxStyle& style = styles_.find(paragraph.style);
    const bool visible = has_visible_text(paragraph.text);
    const std::string mark = visible ? list_mark(paragraph, style) : std::string();
    if (cell != nullptr) {
      if (!cell->empty() && visible) *cell += '\n';
      if (visible) *cell += (mark == "- " ? "" : mark) + paragraph.text;
    } else if (visible) {
      emit_block(paragraph, style, mark);
    }
    if (std::exchange(page_changes_after_, false)) builder_.set_page(page_);
  }

  void emit_block(const Paragraph& paragraph, const DocxStyle& style, const std::string& mark) {
    const int outline = paragraph.outline_level >= 0 ? paragraph.outline_level : style.outline_level;
    if (style.is_title) {
      builder_.set_title(paragraph.text);
      builder_.heading(0, paragraph.text);
    } else if (outline >= 0 && outline < 9) {
      builder_.heading(outline + 1, (mark == "- " ? "" : mark) + paragraph.text);
    } else if (!mark.empty()) {
      builder_.list_item(mark + paragraph.text);
    } else if (is_bold_line(paragraph)) {
      builder_.heading(kBoldLevel, paragraph.text);
    } else if (style.is_quote) {
      builder_.quote(paragraph.text);
    } else {
      builder_.lines(BlockKind::paragraph, paragraph.text);
    }
  }

  /// Many people make headings by hand: a short line, all of it bold, that is no sentence.
  static bool is_bold_line(const Paragraph& paragraph) {
    if (paragraph.bold_bytes < paragraph.text.size() || paragraph.text.size() > 120) return false;
    if (paragraph.text.find('\n') != std::string::npos) return false;
    return std::u32string_view(U".,;:!?\u3002\uff0c\uff1b\uff1a").find(last_code_point(single_line(paragraph.text))) ==
           std::u32string_view::npos;
  }

  void table(XmlReader& reader, std::string* cell) {
    if (++tables_ > kMaxTables) reader.skip_element();
    else table_rows(reader, cell);
    --tables_;
  }

  void table_rows(XmlReader& reader, std::string* cell) {
    const int inside = reader.depth();
    TableGrid grid;
    while (reader.depth() >= inside) {
      const Token token = reader.next();
      if (token == Token::done) break;
      if (token != Token::start) continue;
      const auto name = reader.name();
      if (name == "tr") grid.begin_row();
      else if (name == "gridBefore") grid.skip(static_cast<std::uint32_t>(std::atoi(reader.attribute("val").c_str())));
      else if (name == "tc") table_cell(reader, grid);
      else if (is_ignored(name)) reader.skip_element();
    }
    if (cell != nullptr) {
      if (!cell->empty()) *cell += ' ';
      *cell += grid.as_text();
    } else {
      grid.emit(builder_);
    }
  }

  void table_cell(XmlReader& reader, TableGrid& grid) {
    const int inside = reader.depth();
    std::string text;
    std::uint32_t columns = 1;
    bool continues = false;
    while (reader.depth() >= inside) {
      const Token token = reader.next();
      if (token == Token::done) break;
      if (token != Token::start) continue;
      const auto name = reader.name();
      if (name == "gridSpan")
        columns = static_cast<std::uint32_t>(std::max(1, std::atoi(reader.attribute("val").c_str())));
      else if (name == "vMerge") continues = reader.attribute("val") != "restart";
      else if (name != "tcPr") block(reader, &text);
    }
    if (continues) grid.continue_above(columns);
    else grid.cell(single_line(text), columns, 1);
  }

  const DocxStyles& styles_;
  ListNumbering& numbering_;
  DocumentBuilder& builder_;
  std::uint32_t page_ = 0;
  bool page_changes_after_ = false;
  bool run_is_bold_ = false;
  int tables_ = 0;
};

/// Notes, and headers and footers once each: they hold addresses, references and document numbers.
Result<void> write_side_parts(const ZipPackage& package, DocxWriter& writer) {
  std::set<std::string> seen;
  for (const auto& name : package.names()) {
    const bool wanted = name.starts_with("word/header") || name.starts_with("word/footer") ||
                        name == "word/footnotes.xml" || name == "word/endnotes.xml";
    if (!wanted || !name.ends_with(".xml")) continue;
    CAIRN_TRY(std::string xml, package.read_text(name));
    if (seen.insert(xml).second) CAIRN_CHECK(writer.write(xml));
  }
  return {};
}

}  // namespace

Result<void> extract_docx(const ZipPackage& package, DocumentBuilder& builder) {
  DocxStyles styles;
  ListNumbering numbering;
  if (const auto xml = package.read_text("word/styles.xml")) styles.load(*xml);
  if (const auto xml = package.read_text("word/numbering.xml")) numbering.load(*xml);
  read_core_title(package, builder);
  builder.take_title_from_heading();
  CAIRN_TRY(const std::string xml, package.read_text("word/document.xml"));
  DocxWriter writer(styles, numbering, builder);
  if (xml.find("lastRenderedPageBreak") != std::string::npos) writer.count_pages();
  CAIRN_CHECK(writer.write(xml));
  builder.set_pages(writer.page());
  const std::size_t mark = builder.nest_headings();
  CAIRN_CHECK(write_side_parts(package, writer));
  builder.restore_headings(mark);
  return {};
}

}  // namespace cairn::extraction
