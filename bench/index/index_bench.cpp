#include <cstdio>
#include <string>
#include <vector>

#include "benches.h"

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (!arguments.empty() && arguments[0] == "vectors") return cairn::bench::vectors(arguments);
  if (!arguments.empty() && arguments[0] == "terms") return cairn::bench::terms(arguments);
  std::fputs(
      "usage: cairn-index-bench vectors FILE QUERIES TRUTH DIMENSIONS MODEL SECONDS BITS:RERANK:DOUBT…\n"
      "       cairn-index-bench terms CHUNKS\n",
      stderr);
  return 2;
}
