// Any file through the whole of extraction. The first byte chooses the name, since names decide between text formats.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/utf8.h"
#include "extract_worker/formats.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::array kNames = {"a.pdf",   "a.docx", "a.html", "a.md",  "a.csv", "a.json",
                                 "a.jsonl", "a.eml",  "a.xml",  "a.txt", "a.cpp", ""};
  if (size == 0) return 0;
  const std::string_view content(reinterpret_cast<const char*>(data) + 1, size - 1);
  const cairn::extraction::Limits limits{.max_text_bytes = 1 << 20, .max_expanded_bytes = 8 << 20};
  const auto document = cairn::extraction::extract_document(content, kNames[data[0] % kNames.size()], "", limits);
  if (!document) return document.error().message.empty() ? std::abort(), 0 : 0;
  if (!cairn::utf8::is_valid(document->text)) std::abort();
  std::uint32_t reached = 0;
  for (const auto& block : document->blocks) {
    if (block.span.start < reached || block.span.end <= block.span.start || block.path >= document->paths.size())
      std::abort();
    reached = block.span.end;
  }
  if (reached != cairn::utf8::length(document->text)) std::abort();
  return 0;
}
