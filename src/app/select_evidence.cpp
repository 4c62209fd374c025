#include "app/select_evidence.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "app/evidence_sentences.h"
#include "app/lexical_fields.h"
#include "app/query_language.h"

namespace cairn {
namespace {

// Embedding a sentence takes most of the time of an answer. Beyond these, hits and sentences hardly ever hold the
// answer that earlier ones do not: on XQuAD's developer half the best of 12 sentences, of 6, and of those of the 6 that
// are at most 2.5 behind are as often right (en .784, zh .761), with 12, 6 and 3 to 4 embedded.
constexpr std::size_t hits_read = 5;
constexpr std::size_t max_embedded = 6;
constexpr double hopeless = 2.5;  ///< Log odds behind the best that a similarity hardly ever makes up.
/// For who reads them without vectors.
constexpr std::size_t max_by_words = 8;

class Selection {
 public:
  Selection(const EvidencePorts& ports, text::Analyzer& analyzer, std::string_view question, const FoundChunks& found)
      : ports_(ports),
        question_(question),
        found_(found),
        language_(query_language(question)),
        sentences_(read_sentences(analyzer, question, found, hits_read)) {}

  Result<std::vector<Evidence>> operator()(EvidenceRanking ranking, const CancelToken& cancel) {
    sort();
    if (ranking == EvidenceRanking::by_words) {
      keep(max_by_words);
    } else {
      keep(max_embedded);
      leave_out_hopeless();
      CAIRN_CHECK(compare(cancel));
      sort();
    }
    return ranked();
  }

 private:
  const Hit& hit(const EvidenceSentence& sentence) const { return found_.response.hits[sentence.hit]; }

  void sort() {
    std::ranges::stable_sort(sentences_, std::ranges::greater{},
                             [](const EvidenceSentence& s) { return rank_score(s.features); });
  }

  void keep(std::size_t most) {
    if (sentences_.size() > most) sentences_.resize(most);
  }

  void leave_out_hopeless() {
    if (sentences_.empty()) return;
    const double least = rank_score(sentences_.front().features) - hopeless;
    std::erase_if(sentences_, [&](const EvidenceSentence& s) { return rank_score(s.features) < least; });
  }

  /// Fills in the similarity of question and sentence, one model at a time.
  Result<void> compare(const CancelToken& cancel) {
    std::map<std::string, std::vector<EvidenceSentence*>> by_model;
    for (EvidenceSentence& sentence : sentences_) by_model[model_of(found_, sentence.hit)].push_back(&sentence);
    for (const auto& [model, sentences] : by_model) {
      const Embedder* embedder = ports_.embedders.find(model);
      if (embedder == nullptr) continue;
      auto compared = compare(*embedder, sentences, cancel);
      if (!compared && compared.error().kind != ErrorKind::unavailable) return compared;
    }
    return {};
  }

  Result<void> compare(const Embedder& embedder, const std::vector<EvidenceSentence*>& sentences,
                       const CancelToken& cancel) {
    CAIRN_TRY(const std::vector<float> question, embedder.embed_query(embedded_query(question_, language_)));
    std::vector<std::string> texts;
    for (const EvidenceSentence* sentence : sentences) texts.push_back(text_to_embed(*sentence));
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    CAIRN_TRY(const std::vector<float> vectors, embedder.embed_passages(views, cancel));
    for (std::size_t i = 0; i < sentences.size(); ++i) {
      double cosine = 0;
      for (std::size_t d = 0; d < question.size(); ++d) cosine += question[d] * vectors[i * question.size() + d];
      sentences[i]->features.similarity = relative_similarity(embedder.model().id, cosine);
    }
    return {};
  }

  /// A sentence says what it is about together with the heading that it stands below.
  std::string text_to_embed(const EvidenceSentence& sentence) const {
    std::vector<std::string> above;
    for (const std::string_view line : {sentence.heading, sentence.table_head})
      if (!line.empty()) above.emplace_back(line);
    return embedded_text(
        {.body = sentence.text, .title = {}, .heading_path = above, .language = hit(sentence).language});
  }

  /// What is sorted, with scores.
  std::vector<Evidence> ranked() const {
    std::vector<Evidence> evidence;
    if (sentences_.empty()) return evidence;
    const EvidenceFeatures& best = sentences_.front().features;
    const double supported = probability(support_score(best));
    for (const EvidenceSentence& sentence : sentences_)
      evidence.push_back(make(sentence, supported * std::exp(rank_score(sentence.features) - rank_score(best))));
    return evidence;
  }

  Evidence make(const EvidenceSentence& sentence, double score) const {
    const Hit& from = hit(sentence);
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
  std::string_view question_;
  const FoundChunks& found_;
  QueryLanguage language_;
  std::vector<EvidenceSentence> sentences_;  ///< Once sorted, the likeliest first.
};

}  // namespace

Result<std::vector<Evidence>> select_evidence(const EvidencePorts& ports, std::string_view question,
                                              const FoundChunks& found, EvidenceRanking ranking,
                                              const CancelToken& cancel) {
  return ports.analyzers.with(
      [&](text::Analyzer& analyzer) { return Selection(ports, analyzer, question, found)(ranking, cancel); });
}

}  // namespace cairn
