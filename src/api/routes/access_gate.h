#pragma once

#include <cstdint>

#include "api/routes/application.h"
#include "app/access_control.h"

namespace cairn::routes {

/// Lets callers in by what their headers say, at most as often as their key may ask, and writes into the audit log what
/// they changed. Any thread; never blocks.
class AccessGate final : public Gate {
 public:
  /// `access` must outlive this. `open_requests_per_minute`: how often one address may ask routes that are open to all
  /// and cost something (logging in); 0: no limit.
  AccessGate(AccessControl& access, std::uint32_t open_requests_per_minute)
      : access_(access), open_requests_per_minute_(open_requests_per_minute) {}

  Result<Principal> enter(const http::Request& request, const Route& route) override;
  Result<void> enter_open(const http::Request& request, const Route& route) override;
  void ended(const http::Request& request, int status) override;

 private:
  AccessControl& access_;
  std::uint32_t open_requests_per_minute_;
};

}  // namespace cairn::routes
