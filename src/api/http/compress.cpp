#include "api/http/compress.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <charconv>

#include "api/http/text.h"

namespace cairn::http {
namespace {

constexpr std::size_t min_bytes = 1024, max_bytes = 1 << 30;

/// The weight that Accept-Encoding gives to a coding (RFC 9110, section 12.5.3); 0: not wanted.
double weight_of(std::string_view accepted, std::string_view coding) {
  double any = 0;
  while (!accepted.empty()) {
    auto entry = next_part(accepted, ',');
    const auto name = next_part(entry, ';');
    double weight = 1;
    if (entry.size() > 2 && lower(entry[0]) == 'q' && entry[1] == '=') {
      const auto digits = entry.substr(2);
      if (std::from_chars(digits.data(), digits.data() + digits.size(), weight).ec != std::errc()) weight = 0;
      if (!(weight >= 0 && weight <= 1)) weight = 0;
    }
    if (equals_ignoring_case(name, coding)) return weight;
    if (name == "*") any = weight;
  }
  return any;
}

std::string zstd(std::string_view text, Effort effort) {
  std::string out;
  out.resize(ZSTD_compressBound(text.size()));
  const auto size = ZSTD_compress(out.data(), out.size(), text.data(), text.size(), effort == Effort::once ? 1 : 15);
  out.resize(ZSTD_isError(size) ? 0 : size);
  return out;
}

std::string gzip(std::string_view text, Effort effort) {
  z_stream stream{};
  constexpr int gzip_window = 15 + 16, memory_level = 8;
  const int level = effort == Effort::once ? 2 : 9;
  if (deflateInit2(&stream, level, Z_DEFLATED, gzip_window, memory_level, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out;
  out.resize(deflateBound(&stream, text.size()));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool whole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(whole ? stream.total_out : 0);
  deflateEnd(&stream);
  return out;
}

/// A strong ETag names exact bytes, which are others now.
void weaken_etag(Headers& headers) {
  const auto tag = headers.get("ETag");
  if (!tag.starts_with('"')) return;
  Headers weakened;
  for (const auto& [name, value] : headers.all())
    weakened.add(name, equals_ignoring_case(name, "ETag") ? "W/" + value : value);
  headers = std::move(weakened);
}

bool may_be_compressed(const Response& response) {
  const auto* text = std::get_if<std::string>(&response.body);
  return text && text->size() >= min_bytes && text->size() < max_bytes && response.status != 206 &&
         is_compressible_type(response.content_type) && !response.headers.has("Content-Encoding");
}

}  // namespace

bool is_compressible_type(std::string_view type) {
  type = trimmed(type.substr(0, type.find(';')));
  return type.starts_with("text/") || type.ends_with("json") || type.ends_with("xml") || type.ends_with("javascript") ||
         type == "application/wasm" || type == "application/x-ndjson";
}

Coding preferred_coding(std::string_view accepted) {
  const auto zstd_weight = weight_of(accepted, "zstd"), gzip_weight = weight_of(accepted, "gzip");
  if (zstd_weight <= 0 && gzip_weight <= 0) return Coding::none;
  return zstd_weight >= gzip_weight ? Coding::zstd : Coding::gzip;
}

std::string compressed(std::string_view text, Coding coding, Effort effort) {
  if (coding == Coding::none || text.size() >= max_bytes) return {};
  return coding == Coding::zstd ? zstd(text, effort) : gzip(text, effort);
}

bool is_compressible(const Request& request, const Response& response) {
  return may_be_compressed(response) && request.headers.has("Accept-Encoding");
}

void compress(const Request& request, Response& response) {
  if (!may_be_compressed(response)) return;
  response.headers.add("Vary", "Accept-Encoding");
  const auto coding = preferred_coding(request.headers.get("Accept-Encoding"));
  if (coding == Coding::none) return;
  auto& text = std::get<std::string>(response.body);
  auto smaller = compressed(text, coding, Effort::once);
  if (smaller.empty() || smaller.size() >= text.size()) return;
  text = std::move(smaller);
  response.headers.add("Content-Encoding", std::string(name_of(coding)));
  weaken_etag(response.headers);
}

}  // namespace cairn::http
