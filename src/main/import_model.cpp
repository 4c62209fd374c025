#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "encoder/model_import.h"
#include "main/open_store.h"
#include "text/tokenizer.h"

namespace cairn {
namespace {

Result<std::string> read_whole_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream content;
  if (!stream || !(content << stream.rdbuf()))
    return fail(ErrorKind::invalid, fmt::format("cannot read {}: check the path", path.string()));
  return std::move(content).str();
}

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');)
    if (!part.empty()) parts.push_back(part);
  return parts;
}

}  // namespace

Result<std::string> import_model_files(const cli::Platform::ModelImport& request) {
  CAIRN_TRY(const std::string weights, read_whole_file(request.weights));
  CAIRN_TRY(const std::string tokenizer_json, read_whole_file(request.tokenizer));
  CAIRN_TRY(const text::Tokenizer tokenizer, text::Tokenizer::from_json(tokenizer_json));
  encoder::ImportOptions options;
  options.id = request.id;
  options.pooling = request.pooling;
  options.query_prefix = request.query_prefix;
  options.languages = split_at_commas(request.languages);
  if (!request.config.empty()) { CAIRN_TRY(options.config_json, read_whole_file(request.config)); }

  // Written beside the target and renamed, so that a half-written model is never found.
  const std::filesystem::path temporary = request.out.string() + fmt::format(".{}.tmp", getpid());
  std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
  const auto packed =
      encoder::import_model(as_bytes(weights), tokenizer.pack(), options, [&](Bytes bytes) -> Result<void> {
        out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
        if (!out)
          return fail(ErrorKind::unavailable,
                      fmt::format("cannot write {}: is the folder there, and the disk not full?", temporary.string()));
        return {};
      });
  out.close();
  std::error_code error;
  if (packed && out) std::filesystem::rename(temporary, request.out, error);
  if (!packed || !out || error) {
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    if (!packed) return fail(packed.error());
    return fail(ErrorKind::unavailable,
                fmt::format("cannot write {}: {}", request.out.string(), error ? error.message() : "disk full?"));
  }
  return fmt::format("Wrote {} ({} MB).", request.out.string(), std::filesystem::file_size(request.out) / 1'000'000);
}

}  // namespace cairn
