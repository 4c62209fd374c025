#include "main/open_generators.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <random>

#include "adapters/extractive/extractive_generator.h"
#include "adapters/llama/llama_language_model.h"
#include "adapters/model_pool/model_pool.h"
#include "adapters/openai/openai_language_model.h"
#include "app/grounded_generator.h"
#include "main/program_folder.h"

namespace cairn {
namespace {

/// The settings of one generator.
class Settings {
 public:
  Settings(const Configuration& configuration, std::string name)
      : configuration_(configuration), name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  std::string key(const char* setting) const { return "generators." + name_ + "." + setting; }
  const std::string& text(const char* setting) const { return configuration_.text(key(setting)); }
  std::filesystem::path path(const char* setting) const { return configuration_.path(key(setting)); }
  bool boolean(const char* setting) const { return configuration_.boolean(key(setting)); }
  std::vector<std::string> list(const char* setting) const { return configuration_.list(key(setting)); }
  std::chrono::seconds seconds(const char* setting) const { return std::chrono::seconds(number(setting)); }
  std::uint32_t number(const char* setting) const {
    return static_cast<std::uint32_t>(std::min<std::int64_t>(configuration_.integer(key(setting)), UINT32_MAX));
  }
  TokenPrices prices() const {
    return {configuration_.decimal(key("price_prompt")), configuration_.decimal(key("price_cached_prompt")),
            configuration_.decimal(key("price_reply"))};
  }

 private:
  const Configuration& configuration_;
  std::string name_;
};

Result<std::vector<std::string>> api_keys(const Settings& settings) {
  std::vector<std::string> keys = settings.list("api_keys");
  if (!settings.text("api_key").empty()) keys.insert(keys.begin(), settings.text("api_key"));
  const std::filesystem::path path = settings.path("api_key_file");
  if (path.empty()) return keys;
  std::ifstream file(path);
  if (!file)
    return fail(ErrorKind::invalid,
                fmt::format("cannot read {}: check {}", path.string(), settings.key("api_key_file")));
  for (std::string line; std::getline(file, line);) {
    const std::size_t start = line.find_first_not_of(" \t\r");
    if (start == std::string::npos) continue;
    keys.push_back(line.substr(start, line.find_last_not_of(" \t\r") + 1 - start));
  }
  return keys;
}

Result<std::unique_ptr<LanguageModel>> open_endpoint(const Settings& settings, const Clock& clock) {
  OpenAiLanguageModelOptions options;
  options.name = settings.name();
  options.base_url = settings.text("base_url");
  options.model = settings.text("model");
  CAIRN_TRY(options.api_keys, api_keys(settings));
  options.allow_private = settings.boolean("allow_private");
  if (const auto tokens = settings.number("context_tokens"); tokens > 0) options.context_tokens = tokens;
  if (const auto most = settings.number("max_concurrent"); most > 0) options.max_concurrent = most;
  options.prices = settings.prices();
  options.first_byte_timeout = settings.seconds("first_byte_seconds");
  options.idle_timeout = settings.seconds("idle_seconds");
  return open_openai_language_model(std::move(options), clock);
}

Result<std::unique_ptr<LanguageModel>> open_file(const Settings& settings, Log* log) {
  LlamaLanguageModelOptions options;
  options.name = settings.name();
  options.path = settings.path("path");
  options.kernels = program_folder() / "llama";
  options.context_tokens = settings.number("context_tokens");
  options.threads = settings.number("threads");
  options.prices = settings.prices();
  if (const auto most = settings.number("max_concurrent"); most > 0) options.max_concurrent = most;
  if (log != nullptr)
    options.on_event = [log, name = settings.name()](const std::string& message) {
      log->info(message, {{"generator", name}});
    };
  return open_llama_language_model(std::move(options));
}

std::function<double()> random_numbers() {
  return [engine = std::mt19937_64(std::random_device()())]() mutable {
    return std::uniform_real_distribution<double>(0, 1)(engine);
  };
}

}  // namespace

/// What is needed to open them one after another.
class Generators::Opening {
 public:
  Opening(Generators& generators, const Configuration& configuration, const Clock& clock, Log* log)
      : generators_(generators), configuration_(configuration), clock_(clock), log_(log) {}

  Result<void> run() {
    generators_.generators_.push_back(std::make_unique<ExtractiveGenerator>());
    for (const bool pools : {false, true})
      for (const std::string& name : configuration_.generators()) {
        const Settings settings(configuration_, name);
        if ((settings.text("kind") == "pool") != pools) continue;
        if (settings.text("kind") == "extractive") {
          generators_.generators_.push_back(std::make_unique<ExtractiveGenerator>(name));
          continue;
        }
        CAIRN_TRY(auto model, open(settings));
        add(settings, std::move(model));
      }
    return choose();
  }

 private:
  Result<std::unique_ptr<LanguageModel>> open(const Settings& settings) {
    const std::string& kind = settings.text("kind");
    if (kind == "openai") return open_endpoint(settings, clock_);
    if (kind == "llama") return open_file(settings, log_);
    if (kind == "pool") return open_pool(settings);
    return fail(ErrorKind::invalid,
                fmt::format("{} is '{}': it must be openai, llama, pool or extractive", settings.key("kind"), kind));
  }

  Result<std::unique_ptr<LanguageModel>> open_pool(const Settings& settings) {
    ModelPoolOptions options;
    options.name = settings.name();
    for (const std::string& name : settings.list("members")) {
      CAIRN_TRY(LanguageModel * model, find(settings, "members", name));
      options.members.push_back({model, Settings(configuration_, name).number("weight")});
    }
    for (const std::string& name : settings.list("fall_back")) {
      CAIRN_TRY(LanguageModel * model, find(settings, "fall_back", name));
      options.fall_back.push_back(model);
    }
    options.random = random_numbers();
    if (log_ != nullptr)
      options.on_failure = [log = log_, pool = settings.name()](const LanguageModel& model, const Error& error) {
        log->warning(
            "a language model failed",
            {{"pool", pool}, {"generator", model.name()}, {"kind", to_string(error.kind)}, {"error", error.message}});
      };
    return make_model_pool(std::move(options), clock_);
  }

  Result<LanguageModel*> find(const Settings& pool, const char* setting, const std::string& name) const {
    for (const auto& model : generators_.models_)
      if (model->name() == name && configuration_.text("generators." + name + ".kind") != "pool") return model.get();
    return fail(ErrorKind::invalid,
                fmt::format("{} names '{}', which is no generator of kind openai or llama", pool.key(setting), name));
  }

  void add(const Settings& settings, std::unique_ptr<LanguageModel> model) {
    GroundedOptions options;
    const auto tokens = [&](const char* name) {
      return static_cast<std::uint32_t>(std::clamp<std::int64_t>(configuration_.integer(name), 1, 1'000'000));
    };
    options.limits.evidence_tokens = tokens("answers.evidence_tokens");
    options.limits.reply_tokens = tokens("answers.reply_tokens");
    options.time_limit = settings.seconds("time_limit_seconds");
    generators_.generators_.push_back(std::make_unique<GroundedGenerator>(*model, std::move(options)));
    generators_.models_.push_back(std::move(model));
  }

  /// The default comes first.
  Result<void> choose() {
    const std::string& chosen = configuration_.text("answers.generator");
    for (const auto& generator : generators_.generators_) generators_.all_.push_back(generator.get());
    const auto found =
        std::ranges::find_if(generators_.all_, [&](const Generator* one) { return one->name() == chosen; });
    if (found == generators_.all_.end())
      return fail(ErrorKind::invalid,
                  fmt::format("answers.generator is '{}', but there is no section [generators.{}]", chosen, chosen));
    std::rotate(generators_.all_.begin(), found, found + 1);
    return {};
  }

  Generators& generators_;
  const Configuration& configuration_;
  const Clock& clock_;
  Log* log_;
};

Result<std::unique_ptr<Generators>> Generators::open(const Configuration& configuration, const Clock& clock, Log* log) {
  auto generators = std::make_unique<Generators>();
  CAIRN_CHECK(Opening(*generators, configuration, clock, log).run());
  return generators;
}

}  // namespace cairn
