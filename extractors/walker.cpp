#include "extractors/walker.h"

#include <algorithm>
#include <new>

#include <sys/resource.h>

#include "base/crypto.h"
#include "base/ratio.h"
#include "extractors/appended.h"
#include "extractors/encoded_words.h"
#include "extractors/loose_text.h"
#include "extractors/memory_limit.h"
#include "extractors/part_kind.h"
#include "extractors/utf8.h"
#include "extractors/volumes.h"

namespace postern::extract {

namespace {

constexpr std::string_view kMailType = "message/rfc822";
constexpr std::string_view kUnknownType = "application/octet-stream";
constexpr std::uint32_t kCallsPerClockCheck = 32;  // the CPU clock is a system call; sheets give text cell by cell

// Valid UTF-8 of at most `most` bytes.
std::string label(std::string_view text, size_t most) {
  std::string clean = is_utf8(text) ? std::string(text) : to_utf8(text);
  clean.resize(character_cut(clean, most));
  return clean;
}

size_t segment_cut(std::string_view text) {
  if (text.size() <= kSegmentBytes) return text.size();
  const size_t line_end = text.substr(0, kSegmentBytes).rfind('\n');
  return line_end != std::string_view::npos ? line_end + 1 : character_cut(text, kSegmentBytes);
}

bool is_fact_word(std::string_view word) {
  return !word.empty() && word.size() <= kMaxFactBytes && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool hangs_in_attachment(PartRole role) {
  return role == PartRole::attachment || role == PartRole::forwarded || role == PartRole::inline_file;
}

bool is_loose(const Child& child) {
  const auto has = [&child](std::string_view word) {
    return std::find(child.facts.begin(), child.facts.end(), word) != child.facts.end();
  };
  return has("appended-data") || has("outside-members");
}

std::string memory_limit_reached() {
  rlimit limit{};
  const bool known = ::getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  return known ? describe_memory_limit(limit.rlim_cur) : "there is no more memory for its reader";
}

// Runs what an extractor or producer does; what it throws becomes an ending.
template <typename Call>
auto guarded(Call&& call) -> tl::expected<decltype(call()), Ending> {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return tl::unexpected(Ending{Outcome::limit, memory_limit_reached()});
  } catch (const std::exception&) {
    return tl::unexpected(Ending{Outcome::malformed, "its reader gave up on damaged data"});
  } catch (...) {
    return tl::unexpected(Ending{Outcome::malformed, "its reader gave up"});
  }
}

}  // namespace

class Walker::Node final : public Sink {
 public:
  Node(Walker& walker, PartPath path, PartRole role) : walker_(walker), path_(std::move(path)), role_(role) {}

  LimitHit text(Place place, std::string_view at, std::string_view utf8) override {
    if (utf8.empty()) return LimitHit::none;
    if (const LimitHit hit = walker_.check_stop(); hit != LimitHit::none) return lose(hit);
    std::string clean;
    if (!is_utf8(utf8)) {
      clean = to_utf8(utf8);
      utf8 = clean;
    }
    if (is_forwarded_ && place == Place::body) place = Place::forwarded;
    if (words_ != nullptr) words_->see(utf8);
    const std::string locator = label(at, kMaxLocatorBytes);
    while (!utf8.empty()) {
      const size_t size = segment_cut(utf8);
      if (const LimitHit hit = segment(place, locator, utf8.substr(0, size)); hit != LimitHit::none) return lose(hit);
      utf8.remove_prefix(size);
    }
    return LimitHit::none;
  }

  void fact(std::string_view word) override {
    if (!is_fact_word(word) || facts_.size() >= kMaxFacts) return;
    if (std::find(facts_.begin(), facts_.end(), word) != facts_.end()) return;
    facts_.emplace_back(word);
    walker_.reporter_.fact(path_, word);
  }

  using Sink::child;
  Ending child(const Child& child, const Produce& produce) override {
    const PartPath path = path_.child(++children_);
    const Produce noted = [&](std::string& buffer) { return volumes_.noted(child.name, produce(buffer)); };
    if (const auto known = walker_.resume_.settled.find(path); known != walker_.resume_.settled.end()) {
      if (std::string again; !volume_name(child.name).file.empty()) static_cast<void>(noted(again));
      return Ending{known->second, "it was read before"};
    }
    LimitHit refused = walker_.check_stop();
    // What a mail is made of is counted anew in each: twelve forwards in each other are twelve.
    const bool belongs_to_mail = child.role == PartRole::body || child.role == PartRole::structure;
    const std::uint32_t depth = depth_ + (belongs_to_mail ? 0 : 1);
    const std::uint32_t depth_in_mail = belongs_to_mail ? depth_in_mail_ + 1 : 0;
    if (refused == LimitHit::none) refused = walker_.budget_.charge_part(std::max(depth, depth_in_mail));
    if (refused == LimitHit::none && path.depth() > kMostDepth) refused = LimitHit::depth;
    if (refused == LimitHit::parts) walker_.stop_ = refused;
    // What is refused for its depth costs no part of the budget, so that its number is bounded here as well.
    const LimitHit past = walker_.stop_ != LimitHit::none ? walker_.stop_ : refused;
    if (past != LimitHit::none && !walker_.may_name_another()) {
      return limit_ending(lose(past), walker_.budget_.limits());
    }
    Node node(walker_, path, role_below(child));
    node.depth_ = depth;
    node.depth_in_mail_ = depth_in_mail;
    node.is_forwarded_ = child.role == PartRole::forwarded || (is_forwarded_ && belongs_to_mail);
    Ending out = walker_.read_part(node, child, noted, refused);
    if (is_loose(child)) weigh(node);
    return out;
  }

  std::optional<std::string> find_password(const std::function<bool(const std::string&)>& opens) override {
    return walker_.find_password(opens);
  }

  bool stopped() const override {
    const LimitHit hit = walker_.check_stop();
    if (hit != LimitHit::none) lost_ = hit;
    return hit != LimitHit::none;
  }

  const Volumes& volumes() const { return volumes_; }
  Budget& budget() override { return walker_.budget_; }

  const PartPath& path() const { return path_; }
  PartRole role() const { return role_; }
  void become_mail() {
    if (role_ != PartRole::message) role_ = PartRole::forwarded;
  }
  void begins(std::string_view bytes, std::string_view type) {
    begin_ = bytes.data();
    type_ = type;
    found_anywhere_ = is_found_anywhere(bytes, type);
    taken_for_the_file_ = is_taken_for_the_file(bytes, type);
  }
  // Where the words of base64 in its text are kept; null where nobody asks for them.
  void keep_words(EncodedWords* words) { words_ = words; }
  void add_doubt(std::string_view other_type) {
    if (doubt_.empty()) doubt_ = "some programs open it as " + type_ + ", others as " + std::string(other_type);
  }
  // Why programs may take the part for something else than its type; empty when they do not.
  const std::string& doubt() const { return doubt_; }
  // The limit because of which something of this part was left out.
  LimitHit lost() const { return lost_; }
  LimitHit lose(LimitHit hit) {
    lost_ = hit;
    return hit;
  }

 private:
  // A polyglot: `piece` stands in front of this part's format or behind its end, and programs open it instead.
  void weigh(const Node& piece) {
    // Printers and servers write lines in front of a PDF.
    const bool lines_of_a_pdf = type_ == "application/pdf" && piece.type_ == "text/plain";
    const bool in_front = piece.begin_ == begin_;
    if (in_front ? piece.taken_for_the_file_ && !lines_of_a_pdf : piece.found_anywhere_) add_doubt(piece.type_);
  }

  PartRole role_below(const Child& child) const {
    if (child.read_as == kMailType || child.role == PartRole::message || child.role == PartRole::forwarded) {
      return PartRole::forwarded;
    }
    return hangs_in_attachment(role_) ? PartRole::attachment : child.role;
  }

  LimitHit segment(Place place, std::string_view at, std::string_view utf8) {
    Budget& budget = walker_.budget_;
    const std::uint64_t spent = budget.spent().text_bytes;
    const std::uint64_t granted = most_text(walker_.root_->bytes.size(), budget.limits());
    LimitHit hit = LimitHit::none;
    if (walker_.segments_ >= kMaxSegments) {
      hit = LimitHit::text_bytes;
    } else {
      hit = spent + utf8.size() > granted ? LimitHit::ratio : budget.charge_text(utf8.size());
    }
    if (hit != LimitHit::none) {
      walker_.stop_ = hit;
      if (walker_.segments_ >= kMaxSegments) return hit;
      const std::uint64_t most = std::min(budget.limits().max_text_bytes, granted);
      const std::uint64_t left = most - std::min(spent, most);
      utf8 = utf8.substr(0, character_cut(utf8, static_cast<size_t>(left)));
      if (utf8.empty() || budget.charge_text(utf8.size()) != LimitHit::none) return hit;
    }
    walker_.segments_++;
    walker_.reporter_.segment(path_, place, at, utf8);
    return hit;
  }

  Walker& walker_;
  const PartPath path_;
  PartRole role_;
  bool is_forwarded_ = false;  // a mail inside a mail, or of its body
  std::uint32_t children_ = 0;
  std::uint32_t depth_ = 0;          // containers around it
  std::uint32_t depth_in_mail_ = 0;  // parts around it that its mail is made of
  std::vector<std::string> facts_;
  const char* begin_ = nullptr;  // of its bytes; only compared
  std::string type_;
  bool found_anywhere_ = false;
  bool taken_for_the_file_ = false;
  std::string doubt_;
  EncodedWords* words_ = nullptr;
  Volumes volumes_;  // among its children
  mutable LimitHit lost_ = LimitHit::none;
};

// What seems to stand behind the end of a part, and whether one of its own members is just these bytes: an archive that
// holds a zip unpacked ends with it when it is the last member.
class Walker::AwaitedTail {
 public:
  AwaitedTail(Walker& walker, std::string_view tail) : walker_(walker), outer_(walker.awaited_), tail_(tail) {
    walker_.awaited_ = tail.empty() ? nullptr : this;
  }
  ~AwaitedTail() { walker_.awaited_ = outer_; }
  AwaitedTail(const AwaitedTail&) = delete;
  AwaitedTail& operator=(const AwaitedTail&) = delete;

  void see(std::string_view member) { came_ = came_ || is_member_at_front(tail_, member); }
  bool came() const { return came_; }

 private:
  Walker& walker_;
  AwaitedTail* const outer_;
  const std::string_view tail_;
  bool came_ = false;
};

Walker::Walker(const Registry& registry, Budget& budget, Reporter& reporter, const Resume& resume, Detect detect,
               std::chrono::nanoseconds cpu_start)
    : registry_(registry),
      budget_(budget),
      reporter_(reporter),
      resume_(resume),
      detect_(detect),
      // Parts past the limit that an earlier walk named count towards the bound on their number.
      named_past_limit_(budget.spent().parts - std::min(budget.spent().parts, budget.limits().max_parts)),
      segments_(resume.segments),
      cpu_start_(cpu_start) {}

Ending Walker::walk(const Root& root) {
  if (const auto known = resume_.settled.find(PartPath()); known != resume_.settled.end()) {
    return Ending{known->second, "it was read before"};
  }
  root_ = &root;
  Child child;
  child.name = root.name;
  child.read_as = root.read_as;
  Node node(*this, PartPath(), PartRole::message);
  const LimitHit refused = budget_.charge_part(0);
  return read_part(
      node, child, [&root](std::string&) { return root.bytes; }, refused);
}

LimitHit Walker::check_clocks() {
  if (budget_.check_time() != LimitHit::none) return LimitHit::time;
  return cpu_time() - cpu_start_ > budget_.limits().max_cpu ? LimitHit::cpu : LimitHit::none;
}

LimitHit Walker::check_stop() {
  if (stop_ != LimitHit::none || calls_++ % kCallsPerClockCheck != 0) return stop_;
  // The first call comes before anything was read, and is the only one of most mails.
  const bool at_start = calls_ == 1;
  if (!at_start) {
    stop_ = check_clocks();
  } else if (budget_.check_time() != LimitHit::none) {
    stop_ = LimitHit::time;
  }
  return stop_;
}

bool Walker::may_name_another() {
  if (named_past_limit_ >= kMaxNamedPastLimit) return false;
  named_past_limit_++;
  return true;
}

Ending Walker::read_part(Node& node, const Child& child, const Produce& produce, LimitHit refused) {
  reporter_.part_begin(node.path(), node.role(), label(child.name, kMaxNameBytes),
                       label(child.declared_type, kMaxTypeBytes));
  for (const std::string& word : child.facts) node.fact(word);
  const auto ending = [&]() -> Ending {
    // What is lost of the name counts as lost of the part.
    static_cast<void>(node.text(Place::file_name, "", child.name));
    if (refused != LimitHit::none) return limit_ending(refused, budget_.limits());
    if (child.known.outcome != Outcome::complete) return child.known;
    std::string buffer;
    const auto produced = guarded([&] { return produce(buffer); });
    if (!produced || !*produced) {
      // The work of unpacking was done all the same.
      static_cast<void>(budget_.charge_bytes(std::min<std::uint64_t>(buffer.size(), budget_.bytes_left())));
      return produced ? produced->error() : produced.error();
    }
    Ending out = read_bytes(node, child, **produced);
    if (out.outcome == Outcome::complete && node.lost() != LimitHit::none) {
      out = limit_ending(node.lost(), budget_.limits());
    }
    if (out.outcome == Outcome::complete && !child.doubt.empty()) out = {Outcome::ambiguous, child.doubt};
    if (out.outcome == Outcome::complete && !node.doubt().empty()) out = {Outcome::ambiguous, node.doubt()};
    return out;
  }();
  Ending out{ending.outcome, ""};
  if (out.outcome != Outcome::complete) {
    out.why = ending.why.empty() ? std::string(to_string(out.outcome)) : label(ending.why, kMaxWhyBytes);
  }
  reporter_.part_end(node.path(), out.outcome, out.why);
  return out;
}

Ending Walker::read_bytes(Node& node, const Child& child, std::string_view bytes) {
  LimitHit cut = LimitHit::none;
  const std::uint64_t left = budget_.bytes_left();
  if (bytes.size() > left) {
    cut = left < budget_.limits().max_part_bytes ? LimitHit::bytes : LimitHit::part_bytes;
    bytes = bytes.substr(0, static_cast<size_t>(left));
  }
  if (child.packed_size > 0 && budget_.check_ratio(child.packed_size, bytes.size()) != LimitHit::none) {
    cut = LimitHit::ratio;
    bytes = bytes.substr(0, static_cast<size_t>(most_unpacked(child.packed_size, budget_.limits())));
  }
  if (budget_.spent().bytes + bytes.size() > most_in_all(root_->bytes.size(), budget_.limits())) {
    stop_ = LimitHit::ratio;
    return limit_ending(stop_, budget_.limits());
  }
  if (budget_.charge_bytes(bytes.size()) != LimitHit::none || (cut == LimitHit::bytes && bytes.empty())) {
    stop_ = LimitHit::bytes;
    return limit_ending(stop_, budget_.limits());
  }

  if (awaited_ != nullptr) awaited_->see(bytes);
  auto ending = guarded([&]() -> Ending {
    Source source;
    source.bytes = bytes;
    source.name = child.name;
    source.declared_type = child.declared_type;
    source.charset = child.charset;
    source.format = child.format;
    source.type =
        child.read_as.empty() ? detect_(bytes, child.name, child.declared_type) : FileType{child.read_as, false};
    // What stands around a signature is opened as the text that it is.
    if (source.type.mime == "application/pgp-signature" && !is_bare_signature(bytes)) source.type.mime = "text/plain";
    const Tail tail = find_tail(source);
    const AwaitedTail awaited(*this, tail.bytes);
    if (source.type.mime == kMailType) node.become_mail();
    node.begins(bytes, source.type.mime);
    source.role = node.role();
    reporter_.part_type(node.path(), node.role(), label(source.type.mime, kMaxTypeBytes), bytes.size(),
                        root_->hash ? to_hex(sha256(bytes)) : std::string());
    if (source.type.mismatch) node.fact("type-mismatch");
    if (Extractor* extractor = registry_.find(source.type.mime)) {
      Ending out = read_document(node, *extractor, source);
      if (!awaited.came()) read_tail(node, tail);
      read_otherwise(node, source);
      read_volumes(node, node.volumes());
      if (out.outcome == Outcome::complete && tail.unread) {
        out = {Outcome::partial, "data of no known kind stand behind its text"};
      }
      return out;
    }
    if (is_filler(bytes)) return complete();
    const std::string_view word = textless_fact(source.type.mime, child.declared_type, bytes.size());
    // Nobody hides a password among letters of data, and each that is tried takes time.
    const bool for_passwords = passwords_state_ == Passwords::none;
    // What a limit leaves out of it counts as lost of the part.
    if (word.empty() && !for_passwords) static_cast<void>(node.text(Place::body, "letters in data", loose_text(bytes)));
    if (!word.empty()) node.fact(word);
    read_tail(node, tail);
    read_otherwise(node, source);
    if (word.empty()) return {Outcome::unsupported, "no reader for " + source.type.mime};
    return complete();
  });
  if (cut != LimitHit::none) return limit_ending(cut, budget_.limits());
  return ending ? *ending : ending.error();
}

Ending Walker::read_document(Node& node, Extractor& extractor, const Source& source) const {
  // Readers of texts look for them in the text as a whole.
  const std::string_view type = source.type.mime;
  if (is_read_as_text(type) && type != "application/rtf") return extractor.extract(source, node);
  EncodedWords words;
  node.keep_words(&words);
  Ending out = extractor.extract(source, node);
  node.keep_words(nullptr);
  Extractor* const reader = registry_.find(kEncodedWordsType);
  if (words.text().empty() || reader == nullptr || node.stopped()) return out;
  Source found;
  found.bytes = words.text();
  found.type = FileType{std::string(kEncodedWordsType), false};
  found.role = source.role;
  Ending again = reader->extract(found, node);
  if (again.outcome == Outcome::complete && words.cut()) {
    again = {Outcome::limit,
             "words of base64 in it reached the limit (" + std::to_string(kMostEncodedWords) + " bytes)"};
  }
  return out.outcome == Outcome::complete ? again : out;
}

std::optional<std::string> Walker::find_password(const std::function<bool(const std::string&)>& opens) {
  if (passwords_state_ == Passwords::none) return std::nullopt;
  if (passwords_state_ == Passwords::not_gathered) gather_passwords();
  const std::chrono::nanoseconds start = cpu_time();
  const std::chrono::nanoseconds spent = password_time_;
  for (size_t i = 0; i < passwords_.size(); i++) {
    password_time_ = spent + (cpu_time() - start);
    if (password_time_ > kMaxPasswordTime || check_clocks() != LimitHit::none) return std::nullopt;
    if (!opens(passwords_[i])) continue;
    // Files that are sent together mostly share a password.
    std::rotate(passwords_.begin(), passwords_.begin() + static_cast<std::ptrdiff_t>(i),
                passwords_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    password_time_ = spent + (cpu_time() - start);
    return passwords_.front();
  }
  password_time_ = spent + (cpu_time() - start);
  return std::nullopt;
}

// What other programs open the same bytes as, by their first ones or by the name.
void Walker::read_otherwise(Node& node, const Source& source) {
  constexpr size_t kPdfWindow = 1024;
  const std::string_view type = source.type.mime;
  const auto again = [&](std::string_view as) {
    Child child;
    child.facts.push_back("second-reading");
    child.read_as = as;
    node.add_doubt(as);
    static_cast<Sink&>(node).child(child, source.bytes);
  };
  if (!is_read_as_text(type) && promises_text(source.name, source.declared_type) && holds_words(source.bytes) &&
      !node.stopped()) {
    again("text/plain");
  }
  const bool for_eye_or_ear = is_for_eye_or_ear(type);
  if (!for_eye_or_ear && type != "application/pdf") return;
  const size_t pdf = source.bytes.substr(0, kPdfWindow).find("%PDF-");
  if (type == "application/pdf" && pdf != std::string_view::npos && pdf >= kLeastAppended) {
    const std::string_view front = source.bytes.substr(0, pdf);
    Child child;
    child.facts.push_back("appended-data");
    child.read_as = detect_(front, "", "").mime;
    if (child.read_as != kUnknownType && !node.stopped()) static_cast<Sink&>(node).child(child, front);
  }
  if (!for_eye_or_ear || node.stopped()) return;
  const bool is_its_own = pdf != std::string_view::npos && type == "image/emf" && is_format_of_emf(source.bytes, pdf);
  if (pdf != std::string_view::npos && !is_its_own && source.bytes.find("endobj", pdf) != std::string_view::npos) {
    again("application/pdf");
  }
  if (promises_page(source.name, source.declared_type) && source.bytes.find("</") != std::string_view::npos)
    again("text/html");
}

void Walker::read_tail(Node& node, const Tail& tail) {
  if (tail.bytes.empty() || node.stopped()) return;
  node.fact("appended-data");
  // Phones and cameras append data of their own: what no program would take for a file stays a fact.
  if (tail.type == kUnknownType) return;
  Child child;
  child.facts.push_back("appended-data");
  child.read_as = tail.type;
  static_cast<Sink&>(node).child(child, tail.bytes);
}

}  // namespace postern::extract
