#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/ingest_documents.h"
#include "base/result.h"

namespace cairn::cli {

/// What a command line names, as documents: files, streams ("-" is standard input, and pipes), folders (walked in name
/// order, hidden entries and linked folders left out), and lists of documents in JSON lines ({"_id" or "external_id",
/// "title"?, "text", "url"?, "language"?, "metadata"?, "acl"?}).
class PathSources {
 public:
  /// `format`: auto | beir | jsonl. `beir` takes folders with a corpus.jsonl, `jsonl` takes files; `auto` treats a
  /// folder with corpus.jsonl and queries.jsonl as beir, a file whose first line is such a document as jsonl, and
  /// everything else as a file. `left_out` is a folder that is not walked into: the store's own.
  /// Streams are read to their end here. Errors: `invalid` for a path that does not exist or a stream that cannot be
  /// read, `unavailable` when a stream's bytes cannot be kept.
  static Result<std::unique_ptr<PathSources>> open(const std::vector<std::filesystem::path>& paths,
                                                   const std::string& format, const std::filesystem::path& left_out);
  ~PathSources();

  /// How many files, and lines of lists, there are.
  std::uint64_t total() const;

  /// The next document. A line that is no document, or a folder that cannot be read, comes as a source with a problem.
  /// Errors: `invalid` for a list that cannot be read.
  Result<std::optional<IngestSource>> next();

 private:
  struct State;
  explicit PathSources(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cairn::cli
