#include "policy/destinations.h"

#include <algorithm>
#include <functional>
#include <mutex>
#include <unordered_map>

#include "message/address_forms.h"
#include "policy/catalogue.h"
#include "policy/lookalike.h"
#include "policy/own_mailbox.h"
#include "policy/registrable.h"

namespace postern::policy {

namespace {

using std::string;
using std::string_view;

struct Hash {
  using is_transparent = void;
  size_t operator()(string_view text) const { return std::hash<string_view>()(text); }
};
template <typename T>
using ByText = std::unordered_map<string, T, Hash, std::equal_to<>>;

// What one line of policy.yaml or of the catalogue says.
struct Listed {
  DestinationReason reason;
  string local;  // pattern; empty: every address of the domain
  bool gives_class = true;
};

// What one line of a list of domains says: thousands, so no more than where it stands.
struct InList {
  DestinationClass cls;
  std::uint32_t list;
  std::uint32_t line;
};

string origin_of(const SourceMark& mark) {
  if (!mark.file) return "policy.yaml";
  const size_t slash = mark.file->path.rfind('/');
  return mark.file->path.substr(slash == string::npos ? 0 : slash + 1) + ":" + std::to_string(mark.line);
}

string note_of(const CatalogueEntry& entry) {
  return "posted by " + entry.who + ", seen by " + (entry.audience == "public" ? "anyone" : "members") + "; checked " +
         entry.checked + ", " + entry.source;
}

// Calls back with the domain's parents: "b.c", "c" of "a.b.c".
template <typename Parent>
void each_parent(string_view domain, Parent parent) {
  for (size_t dot = domain.find('.'); dot != string_view::npos; dot = domain.find('.')) {
    domain.remove_prefix(dot + 1);
    parent(domain);
  }
}

// What was found of the domains asked about lately. A company writes to the same few again and again, and comparing
// shapes costs more than all other questions about an address together. Safe from several threads.
class LookalikeMemo {
 public:
  using Found = std::optional<Lookalikes::Match>;

  template <typename Find>
  Found find(const string& domain, Find find) {
    if (domain.size() > kMostBytes) return find(domain);
    {
      const std::lock_guard lock(mutex_);
      if (const auto it = known_.find(domain); it != known_.end()) return it->second;
    }
    Found found = find(domain);
    const std::lock_guard lock(mutex_);
    if (known_.size() >= kMost) known_.clear();
    known_.emplace(domain, found);
    return found;
  }

 private:
  static constexpr size_t kMost = 512;
  static constexpr size_t kMostBytes = 255;  // of a name in the DNS

  std::mutex mutex_;
  ByText<Found> known_;
};

class Index final : public Destinations {
 public:
  Index(DestinationConfig config, const Catalogue& catalogue) : config_(std::move(config)), lists_(catalogue.lists) {
    domains_at_.reserve(catalogue.domains.size());
    for (const DestinationConfig::Entry& entry : config_.entries) add_configured(entry);
    for (const CatalogueEntry& entry : catalogue.entries) add_catalogued(entry);
    for (const DomainListEntry& entry : catalogue.domains) put_domain(entry);
    for (const DestinationConfig::Expansion& one : config_.expansions) expansions_[one.address] = &one;
    build_lookalikes();
  }

  bool is_internal(const Address& address) const override {
    if (!is_internal_as_written(address)) return false;
    for (auto next = routed_address(address); next; next = routed_address(*next)) {
      if (!is_internal_as_written(*next)) return false;
    }
    return true;
  }

  std::vector<DestinationReason> listed(const Address& address) const override {
    Destination out;
    look_up(address, address.key(), out);
    return std::move(out.reasons);
  }

 protected:
  Destination do_classify(const Address& address, const Address* sender) const override {
    Destination out = classify_as_written(address, sender);
    auto next = routed_address(address);
    if (!next) return out;
    // An MTA that takes the domain for its own sends on to the address in the local part, and so on. Whether it does is
    // not known here: the classes of all of them hold.
    for (; next; next = routed_address(*next)) {
      Destination hop = classify_as_written(*next, sender);
      if (hop.has(DestinationClass::internal)) continue;
      if (out.has(DestinationClass::internal)) out = {};
      for (const DestinationClass cls : hop.classes) add(out, cls);
      for (DestinationReason& reason : hop.reasons) {
        if (reason.note.empty()) reason.note = "the local part holds the address " + next->to_string();
        out.reasons.push_back(std::move(reason));
      }
    }
    if (out.classes.size() > 2) std::erase(out.classes, DestinationClass::other);
    std::sort(out.classes.begin(), out.classes.end());
    return out;
  }

 private:
  Destination classify_as_written(const Address& address, const Address* sender) const {
    Destination out;
    const string key = address.key();
    if (const auto it = expansions_.find(key); it != expansions_.end()) {
      add(out, DestinationClass::outside);
      for (const DestinationClass cls : it->second->classes) {
        if (cls == DestinationClass::internal) continue;
        add(out, cls);
        out.reasons.push_back({cls, it->first, origin_of(it->second->mark), "", "our own address that fans out", {}});
      }
      return finish(out);
    }
    if (is_local(address)) return internal(out, key);
    if (const string* domain = internal_domain_of(address)) return internal(out, *domain);
    add(out, DestinationClass::outside);
    const size_t listed = look_up(address, key, out);
    if (listed == 0) add_lookalike(address.domain, out);
    add_own(address, sender, out);
    return finish(out);
  }

  // As classify_as_written() sees it.
  bool is_internal_as_written(const Address& address) const {
    if (!expansions_.empty() && expansions_.contains(address.key())) return false;
    return is_local(address) || internal_domain_of(address) != nullptr;
  }

  // A bare local part is delivered on this machine.
  static bool is_local(const Address& address) { return address.domain.empty() && !address.local.empty(); }

  // The pattern of ours that the address's domain matches, or null.
  const string* internal_domain_of(const Address& address) const {
    const auto found = std::find_if(config_.internal_domains.begin(), config_.internal_domains.end(),
                                    [&](const string& domain) { return domain_matches(domain, address.domain); });
    return found == config_.internal_domains.end() ? nullptr : &*found;
  }

  static void add(Destination& out, DestinationClass cls) {
    if (!out.has(cls)) out.classes.push_back(cls);
  }

  static Destination finish(Destination& out) {
    if (out.classes.size() == 1) out.classes.push_back(DestinationClass::other);
    std::sort(out.classes.begin(), out.classes.end());
    return std::move(out);
  }

  static Destination internal(Destination& out, const string& pattern) {
    out.classes = {DestinationClass::internal};
    out.reasons.push_back({DestinationClass::internal, pattern, "policy.yaml organisation", "", "", {}});
    return std::move(out);
  }

  void put(const string& domain, Listed listed) {
    if (domain == "*") {
      any_domain_.push_back(std::move(listed));
    } else if (domain.starts_with('.')) {
      below_[domain.substr(1)].push_back(std::move(listed));
    } else {
      at_[domain].push_back(std::move(listed));
    }
  }

  void put_domain(const DomainListEntry& entry) {
    const bool below = entry.domain.starts_with('.');
    (below ? domains_below_ : domains_at_)[entry.domain.substr(below ? 1 : 0)].push_back(
        {entry.cls, entry.list, entry.line});
  }

  void add_configured(const DestinationConfig::Entry& entry) {
    Listed listed{{entry.cls, entry.pattern, origin_of(entry.mark), "", "", DestinationStatus::live}, "", true};
    const size_t at = entry.pattern.rfind('@');
    if (at != string::npos) listed.local = Address{entry.pattern.substr(0, at), ""}.key();
    put(at == string::npos ? entry.pattern : entry.pattern.substr(at + 1), std::move(listed));
  }

  void add_catalogued(const CatalogueEntry& entry) {
    const DestinationReason reason{entry.cls,
                                   entry.local + "@" + entry.domain,
                                   "catalogue " + origin_of(entry.mark),
                                   entry.service,
                                   note_of(entry),
                                   entry.status};
    // Mail to what is dead reaches nobody; the reason is still worth showing.
    put(entry.domain, {reason, entry.local, entry.status != DestinationStatus::dead});
  }

  void build_lookalikes() {
    std::vector<string> domains;
    const auto keep = [&](string_view pattern) {
      const size_t at = pattern.rfind('@');
      if (at != string_view::npos) pattern.remove_prefix(at + 1);
      if (pattern.starts_with('.')) pattern.remove_prefix(1);
      domains.emplace_back(registrable_domain(pattern));
    };
    for (const string& domain : config_.internal_domains) keep(domain);
    for (const DestinationConfig::Entry& entry : config_.entries) {
      if (entry.cls == DestinationClass::partner) keep(entry.pattern);
    }
    lookalikes_ = std::make_unique<Lookalikes>(domains);
  }

  static bool collect(const std::vector<Listed>& all, string_view local, Destination& out) {
    bool any = false;
    for (const Listed& listed : all) {
      if (!listed.local.empty() && !local_matches(listed.local, local)) continue;
      any = true;
      out.reasons.push_back(listed.reason);
      if (listed.gives_class) add(out, listed.reason.cls);
    }
    return any;
  }

  void collect(const std::vector<InList>& all, string_view pattern, Destination& out) const {
    for (const InList& one : all) {
      out.reasons.push_back({one.cls, string(pattern), lists_[one.list] + ":" + std::to_string(one.line), "", "",
                             DestinationStatus::live});
      add(out, one.cls);
    }
  }

  // How many lines speak of the address.
  size_t look_up(const Address& address, const string& key, Destination& out) const {
    const size_t before = out.reasons.size();
    const string_view local = string_view(key).substr(0, key.rfind('@'));
    if (const auto it = at_.find(address.domain); it != at_.end()) collect(it->second, local, out);
    if (const auto it = domains_at_.find(address.domain); it != domains_at_.end()) collect(it->second, it->first, out);
    each_parent(address.domain, [&](string_view parent) {
      if (const auto it = below_.find(parent); it != below_.end()) collect(it->second, local, out);
      if (const auto it = domains_below_.find(parent); it != domains_below_.end()) {
        collect(it->second, "." + it->first, out);
      }
    });
    collect(any_domain_, local, out);
    return out.reasons.size() - before;
  }

  void add_lookalike(const string& domain, Destination& out) const {
    const auto match = looked_alike_.find(domain, [this](const string& name) { return lookalikes_->find(name); });
    if (!match) return;
    add(out, DestinationClass::lookalike);
    out.reasons.push_back({DestinationClass::lookalike, match->domain, "computed", "",
                           "looks like " + match->domain + ": " + string(match->how), DestinationStatus::live});
  }

  static void add_own(const Address& address, const Address* sender, Destination& out) {
    if (sender == nullptr || !out.has(DestinationClass::personal)) return;
    if (!resembles_name(sender->local, address.local)) return;
    add(out, DestinationClass::own);
    out.reasons.push_back({DestinationClass::own, address.local, "computed", "",
                           "the sender's name in a private mailbox", DestinationStatus::live});
  }

  const DestinationConfig config_;
  const std::vector<string> lists_;
  ByText<std::vector<InList>> domains_at_;
  ByText<std::vector<InList>> domains_below_;  // by the parent
  ByText<std::vector<Listed>> at_;
  ByText<std::vector<Listed>> below_;  // by the parent
  std::vector<Listed> any_domain_;     // few: patterns of self-hosted software
  ByText<const DestinationConfig::Expansion*> expansions_;
  std::unique_ptr<Lookalikes> lookalikes_;
  mutable LookalikeMemo looked_alike_;
};

}  // namespace

bool Destination::has(DestinationClass cls) const {
  return std::find(classes.begin(), classes.end(), cls) != classes.end();
}

std::shared_ptr<const Destinations> Destinations::load(DestinationConfig config, const string& catalogue_dir,
                                                       Diagnostics& diagnostics) {
  return make(std::move(config), load_catalogue(catalogue_dir, diagnostics));
}

std::shared_ptr<const Destinations> Destinations::make(DestinationConfig config, const Catalogue& catalogue) {
  return std::make_shared<Index>(std::move(config), catalogue);
}

Destination Destinations::classify(const Address& address, const Address* sender, bool tests) const {
  if (tests && address.local == "test") {
    if (const auto cls = parse_destination_class(address.domain)) {
      Destination out;
      const bool plain = *cls == DestinationClass::internal || *cls == DestinationClass::outside;
      if (*cls != DestinationClass::internal) out.classes.push_back(DestinationClass::outside);
      if (*cls != DestinationClass::outside) out.classes.push_back(*cls);
      if (plain && *cls == DestinationClass::outside) out.classes.push_back(DestinationClass::other);
      std::sort(out.classes.begin(), out.classes.end());
      out.reasons.push_back({*cls, address.to_string(), "test address", "", "", DestinationStatus::live});
      return out;
    }
  }
  return do_classify(address, sender);
}

}  // namespace postern::policy
