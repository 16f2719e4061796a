// reader_bench: documents through the sandboxed readers, beside the raw libraries in this process. One document at a
// time on both sides, the sides taking turns file by file, so that what else the machine does falls on both alike.
//
//   reader_bench pdf|office WORKER FOLDER [ROUNDS]
//
// `pdf` reads *.pdf, `office` reads *.docx, *.xlsx and *.pptx. Prints a line of JSON a round: seconds of the pool and
// of the raw libraries, the same of processor time (which bears other load; the pool's is this process's and the
// reader's), bytes, pages, and how much text each side found (they need not agree: the readers look at
// metadata, annotations and embedded files as well).
#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>

#include <nlohmann/json.hpp>

#include "extractors/worker/pool.h"
#include "floors/raw_office.h"
#include "floors/raw_pdf.h"
#include "floors/rules_file.h"

namespace {

using namespace postern;
using namespace postern::bench;
using Timer = std::chrono::steady_clock;

struct Document {
  std::string name, bytes;
  std::shared_ptr<const Blob> blob;
};

std::vector<Document> read_documents(const std::string& folder, const std::vector<std::string>& extensions) {
  std::vector<Document> out;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (std::count(extensions.begin(), extensions.end(), entry.path().extension().string()) == 0) continue;
    const std::string bytes = read_whole(entry.path());
    out.push_back({entry.path().filename(), bytes, *Blob::copy_of(bytes)});
  }
  std::sort(out.begin(), out.end(), [](const Document& a, const Document& b) { return a.name < b.name; });
  return out;
}

// Processor time that this process and its readers have had.
double processor_seconds() {
  double seconds = 0;
  const auto add = [&](pid_t process) {
    clockid_t clock{};
    timespec had{};
    if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &had) != 0) return;
    seconds += static_cast<double>(had.tv_sec) + static_cast<double>(had.tv_nsec) * 1e-9;
  };
  add(0);
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream children(task.path() / "children");
    for (pid_t child = 0; children >> child;) add(child);
  }
  return seconds;
}

double seconds_since(Timer::time_point begin) {
  return std::chrono::duration<double>(Timer::now() - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
  const std::string kind = argc > 1 ? argv[1] : "";
  if (argc < 4 || (kind != "pdf" && kind != "office")) {
    std::cerr << "usage: reader_bench pdf|office WORKER FOLDER [ROUNDS]\n";
    return 2;
  }
  const auto documents = read_documents(
      argv[3], kind == "pdf" ? std::vector<std::string>{".pdf"} : std::vector<std::string>{".docx", ".xlsx", ".pptx"});
  extract::PoolOptions options;
  options.worker_path = argv[2];
  options.workers = 1;
  const auto pool = extract::ExtractPool::start(options);
  if (!pool || documents.empty()) {
    std::cerr << "reader_bench: " << (pool ? "no documents" : pool.error().message) << "\n";
    return 2;
  }
  const int rounds = argc > 4 ? std::atoi(argv[4]) : 1;
  for (int round = -1; round < rounds; round++) {  // the first one warms up
    double raw_seconds = 0, pool_seconds = 0, raw_cpu = 0, pool_cpu = 0;
    size_t bytes = 0, pages = 0, raw_text = 0, pool_text = 0, unread = 0;
    std::string scratch;
    for (const Document& document : documents) {
      bytes += document.bytes.size();
      double cpu = processor_seconds();
      auto begin = Timer::now();
      if (kind == "pdf") {
        const PdfText pdf = pdf_text(document.bytes);
        pages += static_cast<size_t>(pdf.pages);
        raw_text += pdf.text.size();
      } else {
        raw_text += office_text(document.bytes, scratch);
      }
      raw_seconds += seconds_since(begin);
      raw_cpu += processor_seconds() - cpu;
      extract::ExtractRequest request;
      request.bytes = document.blob;
      request.kind = extract::RootKind::document;
      request.name = document.name;
      request.deadline = system_clock().steady() + request.limits.max_time;
      cpu = processor_seconds();
      begin = Timer::now();
      const auto text = (*pool)->extract(request);
      pool_seconds += seconds_since(begin);
      pool_cpu += processor_seconds() - cpu;
      unread += !text || !text->all_complete();
      if (text)
        for (const Segment& segment : text->segments) pool_text += segment.text.size();
    }
    if (round < 0) continue;
    std::cout << nlohmann::json{{"raw_s", raw_seconds},   {"pool_s", pool_seconds},    {"raw_cpu_s", raw_cpu},
                                {"pool_cpu_s", pool_cpu}, {"files", documents.size()}, {"bytes", bytes},
                                {"pages", pages},         {"raw_text", raw_text},      {"pool_text", pool_text},
                                {"unread", unread}}
                     .dump()
              << std::endl;
  }
  return 0;
}
