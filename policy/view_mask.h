// Sets of derived views (policy/views.h), and how a policy switches them.
#pragma once

#include <cstdint>

namespace postern::policy {

// A bit each: 1 << DerivedName.
using ViewMask = std::uint16_t;

// `views:`. What is in neither stays as it is without.
struct ViewSwitches {
  ViewMask on = 0;
  ViewMask off = 0;

  ViewMask apply(ViewMask views) const { return static_cast<ViewMask>((views | on) & ~off); }
};

}  // namespace postern::policy
