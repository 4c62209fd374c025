#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/json/shape.h"
#include "api/routes/services.h"
#include "domain/answer.h"

namespace cairn::routes {

struct ChatUsageShown {
  std::uint64_t prompt_tokens = 0, completion_tokens = 0;
};

/// A citation as OpenAI's clients know them, with Cairn's own beside it.
struct ChatAnnotation {
  std::uint32_t start = 0, end = 0;  ///< Of the sentence that it stands behind, in code points of the content.
  std::string title, url;
  Citation citation;
};

/// A whole reply.
struct ChatReplyShown {
  std::string id;
  std::uint64_t created = 0;  ///< Seconds since 1970.
  std::string model, content;
  std::vector<ChatAnnotation> annotations;
  ChatUsageShown usage;
  Answer answer;
};

const Shape<ChatReplyShown>& chat_reply_shape();
Json annotations_json(const std::vector<ChatAnnotation>& annotations);
Json usage_json(const ChatUsageShown& usage);

/// As OpenAI names it.
const char* finish_reason(ReplyEnd end);

/// What is said when the documents do not answer, in the question's language.
std::string abstention(std::string_view question);

/// An annotation for each citation of each sentence, where the sentence stands in `content`. The address of a document
/// is its own, or else that of its file on this server, whose address is `base`.
std::vector<ChatAnnotation> annotations_of(const Services& services, const Answer& answer, std::string_view content,
                                           const std::string& base);

/// Word pieces of what was asked and answered, by the embedding model for its language: what a model that says nothing
/// about its own tokens is counted by.
ChatUsageShown counted_usage(const Services& services, std::string_view prompt, std::string_view content);

}  // namespace cairn::routes
