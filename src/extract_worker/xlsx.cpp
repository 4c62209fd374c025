#include <fmt/format.h>

#include <map>
#include <vector>

#include "extract_worker/number_format.h"
#include "extract_worker/package.h"
#include "extract_worker/text_cleaning.h"
#include "extract_worker/xml_reader.h"

namespace cairn::extraction {
namespace {

using Token = XmlReader::Token;

/// Excel's own limit on columns; a cell reference beyond it is not trusted.
constexpr std::size_t kMaxColumns = 16'384;
/// Empty cells between two values that are still written out to keep columns aligned.
constexpr std::size_t kMaxGap = 50;

/// Texts that cells refer to by number; phonetic hints are left out.
std::vector<std::string> read_shared_strings(std::string_view xml) {
  std::vector<std::string> strings;
  XmlReader reader(xml);
  for (Token token = reader.next(); token != Token::done; token = reader.next()) {
    if (token != Token::start) continue;
    if (reader.name() == "si") strings.emplace_back();
    else if (reader.name() == "rPh") reader.skip_element();
    else if (reader.name() == "t" && !strings.empty()) strings.back() += reader.element_text();
  }
  return strings;
}

/// Number style of each cell format of xl/styles.xml.
std::vector<NumberStyle> read_styles(std::string_view xml) {
  std::map<int, NumberStyle> custom;
  std::vector<NumberStyle> styles;
  bool in_cell_formats = false;
  XmlReader reader(xml);
  for (Token token = reader.next(); token != Token::done; token = reader.next()) {
    if (reader.name() == "cellXfs" && token != Token::text) in_cell_formats = token == Token::start;
    if (token != Token::start) continue;
    if (reader.name() == "numFmt") {
      custom[std::atoi(reader.attribute("numFmtId").c_str())] = style_of_format(reader.attribute("formatCode"));
    } else if (reader.name() == "xf" && in_cell_formats) {
      const int id = std::atoi(reader.attribute("numFmtId").c_str());
      const auto found = custom.find(id);
      styles.push_back(found != custom.end() ? found->second : style_of_builtin(id));
    }
  }
  return styles;
}

struct Workbook {
  std::vector<std::string> strings;
  std::vector<NumberStyle> styles;
  bool dates_from_1904 = false;
};

/// "BC12" is column 54, counted from 0.
std::size_t column_of(const std::string& reference) {
  std::size_t column = 0;
  for (const char c : reference) {
    if (c < 'A' || c > 'Z') break;
    column = column * 26 + static_cast<std::size_t>(c - 'A' + 1);
    if (column > kMaxColumns) return kMaxColumns;
  }
  return column == 0 ? kMaxColumns : column - 1;
}

class SheetWriter {
 public:
  SheetWriter(const Workbook& workbook, DocumentBuilder& builder) : workbook_(workbook), builder_(builder) {}

  Result<void> write(std::string_view xml) {
    XmlReader reader(xml);
    for (Token token = reader.next(); token != Token::done && !builder_.full(); token = reader.next()) {
      if (token == Token::start && reader.name() == "c") cell(reader);
      else if (token == Token::end && reader.name() == "row") end_row();
    }
    if (!reader.error().empty())
      return fail(ErrorKind::invalid, fmt::format("the spreadsheet cannot be read: {}", reader.error()));
    return {};
  }

 private:
  void cell(XmlReader& reader) {
    const std::string type = reader.attribute("t");
    const std::string style = reader.attribute("s");
    std::size_t column = reader.has_attribute("r") ? column_of(reader.attribute("r")) : cells_.size();
    std::string value;
    const int inside = reader.depth();
    while (reader.depth() >= inside) {
      const Token token = reader.next();
      if (token == Token::done) break;
      if (token != Token::start) continue;
      if (reader.name() == "v" || reader.name() == "t") value += reader.element_text();
      else if (reader.name() == "f" || reader.name() == "rPh") reader.skip_element();
    }
    value = shown(value, type, style);
    if (value.empty()) return;
    if (column < cells_.size()) column = cells_.size();
    if (column - cells_.size() > kMaxGap) column = cells_.size() + kMaxGap;
    cells_.resize(column);
    cells_.push_back(std::move(value));
  }

  std::string shown(const std::string& value, const std::string& type, const std::string& style) const {
    if (type == "s") {
      const auto index = static_cast<std::size_t>(std::strtoull(value.c_str(), nullptr, 10));
      return index < workbook_.strings.size() ? workbook_.strings[index] : std::string();
    }
    if (type == "b") return value == "1" ? "TRUE" : "FALSE";
    if (type == "str" || type == "inlineStr" || type == "e" || type == "d") return value;
    const auto index = static_cast<std::size_t>(std::strtoull(style.c_str(), nullptr, 10));
    const NumberStyle number_style = index < workbook_.styles.size() ? workbook_.styles[index] : NumberStyle::general;
    return show_number(value, number_style, workbook_.dates_from_1904);
  }

  void end_row() {
    builder_.row(cells_);
    cells_.clear();
  }

  const Workbook& workbook_;
  DocumentBuilder& builder_;
  std::vector<std::string> cells_;
};

}  // namespace

Result<void> extract_xlsx(const ZipPackage& package, DocumentBuilder& builder) {
  read_core_title(package, builder);
  const auto targets = read_relationships(package, "xl/workbook.xml");
  Workbook workbook;
  if (const auto xml = package.read_text("xl/sharedStrings.xml")) workbook.strings = read_shared_strings(*xml);
  if (const auto xml = package.read_text("xl/styles.xml")) workbook.styles = read_styles(*xml);
  CAIRN_TRY(const std::string xml, package.read_text("xl/workbook.xml"));
  XmlReader reader(xml);
  std::uint32_t number = 0;
  for (Token token = reader.next(); token != Token::done; token = reader.next()) {
    if (token != Token::start) continue;
    if (reader.name() == "workbookPr")
      workbook.dates_from_1904 = reader.attribute("date1904") == "1" || reader.attribute("date1904") == "true";
    if (reader.name() != "sheet") continue;
    const auto target = targets.find(reader.attribute("r:id"));
    if (target == targets.end() || !package.has(target->second)) continue;
    builder.set_page(++number);
    CAIRN_TRY(const std::string sheet, package.read_text(target->second));
    builder.heading(1, reader.attribute("name"));
    CAIRN_CHECK(SheetWriter(workbook, builder).write(sheet));
  }
  builder.set_pages(number);
  return {};
}

}  // namespace cairn::extraction
