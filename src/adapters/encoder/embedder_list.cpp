#include "adapters/encoder/embedder_list.h"

#include <algorithm>
#include <utility>

namespace cairn {

Result<std::unique_ptr<EmbedderList>> EmbedderList::make(std::vector<std::unique_ptr<Embedder>> embedders,
                                                         const std::string& default_model,
                                                         std::vector<BrokenModel> broken) {
  for (std::size_t i = 0; i < embedders.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (embedders[i]->model().id == embedders[j]->model().id)
        return fail(ErrorKind::invalid,
                    "two embedding models are called '" + embedders[i]->model().id + "': remove one");
  std::unique_ptr<EmbedderList> list(new EmbedderList(std::move(embedders)));
  list->broken_ = std::move(broken);
  if (!default_model.empty()) {
    list->default_ = list->find(default_model);
    if (!list->default_)
      return fail(ErrorKind::invalid, "the default embedding model '" + default_model +
                                          "' is not here: import it with `cairn model import` or choose another one");
    return list;
  }
  list->default_ = list->for_all_languages();
  if (!list->default_) list->default_ = list->meant_for("en");
  if (!list->default_ && !list->embedders_.empty()) list->default_ = list->embedders_.front().get();
  return list;
}

const Embedder* EmbedderList::find(std::string_view model) const {
  for (const auto& embedder : embedders_)
    if (embedder->model().id == model) return embedder.get();
  return nullptr;
}

const Embedder* EmbedderList::for_language(std::string_view language) const {
  if (const Embedder* embedder = meant_for(language.substr(0, language.find('-')))) return embedder;
  if (const Embedder* embedder = for_all_languages()) return embedder;
  return default_;
}

const Embedder* EmbedderList::meant_for(std::string_view primary_tag) const {
  for (const auto& embedder : embedders_)
    if (std::ranges::find(embedder->model().languages, primary_tag) != embedder->model().languages.end())
      return embedder.get();
  return nullptr;
}

const Embedder* EmbedderList::for_all_languages() const {
  for (const auto& embedder : embedders_)
    if (embedder->model().languages.empty()) return embedder.get();
  return nullptr;
}

std::vector<EmbeddingModel> EmbedderList::models() const {
  std::vector<EmbeddingModel> models;
  for (const auto& embedder : embedders_) models.push_back(embedder->model());
  return models;
}

}  // namespace cairn
