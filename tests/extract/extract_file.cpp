// extract_file WORKER FILE…: extracts each file as ingest would, in child processes, and prints one JSON object a line:
// file, seconds, and either error or media_type, pages, title, text, blocks.

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "adapters/extract/process_extractor.h"
#include "base/utf8.h"

namespace {

const char* name_of(cairn::text::BlockKind kind) {
  using enum cairn::text::BlockKind;
  switch (kind) {
    case heading: return "heading";
    case paragraph: return "paragraph";
    case list_item: return "list_item";
    case table_row: return "table_row";
    case code: return "code";
    case quote: return "quote";
  }
  return "?";
}

nlohmann::json describe(const cairn::ExtractedText& text) {
  nlohmann::json out = {
      {"media_type", text.media_type}, {"pages", text.pages}, {"title", text.title}, {"text", text.text}};
  auto& blocks = out["blocks"] = nlohmann::json::array();
  const cairn::utf8::CodePointIndex index(text.text);
  for (const auto& block : text.blocks)
    blocks.push_back({{"kind", name_of(block.kind)},
                      {"page", block.page},
                      {"path", block.heading_path},
                      {"text", index.slice(block.span)}});
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: extract_file WORKER FILE…\n");
    return 2;
  }
  cairn::extract::ProcessExtractor extractor({.worker = argv[1]});
  for (int i = 2; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    const auto begin = std::chrono::steady_clock::now();
    const auto result =
        extractor.extract({.content = cairn::as_bytes(content), .file_name = argv[i], .media_type = "", .cancel = {}});
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    nlohmann::json line =
        result ? describe(*result)
               : nlohmann::json{{"error", result.error().message}, {"kind", to_string(result.error().kind)}};
    line["file"] = argv[i];
    line["seconds"] = seconds.count();
    fmt::print("{}\n", line.dump());
  }
}
