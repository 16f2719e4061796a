// The footer's editor: any bytes are a mail. The first byte chooses the footer.
//
// Whatever comes, an edit is one: splices in order and inside the body, outcome and reason fit; and the edited mail
// needs no second footer.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "extractors/footer/footer.h"
#include "extractors/mail/header.h"

namespace {

using namespace postern;
using namespace postern::extract;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string spliced(std::string_view message, const BodyEdit& edit) {
  std::string out;
  size_t at = 0;
  for (const BodySplice& splice : edit.splices) {
    require(splice.offset >= at && splice.removed <= message.size() - splice.offset);
    out += message.substr(at, splice.offset - at);
    out += splice.inserted;
    at = splice.offset + splice.removed;
  }
  out += message.substr(at);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  static const Footer kFooters[] = {
      {"Footer.", "", false},
      {"F\u00FC\u00DFe \u2013 \u4E16\u754C", "https://lessons.example", true},
      {"From here\n> and there, in a line that is long enough to be wrapped once or twice, "
       "as footers of companies are\n--b",
       "", false}};
  if (size == 0) return 0;
  const Footer& footer = kFooters[data[0] % std::size(kFooters)];
  const std::string_view message(reinterpret_cast<const char*>(data) + 1, size - 1);
  const BodyEdit edit = edit_footer(message, footer);
  const bool added = edit.outcome == FooterOutcome::added;
  require(added == edit.why.empty() && added != edit.splices.empty());
  require(added || edit.fields.empty());
  if (!added) return 0;
  const Header header = parse_header(message, HeaderOf::mail);
  const auto body = static_cast<size_t>(header.body.data() - message.data());
  if (!header.body.empty()) require(edit.splices.front().offset >= body);
  const std::string after = spliced(message, edit);
  // With changes to the root's header, which are not part of the splices, the text would be read by the old charset.
  if (edit.fields.empty()) require(edit_footer(after, footer).outcome == FooterOutcome::present);
  return 0;
}
