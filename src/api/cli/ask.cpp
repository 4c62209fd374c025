#include <CLI/CLI.hpp>

#include "api/cli/commands.h"
#include "api/cli/remote.h"
#include "api/cli/search_options.h"
#include "api/cli/show_hits.h"
#include "api/cli/work.h"
#include "app/answer_question.h"
#include "text/language.h"

namespace cairn::cli {
namespace {

struct Options {
  std::string question, filter, generator;
  std::vector<std::string> collections;
  std::size_t limit = 10;
};

Result<Json> ask_store(OpenStore& store, const Options& options) {
  AnswerRequest request;
  request.question = options.question;
  request.collections = options.collections;
  request.limit = options.limit;
  request.generator = options.generator.empty() ? store.generator().name() : options.generator;
  request.cancel = interrupted_token();
  CAIRN_TRY(request.filter, parse_filter_option(options.filter));
  const Searcher searcher(store.catalog(), store.blobs(), store.embedders(), store.clock(), SearchTuning{});
  const AnswerQuestion use_case(searcher, store.embedders(), store.generators(), store.clock(), store.answer_policy());
  CAIRN_TRY(const Answer answer, use_case.answer(Principal{}, request, {}));
  return to_json(answer);
}

Result<Json> ask_server(RemoteServer& server, const Options& options) {
  Json body{{"question", options.question}, {"limit", options.limit}};
  if (!options.collections.empty()) body["collections"] = options.collections;
  if (!options.generator.empty()) body["generator"] = options.generator;
  CAIRN_TRY(const nlohmann::json filter, parse_filter_option(options.filter));
  if (!filter.is_null()) body["filter"] = filter;
  return server.send("POST", "/v1/answers", body);
}

int ask(const Context& context, const Options& options) {
  const auto show = [&](const Json& answer) {
    context.terminal.print(answer_as_text(context.terminal, answer, text::detect_language(options.question)));
  };
  return print_object(context, {.access = Access::read,
                                .local = [&](OpenStore& store) { return ask_store(store, options); },
                                .remote = [&](RemoteServer& server) { return ask_server(server, options); },
                                .show = show});
}

}  // namespace

void add_ask(CLI::App& root, Context& context) {
  CLI::App* command =
      root.add_subcommand("ask", "Answer a question with quotes from the documents, or say that they do not answer it");
  command->footer(
      "Examples:\n  cairn ask \"How many days of annual leave do I get?\"\n  cairn ask 員工每年有幾天特別休假？ "
      "--json");
  const auto options = std::make_shared<Options>();
  command->add_option("question", options->question, "The question")->required();
  command->add_option("--collection", options->collections, "Only from these; repeat for several");
  command->add_option("--limit", options->limit, "How many passages to read")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_option("--generator", options->generator, "Who writes the answer; without it, the configured one");
  command->add_option("--filter", options->filter, "Condition on the metadata, as JSON");
  command->callback([&context, options] { context.exit_code = ask(context, *options); });
}

}  // namespace cairn::cli
