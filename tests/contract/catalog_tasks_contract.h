#pragma once

#include "contract/catalog_contract.h"

namespace cairn::testing {}  // namespace cairn::testing
