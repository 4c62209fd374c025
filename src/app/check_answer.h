#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "app/check_sentence.h"
#include "base/cancel.h"
#include "domain/answer.h"
#include "ports/embedder.h"
#include "ports/generator.h"

namespace cairn {

/// A sentence of an answer after it was compared with the evidence.
struct CheckedSentence {
  GeneratedSentence sentence;  ///< With the evidence that supports it, where any does.
  bool supported = false;
  bool cited = false;          ///< It pointed to evidence itself.
  bool cited_rightly = false;  ///< And that supports it.
  std::string reason;          ///< Why it is not supported.
};

/// Checks the sentences of one answer against its evidence. One thread at a time; everything must outlive it.
class CheckAnswer {
 public:
  /// `question`: what is answered; a sentence that only repeats it is not supported. Empty: none is known.
  CheckAnswer(const SentenceChecker& checker, const EmbedderSet& embedders, std::span<const Evidence> evidence,
              std::string question, CancelToken cancel);

  /// Compares a sentence with what it points to. When that does not support it, or it points to nothing, every other
  /// piece of evidence is tried, and the first that supports it becomes its citation. A model that does not embed just
  /// now is done without.
  CheckedSentence check(GeneratedSentence sentence, const std::string& language);

 private:
  Verdict compare(const std::string& text, const std::string& language, std::span<const std::size_t> indexes);
  std::optional<double> similarity(const std::string& text, std::span<const std::size_t> indexes);
  bool alike(const Embedder& embedder, const std::string& word, const std::vector<std::string>& others);
  void embed_words(const Embedder& embedder, std::vector<std::string> words);
  const std::vector<float>& vector_of(const Embedder& embedder, std::size_t index);

  const SentenceChecker& checker_;
  const EmbedderSet& embedders_;
  std::span<const Evidence> evidence_;
  std::string question_;
  std::vector<std::string> contexts_;  ///< Title and headings of each piece of evidence.
  std::map<std::pair<const Embedder*, std::size_t>, std::vector<float>> vectors_;
  std::map<std::pair<const Embedder*, std::string>, std::vector<float>> word_vectors_;
  CancelToken cancel_;
};

}  // namespace cairn
