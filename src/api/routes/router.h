#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/routes/route.h"

namespace cairn::routes {

/// Which route a request means. Immutable; any thread.
class Router {
 public:
  /// The table must outlive this.
  explicit Router(const RouteTable& table);

  struct Match {
    const Route* route = nullptr;      ///< Null: no route takes this method here.
    std::vector<std::string> allowed;  ///< Methods that the path takes; empty: there is no such path.
  };

  /// Fills in the request's parameters, each decoded by itself, so that an encoded slash stays part of a name. HEAD
  /// means GET. Literal segments win over parameters.
  Match match(http::Request& request) const;

 private:
  struct Pattern {
    const Route* route;
    std::vector<std::string> segments;  ///< Parameters in braces.
    std::size_t parameters = 0;
  };

  std::vector<Pattern> patterns_;  ///< Those with fewer parameters first.
};

/// The names in braces of a path.
std::vector<std::string> parameter_names(std::string_view path);

}  // namespace cairn::routes
