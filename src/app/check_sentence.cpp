#include "app/check_sentence.h"

#include <algorithm>
#include <utility>

#include "app/checking/alignment.h"
#include "app/checking/comparison.h"
#include "app/evidence_as_data.h"
#include "base/utf8.h"
#include "text/sentences.h"

namespace cairn {
namespace {

using checking::Ground;
using checking::Reading;
using checking::Statement;

/// Below this a sentence speaks of something else than its evidence, unless that has nearly all of its words.
constexpr double least_similarity = 0.1;
constexpr double enough_by_words = 0.9;

/// Clauses and subjects can be compared only where both sentences are built alike: what is written anew orders its
/// words anew, and divides what it denies otherwise.
constexpr double least_alongside_for_negation = 0.4;
constexpr double least_alongside_for_subjects = 0.6;

/// The evidence without sentences that give orders, and without what follows an order on its line.
std::string statements_of(const CheckedEvidence& evidence) {
  const utf8::CodePointIndex index(evidence.text);
  std::string kept;
  bool ordered = false;
  std::uint32_t before = 0;
  for (const Span& span : text::split_sentences(evidence.text, evidence.language)) {
    const std::string_view sentence = index.slice(span), gap = index.slice({before, span.start});
    before = span.end;
    if (gap.find('\n') != std::string_view::npos) ordered = false;
    ordered = ordered || is_order_to_model(sentence);
    if (!ordered) kept.append(sentence).append("\n");
  }
  return kept;
}

/// Words are stemmed as those of the sentence, whatever language short evidence was taken for: equal words must stay
/// equal.
Ground ground_of(std::span<const CheckedEvidence> evidence, std::string_view language, checking::Tools& tools) {
  Ground ground;
  for (const CheckedEvidence& one : evidence) {
    ground.texts.push_back(checking::parse_statement(statements_of(one), language, Reading::loose, tools));
    ground.contexts.push_back(checking::parse_statement(one.context, language, Reading::loose, tools));
  }
  ground.finish();
  return ground;
}

/// How much of the sentence a sentence of the evidence has in the same order.
double runs_along(const Statement& claim, const Ground& ground) {
  double share = 1;
  for (const checking::Part& sentence : checking::parts_of(claim, false))
    share = std::min(share, checking::align(sentence, ground).share);
  return share;
}

Verdict judge(const Statement& claim, const Ground& ground, const Closeness& closeness) {
  Verdict verdict;
  const auto because = [&](std::string reason) {
    verdict.reason = std::move(reason);
    return verdict;
  };
  if (auto reason = checking::asserts_nothing(claim, ground)) return because(std::move(*reason));
  if (ground.sentences.empty()) return because("its evidence states nothing");
  if (auto reason = checking::foreign_quantity(claim, ground)) return because(std::move(*reason));
  if (auto reason = checking::foreign_word(claim, ground, closeness.alike, verdict.coverage))
    return because(std::move(*reason));
  if (auto reason = checking::other_number_belongs(claim, ground)) return because(std::move(*reason));
  if (auto reason = checking::other_roles(claim, ground)) return because(std::move(*reason));
  const double alongside = runs_along(claim, ground);
  if (alongside >= least_alongside_for_negation)
    if (auto reason = checking::turned_round(claim, ground)) return because(std::move(*reason));
  if (alongside >= least_alongside_for_subjects)
    if (auto reason = checking::other_subject(claim, ground)) return because(std::move(*reason));
  if (closeness.similarity && *closeness.similarity < least_similarity && verdict.coverage < enough_by_words)
    return because("the evidence is about something else");
  verdict.supported = true;
  return verdict;
}

}  // namespace

SentenceChecker::SentenceChecker() = default;
SentenceChecker::~SentenceChecker() = default;

std::unique_ptr<checking::Tools> SentenceChecker::take() const {
  const std::scoped_lock lock(mutex_);
  if (idle_.empty()) return std::make_unique<checking::Tools>();
  auto tools = std::move(idle_.back());
  idle_.pop_back();
  return tools;
}

Verdict SentenceChecker::check(std::string_view sentence, std::string_view language,
                               std::span<const CheckedEvidence> evidence, const Closeness& closeness) const {
  std::unique_ptr<checking::Tools> tools = take();
  const Statement claim = checking::parse_statement(sentence, language, Reading::strict, *tools);
  Verdict verdict = judge(claim, ground_of(evidence, language, *tools), closeness);
  const std::scoped_lock lock(mutex_);
  idle_.push_back(std::move(tools));
  return verdict;
}

bool SentenceChecker::repeats(std::string_view sentence, std::string_view question, std::string_view language) const {
  std::unique_ptr<checking::Tools> tools = take();
  const bool repeated = checking::repeats(checking::parse_statement(sentence, language, Reading::strict, *tools),
                                          checking::parse_statement(question, language, Reading::loose, *tools));
  const std::scoped_lock lock(mutex_);
  idle_.push_back(std::move(tools));
  return repeated;
}

}  // namespace cairn
