#pragma once

#include <vector>

#include "app/search.h"
#include "domain/answer.h"

namespace cairn {

/// Evidence for a reader that writes: each sentence together with its neighbours in its hit, those that meet joined to
/// one passage, passages of the same text left out. Each is literal text at its span with the score of its best
/// sentence; best first. `found` is what the sentences were selected from. Errors: `corrupt`.
Result<std::vector<Evidence>> join_passages(std::vector<Evidence> sentences, const FoundChunks& found);

/// The canonical text of a span of the document that evidence is from. Errors: `corrupt`; `not_found` when no hit is
/// from that document.
Result<std::string> text_at(const FoundChunks& found, const DocumentId& document, Span span);

}  // namespace cairn
