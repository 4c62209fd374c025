#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/span.h"
#include "domain/ids.h"
#include "domain/principal.h"

namespace cairn {

class Trace;

enum class SearchMode { hybrid, dense, lexical };
enum class Fusion { minmax, rrf };

struct SearchRequest {
  std::string query;
  std::vector<std::string> collections;  ///< Names; empty: all of the tenant.
  SearchMode mode = SearchMode::hybrid;
  Fusion fusion = Fusion::minmax;
  std::size_t limit = 10;
  nlohmann::json filter;  ///< As in the API; null: none.
  bool explain = false;
  Trace* trace = nullptr;  ///< Where its stages are recorded, or null.
};

/// A ranked chunk.
struct Hit {
  std::string chunk_id;
  DocumentId document;
  std::uint32_t version = 0;
  std::string external_id;
  std::string collection;
  std::string title;
  double score = 0;
  double dense_score = 0;    ///< Cosine; 0 when the mode does not ask for it.
  double lexical_score = 0;  ///< BM25; likewise.
  std::string text;
  Span span;
  std::uint32_t page = 0;
  std::vector<std::string> heading_path;
  std::string language;
  nlohmann::json metadata = nlohmann::json::object();
  nlohmann::json explanation;  ///< Null unless asked for.
};

struct SearchResponse {
  std::vector<Hit> hits;
  std::map<std::string, std::uint64_t> manifests;  ///< Collection name → number of the manifest that was read.
  double took_ms = 0;
  bool complete = true;  ///< False when a part of the index could not be reached.
};

}  // namespace cairn
