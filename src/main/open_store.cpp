#include "main/open_store.h"

#include <algorithm>
#include <thread>

#include "adapters/encoder/embedder_list.h"
#include "adapters/encoder/model_folder.h"
#include "adapters/extract/process_extractor.h"
#include "adapters/openai/openai_embedder.h"
#include "main/open_adapters.h"
#include "main/open_generators.h"
#include "main/program_folder.h"

namespace cairn {
namespace {

/// The configured path, or `name` beside the program.
std::filesystem::path beside_program(const Configuration& configuration, const std::string& setting, const char* name) {
  const std::filesystem::path configured = configuration.path(setting);
  return configured.empty() ? program_folder() / name : configured;
}

Result<std::unique_ptr<Embedder>> open_endpoint(const Configuration& configuration) {
  OpenAiEmbedderOptions options;
  options.base_url = configuration.text("embeddings.url");
  options.model = configuration.text("embeddings.model");
  options.dimensions = static_cast<std::uint32_t>(configuration.integer("embeddings.dimensions"));
  options.max_tokens = static_cast<std::uint32_t>(configuration.integer("embeddings.max_tokens"));
  options.query_prefix = configuration.text("embeddings.query_prefix");
  options.api_key = configuration.text("embeddings.api_key");
  options.allow_private = configuration.boolean("embeddings.allow_private");
  return open_openai_embedder(std::move(options));
}

/// An endpoint that is configured becomes the default model: whoever sets one up means it.
Result<std::unique_ptr<EmbedderList>> open_embedders(const Configuration& configuration) {
  CAIRN_TRY(auto models,
            open_model_folder(beside_program(configuration, "models.folder", "models"), encoder::best_isa()));
  std::string default_model = configuration.text("models.default");
  if (!configuration.text("embeddings.url").empty()) {
    CAIRN_TRY(auto endpoint, open_endpoint(configuration));
    default_model = endpoint->model().id;
    models.embedders.push_back(std::move(endpoint));
  }
  const bool has_default =
      std::ranges::any_of(models.embedders, [&](const auto& model) { return model->model().id == default_model; });
  return EmbedderList::make(std::move(models.embedders), has_default ? default_model : "", std::move(models.broken));
}

extract::ProcessExtractorOptions extractor_options(const Configuration& configuration) {
  const auto number = [&](const char* name) { return static_cast<std::uint64_t>(configuration.integer(name)); };
  extract::ProcessExtractorOptions options;
  options.worker = beside_program(configuration, "extract.program", "cairn-extract");
  options.max_content_mb = number("extract.max_content_mb");
  options.max_text_mb = number("extract.max_text_mb");
  options.max_expanded_mb = number("extract.max_expanded_mb");
  options.max_expansion_ratio = number("extract.max_expansion_ratio");
  options.max_memory_mb = number("extract.max_memory_mb");
  options.timeout = std::chrono::seconds(configuration.integer("extract.timeout_seconds"));
  return options;
}

Result<AnswerPolicy> answer_policy(const Configuration& configuration) {
  const std::string unsupported = configuration.text("answers.unsupported");
  if (unsupported == "drop") return AnswerPolicy{.show_unsupported = false};
  if (unsupported == "show") return AnswerPolicy{.show_unsupported = true};
  return fail(ErrorKind::invalid, "answers.unsupported is \"" + unsupported + "\"; write drop or show");
}

/// Members in the order in which they depend on each other.
struct StoreParts {
  std::filesystem::path folder;
  std::unique_ptr<SystemClock> clock = std::make_unique<SystemClock>();
  StoreAdapters adapters;
  std::unique_ptr<EmbedderList> embedders;
  std::unique_ptr<TextExtractor> extractor;
  std::unique_ptr<Generators> generators;
  AnswerPolicy policy;
  unsigned threads = 1;
};

class ConfiguredStore final : public ServableStore {
 public:
  explicit ConfiguredStore(StoreParts parts) : parts_(std::move(parts)) {}

  const std::filesystem::path& folder() const override { return parts_.folder; }
  const NodeId& node() const override { return parts_.adapters.node; }
  NodeRegistry& nodes() override { return *parts_.adapters.nodes; }
  ScalingStore* scaling() override { return parts_.adapters.scaling.get(); }
  bool is_shared() const override { return parts_.adapters.is_shared; }
  PortableCatalog& catalog() override { return *parts_.adapters.catalog; }
  BlobStore& blobs() override { return *parts_.adapters.blobs; }
  ChangeFeed& feed() override { return *parts_.adapters.feed; }
  const EmbedderSet& embedders() override { return *parts_.embedders; }
  TextExtractor& extractor() override { return *parts_.extractor; }
  const std::vector<Generator*>& generators() override { return parts_.generators->all(); }
  const Clock& clock() override { return *parts_.clock; }
  AnswerPolicy answer_policy() const override { return parts_.policy; }
  unsigned threads() const override { return parts_.threads; }

 private:
  StoreParts parts_;
};

}  // namespace

Result<std::unique_ptr<ServableStore>> open_configured_store(const Configuration& configuration,
                                                             const std::filesystem::path& folder, cli::Access access,
                                                             Log* log) {
  StoreParts parts;
  parts.folder = folder;
  CAIRN_TRY(parts.adapters, open_store_adapters(configuration, folder, access, *parts.clock));
  CAIRN_TRY(parts.embedders, open_embedders(configuration));
  CAIRN_TRY(parts.policy, answer_policy(configuration));
  CAIRN_TRY(parts.generators, Generators::open(configuration, *parts.clock, log));
  parts.extractor = std::make_unique<extract::ProcessExtractor>(extractor_options(configuration));
  const auto configured = static_cast<unsigned>(configuration.integer("ingest.threads"));
  parts.threads = configured > 0 ? configured : std::max(1u, std::thread::hardware_concurrency());
  return std::make_unique<ConfiguredStore>(std::move(parts));
}

}  // namespace cairn
