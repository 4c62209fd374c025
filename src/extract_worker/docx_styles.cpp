#include "extract_worker/docx_styles.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "extract_worker/xml_reader.h"

namespace cairn::extraction {
namespace {

using Token = XmlReader::Token;

/// Styles that inherit from each other in a circle end here.
constexpr int kMaxInheritance = 20;

struct RawStyle {
  DocxStyle style;
  std::string based_on;
};

/// Names of built-in styles are English in the file whatever the language of Word (17.7.4.9).
void apply_name(std::string name, DocxStyle& style) {
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (name.starts_with("heading ") && name.size() == 9 && name[8] >= '1' && name[8] <= '9')
    style.outline_level = name[8] - '1';
  style.is_title = name == "title";
  style.is_quote = name == "quote" || name == "intense quote";
}

void inherit(DocxStyle& style, const DocxStyle& from) {
  if (style.outline_level < 0) style.outline_level = from.outline_level;
  if (style.num_id.empty()) style.num_id = from.num_id;
  if (style.list_level < 0) style.list_level = from.list_level;
  style.is_title = style.is_title || from.is_title;
  style.is_quote = style.is_quote || from.is_quote;
}

void read_property(const XmlReader& reader, RawStyle& raw) {
  const auto name = reader.name();
  if (name == "name") apply_name(reader.attribute("val"), raw.style);
  else if (name == "basedOn") raw.based_on = reader.attribute("val");
  else if (name == "outlineLvl") raw.style.outline_level = std::atoi(reader.attribute("val").c_str());
  else if (name == "numId") raw.style.num_id = reader.attribute("val");
  else if (name == "ilvl") raw.style.list_level = std::atoi(reader.attribute("val").c_str());
}

}  // namespace

void DocxStyles::load(std::string_view xml) {
  std::map<std::string, RawStyle> raw;
  XmlReader reader(xml);
  RawStyle* current = nullptr;
  for (Token token = reader.next(); token != Token::done; token = reader.next()) {
    if (token == Token::end && reader.name() == "style") current = nullptr;
    if (token != Token::start) continue;
    if (reader.name() == "style")
      current = reader.attribute("type") == "paragraph" ? &raw[reader.attribute("styleId")] : nullptr;
    else if (current != nullptr) read_property(reader, *current);
  }
  for (const auto& [id, own] : raw) {
    DocxStyle style = own.style;
    auto parent = raw.find(own.based_on);
    for (int i = 0; i < kMaxInheritance && parent != raw.end(); ++i) {
      inherit(style, parent->second.style);
      parent = raw.find(parent->second.based_on);
    }
    styles_.emplace(id, std::move(style));
  }
}

const DocxStyle& DocxStyles::find(const std::string& id) const {
  static const DocxStyle kPlain;
  const auto found = styles_.find(id);
  return found != styles_.end() ? found->second : kPlain;
}

}  // namespace cairn::extraction
