// Sound and film: what their tags say. Titles, comments, lyrics, chapters, addresses, and the files inside.
//
//   MP3        ID3v2.2 to 2.4 in front, ID3v1 and APE behind                        id3.org, APEv2
//   MP4, MOV   lists of iTunes, texts of QuickTime and 3GPP, Xtra, chapters, XMP     ISO/IEC 14496-12, 3GPP TS 26.244 8
//   WAV, AVI   INFO, labels and notes, bext, iXML, ID3, XMP                          RIFF, EBU Tech 3285
//   Ogg, FLAC  comments of Vorbis, Opus, Theora and FLAC; pictures                   RFC 9639 8, Vorbis I 5
//   Matroska   title, tags, chapters, names of tracks, attached files (WebM, too)    RFC 9559
//   ASF        descriptions and attributes (WMA, WMV)                                ASF 1.20, 3 and 4
//   MIDI       texts, names, markers, lyrics                                         Standard MIDI Files 1.0
//
// Comments are Place::comment, lyrics Place::body, addresses Place::link, everything else Place::property, with the key
// of the tag as locator. Pictures and attached files become children. What is heard and seen is not read, nor are
// subtitles that stand between the frames of a film: the fact `no-text-format` says so. Outcomes: `complete`;
// `malformed` when a packed tag cannot be unpacked; `encrypted` when a frame of ID3 is; `limit` past kMostMediaTags or
// what pictures may say (image/metadata.h). What is damaged or cut off is read as far as it makes sense.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::size_t kMostMediaTags = 20'000;  // an hour of chapters has a hundred

inline constexpr std::array<std::string_view, 11> kMediaTypes = {
    "audio/mpeg", "audio/mp4",        "video/mp4",      "video/quicktime", "audio/x-wav", "video/x-msvideo",
    "audio/ogg",  "video/x-matroska", "video/x-ms-asf", "audio/flac",      "audio/midi"};

std::shared_ptr<Extractor> make_media_extractor();

}  // namespace postern::extract
