#include "extract_worker/file_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace cairn::extraction {
namespace {

struct Signature {
  std::size_t offset;
  std::string_view magic;
  std::string_view what;
};

using namespace std::string_view_literals;

/// Kinds of file that carry no text for us, by their first bytes (the "magic" database of file(1) documents them).
constexpr std::array kForeign = {
    Signature{0, "MZ"sv, "a Windows program"},
    Signature{0,
              "\x7f"sv
              "ELF"sv,
              "a program"},
    Signature{0, "\xcf\xfa\xed\xfe"sv, "a program"},
    Signature{0, "\x89PNG"sv, "an image"},
    Signature{0, "\xff\xd8\xff"sv, "an image"},
    Signature{0, "GIF8"sv, "an image"},
    Signature{0, "II*\0"sv, "an image"},
    Signature{0, "MM\0*"sv, "an image"},
    Signature{8, "WEBP"sv, "an image"},
    Signature{8, "AVI "sv, "a video"},
    Signature{8, "WAVE"sv, "a sound file"},
    Signature{4, "ftyp"sv, "a video or image"},
    Signature{0, "\x1a\x45\xdf\xa3"sv, "a video"},
    Signature{0, "ID3"sv, "a sound file"},
    Signature{0, "OggS"sv, "a sound file"},
    Signature{0, "fLaC"sv, "a sound file"},
    Signature{0, "\x1f\x8b"sv, "a gzip archive: unpack it first"},
    Signature{0, "BZh"sv, "a bzip2 archive: unpack it first"},
    Signature{0,
              "\xfd"
              "7zXZ"sv,
              "an xz archive: unpack it first"},
    Signature{0, "\x28\xb5\x2f\xfd"sv, "a zstd archive: unpack it first"},
    Signature{0, "7z\xbc\xaf"sv, "a 7-Zip archive: unpack it first"},
    Signature{0, "Rar!"sv, "a RAR archive: unpack it first"},
    Signature{257, "ustar"sv, "a tar archive: unpack it first"},
    Signature{0, "SQLite format 3"sv, "a database"},
    Signature{0, "{\\rtf"sv, "an RTF document, which is not supported: save it as .docx or PDF"},
    Signature{0, "%!PS"sv, "a PostScript file, which is not supported: convert it to PDF"},
    Signature{0, "wOFF"sv, "a font"},
    Signature{0, "\0asm"sv, "a program"},
};

struct Promise {
  std::string_view extension;
  std::string_view what;
};

/// Names that promise a binary format; anything else under them is a mistake worth telling.
constexpr std::array kPromises = {
    Promise{"pdf", "a PDF"},
    Promise{"docx", "a Word document"},
    Promise{"docm", "a Word document"},
    Promise{"pptx", "a presentation"},
    Promise{"pptm", "a presentation"},
    Promise{"xlsx", "a spreadsheet"},
    Promise{"xlsm", "a spreadsheet"},
    Promise{"odt", "an OpenDocument text"},
    Promise{"ods", "an OpenDocument spreadsheet"},
    Promise{"odp", "an OpenDocument presentation"},
    Promise{"epub", "an EPUB book"},
};

constexpr std::array kCodeExtensions = {
    "c"sv,     "h"sv,     "cc"sv,  "cpp"sv,   "hpp"sv,   "cxx"sv,  "hh"sv,  "cs"sv,   "java"sv, "kt"sv,
    "scala"sv, "go"sv,    "rs"sv,  "py"sv,    "rb"sv,    "php"sv,  "pl"sv,  "pm"sv,   "lua"sv,  "r"sv,
    "jl"sv,    "swift"sv, "m"sv,   "mm"sv,    "js"sv,    "mjs"sv,  "ts"sv,  "tsx"sv,  "jsx"sv,  "sh"sv,
    "bash"sv,  "zsh"sv,   "ps1"sv, "bat"sv,   "sql"sv,   "yaml"sv, "yml"sv, "toml"sv, "ini"sv,  "cfg"sv,
    "css"sv,   "scss"sv,  "vue"sv, "proto"sv, "cmake"sv, "make"sv, "mk"sv,  "zig"sv,  "hs"sv,   "ml"sv,
    "ex"sv,    "exs"sv,   "erl"sv, "clj"sv,   "dart"sv,  "vb"sv,   "f90"sv, "asm"sv,  "s"sv,    "tcl"sv,
};

bool contains_at(std::string_view content, const Signature& signature) {
  return content.size() >= signature.offset + signature.magic.size() &&
         content.substr(signature.offset, signature.magic.size()) == signature.magic;
}

std::string lower_head(std::string_view content) {
  std::string head(content.substr(0, 1024));
  if (head.starts_with("\xef\xbb\xbf")) head.erase(0, 3);
  // UTF-16 markup still shows its ASCII letters when the zero bytes are left out.
  std::erase(head, '\0');
  if (head.starts_with("\xff\xfe") || head.starts_with("\xfe\xff")) head.erase(0, 2);
  head.erase(0, std::min(head.find_first_not_of(" \t\r\n"), head.size()));
  std::ranges::transform(head, head.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return head;
}

/// Skips comments before the first tag.
bool looks_like_html(std::string_view head) {
  while (head.starts_with("<!--")) {
    const std::size_t end = head.find("-->");
    if (end == head.npos) return false;
    head.remove_prefix(end + 3);
    head.remove_prefix(std::min(head.find_first_not_of(" \t\r\n"), head.size()));
  }
  return head.starts_with("<!doctype html") || head.starts_with("<html") || head.starts_with("<head") ||
         head.starts_with("<body") || (head.starts_with("<?xml") && head.find("<html") != head.npos);
}

/// At least two header lines that mail programs always write, before the first empty line.
bool looks_like_email(std::string_view head) {
  int known = 0;
  for (std::size_t at = 0; at < head.size();) {
    const std::size_t end = std::min(head.find('\n', at), head.size());
    const std::string_view line = head.substr(at, end - at);
    if (line.empty() || line == "\r") break;
    for (std::string_view key : {"from:", "to:", "subject:", "date:", "received:", "message-id:", "mime-version:",
                                 "return-path:", "delivered-to:"})
      known += line.starts_with(key);
    if (line.find(':') == line.npos && line[0] != ' ' && line[0] != '\t') return false;
    at = end + 1;
  }
  return known >= 3 && (head.find("from:") != head.npos);
}

std::optional<FileType> by_extension(std::string_view extension) {
  if (extension == "html" || extension == "htm" || extension == "xhtml") return FileType::html;
  if (extension == "xml") return FileType::xml;
  if (extension == "md" || extension == "markdown" || extension == "mdown") return FileType::markdown;
  if (extension == "csv" || extension == "tsv" || extension == "tab") return FileType::csv;
  if (extension == "json") return FileType::json;
  if (extension == "jsonl" || extension == "ndjson") return FileType::json_lines;
  if (extension == "eml") return FileType::email;
  if (extension == "txt" || extension == "text" || extension == "log") return FileType::text;
  if (std::ranges::find(kCodeExtensions, extension) != kCodeExtensions.end()) return FileType::source_code;
  return std::nullopt;
}

std::optional<FileType> by_media_type(std::string_view media_type) {
  const std::string_view type = media_type.substr(0, media_type.find(';'));
  if (type == "text/html" || type == "application/xhtml+xml") return FileType::html;
  if (type == "text/markdown") return FileType::markdown;
  if (type == "text/csv" || type == "text/tab-separated-values") return FileType::csv;
  if (type == "application/json") return FileType::json;
  if (type == "application/x-ndjson" || type == "application/jsonl") return FileType::json_lines;
  if (type == "message/rfc822") return FileType::email;
  if (type == "application/xml" || type == "text/xml") return FileType::xml;
  return std::nullopt;
}

/// The old binary Office container also wraps Office files with a password.
Result<FileType> compound_file(std::string_view content) {
  constexpr std::string_view kEncrypted = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"sv;
  if (content.find(kEncrypted) != content.npos)
    return fail(ErrorKind::invalid, "the document is encrypted: remove the password and upload it again");
  return fail(ErrorKind::unsupported,
              "a document in the binary Office format of before 2007, which is not supported: save it as .docx, .xlsx "
              "or .pptx");
}

Result<FileType> broken_promise(std::string_view what, std::string_view extension, std::string_view instead) {
  if (instead.empty())
    return fail(ErrorKind::invalid, fmt::format("not {} although its name ends in .{}", what, extension));
  return fail(ErrorKind::invalid,
              fmt::format("not {} although its name ends in .{}: it is {}", what, extension, instead));
}

}  // namespace

std::string extension_of(std::string_view name) {
  const std::size_t slash = name.find_last_of("/\\");
  if (slash != name.npos) name.remove_prefix(slash + 1);
  const std::size_t dot = name.rfind('.');
  if (dot == name.npos || name.size() - dot > 12) return {};
  std::string extension(name.substr(dot + 1));
  std::ranges::transform(extension, extension.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension;
}

Result<FileType> detect_type(std::string_view content, std::string_view name, std::string_view media_type) {
  if (content.empty()) return fail(ErrorKind::invalid, "the file is empty");
  if (media_type.substr(0, media_type.find(';')) == "text/plain") return FileType::text;
  if (content.substr(0, 1024).find("%PDF-") != content.npos) return FileType::pdf;
  if (content.starts_with("PK\x03\x04") || content.starts_with("PK\x05\x06")) return FileType::zip_package;
  if (content.starts_with("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) return compound_file(content);

  const std::string extension = extension_of(name);
  const auto promise = std::ranges::find(kPromises, std::string_view(extension), &Promise::extension);
  for (const auto& signature : kForeign) {
    if (!contains_at(content, signature) || (signature.magic == "MZ" && content.find('\0') == content.npos)) continue;
    if (promise != kPromises.end()) return broken_promise(promise->what, extension, signature.what);
    return fail(ErrorKind::unsupported, fmt::format("not a document: it is {}", signature.what));
  }
  if (promise != kPromises.end()) return broken_promise(promise->what, extension, "");

  const std::string head = lower_head(content);
  if (looks_like_html(head)) return FileType::html;
  if (const auto type = by_media_type(media_type)) return *type;
  if (const auto type = by_extension(extension)) return *type;
  if (head.starts_with("<?xml")) return FileType::xml;
  if (looks_like_email(head)) return FileType::email;
  if (head.starts_with("{\"") || head.starts_with("[{") || head.starts_with("{\n")) return FileType::json;
  return FileType::text;
}

}  // namespace cairn::extraction
