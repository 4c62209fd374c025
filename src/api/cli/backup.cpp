#include <CLI/CLI.hpp>

#include "api/cli/commands.h"
#include "api/cli/work.h"
#include "app/backup_store.h"

namespace cairn::cli {
namespace {

void print_report(const Context& context, const char* done, const std::filesystem::path& target,
                  const CopyReport& report) {
  if (context.json) {
    context.terminal.print_line(dump(Json{{"target", target.string()},
                                          {"copied_blobs", report.copied},
                                          {"copied_bytes", report.copied_bytes},
                                          {"present_blobs", report.present}}));
    return;
  }
  std::string text = std::string(done) + " " + printable(target.string()) + ": " + human_count(report.copied) +
                     " blobs (" + human_bytes(report.copied_bytes) + ") copied";
  if (report.present > 0) text += ", " + human_count(report.present) + " were there already";
  context.terminal.print_line(text + ".");
}

}  // namespace

void add_backup(CLI::App& root, Context& context) {
  const auto target = std::make_shared<std::filesystem::path>(), backup = std::make_shared<std::filesystem::path>();

  CLI::App* save =
      root.add_subcommand("backup", "Copy the store, also while it is in use; into an earlier copy only what is new");
  save->footer("Example:\n  cairn backup /mnt/backup/cairn");
  save->add_option("target", *target, "Folder of the copy")->required();
  save->callback([&context, target] {
    context.exit_code = with_store(context, Access::read, [&](OpenStore& store) -> Result<int> {
      CAIRN_TRY(const CopyReport report, context.platform.backup_store(store, *target, interrupted_token()));
      print_report(context, "Backed up to", *target, report);
      return exit_done;
    });
  });

  CLI::App* load = root.add_subcommand("restore", "Make a store from a backup, in a folder that is missing or empty");
  load->footer("Example:\n  cairn restore /mnt/backup/cairn --data ~/restored");
  load->add_option("backup", *backup, "Folder of the copy")->required();
  load->callback([&context, backup] {
    const auto folder = context.platform.data_folder(context.data, context.config);
    if (!folder) {
      context.exit_code = report(context, folder.error());
      return;
    }
    const auto done = context.platform.restore_store(*backup, *folder, interrupted_token());
    if (done) print_report(context, "Restored to", *folder, *done);
    context.exit_code = done ? exit_done : report(context, done.error());
  });
}

}  // namespace cairn::cli
