#include "api/telemetry/store_metrics.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "domain/document.h"

namespace cairn::telemetry {
namespace {

constexpr std::size_t max_tenants = 50;
constexpr std::array document_statuses{DocumentStatus::saving,   DocumentStatus::queued,    DocumentStatus::extracting,
                                       DocumentStatus::chunking, DocumentStatus::embedding, DocumentStatus::indexed,
                                       DocumentStatus::failed};
constexpr std::array task_statuses{TaskStatus::queued, TaskStatus::running, TaskStatus::succeeded, TaskStatus::failed,
                                   TaskStatus::cancelled};

struct Held {
  double collections = 0, chunks = 0, segments = 0, bytes = 0;
  std::array<double, document_statuses.size()> documents{};
  std::array<double, task_statuses.size()> tasks{};
};

using HeldByTenant = std::map<std::string, Held>;

template <std::size_t N>
void add(std::array<double, N>& to, const Result<std::vector<std::uint64_t>>& counts) {
  if (!counts) return;
  for (std::size_t i = 0; i < std::min(N, counts->size()); ++i) to[i] += static_cast<double>((*counts)[i]);
}

/// The label of each tenant: its own id, or "other".
std::map<std::string, std::string> labels_of(const std::vector<Collection>& collections) {
  std::map<std::string, std::size_t> sizes;
  for (const Collection& collection : collections) ++sizes[collection.tenant.value()];
  std::vector<std::pair<std::size_t, std::string>> order;
  for (const auto& [tenant, size] : sizes) order.emplace_back(size, tenant);
  std::ranges::sort(order, std::greater());
  std::map<std::string, std::string> labels;
  for (std::size_t i = 0; i < order.size(); ++i) labels[order[i].second] = i < max_tenants ? order[i].second : "other";
  return labels;
}

HeldByTenant read(const Catalog& catalog) {
  HeldByTenant held;
  const auto collections = catalog.all_collections();
  if (!collections) return held;
  const auto labels = labels_of(*collections);
  for (const Collection& collection : *collections) {
    Held& tenant = held[labels.at(collection.tenant.value())];
    ++tenant.collections;
    add(tenant.documents, catalog.document_counts(collection.id));
    if (const auto counts = catalog.counts(collection.id)) {
      tenant.chunks += static_cast<double>(counts->chunks);
      tenant.segments += static_cast<double>(counts->segments);
      tenant.bytes += static_cast<double>(counts->bytes);
    }
  }
  for (const auto& [tenant, label] : labels) add(held[label].tasks, catalog.task_counts(TenantId(tenant)));
  return held;
}

void write_gauge(MetricWriter& writer, const HeldByTenant& held, const char* name, const char* help,
                 double Held::* value) {
  writer.family(name, MetricType::gauge, help);
  for (const auto& [tenant, numbers] : held)
    writer.sample(name, {"tenant"}, std::vector<std::string>{tenant}, numbers.*value);
}

template <class Statuses, class Counts>
void write_by_status(MetricWriter& writer, const HeldByTenant& held, const char* name, const char* help,
                     const Statuses& statuses, Counts Held::* counts) {
  writer.family(name, MetricType::gauge, help);
  for (const auto& [tenant, numbers] : held)
    for (std::size_t i = 0; i < statuses.size(); ++i)
      writer.sample(name, {"tenant", "status"}, std::vector<std::string>{tenant, to_string(statuses[i])},
                    (numbers.*counts)[i]);
}

void write(MetricWriter& writer, const HeldByTenant& held) {
  write_gauge(writer, held, "cairn_collections", "Collections.", &Held::collections);
  write_gauge(writer, held, "cairn_index_chunks", "Chunks that can be found.", &Held::chunks);
  write_gauge(writer, held, "cairn_index_segments", "Segments of the newest manifests.", &Held::segments);
  write_gauge(writer, held, "cairn_index_bytes", "Bytes of those segments.", &Held::bytes);
  write_by_status(writer, held, "cairn_documents", "Documents by status.", document_statuses, &Held::documents);
  write_by_status(writer, held, "cairn_tasks", "Tasks that the store remembers, by status.", task_statuses,
                  &Held::tasks);
}

}  // namespace

void add_store_metrics(MetricRegistry& registry, const Catalog& catalog) {
  registry.on_scrape([&catalog](MetricWriter& writer) { write(writer, read(catalog)); });
}

}  // namespace cairn::telemetry
