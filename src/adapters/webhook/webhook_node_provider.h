#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "ports/crypto.h"
#include "ports/http_client.h"
#include "ports/node_provider.h"
#include "ports/paced_orders.h"

namespace cairn {

struct WebhookOptions {
  std::string url;
  std::string secret;  ///< Signs what is sent; empty: it is not signed.
};

/// POSTs {"nodes", "live", "lost"} whenever that changes, and once a minute. With a secret, `Cairn-Time` says when (in
/// seconds since 1970) and `Cairn-Signature` is `sha256=` and the HMAC-SHA-256 of time, a dot and the body, in
/// hexadecimal digits. Any status of 200 to 299 is an acknowledgement; else it is tried again.
class WebhookNodeProvider final : public NodeProvider {
 public:
  /// The references must outlive it.
  WebhookNodeProvider(WebhookOptions options, std::unique_ptr<HttpClient> client, const Crypto& crypto,
                      const Clock& clock);

  std::string name() const override { return "webhook"; }
  Result<void> provide(const NodeOrder& order) override;
  std::vector<NodeId> running() override { return {}; }

 private:
  Result<void> send(const NodeOrder& order);

  const WebhookOptions options_;
  const std::unique_ptr<HttpClient> client_;
  const Crypto& crypto_;
  const Clock& clock_;
  PacedOrders orders_;
};

}  // namespace cairn
