#include "api/routes/peers.h"

#include <utility>

#include "api/routes/problem.h"
#include "app/part_wire.h"
#include "app/share_search.h"
#include "base/sha256.h"

namespace cairn::routes {
namespace {

constexpr std::uint64_t most_bytes = 4 << 20;

/// Compares hashes, so that the time it takes says nothing about the secret.
Result<void> check_secret(const http::Request& request, const std::string& secret) {
  const std::string shown(request.headers.get("Authorization"));
  if (Sha256::of(as_bytes(shown)) == Sha256::of(as_bytes("Bearer " + secret))) return {};
  return fail(ErrorKind::unauthenticated, "this is for the other nodes: give all of them the same cluster.secret");
}

/// Collects a request of another node and answers it.
class PartSink final : public http::BodySink {
 public:
  explicit PartSink(const Searcher& searcher) : searcher_(searcher) {}

  Result<void> take(std::string_view bytes) override {
    body_.append(bytes);
    return {};
  }

  http::Response finish(http::Request& request) override {
    auto found = answer(request);
    if (!found) return problem_response(request, 0, found.error());
    http::Response response;
    response.content_type = part_media_type;
    response.body = std::move(*found);
    return response;
  }

 private:
  Result<std::string> answer(const http::Request& request) const {
    CAIRN_TRY(const PartRequest wanted, request_from_wire(body_));
    CAIRN_TRY(const PartFound found, searcher_.find_part(wanted, request.trace.get()));
    return to_wire(found);
  }

  const Searcher& searcher_;
  std::string body_;
};

}  // namespace

void add_peers(RouteTable& table, const Searcher& searcher, std::string secret) {
  const auto open = [&searcher](Call) -> Result<std::unique_ptr<http::BodySink>> {
    return std::make_unique<PartSink>(searcher);
  };
  table.add(
      {.method = "POST",
       .path = part_path,
       .access = Access::open,
       .id = "search_part",
       .tag = "Between nodes",
       .summary = "Search some segments for another node, which shows the secret of the cluster",
       .bodies =
           {{.media_type = part_media_type, .schema = shape::text().schema, .open = open, .max_bytes = most_bytes}},
       .replies = {{.status = 200, .description = "What was found.", .media_type = part_media_type}},
       .problems = {{401, "The secret is missing or wrong."}, {409, "This node knows another manifest."}},
       .before = [secret = std::move(secret)](const http::Request& request) { return check_secret(request, secret); }});
}

}  // namespace cairn::routes
