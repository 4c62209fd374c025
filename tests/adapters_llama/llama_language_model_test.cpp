#include "adapters/llama/llama_language_model.h"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>

#include "adapters_llama/small_model.h"
#include "contract/expect_result.h"
#include "contract/language_model_contract.h"
#include "contract/temporary_folder.h"

namespace cairn {
namespace {

using testing::fails_with;
using testing::must;

LlamaLanguageModelOptions small_model() {
  LlamaLanguageModelOptions options;
  options.name = "small";
  options.path = testing::small_model_path();
  options.kernels = testing::kernels_path();
  options.context_tokens = 1024;
  options.threads = 1;  // More would wait for each other on a machine that is busy with other tests.
  return options;
}

/// One model for all tests of the suite, which is how it is used, and faster than loading it for each.
class LlamaHarness final : public testing::LanguageModelHarness {
 public:
  LanguageModel& model() override {
    static const std::unique_ptr<LanguageModel> model = must(open_llama_language_model(small_model()));
    return *model;
  }
};

/// Needs llama.cpp, which a build may lack.
class LlamaTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_llama()) GTEST_SKIP() << "this build has no llama.cpp";
  }

  static ChatRequest question(const std::string& text, std::uint32_t max_tokens = 16) {
    ChatRequest request;
    request.messages = {{ChatMessage::Role::system, "You are a helpful assistant who answers in one sentence."},
                        {ChatMessage::Role::user, text}};
    request.max_tokens = max_tokens;
    return request;
  }
  Result<ChatReply> ask_file(const std::string& bytes) {
    std::ofstream(folder.path() / "m.gguf", std::ios::binary) << bytes;
    LlamaLanguageModelOptions options = small_model();
    options.path = folder.path() / "m.gguf";
    return must(open_llama_language_model(options))->chat(question("hello"), {});
  }

  testing::TemporaryFolder folder;
};

TEST_F(LlamaTest, ComputesTheBeginningOfAPromptOnlyOnce) {
  const auto model = must(open_llama_language_model(small_model()));
  const ChatReply first = must(model->chat(question("What is the capital of France?"), {}));
  EXPECT_EQ(first.usage.cached_prompt_tokens, 0u);
  const ChatReply other = must(model->chat(question("What is the capital of Italy?"), {}));
  EXPECT_GT(other.usage.cached_prompt_tokens, 10u);
  EXPECT_LT(other.usage.cached_prompt_tokens, other.usage.prompt_tokens);
  const ChatReply again = must(model->chat(question("What is the capital of Italy?"), {}));
  EXPECT_EQ(again.usage.cached_prompt_tokens, again.usage.prompt_tokens - 1);
  EXPECT_FALSE(again.text.empty());
}

TEST_F(LlamaTest, KeepsWorkingAfterItWasStoppedWithinThePrompt) {
  const auto model = must(open_llama_language_model(small_model()));
  must(model->chat(question("What is the capital of France?"), {}));
  ChatRequest request = question("");
  for (int i = 0; i < 150; ++i) request.messages[1].content += " one two three";
  request.time_limit = std::chrono::milliseconds(20);
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, model->chat(request, {})));
  EXPECT_FALSE(must(model->chat(question("What is the capital of France?"), {})).text.empty());
}

TEST_F(LlamaTest, SeveralContextsAnswerAtTheSameTime) {
  LlamaLanguageModelOptions options = small_model();
  options.max_concurrent = 2;
  options.threads = 1;
  const auto model = must(open_llama_language_model(options));
  std::atomic<int> inside = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 2; ++i)
    threads.emplace_back([&] {
      bool first = true;
      const auto reply = model->chat(question("Greet me."), [&](std::string_view) {
        if (std::exchange(first, false)) ++inside;
        while (inside < 2) std::this_thread::yield();
      });
      EXPECT_TRUE(reply);
    });
}

TEST_F(LlamaTest, ReplacesTheEndOfAReplyThatIsCutWithinACharacter) {
  const auto model = must(open_llama_language_model(small_model()));
  for (std::uint32_t tokens = 1; tokens < 8; ++tokens)
    EXPECT_TRUE(utf8::is_valid(must(model->chat(question("Repeat this: 你好世界 🎉🎊", tokens), {})).text));
}

TEST_F(LlamaTest, WarmthMakesRepliesDiffer) {
  const auto model = must(open_llama_language_model(small_model()));
  ChatRequest request = question("Tell me something.", 24);
  request.temperature = 1.5;
  const std::string first = must(model->chat(request, {})).text;
  bool differs = false;
  for (int i = 0; i < 5 && !differs; ++i) differs = must(model->chat(request, {})).text != first;
  EXPECT_TRUE(differs);
}

TEST_F(LlamaTest, AReplyHasItsPriceWherePricesAreKnown) {
  LlamaLanguageModelOptions options = small_model();
  options.prices = {.prompt = 1, .reply = 2};
  const ChatUsage usage = must(must(open_llama_language_model(options))->chat(question("Greet me.", 3), {})).usage;
  EXPECT_DOUBLE_EQ(usage.price.value_or(0), (usage.prompt_tokens + 2.0 * usage.reply_tokens) / 1e6);
}

TEST_F(LlamaTest, NothingIsReadBeforeItIsUsed) {
  std::string said;
  LlamaLanguageModelOptions options = small_model();
  options.on_event = [&](const std::string& message) { said = message; };
  const auto model = must(open_llama_language_model(options));
  EXPECT_EQ(said, "");
  EXPECT_EQ(model->context_tokens(), 1024u);
  EXPECT_NE(said.find("loaded the model small"), std::string::npos) << said;
}

TEST_F(LlamaTest, AFileThatIsMissingOrNoGgufSaysSo) {
  LlamaLanguageModelOptions options = small_model();
  options.path = folder.path() / "nothing.gguf";
  const auto missing = must(open_llama_language_model(options))->chat(question("hello"), {});
  ASSERT_TRUE(fails_with(ErrorKind::invalid, missing));
  EXPECT_NE(missing.error().message.find("generators.small.path"), std::string::npos);
  for (const char* bytes : {"", "GG", "PK\3\4 and so on"}) EXPECT_TRUE(fails_with(ErrorKind::invalid, ask_file(bytes)));
}

TEST_F(LlamaTest, AFileThatCannotBeLoadedIsReadOnceAQuestionAndAgainLater) {
  int said = 0;
  LlamaLanguageModelOptions options = small_model();
  options.path = folder.path() / "later.gguf";
  options.on_event = [&](const std::string&) { ++said; };
  options.pause_after_refusal = std::chrono::hours(1);
  const auto patient = must(open_llama_language_model(options));
  patient->count_tokens("one");
  patient->count_tokens("two");
  EXPECT_TRUE(fails_with(ErrorKind::invalid, patient->chat(question("hello"), {})));
  EXPECT_EQ(said, 1);
  options.pause_after_refusal = {};
  const auto hasty = must(open_llama_language_model(options));
  hasty->count_tokens("one");
  std::filesystem::create_symlink(testing::small_model_path(), options.path);
  EXPECT_TRUE(hasty->chat(question("hello", 2), {}));
}

TEST_F(LlamaTest, ADamagedFileSaysSo) {
  std::ifstream file(testing::small_model_path(), std::ios::binary);
  std::string bytes(3'000'000, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  for (const std::size_t size : {std::size_t{4}, std::size_t{100}, std::size_t{500'000}, bytes.size()}) {
    const auto reply = ask_file(bytes.substr(0, size));
    ASSERT_TRUE(fails_with(ErrorKind::corrupt, reply)) << size;
    EXPECT_NE(reply.error().message.find("m.gguf"), std::string::npos) << reply.error().message;
  }
  std::string foreign = bytes.substr(0, 1000);
  foreign[4] = 99;  // Its version.
  EXPECT_TRUE(fails_with(ErrorKind::corrupt, ask_file(foreign)));
}

TEST_F(LlamaTest, OptionsThatCannotWorkAreRefused) {
  LlamaLanguageModelOptions options = small_model();
  options.path.clear();
  EXPECT_TRUE(fails_with(ErrorKind::invalid, open_llama_language_model(options)));
  options = small_model();
  options.max_concurrent = 0;
  EXPECT_TRUE(fails_with(ErrorKind::invalid, open_llama_language_model(options)));
}

TEST(WithoutLlama, ConfiguringAModelSaysThatThisBuildHasNone) {
  if (has_llama()) GTEST_SKIP() << "this build has llama.cpp";
  EXPECT_TRUE(fails_with(ErrorKind::unsupported, open_llama_language_model({.name = "small"})));
}

using testing::LanguageModelContract;

std::vector<testing::MakeLanguageModel> harnesses() {
  if (!has_llama()) return {};
  return {[] { return std::make_unique<LlamaHarness>(); }};
}

INSTANTIATE_TEST_SUITE_P(Llama, LanguageModelContract, ::testing::ValuesIn(harnesses()));

}  // namespace
}  // namespace cairn
