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

constexpr std::array<std::string_view, 42> places = {
    "日本",   "歐洲", "欧洲", "美國", "美国",     "美洲", "亞洲", "亚洲", "非洲", "中國", "中国",
    "大陸",   "大陆", "香港", "澳門", "澳门",     "韓國", "韩国", "台灣", "臺灣", "台湾", "新加坡",
    "東南亞", "泰國", "越南", "印度", "馬來西亞", "英國", "英国", "法國", "法国", "德國", "德国",
    "加拿大", "澳洲", "台北", "臺北", "新竹",     "台中", "台南", "高雄", "東京"};
constexpr std::array<std::string_view, 4> sides = {"國內", "國外", "国内", "国外"};
constexpr std::array<std::string_view, 17> relatives = {"外祖父母", "祖父母", "父母",     "岳父母",   "公婆", "配偶",
                                                        "子女",     "孫子女", "兄弟姊妹", "兄弟姐妹", "父親", "母親",
                                                        "丈夫",     "妻子",   "兒子",     "女兒",     "小孩"};
constexpr std::array<std::string_view, 18> spans_of_time = {"半天",   "一天", "兩天", "三天",   "一日",   "一週",
                                                            "一周",   "兩週", "三週", "一個月", "一个月", "兩個月",
                                                            "三個月", "半年", "一年", "兩年",   "三年",   "一小時"};

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

/// The first run of letters and digits of a topic that holds a code, with the blanks around it.
std::string_view code_in(std::string_view topic) {
  for (std::size_t at = 0, end = 0; at < topic.size(); at = end + 1) {
    for (end = at; end < topic.size() && is_ascii_part(topic[end]);) ++end;
    if (has_code(topic.substr(at, end - at))) return topic.substr(at, end - at);
  }
  return {};
}

/// The question before with its first word of a kind replaced by the fragment, if that is a word of this kind.
template <std::size_t n>
std::string with_other(const std::string& previous, const std::string& fragment,
                       const std::array<std::string_view, n>& kind) {
  if (std::ranges::find(kind, fragment) == kind.end()) return {};
  for (std::size_t at = 0; at < previous.size(); utf8::next(previous, at))
    if (const std::size_t size = starts_with_one_of(std::string_view(previous).substr(at), kind); size > 0)
      return previous.substr(0, at) + fragment + previous.substr(at + size);
  return {};
}

/// A place for a place, a time for a time and the like; empty when the kind of the fragment is not known.
std::string with_same_kind(const std::string& previous, const std::string& fragment) {
  for (const std::string& text : {with_other(previous, fragment, places), with_other(previous, fragment, sides),
                                  with_other(previous, fragment, relatives),
                                  with_other(previous, fragment, spans_of_time), with_other(previous, fragment, times)})
    if (!text.empty()) return text;
  return {};
}

/// Whether a topic is short enough to be one word, so that a fragment replaces all of it.
bool is_one_word(const std::string& topic, bool owned) {
  return utf8::length(topic) <= (owned ? 4U : 3U) && !has_code(topic);
}

std::string with_other_code(const std::string& topic, std::string_view code, const std::string& fragment) {
  const auto at = static_cast<std::size_t>(code.data() - topic.data());
  const std::string before = trimmed(topic.substr(0, at));
  return (before.empty() ? "" : before + " ") + fragment + " " + trimmed(topic.substr(at + code.size()));
}

/// 「試用期多長？」 and 「年假」 give 「年假多長？」. Of 「A 的 B」 a code replaces A, anything else B. A topic of
/// several words keeps them all and takes the fragment in addition: losing what is asked about would be worse.
std::string with_fragment(const std::string& previous, const std::string& fragment) {
  const std::size_t end = end_of_topic(previous);
  const std::string topic = previous.substr(0, end), rest = previous.substr(end);
  if (std::string text = with_same_kind(previous, fragment); !text.empty()) return text;
  if (starts_with_one_of(fragment, times) > 0) {
    const std::size_t time = starts_with_one_of(previous, times);
    return time > 0 ? fragment + previous.substr(time) : fragment + previous;
  }
  if (end == previous.size()) return previous + fragment + "？";
  const std::string_view code = code_in(topic);
  if (has_code(fragment) && !code.empty()) return with_other_code(topic, code, fragment) + rest;
  const auto of = topic.rfind("的");
  const std::size_t after = of == std::string::npos ? 0 : of + std::string_view("的").size();
  if (after > 0 && after < topic.size() && has_code(fragment)) return fragment + topic.substr(of) + rest;
  if (is_one_word(topic.substr(after), after > 0)) return topic.substr(0, after) + fragment + rest;
  return topic + fragment + rest;
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
