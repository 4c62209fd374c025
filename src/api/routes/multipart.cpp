#include "api/routes/multipart.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "base/utf8.h"

namespace cairn::routes {
namespace {

constexpr std::size_t max_head_bytes = 16 * 1024;
constexpr std::size_t max_boundary_bytes = 70;  // RFC 2046, section 5.1.1.

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// A quoted string from its opening quote on; moves past it. Only quotes and backslashes are escaped by a backslash:
/// old browsers send whole Windows paths.
std::string take_quoted(std::string_view& text) {
  std::string value;
  text.remove_prefix(1);
  while (!text.empty() && text.front() != '"') {
    if (text.front() == '\\' && text.size() > 1 && (text[1] == '"' || text[1] == '\\')) text.remove_prefix(1);
    value.push_back(text.front());
    text.remove_prefix(1);
  }
  if (!text.empty()) text.remove_prefix(1);
  return value;
}

/// A parameter of a header's value, such as name="file". Empty optional: it is not there.
std::optional<std::string> parameter_of(std::string_view value, std::string_view wanted) {
  value.remove_prefix(std::min(value.find(';'), value.size()));
  while (!value.empty()) {
    value.remove_prefix(1);
    const std::size_t equals = std::min(value.find('='), value.size());
    const std::string name = lower(trimmed(value.substr(0, equals)));
    value.remove_prefix(std::min(equals + 1, value.size()));
    while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
    std::string content;
    if (value.starts_with('"')) content = take_quoted(value);
    else content = trimmed(value.substr(0, value.find(';')));
    if (name == wanted) return content;
    value.remove_prefix(std::min(value.find(';'), value.size()));
  }
  return std::nullopt;
}

/// What the fetch standard has browsers escape in names of files, and nothing else.
std::string unescaped_name(std::string name) {
  constexpr std::pair<std::string_view, char> escapes[] = {{"%22", '"'}, {"%0D", '\r'}, {"%0A", '\n'}};
  for (const auto& [escape, character] : escapes)
    for (std::size_t at = 0; (at = name.find(escape, at)) != std::string::npos; ++at)
      name.replace(at, escape.size(), 1, character);
  return utf8::is_valid(name) ? name : utf8::repair(name);
}

/// Lines, each after a CR LF.
Result<PartHead> parse_head(std::string_view text) {
  PartHead head;
  bool has_name = false;
  while (!text.empty()) {
    text.remove_prefix(2);
    const std::string_view line = text.substr(0, text.find("\r\n"));
    text.remove_prefix(line.size());
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return fail(ErrorKind::invalid, "a part of the upload has a broken header");
    const std::string name = lower(trimmed(line.substr(0, colon)));
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (name == "content-type") head.media_type = lower(trimmed(value.substr(0, value.find(';'))));
    if (name != "content-disposition") continue;
    if (auto given = parameter_of(value, "name")) {
      has_name = true;
      head.name = std::move(*given);
    }
    if (auto given = parameter_of(value, "filename")) {
      head.has_file_name = true;
      head.file_name = unescaped_name(std::move(*given));
    }
  }
  if (!has_name) return fail(ErrorKind::invalid, "a part of the upload has no name: call it \"file\" or \"metadata\"");
  return head;
}

}  // namespace

Result<std::string> multipart_boundary(std::string_view content_type) {
  const auto boundary = parameter_of(content_type, "boundary");
  if (!boundary || boundary->empty())
    return fail(ErrorKind::invalid,
                "Content-Type: multipart/form-data needs its boundary: let the HTTP library set it");
  const auto is_printable = [](unsigned char c) { return c >= 0x20 && c < 0x7f; };
  if (boundary->size() > max_boundary_bytes || boundary->back() == ' ' || !std::ranges::all_of(*boundary, is_printable))
    return fail(ErrorKind::invalid, "the boundary of the upload has more than 70 characters, or odd ones");
  return *boundary;
}

MultipartParser::MultipartParser(const std::string& boundary, PartReceiver& receiver)
    : delimiter_("\r\n--" + boundary), receiver_(receiver), pending_("\r\n") {}

Result<void> MultipartParser::take(std::string_view bytes) {
  if (state_ == State::at_end) return {};  // The epilogue has no meaning.
  pending_.append(bytes);
  while (true) {
    CAIRN_TRY(const bool went_on, step());
    if (!went_on) return {};
  }
}

Result<void> MultipartParser::finish() const {
  if (state_ == State::at_end) return {};
  return fail(ErrorKind::invalid,
              "the upload ends before its last boundary: it was cut off, or is no multipart/form-data");
}

/// Whether there is more to do with what is pending.
Result<bool> MultipartParser::step() {
  switch (state_) {
    case State::before_first: return leave_preamble();
    case State::after_boundary: return read_after_boundary();
    case State::in_head: return read_head();
    case State::in_body: return read_body();
    case State::at_end: pending_.clear(); return false;
  }
  return false;
}

Result<bool> MultipartParser::leave_preamble() {
  const std::size_t at = pending_.find(delimiter_);
  if (at == std::string::npos) {
    if (pending_.size() > max_head_bytes)
      return fail(ErrorKind::invalid, "the upload does not begin with the boundary that its Content-Type names");
    return false;
  }
  pending_.erase(0, at + delimiter_.size());
  state_ = State::after_boundary;
  return true;
}

Result<bool> MultipartParser::read_after_boundary() {
  if (pending_.size() < 2) return false;
  if (pending_.starts_with("--")) {
    state_ = State::at_end;
    return true;
  }
  const std::size_t line_end = pending_.find("\r\n");
  const bool is_endless = line_end == std::string::npos && pending_.size() > max_head_bytes;
  if (is_endless ||
      !trimmed(std::string_view(pending_).substr(0, line_end == std::string::npos ? 0 : line_end)).empty())
    return fail(ErrorKind::invalid, "the upload has a broken boundary line");
  if (line_end == std::string::npos) return false;
  pending_.erase(0, line_end);  // Keeps the CR LF: a part without any header is an empty line, and no more.
  state_ = State::in_head;
  return true;
}

Result<bool> MultipartParser::read_head() {
  const std::size_t end = pending_.find("\r\n\r\n");
  if (end == std::string::npos || end > max_head_bytes) {
    if (pending_.size() > max_head_bytes) return fail(ErrorKind::invalid, "a part of the upload has too large a head");
    return false;
  }
  CAIRN_TRY(PartHead head, parse_head(std::string_view(pending_).substr(0, end)));
  pending_.erase(0, end + 4);
  CAIRN_CHECK(receiver_.begin_part(std::move(head)));
  state_ = State::in_body;
  return true;
}

Result<bool> MultipartParser::read_body() {
  const std::size_t at = pending_.find(delimiter_);
  if (at == std::string::npos) {
    if (pending_.size() < delimiter_.size()) return false;
    const std::size_t safe = pending_.size() - delimiter_.size() + 1;
    CAIRN_CHECK(receiver_.part_bytes(std::string_view(pending_).substr(0, safe)));
    pending_.erase(0, safe);
    return false;
  }
  if (at > 0) CAIRN_CHECK(receiver_.part_bytes(std::string_view(pending_).substr(0, at)));
  CAIRN_CHECK(receiver_.end_part());
  pending_.erase(0, at + delimiter_.size());
  state_ = State::after_boundary;
  return true;
}

}  // namespace cairn::routes
