#include "api/cli/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/utf8.h"

namespace cairn::cli {
namespace {

std::string bar(double share, std::size_t width) {
  const auto full = static_cast<std::size_t>(share * static_cast<double>(width));
  std::string out;
  for (std::size_t i = 0; i < width; ++i) out += i < full ? "█" : "░";
  return out;
}

std::string cut_to(const std::string& text, std::size_t width) {
  std::string out;
  for (std::size_t offset = 0; offset < text.size();) {
    std::string next_character;
    utf8::append(next_character, utf8::next(text, offset));
    if (display_width(out) + display_width(next_character) > width) break;
    out += next_character;
  }
  return out;
}

}  // namespace

ProgressLine::ProgressLine(const Terminal& terminal, std::string what, Now start)
    : terminal_(terminal), what_(std::move(what)), start_(start) {}

ProgressLine::~ProgressLine() {
  if (drawn_) std::fputs("\r\x1b[2K", stderr);
}

void ProgressLine::update(std::uint64_t done, std::uint64_t total, const std::string& note, Now now) {
  if (!terminal_.shows_progress() || (drawn_ && done < total && now - last_ < std::chrono::milliseconds(100))) return;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  std::fputs(("\r\x1b[2K" + text(what_, done, total, seconds, note, terminal_.width() - 1)).c_str(), stderr);
  std::fflush(stderr);
  drawn_ = true;
  last_ = now;
}

std::string ProgressLine::text(const std::string& what, std::uint64_t done, std::uint64_t total, double seconds,
                               const std::string& note, std::size_t width) {
  const double share = total == 0 ? 0 : std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  std::string line = fmt::format("{} {} {:3.0f} %  {} of {}", what, bar(share, 20), share * 100, human_count(done),
                                 human_count(total));
  if (seconds > 0.5 && done > 0) {
    const double rate = static_cast<double>(done) / seconds;
    line += fmt::format("  {:.{}f}/s", rate, rate < 10 ? 1 : 0);
    if (done < total) line += "  " + human_duration(static_cast<double>(total - done) / rate) + " left";
  }
  if (!note.empty()) line += "  " + printable(note);
  return cut_to(line, width);
}

}  // namespace cairn::cli
