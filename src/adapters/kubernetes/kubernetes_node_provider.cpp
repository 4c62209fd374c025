#include "adapters/kubernetes/kubernetes_node_provider.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

namespace cairn {
namespace {

/// One line, without its end.
Result<std::string> read_token(const std::filesystem::path& file) {
  std::string token;
  if (std::ifstream stream(file); !std::getline(stream, token) || token.empty())
    return fail(ErrorKind::unavailable, "cannot read the service account's token from " + file.string() +
                                            " (scaling.kubernetes_token_file): mount it into the pod");
  return token;
}

/// What the API server says in its Status object, shortened.
std::string said_in(const HttpAnswer& answer) {
  constexpr std::size_t most = 300;
  const auto status = nlohmann::json::parse(answer.body, nullptr, false);
  if (!status.is_object() || !status.contains("message") || !status["message"].is_string()) return {};
  return ": " + status["message"].get<std::string>().substr(0, most);
}

}  // namespace

KubernetesNodeProvider::KubernetesNodeProvider(KubernetesOptions options, std::unique_ptr<HttpClient> client,
                                               const Clock& clock)
    : options_(std::move(options)), client_(std::move(client)), clock_(clock) {}

Result<void> KubernetesNodeProvider::provide(const NodeOrder& order) {
  return orders_.pass_on({.count = order.count, .live = {}, .lost = {}}, clock_.monotonic(),
                         [this](const NodeOrder& due) { return send(due.count); });
}

Result<void> KubernetesNodeProvider::send(std::size_t replicas) {
  CAIRN_TRY(const std::string token, read_token(options_.token_file));
  HttpCall call;
  call.method = "PATCH";
  call.url =
      options_.url + "/apis/apps/v1/namespaces/" + options_.space + "/statefulsets/" + options_.stateful_set + "/scale";
  call.body = nlohmann::json{{"spec", {{"replicas", replicas}}}}.dump();
  call.headers = {{"Content-Type", "application/merge-patch+json"},
                  {"Accept", "application/json"},
                  {"Authorization", "Bearer " + token}};
  CAIRN_TRY(const HttpAnswer answer, client_->send(call, CancelToken()));
  if (answer.status == 200) return {};
  std::string message = "the Kubernetes API server answered " + std::to_string(answer.status) + said_in(answer);
  if (answer.status == 403) message += "; let the service account patch statefulsets/scale";
  return fail(ErrorKind::unavailable, std::move(message));
}

}  // namespace cairn
