#include "extractors/cards/cards.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "extractors/cards/content_line.h"
#include "extractors/html/data_uri.h"
#include "extractors/html/strip.h"
#include "extractors/mail/header.h"
#include "extractors/text/charset.h"
#include "extractors/text/text.h"

namespace postern::extract {

namespace {

using namespace std::string_view_literals;

struct ComponentName {
  std::string_view component;
  std::string_view shown;
};
constexpr std::array kComponents = {ComponentName{"VCALENDAR", ""},
                                    ComponentName{"VEVENT", "event"},
                                    ComponentName{"VTODO", "task"},
                                    ComponentName{"VJOURNAL", "journal entry"},
                                    ComponentName{"VFREEBUSY", "free-busy"},
                                    ComponentName{"VALARM", "alarm"},
                                    ComponentName{"VTIMEZONE", "time zone"},
                                    ComponentName{"VCARD", "card"},
                                    ComponentName{"STANDARD", ""},
                                    ComponentName{"DAYLIGHT", ""},
                                    ComponentName{"VNOTE", "note"},
                                    ComponentName{"VMSG", "message"},
                                    ComponentName{"VENV", ""},
                                    ComponentName{"VBODY", ""}};

constexpr std::array kTimes = {"DTSTART"sv,     "DTEND"sv,     "DUE"sv,   "COMPLETED"sv,    "BDAY"sv,
                               "ANNIVERSARY"sv, "DEATHDATE"sv, "BIRTH"sv, "RECURRENCE-ID"sv};

const ComponentName* find_component(std::string_view name) {
  const auto found = std::find_if(kComponents.begin(), kComponents.end(),
                                  [name](const ComponentName& one) { return one.component == name; });
  return found == kComponents.end() ? nullptr : &*found;
}

bool is_web_address(std::string_view value) {
  const std::string head = to_lower(value.substr(0, 8));
  return head.starts_with("http://") || head.starts_with("https://") || head.starts_with("ftp://") ||
         head.starts_with("file:");
}

// One reading of one file.
class CardReader {
 public:
  CardReader(Place place, std::string at, PartRole role, Sink& sink)
      : place_(place), reading_(std::move(at)), role_(role), sink_(sink) {}

  Ending read(std::string_view text) {
    ContentLineReader lines(text);
    ContentLine line;
    while (hit_ == LimitHit::none && !sink_.stopped() && lines.next(line)) see(line);
    while (!open_.empty()) end_component();
    flush();
    for (const auto& [at, texts] : further_) tell_all(at, texts);
    if (hit_ != LimitHit::none) return limit_ending(hit_, sink_.budget().limits());
    return complete();
  }

 private:
  // Text gathered for one component.
  struct Texts {
    std::string shown;
    std::string links;
    std::string times;
    std::string stripped;  // what stands in HTML, without its tags
  };

  void see(const ContentLine& line) {
    if (line.name == "BEGIN") return begin_component(upper_trimmed(line.value), line);
    if (line.name == "END") {
      if (!open_.empty()) end_component();
      return;
    }
    const std::string* const type = line.parameter("FMTTYPE");
    const std::string mime = to_lower(type != nullptr ? std::string_view(*type) : std::string_view());
    for (const auto& [name, value] : line.parameters) {
      if (to_lower(value.substr(0, 5)) == "data:") give_data_uri(value, named(line), sink_);
    }
    if (to_lower(line.value.substr(0, 5)) == "data:") {
      texts_.shown += line.front + '\n';
      give_data_uri(line.value, named(line), sink_);
      return;
    }
    if (const std::optional<std::string> file = line.file()) {
      texts_.shown += line.front + '\n';
      Child child = named(line);
      child.declared_type = mime;
      sink_.child(child, *file);
      return;
    }
    const std::string text = line.text();
    if (mime == "text/html") return give_page(line, text);
    std::string& to = is_web_address(text) ? texts_.links : texts_.shown;
    to.append(line.front).append(text).append(1, '\n');
    // Programs that know no better write HTML into descriptions.
    if (text.find("</") != std::string::npos || text.find("<br") != std::string::npos) {
      texts_.stripped += strip_html(text).text + '\n';
    }
    if (std::find(kTimes.begin(), kTimes.end(), line.name) != kTimes.end()) {
      if (const std::string time = describe_card_time(text); !time.empty()) {
        texts_.times += line.name + ": " + time + '\n';
      }
    }
  }

  static std::string upper_trimmed(std::string_view text) {
    std::string out = to_lower(trim(text));
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return out;
  }

  // A child under the file name that Outlook, Apple and others give, or that of its property.
  static Child named(const ContentLine& line) {
    Child child;
    const auto found = std::find_if(line.parameters.begin(), line.parameters.end(),
                                    [](const auto& parameter) { return parameter.first.ends_with("FILENAME"); });
    child.name = found == line.parameters.end() ? to_lower(line.name) : found->second;
    return child;
  }

  void give_page(const ContentLine& line, const std::string& page) {
    texts_.shown += line.front + '\n';
    Child child;
    child.name = to_lower(line.name);
    child.declared_type = "text/html";
    child.charset = "utf-8";
    child.read_as = "text/html";
    child.role = role_;
    sink_.child(child, page);
  }

  void begin_component(const std::string& name, const ContentLine& line) {
    const ComponentName* const known = find_component(name);
    flush();
    std::string shown(known == nullptr ? std::string_view() : known->shown);
    if (!shown.empty() && shown != "alarm") {
      const size_t number = ++counts_[shown];
      shown += number <= kMaxNumberedComponents ? " " + std::to_string(number) : std::string(kFurther);
    }
    if (open_.size() < kMaxDepth) {
      open_.push_back(std::move(shown));
    } else {
      skipped_++;
    }
    if (known == nullptr) texts_.shown += line.front + line.value + '\n';
  }

  void end_component() {
    flush();
    if (skipped_ > 0) {
      skipped_--;
    } else {
      open_.pop_back();
    }
  }

  std::string locator() const {
    std::string out = reading_;
    for (const std::string& component : open_) {
      if (component.empty()) continue;
      out += (out.empty() ? "" : " ") + component;
    }
    return out;
  }

  void flush() {
    const std::string at = locator();
    if (at.find(kFurther) == std::string::npos) {
      tell_all(at, texts_);
    } else {
      Texts& further = further_[at];
      further.shown += texts_.shown;
      further.links += texts_.links;
      further.times += texts_.times;
      further.stripped += texts_.stripped;
    }
    texts_ = Texts{};
  }

  void tell_all(const std::string& at, const Texts& texts) {
    tell(place_, at, texts.shown);
    tell(place_, at.empty() ? "without tags" : at + " without tags", texts.stripped);
    tell(Place::link, at, texts.links);
    tell(Place::property, at, texts.times);
  }

  void tell(Place place, std::string_view at, std::string_view text) {
    if (hit_ == LimitHit::none) hit_ = sink_.text(place, at, text);
  }

  static constexpr std::string_view kFurther = "s behind the first 1000";
  static constexpr size_t kMaxDepth = 16;  // an alarm in an event in a calendar is 3

  const Place place_;
  const std::string reading_;
  const PartRole role_;
  Sink& sink_;
  LimitHit hit_ = LimitHit::none;
  Texts texts_;
  std::vector<std::string> open_;
  size_t skipped_ = 0;  // components that are open below kMaxDepth
  std::map<std::string, size_t> counts_;
  std::map<std::string, Texts> further_;  // of components past kMaxNumberedComponents, by locator
};

class CardsExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    const TextReadings readings = read_text(source.bytes, source.charset);
    if (readings.mislabelled) sink.fact("charset-mismatch");
    const Place place = source.type.mime == "text/calendar" ? Place::calendar : Place::body;
    Ending ending = read(readings.main, place, "", source.role, sink);
    if (readings.other && ending.outcome == Outcome::complete) {
      sink.fact("second-reading");
      ending = read(*readings.other, place, "read as " + readings.other->charset(), source.role, sink);
    }
    if (readings.cut && ending.outcome == Outcome::complete) return {Outcome::limit, describe_damage_limit()};
    return ending;
  }

 private:
  static Ending read(const TextReading& reading, Place place, std::string at, PartRole role, Sink& sink) {
    std::string buffer;
    return CardReader(place, std::move(at), role, sink).read(tidy_lines(reading.text(), buffer));
  }
};

}  // namespace

std::shared_ptr<Extractor> make_cards_extractor() {
  return std::make_shared<CardsExtractor>();
}

}  // namespace postern::extract
