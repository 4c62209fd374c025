#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "extract_worker/formats.h"
#include "extract_worker/text_cleaning.h"

namespace cairn::extraction {
namespace {

/// A string longer than this, or with line breaks, is prose and becomes paragraphs of its own.
constexpr std::size_t kProse = 400;
constexpr std::size_t kMaxDepth = 200;
/// A record longer than this is cut where one of its objects or lists ends.
constexpr std::size_t kLongRecord = 2000;

/// Writes records: each object becomes lines "key: value" of one block, nested keys joined by dots; lists of plain
/// values become "key: a, b, c". Objects in a top-level list are records of their own.
class JsonWriter : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit JsonWriter(DocumentBuilder& builder) : builder_(builder) {}

  bool null() override { return value(""); }
  bool boolean(bool flag) override { return value(flag ? "true" : "false"); }
  bool number_integer(number_integer_t number) override { return value(std::to_string(number)); }
  bool number_unsigned(number_unsigned_t number) override { return value(std::to_string(number)); }
  bool number_float(number_float_t, const string_t& digits) override { return value(digits); }
  bool string(string_t& text) override { return value(text); }
  bool binary(binary_t&) override { return true; }
  bool key(string_t& name) override {
    frames_.back().key = name;
    return true;
  }
  bool start_object(std::size_t) override { return open(false); }
  bool start_array(std::size_t) override { return open(true); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    error_at_ = position;
    return false;
  }

  std::size_t error_at() const { return error_at_; }
  bool too_deep() const { return too_deep_; }
  void flush() {
    flush_list();
    builder_.lines(text::BlockKind::paragraph, record_);
    record_.clear();
  }

 private:
  struct Frame {
    bool is_list;
    std::string key;
  };

  std::string path() const {
    std::string out;
    for (const auto& frame : frames_) {
      if (frame.is_list || frame.key.empty()) continue;
      if (!out.empty()) out += '.';
      out += frame.key;
    }
    return out;
  }

  bool open(bool is_list) {
    flush_list();
    if (frames_.size() >= kMaxDepth) return too_deep_ = true, false;
    if (!is_list && in_list_of_records()) flush();
    frames_.push_back({is_list, {}});
    return !builder_.full();
  }

  bool close() {
    flush_list();
    frames_.pop_back();
    if (frames_.empty() || in_list_of_records() || record_.size() > kLongRecord) flush();
    return !builder_.full();
  }

  /// At the top, or one level down, as in {"stations": [{…}, {…}]}; further down, objects are part of their record.
  bool in_list_of_records() const { return !frames_.empty() && frames_.size() <= 2 && frames_.back().is_list; }

  bool value(const std::string& text) {
    if (text.empty()) return true;
    if (text.size() > kProse || text.find('\n') != std::string::npos) return prose(text);
    if (!frames_.empty() && frames_.back().is_list) {
      if (!list_.empty()) list_ += ", ";
      list_ += text;
      if (list_.size() > kProse) flush_list();
    } else {
      add_line(text);
    }
    return !builder_.full();
  }

  bool prose(const std::string& text) {
    flush_list();
    if (const std::string name = path(); !name.empty()) record_ += name + ":\n";
    flush();
    builder_.lines(text::BlockKind::paragraph, text);
    return !builder_.full();
  }

  void add_line(const std::string& text) {
    const std::string name = path();
    record_ += name.empty() ? text : fmt::format("{}: {}", name, text);
    record_ += '\n';
  }

  void flush_list() {
    if (list_.empty()) return;
    add_line(list_);
    list_.clear();
  }

  DocumentBuilder& builder_;
  std::vector<Frame> frames_;
  std::string record_;
  std::string list_;
  std::size_t error_at_ = 0;
  bool too_deep_ = false;
};

Result<void> write_value(std::string_view utf8, DocumentBuilder& builder) {
  JsonWriter writer(builder);
  if (nlohmann::json::sax_parse(utf8.begin(), utf8.end(), &writer)) {
    writer.flush();
    return {};
  }
  if (writer.too_deep())
    return fail(ErrorKind::invalid, fmt::format("the JSON nests deeper than {} levels", kMaxDepth));
  if (builder.full()) return {};
  return fail(ErrorKind::invalid, fmt::format("not valid JSON: error at byte {}", writer.error_at()));
}

}  // namespace

Result<void> extract_json(std::string_view utf8, DocumentBuilder& builder) {
  // Several values, one a line, are JSON lines under another name.
  const std::string_view first_line = utf8.substr(0, utf8.find('\n'));
  if (first_line.size() < utf8.size() && first_line.starts_with('{') && nlohmann::json::accept(first_line))
    return extract_json_lines(utf8, builder);
  return write_value(utf8, builder);
}

Result<void> extract_json_lines(std::string_view utf8, DocumentBuilder& builder) {
  std::size_t number = 0;
  for (std::size_t at = 0; at < utf8.size() && !builder.full();) {
    const std::size_t end = std::min(utf8.find('\n', at), utf8.size());
    const std::string_view line = utf8.substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    if (auto written = write_value(line, builder); !written)
      return fail(ErrorKind::invalid, fmt::format("line {}: {}", number, written.error().message));
  }
  return {};
}

}  // namespace cairn::extraction
