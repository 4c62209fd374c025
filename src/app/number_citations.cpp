#include "app/number_citations.h"

#include <utility>

#include "app/join_passages.h"

namespace cairn {

std::uint32_t NumberCitations::number_of(std::size_t index) {
  if (index >= evidence_.size()) return 0;
  if (const auto known = numbers_.find(index); known != numbers_.end()) return known->second;
  const Evidence& evidence = evidence_[index];
  if (!is_literal(evidence)) return numbers_[index] = 0;
  const auto n = static_cast<std::uint32_t>(citations_.size() + 1);
  citations_.push_back({n, evidence.document, evidence.external_id, evidence.collection, evidence.title, evidence.page,
                        evidence.span, evidence.text});
  return numbers_[index] = n;
}

const std::vector<Citation>& NumberCitations::number_all() {
  for (std::size_t i = 0; i < evidence_.size(); ++i) number_of(i);
  return citations_;
}

std::vector<Citation> NumberCitations::take(const std::set<std::uint32_t>& used) {
  std::erase_if(citations_, [&](const Citation& citation) { return !used.contains(citation.n); });
  return std::move(citations_);
}

bool NumberCitations::is_literal(const Evidence& evidence) const {
  if (evidence.span.start >= evidence.span.end) return false;
  const auto text = text_at(found_, evidence.document, evidence.span);
  return text && *text == evidence.text;
}

}  // namespace cairn
