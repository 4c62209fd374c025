#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/http/message.h"
#include "base/result.h"

namespace cairn::routes {

/// What the head of a part says.
struct PartHead {
  std::string name;
  std::string file_name;  ///< As given; empty: none.
  bool has_file_name = false;
  std::string media_type;  ///< Without parameters; empty: none.
};

/// What a multipart parser tells, in order. An error stops it.
class PartReceiver {
 public:
  virtual ~PartReceiver() = default;
  virtual Result<void> begin_part(PartHead head) = 0;
  virtual Result<void> part_bytes(std::string_view bytes) = 0;
  virtual Result<void> end_part() = 0;
};

/// The boundary of a multipart/form-data body. Errors: `invalid` when there is none, or one that RFC 2046 forbids.
Result<std::string> multipart_boundary(std::string_view content_type);

/// Reads multipart/form-data (RFC 7578) that arrives in pieces; keeps no more of it than a part's head. One thread.
class MultipartParser {
 public:
  /// The receiver must outlive this.
  MultipartParser(const std::string& boundary, PartReceiver& receiver);

  /// Errors: `invalid` (not multipart, no name, a head that is too large), those of the receiver.
  Result<void> take(std::string_view bytes);

  /// Errors: `invalid` when the end is missing.
  Result<void> finish() const;

 private:
  enum class State { before_first, after_boundary, in_head, in_body, at_end };

  Result<bool> step();
  Result<bool> leave_preamble();
  Result<bool> read_after_boundary();
  Result<bool> read_head();
  Result<bool> read_body();

  const std::string delimiter_;  ///< CR LF, two hyphens, the boundary.
  PartReceiver& receiver_;
  State state_ = State::before_first;
  std::string pending_;  ///< What cannot be told yet.
};

}  // namespace cairn::routes
