#include "api/routes/search.h"

#include "api/json/shapes.h"
#include "api/routes/collections.h"
#include "api/routes/filter_shape.h"
#include "app/query_language.h"

namespace cairn::routes {
namespace {

constexpr std::size_t longest_question = 10'000;
constexpr std::size_t most_collections = 1'000;

const char* name_of(SearchMode mode) {
  switch (mode) {
    case SearchMode::hybrid: return "hybrid";
    case SearchMode::dense: return "dense";
    case SearchMode::lexical: return "lexical";
  }
  return "hybrid";
}

const char* name_of(Fusion fusion) { return fusion == Fusion::rrf ? "rrf" : "minmax"; }

Shape<SearchRequest> search_shape() {
  using B = SearchRequest;
  const auto mode = shape::choice<SearchMode>({SearchMode::hybrid, SearchMode::dense, SearchMode::lexical}, name_of);
  const auto fusion = shape::choice<Fusion>({Fusion::rrf, Fusion::minmax}, name_of);
  const auto no_rerank = shape::boolean().with([](Schema& schema) {
    schema.literal = {{"enum", {false}}};
    schema.check = [](const nlohmann::json& value, const std::string& path) -> Result<void> {
      if (!value.get<bool>()) return {};
      return fail(ErrorKind::invalid, "`" + path + "` must be false: this server has no reranking model");
    };
  });
  return ObjectShape<B>("SearchRequest", "What to search for, and where.")
      .required("query", &B::query, question_shape(), "In any language.")
      .optional("collections", &B::collections, shape::list(collection_name_shape(), most_collections),
                "Names; without them, all of the tenant.")
      .optional("mode", &B::mode, mode, "By meaning, by words, or both.")
      .optional("limit", &B::limit, shape::integer<std::size_t>(1, 1000), "At most so many hits.")
      .optional("filter", &B::filter, filter_shape(), "")
      .optional("fusion", &B::fusion, fusion, "How the rankings of hybrid mode become one.")
      .accepted("rerank", no_rerank, "")
      .optional("explain", &B::explain, shape::boolean(), "Say how each score came about.")
      .example({{"query", "how is the filter cleaned"}, {"collections", {"manuals"}}, {"limit", 3}})
      .done();
}

}  // namespace

Shape<std::string> question_shape() {
  return shape::text(1, longest_question).with([](Schema& schema) {
    schema.pattern = "\\S";
    schema.matches = [](std::string_view text) { return !is_blank(text); };
    schema.pattern_in_words = "more than blanks: say what you want to know";
  });
}

void add_search(RouteTable& table, const Services& services) {
  const auto body = search_shape();
  table.add({.method = "POST",
             .path = "/v1/search",
             .access = Access::query,
             .id = "search",
             .tag = "Search and answers",
             .summary = "Find the chunks that fit a query best",
             .bodies = {json_body(body)},
             .replies = {answers(200, search_response_shape(), "")},
             .problems = {{404, "A collection does not exist."}, {503, "The embedding model does not answer."}},
             .handle = with_body(body, [&services](Call& call, SearchRequest wanted) -> Result<http::Response> {
               wanted.trace = call.request.trace.get();
               CAIRN_TRY(const SearchResponse response, services.searcher.search(call.principal, wanted));
               return json_response(200, search_response_shape(), response);
             })});
}

}  // namespace cairn::routes
