// PageReader: walks a tree and tells a sink what is in it, by place.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "extractors/extractor.h"
#include "extractors/html/flow.h"
#include "extractors/html/style.h"
#include "extractors/html/tree.h"

namespace postern::extract {

class PageReader {
 public:
  enum class Scope {
    everything,
    shown_text,  // for a second reading of the same page: only what differs is worth telling
  };

  // `at` is the locator of shown text: "" or by which reading it is shown.
  PageReader(Sink& sink, Scope scope, std::string at) : sink_(sink), scope_(scope), at_(std::move(at)) {}

  // Does not recurse, however deep the tree.
  LimitHit read(const HtmlTree& tree);

  // Whether a conditional comment holds what Outlook shows (and others do not).
  bool has_outlook_content() const { return has_outlook_content_; }

 private:
  // What an element hands down to what is inside it.
  struct State {
    std::string_view hides;
    bool quoted = false;
    bool keeps_space = false;
    bool inherits_invisible = false;  // visibility:hidden, which a descendant can undo
    Colour ground{255, 255, 255};
    Colour colour{0, 0, 0};
    bool coloured = false;
  };
  struct Frame {
    const GumboNode* node;
    unsigned next_child;
    State state;
    bool block;
  };

  void collect_styles(const GumboNode& root);
  // True when the children are to be visited with `state`.
  bool enter(const GumboNode& node, const State& around, State& state, bool& block);
  void leave(const Frame& frame);
  void see_text(const GumboNode& node, const State& state);
  void see_comment(std::string_view text);
  void see_attributes(const GumboElement& element);
  void see_attribute(const GumboElement& element, std::string_view tag, std::string_view name, std::string_view value);
  void see_link(std::string_view at, std::string_view target);
  void see_data_uri(std::string_view uri, bool picture);
  void apply_style(const GumboElement& element, const State& around, State& state, Display& display);
  bool marks_quote(const GumboElement& element);
  void break_line();
  void finish_mixed_line();
  Flow& flow_of(const State& state);
  void put(const State& state, std::string_view text);
  void tell(Place place, std::string_view at, std::string_view text);

  Sink& sink_;
  const Scope scope_;
  const std::string at_;
  StyleSheet sheet_;
  std::vector<StyledElement> path_;  // from the outermost element; kept only for a style sheet
  LimitHit hit_ = LimitHit::none;
  Flow body_, quoted_, hidden_;
  std::string_view why_hidden_;
  // The line as it stands with shown and hidden text together.
  Flow mixed_line_;
  bool line_has_shown_ = false, line_has_hidden_ = false;
  std::string mixed_;
  bool quoted_to_the_end_ = false;
  bool has_outlook_content_ = false;
};

}  // namespace postern::extract
