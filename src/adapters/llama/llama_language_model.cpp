#include "adapters/llama/llama_language_model.h"

#include <llama.h>

#include <algorithm>
#include <fstream>
#include <mutex>
#include <optional>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/llama/chat_template.h"
#include "adapters/llama/llama_library.h"
#include "adapters/llama/llama_prompt.h"
#include "adapters/llama/llama_slot.h"
#include "ports/chat_limits.h"
#include "ports/reply_text.h"
#include "ports/turns.h"

namespace cairn {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::uint32_t default_context_tokens = 8192;

struct SamplerDeleter {
  void operator()(llama_sampler* sampler) const { llama_sampler_free(sampler); }
};
using Sampler = std::unique_ptr<llama_sampler, SamplerDeleter>;

Sampler make_sampler(const ChatRequest& request) {
  if (request.temperature <= 0) return Sampler(llama_sampler_init_greedy());
  Sampler chain(llama_sampler_chain_init(llama_sampler_chain_default_params()));
  llama_sampler_chain_add(chain.get(), llama_sampler_init_top_k(40));
  llama_sampler_chain_add(chain.get(), llama_sampler_init_top_p(0.95f, 1));
  llama_sampler_chain_add(chain.get(), llama_sampler_init_temp(static_cast<float>(request.temperature)));
  llama_sampler_chain_add(chain.get(), llama_sampler_init_dist(request.seed ? *request.seed : std::random_device()()));
  return chain;
}

/// A model that is in memory.
struct Loaded {
  LlamaModel model;
  const llama_vocab* vocab = nullptr;
  ChatTemplate chat_template;
  std::uint32_t context_tokens = 0;
};

Result<void> check_file(const std::string& name, const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string setting = "generators." + name + ".path";
  if (!file) return fail(ErrorKind::invalid, "cannot read " + path.string() + ": check " + setting);
  char magic[4] = {};
  file.read(magic, sizeof(magic));
  if (std::string_view(magic, sizeof(magic)) != "GGUF")
    return fail(ErrorKind::invalid, path.string() + " is no GGUF file: check " + setting);
  return {};
}

std::string token_text(const llama_vocab* vocab, llama_token token) {
  return token == LLAMA_TOKEN_NULL ? std::string() : std::string(llama_vocab_get_text(vocab, token));
}

class LlamaLanguageModel final : public LanguageModel {
 public:
  explicit LlamaLanguageModel(LlamaLanguageModelOptions options)
      : options_(std::move(options)), turns_(options_.max_concurrent) {}

  const std::string& name() const override { return options_.name; }

  std::uint32_t context_tokens() const override {
    const auto loaded = load();
    if (loaded) return (*loaded)->context_tokens;
    return options_.context_tokens > 0 ? options_.context_tokens : default_context_tokens;
  }

  std::size_t count_tokens(std::string_view text) const override {
    const auto loaded = load();
    return loaded ? tokenize((*loaded)->vocab, text, false).size() : text.size();
  }

  bool has_room() const override { return turns_.has_room(); }

  Result<ChatReply> chat(const ChatRequest& request, const std::function<void(std::string_view)>& on_text) override {
    if (request.messages.empty()) return fail(ErrorKind::invalid, "there is no message to answer");
    const auto until = SteadyClock::now() + request.time_limit;
    CAIRN_TRY(const Loaded* loaded, load());
    CAIRN_TRY(const std::vector<PromptPart> parts, described(loaded->chat_template.render(request.messages)));
    const std::vector<llama_token> prompt = tokenize_prompt(loaded->vocab, parts);
    CAIRN_TRY(const std::uint32_t room, room_for_reply(prompt.size(), request, *this));
    CAIRN_TRY(const Turns::Turn turn, turns_.take(request.cancel, until));
    CAIRN_TRY(auto slot, take_slot(*loaded, prompt));
    const LlamaSlot::Stop stop = [&] { return request.cancel.cancelled() || SteadyClock::now() >= until; };
    auto reply = write(*loaded, *slot, prompt, room, request, stop, on_text);
    give_back(std::move(slot));
    if (!reply && reply.error().kind == ErrorKind::cancelled && !request.cancel.cancelled())
      return fail(ErrorKind::unavailable, "the model " + options_.name + " needs more time than it was given; set " +
                                              setting("time_limit_seconds") + " higher, or ask for a shorter answer");
    return described(std::move(reply));
  }

 private:
  std::string setting(const char* key) const { return "generators." + options_.name + "." + key; }

  template <class T>
  Result<T> described(Result<T> result) const {
    if (!result && result.error().kind != ErrorKind::cancelled && result.error().kind != ErrorKind::limited)
      result.error().message = "the model " + options_.name + " cannot answer: " + result.error().message;
    return result;
  }

  Result<ChatReply> write(const Loaded& loaded, LlamaSlot& slot, const std::vector<llama_token>& prompt,
                          std::uint32_t room, const ChatRequest& request, const LlamaSlot::Stop& stop,
                          const std::function<void(std::string_view)>& on_text) {
    ChatReply reply;
    reply.model = options_.name;
    reply.finish = ChatReply::Finish::length;
    reply.usage.prompt_tokens = static_cast<std::uint32_t>(prompt.size());
    CAIRN_TRY(const std::size_t cached, slot.read(prompt, stop));
    reply.usage.cached_prompt_tokens = static_cast<std::uint32_t>(cached);
    const Sampler sampler = make_sampler(request);
    ReplyText text(request.stop);
    const auto pass_on = [&](const std::string& piece) {
      reply.text += piece;
      if (!piece.empty() && on_text) on_text(piece);
    };
    while (reply.usage.reply_tokens < room) {
      const llama_token token = llama_sampler_sample(sampler.get(), &slot.context(), -1);
      if (llama_vocab_is_eog(loaded.vocab, token)) {
        reply.finish = ChatReply::Finish::stop;
        break;
      }
      ++reply.usage.reply_tokens;
      pass_on(text.add(piece_of(loaded.vocab, token)));
      if (text.stopped()) {
        reply.finish = ChatReply::Finish::stop;
        break;
      }
      if (stop()) return fail(ErrorKind::cancelled, "cancelled");
      if (reply.usage.reply_tokens < room) CAIRN_CHECK(slot.add(token, stop));
    }
    pass_on(text.finish());
    reply.usage.price = price_of(reply.usage, options_.prices);
    return reply;
  }

  /// The free one that holds most of the prompt already, or a new one. Whoever has a turn finds one.
  Result<std::unique_ptr<LlamaSlot>> take_slot(const Loaded& loaded, const std::vector<llama_token>& prompt) {
    {
      const std::scoped_lock lock(mutex_);
      const auto best = std::ranges::max_element(free_, {}, [&](const auto& slot) { return slot->common(prompt); });
      if (best != free_.end()) {
        auto slot = std::move(*best);
        free_.erase(best);
        return slot;
      }
    }
    return described(
        LlamaSlot::make(*loaded.model, {loaded.context_tokens, static_cast<std::int32_t>(options_.threads)}));
  }

  void give_back(std::unique_ptr<LlamaSlot> slot) {
    const std::scoped_lock lock(mutex_);
    free_.push_back(std::move(slot));
  }

  /// At first use. When that failed, again after a while, since files can be put right: whoever comes before gets the
  /// same error, for one question counts tokens many times.
  Result<const Loaded*> load() const {
    const std::scoped_lock lock(loading_);
    if (loaded_) return &*loaded_;
    if (refusal_ && SteadyClock::now() < load_again_at_) return fail(*refusal_);
    const auto started = SteadyClock::now();
    auto loaded = read_file();
    if (!loaded) {
      if (options_.on_event) options_.on_event(loaded.error().message);
      refusal_ = loaded.error();
      load_again_at_ = SteadyClock::now() + options_.pause_after_refusal;
      return fail(std::move(loaded).error());
    }
    loaded_ = std::move(*loaded);
    char description[128] = {};
    llama_model_desc(loaded_->model.get(), description, sizeof(description));
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - started);
    if (options_.on_event)
      options_.on_event("loaded the model " + options_.name + " (" + description + ", " +
                        std::to_string(llama_model_size(loaded_->model.get()) / 1'000'000) + " MB, context of " +
                        std::to_string(loaded_->context_tokens) + " tokens) in " + std::to_string(took.count()) +
                        " ms");
    return &*loaded_;
  }

  Result<Loaded> read_file() const {
    CAIRN_CHECK(check_file(options_.name, options_.path));
    CAIRN_CHECK(start_llama(options_.kernels));
    take_llama_complaint();
    LlamaModel model(llama_model_load_from_file(options_.path.c_str(), llama_model_default_params()));
    if (!model)
      return fail(ErrorKind::corrupt, options_.path.string() + " cannot be loaded (" + take_llama_complaint() +
                                          "): it is damaged, or of a kind that this build does not know; get the file "
                                          "again, or another one");
    const llama_vocab* vocab = llama_model_get_vocab(model.get());
    if (llama_model_has_encoder(model.get()) || llama_vocab_n_tokens(vocab) == 0)
      return fail(ErrorKind::unsupported, options_.path.string() + " is no model that holds conversations: " +
                                              setting("path") + " must name one");
    const char* source = llama_model_chat_template(model.get(), nullptr);
    CAIRN_TRY(ChatTemplate chat_template,
              ChatTemplate::parse(source != nullptr ? source : "", token_text(vocab, llama_vocab_bos(vocab)),
                                  token_text(vocab, llama_vocab_eos(vocab))));
    const auto trained = static_cast<std::uint32_t>(std::max(llama_model_n_ctx_train(model.get()), 1));
    const std::uint32_t wanted = options_.context_tokens > 0 ? options_.context_tokens : default_context_tokens;
    return Loaded{std::move(model), vocab, std::move(chat_template), std::min(trained, wanted)};
  }

  LlamaLanguageModelOptions options_;
  Turns turns_;
  mutable std::mutex loading_;
  mutable std::optional<Loaded> loaded_;  // Guarded by loading_; does not change once it is there.
  mutable std::optional<Error> refusal_;  // Why it could not be loaded last. Guarded by loading_.
  mutable SteadyClock::time_point load_again_at_{};
  std::mutex mutex_;
  std::vector<std::unique_ptr<LlamaSlot>> free_;  // Guarded by mutex_; gone before the model.
};

}  // namespace

Result<std::unique_ptr<LanguageModel>> open_llama_language_model(LlamaLanguageModelOptions options) {
  if (options.path.empty())
    return fail(ErrorKind::invalid, "generators." + options.name + ".path must name a GGUF file");
  if (options.max_concurrent == 0)
    return fail(ErrorKind::invalid, "generators." + options.name + ".max_concurrent must be at least 1");
  if (options.threads == 0) options.threads = std::clamp(std::thread::hardware_concurrency(), 1u, 8u);
  return std::make_unique<LlamaLanguageModel>(std::move(options));
}

bool has_llama() { return true; }

}  // namespace cairn
