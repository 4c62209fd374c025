#include "extract_worker/warm_up.h"

#include <fcntl.h>
#include <poppler/GlobalParams.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unicode/uclean.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "extract_worker/encoding.h"

namespace cairn::extraction {
namespace {

/// Where Debian's poppler-data lives; poppler has the same path compiled in.
constexpr const char* kPopplerData = "/usr/share/poppler";

/// Files that stay readable after the sandbox is closed. Mapped, not read: they cost memory only when used.
std::map<std::string, std::string_view, std::less<>>& mapped_files() {
  static std::map<std::string, std::string_view, std::less<>> files;
  return files;
}

void map_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  struct stat info = {};
  if (::fstat(fd, &info) == 0 && info.st_size > 0) {
    void* bytes = ::mmap(nullptr, static_cast<std::size_t>(info.st_size), PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes != MAP_FAILED)
      mapped_files()[path] = {static_cast<const char*>(bytes), static_cast<std::size_t>(info.st_size)};
  }
  ::close(fd);
}

}  // namespace

FILE* open_mapped(const char* path) {
  const auto found = mapped_files().find(std::string_view(path));
  if (found == mapped_files().end()) return nullptr;
  return fmemopen(const_cast<char*>(found->second.data()), found->second.size(), "r");
}

void warm_up() {
  UErrorCode status = U_ZERO_ERROR;
  u_init(&status);
  for (const char* name : {"windows-1252", "Big5", "gb18030", "Shift_JIS", "EUC-JP", "UTF-16LE"})
    decode_named("x", name);
  globalParams = std::make_unique<GlobalParams>();
  std::error_code ignored;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kPopplerData, ignored))
    if (entry.is_regular_file(ignored)) map_file(entry.path().string());
}

}  // namespace cairn::extraction

/// poppler opens its tables by fopen, once a document asks for them. This definition comes before the C library's for
/// the whole program: a mapped file is served from memory, anything else is refused, as the sandbox would.
extern "C" FILE* fopen(const char* path, const char*) {
  FILE* file = cairn::extraction::open_mapped(path);
  if (file == nullptr) errno = EACCES;
  return file;
}
extern "C" FILE* fopen64(const char* path, const char* mode) { return fopen(path, mode); }
