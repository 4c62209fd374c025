#include "crash/crash_child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <random>
#include <thread>

#include "app/ingest_documents.h"
#include "crash/crash_store.h"

namespace cairn::testing {
namespace {

/// Lines that survive the process: each is one write into the page cache.
class Log {
 public:
  explicit Log(const std::filesystem::path& file)
      : file_(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {}

  void write(const std::string& lines) const {
    if (::write(file_, lines.data(), lines.size()) != static_cast<ssize_t>(lines.size())) std::abort();
  }

 private:
  int file_;
};

class Child {
 public:
  Child(const CrashFolders& folders, std::uint64_t seed, std::uint64_t first_operation)
      : folders_(folders), store_(folders.store()), log_(folders.log()), random_(seed), operation_(first_operation) {}

  [[noreturn]] void run() {
    const std::jthread worker([this] { work(); });
    while (true) {
      switch (below(10)) {
        case 0: remove(); break;
        case 1: collect(); break;
        case 2: must(back_up(store_, folders_.backup(), *store_.catalog, *store_.blobs)); break;
        default: ingest(); break;
      }
      // Sometimes the worker catches up, sometimes versions replace each other while they are queued or running.
      if (below(3) == 0) std::this_thread::sleep_for(std::chrono::milliseconds(below(20)));
    }
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  std::string any_document() { return "d" + std::to_string(below(crash_documents)); }

  void work() {
    const WorkerEvents events{.on_outcome =
                                  [this](const TaskOutcome& outcome) {
                                    if (outcome.status == TaskStatus::succeeded)
                                      log_.write("done " + outcome.task.id.value() + "\n");
                                  },
                              .on_embedded = {},
                              .more_to_come = [] { return true; }};
    must(run_tasks(store_.ports(), CrashStore::worker_options(), events, {}));
  }

  void ingest() {
    std::vector<IngestSource> sources;
    std::string tried, acknowledged;
    for (std::uint64_t left = 1 + below(6); left > 0; --left) {
      const std::string id = any_document();
      const std::uint64_t number = operation_++;
      tried += fmt::format("try {} {} {}\n", number, id, number);
      std::string text = fmt::format("content {} of {}", number, id);
      for (std::uint64_t words = below(60); words > 0; --words) text += fmt::format(" w{}", below(1000));
      sources.push_back({.external_id = id, .facts = {}, .content = std::move(text)});
    }
    log_.write(tried);
    std::uint64_t number = operation_ - sources.size();
    std::size_t position = 0;
    must(ingest_documents(*store_.catalog, *store_.blobs,
                          {.collection = store_.collection.id,
                           .on_source =
                               [&](const IngestedSource& source) {
                                 acknowledged += fmt::format("ok {} {}\n", number++, source.registration.task.value());
                               }},
                          [&]() -> Result<std::optional<IngestSource>> {
                            if (position == sources.size()) return std::nullopt;
                            return std::move(sources[position++]);
                          },
                          {}));
    log_.write(acknowledged);
  }

  void remove() {
    const std::string id = any_document();
    const std::uint64_t number = operation_++;
    log_.write(fmt::format("try {} {} -\n", number, id));
    const auto task = store_.catalog->request_deletion(document_id(store_.collection.id, id), default_priority);
    if (!task && task.error().kind != ErrorKind::not_found) must(task);
    log_.write(fmt::format("ok {} {}\n", number, task ? task->value() : "-"));
  }

  /// An age that is short, but longer than any batch of this test from its first byte to its commit.
  void collect() {
    Task task;
    task.tenant = local_tenant;
    task.type = "collect";
    task.payload = {{"age_ms", 3'000}};
    must(store_.catalog->enqueue(task));
  }

  const CrashFolders& folders_;
  CrashStore store_;
  Log log_;
  std::mt19937_64 random_;
  std::uint64_t operation_;
};

}  // namespace

void run_crash_child(const CrashFolders& folders, std::uint64_t seed, std::uint64_t first_operation) {
  Child(folders, seed, first_operation).run();
}

}  // namespace cairn::testing
