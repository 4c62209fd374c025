#include "extract_worker/xml_reader.h"

#include <algorithm>

#include "extract_worker/entities.h"

namespace cairn::extraction {
namespace {

/// Deeper than any document that a program for people wrote, and shallow enough to recurse.
constexpr int kMaxDepth = 2000;
constexpr std::string_view kSpace = " \t\r\n";

std::string_view local_name(std::string_view qualified) {
  const std::size_t colon = qualified.rfind(':');
  return colon == qualified.npos ? qualified : qualified.substr(colon + 1);
}

}  // namespace

XmlReader::Token XmlReader::stop(std::string reason) {
  error_ = std::move(reason);
  at_ = xml_.size();
  pending_end_ = false;
  return Token::done;
}

XmlReader::Token XmlReader::next() {
  if (pending_end_) {
    pending_end_ = false;
    --depth_;
    return Token::end;
  }
  while (at_ < xml_.size()) {
    if (xml_[at_] == '<') {
      const std::size_t before = at_;
      const Token token = markup();
      if (token != Token::done || !error_.empty()) return token;
      if (at_ == before) return Token::done;
      continue;  // A comment, an instruction or a document type without entities.
    }
    const std::size_t end = std::min(xml_.find('<', at_), xml_.size());
    raw_text_ = xml_.substr(at_, end - at_);
    is_cdata_ = false;
    at_ = end;
    return Token::text;
  }
  if (depth_ > 0) return stop("the XML ends too early");
  return Token::done;
}

bool XmlReader::skip_past(std::string_view mark) {
  const std::size_t found = xml_.find(mark, at_);
  if (found == xml_.npos) {
    stop("the XML ends too early");
    return false;
  }
  at_ = found + mark.size();
  return true;
}

/// Done without an error means: nothing for the caller, go on.
XmlReader::Token XmlReader::markup() {
  const std::string_view rest = xml_.substr(at_);
  if (rest.starts_with("<!--")) return skip_past("-->"), Token::done;
  if (rest.starts_with("<?")) return skip_past("?>"), Token::done;
  if (rest.starts_with("<![CDATA[")) {
    const std::size_t begin = at_ + 9;
    if (!skip_past("]]>")) return Token::done;
    raw_text_ = xml_.substr(begin, at_ - 3 - begin);
    is_cdata_ = true;
    return Token::text;
  }
  if (rest.starts_with("<!")) return doctype();
  return rest.starts_with("</") ? end_tag() : start_tag();
}

XmlReader::Token XmlReader::doctype() {
  const std::size_t close = xml_.find('>', at_);
  const std::size_t subset = xml_.find('[', at_);
  if (close == xml_.npos) return stop("the XML ends too early");
  if (subset == xml_.npos || subset > close) {
    at_ = close + 1;
    return Token::done;
  }
  const std::size_t end = xml_.find("]>", subset);
  if (end == xml_.npos || xml_.substr(subset, end - subset).find("<!ENTITY") != xml_.npos)
    return stop("it declares XML entities, which can expand without end: not opened");
  at_ = end + 2;
  return Token::done;
}

XmlReader::Token XmlReader::start_tag() {
  // A '>' inside a quoted value does not end the tag.
  std::size_t end = at_ + 1;
  for (char quote = 0; end < xml_.size() && (quote != 0 || xml_[end] != '>'); ++end) {
    if (quote != 0 && xml_[end] == quote) quote = 0;
    else if (quote == 0 && (xml_[end] == '"' || xml_[end] == '\'')) quote = xml_[end];
  }
  if (end >= xml_.size()) return stop("the XML ends too early");
  std::string_view tag = xml_.substr(at_ + 1, end - at_ - 1);
  at_ = end + 1;
  if (tag.ends_with('/')) {
    pending_end_ = true;
    tag.remove_suffix(1);
  }
  const std::size_t name_end = std::min(tag.find_first_of(kSpace), tag.size());
  if (name_end == 0) return stop("the XML is malformed");
  name_ = local_name(tag.substr(0, name_end));
  attributes_ = tag.substr(name_end);
  if (++depth_ > kMaxDepth) return stop("its elements nest too deep");
  return Token::start;
}

XmlReader::Token XmlReader::end_tag() {
  const std::size_t end = xml_.find('>', at_);
  if (end == xml_.npos) return stop("the XML ends too early");
  const std::string_view tag = xml_.substr(at_ + 2, end - at_ - 2);
  name_ = local_name(tag.substr(0, std::min(tag.find_first_of(kSpace), tag.size())));
  at_ = end + 1;
  if (--depth_ < 0) return stop("the XML is malformed");
  return Token::end;
}

bool XmlReader::find_attribute(std::string_view name, bool qualified, std::string_view& value) const {
  for (std::size_t at = attributes_.find_first_not_of(kSpace); at < attributes_.size();) {
    const std::size_t equals = attributes_.find('=', at);
    if (equals == attributes_.npos) return false;
    std::string_view key = attributes_.substr(at, equals - at);
    key = key.substr(0, key.find_last_not_of(kSpace) + 1);
    const std::size_t open = attributes_.find_first_of("\"'", equals);
    if (open == attributes_.npos) return false;
    const std::size_t close = attributes_.find(attributes_[open], open + 1);
    if (close == attributes_.npos) return false;
    if ((qualified ? key : local_name(key)) == name) {
      value = attributes_.substr(open + 1, close - open - 1);
      return true;
    }
    at = attributes_.find_first_not_of(kSpace, close + 1);
  }
  return false;
}

std::string XmlReader::attribute(std::string_view name) const {
  std::string_view value;
  if (!find_attribute(name, true, value)) find_attribute(name, false, value);
  return decode_entities(value);
}

bool XmlReader::has_attribute(std::string_view name) const {
  std::string_view value;
  return find_attribute(name, true, value) || find_attribute(name, false, value);
}

std::string XmlReader::text() const { return is_cdata_ ? std::string(raw_text_) : decode_entities(raw_text_); }

void XmlReader::skip_element() {
  const int inside = depth_;
  while (depth_ >= inside && next() != Token::done) {}
}

std::string XmlReader::element_text() {
  const int inside = depth_;
  std::string out;
  while (depth_ >= inside) {
    const Token token = next();
    if (token == Token::done) break;
    if (token == Token::text) out += text();
  }
  return out;
}

}  // namespace cairn::extraction
