#include <fmt/format.h>

#include "extract_worker/formats.h"
#include "extract_worker/text_cleaning.h"
#include "extract_worker/xml_reader.h"

namespace cairn::extraction {

Result<void> extract_xml(std::string_view utf8, DocumentBuilder& builder) {
  // An element whose text is not split by other elements is a paragraph; so is text between elements.
  XmlReader reader(utf8);
  std::string text;
  for (auto token = reader.next(); token != XmlReader::Token::done && !builder.full(); token = reader.next()) {
    if (token == XmlReader::Token::text) {
      text += reader.text();
      continue;
    }
    builder.paragraph(text);
    text.clear();
  }
  if (!reader.error().empty())
    return fail(ErrorKind::invalid, fmt::format("the XML cannot be read: {}", reader.error()));
  return {};
}

}  // namespace cairn::extraction
