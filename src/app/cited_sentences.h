#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "app/citation_stream.h"
#include "ports/generator.h"

namespace cairn {

/// Cuts a reply into sentences while it comes, each with the evidence that the citations in it or behind it point to.
class CitedSentences {
 public:
  /// `evidence`: how many pieces there are; citations of others are left out.
  CitedSentences(std::string language, std::size_t evidence) : language_(std::move(language)), evidence_(evidence) {}

  /// Those that ended since the last call: another one has begun behind them.
  std::vector<GeneratedSentence> finished(const CitationStream& reply) { return read(reply, false); }

  /// All that are left.
  std::vector<GeneratedSentence> rest(const CitationStream& reply) { return read(reply, true); }

 private:
  std::vector<GeneratedSentence> read(const CitationStream& reply, bool to_the_end);
  GeneratedSentence cut(const CitationStream& reply, std::size_t start, std::size_t end);

  std::string language_;
  std::size_t evidence_;
  std::size_t passed_ = 0;  ///< Bytes of the reply's text up to the end of the last sentence.
  std::size_t mark_ = 0;
};

}  // namespace cairn
