#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/http/message.h"

namespace cairn::http {

/// An event as text/event-stream has it (WHATWG HTML, section 9.2). Line feeds cannot forge another field or event.
void append_sse(std::string& out, const Event& event);

/// An event as a JSON object {"id"?, "event", "data"}; data is a string, as it is for server-sent events.
std::string event_json(const Event& event);

// WebSocket (RFC 6455). A server's frames are not masked.
enum class Opcode : std::uint8_t { text = 1, close = 8, ping = 9, pong = 10 };
void append_frame(std::string& out, Opcode opcode, std::string_view payload);

/// What is done about frames that a client sent.
struct ClientFrames {
  std::size_t eaten = 0;
  std::string answer;   ///< Pongs, and the closing frame.
  bool closed = false;  ///< The client closed, or broke the protocol.
};

/// Reads whole frames off the front of `bytes`; what clients say is not listened to.
ClientFrames read_client_frames(std::string_view bytes);

/// The most that waits for the rest of its frame.
constexpr std::size_t max_client_frame_bytes = 4096;

}  // namespace cairn::http
