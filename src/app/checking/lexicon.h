#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "text/stemmer.h"

namespace cairn::checking {

/// What the checker knows about a word or a phrase.
struct Entry {
  std::string meaning;       ///< Words of one meaning share it; empty: the word itself.
  int direction = 0;         ///< 1 or -1 for the two sides of an opposition ("more", "less"; 之前, 之後).
  bool negates = false;      ///< Turns its clause round: not, never, without, forbid; 不, 沒有, 禁止.
  bool light = false;        ///< States nothing by itself: articles, auxiliaries, common verbs.
  bool soft = false;         ///< May be said without standing in the evidence: common verbs and adverbs.
  bool ends_clause = false;  ///< Begins another clause: but, because, when.
};

/// Synonyms, oppositions, negations and light words of English and Chinese, as general as they could be made in a page
/// each. Immutable.
class Lexicon {
 public:
  static const Lexicon& get();

  /// The longest phrase that `folded` has at `at`; `length` becomes its bytes. Null when there is none. Latin phrases
  /// end at the end of a word.
  const Entry* phrase_at(std::string_view folded, std::size_t at, std::size_t& length) const;

  /// By the stem of a Latin word.
  const Entry* stem(std::string_view stem) const;

 private:
  Lexicon();
  void add(std::string_view words, const Entry& entry, text::Stemmer& stemmer);

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> phrases_, stems_;
  std::size_t longest_ = 0;
};

}  // namespace cairn::checking
