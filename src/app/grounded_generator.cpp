#include "app/grounded_generator.h"

#include <algorithm>
#include <array>
#include <random>

#include "app/citation_stream.h"
#include "app/cited_sentences.h"
#include "app/question_rewriting.h"
#include "base/trace.h"
#include "text/fold.h"

namespace cairn {
namespace {

/// 128 bits that no document can have foreseen.
std::string fresh_key() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::random_device random;
  std::string key;
  for (int i = 0; i < 32; ++i) key += digits[random() & 15U];
  return key;
}

/// Holds back the start of a reply while it may turn out to be `no_answer`.
class AnswerStart {
 public:
  /// What can be passed on.
  std::string take(std::string text) {
    if (decided_) return text;
    held_ += text;
    const std::size_t first = held_.find_first_not_of(" \n\t\"*");
    const std::string_view begun = first == std::string::npos ? "" : std::string_view(held_).substr(first);
    if (no_answer.starts_with(begun) || begun.starts_with(no_answer)) return {};
    decided_ = true;
    return std::exchange(held_, {});
  }

  bool says_no_answer() const { return !decided_ && held_.find(no_answer) != std::string::npos; }
  std::string rest() { return std::exchange(held_, {}); }

 private:
  bool decided_ = false;
  std::string held_;
};

AnswerUsage usage_of(const ChatReply& reply, const std::string& model) {
  return {.model = reply.model.empty() ? model : reply.model,
          .prompt_tokens = reply.usage.prompt_tokens,
          .cached_prompt_tokens = reply.usage.cached_prompt_tokens,
          .reply_tokens = reply.usage.reply_tokens,
          .price = reply.usage.price};
}

constexpr std::array<std::string_view, 26> phrases_of_not_knowing = {"i don't know",     "i do not know",
                                                                     "not contain",      "no information",
                                                                     "not mention",      "does not say",
                                                                     "do not say",       "doesn't say",
                                                                     "don't say",        "not provide",
                                                                     "not specified in", "cannot answer",
                                                                     "can't answer",     "unable to answer",
                                                                     "no answer",        "not find an answer",
                                                                     "没有提到",         "没有提及",
                                                                     "未提及",           "没有说明",
                                                                     "没有相关",         "无法回答",
                                                                     "不知道",           "无法从",
                                                                     "没有提供",         "未提供"};
constexpr std::array<std::string_view, 14> subjects_of_not_knowing = {
    "passage", "evidence", "document", "context", "i ", "source", "text",
    "段落",    "资料",     "文件",     "内容",    "我", "提供的", "no answer"};

template <std::size_t n>
bool has_one_of(std::string_view text, const std::array<std::string_view, n>& list) {
  return std::ranges::any_of(list, [&](std::string_view one) { return text.find(one) != std::string_view::npos; });
}

/// What has come of a reply, and what was passed on of it.
class Reply {
 public:
  Reply(const GenerateRequest& request, std::size_t evidence, const std::function<void(std::string_view)>& on_token)
      : request_(request), on_token_(on_token), reader_(request.language, evidence) {}

  void take(std::string_view piece) {
    pass_on(start_.take(citations_.take(piece)));
    if (!start_.says_no_answer()) keep(reader_.finished(citations_));
  }

  std::vector<GeneratedSentence> finish() {
    pass_on(start_.take(citations_.finish()));
    if (start_.says_no_answer()) return {};
    pass_on(start_.rest());
    keep(reader_.rest(citations_));
    return std::move(sentences_);
  }

 private:
  void pass_on(const std::string& text) {
    if (!text.empty() && on_token_) on_token_(text);
  }

  void keep(std::vector<GeneratedSentence> finished) {
    for (GeneratedSentence& sentence : finished) {
      if (says_that_it_does_not_know(sentence.text)) continue;
      if (request_.on_sentence) request_.on_sentence(sentence);
      sentences_.push_back(std::move(sentence));
    }
  }

  const GenerateRequest& request_;
  const std::function<void(std::string_view)>& on_token_;
  CitationStream citations_;
  AnswerStart start_;
  CitedSentences reader_;
  std::vector<GeneratedSentence> sentences_;
};

}  // namespace

bool says_that_it_does_not_know(std::string_view sentence) {
  std::string folded = text::fold(sentence);
  for (auto at = folded.find("’"); at != std::string::npos; at = folded.find("’")) folded.replace(at, 3, "'");
  return has_one_of(folded, phrases_of_not_knowing) && has_one_of(folded, subjects_of_not_knowing);
}

Result<GeneratedAnswer> GroundedGenerator::generate(const GenerateRequest& request,
                                                    const std::function<void(std::string_view)>& on_token) {
  if (request.cancel.cancelled()) return fail(ErrorKind::cancelled, "the answer was cancelled");
  if (request.evidence.empty() || request.evidence.front().score < options_.least_evidence) return GeneratedAnswer{};
  PromptLimits limits = options_.limits;
  const WritingWishes& wishes = request.wishes;
  limits.reply_tokens = std::min(limits.reply_tokens, wishes.max_tokens.value_or(limits.reply_tokens));
  ScopedSpan building(request.trace, "generate.prompt");
  CAIRN_TRY(AnswerPrompt prompt, building.watch(answer_prompt(model_, request, limits, fresh_key())));
  building.set("passages", prompt.evidence);
  building.end();
  prompt.request.temperature = wishes.temperature.value_or(options_.temperature);
  prompt.request.seed = wishes.seed;
  prompt.request.stop = wishes.stop;
  prompt.request.time_limit = options_.time_limit;
  Reply reply(request, prompt.evidence, on_token);
  ScopedSpan waiting(request.trace, "generate.first_token");
  CAIRN_TRY(const ChatReply written, model_.chat(prompt.request, [&](std::string_view piece) {
    waiting.end();
    reply.take(piece);
  }));
  waiting.end();
  return GeneratedAnswer{reply.finish(), usage_of(written, model_.name()), written.finish};
}

Result<std::optional<std::string>> GroundedGenerator::stand_alone(std::span<const ConversationTurn> turns,
                                                                  const CancelToken& cancel) {
  ChatRequest request = rewriting_prompt(turns);
  request.cancel = cancel;
  request.time_limit = std::min(options_.time_limit, std::chrono::milliseconds(20'000));
  const auto reply = model_.chat(request, [](std::string_view) {});
  if (reply) return usable_rewriting(reply->text, turns.back().content);
  if (reply.error().kind == ErrorKind::cancelled) return fail(reply.error());
  return std::nullopt;  // Rules will do; the answer itself will say what is wrong with the model.
}

}  // namespace cairn
