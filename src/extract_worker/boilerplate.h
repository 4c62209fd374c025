#pragma once

#include <gumbo.h>

#include <string>

namespace cairn::extraction {

/// Which elements of a page are not its text: programs and styles always, and navigation, banners, footers and forms
/// where the page has enough else.
class BoilerplateFilter {
 public:
  enum class Mode { only_invisible, navigation_too };
  explicit BoilerplateFilter(Mode mode) : mode_(mode) {}

  /// `node` must be an element.
  bool skips(const GumboNode& node) const;

 private:
  Mode mode_;
};

/// Where the text of a page is.
struct ContentChoice {
  const GumboNode* root;
  BoilerplateFilter filter;
};

/// Prefers <main>, or the one <article>, over the whole page, and drops navigation, unless that leaves so little that
/// the page was misjudged.
ContentChoice choose_content(const GumboNode& root);

/// A table that arranges a page: one column, or headings, lists or long paragraphs inside.
bool is_layout_table(const GumboNode& table);

bool is_block_element(GumboTag tag);
/// The first element with this tag, in document order, or null.
const GumboNode* find_element(const GumboNode& node, GumboTag tag);
std::string visible_text(const GumboNode& node);

}  // namespace cairn::extraction
