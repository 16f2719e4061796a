// Poppler's text device, told how text is drawn and what else a page draws (page_reader.h): it counts what is
// invisible, white or outside the page, and notes pictures, forms, replacements and alternatives.
//
// Only for the files that use poppler's own interface: page_reader.cpp, unseen.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include <poppler/TextOutputDev.h>

#include "extractors/pdf/glyph_names.h"
#include "extractors/pdf/picture_notes.h"
#include "extractors/wrapper/drawn_squares.h"

namespace postern::extract::pdf {

// How far outside the page text is looked for, in points: 7 m.
inline constexpr int kAround = 20'000;
// Of the slice around a page that is `page` long; one that claims more than 350 m has nothing further out.
int side_around(double page);

// What nobody sees may stand inside a word: left out, or as a mark (kUnseenMark) for each letter, which keeps together
// what its room parts.
enum class Show : std::uint8_t { all, hidden_only, seen_only, seen_and_marks };
inline constexpr char32_t kUnseenMark = 0xFFFE;  // no character, in no text
enum class Order : std::uint8_t { drawn, placed };

class TextDevice final : public TextOutputDev {
 public:
  // `shift`: where the page's corner lies in the slice that is drawn.
  TextDevice(std::string& out, Show show, Order order, double width, double height, double shift);

  // Pictures are noted; shadings stay undrawn as in all extraction of text.
  void note_in(PictureNotes* notes) { notes_ = notes; }
  // The numbers of the form XObjects that are drawn; null: not noted.
  void note_forms_in(std::unordered_set<int>* forms) { forms_ = forms; }
  // Replacements (14.9.4) are what poppler takes for the text, whatever is drawn.
  void take_what_is_drawn() { replaces_ = false; }
  // Each piece of what is filled, by the box around it; anything but white is dark.
  void note_squares_in(DrawnSquares* squares) { squares_ = squares; }
  void let_white_count() { white_counts_ = true; }
  void let_tiny_count() { tiny_counts_ = true; }
  // What the names of glyphs say in the place of a map to Unicode that says something else (glyph_names.h).
  void read_glyph_names() { by_name_ = true; }

  bool replaced() const { return replaced_; }
  const std::string& alternatives() const { return alternatives_; }
  size_t count() const { return count_; }
  size_t outside() const { return outside_; }
  size_t invisible() const { return invisible_; }
  size_t white() const { return white_; }
  size_t tiny() const { return tiny_; }
  // Whether what is seen and what is not stand next to each other, drawn one behind the other.
  bool mixes() const { return mixes_; }
  // Whether a map to Unicode and the names of glyphs contradict each other.
  bool contradicts() const { return contradicts_; }
  // Characters of Type 3 fonts (9.6.5), whose glyphs are drawings that need no true name.
  size_t type3() const { return type3_; }
  bool lacks_meaning() const;
  // What is read in another order than it is drawn in (columns.h), a line each. For Order::drawn, once it is drawn.
  struct OtherOrders {
    std::string columns;    // what stands side by side
    std::string leftwards;  // what is read from right to left
    std::string placed;     // what stands next to each other and is drawn in another order (placed_lines.h)
  };
  OtherOrders other_orders();

  void drawChar(GfxState* state, double x, double y, double dx, double dy, double origin_x, double origin_y,
                CharCode code, int bytes, const Unicode* unicode, int length) override;
  void updateFillColor(GfxState*) override { color_known_ = false; }
  void updateFillColorSpace(GfxState*) override { color_known_ = false; }
  void restoreState(GfxState* state) override;
  void fill(GfxState* state) override;
  void eoFill(GfxState* state) override;
  void beginForm(Ref id) override;

  bool needNonText() override { return notes_ != nullptr; }
  bool useTilingPatternFill() override { return true; }
  bool tilingPatternFill(GfxState*, Gfx* painter, Catalog*, GfxTilingPattern* pattern, const double* matrix, int x0,
                         int y0, int x1, int y1, double x_step, double y_step) override;
  bool useShadedFills(int) override { return true; }
  bool functionShadedFill(GfxState*, GfxFunctionShading*) override { return true; }
  bool axialShadedFill(GfxState*, GfxAxialShading*, double, double) override { return true; }
  bool radialShadedFill(GfxState*, GfxRadialShading*, double, double) override { return true; }
  bool gouraudTriangleShadedFill(GfxState*, GfxGouraudTriangleShading*) override { return true; }
  bool patchMeshShadedFill(GfxState*, GfxPatchMeshShading*) override { return true; }

  void drawImage(GfxState* state, Object* ref, Stream* stream, int width, int height, GfxImageColorMap* colors, bool,
                 const int*, bool is_inline) override;
  void drawMaskedImage(GfxState* state, Object* ref, Stream* stream, int width, int height, GfxImageColorMap* colors,
                       bool, Stream*, int mask_width, int mask_height, bool mask_invert, bool) override;
  void drawSoftMaskedImage(GfxState* state, Object* ref, Stream* stream, int width, int height,
                           GfxImageColorMap* colors, bool, Stream*, int mask_width, int mask_height,
                           GfxImageColorMap* mask_colors, bool) override;
  void drawImageMask(GfxState* state, Object* ref, Stream* stream, int width, int height, bool invert, bool,
                     bool is_inline) override;
  void setSoftMaskFromImageMask(GfxState* state, Object* ref, Stream* stream, int width, int height, bool invert,
                                bool is_inline, double*) override;

  void beginActualText(GfxState* state, const GooString* replacement) override;
  void endActualText(GfxState* state) override;
  void beginMarkedContent(const char*, Dict* properties) override;

 private:
  bool has_numbers_only(const GfxFont* font);
  struct Box {
    double left, top, right, bottom;
    bool holds(double x, double y) const { return x >= left && x <= right && y >= top && y <= bottom; }
  };

  enum class Seen : std::uint8_t { yes, outside, invisible, white, tiny, clipped };

  // On the device; x0 and y0 where the character begins.
  struct Stroke {
    double x0, y0, x1, y1, size;
  };

  Seen look(GfxState& state, const Stroke& stroke);
  void note_neighbour(const Stroke& stroke, bool seen);
  bool is_outside(const Stroke& stroke) const;
  bool is_white(GfxState& state);
  bool on_dark(double x, double y) const;
  void note_fill(GfxState& state);
  void note_squares(GfxState& state);

  const Show show_;
  const Box page_;
  PictureNotes* notes_ = nullptr;  // null: pictures and patterns are passed over
  std::unordered_set<int>* forms_ = nullptr;
  DrawnSquares* squares_ = nullptr;  // null: not noted
  int patterns_ = 0;                 // that are drawn, one in another
  bool replaces_ = true, replaced_ = false;
  std::string alternatives_;
  std::vector<Box> dark_;
  bool color_known_ = false;
  bool white_now_ = false;
  bool white_counts_ = false;
  bool tiny_counts_ = false;
  bool by_name_ = false, contradicts_ = false;
  GlyphNames names_;
  bool mixes_ = false, last_seen_ = true;
  Stroke last_{};
  size_t count_ = 0, outside_ = 0, invisible_ = 0, white_ = 0, tiny_ = 0, type3_ = 0, unmapped_ = 0, numbers_ = 0;
  const GfxFont* numbered_of_ = nullptr;  // asked last
  bool numbers_only_ = false;
};

}  // namespace postern::extract::pdf
