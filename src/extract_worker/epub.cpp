#include <fmt/format.h>

#include <map>
#include <vector>

#include "extract_worker/formats.h"
#include "extract_worker/package.h"
#include "extract_worker/xml_reader.h"

namespace cairn::extraction {
namespace {

using Token = XmlReader::Token;

/// Where the list of parts is (EPUB 3.3, 4.2.6.3).
Result<std::string> find_package_document(const ZipPackage& package) {
  CAIRN_TRY(const std::string xml, package.read_text("META-INF/container.xml"));
  XmlReader reader(xml);
  for (Token token = reader.next(); token != Token::done; token = reader.next())
    if (token == Token::start && reader.name() == "rootfile") return reader.attribute("full-path");
  return fail(ErrorKind::invalid, "the EPUB book is damaged: it does not say where its text is");
}

/// %20 and the like in names of parts.
std::string decode_percent(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string digits(text.substr(std::min(i + 1, text.size()), 2));
    char* end = nullptr;
    const long value = text[i] == '%' && digits.size() == 2 ? std::strtol(digits.c_str(), &end, 16) : 0;
    if (value > 0 && end == digits.c_str() + 2) {
      out += static_cast<char>(value);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// Chapters in reading order; sets the title on the way.
std::vector<std::string> read_spine(const std::string& part, std::string_view xml, DocumentBuilder& builder) {
  std::map<std::string, std::string> parts;
  std::vector<std::string> chapters;
  XmlReader reader(xml);
  for (Token token = reader.next(); token != Token::done; token = reader.next()) {
    if (token != Token::start) continue;
    if (reader.name() == "title") builder.set_title(reader.element_text());
    else if (reader.name() == "item" && reader.attribute("properties").find("nav") == std::string::npos)
      parts[reader.attribute("id")] = resolve_part(part, decode_percent(reader.attribute("href")));
    else if (reader.name() == "itemref" && parts.contains(reader.attribute("idref")))
      chapters.push_back(parts[reader.attribute("idref")]);
  }
  return chapters;
}

}  // namespace

Result<void> extract_epub(const ZipPackage& package, DocumentBuilder& builder) {
  if (package.has("META-INF/encryption.xml") && package.has("META-INF/rights.xml"))
    return fail(ErrorKind::invalid, "the book is protected against copying and cannot be read");
  CAIRN_TRY(const std::string part, find_package_document(package));
  CAIRN_TRY(const std::string xml, package.read_text(part));
  for (const auto& chapter : read_spine(part, xml, builder)) {
    if (!package.has(chapter)) continue;
    CAIRN_TRY(const std::string html, package.read_text(chapter));
    CAIRN_CHECK(extract_html(html, builder));
    if (builder.full()) break;
  }
  return {};
}

}  // namespace cairn::extraction
