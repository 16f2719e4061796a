// An organisation of two domains for the tests of who sends.
#pragma once

#include "pipeline/identity.h"
#include "tests/response/a_mail.h"

namespace postern::pipeline::test_identity {

inline std::shared_ptr<const policy::Destinations> destinations() {
  policy::DestinationConfig config;
  config.internal_domains = {"corp.example", ".corp.example"};
  policy::DestinationConfig::Expansion announce;
  announce.address = "announce@corp.example";
  announce.classes = {DestinationClass::personal};
  config.expansions.push_back(announce);
  Diagnostics diagnostics;
  return policy::Destinations::load(config, "/nonexistent", diagnostics);
}

inline IdentitySettings settings() {
  IdentitySettings out;
  out.inside = *Networks::parse({"10.0.0.0/8"});
  out.trusted_relays = *Networks::parse({"192.0.2.0/24"});
  return out;
}

}  // namespace postern::pipeline::test_identity
