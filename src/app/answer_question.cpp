#include "app/answer_question.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "app/join_passages.h"
#include "app/query_language.h"
#include "app/select_evidence.h"
#include "base/trace.h"
#include "text/language.h"

namespace cairn {
namespace {

/// Numbers the evidence that an answer points to, in the order in which it does.
class Citations {
 public:
  Citations(const std::vector<Evidence>& evidence, const FoundChunks& found) : evidence_(evidence), found_(found) {}

  /// The citation's number, or 0 when the quote does not stand in the canonical text at its span.
  std::uint32_t number_of(std::size_t index) {
    if (index >= evidence_.size()) return 0;
    if (const auto known = numbers_.find(index); known != numbers_.end()) return known->second;
    const Evidence& evidence = evidence_[index];
    if (!is_literal(evidence)) return numbers_[index] = 0;
    const auto n = static_cast<std::uint32_t>(citations_.size() + 1);
    citations_.push_back({n, evidence.document, evidence.external_id, evidence.collection, evidence.title,
                          evidence.page, evidence.span, evidence.text});
    return numbers_[index] = n;
  }

  /// Numbers everything that may be pointed to, before it is known what will be.
  const std::vector<Citation>& number_all() {
    for (std::size_t i = 0; i < evidence_.size(); ++i) number_of(i);
    return citations_;
  }

  /// Those with the numbers in `used`.
  std::vector<Citation> take(const std::set<std::uint32_t>& used) {
    std::erase_if(citations_, [&](const Citation& citation) { return !used.contains(citation.n); });
    return std::move(citations_);
  }

 private:
  bool is_literal(const Evidence& evidence) const {
    if (evidence.span.start >= evidence.span.end) return false;
    const auto text = text_at(found_, evidence.document, evidence.span);
    return text && *text == evidence.text;
  }

  const std::vector<Evidence>& evidence_;
  const FoundChunks& found_;
  std::map<std::size_t, std::uint32_t> numbers_;
  std::vector<Citation> citations_;
};

bool needs_space(const std::string& before, const std::string& after) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  return is_ascii(before.back()) || is_ascii(after.front());
}

void assemble(std::vector<GeneratedSentence> generated, Citations& citations, Answer& answer) {
  std::set<std::uint32_t> used;
  for (GeneratedSentence& sentence : generated) {
    AnswerSentence made{std::move(sentence.text), {}, false};
    for (const std::size_t index : sentence.evidence)
      if (const std::uint32_t n = citations.number_of(index); n != 0) made.citations.push_back(n);
    made.supported = !made.citations.empty();
    if (!made.supported || made.text.empty()) continue;
    if (!answer.answer.empty())
      answer.answer += sentence.separator.value_or(needs_space(answer.answer, made.text) ? " " : "");
    answer.answer += made.text;
    answer.sentences.push_back(std::move(made));
  }
  answer.abstained = answer.sentences.empty();
  for (const AnswerSentence& sentence : answer.sentences)
    used.insert(sentence.citations.begin(), sentence.citations.end());
  if (!answer.abstained) answer.citations = citations.take(used);
}

void describe(const Answer& answer, std::size_t generated, ScopedSpan& span) {
  span.set("generator", answer.generator);
  span.set("abstained", answer.abstained);
  span.set("supported", answer.sentences.size());
  span.set("unsupported", generated - answer.sentences.size());
}

}  // namespace

AnswerQuestion::AnswerQuestion(const Searcher& searcher, const EmbedderSet& embedders,
                               std::vector<Generator*> generators, const Clock& clock)
    : searcher_(searcher), embedders_(embedders), generators_(std::move(generators)), clock_(clock) {}

Result<Generator*> AnswerQuestion::generator(const std::string& name) const {
  std::string known;
  for (Generator* candidate : generators_) {
    if (candidate->name() == name) return candidate;
    known.append(known.empty() ? "" : ", ").append(candidate->name());
  }
  return fail(ErrorKind::invalid, "there is no generator \"" + name + "\" here; there is " + known);
}

Result<std::vector<Evidence>> AnswerQuestion::evidence_for(const Generator& generator, const AnswerRequest& request,
                                                           const FoundChunks& found) const {
  ScopedSpan choosing(request.trace, "query.evidence");
  CAIRN_TRY(std::vector<Evidence> evidence,
            choosing.watch(select_evidence({embedders_, analyzers_}, request.question, found, request.cancel)));
  if (generator.writes()) { CAIRN_TRY(evidence, choosing.watch(join_passages(std::move(evidence), found))); }
  choosing.set("evidence", evidence.size());
  return evidence;
}

Result<Answer> AnswerQuestion::answer(const Principal& principal, const AnswerRequest& request,
                                      const std::function<void(std::string_view)>& on_token) const {
  const auto started = clock_.monotonic();
  if (is_blank(request.question)) return fail(ErrorKind::invalid, "the question is empty; say what you want to know");
  CAIRN_TRY(Generator * chosen, generator(request.generator));
  SearchRequest search;
  search.query = request.question;
  search.collections = request.collections;
  search.filter = request.filter;
  search.limit = request.limit;
  search.trace = request.trace;
  CAIRN_TRY(const FoundChunks found, searcher_.find(principal, search));
  CAIRN_TRY(const std::vector<Evidence> evidence, evidence_for(*chosen, request, found));
  Citations citations(evidence, found);
  if (request.on_citations) request.on_citations(citations.number_all());
  GenerateRequest wanted;
  wanted.question = request.question;
  wanted.language = text::detect_language(request.question);
  wanted.evidence = evidence;
  wanted.max_tokens = request.max_tokens;
  wanted.temperature = request.temperature;
  wanted.cancel = request.cancel;
  wanted.trace = request.trace;
  ScopedSpan generating(request.trace, "query.generate");
  generating.set("generator", chosen->name());
  CAIRN_TRY(auto generated, generating.watch(chosen->generate(wanted, on_token)));
  generating.end();
  Answer answer;
  ScopedSpan verifying(request.trace, "query.verify");
  const std::size_t sentences = generated.sentences.size();
  assemble(std::move(generated.sentences), citations, answer);
  answer.generator = chosen->name();
  answer.usage = std::move(generated.usage);
  describe(answer, sentences, verifying);
  verifying.end();
  answer.manifests = found.response.manifests;
  answer.took_ms = std::chrono::duration<double, std::milli>(clock_.monotonic() - started).count();
  return answer;
}

}  // namespace cairn
