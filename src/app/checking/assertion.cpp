#include <algorithm>
#include <array>
#include <span>

#include "app/checking/alignment.h"
#include "app/checking/comparison.h"

// What a sentence has to be before it is worth comparing: one that asserts something, and of the matter.
namespace cairn::checking {
namespace {

using Kind = Token::Kind;

bool is_one_of(std::string_view text, std::span<const std::string_view> list) {
  return std::ranges::find(list, text) != list.end();
}

/// A thing, a name, or a number that counts or measures something. A number alone may be that of a section.
bool says_something(const Token& token) {
  if (token.kind == Kind::quantity) return !token.quantity.unit.empty() && token.quantity.unit != "第";
  return token.is_content() || token.name;
}

/// "The passage describes …", 這段文字介紹…: of what is in front of the model, not of what that says. "The passage
/// says that …" is about the matter, and so is any sentence where the evidence itself speaks of a passage.
bool speaks_of_the_passage(const Statement& claim, const Ground& ground) {
  constexpr std::string_view sources[] = {"passage",  "passages", "text",     "excerpt",  "paragraph", "snippet",
                                          "document", "context",  "question", "evidence", "article",   "heading"};
  constexpr std::string_view reports[] = {"that",  "says",      "say",      "states",    "state",   "mentions",
                                          "notes", "specifies", "explains", "indicates", "confirms"};
  constexpr std::string_view chinese[] = {"这段",   "本段", "该段",   "此段", "段落", "本文",      "上文",
                                          "这篇文", "文章", "文中的", "原文", "问题", "提供的资料"};
  std::string beginning;
  for (std::size_t i = 0; i < std::min<std::size_t>(claim.tokens.size(), 4); ++i) {
    const Token& token = claim.tokens[i];
    beginning += token.text;
    if (token.kind != Kind::word) break;
    if (is_one_of(token.text, sources)) {
      if (ground.folded.find(token.text) != std::string::npos) return false;
      return std::none_of(claim.tokens.begin() + static_cast<std::ptrdiff_t>(i),
                          claim.tokens.begin() + static_cast<std::ptrdiff_t>(std::min(i + 4, claim.tokens.size())),
                          [&](const Token& next) { return is_one_of(next.text, reports); });
    }
    if (!token.light || token.text == "in" || token.text == "from" || token.text == "according") break;
  }
  constexpr std::string_view says[] = {"指出", "提到", "说", "显示", "规定", "写", "载明", "表示"};
  std::string all;
  for (const Token& token : claim.tokens) all += token.text;
  return std::ranges::any_of(chinese,
                             [&](std::string_view source) {
                               return beginning.starts_with(source) && ground.folded.find(source) == std::string::npos;
                             }) &&
         std::ranges::none_of(says, [&](std::string_view word) { return all.find(word) != std::string::npos; });
}

bool asks_for_something(const Statement& question) {
  constexpr std::string_view words[] = {"who", "whom", "whose", "what", "when", "where", "which", "why", "how"};
  constexpr std::string_view chinese[] = {"什么", "谁", "哪", "何", "多少", "几", "怎", "多久", "多长", "多大"};
  constexpr std::string_view choices[] = {"or", "还是", "或", "吗", "是否"};
  std::string all;
  bool asks = false, chooses = false;
  for (const Token& token : question.tokens) {
    asks = asks || is_one_of(token.text, words);
    chooses = chooses || is_one_of(token.text, choices);
    all += token.text;
  }
  const auto has = [&](std::string_view word) { return all.find(word) != std::string::npos; };
  return (asks || std::ranges::any_of(chinese, has)) && !chooses;
}

}  // namespace

std::optional<std::string> asserts_nothing(const Statement& claim, const Ground& ground) {
  if (std::ranges::none_of(claim.tokens, says_something)) return "it states nothing that could be checked";
  if (claim.asks) return "it asks, and states nothing";
  if (speaks_of_the_passage(claim, ground)) return "it speaks of the passage, not of what that says";
  return std::nullopt;
}

bool repeats(const Statement& claim, const Statement& question) {
  if (!asks_for_something(question)) return false;
  return std::ranges::all_of(claim.tokens, [&](const Token& token) {
    if (token.negates) return question.has(token.key);
    if (token.kind != Kind::quantity && !token.is_content() && !token.name) return true;
    return std::ranges::any_of(question.tokens, [&](const Token& other) { return same(token, other); });
  });
}

}  // namespace cairn::checking
