#include "main/web_files.h"

#include <cstdint>
#include <utility>

// The pack that scripts/build-web left in the build folder. Where it did not run, the pack is empty.
asm(".pushsection .rodata\n"
    ".balign 16\n"
    "cairn_web_pack:\n"
    ".incbin \"" CAIRN_WEB_PACK
    "\"\n"
    "cairn_web_pack_end:\n"
    ".popsection\n");

extern const char pack_begin[] asm("cairn_web_pack");
extern const char pack_end[] asm("cairn_web_pack_end");

namespace cairn {
namespace {

std::uint32_t number_at(std::string_view bytes) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number |= std::uint32_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return number;
}

}  // namespace

Result<std::vector<http::StaticFiles::File>> read_web_pack(std::string_view pack) {
  std::vector<http::StaticFiles::File> files;
  const auto damaged = [] { return fail(ErrorKind::corrupt, "the web interface inside this program is damaged"); };
  while (!pack.empty()) {
    if (pack.size() < 8) return damaged();
    const std::uint64_t path_bytes = number_at(pack), content_bytes = number_at(pack.substr(4));
    pack.remove_prefix(8);
    if (path_bytes == 0 || path_bytes + content_bytes > pack.size()) return damaged();
    files.push_back({std::string(pack.substr(0, path_bytes)), std::string(pack.substr(path_bytes, content_bytes))});
    pack.remove_prefix(path_bytes + content_bytes);
  }
  return files;
}

Result<http::StaticFiles> embedded_web_files() {
  CAIRN_TRY(auto files, read_web_pack({pack_begin, static_cast<std::size_t>(pack_end - pack_begin)}));
  return http::StaticFiles(std::move(files));
}

}  // namespace cairn
