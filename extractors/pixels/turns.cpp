#include "extractors/pixels/turns.h"

#include <cmath>
#include <utility>

#include <allheaders.h>

namespace postern::extract::pixels {

namespace {

// Tilted by up to 20 degrees. What the lines of text stand out by when a page is turned to them: 3 is the library's own
// bound. Tesseract reads up to a degree as it is.
constexpr l_float32 kMostTilt = 20.0F;
constexpr l_float32 kLeastTilt = 1.0F;
constexpr l_float32 kLeastLines = 3.0F;
// Letters with something above or below that are counted, and how clearly one direction has more: an English page has
// three times as many above.
constexpr l_int32 kLeastLetters = 20;
constexpr l_float32 kLeastClear = 4.0F;

Picture in_two_tones(Pix& grey) {
  Pix* out = nullptr;
  constexpr l_int32 kTile = 2000, kSmooth = 0;
  constexpr l_float32 kFraction = 0.1F;
  pixOtsuAdaptiveThreshold(&grey, kTile, kTile, kSmooth, kSmooth, kFraction, nullptr, &out);
  return Picture(out);
}

// The degrees, clockwise, by which the lines of text would lie flat; 0 when they do or there are none.
l_float32 tilt_of(Pix& two_tones, l_float32 least_lines) {
  constexpr l_int32 kSweep = 4, kSearch = 2;
  constexpr l_float32 kSteps = 1.0F, kFine = 0.02F;
  l_float32 angle = 0.0F, confidence = 0.0F;
  if (pixFindSkewSweepAndSearch(&two_tones, &angle, &confidence, kSweep, kSearch, kMostTilt, kSteps, kFine) != 0)
    return 0.0F;
  return confidence >= least_lines && std::abs(angle) >= kLeastTilt ? angle : 0.0F;
}

Picture tilted(Pix& picture, l_float32 degrees) {
  constexpr l_float32 kRadians = 3.14159265F / 180.0F;
  const l_int32 how = pixGetDepth(&picture) == 1 ? L_ROTATE_SAMPLING : L_ROTATE_AREA_MAP;
  return Picture(
      pixRotate(&picture, degrees * kRadians, how, L_BRING_IN_WHITE, pixGetWidth(&picture), pixGetHeight(&picture)));
}

Picture turned(Pix& picture, int quarters) {
  return Picture(pixRotateOrth(&picture, quarters % 4));
}

// Quarters of a turn, clockwise, by which the letters would stand upright; 0 when they do or too few say so.
int quarters_of(Pix& two_tones) {
  l_float32 up = 0.0F, left = 0.0F;
  if (pixOrientDetect(&two_tones, &up, &left, kLeastLetters, 0) != 0) return 0;
  l_int32 orientation = L_TEXT_ORIENT_UNKNOWN;
  makeOrientDecision(up, left, kLeastClear, kLeastClear, &orientation, 0);
  switch (orientation) {
    case L_TEXT_ORIENT_LEFT:
      return 1;
    case L_TEXT_ORIENT_DOWN:
      return 2;
    case L_TEXT_ORIENT_RIGHT:
      return 3;
    default:
      return 0;
  }
}

bool is_none(const Turn& turn) {
  return turn.tilt == 0.0F && (turn.before + turn.after) % 4 == 0;
}

Picture made(Pix& picture, const Turn& turn) {
  Picture out = turn.before != 0 ? turned(picture, turn.before) : Picture(pixClone(&picture));
  if (out && turn.tilt != 0.0F) out = tilted(*out, turn.tilt);
  if (out && turn.after != 0) out = turned(*out, turn.after);
  return out;
}

// What makes a page straight whose shapes, `before` having been done, stand like these.
Turn straight_after(int before, Picture shapes, l_float32 least_lines) {
  Turn out{before, 0.0F, 0};
  if (!shapes) return out;
  out.tilt = tilt_of(*shapes, least_lines);
  if (out.tilt != 0.0F) shapes = tilted(*shapes, out.tilt);
  if (shapes) out.after = quarters_of(*shapes);
  return out;
}

}  // namespace

void Turns::look() {
  looked_ = true;
  Picture shapes = in_two_tones(grey_);
  if (!shapes) return;
  Picture on_its_side = turned(*shapes, 1);
  if (every_) {
    // Shapes of a few letters say little: a single line stands out by nothing, and which side is up is not known.
    constexpr int kHalf = 2;
    const Turn side = straight_after(1, std::move(on_its_side), 0.0F);
    const Turn flat = straight_after(0, std::move(shapes), 0.0F);
    turns_ = {{side.before, side.tilt, side.after + kHalf},
              {flat.before, flat.tilt, flat.after + kHalf},
              {3, 0.0F, 0},
              {1, 0.0F, 0},
              {2, 0.0F, 0},
              side,
              flat};
    return;
  }
  Turn straight = straight_after(0, std::move(shapes), kLeastLines);
  // Lines show how they are tilted when they lie more flat than upright.
  if (straight.tilt == 0.0F) {
    const Turn other = straight_after(1, std::move(on_its_side), kLeastLines);
    if (other.tilt != 0.0F || is_none(straight)) straight = other;
  }
  turns_ = {straight};
}

Picture Turns::next() {
  if (!looked_) look();
  while (!turns_.empty() && is_none(turns_.back())) turns_.pop_back();
  if (turns_.empty()) return nullptr;
  const Turn turn = turns_.back();
  turns_.pop_back();
  return made(grey_, turn);
}

}  // namespace postern::extract::pixels
