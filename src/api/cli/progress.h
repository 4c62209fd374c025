#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "api/cli/terminal.h"

namespace cairn::cli {

/// One line on standard error that is redrawn in place: share done, rate and time left. Draws at most ten times a
/// second, and nothing at all when standard error is no terminal. One thread.
class ProgressLine {
 public:
  using Now = std::chrono::steady_clock::time_point;

  ProgressLine(const Terminal& terminal, std::string what, Now start);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// `note` stands at the end, such as the name of the document at work.
  void update(std::uint64_t done, std::uint64_t total, const std::string& note, Now now);

  /// The text of the line, for `width` columns.
  static std::string text(const std::string& what, std::uint64_t done, std::uint64_t total, double seconds,
                          const std::string& note, std::size_t width);

 private:
  const Terminal& terminal_;
  std::string what_;
  Now start_, last_{};
  bool drawn_ = false;
};

}  // namespace cairn::cli
