// Destinations: the SET of classes that an outside address has, and why.
//
// Sources, in the order in which `destinations explain` lists them: the
// company's policy.yaml (organisation, destinations, expansions), the shipped
// catalogue of address patterns (policy/packs/destinations/*.yaml), the freemail and
// disposable domain lists, and what is computed (look-alike domains, the sender's own private mailbox).
// An address is `internal`, or `outside` plus all classes that apply (else `other`), those of one in its local part
// too. Immutable after loading; safe from several threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/diagnostic.h"
#include "message/address.h"
#include "message/words.h"

namespace postern::policy {

enum class DestinationStatus { live, unverified, dead };

// One reason for a class, for `destinations explain` and the proof tree.
struct DestinationReason {
  DestinationClass cls = DestinationClass::other;
  std::string pattern;  // "*@reply.github.example", ".supplier.example"
  std::string origin;   // "policy.yaml:14", "catalogue social.yaml:33", "computed"
  std::string service;  // "Blogger", may be empty
  std::string note;     // who may post, public or members, date checked; may be empty
  DestinationStatus status = DestinationStatus::live;
};

struct Destination {
  std::vector<DestinationClass> classes;  // sorted; internal alone, or outside with at least one more
  std::vector<DestinationReason> reasons;
  bool has(DestinationClass cls) const;
};

// What the company's policy.yaml says of destinations.
struct DestinationConfig {
  struct Entry {
    DestinationClass cls;
    std::string pattern;  // address, 'd' or '.d'
    SourceMark mark;
  };
  struct Expansion {
    std::string address;                    // one of our own that fans out
    std::vector<DestinationClass> classes;  // of the people behind it
    SourceMark mark;
  };
  std::vector<std::string> internal_domains;  // 'd' and '.d'
  std::vector<Entry> entries;
  std::vector<Expansion> expansions;
};

struct Catalogue;  // policy/catalogue.h

class Destinations {
 public:
  // `catalogue_dir` holds the shipped lists; problems in them are diagnostics like any other.
  static std::shared_ptr<const Destinations> load(DestinationConfig config, const std::string& catalogue_dir,
                                                  Diagnostics& diagnostics);

  // From a catalogue that was read before.
  static std::shared_ptr<const Destinations> make(DestinationConfig config, const Catalogue& catalogue);

  // `sender` is who sends, for `own`; may be null. Addresses `test@CLASS` have that class when `tests` is set.
  Destination classify(const Address& address, const Address* sender, bool tests = false) const;

  // Whether classify() would say `internal`, and nothing else: asked several times for each mail.
  virtual bool is_internal(const Address& address) const = 0;

  // What the lists alone say of the address, policy.yaml's and the shipped ones, even when it is internal.
  virtual std::vector<DestinationReason> listed(const Address& address) const = 0;

  virtual ~Destinations() = default;

 protected:
  Destinations() = default;
  virtual Destination do_classify(const Address& address, const Address* sender) const = 0;
};

}  // namespace postern::policy
