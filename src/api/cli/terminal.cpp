#include "api/cli/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "base/utf8.h"

namespace cairn::cli {
namespace {

bool is_wide(char32_t c) {
  // The East Asian Wide and Fullwidth blocks of Unicode's EastAsianWidth.txt, and emoji.
  return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF && c != 0x303F) || (c >= 0xAC00 && c <= 0xD7A3) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
         (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
}

std::size_t columns(char32_t c) {
  const bool is_combining = (c >= 0x0300 && c <= 0x036F) || c == 0x200D || (c >= 0xFE00 && c <= 0xFE0F);
  return is_combining ? 0 : is_wide(c) ? 2 : 1;
}

/// Characters that could move the cursor, hide text or turn its direction round.
bool is_dangerous(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

void write_all(std::FILE* stream, std::string_view text) { std::fwrite(text.data(), 1, text.size(), stream); }

}  // namespace

Terminal Terminal::of_process() {
  const bool out_is_terminal = isatty(STDOUT_FILENO) == 1;
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string_view(term) == "dumb";
  const bool color = out_is_terminal && !dumb && std::getenv("NO_COLOR") == nullptr;
  winsize size{};
  const bool has_size = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40;
  return Terminal(color, isatty(STDERR_FILENO) == 1 && !dumb, has_size ? size.ws_col : 100);
}

std::string Terminal::styled(std::string_view text, std::string_view code) const {
  return color_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

void Terminal::print(std::string_view text) const { write_all(stdout, text); }

void Terminal::print_line(std::string_view text) const {
  write_all(stdout, text);
  write_all(stdout, "\n");
}

bool Terminal::flush() const { return std::fflush(stdout) == 0 && std::ferror(stdout) == 0; }

void Terminal::complain(std::string_view text) const {
  std::fflush(stdout);
  write_all(stderr, fmt::format("cairn: {}\n", printable(text, true)));
}

std::string printable(std::string_view text, bool keep_newlines) {
  const std::string valid = utf8::repair(text);
  std::string out;
  for (std::size_t offset = 0; offset < valid.size();) {
    const char32_t c = utf8::next(valid, offset);
    if (c == U'\n' && keep_newlines) out += '\n';
    else if (c == U'\n' || c == U'\t' || c == U'\r') out += ' ';
    else if (is_dangerous(c)) out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(c));
    else utf8::append(out, c);
  }
  return out;
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  const std::string margin(indent, ' ');
  const std::size_t room = width > indent + 20 ? width - indent : 20;
  std::string out = margin;
  std::string word;
  std::size_t used = 0, word_width = 0;
  const auto flush = [&] {
    if (word.empty()) return;
    if (used > 0 && used + word_width > room) {
      while (!out.empty() && out.back() == ' ') out.pop_back();
      out += "\n" + margin;
      used = 0;
    }
    out += word;
    used += word_width;
    word.clear();
    word_width = 0;
  };
  for (std::size_t offset = 0; offset < text.size();) {
    const char32_t c = utf8::next(text, offset);
    if (c == U' ') {
      flush();
      if (used > 0 && used < room) {
        out += ' ';
        ++used;
      }
      continue;
    }
    if (columns(c) == 2 || word_width + columns(c) > room) flush();  // A line may break before any wide character.
    utf8::append(word, c);
    word_width += columns(c);
  }
  flush();
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t offset = 0; offset < text.size();) width += columns(utf8::next(text, offset));
  return width;
}

std::string human_bytes(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes);
  const char* unit = "";
  for (const char* next : {"kB", "MB", "GB", "TB"}) {
    if (value < 1000) break;
    value /= 1000;
    unit = next;
  }
  return fmt::format("{:.{}f} {}", value, value < 10 ? 1 : 0, unit);
}

std::string human_count(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string human_duration(double seconds) {
  if (seconds < 1) return fmt::format("{:.0f} ms", seconds * 1000);
  if (seconds < 60) return fmt::format("{:.{}f} s", seconds, seconds < 10 ? 1 : 0);
  const auto whole = static_cast<std::uint64_t>(seconds);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

}  // namespace cairn::cli
