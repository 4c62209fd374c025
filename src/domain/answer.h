#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/span.h"
#include "domain/ids.h"

namespace cairn {

/// A sentence (or table row) chosen from a hit: what an answer may point to.
struct Evidence {
  DocumentId document;
  std::string external_id;
  std::string collection;
  std::string title;
  std::uint32_t page = 0;
  std::vector<std::string> heading_path;
  Span span;            ///< In the document's canonical text.
  std::string text;     ///< The literal text of the span.
  std::string context;  ///< The chunk that it was taken from.
  std::string language;
  double score = 0;  ///< How well it answers the question, 0..1.
};

/// Evidence that the answer points to, by its number `n` (1-based).
struct Citation {
  std::uint32_t n = 0;
  DocumentId document;
  std::string external_id;
  std::string collection;
  std::string title;
  std::uint32_t page = 0;
  Span span;
  std::string quote;  ///< A literal substring of the canonical text at `span`.
};

struct AnswerSentence {
  std::string text;
  std::vector<std::uint32_t> citations;
  bool supported = false;
  std::string reason;  ///< Why it is not supported, for a person; empty when it is.
};

/// What was said before a question, and the question itself.
struct ConversationTurn {
  enum class Role { user, assistant };
  Role role = Role::user;
  std::string content;  ///< UTF-8.
};

/// How a caller wants a language model to write. What is not said is as configured.
struct WritingWishes {
  std::optional<std::uint32_t> max_tokens;  ///< Of the reply.
  std::optional<double> temperature;        ///< 0: the likeliest word each time.
  std::optional<std::uint32_t> seed;        ///< The same one gives the same reply, where the model can do that.
  std::vector<std::string> stop;            ///< The reply ends before any of these.
};

/// Why a model's reply ended: it was done, it was as long as it might be, or its endpoint withheld the rest.
enum class ReplyEnd { stop, length, content_filter };

/// What a language model took for an answer.
struct AnswerUsage {
  std::string model;
  std::uint32_t prompt_tokens = 0;
  std::uint32_t cached_prompt_tokens = 0;  ///< Of those, not computed again.
  std::uint32_t reply_tokens = 0;
  std::optional<double> price;  ///< In the currency of the configured prices; absent without them.
};

/// Milliseconds of the stages of an answer.
struct AnswerTimes {
  double search = 0, evidence = 0, generate = 0, check = 0;
  double rewrite = 0;      ///< Of a conversation's last question.
  double first_token = 0;  ///< From the start of the answer; 0: no text was passed on.
};

/// How the sentences that a generator wrote compare with the evidence, before any was left out.
struct AnswerChecks {
  std::uint32_t sentences = 0;
  std::uint32_t cited = 0;          ///< That pointed to evidence.
  std::uint32_t cited_rightly = 0;  ///< And were supported by what they pointed to.
  std::uint32_t supported = 0;      ///< By any evidence.
};

struct Answer {
  std::string answer;  ///< The sentences joined; empty when abstained.
  bool abstained = true;
  std::vector<AnswerSentence> sentences;
  std::vector<Citation> citations;
  std::string generator;
  std::string cached = "no";
  double took_ms = 0;
  std::map<std::string, std::uint64_t> manifests;
  std::string rewritten_question;    ///< What was looked for, when a conversation's last question did not stand alone.
  std::optional<AnswerUsage> usage;  ///< Of the model, where one wrote the answer.
  ReplyEnd end = ReplyEnd::stop;     ///< Of the model's reply; of what is quoted, always stop.
  AnswerTimes times;
  AnswerChecks checks;
  std::uint32_t dropped = 0;  ///< Sentences that were left out because nothing supports them.
};

}  // namespace cairn
