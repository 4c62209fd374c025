#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cairn::s3 {

// As much XML as S3's replies need: elements are found by name, and their content has no attributes that matter.

/// The content of the first element `name` in `text`; nothing where there is none.
std::optional<std::string_view> element(std::string_view text, std::string_view name);

/// The contents of all elements `name`, in order.
std::vector<std::string_view> elements(std::string_view text, std::string_view name);

/// Plain text of an element's content: &amp; and the like resolved.
std::string plain(std::string_view content);

}  // namespace cairn::s3
