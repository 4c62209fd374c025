#include <fmt/format.h>

#include "extract_worker/encoding.h"
#include "extract_worker/formats.h"
#include "extract_worker/mime.h"

namespace cairn::extraction {
namespace {

/// Parts of all levels together; a message with more is built to cost time.
constexpr int kMaxParts = 1000;

class EmailReader {
 public:
  EmailReader(std::uint32_t nesting, DocumentBuilder& builder) : nesting_(nesting), builder_(builder) {}

  void read(const MimePart& part, int depth) {
    if (builder_.full() || depth > 20 || ++parts_ > kMaxParts) return;
    const std::string type = part.value("content-type");
    if (type == "multipart/alternative") return alternative(part, depth);
    if (type.starts_with("multipart/")) {
      for (const auto body : split_multipart(part.body, part.parameter("content-type", "boundary")))
        read(parse_part(body), depth + 1);
      return;
    }
    std::string name = part.parameter("content-disposition", "filename");
    if (name.empty()) name = part.parameter("content-type", "name");
    const bool text = type.empty() || type == "text/plain" || type == "text/html";
    if (text && part.value("content-disposition") != "attachment") body(part, type);
    else attachment(part, type, name);
  }

 private:
  /// The same content several times: plain text is the one without furniture, if it is there.
  void alternative(const MimePart& part, int depth) {
    const auto bodies = split_multipart(part.body, part.parameter("content-type", "boundary"));
    for (const std::string_view wanted : {"text/plain", "multipart/", "text/html", ""})
      for (const auto body : bodies) {
        const MimePart choice = parse_part(body);
        if (!choice.value("content-type").starts_with(wanted)) continue;
        if (wanted == "text/plain" && choice.body.find_first_not_of(" \t\r\n") == std::string_view::npos) continue;
        return read(choice, depth + 1);
      }
  }

  void body(const MimePart& part, const std::string& type) {
    const DecodedText text = decode_text(part.decoded_body(), part.parameter("content-type", "charset"));
    // An unreadable body is not a reason to lose the rest of the message.
    if (type == "text/html") static_cast<void>(extract_html(text.utf8, builder_));
    else static_cast<void>(extract_plain_text(text.utf8, builder_));
  }

  void attachment(const MimePart& part, const std::string& type, const std::string& name) {
    if (name.empty() && type != "message/rfc822") return;
    if (type.starts_with("image/") || type.starts_with("audio/") || type.starts_with("video/")) return;
    builder_.heading(2, name.empty() ? "Forwarded message" : name);
    if (nesting_ + 1 >= builder_.limits().max_nesting) return;
    const std::size_t mark = builder_.nest_headings();
    const std::string content = part.decoded_body();
    const auto done = type == "message/rfc822"
                          ? extract_email(content, nesting_ + 1, builder_)
                          : extract_into(content, name, type == "text/plain" ? "" : type, nesting_ + 1, builder_);
    if (!done) builder_.paragraph(fmt::format("[{}]", done.error().message));
    builder_.restore_headings(mark);
    builder_.set_page(0);
  }

  std::uint32_t nesting_;
  DocumentBuilder& builder_;
  int parts_ = 0;
};

std::string field(const MimePart& message, const std::string& name) {
  const auto found = message.fields.find(name);
  return found == message.fields.end() ? std::string() : decode_header(found->second);
}

}  // namespace

Result<void> extract_email(std::string_view bytes, std::uint32_t nesting, DocumentBuilder& builder) {
  if (bytes.starts_with("From ")) bytes.remove_prefix(std::min(bytes.find('\n'), bytes.size() - 1) + 1);
  const MimePart message = parse_part(bytes);
  const std::string subject = field(message, "subject");
  if (nesting == 0) builder.set_title(subject);
  builder.heading(1, subject);
  std::string head;
  for (const auto& [name, label] : {std::pair{"from", "From"}, {"to", "To"}, {"cc", "Cc"}, {"date", "Date"}})
    if (const std::string value = field(message, name); !value.empty()) head += fmt::format("{}: {}\n", label, value);
  builder.lines(text::BlockKind::paragraph, head);
  EmailReader(nesting, builder).read(message, 0);
  return {};
}

}  // namespace cairn::extraction
