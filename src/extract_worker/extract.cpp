#include <fmt/format.h>

#include "extract_worker/encoding.h"
#include "extract_worker/file_type.h"
#include "extract_worker/formats.h"
#include "extract_worker/text_cleaning.h"

namespace cairn::extraction {
namespace {

/// Control characters that text does not have, in percent of the first bytes.
int binary_percent(std::string_view utf8) {
  const std::string_view sample = utf8.substr(0, 64 * 1024);
  std::size_t strange = 0;
  for (const char c : sample) {
    const auto byte = static_cast<unsigned char>(c);
    strange += (byte < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b) || byte == 0x7f;
  }
  return sample.empty() ? 0 : static_cast<int>(strange * 100 / sample.size());
}

std::string_view media_type_of(FileType type) {
  switch (type) {
    case FileType::pdf: return "application/pdf";
    case FileType::html: return "text/html";
    case FileType::xml: return "application/xml";
    case FileType::markdown: return "text/markdown";
    case FileType::csv: return "text/csv";
    case FileType::json: return "application/json";
    case FileType::json_lines: return "application/x-ndjson";
    case FileType::email: return "message/rfc822";
    case FileType::source_code: return "text/x-source";
    default: return "text/plain";
  }
}

Result<void> extract_text_kind(FileType type, std::string_view utf8, std::string_view name, DocumentBuilder& builder) {
  switch (type) {
    case FileType::html: return extract_html(utf8, builder);
    case FileType::xml: return extract_xml(utf8, builder);
    case FileType::markdown: return extract_markdown(utf8, builder);
    case FileType::csv: return extract_csv(utf8, extension_of(name) == "tsv" ? '\t' : '\0', builder);
    case FileType::json: return extract_json(utf8, builder);
    case FileType::json_lines: return extract_json_lines(utf8, builder);
    case FileType::source_code: return extract_source_code(utf8, builder);
    default: return extract_plain_text(utf8, builder);
  }
}

/// Plain text that is far too long is refused before it is decoded: no encoding packs a character below one byte, and
/// three bytes of a legacy encoding make at least two of UTF-8.
bool is_hopelessly_long(FileType type, std::size_t bytes, const Limits& limits) {
  const bool plain =
      type == FileType::text || type == FileType::markdown || type == FileType::csv || type == FileType::source_code;
  return plain && bytes / 2 > limits.max_text_bytes;
}

}  // namespace

Result<void> extract_into(std::string_view content, std::string_view name, std::string_view media_type,
                          std::uint32_t nesting, DocumentBuilder& builder) {
  CAIRN_TRY(const FileType type, detect_type(content, name, media_type));
  if (nesting == 0 && type != FileType::zip_package) builder.set_media_type(media_type_of(type));
  if (type == FileType::pdf) return extract_pdf(content, builder);
  if (type == FileType::zip_package) return extract_package(content, name, builder);
  if (type == FileType::email) return extract_email(content, nesting, builder);
  if (is_hopelessly_long(type, content.size(), builder.limits()))
    return fail(ErrorKind::invalid,
                fmt::format("the text is longer than {} MB: split the file, or raise extract.max_text_mb",
                            builder.limits().max_text_bytes / 1'000'000));
  const bool markup = type == FileType::html || type == FileType::xml;
  const DecodedText decoded = decode_text(content, markup ? declared_in_markup(content) : std::string());
  if (binary_percent(decoded.utf8) > 20) return fail(ErrorKind::unsupported, "binary data of no known document format");
  return extract_text_kind(type, decoded.utf8, name, builder);
}

Result<Document> extract_document(std::string_view content, std::string_view name, std::string_view media_type,
                                  const Limits& limits) {
  DocumentBuilder builder(limits);
  CAIRN_CHECK(extract_into(content, name, media_type, 0, builder));
  return builder.finish();
}

}  // namespace cairn::extraction
