#include "app/answer_question.h"

#include <algorithm>
#include <set>
#include <utility>

#include "app/check_answer.h"
#include "app/join_passages.h"
#include "app/number_citations.h"
#include "app/query_language.h"
#include "app/select_evidence.h"
#include "app/stand_alone_question.h"
#include "base/trace.h"
#include "text/language.h"
#include "text/sentences.h"

namespace cairn {
namespace {

/// What goes between what is there and a further sentence.
std::string joint(const std::string& before, const GeneratedSentence& sentence) {
  if (before.empty()) return {};
  return sentence.separator.value_or(std::string(text::space_between(before, sentence.text)));
}

void describe(const Answer& answer, ScopedSpan& span) {
  span.set("generator", answer.generator);
  span.set("abstained", answer.abstained);
  const auto supported = std::ranges::count_if(answer.sentences, &AnswerSentence::supported);
  span.set("supported", supported);
  span.set("unsupported", static_cast<std::ptrdiff_t>(answer.sentences.size()) - supported + answer.dropped);
}

}  // namespace

/// One question on its way to its answer.
class AnswerQuestion::Run {
 public:
  Run(const AnswerQuestion& use_case, const AnswerRequest& request,
      const std::function<void(std::string_view)>& on_token)
      : use_case_(use_case), request_(request), on_token_(on_token), started_(use_case.clock_.monotonic()) {}

  Result<Answer> operator()(const Principal& principal) {
    CAIRN_TRY(generator_, use_case_.generator(request_.generator));
    CAIRN_CHECK(rewrite());
    CAIRN_TRY(const FoundChunks found, find(principal));
    CAIRN_CHECK(choose_evidence(found));
    NumberCitations citations(evidence_, found);
    if (request_.on_citations) request_.on_citations(citations.number_all());
    CheckAnswer checker(use_case_.checker_, use_case_.embedders_, evidence_, question_, request_.cancel);
    CAIRN_TRY(auto generated, generate(checker));
    finish(std::move(generated), checker, citations);
    answer_.manifests = found.response.manifests;
    answer_.took_ms = elapsed();
    return std::move(answer_);
  }

 private:
  double elapsed() const {
    return std::chrono::duration<double, std::milli>(use_case_.clock_.monotonic() - started_).count();
  }

  Result<void> rewrite() {
    question_ = request_.question;
    if (request_.conversation.empty()) return {};
    ScopedSpan rewriting(request_.trace, "query.rewrite");
    std::vector<ConversationTurn> turns = request_.conversation;
    turns.push_back({ConversationTurn::Role::user, request_.question});
    CAIRN_TRY(auto rewritten, rewriting.watch(generator_->stand_alone(turns, request_.cancel)));
    question_ = rewritten ? std::move(*rewritten) : stand_alone_question(turns);
    rewriting.set("by_model", rewritten.has_value());
    if (question_ != request_.question) answer_.rewritten_question = question_;
    answer_.times.rewrite = elapsed();
    return {};
  }

  Result<FoundChunks> find(const Principal& principal) {
    const double before = elapsed();
    SearchRequest search;
    search.query = question_;
    search.collections = request_.collections;
    search.filter = request_.filter;
    search.limit = request_.limit;
    search.trace = request_.trace;
    auto found = use_case_.searcher_.find(principal, search);
    answer_.times.search = elapsed() - before;
    return found;
  }

  Result<void> choose_evidence(const FoundChunks& found) {
    const double before = elapsed();
    ScopedSpan choosing(request_.trace, "query.evidence");
    const EvidencePorts ports{use_case_.embedders_, use_case_.analyzers_};
    const auto ranking = generator_->writes() ? EvidenceRanking::by_words : EvidenceRanking::by_words_and_vectors;
    CAIRN_TRY(evidence_, choosing.watch(select_evidence(ports, question_, found, ranking, request_.cancel)));
    if (generator_->writes()) { CAIRN_TRY(evidence_, choosing.watch(join_passages(std::move(evidence_), found))); }
    choosing.set("evidence", evidence_.size());
    answer_.times.evidence = elapsed() - before;
    return {};
  }

  Result<GeneratedAnswer> generate(CheckAnswer& checker) {
    const double before = elapsed();
    GenerateRequest wanted;
    wanted.question = question_;
    wanted.language = language_ = text::detect_language(question_);
    wanted.evidence = evidence_;
    wanted.wishes = request_.wishes;
    wanted.cancel = request_.cancel;
    wanted.trace = request_.trace;
    const bool check_now = request_.checked_tokens && on_token_ && generator_->writes();
    if (check_now)
      wanted.on_sentence = [&](const GeneratedSentence& sentence) { add(checker.check(sentence, language_)); };
    const auto pass_on = [&](std::string_view text) {
      if (answer_.times.first_token == 0) answer_.times.first_token = elapsed();
      on_token_(text);
    };
    ScopedSpan generating(request_.trace, "query.generate");
    generating.set("generator", generator_->name());
    const bool as_written = on_token_ && !check_now;
    auto generated =
        generating.watch(generator_->generate(wanted, as_written ? pass_on : std::function<void(std::string_view)>{}));
    answer_.times.generate = elapsed() - before;
    if (check_now && generated) generated->sentences.clear();  // They are in the answer already.
    return generated;
  }

  void finish(GeneratedAnswer generated, CheckAnswer& checker, NumberCitations& citations) {
    const double before = elapsed();
    ScopedSpan verifying(request_.trace, "query.verify");
    for (GeneratedSentence& sentence : generated.sentences) {
      if (generator_->writes()) add(checker.check(std::move(sentence), language_));
      else
        add({.sentence = std::move(sentence), .supported = true, .cited = true, .cited_rightly = true, .reason = {}});
    }
    number(citations);
    answer_.generator = generator_->name();
    answer_.usage = std::move(generated.usage);
    answer_.end = generated.end;
    describe(answer_, verifying);
    answer_.times.check = elapsed() - before;
  }

  /// Joins a sentence to the answer, or leaves it out.
  void add(CheckedSentence checked) {
    AnswerChecks& checks = answer_.checks;
    ++checks.sentences;
    checks.cited += checked.cited ? 1 : 0;
    checks.cited_rightly += checked.cited_rightly ? 1 : 0;
    checks.supported += checked.supported ? 1 : 0;
    const bool shown = checked.supported || use_case_.policy_.show_unsupported;
    if (!shown || checked.sentence.text.empty()) {
      ++answer_.dropped;
      return;
    }
    const std::string text = joint(answer_.answer, checked.sentence) + checked.sentence.text;
    answer_.answer += text;
    if (request_.checked_tokens && on_token_ && generator_->writes()) {
      if (answer_.times.first_token == 0) answer_.times.first_token = elapsed();
      on_token_(text);
    }
    pointed_to_.push_back(std::move(checked.sentence.evidence));
    answer_.sentences.push_back({.text = std::move(checked.sentence.text),
                                 .citations = {},
                                 .supported = checked.supported,
                                 .reason = std::move(checked.reason)});
  }

  /// Every quote is compared with the canonical text; a quoted sentence without any is left out after all.
  void number(NumberCitations& citations) {
    std::set<std::uint32_t> used;
    for (std::size_t i = 0; i < answer_.sentences.size(); ++i)
      for (const std::size_t index : pointed_to_[i])
        if (const std::uint32_t n = citations.number_of(index); n != 0) {
          answer_.sentences[i].citations.push_back(n);
          used.insert(n);
        }
    if (!generator_->writes()) leave_out_unquoted();
    answer_.abstained = answer_.sentences.empty();
    answer_.citations = citations.take(used);
  }

  void leave_out_unquoted() {
    std::vector<AnswerSentence> kept;
    answer_.answer.clear();
    for (AnswerSentence& sentence : answer_.sentences) {
      if (sentence.citations.empty()) {
        ++answer_.dropped;
        continue;
      }
      if (!answer_.answer.empty()) answer_.answer += text::space_between(answer_.answer, sentence.text);
      answer_.answer += sentence.text;
      kept.push_back(std::move(sentence));
    }
    answer_.sentences = std::move(kept);
  }

  const AnswerQuestion& use_case_;
  const AnswerRequest& request_;
  const std::function<void(std::string_view)>& on_token_;
  std::chrono::nanoseconds started_;
  Generator* generator_ = nullptr;
  std::string question_, language_;
  std::vector<Evidence> evidence_;
  std::vector<std::vector<std::size_t>> pointed_to_;  ///< By each sentence of the answer.
  Answer answer_;
};

AnswerQuestion::AnswerQuestion(const Searcher& searcher, const EmbedderSet& embedders,
                               std::vector<Generator*> generators, const Clock& clock, AnswerPolicy policy)
    : searcher_(searcher), embedders_(embedders), generators_(std::move(generators)), clock_(clock), policy_(policy) {}

Result<Generator*> AnswerQuestion::generator(const std::string& name) const {
  std::string known;
  for (Generator* candidate : generators_) {
    if (candidate->name() == name) return candidate;
    known.append(known.empty() ? "" : ", ").append(candidate->name());
  }
  return fail(ErrorKind::invalid, "there is no generator \"" + name + "\" here; there is " + known);
}

Result<Answer> AnswerQuestion::answer(const Principal& principal, const AnswerRequest& request,
                                      const std::function<void(std::string_view)>& on_token) const {
  if (is_blank(request.question)) return fail(ErrorKind::invalid, "the question is empty; say what you want to know");
  return Run(*this, request, on_token)(principal);
}

}  // namespace cairn
