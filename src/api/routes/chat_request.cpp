#include "api/routes/chat_request.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/routes/collections.h"
#include "api/routes/filter_shape.h"
#include "api/routes/search.h"
#include "app/query_language.h"
#include "base/utf8.h"

namespace cairn::routes {
namespace {

constexpr std::size_t max_messages = 2000;
constexpr std::size_t max_collections = 1000;
constexpr std::size_t max_stops = 4;        // As OpenAI's own service.
constexpr std::size_t max_turns = 40;       // Before the question; older ones say nothing about it.
constexpr std::size_t longest_turn = 8000;  // In code points.

Shape<std::string> role_shape() {
  return shape::text().with(
      [](Schema& schema) { schema.choices = {"developer", "system", "user", "assistant", "tool", "function"}; });
}

Result<void> check_content(const nlohmann::json& value, const std::string& path) {
  if (value.is_string() || value.is_null()) return {};
  const auto is_part = [](const nlohmann::json& part) {
    if (!part.is_object() || !part.contains("type") || !part["type"].is_string()) return false;
    return part["type"] != "text" || (part.contains("text") && part["text"].is_string());
  };
  if (value.is_array() && std::ranges::all_of(value, is_part)) return {};
  return fail(ErrorKind::invalid,
              "`" + path + R"(` must be text, or a list of parts like {"type": "text", "text": "…"})");
}

Shape<nlohmann::json> content_shape() {
  const Json text_part{{"type", "object"},
                       {"properties", {{"type", {{"const", "text"}}}, {"text", {{"type", "string"}}}}},
                       {"required", {"type", "text"}}};
  const Json other_part{{"type", "object"},
                        {"properties", {{"type", {{"type", "string"}, {"not", {{"const", "text"}}}}}}},
                        {"required", {"type"}}};
  const Json parts{{"type", "array"}, {"items", {{"anyOf", {text_part, other_part}}}}};
  Schema schema;
  schema.literal = {{"anyOf", {{{"type", "string"}}, parts, {{"type", "null"}}}}};
  schema.check = check_content;
  return {shape::schema_of(std::move(schema)), {}, [](nlohmann::json& json, nlohmann::json& value) {
            value = std::move(json);
          }};
}

/// Null and 1 are the only numbers of answers there are.
Shape<nlohmann::json> one_answer_shape() {
  Schema schema;
  schema.literal = {{"enum", {1, nullptr}}};
  schema.check = [](const nlohmann::json& value, const std::string& path) -> Result<void> {
    if (value.is_null() || value == 1) return {};
    return fail(ErrorKind::invalid, "`" + path + "` must be 1: there is one answer to a question");
  };
  return {shape::schema_of(std::move(schema)), {}, {}};
}

/// Text is the only form of answers there is.
Shape<nlohmann::json> response_format_shape() {
  const Json text{{"type", "object"}, {"properties", {{"type", {{"const", "text"}}}}}, {"required", {"type"}}};
  Schema schema;
  schema.literal = {{"anyOf", {text, {{"type", "null"}}}}};
  schema.check = [](const nlohmann::json& value, const std::string& path) -> Result<void> {
    if (value.is_null() || (value.is_object() && value.value("type", Json()) == "text")) return {};
    return fail(ErrorKind::invalid, "`" + path + R"(` must be {"type": "text"}: answers are sentences with citations)");
  };
  return {shape::schema_of(std::move(schema)), {}, {}};
}

Result<void> check_stop(const nlohmann::json& value, const std::string& path) {
  const auto is_stop = [](const nlohmann::json& one) {
    return one.is_string() && !one.get_ref<const std::string&>().empty();
  };
  if (value.is_null() || is_stop(value)) return {};
  if (value.is_array() && value.size() <= max_stops && std::ranges::all_of(value, is_stop)) return {};
  return fail(ErrorKind::invalid, fmt::format("`{}` must be a text or a list of up to {} texts", path, max_stops));
}

Shape<std::vector<std::string>> stop_shape() {
  const Json text{{"type", "string"}, {"minLength", 1}};
  const Json texts{{"type", "array"}, {"items", text}, {"maxItems", max_stops}};
  Schema schema;
  schema.literal = {{"anyOf", {text, texts, {{"type", "null"}}}}};
  schema.check = check_stop;
  return {shape::schema_of(std::move(schema)), {}, [](nlohmann::json& json, std::vector<std::string>& value) {
            if (json.is_string()) value = {json.get<std::string>()};
            else if (json.is_array()) value = json.get<std::vector<std::string>>();
          }};
}

Shape<ChatExtras> extras_shape() {
  using E = ChatExtras;
  return ObjectShape<E>("ChatExtrasRequest", "Where to look for the answer.")
      .optional("collections", &E::collections, shape::list(collection_name_shape(), max_collections),
                "Names; without them, all of the tenant.")
      .optional("filter", &E::filter, filter_shape(), "")
      .optional("limit", &E::limit, shape::integer<std::size_t>(1, 100), "How many hits are read for evidence.")
      .done();
}

/// The texts among the parts, a line each. `on_other` is given the index and type of each part that is no text.
template <class OnOther>
std::string joined_text(const nlohmann::json& content, OnOther on_other) {
  if (content.is_string()) return content.get<std::string>();
  std::string text;
  for (std::size_t i = 0; i < content.size(); ++i) {
    const nlohmann::json& part = content[i];
    if (part["type"] != "text") {
      on_other(i, part["type"].get<std::string>());
      continue;
    }
    text += (text.empty() ? "" : "\n") + part["text"].get<std::string>();
  }
  return text;
}

std::string text_of(const ChatTurn& turn) {
  return joined_text(turn.content, [](std::size_t, const std::string&) {});
}

/// The index of the last message of a user, or the number of messages.
std::size_t question_at(const std::vector<ChatTurn>& messages) {
  for (std::size_t i = messages.size(); i-- > 0;)
    if (messages[i].role == "user") return i;
  return messages.size();
}

}  // namespace

Shape<ChatBody> chat_body_shape() {
  using B = ChatBody;
  const auto message = ObjectShape<ChatTurn>("ChatMessageRequest", "What somebody said.")
                           .required("role", &ChatTurn::role, role_shape(), "Who.")
                           .optional("content", &ChatTurn::content, content_shape(), "What; only text is read.")
                           .open()
                           .done();
  const auto options = ObjectShape<ChatStreamOptions>("ChatStreamOptionsRequest", "")
                           .optional("include_usage", &ChatStreamOptions::include_usage,
                                     shape::nullable(shape::boolean()), "Send a last chunk with the usage.")
                           .open()
                           .done();
  const auto tokens = shape::integer<std::uint32_t>(1, 1'000'000);
  const Json said = Json::array({{{"role", "user"}, {"content", "How is the filter cleaned?"}}});
  return ObjectShape<B>("ChatCompletionRequest",
                        "A conversation that ends in a question. Fields of OpenAI's that are not named here are "
                        "accepted and change nothing.")
      .optional("model", &B::model, shape::nullable(shape::text(0, 256)),
                "Who writes the answer: a chat model of GET /v1/models. \"cairn\": the default.")
      .required("messages", &B::messages, shape::list(message, max_messages, 1),
                "The last one of a user is the question; those before it are the conversation.")
      .optional("stream", &B::stream, shape::nullable(shape::boolean()), "Answer in chunks, as server-sent events.")
      .optional("stream_options", &B::stream_options, shape::nullable(options), "")
      .optional("max_completion_tokens", &B::max_completion_tokens, shape::nullable(tokens),
                "The longest reply that a language model may write.")
      .optional("max_tokens", &B::max_tokens, shape::nullable(tokens), "The same by its old name.")
      .optional("temperature", &B::temperature, shape::nullable(shape::number(0, 2)), "Of a language model.")
      .optional("seed", &B::seed, shape::nullable(shape::integer<std::uint32_t>(0, 4294967295.0)), "Likewise.")
      .optional("stop", &B::stop, stop_shape(), "A language model's reply ends before any of these.")
      .accepted("n", one_answer_shape(), "There is one answer.")
      .accepted("response_format", response_format_shape(), "Answers are text.")
      .optional("cairn", &B::cairn, extras_shape(), "")
      .open()
      .example({{"model", "cairn"}, {"messages", said}})
      .done();
}

Result<std::string> question_of(const std::vector<ChatTurn>& messages) {
  const std::size_t at = question_at(messages);
  if (at == messages.size())
    return fail(ErrorKind::invalid, "`messages` has none of the role user: the last of them is the question");
  const std::string path = fmt::format("messages[{}].content", at);
  std::string other;
  nlohmann::json question = joined_text(messages[at].content, [&](std::size_t part, const std::string& type) {
    if (other.empty()) other = fmt::format("`{}[{}]` is of type {}: only text is read here", path, part, type);
  });
  if (!other.empty()) return fail(ErrorKind::invalid, other);
  CAIRN_CHECK(validate(question, *question_shape().schema, path));
  return question.get<std::string>();
}

std::vector<ConversationTurn> said_before(const std::vector<ChatTurn>& messages) {
  using Role = ConversationTurn::Role;
  std::vector<ConversationTurn> said;
  for (std::size_t i = question_at(messages); i-- > 0 && said.size() < max_turns;) {
    const ChatTurn& turn = messages[i];
    if (turn.role != "user" && turn.role != "assistant") continue;
    std::string text = text_of(turn);
    text.resize(utf8::offset_of(text, longest_turn));
    if (!is_blank(text)) said.push_back({turn.role == "user" ? Role::user : Role::assistant, std::move(text)});
  }
  std::ranges::reverse(said);
  return said;
}

std::string text_of(const std::vector<ChatTurn>& messages) {
  std::string text;
  for (const ChatTurn& turn : messages) text += text_of(turn) + "\n";
  return text;
}

}  // namespace cairn::routes
