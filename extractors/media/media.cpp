#include "extractors/media/media.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "extractors/media/tags.h"

namespace postern::extract {

namespace media {

namespace {

using namespace std::string_view_literals;

// Keys of comments, and of what is sung or said, in the different vocabularies.
constexpr std::string_view kComments[] = {"COMM",    "COM",         "comment",  "COMMENT",       "COMMENTS",
                                          "Comment", "ICMT",        "©cmt",     "DESCRIPTION",   "desc",
                                          "ldes",    "dscp",        "note",     "SUMMARY",       "Description",
                                          "©des",    "description", "SYNOPSIS", "ID3v1 comment", "WM/Comments"};
constexpr std::string_view kLyrics[] = {"USLT",           "ULT",  "SYLT",   "SLT",    "LYRICS",
                                        "UNSYNCEDLYRICS", "©lyr", "Lyrics", "lyrics", "WM/Lyrics"};

template <size_t Count>
bool is_one_of(std::string_view key, const std::string_view (&words)[Count]) {
  return std::find(std::begin(words), std::end(words), key) != std::end(words);
}

class MediaExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    ole::Reading reading(sink);
    Tags tags(reading);
    sink.fact("no-text-format");
    const std::string& type = source.type.mime;
    if (type == "audio/mpeg") {
      read_mp3(source.bytes, tags);
    } else if (type == "audio/x-wav" || type == "video/x-msvideo") {
      read_riff(source.bytes, tags);
    } else if (type == "audio/ogg") {
      read_ogg(source.bytes, tags);
    } else if (type == "audio/flac") {
      read_flac(source.bytes, tags);
    } else if (type == "video/x-matroska") {
      read_matroska(source.bytes, tags);
    } else if (type == "video/x-ms-asf") {
      read_asf(source.bytes, tags);
    } else if (type == "audio/midi") {
      read_midi(source.bytes, tags);
    } else {
      read_mp4(source.bytes, tags);
    }
    return reading.ending();
  }
};

}  // namespace

void Tags::text(std::string_view key, std::string_view bytes) {
  if (is_one_of(key, kLyrics)) return lyrics(key, bytes);
  metadata_.text(is_one_of(key, kComments) ? Place::comment : Place::property, key, bytes);
}

void Tags::lyrics(std::string_view key, std::string_view bytes) {
  metadata_.text(Place::body, key, bytes);
}

void Tags::link(std::string_view key, std::string_view address) {
  metadata_.text(Place::link, key, address);
}

void Tags::file(std::string name, std::string type, std::string_view bytes) {
  if (bytes.empty() || full()) return;
  Child child;
  child.name = std::move(name);
  child.declared_type = std::move(type);
  std::transform(child.declared_type.begin(), child.declared_type.end(), child.declared_type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  reading_.sink().child(child, bytes);
}

bool Tags::full() {
  if (metadata_.full()) return true;
  if (looked_at_ < kMostMediaTags) {
    looked_at_++;
    return false;
  }
  reading_.reached("tags of sound or film reached the limit (" + std::to_string(kMostMediaTags) + ")");
  return true;
}

}  // namespace media

std::shared_ptr<Extractor> make_media_extractor() {
  return std::make_shared<media::MediaExtractor>();
}

}  // namespace postern::extract
