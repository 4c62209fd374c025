#include <CLI/CLI.hpp>

#include "api/cli/commands.h"

namespace cairn::cli {

void add_model(CLI::App& root, Context& context) {
  CLI::App* command = root.add_subcommand("model", "Embedding models");
  command->require_subcommand(1);
  CLI::App* import =
      command->add_subcommand("import", "Pack published weights of a BERT-family model into one mapped file");
  import->footer(
      "Example:\n  cairn model import --weights model.onnx --tokenizer tokenizer.json --id bge-small-en-v1.5 "
      "--languages en \\\n"
      "      --query-prefix \"Represent this sentence for searching relevant passages: \" --out "
      "models/bge-small-en-v1.5.cairnmodel");
  const auto options = std::make_shared<Platform::ModelImport>();
  import->add_option("--weights", options->weights, "f32 weights: model.onnx or model.safetensors")->required();
  import->add_option("--tokenizer", options->tokenizer, "tokenizer.json")->required();
  import->add_option("--model-config", options->config, "config.json, where the weights do not say enough");
  import->add_option("--id", options->id, "Name that segments will record")->required();
  import->add_option("--pooling", options->pooling, "How a text's vector is made")
      ->check(CLI::IsMember({"cls", "mean"}));
  import->add_option("--query-prefix", options->query_prefix, "Put before queries, not before passages");
  import->add_option("--languages", options->languages, "Language tags it is meant for, with commas; none: all");
  import->add_option("--out", options->out, "The packed file")->required();
  import->callback([&context, options] {
    const auto done = context.platform.import_model(*options);
    if (!done) {
      context.exit_code = report(context, done.error());
      return;
    }
    if (context.json) context.terminal.print_line(dump(Json{{"model", options->id}, {"file", options->out.string()}}));
    else context.terminal.print_line(*done);
  });
}

}  // namespace cairn::cli
