#include "adapters/encoder/model_folder.h"

#include <algorithm>
#include <system_error>

#include "adapters/encoder/encoder_embedder.h"

namespace cairn {

Result<std::vector<std::unique_ptr<Embedder>>> open_model_folder(const std::filesystem::path& folder,
                                                                 encoder::Isa isa) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (entry->path().extension() == ".cairnmodel") files.push_back(entry->path());
  if (error && error != std::errc::no_such_file_or_directory)
    return fail(ErrorKind::invalid, "the models folder " + folder.string() + " cannot be read: " + error.message());
  std::ranges::sort(files);

  std::vector<std::unique_ptr<Embedder>> embedders;
  for (const auto& file : files) {
    CAIRN_TRY(std::unique_ptr<Embedder> embedder, open_encoder_embedder(file, isa));
    embedders.push_back(std::move(embedder));
  }
  return embedders;
}

}  // namespace cairn
