#pragma once

#include <string>
#include <vector>

#include "app/lexical_fields.h"
#include "base/utf8.h"
#include "domain/collection.h"
#include "ports/embedder.h"
#include "text/chunker.h"

namespace cairn {

/// A document's text, ready to be cut: what extraction and language detection found out.
struct DocumentText {
  std::string text;  ///< Canonical.
  std::vector<text::Block> blocks;
  std::string language;  ///< BCP 47.
  std::string title;     ///< May be empty.
};

/// Cuts a document as its collection wants it, for the model that will embed the chunks. Chunks leave room in the
/// model's input for the title and headings that are embedded with them. A long document takes seconds: `cancel` is
/// looked at for each piece of text. Errors: `invalid` (unknown strategy), `cancelled`, and the embedder's.
Result<std::vector<text::ChunkSpan>> chunk_document(const DocumentText& document, const Chunking& chunking,
                                                    const Embedder& embedder, const CancelToken& cancel);

/// The parts of one chunk, as both indexes take them (see lexical_fields.h). Views into the arguments. `index` is over
/// the document's text.
ChunkFields fields_of(const DocumentText& document, const utf8::CodePointIndex& index, const text::ChunkSpan& chunk);

}  // namespace cairn
