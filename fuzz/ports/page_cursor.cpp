// Cursors: what a list takes for its own is what it gave.
#include "ports/page_cursor.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using cairn::PagedList;
  const std::string_view cursor(reinterpret_cast<const char*>(data), size);
  for (const PagedList list : {PagedList::documents, PagedList::tasks, PagedList::chunks}) {
    const auto text = cairn::page_position(list, cursor);
    if (text && !cursor.empty() && cairn::page_cursor(list, *text) != cursor) std::abort();
    const auto number = cairn::page_position(list, cursor, 0);
    if (number && (!text || *number < 0)) std::abort();
  }
  return 0;
}
