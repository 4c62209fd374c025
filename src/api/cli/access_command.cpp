#include "api/cli/access_command.h"

#include <sstream>

namespace cairn::cli {
namespace {

Result<Json> ask_folder(const Context& context, const AccessObject& object) {
  CAIRN_TRY(const auto folder, context.platform.open_access(context.data, context.config));
  AccessJournal journal(folder->store(), folder->clock(), {});
  Principal owner;
  if (!object.tenant.empty()) {
    CAIRN_CHECK(check_account_name("tenant", object.tenant));
    owner.tenant = TenantId(object.tenant);
  }
  AccessFolder access{folder->store(), folder->crypto(), folder->clock(), journal, std::move(owner)};
  return object.local(access);
}

}  // namespace

int print_access_object(const Context& context, const AccessObject& object) {
  const auto show = [&](const Json& json) {
    if (context.json) context.terminal.print_line(dump(json));
    else object.show(json);
    return exit_done;
  };
  if (context.server && !object.tenant.empty() && !object.remote_takes_tenant)
    return report(context,
                  Error{ErrorKind::invalid,
                        "a server acts for the tenant of its caller's key: leave --tenant out and use a key of "
                        "the tenant '" +
                            object.tenant + "', or work on the folder with --data"});
  if (context.server)
    return with_server(context, [&](RemoteServer& server) -> Result<int> {
      CAIRN_TRY(const Json json, object.remote(server));
      return show(json);
    });
  const auto json = ask_folder(context, object);
  return json ? show(*json) : report(context, json.error());
}

std::vector<std::string> words_of(const std::string& list) {
  std::vector<std::string> words;
  std::istringstream stream(list);
  for (std::string word; std::getline(stream, word, ',');)
    if (!word.empty()) words.push_back(word);
  return words;
}

std::string joined(const Json& list) {
  std::string out;
  for (const Json& item : list) out += (out.empty() ? "" : ", ") + item.get<std::string>();
  return out;
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : std::string(); }

}  // namespace cairn::cli
