#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "extract_worker/package.h"
#include "extract_worker/table_grid.h"
#include "extract_worker/text_cleaning.h"
#include "extract_worker/xml_reader.h"

namespace cairn::extraction {
namespace {

using Token = XmlReader::Token;

/// Repetition that a spreadsheet uses to fill its empty rest; more is never content.
constexpr int kMaxRepeat = 50;

std::uint32_t count_of(const XmlReader& reader, std::string_view attribute, int most) {
  return static_cast<std::uint32_t>(std::clamp(std::atoi(reader.attribute(attribute).c_str()), 1, most));
}

/// Reads content.xml of OpenDocument files (OASIS OpenDocument 1.3, parts 3.4 to 3.9) as a stream.
class OpenDocumentWriter {
 public:
  explicit OpenDocumentWriter(DocumentBuilder& builder) : builder_(builder) {}

  Result<void> write(std::string_view xml) {
    XmlReader reader(xml);
    for (Token token = reader.next(); token != Token::done && !builder_.full(); token = reader.next()) {
      if (token == Token::start) start(reader);
      else if (token == Token::end) end(reader.name());
    }
    if (!reader.error().empty())
      return fail(ErrorKind::invalid, fmt::format("the document cannot be read: {}", reader.error()));
    return {};
  }

  std::uint32_t pages() const { return pages_; }

 private:
  void start(XmlReader& reader) {
    const auto name = reader.name();
    if (name == "p" || name == "h") text_block(reader);
    else if (name == "list") ++lists_;
    else if (name == "list-item" && lists_ > 0) item_pending_ = true;
    else if (name == "page") builder_.set_page(++pages_);
    else if (name == "table") start_table(reader);
    else if (name == "table-row") start_row(reader);
    else if (name == "table-cell" || name == "covered-table-cell") start_cell(reader);
    else if (name == "tracked-changes" || name == "annotation" || name == "automatic-styles" || name == "scripts")
      reader.skip_element();
  }

  void end(std::string_view name) {
    if (name == "list") --lists_;
    else if (name == "table-cell" || name == "covered-table-cell") end_cell();
    else if (name == "table") end_table();
  }

  /// A paragraph or heading, read to its end.
  void text_block(XmlReader& reader) {
    const bool heading = reader.name() == "h";
    const int level = static_cast<int>(count_of(reader, "outline-level", 9));
    const bool title = reader.attribute("style-name") == "Title";
    const std::string text = inline_text(reader);
    if (tables_ > 0) {
      if (!cell_.empty()) cell_ += ' ';
      cell_ += text;
    } else if (heading || title) {
      if (title) builder_.set_title(text);
      builder_.heading(title ? 0 : level, text);
    } else if (lists_ > 0) {
      builder_.list_item((std::exchange(item_pending_, false) ? "- " : "") + text);
    } else {
      builder_.lines(text::BlockKind::paragraph, text);
    }
  }

  static std::string inline_text(XmlReader& reader) {
    std::string out;
    const int inside = reader.depth();
    while (reader.depth() >= inside) {
      const Token token = reader.next();
      if (token == Token::done) break;
      if (token == Token::text) {
        for (const char c : reader.text()) out += c == '\n' || c == '\t' || c == '\r' ? ' ' : c;
      } else if (token == Token::start) {
        const auto name = reader.name();
        if (name == "s" || name == "tab") out += ' ';
        else if (name == "line-break") out += '\n';
        else if (name == "annotation" || name == "ruby-text" || name == "note-citation") reader.skip_element();
        else if (name == "note-body") out += ' ';
      }
    }
    return out;
  }

  void start_table(XmlReader& reader) {
    if (++tables_ > 1) return;
    // The sheets of a spreadsheet are tables with the name that people see.
    if (spreadsheet_) {
      builder_.set_page(++pages_);
      builder_.heading(1, reader.attribute("name"));
    }
  }

  void start_row(XmlReader& reader) {
    if (tables_ == 1) grid_.begin_row();
    static_cast<void>(reader);
  }

  void start_cell(XmlReader& reader) {
    if (tables_ != 1) return;
    cell_.clear();
    covered_ = reader.name() == "covered-table-cell";
    columns_ = count_of(reader, "number-columns-spanned", 64);
    rows_ = count_of(reader, "number-rows-spanned", 1000);
    repeat_ = count_of(reader, "number-columns-repeated", kMaxRepeat);
  }

  void end_cell() {
    if (tables_ != 1) return;
    // Covered cells are placed by the span that covers them.
    if (!covered_)
      for (std::uint32_t i = 0; i < repeat_; ++i) grid_.cell(single_line(cell_), columns_, rows_);
    cell_.clear();
  }

  void end_table() {
    if (--tables_ == 0) grid_.emit(builder_);
  }

 public:
  void expect_spreadsheet() { spreadsheet_ = true; }

 private:
  DocumentBuilder& builder_;
  TableGrid grid_;
  std::string cell_;
  std::uint32_t columns_ = 1;
  std::uint32_t rows_ = 1;
  std::uint32_t repeat_ = 1;
  std::uint32_t pages_ = 0;
  int lists_ = 0;
  int tables_ = 0;
  bool covered_ = false;
  bool item_pending_ = false;
  bool spreadsheet_ = false;
};

/// An encrypted document says so in its list of parts (part 2, 4.8).
bool is_encrypted(const ZipPackage& package) {
  const auto manifest = package.read_text("META-INF/manifest.xml");
  return manifest && manifest->find("encryption-data") != std::string::npos;
}

void read_title(const ZipPackage& package, DocumentBuilder& builder) {
  const auto xml = package.read_text("meta.xml");
  if (!xml) return;
  XmlReader reader(*xml);
  for (Token token = reader.next(); token != Token::done; token = reader.next())
    if (token == Token::start && reader.name() == "title") return builder.set_title(reader.element_text());
}

}  // namespace

Result<void> extract_open_document(const ZipPackage& package, DocumentBuilder& builder) {
  if (is_encrypted(package))
    return fail(ErrorKind::invalid, "the document is encrypted: remove the password and upload it again");
  read_title(package, builder);
  CAIRN_TRY(const std::string xml, package.read_text("content.xml"));
  OpenDocumentWriter writer(builder);
  const auto type = package.read("mimetype");
  if (type && type->find("spreadsheet") != std::string::npos) writer.expect_spreadsheet();
  else builder.take_title_from_heading();
  CAIRN_CHECK(writer.write(xml));
  builder.set_pages(writer.pages());
  return {};
}

}  // namespace cairn::extraction
