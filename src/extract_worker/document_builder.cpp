#include "extract_worker/document_builder.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"
#include "extract_worker/text_cleaning.h"

namespace cairn::extraction {
namespace {

using text::BlockKind;

/// A heading longer than this is a paragraph that somebody styled as one; paths stay short.
constexpr std::size_t kMaxHeadingInPath = 300;

bool continues(BlockKind before, BlockKind after) {
  return before == after && (after == BlockKind::table_row || after == BlockKind::list_item);
}

}  // namespace

void DocumentBuilder::set_title(std::string_view title) {
  std::string clean = single_line(title);
  if (document_.title.empty() && clean.size() <= 1000) document_.title = std::move(clean);
}

void DocumentBuilder::heading(int level, std::string_view text) {
  std::string clean = single_line(text);
  if (clean.empty()) return;
  while (open_.size() > nested_from_ && open_.back().level >= level) open_.pop_back();
  path_changed_ = true;
  const bool in_path = clean.size() <= kMaxHeadingInPath;
  add(in_path ? BlockKind::heading : BlockKind::paragraph, clean);
  if (in_path) open_.push_back({level, std::move(clean)});
  path_changed_ = true;
}

void DocumentBuilder::paragraph(std::string_view text) { add(BlockKind::paragraph, single_line(text)); }
void DocumentBuilder::lines(BlockKind kind, std::string_view text) { add(kind, tidy_lines(text)); }
void DocumentBuilder::list_item(std::string_view text) { add(BlockKind::list_item, tidy_lines(text)); }
void DocumentBuilder::quote(std::string_view text) { add(BlockKind::quote, tidy_lines(text)); }
void DocumentBuilder::code(std::string_view text) { add(BlockKind::code, code_lines(text)); }

void DocumentBuilder::row(const std::vector<std::string>& cells) {
  std::string joined;
  bool any = false;
  std::size_t last = 0;
  std::vector<std::string> clean;
  clean.reserve(cells.size());
  for (const auto& cell : cells) {
    clean.push_back(single_line(cell));
    if (!clean.back().empty()) any = true, last = clean.size();
  }
  if (!any) return;
  for (std::size_t i = 0; i < last; ++i) {
    if (i > 0) joined += clean[i - 1].empty() ? "| " : " | ";
    joined += clean[i];
  }
  add(BlockKind::table_row, std::move(joined));
}

std::uint32_t DocumentBuilder::current_path() {
  if (!path_changed_) return path_;
  path_changed_ = false;
  std::vector<std::string> path;
  for (const auto& heading : open_) path.push_back(heading.text);
  if (path == document_.paths.back()) return path_ = static_cast<std::uint32_t>(document_.paths.size() - 1);
  if (path.empty()) return path_ = 0;
  document_.paths.push_back(std::move(path));
  return path_ = static_cast<std::uint32_t>(document_.paths.size() - 1);
}

void DocumentBuilder::add(BlockKind kind, std::string clean) {
  if (full_ || clean.empty()) return;
  std::string_view separator;
  if (!document_.blocks.empty()) separator = continues(document_.blocks.back().kind, kind) ? "\n" : "\n\n";
  if (document_.text.size() + separator.size() + clean.size() > limits_.max_text_bytes) {
    full_ = true;
    return;
  }
  document_.text += separator;
  document_.text += clean;
  BlockRecord block{.kind = kind, .page = page_, .path = current_path()};
  block.span.start = code_points_ + static_cast<std::uint32_t>(separator.size());
  block.span.end = block.span.start + static_cast<std::uint32_t>(utf8::length(clean));
  code_points_ = block.span.end;
  document_.blocks.push_back(block);
}

std::size_t DocumentBuilder::nest_headings() {
  const std::size_t mark = nested_from_;
  nested_from_ = open_.size();
  return mark;
}

void DocumentBuilder::restore_headings(std::size_t mark) {
  open_.resize(std::min(open_.size(), nested_from_));
  nested_from_ = mark;
  path_changed_ = true;
}

std::string DocumentBuilder::first_heading() const {
  constexpr std::size_t kFirstBlocks = 4;
  const utf8::CodePointIndex index(document_.text);
  for (std::size_t i = 0; i < std::min(kFirstBlocks, document_.blocks.size()); ++i)
    if (document_.blocks[i].kind == BlockKind::heading) return std::string(index.slice(document_.blocks[i].span));
  return {};
}

Result<Document> DocumentBuilder::finish() {
  if (full_)
    return fail(ErrorKind::invalid,
                fmt::format("the text is longer than {} MB: split the file, or raise extract.max_text_mb",
                            limits_.max_text_bytes / 1'000'000));
  if (!has_visible_text(document_.text)) return fail(ErrorKind::invalid, "the file contains no text");
  if (document_.title.empty() && heading_is_title_) document_.title = first_heading();
  return std::move(document_);
}

}  // namespace cairn::extraction
