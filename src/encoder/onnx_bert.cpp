// Finds the parts of BERT in an ONNX graph. Exporters keep the names of biases, norms and embeddings, but store the
// matrices turned and without names; those are found through the Add that puts a named bias onto their product.

#include <cstring>

#include "encoder/bert_tensors.h"
#include "encoder/onnx_reader.h"

namespace cairn::encoder {
namespace {

class GraphIndex {
 public:
  explicit GraphIndex(const OnnxGraph& graph) : graph_(graph) {
    for (const OnnxNode& node : graph.nodes)
      for (const std::string_view output : node.outputs) producers_.insert_or_assign(output, &node);
  }

  const OnnxNode* producer(std::string_view value) const {
    const auto found = producers_.find(value);
    return found == producers_.end() ? nullptr : found->second;
  }

  const OnnxTensor* constant(std::string_view value) const {
    if (const auto found = graph_.initialisers.find(value); found != graph_.initialisers.end()) return &found->second;
    const OnnxNode* node = producer(value);
    return node && node->operation == "Constant" && node->value ? &*node->value : nullptr;
  }

 private:
  const OnnxGraph& graph_;
  std::map<std::string_view, const OnnxNode*> producers_;
};

SourceTensor source_of(const OnnxTensor& tensor) {
  return {tensor.data, tensor.dims, tensor.type == OnnxTensor::kFloat && !tensor.external, false};
}

/// The matrix behind the second operand of a product: stored as it is used, or turned on the way.
std::optional<SourceTensor> matrix_of(const GraphIndex& index, std::string_view operand, bool turned) {
  if (const OnnxTensor* tensor = index.constant(operand)) {
    SourceTensor source = source_of(*tensor);
    source.input_major = !turned;
    return source;
  }
  const OnnxNode* node = index.producer(operand);
  if (node && node->operation == "Transpose" && node->inputs.size() == 1 && index.constant(node->inputs[0]))
    return matrix_of(index, node->inputs[0], !turned);
  return std::nullopt;
}

/// "….bias" → "….weight", if the value is the bias of one of the encoder's matrices.
std::string weight_name(std::string_view bias) {
  std::string name = usual_name(bias);
  if (!name.ends_with(".bias") || name.ends_with("LayerNorm.bias")) return {};
  return name.replace(name.size() - 4, 4, "weight");
}

void take_products(const OnnxGraph& graph, const GraphIndex& index, BertTensors& tensors) {
  for (const OnnxNode& node : graph.nodes) {
    if (node.operation == "Gemm" && node.inputs.size() == 3) {
      const std::string name = weight_name(node.inputs[2]);
      if (name.empty()) continue;
      if (auto matrix = matrix_of(index, node.inputs[1], node.transposes_b)) tensors.by_name[name] = *matrix;
    }
    if (node.operation != "Add" || node.inputs.size() != 2) continue;
    for (int side = 0; side < 2; ++side) {
      const std::string name = weight_name(node.inputs[side]);
      const OnnxNode* product = index.producer(node.inputs[1 - side]);
      if (name.empty() || !product || product->operation != "MatMul" || product->inputs.size() != 2) continue;
      if (auto matrix = matrix_of(index, product->inputs[1], false)) tensors.by_name[name] = *matrix;
    }
  }
}

std::vector<std::int64_t> integers_of(const OnnxTensor& tensor) {
  if (tensor.type != OnnxTensor::kInt64) return {};
  if (!tensor.integers.empty()) return tensor.integers;
  std::vector<std::int64_t> values(tensor.data.size() / 8);
  std::memcpy(values.data(), tensor.data.data(), values.size() * 8);
  return values;
}

/// The last two numbers of a Reshape's target are the number of heads and the size of one.
std::vector<std::int64_t> reshape_target(const GraphIndex& index, std::string_view value) {
  if (const OnnxTensor* tensor = index.constant(value)) return integers_of(*tensor);
  const OnnxNode* node = index.producer(value);
  std::vector<std::int64_t> target;
  if (!node || node->operation != "Concat") return target;
  for (const std::string_view input : node->inputs) {
    const OnnxTensor* tensor = index.constant(input);
    const auto values = tensor ? integers_of(*tensor) : std::vector<std::int64_t>{-1};
    target.insert(target.end(), values.begin(), values.end());
  }
  return target;
}

std::optional<std::uint32_t> heads_of(const OnnxGraph& graph, const GraphIndex& index, std::uint64_t dimensions) {
  for (const OnnxNode& node : graph.nodes) {
    if (node.operation != "Reshape" || node.inputs.size() < 2) continue;
    const auto target = reshape_target(index, node.inputs[1]);
    if (target.size() != 4) continue;
    const std::int64_t heads = target[2], size = target[3];
    if (heads < 1 || heads > 1024 || size > 65536) continue;
    if (size == -1 || (size > 0 && static_cast<std::uint64_t>(heads * size) == dimensions))
      return static_cast<std::uint32_t>(heads);
  }
  return std::nullopt;
}

bool shows_gelu(const OnnxGraph& graph) {
  for (const OnnxNode& node : graph.nodes)
    if (node.operation == "Erf" || node.operation == "Gelu" || node.operation == "FastGelu" ||
        node.operation == "BiasGelu")
      return true;
  return false;
}

}  // namespace

Result<BertTensors> read_onnx_bert(Bytes file) {
  CAIRN_TRY(const OnnxGraph graph, read_onnx(file));
  BertTensors tensors;
  for (const auto& [name, tensor] : graph.initialisers)
    if (const std::string usual = usual_name(name); !usual.empty()) tensors.by_name[usual] = source_of(tensor);
  const GraphIndex index(graph);
  take_products(graph, index, tensors);
  tensors.has_gelu = shows_gelu(graph);
  if (const auto words = tensors.by_name.find("embeddings.word_embeddings.weight");
      words != tensors.by_name.end() && words->second.dims.size() == 2)
    tensors.heads = heads_of(graph, index, words->second.dims[1]);
  return tensors;
}

}  // namespace cairn::encoder
