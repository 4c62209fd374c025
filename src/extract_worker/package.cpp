#include "extract_worker/package.h"

#include <fmt/format.h>

#include <vector>

#include "extract_worker/file_type.h"
#include "extract_worker/formats.h"
#include "extract_worker/xml_reader.h"

namespace cairn::extraction {
namespace {

using Token = XmlReader::Token;
using Extractor = Result<void> (*)(const ZipPackage&, DocumentBuilder&);

struct PackageKind {
  std::string_view extension;
  std::string_view media_type;
  Extractor extract;
};

constexpr PackageKind kWord = {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                               extract_docx};
constexpr PackageKind kSlides = {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation",
                                 extract_pptx};
constexpr PackageKind kSheets = {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                                 extract_xlsx};
constexpr PackageKind kOpenText = {"odt", "application/vnd.oasis.opendocument.text", extract_open_document};
constexpr PackageKind kOpenSheets = {"ods", "application/vnd.oasis.opendocument.spreadsheet", extract_open_document};
constexpr PackageKind kOpenSlides = {"odp", "application/vnd.oasis.opendocument.presentation", extract_open_document};
constexpr PackageKind kBook = {"epub", "application/epub+zip", extract_epub};

const PackageKind* kind_of(const ZipPackage& package) {
  if (package.has("word/document.xml")) return &kWord;
  if (package.has("ppt/presentation.xml")) return &kSlides;
  if (package.has("xl/workbook.xml")) return &kSheets;
  if (package.has("META-INF/container.xml") && !package.has("content.xml")) return &kBook;
  if (!package.has("content.xml")) return nullptr;
  const auto type = package.read("mimetype");
  if (type && type->find("spreadsheet") != std::string::npos) return &kOpenSheets;
  if (type && type->find("presentation") != std::string::npos) return &kOpenSlides;
  return &kOpenText;
}

bool is_package_extension(const std::string& extension) {
  for (const auto* kind : {&kWord, &kSlides, &kSheets, &kOpenText, &kOpenSheets, &kOpenSlides, &kBook})
    if (extension == kind->extension) return true;
  return false;
}

}  // namespace

std::string resolve_part(std::string_view from, std::string_view target) {
  std::vector<std::string_view> parts;
  const auto add = [&](std::string_view path) {
    while (!path.empty()) {
      const std::size_t slash = std::min(path.find('/'), path.size());
      const std::string_view part = path.substr(0, slash);
      if (part == "..") {
        if (!parts.empty()) parts.pop_back();
      } else if (!part.empty() && part != ".") {
        parts.push_back(part);
      }
      path.remove_prefix(std::min(slash + 1, path.size()));
    }
  };
  const std::size_t slash = from.rfind('/');
  if (!target.starts_with('/') && slash != from.npos) add(from.substr(0, slash));
  add(target);
  std::string out;
  for (const auto part : parts) {
    if (!out.empty()) out += '/';
    out += part;
  }
  return out;
}

std::map<std::string, std::string> read_relationships(const ZipPackage& package, std::string_view part) {
  std::map<std::string, std::string> targets;
  const std::size_t slash = part.rfind('/');
  const std::string folder(slash == part.npos ? "" : part.substr(0, slash + 1));
  const std::string_view file = slash == part.npos ? part : part.substr(slash + 1);
  const auto xml = package.read_text(fmt::format("{}_rels/{}.rels", folder, file));
  if (!xml) return targets;
  XmlReader reader(*xml);
  for (Token token = reader.next(); token != Token::done; token = reader.next())
    if (token == Token::start && reader.name() == "Relationship" && reader.attribute("TargetMode") != "External")
      targets[reader.attribute("Id")] = resolve_part(part, reader.attribute("Target"));
  return targets;
}

void read_core_title(const ZipPackage& package, DocumentBuilder& builder) {
  const auto xml = package.read_text("docProps/core.xml");
  if (!xml) return;
  XmlReader reader(*xml);
  for (Token token = reader.next(); token != Token::done; token = reader.next()) {
    if (token != Token::start || reader.name() != "title") continue;
    builder.set_title(reader.element_text());
    return;
  }
}

Result<void> extract_package(std::string_view content, std::string_view name, DocumentBuilder& builder) {
  CAIRN_TRY(const ZipPackage package, ZipPackage::open(content, builder.limits()));
  const PackageKind* kind = kind_of(package);
  if (kind == nullptr) {
    const std::string extension = extension_of(name);
    if (is_package_extension(extension))
      return fail(
          ErrorKind::invalid,
          fmt::format("not a document although its name ends in .{}: it is a ZIP archive of other files", extension));
    return fail(ErrorKind::unsupported, "a ZIP archive is not a document: unpack it first");
  }
  builder.set_media_type(kind->media_type);
  return kind->extract(package, builder);
}

}  // namespace cairn::extraction
