#include "adapters/openai/endpoint_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/log.h"
#include "base/utf8.h"

namespace cairn {
namespace {

using Json = nlohmann::json;

constexpr std::size_t most_characters = 200;

/// {"error": {"message": …}}, {"error": …}, {"message": …}, or any of these in a list, no deeper than `depth`.
std::string message_in(const Json& json, int depth) {
  if (json.is_array() && !json.empty() && depth > 0) return message_in(json.front(), depth - 1);
  if (!json.is_object() || depth == 0) return {};
  if (const auto error = json.find("error"); error != json.end())
    return error->is_string() ? error->get<std::string>() : message_in(*error, depth - 1);
  const auto message = json.find("message");
  return message != json.end() && message->is_string() ? message->get<std::string>() : std::string();
}

}  // namespace

std::string endpoint_message(int status, std::string_view body, std::span<const std::string> secrets) {
  const std::string said = without_secrets(message_in(Json::parse(body, nullptr, false), 4), secrets);
  if (said.empty()) return fmt::format("status {}", status);
  return said.substr(0, utf8::offset_of(said, most_characters));
}

bool may_be_retried(int status) { return status == 408 || status == 429 || status >= 500; }

bool pause(std::chrono::milliseconds duration, const CancelToken& cancel) {
  const auto end = std::chrono::steady_clock::now() + duration;
  while (std::chrono::steady_clock::now() < end) {
    if (cancel.cancelled()) return false;
    std::this_thread::sleep_for(std::min(duration, std::chrono::milliseconds(20)));
  }
  return !cancel.cancelled();
}

}  // namespace cairn
