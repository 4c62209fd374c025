#include "main/node_figures.h"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <mutex>
#include <thread>

namespace cairn {
namespace {

std::chrono::nanoseconds cpu_time() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto of = [](const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

std::uint64_t resident_bytes() {
  std::uint64_t size = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> size >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

NodeFigures::NodeFigures(std::filesystem::path folder, const Catalog& catalog, const Clock& clock, std::string version)
    : folder_(std::move(folder)),
      catalog_(catalog),
      clock_(clock),
      version_(std::move(version)),
      started_at_(clock.now()),
      looked_at_(clock.monotonic()),
      cpu_then_(cpu_time()) {}

Result<routes::NodeFigures> NodeFigures::look() {
  routes::NodeFigures figures;
  figures.id = NodeId("local");
  figures.version = version_;
  figures.roles = {"api", "worker", "search"};
  figures.started_at = started_at_;
  figures.cpu_cores = std::max(1u, std::thread::hardware_concurrency());
  figures.memory_bytes = resident_bytes();
  const long pages = sysconf(_SC_PHYS_PAGES);
  if (pages > 0)
    figures.memory_total_bytes = static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  std::error_code unknown;
  const auto disk = std::filesystem::space(folder_, unknown);
  if (!unknown) {
    figures.disk_free_bytes = disk.available;
    figures.disk_total_bytes = disk.capacity;
  }
  CAIRN_TRY(const std::vector<Collection> collections, catalog_.all_collections());
  for (const Collection& collection : collections) {
    CAIRN_TRY(const CollectionCounts counts, catalog_.counts(collection.id));
    figures.segments += counts.segments;
  }
  const std::scoped_lock lock(mutex_);
  const auto now = clock_.monotonic(), cpu = cpu_time();
  if (now > looked_at_)
    figures.cpu_percent = 100.0 * static_cast<double>((cpu - cpu_then_).count()) /
                          (static_cast<double>((now - looked_at_).count()) * figures.cpu_cores);
  looked_at_ = now;
  cpu_then_ = cpu;
  return figures;
}

}  // namespace cairn
