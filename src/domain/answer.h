#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/span.h"
#include "domain/ids.h"

namespace cairn {

/// A sentence (or table row) chosen from a hit: what an answer may point to.
struct Evidence {
  DocumentId document;
  std::string external_id;
  std::string collection;
  std::string title;
  std::uint32_t page = 0;
  std::vector<std::string> heading_path;
  Span span;            ///< In the document's canonical text.
  std::string text;     ///< The literal text of the span.
  std::string context;  ///< The chunk that it was taken from.
  std::string language;
  double score = 0;  ///< How well it answers the question, 0..1.
};

/// Evidence that the answer points to, by its number `n` (1-based).
struct Citation {
  std::uint32_t n = 0;
  DocumentId document;
  std::string external_id;
  std::string collection;
  std::string title;
  std::uint32_t page = 0;
  Span span;
  std::string quote;  ///< A literal substring of the canonical text at `span`.
};

struct AnswerSentence {
  std::string text;
  std::vector<std::uint32_t> citations;
  bool supported = false;
};

struct Answer {
  std::string answer;  ///< The sentences joined; empty when abstained.
  bool abstained = true;
  std::vector<AnswerSentence> sentences;
  std::vector<Citation> citations;
  std::string generator;
  std::string cached = "no";
  double took_ms = 0;
  std::map<std::string, std::uint64_t> manifests;
};

}  // namespace cairn
