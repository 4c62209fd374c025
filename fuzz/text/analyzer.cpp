// Any text: terms are well-formed, short and in bounds; folding twice changes nothing; a language is always named.
#include <cstdint>
#include <cstdlib>

#include "base/utf8.h"
#include "text/analyzer.h"
#include "text/fold.h"
#include "text/language.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cairn;
  static text::Analyzer analyzer;
  const std::string words = utf8::repair({reinterpret_cast<const char*>(data), size});
  const std::string language = text::detect_language(words);
  if (language.size() < 2) std::abort();
  const std::size_t length = utf8::length(words);
  for (const text::Term& term : analyzer.document_terms(words, language)) {
    if (term.text.empty() || term.text.size() > 64 || !utf8::is_valid(term.text)) std::abort();
    if (term.span.start > term.span.end || term.span.end > length) std::abort();
  }
  for (const auto& term : analyzer.query_terms(words)) {
    if (term.text.empty() || term.weight <= 0) std::abort();
  }
  const std::string folded = text::fold(words);
  if (text::fold(folded) != folded) std::abort();
  return 0;
}
