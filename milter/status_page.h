// StatusPage: metrics, health and status over HTTP, for monitors and `postern status`.
//
//   GET /metrics   Prometheus' text format 0.0.4
//   GET /healthz   200 or 503, JSON: alive
//   GET /readyz    200 or 503 with the reasons, JSON: ready
//   GET /status    200, JSON
//
// On a listener of its own, without login and without TLS: it belongs on loopback. Nothing in it names a
// person or says what a message held. It is bounded, so that nobody can make it cost the gate: kMostThreads requests at
// once, kMostQueued more wait and the rest are refused; a connection is cut after kLongestConnection however
// it trickles; one request a connection; no bodies.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

namespace postern::milter {

inline constexpr int kMostThreads = 2;  // a scrape that waits for the store must not stop a health check
inline constexpr int kMostQueued = 16;
inline constexpr std::chrono::seconds kLongestConnection{15};  // the store waits 5 s for another writer

struct Page {
  int status = 200;
  std::string type;  // of the body
  std::string body;
};

// Makes one page; called on several threads, throws nothing but std::exception (500).
using PageMaker = std::function<Page()>;

struct StatusPages {
  PageMaker metrics, healthz, readyz, status;
};

class StatusPage {
 public:
  // `listen` is HOST:PORT; port 0 takes a free one. `invalid_input` for text that is no address, `unavailable` when it
  // cannot be listened on.
  static Result<std::unique_ptr<StatusPage>> start(const std::string& listen, StatusPages pages,
                                                   std::chrono::milliseconds longest = kLongestConnection);
  ~StatusPage();
  StatusPage(const StatusPage&) = delete;
  StatusPage& operator=(const StatusPage&) = delete;

  std::uint16_t port() const;
  // The address is one that other machines cannot reach.
  bool on_loopback() const;

 private:
  class Impl;
  explicit StatusPage(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace postern::milter
