#pragma once

#include <curl/curl.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "adapters/s3/s3_blob_store.h"
#include "base/bytes.h"
#include "base/result.h"

namespace cairn::s3 {

/// A part of an open file, as the body of a request.
struct FilePart {
  int file = -1;
  std::uint64_t offset = 0, bytes = 0;
};

struct Request {
  std::string method = "GET";
  std::string key;    ///< In the bucket; empty: the bucket itself.
  std::string query;  ///< Sorted by name and encoded, as it is signed.
  std::vector<std::string> headers;
  std::string body;              ///< Sent unless there is a `file`.
  std::optional<FilePart> file;  ///< Sent instead.
  std::string body_sha256;       ///< In hexadecimal digits; empty: that of `body`.
  ByteSink sink;                 ///< Takes the body of a reply with `sink_status`; empty: it goes to Reply::body.
  int sink_status = 200;         ///< The body of another success is not read at all then.
  int patience = 1;              ///< Times the idle timeout before a silent server is given up.
};

struct Reply {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< By lower-case name.
  std::string body;                            ///< Of an error too; at most a few megabytes.
};

/// Sends requests to one bucket, signed by libcurl (AWS signature version 4). Keeps connections. Any thread.
class Sender {
 public:
  explicit Sender(const S3Options& options);

  /// One attempt. Any status is a reply. Errors: `unavailable` (no connection, cut off, silent), and those of the sink.
  Result<Reply> send(const Request& request);

 private:
  struct Close {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };
  using Handle = std::unique_ptr<CURL, Close>;

  Handle borrow();
  void give_back(Handle handle);
  std::string url(const Request& request) const;

  const S3Options& options_;
  std::mutex mutex_;
  std::vector<Handle> idle_;  // Guarded by mutex_.
};

/// `text` for a URL (RFC 3986); slashes stay.
std::string percent_encoded(std::string_view text);

}  // namespace cairn::s3
