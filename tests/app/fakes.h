#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "ports/embedder.h"
#include "ports/text_extractor.h"

namespace cairn::testing {

/// Embeds by hashing: the same text gives the same unit vector, different texts almost surely different ones. One word
/// is one piece.
class FakeEmbedder final : public Embedder {
 public:
  explicit FakeEmbedder(std::string id, std::vector<std::string> languages = {}, std::uint32_t dimensions = 32)
      : model_{.id = std::move(id), .dimensions = dimensions, .max_tokens = 512, .languages = std::move(languages)} {}

  /// Called before each call of embed_passages; an error is what the call answers.
  std::function<Result<void>(std::span<const std::string_view>, const CancelToken&)> before_embedding;

  const EmbeddingModel& model() const override { return model_; }

  Result<std::vector<float>> embed_passages(std::span<const std::string_view> texts,
                                            const CancelToken& cancel) const override {
    if (before_embedding) CAIRN_CHECK(before_embedding(texts, cancel));
    if (cancel.cancelled()) return fail(ErrorKind::cancelled, "cancelled");
    std::vector<float> vectors;
    for (const std::string_view text : texts) append_vector(text, vectors);
    return vectors;
  }

  Result<std::vector<float>> embed_query(std::string_view query) const override {
    std::vector<float> vector;
    append_vector(query, vector);
    return vector;
  }

  std::vector<Span> piece_spans(std::string_view text) const override {
    std::vector<Span> spans;
    std::uint32_t position = 0, start = 0;
    bool inside = false;
    for (std::size_t offset = 0; offset < text.size(); ++position) {
      const char32_t c = utf8::next(text, offset);
      const bool space = c == ' ' || c == '\n' || c == '\t';
      if (!space && !inside) start = position;
      if (space && inside) spans.push_back({start, position});
      inside = !space;
    }
    if (inside) spans.push_back({start, position});
    return spans;
  }

 private:
  void append_vector(std::string_view text, std::vector<float>& out) const {
    std::uint64_t state = 14695981039346656037ULL;  // FNV-1a, then splitmix64 for each dimension.
    for (const char c : text) state = (state ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    std::vector<float> vector(model_.dimensions);
    float length = 0;
    for (float& value : vector) {
      state += 0x9e3779b97f4a7c15ULL;
      std::uint64_t z = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9ULL;
      z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
      value = static_cast<float>(static_cast<double>((z ^ (z >> 31)) >> 11) / 9007199254740992.0 - 0.5);
      length += value * value;
    }
    for (const float value : vector) out.push_back(value / std::sqrt(length));
  }

  EmbeddingModel model_;
};

/// A set that owns its fakes. The first is the default.
class FakeEmbedders final : public EmbedderSet {
 public:
  FakeEmbedder& add(std::string id, std::vector<std::string> languages = {}) {
    embedders_.push_back(std::make_unique<FakeEmbedder>(std::move(id), std::move(languages)));
    return *embedders_.back();
  }

  const Embedder* find(std::string_view model) const override {
    for (const auto& embedder : embedders_)
      if (embedder->model().id == model) return embedder.get();
    return nullptr;
  }

  const Embedder* for_language(std::string_view language) const override {
    const std::string_view primary = language.substr(0, language.find('-'));
    for (const auto& embedder : embedders_)
      for (const std::string& tag : embedder->model().languages)
        if (tag == primary) return embedder.get();
    return embedders_.empty() ? nullptr : embedders_.front().get();
  }

  std::vector<EmbeddingModel> models() const override {
    std::vector<EmbeddingModel> models;
    for (const auto& embedder : embedders_) models.push_back(embedder->model());
    return models;
  }

  std::vector<BrokenModel> broken() const override { return broken_models; }
  std::vector<BrokenModel> broken_models;

 private:
  std::vector<std::unique_ptr<FakeEmbedder>> embedders_;
};

/// Takes the bytes for canonical text, one block a line. Bytes that begin with "broken" are refused.
class FakeExtractor final : public TextExtractor {
 public:
  /// Called first with the content; an error is what extract() answers.
  std::function<Result<void>(std::string_view, const CancelToken&)> before_extracting;

  std::vector<std::string> headings;  ///< Lines that are headings of what follows them.

  Result<ExtractedText> extract(const ExtractRequest& request) override {
    const std::string_view content = as_text(request.content);
    if (before_extracting) CAIRN_CHECK(before_extracting(content, request.cancel));
    if (content.starts_with("broken")) return fail(ErrorKind::invalid, "the file is broken: save it again");
    ExtractedText extracted{
        .text = std::string(content), .blocks = {}, .pages = 1, .title = {}, .media_type = "text/plain"};
    const utf8::CodePointIndex index(extracted.text);
    std::uint32_t position = 0, start = 0;
    std::vector<std::string> path;
    for (std::size_t offset = 0; offset < content.size();) {
      const char32_t c = utf8::next(content, offset);
      ++position;
      if (c != '\n' && offset < content.size()) continue;
      const Span span{start, c == '\n' ? position - 1 : position};
      start = position;
      if (span.size() == 0) continue;
      const std::string line(index.slice(span));
      const bool heading = std::ranges::find(headings, line) != headings.end();
      if (heading) path.clear();
      const auto kind = heading ? text::BlockKind::heading : text::BlockKind::paragraph;
      extracted.blocks.push_back({.span = span, .kind = kind, .page = 1, .heading_path = path});
      if (heading) path = {line};
    }
    return extracted;
  }
};

}  // namespace cairn::testing
