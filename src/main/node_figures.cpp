#include "main/node_figures.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <thread>
#include <utility>

namespace cairn {
namespace {

constexpr std::chrono::milliseconds shortest_measurement{500};
constexpr std::chrono::seconds segments_stay{5};  // Counting them is a question for each collection.

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

void look_at_machine(const std::filesystem::path& folder, NodeLoad& load) {
  load.cpu_cores = std::max(1u, std::thread::hardware_concurrency());
  load.memory_bytes = resident_bytes();
  const long pages = sysconf(_SC_PHYS_PAGES);
  if (pages > 0)
    load.memory_total_bytes = static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  std::error_code unknown;
  const auto disk = std::filesystem::space(folder, unknown);
  if (unknown) return;
  load.disk_free_bytes = disk.available;
  load.disk_total_bytes = disk.capacity;
}

}  // namespace

NodeFigures::NodeFigures(std::filesystem::path folder, const Catalog& catalog, const Clock& clock,
                         std::function<std::size_t()> requests)
    : folder_(std::move(folder)),
      catalog_(catalog),
      clock_(clock),
      requests_(std::move(requests)),
      looked_at_(clock.monotonic()),
      cpu_then_(cpu_time()) {}

NodeLoad NodeFigures::look() {
  const std::scoped_lock lock(mutex_);
  look_at_machine(folder_, last_);
  last_.requests = requests_();
  measure(last_);
  const auto now = clock_.monotonic();
  if (!counted_at_ || now - *counted_at_ >= segments_stay) {
    count_segments(last_);
    counted_at_ = now;
  }
  return last_;
}

void NodeFigures::measure(NodeLoad& load) {
  const auto now = clock_.monotonic(), cpu = cpu_time();
  if (now - looked_at_ < shortest_measurement) return;
  load.cpu_percent = 100.0 * static_cast<double>((cpu - cpu_then_).count()) /
                     (static_cast<double>((now - looked_at_).count()) * load.cpu_cores);
  load.search_ms.reset();
  const auto count = searches_.exchange(0), time = searching_ns_.exchange(0);
  if (count > 0) load.search_ms = static_cast<double>(time) / 1e6 / static_cast<double>(count);
  looked_at_ = now, cpu_then_ = cpu;
}

/// What cannot be counted just now stays as it was.
void NodeFigures::count_segments(NodeLoad& load) const {
  const auto collections = catalog_.all_collections();
  if (!collections) return;
  const auto begun = clock_.monotonic();
  std::uint64_t segments = 0, bytes = 0;
  for (const Collection& collection : *collections) {
    if (clock_.monotonic() - begun > heartbeat_interval / 2) return;  // The next heartbeat does not wait for it.
    const auto counts = catalog_.counts(collection.id);
    if (!counts) return;
    segments += counts->segments;
    bytes += counts->bytes;
  }
  load.segments = segments;
  load.segment_bytes = bytes;
}

void NodeFigures::searched(std::chrono::nanoseconds time) {
  searching_ns_ += time.count();
  ++searches_;
}

}  // namespace cairn
