#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "extract_worker/document.h"

namespace cairn::extraction {

/// Collects canonical text and its blocks, in reading order. Every format writes through this, so white space, heading
/// paths, spans and the limit on text are decided here and nowhere else. Empty blocks are dropped.
class DocumentBuilder {
 public:
  explicit DocumentBuilder(const Limits& limits) : limits_(limits) { document_.paths.emplace_back(); }

  /// Page of the blocks that follow, 1-based; 0 for none.
  void set_page(std::uint32_t page) { page_ = page; }
  void set_pages(std::uint32_t pages) { document_.pages = pages; }
  void set_title(std::string_view title);
  /// Without a title of its own, the document gets that of a heading among its first blocks.
  void take_title_from_heading() { heading_is_title_ = true; }
  void set_media_type(std::string_view media_type) { document_.media_type = media_type; }

  /// level 1 is outermost; headings of the same or an inner level end.
  void heading(int level, std::string_view text);
  void paragraph(std::string_view text);
  /// Text whose line breaks carry meaning: an address, a poem, a list without marks.
  void lines(text::BlockKind kind, std::string_view text);
  void list_item(std::string_view text);
  void quote(std::string_view text);
  void code(std::string_view text);
  /// "cell | cell | cell"; empty cells keep their place, so that columns stay aligned. Rows of empty cells are dropped.
  void row(const std::vector<std::string>& cells);

  /// Once true, everything added is ignored and finish() fails: loops over large input ask and stop.
  bool full() const { return full_; }
  bool empty() const { return document_.blocks.empty(); }
  const std::string& title() const { return document_.title; }

  /// Limits of the whole run, for those who unpack.
  const Limits& limits() const { return limits_; }

  /// For a container: headings opened from here on are nested below the current ones until restore_headings.
  std::size_t nest_headings();
  void restore_headings(std::size_t mark);

  Result<Document> finish();

 private:
  struct OpenHeading {
    int level;
    std::string text;
  };
  void add(text::BlockKind kind, std::string clean);
  std::string first_heading() const;
  std::uint32_t current_path();

  Limits limits_;
  Document document_;
  std::vector<OpenHeading> open_;
  std::size_t nested_from_ = 0;
  std::uint32_t path_ = 0;
  std::uint32_t page_ = 0;
  std::uint32_t code_points_ = 0;
  bool heading_is_title_ = false;
  bool path_changed_ = false;
  bool full_ = false;
};

}  // namespace cairn::extraction
