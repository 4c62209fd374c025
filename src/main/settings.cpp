#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "main/configuration.h"

namespace cairn {

using Type = SettingInfo::Type;

std::string SettingInfo::environment_variable() const {
  std::string variable = "CAIRN_" + section + "_" + key;
  std::ranges::transform(variable, variable.begin(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return std::isalnum(byte) != 0 ? static_cast<char>(std::toupper(byte)) : '_';
  });
  return variable;
}

namespace {

/// What a store is kept in; these come first.
std::vector<SettingInfo> with_storage(const std::vector<SettingInfo>& others) {
  std::vector<SettingInfo> all = {
      {"store", "data", Type::path, "",
       "Folder that holds everything; empty: $XDG_DATA_HOME/cairn or ~/.local/share/cairn"},
      {"catalog", "kind", Type::text, "sqlite", "sqlite, in the data folder, or postgres, which several nodes share"},
      {"catalog", "url", Type::text, "",
       "PostgreSQL's connection string or URI; better in the environment than in a file", true},
      {"catalog", "schema", Type::text, "cairn", "Schema in PostgreSQL; made when it is missing"},
      {"catalog", "connections", Type::integer, "8", "Connections to PostgreSQL at the same time"},
      {"blobs", "kind", Type::text, "",
       "directory, in the data folder; postgres, beside the catalog; or s3. Empty: directory, with the catalog sqlite"},
      {"blobs", "url", Type::text, "",
       "Address of the S3-compatible store, such as https://s3.eu-central-1.amazonaws.com"},
      {"blobs", "bucket", Type::text, "", "Bucket, which exists already"},
      {"blobs", "prefix", Type::text, "", "Put before each key, such as cairn/"},
      {"blobs", "region", Type::text, "us-east-1", "Region that requests are signed for"},
      {"blobs", "access_key", Type::text, "", "Access key id; empty: requests are not signed"},
      {"blobs", "secret_key", Type::text, "", "Its secret; better in the environment than in a file", true},
      {"blobs", "session_token", Type::text, "", "Token that comes with temporary keys", true},
      {"blobs", "path_style", Type::boolean, "true",
       "Whether the bucket is part of the path; false: of the host's name"},
      {"blobs", "cache", Type::path, "",
       "Folder of this node alone for blobs in use; empty: cache/ in the data folder"},
      {"blobs", "cache_mb", Type::integer, "10000", "How much is kept there"},
      {"cluster", "node", Type::text, "",
       "Name of this node, which no other process on the store may have; empty: made from host and process"},
      {"cluster", "address", Type::text, "",
       "Where other nodes reach this one, such as http://10.0.0.7:8080; empty: where it listens"},
      {"cluster", "secret", Type::text, "",
       "Secret of at least 16 bytes that all nodes share: with it they search together; better in the environment",
       true},
      {"cluster", "replicas", Type::integer, "2", "How many nodes own a segment; the others ask one of them"},
      {"cluster", "share_chunks", Type::integer, "20000",
       "A node searches a part with fewer chunks than this itself, because asking would cost more"},
      {"cluster", "patience_ms", Type::integer, "1000",
       "How long another node may take; then its part is searched by the node that was asked"},
      {"cluster", "notice_seconds", Type::integer, "2",
       "How long a node that is told to end goes on answering, so that other nodes and balancers notice"},
      {"scaling", "provider", Type::text, "none",
       "What starts and stops nodes with the load: none; process, on this machine; webhook; or kubernetes"},
      {"scaling", "minimum", Type::integer, "1", "There are no fewer nodes"},
      {"scaling", "maximum", Type::integer, "3", "There are no more nodes"},
      {"scaling", "queue_seconds", Type::integer, "5", "More nodes when tasks wait longer; 0: not looked at"},
      {"scaling", "cpu_percent", Type::integer, "75",
       "More nodes when their processors are used more, on average; 0: not looked at"},
      {"scaling", "search_ms", Type::integer, "0",
       "More nodes when searches take longer, on average; 0: not looked at"},
      {"scaling", "pause_up_seconds", Type::integer, "5", "How long it waits after a change before there are more"},
      {"scaling", "pause_down_seconds", Type::integer, "60", "How long it waits after one node less for the next"},
      {"scaling", "calm_seconds", Type::integer, "300", "One node less when for so long fewer would have been enough"},
      {"scaling", "webhook_url", Type::text, "", "webhook: address that is told how many nodes there should be"},
      {"scaling", "webhook_secret", Type::text, "",
       "webhook: signs what is sent there; better in the environment than in a file", true},
      {"scaling", "kubernetes_stateful_set", Type::text, "", "kubernetes: name of the StatefulSet that the nodes are"},
      {"scaling", "kubernetes_namespace", Type::text, "", "kubernetes: its namespace; empty: that of this pod"},
      {"scaling", "kubernetes_url", Type::text, "", "kubernetes: the API server; empty: as the pod's environment says"},
      {"scaling", "kubernetes_account", Type::path, "/var/run/secrets/kubernetes.io/serviceaccount",
       "kubernetes: folder with the service account's token, ca.crt and namespace"},
  };
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

}  // namespace

const std::vector<SettingInfo>& known_settings() {
  static const std::vector<SettingInfo> settings = with_storage({
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
       "Origins whose pages may call the API, such as https://wiki.example, separated by spaces"},
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
      {"answers", "generator", Type::text, "extractive",
       "Who answers where a request names nobody: extractive, or one of the generators"},
      {"answers", "generators", Type::text, "",
       "Generators that only the environment describes, separated by spaces; those in the file need no mention"},
      {"answers", "evidence_tokens", Type::integer, "1500", "How much of the documents a language model reads"},
      {"answers", "reply_tokens", Type::integer, "512", "How long its answer may be"},
      {"answers", "unsupported", Type::text, "drop",
       "Sentences of a language model that its citations do not support: drop them, or show them as such"},
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
  });
  return settings;
}

const std::vector<SettingInfo>& generator_settings() {
  static const std::vector<SettingInfo> settings = {
      {"", "kind", Type::text, "",
       "openai: an OpenAI-compatible endpoint; llama: a GGUF file in this process; pool: others; extractive: another "
       "name for quoted sentences"},
      {"", "path", Type::path, "", "llama: the GGUF file"},
      {"", "threads", Type::integer, "0", "llama: threads that compute; 0: one for each processor, at most 8"},
      {"", "base_url", Type::text, "", "openai: base URL, such as http://127.0.0.1:11434/v1"},
      {"", "model", Type::text, "", "openai: model to ask the endpoint for"},
      {"", "api_key", Type::text, "", "openai: key for the endpoint; better in the environment than in a file", true},
      {"", "api_keys", Type::list, "", "openai: several keys, used in turn", true},
      {"", "api_key_file", Type::path, "", "openai: file with one key a line"},
      {"", "allow_private", Type::boolean, "false",
       "openai: whether the endpoint may be in a private network or on loopback"},
      {"", "context_tokens", Type::integer, "0",
       "Prompt and reply together; 0: llama as the file says, at most 8192, openai 8192"},
      {"", "max_concurrent", Type::integer, "0", "Answers at a time, more wait; 0: llama 1, openai 8"},
      {"", "time_limit_seconds", Type::integer, "120", "For one answer of the model, waiting included"},
      {"", "first_byte_seconds", Type::integer, "60", "openai: how long the endpoint may take to begin"},
      {"", "idle_seconds", Type::integer, "30", "openai: how long it may pause within an answer"},
      {"", "price_prompt", Type::decimal, "", "Price of a million prompt tokens, in any currency"},
      {"", "price_cached_prompt", Type::decimal, "", "The same for tokens that were cached; empty: the full price"},
      {"", "price_reply", Type::decimal, "", "Price of a million tokens of the reply"},
      {"", "weight", Type::integer, "1", "Share of a pool's answers, against its other members"},
      {"", "members", Type::list, "", "pool: generators that take turns by weight"},
      {"", "fall_back", Type::list, "", "pool: generators for when no member answers, tried in this order"},
  };
  return settings;
}

std::string settings_as_markdown() {
  std::string out = "| setting | variable | default | meaning |\n|---|---|---|---|\n";
  const auto add = [&](const SettingInfo& info) {
    out += fmt::format("| `{}` | `{}` | {} | {} |\n", info.name(), info.environment_variable(),
                       info.default_value.empty() ? "" : "`" + info.default_value + "`", info.help);
  };
  for (const SettingInfo& info : known_settings()) add(info);
  for (const SettingInfo& info : generator_settings()) add(info.of_generator("NAME"));
  return out;
}

SettingInfo SettingInfo::of_generator(const std::string& generator) const {
  SettingInfo info = *this;
  info.section = "generators." + generator;
  return info;
}

}  // namespace cairn
