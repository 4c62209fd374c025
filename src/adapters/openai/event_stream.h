#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace cairn {

/// Takes server-sent events apart, however they were cut on their way. Lines end with LF, CR or both; comments and
/// fields other than `data` are skipped (and `error`, in which llama-server puts failures, is read like `data`). One
/// thread.
class EventStream {
 public:
  using OnData = std::function<Result<bool>(std::string_view data)>;

  explicit EventStream(std::size_t max_line_bytes) : max_line_bytes_(max_line_bytes) {}

  /// Calls `on_data` for each event that is complete now; false from it ends the stream, and so does this then. Errors:
  /// `unavailable` (a line that is too long), those of `on_data`.
  Result<bool> add(std::string_view bytes, const OnData& on_data);

  /// The last event, where the blank line after it is missing.
  Result<bool> finish(const OnData& on_data);

 private:
  Result<bool> take_line(std::string_view line, const OnData& on_data);
  Result<bool> dispatch(const OnData& on_data);

  std::size_t max_line_bytes_;
  std::string line_, data_;
  bool has_data_ = false, after_cr_ = false, at_start_ = true;
};

}  // namespace cairn
