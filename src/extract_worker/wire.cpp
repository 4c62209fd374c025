#include "extract_worker/wire.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace cairn::extraction {
namespace {

/// No request of ours is larger: the parent's own limit is far below.
constexpr std::uint64_t kMaxContent = std::uint64_t{1} << 32;
constexpr std::uint64_t kMaxString = 1 << 20;

/// 0 at the end of the stream, -1 on an error.
ssize_t read_some(int fd, char* target, std::size_t size) {
  for (;;) {
    const ssize_t got = ::read(fd, target, size);
    if (got >= 0 || errno != EINTR) return got;
  }
}

void read_exactly(int fd, void* target, std::size_t size) {
  auto* at = static_cast<char*>(target);
  while (size > 0) {
    const ssize_t got = read_some(fd, at, size);
    if (got <= 0) _exit(kExitBadRequest);
    at += got;
    size -= static_cast<std::size_t>(got);
  }
}

template <class Number>
Number read_number(int fd) {
  Number value = 0;
  read_exactly(fd, &value, sizeof value);
  return value;
}

std::string read_string(int fd, std::uint64_t most) {
  const auto size = read_number<std::uint64_t>(fd);
  if (size > most) _exit(kExitBadRequest);
  std::string out(size, '\0');
  read_exactly(fd, out.data(), out.size());
  return out;
}

template <class Number>
void put(std::string& out, Number value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put_string(std::string& out, std::string_view value) {
  put<std::uint64_t>(out, value.size());
  out += value;
}

void put_document(std::string& out, const Document& document) {
  put_string(out, document.title);
  put_string(out, document.media_type);
  put<std::uint32_t>(out, document.pages);
  put_string(out, document.text);
  put<std::uint32_t>(out, static_cast<std::uint32_t>(document.paths.size()));
  for (const auto& path : document.paths) {
    put<std::uint32_t>(out, static_cast<std::uint32_t>(path.size()));
    for (const auto& part : path) put_string(out, part);
  }
  put<std::uint32_t>(out, static_cast<std::uint32_t>(document.blocks.size()));
  for (const auto& block : document.blocks) {
    put<std::uint32_t>(out, block.span.start);
    put<std::uint32_t>(out, block.span.end);
    put<std::uint8_t>(out, static_cast<std::uint8_t>(block.kind));
    put<std::uint32_t>(out, block.page);
    put<std::uint32_t>(out, block.path);
  }
}

}  // namespace

bool read_request(int fd, Request& request) {
  std::uint32_t magic = 0;
  const ssize_t got = read_some(fd, reinterpret_cast<char*>(&magic), sizeof magic);
  if (got == 0) return false;
  if (got < 0) _exit(kExitBadRequest);
  read_exactly(fd, reinterpret_cast<char*>(&magic) + got, sizeof magic - static_cast<std::size_t>(got));
  if (magic != kRequestMagic) _exit(kExitBadRequest);
  request.name = read_string(fd, kMaxString);
  request.media_type = read_string(fd, kMaxString);
  request.limits.max_text_bytes = read_number<std::uint64_t>(fd);
  request.limits.max_expanded_bytes = read_number<std::uint64_t>(fd);
  request.limits.max_expansion_ratio = std::max<std::uint64_t>(1, read_number<std::uint64_t>(fd));
  request.cpu_seconds = read_number<std::uint32_t>(fd);
  request.content = read_string(fd, kMaxContent);
  return true;
}

std::string encode_reply(const Result<Document>& result, std::uint64_t peak_memory_kb) {
  std::string out;
  if (result) out.reserve(result->text.size() + result->blocks.size() * 17 + 4096);
  put<std::uint32_t>(out, kReplyMagic);
  put<std::uint64_t>(out, 0);
  put<std::uint64_t>(out, peak_memory_kb);
  put<std::uint8_t>(out, result ? 0 : 1);
  if (result) {
    put_document(out, *result);
  } else {
    put<std::uint8_t>(out, static_cast<std::uint8_t>(result.error().kind));
    put_string(out, result.error().message);
  }
  const std::uint64_t length = out.size() - sizeof(std::uint32_t) - sizeof(std::uint64_t);
  std::memcpy(out.data() + sizeof(std::uint32_t), &length, sizeof length);
  return out;
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace cairn::extraction
