#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/message.h"

namespace cairn::http {

/// Whether an If-None-Match header names this ETag, compared weakly (RFC 9110, section 13.1.2): the client has it.
bool names_etag(std::string_view if_none_match, std::string_view etag);

/// Files that do not change while the server runs, such as those of the web interface, with what a browser's cache
/// needs. Held in memory, also in compressed form once somebody asked for that. Any thread.
class StaticFiles {
 public:
  struct File {
    std::string path;  ///< Below the root, without a '/' at its start.
    std::string content;
  };

  explicit StaticFiles(std::vector<File> files);
  ~StaticFiles();
  StaticFiles(StaticFiles&&) noexcept;

  /// All files below a folder. Errors: `not_found`, `unavailable` when one cannot be read.
  static Result<StaticFiles> from_folder(const std::filesystem::path& folder);

  /// The file at this path; "" and paths that end in '/' mean their `index.html`. None: there is no such file. A file
  /// whose name holds a hash (`main-8f3a09bc.js`) may be kept by the client for ever, others are asked for again each
  /// time and mostly answered with 304. The first reply in each coding compresses: on a worker, not in
  /// Application::begin.
  std::optional<Response> reply(const Request& request, std::string_view path) const;

 private:
  struct Entry;
  std::map<std::string, std::unique_ptr<Entry>, std::less<>> entries_;
};

}  // namespace cairn::http
