#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/span.h"

namespace cairn::text {

/// One searchable term and where it stands (code points of the text given).
struct Term {
  std::string text;
  Span span;
  std::uint32_t position = 0;  ///< Word position; a CJK word, its bigrams and characters share positions.
};

/// Turns text into the terms that are indexed and looked up: NFKC, case folding, Traditional to Simplified, Unicode
/// words, Snowball stems by language, CJK words and bigrams. The same function serves documents and queries, so that
/// they meet. Not thread-safe (it owns ICU iterators): one per thread; cheap to keep, dear to create.
class Analyzer {
 public:
  Analyzer();
  ~Analyzer();
  Analyzer(Analyzer&&) noexcept;
  Analyzer& operator=(Analyzer&&) noexcept;

  /// `language` is a tag from detect_language(); it chooses the stemmer. `text` is well-formed UTF-8.
  std::vector<Term> document_terms(std::string_view text, std::string_view language);

  /// Terms to look up for a query of unknown language. `weight` says how much a term counts: a word has 1. Stems of one
  /// word in several languages are alternatives of which a document holds only its own, so each has the word's weight;
  /// pairs, single characters and parts of a compound stand beside each other in a document, so they share it.
  struct QueryTerm {
    std::string text;
    float weight = 1;
    bool stop_word = false;
    std::uint32_t word = 0;  ///< Stems of one word have the same number; a document holds only one of them.
  };
  std::vector<QueryTerm> query_terms(std::string_view query);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cairn::text
