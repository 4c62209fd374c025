#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/checking/quantities.h"
#include "text/stemmer.h"
#include "text/word_breaker.h"

namespace cairn::checking {

/// A word, a quantity or a boundary of a text, in the form in which texts are compared.
struct Token {
  enum class Kind { word, quantity, clause_end, sentence_end };
  Kind kind = Kind::word;
  std::string key;     ///< Of a word: its meaning, else its stem; of Chinese, the word in Simplified characters.
  std::string text;    ///< As it stands, folded.
  Quantity quantity;   ///< Of a quantity.
  int direction = 0;   ///< See Entry.
  bool light = false;  ///< States nothing by itself.
  bool soft = false;   ///< See Entry.
  bool negates = false;
  bool name = false;     ///< A capitalised word inside a sentence, or an identifier (TL-450, an address).
  bool capital = false;  ///< It begins with a capital letter, wherever it stands.
  bool han = false;

  bool is_content() const { return kind == Kind::word && !light && !negates; }
};

/// What parsing needs and is dear to make. One thread at a time.
struct Tools {
  text::Stemmer stemmer;
  text::WordBreaker breaker;
};

/// A text as tokens.
struct Statement {
  std::vector<Token> tokens;
  bool asks = false;  ///< It ends with a question mark.

  bool has(std::string_view key) const;
};

/// How Chinese numerals are read that count nothing: as words, as in a claim, or as numbers too, as in evidence.
enum class Reading { strict, loose };

/// `language` chooses the stemmer of Latin words.
Statement parse_statement(std::string_view text, std::string_view language, Reading reading, Tools& tools);

}  // namespace cairn::checking
