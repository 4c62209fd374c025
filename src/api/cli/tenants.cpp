#include <CLI/CLI.hpp>

#include "api/cli/access_command.h"
#include "api/cli/commands.h"
#include "api/json/access_shapes.h"
#include "app/manage_quotas.h"

namespace cairn::cli {
namespace {

struct Options {
  std::string tenant;
  std::optional<std::uint64_t> max_documents, max_bytes;

  bool sets() const { return max_documents || max_bytes; }
};

Json quota_json(const TenantQuota& quota) { return to_json(tenant_quota_shape(), quota); }

Result<Json> in_folder(AccessFolder& folder, const Options& options) {
  const ManageQuotas quotas(folder.store, folder.journal);
  const TenantId tenant(options.tenant);
  CAIRN_TRY(TenantQuota quota, quotas.find(folder.owner, tenant));
  if (!options.sets()) return quota_json(quota);
  if (options.max_documents) quota.max_documents = *options.max_documents;
  if (options.max_bytes) quota.max_bytes = *options.max_bytes;
  CAIRN_TRY(quota, quotas.set(folder.owner, tenant, quota, ""));
  return quota_json(quota);
}

Result<Json> on_server(RemoteServer& server, const Options& options) {
  const std::string path = "/v1/tenants/" + percent_encoded(options.tenant) + "/quota";
  CAIRN_TRY(Json quota, server.get(path));
  if (!options.sets()) return quota;
  if (options.max_documents) quota["max_documents"] = *options.max_documents;
  if (options.max_bytes) quota["max_bytes"] = *options.max_bytes;
  return server.send("PUT", path, quota);
}

std::string limit_text(const Json& quota, const char* name, const std::string& unit) {
  const auto limit = quota.value(name, std::uint64_t{0});
  return limit == 0 ? "any number of " + unit : "at most " + std::to_string(limit) + " " + unit;
}

void add_quota(CLI::App& command, Context& context) {
  const auto options = std::make_shared<Options>();
  constexpr std::uint64_t most = 9'007'199'254'740'991;
  CLI::App* quota = command.add_subcommand("quota", "Show, or with an option set, what a tenant may store in all");
  quota->add_option("tenant", options->tenant, "The tenant")->required();
  quota->add_option("--max-documents", options->max_documents, "At most so many; 0: no limit")
      ->check(CLI::Range(std::uint64_t{0}, most));
  quota->add_option("--max-bytes", options->max_bytes, "At most so many, of originals; 0: no limit")
      ->check(CLI::Range(std::uint64_t{0}, most));
  quota->callback([&context, options] {
    const auto show = [&](const Json& json) {
      context.terminal.print_line("The tenant " + options->tenant + " may store " +
                                  limit_text(json, "max_documents", "documents") + " and " +
                                  limit_text(json, "max_bytes", "bytes") + ".");
    };
    context.exit_code =
        print_access_object(context, {.tenant = {},
                                      .local = [&](AccessFolder& folder) { return in_folder(folder, *options); },
                                      .remote = [&](RemoteServer& server) { return on_server(server, *options); },
                                      .show = show});
  });
}

}  // namespace

void add_tenants(CLI::App& root, Context& context) {
  CLI::App* command = root.add_subcommand("tenants", "Limit what tenants may store");
  command->footer(
      "Examples:\n  cairn tenants quota sales\n  cairn tenants quota sales --max-documents 10000\n"
      "Whoever may write the data folder may do this; a running server heeds it within seconds.");
  command->require_subcommand(1);
  add_quota(*command, context);
}

}  // namespace cairn::cli
