#include <CLI/CLI.hpp>
#include <chrono>

#include "api/cli/bounds.h"
#include "api/cli/commands.h"
#include "api/cli/eval.h"
#include "api/cli/process_memory.h"
#include "api/cli/progress.h"
#include "api/cli/search_options.h"
#include "api/cli/temporary_store.h"
#include "api/cli/work.h"
#include "app/evaluate_answers.h"
#include "app/evaluate_retrieval.h"

namespace cairn::cli {
namespace {

struct Options {
  std::filesystem::path folder, corpus, run_file, details_file;
  std::string mode = "hybrid", fusion = "minmax", generator;
  BoundOptions bounds;
  Chunking chunking;
};

EvaluationCorpus corpus_options(OpenStore& store, const Options& options, ProgressLine& line, std::uint64_t& tokens) {
  EvaluationCorpus corpus;
  corpus.file = options.corpus;
  corpus.chunking = options.chunking;
  corpus.worker = worker_options(store);
  corpus.cancel = interrupted_token();
  corpus.events.on_outcome = [&line, &tokens, done = std::uint64_t{0}](const TaskOutcome& outcome) mutable {
    tokens += outcome.tokens;
    ++done;
    line.update(done, done, human_count(tokens) + " tokens", std::chrono::steady_clock::now());
  };
  return corpus;
}

Result<int> retrieval(const Context& context, OpenStore& store, const Options& options) {
  RetrievalOptions request;
  request.folder = options.folder;
  request.run_file = options.run_file;
  request.mode = search_modes.at(options.mode);
  request.fusion = fusions.at(options.fusion);
  std::uint64_t tokens = 0;
  ProgressLine line(context.terminal, "Ingesting", std::chrono::steady_clock::now());
  request.corpus = corpus_options(store, options, line, tokens);
  CAIRN_TRY(RetrievalReport report, evaluate_retrieval(worker_ports(store), request));
  if (report.queries == 0)
    return fail(ErrorKind::invalid, "no query has a judged document: check the ids in qrels.tsv and queries.jsonl");
  report.peak_rss_mb = peak_rss_mb();
  print_figures(context, to_json(report));
  return exit_done;
}

/// Empty: the configured one.
Result<Generator*> generator_of(OpenStore& store, const std::string& name) {
  std::string known;
  for (Generator* generator : store.generators()) {
    if (name.empty() || generator->name() == name) return generator;
    known.append(known.empty() ? "" : ", ").append(generator->name());
  }
  return fail(ErrorKind::invalid, "there is no generator \"" + name + "\" here; there is " + known);
}

Result<int> answers(const Context& context, OpenStore& store, const Options& options) {
  AnswersOptions request;
  request.folder = options.folder;
  request.details_file = options.details_file;
  std::uint64_t tokens = 0;
  ProgressLine line(context.terminal, "Ingesting", std::chrono::steady_clock::now());
  request.corpus = corpus_options(store, options, line, tokens);
  CAIRN_TRY(Generator * generator, generator_of(store, options.generator));
  CAIRN_TRY(const AnswersReport report, evaluate_answers(worker_ports(store), *generator, request));
  const Json figures = to_json(report);
  print_figures(context, figures);
  return keep_bounds(context, figures, options.bounds);
}

/// In the store that --data names, or in one that is gone afterwards.
int evaluate(const Context& context, const std::function<Result<int>(OpenStore&)>& body) {
  if (context.data) return with_store(context, Access::write, body);
  const auto folder = TemporaryFolder::make();
  if (!folder) return report(context, folder.error());
  Context temporary = context;
  temporary.data = folder->path();
  return with_store(temporary, Access::write, body);
}

void add_corpus_options(CLI::App& command, Options& options) {
  command.add_option("folder", options.folder, "corpus.jsonl, queries.jsonl and qrels.tsv, in BEIR form")->required();
  command.add_option("--corpus", options.corpus, "Another corpus.jsonl, such as one in another script");
  command.add_option("--chunking", options.chunking.strategy, "How documents are cut")
      ->check(CLI::IsMember({"recursive", "fixed", "sentence", "semantic"}))
      ->capture_default_str();
  command.add_option("--max-tokens", options.chunking.max_tokens, "Longest chunk")
      ->check(CLI::Range(16, 510))
      ->capture_default_str();
}

}  // namespace

void add_eval(CLI::App& root, Context& context) {
  CLI::App* command =
      root.add_subcommand("eval", "Measure quality on an evaluation set, in a store of its own unless --data is given");
  command->require_subcommand(1);
  const auto options = std::make_shared<Options>();

  CLI::App* ranking = command->add_subcommand("retrieval", "nDCG@10, recall@100, MRR@10 and latency");
  ranking->footer("Example:\n  cairn eval retrieval ../shared/data/cranfield --mode hybrid --json");
  add_corpus_options(*ranking, *options);
  ranking->add_option("--mode", options->mode, "How to look")
      ->check(CLI::IsMember({"hybrid", "dense", "lexical"}))
      ->capture_default_str();
  ranking->add_option("--fusion", options->fusion, "How the two rankings become one")
      ->check(CLI::IsMember({"minmax", "rrf"}))
      ->capture_default_str();
  ranking->add_option("--run", options->run_file, "Write all rankings here, in TREC form");
  ranking->callback([&context, options] {
    context.exit_code = evaluate(context, [&](OpenStore& store) { return retrieval(context, store, *options); });
  });

  CLI::App* answering =
      command->add_subcommand("answers", "How right and how faithful answers are (also needs answers.jsonl)");
  answering->footer(
      "Example:\n  cairn eval answers ../shared/data/xquad/en --json\n  cairn eval answers my-set --generator qwen "
      "--at-least "
      "faithfulness=0.95");
  add_corpus_options(*answering, *options);
  answering->add_option("--details", options->details_file, "Write one JSON line a question here");
  answering->add_option("--generator", options->generator, "Who answers; without it, the configured one");
  add_bound_options(*answering, options->bounds);
  answering->callback([&context, options] {
    context.exit_code = evaluate(context, [&](OpenStore& store) { return answers(context, store, *options); });
  });
  add_eval_checking(*command, context, [&context](const auto& body) { return evaluate(context, body); });
  add_eval_compare(*command, context);
}

}  // namespace cairn::cli
