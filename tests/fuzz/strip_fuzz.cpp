// What takes attachments off: any bytes are a mail. The first byte chooses which contents are to go.
//
// Whatever comes, an edit is one: splices in order, outcome and reason fit; and the edited mail has nothing of it left
// that could be taken off.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/crypto.h"
#include "extractors/strip/strip.h"

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
    require(splice.offset >= at && splice.offset <= message.size());
    require(splice.removed <= message.size() - splice.offset);
    out += message.substr(at, splice.offset - at);
    out += splice.inserted;
    at = splice.offset + splice.removed;
  }
  out += message.substr(at);
  return out;
}

StripPart part(std::string_view content) {
  return {to_hex(sha256(content)), "removed \u2013 by the company"};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  static const std::vector<StripPart> kWanted[] = {{part("x")}, {part("")}, {part("x"), part("Hello")}, {part("\r\n")}};
  if (size == 0) return 0;
  const std::vector<StripPart>& wanted = kWanted[data[0] % std::size(kWanted)];
  const std::string_view message(reinterpret_cast<const char*>(data) + 1, size - 1);
  const BodyEdit edit = strip_parts(message, wanted);
  const bool added = edit.outcome == FooterOutcome::added;
  require(added == edit.why.empty() && added != edit.splices.empty());
  require(added || edit.fields.empty());
  if (!added) return 0;
  const std::string after = spliced(message, edit);
  // A mail that was nothing but the attachment has its header changed as well, which is not part of the splices.
  if (edit.fields.empty()) require(strip_parts(after, wanted).outcome != FooterOutcome::added);
  return 0;
}
