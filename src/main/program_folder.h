#pragma once

#include <filesystem>
#include <optional>

namespace cairn {

/// The folder of the running program, where the models and the extraction program lie beside it.
std::filesystem::path program_folder();

/// $XDG_DATA_HOME/cairn, or ~/.local/share/cairn; nothing when neither variable is set.
std::optional<std::filesystem::path> default_data_folder();

}  // namespace cairn
