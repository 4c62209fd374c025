#include "api/telemetry/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <vector>

namespace cairn::telemetry {
namespace {

// Fields of /proc/self/stat after the name of the program, counted from 0 (proc(5), where they begin at 3).
constexpr std::size_t user_ticks = 11, system_ticks = 12, thread_count = 17, start_ticks = 19, resident_pages = 21;

std::vector<std::string> stat_fields() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(')');  // The name may hold anything, also spaces and brackets.
  if (name_end == std::string::npos) return {};
  std::istringstream rest(line.substr(name_end + 1));
  std::vector<std::string> fields;
  for (std::string field; rest >> field;) fields.push_back(field);
  return fields;
}

double number(const std::vector<std::string>& fields, std::size_t i) {
  return i < fields.size() ? std::strtod(fields[i].c_str(), nullptr) : 0;
}

/// When the system started, in seconds since the epoch.
double boot_time() {
  std::ifstream file("/proc/stat");
  for (std::string word; file >> word;)
    if (double seconds = 0; word == "btime" && file >> seconds) return seconds;
  return 0;
}

std::optional<double> open_files() {
  std::error_code error;
  std::filesystem::directory_iterator entries("/proc/self/fd", error);
  if (error) return std::nullopt;
  double count = -1;  // The folder itself is open while it is read.
  for (; entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    if (error) return std::nullopt;
    ++count;
  }
  return count;
}

void write_process(MetricWriter& writer, double booted) {
  const std::vector<std::string> fields = stat_fields();
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  writer.single("process_cpu_seconds_total", MetricType::counter, "Processor time used, user and system.",
                (number(fields, user_ticks) + number(fields, system_ticks)) / ticks);
  writer.single("process_resident_memory_bytes", MetricType::gauge, "Memory that is resident, mapped files included.",
                number(fields, resident_pages) * static_cast<double>(sysconf(_SC_PAGESIZE)));
  writer.single("process_start_time_seconds", MetricType::gauge, "When the process started, since the epoch.",
                booted + number(fields, start_ticks) / ticks);
  writer.single("process_threads", MetricType::gauge, "Threads.", number(fields, thread_count));
  if (const auto count = open_files())
    writer.single("process_open_fds", MetricType::gauge, "Open file descriptors.", *count);
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
    writer.single("process_max_fds", MetricType::gauge, "File descriptors that may be open.",
                  static_cast<double>(limit.rlim_cur));
}

}  // namespace

void add_process_metrics(MetricRegistry& registry, const std::string& version) {
  registry.gauges("cairn_build_info", "Always 1; what is running.", {"version", "compiler"}, 1)
      .with({version, "g++ " __VERSION__})
      .set(1);
  registry.on_scrape([booted = boot_time()](MetricWriter& writer) { write_process(writer, booted); });
}

}  // namespace cairn::telemetry
