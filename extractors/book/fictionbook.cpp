#include "extractors/book/fictionbook.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "extractors/mail/transfer.h"
#include "extractors/xml/xml_scanner.h"

namespace postern::extract {

namespace {

using namespace std::string_view_literals;

// Elements inside a line; the others end one.
constexpr std::array kRuns = {"strong"sv, "emphasis"sv, "style"sv, "a"sv,    "strikethrough"sv,
                              "sub"sv,    "sup"sv,      "code"sv,  "image"sv};

constexpr size_t kFlush = 256 << 10;

class Book {
 public:
  explicit Book(Sink& sink) : sink_(sink) {}

  void start(XmlTag, const XmlAttributes& attributes, std::string_view name) {
    const std::string_view local = name.substr(name.find(':') + 1);
    if (is_file_) give_file();  // what stands in it besides base64 is text
    open_.emplace_back(local);
    if (local == "description") {
      turn_to(Place::property, "");
    } else if (local == "body") {
      const std::string kind = attributes.get("name");
      turn_to(kind == "notes" || kind == "comments" || kind == "footnotes" ? Place::footnote : Place::body, kind);
    } else if (local == "section" && parent() == "body" && place_ == Place::body) {
      turn_to(place_, "chapter " + std::to_string(++chapters_));
    } else if (local == "binary") {
      turn_to(Place::body, "");
      file_name_ = attributes.get("id");
      file_type_ = attributes.get("content-type");
      base64_.clear();
    }
    see(attributes, local);
    if (local == "td" || local == "th") cell();
    is_file_ = local == "binary";
  }

  void end(XmlTag) {
    if (open_.empty()) return;
    const std::string local = std::move(open_.back());
    open_.pop_back();
    if (is_file_) give_file();
    is_file_ = false;
    if (local == "description" || local == "body") {
      turn_to(Place::body, "");
    } else if (local != "td" && local != "th" && std::find(kRuns.begin(), kRuns.end(), local) == kRuns.end()) {
      // A cell may hold paragraphs; its row ends the line.
      const bool in_cell = std::find_if(open_.begin(), open_.end(), is_cell) != open_.end();
      if (!in_cell) end_line();
    }
  }

  void text(std::string_view text) {
    if (is_file_) {
      base64_ += text;
      return;
    }
    // White space is layout but for one space inside a line.
    for (const char c : text) {
      const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
      if (!blank) {
        if (space_ && line_open_) text_ += ' ';
        text_ += c;
        line_open_ = true;
      }
      space_ = blank;
    }
    if (text_.size() >= kFlush) flush();
  }

  bool stopped() const { return hit_ != LimitHit::none || sink_.stopped(); }

  LimitHit finish() {
    flush();
    tell(Place::link, "", links_);
    tell(Place::alt_text, "", alt_);
    return hit_;
  }
  void tell(Place place, std::string_view at, std::string_view text) {
    if (hit_ == LimitHit::none) hit_ = sink_.text(place, at, text);
  }

 private:
  static bool is_cell(const std::string& name) { return name == "td" || name == "th"; }
  std::string_view parent() const {
    return open_.size() < 2 ? std::string_view() : std::string_view(open_[open_.size() - 2]);
  }

  void see(const XmlAttributes& attributes, std::string_view local) {
    if (const std::string target = attributes.get("href"); !target.empty() && target.front() != '#') {
      links_ += target + '\n';
    }
    for (const std::string_view name : {"alt"sv, "title"sv}) {
      if (local == "image" && attributes.has(name)) alt_ += attributes.get(name) + '\n';
    }
    // <custom-info info-type="x">, <genre match="x">, <sequence name="x" number="1">
    if (place_ != Place::property) return;
    for (const std::string_view name : {"info-type"sv, "name"sv, "number"sv, "value"sv}) {
      if (!attributes.has(name)) continue;
      text(attributes.get(name));
      text(" ");
    }
  }

  void cell() {
    if (!line_open_) return;
    text_ += '\t';
    space_ = false;
  }

  void end_line() {
    if (line_open_) text_ += '\n';
    line_open_ = false;
    space_ = false;
  }

  void turn_to(Place place, std::string at) {
    flush();
    place_ = place;
    at_ = std::move(at);
  }

  void flush() {
    end_line();
    tell(place_, at_, text_);
    text_.clear();
  }

  void give_file() {
    if (stopped()) return;
    Child child;
    child.name = file_name_;
    child.declared_type = file_type_;
    const std::string bytes = decode_base64(base64_).bytes;
    sink_.child(child, bytes);
    base64_.clear();
  }

  Sink& sink_;
  LimitHit hit_ = LimitHit::none;
  std::vector<std::string> open_;
  Place place_ = Place::body;
  std::string at_;
  size_t chapters_ = 0;
  std::string text_;
  bool line_open_ = false;
  bool space_ = false;
  std::string links_;
  std::string alt_;
  bool is_file_ = false;
  std::string file_name_;
  std::string file_type_;
  std::string base64_;
};

class FictionBookExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    static const XmlVocabulary no_names({}, {});
    XmlMemory memory(source.bytes);
    XmlDecoder decoder(memory);
    XmlScanner<Book> scanner(decoder, no_names);
    Book book(sink);
    const XmlEnd end = scanner.run(book);
    book.tell(Place::hidden_text, "document type", scanner.document_type());
    if (const LimitHit hit = book.finish(); hit != LimitHit::none) return limit_ending(hit, sink.budget().limits());
    if (end == XmlEnd::malformed) return {Outcome::malformed, "its XML is not well-formed"};
    if (scanner.unknown_entities()) return {Outcome::malformed, "its XML refers to entities that nothing declares"};
    return complete();
  }
};

}  // namespace

std::shared_ptr<Extractor> make_fictionbook_extractor() {
  return std::make_shared<FictionBookExtractor>();
}

}  // namespace postern::extract
