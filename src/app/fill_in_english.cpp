#include "app/fill_in_english.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <vector>

namespace cairn {
namespace {

struct Word {
  std::string text;   ///< As written, without the marks around it.
  std::string lower;  ///< For comparing.
  std::string marks;  ///< What followed it.
};

template <std::size_t n>
bool is_one_of(std::string_view word, const std::array<std::string_view, n>& list) {
  return std::ranges::find(list, word) != list.end();
}

constexpr std::array<std::string_view, 11> determiners = {"the", "a",     "an",  "our",   "my",   "your",
                                                          "his", "their", "its", "these", "those"};
constexpr std::array<std::string_view, 17> prepositions = {"in",    "at",     "on",     "from",  "to",  "for",
                                                           "with",  "by",     "since",  "until", "of",  "under",
                                                           "after", "during", "before", "about", "than"};
constexpr std::array<std::string_view, 62> breakers = {
    "is",    "are",  "was",    "were", "be",    "been",  "do",     "does",    "did",   "has",  "have",  "had",   "can",
    "may",   "must", "should", "will", "would", "could", "need",   "needs",   "get",   "gets", "take",  "takes", "cost",
    "costs", "last", "lasts",  "work", "works", "who",   "what",   "when",    "where", "why",  "which", "how",   "many",
    "much",  "long", "often",  "far",  "old",   "big",   "and",    "or",      "but",   "if",   "that",  "it",    "they",
    "he",    "she",  "i",      "we",   "you",   "there", "happen", "happens", "use",   "mean"};
constexpr std::array<std::string_view, 9> question_words = {"why",   "when", "where", "who", "how",
                                                            "since", "much", "many",  "what"};
constexpr std::array<std::string_view, 5> measures = {"long", "often", "far", "old", "big"};
constexpr std::array<std::string_view, 10> auxiliaries = {"do",   "does",   "did",  "can",   "may",
                                                          "must", "should", "will", "would", "could"};
constexpr std::array<std::string_view, 20> verbs = {"is",   "are",   "was",   "were", "do",  "does", "did",
                                                    "has",  "have",  "had",   "can",  "may", "must", "should",
                                                    "will", "would", "could", "need", "be",  "mean"};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_part(char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '\'' || c == '_' || c == '%'; }
bool is_name(const Word& word) { return word.text[0] >= 'A' && word.text[0] <= 'Z'; }
bool is_number(const Word& word) { return is_digit(word.text[0]); }

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() &&
           (is_part(text[end]) || (text[end] == '.' && end + 1 < text.size() && is_digit(text[end + 1]))))
      ++end;
    if (end == at) {
      if (!words.empty() && text[at] != ' ') words.back().marks += text[at];
      ++at;
      continue;
    }
    Word word{std::string(text.substr(at, end - at)), {}, {}};
    for (const char c : word.text) word.lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    words.push_back(std::move(word));
    at = end;
  }
  return words;
}

std::string joined(const std::vector<Word>& words, std::size_t first, std::size_t last) {
  std::string text;
  for (std::size_t i = first; i < last; ++i) {
    if (!text.empty()) text += ' ';
    text += words[i].text;
    if (i + 1 < last) text += words[i].marks;
  }
  return text;
}

/// A run of words that may name something.
struct Phrase {
  std::size_t first = 0, last = 0;
  int score = 0;
  bool place = false;  ///< It follows "in" and the like.
};

std::vector<Phrase> phrases_of(const std::vector<Word>& words) {
  std::vector<Phrase> phrases;
  for (std::size_t i = 0; i < words.size();) {
    const auto breaks = [&](std::size_t k) {
      return is_one_of(words[k].lower, breakers) || (is_one_of(words[k].lower, prepositions) && words[k].lower != "of");
    };
    if (breaks(i) || words[i].lower == "of") {
      ++i;
      continue;
    }
    Phrase phrase{i, i, 0, false};
    const bool determined = is_one_of(words[i].lower, determiners);
    for (; i < words.size() && !breaks(i); ++i) {
      if (i > phrase.first && is_one_of(words[i].lower, determiners) && words[i - 1].lower != "of") break;
      if (i > phrase.first && is_name(words[i])) phrase.score = std::max(phrase.score, 1);
      phrase.last = i + 1;
      if (!words[i].marks.empty()) {
        ++i;
        break;
      }
    }
    phrase.place = phrase.first > 0 && is_one_of(words[phrase.first - 1].lower, prepositions) &&
                   words[phrase.first - 1].lower != "of";
    if (phrase.first > 0 && is_name(words[phrase.first])) phrase.score += 2;
    phrase.score += (determined ? 3 : 0) - (phrase.place ? 3 : 0) +
                    static_cast<int>(std::min<std::size_t>(phrase.last - phrase.first, 4));
    phrases.push_back(phrase);
  }
  return phrases;
}

std::optional<Phrase> topic_of(const std::vector<Word>& words) {
  const auto phrases = phrases_of(words);
  const auto best = std::ranges::max_element(phrases, {}, &Phrase::score);
  return best == phrases.end() ? std::nullopt : std::optional(*best);
}

/// Two or more capitalised words in a row, the last such: a person.
std::string person_in(const std::string& text) {
  const auto words = words_of(text);
  std::string person;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    std::size_t last = i;
    while (last < words.size() && is_name(words[last]) && !is_one_of(words[last].lower, question_words) &&
           (last == i || words[last - 1].marks.empty()))
      ++last;
    if (last - i < 2) continue;
    person = joined(words, i, last);
    i = last;
  }
  return person;
}

bool stands_alone_pronoun(const std::vector<Word>& words, std::size_t i) {
  const std::string& word = words[i].lower;
  if (word == "it" || word == "they" || word == "them" || word == "he" || word == "she" || word == "him") return true;
  if (word != "this" && word != "that" && word != "these" && word != "those") return false;
  const bool followed = i + 1 < words.size() && words[i].marks.empty();
  return !followed || is_one_of(words[i + 1].lower, breakers) || is_one_of(words[i + 1].lower, prepositions);
}

struct Antecedents {
  std::string thing, person, place;
};

Antecedents antecedents(const std::string& previous, const std::string& answer) {
  Antecedents found;
  const auto words = words_of(previous);
  if (const auto topic = topic_of(words)) found.thing = joined(words, topic->first, topic->last);
  for (const Phrase& phrase : phrases_of(words))
    if (phrase.place && is_name(words[phrase.first])) found.place = joined(words, phrase.first - 1, phrase.last);
  found.person = person_in(answer);
  if (found.person.empty()) found.person = person_in(previous);
  return found;
}

std::string replacement(const std::vector<Word>& words, std::size_t i, const Antecedents& known) {
  const std::string& word = words[i].lower;
  const bool personal = word == "he" || word == "she" || word == "him" || word == "his" || word == "her";
  const std::string& what = personal ? known.person : known.thing;
  if (word == "there" && !known.place.empty() && i > 0 && !is_one_of(words[i - 1].lower, verbs)) return known.place;
  if (what.empty()) return {};
  if (word == "its" || word == "their" || word == "his" || word == "her") return what + "'s";
  return personal || stands_alone_pronoun(words, i) ? what : "";
}

/// "How many of those" becomes "How many days", not "How many of days".
bool drops_of(const std::vector<Word>& words, std::size_t of, const std::string& thing) {
  if (of == 0 || of + 1 >= words.size() || words[of].lower != "of" || thing.empty()) return false;
  const bool counts = words[of - 1].lower == "many" || words[of - 1].lower == "much";
  const std::vector<Word> named = words_of(thing);
  return counts && stands_alone_pronoun(words, of + 1) && !is_one_of(named[0].lower, determiners) && !is_name(named[0]);
}

/// The question with its pronouns replaced; nothing when it has none.
std::optional<std::string> without_pronouns(const std::vector<Word>& words, const Antecedents& known) {
  std::string text;
  bool replaced = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (drops_of(words, i, known.thing)) continue;
    const bool impersonal = words[i].lower == "it" && i + 1 < words.size() && words[i + 1].lower == "take";
    const std::string other = impersonal ? "" : replacement(words, i, known);
    replaced = replaced || !other.empty();
    if (!text.empty()) text += ' ';
    text += (other.empty() ? words[i].text : other) + words[i].marks;
  }
  return replaced ? std::optional(text) : std::nullopt;
}

/// How many words lead into a question that leaves most of itself out: "and", "what about".
std::size_t lead_in(const std::vector<Word>& words) {
  std::size_t i = 0;
  while (i < words.size() && (words[i].lower == "and" || words[i].lower == "but" || words[i].lower == "so" ||
                              words[i].lower == "ok" || words[i].lower == "then"))
    ++i;
  if (i + 1 < words.size() && words[i + 1].lower == "about" && (words[i].lower == "what" || words[i].lower == "how"))
    i += 2;
  return i;
}

/// How many words only ask before a fragment: two in "how long for probes".
std::size_t asking_words(const std::vector<Word>& words, std::size_t from) {
  std::size_t i = from;
  while (i < words.size() && (is_one_of(words[i].lower, question_words) || is_one_of(words[i].lower, measures)) &&
         !is_one_of(words[i].lower, prepositions))
    ++i;
  const bool follows = i + 1 < words.size() && is_one_of(words[i].lower, prepositions) && words[i].lower != "of";
  return follows ? i - from : 0;
}

bool has_verb(const std::vector<Word>& words, std::size_t from) {
  return std::any_of(words.begin() + static_cast<std::ptrdiff_t>(from), words.end(),
                     [](const Word& word) { return is_one_of(word.lower, verbs); });
}

/// Whether words without a known verb are the rest of a question rather than one with a verb that is not known here.
bool leaves_out(const std::vector<Word>& words, std::size_t from) {
  const auto rest = std::span(words).subspan(from);
  if (rest.size() > 5) return false;
  if (std::ranges::all_of(rest, [](const Word& word) { return is_one_of(word.lower, question_words); })) return true;
  const bool asks = is_one_of(rest[0].lower, question_words) || rest[0].lower == "which";
  return !asks && (from > 0 || rest.size() <= 3 || is_one_of(rest[0].lower, prepositions));
}

std::string without_end(std::string text) {
  while (!text.empty() && (text.back() == '?' || text.back() == '.' || text.back() == ' ' || text.back() == '!'))
    text.pop_back();
  return text;
}

bool is_determined(const std::vector<Word>& words, std::size_t first, std::size_t last) {
  return last - first > 1 && is_one_of(words[first].lower, determiners);
}

/// Whether the last word of a phrase may be what the question says of the rest: "do herons lay".
bool may_end_in_verb(const std::vector<Word>& words, const Phrase& phrase) {
  if (phrase.first == 0 || !is_one_of(words[phrase.first - 1].lower, auxiliaries)) return false;
  if (phrase.last < words.size() && is_one_of(words[phrase.last].lower, breakers)) return false;
  return phrase.last - phrase.first > (is_determined(words, phrase.first, phrase.last) ? 2U : 1U);
}

/// What a phrase names, part by part ("the head", "sales"), without what is said of it ("the probe [calibrated]").
std::vector<Phrase> parts_of(const std::vector<Word>& words, const Phrase& phrase) {
  std::vector<Phrase> parts;
  std::size_t last = phrase.last;
  while (last - phrase.first > 1 && words[last - 1].lower.ends_with("ed")) --last;
  for (std::size_t first = phrase.first, i = first; i <= last; ++i)
    if (i == last || words[i].lower == "of") {
      if (i > first) parts.push_back({first, i, 0, false});
      first = i + 1;
    }
  return parts;
}

/// The one part named as the fragment is: "instruments" for "probes", "the fee" for "the deposit". None when several
/// are, since replacing the wrong one loses what the conversation is about.
std::optional<Phrase> part_like(const std::vector<Word>& before, const std::vector<Word>& fragment) {
  const bool determined = is_determined(fragment, 0, fragment.size());
  const Word& head = fragment[determined ? 1 : 0];
  if (is_name(head) || is_number(head)) return std::nullopt;
  std::vector<Phrase> alike;
  for (const Phrase& phrase : phrases_of(before)) {
    if (may_end_in_verb(before, phrase)) continue;
    for (const Phrase& part : parts_of(before, phrase)) {
      const bool same = is_determined(before, part.first, part.last) == determined;
      const Word& named = before[part.first + (same && determined ? 1 : 0)];
      const bool counted = part.first > 0 && is_one_of(before[part.first - 1].lower, question_words);
      if (same && !counted && !is_name(named) && !is_number(named)) alike.push_back(part);
    }
  }
  return alike.size() == 1 ? std::optional(alike.front()) : std::nullopt;
}

/// The phrase of the question before that a fragment takes the place of.
std::optional<Phrase> place_for(const std::vector<Word>& before, const std::vector<Word>& fragment) {
  const auto phrases = phrases_of(before);
  const bool prepositional = is_one_of(fragment[0].lower, prepositions) && fragment.size() > 1;
  std::optional<Phrase> found;
  for (const Phrase& phrase : phrases) {
    const Word& first = before[phrase.first];
    if (prepositional) {
      const bool alike = is_number(first) == is_number(fragment[1]) && is_name(first) == is_name(fragment[1]);
      if (phrase.place && before[phrase.first - 1].lower == fragment[0].lower && alike)
        found = Phrase{phrase.first - 1, phrase.last, 0, true};
      continue;
    }
    for (std::size_t i = phrase.first; i < phrase.last; ++i)  // "annual leave", "sick leave".
      if (before[i].lower == fragment.back().lower) return Phrase{phrase.first, i + 1, 0, phrase.place};
    const Word& head = fragment[is_one_of(fragment[0].lower, determiners) && fragment.size() > 1 ? 1 : 0];
    const bool name = is_name(head) || is_number(head);
    for (std::size_t i = phrase.first; i < phrase.last && name; ++i)
      if (i > 0 && (is_name(before[i]) || is_number(before[i])) && is_number(before[i]) == is_number(head)) {
        std::size_t last = i;
        while (last < phrase.last && (is_name(before[last]) || is_number(before[last]))) ++last;
        found = Phrase{i, last, 0, false};
      }
  }
  if (!found && !prepositional) return part_like(before, fragment);
  return found;
}

std::string filled_in(const std::vector<Word>& words, std::size_t from, const std::string& previous) {
  const std::vector<Word> fragment(words.begin() + static_cast<std::ptrdiff_t>(from), words.end());
  std::string text = without_end(joined(fragment, 0, fragment.size()));
  if (is_one_of(fragment[0].lower, question_words)) return without_end(previous) + ", and " + text + "?";
  const std::vector<Word> before = words_of(previous);
  const auto place = place_for(before, fragment);
  const bool continues = is_one_of(fragment[0].lower, prepositions);
  if (!place) return without_end(previous) + (continues ? " " : ", and ") + text + "?";
  const bool determined = place->first > 0 && is_one_of(before[place->first - 1].lower, determiners);
  if (determined && fragment.size() > 1 && is_one_of(fragment[0].lower, determiners))
    text = without_end(joined(fragment, 1, fragment.size()));
  std::string made = joined(before, 0, place->first);
  if (!made.empty()) made += ' ';
  made += text;
  if (place->last < before.size())
    made += before[place->last - 1].marks + " " + joined(before, place->last, before.size());
  return without_end(made) + "?";
}

/// "How long for probes?": filled in like "for probes?", and asking how long if the question before did not.
std::string filled_in_asking(const std::vector<Word>& words, std::size_t from, std::size_t asking,
                             const std::string& previous) {
  const std::string text = filled_in(words, from + asking, previous);
  const auto first = words.begin() + static_cast<std::ptrdiff_t>(from);
  const auto last = first + static_cast<std::ptrdiff_t>(asking);
  const std::vector<Word> before = words_of(previous);
  const bool asked =
      !std::ranges::search(before, std::ranges::subrange(first, last), {}, &Word::lower, &Word::lower).empty();
  if (asking == 0 || asked) return text;
  std::string how;
  for (auto word = first; word != last; ++word) how += (how.empty() ? "" : " ") + word->lower;
  return without_end(text) + ", and " + how + "?";
}

}  // namespace

std::string fill_in_english(const std::string& question, const std::string& previous, const std::string& answer) {
  const std::vector<Word> words = words_of(question);
  if (words.empty() || previous.empty()) return question;
  const std::size_t from = lead_in(words);
  const std::size_t asking = asking_words(words, from);
  const bool fragment = from < words.size() && !has_verb(words, from) && leaves_out(words, from + asking);
  if (fragment) return filled_in_asking(words, from, asking, previous);
  return without_pronouns(words, antecedents(previous, answer)).value_or(question);
}

}  // namespace cairn
