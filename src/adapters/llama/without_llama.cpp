#include "adapters/llama/llama_language_model.h"

namespace cairn {

Result<std::unique_ptr<LanguageModel>> open_llama_language_model(LlamaLanguageModelOptions options) {
  return fail(ErrorKind::unsupported,
              "generators." + options.name +
                  " has kind = \"llama\", but this build has no llama.cpp: run `make build`, or use an endpoint "
                  "(kind = \"openai\")");
}

bool has_llama() { return false; }

}  // namespace cairn
