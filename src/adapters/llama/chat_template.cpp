#include "adapters/llama/chat_template.h"

#include <jinja/lexer.h>
#include <jinja/parser.h>
#include <jinja/runtime.h>

#include <exception>
#include <utility>

namespace cairn {
namespace {

constexpr const char* chatml =
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' }}{{ message['content'] }}"
    "{{ '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

jinja::value text_value(const std::string& text, bool from_outside) {
  auto value = jinja::mk_val<jinja::value_string>(text);
  if (from_outside) value->val_str.mark_input();
  return value;
}

jinja::value list_of(const std::vector<ChatMessage>& messages) {
  auto list = jinja::mk_val<jinja::value_array>();
  for (const ChatMessage& message : messages) {
    auto entry = jinja::mk_val<jinja::value_object>();
    entry->insert("role", text_value(to_string(message.role), false));
    entry->insert("content", text_value(message.content, true));
    list->push_back(entry);
  }
  return list;
}

void append(std::string& text, const std::string& more) {
  if (!text.empty() && !more.empty()) text += "\n\n";
  text += more;
}

/// The system message put before the first question, and turns of one role after another joined.
std::vector<ChatMessage> alternating(const std::vector<ChatMessage>& messages) {
  std::string system;
  std::vector<ChatMessage> joined;
  for (const ChatMessage& message : messages) {
    if (message.role == ChatMessage::Role::system) append(system, message.content);
    else if (!joined.empty() && joined.back().role == message.role) append(joined.back().content, message.content);
    else joined.push_back(message);
  }
  if (joined.empty() || joined.front().role != ChatMessage::Role::user)
    joined.insert(joined.begin(), {ChatMessage::Role::user, ""});
  append(system, joined.front().content);
  joined.front().content = std::move(system);
  return joined;
}

}  // namespace

struct ChatTemplate::Program {
  std::string source, bos, eos;
  jinja::program program;

  std::vector<PromptPart> run(const std::vector<ChatMessage>& messages) const {
    jinja::context context(source);
    context.set_val("messages", list_of(messages));
    context.set_val("bos_token", text_value(bos, false));
    context.set_val("eos_token", text_value(eos, false));
    context.set_val("add_generation_prompt", jinja::mk_val<jinja::value_bool>(true));
    context.set_val("enable_thinking", jinja::mk_val<jinja::value_bool>(false));
    jinja::runtime runtime(context);
    const auto parts = jinja::runtime::gather_string_parts(runtime.execute(program));
    std::vector<PromptPart> prompt;
    for (const jinja::string_part& part : parts->val_str.parts)
      if (!part.val.empty()) prompt.push_back({part.val, part.is_input});
    return prompt;
  }
};

Result<ChatTemplate> ChatTemplate::parse(const std::string& source, std::string bos, std::string eos) {
  auto program = std::make_shared<Program>();
  program->source = source.empty() ? chatml : source;
  program->bos = std::move(bos);
  program->eos = std::move(eos);
  try {
    jinja::lexer lexer;
    program->program = jinja::parse_from_tokens(lexer.tokenize(program->source));
  } catch (const std::exception& error) {
    return fail(ErrorKind::unsupported, std::string("its chat template cannot be read: ") + error.what());
  }
  return ChatTemplate(std::move(program));
}

Result<std::vector<PromptPart>> ChatTemplate::render(const std::vector<ChatMessage>& messages) const {
  try {
    return program_->run(messages);
  } catch (const std::exception&) {
    // Many templates raise an exception on messages that they were not made for.
  }
  try {
    return program_->run(alternating(messages));
  } catch (const std::exception& error) {
    return fail(ErrorKind::unsupported, std::string("its chat template refuses the conversation: ") + error.what());
  }
}

}  // namespace cairn
