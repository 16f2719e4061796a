#include "milter/counters.h"

namespace postern::milter {

std::string_view to_string(TempfailReason reason) {
  switch (reason) {
    case TempfailReason::judged:
      return "judged";
    case TempfailReason::busy:
      return "busy";
    case TempfailReason::waited:
      return "waited";
    case TempfailReason::overdue:
      return "overdue";
    case TempfailReason::spool:
      return "spool";
    case TempfailReason::not_offered:
      return "not-offered";
    case TempfailReason::broken_answer:
      return "broken-answer";
  }
  return "judged";
}

}  // namespace postern::milter
