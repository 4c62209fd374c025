#include "app/checking/lexicon.h"

#include <algorithm>

#include "app/checking/lexicon_tables.h"

namespace cairn::checking {
namespace {

bool is_latin(char c) { return (c >= 'a' && c <= 'z') || c == '\''; }

/// Calls `take` with each word of a line, blanks of phrases restored.
template <class Take>
void each_word(std::string_view line, Take take) {
  while (!line.empty()) {
    const auto blank = std::min(line.find(' '), line.size());
    std::string word(line.substr(0, blank));
    std::ranges::replace(word, '_', ' ');
    if (!word.empty()) take(word);
    line.remove_prefix(std::min(blank + 1, line.size()));
  }
}

std::string first_word(std::string_view line) { return std::string(line.substr(0, line.find(' '))); }

}  // namespace

const Lexicon& Lexicon::get() {
  static const Lexicon lexicon;
  return lexicon;
}

Lexicon::Lexicon() {
  text::Stemmer stemmer;
  Entry entry;
  for (const std::string_view line : synonyms) {
    entry.meaning = "=" + first_word(line);
    add(line, entry, stemmer);
  }
  entry = {};
  entry.light = true;
  add(light_words, entry, stemmer);
  for (const std::string_view line : oppositions) {
    const auto middle = line.find(" | ");
    entry = {};
    entry.meaning = "<>" + first_word(line);
    entry.direction = 1;
    add(line.substr(0, middle), entry, stemmer);
    entry.direction = -1;
    add(line.substr(middle + 3), entry, stemmer);
  }
  entry = {};
  entry.negates = true;
  add(negations, entry, stemmer);
  entry = {};
  entry.light = true;
  add(not_negations, entry, stemmer);
  entry = {};
  entry.soft = true;
  add(soft_words, entry, stemmer);
  entry = {};
  entry.ends_clause = true;
  entry.light = true;
  add(clause_words, entry, stemmer);
}

/// A word that is listed several times has what all its lists say, except that a list of exceptions from negation wins.
void Lexicon::add(std::string_view words, const Entry& entry, text::Stemmer& stemmer) {
  each_word(words, [&](const std::string& word) {
    const bool single = is_latin(word[0]) && word.find(' ') == std::string::npos;
    Entry& known = single ? stems_[std::string(stemmer.stem("en", word))] : phrases_[word];
    if (!entry.meaning.empty() && known.meaning.empty()) known.meaning = entry.meaning;
    if (entry.direction != 0 && known.direction == 0) {
      known.meaning = entry.meaning;
      known.direction = entry.direction;
    }
    known.negates = known.negates || entry.negates;
    known.light = known.light || entry.light;
    known.soft = known.soft || entry.soft;
    known.ends_clause = known.ends_clause || entry.ends_clause;
    if (!single) longest_ = std::max(longest_, word.size());
  });
}

const Entry* Lexicon::phrase_at(std::string_view folded, std::size_t at, std::size_t& length) const {
  for (length = std::min(longest_, folded.size() - at); length > 0; --length) {
    const std::string_view part = folded.substr(at, length);
    const bool cut = is_latin(part.back()) && at + length < folded.size() && is_latin(folded[at + length]);
    if (cut) continue;
    if (const auto found = phrases_.find(part); found != phrases_.end()) return &found->second;
  }
  return nullptr;
}

const Entry* Lexicon::stem(std::string_view stem) const {
  const auto found = stems_.find(stem);
  return found == stems_.end() ? nullptr : &found->second;
}

}  // namespace cairn::checking
