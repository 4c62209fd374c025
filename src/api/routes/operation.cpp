#include "api/routes/operation.h"

#include <utility>

#include "api/json/shape.h"

namespace cairn::routes {
namespace {

struct CheckOutcome {
  std::string name;
  bool ok = true;
  std::string detail;
};

struct Readiness {
  bool ready = true;
  std::vector<CheckOutcome> checks;
};

struct Health {
  std::string status = "ok";
};

const Shape<Readiness>& readiness_shape() {
  static const auto check = ObjectShape<CheckOutcome>("ReadinessCheck", "One thing that must work.")
                                .required("name", &CheckOutcome::name, shape::text(), "")
                                .required("ok", &CheckOutcome::ok, shape::boolean(), "")
                                .required("detail", &CheckOutcome::detail, shape::text_or_null(), "What is wrong.")
                                .done();
  static const auto made = ObjectShape<Readiness>("Readiness", "Whether this server can do its work.")
                               .required("ready", &Readiness::ready, shape::boolean(), "")
                               .required("checks", &Readiness::checks, shape::list(check), "")
                               .done();
  return made;
}

const Shape<Health>& health_shape() {
  static const auto made = ObjectShape<Health>("Health", "The process answers.")
                               .required("status", &Health::status, shape::text(), "ok")
                               .done();
  return made;
}

Readiness look(const std::vector<ReadinessCheck>& checks) {
  Readiness readiness;
  for (const ReadinessCheck& check : checks) {
    const auto outcome = check.run();
    readiness.ready = readiness.ready && outcome.has_value();
    readiness.checks.push_back({check.name, outcome.has_value(), outcome ? "" : outcome.error().message});
  }
  return readiness;
}

}  // namespace

std::vector<ReadinessCheck> store_checks(const Services& services) {
  const auto catalog = [&services]() -> Result<void> {
    CAIRN_CHECK(services.catalog.setting("readiness"));
    return {};
  };
  const auto blobs = [&services]() -> Result<void> {
    CAIRN_TRY(const auto writer, services.blobs.create());
    return writer->append(as_bytes("ready?"));  // Dropped unfinished: nothing of it stays.
  };
  const auto models = [&services]() -> Result<void> {
    if (!services.embedders.models().empty()) return {};
    return fail(ErrorKind::unavailable, "there is no embedding model: put one into the models folder");
  };
  return {{"catalog", catalog}, {"blobs", blobs}, {"models", models}};
}

void add_health(RouteTable& table, std::vector<ReadinessCheck> checks) {
  table.add({.method = "GET",
             .path = "/healthz",
             .access = Access::open,
             .id = "get_health",
             .tag = "Operation",
             .summary = "Whether the process answers",
             .replies = {answers(200, health_shape(), "It does.")},
             .handle = [](Call&) -> Result<http::Response> { return json_response(200, health_shape(), {}); }});
  table.add({.method = "GET",
             .path = "/readyz",
             .access = Access::open,
             .id = "get_readiness",
             .tag = "Operation",
             .summary = "Whether the server can do its work",
             .replies = {answers(200, readiness_shape(), "It can."), answers(503, readiness_shape(), "It cannot.")},
             .handle = [checks = std::move(checks)](Call&) -> Result<http::Response> {
               const Readiness readiness = look(checks);
               return json_response(readiness.ready ? 200 : 503, readiness_shape(), readiness);
             }});
}

void add_metrics(RouteTable& table, std::function<std::string()> text) {
  table.add({.method = "GET",
             .path = "/metrics",
             .access = Access::operation,
             .id = "get_metrics",
             .tag = "Operation",
             .summary = "Metrics in the text format of Prometheus",
             .replies = {{.status = 200, .description = "Metrics.", .media_type = "text/plain"}},
             .handle = [text = std::move(text)](Call&) -> Result<http::Response> {
               http::Response response;
               response.content_type = "text/plain; version=0.0.4; charset=utf-8";
               response.body = text();
               return response;
             }});
}

}  // namespace cairn::routes
