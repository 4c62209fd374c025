#pragma once

#include "api/json/shapes.h"
