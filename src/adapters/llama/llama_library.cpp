#include "adapters/llama/llama_library.h"

#include <ggml-backend.h>
#include <llama.h>

#include <mutex>

namespace cairn {
namespace {

thread_local std::string complaint;

/// The first error says what is wrong, later ones that it therefore failed.
void keep_complaint(ggml_log_level level, const char* text, void*) {
  if (level != GGML_LOG_LEVEL_ERROR || !complaint.empty()) return;
  std::string line = text;
  while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.pop_back();
  if (const std::size_t colon = line.find(": "); colon != std::string::npos && line.find(' ') > colon)
    line.erase(0, colon + 2);  // The name of llama.cpp's function.
  complaint = line.substr(0, 300);
}

}  // namespace

Result<void> start_llama(const std::filesystem::path& folder) {
  static std::once_flag once;
  std::call_once(once, [&] {
    llama_log_set(keep_complaint, nullptr);
    ggml_backend_load_all_from_path(folder.c_str());
    llama_backend_init();
  });
  if (ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU) != nullptr) return {};
  return fail(ErrorKind::unavailable,
              "llama.cpp finds no kernels for this processor in " + folder.string() + ": install Cairn again");
}

std::string take_llama_complaint() {
  std::string taken;
  taken.swap(complaint);
  return taken;
}

}  // namespace cairn
