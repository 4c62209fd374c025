#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/cluster_membership.h"
#include "app/part_wire.h"
#include "app/place_segments.h"
#include "app/snapshot_cache.h"
#include "base/clock.h"
#include "ports/http_exchange.h"

namespace cairn {

struct ShareOptions {
  std::string secret;                         ///< That the nodes share; other nodes want to see it.
  std::size_t replicas = 2;                   ///< Owners of a segment.
  std::uint64_t least_chunks = 20'000;        ///< A smaller part is searched here: asking would cost more.
  std::chrono::milliseconds patience{1'000};  ///< After so long a part is searched here.
};

/// Where one node asks another; the body is a PartRequest.
inline constexpr const char* part_path = "/v1/nodes/search";
inline constexpr const char* part_media_type = "application/cbor";

/// Searches a snapshot together with the nodes that own its segments: one request to each that has a part worth asking
/// for, the rest here meanwhile. An owner that is slow, by what is usual for it, is asked once more elsewhere; what
/// nobody else answers is searched here. So the ranking is always whole, and the same as without other nodes. Any
/// thread.
class ShareSearch {
 public:
  using MakeExchange = std::function<std::unique_ptr<HttpExchange>()>;

  /// Both references must outlive it.
  ShareSearch(const ClusterMembership& membership, const Clock& clock, MakeExchange make_exchange,
              ShareOptions options);
  ~ShareSearch();

  /// `trace` may be null.
  PartFound search(const CollectionSnapshot& snapshot, const PartQuery& query, Trace* trace);

 private:
  class Run;
  class Paces;

  std::vector<Node> nodes_to_ask() const;
  std::unique_ptr<HttpExchange> take_exchange();
  void give_back(std::unique_ptr<HttpExchange> exchange);

  const ClusterMembership& membership_;
  const Clock& clock_;
  const MakeExchange make_exchange_;
  const ShareOptions options_;
  std::unique_ptr<Paces> paces_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<HttpExchange>> idle_;  // Guarded by mutex_.
};

}  // namespace cairn
