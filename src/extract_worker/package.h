#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "extract_worker/document_builder.h"
#include "extract_worker/zip_package.h"

namespace cairn::extraction {

// The packages that extract_package tells apart; one source file each.
Result<void> extract_docx(const ZipPackage& package, DocumentBuilder& builder);
Result<void> extract_pptx(const ZipPackage& package, DocumentBuilder& builder);
Result<void> extract_xlsx(const ZipPackage& package, DocumentBuilder& builder);
/// ODT, ODS and ODP.
Result<void> extract_open_document(const ZipPackage& package, DocumentBuilder& builder);
Result<void> extract_epub(const ZipPackage& package, DocumentBuilder& builder);

/// Target of each relationship of a part, by id (ECMA-376 part 2, 9.3); targets are names within the package.
std::map<std::string, std::string> read_relationships(const ZipPackage& package, std::string_view part);
/// `target` as seen from the part `from`: "../media/x" resolved, within the package whatever it says.
std::string resolve_part(std::string_view from, std::string_view target);
/// Sets the title from docProps/core.xml.
void read_core_title(const ZipPackage& package, DocumentBuilder& builder);

}  // namespace cairn::extraction
