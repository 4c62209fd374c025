#include "app/check_answer.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "app/evidence_score.h"
#include "app/lexical_fields.h"

namespace cairn {
namespace {

std::string context_of(const Evidence& evidence) {
  std::string context = evidence.title;
  for (const std::string& heading : evidence.heading_path)
    if (heading != evidence.title) context.append("\n").append(heading);
  return context;
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// From which cosine on two words mean nearly the same, read off the first half of tests/fixtures/checking: in English
/// "harms" and "damages" have 0.79, "insurer" and "company" less, "gateway" and "portal" 0.80. Nothing for models
/// whose words nobody has compared.
std::optional<double> least_word_similarity(std::string_view model) {
  if (model == "bge-small-en-v1.5") return 0.81;
  if (model == "bge-small-zh-v1.5") return 0.735;
  return std::nullopt;
}

std::vector<float> embed(const Embedder& embedder, const std::string& text, const std::string& language,
                         const CancelToken& cancel) {
  const std::string folded = embedded_text({.body = text, .title = {}, .heading_path = {}, .language = language});
  const std::array<std::string_view, 1> texts = {folded};
  auto vector = embedder.embed_passages(texts, cancel);
  return vector ? std::move(*vector) : std::vector<float>{};
}

}  // namespace

CheckAnswer::CheckAnswer(const SentenceChecker& checker, const EmbedderSet& embedders,
                         std::span<const Evidence> evidence, std::string question, CancelToken cancel)
    : checker_(checker),
      embedders_(embedders),
      evidence_(evidence),
      question_(std::move(question)),
      cancel_(std::move(cancel)) {
  for (const Evidence& one : evidence) contexts_.push_back(context_of(one));
}

CheckedSentence CheckAnswer::check(GeneratedSentence sentence, const std::string& language) {
  CheckedSentence checked;
  std::erase_if(sentence.evidence, [&](std::size_t index) { return index >= evidence_.size(); });
  Verdict verdict = sentence.evidence.empty() ? Verdict{.reason = "it points to no evidence"}
                                              : compare(sentence.text, language, sentence.evidence);
  checked.cited = !sentence.evidence.empty();
  checked.cited_rightly = verdict.supported;
  for (std::size_t i = 0; i < evidence_.size() && !verdict.supported; ++i) {
    if (sentence.evidence == std::vector{i}) continue;
    const std::array<std::size_t, 1> other = {i};
    if (!compare(sentence.text, language, other).supported) continue;
    verdict = {.supported = true};
    sentence.evidence.assign(other.begin(), other.end());
  }
  if (verdict.supported && checker_.repeats(sentence.text, question_, language))
    verdict = {.supported = false, .reason = "it only repeats the question"};
  checked.supported = verdict.supported;
  checked.reason = verdict.supported ? "" : std::move(verdict.reason);
  checked.sentence = std::move(sentence);
  return checked;
}

Verdict CheckAnswer::compare(const std::string& text, const std::string& language,
                             std::span<const std::size_t> indexes) {
  std::vector<CheckedEvidence> evidence;
  for (const std::size_t i : indexes) evidence.push_back({evidence_[i].text, contexts_[i], evidence_[i].language});
  Closeness closeness;
  const Embedder* embedder = embedders_.for_language(evidence_[indexes.front()].language);
  if (embedder != nullptr && least_word_similarity(embedder->model().id))
    closeness.alike = [this, embedder](const std::string& word, const std::vector<std::string>& others) {
      return alike(*embedder, word, others);
    };
  Verdict verdict = checker_.check(text, language, evidence, closeness);
  if (!verdict.supported) return verdict;
  closeness.similarity = similarity(text, indexes);
  return closeness.similarity ? checker_.check(text, language, evidence, closeness) : verdict;
}

std::optional<double> CheckAnswer::similarity(const std::string& text, std::span<const std::size_t> indexes) {
  const std::string& language = evidence_[indexes.front()].language;
  const Embedder* embedder = embedders_.for_language(language);
  if (embedder == nullptr) return std::nullopt;
  const std::vector<float> mine = embed(*embedder, text, language, cancel_);
  std::optional<double> best;
  for (const std::size_t i : indexes) {
    const std::vector<float>& other = vector_of(*embedder, i);
    if (mine.empty() || other.size() != mine.size()) continue;
    const double relative = relative_similarity(embedder->model().id, cosine(mine, other));
    best = best ? std::max(*best, relative) : relative;
  }
  return best;
}

bool CheckAnswer::alike(const Embedder& embedder, const std::string& word, const std::vector<std::string>& others) {
  embed_words(embedder, others);
  embed_words(embedder, {word});
  const std::vector<float>& mine = word_vectors_[{&embedder, word}];
  const double least = least_word_similarity(embedder.model().id).value_or(2);
  return std::ranges::any_of(others, [&](const std::string& other) {
    const std::vector<float>& vector = word_vectors_[{&embedder, other}];
    return !mine.empty() && vector.size() == mine.size() && cosine(mine, vector) >= least;
  });
}

/// Those that were not embedded before, together.
void CheckAnswer::embed_words(const Embedder& embedder, std::vector<std::string> words) {
  std::erase_if(words, [&](const std::string& word) { return word_vectors_.contains({&embedder, word}); });
  if (words.empty()) return;
  const std::vector<std::string_view> texts(words.begin(), words.end());
  const auto vectors = embedder.embed_passages(texts, cancel_);
  const std::size_t size = vectors ? vectors->size() / words.size() : 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto first =
        vectors ? vectors->begin() + static_cast<std::ptrdiff_t>(i * size) : std::vector<float>::const_iterator();
    word_vectors_[{&embedder, words[i]}] =
        vectors ? std::vector<float>(first, first + static_cast<std::ptrdiff_t>(size)) : std::vector<float>();
  }
}

const std::vector<float>& CheckAnswer::vector_of(const Embedder& embedder, std::size_t index) {
  const auto [at, is_new] = vectors_.try_emplace({&embedder, index});
  if (is_new) at->second = embed(embedder, evidence_[index].text, evidence_[index].language, cancel_);
  return at->second;
}

}  // namespace cairn
