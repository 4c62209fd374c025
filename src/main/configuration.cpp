#include "main/configuration.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <numeric>
#include <sstream>
#include <stdexcept>

#include <toml++/toml.h>

namespace cairn {
namespace {

using Type = SettingInfo::Type;

std::optional<std::int64_t> parse_integer(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Levenshtein distance, to suggest the key that was probably meant.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

std::optional<double> parse_decimal(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

bool is_bare(Type type) { return type == Type::integer || type == Type::boolean || type == Type::decimal; }

/// The value as it would stand in the environment, or nothing when it is not of the type.
std::optional<std::string> node_text(const toml::node& node, Type type) {
  if (const auto* text = node.as_string(); text != nullptr && !is_bare(type)) return text->get();
  if (const auto* integer = node.as_integer(); integer != nullptr && is_bare(type))
    return std::to_string(integer->get());
  if (const auto* boolean = node.as_boolean(); boolean != nullptr && is_bare(type))
    return boolean->get() ? "true" : "false";
  if (const auto* number = node.as_floating_point(); number != nullptr && type == Type::decimal)
    return fmt::format("{}", number->get());
  const auto* array = type == Type::list ? node.as_array() : nullptr;
  if (array == nullptr) return std::nullopt;
  std::string words;
  for (const toml::node& element : *array) {
    const auto* word = element.as_string();
    if (word == nullptr || word->get().find(' ') != std::string::npos) return std::nullopt;
    words += (words.empty() ? "" : " ") + word->get();
  }
  return words;
}

const char* wanted_form(Type type) {
  if (type == Type::list) return "a list of strings without spaces, such as [\"a\", \"b\"]";
  return is_bare(type) ? "a bare number or boolean" : "a string in quotes";
}

/// A TOML basic string.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    else out += c;
  }
  return out + "\"";
}

}  // namespace

Result<Configuration> Configuration::load(const std::optional<std::filesystem::path>& file,
                                          const std::function<const char*(const std::string&)>& environment) {
  Configuration configuration;
  configuration.settings_ = known_settings();
  for (const SettingInfo& info : known_settings())
    configuration.entries_[info.name()] = {info.default_value, "default"};
  if (file) CAIRN_CHECK(configuration.read_file(*file));
  const auto override_from = [&](std::size_t first) -> Result<void> {
    for (std::size_t i = first; i < configuration.settings_.size(); ++i) {
      const std::string variable = configuration.settings_[i].environment_variable();
      if (const char* value = environment(variable))
        CAIRN_CHECK(configuration.set(configuration.settings_[i], value, variable));
    }
    return {};
  };
  CAIRN_CHECK(override_from(0));
  const std::size_t before = configuration.settings_.size();
  for (const std::string& name : configuration.list("answers.generators"))
    if (std::ranges::find(configuration.generators_, name) == configuration.generators_.end())
      CAIRN_CHECK(configuration.add_generator(name, "answers.generators"));
  CAIRN_CHECK(override_from(before));
  return configuration;
}

Result<void> Configuration::add_generator(const std::string& name, const std::string& origin) {
  const auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.'; };
  if (name.empty() || name.size() > 64 || !std::ranges::all_of(name, fits) || name == "extractive")
    return fail(ErrorKind::invalid,
                fmt::format("{}: '{}' cannot name a generator: use letters, digits, '-', '_' and '.', and not the word "
                            "extractive, which always means answers of quoted sentences",
                            origin, name));
  for (const SettingInfo& general : generator_settings()) {
    const SettingInfo info = general.of_generator(name);
    const auto same = [&](const SettingInfo& other) {
      return other.environment_variable() == info.environment_variable();
    };
    if (const auto other = std::ranges::find_if(settings_, same); other != settings_.end())
      return fail(ErrorKind::invalid, fmt::format("{}: {} and {} would share the variable {}; rename one", origin,
                                                  other->name(), info.name(), info.environment_variable()));
    entries_[info.name()] = {info.default_value, "default"};
    settings_.push_back(info);
  }
  generators_.push_back(name);
  return {};
}

const SettingInfo* Configuration::find(const std::string& name) const {
  const auto found = std::ranges::find(settings_, name, &SettingInfo::name);
  return found == settings_.end() ? nullptr : &*found;
}

std::string Configuration::nearest(const std::string& name) const {
  return std::ranges::min_element(settings_, {}, [&](const SettingInfo& info) { return distance(name, info.name()); })
      ->name();
}

template <class Table>
Result<void> Configuration::read_section(const std::string& section, const Table& keys, const std::string& origin) {
  for (const auto& [key, node] : keys) {
    const std::string name = fmt::format("{}.{}", section, key.str());
    const SettingInfo* info = find(name);
    if (info == nullptr)
      return fail(ErrorKind::invalid,
                  fmt::format("{}: there is no setting {}; did you mean {}?", origin, name, nearest(name)));
    auto value = node_text(node, info->type);
    if (!value)
      return fail(ErrorKind::invalid, fmt::format("{}: {} must be {}", origin, name, wanted_form(info->type)));
    CAIRN_CHECK(set(*info, *std::move(value), origin));
  }
  return {};
}

Result<void> Configuration::read_file(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream)
    return fail(ErrorKind::invalid,
                fmt::format("cannot read the configuration file {}: check the path", file.string()));
  toml::table table;
  try {
    table = toml::parse(stream, file.string());
  } catch (const toml::parse_error& error) {
    return fail(ErrorKind::invalid,
                fmt::format("{}:{}: {}", file.string(), error.source().begin.line, error.description()));
  }
  for (const auto& [section, content] : table) {
    const toml::table* keys = content.as_table();
    if (keys == nullptr)
      return fail(ErrorKind::invalid,
                  fmt::format("{}: '{}' must be a section, such as [store]", file.string(), section.str()));
    if (section.str() != "generators") {
      CAIRN_CHECK(read_section(std::string(section.str()), *keys, file.string()));
      continue;
    }
    for (const auto& [name, generator] : *keys) {
      if (!generator.is_table())
        return fail(ErrorKind::invalid,
                    fmt::format("{}: generators.{} must be a section of its own, such as [generators.mine]",
                                file.string(), name.str()));
      CAIRN_CHECK(add_generator(std::string(name.str()), file.string()));
      CAIRN_CHECK(read_section(fmt::format("generators.{}", name.str()), *generator.as_table(), file.string()));
    }
  }
  return {};
}

Result<void> Configuration::set(const SettingInfo& info, std::string value, std::string origin) {
  if (info.type == Type::integer) {
    const auto number = parse_integer(value);
    if (!number || *number < 0)
      return fail(ErrorKind::invalid,
                  fmt::format("{}: {} must be a whole number, not '{}'", origin, info.name(), value));
  }
  if (info.type == Type::decimal && !value.empty()) {
    const auto number = parse_decimal(value);
    if (!number || *number < 0)
      return fail(ErrorKind::invalid, fmt::format("{}: {} must be a number, not '{}'", origin, info.name(), value));
  }
  if (info.type == Type::boolean && value != "true" && value != "false")
    return fail(ErrorKind::invalid, fmt::format("{}: {} must be true or false, not '{}'", origin, info.name(), value));
  entries_[info.name()] = {std::move(value), std::move(origin)};
  return {};
}

const std::string& Configuration::text(const std::string& name) const { return entries_.at(name).value; }

std::int64_t Configuration::integer(const std::string& name) const {
  const auto value = parse_integer(text(name));
  if (!value) throw std::logic_error(name + " is not an integer setting");
  return *value;
}

bool Configuration::boolean(const std::string& name) const { return text(name) == "true"; }

std::filesystem::path Configuration::path(const std::string& name) const { return text(name); }

std::optional<double> Configuration::decimal(const std::string& name) const { return parse_decimal(text(name)); }

std::vector<std::string> Configuration::list(const std::string& name) const {
  std::istringstream words(text(name));
  return {std::istream_iterator<std::string>(words), {}};
}

std::vector<std::string> Configuration::secrets() const {
  std::vector<std::string> secrets;
  for (const SettingInfo& info : settings_) {
    if (!info.secret) continue;
    if (info.type == Type::list) std::ranges::move(list(info.name()), std::back_inserter(secrets));
    else if (!text(info.name()).empty()) secrets.push_back(text(info.name()));
  }
  return secrets;
}

std::string Configuration::to_toml() const {
  std::string out, section;
  for (const SettingInfo& info : settings_) {
    if (info.section != section) out += fmt::format("{}[{}]\n", section.empty() ? "" : "\n", info.section);
    section = info.section;
    const Entry& entry = entries_.at(info.name());
    if (info.secret) {
      out += fmt::format("# {} is {} ({})\n", info.key, entry.value.empty() ? "not set" : "set", entry.origin);
      continue;
    }
    if (info.type == Type::decimal && entry.value.empty()) continue;
    const std::string value = is_bare(info.type) ? entry.value : quoted(entry.value);
    out += fmt::format("{} = {}  # {}; {}\n", info.key, value, entry.origin, info.help);
  }
  return out;
}

}  // namespace cairn
