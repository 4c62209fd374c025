#include <gumbo.h>

#include <algorithm>
#include <memory>
#include <new>
#include <string>

#include "extract_worker/boilerplate.h"
#include "extract_worker/formats.h"
#include "extract_worker/large_html.h"
#include "extract_worker/table_grid.h"
#include "extract_worker/text_cleaning.h"

namespace cairn::extraction {
namespace {

using text::BlockKind;

/// A tree takes some 250 bytes an element; a page with more tags is read without one.
constexpr std::size_t kMaxTags = 500'000;

/// Deeper than any page that a person wrote; what is below is not read.
constexpr int kMaxDepth = 20'000;

/// Walks the tree in reading order and writes blocks.
class HtmlWriter {
 public:
  HtmlWriter(DocumentBuilder& builder, BoilerplateFilter filter) : builder_(builder), filter_(filter) {}

  void write(const GumboNode& node) {
    walk(node, 0);
    flush();
  }

 private:
  void walk(const GumboNode& node, int depth) {
    if (builder_.full() || depth > kMaxDepth) return;
    if (node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE || node.type == GUMBO_NODE_CDATA) {
      add_text(node.v.text.text);
      return;
    }
    if (node.type != GUMBO_NODE_ELEMENT || filter_.skips(node)) return;
    switch (node.v.element.tag) {
      case GUMBO_TAG_BR: text_ += '\n'; return;
      case GUMBO_TAG_TABLE: return table(node, depth);
      case GUMBO_TAG_PRE: return preformatted(node, depth);
      case GUMBO_TAG_UL:
      case GUMBO_TAG_OL: return list(node, depth);
      case GUMBO_TAG_LI: return list_item(node, depth);
      case GUMBO_TAG_BLOCKQUOTE: return quote(node, depth);
      default: break;
    }
    if (const int level = heading_level(node.v.element.tag); level > 0) return heading(node, level, depth);
    const bool block = is_block_element(node.v.element.tag);
    if (block) flush();
    children(node, depth);
    if (block) flush();
  }

  void children(const GumboNode& node, int depth) {
    const GumboVector& list = node.v.element.children;
    for (unsigned i = 0; i < list.length; ++i) walk(*static_cast<const GumboNode*>(list.data[i]), depth + 1);
  }

  void add_text(std::string_view piece) {
    if (preformatted_) {
      text_ += piece;
      return;
    }
    // Line ends of the source are spaces; only <br> breaks a line.
    for (char c : piece) text_ += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
  }

  static int heading_level(GumboTag tag) {
    return tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6 ? static_cast<int>(tag) - GUMBO_TAG_H1 + 1 : 0;
  }

  void heading(const GumboNode& node, int level, int depth) {
    flush();
    children(node, depth);
    builder_.heading(level, std::exchange(text_, {}));
  }

  void preformatted(const GumboNode& node, int depth) {
    flush();
    preformatted_ = true;
    children(node, depth);
    preformatted_ = false;
    builder_.code(std::exchange(text_, {}));
  }

  void quote(const GumboNode& node, int depth) {
    flush();
    const BlockKind outer = std::exchange(kind_, BlockKind::quote);
    children(node, depth);
    flush();
    kind_ = outer;
  }

  void list(const GumboNode& node, int depth) {
    flush();
    const long outer = std::exchange(next_number_, node.v.element.tag == GUMBO_TAG_OL ? first_number(node) : -1);
    children(node, depth);
    flush();
    next_number_ = outer;
  }

  static long first_number(const GumboNode& node) {
    const GumboAttribute* start = gumbo_get_attribute(&node.v.element.attributes, "start");
    return start ? std::max(0L, std::strtol(start->value, nullptr, 10)) : 1;
  }

  void list_item(const GumboNode& node, int depth) {
    flush();
    const BlockKind outer = std::exchange(kind_, BlockKind::list_item);
    mark_ = next_number_ < 0 ? "- " : std::to_string(next_number_++) + ". ";
    children(node, depth);
    flush();
    mark_.clear();
    kind_ = outer;
  }

  void table(const GumboNode& node, int depth) {
    if (is_layout_table(node)) {
      flush();
      children(node, depth);
      flush();
      return;
    }
    if (grid_ != nullptr) return children(node, depth);  // A table in a cell is part of the cell's text.
    flush();
    TableGrid grid;
    grid_ = &grid;
    rows(node, depth);
    grid_ = nullptr;
    grid.emit(builder_);
  }

  void rows(const GumboNode& node, int depth) {
    const GumboVector& list = node.v.element.children;
    for (unsigned i = 0; i < list.length; ++i) {
      const auto& child = *static_cast<const GumboNode*>(list.data[i]);
      if (child.type != GUMBO_NODE_ELEMENT) continue;
      const GumboTag tag = child.v.element.tag;
      if (tag == GUMBO_TAG_CAPTION) caption(child, depth);
      else if (tag == GUMBO_TAG_TR) row(child, depth);
      else rows(child, depth + 1);
    }
  }

  void caption(const GumboNode& node, int depth) {
    children(node, depth);
    builder_.paragraph(std::exchange(text_, {}));
  }

  void row(const GumboNode& node, int depth) {
    grid_->begin_row();
    const GumboVector& list = node.v.element.children;
    for (unsigned i = 0; i < list.length; ++i) {
      const auto& child = *static_cast<const GumboNode*>(list.data[i]);
      if (child.type != GUMBO_NODE_ELEMENT) continue;
      if (child.v.element.tag != GUMBO_TAG_TD && child.v.element.tag != GUMBO_TAG_TH) continue;
      children(child, depth);
      grid_->cell(single_line(std::exchange(text_, {})), span(child, "colspan"), span(child, "rowspan"));
    }
  }

  static std::uint32_t span(const GumboNode& node, const char* name) {
    const GumboAttribute* attribute = gumbo_get_attribute(&node.v.element.attributes, name);
    return attribute ? static_cast<std::uint32_t>(std::clamp(std::strtol(attribute->value, nullptr, 10), 1L, 1000L))
                     : 1;
  }

  void flush() {
    if (grid_ != nullptr) {
      text_ += ' ';
      return;
    }
    if (text_.empty()) return;
    std::string block = tidy_lines(std::exchange(text_, {}));
    if (block.empty()) return;
    if (kind_ == BlockKind::list_item) builder_.list_item(std::exchange(mark_, {}) + block);
    else builder_.lines(kind_, block);
  }

  DocumentBuilder& builder_;
  BoilerplateFilter filter_;
  std::string text_;
  std::string mark_;
  BlockKind kind_ = BlockKind::paragraph;
  TableGrid* grid_ = nullptr;
  long next_number_ = -1;
  bool preformatted_ = false;
};

void take_title(const GumboNode& root, DocumentBuilder& builder) {
  const GumboNode* head = find_element(root, GUMBO_TAG_HEAD);
  const GumboNode* title = head ? find_element(*head, GUMBO_TAG_TITLE) : nullptr;
  if (title != nullptr) builder.set_title(visible_text(*title));
}

}  // namespace

Result<void> extract_html(std::string_view utf8, DocumentBuilder& builder) {
  if (static_cast<std::size_t>(std::ranges::count(utf8, '<')) > kMaxTags) {
    extract_large_html(utf8, builder);
    return {};
  }
  GumboOptions options = kGumboDefaultOptions;
  options.max_errors = 0;
  // The parser does not check for null, and operator new never returns it.
  options.allocator = [](void*, std::size_t size) { return ::operator new(size); };
  options.deallocator = [](void*, void* bytes) { ::operator delete(bytes); };
  const auto destroy = [&](GumboOutput* output) { gumbo_destroy_output(&options, output); };
  std::unique_ptr<GumboOutput, decltype(destroy)> page(gumbo_parse_with_options(&options, utf8.data(), utf8.size()),
                                                       destroy);
  if (!page) return fail(ErrorKind::invalid, "the HTML could not be read");
  take_title(*page->root, builder);
  builder.take_title_from_heading();
  const ContentChoice choice = choose_content(*page->root);
  HtmlWriter(builder, choice.filter).write(*choice.root);
  return {};
}

}  // namespace cairn::extraction
