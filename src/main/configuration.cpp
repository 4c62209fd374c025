#include "main/configuration.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
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

std::string nearest_setting(const std::string& name) {
  const auto best = std::ranges::min_element(known_settings(), {},
                                             [&](const SettingInfo& info) { return distance(name, info.name()); });
  return best->name();
}

const SettingInfo* find_setting(const std::string& name) {
  const auto found = std::ranges::find(known_settings(), name, &SettingInfo::name);
  return found == known_settings().end() ? nullptr : &*found;
}

std::string node_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
  if (const auto* boolean = node.as_boolean()) return boolean->get() ? "true" : "false";
  return {};
}

bool is_bare(Type type) { return type == Type::integer || type == Type::boolean; }

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

std::string SettingInfo::environment_variable() const {
  std::string variable = "CAIRN_" + section + "_" + key;
  std::ranges::transform(variable, variable.begin(),
                         [](char c) { return static_cast<char>(std::toupper(static_cast<unsigned char>(c))); });
  return variable;
}

const std::vector<SettingInfo>& known_settings() {
  static const std::vector<SettingInfo> settings = {
      {"store", "data", Type::path, "",
       "Folder that holds everything; empty: $XDG_DATA_HOME/cairn or ~/.local/share/cairn"},
      {"models", "folder", Type::path, "", "Folder with *.cairnmodel files; empty: models/ beside the program"},
      {"models", "default", Type::text, "bge-small-en-v1.5", "Embedding model for languages that no model names"},
      {"ingest", "threads", Type::integer, "0", "Worker threads; 0: one for each processor"},
      {"server", "listen", Type::text, "127.0.0.1:8080", "Address and port of cairn serve; port 0: any free one"},
      {"server", "certificate", Type::path, "", "TLS certificate chain (PEM); with private_key: HTTPS"},
      {"server", "private_key", Type::path, "", "Its private key (PEM)"},
      {"server", "max_body_mb", Type::integer, "64", "Larger JSON bodies are refused"},
      {"server", "max_upload_mb", Type::integer, "6000", "Larger uploads are refused, all their files together"},
      {"server", "max_connections", Type::integer, "16384", "More are turned away"},
      {"server", "header_timeout_seconds", Type::integer, "10", "Time a client may take to send a request's head"},
      {"server", "body_timeout_seconds", Type::integer, "30", "Time without a byte of progress in a body"},
      {"server", "drain_seconds", Type::integer, "20", "Time that requests under way get when the server stops"},
      {"server", "wait_seconds", Type::integer, "300", "How long an upload with ?wait=true waits for its documents"},
      {"server", "cors_origins", Type::text, "",
       "Origins whose pages may call the API, separated by spaces; '*' for any"},
      {"server", "threads", Type::integer, "0", "Threads that answer requests; 0: by the number of processors"},
      {"access", "token_algorithm", Type::text, "eddsa",
       "How access tokens are signed: eddsa, with a key that the store makes, or hs256, with token_secret"},
      {"access", "token_secret", Type::text, "",
       "Secret of at least 32 bytes for hs256; better in the environment than in a file", true},
      {"client", "key", Type::text, "", "API key for --server; better in the environment than in a file", true},
      {"client", "key_file", Type::path, "", "File that holds the API key for --server"},
      {"extract", "program", Type::path, "", "The extraction program; empty: cairn-extract beside the program"},
      {"extract", "max_content_mb", Type::integer, "100", "Larger files are refused"},
      {"extract", "max_text_mb", Type::integer, "20", "Documents with more canonical text than this are refused"},
      {"extract", "timeout_seconds", Type::integer, "60", "Time one document may take to extract"},
      {"extract", "max_memory_mb", Type::integer, "1000", "Address space of the extraction program"},
      {"extract", "max_expanded_mb", Type::integer, "200", "Packages that unpack to more are refused"},
      {"extract", "max_expansion_ratio", Type::integer, "200",
       "Packages that unpack to more than so many times their size are refused"},
      {"embeddings", "url", Type::text, "",
       "Base URL of an OpenAI-compatible endpoint, such as http://127.0.0.1:8080/v1; empty: none"},
      {"embeddings", "model", Type::text, "", "Model to ask the endpoint for"},
      {"embeddings", "dimensions", Type::integer, "0", "Dimensions of its vectors"},
      {"embeddings", "max_tokens", Type::integer, "512", "Tokens that it reads of one text"},
      {"embeddings", "query_prefix", Type::text, "", "Put before queries"},
      {"embeddings", "api_key", Type::text, "", "Key for the endpoint; better in the environment than in a file", true},
      {"embeddings", "allow_private", Type::boolean, "false",
       "Whether the endpoint may be in a private network or on loopback"},
      {"log", "level", Type::text, "info", "What is logged: debug, info, warning, error or off"},
      {"log", "format", Type::text, "auto", "json, text, or auto: text on a terminal and JSON elsewhere"},
      {"telemetry", "slow_request_ms", Type::integer, "1000",
       "Requests that take longer are logged with the time of their stages, and their traces are always sent"},
      {"telemetry", "slow_task_seconds", Type::integer, "60", "The same for tasks, without their time in the queue"},
      {"telemetry", "otlp_endpoint", Type::text, "",
       "OpenTelemetry collector that gets traces (OTLP over HTTP), such as http://127.0.0.1:4318; empty: none"},
      {"telemetry", "otlp_headers", Type::text, "",
       "Headers to send there, as name=value, separated by commas; better in the environment than in a file", true},
      {"telemetry", "sample_percent", Type::integer, "10",
       "Share of traces that are sent; slow and failed ones always are"},
  };
  return settings;
}

std::string settings_as_markdown() {
  std::string out = "| setting | variable | default | meaning |\n|---|---|---|---|\n";
  for (const SettingInfo& info : known_settings())
    out += fmt::format("| `{}` | `{}` | {} | {} |\n", info.name(), info.environment_variable(),
                       info.default_value.empty() ? "" : "`" + info.default_value + "`", info.help);
  return out;
}

Result<Configuration> Configuration::load(const std::optional<std::filesystem::path>& file,
                                          const std::function<const char*(const std::string&)>& environment) {
  Configuration configuration;
  for (const SettingInfo& info : known_settings())
    configuration.entries_[info.name()] = {info.default_value, "default"};
  if (file) CAIRN_CHECK(configuration.read_file(*file));
  for (const SettingInfo& info : known_settings()) {
    const std::string variable = info.environment_variable();
    if (const char* value = environment(variable)) CAIRN_CHECK(configuration.set(info, value, variable));
  }
  return configuration;
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
    for (const auto& [key, node] : *keys) {
      const std::string name = fmt::format("{}.{}", section.str(), key.str());
      const SettingInfo* info = find_setting(name);
      if (info == nullptr)
        return fail(ErrorKind::invalid, fmt::format("{}: there is no setting {}; did you mean {}?", file.string(), name,
                                                    nearest_setting(name)));
      const bool is_scalar = node.is_string() || node.is_integer() || node.is_boolean();
      if (!is_scalar || node.is_string() == is_bare(info->type))
        return fail(ErrorKind::invalid,
                    fmt::format("{}: {} must be {}", file.string(), name,
                                is_bare(info->type) ? "a bare number or boolean" : "a string in quotes"));
      CAIRN_CHECK(set(*info, node_text(node), file.string()));
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

std::string Configuration::to_toml() const {
  std::string out, section;
  for (const SettingInfo& info : known_settings()) {
    if (info.section != section) out += fmt::format("{}[{}]\n", section.empty() ? "" : "\n", info.section);
    section = info.section;
    const Entry& entry = entries_.at(info.name());
    if (info.secret) {
      out += fmt::format("# {} is {} ({})\n", info.key, entry.value.empty() ? "not set" : "set", entry.origin);
      continue;
    }
    const std::string value = is_bare(info.type) ? entry.value : quoted(entry.value);
    out += fmt::format("{} = {}  # {}; {}\n", info.key, value, entry.origin, info.help);
  }
  return out;
}

}  // namespace cairn
