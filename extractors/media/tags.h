// What the containers of sound and film hand over, and the readers of each container.
#pragma once

#include <string>
#include <string_view>

#include "extractors/image/metadata.h"
#include "extractors/ole/reading.h"

namespace postern::extract::media {

class Tags {
 public:
  explicit Tags(ole::Reading& reading) : reading_(reading), metadata_(reading) {}

  // A text by its key: "COMM", "LYRICS", "©nam". What the key says decides the place. UTF-8, or in doubt what its bytes
  // most likely are.
  void text(std::string_view key, std::string_view bytes);
  void link(std::string_view key, std::string_view address);
  void lyrics(std::string_view key, std::string_view bytes);
  void xmp(std::string_view xml) { metadata_.xmp(xml); }
  // A picture or any other file inside. `name` and `type` may be empty.
  void file(std::string name, std::string type, std::string_view bytes);

  // Counts what is looked at; true when no more is taken. Loops ask it.
  bool full();

  ole::Reading& reading() { return reading_; }

 private:
  ole::Reading& reading_;
  image::Metadata metadata_;
  std::size_t looked_at_ = 0;
};

// A tag of its own, as in front of an MP3 or in a chunk of a WAV.
void read_id3(std::string_view tag, Tags& out);
void read_mp3(std::string_view bytes, Tags& out);
void read_mp4(std::string_view bytes, Tags& out);
void read_riff(std::string_view bytes, Tags& out);
void read_ogg(std::string_view bytes, Tags& out);
void read_flac(std::string_view bytes, Tags& out);
void read_matroska(std::string_view bytes, Tags& out);
void read_asf(std::string_view bytes, Tags& out);
void read_midi(std::string_view bytes, Tags& out);

}  // namespace postern::extract::media
