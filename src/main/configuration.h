#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace cairn {

/// One thing that can be configured. The table of all of them is the only list there is: the TOML file, the
/// environment, `cairn config` and the reference page all follow from it.
struct SettingInfo {
  enum class Type { text, integer, boolean, path };

  std::string section;
  std::string key;
  Type type = Type::text;
  std::string default_value;
  std::string help;
  bool secret = false;  ///< Never printed.

  std::string name() const { return section + "." + key; }
  std::string environment_variable() const;  ///< CAIRN_SECTION_KEY
};

const std::vector<SettingInfo>& known_settings();

/// The table as Markdown, for the reference page.
std::string settings_as_markdown();

/// What is in force: defaults, overridden by one TOML file, overridden by the environment. Immutable after load.
class Configuration {
 public:
  /// Reads `file` when given, and variables through `environment` (returns null for an unset one). Errors: `invalid`
  /// for unknown keys (with the nearest known one), wrong types and unreadable files.
  static Result<Configuration> load(const std::optional<std::filesystem::path>& file,
                                    const std::function<const char*(const std::string&)>& environment);

  const std::string& text(const std::string& name) const;
  std::int64_t integer(const std::string& name) const;
  bool boolean(const std::string& name) const;
  std::filesystem::path path(const std::string& name) const;

  /// TOML of all settings, each with where it comes from; secrets are left out.
  std::string to_toml() const;

 private:
  struct Entry {
    std::string value;
    std::string origin;
  };
  Result<void> read_file(const std::filesystem::path& file);
  Result<void> set(const SettingInfo& info, std::string value, std::string origin);

  std::map<std::string, Entry> entries_;
};

}  // namespace cairn
