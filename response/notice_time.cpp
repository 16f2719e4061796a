#include "response/notice_time.h"

#include <memory>

#include <unicode/dtptngen.h>
#include <unicode/smpdtfmt.h>
#include <unicode/timezone.h>

namespace postern::response {

namespace {

// Working out the pattern of a language costs a millisecond, more than the rest of a notice.
struct Formatter {
  std::string language;
  std::string time_zone;
  std::unique_ptr<icu::SimpleDateFormat> format;  // null: ICU has no such thing
};

std::unique_ptr<icu::SimpleDateFormat> make_format(std::string_view language, const std::string& time_zone) {
  // Plain "en" is American to ICU; day before month is clear to more readers.
  const std::string tag = language == "en" ? "en-GB" : std::string(language);
  UErrorCode status = U_ZERO_ERROR;
  const icu::Locale locale = icu::Locale::forLanguageTag(tag, status);
  std::unique_ptr<icu::DateTimePatternGenerator> generator(
      icu::DateTimePatternGenerator::createInstance(U_SUCCESS(status) ? locale : icu::Locale::getUK(), status));
  if (U_FAILURE(status) || !generator) return nullptr;
  const icu::UnicodeString pattern = generator->getBestPattern(icu::UnicodeString(u"dMMMMHHmm"), status);
  auto format = std::make_unique<icu::SimpleDateFormat>(pattern + u" zzz", locale, status);
  if (U_FAILURE(status)) return nullptr;
  std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(time_zone)));
  if (!zone || *zone == icu::TimeZone::getUnknown()) zone.reset(icu::TimeZone::createTimeZone(u"UTC"));
  format->adoptTimeZone(zone.release());
  return format;
}

}  // namespace

std::string notice_time(WallTime time, std::string_view language, const std::string& time_zone) {
  // A thread's own, for formatting changes it; of the last language, for most installations write in one.
  thread_local Formatter last;
  if (!last.format || last.language != language || last.time_zone != time_zone) {
    last = {std::string(language), time_zone, make_format(language, time_zone)};
  }
  if (!last.format) return format_rfc3339(time);
  icu::UnicodeString text;
  last.format->format(static_cast<UDate>(time.time_since_epoch().count()), text);
  std::string out;
  return text.toUTF8String(out);
}

}  // namespace postern::response
