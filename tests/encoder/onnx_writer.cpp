#include "encoder/onnx_writer.h"

namespace cairn::encoder {
namespace {

std::string tensor(std::string_view name, const std::vector<std::uint64_t>& dims, int type, std::string_view raw) {
  std::string out;
  for (const auto dim : dims) out += protobuf_field(1, dim);
  return out + protobuf_field(2, static_cast<std::uint64_t>(type)) + protobuf_field(8, name) + protobuf_field(9, raw);
}

std::string floats(std::string_view name, const std::vector<std::uint64_t>& dims, const std::vector<float>& values) {
  return tensor(name, dims, 1, {reinterpret_cast<const char*>(values.data()), values.size() * 4});
}

std::string node(std::string_view operation, const std::vector<std::string>& inputs, std::string_view output,
                 std::string_view attribute = "") {
  std::string out;
  for (const auto& input : inputs) out += protobuf_field(1, input);
  out += protobuf_field(2, output) + protobuf_field(4, operation);
  if (!attribute.empty()) out += protobuf_field(5, attribute);
  return protobuf_field(1, out);
}

std::string constant(std::string_view output, std::int64_t value) {
  const std::string values = tensor("", {1}, 7, {reinterpret_cast<const char*>(&value), 8});
  return node("Constant", {}, output, protobuf_field(1, "value") + protobuf_field(5, values));
}

TinyTensor turned(const TinyTensor& matrix) {
  TinyTensor out{{matrix.dims[1], matrix.dims[0]}, std::vector<float>(matrix.values.size())};
  for (std::size_t r = 0; r < matrix.dims[0]; ++r)
    for (std::size_t c = 0; c < matrix.dims[1]; ++c)
      out.values[c * matrix.dims[0] + r] = matrix.values[r * matrix.dims[1] + c];
  return out;
}

/// One product with its bias, and the initialiser of the matrix.
std::string product(const std::string& name, const TinyTensor& matrix, OnnxStyle style) {
  const std::string bias = name + ".bias", anonymous = "onnx::MatMul_" + std::to_string(name.size() * 7919 + name[14]);
  const auto initialiser = [&](const std::string& as, const TinyTensor& values) {
    return protobuf_field(5, floats(as, values.dims, values.values));
  };
  switch (style) {
    case OnnxStyle::anonymous:
      return initialiser(anonymous + name, turned(matrix)) + node("MatMul", {"x", anonymous + name}, name + "/p") +
             node("Add", {bias, name + "/p"}, name + "/y");
    case OnnxStyle::transposed:
      return initialiser(name + ".weight", matrix) + node("Transpose", {name + ".weight"}, name + "/t") +
             node("MatMul", {"x", name + "/t"}, name + "/p") + node("Add", {name + "/p", bias}, name + "/y");
    case OnnxStyle::gemm: break;
  }
  return initialiser(name + ".weight", matrix) +
         node("Gemm", {"x", name + ".weight", bias}, name + "/y", protobuf_field(1, "transB") + protobuf_field(3, 1));
}

}  // namespace

std::string protobuf_varint(std::uint64_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
  return out;
}

std::string protobuf_field(std::uint32_t number, std::string_view bytes) {
  return protobuf_varint(std::uint64_t(number) << 3 | 2) + protobuf_varint(bytes.size()) + std::string(bytes);
}

std::string protobuf_field(std::uint32_t number, std::uint64_t value) {
  return protobuf_varint(std::uint64_t(number) << 3) + protobuf_varint(value);
}

std::string write_onnx(const TinyBert& bert, OnnxStyle style) {
  std::string graph;
  for (const auto& [name, values] : bert.tensors()) {
    const bool matrix = name.starts_with("encoder.") && values.dims.size() == 2;
    if (matrix) graph += product(name.substr(0, name.size() - 7), values, style);
    else graph += protobuf_field(5, floats(name, values.dims, values.values));
  }
  graph += constant("heads", bert.shape().heads) + constant("size", bert.shape().dimensions / bert.shape().heads);
  graph += node("Concat", {"batch", "length", "heads", "size"}, "target");
  graph += node("Reshape", {"encoder.layer.0.attention.self.query/y", "target"}, "split");
  graph += node("Erf", {"z"}, "erf");
  return protobuf_field(1, 6) + protobuf_field(2, "a test") + protobuf_field(7, graph);
}

}  // namespace cairn::encoder
