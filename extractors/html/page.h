// PageReader: walks a tree and tells a sink what is in it, by place.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "extractors/extractor.h"
#include "extractors/html/flow.h"
#include "extractors/html/layout.h"
#include "extractors/html/line_pieces.h"
#include "extractors/html/list_letters.h"
#include "extractors/html/style.h"
#include "extractors/html/tree.h"
#include "extractors/text/quote_marks.h"

namespace postern::extract {

class PageReader {
 public:
  enum class Scope {
    everything,
    shown_text,      // for a second reading of the same page: only what differs is worth telling
    doubtful_rules,  // the same, with the rules of its style sheets that only some programs apply
    displayed,       // only what is displayed in another order than it is written, or with more or less than that
  };

  // `at` is the locator of shown text: "" or by which reading it is shown.
  PageReader(Sink& sink, Scope scope, std::string at)
      : sink_(sink), scope_(scope), at_(std::move(at)), sheet_(detail_of(scope)) {
    if (scope == Scope::displayed) layout_.emplace();
  }
  // A reading of the same page; texts that it told are not told again.
  void set_known(const PageReader* other) { known_ = other; }
  // The page is the body of a mail: its text is split by place (mail_body.h).
  void set_mail_body() { is_mail_body_ = true; }

  // Does not recurse, however deep the tree.
  LimitHit read(const HtmlTree& tree);

  // Whether a conditional comment holds what Outlook shows (and others do not).
  bool has_outlook_content() const { return has_outlook_content_; }
  bool has_doubtful_rules() const { return sheet_.has_doubtful(); }
  // Whether the layout may show the text in another order than the page has it, or with letters of its own.
  bool is_rearranged() const { return rearranged_; }
  // In scope `displayed`: rules that only some programs apply count, too.
  void set_doubtful() { applies_doubtful_ = true; }
  bool has_doubtful_moves() const { return sheet_.has_doubtful_moves(); }
  // In scope `displayed`: whether the layout was too large.
  bool is_layout_cut() const { return layout_ && layout_->is_cut(); }

 private:
  // What an element hands down to what is inside it.
  struct State {
    std::string_view hides;
    Place place = Place::body;  // or quoted, forwarded, signature
    bool keeps_space = false;
    bool inherits_invisible = false;  // visibility:hidden, which a descendant can undo
    Colour ground{255, 255, 255};
    Colour colour{0, 0, 0};
    bool coloured = false;
    bool right_to_left = false;
    bool in_a_row = false;        // children stand beside each other
    bool unpadded = false;        // cells of this table touch
    bool glues = false;           // it may be put together with its neighbours
    bool touches = false;         // nothing is between it and them
    bool is_letter_cell = false;  // a cell of one letter
    unsigned override_scope = 0;  // of letters from right to left, 0 outside
    bool monospaced = false;
    LetterCase letter_case = LetterCase::as_written;
    bool struck = false;                  // through by a line
    bool annotates = false;               // above the line
    const GumboElement* owner = nullptr;  // the inline element that it stands in
  };
  // What parts an element from its neighbours.
  enum class Break : std::uint8_t { none, line, block_joint, joint, hidden_line };
  struct Frame {
    const GumboNode* node;
    unsigned next_child;
    State state;
    Break ends;
  };

  void collect_styles(const GumboNode& root);
  void add_sheet(const GumboElement& element);
  // True when the children are to be visited with `state`.
  bool enter(const GumboNode& node, const State& around, State& state, Break& ends);
  void leave(const Frame& frame);
  void see_text(const GumboNode& node, const State& state);
  void see_comment(std::string_view text);
  void see_attributes(const GumboElement& element);
  void see_attribute(const GumboElement& element, std::string_view tag, std::string_view name, std::string_view value);
  void see_link(std::string_view at, std::string_view target);
  void see_data_uri(std::string_view uri, bool picture);
  void see_data_uris_in(std::string_view script);
  void add_linked_sheet(const GumboElement& element);
  void count_siblings(const GumboNode& root);
  Style apply_style(const GumboElement& element, const State& around, State& state);
  void apply_direction(const GumboElement& element, Style& style, State& state);
  void apply_mail_place(const GumboNode& node, State& state);
  // Takes note of what makes the page be shown in another order, or with other letters, than it is written in.
  void see_arrangement(const GumboElement& element, const Style& style, const State& around, State& state);
  static bool is_shown_as_block(const GumboElement& element, const Style& style);
  // As enter(), leave() and put(), in scope `displayed`.
  bool enter_layout(const GumboNode& node, const Style& style, State& state, Break& ends);
  void leave_layout(const GumboNode& node, const State& state);
  void lay_text(const State& state, std::string_view text, Layout::Source source);
  void lay_generated(const GumboElement& element, const State& state, Side side);
  void tell_layout();
  void end_lines();
  void part(Break how);
  void finish_line();
  void finish_glued_line();
  void put_glued(std::string_view text, const State& state);
  void tell_body();
  void tell_shown(Place place, Flow PageReader::*flow);
  void tell_otherwise(Place place, const std::string& text, MarkedRuns runs);
  void see_seam(const Flow& next, std::string_view text);
  std::string seams() const;
  Flow& flow_of(const State& state);
  Place place_of(const State& state) const;
  const GumboElement* owner_of(const GumboElement& element, const State& around) const;
  void put(const State& state, std::string_view text);
  void tell(Place place, std::string_view at, std::string_view text);

  Sink& sink_;
  const Scope scope_;
  const std::string at_;
  static Detail detail_of(Scope scope) { return scope == Scope::displayed ? Detail::placed : Detail::shown; }
  StyleSheet sheet_;
  std::unordered_map<const GumboElement*, SiblingPlace> places_;  // when the sheet asks for them
  std::vector<StyledElement> path_;  // from the outermost element; kept only for a style sheet
  LimitHit hit_ = LimitHit::none;
  Flow body_, quoted_, forwarded_, signature_, hidden_;
  // Where the shown text goes on in another place.
  struct Seam {
    const Flow* before;
    size_t before_end;
    const Flow* behind;
    size_t behind_begin;
  };
  std::vector<Seam> seams_;
  const Flow* last_shown_ = nullptr;
  std::string_view why_hidden_;
  LinePieces line_;
  // The line with its cells, columns and floats put together where letters meet: "Am" beside "ber".
  Flow glued_line_;
  bool joint_ = false;                 // one is due before the next text
  bool blank_due_ = false;             // a cell was empty among those of letters
  unsigned joints_ = 0, spelled_ = 0;  // where letters touch; where they stand a cell each
  std::string glued_;
  ListLetters list_letters_;
  const PageReader* known_ = nullptr;
  bool is_mail_body_ = false;
  unsigned overrides_ = 0;
  bool quoted_to_the_end_ = false;
  bool has_outlook_content_ = false;
  bool rearranged_ = false;
  bool applies_doubtful_ = false;
  unsigned section_ = 0;           // of the table: its head, its bodies, its foot
  unsigned pictures_of_line_ = 0;  // with alternative texts
  std::optional<Layout> layout_;   // in scope `displayed`
};

}  // namespace postern::extract
