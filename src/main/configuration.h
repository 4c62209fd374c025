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
  enum class Type { text, integer, boolean, path, decimal, list };  // A list: words separated by spaces.

  std::string section;
  std::string key;
  Type type = Type::text;
  std::string default_value;
  std::string help;
  bool secret = false;  ///< Never printed.

  std::string name() const { return section + "." + key; }
  std::string environment_variable() const;  ///< CAIRN_SECTION_KEY
  SettingInfo of_generator(const std::string& generator) const;
};

const std::vector<SettingInfo>& known_settings();

/// What each section [generators.NAME] may hold; their `section` is empty, see of_generator.
const std::vector<SettingInfo>& generator_settings();

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
  std::vector<std::string> list(const std::string& name) const;
  std::optional<double> decimal(const std::string& name) const;  ///< Absent when empty.

  /// Those of the file by name, then those that only the environment describes. Their settings are read as
  /// `generators.NAME.key`.
  const std::vector<std::string>& generators() const { return generators_; }

  /// Every value that must not be printed.
  std::vector<std::string> secrets() const;

  /// TOML of all settings, each with where it comes from; secrets are left out.
  std::string to_toml() const;

 private:
  struct Entry {
    std::string value;
    std::string origin;
  };
  Result<void> read_file(const std::filesystem::path& file);
  template <class Table>  // Of the TOML library, whose headers stay in the implementation.
  Result<void> read_section(const std::string& section, const Table& keys, const std::string& origin);
  Result<void> add_generator(const std::string& name, const std::string& origin);
  Result<void> set(const SettingInfo& info, std::string value, std::string origin);
  const SettingInfo* find(const std::string& name) const;
  std::string nearest(const std::string& name) const;

  std::vector<SettingInfo> settings_;  ///< The known ones, then those of each generator.
  std::vector<std::string> generators_;
  std::map<std::string, Entry> entries_;
};

}  // namespace cairn
