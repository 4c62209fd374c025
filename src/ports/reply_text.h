#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cairn {

/// Turns the bytes that a model gives into pieces that may be passed on: whole UTF-8 characters, no reasoning before
/// the reply (`<think>…</think>`), and nothing from a stop string on, nor what may turn out to be the beginning of one.
/// For the adapters of LanguageModel. One thread.
class ReplyText {
 public:
  explicit ReplyText(std::vector<std::string> stop) : stop_(std::move(stop)) {}

  /// What may be passed on now; empty after a stop string.
  std::string add(std::string_view bytes);

  /// What was held back, when the model has ended. Bytes that never became a character are replaced by U+FFFD.
  std::string finish();

  bool stopped() const { return stopped_; }

 private:
  enum class Reasoning { undecided, inside, ended, over };  // Ended: white space may follow it.

  void skip_reasoning();
  std::string take_until_stop(bool at_end);

  std::vector<std::string> stop_;
  std::string bytes_;  ///< The beginning of a character.
  std::string held_;   ///< Whole characters that wait.
  Reasoning reasoning_ = Reasoning::undecided;
  bool stopped_ = false;
};

}  // namespace cairn
