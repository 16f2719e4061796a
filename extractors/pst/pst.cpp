#include "extractors/pst/pst.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "extractors/archive/bytes.h"
#include "extractors/outlook/mapi.h"
#include "extractors/outlook/mapi_names.h"
#include "extractors/outlook/msg.h"
#include "extractors/outlook/named_properties.h"
#include "extractors/outlook/tnef_writer.h"
#include "extractors/pst/item.h"
#include "extractors/pst/node_database.h"
#include "extractors/utf8.h"

namespace postern::extract {

namespace {

using pst::Item;
using pst::kind_of;
using pst::Node;
using pst::NodeDatabase;
using pst::NodeId;
using pst::NodeKind;
using pst::Record;

constexpr NodeId kStore = 0x21, kNameMap = 0x61, kRootFolder = 0x122;
constexpr std::size_t kMostRecipients = 20'000;
constexpr std::size_t kMostAttachments = 5'000;
constexpr unsigned kMostDepth = 32;     // messages in each other; the walker's own limit is lower by default
constexpr std::size_t kMostPath = 400;  // bytes of a folder's path and of a subject in a name
constexpr std::uint32_t kDefaultPage = 1252;
constexpr std::uint16_t kDisplayName = 0x3001, kMailFolders = 0x35E0;

std::uint16_t plain(std::uint16_t type) {
  return type & static_cast<std::uint16_t>(~kMultiValued);
}
bool is(std::uint16_t type, MapiType wanted) {
  return type == static_cast<std::uint16_t>(wanted);
}
bool is_string(std::uint16_t type) {
  return is(type, MapiType::string8) || is(type, MapiType::unicode);
}
bool is_message(const Node& node) {
  return kind_of(node.id) == NodeKind::message || kind_of(node.id) == NodeKind::associated_message;
}
bool is_folder(const Node& node) {
  return kind_of(node.id) == NodeKind::folder || kind_of(node.id) == NodeKind::search_folder;
}
bool by_parent(const Node& a, const Node& b) {
  return a.parent != b.parent ? a.parent < b.parent : a.id < b.id;
}

// A subject begins with 1 and the length of "Re: " and the like, as a character each ([MS-PST] 2.5.3.1.1.1).
std::string_view without_prefix_mark(std::uint16_t type, std::string_view subject) {
  const std::size_t width = is(type, MapiType::unicode) ? 2 : 1;
  if (subject.size() >= 2 * width && le_at(subject, 0, static_cast<unsigned>(width)) == 1) {
    subject.remove_prefix(2 * width);
  }
  return subject;
}

// One step of a path.
std::string name_of(std::string text) {
  text.resize(character_cut(text, kMostPath));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '/' || static_cast<unsigned char>(c) < ' '; }, '_');
  return text;
}

std::string joined(std::string path, const std::string& name) {
  if (!path.empty() && !name.empty()) path += '/';
  path += name;
  path.resize(character_cut(path, kMostPath));
  return path;
}

enum class Standing : std::uint8_t { current, former };

class PstReader {
 public:
  PstReader(NodeDatabase& database, Sink& sink) : database_(database), sink_(sink), most_(room()) {}

  Ending run() {
    name_properties();
    store();
    children_ = database_.nodes();
    std::sort(children_.begin(), children_.end(), by_parent);
    std::string damage = database_.take_damage();
    folders();
    // What hangs in no folder, or in folders that hang in each other.
    for (const Node& node : children_) {
      if (is_message(node) && told_.count(node.parent) == 0) message(node, "");
    }
    for (const Node& node : database_.former_nodes()) {
      if (kind_of(node.id) == NodeKind::message) deleted(node);
    }
    for (const Node& node : database_.former_versions()) earlier_version(node);
    if (hit_ != LimitHit::none) return limit_ending(hit_, sink_.budget().limits());
    if (database_.used_up()) {
      return {Outcome::limit, "its blocks are used again and again, and were read up to the limit of " +
                                  std::to_string(database_.most_use()) + " bytes"};
    }
    if (database_.index_damaged()) return {Outcome::malformed, "a page of its index is damaged or used twice"};
    if (damage.empty()) damage = damage_;
    if (!damage.empty()) return {Outcome::malformed, damage};
    return complete();
  }

 private:
  bool over() const { return hit_ != LimitHit::none || sink_.stopped() || database_.used_up(); }
  std::uint64_t room() const { return sink_.budget().bytes_left() + 1; }

  void tell(Place place, std::string_view at, std::string_view text) {
    if (hit_ == LimitHit::none && !text.empty()) hit_ = sink_.text(place, at, text);
  }

  // [MS-PST] 2.4.7
  void name_properties() {
    const Node* const node = database_.find(kNameMap);
    if (node == nullptr) return;
    std::deque<std::string> storage;
    auto item = Item::load(database_, *node, storage);
    if (!item) return;
    constexpr std::uint16_t kEntries = 3, kStrings = 4;
    std::string_view entries, strings;
    for (const Record& record : item->properties()) {
      if (record.id == kEntries) entries = item->value(record.value, most_);
      if (record.id == kStrings) strings = item->value(record.value, most_);
    }
    names_ = NamedProperties(entries, strings);
  }

  void store() {
    const Node* const node = database_.find(kStore);
    if (node == nullptr) return;
    std::deque<std::string> storage;
    auto item = Item::load(database_, *node, storage);
    if (!item) return;
    MapiObject object;
    for (const Record& record : item->properties()) {
      constexpr std::size_t kNodeAt = 20;  // of an entry id
      if (record.id == kMailFolders) mail_folders_ = le32(item->value(record.value, most_), kNodeAt);
      add(*item, record, object, storage);
    }
    for (const MapiProperty& property : object.properties) {
      const MapiLabel label = label_of(property);
      if (!label.noise) tell(label.place, "mailbox", text_of(property));
    }
  }

  // Folders in the order of the tree, each with its messages.
  void folders() {
    std::vector<Node> tops;
    for (const Node& node : children_) {
      if (!is_folder(node)) continue;
      const Node* const parent = database_.find(node.parent);
      if (node.parent == node.id || parent == nullptr || !is_folder(*parent)) tops.push_back(node);
    }
    for (const Node& top : tops) folder_tree(top);
    for (const Node& node : children_) {
      if (is_folder(node)) folder_tree(node);
    }
  }

  void folder_tree(const Node& top) {
    struct Step {
      Node node;
      std::string path;
    };
    std::vector<Step> steps{{top, ""}};
    while (!steps.empty() && !over()) {
      const Step step = std::move(steps.back());
      steps.pop_back();
      if (!told_.insert(step.node.id).second) continue;
      const std::string path = folder(step.node, step.path);
      paths_[step.node.id] = path;
      const auto [begin, end] = std::equal_range(children_.begin(), children_.end(), Node{0, 0, 0, step.node.id},
                                                 [](const Node& a, const Node& b) { return a.parent < b.parent; });
      for (auto child = begin; child != end && !over(); ++child) {
        if (is_message(*child)) message(*child, path);
      }
      for (auto child = end; child != begin;) {
        --child;
        if (is_folder(*child)) steps.push_back({*child, path});
      }
    }
  }

  // Tells what the folder says of itself; returns its path.
  std::string folder(const Node& node, const std::string& above) {
    std::deque<std::string> storage;
    MapiObject object;
    if (auto item = Item::load(database_, node, storage)) {
      for (const Record& record : item->properties()) add(*item, record, object, storage);
    } else if (node.data != 0) {
      note("the properties of a folder cannot be read");
    }
    note(database_.take_damage());
    const MapiProperty* const name = object.find(kDisplayName);
    // The two above all that people see have names of programs.
    const bool is_top = node.id == kRootFolder || node.id == mail_folders_;
    std::string path = is_top || name == nullptr ? above : joined(above, name_of(text_of(*name)));
    for (const MapiProperty& property : object.properties) {
      const MapiLabel label = label_of(property);
      if (!label.noise) tell(&property == name ? Place::file_name : label.place, path, text_of(property));
    }
    return path;
  }

  std::string path_of(NodeId folder) const {
    const auto found = paths_.find(folder);
    return found != paths_.end() ? found->second : std::string();
  }

  void message(const Node& node, const std::string& path) {
    if (over()) return;
    most_ = room();
    give(read_message(node, 0), path, Standing::current);
  }

  // Of what is gone nobody can say how much there was: what is missing of it is no damage.
  void deleted(const Node& node) {
    if (over()) return;
    const std::string damage = damage_;
    most_ = room();
    const MapiMessage message = read_message(node, 0);
    if (!message.properties.empty()) give(message, "(deleted) " + path_of(node.parent), Standing::former);
    database_.take_damage();
    damage_ = damage;
  }

  // A message as it was before a change, when it said something that it does not say now.
  void earlier_version(const Node& node) {
    const Node* const now = database_.find(node.id);
    if (over() || now == nullptr) return;
    const std::string damage = damage_;
    most_ = room();
    MapiMessage before = read_message(node, 0);
    const MapiMessage after = read_message(*now, 0);
    const auto stays = [&](const MapiAttachment& one) {
      return std::any_of(after.attachments.begin(), after.attachments.end(), [&](const MapiAttachment& other) {
        return says_the_same(one, other) && one.data == other.data;
      });
    };
    before.attachments.erase(std::remove_if(before.attachments.begin(), before.attachments.end(), stays),
                             before.attachments.end());
    if (!says_the_same(before, after) || !before.attachments.empty())
      give(before, "(earlier) " + path_of(node.parent), Standing::former);
    database_.take_damage();
    damage_ = damage;
  }

  // Everything that one object has in words the other has as well.
  static bool says_the_same(const MapiObject& one, const MapiObject& other) {
    return std::all_of(one.properties.begin(), one.properties.end(), [&](const MapiProperty& property) {
      if (!is_string(property.type) && !property.is(MapiType::binary)) return true;
      return std::any_of(other.properties.begin(), other.properties.end(), [&](const MapiProperty& known) {
        return known.id == property.id && known.values == property.values;
      });
    });
  }

  void give(const MapiMessage& message, const std::string& path, Standing standing) {
    std::string subject;
    if (const MapiProperty* const property = message.find(mapi::kSubject)) {
      subject = mapi_text(*property, property->values.front(), message.code_page);
    }
    Child child;
    child.name = joined(path, name_of(subject)) + ".msg";
    child.declared_type = std::string(kMsgType);
    child.read_as = std::string(kMsgType);
    sink_.child(child, [&](std::string& buffer) -> tl::expected<std::string_view, Ending> {
      auto written = write_tnef(message, room());
      if (!written) return tl::unexpected<Ending>(limit_ending(LimitHit::part_bytes, sink_.budget().limits()));
      buffer = std::move(*written);
      const std::string damage = database_.take_damage();
      if (!damage.empty() && standing == Standing::current) {
        note(damage);
        add_damage(buffer);
      }
      return std::string_view(buffer);
    });
    database_.take_damage();
  }

  MapiMessage read_message(const Node& node, unsigned depth) {
    MapiMessage out;
    auto item = Item::load(database_, node, out.storage);
    if (!item) {
      out.damage = "its properties cannot be read";
      note(out.damage);
      return out;
    }
    for (const Record& record : item->properties()) add(*item, record, out, out.storage);
    out.code_page = out.number(mapi::kMessageCodePage, out.number(mapi::kInternetCodePage, kDefaultPage));
    for (const Node& below : item->subnodes()) {
      if (kind_of(below.id) == NodeKind::recipient_table) {
        recipients(below, out);
      } else if (kind_of(below.id) == NodeKind::attachment && out.attachments.size() < kMostAttachments) {
        attachment(below, out, depth);
      } else if (kind_of(below.id) == NodeKind::attachment) {
        out.damage = "it has more attachments than are read";
      }
    }
    return out;
  }

  void recipients(const Node& table, MapiMessage& out) {
    auto item = Item::load(database_, table, out.storage);
    if (!item) return;
    for (const std::vector<Record>& row : item->rows(kMostRecipients)) {
      out.recipients.emplace_back();
      for (const Record& record : row) add(*item, record, out.recipients.back(), out.storage);
    }
  }

  void attachment(const Node& node, MapiMessage& message, unsigned depth) {
    message.attachments.emplace_back();
    MapiAttachment& to = message.attachments.back();
    auto item = Item::load(database_, node, message.storage);
    if (!item) {
      message.damage = "an attachment of it cannot be read";
      return;
    }
    for (const Record& record : item->properties()) {
      if (record.id != mapi::kAttachData) {
        add(*item, record, to, message.storage);
      } else if (is(record.type, MapiType::binary)) {
        content(*item, record.value, to);
      } else if (is(record.type, MapiType::object)) {
        object(*item, record.value, to, depth);
      }
    }
  }

  void content(Item& item, std::uint32_t where, MapiAttachment& to) {
    if (const Node* const node = item.subnode(where)) {
      to.embedded = stream(*node);
    } else {
      to.data = item.value(where, most_);
    }
  }

  Produce stream(const Node& node) {
    return [this, node](std::string& buffer) -> tl::expected<std::string_view, Ending> {
      buffer = database_.read(node.data, room());
      return std::string_view(buffer);
    };
  }

  // A message, or the file of an embedded object ([MS-PST] 2.4.6.2.2).
  void object(Item& item, std::uint32_t where, MapiAttachment& to, unsigned depth) {
    const Node* const found = item.subnode(le32(item.value(where, most_), 0));
    if (found == nullptr) return;
    std::deque<std::string> storage;
    if (!Item::load(database_, *found, storage)) {
      to.embedded = stream(*found);
      return;
    }
    to.embedded_type = std::string(kMsgType);
    to.embedded = [this, node = *found, depth](std::string& buffer) -> tl::expected<std::string_view, Ending> {
      if (depth >= kMostDepth) {
        return tl::unexpected(
            Ending{Outcome::limit, "messages in each other reached the limit (" + std::to_string(kMostDepth) + ")"});
      }
      auto written = write_tnef(read_message(node, depth + 1), room());
      if (!written) return tl::unexpected<Ending>(limit_ending(LimitHit::part_bytes, sink_.budget().limits()));
      buffer = std::move(*written);
      return std::string_view(buffer);
    };
  }

  // Adds what is told of a record: text, bodies, times, numbers.
  void add(Item& item, const Record& record, MapiObject& to, std::deque<std::string>& storage) {
    MapiProperty property;
    property.id = record.id;
    property.type = plain(record.type);
    property.name = names_.name(record.id);
    const bool several = (record.type & kMultiValued) != 0;
    const bool is_body = record.id == mapi::kBody || record.id == mapi::kRtf || record.id == mapi::kHtml;
    if (several && is_string(property.type)) {
      split(value(item, record.value), property);
    } else if (several) {
      return;
    } else if (is_string(property.type) || (property.is(MapiType::binary) && is_body) || property.is(MapiType::time)) {
      property.values.push_back(value(item, record.value));
    } else if (property.is(MapiType::int32)) {
      std::string number;
      for (unsigned shift = 0; shift < 32; shift += 8)
        number.push_back(static_cast<char>(record.value >> shift & 0xFFU));
      storage.push_back(std::move(number));
      property.values.emplace_back(storage.back());
    }
    if (property.values.empty() || property.values.front().empty()) return;
    if (property.id == mapi::kSubject) {
      property.values.front() = without_prefix_mark(property.type, property.values.front());
    }
    to.properties.push_back(std::move(property));
  }

  // Values of one message draw from one allowance.
  std::string_view value(Item& item, std::uint32_t where) {
    const std::string_view out = item.value(where, most_);
    most_ -= std::min<std::uint64_t>(most_, out.size());
    return out;
  }

  // [MS-PST] 2.3.3.4.2: their number, where each begins, then the values.
  static void split(std::string_view bytes, MapiProperty& to) {
    constexpr std::size_t kWidth = 4;
    const std::size_t count = std::min<std::size_t>(le32(bytes, 0), bytes.size() / kWidth);
    for (std::size_t i = 0; i < count; i++) {
      const std::size_t begin = le32(bytes, kWidth + i * kWidth);
      const std::size_t end = i + 1 < count ? le32(bytes, 2 * kWidth + i * kWidth) : bytes.size();
      if (begin > end || end > bytes.size()) return;
      to.values.push_back(bytes.substr(begin, end - begin));
    }
  }

  std::string text_of(const MapiProperty& property) const {
    std::string out;
    if (!is_string(property.type)) return out;
    for (const std::string_view value : property.values) {
      if (!out.empty()) out += "; ";
      out += mapi_text(property, value, kDefaultPage);
    }
    return out;
  }

  void note(std::string_view what) {
    if (damage_.empty()) damage_ = std::string(what);
  }

  NodeDatabase& database_;
  Sink& sink_;
  std::uint64_t most_;  // bytes that values may still take
  NamedProperties names_;
  NodeId mail_folders_ = 0;
  std::vector<Node> children_;  // all nodes, by parent
  std::unordered_set<NodeId> told_;
  std::unordered_map<NodeId, std::string> paths_;
  std::string damage_;
  LimitHit hit_ = LimitHit::none;
};

class PstExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    auto database = NodeDatabase::open(source.bytes);
    if (!database) return database.error();
    return PstReader(*database, sink).run();
  }
};

}  // namespace

std::shared_ptr<Extractor> make_pst_extractor() {
  return std::make_shared<PstExtractor>();
}

}  // namespace postern::extract
