#include "app/check_answer.h"

#include <algorithm>
#include <array>
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

std::vector<float> embed(const Embedder& embedder, const std::string& text, const std::string& language,
                         const CancelToken& cancel) {
  const std::string folded = embedded_text({.body = text, .title = {}, .heading_path = {}, .language = language});
  const std::array<std::string_view, 1> texts = {folded};
  auto vector = embedder.embed_passages(texts, cancel);
  return vector ? std::move(*vector) : std::vector<float>{};
}

}  // namespace

CheckAnswer::CheckAnswer(const SentenceChecker& checker, const EmbedderSet& embedders,
                         std::span<const Evidence> evidence, CancelToken cancel)
    : checker_(checker), embedders_(embedders), evidence_(evidence), cancel_(std::move(cancel)) {
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
  checked.supported = verdict.supported;
  checked.reason = verdict.supported ? "" : std::move(verdict.reason);
  checked.sentence = std::move(sentence);
  return checked;
}

Verdict CheckAnswer::compare(const std::string& text, const std::string& language,
                             std::span<const std::size_t> indexes) {
  std::vector<CheckedEvidence> evidence;
  for (const std::size_t i : indexes) evidence.push_back({evidence_[i].text, contexts_[i], evidence_[i].language});
  const Verdict by_words = checker_.check(text, language, evidence, std::nullopt);
  if (!by_words.supported) return by_words;
  const auto similar = similarity(text, indexes);
  return similar ? checker_.check(text, language, evidence, similar) : by_words;
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
    double cosine = 0;
    for (std::size_t d = 0; d < mine.size(); ++d) cosine += mine[d] * other[d];
    const double relative = relative_similarity(embedder->model().id, cosine);
    best = best ? std::max(*best, relative) : relative;
  }
  return best;
}

const std::vector<float>& CheckAnswer::vector_of(const Embedder& embedder, std::size_t index) {
  const auto [at, is_new] = vectors_.try_emplace(index);
  if (is_new) at->second = embed(embedder, evidence_[index].text, evidence_[index].language, cancel_);
  return at->second;
}

}  // namespace cairn
