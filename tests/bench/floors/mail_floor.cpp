// mail_floor: the floor under a message. One thread, the raw libraries, no milter, no sandbox, no verdict: GMime parses
// and decodes, zlib and poppler-cpp read attachments, ICU normalises what is not ASCII, Hyperscan scans.
//
//   mail_floor RULES.tsv FOLDER [ROUNDS]
//
// Prints a line of JSON a round: CPU milliseconds a message, in all and for each kind of work, and how many messages
// had a match.
#include <algorithm>
#include <ctime>
#include <filesystem>
#include <iostream>

#include <gmime/gmime.h>
#include <hs.h>
#include <nlohmann/json.hpp>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

#include "floors/raw_office.h"
#include "floors/raw_pdf.h"
#include "floors/raw_scan.h"
#include "floors/rules_file.h"

namespace {

using namespace postern::bench;

enum Work : size_t { kParse, kDecode, kOffice, kPdf, kNormalise, kScan, kWorks };
constexpr std::array<const char*, kWorks> kWorkNames = {"parse", "decode", "office", "pdf", "normalise", "scan"};
constexpr int kMostDepth = 5;

double cpu() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

// Numeric character references, and nothing else of HTML: it is the floor.
std::string without_references(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size(); i++) {
    char* end = nullptr;
    const long code = text.compare(i, 2, "&#") == 0 ? std::strtol(text.c_str() + i + 2, &end, 10) : 0;
    if (end != nullptr && *end == ';' && code < 128) {
      out.push_back(static_cast<char>(code));
      i = static_cast<size_t>(end - text.c_str());
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

class Floor {
 public:
  explicit Floor(const hs_database_t* database) : database_(database) {
    UErrorCode error = U_ZERO_ERROR;
    normalizer_ = icu::Normalizer2::getNFKCInstance(error);
    hs_alloc_scratch(database, &scratch_);
  }
  Floor(const Floor&) = delete;
  Floor& operator=(const Floor&) = delete;
  ~Floor() { hs_free_scratch(scratch_); }

  // True when something matched.
  bool mail(std::string_view bytes) {
    matches_ = 0;
    read_mail(bytes);
    return matches_ > 0;
  }
  const std::array<double, kWorks>& spent() const { return spent_; }

 private:
  // Adds to one kind of work what passed since the last call.
  void charge(Work work) {
    const double now = cpu();
    spent_[work] += now - mark_;
    mark_ = now;
  }

  void read_mail(std::string_view bytes) {
    mark_ = cpu();
    GMimeStream* stream = g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size());
    GMimeParser* parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage* message = g_mime_parser_construct_message(parser, nullptr);
    charge(kParse);
    if (message != nullptr) {
      g_mime_message_foreach(
          message, [](GMimeObject*, GMimeObject* part, void* self) { static_cast<Floor*>(self)->read_part(part); },
          this);
      g_object_unref(message);
    }
    g_object_unref(parser);
    g_object_unref(stream);
  }

  void read_part(GMimeObject* object) {
    if (!GMIME_IS_PART(object)) return;
    mark_ = cpu();
    GMimeDataWrapper* content = g_mime_part_get_content(GMIME_PART(object));
    if (content == nullptr) return;
    GMimeStream* decoded = g_mime_stream_mem_new();
    g_mime_data_wrapper_write_to_stream(content, decoded);
    const GByteArray* array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(decoded));
    std::string bytes(reinterpret_cast<const char*>(array->data), array->len);
    g_object_unref(decoded);
    GMimeContentType* type = g_mime_object_get_content_type(object);
    if (!g_mime_content_type_is_type(type, "text", "*")) {
      charge(kDecode);
      return read_file(bytes);
    }
    const char* charset = g_mime_content_type_get_parameter(type, "charset");
    if (charset != nullptr && g_ascii_strcasecmp(charset, "utf-16") == 0) {  // the corpus has ASCII in it
      std::string narrow;
      for (size_t i = 2; i + 1 < bytes.size(); i += 2) narrow.push_back(bytes[i]);
      bytes = narrow;
    }
    if (g_mime_content_type_is_type(type, "text", "html")) {
      std::string text;
      strip_tags(bytes, text);
      bytes = text.find("&#") == std::string::npos ? text : without_references(text);
    }
    charge(kDecode);
    scan(bytes);
  }

  void read_file(const std::string& bytes) {
    if (depth_ >= kMostDepth) return;
    depth_++;
    if (bytes.starts_with("PK\3\4")) {
      auto members = unzip(bytes);
      std::string text;
      for (auto& [name, member] : members) {
        if (!name.ends_with(".xml")) continue;
        strip_tags(member, text);
        member.swap(text);
      }
      charge(kOffice);
      for (const auto& [name, member] : members) {
        if (name.ends_with(".rels")) continue;
        if (name.ends_with(".eml")) {
          read_mail(member);
        } else if (member.starts_with("PK")) {
          read_file(member);
        } else {
          scan(member);
        }
      }
    } else if (bytes.starts_with("%PDF-")) {
      const PdfText pdf = pdf_text(bytes);
      charge(kPdf);
      scan(pdf.text);
    }
    depth_--;
  }

  void scan(const std::string& text) {
    mark_ = cpu();
    const std::string* what = &text;
    std::string normal;
    if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
      icu::StringByteSink<std::string> sink(&normal);
      UErrorCode error = U_ZERO_ERROR;
      normalizer_->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<int>(text.size())), sink, nullptr, error);
      what = &normal;
    }
    charge(kNormalise);
    const auto count = [](unsigned, unsigned long long, unsigned long long, unsigned, void* matches) {
      ++*static_cast<unsigned*>(matches);
      return 0;
    };
    hs_scan(database_, what->data(), static_cast<unsigned>(what->size()), 0, scratch_, count, &matches_);
    charge(kScan);
  }

  const hs_database_t* database_;
  hs_scratch_t* scratch_ = nullptr;
  const icu::Normalizer2* normalizer_ = nullptr;
  std::array<double, kWorks> spent_{};
  double mark_ = 0;
  unsigned matches_ = 0;
  int depth_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: mail_floor RULES.tsv FOLDER [ROUNDS]\n";
    return 2;
  }
  g_mime_init();
  const hs_database_t* database = raw_database(read_rules(argv[1]));
  if (database == nullptr) return 2;
  std::vector<std::string> mails;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(argv[2])) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) mails.push_back(read_whole(path));
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 1;
  for (int round = -1; round < rounds; round++) {  // the first one warms up
    Floor floor(database);
    size_t matched = 0;
    const double begin = cpu();
    for (const std::string& mail : mails) matched += floor.mail(mail);
    const double per_mail = 1e3 / static_cast<double>(mails.size());
    nlohmann::json out{{"cpu_ms", (cpu() - begin) * per_mail}, {"messages", mails.size()}, {"matched", matched}};
    for (size_t i = 0; i < kWorks; i++) out["work_ms"][kWorkNames[i]] = floor.spent()[i] * per_mail;
    if (round >= 0) std::cout << out.dump() << std::endl;
  }
  return 0;
}
