#include <algorithm>
#include <vector>

#include "base/utf8.h"
#include "extract_worker/formats.h"
#include "extract_worker/text_cleaning.h"

namespace cairn::extraction {
namespace {

using text::BlockKind;

/// A file without empty lines is cut into blocks of about this many bytes, at line ends.
constexpr std::size_t kMaxBlockBytes = 4000;

bool starts_list_item(std::string_view line) {
  if (line.starts_with("- ") || line.starts_with("* ") || line.starts_with("+ ")) return true;
  if (line.starts_with("\u2022") || line.starts_with("\u30fb")) return true;
  const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
  return digits > 0 && digits <= 3 && digits + 1 < line.size() && (line[digits] == '.' || line[digits] == ')') &&
         line[digits + 1] == ' ';
}

/// Whether the lines of a paragraph were broken by a typist at a fixed width: long lines of similar length, as e-mail
/// and old plain text have them. Lists, verses and tables of words have short or uneven lines and stay as they are.
bool is_hard_wrapped(const std::vector<std::string>& lines) {
  if (lines.size() < 2) return false;
  std::size_t longest = 0;
  for (const auto& line : lines) longest = std::max(longest, utf8::length(line));
  if (longest < 50 || longest > 120) return false;
  std::size_t full = 0;
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    full += utf8::length(lines[i]) * 4 >= longest * 3;
    if (starts_list_item(lines[i + 1]) || lines[i].find('\t') != std::string::npos) return false;
  }
  return full * 10 >= (lines.size() - 1) * 8;
}

std::string join_wrapped(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) {
    const bool no_space = is_spaceless_script(last_code_point(out)) && is_spaceless_script(first_code_point(line));
    if (!out.empty() && !no_space) out += ' ';
    out += line;
  }
  return out;
}

class ParagraphCollector {
 public:
  explicit ParagraphCollector(DocumentBuilder& builder) : builder_(builder) {}

  void line(std::string_view raw) {
    std::string clean = single_line(raw);
    if (clean.empty()) return flush();
    if (bytes_ + clean.size() > kMaxBlockBytes) flush();
    bytes_ += clean.size() + 1;
    lines_.push_back(std::move(clean));
  }

  void flush() {
    if (lines_.empty()) return;
    if (is_hard_wrapped(lines_)) builder_.paragraph(join_wrapped(lines_));
    else builder_.lines(all_items() ? BlockKind::list_item : BlockKind::paragraph, joined());
    lines_.clear();
    bytes_ = 0;
  }

 private:
  bool all_items() const {
    return std::ranges::all_of(lines_, [](const auto& l) { return starts_list_item(l); });
  }
  std::string joined() const {
    std::string out;
    for (const auto& line : lines_) (out += line) += '\n';
    return out;
  }

  DocumentBuilder& builder_;
  std::vector<std::string> lines_;
  std::size_t bytes_ = 0;
};

/// A longer line is no line that a person wrote; it is cut into blocks, where a space or a full stop allows it.
constexpr std::size_t kLongLine = 32 * 1024;

/// Where to cut within the first kLongLine bytes of `line`: after a space, else after an ideographic full stop, else
/// between two characters.
std::size_t place_to_cut(std::string_view line) {
  const std::string_view head = line.substr(0, kLongLine);
  const std::size_t half = kLongLine / 2;
  if (const std::size_t space = head.rfind(' '); space != head.npos && space > half) return space + 1;
  constexpr std::string_view kFullStop = "\u3002";
  if (const std::size_t stop = head.rfind(kFullStop); stop != head.npos && stop > half) return stop + kFullStop.size();
  std::size_t cut = kLongLine;
  while (cut > half && (static_cast<unsigned char>(line[cut]) & 0xc0) == 0x80) --cut;
  return cut;
}

/// Lines end with "\n", "\r\n", "\r" or a form feed.
template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of("\n\r\f", at), text.size());
    const std::size_t next = text.substr(end).starts_with("\r\n") ? end + 2 : end + 1;
    if (!visit(text.substr(at, end - at))) return;
    at = next;
  }
}

}  // namespace

Result<void> extract_plain_text(std::string_view utf8, DocumentBuilder& builder) {
  ParagraphCollector paragraphs(builder);
  for_each_line(utf8, [&](std::string_view line) {
    while (line.size() > kLongLine && !builder.full()) {
      const std::size_t cut = place_to_cut(line);
      paragraphs.flush();
      paragraphs.line(line.substr(0, cut));
      paragraphs.flush();
      line.remove_prefix(cut);
    }
    paragraphs.line(line);
    return !builder.full();
  });
  paragraphs.flush();
  return {};
}

Result<void> extract_source_code(std::string_view utf8, DocumentBuilder& builder) {
  std::string block;
  // A block ends at an empty line that is followed by a line without indentation: between two definitions.
  bool after_empty = false;
  for_each_line(utf8, [&](std::string_view line) {
    const bool empty = line.find_first_not_of(" \t\r") == line.npos;
    const bool outermost = !empty && line[0] != ' ' && line[0] != '\t' && line[0] != '}' && line[0] != ')';
    if ((after_empty && outermost && block.size() > 200) || block.size() > kMaxBlockBytes) {
      builder.code(block);
      block.clear();
    }
    (block += line) += '\n';
    after_empty = empty;
    return !builder.full();
  });
  builder.code(block);
  return {};
}

}  // namespace cairn::extraction
