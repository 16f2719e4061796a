// The walk over a message for passwords that stand in it.
#include <algorithm>
#include <iterator>

#include "extractors/passwords.h"
#include "extractors/walker.h"

namespace postern::extract {

namespace {

// Limits of reading a message for passwords: what people type is in small texts.
constexpr std::uint64_t kPasswordBytes = 16U << 20;  // unpacked, besides the message itself
constexpr std::uint32_t kPasswordParts = 1000;
constexpr std::chrono::milliseconds kPasswordReadingTime{1'000};

// Types that are read for passwords: cheap readers, and no library that an odd file may bring down.
bool may_hold_password(std::string_view mime) {
  constexpr std::string_view kFamilies[] = {"text/",
                                            "message/",
                                            "multipart/",
                                            "application/vnd.openxmlformats",
                                            "application/vnd.ms-word.",
                                            "application/vnd.ms-excel",
                                            "application/vnd.ms-powerpoint",
                                            "application/vnd.oasis.opendocument"};
  constexpr std::string_view kTypes[] = {"application/xhtml+xml",  "application/zip",    "application/json",
                                         "application/rtf",        "application/msword", "application/vnd.ms-outlook",
                                         "application/vnd.ms-tnef"};
  return std::any_of(std::begin(kFamilies), std::end(kFamilies),
                     [mime](std::string_view family) { return mime.starts_with(family); }) ||
         std::find(std::begin(kTypes), std::end(kTypes), mime) != std::end(kTypes);
}

class PasswordCollector final : public Reporter {
 public:
  void part_begin(const PartPath&, PartRole, std::string_view, std::string_view) override {}
  void part_type(const PartPath&, PartRole, std::string_view, std::uint64_t, std::string_view) override {}
  void segment(const PartPath&, Place place, std::string_view, std::string_view text) override {
    if (place == Place::header) return;  // addresses and ids
    // "report (pw 1234).zip"
    finder.look_at(place == Place::file_name ? text.substr(0, text.rfind('.')) : text);
  }
  void fact(const PartPath&, std::string_view) override {}
  void part_end(const PartPath&, Outcome, std::string_view) override {}

  PasswordFinder finder;
};

}  // namespace

void Walker::gather_passwords() {
  passwords_state_ = Passwords::gathered;
  passwords_.assign(kBuiltInPasswords.begin(), kBuiltInPasswords.end());
  Limits limits = budget_.limits();
  limits.max_bytes = std::min<std::uint64_t>(limits.max_bytes, root_->bytes.size() + kPasswordBytes);
  limits.max_text_bytes = std::min<std::uint64_t>(limits.max_text_bytes, kMaxPasswordTextBytes);
  limits.max_parts = std::min(limits.max_parts, kPasswordParts);
  limits.max_time = std::min({limits.max_time, budget_.time_left(), kPasswordReadingTime});
  limits.max_cpu = std::min(limits.max_cpu, kPasswordReadingTime);
  Budget budget(limits, Spent{}, system_clock());
  PasswordCollector collector;
  const Registry registry = registry_.only(may_hold_password);
  const Resume nothing;
  Walker reader(registry, budget, collector, nothing, detect_);
  reader.passwords_state_ = Passwords::none;
  reader.walk(*root_);
  for (std::string& candidate : collector.finder.take()) passwords_.push_back(std::move(candidate));
}

}  // namespace postern::extract
