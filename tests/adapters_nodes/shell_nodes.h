#pragma once

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>

#include "adapters/local_nodes/local_node_provider.h"
#include "base/clock.h"
#include "contract/temporary_folder.h"

namespace cairn::testing {

using namespace std::chrono_literals;

/// What a node does: a line of shell. It may use $FOLDER and $NODE.
inline const std::string well_behaved =
    "trap 'echo ended >> $FOLDER/said; exit 0' TERM; echo $$ > $FOLDER/pid; "
    "while :; do sleep 0.02; done";

inline LocalNodeOptions shell_nodes(const std::filesystem::path& folder, const std::string& script) {
  LocalNodeOptions options;
  options.program = "/bin/sh";
  options.folder = folder;
  options.name = "parent";
  options.arguments = [script](const std::filesystem::path& own) {
    return std::vector<std::string>{"-c", "FOLDER=" + own.string() + "; " + script};
  };
  options.environment = [](const NodeId& node) {
    return std::vector<std::string>{"PATH=/usr/bin:/bin", "NODE=" + node.value()};
  };
  return options;
}

inline std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// Asks until it is true.
inline bool comes_true(const std::function<bool()>& question) {
  const auto end = std::chrono::steady_clock::now() + 120s;
  while (!question()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

inline bool is_there(pid_t pid) { return ::kill(pid, 0) == 0; }

/// The process of a folder, as soon as it has said it.
inline pid_t pid_in(const std::filesystem::path& folder) {
  if (!comes_true([&] { return text_of(folder / "pid").ends_with('\n'); })) throw std::runtime_error("it never began");
  return std::stoi(text_of(folder / "pid"));
}

}  // namespace cairn::testing
