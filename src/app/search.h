#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "app/analyzer_pool.h"
#include "app/fuse_rankings.h"
#include "app/part_wire.h"
#include "app/snapshot_cache.h"
#include "base/clock.h"
#include "base/work_crew.h"
#include "domain/search.h"
#include "ports/blob_store.h"
#include "ports/catalog.h"
#include "ports/embedder.h"

namespace cairn {

/// What was tuned; the defaults are what measures best on the evaluation sets.
struct SearchTuning {
  double dense_weight = 0.4;          ///< In hybrid mode with min-max.
  double lexical_weight = 0.5;        ///< Likewise; what it counts for is this times the largest coverage.
  double coverage_weight = 0.1;       ///< For a chunk with all words of the question.
  std::size_t coverage_depth = 30;    ///< Whose coverage is looked at: the best so many after fusion.
  double rrf_weight = 0.5;            ///< Of each mode in hybrid mode with reciprocal ranks.
  std::size_t depth = 100;            ///< Candidates of each ranking; also where min-max puts its zero.
  double other_language_prior = 0.5;  ///< Weight of a model that is not meant for the query's writing system.
  double own_script_bonus = 0.05;     ///< For a document in the same Chinese script as the query.
  index::Bm25Options bm25{.k1 = 1.6f, .b = 0.5f};
  index::DenseOptions dense;
};

/// What a search read and found, for use cases that go on from there on the same manifests.
struct FoundChunks {
  SearchResponse response;
  std::shared_ptr<const CollectionSnapshot> snapshot;
  std::vector<index::Candidate> places;  ///< Of each hit.
};

/// Ranked chunks for a query. Any number of threads.
class Searcher {
 public:
  Searcher(const Catalog& catalog, const BlobStore& blobs, const EmbedderSet& embedders, const Clock& clock,
           SearchTuning tuning);

  /// Reads each collection at exactly one committed manifest. A model that does not answer, or is not installed, leaves
  /// hybrid mode with what the words find, and `complete` false. Errors: `invalid` (empty query, bad filter or limit),
  /// `not_found` (a collection), `unavailable` (dense mode without its model), those of the catalog and the blob store.
  Result<SearchResponse> search(const Principal& principal, const SearchRequest& request) const;
  Result<FoundChunks> find(const Principal& principal, const SearchRequest& request) const;

  /// What another node asks for. Errors: `conflict` when this one knows another manifest, `invalid` for a request that
  /// makes no sense, those of the catalog and the blob store.
  Result<PartFound> find_part(const PartRequest& request, Trace* trace) const;

  /// How all segments of a snapshot are searched; said before the first search. Without it: here, by this process.
  using SearchParts = std::function<PartFound(const CollectionSnapshot&, const PartQuery&, Trace*)>;
  void search_parts_with(SearchParts search) { search_parts_ = std::move(search); }

 private:
  class Run;

  const Catalog& catalog_;
  const EmbedderSet& embedders_;
  const Clock& clock_;
  SearchTuning tuning_;
  SearchParts search_parts_;
  mutable SnapshotCache snapshots_;
  mutable WorkCrew crew_;
  mutable AnalyzerPool analyzers_;
};

}  // namespace cairn
