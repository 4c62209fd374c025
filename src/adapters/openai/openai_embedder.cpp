#include "adapters/openai/openai_embedder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <span>

#include "adapters/openai/endpoint_error.h"
#include "adapters/openai/http_post.h"
#include "base/utf8.h"

namespace cairn {
namespace {

using Json = nlohmann::json;

/// Copies one embedding as a unit vector.
bool copy_normalised(const Json& values, std::span<float> out) {
  if (!values.is_array() || values.size() != out.size()) return false;
  double square = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!values[i].is_number()) return false;
    out[i] = values[i].get<float>();
    square += static_cast<double>(out[i]) * out[i];
  }
  if (!std::isfinite(square) || square <= 0) return false;
  const auto scale = static_cast<float>(1 / std::sqrt(square));
  for (float& value : out) value *= scale;
  return true;
}

class OpenAiEmbedder final : public Embedder {
 public:
  explicit OpenAiEmbedder(OpenAiEmbedderOptions options) : options_(std::move(options)) {
    model_ = {options_.model, options_.dimensions, options_.max_tokens, {}};
    url_ = options_.base_url + (options_.base_url.ends_with('/') ? "embeddings" : "/embeddings");
  }

  const EmbeddingModel& model() const override { return model_; }

  Result<std::vector<float>> embed_passages(std::span<const std::string_view> texts,
                                            const CancelToken& cancel) const override {
    std::vector<float> vectors(texts.size() * options_.dimensions);
    for (std::size_t i = 0; i < texts.size(); i += options_.batch) {
      const std::size_t count = std::min(options_.batch, texts.size() - i);
      const auto out = std::span(vectors).subspan(i * options_.dimensions, count * options_.dimensions);
      CAIRN_CHECK(embed_batch(texts.subspan(i, count), {options_.attempts, options_.timeout}, out, cancel));
    }
    return vectors;
  }

  Result<std::vector<float>> embed_query(std::string_view query) const override {
    const std::string text = options_.query_prefix + std::string(query);
    const std::string_view view = text;
    std::vector<float> vector(options_.dimensions);
    CAIRN_CHECK(embed_batch(std::span(&view, 1), {1, options_.query_timeout}, vector, CancelToken()));
    return vector;
  }

  /// Without the model's own tokenizer: runs of letters and digits count one piece for four characters, everything else
  /// and each wide character one. Rather too many than too few, so that chunks fit.
  std::vector<Span> piece_spans(std::string_view text) const override {
    std::vector<Span> spans;
    std::uint32_t position = 0;
    bool in_word = false;
    for (std::size_t offset = 0; offset < text.size(); ++position) {
      const char32_t c = utf8::next(text, offset);
      const bool is_space = c == U' ' || c == U'\n' || c == U'\t' || c == 0x3000;
      const bool is_letter =
          (c >= U'0' && c <= U'9') || (c >= U'A' && c <= U'Z') || (c >= U'a' && c <= U'z') || (c >= 0xC0 && c < 0x2E80);
      if (in_word && is_letter && spans.back().size() < 4) ++spans.back().end;
      else if (!is_space) spans.push_back({position, position + 1});
      in_word = is_letter;
    }
    return spans;
  }

 private:
  /// How long somebody waits. Documents can wait; a search without vectors still finds words.
  struct Patience {
    unsigned attempts;
    std::chrono::milliseconds timeout;
  };

  Result<void> embed_batch(std::span<const std::string_view> texts, const Patience& patience, std::span<float> out,
                           const CancelToken& cancel) const {
    Json input = Json::array();
    for (const std::string_view text : texts) input.push_back(std::string(text));
    const HttpPost request{
        url_,
        Json{{"model", options_.model}, {"input", std::move(input)}, {"encoding_format", "float"}}.dump(),
        options_.api_key,
        options_.allow_private,
        "embeddings.allow_private",
        patience.timeout};
    CAIRN_TRY(const HttpReply reply, post_with_retries(request, patience.attempts, cancel));
    return read_reply(reply, texts.size(), out);
  }

  Result<HttpReply> post_with_retries(const HttpPost& request, unsigned attempts, const CancelToken& cancel) const {
    std::chrono::milliseconds wait = options_.first_pause;
    for (unsigned attempt = 1;; ++attempt, wait *= 2) {
      auto reply = poster_.post(request, cancel);
      if (!reply && reply.error().kind != ErrorKind::unavailable) return reply;
      if (reply && reply->status == 200) return reply;
      if (reply && !may_be_retried(reply->status)) return refused(*reply);
      if (attempt == attempts) {
        if (!reply) return reply;
        return fail(ErrorKind::unavailable, "the embedding endpoint is busy: " + words_of(*reply));
      }
      const auto asked = reply ? reply->retry_after : std::nullopt;
      if (!pause(asked ? std::min<std::chrono::milliseconds>(*asked, std::chrono::minutes(2)) : wait, cancel))
        return fail(ErrorKind::cancelled, "cancelled");
    }
  }

  /// What it says of the texts will not change; a wrong key, address or model can be put right, and then they are
  /// embedded after all.
  std::unexpected<Error> refused(const HttpReply& reply) const {
    const bool because_of_texts = reply.status == 400 || reply.status == 413 || reply.status == 422;
    return fail(
        because_of_texts ? ErrorKind::invalid : ErrorKind::unavailable,
        fmt::format("the embedding endpoint refuses: {}; check embeddings.url, model and api_key", words_of(reply)));
  }

  std::string words_of(const HttpReply& reply) const {
    return endpoint_message(reply.status, reply.body, std::span(&options_.api_key, 1));
  }

  Result<void> read_reply(const HttpReply& reply, std::size_t count, std::span<float> out) const {
    const Json json = Json::parse(reply.body, nullptr, false);
    const auto bad = [&](const std::string& what) {
      return fail(ErrorKind::invalid,
                  fmt::format("the embedding endpoint sent {}; check embeddings.model and dimensions = {}", what,
                              options_.dimensions));
    };
    if (!json.is_object() || !json.contains("data") || !json["data"].is_array())
      return bad("something that is no list of embeddings");
    if (json["data"].size() != count) return bad(fmt::format("{} vectors for {} texts", json["data"].size(), count));
    std::vector<bool> seen(count);
    for (const Json& item : json["data"]) {
      if (!item.is_object() || !item.contains("embedding")) return bad("an entry without a vector");
      const auto given = item.find("index");
      const auto index = given != item.end() && given->is_number_unsigned() ? given->get<std::size_t>() : count;
      if (index >= count || seen[index]) return bad("entries that do not match the texts");
      seen[index] = true;
      if (!copy_normalised(item["embedding"], out.subspan(index * options_.dimensions, options_.dimensions)))
        return bad("a vector of another size, or one that is not finite");
    }
    return {};
  }

  OpenAiEmbedderOptions options_;
  mutable HttpPoster poster_;
  EmbeddingModel model_;
  std::string url_;
};

}  // namespace

Result<std::unique_ptr<Embedder>> open_openai_embedder(OpenAiEmbedderOptions options) {
  if (options.model.empty() || options.dimensions == 0 || options.dimensions > 8192)
    return fail(ErrorKind::invalid,
                "an embedding endpoint needs embeddings.model and embeddings.dimensions (1 to 8192)");
  if (options.batch == 0 || options.attempts == 0)
    return fail(ErrorKind::invalid, "batch and attempts must be at least 1");
  return std::make_unique<OpenAiEmbedder>(std::move(options));
}

}  // namespace cairn
