// crash_harness [--kills N] [--seed N] [--cairn PROGRAM]: see README.md in this folder. Exits 0 when nothing was lost,
// doubled or damaged.
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <iostream>
#include <random>
#include <thread>

#include "crash/crash_child.h"
#include "crash/crash_oracle.h"

namespace cairn::testing {
namespace {

struct Arguments {
  std::uint64_t kills = 1000, seed = std::random_device()();
  std::string cairn;  ///< Also has its `fsck` look at the store in the end; may be empty.
};

Arguments parse(int count, char** values) {
  Arguments arguments;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = values[i];
    if (name == "--kills") arguments.kills = std::stoull(values[i + 1]);
    if (name == "--seed") arguments.seed = std::stoull(values[i + 1]);
    if (name == "--cairn") arguments.cairn = values[i + 1];
  }
  return arguments;
}

/// Starts this program again as the child and kills it after `life`. False when it ended by itself, which it must not.
bool run_and_kill(const CrashFolders& folders, std::uint64_t seed, std::uint64_t operation,
                  std::chrono::microseconds life) {
  const std::string root = folders.root.string(), seed_text = std::to_string(seed), first = std::to_string(operation);
  const pid_t child = ::fork();
  if (child == 0) {
    ::execl("/proc/self/exe", "crash_harness", "--child", root.c_str(), seed_text.c_str(), first.c_str(), nullptr);
    ::_exit(127);
  }
  std::this_thread::sleep_for(life);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

std::vector<std::string> given_up(const CrashStore& store) {
  std::vector<std::string> documents;
  const auto failed = must(store.catalog->documents(
      {.collection = store.collection.id, .status = DocumentStatus::failed, .text = {}, .cursor = {}, .limit = 1000}));
  for (const Document& document : failed.items)
    if (document.error.find("before it was done") != std::string::npos) documents.push_back(document.external_id);
  return documents;
}

class Harness {
 public:
  explicit Harness(const Arguments& arguments) : arguments_(arguments), random_(arguments.seed) {}

  int run() {
    std::cout << "seed " << arguments_.seed << "\n";
    for (std::uint64_t kill = 1; kill <= arguments_.kills; ++kill) {
      const std::string problems = cycle();
      if (!problems.empty()) {
        std::cout << "after kill " << kill << " (seed " << arguments_.seed << "):\n" << problems;
        return 1;
      }
      if (kill % 100 == 0) std::cout << kill << " kills, " << oracle_.acknowledged() << " acknowledged\n" << std::flush;
    }
    std::cout << fmt::format(
        "{} kills, {} operations acknowledged: 0 lost, 0 doubled, fsck clean each time ({} given up)\n",
        arguments_.kills, oracle_.acknowledged(), given_up_);
    return fsck_by_program();
  }

 private:
  /// One life of the child, and what is found afterwards.
  std::string cycle() {
    // Three in four stores are worked off before the next life; the others are found as the kill left them.
    const std::chrono::microseconds life(3'000 + random_() % 150'000);
    const bool drain = random_() % 4 != 0;
    if (!run_and_kill(folders_, random_(), oracle_.next_operation(), life)) return "the child ended by itself\n";
    oracle_.read(folders_.log());
    CrashStore store(folders_.store());
    std::string problems = problems_of(*store.catalog, *store.blobs);
    problems += oracle_.check_after_kill(live_contents(store));
    problems += problems_of_backup(store, folders_.backup());
    if (!drain || !problems.empty()) return problems;
    store.drain();
    const auto gone = given_up(store);
    given_up_ += gone.size();
    problems += problems_of(*store.catalog, *store.blobs);
    return problems + oracle_.check_when_idle(live_contents(store), gone);
  }

  int fsck_by_program() const {
    if (arguments_.cairn.empty()) return 0;
    const std::string command = arguments_.cairn + " fsck --data " + folders_.store().string();
    return std::system(command.c_str()) == 0 ? 0 : 1;
  }

  const Arguments arguments_;
  const TemporaryFolder folder_;
  const CrashFolders folders_{folder_.path()};
  std::mt19937_64 random_;
  CrashOracle oracle_;
  std::uint64_t given_up_ = 0;
};

}  // namespace
}  // namespace cairn::testing

int main(int count, char** values) {
  using namespace cairn::testing;
  if (count == 5 && std::strcmp(values[1], "--child") == 0)
    run_crash_child({values[2]}, std::stoull(values[3]), std::stoull(values[4]));
  return Harness(parse(count, values)).run();
}
