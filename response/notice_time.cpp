#include "response/notice_time.h"

#include <memory>

#include <unicode/dtptngen.h>
#include <unicode/smpdtfmt.h>
#include <unicode/timezone.h>

namespace postern::response {

std::string notice_time(WallTime time, std::string_view language, const std::string& time_zone) {
  // Plain "en" is American to ICU; day before month is clear to more readers.
  const std::string tag = language == "en" ? "en-GB" : std::string(language);
  UErrorCode status = U_ZERO_ERROR;
  const icu::Locale locale = icu::Locale::forLanguageTag(tag, status);
  std::unique_ptr<icu::DateTimePatternGenerator> generator(
      icu::DateTimePatternGenerator::createInstance(U_SUCCESS(status) ? locale : icu::Locale::getUK(), status));
  if (U_FAILURE(status) || !generator) return format_rfc3339(time);
  const icu::UnicodeString pattern = generator->getBestPattern(icu::UnicodeString(u"dMMMMHHmm"), status);
  icu::SimpleDateFormat format(pattern + u" zzz", locale, status);
  if (U_FAILURE(status)) return format_rfc3339(time);
  std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(time_zone)));
  if (!zone || *zone == icu::TimeZone::getUnknown()) zone.reset(icu::TimeZone::createTimeZone(u"UTC"));
  format.adoptTimeZone(zone.release());
  icu::UnicodeString text;
  format.format(static_cast<UDate>(time.time_since_epoch().count()), text);
  std::string out;
  return text.toUTF8String(out);
}

}  // namespace postern::response
