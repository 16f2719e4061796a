// postern extract FILE: the text of a document or mail, everything in it included.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>
#include <strings.h>

#include "base/settings.h"
#include "cli/command.h"
#include "cli/reader.h"
#include "cli/shown.h"

namespace postern::cli {

namespace {

struct ExtractOptions {
  std::string file;
  std::string format = "text";
  bool mail = false;
  bool document = false;
  bool ocr = false;
};

nlohmann::ordered_json part_json(const ExtractedText& text, size_t index) {
  const Part& part = text.parts[index];
  nlohmann::ordered_json out;
  out["path"] = part.path.to_string();
  out["name"] = part.name;
  out["type"] = part.type;
  out["size"] = part.size;
  out["outcome"] = to_string(part.outcome);
  out["why"] = part.why;
  out["facts"] = part.facts;
  out["segments"] = nlohmann::ordered_json::array();
  for (const Segment& segment : text.segments) {
    if (segment.part != index) continue;
    out["segments"].push_back({{"place", to_string(segment.place)}, {"at", segment.at}, {"text", segment.text}});
  }
  return out;
}

void print_json(const std::string& file, const ExtractedText& text) {
  nlohmann::ordered_json out;
  out["file"] = file;
  out["parts"] = nlohmann::ordered_json::array();
  for (size_t i = 0; i < text.parts.size(); i++) out["parts"].push_back(part_json(text, i));
  std::cout << out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
}

void print_text(const ExtractedText& text) {
  for (size_t i = 0; i < text.parts.size(); i++) {
    for (const Segment& segment : text.segments) {
      if (segment.part != i) continue;
      std::cout << segment.text;
      if (!segment.text.ends_with('\n')) std::cout << '\n';
    }
  }
}

// A file is a mail when its name says so; the bytes of anything else decide.
extract::RootKind kind_of(const ExtractOptions& options) {
  if (options.document) return extract::RootKind::document;
  const std::string extension = std::filesystem::path(options.file).extension().string();
  const bool mail = options.mail || ::strcasecmp(extension.c_str(), ".eml") == 0;
  return mail ? extract::RootKind::mail : extract::RootKind::document;
}

int run(const Program& program, const ExtractOptions& options) {
  const auto configuration = load_configuration(program);
  if (!configuration) return kExitCannotRun;
  auto bytes = read_input(options.file);
  if (!bytes) return cannot_run(bytes.error().message);
  auto pool = start_reader(*configuration, 1, options.ocr ? Letters::always : Letters::as_configured);
  if (!pool) return cannot_run(pool.error().message);
  extract::ExtractRequest request;
  request.bytes = std::move(*bytes);
  request.kind = kind_of(options);
  if (options.file != kStandardInput) request.name = std::filesystem::path(options.file).filename().string();
  request.limits = limits_of(*configuration);
  request.deadline = system_clock().steady() + request.limits.max_time;
  const auto text = (*pool)->extract(request);
  if (!text) return cannot_run(options.file + ": " + text.error().message);
  if (options.format == "json") {
    print_json(options.file, *text);
  } else {
    print_text(*text);
  }
  bool whole = true;
  for (const Part& part : text->parts) {
    if (part.outcome == Outcome::complete) continue;
    whole = false;
    std::cerr << shown(options.file) << ": " << shown_part(part) << ": " << to_string(part.outcome) << ": "
              << shown(part.why) << "\n";
  }
  return whole ? kExitWell : kExitNotWholly;
}

}  // namespace

void add_extract(CLI::App& app, Program& program) {
  auto options = std::make_shared<ExtractOptions>();
  CLI::App* extract = app.add_subcommand("extract", "print the text of a document or mail, everything in it included");
  extract->add_option("FILE", options->file, "a document or mail; - for standard input")->required();
  extract->add_option("--format", options->format, "text or json")->check(CLI::IsMember({"text", "json"}));
  CLI::Option* mail = extract->add_flag("--mail", options->mail, "read it as a mail, whatever its name");
  extract->add_flag("--document", options->document, "go by the bytes, whatever its name")->excludes(mail);
  extract->add_flag("--ocr", options->ocr, "read the letters in pictures and scans too, as extract.ocr does");
  extract->callback([&program, options] { program.exit = run(program, *options); });
}

}  // namespace postern::cli
