#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cairn::cli {

/// Where a command prints. Colour and progress appear only on a terminal; JSON never has either. One thread.
class Terminal {
 public:
  /// Looks at standard output and error, NO_COLOR, TERM and the window's width.
  static Terminal of_process();

  Terminal(bool color, bool progress, std::size_t width) : color_(color), progress_(progress), width_(width) {}

  bool shows_progress() const { return progress_; }
  std::size_t width() const { return width_; }

  std::string bold(std::string_view text) const { return styled(text, "1"); }
  std::string dim(std::string_view text) const { return styled(text, "2"); }
  std::string accent(std::string_view text) const { return styled(text, "36"); }
  std::string good(std::string_view text) const { return styled(text, "32"); }
  std::string bad(std::string_view text) const { return styled(text, "31"); }

  /// To standard output.
  void print(std::string_view text) const;
  void print_line(std::string_view text) const;

  /// Whether everything that was printed has reached its destination.
  bool flush() const;

  /// To standard error, prefixed with "cairn: ".
  void complain(std::string_view text) const;

 private:
  std::string styled(std::string_view text, std::string_view code) const;

  bool color_;
  bool progress_;
  std::size_t width_;
};

/// Text from documents and file names, safe to print: control characters (escape sequences, bidirectional overrides)
/// become visible escapes; newlines become spaces unless kept.
std::string printable(std::string_view text, bool keep_newlines = false);

/// Breaks text at `width` columns (wide characters count two), each line indented.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

/// Columns that text takes on a terminal.
std::size_t display_width(std::string_view text);

std::string human_bytes(std::uint64_t bytes);  ///< 1.4 MB
std::string human_count(std::uint64_t count);  ///< 1,400
std::string human_duration(double seconds);    ///< 850 ms, 12 s, 3 min 20 s

}  // namespace cairn::cli
