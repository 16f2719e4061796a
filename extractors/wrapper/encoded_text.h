// Readers of texts that are files in disguise: uuencode and yEnc as attachments, and runs of base64 in any text.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::string_view kUuencodeType = "application/x-uuencode";
inline constexpr std::string_view kYencType = "application/x-yenc";

// A text in which, near its beginning, a file in uuencode or yEnc begins; "" otherwise.
std::string_view encoded_text_kind(std::string_view text);

// The text that stands around the files is `body`, the files are children.
std::shared_ptr<Extractor> make_encoded_text_extractor();

// Runs of base64 in a text that decode to a file whose type can be told: a part without its header, a value in JSON, a
// data: address, strings that a script puts together (base64_run.h). Shorter runs are names, keys and checksums, unless
// they stand in a line of their own or behind ";base64," and decode to readable text.
// Dumps of bytes are opened as well (hex_dump.h), long runs of hexadecimal digits, and what deflate packed.
inline constexpr size_t kLeastBase64 = 64;
inline constexpr size_t kMostBase64Runs = 100;

// Whether data: addresses in quotes are handed out by the caller; short runs are not looked for then.
enum class DataUris : std::uint8_t { wanted, opened_elsewhere };

// Hands out the files of such runs as children; false when there were more than kMostBase64Runs.
bool give_base64_files(std::string_view text, Sink& sink, DataUris data_uris = DataUris::wanted);
Ending base64_files_limit();

// Reads what the walker gathers of the words of a document that is no text (encoded_words.h): nothing of it is text.
std::shared_ptr<Extractor> make_encoded_words_extractor();

}  // namespace postern::extract
