#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ports/http_client.h"

namespace cairn::testing {

/// Whoever is told by a request how many nodes there should be, and makes it so.
struct Fleet {
  std::size_t count = 0;
  int status = 200;
  std::string reply = "{}";
  bool is_away = false;
  std::vector<HttpCall> calls;
  std::size_t (*read)(const nlohmann::json& body) = nullptr;
};

/// Reaches a fleet, which must outlive it.
class FleetClient final : public HttpClient {
 public:
  explicit FleetClient(Fleet& fleet) : fleet_(fleet) {}

  Result<HttpAnswer> send(const HttpCall& call, const CancelToken&) override {
    fleet_.calls.push_back(call);
    if (fleet_.is_away) return fail(ErrorKind::unavailable, "no answer");
    if (fleet_.status >= 200 && fleet_.status < 300) fleet_.count = fleet_.read(nlohmann::json::parse(call.body));
    return HttpAnswer{.status = fleet_.status, .content_type = "application/json", .body = fleet_.reply};
  }

 private:
  Fleet& fleet_;
};

inline std::size_t nodes_of(const nlohmann::json& body) { return body.at("nodes").get<std::size_t>(); }
inline std::size_t replicas_of(const nlohmann::json& body) { return body.at("spec").at("replicas").get<std::size_t>(); }

inline std::string header(const HttpCall& call, const std::string& name) {
  for (const auto& [key, value] : call.headers)
    if (key == name) return value;
  return {};
}

}  // namespace cairn::testing
