#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "extract_worker/document_builder.h"

namespace cairn::extraction {

// One function a format. Each reads `content` whole and writes blocks to `builder`; an error is one sentence for the
// person who uploaded the file. Text formats take UTF-8 (see encoding.h); packages and PDF take bytes. Limits are the
// builder's. None keeps state between calls.

Result<void> extract_pdf(std::string_view content, DocumentBuilder& builder);
/// DOCX, PPTX, XLSX, ODT, ODS, ODP and EPUB: what the ZIP package says it is. `name` is for messages.
Result<void> extract_package(std::string_view content, std::string_view name, DocumentBuilder& builder);
Result<void> extract_html(std::string_view utf8, DocumentBuilder& builder);
/// Any XML: the text of its elements, one paragraph each.
Result<void> extract_xml(std::string_view utf8, DocumentBuilder& builder);
Result<void> extract_markdown(std::string_view utf8, DocumentBuilder& builder);
Result<void> extract_plain_text(std::string_view utf8, DocumentBuilder& builder);
Result<void> extract_source_code(std::string_view utf8, DocumentBuilder& builder);
/// `separator` 0: found from the content.
Result<void> extract_csv(std::string_view utf8, char separator, DocumentBuilder& builder);
Result<void> extract_json(std::string_view utf8, DocumentBuilder& builder);
Result<void> extract_json_lines(std::string_view utf8, DocumentBuilder& builder);
/// A message with its attachments, each through extract_into.
Result<void> extract_email(std::string_view bytes, std::uint32_t nesting, DocumentBuilder& builder);

/// A file of any kind into an open builder; `nesting` counts the files around it.
Result<void> extract_into(std::string_view content, std::string_view name, std::string_view media_type,
                          std::uint32_t nesting, DocumentBuilder& builder);

/// A whole file: what the worker does for each request.
Result<Document> extract_document(std::string_view content, std::string_view name, std::string_view media_type,
                                  const Limits& limits);

}  // namespace cairn::extraction
