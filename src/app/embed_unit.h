#pragma once

#include <vector>

#include "app/embedding_queue.h"
#include "base/cancel.h"

namespace cairn {

/// Embeds a unit on this thread and writes the vectors into its documents. Chunks of cancelled tasks are passed over.
/// When the model refuses a unit, or fails at it, its documents are tried one by one, so that one bad text fails only
/// its own document (see PreparedDocument::embedding_error). Returns the documents whose last chunk this was.
std::vector<PreparedDocumentPtr> embed_unit(const EmbeddingUnit& unit, const CancelToken& stop);

}  // namespace cairn
