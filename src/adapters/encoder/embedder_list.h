#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ports/embedder.h"

namespace cairn {

/// An EmbedderSet of embedders of any kind.
class EmbedderList final : public EmbedderSet {
 public:
  /// `default_model` names the one for languages that none is meant for; empty: one for all languages, else one for
  /// English, else the first. Errors: `invalid` (two of one name, or no model of that name).
  static Result<std::unique_ptr<EmbedderList>> make(std::vector<std::unique_ptr<Embedder>> embedders,
                                                    const std::string& default_model, std::vector<BrokenModel> broken);

  const Embedder* find(std::string_view model) const override;
  const Embedder* for_language(std::string_view language) const override;
  std::vector<EmbeddingModel> models() const override;
  std::vector<BrokenModel> broken() const override { return broken_; }

 private:
  explicit EmbedderList(std::vector<std::unique_ptr<Embedder>> embedders) : embedders_(std::move(embedders)) {}

  const Embedder* meant_for(std::string_view primary_tag) const;
  const Embedder* for_all_languages() const;

  std::vector<std::unique_ptr<Embedder>> embedders_;
  std::vector<BrokenModel> broken_;
  const Embedder* default_ = nullptr;
};

}  // namespace cairn
