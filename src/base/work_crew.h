#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace cairn {

/// Threads that lend a hand to whoever has independent pieces of work. The caller works too and waits for no thread
/// that has not begun a piece, so that a busy crew costs no time. Any thread may call.
class WorkCrew {
 public:
  /// So many threads, started when they are first needed; fewer when the system refuses more.
  explicit WorkCrew(std::size_t threads) : wanted_(threads) {}
  WorkCrew(const WorkCrew&) = delete;
  WorkCrew& operator=(const WorkCrew&) = delete;
  ~WorkCrew();

  /// Returns when all pieces are done. They are begun in their order. The first exception that one throws is thrown
  /// then; the others are done all the same.
  void run(std::span<const std::function<void()>> pieces);

 private:
  class Batch;

  void start();  // Holds mutex_.
  void help();

  const std::size_t wanted_;
  std::mutex mutex_;
  std::condition_variable called_;
  std::deque<std::shared_ptr<Batch>> calls_;  // Guarded by mutex_; a batch stands here once for each hand it can use.
  bool ending_ = false;                       // Guarded by mutex_.
  bool started_ = false;                      // Guarded by mutex_.
  std::vector<std::thread> threads_;          // Guarded by mutex_ until they are started.
};

}  // namespace cairn
