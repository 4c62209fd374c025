#include "base/log.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/log_line.h"

namespace cairn {

std::optional<LogLevel> parse_log_level(std::string_view name) {
  for (const LogLevel level : {LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error, LogLevel::off})
    if (name == to_string(level)) return level;
  return std::nullopt;
}

bool write_to_stderr(std::string_view lines) {
  while (!lines.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, lines.data(), lines.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    lines.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

Log::Log(LogOptions options, const Clock& clock, std::function<bool(std::string_view)> write)
    : options_(std::move(options)), clock_(clock), write_(std::move(write)), thread_([this] { run(); }) {}

Log::~Log() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Log::write(LogLevel level, std::string_view message, LogFields fields) {
  if (!enabled(level)) return;
  const auto make = options_.json ? log_line_json : log_line_text;
  std::string line = make(clock_.now(), level, message, fields, options_.secrets);
  line += '\n';
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() + line.size() > options_.max_waiting_bytes) {
      ++dropped_;
      return;
    }
    waiting_ += line;
  }
  changed_.notify_all();
}

void Log::flush() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.empty() && !writing_; });
}

std::uint64_t Log::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

void Log::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    const std::string lines = std::exchange(waiting_, {});
    writing_ = true;
    lock.unlock();
    const bool written = write_(lines);
    lock.lock();
    writing_ = false;
    if (!written) dropped_ += static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
    changed_.notify_all();
  }
}

}  // namespace cairn
