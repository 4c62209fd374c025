#include "api/mcp/tools.h"

#include <algorithm>
#include <array>
#include <utility>

#include "api/json/schema_document.h"
#include "api/json/shapes.h"
#include "base/utf8.h"

namespace cairn::mcp {
namespace {

constexpr std::size_t longest_question = 10'000;
constexpr std::size_t longest_name = 128;
constexpr std::size_t most_collections = 1'000;
constexpr std::uint32_t usual_text = 20'000, longest_text = 200'000;  // Code points of a document at once.

struct DocumentArguments {
  std::string id;
  std::uint32_t start = 0, max_length = usual_text;
};

struct NoArguments {};

const char* name_of(SearchMode mode) {
  switch (mode) {
    case SearchMode::hybrid: return "hybrid";
    case SearchMode::dense: return "dense";
    case SearchMode::lexical: return "lexical";
  }
  return "hybrid";
}

Shape<std::vector<std::string>> names() { return shape::list(shape::text(1, longest_name), most_collections); }

Shape<nlohmann::json> filter() {
  return shape::free_object(
      "Conditions on metadata, such as {\"year\": {\"gte\": 2024}} or {\"team\": {\"in\": [\"a\", \"b\"]}}.");
}

const Shape<SearchRequest>& search_arguments() {
  using A = SearchRequest;
  const auto modes = shape::choice<SearchMode>({SearchMode::hybrid, SearchMode::dense, SearchMode::lexical}, name_of);
  static const auto made =
      ObjectShape<A>("", "")
          .required("query", &A::query, shape::text(1, longest_question), "What to look for, in any language.")
          .optional("collections", &A::collections, names(), "Names of collections; without them, all.")
          .optional("mode", &A::mode, modes, "By meaning, by words, or both.")
          .optional("limit", &A::limit, shape::integer<std::size_t>(1, 50), "At most so many chunks.")
          .optional("filter", &A::filter, filter(), "")
          .done();
  return made;
}

const Shape<AskArguments>& ask_arguments() {
  using A = AskArguments;
  static const auto made =
      ObjectShape<A>("", "")
          .required("question", &A::question, shape::text(1, longest_question),
                    "A question that can be understood by itself, in any language.")
          .optional("collections", &A::collections, names(), "Names of collections; without them, all.")
          .optional("filter", &A::filter, filter(), "")
          .optional("limit", &A::limit, shape::integer<std::size_t>(1, 100), "How many hits are read for evidence.")
          .optional("generator", &A::generator, shape::text(0, 256), "Who writes the answer; without it, the default.")
          .done();
  return made;
}

const Shape<DocumentArguments>& document_arguments() {
  using A = DocumentArguments;
  static const auto made =
      ObjectShape<A>("", "")
          .required("document_id", &A::id, shape::text(1, longest_name), "From a hit or a citation.")
          .optional("start", &A::start, shape::integer<std::uint32_t>(0, 4294967295.0),
                    "Where to begin, in code points; spans of hits count the same way.")
          .optional("max_length", &A::max_length, shape::integer<std::uint32_t>(1, longest_text),
                    "At most so many code points.")
          .done();
  return made;
}

const Shape<NoArguments>& no_arguments() {
  static const auto made = ObjectShape<NoArguments>("", "").done();
  return made;
}

Schema::Field field(const char* name, std::shared_ptr<const Schema> schema, const char* description) {
  return {.name = name, .schema = std::move(schema), .description = description, .default_value = {}};
}

std::shared_ptr<const Schema> object_of(std::vector<Schema::Field> fields) {
  Schema schema;
  schema.kind = Schema::Kind::object;
  schema.fields = std::move(fields);
  return shape::schema_of(std::move(schema));
}

std::shared_ptr<const Schema> document_result() {
  return object_of({field("document", document_shape().schema, "What is known about it."),
                    field("text", shape::text().schema, "Its canonical text at the span."),
                    field("span", span_shape().schema, "Of the text, in code points."),
                    field("length", shape::count<std::uint32_t>().schema, "Of the whole text, in code points.")});
}

std::shared_ptr<const Schema> collections_result() {
  return object_of({field("collections", shape::list(collection_shape()).schema, "By name.")});
}

void move_references(Json& json) {
  constexpr std::string_view from = "#/components/schemas/";
  if (json.is_string() && json.get_ref<const std::string&>().starts_with(from))
    json = "#/$defs/" + json.get<std::string>().substr(from.size());
  if (json.is_structured())
    for (Json& member : json) move_references(member);
}

/// A schema that stands by itself, with an object at its root as all revisions want it.
Json self_contained(const Schema& schema, SchemaDocument::Direction direction) {
  SchemaDocument document;
  Json root = document.describe(schema, direction);
  Json components = document.components();
  if (root.contains("$ref")) root = components[schema.name];
  move_references(root);
  move_references(components);
  components.erase(schema.name);
  if (!components.empty()) root["$defs"] = std::move(components);
  return root;
}

using Run = Result<Json> (*)(nlohmann::json arguments, ToolBackend& backend, const CallContext& context);

Result<Json> run_search(nlohmann::json arguments, ToolBackend& backend, const CallContext& context) {
  CAIRN_TRY(const SearchRequest request, read(search_arguments(), arguments));
  return backend.search(request, context.cancel);
}

Result<Json> run_ask(nlohmann::json arguments, ToolBackend& backend, const CallContext& context) {
  CAIRN_TRY(const AskArguments wanted, read(ask_arguments(), arguments));
  return backend.ask(wanted, context.cancel, context.on_text);
}

Result<Json> run_get_document(nlohmann::json arguments, ToolBackend& backend, const CallContext& context) {
  CAIRN_TRY(const DocumentArguments wanted, read(document_arguments(), arguments));
  CAIRN_TRY(const FetchedDocument fetched, backend.document(wanted.id, context.cancel));
  const utf8::CodePointIndex index(fetched.text);
  const auto length = static_cast<std::uint32_t>(index.size());
  const std::uint32_t start = std::min(wanted.start, length);
  const Span span{start, start + std::min(wanted.max_length, length - start)};
  return Json{{"document", fetched.document},
              {"text", index.slice(span)},
              {"span", to_json(span_shape(), span)},
              {"length", length}};
}

Result<Json> run_list_collections(nlohmann::json arguments, ToolBackend& backend, const CallContext& context) {
  CAIRN_CHECK(read(no_arguments(), arguments));
  CAIRN_TRY(Json collections, backend.collections(context.cancel));
  return Json{{"collections", std::move(collections)}};
}

struct Tool {
  const char* name;
  const char* title;
  const char* description;
  Run run;
  std::shared_ptr<const Schema> input, output;
};

const std::array<Tool, 4>& tools() {
  static const std::array<Tool, 4> all{
      Tool{"search", "Search the documents",
           "Finds the passages of the user's documents that fit a query best, with document, page and heading. Use it "
           "to "
           "read sources yourself; use `ask` for an answer with quotes that were checked.",
           run_search, search_arguments().schema, search_response_shape().schema},
      Tool{
          "ask", "Ask the documents",
          "Answers a question from the user's documents. Each sentence names the quotes that it rests on, and each "
          "quote "
          "stands literally in its document. When the documents do not answer, `abstained` is true: say so, and do not "
          "make up an answer.",
          run_ask, ask_arguments().schema, answer_shape().schema},
      Tool{"get_document", "Read a document",
           "Gives a document's text, or a part of it, with what is known about it. Take `document_id` from a hit or a "
           "citation; the span of a hit tells where in the text it stands.",
           run_get_document, document_arguments().schema, document_result()},
      Tool{
          "list_collections", "List the collections",
          "Lists the collections of documents that the user may search, with what each is about and how much it holds.",
          run_list_collections, no_arguments().schema, collections_result()}};
  return all;
}

Json described(const Tool& tool) {
  return {{"name", tool.name},
          {"title", tool.title},
          {"description", tool.description},
          {"inputSchema", self_contained(*tool.input, SchemaDocument::Direction::sent)},
          {"outputSchema", self_contained(*tool.output, SchemaDocument::Direction::answered)},
          {"annotations",
           {{"title", tool.title},
            {"readOnlyHint", true},
            {"destructiveHint", false},
            {"idempotentHint", true},
            {"openWorldHint", false}}}};
}

Json text_content(const std::string& text) { return Json::array({{{"type", "text"}, {"text", text}}}); }

Json failure(const Error& error) {
  const bool is_ours = error.kind == ErrorKind::internal;
  const std::string shown = is_ours ? "this is a bug of Cairn: please report it" : error.message;
  return {{"content", text_content(shown)}, {"isError", true}};
}

}  // namespace

const Json& tool_list() {
  static const Json all = [] {
    Json list = Json::array();
    for (const Tool& tool : tools()) list.push_back(described(tool));
    return list;
  }();
  return all;
}

std::expected<Json, RpcError> call_tool(const std::string& name, nlohmann::json arguments, ToolBackend& backend,
                                        const CallContext& context) {
  const auto tool = std::ranges::find_if(tools(), [&](const Tool& known) { return known.name == name; });
  if (tool == tools().end())
    return std::unexpected(RpcError{RpcCode::invalid_params, "there is no tool '" + name + "': see tools/list"});
  auto result = tool->run(std::move(arguments), backend, context);
  if (context.cancel.cancelled()) return std::unexpected(RpcError{RpcCode::cancelled, "the request was cancelled"});
  if (!result) return failure(result.error());
  Json content = text_content(dump(*result));
  return Json{{"content", std::move(content)}, {"structuredContent", std::move(*result)}, {"isError", false}};
}

}  // namespace cairn::mcp
