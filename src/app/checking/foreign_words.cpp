#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "app/checking/alignment.h"
#include "app/checking/comparison.h"
#include "app/checking/lexicon.h"
#include "base/utf8.h"

namespace cairn::checking {
namespace {

using Kind = Token::Kind;

/// Whether every pair of neighbouring characters of a Chinese word stands somewhere in `text`.
bool has_all_pairs(std::string_view text, std::string_view word) {
  std::size_t at = 0;
  utf8::next(word, at);
  for (std::size_t start = 0; at < word.size();) {
    std::size_t end = at;
    utf8::next(word, end);
    if (text.find(word.substr(start, end - start)) == std::string_view::npos) return false;
    start = at;
    at = end;
  }
  return true;
}

/// Whether every character of a Chinese word stands somewhere in `text`.
bool has_all_characters(std::string_view text, std::string_view word) {
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t start = at;
    utf8::next(word, at);
    if (text.find(word.substr(start, at - start)) == std::string_view::npos) return false;
  }
  return true;
}

/// 保固期 is 保固, 浮在 is 浮: characters that state nothing at the end of a word are left out.
std::string without_light_characters(std::string word) {
  constexpr std::size_t character = 3;
  while (word.size() > character) {
    std::size_t length = 0;
    const Entry* entry = Lexicon::get().phrase_at(std::string_view(word).substr(word.size() - character), 0, length);
    if (entry == nullptr || !entry->light) break;
    word.resize(word.size() - character);
  }
  return word;
}

/// 請在, 就有, 還是: nothing but characters that state nothing.
bool is_of_light_characters(std::string_view word) {
  for (std::size_t at = 0; at < word.size(); at += 3) {
    std::size_t length = 0;
    const Entry* entry = Lexicon::get().phrase_at(word.substr(at, 3), 0, length);
    if (entry == nullptr || !(entry->light || entry->soft)) return false;
  }
  return true;
}

bool knows(const Ground& ground, const Token& token) {
  if (ground.keys.contains(token.key) || ground.context_keys.contains(token.key)) return true;
  if (!token.han) return token.text.size() > 3 && ground.folded.find(token.text) != std::string::npos;
  const std::string word = without_light_characters(token.text);
  const std::size_t length = utf8::length(word);
  if (length <= 1) return ground.folded.find(word) != std::string::npos;
  return has_all_pairs(ground.folded, word) || (length >= 3 && has_all_characters(ground.folded, word));
}

constexpr std::string_view determiners[] = {"a",     "an",    "the", "this", "that", "these", "those",
                                            "its",   "their", "our", "your", "his",  "her",   "each",
                                            "every", "any",   "all", "both", "no",   "it",    "them"};
constexpr std::string_view before_verbs[] = {"to", "i", "you", "we", "they", "he", "she", "it", "who", "not", "never"};

bool is_one_of(std::string_view text, std::span<const std::string_view> list) {
  return std::ranges::find(list, text) != list.end();
}

/// A verb by where it stands: "harms the seals", "he feared", "covers 17 km". What a verb says may be said otherwise;
/// another noun is something else.
bool stands_as_verb(const std::vector<Token>& tokens, std::size_t at) {
  const Token& token = tokens[at];
  if (token.han) return false;
  const std::string_view before = at > 0 ? tokens[at - 1].text : "";
  if (is_one_of(before, before_verbs)) return true;
  const bool after_determiner = is_one_of(before, determiners);
  if (token.text.ends_with("ed") && !after_determiner) return true;
  if (at + 1 == tokens.size() || at == 0 || after_determiner) return false;
  const Token& next = tokens[at + 1];
  return is_one_of(next.text, determiners) || (token.text.ends_with("s") && next.kind == Kind::quantity);
}

/// A word of the claim that stands for something: with what is known of it.
struct Word {
  const Token* token;
  enum class Known { yes, may_differ, no } known = Known::yes;
  bool joined = false;  ///< By "and" to what is before it.
};

bool joins(const Token& token) {
  constexpr std::string_view words[] = {"and", "or", "plus", "及", "和", "与", "以及"};
  return is_one_of(token.text, words);
}

bool stands_for_something(const Token& token) {
  return token.kind == Kind::quantity || token.is_content() || (token.name && token.kind == Kind::word);
}

/// Whether a word of the evidence is one for which another would be something else.
bool is_thing(const Token& token) {
  return !token.soft && token.direction == 0 && !(token.han && is_of_light_characters(token.text));
}

bool has_same(const Part& part, const Token& token) {
  return std::ranges::any_of(part, [&](const Token* other) { return same(*other, token); });
}

bool has_quantity(const Part& part) {
  return std::ranges::any_of(part, [](const Token* token) { return token->kind == Kind::quantity; });
}

/// Two forms of one word, or words that begin alike: 接到 and 接獲, but not 台北 and 台南.
bool begin_alike(const std::string& a, const std::string& b) {
  const auto shared = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
  constexpr std::size_t character = 3;
  const bool han = static_cast<unsigned char>(a[0]) >= 0xE0;
  if (!han) return shared >= 3 && 2 * shared >= std::min(a.size(), b.size());
  constexpr std::string_view sides = "东西南北中上下前后左右内外大小新旧";
  const auto is_side = [&](const std::string& word) {
    return word.size() == 2 * character && sides.find(std::string_view(word).substr(character)) != std::string::npos;
  };
  return shared >= character && !(is_side(a) && is_side(b));
}

/// The words of the clauses of the evidence that have most in common with the sentence, for comparing by meaning.
std::vector<std::string> words_beside(const std::vector<Word>& words, const Ground& ground) {
  constexpr std::size_t most_words = 40;
  Part claim;
  for (const Word& word : words) claim.push_back(word.token);
  std::vector<std::pair<double, const Part*>> ranked;
  for (const Part& sentence : ground.sentences) ranked.emplace_back(-overlap(claim, sentence, ground), &sentence);
  std::ranges::stable_sort(ranked, {}, &std::pair<double, const Part*>::first);
  std::vector<std::string> beside;
  for (const auto& [shared, sentence] : ranked)
    for (const Token* token : *sentence)
      if (token->is_content() && beside.size() < most_words && std::ranges::find(beside, token->text) == beside.end())
        beside.push_back(token->text);
  return beside;
}

/// How much of a sentence must run along with a sentence of the evidence before what differs is something else in the
/// same place, and not the same in other words. Read off the sets in tests/fixtures/checking.
constexpr double least_alongside = 0.55;  ///< For a word that the evidence does not have.
constexpr double least_copied = 0.7;      ///< For a word or a number that it has elsewhere.
constexpr double hardly_differs = 0.8;    ///< One word was changed: no synonym would stand there alone.

class ForeignWords {
 public:
  ForeignWords(const Ground& ground, const Alike& alike) : ground_(ground), alike_(alike) {}

  void read(const std::vector<Token>& tokens) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const Token& token = tokens[i];
      if (token.kind == Kind::sentence_end) judge_sentence();
      else if (token.kind != Kind::clause_end) all_words_.push_back(&token);
      if (!stands_for_something(token)) continue;
      const bool joined = i > 0 && (joins(tokens[i - 1]) || (i > 1 && tokens[i - 1].light && joins(tokens[i - 2])));
      words_.push_back({&token, known(tokens, i), joined});
    }
    judge_sentence();
  }

  std::optional<std::string> reason() const { return reason_; }
  double coverage() const { return all_ == 0 ? 1 : static_cast<double>(known_) / static_cast<double>(all_); }
  /// One word may always differ, if anything is left; of many, two in five.
  bool too_few() const {
    const double unknown = static_cast<double>(all_ - known_) - static_cast<double>(quantities_);
    return known_ + quantities_ == 0 || unknown > std::max(1.0, 0.4 * static_cast<double>(all_));
  }

 private:
  Word::Known known(const std::vector<Token>& tokens, std::size_t at) const {
    const Token& token = tokens[at];
    if (token.kind == Kind::quantity || knows(ground_, token)) return Word::Known::yes;
    if (token.name) return Word::Known::no;
    const bool verb = token.soft || token.direction != 0 || stands_as_verb(tokens, at);
    return verb ? Word::Known::may_differ : Word::Known::no;
  }

  void judge_sentence() {
    const Alignment along = align(all_words_, ground_);
    for (const auto& [token, other] : along.exchanged) look_at_exchange(along, *token, *other);
    learn_alike();
    if (!reason_) look_for_one_thing_else(along);
    for (const Word& word : words_) count(word);
    words_.clear();
    all_words_.clear();
  }

  /// Whether something else stands in the place of a thing. That can be told only where the sentence runs along with
  /// one of the evidence.
  void look_at_exchange(const Alignment& along, const Token& token, const Token& other) {
    if (reason_) return;
    if (token.kind == Kind::quantity) {
      const bool elsewhere = !has_same(*along.evidence, token) && !has_same(all_words_, other);
      if (along.share >= least_copied && elsewhere) refuse(token, other);
      return;
    }
    const auto word = std::ranges::find(words_, &token, &Word::token);
    if (word == words_.end() || word->known == Word::Known::may_differ || has_key(all_words_, other.key)) return;
    if (!is_thing(token) || !is_thing(other)) return;
    const bool foreign = word->known == Word::Known::no;
    const bool of_a_number = has_key(*along.evidence, token.key) && has_quantity(all_words_);
    if (of_a_number) return;  // "… 24 months and probes of 12": whose number it is is another rule's matter.
    if (along.share < (foreign ? least_alongside : least_copied)) return;
    if (holds_the_other(token, other) || (foreign && is_like(token, other))) return;
    if (foreign && !token.name && along.share < hardly_differs && alike_ && alike_(token.text, {other.text})) return;
    refuse(token, other);
  }

  void refuse(const Token& token, const Token& other) {
    reason_ = "the evidence has \"" + other.text + "\" where this has \"" + token.text + "\"";
  }

  /// A sentence that has everything from one line of the evidence but one thing speaks of something else, wherever that
  /// stands. One that says all of it in other words may name things that the evidence does not.
  void look_for_one_thing_else(const Alignment& along) {
    if (along.share < hardly_differs) return;
    for (const Word& word : words_)
      if (word.known == Word::Known::no && is_thing(*word.token))
        reason_ = "the evidence does not speak of \"" + word.token->text + "\"";
  }

  static bool holds_the_other(const Token& a, const Token& b) {
    return !a.name && !b.name && (a.text.contains(b.text) || b.text.contains(a.text));
  }

  static bool is_like(const Token& a, const Token& b) {
    if (a.kind != Kind::word || b.kind != Kind::word || a.name || b.name) return false;
    return begin_alike(a.text, b.text);
  }

  /// Words that mean what a word of the evidence means are as good as known.
  void learn_alike() {
    std::optional<std::vector<std::string>> beside;
    for (Word& word : words_) {
      if (word.known != Word::Known::no || word.token->name || !alike_) continue;
      if (!beside) beside = words_beside(words_, ground_);
      if (alike_(word.token->text, *beside)) word.known = Word::Known::yes;
    }
  }

  void count(const Word& word) {
    if (word.token->kind == Kind::quantity) {
      ++quantities_;
      return;
    }
    ++all_;
    known_ += word.known == Word::Known::yes ? 1 : 0;
    if (word.known == Word::Known::no && (word.token->name || word.joined) && !reason_)
      reason_ = "the evidence does not speak of \"" + word.token->text + "\"";
  }

  const Ground& ground_;
  const Alike& alike_;
  std::vector<Word> words_;  ///< Of the sentence that is being read: what stands for something.
  Part all_words_;
  std::size_t known_ = 0, all_ = 0, quantities_ = 0;
  std::optional<std::string> reason_;
};

}  // namespace

std::optional<std::string> foreign_word(const Statement& claim, const Ground& ground, const Alike& alike,
                                        double& coverage) {
  ForeignWords words(ground, alike);
  words.read(claim.tokens);
  coverage = words.coverage();
  if (auto reason = words.reason()) return reason;
  if (words.too_few()) return "too few of its words are in the evidence";
  return std::nullopt;
}

}  // namespace cairn::checking
