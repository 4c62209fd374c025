#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "app/beir.h"

namespace cairn {

// Figures of one query's ranking of documents, each document once, best first. A query without results counts 0.

/// Discounted cumulative gain with gain = grade and discount 1 / log2(rank + 1) (Järvelin, Kekäläinen 2002), of the
/// first `k`, over that of the ideal ranking.
double ndcg_at(std::size_t k, std::span<const std::string> ranking, const Grades& grades);

/// Relevant documents among the first `k`, over all relevant ones.
double recall_at(std::size_t k, std::span<const std::string> ranking, const Grades& grades);

/// 1 / rank of the first relevant document among the first `k`, else 0.
double reciprocal_rank_at(std::size_t k, std::span<const std::string> ranking, const Grades& grades);

/// The value below which `share` (0..1) of the values lie, between neighbours by interpolation; 0 of none.
double percentile(std::vector<double> values, double share);

}  // namespace cairn
