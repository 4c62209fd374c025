#include "api/http/event_text.h"

#include <algorithm>

#include "base/utf8.h"

namespace cairn::http {
namespace {

void append_line(std::string& out, std::string_view field, std::string_view value) {
  out.append(field).append(": ");
  for (const char c : value) {
    if (c != '\r' && c != '\n' && c != '\0') out += c;
  }
  out += '\n';
}

void append_quoted(std::string& out, std::string_view text) {
  constexpr char digits[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out.append({'\\', c});
    else if (c == '\n') out += "\\n";
    else if (static_cast<unsigned char>(c) < 0x20) out.append("\\u00").append({digits[c >> 4], digits[c & 15]});
    else out += c;
  }
  out += '"';
}

std::string closing(std::uint16_t code) {
  std::string out;
  append_frame(out, Opcode::close, std::string{static_cast<char>(code >> 8), static_cast<char>(code & 255)});
  return out;
}

constexpr std::uint16_t normal_closure = 1000, protocol_error = 1002, too_big = 1009;

}  // namespace

void append_sse(std::string& out, const Event& event) {
  if (!event.id.empty()) append_line(out, "id", event.id);
  if (!event.name.empty()) append_line(out, "event", event.name);
  std::string_view rest = event.data;
  while (true) {
    const auto end = std::min(rest.find_first_of("\r\n"), rest.size());
    append_line(out, "data", rest.substr(0, end));
    if (end == rest.size()) break;
    rest.remove_prefix(rest.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
  }
  out += '\n';
}

std::string event_json(const Event& event) {
  std::string out = "{";
  if (!event.id.empty()) {
    out += "\"id\":";
    append_quoted(out, utf8::repair(event.id));
    out += ',';
  }
  out += "\"event\":";
  append_quoted(out, event.name.empty() ? "message" : utf8::repair(event.name));
  out += ",\"data\":";
  append_quoted(out, utf8::repair(event.data));
  return out += '}';
}

void append_frame(std::string& out, Opcode opcode, std::string_view payload) {
  out += static_cast<char>(0x80 | static_cast<std::uint8_t>(opcode));
  const std::uint64_t size = payload.size();
  const int bytes = size < 126 ? 0 : size < 65'536 ? 2 : 8;
  out += static_cast<char>(bytes == 0 ? size : bytes == 2 ? 126 : 127);
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(size >> (8 * i));
  out += payload;
}

ClientFrames read_client_frames(std::string_view bytes) {
  ClientFrames read;
  while (!read.closed) {
    const auto rest = bytes.substr(read.eaten);
    if (rest.size() < 2) break;
    const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(rest[i]); };
    const std::uint8_t opcode = at(0) & 15;
    std::size_t size = at(1) & 127, head = 6;
    const bool control = opcode >= 8;
    if (!(at(1) & 128) || (at(0) & 0x70) || (control && (size > 125 || !(at(0) & 128)))) {
      read.answer += closing(protocol_error);
      read.closed = true;
      break;
    }
    if (size == 126 && rest.size() < 4) break;
    if (size == 126) size = at(2) * 256u + at(3), head = 8;
    else if (size == 127) size = max_client_frame_bytes;
    if (size > max_client_frame_bytes - 8) {
      read.answer += closing(too_big);
      read.closed = true;
      break;
    }
    if (rest.size() < head + size) break;
    std::string payload(rest.substr(head, size));
    for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(payload[i] ^ rest[head - 4 + i % 4]);
    if (opcode == static_cast<std::uint8_t>(Opcode::ping)) append_frame(read.answer, Opcode::pong, payload);
    if (opcode == static_cast<std::uint8_t>(Opcode::close)) {
      read.answer += closing(normal_closure);
      read.closed = true;
    }
    read.eaten += head + size;
  }
  return read;
}

}  // namespace cairn::http
