#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/span.h"

namespace cairn::index {

/// Names a document inside the index: 16 opaque bytes, unique in a snapshot among live documents. Ties in a ranking are
/// broken by (key, chunk ordinal), so that a ranking does not depend on how documents are spread over segments.
using DocumentKey = std::array<std::uint8_t, 16>;

struct TermFrequency {
  std::string term;  ///< As text::Analyzer makes it, with a field prefix where the caller wants fields.
  std::uint32_t frequency = 1;
};

/// A typed value of a column. Numbers are doubles; times are numbers (seconds since 1970).
using Value = std::variant<bool, double, std::string>;

/// A named property of a document to filter by; several entries of one name make a multi-valued property.
struct Property {
  std::string name;
  Value value;
};

struct ChunkInput {
  Span span;  ///< Code points of the document's canonical text.
  std::uint32_t page = 0;
  std::string heading_path;          ///< Headings joined by U+001F.
  std::vector<TermFrequency> terms;  ///< Each term once; any order.
  std::uint32_t length = 0;          ///< Field length for BM25, in terms.
  std::vector<float> vector;         ///< Unit length, the segment's dimensions; empty when the segment has no model.
};

struct DocumentInput {
  DocumentKey key{};
  std::string text;                  ///< Canonical text, well-formed UTF-8; kept compressed in the segment.
  std::string stored;                ///< Opaque bytes given back with hits (the caller's JSON: title, external id …).
  std::vector<Property> properties;  ///< ACL groups are properties too.
  std::vector<ChunkInput> chunks;    ///< In order; the index is the chunk's ordinal.
};

/// The embedding model of a segment. Rotation and centre belong to the model, never to the segment.
struct VectorSpace {
  std::string model;  ///< Empty: the segment has no vectors.
  std::uint32_t dimensions = 0;
  std::vector<float>
      centre;  ///< Of the model's vectors, for better codes. Empty: the one known for the model, or zero.
};

}  // namespace cairn::index
