// XmlScanner: a streaming reader of XML for documents that carry text.
//
// Why not a library: expat reads a fifth of what zlib unpacks
// (docs/decisions/0101-own-xml-scanner.md). It is a reader, not a validator:
//
//  - namespaces are resolved (Namespaces in XML 1.0), elements come as numbers of an XmlVocabulary;
//  - the five predefined entities and character references are replaced; no other entity is, ever, so
//    nothing external is opened and nothing multiplies; a document type declaration is kept as text
//    (document_type()) for the caller to scan and report;
//  - what is not well-formed is read as far as it makes sense, and end() says `malformed`.
//
// Memory: one buffer of kXmlBuffer bytes, grown to kMaxXmlToken for a single long tag; depth is bounded
// by kMaxXmlDepth. One thread, one document.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/xml/xml_input.h"
#include "extractors/xml/xml_vocabulary.h"

namespace postern::extract {

inline constexpr size_t kXmlBuffer = 64 << 10;    // stays in the second-level cache
inline constexpr size_t kMaxXmlToken = 8 << 20;   // pictures stand in attributes of drawings
inline constexpr size_t kMaxXmlDepth = 1 << 18;   // bounds memory (10 MB); nothing here recurses
inline constexpr size_t kMaxXmlRecovery = 64;     // open elements that a wrong end tag may close
inline constexpr size_t kMaxXmlAttributes = 256;  // of one element; more are not looked at
inline constexpr size_t kMaxDocumentType = 64 << 10;

// Replaces the predefined entities and character references of `raw`; unknown ones vanish.
std::string decode_xml(std::string_view raw);
// One reference at raw[0] == '&', decoded onto `out`. Returns its length, or 0 when it is none.
size_t decode_xml_reference(std::string_view raw, std::string& out, bool& known);

// The attributes of one start tag; valid during the handler's call.
class XmlAttributes {
 public:
  struct Attribute {
    std::string_view name;   // as written, with its prefix
    std::string_view value;  // raw
  };

  // The raw value of the attribute without a prefix, or else of any prefix, with this local name: Office's
  // formats never give one element two of the same meaning. Null data() when there is none.
  std::string_view raw(std::string_view local) const;
  // The same, but only with a prefix: r:id beside id.
  std::string_view raw_prefixed(std::string_view local) const;
  std::string get(std::string_view local) const { return decode_xml(raw(local)); }
  std::string get_prefixed(std::string_view local) const { return decode_xml(raw_prefixed(local)); }
  bool has(std::string_view local) const { return raw(local).data() != nullptr; }

  bool declares_namespaces() const { return declares_; }

  const Attribute* begin() const { return list_.data(); }
  const Attribute* end() const { return list_.data() + list_.size(); }

 private:
  template <typename Handler>
  friend class XmlScanner;
  friend class XmlReaderBase;
  std::vector<Attribute> list_;
  bool declares_ = false;
};

// Which bytes end a name; zero does, because zeros stand behind the end of the buffer.
class XmlEnders {
 public:
  constexpr explicit XmlEnders(std::string_view bytes) {
    is_[0] = true;
    for (const char c : bytes) is_[static_cast<unsigned char>(c)] = true;
  }
  constexpr bool has(char c) const { return is_[static_cast<unsigned char>(c)]; }

 private:
  std::array<bool, 256> is_{};
};

enum class XmlEnd { whole, malformed };

// The part of the scanner that does not depend on the handler.
class XmlReaderBase {
 public:
  XmlReaderBase(XmlInput& input, const XmlVocabulary& vocabulary);

  // The text of a document type declaration, "" when there was none.
  const std::string& document_type() const { return document_type_; }
  // An entity that is neither predefined nor a character stood somewhere.
  bool unknown_entities() const { return unknown_entities_; }
  size_t depth() const { return frames_.size(); }

 protected:
  struct Key {  // a name of up to 16 bytes as it is, a longer one by its hash
    std::uint64_t a = 0;
    std::uint64_t b = 0;
    std::uint64_t size = 0;
    bool operator==(const Key&) const = default;
  };
  struct Frame {
    Key key;
    XmlTag tag = kUnknownTag;
    bool binds = false;  // declares namespaces
  };
  // The open elements. A vector's push_back() costs more than all else that a start tag does here.
  class Frames {
   public:
    bool empty() const { return depth_ == 0; }
    size_t size() const { return depth_; }
    Frame& back() { return all_[depth_ - 1]; }
    const Frame& operator[](size_t i) const { return all_[i]; }
    void push_back(const Frame& frame) {
      if (depth_ == all_.size()) all_.resize(2 * depth_);
      all_[depth_++] = frame;
    }
    void pop_back() { depth_--; }

   private:
    std::vector<Frame> all_ = std::vector<Frame>(32);
    size_t depth_ = 0;
  };
  struct Binding {
    std::string prefix;
    std::string_view meaning;  // short name in the vocabulary
    size_t depth;
  };
  struct Cached {
    Key key;
    std::uint64_t epoch = 0;
    XmlTag tag = kUnknownTag;
  };
  enum class Step { done, more };  // `more`: the token is not complete in the buffer

  static constexpr size_t kPad = 16;         // readable zeros behind the end, for loading names in words
  static constexpr unsigned kCacheBits = 6;  // more names than a part has, few enough to be set up for a small part

  static constexpr XmlEnders kEndsName{"> /\n\t\r"};
  static constexpr XmlEnders kEndsAttribute{"=> \n\t\r"};
  // The first of them from `at` on, or the end.
  const char* skip_until(const XmlEnders& enders, const char* at) const {
    while (true) {
      while (!enders.has(*at)) at++;
      if (*at != 0 || at >= end_) return at;
      at++;
    }
  }

  bool refill();
  static Key long_key(const char* name, size_t size);
  static Key key_of(const char* name, size_t size) {
    if (size > 16) return long_key(name, size);
    Key key;
    key.size = size;
    std::memcpy(&key.a, name, 8);  // the pad makes this readable at the very end
    if (size <= 8) {
      if (size < 8) key.a &= (std::uint64_t{1} << (8 * size)) - 1;
      return key;
    }
    std::memcpy(&key.b, name + 8, 8);
    if (size < 16) key.b &= (std::uint64_t{1} << (8 * (size - 8))) - 1;
    return key;
  }
  XmlTag resolve(const char* name, size_t size, const Key& key) {
    const std::uint64_t mixed = (key.a ^ key.b * 31 ^ size) * 0x9E3779B97F4A7C15;
    Cached& cached = cache_[mixed >> (64 - kCacheBits)];
    if (cached.epoch != epoch_ || cached.key != key) cached = {key, epoch_, resolve_slowly({name, size})};
    return cached.tag;
  }
  XmlTag resolve_slowly(std::string_view name) const;
  void bind(const XmlAttributes& attributes);
  void unbind();
  Step parse_attributes(const char*& at, bool& self_closing);
  Step skip_markup(const char* at, std::string_view& cdata);
  Step skip_past(const char* from, std::string_view close);
  Step skip_document_type(const char* at);

  XmlInput& input_;
  const XmlVocabulary& vocabulary_;
  std::unique_ptr<char[]> buffer_;  // capacity_ bytes and the pad
  size_t capacity_ = kXmlBuffer;
  const char* cur_;
  const char* end_;
  bool at_end_ = false;
  bool malformed_ = false;
  bool unknown_entities_ = false;
  std::uint64_t epoch_ = 1;
  std::array<Cached, 1 << kCacheBits> cache_;
  Frames frames_;
  std::vector<Binding> bindings_;
  XmlAttributes attributes_;
  std::string document_type_;
};

// Handler: void start(XmlTag, const XmlAttributes&, std::string_view name) with the name as written; void
// end(XmlTag); void text(std::string_view), in pieces, decoded; bool stopped(), asked once a buffer.
template <typename Handler>
class XmlScanner : public XmlReaderBase {
 public:
  using XmlReaderBase::XmlReaderBase;

  XmlEnd run(Handler& handler) {
    while (!handler.stopped() && refill()) scan(handler);
    if (cur_ != end_) {
      if (*cur_ != '<') text(handler, {cur_, static_cast<size_t>(end_ - cur_)});
      malformed_ = true;
    }
    if (!frames_.empty()) malformed_ = true;
    while (!frames_.empty()) {
      handler.end(frames_.back().tag);
      frames_.pop_back();
    }
    return malformed_ ? XmlEnd::malformed : XmlEnd::whole;
  }

 private:
  // Reads all complete tokens of the buffer.
  void scan(Handler& handler) {
    while (cur_ < end_) {
      if (*cur_ != '<') {
        const auto* lt = static_cast<const char*>(std::memchr(cur_, '<', static_cast<size_t>(end_ - cur_)));
        const char* stop = lt != nullptr ? lt : end_;
        const size_t used = text(handler, {cur_, static_cast<size_t>(stop - cur_)}, lt == nullptr && !at_end_);
        cur_ += used;
        if (cur_ != stop || lt == nullptr) return;
      }
      if (markup(handler) == Step::more) return;
    }
  }

  // Hands out decoded text; leaves a reference that may go on in the next buffer. Returns what was used.
  size_t text(Handler& handler, std::string_view raw, bool may_go_on = false) {
    constexpr size_t kLongestReference = 12;  // "&#x0010FFFF;"
    size_t used = 0;
    while (used < raw.size()) {
      const auto* amp = static_cast<const char*>(std::memchr(raw.data() + used, '&', raw.size() - used));
      if (amp == nullptr) {
        handler.text(raw.substr(used));
        return raw.size();
      }
      const auto at = static_cast<size_t>(amp - raw.data());
      if (at > used) handler.text(raw.substr(used, at - used));
      decoded_.clear();
      bool known = true;
      const size_t size = decode_xml_reference(raw.substr(at), decoded_, known);
      if (size == 0) {
        if (may_go_on && raw.size() - at < kLongestReference) return at;
        malformed_ = true;
        handler.text(raw.substr(at, 1));
        used = at + 1;
        continue;
      }
      if (!known) unknown_entities_ = true;
      if (!decoded_.empty()) handler.text(decoded_);
      used = at + size;
    }
    return used;
  }

  Step markup(Handler& handler) {
    const char* at = cur_ + 1;
    if (at >= end_) return Step::more;
    if (*at == '/') return end_tag(handler, at + 1);
    if (*at == '!' || *at == '?') {
      std::string_view cdata;
      const Step step = skip_markup(at, cdata);
      if (step == Step::done && !cdata.empty()) handler.text(cdata);
      return step;
    }
    return start_tag(handler, at);
  }

  Step start_tag(Handler& handler, const char* at) {
    const char* name = at;
    at = skip_until(kEndsName, at);
    if (at >= end_) return Step::more;
    const auto size = static_cast<size_t>(at - name);
    bool self_closing = false;
    attributes_.list_.clear();
    attributes_.declares_ = false;
    if (*at == '>') {
      at++;
    } else if (parse_attributes(at, self_closing) == Step::more) {
      return Step::more;
    }
    const Key key = key_of(name, size);
    const bool binds = attributes_.declares_;
    if (frames_.size() >= kMaxXmlDepth) {  // too deep to follow: its text still counts as its parent's
      malformed_ = true;
      cur_ = at;
      return Step::done;
    }
    frames_.push_back({key, kUnknownTag, binds});
    if (binds) bind(attributes_);
    const XmlTag tag = resolve(name, size, key);
    frames_.back().tag = tag;
    handler.start(tag, attributes_, std::string_view(name, size));
    if (self_closing) {
      handler.end(tag);
      if (binds) unbind();
      frames_.pop_back();
    }
    cur_ = at;
    return Step::done;
  }

  Step end_tag(Handler& handler, const char* name) {
    if (!frames_.empty()) {  // nearly always: the innermost element's name and '>', nothing else
      const Key& open = frames_.back().key;
      if (open.size < static_cast<size_t>(end_ - name) && name[open.size] == '>' && key_of(name, open.size) == open) {
        cur_ = name + open.size + 1;
        pop(handler);
        return Step::done;
      }
    }
    const auto* gt = static_cast<const char*>(std::memchr(name, '>', static_cast<size_t>(end_ - name)));
    if (gt == nullptr) return Step::more;
    const char* stop = gt;
    while (stop > name && stop[-1] != 0 && kEndsName.has(stop[-1])) stop--;
    const Key key = key_of(name, static_cast<size_t>(stop - name));
    if (frames_.empty() || frames_.back().key != key) {
      recover(handler, key);
    } else {
      pop(handler);
    }
    cur_ = gt + 1;
    return Step::done;
  }

  void pop(Handler& handler) {
    handler.end(frames_.back().tag);
    if (frames_.back().binds) unbind();
    frames_.pop_back();
  }

  // An end tag that is not the innermost one's: closes up to its start, or nothing when there is none.
  void recover(Handler& handler, const Key& key) {
    malformed_ = true;
    const size_t least = frames_.size() > kMaxXmlRecovery ? frames_.size() - kMaxXmlRecovery : 0;
    for (size_t i = frames_.size(); i-- > least;) {
      if (frames_[i].key != key) continue;
      while (frames_.size() > i) pop(handler);
      return;
    }
  }

  std::string decoded_;
};

}  // namespace postern::extract
