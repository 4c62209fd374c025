#include "adapters/encoder/model_folder.h"

#include <algorithm>
#include <system_error>

#include "adapters/encoder/encoder_embedder.h"

namespace cairn {

Result<ModelFolder> open_model_folder(const std::filesystem::path& folder, encoder::Isa isa) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (entry->path().extension() == ".cairnmodel") files.push_back(entry->path());
  if (error && error != std::errc::no_such_file_or_directory)
    return fail(ErrorKind::invalid, "the models folder " + folder.string() + " cannot be read: " + error.message());
  std::ranges::sort(files);

  ModelFolder models;
  for (const auto& file : files) {
    auto embedder = open_encoder_embedder(file, isa);
    if (embedder) models.embedders.push_back(std::move(*embedder));
    else models.broken.push_back({.id = file.stem().string(), .reason = std::move(embedder).error().message});
  }
  return models;
}

}  // namespace cairn
