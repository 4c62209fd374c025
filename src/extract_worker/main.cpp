// cairn-extract: turns untrusted files into text in a closed-in process. Started by cairn, never by hand: descriptor 3
// is the socket on which documents come in and results go out, one after another, until the other side closes it.

#include <fmt/format.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

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

std::uint64_t peak_memory_kb() {
  rusage used = {};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<std::uint64_t>(used.ru_maxrss);
}

/// Documents go deep: parsers recurse, and the default of 8 MB ends early.
void raise_stack_limit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_STACK, &limit) != 0) return;
  constexpr rlim_t kStack = 64 << 20;
  limit.rlim_cur = limit.rlim_max == RLIM_INFINITY ? kStack : std::min<rlim_t>(kStack, limit.rlim_max);
  setrlimit(RLIMIT_STACK, &limit);
}

int serve() {
  Request request;
  while (read_request(kSocket, request)) {
    limit_cpu_from_now(request.cpu_seconds);
    const auto result = extract_document(request.content, request.name, request.media_type, request.limits);
    request = {};
    if (!write_all(kSocket, encode_reply(result, peak_memory_kb()))) return EXIT_FAILURE;
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
  if (const auto closed = enter_sandbox(options); !closed) {
    fmt::print(stderr, "cairn-extract: {}\n", closed.error().message);
    return kExitSandboxFailed;
  }
  // Leaving without destructors: poppler's would only cost time.
  _exit(serve());
}
