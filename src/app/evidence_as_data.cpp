#include "app/evidence_as_data.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/utf8.h"
#include "text/fold.h"

namespace cairn {
namespace {

bool is_invisible(char32_t c) {
  return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || c == 0xAD ||
         (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xE0000 && c <= 0xE0FFF);
}

std::string without_invisible(std::string_view text) {
  std::string visible;
  for (std::size_t at = 0; at < text.size();)
    if (const char32_t c = utf8::next(text, at); !is_invisible(c)) utf8::append(visible, c);
  return visible;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// What the templates of today's models are made of. Breaking the brackets breaks the token, and leaves the words.
constexpr std::array<std::pair<std::string_view, std::string_view>, 22> template_tokens = {
    {{"<|", "< |"},
     {"|>", "| >"},
     {"<｜", "< ｜"},
     {"｜>", "｜ >"},
     {"[INST]", "(INST)"},
     {"[/INST]", "(/INST)"},
     {"<<SYS>>", "(SYS)"},
     {"<</SYS>>", "(/SYS)"},
     {"<s>", "(s)"},
     {"</s>", "(/s)"},
     {"<bos>", "(bos)"},
     {"<eos>", "(eos)"},
     {"<start_of_turn>", "(turn)"},
     {"<end_of_turn>", "(/turn)"},
     {"<think>", "(think)"},
     {"</think>", "(/think)"},
     {"<tool_call>", "(tool)"},
     {"</tool_call>", "(/tool)"},
     {"<system>", "(system)"},
     {"</system>", "(/system)"},
     {"<passages", "(passages"},
     {"</passages", "(/passages"}}};

/// Bytes of a speaker's name at the start of `text`, in any case; 0: none.
std::size_t speaker_at(std::string_view text) {
  constexpr std::string_view speakers[] = {"system",       "assistant",   "user",      "human",  "ai",
                                           "instructions", "instruction", "developer", "tool",   "系統",
                                           "系统",         "助理",        "助手",      "使用者", "用户"};
  for (const std::string_view speaker : speakers) {
    const bool same = text.size() >= speaker.size() &&
                      std::ranges::equal(text.substr(0, speaker.size()), speaker, {},
                                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (same) return speaker.size();
  }
  return 0;
}

/// Bytes of the colon that `text` begins with; 0: none.
std::size_t colon_at(std::string_view text) {
  for (const std::string_view colon : {std::string_view(":"), std::string_view("：")})
    if (text.starts_with(colon)) return colon.size();
  return 0;
}

/// "System: …" at the start of a line would read as another speaker.
std::string without_speakers(std::string_view text) {
  std::string made;
  while (!text.empty()) {
    std::string_view line = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
    text.remove_prefix(line.size());
    const std::size_t start = std::min(line.find_first_not_of(" \t#*"), line.size());
    const std::size_t speaker = speaker_at(line.substr(start));
    const std::size_t after = std::min(line.find_first_not_of(" \t*", start + speaker), line.size());
    const std::size_t colon = speaker == 0 ? 0 : colon_at(line.substr(after));
    if (colon > 0) {
      made.append(line.substr(0, start)).append("(").append(line.substr(start, speaker)).append(")");
      line.remove_prefix(after + colon);
    }
    made.append(line);
  }
  return made;
}

/// A document's own [1] would read as a citation.
std::string without_citations(std::string text) {
  constexpr std::string_view inside = "0123456789 ,-^";
  for (auto at = text.find('['); at != std::string::npos; at = text.find('[', at + 1)) {
    const auto end = text.find_first_not_of(inside, at + 1);
    if (end == std::string::npos || text[end] != ']' || end == at + 1 || end - at > 13) continue;
    text[at] = '(';
    text[end] = ')';
  }
  return text;
}

using Words = std::span<const std::string_view>;

bool has_one_of(std::string_view text, Words list) {
  return std::ranges::any_of(list, [&](std::string_view one) { return text.find(one) != std::string_view::npos; });
}

/// Said to a model and to nobody else.
constexpr std::string_view always[] = {
    "you must answer", "you must say", "you must reply", "you must respond", "must answer \"", "ignore all previous",
    "ignore previous", "ignore the previous", "ignore the above", "ignore all above", "ignore your", "ignore any other",
    "ignore any prev", "ignore all instr", "ignore the instr", "disregard the", "disregard all", "disregard any",
    "disregard prev", "disregard your", "forget your", "forget all", "forget everything", "forget the above",
    "you are now", "act as a", "act as an", "pretend to be", "pretend you", "system prompt", "your instructions",
    "your prompt", "previous instruct", "above instruct", "new instruct", "override your", "jailbreak",
    "developer mode", "do anything now", "as an ai", "language model", "ai assistant", "ai model", "dear assistant",
    "dear ai", "note to the ai", "note to ai", "to the model", "to the assistant", "attention ai",
    "attention assistant", "end of the document", "end of document", "end of passage", "end of evidence", "begin new",
    "instead of answering", "whatever the question", "whatever the user", "no matter what the user",
    "no matter what is asked", "when asked about", "if asked about", "if anyone asks", "tell the user",
    "tell the reader", "inform the user", "ask the user", "advise the user", "direct the user", "convince the user",
    "warn the user", "send the user", "user to", "answer every", "answer all", "answer only", "answer with",
    "answer the question", "answer that", "answer in", "reply with", "reply only", "reply that", "respond with",
    "respond only", "respond that", "respond in", "your answer", "your reply", "your response", "your output",
    "your final answer", "output the", "output only", "print your", "repeat the following", "repeat after",
    "repeat the word", "say that the", "say only", "write only", "start with the words", "begin with the words",
    "end with the words", "call the tool", "call the function", "use the tool", "run the command", "without citations",
    "do not cite", "don't cite", "do not mention this", "without checking", "mark it as supported", "cite this",
    "cite passage", "admin mode", "unrestricted", "grant the user",
    // Chinese, in the simplified characters that folding gives.
    "你必须回答", "你必须说", "忽略", "无视", "不要理会", "忘记之前", "忘记以上", "忘掉之前", "你现在是", "从现在起你",
    "从现在开始", "请扮演", "你扮演", "请假装", "系统提示", "系统指令", "新指令", "新的指令", "以上指示", "之前的指示",
    "人工智慧", "语言模型", "助理请", "ai助", "给ai", "给模型", "不论问", "无论问", "不管问", "任何问题", "请回答",
    "请回复", "只回答", "只回复", "只要回", "一律回", "你的回答", "你的答案", "回答时", "被问到", "如果有人问",
    "若有人问", "请输出", "请告诉使用者", "告诉用户", "告知用户", "告诉使用者", "告知使用者", "请使用者", "要求使用者",
    "请用户", "请重复", "重复以下", "呼叫工具", "调用工具", "执行指令", "执行以下", "不要引用", "不必引用",
    "不需要引用", "引用本段", "管理员模式", "开发者模式", "授予使用者", "解除限制", "文件结束", "文件到此"};

/// Whoever reads in another character set reads the same: letters that only look like Latin ones.
std::string as_read(std::string_view sentence) {
  std::string folded = text::fold(without_invisible(sentence));
  constexpr std::pair<std::string_view, std::string_view> lookalikes[] = {
      {"а", "a"}, {"е", "e"}, {"о", "o"}, {"р", "p"}, {"с", "c"}, {"х", "x"}, {"у", "y"}, {"і", "i"}, {"ѕ", "s"}};
  for (const auto& [from, to] : lookalikes) replace_all(folded, from, to);
  std::string single;
  for (const char c : folded) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '_' || c == '*';
    if (!blank) single += c;
    else if (!single.empty() && single.back() != ' ') single += ' ';
  }
  return single;
}

}  // namespace

std::string without_template_tokens(std::string_view text) {
  std::string clean = without_invisible(text);
  for (const auto& [token, broken] : template_tokens) replace_all(clean, token, broken);
  return clean;
}

std::string evidence_as_data(std::string_view text) {
  return without_citations(without_speakers(without_template_tokens(text)));
}

bool is_order_to_model(std::string_view sentence) {
  constexpr std::string_view speakers[] = {"system:",      "assistant:", "user:", "human:", "ai:",     "developer:",
                                           "instruction:", "系统:",      "助理:", "助手:",  "使用者:", "用户:"};
  constexpr std::string_view marks[] = {"<|", "[inst]", "<<sys", "</passages", "<system", "<start_of_turn"};
  const std::string read = as_read(sentence);
  const auto begins = [&](std::string_view speaker) { return read.starts_with(speaker); };
  return std::ranges::any_of(speakers, begins) || has_one_of(read, marks) || has_one_of(read, always);
}

}  // namespace cairn
