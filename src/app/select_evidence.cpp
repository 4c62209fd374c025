#include "app/select_evidence.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "app/evidence_score.h"
#include "app/lexical_fields.h"
#include "app/query_language.h"
#include "app/question_kind.h"
#include "base/utf8.h"
#include "text/sentences.h"

namespace cairn {
namespace {

// Beyond these, hits and sentences hardly ever hold the answer that earlier ones do not, but each sentence costs an
// embedding. With 8, 16 and 64 sentences XQuAD's answers are the same (en 534, zh 524 of 612); 8 take half the time.
constexpr std::size_t hits_read = 5;
constexpr std::size_t max_sentences = 8;
constexpr std::size_t longest_heading = 60;

using TermSet = std::unordered_set<std::string>;

struct Sentence {
  std::size_t hit = 0;
  Span span;  ///< In the canonical text.
  std::string_view text;
  TermSet terms;
  EvidenceFeatures features;
};

TermSet terms_of(text::Analyzer& analyzer, std::string_view text, std::string_view language) {
  TermSet terms;
  for (text::Term& term : analyzer.document_terms(text, language)) terms.insert(std::move(term.text));
  return terms;
}

/// A short line without an end and without the separators of a table row.
bool looks_like_heading(std::string_view text) {
  return utf8::length(text) <= longest_heading && !text::ends_like_a_sentence(text) &&
         text.find_first_of("|\t") == std::string_view::npos;
}

/// "2.4 Leave", alone on its line.
bool is_numbered_heading(std::string_view text) {
  const std::size_t number = text.find_first_not_of("0123456789.");
  return number != std::string_view::npos && number > 0 && text.substr(0, number).find('.') != std::string_view::npos &&
         text[number] == ' ' && looks_like_heading(text);
}

/// Says where an answer is, and is none: a numbered heading, or what a document asks itself, as lists of frequently
/// asked questions do.
bool heads_an_answer(std::string_view text) { return text::ends_like_a_question(text) || is_numbered_heading(text); }

/// The question's words, each with how rare it is in what was searched (the inverse document frequency of BM25).
class QuestionTerms {
 public:
  QuestionTerms(text::Analyzer& analyzer, std::string_view question, const index::Snapshot& snapshot)
      : analyzer_(analyzer), question_(question), snapshot_(snapshot) {
    for (const auto& term : analyzer.query_terms(question))
      if (term.stop_word) stop_words_.insert(term.text);
  }

  /// As documents of a language have them.
  const std::unordered_map<std::string, double>& in(const std::string& language) {
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
  std::unordered_map<std::string, std::unordered_map<std::string, double>> by_language_;
};

/// Share of the weights whose term `has` accepts.
template <class Has>
double coverage(const std::unordered_map<std::string, double>& weights, Has has) {
  double all = 0, covered = 0;
  for (const auto& [term, weight] : weights) {
    all += weight;
    if (has(term)) covered += weight;
  }
  return all > 0 ? covered / all : 0;
}

class Selection {
 public:
  Selection(const EvidencePorts& ports, text::Analyzer& analyzer, std::string_view question, const FoundChunks& found)
      : ports_(ports),
        analyzer_(analyzer),
        question_(question),
        found_(found),
        words_(analyzer, question, found.snapshot->snapshot),
        kind_(question_kind(question)),
        language_(query_language(question)) {}

  Result<std::vector<Evidence>> operator()(EvidenceRanking ranking, const CancelToken& cancel) {
    const std::size_t hits = std::min(hits_read, found_.response.hits.size());
    for (std::size_t h = 0; h < hits; ++h) read(h);
    keep_likeliest();
    if (ranking == EvidenceRanking::by_words_and_vectors) CAIRN_CHECK(compare(hits, cancel));
    return ranked();
  }

 private:
  const Hit& hit(std::size_t h) const { return found_.response.hits[h]; }

  const std::string& model_of(std::size_t h) const {
    return found_.snapshot->snapshot.segments()[found_.places[h].segment].segment->space().model;
  }

  void read(std::size_t h) {
    const Hit& from = hit(h);
    const utf8::CodePointIndex index(from.text);
    const auto& weights = words_.in(from.language);
    const TermSet title = terms_of(analyzer_, from.title, from.language);
    const std::size_t first = sentences_.size();
    for (const Span& span : text::split_sentences(from.text, from.language)) {
      Sentence sentence{h, {from.span.start + span.start, from.span.start + span.end}, index.slice(span), {}, {}};
      sentence.terms = terms_of(analyzer_, sentence.text, from.language);
      sentences_.push_back(std::move(sentence));
    }
    const double chunk_coverage = coverage(weights, [&](const std::string& term) {
      return title.contains(term) ||
             std::any_of(sentences_.begin() + static_cast<std::ptrdiff_t>(first), sentences_.end(),
                         [&](const Sentence& s) { return s.terms.contains(term); });
    });
    for (std::size_t i = first; i < sentences_.size(); ++i) {
      const TermSet* before = i > first ? &sentences_[i - 1].terms : nullptr;
      describe(sentences_[i], title, before, chunk_coverage);
    }
    const auto rest = std::remove_if(sentences_.begin() + static_cast<std::ptrdiff_t>(first), sentences_.end(),
                                     [](const Sentence& sentence) { return heads_an_answer(sentence.text); });
    sentences_.erase(rest, sentences_.end());
  }

  void describe(Sentence& sentence, const TermSet& title, const TermSet* before, double chunk_coverage) {
    const Hit& from = hit(sentence.hit);
    const auto& weights = words_.in(from.language);
    EvidenceFeatures& f = sentence.features;
    f.coverage = coverage(weights, [&](const std::string& term) { return sentence.terms.contains(term); });
    f.context_coverage = coverage(weights, [&](const std::string& term) {
      return !sentence.terms.contains(term) && (title.contains(term) || (before != nullptr && before->contains(term)));
    });
    f.chunk_coverage = chunk_coverage;
    f.hit_similarity = relative_similarity(model_of(sentence.hit), from.dense_score);
    f.similarity = f.hit_similarity;
    f.kind = fits(kind_, sentence.text, question_);
    f.kind_known = kind_ != QuestionKind::open;
    f.best_hit = sentence.hit == 0;
    f.hit_score = std::clamp(from.score, 0.0, 1.0);
    f.heading = looks_like_heading(sentence.text);
  }

  void keep_likeliest() {
    if (sentences_.size() <= max_sentences) return;
    std::ranges::stable_sort(sentences_, std::ranges::greater{},
                             [](const Sentence& s) { return rank_score(s.features); });
    sentences_.resize(max_sentences);
  }

  /// Fills in the similarity of question and sentence, hit by hit, since hits may be of different models.
  Result<void> compare(std::size_t hits, const CancelToken& cancel) {
    std::unordered_map<const Embedder*, std::vector<float>> questions;
    for (std::size_t h = 0; h < hits; ++h) {
      const Embedder* embedder = ports_.embedders.find(model_of(h));
      if (embedder == nullptr) continue;
      auto compared = compare_hit(h, *embedder, questions[embedder], cancel);
      if (!compared && compared.error().kind != ErrorKind::unavailable) return compared;
    }
    return {};
  }

  Result<void> compare_hit(std::size_t h, const Embedder& embedder, std::vector<float>& question,
                           const CancelToken& cancel) {
    std::vector<Sentence*> of_hit;
    std::vector<std::string> texts;
    for (Sentence& sentence : sentences_) {
      if (sentence.hit != h) continue;
      of_hit.push_back(&sentence);
      texts.push_back(embedded_text({.body = sentence.text, .language = hit(h).language}));
    }
    if (of_hit.empty()) return {};
    if (question.empty()) { CAIRN_TRY(question, embedder.embed_query(embedded_query(question_, language_))); }
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    CAIRN_TRY(const std::vector<float> vectors, embedder.embed_passages(views, cancel));
    for (std::size_t i = 0; i < of_hit.size(); ++i) {
      double cosine = 0;
      for (std::size_t d = 0; d < question.size(); ++d) cosine += question[d] * vectors[i * question.size() + d];
      of_hit[i]->features.similarity = relative_similarity(embedder.model().id, cosine);
    }
    return {};
  }

  std::vector<Evidence> ranked() {
    std::vector<std::pair<double, const Sentence*>> order;
    for (const Sentence& sentence : sentences_) order.emplace_back(rank_score(sentence.features), &sentence);
    std::ranges::stable_sort(order, std::ranges::greater{}, [](const auto& entry) { return entry.first; });
    std::vector<Evidence> evidence;
    if (order.empty()) return evidence;
    const double supported = probability(support_score(order.front().second->features));
    for (const auto& [score, sentence] : order)
      evidence.push_back(make(*sentence, supported * std::exp(score - order.front().first)));
    return evidence;
  }

  Evidence make(const Sentence& sentence, double score) const {
    const Hit& from = hit(sentence.hit);
    Evidence made;
    made.document = from.document;
    made.external_id = from.external_id;
    made.collection = from.collection;
    made.title = from.title;
    made.page = from.page;
    made.heading_path = from.heading_path;
    made.span = sentence.span;
    made.text = sentence.text;
    made.context = from.text;
    made.language = from.language;
    made.score = score;
    return made;
  }

  const EvidencePorts& ports_;
  text::Analyzer& analyzer_;
  std::string_view question_;
  const FoundChunks& found_;
  QuestionTerms words_;
  QuestionKind kind_;
  QueryLanguage language_;
  std::vector<Sentence> sentences_;
};

}  // namespace

Result<std::vector<Evidence>> select_evidence(const EvidencePorts& ports, std::string_view question,
                                              const FoundChunks& found, EvidenceRanking ranking,
                                              const CancelToken& cancel) {
  return ports.analyzers.with(
      [&](text::Analyzer& analyzer) { return Selection(ports, analyzer, question, found)(ranking, cancel); });
}

}  // namespace cairn
