#include <md4c.h>

#include <string>
#include <vector>

#include "extract_worker/entities.h"
#include "extract_worker/formats.h"
#include "extract_worker/text_cleaning.h"

namespace cairn::extraction {
namespace {

/// Receives md4c's events. Text of nested inline spans is joined; a list item's own text becomes one block, and what is
/// nested in it becomes blocks of its own after it.
class MarkdownWriter {
 public:
  explicit MarkdownWriter(DocumentBuilder& builder) : builder_(builder) {}

  int enter_block(MD_BLOCKTYPE type, void* detail) {
    switch (type) {
      case MD_BLOCK_OL: lists_.push_back(static_cast<MD_BLOCK_OL_DETAIL*>(detail)->start); break;
      case MD_BLOCK_UL: lists_.push_back(-1); break;
      case MD_BLOCK_LI:
        flush();
        item_mark_ = next_mark();
        in_item_ = true;
        break;
      case MD_BLOCK_QUOTE:
        flush();
        ++quotes_;
        break;
      case MD_BLOCK_TR: cells_.clear(); break;
      default: break;
    }
    return stop();
  }

  int leave_block(MD_BLOCKTYPE type, void* detail) {
    switch (type) {
      case MD_BLOCK_H:
        builder_.heading(static_cast<int>(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level), take());
        break;
      case MD_BLOCK_CODE: builder_.code(take()); break;
      case MD_BLOCK_TH:
      case MD_BLOCK_TD: cells_.push_back(take()); break;
      case MD_BLOCK_TR: builder_.row(cells_); break;
      case MD_BLOCK_UL:
      case MD_BLOCK_OL:
        flush();
        lists_.pop_back();
        break;
      case MD_BLOCK_LI:
        flush();
        in_item_ = false;
        break;
      case MD_BLOCK_P: flush(); break;
      case MD_BLOCK_QUOTE:
        flush();
        --quotes_;
        break;
      case MD_BLOCK_HTML: flush(); break;
      default: break;
    }
    return stop();
  }

  int text(MD_TEXTTYPE type, std::string_view piece) {
    switch (type) {
      case MD_TEXT_BR: text_ += '\n'; break;
      case MD_TEXT_SOFTBR: soft_break_ = true; return stop();
      case MD_TEXT_ENTITY: append(decode_entities(piece)); break;
      case MD_TEXT_HTML: append(without_tags(piece)); break;
      case MD_TEXT_NULLCHAR: break;
      default: append(piece);
    }
    return stop();
  }

 private:
  void append(std::string_view piece) {
    if (piece.empty()) return;
    if (soft_break_ && !text_.empty()) {
      const bool no_space = is_spaceless_script(last_code_point(text_)) && is_spaceless_script(first_code_point(piece));
      if (!no_space) text_ += ' ';
    }
    soft_break_ = false;
    text_ += piece;
  }

  /// Comments and tags of raw HTML, which may come in several pieces, are left out.
  std::string without_tags(std::string_view html) {
    std::string out;
    for (char c : html) {
      if (in_tag_) in_tag_ = c != '>';
      else if (c == '<') in_tag_ = true;
      else out += c;
    }
    return decode_entities(out);
  }

  std::string next_mark() {
    if (lists_.empty() || lists_.back() < 0) return "- ";
    return std::to_string(lists_.back()++) + ". ";
  }

  std::string take() {
    soft_break_ = false;
    return std::exchange(text_, {});
  }

  void flush() {
    in_tag_ = false;
    std::string block = take();
    if (!has_visible_text(block)) return;
    if (in_item_) builder_.list_item(item_mark_ + block);
    else if (quotes_ > 0) builder_.quote(block);
    else builder_.lines(text::BlockKind::paragraph, block);
    if (in_item_) item_mark_.clear();
  }

  int stop() const { return builder_.full() ? 1 : 0; }

  DocumentBuilder& builder_;
  std::string text_;
  std::string item_mark_;
  std::vector<std::string> cells_;
  std::vector<long> lists_;
  int quotes_ = 0;
  bool in_item_ = false;
  bool soft_break_ = false;
  bool in_tag_ = false;
};

/// YAML between two lines "---" at the top: only its title is of use, the rest is for programs.
std::string_view skip_front_matter(std::string_view text, DocumentBuilder& builder) {
  if (!text.starts_with("---\n")) return text;
  const std::size_t end = text.find("\n---\n", 3);
  if (end == text.npos || end > 16 * 1024) return text;
  const std::string_view head = text.substr(4, end - 4);
  const std::size_t key = head.starts_with("title:") ? 0 : head.find("\ntitle:");
  if (key != head.npos) {
    std::string_view value = head.substr(head.find(':', key) + 1);
    value = value.substr(0, value.find('\n'));
    const std::size_t from = value.find_first_not_of(" \"'");
    const std::size_t to = value.find_last_not_of(" \"'\r");
    if (from != value.npos) builder.set_title(value.substr(from, to - from + 1));
  }
  return text.substr(end + 5);
}

}  // namespace

Result<void> extract_markdown(std::string_view utf8, DocumentBuilder& builder) {
  const std::string unified = unify_line_ends(utf8);
  const std::string_view body = skip_front_matter(unified, builder);
  builder.take_title_from_heading();
  MarkdownWriter writer(builder);
  MD_PARSER parser = {};
  parser.flags = MD_DIALECT_GITHUB;
  parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* self) {
    return static_cast<MarkdownWriter*>(self)->enter_block(type, detail);
  };
  parser.leave_block = [](MD_BLOCKTYPE type, void* detail, void* self) {
    return static_cast<MarkdownWriter*>(self)->leave_block(type, detail);
  };
  parser.enter_span = [](MD_SPANTYPE, void*, void*) { return 0; };
  parser.leave_span = [](MD_SPANTYPE, void*, void*) { return 0; };
  parser.text = [](MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* self) {
    return static_cast<MarkdownWriter*>(self)->text(type, {text, size});
  };
  if (md_parse(body.data(), static_cast<MD_SIZE>(body.size()), &parser, &writer) != 0 && !builder.full())
    return fail(ErrorKind::invalid, "the Markdown could not be read: the file is damaged or too large");
  return {};
}

}  // namespace cairn::extraction
