#include "api/routes/document_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "api/routes/upload_entry.h"

namespace cairn::routes {
namespace {

class BlobSource final : public http::BodySource {
 public:
  BlobSource(BlobView view, ByteRange range) : view_(std::move(view)), range_(range) {}

  Result<std::size_t> read(std::span<char> out) override {
    const Bytes left = view_.bytes().subspan(range_.first, range_.last + 1 - range_.first);
    const std::size_t count = std::min(out.size(), left.size());
    std::memcpy(out.data(), left.data(), count);
    range_.first += count;
    if (range_.first - let_go_ >= kept_bytes) let_go();
    return count;
  }

 private:
  /// What was sent is not needed again.
  void let_go() {
    view_.let_go(view_.bytes().subspan(let_go_, range_.first - let_go_));
    let_go_ = range_.first;
  }

  static constexpr std::uint64_t kept_bytes = 4 << 20;
  BlobView view_;
  ByteRange range_;                      ///< What is still to be sent.
  std::uint64_t let_go_ = range_.first;  ///< Everything before is let go.
};

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Whether a list of entity tags names this one, or all.
bool names(std::string_view list, const std::string& tag) {
  return list == "*" || list.find(tag) != std::string_view::npos;
}

bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';
}

void describe_file(const Document& document, http::Response& response) {
  const std::string& given = document.facts.file_name;
  const std::string name = safe_file_name(given.empty() ? document.external_id : given);
  response.headers.add("Content-Disposition", attachment_disposition(name));
  response.headers.add("Content-Security-Policy", "sandbox; default-src 'none'");
  response.headers.add("Cache-Control", "private, no-cache");
  response.headers.add("ETag", '"' + document.content_hash.value() + '"');
  response.headers.add("Accept-Ranges", "bytes");
  const std::string& type = document.facts.media_type;
  const bool is_sound = type.find('/') != std::string::npos &&
                        std::ranges::all_of(type, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
  response.content_type = is_sound ? type : "application/octet-stream";
}

}  // namespace

std::string attachment_disposition(const std::string& file_name) {
  const std::string name = file_name.empty() ? "document" : file_name;
  std::string ascii, full;
  for (const char c : name) {
    ascii.push_back(is_plain(c) || c == ' ' ? c : '_');
    if (is_plain(c)) full.push_back(c);
    else full += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return "attachment; filename=\"" + ascii + "\"; filename*=UTF-8''" + full;
}

RangeChoice choose_range(std::string_view header, std::uint64_t size) {
  constexpr std::string_view unit = "bytes=";
  if (!header.starts_with(unit) || header.find(',') != std::string_view::npos) return {};
  header.remove_prefix(unit.size());
  const std::size_t dash = header.find('-');
  if (dash == std::string_view::npos) return {};
  const auto first = number(header.substr(0, dash)), last = number(header.substr(dash + 1));
  if (dash == 0) {
    if (!last) return {};
    if (*last == 0 || size == 0) return {.kind = RangeChoice::Kind::unsatisfiable};
    return {RangeChoice::Kind::part, {size - std::min(*last, size), size - 1}};
  }
  const bool is_open = dash + 1 == header.size();
  if (!first || (!last && !is_open) || (last && *last < *first)) return {};
  if (*first >= size) return {.kind = RangeChoice::Kind::unsatisfiable};
  return {RangeChoice::Kind::part, {*first, last ? std::min(*last, size - 1) : size - 1}};
}

Result<http::Response> document_file(const Services& services, const http::Request& request, const Document& document) {
  http::Response response;
  describe_file(document, response);
  const std::string tag = '"' + document.content_hash.value() + '"';
  if (names(request.headers.get("If-None-Match"), tag)) {
    response.status = 304;
    response.content_type.clear();
    return response;
  }
  CAIRN_TRY(BlobView view, services.blobs.open(document.content_hash));
  const std::uint64_t size = view.bytes().size();
  const std::string_view if_range = request.headers.get("If-Range");
  const bool may_be_part = if_range.empty() || if_range == tag;
  const RangeChoice choice = choose_range(may_be_part ? request.headers.get("Range") : "", size);
  if (choice.kind == RangeChoice::Kind::unsatisfiable) {
    response.status = 416;
    response.content_type.clear();
    response.headers.add("Content-Range", "bytes */" + std::to_string(size));
    return response;
  }
  ByteRange range{0, size - 1};  // Of an empty file: one before its first byte, which is none.
  if (choice.kind == RangeChoice::Kind::part) {
    range = choice.range;
    response.status = 206;
    response.headers.add("Content-Range", fmt::format("bytes {}-{}/{}", range.first, range.last, size));
  }
  const std::uint64_t bytes = range.last + 1 - range.first;
  response.body = http::FileBody{std::make_unique<BlobSource>(std::move(view), range), bytes};
  return response;
}

}  // namespace cairn::routes
