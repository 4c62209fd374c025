#include "app/fill_in_chinese.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace cairn {
namespace {

template <std::size_t n>
std::size_t starts_with_one_of(std::string_view text, const std::array<std::string_view, n>& list) {
  std::size_t longest = 0;
  for (const std::string_view one : list)
    if (text.starts_with(one)) longest = std::max(longest, one.size());
  return longest;
}

constexpr std::array<std::string_view, 8> lead_ins = {"那麼", "那么", "那", "還有", "还有", "然後", "而", "至於"};
constexpr std::array<std::string_view, 3> endings = {"呢？", "呢?", "呢"};
/// Where a question stops naming its matter and begins to ask about it.
constexpr std::array<std::string_view, 52> asking = {
    "多久",   "多少", "多長", "多长", "多大", "多高", "多遠", "多远", "什麼", "什么", "何時", "何时", "為什麼",
    "为什么", "怎麼", "怎么", "如何", "哪",   "幾",   "几",   "是",   "要",   "可以", "可否", "能",   "會",
    "会",     "有",   "在",   "每天", "每年", "每月", "每週", "每周", "去",   "應",   "应",   "必須", "必须",
    "需",     "由",   "誰",   "谁",   "被",   "最多", "最少", "至少", "從",   "从",   "嗎",   "吗",   "？"};
constexpr std::array<std::string_view, 26> pronouns = {
    "它們", "它们", "他們", "他们", "她們", "她们", "這個", "这个", "那個", "那个", "這些", "这些", "那些",
    "這項", "这项", "該項", "该项", "此項", "這裡", "這種", "那種", "它",   "他",   "她",   "這",   "这"};
constexpr std::array<std::string_view, 9> times = {"去年",   "前年", "今年", "明年", "上個月",
                                                   "下個月", "上季", "下季", "週末"};

bool is_ascii_part(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == ' ';
}

std::string trimmed(std::string text) {
  const auto first = text.find_first_not_of(" \n");
  if (first == std::string::npos) return {};
  text = text.substr(first, text.find_last_not_of(" \n") - first + 1);
  while (text.ends_with("的")) text.resize(text.size() - std::string_view("的").size());
  return text;
}

/// Bytes up to where the question begins to ask.
std::size_t end_of_topic(const std::string& question) {
  for (std::size_t at = 0; at < question.size();) {
    if (at > 0 && starts_with_one_of(std::string_view(question).substr(at), asking) > 0) return at;
    utf8::next(question, at);
  }
  return question.size();
}

bool has_code(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

/// 那導電度呢？ gives 導電度; nothing for a question that does not end so.
std::string fragment_of(const std::string& question) {
  std::string_view text = question;
  for (const std::string_view ending : endings)
    if (text.ends_with(ending)) {
      text.remove_suffix(ending.size());
      if (text.ends_with("，")) text.remove_suffix(std::string_view("，").size());
      text.remove_prefix(starts_with_one_of(text, lead_ins));
      return trimmed(std::string(text));
    }
  return {};
}

std::string_view leading_code(std::string_view topic) {
  std::size_t end = 0;
  while (end < topic.size() && is_ascii_part(topic[end])) ++end;
  return topic.substr(0, end);
}

/// 「試用期多長？」 and 「年假」 give 「年假多長？」. Of 「A 的 B」 a code or a place replaces A, anything else B.
std::string with_fragment(const std::string& previous, const std::string& fragment) {
  const std::size_t end = end_of_topic(previous);
  const std::string topic = previous.substr(0, end), rest = previous.substr(end);
  if (starts_with_one_of(fragment, times) > 0) {
    const std::size_t time = starts_with_one_of(previous, times);
    return time > 0 ? fragment + previous.substr(time) : fragment + previous;
  }
  if (end == previous.size()) return previous + fragment + "？";
  const std::string_view code = leading_code(topic);
  if (has_code(fragment) && has_code(code)) return fragment + " " + trimmed(topic.substr(code.size())) + rest;
  const auto of = topic.rfind("的");
  const std::size_t after = of == std::string::npos ? 0 : of + std::string_view("的").size();
  if (after > 0 && after < topic.size() && has_code(fragment)) return fragment + topic.substr(of) + rest;
  return (after < topic.size() ? topic.substr(0, after) : "") + fragment + rest;
}

std::string without_pronoun(const std::string& question, const std::string& topic) {
  for (std::size_t at = 0; at < question.size();) {
    const std::string_view left = std::string_view(question).substr(at);
    const std::size_t size = starts_with_one_of(left, pronouns);
    const bool other_word = left.starts_with("其他") || left.starts_with("他人") || left.starts_with("這樣") ||
                            (at >= 3 && question.substr(at - 3, 3) == "其");
    if (size > 0 && !other_word) return question.substr(0, at) + topic + question.substr(at + size);
    utf8::next(question, at);
  }
  return question;
}

/// Too short to name a matter, and begins to ask at once: 多少錢？為什麼？
bool only_asks(const std::string& question) {
  return utf8::length(question) <= 8 && starts_with_one_of(question, asking) > 0 && !has_code(question);
}

}  // namespace

std::string fill_in_chinese(const std::string& question, const std::string& previous, const std::string&) {
  if (previous.empty()) return question;
  if (const std::string fragment = fragment_of(question); !fragment.empty()) return with_fragment(previous, fragment);
  std::string topic = previous.substr(0, end_of_topic(previous));
  while (topic.ends_with("的")) topic.resize(topic.size() - std::string_view("的").size());
  const std::string text = question.substr(starts_with_one_of(question, lead_ins));
  if (topic.empty() || utf8::length(topic) > 30) return question;
  if (only_asks(text)) return topic + text;
  return without_pronoun(question, topic);
}

}  // namespace cairn
