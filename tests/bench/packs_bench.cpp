// What the shipped packs cost: loading them from their files, and scanning text with all of them in force.
//
//   packs_bench POLICY PACKS TEXT...
//
// Prints a line of JSON for each text: seconds of processor time to read and to compile the policy, and
// nanoseconds a byte of the policy's scan, the best of many rounds. Instructions bear other load:
//
//   valgrind --tool=callgrind --toggle-collect='*best_of_rounds*' packs_bench POLICY PACKS TEXT 1
//
// counts those of one scan behind the first; the last argument is the number of rounds.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "floors/rules_file.h"
#include "policy/compile.h"
#include "policy/loader.h"
#include "policy/scan.h"

namespace {

using namespace postern;
using namespace postern::policy;

// Text comes to a scan in pieces like this: paragraphs of a long mail, sheets, pages.
constexpr size_t kPiece = 4096;
constexpr int kRounds = 300;

double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

ExtractedText message_of(const std::string& text) {
  ExtractedText message;
  message.parts.emplace_back();
  for (size_t at = 0; at < text.size(); at += kPiece) {
    message.segments.push_back({0, Place::body, "", text.substr(at, kPiece)});
  }
  return message;
}

// Nanoseconds of a scan. By its name it is found by callgrind.
[[gnu::noinline]] double best_of_rounds(Workspace& workspace, const CompiledPolicy& policy,
                                        const ExtractedText& message, ScanResult& result, int rounds) {
  double best = 1e18;
  for (int round = 0; round < rounds; round++) {
    const auto from = std::chrono::steady_clock::now();
    workspace.scan(policy, message, result);
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - from;
    best = std::min(best, took.count());
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  int rounds = kRounds;
  if (arguments.size() > 3 && std::atoi(arguments.back().c_str()) > 0) {
    rounds = std::atoi(arguments.back().c_str());
    arguments.pop_back();
  }
  if (arguments.size() < 3) {
    std::cerr << "usage: packs_bench POLICY PACKS TEXT... [ROUNDS]\n";
    return 2;
  }
  Diagnostics diagnostics;
  LoadOptions options;
  options.dir = arguments[0];
  options.packs_dir = arguments[1];
  const double begin = processor_seconds();
  const Loaded loaded = load_files(options, diagnostics);
  const double read = processor_seconds();
  const auto compiled = diagnostics.has_errors() ? nullptr : compile_policy(loaded.model, diagnostics);
  if (compiled == nullptr) {
    std::cerr << diagnostics.to_text();
    return 2;
  }
  const double ready = processor_seconds();
  auto workspace = Workspace::create(*compiled);
  if (!workspace) return 2;
  for (size_t i = 2; i < arguments.size(); i++) {
    const std::string text = bench::read_whole(arguments[i]);
    const ExtractedText message = message_of(text);
    ScanResult result;
    (*workspace)->scan(*compiled, message, result);  // patterns are compiled when they are first wanted
    const double best = best_of_rounds(**workspace, *compiled, message, result, rounds);
    std::cout << nlohmann::json{{"text", arguments[i]},       {"bytes", text.size()},
                                {"hits", result.hits.size()}, {"ns_per_byte", best / static_cast<double>(text.size())},
                                {"read_cpu_s", read - begin}, {"compile_cpu_s", ready - read}}
                     .dump()
              << "\n";
  }
  return 0;
}
