#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "extract_worker/formats.h"
#include "extract_worker/text_cleaning.h"

namespace cairn::extraction {
namespace {

/// Reads records as RFC 4180 has them, forgivingly: a quote inside an unquoted cell is a character, text after a
/// closing quote belongs to the cell, and a quote that is never closed ends with its line.
class CsvReader {
 public:
  CsvReader(std::string_view text, char separator) : text_(text), separator_(separator) {}

  bool next(std::vector<std::string>& cells) {
    cells.clear();
    if (at_ >= text_.size()) return false;
    for (;;) {
      cells.push_back(cell());
      if (at_ >= text_.size()) return true;
      if (text_[at_++] == '\n') return true;
    }
  }

 private:
  std::string cell() {
    if (at_ < text_.size() && text_[at_] == '"' && wasted_bytes_ < kMaxWastedBytes) {
      const std::size_t start = at_;
      std::string quoted;
      if (read_quoted(quoted)) return quoted;
      wasted_bytes_ += at_ - start;
      at_ = start;
    }
    const std::array ends = {separator_, '\n'};
    const std::size_t end = std::min(text_.find_first_of(ends.data(), at_, ends.size()), text_.size());
    std::string plain(text_.substr(at_, end - at_));
    at_ = end;
    return plain;
  }

  /// False when the closing quote is missing or not followed by a separator or a line end.
  bool read_quoted(std::string& out) {
    for (++at_; at_ < text_.size() && out.size() < kLongestCell; ++at_) {
      if (text_[at_] != '"') {
        out += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        out += '"';
        ++at_;
      } else {
        ++at_;
        const std::size_t blank_end = std::min(text_.find_first_not_of(' ', at_), text_.size());
        if (blank_end < text_.size() && text_[blank_end] != separator_ && text_[blank_end] != '\n') return false;
        at_ = blank_end;
        return true;
      }
    }
    return false;
  }

  static constexpr std::size_t kLongestCell = 1 << 20;
  /// Bytes read for quotes that did not close; after these, quotes are characters, or a hostile file costs its square.
  static constexpr std::size_t kMaxWastedBytes = 16 << 20;

  std::string_view text_;
  char separator_;
  std::size_t at_ = 0;
  std::size_t wasted_bytes_ = 0;
};

/// The separator that gives the first records the most columns, all of them the same number.
char find_separator(std::string_view text) {
  const std::string_view sample = text.substr(0, 16 * 1024);
  char best = ',';
  std::size_t best_score = 0;
  for (char candidate : {',', '\t', ';', '|'}) {
    CsvReader reader(sample, candidate);
    std::vector<std::string> cells;
    std::size_t columns = 0;
    std::size_t agreeing = 0;
    std::size_t records = 0;
    while (records < 20 && reader.next(cells)) {
      if (records++ == 0) columns = cells.size();
      agreeing += cells.size() == columns;
    }
    const std::size_t score = columns < 2 ? 0 : agreeing * 1000 / records + std::min<std::size_t>(columns, 50);
    if (score > best_score) best_score = score, best = candidate;
  }
  return best;
}

}  // namespace

Result<void> extract_csv(std::string_view utf8, char separator, DocumentBuilder& builder) {
  std::string unified = unify_line_ends(utf8);
  // Excel writes its separator as a first line of its own.
  if (unified.starts_with("sep=") && unified.size() > 5 && unified[5] == '\n') {
    separator = unified[4];
    unified.erase(0, 6);
  }
  CsvReader reader(unified, separator != 0 ? separator : find_separator(unified));
  std::vector<std::string> cells;
  while (!builder.full() && reader.next(cells)) builder.row(cells);
  return {};
}

}  // namespace cairn::extraction
