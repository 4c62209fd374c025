// What clients send: whatever is accepted can be written, and reads back as the same.
#include <cstdlib>

#include "api/json/shape.h"

namespace {

using namespace cairn;

enum class Mode { dense, lexical };

struct Body {
  std::string name;
  std::optional<std::string> title;
  std::vector<std::string> groups;
  std::int64_t limit = 10;
  double weight = 0;
  bool flag = false;
  Mode mode = Mode::dense;
  nlohmann::json metadata = nlohmann::json::object();
};

const Shape<Body>& body_shape() {
  const auto mode = shape::choice<Mode>({Mode::dense, Mode::lexical},
                                        [](Mode value) { return value == Mode::dense ? "dense" : "lexical"; });
  static const auto made = ObjectShape<Body>("Body", "One field of each kind.")
                               .required("name", &Body::name, shape::text(1, 20), "")
                               .optional("title", &Body::title, shape::nullable(shape::text(0, 20)), "")
                               .optional("groups", &Body::groups, shape::list(shape::text(0, 9), 5), "")
                               .optional("limit", &Body::limit, shape::integer<std::int64_t>(1, 1000), "")
                               .optional("weight", &Body::weight, shape::number(-1, 1), "")
                               .optional("flag", &Body::flag, shape::boolean(), "")
                               .optional("mode", &Body::mode, mode, "")
                               .optional("metadata", &Body::metadata, shape::free_object({}), "")
                               .done();
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto json = parse_json({reinterpret_cast<const char*>(data), size});
  if (!json) return 0;
  const auto body = read(body_shape(), *json);
  if (!body) return 0;
  const std::string written = to_text(body_shape(), *body);
  auto again = parse_json(written);
  if (!again) std::abort();
  const auto reread = read(body_shape(), *again);
  if (!reread || to_text(body_shape(), *reread) != written) std::abort();
  return 0;
}
