// Any reply of an endpoint: what is passed on is whole characters and the reply itself, however the bytes were cut. The
// first byte chooses the kind of body, the second where it is cut.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "adapters/openai/chat_reply_reader.h"
#include "base/utf8.h"

namespace {

using namespace cairn;

struct Read {
  std::string heard;
  std::optional<std::string> reply;  ///< Nothing: it failed.
};

Read read(std::string_view body, const HttpHead& head, std::size_t piece) {
  Read result;
  ChatRequest request;
  request.stop = {"STOP"};
  const std::vector<std::string> secrets = {"sk-secret"};
  const ChatReplyReader::OnText keep = [&](std::string_view text) {
    if (text.empty() || !utf8::is_valid(text)) std::abort();
    result.heard += text;
  };
  ChatReplyReader reader(request, secrets, keep);
  for (std::size_t at = 0; at < body.size(); at += piece) {
    const auto more = reader.add(head, body.substr(at, piece));
    if (!more) return result;
    if (!*more) break;
  }
  auto reply = reader.finish(head);
  if (!reply) return result;
  if (reply->text != result.heard || reply->text.find("STOP") != std::string::npos) std::abort();
  result.reply = reply->text;
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 2, size - 2);
  HttpHead head;
  head.status = 200;
  head.content_type = data[0] % 2 == 0 ? "text/event-stream" : "application/json";
  const Read whole = read(body, head, body.size() + 1), cut = read(body, head, data[1] % 16 + 1);
  if (whole.reply != cut.reply) std::abort();
  if (whole.reply && whole.heard != cut.heard) std::abort();
  return 0;
}
