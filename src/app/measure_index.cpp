#include "app/measure_index.h"

#include "app/lexical_fields.h"
#include "app/ranking_metrics.h"
#include "app/snapshot_cache.h"
#include "text/analyzer.h"

namespace cairn {
namespace {

constexpr std::size_t candidate_count = 100;

double milliseconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

Latency latency_of(const std::vector<double>& times) {
  return {percentile(times, .50), percentile(times, .95), percentile(times, .99)};
}

/// Times `search(i)` for every query, after one round that is not counted.
template <class Search>
Latency timed(const Clock& clock, std::size_t queries, std::size_t rounds, Search search) {
  std::vector<double> times;
  for (std::size_t round = 0; round <= rounds; ++round)
    for (std::size_t i = 0; i < queries; ++i) {
      const auto start = clock.monotonic();
      search(i);
      if (round > 0) times.push_back(milliseconds(clock.monotonic() - start));
    }
  return latency_of(times);
}

/// One vector a query for each model of the snapshot that is installed.
struct ModelQueries {
  std::string model;
  std::vector<std::vector<float>> vectors;
};

Result<std::vector<ModelQueries>> embed(const EmbedderSet& embedders, const index::Snapshot& snapshot,
                                        const std::vector<std::string>& queries) {
  std::vector<ModelQueries> models;
  for (const index::VectorSpace& space : snapshot.models()) {
    const Embedder* embedder = embedders.find(space.model);
    if (embedder == nullptr) continue;
    ModelQueries& model = models.emplace_back(ModelQueries{space.model, {}});
    for (const std::string& query : queries) {
      CAIRN_TRY(std::vector<float> vector, embedder->embed_query(query));
      model.vectors.push_back(std::move(vector));
    }
  }
  return models;
}

}  // namespace

Result<IndexMeasurement> measure_index(const Catalog& catalog, const BlobStore& blobs, const EmbedderSet& embedders,
                                       const Clock& clock, const std::vector<Collection>& collections,
                                       const std::vector<std::string>& queries, std::size_t rounds) {
  if (queries.empty()) return fail(ErrorKind::invalid, "there are no queries to measure with");
  IndexMeasurement found;
  found.queries = queries.size();
  for (const Collection& collection : collections) {
    CAIRN_TRY(const CollectionCounts counts, catalog.counts(collection.id));
    found.segments += counts.segments;
    found.bytes += counts.bytes;
  }
  SnapshotCache cache(catalog, blobs);
  const auto start = clock.monotonic();
  CAIRN_TRY(const auto opened, cache.open(collections, nullptr));
  found.open_ms = milliseconds(clock.monotonic() - start);
  const index::Snapshot& snapshot = opened->snapshot;
  found.documents = snapshot.live_document_count();
  found.chunks = snapshot.live_chunk_count();

  CAIRN_TRY(const std::vector<ModelQueries> models, embed(embedders, snapshot, queries));
  found.dense = timed(clock, queries.size(), rounds, [&](std::size_t i) {
    for (const ModelQueries& model : models)
      snapshot.search_dense(model.model, model.vectors[i], candidate_count, nullptr, index::DenseOptions{});
  });
  text::Analyzer analyzer;
  std::vector<std::vector<index::WeightedTerm>> terms;
  for (const std::string& query : queries) terms.push_back(lexical_query(analyzer, query).terms);
  found.lexical = timed(clock, queries.size(), rounds, [&](std::size_t i) {
    snapshot.search_lexical(terms[i], candidate_count, nullptr, index::Bm25Options{});
  });
  return found;
}

}  // namespace cairn
