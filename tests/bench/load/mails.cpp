#include "load/mails.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "milter/codec.h"

namespace postern::bench {
namespace {

struct Address {
  std::string sender;
  std::vector<std::string> recipients;
};

std::string whole_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string word; std::getline(in, word, at);) out.push_back(word);
  return out;
}

void add(LoadMail::Packets& to, const milter::Command& command) {
  milter::encode(to.bytes, command);
  to.ends.push_back(to.bytes.size());
}

// The corpus has CRLF lines, as SMTP has; a milter gets the folds of a field as LF.
void add_field(LoadMail& mail, std::string_view field) {
  const size_t colon = field.find(':');
  if (colon == std::string_view::npos) return;
  std::string value(field.substr(colon + 1));
  std::erase(value, '\r');
  const std::string name(field.substr(0, colon));
  add(mail.header_as_is, milter::Header{name, value});
  add(mail.header, milter::Header{name, std::string_view(value).substr(value.starts_with(' ') ? 1 : 0)});
}

LoadMail to_packets(const std::string& name, const Address& address, std::string_view bytes) {
  LoadMail mail{name, address.sender, address.recipients, {}, {}, {}};
  const size_t end = std::min(bytes.find("\r\n\r\n"), bytes.size());
  size_t begin = 0;
  for (size_t at = 0; at < end;) {
    size_t line = std::min(bytes.find("\r\n", at), end);
    const bool folded = line + 2 < end && (bytes[line + 2] == ' ' || bytes[line + 2] == '\t');
    if (!folded) {
      add_field(mail, bytes.substr(begin, line - begin));
      begin = line + 2;
    }
    at = line + 2;
  }
  std::string_view body = bytes.substr(std::min(end + 4, bytes.size()));
  for (; !body.empty(); body.remove_prefix(std::min(body.size(), milter::kMaxChunk)))
    add(mail.body, milter::Body{body.substr(0, milter::kMaxChunk)});
  return mail;
}

}  // namespace

Result<std::vector<LoadMail>> read_mails(const std::string& folder, const std::string& envelopes) {
  std::map<std::string, Address> addresses;
  std::ifstream in(envelopes);
  for (std::string line; std::getline(in, line);) {
    const auto fields = split(line, '\t');
    if (fields.size() == 3) addresses[fields[0]] = {fields[1], split(fields[2], ',')};
  }
  std::error_code failed;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed))
    if (entry.path().extension() == ".eml") paths.push_back(entry.path());
  if (failed) return fail(ErrorKind::invalid_input, folder + ": " + failed.message());
  std::sort(paths.begin(), paths.end());
  std::vector<LoadMail> mails;
  for (const auto& path : paths) {
    const auto address = addresses.find(path.filename());
    if (address == addresses.end()) return fail(ErrorKind::invalid_input, path.string() + ": not in " + envelopes);
    mails.push_back(to_packets(path.filename(), address->second, whole_file(path)));
  }
  if (mails.empty()) return fail(ErrorKind::invalid_input, folder + ": no *.eml");
  return mails;
}

}  // namespace postern::bench
