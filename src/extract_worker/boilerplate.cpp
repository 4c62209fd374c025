#include "extract_worker/boilerplate.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <vector>

namespace cairn::extraction {
namespace {

using namespace std::string_view_literals;

constexpr int kMaxDepth = 20'000;

/// Words in class and id attributes that name furniture of a page. Whole words between '-', '_', ' ' and capitals.
constexpr std::array kFurniture = {
    "nav"sv,    "navbar"sv,   "navigation"sv, "menu"sv,    "breadcrumb"sv, "breadcrumbs"sv, "sidebar"sv, "footer"sv,
    "cookie"sv, "cookies"sv,  "share"sv,      "sharing"sv, "social"sv,     "advert"sv,      "ads"sv,     "pagination"sv,
    "pager"sv,  "catlinks"sv, "noprint"sv,    "navbox"sv,  "skip"sv,       "masthead"sv,    "popup"sv,   "modal"sv,
};

std::string_view attribute(const GumboNode& node, const char* name) {
  const GumboAttribute* found = gumbo_get_attribute(&node.v.element.attributes, name);
  return found ? std::string_view(found->value) : std::string_view();
}

bool has_furniture_word(std::string_view names) {
  std::string word;
  const auto is_furniture = [&] { return std::ranges::find(kFurniture, std::string_view(word)) != kFurniture.end(); };
  for (const char c : names) {
    if (std::isalpha(static_cast<unsigned char>(c))) {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      continue;
    }
    if (is_furniture()) return true;
    word.clear();
  }
  return is_furniture();
}

bool is_never_text(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_NOSCRIPT:
    case GUMBO_TAG_TEMPLATE:
    case GUMBO_TAG_SVG:
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_OBJECT:
    case GUMBO_TAG_HEAD:
    case GUMBO_TAG_TITLE:
    case GUMBO_TAG_CANVAS:
    case GUMBO_TAG_AUDIO:
    case GUMBO_TAG_VIDEO: return true;
    default: return false;
  }
}

bool is_hidden(const GumboNode& node) {
  if (gumbo_get_attribute(&node.v.element.attributes, "hidden") != nullptr) return true;
  std::string style(attribute(node, "style"));
  std::erase(style, ' ');
  return style.find("display:none") != std::string::npos || style.find("visibility:hidden") != std::string::npos;
}

bool is_navigation_tag(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_BUTTON:
    case GUMBO_TAG_SELECT:
    case GUMBO_TAG_TEXTAREA: return true;
    default: return false;
  }
}

bool is_navigation_role(std::string_view role) {
  return role == "navigation" || role == "banner" || role == "contentinfo" || role == "search" || role == "menu" ||
         role == "menubar" || role == "dialog" || role == "alert";
}

/// Text and linked text below `node`, in bytes without white space.
struct Weight {
  std::size_t text = 0;
  std::size_t linked = 0;
};

void weigh(const GumboNode& node, const BoilerplateFilter& filter, bool in_link, int depth, Weight& weight) {
  if (node.type == GUMBO_NODE_TEXT) {
    const auto bytes = static_cast<std::size_t>(
        std::ranges::count_if(std::string_view(node.v.text.text), [](unsigned char c) { return !std::isspace(c); }));
    weight.text += bytes;
    if (in_link) weight.linked += bytes;
    return;
  }
  const bool is_document = node.type == GUMBO_NODE_DOCUMENT;
  if ((node.type != GUMBO_NODE_ELEMENT && !is_document) || depth > kMaxDepth) return;
  if (!is_document && filter.skips(node)) return;
  const GumboVector& list = is_document ? node.v.document.children : node.v.element.children;
  const bool link = in_link || (!is_document && node.v.element.tag == GUMBO_TAG_A);
  for (unsigned i = 0; i < list.length; ++i)
    weigh(*static_cast<const GumboNode*>(list.data[i]), filter, link, depth + 1, weight);
}

Weight weight_of(const GumboNode& node, BoilerplateFilter::Mode mode) {
  Weight weight;
  weigh(node, BoilerplateFilter(mode), false, 0, weight);
  return weight;
}

bool contains_any(const GumboNode& node, bool (*wanted)(const GumboNode&), int depth) {
  if (node.type != GUMBO_NODE_ELEMENT || depth > kMaxDepth) return false;
  if (depth > 0 && wanted(node)) return true;
  const GumboVector& list = node.v.element.children;
  for (unsigned i = 0; i < list.length; ++i)
    if (contains_any(*static_cast<const GumboNode*>(list.data[i]), wanted, depth + 1)) return true;
  return false;
}

std::size_t most_cells_in_a_row(const GumboNode& node, int depth) {
  if (node.type != GUMBO_NODE_ELEMENT || depth > 4) return 0;
  std::size_t cells = 0;
  std::size_t most = 0;
  const GumboVector& list = node.v.element.children;
  for (unsigned i = 0; i < list.length; ++i) {
    const auto& child = *static_cast<const GumboNode*>(list.data[i]);
    if (child.type != GUMBO_NODE_ELEMENT) continue;
    cells += child.v.element.tag == GUMBO_TAG_TD || child.v.element.tag == GUMBO_TAG_TH;
    if (child.v.element.tag != GUMBO_TAG_TABLE) most = std::max(most, most_cells_in_a_row(child, depth + 1));
  }
  return std::max(cells, most);
}

}  // namespace

bool BoilerplateFilter::skips(const GumboNode& node) const {
  const GumboTag tag = node.v.element.tag;
  if (is_never_text(tag) || is_hidden(node)) return true;
  if (mode_ == Mode::only_invisible || tag == GUMBO_TAG_HTML || tag == GUMBO_TAG_BODY || tag == GUMBO_TAG_MAIN)
    return false;
  if (is_navigation_tag(tag) || is_navigation_role(attribute(node, "role"))) return true;
  const bool container = tag == GUMBO_TAG_DIV || tag == GUMBO_TAG_UL || tag == GUMBO_TAG_SECTION ||
                         tag == GUMBO_TAG_ASIDE || tag == GUMBO_TAG_HEADER || tag == GUMBO_TAG_TABLE ||
                         tag == GUMBO_TAG_SPAN || tag == GUMBO_TAG_FORM;
  return container && (has_furniture_word(attribute(node, "class")) || has_furniture_word(attribute(node, "id")));
}

ContentChoice choose_content(const GumboNode& root) {
  using Mode = BoilerplateFilter::Mode;
  const std::size_t whole = weight_of(root, Mode::only_invisible).text;
  const auto enough = [&](const GumboNode* node) {
    return node != nullptr && weight_of(*node, Mode::navigation_too).text * 4 >= whole;
  };
  if (const GumboNode* main = find_element(root, GUMBO_TAG_MAIN); enough(main))
    return {main, BoilerplateFilter(Mode::navigation_too)};
  if (const GumboNode* article = find_element(root, GUMBO_TAG_ARTICLE);
      article != nullptr && weight_of(*article, Mode::navigation_too).text * 2 >= whole)
    return {article, BoilerplateFilter(Mode::navigation_too)};
  if (enough(&root)) return {&root, BoilerplateFilter(Mode::navigation_too)};
  return {&root, BoilerplateFilter(Mode::only_invisible)};
}

bool is_layout_table(const GumboNode& table) {
  if (attribute(table, "role") == "presentation") return true;
  if (most_cells_in_a_row(table, 0) < 2) return true;
  constexpr auto is_page_structure = [](const GumboNode& node) {
    const GumboTag tag = node.v.element.tag;
    return tag == GUMBO_TAG_H1 || tag == GUMBO_TAG_H2 || tag == GUMBO_TAG_H3 || tag == GUMBO_TAG_FORM ||
           tag == GUMBO_TAG_ARTICLE || tag == GUMBO_TAG_MAIN;
  };
  return contains_any(table, is_page_structure, 0);
}

bool is_block_element(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_A:
    case GUMBO_TAG_ABBR:
    case GUMBO_TAG_B:
    case GUMBO_TAG_BDI:
    case GUMBO_TAG_BDO:
    case GUMBO_TAG_BIG:
    case GUMBO_TAG_CITE:
    case GUMBO_TAG_CODE:
    case GUMBO_TAG_DATA:
    case GUMBO_TAG_DEL:
    case GUMBO_TAG_DFN:
    case GUMBO_TAG_EM:
    case GUMBO_TAG_FONT:
    case GUMBO_TAG_I:
    case GUMBO_TAG_IMG:
    case GUMBO_TAG_INS:
    case GUMBO_TAG_KBD:
    case GUMBO_TAG_LABEL:
    case GUMBO_TAG_MARK:
    case GUMBO_TAG_Q:
    case GUMBO_TAG_RUBY:
    case GUMBO_TAG_RB:
    case GUMBO_TAG_RT:
    case GUMBO_TAG_RP:
    case GUMBO_TAG_S:
    case GUMBO_TAG_SAMP:
    case GUMBO_TAG_SMALL:
    case GUMBO_TAG_SPAN:
    case GUMBO_TAG_STRIKE:
    case GUMBO_TAG_STRONG:
    case GUMBO_TAG_SUB:
    case GUMBO_TAG_SUP:
    case GUMBO_TAG_TIME:
    case GUMBO_TAG_TT:
    case GUMBO_TAG_U:
    case GUMBO_TAG_VAR:
    case GUMBO_TAG_WBR:
    case GUMBO_TAG_MATH:
    case GUMBO_TAG_UNKNOWN: return false;
    default: return true;
  }
}

const GumboNode* find_element(const GumboNode& node, GumboTag tag) {
  std::vector<const GumboNode*> open = {&node};
  while (!open.empty()) {
    const GumboNode* next = open.back();
    open.pop_back();
    if (next->type != GUMBO_NODE_ELEMENT) continue;
    if (next->v.element.tag == tag) return next;
    const GumboVector& list = next->v.element.children;
    for (unsigned i = list.length; i > 0; --i) open.push_back(static_cast<const GumboNode*>(list.data[i - 1]));
  }
  return nullptr;
}

std::string visible_text(const GumboNode& node) {
  if (node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE) return node.v.text.text;
  std::string out;
  if (node.type != GUMBO_NODE_ELEMENT) return out;
  const GumboVector& list = node.v.element.children;
  for (unsigned i = 0; i < list.length; ++i) out += visible_text(*static_cast<const GumboNode*>(list.data[i]));
  return out;
}

}  // namespace cairn::extraction
