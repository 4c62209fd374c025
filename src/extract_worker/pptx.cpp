#include <fmt/format.h>

#include <vector>

#include "extract_worker/package.h"
#include "extract_worker/table_grid.h"
#include "extract_worker/text_cleaning.h"
#include "extract_worker/xml_reader.h"

namespace cairn::extraction {
namespace {

using Token = XmlReader::Token;

/// Reads the shapes of a slide or of its notes (PresentationML and DrawingML, ECMA-376 part 1, 19 and 21).
class SlideWriter {
 public:
  SlideWriter(DocumentBuilder& builder, bool notes) : builder_(builder), notes_(notes) {}

  Result<void> write(std::string_view xml) {
    XmlReader reader(xml);
    for (Token token = reader.next(); token != Token::done && !builder_.full(); token = reader.next()) {
      if (token == Token::start) start(reader);
      else if (token == Token::end) end(reader.name());
    }
    if (!reader.error().empty())
      return fail(ErrorKind::invalid, fmt::format("the presentation cannot be read: {}", reader.error()));
    return {};
  }

 private:
  void start(XmlReader& reader) {
    const auto name = reader.name();
    if (name == "sp") placeholder_.clear();
    else if (name == "ph") placeholder_ = reader.has_attribute("type") ? reader.attribute("type") : "body";
    else if (name == "p") text_.clear(), list_level_ = 0;
    else if (name == "pPr") list_level_ = std::atoi(reader.attribute("lvl").c_str());
    else if (name == "t") text_ += reader.element_text();
    else if (name == "br") text_ += '\n';
    else if (name == "tab") text_ += ' ';
    else if (name == "tbl") in_table_ = true;
    else if (name == "tr") grid_.begin_row();
    else if (name == "tc") start_cell(reader);
    else if (name == "Fallback" || name == "tblPr") reader.skip_element();
  }

  void start_cell(XmlReader& reader) {
    cell_.clear();
    continues_above_ = reader.attribute("vMerge") == "1";
    continues_left_ = reader.attribute("hMerge") == "1";
    cell_columns_ = static_cast<std::uint32_t>(std::max(1, std::atoi(reader.attribute("gridSpan").c_str())));
  }

  void end(std::string_view name) {
    if (name == "p") in_table_ ? static_cast<void>(cell_ += text_ + " ") : emit();
    else if (name == "tc" && continues_above_) grid_.continue_above(1);
    else if (name == "tc" && !continues_left_) grid_.cell(single_line(cell_), cell_columns_, 1);
    else if (name == "tbl") grid_.emit(builder_), in_table_ = false;
  }

  void emit() {
    if (!has_visible_text(text_)) return;
    const std::string text = std::exchange(text_, {});
    if (placeholder_ == "sldNum" || placeholder_ == "dt" || placeholder_ == "ftr" || placeholder_ == "hdr") return;
    if (!notes_ && (placeholder_ == "title" || placeholder_ == "ctrTitle")) builder_.heading(1, text);
    else if (!notes_ && (placeholder_ == "body" || placeholder_ == "obj")) builder_.list_item("- " + text);
    else builder_.lines(text::BlockKind::paragraph, text);
  }

  DocumentBuilder& builder_;
  bool notes_;
  std::string placeholder_;
  std::string text_;
  int list_level_ = 0;
  TableGrid grid_;
  bool in_table_ = false;
  std::string cell_;
  std::uint32_t cell_columns_ = 1;
  bool continues_above_ = false;
  bool continues_left_ = false;
};

/// Parts of the slides in the order of the show.
std::vector<std::string> slide_parts(const ZipPackage& package, std::string_view presentation) {
  const auto targets = read_relationships(package, "ppt/presentation.xml");
  std::vector<std::string> parts;
  XmlReader reader(presentation);
  for (Token token = reader.next(); token != Token::done; token = reader.next()) {
    if (token != Token::start || reader.name() != "sldId") continue;
    const auto target = targets.find(reader.attribute("r:id"));
    if (target != targets.end() && package.has(target->second)) parts.push_back(target->second);
  }
  return parts;
}

Result<void> write_notes(const ZipPackage& package, const std::string& slide, DocumentBuilder& builder) {
  for (const auto& [id, target] : read_relationships(package, slide)) {
    if (target.find("notesSlide") == std::string::npos || !package.has(target)) continue;
    CAIRN_TRY(const std::string xml, package.read_text(target));
    CAIRN_CHECK(SlideWriter(builder, true).write(xml));
  }
  return {};
}

}  // namespace

Result<void> extract_pptx(const ZipPackage& package, DocumentBuilder& builder) {
  read_core_title(package, builder);
  builder.take_title_from_heading();
  CAIRN_TRY(const std::string presentation, package.read_text("ppt/presentation.xml"));
  std::uint32_t number = 0;
  for (const auto& part : slide_parts(package, presentation)) {
    builder.set_page(++number);
    CAIRN_TRY(const std::string xml, package.read_text(part));
    // A slide without a title does not belong to the one before.
    const std::size_t mark = builder.nest_headings();
    CAIRN_CHECK(SlideWriter(builder, false).write(xml));
    CAIRN_CHECK(write_notes(package, part, builder));
    builder.restore_headings(mark);
  }
  builder.set_pages(number);
  return {};
}

}  // namespace cairn::extraction
