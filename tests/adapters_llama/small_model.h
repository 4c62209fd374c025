#pragma once

#include <gtest/gtest.h>

#include <filesystem>

namespace cairn::testing {

/// The model that `scripts/models smollm2` fetches.
inline std::filesystem::path small_model_path() {
  const std::filesystem::path path = CAIRN_BUILD_DIR "/models/SmolLM2-135M-Instruct.Q4_1.gguf";
  if (!std::filesystem::exists(path)) ADD_FAILURE() << path << " is missing: run scripts/models smollm2";
  return path;
}

inline std::filesystem::path kernels_path() { return CAIRN_BUILD_DIR "/llama"; }

}  // namespace cairn::testing
