// cairn-extract: turns untrusted files into text in a closed-in process. Started by cairn, never by hand: descriptor 3
// is the socket on which documents come in and results go out, one after another, until the other side closes it.

#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <new>
#include <string_view>

#include "extract_worker/formats.h"
#include "extract_worker/sandbox.h"
#include "extract_worker/warm_up.h"
#include "extract_worker/wire.h"

namespace {

using namespace cairn;
using namespace cairn::extraction;

constexpr int kSocket = 3;

/// The most memory that this program has had resident. Read from the kernel's status file, opened before the sandbox
/// closes: getrusage() would also count what the parent had resident when it started this process.
class PeakMemory {
 public:
  std::uint64_t kilobytes() const {
    std::array<char, 4096> text;
    if (lseek(status_, 0, SEEK_SET) != 0) return 0;
    const ssize_t size = read(status_, text.data(), text.size());
    if (size <= 0) return 0;
    const std::string_view status(text.data(), static_cast<std::size_t>(size));
    constexpr std::string_view field = "VmHWM:";
    const std::size_t at = status.find(field);
    return at == std::string_view::npos ? 0 : std::strtoull(status.data() + at + field.size(), nullptr, 10);
  }

 private:
  const int status_ = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
};

/// Documents go deep: parsers recurse, and the default of 8 MB ends early.
void raise_stack_limit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_STACK, &limit) != 0) return;
  constexpr rlim_t kStack = 64 << 20;
  limit.rlim_cur = limit.rlim_max == RLIM_INFINITY ? kStack : std::min<rlim_t>(kStack, limit.rlim_max);
  setrlimit(RLIMIT_STACK, &limit);
}

int serve(const PeakMemory& peak) {
  Request request;
  while (read_request(kSocket, request)) {
    limit_cpu_from_now(request.cpu_seconds);
    const auto result = extract_document(request.content, request.name, request.media_type, request.limits);
    request = {};
    if (!write_all(kSocket, encode_reply(result, peak.kilobytes()))) return EXIT_FAILURE;
    malloc_trim(0);
  }
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 || std::string_view(argv[1]) == "--help") {
    fmt::print(stderr, "cairn-extract is started by cairn to read documents; it does nothing by itself.\n");
    return 2;
  }
  SandboxOptions options;
  options.address_space_bytes = std::strtoull(argv[1], nullptr, 10) * 1'000'000;
  std::set_new_handler([] { _exit(kExitOutOfMemory); });
  raise_stack_limit();
  warm_up();
  const PeakMemory peak;
  if (const auto closed = enter_sandbox(options); !closed) {
    fmt::print(stderr, "cairn-extract: {}\n", closed.error().message);
    return kExitSandboxFailed;
  }
  // Leaving without destructors: poppler's would only cost time.
  _exit(serve(peak));
}
