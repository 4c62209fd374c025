#include "adapters/webhook/webhook_node_provider.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/bytes.h"
#include "base/sha256.h"

namespace cairn {
namespace {

nlohmann::json names_of(const std::vector<NodeId>& nodes) {
  nlohmann::json names = nlohmann::json::array();
  for (const NodeId& node : nodes) names.push_back(node.value());
  return names;
}

std::string body_of(const NodeOrder& order) {
  const nlohmann::json body{{"nodes", order.count}, {"live", names_of(order.live)}, {"lost", names_of(order.lost)}};
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

WebhookNodeProvider::WebhookNodeProvider(WebhookOptions options, std::unique_ptr<HttpClient> client,
                                         const Crypto& crypto, const Clock& clock)
    : options_(std::move(options)), client_(std::move(client)), crypto_(crypto), clock_(clock) {}

Result<void> WebhookNodeProvider::provide(const NodeOrder& order) {
  return orders_.pass_on(order, clock_.monotonic(), [this](const NodeOrder& due) { return send(due); });
}

Result<void> WebhookNodeProvider::send(const NodeOrder& order) {
  HttpCall call;
  call.method = "POST";
  call.url = options_.url;
  call.body = body_of(order);
  call.headers = {{"Content-Type", "application/json"}};
  if (!options_.secret.empty()) {
    const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now());
    const std::string time = std::to_string(now.time_since_epoch().count());
    const std::string mac = crypto_.hmac_sha256(options_.secret, time + "." + call.body);
    call.headers.emplace_back("Cairn-Time", time);
    call.headers.emplace_back("Cairn-Signature", "sha256=" + to_hex(as_bytes(mac)));
  }
  CAIRN_TRY(const HttpAnswer answer, client_->send(call, CancelToken()));
  if (answer.status >= 200 && answer.status < 300) return {};
  return fail(ErrorKind::unavailable, "scaling.webhook_url answered " + std::to_string(answer.status) +
                                          " to how many nodes there should be: look there for the reason");
}

}  // namespace cairn
