#include "domain/document_rules.h"

#include <algorithm>
#include <array>

namespace cairn {
namespace {

constexpr std::array<std::string_view, 9> schemes{"http", "https", "ftp", "sftp", "file", "s3", "smb", "urn", "doi"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_alphanumeric(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }

}  // namespace

bool is_document_url(std::string_view text) {
  const auto is_refused = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; };
  if (std::ranges::any_of(text, is_refused)) return false;
  const std::size_t end = text.find_first_of(":/?#");
  if (end == std::string_view::npos || text[end] != ':') return true;
  return std::ranges::find(schemes, text.substr(0, end)) != schemes.end() && end + 1 < text.size();
}

bool is_language_tag(std::string_view text) {
  bool first = true;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find('-'));
    const std::size_t least = first ? 2 : 1;
    if (part.size() < least || part.size() > 8) return false;
    if (!std::ranges::all_of(part, first ? is_letter : is_alphanumeric)) return false;
    if (part.size() == text.size()) return true;
    text.remove_prefix(part.size() + 1);
    first = false;
    if (text.empty()) return false;
  }
  return true;
}

bool is_acl_entry(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return false;
  return (text.starts_with("group:") && text.size() > 6) || (text.starts_with("user:") && text.size() > 5);
}

}  // namespace cairn
