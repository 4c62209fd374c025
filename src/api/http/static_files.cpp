#include "api/http/static_files.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <mutex>

#include "api/http/compress.h"
#include "api/http/text.h"
#include "base/sha256.h"

namespace cairn::http {
namespace {

constexpr std::size_t min_compressed_bytes = 1024;

std::string_view type_of(std::string_view path) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 18> types{{
      {"html", "text/html; charset=utf-8"},
      {"css", "text/css; charset=utf-8"},
      {"js", "text/javascript; charset=utf-8"},
      {"mjs", "text/javascript; charset=utf-8"},
      {"json", "application/json"},
      {"map", "application/json"},
      {"webmanifest", "application/manifest+json"},
      {"svg", "image/svg+xml"},
      {"png", "image/png"},
      {"jpg", "image/jpeg"},
      {"jpeg", "image/jpeg"},
      {"webp", "image/webp"},
      {"gif", "image/gif"},
      {"ico", "image/x-icon"},
      {"woff2", "font/woff2"},
      {"wasm", "application/wasm"},
      {"txt", "text/plain; charset=utf-8"},
      {"xml", "application/xml"},
  }};
  const auto dot = path.rfind('.');
  const auto suffix = dot == path.npos ? std::string_view{} : path.substr(dot + 1);
  const auto found = std::ranges::find(types, suffix, &std::pair<std::string_view, std::string_view>::first);
  return found == types.end() ? "application/octet-stream" : found->second;
}

/// A part of the file's name, between '-' or '.', of eight or more hexadecimal digits or letters with a digit among
/// them.
bool has_hash(std::string_view path) {
  auto name = path.substr(path.rfind('/') + 1);
  name = name.substr(0, name.rfind('.'));
  for (auto at = name.find_first_of("-."); at != name.npos; at = name.find_first_of("-.")) {
    name.remove_prefix(at + 1);
    const auto part = name.substr(0, name.find_first_of("-."));
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto fits = [&](char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || c == '_'; };
    if (part.size() >= 8 && std::ranges::all_of(part, fits) && std::ranges::any_of(part, is_digit)) return true;
  }
  return false;
}

}  // namespace

bool names_etag(std::string_view if_none_match, std::string_view etag) {
  const auto opaque = [](std::string_view tag) { return tag.starts_with("W/") ? tag.substr(2) : tag; };
  while (!if_none_match.empty()) {
    const auto tag = next_part(if_none_match, ',');
    if (tag == "*" || (!tag.empty() && opaque(tag) == opaque(etag))) return true;
  }
  return false;
}

struct StaticFiles::Entry {
  struct Compressed {
    std::once_flag made;
    std::string content;  // Empty: no smaller than the file.
  };

  std::string content, digest;
  std::string_view type;
  bool immutable = false;
  Compressed gzip, zstd;

  std::string_view content_in(Coding coding) {
    if (coding == Coding::none || content.size() < min_compressed_bytes || !is_compressible_type(type)) return {};
    auto& form = coding == Coding::zstd ? zstd : gzip;
    std::call_once(form.made, [&] {
      form.content = compressed(content, coding, Effort::kept);
      if (form.content.size() >= content.size()) form.content.clear();
    });
    return form.content;
  }
};

StaticFiles::StaticFiles(std::vector<File> files) {
  for (auto& file : files) {
    auto entry = std::make_unique<Entry>();
    entry->content = std::move(file.content);
    entry->digest = to_hex(Sha256::of(as_bytes(entry->content))).substr(0, 32);
    entry->type = type_of(file.path);
    entry->immutable = has_hash(file.path);
    entries_[std::move(file.path)] = std::move(entry);
  }
}

StaticFiles::~StaticFiles() = default;
StaticFiles::StaticFiles(StaticFiles&&) noexcept = default;

Result<StaticFiles> StaticFiles::from_folder(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(folder, error))
    return fail(ErrorKind::not_found, "There is no folder " + folder.string() + " to serve files from.");
  std::vector<File> files;
  fs::recursive_directory_iterator entries(folder, error);
  for (; !error && entries != fs::recursive_directory_iterator(); entries.increment(error)) {
    if (!entries->is_regular_file(error)) continue;
    std::ifstream in(entries->path(), std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(in), {}};
    if (!in) return fail(ErrorKind::unavailable, "The file " + entries->path().string() + " cannot be read.");
    files.push_back({entries->path().lexically_relative(folder).generic_string(), std::move(content)});
  }
  if (error)
    return fail(ErrorKind::unavailable, "The folder " + folder.string() + " cannot be read: " + error.message());
  return StaticFiles(std::move(files));
}

std::optional<Response> StaticFiles::reply(const Request& request, std::string_view path) const {
  if (path.starts_with('/')) path.remove_prefix(1);
  std::string name(path);
  if (name.empty() || name.ends_with('/')) name += "index.html";
  const auto found = entries_.find(name);
  if (found == entries_.end()) return std::nullopt;
  auto& entry = *found->second;

  Response response;
  auto coding = preferred_coding(request.headers.get("Accept-Encoding"));
  const auto smaller = entry.content_in(coding);
  if (smaller.empty()) coding = Coding::none;
  std::string etag = '"' + entry.digest;
  if (coding != Coding::none) etag.append("-").append(name_of(coding));
  etag += '"';
  response.content_type = entry.type;
  response.headers.add("ETag", etag);
  response.headers.add("Cache-Control", entry.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  response.headers.add("Vary", "Accept-Encoding");
  if (names_etag(request.headers.get("If-None-Match"), etag)) {
    response.status = 304;
    return response;
  }
  if (coding != Coding::none) response.headers.add("Content-Encoding", std::string(name_of(coding)));
  response.body = std::string(coding == Coding::none ? std::string_view(entry.content) : smaller);
  return response;
}

}  // namespace cairn::http
