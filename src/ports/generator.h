#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "domain/answer.h"

namespace cairn {

class Trace;

/// A sentence as it is generated, with the evidence it points to (indexes into the request's evidence).
struct GeneratedSentence {
  std::string text;
  std::vector<std::size_t> evidence;

  /// What was passed on between the sentence before and this one; nothing: whatever suits the two.
  std::optional<std::string> separator = std::nullopt;
};

struct GenerateRequest {
  std::string question;                ///< Stands alone, without the conversation before it.
  std::string language;                ///< Of the question.
  std::span<const Evidence> evidence;  ///< Best first; the generator may cite no other.
  WritingWishes wishes = {};
  CancelToken cancel = {};

  /// Called with each sentence once it and its citations are complete, in order, in the calling thread; may be empty.
  std::function<void(const GeneratedSentence&)> on_sentence = {};
  Trace* trace = nullptr;  ///< Where its stages are recorded, or null.
};

struct GeneratedAnswer {
  std::vector<GeneratedSentence> sentences;  ///< None: it abstains.
  std::optional<AnswerUsage> usage;          ///< What the model took; none: there was no model.
  ReplyEnd end = ReplyEnd::stop;
};

/// Writes an answer from evidence.
class Generator {
 public:
  virtual ~Generator() = default;

  virtual std::string name() const = 0;

  /// Whether it writes words of its own. Such a one is given passages instead of single sentences, and what it writes
  /// is checked against them; one that quotes is taken at its word.
  virtual bool writes() const { return false; }

  /// Calls `on_token` with each piece of text as it comes (may be empty); joined, the pieces are the sentences with
  /// their separators. Any thread. Errors: `cancelled`, `unavailable` (may be retried), `limited`, `invalid`.
  virtual Result<GeneratedAnswer> generate(const GenerateRequest& request,
                                           const std::function<void(std::string_view)>& on_token) = 0;

  /// The last question of a conversation (`turns` is never empty, the question is the last), so that it can be
  /// understood alone. Nothing when the generator cannot tell; rules decide then. Any thread. Errors: `cancelled`.
  virtual Result<std::optional<std::string>> stand_alone(std::span<const ConversationTurn> turns,
                                                         const CancelToken& cancel) {
    (void)turns;
    if (cancel.cancelled()) return fail(ErrorKind::cancelled, "the answer was cancelled");
    return std::nullopt;
  }
};

}  // namespace cairn
