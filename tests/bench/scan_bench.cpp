// What scanning costs beside raw hs_scan of the same database over the same blocks, and what a verdict
// costs with few and with many rules.
//
//   scan_bench RULES.tsv TEXT [TEXT...]     RULES: id, flags (i or -), regex, as tests/bench/make_corpus.py writes
//
// Prints nanoseconds for a message and the ratio; not part of ctest.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include <hs.h>

#include "policy/compile.h"
#include "policy/evaluate.h"

namespace {

using namespace postern;
using namespace postern::policy;
using Timer = std::chrono::steady_clock;

Model model_of(const std::string& path) {
  Model model;
  model.categories.push_back({"bench", "bench", "", {}});
  std::ifstream in(path);
  std::string line;
  while (std::getline(in, line)) {
    std::istringstream fields(line);
    std::string id, flags, regex;
    std::getline(fields, id, '\t');
    std::getline(fields, flags, '\t');
    std::getline(fields, regex, '\t');
    Detector detector;
    detector.id = id;
    detector.primary = RegexPattern{(flags == "i" ? "(?i)" : "") + regex, {}};
    model.detectors.push_back(detector);
    Rule rule;
    rule.id = "bench." + id;
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
  ExtractedText message;
  Part root;
  root.role = PartRole::message;
  root.type = "message/rfc822";
  message.parts.push_back(root);
  message.segments.push_back({0, Place::subject, "", "quarterly plan of the department"});
  message.segments.push_back({0, Place::header, "From", "ann@example.com"});
  message.segments.push_back({0, Place::body, "", text});
  return message;
}

int ignore(unsigned, unsigned long long, unsigned long long, unsigned, void* count) {
  ++*static_cast<std::uint64_t*>(count);
  return 0;
}

// The best of several rounds: what the machine can do when nothing else disturbs it.
double best_of(int rounds, const std::function<void()>& work) {
  double best = 1e18;
  for (int i = 0; i < rounds; i++) {
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
  size_t database = 0;
  hs_database_size(compiled->patterns.database(), &database);
  std::printf("rules %zu, compiled in %.2f s, database %.1f MiB\n", model.rules.size(), compile_time.count(),
              static_cast<double>(database) / 1048576.0);

  std::vector<ExtractedText> messages;
  std::vector<std::string> joined;
  std::uint64_t bytes = 0;
  for (int i = 2; i < argc; i++) {
    std::ifstream in(argv[i]);
    std::stringstream text;
    text << in.rdbuf();
    std::string body = text.str();
    std::erase(body, '\r');  // as the extractors do
    messages.push_back(message_of(body));
    std::string& all = joined.emplace_back();
    for (const Segment& segment : messages.back().segments) all += segment.text + "\n";
    bytes += all.size();
  }

  hs_scratch_t* scratch = nullptr;
  if (hs_alloc_scratch(compiled->patterns.database(), &scratch) != HS_SUCCESS) return 2;
  std::uint64_t raw_matches = 0;
  auto workspace = Workspace::create(*compiled);
  if (!workspace) return 2;
  ScanResult result;
  std::uint64_t hits = 0;
  constexpr int kRounds = 1000;
  const double raw = best_of(kRounds, [&] {
    for (const std::string& text : joined) {
      hs_scan(compiled->patterns.database(), text.data(), static_cast<unsigned>(text.size()), 0, scratch, ignore,
              &raw_matches);
    }
  });
  const double ours = best_of(kRounds, [&] {
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
  const double verdicts = best_of(kRounds, [&] {
    found = 0;
    for (const ExtractedText& message : messages)
      found += evaluate(with, message, envelope, context, nullptr).findings.size();
  });

  const auto count = static_cast<double>(messages.size());
  std::printf("messages %zu, %.1f KB each\n", messages.size(), static_cast<double>(bytes) / count / 1000.0);
  std::printf("raw hs_scan  %9.0f ns/message  %7.0f MB/s\n", raw / count, static_cast<double>(bytes) / raw * 1000.0);
  std::printf("scan         %9.0f ns/message  %7.0f MB/s  %llu hits  ratio %.2f\n", ours / count,
              static_cast<double>(bytes) / ours * 1000.0, static_cast<unsigned long long>(hits), raw / ours);
  std::printf("evaluate     %9.0f ns/message  %llu findings\n", verdicts / count,
              static_cast<unsigned long long>(found));
  return 0;
}
