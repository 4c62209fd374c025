#include "main/heartbeat.h"

namespace cairn {

Heartbeat::Heartbeat(ClusterMembership& membership, Log& log)
    : membership_(membership), log_(log), thread_([this] { run(); }) {}

Heartbeat::~Heartbeat() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
}

void Heartbeat::run() {
  bool is_heard = true;
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, heartbeat_interval, [this] { return stopping_; })) {
    lock.unlock();
    const auto beat = membership_.beat();
    if (!beat && is_heard) log_.warning("the other nodes do not hear of this one", {{"error", beat.error().message}});
    if (beat && !is_heard) log_.info("the other nodes hear of this one again");
    is_heard = beat.has_value();
    lock.lock();
  }
}

}  // namespace cairn
