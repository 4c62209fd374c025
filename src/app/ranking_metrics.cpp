#include "app/ranking_metrics.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace cairn {
namespace {

double discount(std::size_t index) { return 1 / std::log2(static_cast<double>(index) + 2); }

}  // namespace

double ndcg_at(std::size_t k, std::span<const std::string> ranking, const Grades& grades) {
  double gained = 0;
  for (std::size_t i = 0; i < std::min(k, ranking.size()); ++i)
    if (const auto grade = grades.find(ranking[i]); grade != grades.end()) gained += grade->second * discount(i);
  std::vector<double> ideal;
  for (const auto& [document, grade] : grades) ideal.push_back(grade);
  std::ranges::sort(ideal, std::greater{});
  double possible = 0;
  for (std::size_t i = 0; i < std::min(k, ideal.size()); ++i) possible += ideal[i] * discount(i);
  return possible > 0 ? gained / possible : 0;
}

double recall_at(std::size_t k, std::span<const std::string> ranking, const Grades& grades) {
  if (grades.empty()) return 0;
  const auto first = ranking.first(std::min(k, ranking.size()));
  const auto found =
      std::ranges::count_if(first, [&](const std::string& document) { return grades.contains(document); });
  return static_cast<double>(found) / static_cast<double>(grades.size());
}

double reciprocal_rank_at(std::size_t k, std::span<const std::string> ranking, const Grades& grades) {
  for (std::size_t i = 0; i < std::min(k, ranking.size()); ++i)
    if (grades.contains(ranking[i])) return 1 / static_cast<double>(i + 1);
  return 0;
}

double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const double at = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (values[above] - values[below]) * (at - static_cast<double>(below));
}

}  // namespace cairn
