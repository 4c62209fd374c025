#include "adapters/openai/event_stream.h"

#include <fmt/format.h>

#include <algorithm>

namespace cairn {

Result<bool> EventStream::add(std::string_view bytes, const OnData& on_data) {
  while (!bytes.empty()) {
    if (after_cr_ && bytes.front() == '\n') bytes.remove_prefix(1);
    after_cr_ = false;
    const std::size_t end = std::min(bytes.find_first_of("\r\n"), bytes.size());
    if (line_.size() + end > max_line_bytes_)
      return fail(ErrorKind::unavailable, fmt::format("it sent a line of more than {} bytes", max_line_bytes_));
    line_ += bytes.substr(0, end);
    bytes.remove_prefix(end);
    if (bytes.empty()) break;
    after_cr_ = bytes.front() == '\r';
    bytes.remove_prefix(1);
    std::string line;
    line.swap(line_);
    CAIRN_TRY(const bool more, take_line(line, on_data));
    if (!more) return false;
  }
  return true;
}

Result<bool> EventStream::finish(const OnData& on_data) {
  std::string line;
  line.swap(line_);
  if (!line.empty()) {
    CAIRN_TRY(const bool more, take_line(line, on_data));
    if (!more) return false;
  }
  return dispatch(on_data);
}

Result<bool> EventStream::take_line(std::string_view line, const OnData& on_data) {
  if (at_start_ && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  at_start_ = false;
  if (line.empty()) return dispatch(on_data);
  const std::size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  if (field != "data" && field != "error") return true;
  std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  // Some endpoints leave out the blank line between events: a new object after a whole one begins a new event.
  if (has_data_ && data_.ends_with('}') && (value.starts_with('{') || value.starts_with("[DONE"))) {
    CAIRN_TRY(const bool more, dispatch(on_data));
    if (!more) return false;
  }
  if (data_.size() + value.size() > max_line_bytes_)
    return fail(ErrorKind::unavailable, fmt::format("it sent an event of more than {} bytes", max_line_bytes_));
  if (has_data_) data_ += '\n';
  data_ += value;
  has_data_ = true;
  return true;
}

Result<bool> EventStream::dispatch(const OnData& on_data) {
  if (!has_data_) return true;
  std::string data;
  data.swap(data_);
  has_data_ = false;
  return on_data(data);
}

}  // namespace cairn
