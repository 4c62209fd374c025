#pragma once

#include <functional>

#include "api/cli/context.h"
#include "api/cli/remote.h"
#include "app/access_journal.h"

namespace cairn::cli {

/// Keys and users of a folder, opened without its lock: a server may be running on it.
struct AccessFolder {
  AccessStore& store;
  const Crypto& crypto;
  const Clock& clock;
  AccessJournal& journal;
  Principal owner;  ///< Whoever may write the folder; of the tenant that was asked for.
};

/// How a command comes by an object of the API about access, and shows it to people.
struct AccessObject {
  std::string tenant;  ///< Whose keys and users it is about.
  std::function<Result<Json>(AccessFolder&)> local;
  std::function<Result<Json>(RemoteServer&)> remote;
  std::function<void(const Json&)> show;
  bool remote_takes_tenant = false;  ///< Otherwise a server acts for the tenant of the key alone.
};

/// Asks the server where --server names one, else the folder, and prints the object: as it is with --json, else shown.
/// Gives the exit code.
int print_access_object(const Context& context, const AccessObject& object);

/// What stands between commas; empty words are left out.
std::vector<std::string> words_of(const std::string& list);

/// "a, b" of a list of texts.
std::string joined(const Json& list);

/// The text, or nothing for null.
std::string text_of(const Json& value);

}  // namespace cairn::cli
