#include "adapters/extract/wire.h"

#include <cstring>
#include <type_traits>
#include <vector>

#include "base/utf8.h"

namespace cairn::extract {
namespace {

constexpr std::size_t kMaxMessage = 2000;
constexpr std::size_t kMaxHeading = 4000;

template <class Number>
void put(std::string& out, Number value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put_string(std::string& out, std::string_view value) {
  put<std::uint64_t>(out, value.size());
  out += value;
}

/// Reads fields front to back; after the first that does not fit, all are empty and ok() is false.
class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes) : rest_(bytes) {}

  template <class Number>
  Number number() {
    static_assert(std::is_unsigned_v<Number>);
    Number value = 0;
    if (rest_.size() < sizeof value) {
      ok_ = false;
      return 0;
    }
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
    return value;
  }

  std::string_view string(std::uint64_t most) {
    const auto size = number<std::uint64_t>();
    if (size > most || size > rest_.size()) ok_ = false;
    if (!ok_) return {};
    const auto value = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return value;
  }

  /// Well-formed text.
  std::string text(std::uint64_t most) {
    const auto value = string(most);
    ok_ = ok_ && utf8::is_valid(value);
    return ok_ ? std::string(value) : std::string();
  }

  /// A count of things that take at least `bytes_each`.
  std::uint32_t count(std::size_t bytes_each) {
    const auto value = number<std::uint32_t>();
    if (value > rest_.size() / bytes_each) ok_ = false;
    return ok_ ? value : 0;
  }

  void refuse() { ok_ = false; }
  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

using Paths = std::vector<std::vector<std::string>>;

Paths read_paths(FieldReader& reader) {
  Paths paths(reader.count(sizeof(std::uint32_t)));
  for (auto& path : paths) {
    const auto parts = reader.count(sizeof(std::uint64_t));
    for (std::uint32_t i = 0; i < parts && reader.ok(); ++i) path.push_back(reader.text(kMaxHeading));
  }
  return paths;
}

constexpr std::size_t kBlockBytes = 4 + 4 + 1 + 4 + 4;

void read_blocks(FieldReader& reader, const Paths& paths, std::size_t code_points, std::vector<text::Block>& blocks) {
  const auto count = reader.count(kBlockBytes);
  blocks.reserve(count);
  std::uint32_t reached = 0;
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    text::Block block;
    block.span.start = reader.number<std::uint32_t>();
    block.span.end = reader.number<std::uint32_t>();
    const auto kind = reader.number<std::uint8_t>();
    block.page = reader.number<std::uint32_t>();
    const auto path = reader.number<std::uint32_t>();
    const bool in_order =
        block.span.start >= reached && block.span.end > block.span.start && block.span.end <= code_points;
    if (!reader.ok() || !in_order || kind > static_cast<std::uint8_t>(text::BlockKind::quote) || path >= paths.size())
      return reader.refuse();
    block.kind = static_cast<text::BlockKind>(kind);
    block.heading_path = paths[path];
    reached = block.span.end;
    blocks.push_back(std::move(block));
  }
}

std::unexpected<Error> nonsense() {
  return fail(ErrorKind::internal, "the extraction program sent an answer that makes no sense");
}

Result<Reply> decode_verdict(FieldReader& reader, std::uint64_t peak_memory_kb) {
  const auto kind = reader.number<std::uint8_t>();
  std::string message = reader.text(kMaxMessage);
  const bool known = kind == static_cast<std::uint8_t>(ErrorKind::invalid) ||
                     kind == static_cast<std::uint8_t>(ErrorKind::unsupported);
  if (!reader.ok() || !reader.at_end() || message.empty()) return nonsense();
  // The child may only judge documents; it has no say in how the parent treats its own failures.
  const ErrorKind judged = known ? static_cast<ErrorKind>(kind) : ErrorKind::invalid;
  return Reply{fail(judged, std::move(message)), peak_memory_kb};
}

}  // namespace

std::string encode_request_head(const ExtractRequest& request, const RequestLimits& limits) {
  std::string out;
  put(out, kRequestMagic);
  put_string(out, request.file_name);
  put_string(out, request.media_type);
  put(out, limits.max_text_bytes);
  put(out, limits.max_expanded_bytes);
  put(out, limits.max_expansion_ratio);
  put(out, limits.cpu_seconds);
  put<std::uint64_t>(out, request.content.size());
  return out;
}

Result<std::uint64_t> read_reply_header(std::string_view header, std::uint64_t most) {
  FieldReader reader(header);
  const auto magic = reader.number<std::uint32_t>();
  const auto length = reader.number<std::uint64_t>();
  if (!reader.ok() || magic != kReplyMagic || length > most) return nonsense();
  return length;
}

Result<Reply> decode_reply(std::string_view body, std::uint64_t max_text_bytes) {
  FieldReader reader(body);
  const auto peak_memory_kb = reader.number<std::uint64_t>();
  const auto status = reader.number<std::uint8_t>();
  if (status == 1) return decode_verdict(reader, peak_memory_kb);
  if (status != 0) return nonsense();
  ExtractedText out;
  out.title = reader.text(kMaxHeading);
  out.media_type = reader.text(200);
  out.pages = reader.number<std::uint32_t>();
  out.text = reader.text(max_text_bytes);
  const Paths paths = read_paths(reader);
  read_blocks(reader, paths, utf8::length(out.text), out.blocks);
  if (!reader.ok() || !reader.at_end()) return nonsense();
  return Reply{std::move(out), peak_memory_kb};
}

}  // namespace cairn::extract
