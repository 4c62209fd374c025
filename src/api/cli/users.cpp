#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>

#include "api/cli/access_command.h"
#include "api/cli/commands.h"
#include "api/json/access_shapes.h"
#include "app/manage_users.h"

namespace cairn::cli {
namespace {

struct Options {
  std::string name, scopes, groups, tenant, cursor, password_file = "-";
  std::size_t limit = 50;
};

/// The first line of a file or of standard input: an argument could be read by everybody on the machine.
Result<std::string> read_password(const std::string& file) {
  std::ifstream stream;
  if (file != "-") stream.open(file);
  std::string password;
  if (!std::getline(file == "-" ? std::cin : stream, password))
    return fail(ErrorKind::invalid,
                "there is no password: give it as one line on standard input or in --password-file");
  return password;
}

template <class Work>
auto with_users(AccessFolder& folder, const Work& work) {
  Passwords passwords(folder.crypto, {});
  const ManageUsers users(folder.store, folder.crypto, passwords, folder.journal);
  return work(users);
}

Result<Json> list_folder(AccessFolder& folder, const Options& options) {
  CAIRN_TRY(const Page<User> page, with_users(folder, [&](const ManageUsers& users) {
              return users.list(folder.owner, options.cursor, options.limit);
            }));
  Json items = Json::array();
  for (const User& user : page.items) items.push_back(to_json(user));
  return Json{{"items", std::move(items)},
              {"next_cursor", page.next_cursor.empty() ? Json(nullptr) : Json(page.next_cursor)}};
}

Result<Json> create_in_folder(AccessFolder& folder, const Options& options) {
  UserRequest wanted;
  wanted.name = options.name;
  wanted.groups = words_of(options.groups);
  CAIRN_TRY(wanted.scopes, parse_scopes(words_of(options.scopes.empty() ? "query" : options.scopes)));
  CAIRN_TRY(wanted.password, read_password(options.password_file));
  CAIRN_TRY(const User made,
            with_users(folder, [&](const ManageUsers& users) { return users.create(folder.owner, wanted, ""); }));
  return to_json(made);
}

Result<Json> create_on_server(RemoteServer& server, const Options& options) {
  CAIRN_TRY(const std::string password, read_password(options.password_file));
  Json body{{"name", options.name},
            {"password", password},
            {"scopes", words_of(options.scopes.empty() ? "query" : options.scopes)},
            {"groups", words_of(options.groups)}};
  if (!options.tenant.empty()) body["tenant"] = options.tenant;
  return server.send("POST", "/v1/users", body);
}

Result<Json> set_password_in_folder(AccessFolder& folder, const Options& options) {
  CAIRN_TRY(const std::string password, read_password(options.password_file));
  CAIRN_TRY(const User user, with_users(folder, [&](const ManageUsers& users) {
              return users.change(folder.owner, options.name, {.password = password, .scopes = {}, .groups = {}}, "");
            }));
  return to_json(user);
}

Result<Json> set_password_on_server(RemoteServer& server, const Options& options) {
  CAIRN_TRY(const std::string password, read_password(options.password_file));
  return server.send("PATCH", "/v1/users/" + percent_encoded(options.name), Json{{"password", password}});
}

Result<Json> remove_from_folder(AccessFolder& folder, const Options& options) {
  CAIRN_CHECK(
      with_users(folder, [&](const ManageUsers& users) { return users.remove(folder.owner, options.name, ""); }));
  return Json{{"deleted", options.name}};
}

Result<Json> remove_on_server(RemoteServer& server, const Options& options) {
  CAIRN_CHECK(server.send("DELETE", "/v1/users/" + percent_encoded(options.name)));
  return Json{{"deleted", options.name}};
}

Result<Json> list_server(RemoteServer& server, const Options& options) {
  return server.get("/v1/users" + query_string({{"limit", std::to_string(options.limit)}, {"cursor", options.cursor}}));
}

void show_list(const Terminal& terminal, const Json& list) {
  Table table{{"user", "scopes", "groups", "created", "last login"}, {}, {}};
  for (const Json& user : list["items"])
    table.rows.push_back({text_of(user["name"]), joined(user["scopes"]), joined(user["groups"]),
                          text_of(user["created_at"]), text_of(user["last_login_at"])});
  if (table.rows.empty()) terminal.print_line("No users: `cairn users create NAME --scopes query` makes one.");
  else terminal.print(table.to_text(terminal));
  if (!list["next_cursor"].is_null())
    terminal.print_line(terminal.dim("More: --cursor " + text_of(list["next_cursor"])));
}

using Local = Result<Json> (*)(AccessFolder&, const Options&);
using Remote = Result<Json> (*)(RemoteServer&, const Options&);

/// Runs one of the commands above; `done` begins the sentence about the user.
std::function<void()> running(Context& context, const std::shared_ptr<Options>& options, Local local, Remote remote,
                              const char* done) {
  return [&context, options, local, remote, done] {
    const auto show = [&](const Json& json) {
      if (json.contains("items")) show_list(context.terminal, json);
      else context.terminal.print_line(std::string(done) + " the user " + options->name + ".");
    };
    context.exit_code =
        print_access_object(context, {.tenant = options->tenant,
                                      .local = [&](AccessFolder& folder) { return local(folder, *options); },
                                      .remote = [&](RemoteServer& server) { return remote(server, *options); },
                                      .show = show,
                                      .remote_takes_tenant = remote == create_on_server});
  };
}

void add_password_option(CLI::App& command, const std::shared_ptr<Options>& options) {
  command
      .add_option("--password-file", options->password_file, "File whose first line is the password; -: standard input")
      ->capture_default_str();
}

}  // namespace

void add_users(CLI::App& root, Context& context) {
  CLI::App* command = root.add_subcommand("users", "List, make and delete users, and set passwords");
  command->footer(
      "Examples:\n  cairn users create ada --scopes query,ingest < password.txt\n  cairn users password ada < "
      "password.txt\n"
      "  cairn users delete ada\nWhoever may write the data folder may do this, also while a server runs on it.");
  command->require_subcommand(0, 1);
  const auto options = std::make_shared<Options>();
  command->add_option("--tenant", options->tenant, "Whose users; otherwise those of the tenant 'local'");
  command->add_option("--limit", options->limit, "At most so many")->check(CLI::Range(1, 1000));
  command->add_option("--cursor", options->cursor, "Go on from an earlier page");
  const auto add = [&](const char* name, const char* help) {
    CLI::App* sub = command->add_subcommand(name, help);
    sub->add_option("name", options->name, "The user")->required();
    return sub;
  };
  CLI::App* create = add("create", "Make a user");
  create->add_option("--scopes", options->scopes, "Of query, ingest and admin, with commas between; otherwise query");
  create->add_option("--groups", options->groups, "Groups whose documents it may see, with commas between");
  add_password_option(*create, options);
  create->callback(running(context, options, create_in_folder, create_on_server, "Made"));
  CLI::App* password = add("password", "Set a new password, which ends all sessions");
  add_password_option(*password, options);
  password->callback(running(context, options, set_password_in_folder, set_password_on_server, "Set the password of"));
  add("delete", "Delete a user, and end its sessions")
      ->callback(running(context, options, remove_from_folder, remove_on_server, "Deleted"));
  const auto list = running(context, options, list_folder, list_server, "");
  command->add_subcommand("list", "List users by name")->callback(list);
  command->callback([command, list] {
    if (command->get_subcommands().empty()) list();
  });
}

}  // namespace cairn::cli
