#include "extract_worker/large_html.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <utility>
#include <vector>

#include "extract_worker/entities.h"
#include "extract_worker/text_cleaning.h"

namespace cairn::extraction {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool is_inline(std::string_view tag) {
  for (std::string_view name :
       {"a",    "abbr", "b", "big",   "cite", "code",   "del", "em",  "font", "i",  "img", "ins", "kbd", "label",
        "mark", "q",    "s", "small", "span", "strong", "sub", "sup", "time", "tt", "u",   "var", "wbr"})
    if (tag == name) return true;
  return false;
}

bool is_cell(std::string_view tag) { return tag == "td" || tag == "th"; }

class LargeHtmlReader {
 public:
  LargeHtmlReader(std::string_view html, DocumentBuilder& builder) : html_(html), builder_(builder) {}

  void read() {
    while (at_ < html_.size() && !builder_.full()) {
      const std::size_t tag = std::min(html_.find('<', at_), html_.size());
      text_ += html_.substr(at_, tag - at_);
      at_ = tag;
      if (at_ < html_.size()) markup();
      if (text_.size() > kMaxText) flush();
    }
    flush();
    end_row();
  }

 private:
  /// Text without a block element around it is cut here.
  static constexpr std::size_t kMaxText = 64 * 1024;

  void markup() {
    const std::string_view rest = html_.substr(at_);
    if (rest.starts_with("<!--")) return skip_to("-->");
    if (rest.starts_with("<!") || rest.starts_with("<?")) return skip_to(">");
    const bool closing = rest.starts_with("</");
    const std::size_t begin = closing ? 2 : 1;
    std::size_t end = begin;
    while (end < rest.size() && std::isalnum(static_cast<unsigned char>(rest[end]))) ++end;
    if (end == begin) return text_.push_back(html_[at_++]);  // A '<' that begins no tag.
    const std::string tag = lower(rest.substr(begin, end - begin));
    skip_to(">");
    if (closing) end_tag(tag);
    else if (tag == "script" || tag == "style" || tag == "noscript" || tag == "svg") skip_element(tag);
    else start_tag(tag);
  }

  void skip_to(std::string_view mark) {
    const std::size_t found = html_.find(mark, at_);
    at_ = found == html_.npos ? html_.size() : found + mark.size();
  }

  void skip_element(const std::string& tag) {
    for (std::size_t close = html_.find("</", at_); close != html_.npos; close = html_.find("</", close + 2)) {
      if (lower(html_.substr(close + 2, tag.size())) != tag) continue;
      at_ = close;
      return skip_to(">");
    }
    at_ = html_.size();
  }

  void start_tag(const std::string& tag) {
    if (is_inline(tag)) return;
    if (tag == "br" || (in_cell_ && !is_cell(tag) && tag != "tr")) return text_.push_back(' ');
    flush();
    if (tag == "tr") end_row();
    in_item_ = in_item_ || tag == "li";
    in_cell_ = is_cell(tag);
  }

  void end_tag(const std::string& tag) {
    if (is_inline(tag)) return;
    if (tag == "title") return builder_.set_title(taken());
    const bool row_ends = tag == "tr" || tag == "table";
    if (in_cell_ && !is_cell(tag) && !row_ends) return text_.push_back(' ');
    if (tag.size() == 2 && tag[0] == 'h' && tag[1] >= '1' && tag[1] <= '6')
      return builder_.heading(tag[1] - '0', taken());
    flush();
    if (row_ends) end_row();
    if (tag == "li") in_item_ = false;
  }

  std::string taken() { return single_line(decode_entities(std::exchange(text_, {}))); }

  void flush() {
    std::string block = taken();
    if (std::exchange(in_cell_, false)) cells_.push_back(std::move(block));
    else if (!block.empty() && in_item_) builder_.list_item("- " + block);
    else builder_.paragraph(block);
  }

  void end_row() {
    builder_.row(cells_);
    cells_.clear();
  }

  std::string_view html_;
  DocumentBuilder& builder_;
  std::size_t at_ = 0;
  std::string text_;
  std::vector<std::string> cells_;
  bool in_cell_ = false;
  bool in_item_ = false;
};

}  // namespace

void extract_large_html(std::string_view utf8, DocumentBuilder& builder) { LargeHtmlReader(utf8, builder).read(); }

}  // namespace cairn::extraction
