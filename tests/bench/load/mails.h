// The mails that the load client plays, made into packets once, before anything is measured.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace postern::bench {

struct LoadMail {
  std::string name;  // of the file
  std::string sender;
  std::vector<std::string> recipients;
  // Whole packets, one after the other; where each ends, for filters that answer each.
  struct Packets {
    std::string bytes;
    std::vector<size_t> ends;
  };
  Packets header;        // values without the space that follows the colon
  Packets header_as_is;  // values with it, for filters that asked for leading space
  Packets body;
};

// Every *.eml in `folder`, in order of their names. `envelopes` has a line NAME TAB SENDER TAB RECIPIENT,RECIPIENT for
// each; a mail without a line is an error, since nothing here guesses whom mail is for.
Result<std::vector<LoadMail>> read_mails(const std::string& folder, const std::string& envelopes);

}  // namespace postern::bench
