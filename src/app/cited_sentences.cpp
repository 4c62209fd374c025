#include "app/cited_sentences.h"

#include <algorithm>
#include <string_view>

#include "base/utf8.h"
#include "text/sentences.h"

namespace cairn {
namespace {

/// A number of a list ("1.") or a dash is no sentence of its own.
bool has_letters(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
  });
}

}  // namespace

std::vector<GeneratedSentence> CitedSentences::read(const CitationStream& reply, bool to_the_end) {
  std::vector<GeneratedSentence> sentences;
  const std::string tail = reply.text().substr(passed_);
  const std::vector<Span> spans = text::split_sentences(tail, language_);
  if (spans.size() < 2 && !to_the_end) return sentences;
  const utf8::CodePointIndex index(tail);
  const std::size_t base = passed_, count = to_the_end ? spans.size() : spans.size() - 1;
  std::size_t first = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t start = index.byte_offset(spans[first].start), end = index.byte_offset(spans[i].end);
    const bool is_last = to_the_end && i + 1 == count;
    if (!is_last && !has_letters(std::string_view(tail).substr(start, end - start))) continue;
    sentences.push_back(cut(reply, base + start, base + end));
    first = i + 1;
  }
  return sentences;
}

GeneratedSentence CitedSentences::cut(const CitationStream& reply, std::size_t start, std::size_t end) {
  const std::string& text = reply.text();
  GeneratedSentence sentence{text.substr(start, end - start), {}, text.substr(passed_, start - passed_)};
  for (; mark_ < reply.marks().size() && reply.marks()[mark_].offset <= end; ++mark_)
    for (const std::size_t number : reply.marks()[mark_].numbers) {
      const bool known = number > 0 && number <= evidence_;
      if (known && std::ranges::find(sentence.evidence, number - 1) == sentence.evidence.end())
        sentence.evidence.push_back(number - 1);
    }
  passed_ = end;
  return sentence;
}

}  // namespace cairn
