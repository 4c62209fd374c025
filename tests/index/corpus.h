#pragma once

#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/utf8.h"
#include "index/merge.h"
#include "index/segment_writer.h"
#include "index/snapshot.h"

// Random documents that exercise every section, and the files made of them.
namespace cairn::index::test {

inline DocumentKey key_of(std::uint32_t number) {
  // Scattered, so that the order of keys differs from the order of documents.
  DocumentKey key{};
  std::uint32_t mixed = number * 2654435761u;
  for (std::size_t i = 0; i < 4; ++i) key[i] = static_cast<std::uint8_t>(mixed >> (8 * i));
  for (std::size_t i = 0; i < 4; ++i) key[12 + i] = static_cast<std::uint8_t>(number >> (8 * i));
  return key;
}

class Corpus {
 public:
  Corpus(std::uint32_t seed, VectorSpace space) : random_(seed), space_(std::move(space)) {}

  DocumentInput document(std::uint32_t number) {
    DocumentInput document;
    document.key = key_of(number);
    for (std::size_t i = below(60); i > 0; --i) document.text += pick({"plain ", "Grüße ", "會議", "𠮷野家 ", "x\n"});
    document.stored = "{\"n\":" + std::to_string(number) + "}";
    document.properties = {{"number", static_cast<double>(number % 17)}, {"even", number % 2 == 0}};
    for (std::size_t i = below(3); i > 0; --i)
      document.properties.push_back({"group", std::string(1, static_cast<char>('a' + below(5)))});
    const auto length = static_cast<std::uint32_t>(utf8::length(document.text));
    for (std::size_t i = below(5); i > 0; --i) document.chunks.push_back(chunk(length));
    return document;
  }

  ChunkInput chunk(std::uint32_t text_length) {
    ChunkInput chunk;
    chunk.span.start = text_length == 0 ? 0 : static_cast<std::uint32_t>(below(text_length));
    chunk.span.end = chunk.span.start + static_cast<std::uint32_t>(below(text_length - chunk.span.start + 1));
    chunk.page = static_cast<std::uint32_t>(below(9));
    chunk.heading_path = pick({"", "One", "One\x1FTwo", "三"});
    for (std::uint32_t term = 0; term < 60; ++term) {
      // A few frequent terms, many rare ones.
      if (below(term + 2) != 0) continue;
      const auto frequency = static_cast<std::uint32_t>(1 + (below(4) == 0 ? below(6) : 0));
      chunk.terms.push_back({"t" + std::to_string(term), frequency});
      chunk.length += frequency;
    }
    if (!space_.model.empty()) chunk.vector = vector();
    return chunk;
  }

  /// Unit length, around a common direction, as real embeddings are.
  std::vector<float> vector() {
    std::vector<float> out(space_.dimensions);
    std::normal_distribution<float> normal;
    float square = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = normal(random_) + (i % 3 == 0 ? 1.5f : 0.0f);
      square += out[i] * out[i];
    }
    for (float& value : out) value /= std::sqrt(square);
    return out;
  }

  std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }

 private:
  const char* pick(std::initializer_list<const char*> from) { return from.begin()[below(from.size())]; }

  std::mt19937 random_;
  VectorSpace space_;
};

/// A segment together with the bytes it reads.
struct OwnedSegment {
  std::string bytes;
  std::shared_ptr<const Segment> segment;
};

inline std::string write(SegmentWriter& writer) {
  std::string bytes;
  const auto written = writer.finish([&](Bytes part) -> Result<void> {
    bytes.append(as_text(part));
    return {};
  });
  return written ? bytes : std::string();
}

inline std::string write(const VectorSpace& space, std::span<const DocumentInput> documents) {
  SegmentWriter writer(space);
  for (const DocumentInput& document : documents)
    if (!writer.add(document)) return {};
  return write(writer);
}

inline std::string merged(std::span<const LiveSegment> inputs) {
  std::string bytes;
  const auto done = merge(inputs, CancelToken{}, [&](Bytes part) -> Result<void> {
    bytes.append(as_text(part));
    return {};
  });
  return done ? bytes : std::string();
}

/// Opens a segment that keeps its bytes alive.
inline std::shared_ptr<const Segment> open(std::string bytes) {
  auto owned = std::make_shared<OwnedSegment>(OwnedSegment{std::move(bytes), nullptr});
  auto opened = Segment::open(as_bytes(owned->bytes));
  if (!opened) return nullptr;
  owned->segment = std::make_shared<const Segment>(std::move(*opened));
  return {owned, owned->segment.get()};
}

}  // namespace cairn::index::test
