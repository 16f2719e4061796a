// What scanning costs beside raw hs_scan of the same database over the same blocks, and what a verdict
// costs with few and with many rules.
//
//   scan_bench RULES.tsv TEXT [TEXT...]
//
// Prints a line of JSON: nanoseconds a message of raw hs_scan with the policy's own database and with one of the bare
// rules, of the policy's scan and of a whole verdict. Each is the best of many rounds, since at this scale everything
// that is not the program only adds.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include <hs.h>
#include <nlohmann/json.hpp>

#include "bench_policy.h"
#include "floors/raw_scan.h"
#include "floors/rules_file.h"
#include "policy/compile.h"
#include "policy/evaluate.h"

namespace {

using namespace postern;
using namespace postern::policy;
using Timer = std::chrono::steady_clock;

Model model_of(const std::string& path) {
  Model model;
  model.categories.push_back({"bench", "bench", "", {}});
  for (const bench::CorpusRule& line : bench::read_rules(path)) {
    model.detectors.push_back(bench::detector_of(line));
    Rule rule;
    rule.id = "bench." + line.id;
    rule.category = "bench";
    rule.mode = Mode::enforce;
    rule.then.action = Action::quarantine;
    Content content;
    content.kind = Content::Kind::detector;
    content.detector.detector = static_cast<DetectorIndex>(model.detectors.size() - 1);
    rule.content = content;
    model.rules.push_back(rule);
  }
  return model;
}

ExtractedText message_of(const std::string& text) {
  ExtractedText message = bench::message_of(text);
  message.segments.insert(message.segments.begin(), {{0, Place::subject, "", "quarterly plan of the department"},
                                                     {0, Place::header, "From", "ann@example.com"}});
  return message;
}

int ignore(unsigned, unsigned long long, unsigned long long, unsigned, void* count) {
  ++*static_cast<std::uint64_t*>(count);
  return 0;
}

// The best of several rounds: what the machine can do when nothing else disturbs it.
double best_of(const std::function<void()>& work) {
  constexpr int kRounds = 300;
  double best = 1e18;
  for (int i = 0; i < kRounds; i++) {
    const auto begin = Timer::now();
    work();
    const std::chrono::duration<double, std::nano> took = Timer::now() - begin;
    best = std::min(best, took.count());
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: scan_bench RULES.tsv TEXT...\n";
    return 2;
  }
  const Model model = model_of(argv[1]);
  Diagnostics diagnostics;
  const auto compile_begin = Timer::now();
  const auto compiled = compile_policy(model, diagnostics);
  if (compiled == nullptr) {
    std::cerr << diagnostics.to_text();
    return 2;
  }
  const std::chrono::duration<double> compile_time = Timer::now() - compile_begin;

  std::vector<ExtractedText> messages;
  std::vector<std::string> joined;
  std::uint64_t bytes = 0;
  for (int i = 2; i < argc; i++) {
    std::string body = bench::read_whole(argv[i]);
    std::erase(body, '\r');  // as the extractors do
    messages.push_back(message_of(body));
    std::string& all = joined.emplace_back();
    for (const Segment& segment : messages.back().segments) all += segment.text + "\n";
    bytes += all.size();
  }

  const hs_database_t* plain = bench::raw_database(bench::read_rules(argv[1]));
  hs_scratch_t* scratch = nullptr;
  if (plain == nullptr || hs_alloc_scratch(compiled->patterns.database(), &scratch) != HS_SUCCESS ||
      hs_alloc_scratch(plain, &scratch) != HS_SUCCESS)
    return 2;
  std::uint64_t raw_matches = 0;
  auto workspace = Workspace::create(*compiled);
  if (!workspace) return 2;
  ScanResult result;
  std::uint64_t hits = 0;
  const auto raw_scan = [&](const hs_database_t* database) {
    return best_of([&] {
      for (const std::string& text : joined)
        hs_scan(database, text.data(), static_cast<unsigned>(text.size()), 0, scratch, ignore, &raw_matches);
    });
  };
  const double raw = raw_scan(compiled->patterns.database());
  const double raw_plain = raw_scan(plain);
  const double ours = best_of([&] {
    hits = 0;
    for (const ExtractedText& message : messages) {
      (*workspace)->scan(*compiled, message, result);
      hits += result.hits.size();
    }
  });
  hs_free_scratch(scratch);

  WorkspacePool pool;
  DestinationConfig destinations_config;
  destinations_config.internal_domains = {"example.com"};
  const auto destinations = Destinations::load(destinations_config, "", diagnostics);
  const std::string digest;
  const Evaluation with{model, *compiled, *destinations, digest, pool};
  Envelope envelope;
  envelope.recipients.push_back({"<bob@elsewhere.example>", *parse_address("bob@elsewhere.example"), {}});
  const Context context;
  std::uint64_t found = 0;
  const double verdicts = best_of([&] {
    found = 0;
    for (const ExtractedText& message : messages)
      found += evaluate(with, message, envelope, context, nullptr).findings.size();
  });

  const auto count = static_cast<double>(messages.size());
  std::cout << nlohmann::json{{"rules", model.rules.size()},
                              {"compile_s", compile_time.count()},
                              {"bytes", static_cast<double>(bytes) / count},
                              {"raw_ns", raw / count},
                              {"raw_plain_ns", raw_plain / count},
                              {"scan_ns", ours / count},
                              {"evaluate_ns", verdicts / count},
                              {"raw_matches", raw_matches},
                              {"hits", hits},
                              {"findings", found}}
                   .dump()
            << "\n";
  return 0;
}
