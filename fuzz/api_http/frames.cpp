#include <cstdlib>

#include "api/http/event_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto frames = cairn::http::read_client_frames(bytes);
  if (frames.eaten > size) std::abort();

  // Whatever an event holds, it stays one event: nothing in it can end it early.
  const std::string text(bytes);
  std::string event;
  cairn::http::append_sse(event, {.id = text, .name = text, .data = text});
  if (event.find("\n\n") != event.size() - 2) std::abort();
  cairn::http::event_json({.id = text, .name = text, .data = text});
  return 0;
}
