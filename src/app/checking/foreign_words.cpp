#include <algorithm>
#include <optional>
#include <span>
#include <utility>

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

bool same(const Token& a, const Token& b) {
  if (a.kind != b.kind) return false;
  if (a.kind == Kind::quantity) return same_quantity(a.quantity, b.quantity);
  return a.key == b.key && a.direction == b.direction;
}

bool has(const std::vector<Word>& words, const Token& token) {
  return std::ranges::any_of(words, [&](const Word& word) { return same(*word.token, token); });
}

/// What a sentence of the evidence states, and where its clauses begin.
struct Line {
  std::vector<const Token*> tokens;
  std::vector<bool> begins;  ///< One more than tokens: its end begins a clause, too.

  bool has(const Token& token) const {
    return std::ranges::any_of(tokens, [&](const Token* other) { return same(token, *other); });
  }
};

std::vector<Line> lines_of(const Ground& ground) {
  std::vector<Line> lines;
  for (const Statement& text : ground.texts) {
    Line line{{}, {true}};
    const auto end = [&] {
      if (!line.tokens.empty()) lines.push_back(std::exchange(line, {{}, {true}}));
    };
    for (const Token& token : text.tokens) {
      if (token.kind == Kind::sentence_end) end();
      if (token.kind == Kind::clause_end) line.begins.back() = true;
      if (!stands_for_something(token) || token.quantity.loose) continue;
      line.tokens.push_back(&token);
      line.begins.push_back(false);
    }
    line.begins.back() = true;
    end();
  }
  for (Line& line : lines) line.begins.back() = true;
  return lines;
}

/// Whether a word of the evidence is one for which another would be something else.
bool is_thing(const Token& token) { return !token.soft && token.direction == 0; }

/// A few words of a line of the evidence.
struct Stretch {
  std::size_t first = 0, last = 0;
};

/// What a line of the evidence has between the same neighbours in place of the words [first, last) of the sentence:
/// "the east bank" where the sentence says "the west bank". The ends of a clause are neighbours, too.
std::optional<Stretch> in_place_of(const std::vector<Word>& words, std::size_t first, std::size_t last,
                                   const Line& line) {
  constexpr std::size_t most_between = 3;
  const Token* left = first > 0 ? words[first - 1].token : nullptr;
  const Token* right = last < words.size() ? words[last].token : nullptr;
  for (std::size_t at = 0; at < line.tokens.size(); ++at) {
    if (left == nullptr ? !line.begins[at] : at == 0 || !same(*left, *line.tokens[at - 1])) continue;
    for (std::size_t end = at; end <= std::min(at + most_between, line.tokens.size()); ++end) {
      const bool is_end = end == line.tokens.size();
      const bool meets = right == nullptr ? line.begins[end] : !is_end && same(*right, *line.tokens[end]);
      if (meets && end > at) return Stretch{at, end};
      if (is_end || has(words, *line.tokens[end])) break;
    }
  }
  return std::nullopt;
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

class ForeignWords {
 public:
  ForeignWords(const Ground& ground, const Alike& alike) : ground_(ground), alike_(alike) {}

  void read(const std::vector<Token>& tokens) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      const Token& token = tokens[i];
      if (token.kind == Kind::sentence_end) judge_sentence();
      if (!stands_for_something(token)) continue;
      const bool joined = i > 0 && (joins(tokens[i - 1]) || (i > 1 && tokens[i - 1].light && joins(tokens[i - 2])));
      words_.push_back({&token, known(tokens, i), joined});
    }
    judge_sentence();
  }

  std::optional<std::string> reason() const { return reason_; }
  double coverage() const { return all_ == 0 ? 1 : static_cast<double>(known_) / static_cast<double>(all_); }
  bool too_few() const { return 2 * known_ + quantities_ < all_; }

 private:
  Word::Known known(const std::vector<Token>& tokens, std::size_t at) const {
    const Token& token = tokens[at];
    if (token.kind == Kind::quantity || knows(ground_, token)) return Word::Known::yes;
    if (token.name) return Word::Known::no;
    const bool verb = token.soft || token.direction != 0 || stands_as_verb(tokens, at);
    return verb ? Word::Known::may_differ : Word::Known::no;
  }

  void judge_sentence() {
    const Line* line = line_of_sentence();
    if (line != nullptr)
      for (std::size_t first = 0; first < words_.size(); ++first)
        for (std::size_t last = first + 1; last <= std::min(first + most_exchanged, words_.size()) && !reason_; ++last)
          look_for_exchange(*line, first, last);
    learn_alike();
    if (line != nullptr && !reason_) look_for_one_thing_else(*line);
    for (const Word& word : words_) count(word);
    words_.clear();
  }

  /// Whether something else stands in the place of [first, last) in the line that the sentence is about, where the
  /// rest of the sentence hardly differs from it.
  void look_for_exchange(const Line& line, std::size_t first, std::size_t last) {
    constexpr double least_shared = 0.75;
    const std::size_t others = words_.size() - (last - first);
    if (others == 0 || static_cast<double>(shared_with(line)) < least_shared * static_cast<double>(others)) return;
    bool foreign = false;
    for (std::size_t i = first; i < last; ++i) {
      const Word& word = words_[i];
      if (word.token->kind == Kind::quantity || line.has(*word.token)) return;
      foreign = foreign || (word.known == Word::Known::no && is_thing(*word.token));
    }
    const auto place = foreign ? in_place_of(words_, first, last, line) : std::nullopt;
    if (!place || stands_somewhere(first, last)) return;
    for (std::size_t i = first; i < last; ++i)
      for (std::size_t k = place->first; k < place->last; ++k)
        if (is_like(*words_[i].token, *line.tokens[k])) return;
    for (std::size_t k = place->first; k < place->last && !reason_; ++k) {
      const Token& other = *line.tokens[k];
      if (other.kind == Kind::word && other.name == words_[first].token->name && is_thing(other))
        reason_ = "the evidence has \"" + other.text + "\" where this has \"" + words_[first].token->text + "\"";
    }
  }

  /// Whether the evidence has the last of [first, last) right before the word that follows, or the first right behind
  /// the one before.
  bool stands_somewhere(std::size_t first, std::size_t last) const {
    const bool ends = last == words_.size();
    const Token &a = *words_[ends ? first - 1 : last - 1].token, &b = *words_[ends ? first : last].token;
    return std::ranges::any_of(lines_, [&](const Line& line) {
      for (std::size_t i = 1; i < line.tokens.size(); ++i)
        if (same(a, *line.tokens[i - 1]) && same(b, *line.tokens[i])) return true;
      return false;
    });
  }

  /// A sentence that has everything from one line of the evidence but one thing speaks of something else, wherever that
  /// stands. One that says all of it in other words may name things that the evidence does not.
  void look_for_one_thing_else(const Line& line) {
    constexpr double hardly_differs = 0.9;
    std::vector<const Token*> things;
    for (const Word& word : words_)
      if (word.known == Word::Known::no && is_thing(*word.token)) things.push_back(word.token);
    if (things.empty() || things.size() > most_exchanged) return;
    const auto others = static_cast<double>(words_.size() - things.size());
    if (static_cast<double>(shared_with(line)) >= hardly_differs * others)
      reason_ = "the evidence does not speak of \"" + things.front()->text + "\"";
  }

  std::ptrdiff_t shared_with(const Line& line) const {
    return std::ranges::count_if(words_, [&](const Word& word) { return line.has(*word.token); });
  }

  /// The line of the evidence that has most of the sentence; null when none has two of its words.
  const Line* line_of_sentence() const {
    const Line* best = nullptr;
    std::ptrdiff_t most = 1;
    for (const Line& line : lines_) {
      const std::ptrdiff_t shared = shared_with(line);
      if (shared > most) most = shared, best = &line;
    }
    return best;
  }

  static bool is_like(const Token& a, const Token& b) {
    if (a.kind != Kind::word || b.kind != Kind::word || a.name || b.name) return false;
    if (a.text.find(b.text) != std::string::npos || b.text.find(a.text) != std::string::npos) return true;
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

  static constexpr std::size_t most_exchanged = 3;

  const Ground& ground_;
  const Alike& alike_;
  const std::vector<Line> lines_ = lines_of(ground_);
  std::vector<Word> words_;  ///< Of the sentence that is being read.
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
