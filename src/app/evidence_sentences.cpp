#include "app/evidence_sentences.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "app/chunk_outline.h"
#include "app/question_kind.h"
#include "base/utf8.h"
#include "text/sentences.h"

namespace cairn {
namespace {

using TermSet = std::unordered_set<std::string>;
using TermWeights = std::unordered_map<std::string, double>;

TermSet terms_of(text::Analyzer& analyzer, std::string_view text, std::string_view language) {
  TermSet terms;
  for (text::Term& term : analyzer.document_terms(text, language)) terms.insert(std::move(term.text));
  return terms;
}

bool is_row(std::string_view text) { return text.find(" | ") != std::string_view::npos; }

/// How many code points of a list's mark a sentence begins with: "- ", "• ", "3. ", "12) ". They say nothing.
std::uint32_t list_mark(std::string_view text) {
  constexpr std::string_view bullets[] = {"-", "*", "+", "\u2022", "\u25E6", "\u25AA", "\u2013", "\u2014", "\u00B7"};
  std::size_t bytes = 0;
  for (const std::string_view bullet : bullets)
    if (text.starts_with(bullet)) bytes = bullet.size();
  if (bytes == 0) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const bool marked =
        digits >= 1 && digits <= 2 && digits < text.size() && (text[digits] == '.' || text[digits] == ')');
    if (marked) bytes = digits + 1;
  }
  const std::size_t end = std::min(text.find_first_not_of(' ', bytes), text.size());
  if (bytes == 0 || end == bytes || end == text.size()) return 0;
  return static_cast<std::uint32_t>(utf8::length(text.substr(0, end)));
}

/// A short line without an end, in a document whose headings are not known.
bool looks_like_heading(std::string_view text) {
  constexpr std::size_t longest_heading = 60;
  return utf8::length(text) <= longest_heading && !text::ends_like_a_sentence(text) && !is_row(text);
}

/// The question's words, each with how rare it is in what was searched (the inverse document frequency of BM25).
class QuestionTerms {
 public:
  QuestionTerms(text::Analyzer& analyzer, std::string_view question, const index::Snapshot& snapshot)
      : analyzer_(analyzer), question_(question), snapshot_(snapshot) {
    for (const auto& term : analyzer.query_terms(question))
      if (term.stop_word) stop_words_.insert(term.text);
  }

  /// As documents of a language have them.
  const TermWeights& in(const std::string& language) {
    const auto [at, is_new] = by_language_.try_emplace(language);
    if (!is_new) return at->second;
    const auto chunks = static_cast<double>(snapshot_.live_chunk_count());
    for (const std::string& term : terms_of(analyzer_, question_, language)) {
      if (stop_words_.contains(term)) continue;
      const auto with_it = static_cast<double>(snapshot_.document_frequency(term));
      at->second[term] = std::log(1 + (chunks - with_it + 0.5) / (with_it + 0.5));
    }
    return at->second;
  }

 private:
  text::Analyzer& analyzer_;
  std::string_view question_;
  const index::Snapshot& snapshot_;
  TermSet stop_words_;
  std::unordered_map<std::string, TermWeights> by_language_;
};

bool is_latin(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'; }

/// Names, codes and numbers of a question: words with a digit, and capitalised ones, unless all are. What it begins
/// with tells nothing.
std::vector<std::string_view> names_in(std::string_view question) {
  std::vector<std::string_view> names;
  bool small = false;
  for (std::size_t at = 0, begin = 0; at < question.size(); at = begin + 1) {
    begin = at;
    while (begin < question.size() && is_latin(question[begin])) ++begin;
    const std::string_view word = question.substr(at, begin - at);
    if (word.empty()) continue;
    const bool digit = word.find_first_of("0123456789") != std::string_view::npos;
    const bool capital = word.size() > 1 && word[0] >= 'A' && word[0] <= 'Z';
    small = small || (word[0] >= 'a' && word[0] <= 'z');
    if (digit || (capital && at > 0)) names.push_back(word);
  }
  if (!small) std::erase_if(names, [](std::string_view word) { return word.find_first_of("0123456789") == word.npos; });
  return names;
}

/// Share of the weights whose term `has` accepts.
template <class Has>
double coverage(const TermWeights& weights, Has has) {
  double all = 0, covered = 0;
  for (const auto& [term, weight] : weights) {
    all += weight;
    if (has(term)) covered += weight;
  }
  return all > 0 ? covered / all : 0;
}

const index::Segment& segment_of(const FoundChunks& found, std::size_t hit) {
  return *found.snapshot->snapshot.segments()[found.places[hit].segment].segment;
}

std::vector<Span> headings_of(const FoundChunks& found, std::size_t hit) {
  const index::StoredChunk chunk = segment_of(found, hit).chunk(found.places[hit].chunk);
  return outline_from_stored(chunk.heading_path).headings;
}

/// Text of a chunk and its terms.
struct Part {
  std::string_view text;
  TermSet terms;
};

/// Reads one hit from its first line to its last.
class HitReader {
 public:
  HitReader(text::Analyzer& analyzer, QuestionTerms& question_terms, std::string_view question,
            const FoundChunks& found, std::size_t hit)
      : analyzer_(analyzer),
        question_(question),
        kind_(question_kind(question)),
        found_(found),
        number_(hit),
        hit_(found.response.hits[hit]),
        weights_(question_terms.in(hit_.language)),
        headings_(headings_of(found, hit)),
        index_(hit_.text) {}

  void read(std::vector<EvidenceSentence>& out) {
    const std::size_t first = out.size();
    above_ = terms(hit_.title);
    for (const std::string& heading : hit_.heading_path) above_.merge(terms(heading));
    chunk_ = above_;
    for (const Span& span : text::split_sentences(hit_.text, hit_.language)) add(span, out);
    const double chunk_coverage = coverage(weights_, [&](const std::string& term) { return chunk_.contains(term); });
    const bool lacks_name = std::ranges::any_of(names_in(question_), [&](std::string_view name) {
      return !std::ranges::all_of(terms(name), [&](const std::string& term) { return chunk_.contains(term); });
    });
    for (std::size_t i = first; i < out.size(); ++i) {
      out[i].features.chunk_coverage = chunk_coverage;
      out[i].features.lacks_name = lacks_name;
    }
  }

 private:
  TermSet terms(std::string_view text) { return terms_of(analyzer_, text, hit_.language); }

  bool is_heading(Span in_hit) const {
    return std::ranges::any_of(
        headings_, [&](const Span& heading) { return heading.start <= in_hit.start && in_hit.end <= heading.end; });
  }

  void add(Span in_hit, std::vector<EvidenceSentence>& out) {
    in_hit.start += list_mark(index_.slice(in_hit));
    const Span span{hit_.span.start + in_hit.start, hit_.span.start + in_hit.end};
    Part part{index_.slice(in_hit), {}};
    part.terms = terms(part.text);
    chunk_.insert(part.terms.begin(), part.terms.end());
    if (is_heading(in_hit)) {
      heading_ = std::move(part);
      before_ = table_ = {};
      return;
    }
    const bool row = is_row(part.text);
    if (!row) table_ = {};
    if (!text::ends_like_a_question(part.text)) {
      EvidenceSentence sentence{number_, span, part.text, heading_.text, table_.text, {}};
      describe(sentence, part.terms);
      out.push_back(std::move(sentence));
    }
    if (row && table_.text.empty()) table_ = part;
    before_ = row ? Part{} : std::move(part);
  }

  void describe(EvidenceSentence& sentence, const TermSet& terms) const {
    EvidenceFeatures& f = sentence.features;
    f.coverage = coverage(weights_, [&](const std::string& term) { return terms.contains(term); });
    f.context_coverage = coverage(weights_, [&](const std::string& term) {
      return !terms.contains(term) && (above_.contains(term) || heading_.terms.contains(term) ||
                                       table_.terms.contains(term) || before_.terms.contains(term));
    });
    f.hit_similarity = relative_similarity(model_of(found_, number_), hit_.dense_score);
    f.similarity = f.hit_similarity;
    f.kind = fits(kind_, sentence.text, sentence.table_head, question_);
    f.hit_score = std::clamp(hit_.score, 0.0, 1.0);
    f.heading = headings_.empty() && looks_like_heading(sentence.text);
  }

  text::Analyzer& analyzer_;
  std::string_view question_;
  QuestionKind kind_;
  const FoundChunks& found_;
  std::size_t number_;
  const Hit& hit_;
  const TermWeights& weights_;
  std::vector<Span> headings_;  ///< From the hit's start.
  utf8::CodePointIndex index_;
  TermSet above_, chunk_;
  Part heading_, table_, before_;  ///< What the sentence that comes next stands below or behind; empty: nothing.
};

}  // namespace

const std::string& model_of(const FoundChunks& found, std::size_t hit) { return segment_of(found, hit).space().model; }

std::vector<EvidenceSentence> read_sentences(text::Analyzer& analyzer, std::string_view question,
                                             const FoundChunks& found, std::size_t hits) {
  QuestionTerms question_terms(analyzer, question, found.snapshot->snapshot);
  std::vector<EvidenceSentence> sentences;
  for (std::size_t h = 0; h < std::min(hits, found.response.hits.size()); ++h)
    HitReader(analyzer, question_terms, question, found, h).read(sentences);
  return sentences;
}

}  // namespace cairn
