#include "main/open_scaling.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string_view>
#include <utility>

#include "adapters/http_client/curl_http_client.h"
#include "adapters/kubernetes/kubernetes_node_provider.h"
#include "adapters/local_nodes/local_node_provider.h"
#include "adapters/webhook/webhook_node_provider.h"

namespace cairn {
namespace {

constexpr std::chrono::seconds patience{5};  // With whoever starts nodes for us: the lease must not run out meanwhile.
constexpr std::chrono::seconds stop_margin{30};  // For what a node does beside waiting when it ends.

std::unexpected<Error> wrong(std::string message) { return fail(ErrorKind::invalid, std::move(message)); }

/// This process's environment with other values for some names.
std::vector<std::string> environment_with(const std::vector<std::pair<std::string, std::string>>& values) {
  std::vector<std::string> all;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const auto is_replaced = [&](const auto& value) { return text.starts_with(value.first + "="); };
    if (std::ranges::none_of(values, is_replaced)) all.emplace_back(text);
  }
  for (const auto& [name, value] : values) all.push_back(name + "=" + value);
  return all;
}

/// What a node that this one starts must not take over from it: what is its own, and that it decides.
std::vector<std::string> child_environment(const NodeId& node) {
  return environment_with({{"CAIRN_CLUSTER_NODE", node.value()},
                           {"CAIRN_CLUSTER_ADDRESS", ""},
                           {"CAIRN_BLOBS_CACHE", ""},
                           {"CAIRN_SCALING_PROVIDER", "none"}});
}

Result<std::unique_ptr<NodeProvider>> open_processes(const Configuration& configuration, const ScalingContext& context,
                                                     const Clock& clock) {
  if (configuration.text("blobs.kind") == "directory")
    return wrong(
        "scaling.provider is process, and blobs.kind is directory: other nodes would not find the blobs; use "
        "postgres or s3");
  LocalNodeOptions options;
  options.program = std::filesystem::read_symlink("/proc/self/exe");
  options.folder = std::filesystem::absolute(context.folder) / "nodes";
  options.name = context.node.value();
  options.arguments = [context](const std::filesystem::path& folder) {
    const bool is_v6 = context.host.find(':') != std::string::npos;
    std::vector<std::string> arguments{"serve", "--data", folder.string(), "--listen",
                                       (is_v6 ? "[" + context.host + "]" : context.host) + ":0"};
    if (context.config) arguments.insert(arguments.end(), {"--config", std::filesystem::absolute(*context.config)});
    return arguments;
  };
  options.environment = child_environment;
  options.stop_patience = std::chrono::seconds(configuration.integer("cluster.notice_seconds") +
                                               configuration.integer("server.drain_seconds")) +
                          stop_margin;
  return std::make_unique<LocalNodeProvider>(std::move(options), clock);
}

Result<std::unique_ptr<NodeProvider>> open_webhook(const Configuration& configuration, const Crypto& crypto,
                                                   const Clock& clock) {
  WebhookOptions options{.url = configuration.text("scaling.webhook_url"),
                         .secret = configuration.text("scaling.webhook_secret")};
  if (!options.url.starts_with("http://") && !options.url.starts_with("https://"))
    return wrong("scaling.provider is webhook: say in scaling.webhook_url which http or https address to tell");
  return std::make_unique<WebhookNodeProvider>(
      std::move(options), make_curl_http_client({.ca_file = {}, .total_timeout = patience}), crypto, clock);
}

/// https://10.0.0.1:443, as Kubernetes tells every pod; empty outside of one.
std::string api_server_of_this_pod() {
  const char* host = std::getenv("KUBERNETES_SERVICE_HOST");
  const char* port = std::getenv("KUBERNETES_SERVICE_PORT");
  if (host == nullptr || *host == '\0') return {};
  const bool is_v6 = std::string_view(host).find(':') != std::string_view::npos;
  return fmt::format("https://{}{}{}:{}", is_v6 ? "[" : "", host, is_v6 ? "]" : "", port == nullptr ? "443" : port);
}

std::string first_line(const std::filesystem::path& file) {
  std::string line;
  std::ifstream stream(file);
  std::getline(stream, line);
  return line;
}

/// What may stand in a path without meaning anything there.
bool is_kubernetes_name(const std::string& name) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
  return !name.empty() && name.size() <= 253 && std::ranges::all_of(name, fits);
}

Result<std::unique_ptr<NodeProvider>> open_kubernetes(const Configuration& configuration, const Clock& clock) {
  const std::filesystem::path account = configuration.path("scaling.kubernetes_account");
  KubernetesOptions options;
  options.url = configuration.text("scaling.kubernetes_url");
  if (options.url.empty()) options.url = api_server_of_this_pod();
  while (options.url.ends_with('/')) options.url.pop_back();
  options.space = configuration.text("scaling.kubernetes_namespace");
  if (options.space.empty()) options.space = first_line(account / "namespace");
  options.stateful_set = configuration.text("scaling.kubernetes_stateful_set");
  options.token_file = account / "token";
  if (options.url.empty())
    return wrong(
        "scaling.provider is kubernetes, and this is no pod: say in scaling.kubernetes_url where the API "
        "server is");
  if (!is_kubernetes_name(options.space))
    return wrong(
        "scaling.provider is kubernetes: say in scaling.kubernetes_namespace which namespace the nodes are in");
  if (!is_kubernetes_name(options.stateful_set))
    return wrong(
        "scaling.provider is kubernetes: say in scaling.kubernetes_stateful_set which StatefulSet the nodes "
        "are");
  std::filesystem::path authority = account / "ca.crt";
  std::error_code ignored;
  if (!std::filesystem::exists(authority, ignored)) authority.clear();
  return std::make_unique<KubernetesNodeProvider>(
      std::move(options), make_curl_http_client({.ca_file = authority, .total_timeout = patience}), clock);
}

}  // namespace

Result<ScalingSettings> scaling_settings(const Configuration& configuration) {
  const auto number = [&](const char* name) { return configuration.integer(std::string("scaling.") + name); };
  const auto time = [&](const char* name) { return std::chrono::seconds(number(name)); };
  ScalingSettings settings;
  settings.minimum = static_cast<std::size_t>(number("minimum"));
  settings.maximum = static_cast<std::size_t>(number("maximum"));
  settings.queue_wait = time("queue_seconds");
  settings.cpu_percent = static_cast<double>(number("cpu_percent"));
  settings.search_ms = static_cast<double>(number("search_ms"));
  settings.pause_up = time("pause_up_seconds");
  settings.pause_down = time("pause_down_seconds");
  settings.calm = time("calm_seconds");
  constexpr std::size_t most = 1'000;
  if (settings.minimum < 1 || settings.maximum < settings.minimum || settings.maximum > most)
    return wrong(
        fmt::format("scaling.minimum is {} and scaling.maximum {}: they must be 1 to {}, and the maximum no "
                    "less than the minimum",
                    settings.minimum, settings.maximum, most));
  return settings;
}

Result<std::unique_ptr<NodeProvider>> open_node_provider(const Configuration& configuration,
                                                         const ScalingContext& context, const Crypto& crypto,
                                                         const Clock& clock) {
  const std::string& kind = configuration.text("scaling.provider");
  if (kind == "none") return nullptr;
  if (kind != "process" && kind != "webhook" && kind != "kubernetes")
    return wrong("scaling.provider is \"" + kind + "\"; write none, process, webhook or kubernetes");
  if (!context.is_shared)
    return wrong("scaling.provider is " + kind + ", and catalog.kind is sqlite: several nodes need one in PostgreSQL");
  if (kind == "process") return open_processes(configuration, context, clock);
  if (kind == "webhook") return open_webhook(configuration, crypto, clock);
  return open_kubernetes(configuration, clock);
}

}  // namespace cairn
