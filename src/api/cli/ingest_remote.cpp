#include "api/cli/ingest_remote.h"

#include <chrono>
#include <thread>

#include "api/cli/progress.h"
#include "api/cli/work.h"

namespace cairn::cli {
namespace {

using Steady = std::chrono::steady_clock;

// Large enough that a request's cost does not show, small enough that progress does.
constexpr std::size_t batch_documents = 100;
constexpr std::uintmax_t batch_bytes = 32u << 20;
constexpr std::chrono::milliseconds poll{300};

/// Documents that travel in one request: all of them files, or all of them text.
struct Batch {
  std::vector<HttpPart> files;
  Json about_files = Json::array();
  Json texts = Json::array();
  std::uintmax_t bytes = 0;

  bool empty() const { return files.empty() && texts.empty(); }
  bool full() const { return files.size() + texts.size() >= batch_documents || bytes >= batch_bytes; }
};

void add_file(Batch& batch, const std::filesystem::path& file, const IngestSource& source) {
  std::error_code ignored;
  batch.bytes += std::filesystem::file_size(file, ignored);
  HttpPart part;
  part.name = "file";
  part.file_name = file.filename().string();
  part.file = file;
  batch.files.push_back(std::move(part));
  batch.about_files.push_back(Json{{"external_id", source.external_id}});
}

void add_text(Batch& batch, const std::string& text, const IngestSource& source) {
  Json document{{"external_id", source.external_id}, {"text", text}};
  if (!source.facts.title.empty()) document["title"] = source.facts.title;
  if (!source.facts.url.empty()) document["url"] = source.facts.url;
  if (!source.facts.language.empty()) document["language"] = source.facts.language;
  if (!source.facts.metadata.empty()) document["metadata"] = source.facts.metadata;
  if (!source.keeps_acl) document["acl"] = source.facts.acl;
  batch.bytes += text.size();
  batch.texts.push_back(std::move(document));
}

class Sender {
 public:
  Sender(RemoteServer& server, const IngestOptions& options, std::uint64_t total, ProgressLine& line)
      : server_(server),
        path_("/v1/collections/" + percent_encoded(options.collection) +
              "/documents?wait=true&priority=" + std::to_string(options.priority)),
        total_(total),
        line_(line) {}

  Result<void> take(const IngestSource& source) {
    ++tally_.documents;
    if (!source.problem.empty()) {
      tally_.failures[source.external_id] = source.problem;
      return {};
    }
    const auto* file = std::get_if<std::filesystem::path>(&source.content);
    if (file ? !batch_.texts.empty() : !batch_.files.empty()) CAIRN_CHECK(flush());
    if (file) add_file(batch_, *file, source);
    else add_text(batch_, std::get<std::string>(source.content), source);
    return batch_.full() ? flush() : Result<void>{};
  }

  Result<void> flush() {
    if (batch_.empty()) return {};
    Batch batch = std::exchange(batch_, {});
    Result<Json> reply;
    if (batch.files.empty()) {
      reply = server_.send("POST", path_, Json{{"documents", std::move(batch.texts)}});
    } else {
      HttpPart about;
      about.name = "metadata";
      about.content_type = "application/json";
      about.content = dump(batch.about_files);
      batch.files.insert(batch.files.begin(), std::move(about));
      reply = server_.upload(path_, std::move(batch.files));
    }
    if (!reply) return fail(reply.error());
    for (const Json& document : (*reply)["documents"]) CAIRN_CHECK(count(document));
    return {};
  }

  IngestTally take_tally() { return std::move(tally_); }

 private:
  /// The server waits for a while; what takes longer is asked for until it has ended.
  Result<void> count(Json document) {
    const auto ended = [&] { return document["status"] == "indexed" || document["status"] == "failed"; };
    const bool unchanged = document.value("unchanged", false) && ended();
    const auto external_id = document["external_id"].get<std::string>();
    while (!ended()) {
      if (interrupted_token().cancelled())
        return fail(ErrorKind::cancelled, "interrupted; the server goes on with what it has");
      std::this_thread::sleep_for(poll);
      CAIRN_TRY(document, server_.get("/v1/documents/" + document["id"].get<std::string>()));
    }
    if (document["status"] == "failed") {
      const Json& error = document.value("error", Json());
      tally_.failures[external_id] = error.is_string() ? error.get<std::string>() : "failed";
    } else if (unchanged) {
      ++tally_.unchanged;
    } else {
      ++tally_.indexed;
      tally_.chunks += document.value("chunks", std::uint64_t{0});
      tally_.tokens += document.value("tokens", std::uint64_t{0});
    }
    line_.update(tally_.done(), std::max(total_, tally_.documents), external_id, Steady::now());
    return {};
  }

  RemoteServer& server_;
  const std::string path_;
  const std::uint64_t total_;
  ProgressLine& line_;
  Batch batch_;
  IngestTally tally_;
};

Result<void> make_collection(RemoteServer& server, const std::string& name) {
  const auto found = server.get("/v1/collections/" + percent_encoded(name));
  if (found) return {};
  if (found.error().kind != ErrorKind::not_found) return fail(found.error());
  const auto made = server.send("POST", "/v1/collections", Json{{"name", name}});
  if (!made && made.error().kind != ErrorKind::conflict) return fail(made.error());
  return {};
}

}  // namespace

Result<IngestTally> send_sources(const Context& context, RemoteServer& server, const IngestOptions& options,
                                 PathSources& sources) {
  CAIRN_CHECK(make_collection(server, options.collection));
  const auto start = Steady::now();
  ProgressLine line(context.terminal, "Indexing", start);
  Sender sender(server, options, sources.total(), line);
  for (;;) {
    CAIRN_TRY(const std::optional<IngestSource> source, sources.next());
    if (!source) break;
    CAIRN_CHECK(sender.take(*source));
  }
  CAIRN_CHECK(sender.flush());
  IngestTally tally = sender.take_tally();
  tally.seconds = std::chrono::duration<double>(Steady::now() - start).count();
  return tally;
}

}  // namespace cairn::cli
