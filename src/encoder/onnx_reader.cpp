#include "encoder/onnx_reader.h"

#include "encoder/protobuf_reader.h"

namespace cairn::encoder {
namespace {

using Field = ProtobufReader::Field;

/// Calls `handle(field)` for each field of a message.
template <class Handle>
Result<void> each_field(Bytes message, Handle handle) {
  for (ProtobufReader reader(message); !reader.done();) {
    CAIRN_TRY(const Field field, reader.next());
    CAIRN_CHECK(handle(field));
  }
  return {};
}

/// A repeated integer field, which may come one by one or packed.
template <class T>
Result<void> append_integers(const Field& field, std::vector<T>& to) {
  if (field.bytes.empty()) {
    to.push_back(static_cast<T>(field.value));
    return {};
  }
  for (Bytes rest = field.bytes; !rest.empty();) {
    CAIRN_TRY(const std::uint64_t value, ProtobufReader::take_varint(rest));
    to.push_back(static_cast<T>(value));
  }
  return {};
}

Result<OnnxTensor> read_tensor(Bytes message) {
  OnnxTensor tensor;
  CAIRN_CHECK(each_field(message, [&](const Field& field) -> Result<void> {
    switch (field.number) {
      case 1: return append_integers(field, tensor.dims);
      case 2: tensor.type = field.value; break;
      case 4: tensor.data = field.bytes; break;  // float_data, packed: the same bytes as raw_data
      case 7: return append_integers(field, tensor.integers);
      case 8: tensor.name = as_text(field.bytes); break;
      case 9: tensor.data = field.bytes; break;
      case 14: tensor.external = field.value == 1; break;
      default: break;
    }
    return {};
  }));
  return tensor;
}

Result<void> read_attribute(Bytes message, OnnxNode& node) {
  std::string_view name;
  std::uint64_t integer = 0;
  Bytes tensor;
  CAIRN_CHECK(each_field(message, [&](const Field& field) -> Result<void> {
    if (field.number == 1) name = as_text(field.bytes);
    if (field.number == 3) integer = field.value;
    if (field.number == 5) tensor = field.bytes;
    return {};
  }));
  if (name == "transB") node.transposes_b = integer != 0;
  if (name == "value" && !tensor.empty()) { CAIRN_TRY(node.value, read_tensor(tensor)); }
  return {};
}

Result<OnnxNode> read_node(Bytes message) {
  OnnxNode node;
  CAIRN_CHECK(each_field(message, [&](const Field& field) -> Result<void> {
    switch (field.number) {
      case 1: node.inputs.push_back(as_text(field.bytes)); break;
      case 2: node.outputs.push_back(as_text(field.bytes)); break;
      case 4: node.operation = as_text(field.bytes); break;
      case 5: return read_attribute(field.bytes, node);
      default: break;
    }
    return {};
  }));
  return node;
}

Result<OnnxGraph> read_graph(Bytes message) {
  OnnxGraph graph;
  CAIRN_CHECK(each_field(message, [&](const Field& field) -> Result<void> {
    if (field.number == 1) {
      CAIRN_TRY(OnnxNode node, read_node(field.bytes));
      graph.nodes.push_back(std::move(node));
    } else if (field.number == 5) {
      CAIRN_TRY(OnnxTensor tensor, read_tensor(field.bytes));
      graph.initialisers.insert_or_assign(tensor.name, std::move(tensor));
    }
    return {};
  }));
  return graph;
}

}  // namespace

Result<OnnxGraph> read_onnx(Bytes file) {
  Bytes graph;
  CAIRN_CHECK(each_field(file, [&](const Field& field) -> Result<void> {
    if (field.number == 7) graph = field.bytes;
    return {};
  }));
  if (graph.empty()) return fail(ErrorKind::corrupt, "the file is neither safetensors nor an ONNX model");
  return read_graph(graph);
}

}  // namespace cairn::encoder
