#include "text/analyzer.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "text/fold.h"
#include "text/language.h"
#include "text/script.h"
#include "text/stemmer.h"
#include "text/stop_words.h"
#include "text/word_breaker.h"
#include "text/word_group.h"

namespace cairn::text {
namespace {

/// Longer terms are cut: they are data, not words.
constexpr std::size_t kMaxTermBytes = 64;

std::string_view cut(std::string_view word) {
  if (word.size() <= kMaxTermBytes) return word;
  std::size_t end = kMaxTermBytes;
  while (end > 0 && (static_cast<unsigned char>(word[end]) & 0xC0) == 0x80) --end;
  return word.substr(0, end);
}

std::u32string decode(std::string_view text) {
  std::u32string out;
  for (std::size_t at = 0; at < text.size();) out.push_back(utf8::next(text, at));
  return out;
}

std::string encode(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) utf8::append(out, c);
  return out;
}

enum class Form {
  word,      ///< To be stemmed.
  part,      ///< The same, of a group that is also found as one.
  compound,  ///< A group as one, as it is.
  unmarked,  ///< A word of three characters or more in a script that marks none.
  single,    ///< One Han character.
  pair,      ///< Two neighbouring ones, or two syllables of a Korean word.
};

struct Found {
  std::string_view text;  ///< Folded; good until the sink returns.
  Span span;
  std::uint32_t position = 0;
  Form form = Form::word;
  bool has_apostrophe = false;
  bool stop_word = false;  ///< Only told for scripts that mark no words; there it takes the word around it.
};

/// Finds in a text everything that is searched by and gives it to `sink(Found)`.
template <class Sink>
class TermWalk {
 public:
  TermWalk(std::string_view text, WordBreaker& breaker, Sink sink)
      : scanner_(text), breaker_(breaker), sink_(std::move(sink)) {}

  void run() {
    RawWord word;
    bool more = scanner_.next(word);
    while (more) {
      if (word.kind == WordKind::complex) put_complex(word);
      if (word.kind == WordKind::east_asian) put_east_asian(word);
      if (word.kind >= WordKind::east_asian) {
        more = scanner_.next(word);
        continue;
      }
      WordGroup group;
      do {
        group.parts[group.size++] = word;
        more = scanner_.next(word);
      } while (more && group.parts[group.size - 1].connector != 0 && group.size < WordGroup::kMaxParts &&
               word.kind < WordKind::east_asian);
      put_group(group);
    }
  }

 private:
  void put_group(WordGroup& group) {
    group.parts[group.size - 1].connector = 0;
    split_letters_from_digits(group);
    const Span whole{group.parts[0].span.start, group.parts[group.size - 1].span.end};
    const Compound compound = compound_of(group);
    if (!compound.text.empty()) sink_({cut(compound.text), whole, position_, Form::compound});
    const Form form = compound.text.empty() ? Form::word : Form::part;
    for (std::size_t i = 0; i < group.size && !compound.instead_of_parts; ++i) put_word(group.parts[i], form);
    if (compound.instead_of_parts) ++position_;
  }

  void put_word(const RawWord& word, Form form) {
    if (word.kind == WordKind::ascii) {
      std::array<char, kMaxTermBytes> lower;
      const std::string_view text = cut(word.text);
      std::ranges::transform(text, lower.begin(),
                             [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
      sink_({{lower.data(), text.size()}, word.span, position_, form, word.has_apostrophe});
    } else {
      std::string folded = fold(word.text);
      for (std::size_t at; (at = folded.find("\u2019")) != std::string::npos;) folded.replace(at, 3, "'");
      if (!folded.empty()) sink_({cut(folded), word.span, position_, form, word.has_apostrophe});
      put_korean_pairs(word, folded);
    }
    ++position_;
  }

  /// Korean words carry particles; pairs of syllables find the word without them.
  void put_korean_pairs(const RawWord& word, std::string_view folded) {
    std::size_t first = 0;
    if (folded.size() < 9 || !is_hangul(utf8::next(folded, first))) return;
    const std::u32string syllables = decode(folded);
    for (std::size_t i = 0; i + 1 < syllables.size() && syllables.size() > 2; ++i) {
      sink_({encode(std::u32string_view(syllables).substr(i, 2)), place(word, i, i + 2), position_, Form::pair});
    }
  }

  void put_complex(const RawWord& word) {
    const std::u32string run = decode(fold(word.text));
    std::size_t begin = 0;
    for (const std::size_t end : breaker_.word_ends(run)) {
      const std::string text = encode(std::u32string_view(run).substr(begin, end - begin));
      sink_({cut(text), place(word, begin, end), position_++, Form::word});
      begin = end;
    }
  }

  /// Words of the dictionary, and all single characters and pairs: they find what the dictionary parts differently.
  void put_east_asian(const RawWord& word) {
    const std::u32string run = decode(fold(word.text));
    std::vector<bool> stops(run.size(), false);
    std::size_t begin = 0;
    for (const std::size_t end : breaker_.word_ends(run)) {
      const std::string text = encode(std::u32string_view(run).substr(begin, end - begin));
      const bool stop = is_stop_word("zh", text) || is_stop_word("ja", text);
      std::fill(stops.begin() + static_cast<std::ptrdiff_t>(begin), stops.begin() + static_cast<std::ptrdiff_t>(end),
                stop);
      if (end - begin > 2) sink_({cut(text), place(word, begin, end), at(begin), Form::unmarked, false, stop});
      begin = end;
    }
    for (std::size_t i = 0; i < run.size(); ++i) {
      if (is_han(run[i])) put_single(word, run, i, stops[i]);
      if (i + 1 == run.size()) break;
      const bool stop = stops[i] && stops[i + 1];
      sink_({encode(std::u32string_view(run).substr(i, 2)), place(word, i, i + 2), at(i), Form::pair, false, stop});
    }
    position_ += static_cast<std::uint32_t>(run.size());
  }

  void put_single(const RawWord& word, std::u32string_view run, std::size_t i, bool stop) {
    sink_({encode(run.substr(i, 1)), place(word, i, i + 1), at(i), Form::single, false, stop});
  }

  std::uint32_t at(std::size_t offset) const { return position_ + static_cast<std::uint32_t>(offset); }

  /// Folding can shorten a run (half-width kana with voicing marks); its spans are then cut at the run's end.
  static Span place(const RawWord& word, std::size_t begin, std::size_t end) {
    const auto inside = [&](std::size_t i) {
      return word.span.start + static_cast<std::uint32_t>(std::min<std::size_t>(i, word.span.size()));
    };
    return {inside(begin), inside(end)};
  }

  WordScanner scanner_;
  WordBreaker& breaker_;
  Sink sink_;
  std::uint32_t position_ = 0;
};

template <class Sink>
void walk_terms(std::string_view text, WordBreaker& breaker, Sink sink) {
  TermWalk<Sink>(text, breaker, std::move(sink)).run();
}

bool elides(std::string_view language) {
  return language.starts_with("fr") || language.starts_with("it") || language.starts_with("ca");
}

/// "l'avion" is found as "avion".
std::string_view without_elision(std::string_view word) {
  const std::size_t apostrophe = word.find('\'');
  return apostrophe == std::string_view::npos || apostrophe > 5 || apostrophe + 2 >= word.size()
             ? word
             : word.substr(apostrophe + 1);
}

/// Languages of other scripts, in whose texts a word of Latin letters is most often English.
bool writes_no_latin(std::string_view language) {
  static constexpr std::string_view kTags[] = {"ar", "bg", "bn", "el", "fa", "he", "hi", "hy", "ja", "ka", "km", "ko",
                                               "lo", "my", "ne", "ru", "sr", "ta", "te", "th", "uk", "ur", "zh"};
  return std::ranges::binary_search(kTags, language.substr(0, language.find('-')));
}

bool is_latin(std::string_view word) {
  const auto lead = static_cast<unsigned char>(word[0]);
  return lead < 0xC9;  // Up to U+023F.
}

/// Latin words of a query are looked up in these languages when nothing tells its own.
constexpr std::string_view kLatinLanguages[] = {"en", "de", "fr", "es", "it", "pt", "nl", "sv"};

/// The language that writes a word's script, where Snowball stems only one of them; empty for Latin and the rest.
std::string_view language_of_script(std::string_view word) {
  std::size_t at = 0;
  const char32_t c = utf8::next(word, at);
  static constexpr struct {
    char32_t first, last;
    std::string_view language;
  } kScripts[] = {{0x370, 0x3FF, "el"}, {0x400, 0x4FF, "ru"}, {0x530, 0x58F, "hy"},
                  {0x600, 0x6FF, "ar"}, {0x900, 0x97F, "hi"}, {0xB80, 0xBFF, "ta"}};
  for (const auto& script : kScripts) {
    if (c >= script.first && c <= script.last) return script.language;
  }
  return {};
}

std::vector<std::string_view> languages_to_try(std::string_view word, std::string_view detected) {
  if (const std::string_view language = language_of_script(word); !language.empty()) {
    if (Stemmer::knows(detected) && detected != "en") return {language, detected, "und"};
    return {language, "und"};
  }
  if (detected != "und" && Stemmer::knows(detected)) return {detected, "en", "und"};
  std::vector<std::string_view> all(std::begin(kLatinLanguages), std::end(kLatinLanguages));
  all.push_back("und");
  return all;
}

float weight_of(Form form) {
  switch (form) {
    case Form::part:
    case Form::pair:
    case Form::unmarked: return 0.5F;
    case Form::single: return 0.25F;
    default: return 1;
  }
}

}  // namespace

struct Analyzer::State {
  Stemmer stemmer;
  WordBreaker breaker;
};

Analyzer::Analyzer() : state_(std::make_unique<State>()) {}
Analyzer::~Analyzer() = default;
Analyzer::Analyzer(Analyzer&&) noexcept = default;
Analyzer& Analyzer::operator=(Analyzer&&) noexcept = default;

std::vector<Term> Analyzer::document_terms(std::string_view text, std::string_view language) {
  // Text too short to tell its language is most often a title or a table in English.
  if (language == "und" || language.empty()) language = "en";
  const bool elision = elides(language), foreign_latin = writes_no_latin(language);
  std::vector<Term> terms;
  terms.reserve(text.size() / 5);
  walk_terms(text, state_->breaker, [&](const Found& found) {
    std::string_view word = found.text;
    if (found.form <= Form::part) {
      if (elision && found.has_apostrophe) word = without_elision(word);
      word = state_->stemmer.stem(foreign_latin && is_latin(word) ? "en" : language, word);
    }
    terms.push_back({std::string(word), found.span, found.position});
  });
  return terms;
}

std::vector<Analyzer::QueryTerm> Analyzer::query_terms(std::string_view query) {
  const std::string detected = detect_language(query);
  const std::string_view stop_language = detected == "und" ? std::string_view("en") : std::string_view(detected);
  std::vector<QueryTerm> terms;
  std::uint32_t words = 0;
  walk_terms(query, state_->breaker, [&](const Found& found) {
    const std::uint32_t number = words++;
    if (found.form > Form::part) {
      terms.push_back({std::string(found.text), weight_of(found.form), found.stop_word, number});
      return;
    }
    const bool stop = is_stop_word(stop_language, found.text);
    const std::size_t first = terms.size();
    for (const std::string_view language : languages_to_try(found.text, detected)) {
      const std::string_view word = found.has_apostrophe && elides(language) ? without_elision(found.text) : found.text;
      const std::string_view stem = state_->stemmer.stem(language, word);
      const bool known = std::any_of(terms.begin() + static_cast<std::ptrdiff_t>(first), terms.end(),
                                     [&](const QueryTerm& term) { return term.text == stem; });
      if (!known) terms.push_back({std::string(stem), weight_of(found.form), stop, number});
    }
  });
  return terms;
}

}  // namespace cairn::text
