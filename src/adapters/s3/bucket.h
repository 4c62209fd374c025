#pragma once

#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "adapters/s3/request.h"
#include "base/clock.h"

namespace cairn::s3 {

struct Object {
  std::string key;
  std::uint64_t bytes = 0;
  TimePoint modified_at{};
  std::optional<TimePoint> asked_at = {};  ///< By the server's clock, where it was asked for this object alone.
};

struct ObjectPage {
  std::vector<Object> objects;
  std::string next;  ///< Where the next page starts; empty: this is the last.
};

/// The operations on one bucket, each tried again while the server is in trouble. Errors: `unavailable`; `not_found`
/// for an object that is not there. Any thread.
class Bucket {
 public:
  explicit Bucket(const S3Options& options) : options_(options), sender_(options) {}

  /// Puts a file's bytes under the key, in parts where there are many. `sha256` is that of all of them. Never fails
  /// with `not_found`.
  Result<void> put(const std::string& key, int file, std::uint64_t bytes, const std::string& sha256);

  /// The same for a short text, and back; `corrupt` when it is longer than Cairn writes any.
  Result<void> put_text(const std::string& key, const std::string& text);
  Result<std::string> text_of(const std::string& key);

  /// Gives an object's bytes to `sink`, front to back, going on where a connection was cut. `start_over` is called when
  /// it has to begin at the front again. An error of either is final.
  Result<void> get(const std::string& key, const ByteSink& sink, const std::function<Result<void>()>& start_over);

  Result<Object> head(const std::string& key);
  Result<void> remove(const std::string& key);
  Result<ObjectPage> list(const std::string& prefix, const std::string& from, int most);

 private:
  Result<Reply> request(const Request& request);
  Result<void> put_whole(const std::string& key, const FilePart& part, const std::string& sha256);
  Result<void> put_in_parts(const std::string& key, int file, std::uint64_t bytes);
  Result<void> complete(const std::string& key, const std::string& upload, const std::string& parts,
                        std::uint64_t bytes);
  Result<std::string> put_parts(const std::string& key, const std::string& upload, int file, std::uint64_t bytes);
  void pause(int attempt);

  const S3Options& options_;
  Sender sender_;
  std::mutex random_mutex_;
  std::minstd_rand random_{std::random_device{}()};  // Guarded by random_mutex_.
};

}  // namespace cairn::s3
