#include <CLI/CLI.hpp>

#include "api/cli/access_command.h"
#include "api/cli/commands.h"
#include "api/json/access_shapes.h"
#include "app/manage_keys.h"

namespace cairn::cli {
namespace {

struct Options {
  std::string name, scopes = "query", groups, tenant, id, cursor;
  int expires_days = 0;
  std::size_t limit = 50;
  KeyLimits limits;
};

Json page_json(Json items, const std::string& next_cursor) {
  return Json{{"items", std::move(items)}, {"next_cursor", next_cursor.empty() ? Json(nullptr) : Json(next_cursor)}};
}

Result<Json> list_folder(AccessFolder& folder, const Options& options) {
  const ManageKeys keys(folder.store, folder.crypto, folder.clock, folder.journal);
  CAIRN_TRY(const Page<ApiKey> page, keys.list(folder.owner, options.cursor, options.limit));
  Json items = Json::array();
  for (const ApiKey& key : page.items) items.push_back(to_json(key));
  return page_json(std::move(items), page.next_cursor);
}

Result<Json> create_in_folder(AccessFolder& folder, const Options& options) {
  const ManageKeys keys(folder.store, folder.crypto, folder.clock, folder.journal);
  KeyRequest wanted;
  wanted.name = options.name;
  wanted.groups = words_of(options.groups);
  wanted.limits = options.limits;
  CAIRN_TRY(wanted.scopes, parse_scopes(words_of(options.scopes)));
  if (options.expires_days > 0) wanted.expires_at = folder.clock.now() + std::chrono::days(options.expires_days);
  CAIRN_TRY(const MadeKey made, keys.create(folder.owner, wanted, ""));
  Json json = to_json(made.key);
  json["secret"] = made.secret;
  return json;
}

Json create_body(const Options& options) {
  Json body{{"name", options.name},
            {"scopes", words_of(options.scopes)},
            {"groups", words_of(options.groups)},
            {"limits", to_json(key_limits_shape(), options.limits)}};
  if (!options.tenant.empty()) body["tenant"] = options.tenant;
  if (options.expires_days > 0) body["expires_in_days"] = options.expires_days;
  return body;
}

std::string state_of(const Json& key) {
  if (!key["revoked_at"].is_null()) return "revoked";
  return key["expires_at"].is_null() ? "valid" : "until " + text_of(key["expires_at"]).substr(0, 10);
}

void show_list(const Terminal& terminal, const Json& list) {
  Table table{{"key", "begins with", "name", "scopes", "groups", "state", "last used"}, {}, {}};
  for (const Json& key : list["items"])
    table.rows.push_back({text_of(key["id"]), text_of(key["prefix"]), printable(text_of(key["name"])),
                          joined(key["scopes"]), joined(key["groups"]), state_of(key), text_of(key["last_used_at"])});
  if (table.rows.empty()) terminal.print_line("No keys: `cairn keys create NAME --scopes query,ingest` makes one.");
  else terminal.print(table.to_text(terminal));
  if (!list["next_cursor"].is_null())
    terminal.print_line(terminal.dim("More: --cursor " + text_of(list["next_cursor"])));
}

void show_made(const Terminal& terminal, const Json& key) {
  terminal.print_line("Made the key " + text_of(key["id"]) + " (" + joined(key["scopes"]) +
                      "). Its secret is shown this once:");
  terminal.print_line(terminal.bold(text_of(key["secret"])));
}

void add_create(CLI::App& command, Context& context, const std::shared_ptr<Options>& options) {
  CLI::App* create = command.add_subcommand("create", "Make a key and print its secret, once");
  create->add_option("name", options->name, "What it is for")->required();
  create->add_option("--scopes", options->scopes, "Of query, ingest and admin, with commas between")
      ->capture_default_str();
  create->add_option("--groups", options->groups, "Groups whose documents it may see, with commas between");
  create->add_option("--expires-days", options->expires_days, "Days that it is valid; otherwise for ever")
      ->check(CLI::Range(1, 36'500));
  create->add_option("--requests-per-minute", options->limits.requests_per_minute, "At most so many; 0: no limit");
  create->add_option("--documents-per-day", options->limits.documents_per_day, "Uploads at most so many; 0: no limit");
  create->add_option("--bytes-per-day", options->limits.bytes_per_day, "Uploads at most so many; 0: no limit");
  create->callback([&context, options] {
    context.exit_code = print_access_object(
        context,
        {.tenant = options->tenant,
         .local = [options](AccessFolder& folder) { return create_in_folder(folder, *options); },
         .remote = [options](RemoteServer& server) { return server.send("POST", "/v1/keys", create_body(*options)); },
         .show = [&context](const Json& key) { show_made(context.terminal, key); },
         .remote_takes_tenant = true});
  });
}

void add_revoke(CLI::App& command, Context& context, const std::shared_ptr<Options>& options) {
  CLI::App* revoke = command.add_subcommand("revoke", "Make a key worthless, at once, also to a running server");
  revoke->add_option("id", options->id, "The key, as `cairn keys` lists it")->required();
  const auto remote = [options](RemoteServer& server) -> Result<Json> {
    CAIRN_CHECK(server.send("DELETE", "/v1/keys/" + percent_encoded(options->id)));
    return Json{{"revoked", options->id}};
  };
  const auto local = [options](AccessFolder& folder) -> Result<Json> {
    const ManageKeys keys(folder.store, folder.crypto, folder.clock, folder.journal);
    CAIRN_CHECK(keys.revoke(folder.owner, KeyId(options->id), ""));
    return Json{{"revoked", options->id}};
  };
  revoke->callback([&context, options, remote, local] {
    context.exit_code = print_access_object(
        context, {.tenant = options->tenant, .local = local, .remote = remote, .show = [&context](const Json& json) {
                    context.terminal.print_line("Revoked the key " + text_of(json["revoked"]) + ".");
                  }});
  });
}

void add_list(CLI::App& command, Context& context, const std::shared_ptr<Options>& options) {
  const auto run = [&context, options] {
    context.exit_code = print_access_object(
        context, {.tenant = options->tenant,
                  .local = [options](AccessFolder& folder) { return list_folder(folder, *options); },
                  .remote =
                      [options](RemoteServer& server) {
                        return server.get("/v1/keys" + query_string({{"limit", std::to_string(options->limit)},
                                                                     {"cursor", options->cursor}}));
                      },
                  .show = [&context](const Json& list) { show_list(context.terminal, list); }});
  };
  CLI::App* list = command.add_subcommand("list", "List keys, the newest first");
  list->callback(run);
  command.callback([&command, run] {
    if (command.get_subcommands().empty()) run();
  });
}

}  // namespace

void add_keys(CLI::App& root, Context& context) {
  CLI::App* command = root.add_subcommand("keys", "List, make and revoke API keys");
  command->footer(
      "Examples:\n  cairn keys\n  cairn keys create \"nightly sync\" --scopes ingest\n"
      "  cairn keys create admin --scopes admin --expires-days 1\n  cairn keys revoke ID\n"
      "Whoever may write the data folder may do this, also while a server runs on it: it is the way back in.");
  command->require_subcommand(0, 1);
  const auto options = std::make_shared<Options>();
  command->add_option("--tenant", options->tenant, "Whose keys; otherwise those of the tenant 'local'");
  command->add_option("--limit", options->limit, "At most so many")->check(CLI::Range(1, 1000));
  command->add_option("--cursor", options->cursor, "Go on from an earlier page");
  add_create(*command, context, options);
  add_revoke(*command, context, options);
  add_list(*command, context, options);
}

}  // namespace cairn::cli
