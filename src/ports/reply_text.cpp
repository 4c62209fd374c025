#include "ports/reply_text.h"

#include <algorithm>

#include "base/utf8.h"

namespace cairn {
namespace {

constexpr std::string_view reasoning_begin = "<think>", reasoning_end = "</think>";
constexpr std::string_view white_space = " \t\r\n";

/// How many bytes at the end of `bytes` are the beginning of a character of which more must come.
std::size_t unfinished(std::string_view bytes) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, bytes.size()); ++back) {
    const auto byte = static_cast<unsigned char>(bytes[bytes.size() - back]);
    if ((byte & 0xC0) == 0x80) continue;
    const std::size_t wanted = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    return wanted > back ? back : 0;
  }
  return 0;
}

/// The longest end of `text` that `word` begins with.
std::size_t overlap(std::string_view text, std::string_view word) {
  for (std::size_t size = std::min(text.size(), word.size() - 1); size > 0; --size)
    if (text.ends_with(word.substr(0, size))) return size;
  return 0;
}

}  // namespace

std::string ReplyText::add(std::string_view bytes) {
  if (stopped_) return {};
  bytes_ += bytes;
  const std::size_t whole = bytes_.size() - unfinished(bytes_);
  held_ += utf8::repair(std::string_view(bytes_).substr(0, whole));
  bytes_.erase(0, whole);
  skip_reasoning();
  return reasoning_ == Reasoning::over ? take_until_stop(false) : std::string();
}

std::string ReplyText::finish() {
  if (stopped_) return {};
  held_ += utf8::repair(bytes_);
  bytes_.clear();
  if (reasoning_ == Reasoning::inside) return {};
  return take_until_stop(true);
}

void ReplyText::skip_reasoning() {
  if (reasoning_ == Reasoning::undecided) {
    const std::size_t start = held_.find_first_not_of(white_space);
    if (start == std::string::npos) return;
    const std::string_view seen = std::string_view(held_).substr(start, reasoning_begin.size());
    if (!reasoning_begin.starts_with(seen)) reasoning_ = Reasoning::over;
    else if (seen == reasoning_begin) reasoning_ = Reasoning::inside;
  }
  if (reasoning_ == Reasoning::inside) {
    const std::size_t end = held_.find(reasoning_end);
    if (end == std::string::npos) return;
    held_.erase(0, end + reasoning_end.size());
    reasoning_ = Reasoning::ended;
  }
  if (reasoning_ != Reasoning::ended) return;
  held_.erase(0, std::min(held_.find_first_not_of(white_space), held_.size()));
  if (!held_.empty()) reasoning_ = Reasoning::over;
}

std::string ReplyText::take_until_stop(bool at_end) {
  std::size_t end = std::string::npos, keep = 0;
  for (const std::string& stop : stop_) {
    if (stop.empty()) continue;
    end = std::min(end, held_.find(stop));
    if (!at_end) keep = std::max(keep, overlap(held_, stop));
  }
  stopped_ = end != std::string::npos;
  std::string piece = held_.substr(0, stopped_ ? end : held_.size() - keep);
  held_.erase(0, stopped_ ? held_.size() : piece.size());
  return piece;
}

}  // namespace cairn
