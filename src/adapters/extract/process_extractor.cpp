#include "adapters/extract/process_extractor.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <mutex>
#include <vector>

#include "adapters/extract/wire.h"
#include "adapters/extract/worker_process.h"

namespace cairn::extract {
namespace {

using Break = WorkerProcess::Break;
constexpr std::uint64_t kMegabyte = 1'000'000;

std::string takes_too_long(const ProcessExtractorOptions& options) {
  return fmt::format("reading it takes longer than {} s: split the file, or raise extract.timeout_seconds",
                     std::chrono::ceil<std::chrono::seconds>(options.timeout).count());
}

std::string how_it_ended(int status, const ProcessExtractorOptions& options) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == kExitOutOfMemory)
    return fmt::format("reading it needs more than {} MB of memory: split the file, or raise extract.max_memory_mb",
                       options.max_memory_mb);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) return takes_too_long(options);
  return "reading it crashed the extraction program: the file is damaged or made to do harm";
}

/// A worker that ends before its first document did not fail because of the document.
bool never_worked(const WorkerProcess& worker, int status) {
  return worker.documents == 0 && WIFEXITED(status) &&
         (WEXITSTATUS(status) == kExitSandboxFailed || WEXITSTATUS(status) == 127);
}

std::unexpected<Error> why_it_stopped(Break stop, WorkerProcess& worker, const ProcessExtractorOptions& options) {
  if (stop == Break::cancelled) return fail(ErrorKind::cancelled, "cancelled while its text was extracted");
  if (stop == Break::timed_out) return fail(ErrorKind::invalid, takes_too_long(options));
  const int status = worker.wait_for_end();
  if (never_worked(worker, status))
    return fail(ErrorKind::unavailable, "the extraction program cannot run here: its sandbox cannot be set up");
  return fail(ErrorKind::invalid, how_it_ended(status, options));
}

struct Conversation {
  Break stop = Break::none;
  Result<Reply> reply = fail(ErrorKind::internal, "no answer");
};

Conversation talk(WorkerProcess& worker, const ExtractRequest& request, const RequestLimits& limits,
                  std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  Conversation out;
  out.stop = worker.send(encode_request_head(request, limits), deadline, request.cancel);
  if (out.stop == Break::none) out.stop = worker.send(as_text(request.content), deadline, request.cancel);
  std::string buffer(kReplyHeaderBytes, '\0');
  if (out.stop == Break::none) out.stop = worker.receive(buffer.data(), buffer.size(), deadline, request.cancel);
  if (out.stop != Break::none) return out;
  // Blocks and paths come beside the text; ten times the text is far more than any real document has.
  const auto length = read_reply_header(buffer, limits.max_text_bytes * 10 + kMegabyte);
  if (!length) {
    out.reply = fail(length.error());
    return out;
  }
  buffer.assign(*length, '\0');
  out.stop = worker.receive(buffer.data(), buffer.size(), deadline, request.cancel);
  if (out.stop == Break::none) out.reply = decode_reply(buffer, limits.max_text_bytes);
  return out;
}

}  // namespace

/// Idle workers, the one used last on top: it is warm, and the others can be let go.
class ProcessExtractor::Pool {
 public:
  Result<WorkerProcess> take(const ProcessExtractorOptions& options) {
    {
      const std::scoped_lock lock(mutex_);
      if (!idle_.empty()) {
        WorkerProcess worker = std::move(idle_.back());
        idle_.pop_back();
        return worker;
      }
    }
    return WorkerProcess::start(options.worker, options.max_memory_mb);
  }

  void put_back(WorkerProcess worker) {
    const std::scoped_lock lock(mutex_);
    idle_.push_back(std::move(worker));
  }

 private:
  std::mutex mutex_;
  std::vector<WorkerProcess> idle_;
};

ProcessExtractor::ProcessExtractor(ProcessExtractorOptions options)
    : options_(std::move(options)), pool_(std::make_unique<Pool>()) {}

ProcessExtractor::~ProcessExtractor() = default;

Result<ExtractedText> ProcessExtractor::extract(const ExtractRequest& request) {
  if (request.content.empty()) return fail(ErrorKind::invalid, "the file is empty");
  if (request.content.size() > options_.max_content_mb * kMegabyte)
    return fail(ErrorKind::invalid,
                fmt::format("the file is larger than {} MB: split it, or raise extract.max_content_mb",
                            options_.max_content_mb));
  const RequestLimits limits{
      .max_text_bytes = options_.max_text_mb * kMegabyte,
      .max_expanded_bytes = options_.max_expanded_mb * kMegabyte,
      .max_expansion_ratio = options_.max_expansion_ratio,
      .cpu_seconds = static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(options_.timeout).count())};
  // A worker that has served others may be worn out through them: its document gets a second try in a fresh one.
  for (bool last_try = false;; last_try = true) {
    CAIRN_TRY(WorkerProcess worker,
              last_try ? WorkerProcess::start(options_.worker, options_.max_memory_mb) : pool_->take(options_));
    Conversation conversation = talk(worker, request, limits, options_.timeout);
    if (conversation.stop == Break::closed && worker.documents > 0 && !last_try) continue;
    if (conversation.stop != Break::none) return why_it_stopped(conversation.stop, worker, options_);
    if (!conversation.reply) return fail(ErrorKind::invalid, how_it_ended(SIGKILL, options_));
    ++worker.documents;
    const bool worn = worker.documents >= options_.documents_per_worker ||
                      conversation.reply->peak_memory_kb > options_.retire_above_mb * 1000;
    if (!worn) pool_->put_back(std::move(worker));
    return std::move(conversation.reply->result);
  }
}

}  // namespace cairn::extract
