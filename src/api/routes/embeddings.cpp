#include "api/routes/embeddings.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "api/routes/models.h"
#include "api/routes/openai_error.h"

namespace cairn::routes {
namespace {

// As OpenAI's own service: more is a mistake of the client rather than a wish.
constexpr std::size_t max_texts = 2048;
constexpr std::size_t max_tokens_in_all = 300'000;
constexpr std::uint64_t max_body_bytes = 16ULL << 20;
constexpr std::size_t special_tokens = 2;  // At both ends of what the encoders read.

enum class Encoding { numbers, base64 };
enum class InputType { passage, query };

const char* name_of(Encoding encoding) { return encoding == Encoding::numbers ? "float" : "base64"; }
const char* name_of(InputType type) { return type == InputType::passage ? "passage" : "query"; }

struct EmbeddingBody {
  std::string model;
  std::vector<std::string> input;
  std::optional<Encoding> encoding;
  std::optional<std::int64_t> dimensions;
  InputType input_type = InputType::passage;
  bool truncate = true;
};

Result<void> check_input(const nlohmann::json& value, const std::string& path) {
  const auto refuse = [&](const std::string& what) { return fail(ErrorKind::invalid, "`" + path + "` " + what); };
  const auto is_text = [](const nlohmann::json& text) {
    return text.is_string() && !text.get_ref<const std::string&>().empty();
  };
  if (is_text(value)) return {};
  if (value.is_string()) return refuse("must not be empty");
  if (!value.is_array()) return refuse("must be a text or a list of texts");
  if (value.empty() || value.size() > max_texts) return refuse(fmt::format("must have 1 to {} texts", max_texts));
  if (std::ranges::all_of(value, is_text)) return {};
  const bool has_tokens =
      std::ranges::any_of(value, [](const nlohmann::json& entry) { return entry.is_number() || entry.is_array(); });
  if (has_tokens)
    return refuse(
        "must be text: numbers of another model's tokens mean nothing to this one (LangChain sends text with "
        "check_embedding_ctx_length=False)");
  return refuse("must be texts that are not empty");
}

Shape<std::vector<std::string>> input_shape() {
  const Json text{{"type", "string"}, {"minLength", 1}};
  const Json texts{{"type", "array"}, {"items", text}, {"minItems", 1}, {"maxItems", max_texts}};
  Schema schema;
  schema.literal = {{"anyOf", {text, texts}}};
  schema.check = check_input;
  return {shape::schema_of(std::move(schema)), {}, [](nlohmann::json& json, std::vector<std::string>& value) {
            if (json.is_string()) value = {json.get<std::string>()};
            else value = json.get<std::vector<std::string>>();
          }};
}

Shape<EmbeddingBody> body_shape(const Services& services) {
  using B = EmbeddingBody;
  const std::vector<std::string> names = embedding_model_names(services);
  const auto encoding = shape::choice<Encoding>({Encoding::numbers, Encoding::base64}, name_of);
  const auto type = shape::choice<InputType>({InputType::passage, InputType::query}, name_of);
  const auto dimensions = shape::nullable(shape::integer<std::int64_t>(1, 65'536));
  return ObjectShape<B>("EmbeddingRequest",
                        "Texts to embed. Fields of OpenAI's that are not named here change nothing.")
      .required("model", &B::model, shape::text(1, 256), "An embedding model of GET /v1/models.")
      .required("input", &B::input, input_shape(), "One text, or several.")
      .optional("encoding_format", &B::encoding, shape::nullable(encoding), "Numbers, or their bytes in base64.")
      .optional("dimensions", &B::dimensions, dimensions, "Only what the model has.")
      .optional("input_type", &B::input_type, type, "Whether the texts are searched for, or searched with.")
      .optional("truncate", &B::truncate, shape::boolean(),
                "Cut texts that are too long for the model; else refuse them.")
      .open()
      .example({{"model", names.empty() ? "model" : names.front()}, {"input", {"The filter is cleaned with water."}}})
      .done();
}

/// Only described: replies are written by hand, because a large one has a million numbers.
std::shared_ptr<const Schema> reply_schema() {
  Schema schema;
  schema.kind = Schema::Kind::object;
  schema.name = "EmbeddingResponse";
  schema.description = "A vector of unit length for each text, in order.";
  const Json vector{{"anyOf", {{{"type", "array"}, {"items", {{"type", "number"}}}}, {{"type", "string"}}}}};
  const Json item{
      {"type", "object"},
      {"properties", {{"object", {{"const", "embedding"}}}, {"index", {{"type", "integer"}}}, {"embedding", vector}}},
      {"required", {"object", "index", "embedding"}}};
  const Json count{{"type", "integer"}};
  const Json usage{{"type", "object"}, {"properties", {{"prompt_tokens", count}, {"total_tokens", count}}}};
  schema.literal = {{"properties",
                     {{"object", {{"const", "list"}}},
                      {"data", {{"type", "array"}, {"items", item}}},
                      {"model", {{"type", "string"}}},
                      {"usage", usage}}},
                    {"required", {"object", "data", "model", "usage"}}};
  return shape::schema_of(std::move(schema));
}

/// How many of the model's tokens are read. Errors: `invalid` for too many.
Result<std::size_t> count_tokens(const Embedder& model, const EmbeddingBody& body) {
  const std::size_t limit = model.model().max_tokens;
  std::size_t total = 0;
  for (std::size_t i = 0; i < body.input.size(); ++i) {
    const std::size_t tokens = model.piece_spans(body.input[i]).size() + special_tokens;
    if (tokens > limit && !body.truncate)
      return fail(ErrorKind::invalid,
                  fmt::format("`input[{}]` has {} tokens, and the model reads {}", i, tokens, limit));
    total += std::min(tokens, limit);
    if (total > max_tokens_in_all)
      return fail(ErrorKind::invalid, fmt::format("`input` has more than {} tokens in all: send it in several requests",
                                                  max_tokens_in_all));
  }
  return total;
}

Result<std::vector<float>> vectors_of(const Embedder& model, const EmbeddingBody& body, const CancelToken& cancel) {
  if (body.input_type == InputType::passage) {
    const std::vector<std::string_view> texts(body.input.begin(), body.input.end());
    return model.embed_passages(texts, cancel);
  }
  std::vector<float> all;
  for (const std::string& text : body.input) {
    if (cancel.cancelled()) return fail(ErrorKind::cancelled, "the client has gone");
    CAIRN_TRY(const std::vector<float> vector, model.embed_query(text));
    all.insert(all.end(), vector.begin(), vector.end());
  }
  return all;
}

std::string reply_text(const Embedder& model, const std::vector<float>& vectors, Encoding encoding,
                       std::size_t tokens) {
  const std::size_t dimensions = model.model().dimensions;
  std::string text = R"({"object":"list","data":[)";
  for (std::size_t i = 0; i * dimensions < vectors.size(); ++i) {
    const auto vector = std::span(vectors).subspan(i * dimensions, dimensions);
    text += fmt::format(R"({}{{"object":"embedding","index":{},"embedding":)", i == 0 ? "" : ",", i);
    if (encoding == Encoding::base64) text += '"' + to_base64(vector) + '"';
    else text += fmt::format("[{}]", fmt::join(vector, ","));
    text += '}';
  }
  return text + fmt::format(R"(],"model":{},"usage":{{"prompt_tokens":{},"total_tokens":{}}}}})",
                            dump(Json(model.model().id)), tokens, tokens);
}

Result<http::Response> reply(const Services& services, const Call& call, const EmbeddingBody& body) {
  const Embedder* model = services.embedders.find(body.model);
  if (model == nullptr) model = services.embedders.find(bare_model_name(body.model));
  if (model == nullptr) return no_such_model(body.model, embedding_model_names(services));
  const std::uint32_t dimensions = model->model().dimensions;
  if (body.dimensions && *body.dimensions != dimensions)
    return fail(ErrorKind::invalid,
                fmt::format("`dimensions` must be {}, which is what {} has", dimensions, model->model().id));
  CAIRN_TRY(const std::size_t tokens, count_tokens(*model, body));
  CAIRN_TRY(const std::vector<float> vectors, vectors_of(*model, body, call.request.gone));
  http::Response response;
  response.body = reply_text(*model, vectors, body.encoding.value_or(Encoding::numbers), tokens);
  return response;
}

}  // namespace

std::string to_base64(std::span<const float> numbers) {
  static_assert(std::endian::native == std::endian::little);
  constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::vector<unsigned char> bytes(numbers.size_bytes());
  std::memcpy(bytes.data(), numbers.data(), bytes.size());
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
    const auto byte = [&](std::size_t k) { return k < left ? static_cast<std::uint32_t>(bytes[i + k]) : 0u; };
    const std::uint32_t group = byte(0) << 16 | byte(1) << 8 | byte(2);
    for (std::size_t k = 0; k < 4; ++k) text += k <= left ? alphabet[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

void add_embeddings(RouteTable& table, const Services& services) {
  const auto body = body_shape(services);
  BodyForm form = json_body(body);
  form.max_bytes = max_body_bytes;
  table.add({.method = "POST",
             .path = "/v1/embeddings",
             .access = Access::query,
             .id = "create_embeddings",
             .tag = "OpenAI-compatible",
             .summary = "Embed texts",
             .bodies = {std::move(form)},
             .replies = {{.status = 200, .description = "The vectors.", .schema = reply_schema()}},
             .problems = {{404, "There is no such model."}, {503, "The model does not answer."}},
             .errors = &openai_form(),
             .handle = with_body(body, [&services](Call& call, const EmbeddingBody& wanted) {
               return reply(services, call, wanted);
             })});
}

}  // namespace cairn::routes
