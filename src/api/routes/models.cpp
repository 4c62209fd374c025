#include "api/routes/models.h"

#include <algorithm>

#include "api/routes/openai_error.h"

namespace cairn::routes {
namespace {

constexpr std::string_view prefix = "cairn/";
constexpr std::string_view default_generator = "cairn";

struct ServedModel {
  std::string id;
  std::string purpose;
  std::uint32_t dimensions = 0, max_tokens = 0;
  std::vector<std::string> languages;
};

struct ModelList {
  std::vector<ServedModel> data;
};

const Shape<ServedModel>& model_shape() {
  using M = ServedModel;
  static const auto details =
      ObjectShape<M>("ModelDetails", "What a model is, beyond what OpenAI's clients know.")
          .required("purpose", &M::purpose, shape::text(), "chat, or embedding.")
          .required("dimensions", &M::dimensions, shape::count_or_null<std::uint32_t>(), "Of its vectors.")
          .required("max_tokens", &M::max_tokens, shape::count_or_null<std::uint32_t>(), "Of what it embeds at once.")
          .required("languages", &M::languages, shape::list(shape::text()), "That it is meant for; empty: all.")
          .done();
  static const auto made =
      ObjectShape<M>("Model", "Something that answers or embeds.")
          .required("id", &M::id, shape::text(), "What `model` takes.")
          .written(
              "object", word("model"), [](const M&) { return "model"; }, "")
          .written(
              "created", shape::count<std::uint64_t>(), [](const M&) { return std::uint64_t{0}; }, "Not known: 0.")
          .written(
              "owned_by", shape::text(), [](const M&) { return "cairn"; }, "")
          .written(
              "cairn", details, [](const M& model) { return model; }, "")
          .done();
  return made;
}

const Shape<ModelList>& list_shape() {
  static const auto made = ObjectShape<ModelList>("ModelList", "All models, in OpenAI's form of a list.")
                               .written(
                                   "object", word("list"), [](const ModelList&) { return "list"; }, "")
                               .required("data", &ModelList::data, shape::list(model_shape()), "")
                               .done();
  return made;
}

std::vector<ServedModel> served_models(const Services& services) {
  std::vector<ServedModel> models;
  for (const std::string& name : services.generators)
    models.push_back({.id = name, .purpose = "chat", .languages = {}});
  for (const EmbeddingModel& model : services.embedders.models())
    models.push_back({model.id, "embedding", model.dimensions, model.max_tokens, model.languages});
  return models;
}

Result<http::Response> show(const Services& services, const Call& call) {
  const std::string& wanted = call.parameter("id");
  const std::string name = generator_named(services, wanted).value_or(std::string(bare_model_name(wanted)));
  const std::vector<ServedModel> models = served_models(services);
  const auto found = std::ranges::find(models, name, &ServedModel::id);
  if (found != models.end()) return json_response(200, model_shape(), *found);
  std::vector<std::string> known;
  for (const ServedModel& model : models) known.push_back(model.id);
  return no_such_model(wanted, known);
}

Route reading(const char* path, const char* id, const char* summary, Reply reply, Handler handle) {
  return {.path = path,
          .access = Access::query,
          .id = id,
          .tag = "OpenAI-compatible",
          .summary = summary,
          .replies = {std::move(reply)},
          .errors = &openai_form(),
          .handle = std::move(handle)};
}

}  // namespace

std::string_view bare_model_name(std::string_view model) {
  return model.starts_with(prefix) ? model.substr(prefix.size()) : model;
}

std::optional<std::string> generator_named(const Services& services, std::string_view model) {
  const std::vector<std::string>& known = services.generators;
  if (std::ranges::find(known, model) != known.end()) return std::string(model);
  if (model.empty() || model == default_generator) return known.front();
  const std::string_view bare = bare_model_name(model);
  if (std::ranges::find(known, bare) != known.end()) return std::string(bare);
  return std::nullopt;
}

std::vector<std::string> embedding_model_names(const Services& services) {
  std::vector<std::string> names;
  for (EmbeddingModel& model : services.embedders.models()) names.push_back(std::move(model.id));
  return names;
}

void add_models(RouteTable& table, const Services& services) {
  table.add(reading("/v1/models", "list_models", "List the models that answer and embed",
                    answers(200, list_shape(), ""), [&services](Call&) -> Result<http::Response> {
                      return json_response(200, list_shape(), {served_models(services)});
                    }));
  table.add(reading("/v1/models/{id}", "get_model", "What a model is", answers(200, model_shape(), ""),
                    [&services](Call& call) { return show(services, call); }));
}

}  // namespace cairn::routes
