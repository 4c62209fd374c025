#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cairn {

namespace checking {
struct Tools;
}

/// Evidence as a sentence is compared with it.
struct CheckedEvidence {
  std::string_view text;     ///< The quote.
  std::string_view context;  ///< Title and headings above it; may be empty.
  std::string_view language;
};

/// What an embedding model has to say, where there is one.
struct Closeness {
  /// Of the sentence to its evidence, on the scale of relative_similarity().
  std::optional<double> similarity = {};

  /// Whether a word means nearly what one of the others means; may be empty.
  std::function<bool(const std::string& word, const std::vector<std::string>& others)> alike = {};
};

struct Verdict {
  bool supported = false;
  std::string reason;   ///< Why not, for a person: "the number 30 is not in the evidence".
  double coverage = 0;  ///< Share of its words that the evidence has.
};

/// Compares sentences with evidence: numbers with their units, names, negation, directions (more, before), who did
/// what, and the other words. English and Chinese; other languages by words, numbers and names alone. Pure: the same
/// input gives the same verdict. Any thread.
class SentenceChecker {
 public:
  SentenceChecker();
  ~SentenceChecker();

  /// Whether `evidence`, taken together, states what `sentence` says.
  Verdict check(std::string_view sentence, std::string_view language, std::span<const CheckedEvidence> evidence,
                const Closeness& closeness) const;

  /// Whether `sentence` says no more than a question that asks for something, and so does not answer it.
  bool repeats(std::string_view sentence, std::string_view question, std::string_view language) const;

 private:
  std::unique_ptr<checking::Tools> take() const;

  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<checking::Tools>> idle_;  // Guarded by mutex_.
};

}  // namespace cairn
