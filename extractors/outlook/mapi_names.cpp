#include "extractors/outlook/mapi_names.h"

#include <algorithm>
#include <array>

namespace postern::extract {

namespace {

using namespace std::string_view_literals;

enum class Worth : std::uint8_t { text, shown_time, noise };

struct Known {
  std::uint16_t id;
  std::string_view at;
  Place place = Place::property;
  Worth worth = Worth::text;
};

// [MS-OXPROPS] 2; sorted by nothing, some dozens.
constexpr std::array kKnown = {
    Known{0x001A, "message-class", Place::property, Worth::noise},
    Known{0x0037, "", Place::subject},
    Known{0x0039, "sent", Place::property, Worth::shown_time},
    Known{0x003D, "subject-prefix", Place::property, Worth::noise},
    Known{0x0040, "received-by", Place::header},
    Known{0x0042, "From", Place::header},
    Known{0x0044, "received-for", Place::header},
    Known{0x0050, "reply-recipients", Place::header},
    Known{0x0060, "start", Place::property, Worth::shown_time},
    Known{0x0061, "end", Place::property, Worth::shown_time},
    Known{0x0064, "sender-address-type", Place::property, Worth::noise},
    Known{0x0065, "From", Place::header},
    Known{0x0070, "conversation-topic"},
    Known{0x0075, "address-type", Place::property, Worth::noise},
    Known{0x0076, "received-by", Place::header},
    Known{0x0077, "address-type", Place::property, Worth::noise},
    Known{0x0078, "received-for", Place::header},
    Known{0x0C1A, "Sender", Place::header},
    Known{0x0C1E, "sender-address-type", Place::property, Worth::noise},
    Known{0x0C1F, "Sender", Place::header},
    Known{0x0E02, "Bcc", Place::header},
    Known{0x0E03, "Cc", Place::header},
    Known{0x0E04, "To", Place::header},
    Known{0x0E06, "delivered", Place::property, Worth::shown_time},
    Known{0x0E1D, "normalized-subject"},
    Known{0x1008, "rtf-sync", Place::property, Worth::noise},
    Known{0x1035, "Message-ID", Place::header},
    Known{0x1039, "References", Place::header},
    Known{0x1042, "In-Reply-To", Place::header},
    Known{0x3001, "display-name"},
    Known{0x3002, "address-type", Place::property, Worth::noise},
    Known{0x3003, "email-address"},
    Known{0x3004, "comment", Place::comment},
    Known{0x3613, "container-class", Place::property, Worth::noise},
    Known{0x3703, "extension", Place::property, Worth::noise},
    Known{0x370E, "media-type", Place::property, Worth::noise},
    Known{0x3712, "content-id", Place::property, Worth::noise},
    Known{0x39FE, "smtp-address"},
    Known{0x39FF, "display-name"},
    Known{0x3A06, "given-name"},
    Known{0x3A08, "business-telephone"},
    Known{0x3A09, "home-telephone"},
    Known{0x3A0D, "location"},
    Known{0x3A11, "surname"},
    Known{0x3A15, "postal-address"},
    Known{0x3A16, "company"},
    Known{0x3A17, "title"},
    Known{0x3A18, "department"},
    Known{0x3A1C, "mobile-telephone"},
    Known{0x3A24, "business-fax"},
    Known{0x3A26, "country"},
    Known{0x3A27, "locality"},
    Known{0x3A28, "state"},
    Known{0x3A29, "street"},
    Known{0x3A2A, "postal-code"},
    Known{0x3A41, "anniversary", Place::property, Worth::shown_time},
    Known{0x3A42, "birthday", Place::property, Worth::shown_time},
    Known{0x3A44, "middle-name"},
    Known{0x3A4E, "manager"},
    Known{0x3A4F, "nickname"},
    Known{0x3A51, "business-home-page", Place::link},
    Known{0x4022, "address-type", Place::property, Worth::noise},
    Known{0x4024, "address-type", Place::property, Worth::noise},
    Known{0x5D01, "Sender", Place::header},
    Known{0x5D02, "From", Place::header},
};

struct Named {
  std::string_view name;
  std::string_view at;
  Worth worth = Worth::text;
};
// Numbered names of the property sets of appointments, contacts and tasks.
constexpr std::array kNamed = {
    Named{"8005", "file-under"},
    Named{"801A", "home-address"},
    Named{"801B", "business-address"},
    Named{"801C", "other-address"},
    Named{"802B", "web-page"},
    Named{"8062", "instant-messaging"},
    Named{"8083", "email-address"},
    Named{"8093", "email-address"},
    Named{"80A3", "email-address"},
    Named{"8104", "task-start", Worth::shown_time},
    Named{"8105", "task-due", Worth::shown_time},
    Named{"811F", "task-owner"},
    Named{"8208", "location"},
    Named{"820D", "start", Worth::shown_time},
    Named{"820E", "end", Worth::shown_time},
    Named{"8234", "time-zone"},
    Named{"8238", "attendees"},
    Named{"823B", "attendees"},
    Named{"823C", "optional-attendees"},
    Named{"8502", "reminder", Worth::shown_time},
    Named{"8535", "billing-information"},
    Named{"8539", "companies"},
    Named{"853A", "contacts"},
};

const Known* known(const MapiProperty& property) {
  const auto found =
      std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& row) { return row.id == property.id; });
  return found == kKnown.end() ? nullptr : &*found;
}

const Named* named(const MapiProperty& property) {
  const auto found =
      std::find_if(kNamed.begin(), kNamed.end(), [&](const Named& row) { return row.name == property.name; });
  return found == kNamed.end() ? nullptr : &*found;
}

std::string hexadecimal(std::uint16_t id) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out = "0x";
  for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[static_cast<size_t>(id >> shift) & 0xFU];
  return out;
}

}  // namespace

MapiLabel label_of(const MapiProperty& property) {
  MapiLabel out;
  if (!property.name.empty()) {
    const Named* const row = named(property);
    out.at = row != nullptr ? std::string(row->at) : property.name;
    return out;
  }
  if (const Known* const row = known(property)) {
    out.place = row->place;
    out.at = std::string(row->at);
    out.noise = row->worth == Worth::noise;
    return out;
  }
  out.at = hexadecimal(property.id);
  return out;
}

bool is_shown_time(const MapiProperty& property) {
  if (!property.is(MapiType::time)) return false;
  if (!property.name.empty()) {
    const Named* const row = named(property);
    return row != nullptr && row->worth == Worth::shown_time;
  }
  const Known* const row = known(property);
  return row != nullptr && row->worth == Worth::shown_time;
}

}  // namespace postern::extract
