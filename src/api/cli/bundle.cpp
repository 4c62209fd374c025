#include <CLI/CLI.hpp>
#include <chrono>

#include "api/cli/commands.h"
#include "api/cli/progress.h"
#include "api/cli/work.h"
#include "app/export_collection.h"
#include "app/import_collection.h"
#include "domain/access.h"

namespace cairn::cli {
namespace {

struct Options {
  std::string collection, tenant;
  std::filesystem::path file;
};

Result<TenantId> tenant_of(const Options& options) {
  if (options.tenant.empty()) return local_tenant;
  CAIRN_CHECK(check_account_name("tenant", options.tenant));
  return TenantId(options.tenant);
}

/// Shows bytes as they are done.
class Progress {
 public:
  Progress(const Context& context, const char* what)
      : line_(context.terminal, what, std::chrono::steady_clock::now()) {}
  void operator()(std::uint64_t done, std::uint64_t total) {
    line_.update(done, total, "", std::chrono::steady_clock::now());
  }

 private:
  ProgressLine line_;
};

Result<ExportReport> write_bundle(const Context& context, OpenStore& store, const Options& options) {
  Progress progress(context, "Exporting bytes");
  ExportOptions wanted{.collection = options.collection, .made_by = "cairn " + context.platform.version};
  CAIRN_TRY(wanted.tenant, tenant_of(options));
  wanted.on_bytes = std::ref(progress);
  // Before the file: a misspelt name leaves nothing there, not even for a moment.
  CAIRN_CHECK(store.catalog().collection(wanted.tenant, wanted.collection));
  CAIRN_TRY(const BundleTarget target, context.platform.create_bundle(options.file));
  return export_collection(store.catalog(), store.blobs(), wanted, target, interrupted_token());
}

Result<int> save(const Context& context, OpenStore& store, const Options& options) {
  CAIRN_TRY(const ExportReport report, write_bundle(context, store, options));
  if (context.json) {
    context.terminal.print_line(dump(Json{{"file", options.file.string()},
                                          {"collection", options.collection},
                                          {"manifest", report.manifest},
                                          {"documents", report.documents},
                                          {"segments", report.segments},
                                          {"files", report.files},
                                          {"bytes", report.bytes}}));
    return exit_done;
  }
  context.terminal.print_line("Exported '" + printable(options.collection) + "' to " +
                              printable(options.file.string()) + ": " + human_count(report.documents) + " documents (" +
                              human_bytes(report.bytes) + ").");
  return exit_done;
}

Result<ImportReport> read_bundle(const Context& context, OpenStore& store, const Options& options,
                                 const BlobView& file) {
  Progress progress(context, "Importing bytes");
  ImportOptions wanted;
  CAIRN_TRY(wanted.tenant, tenant_of(options));
  if (!options.collection.empty()) wanted.collection = options.collection;
  wanted.on_bytes = std::ref(progress);
  const ImportPorts ports{.catalog = store.catalog(), .blobs = store.blobs(), .embedders = store.embedders()};
  return import_collection(ports, file, wanted, interrupted_token());
}

Json to_json(const ImportReport& report) {
  return Json{{"collection", report.collection.name},
              {"id", report.collection.id.value()},
              {"manifest", report.collection.manifest},
              {"documents", report.documents},
              {"chunks", report.chunks},
              {"segments", report.segments},
              {"files", report.files},
              {"queued", report.queued},
              {"missing_models", report.missing_models}};
}

void show(const Terminal& terminal, const ImportReport& report) {
  std::string text = "Imported '" + printable(report.collection.name) + "': " + human_count(report.documents) +
                     " documents, " + human_count(report.chunks) + " chunks";
  if (report.queued > 0) text += "; " + human_count(report.queued) + " of them still wait to be taken in";
  terminal.print_line(text + ".");
  for (const std::string& model : report.missing_models)
    terminal.complain("the embedding model '" + printable(model) +
                      "' is not here: until it is in the models folder, these documents are found by their words only, "
                      "and no others can be embedded with it");
}

Result<int> load(const Context& context, OpenStore& store, const Options& options, const BlobView& file) {
  CAIRN_TRY(const ImportReport report, read_bundle(context, store, options, file));
  if (context.json) context.terminal.print_line(dump(to_json(report)));
  else show(context.terminal, report);
  return exit_done;
}

/// The file comes first: a misspelt name makes no store.
int load_file(const Context& context, const Options& options) {
  const auto file = context.platform.open_bundle(options.file);
  if (!file) return report(context, file.error());
  return with_store(context, Access::write, [&](OpenStore& store) { return load(context, store, options, *file); });
}

}  // namespace

void add_bundle(CLI::App& root, Context& context) {
  const auto saved = std::make_shared<Options>(), loaded = std::make_shared<Options>();

  CLI::App* out = root.add_subcommand(
      "export", "Write a collection to one file, with documents, originals and everything that is searched");
  out->footer(
      "Examples:\n  cairn export manuals manuals.cairn\n  cairn export manuals manuals.cairn --config cluster.toml\n"
      "Also while the store is in use. The file holds all documents, whoever may see them: keep it as safe as the "
      "store.");
  out->add_option("collection", saved->collection, "Its name")->required();
  out->add_option("file", saved->file, "The file to write; it must not exist")->required();
  out->add_option("--tenant", saved->tenant, "Whose collection; otherwise that of the tenant 'local'");
  out->callback([&context, saved] {
    context.exit_code =
        with_store(context, Access::read, [&](OpenStore& store) { return save(context, store, *saved); });
  });

  CLI::App* in = root.add_subcommand("import", "Make a collection from a file that 'cairn export' wrote");
  in->footer(
      "Examples:\n  cairn import manuals.cairn\n  cairn import manuals.cairn --collection manuals-2025\n"
      "  cairn import manuals.cairn --config cluster.toml --tenant sales\n"
      "All of it or nothing: the file is checked first, and the collection appears when everything is there.");
  in->add_option("file", loaded->file, "The file")->required();
  in->add_option("--collection", loaded->collection, "Its name here; otherwise the one that it had");
  in->add_option("--tenant", loaded->tenant, "Whose it becomes; otherwise that of the tenant 'local'");
  in->callback([&context, loaded] { context.exit_code = load_file(context, *loaded); });
}

}  // namespace cairn::cli
