#include "adapters/encoder/encoder_embedder.h"

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "adapters/encoder/mapped_file.h"
#include "adapters/encoder/recent_queries.h"
#include "text/tokenizer.h"

namespace cairn {
namespace {

/// Tokens between two looks at the cancel token: about a tenth of a second of work.
constexpr std::size_t pack_tokens = 2'048;

/// Scratch space that threads borrow; as many as threads have encoded at once.
class WorkspacePool {
 public:
  class Loan {
   public:
    Loan(WorkspacePool& pool, encoder::Workspace workspace) : pool_(pool), workspace_(std::move(workspace)) {}
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    ~Loan() { pool_.give_back(std::move(workspace_)); }
    encoder::Workspace& operator*() { return workspace_; }

   private:
    WorkspacePool& pool_;
    encoder::Workspace workspace_;
  };

  Loan borrow() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return {*this, encoder::Workspace()};
    encoder::Workspace workspace = std::move(idle_.back());
    idle_.pop_back();
    return {*this, std::move(workspace)};
  }

 private:
  void give_back(encoder::Workspace workspace) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(workspace));
  }

  std::mutex mutex_;
  std::vector<encoder::Workspace> idle_;  // Guarded by mutex_.
};

class EncoderEmbedder final : public Embedder {
 public:
  EncoderEmbedder(MappedFile file, encoder::Encoder encoder, text::Tokenizer tokenizer)
      : file_(std::move(file)), encoder_(std::move(encoder)), tokenizer_(std::move(tokenizer)) {
    const encoder::ModelInfo& info = encoder_.info();
    model_ = {.id = info.id, .dimensions = info.dimensions, .max_tokens = info.max_tokens, .languages = info.languages};
  }

  const EmbeddingModel& model() const override { return model_; }

  Result<std::vector<float>> embed_passages(std::span<const std::string_view> texts,
                                            const CancelToken& cancel) const override {
    std::vector<float> vectors(texts.size() * model_.dimensions);
    std::vector<std::int32_t> ids;
    std::vector<std::uint32_t> lengths;
    auto workspace = workspaces_.borrow();
    std::size_t encoded = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const std::size_t before = ids.size();
      tokenizer_.encode(texts[i], model_.max_tokens, ids);
      lengths.push_back(static_cast<std::uint32_t>(ids.size() - before));
      if (ids.size() < pack_tokens && i + 1 < texts.size()) continue;
      if (cancel.cancelled()) return fail(ErrorKind::cancelled, "embedding was cancelled");
      const auto out = std::span(vectors).subspan(encoded * model_.dimensions, lengths.size() * model_.dimensions);
      encoder_.encode(ids, lengths, *workspace, out);
      encoded += lengths.size();
      ids.clear();
      lengths.clear();
    }
    return vectors;
  }

  Result<std::vector<float>> embed_query(std::string_view query) const override {
    if (auto known = recent_queries_.find(query)) return std::move(*known);
    const std::string prefixed = encoder_.info().query_prefix + std::string(query);
    const std::string_view text = prefixed;
    CAIRN_TRY(std::vector<float> vector, embed_passages({&text, 1}, CancelToken()));
    recent_queries_.keep(query, vector);
    return vector;
  }

  std::vector<Span> piece_spans(std::string_view text) const override { return tokenizer_.piece_spans(text); }

 private:
  MappedFile file_;  // First: the encoder and the tokenizer read it in place.
  encoder::Encoder encoder_;
  text::Tokenizer tokenizer_;
  EmbeddingModel model_;
  mutable WorkspacePool workspaces_;
  mutable RecentQueries recent_queries_;
};

Error with_advice(const Error& error) {
  return {error.kind, error.message + "; import it again with `cairn model import`"};
}

Error about(const std::filesystem::path& file, const Error& error) {
  return with_advice({error.kind, "model file " + file.string() + ": " + error.message});
}

}  // namespace

Result<std::unique_ptr<Embedder>> open_encoder_embedder(const std::filesystem::path& file, encoder::Isa isa) {
  auto mapped = MappedFile::open(file);
  if (!mapped) return fail(with_advice(mapped.error()));
  auto opened = encoder::Encoder::open(mapped->bytes(), isa);
  if (!opened) return fail(about(file, opened.error()));
  auto tokenizer = text::Tokenizer::from_packed(opened->packed_tokenizer());
  if (!tokenizer) return fail(about(file, tokenizer.error()));
  if (tokenizer->vocabulary_size() > opened->info().vocabulary_size)
    return fail(about(file, {ErrorKind::corrupt, "its tokenizer knows more words than its weights"}));
  return std::make_unique<EncoderEmbedder>(std::move(*mapped), std::move(*opened), std::move(*tokenizer));
}

}  // namespace cairn
