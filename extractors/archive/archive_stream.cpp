#include "extractors/archive/archive_stream.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <new>

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include "base/ratio.h"
#include "extractors/xml/code_point.h"

namespace postern::extract {

namespace {

struct Reader {
  std::string_view mime;
  int (*switch_on)(archive*);
};

constexpr std::array kFormats = {
    Reader{"application/x-7z-compressed", archive_read_support_format_7zip},
    Reader{"application/vnd.rar", archive_read_support_format_rar},
    Reader{"application/x-rar5", archive_read_support_format_rar5},
    Reader{"application/x-tar", archive_read_support_format_tar},
    Reader{"application/x-cpio", archive_read_support_format_cpio},
    Reader{"application/x-archive", archive_read_support_format_ar},
    Reader{"application/vnd.ms-cab-compressed", archive_read_support_format_cab},
    Reader{"application/x-iso9660-image", archive_read_support_format_iso9660},
    Reader{"application/x-lzh", archive_read_support_format_lha},
    Reader{"application/x-xar", archive_read_support_format_xar},
    Reader{"application/warc", archive_read_support_format_warc},
    Reader{"application/zip", archive_read_support_format_zip_streamable},
};
constexpr std::array kFilters = {
    Reader{"application/x-bzip2", archive_read_support_filter_bzip2},
    Reader{"application/x-xz", archive_read_support_filter_xz},
    Reader{"application/x-lzma", archive_read_support_filter_lzma},
    Reader{"application/zstd", archive_read_support_filter_zstd},
    Reader{"application/x-lz4", archive_read_support_filter_lz4},
    Reader{"application/x-lzip", archive_read_support_filter_lzip},
    Reader{"application/x-compress", archive_read_support_filter_compress},
};

template <typename Table>
const Reader* find(const Table& table, std::string_view mime) {
  const auto found = std::find_if(table.begin(), table.end(), [mime](const Reader& row) { return row.mime == mime; });
  return found == table.end() ? nullptr : &*found;
}

// Bytes given to the library at a time, between two questions whether to stop.
constexpr size_t kBlock = 1 << 20;
// Warnings about one archive that are passed over, headers that could not be read among them.
constexpr unsigned kMostRetries = 1000;

// The calling thread's locale for the time of one call.
class Utf8Locale {
 public:
  Utf8Locale() : before_(::uselocale(shared())) {}
  ~Utf8Locale() { ::uselocale(before_); }
  Utf8Locale(const Utf8Locale&) = delete;
  Utf8Locale& operator=(const Utf8Locale&) = delete;

 private:
  static locale_t shared() {
    static const locale_t made = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return made;  // null leaves the locale as it is
  }
  locale_t before_;
};

std::string from_wide(const wchar_t* text) {
  std::string out;
  for (; *text != L'\0'; text++) append_utf8(out, static_cast<char32_t>(*text));
  return out;
}

// A name in the first form in which the library has it.
std::string name_of(const char* stored, const wchar_t* wide) {
  if (stored != nullptr) return stored;
  return wide != nullptr ? from_wide(wide) : std::string();
}

// The bytes whose reading as ISO 8859-1 is `utf8`; `utf8` itself when it has other characters.
std::string bytes_of_latin1(const std::string& utf8) {
  std::string out;
  for (size_t i = 0; i < utf8.size(); i++) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    if (lead < 0x80) {
      out.push_back(utf8[i]);
    } else if ((lead == 0xC2 || lead == 0xC3) && i + 1 < utf8.size()) {
      out.push_back(static_cast<char>(
          static_cast<unsigned char>((lead & 3U) << 6 | (static_cast<unsigned char>(utf8[++i]) & 0x3FU))));
    } else {
      return utf8;
    }
  }
  return out;
}

bool speaks_of(std::string_view message, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return message.find(word) != std::string_view::npos; });
}

}  // namespace

bool is_stream_archive(std::string_view mime) {
  return find(kFormats, mime) != nullptr;
}
bool is_stream_filter(std::string_view mime) {
  return find(kFilters, mime) != nullptr;
}

struct ArchiveStream::State {
  std::string_view bytes;
  std::function<bool()> stopped;
  archive* handle = nullptr;
  std::uint64_t at = 0;
  std::uint64_t data_end = 0;  // of the data of this entry that were handed out
  unsigned retries = 0;
  bool was_stopped = false;
  bool opened = false;
  bool bytes_as_latin1 = false;
  bool over = false;
  bool fails_checksum = false;

  static la_ssize_t read(archive* handle, void* self, const void** out) {
    auto& state = *static_cast<State*>(self);
    if (state.stopped()) {
      state.was_stopped = true;
      archive_set_error(handle, EINTR, "stopped");
      return ARCHIVE_FATAL;
    }
    const std::string_view block = state.bytes.substr(state.at, kBlock);
    state.at += block.size();
    *out = block.data();
    return static_cast<la_ssize_t>(block.size());
  }
  static la_int64_t skip(archive*, void* self, la_int64_t request) {
    auto& state = *static_cast<State*>(self);
    const auto wanted = static_cast<std::uint64_t>(std::max<la_int64_t>(request, 0));
    const std::uint64_t step = std::min<std::uint64_t>(wanted, state.bytes.size() - state.at);
    state.at += step;
    return static_cast<la_int64_t>(step);
  }
  static la_int64_t seek(archive*, void* self, la_int64_t offset, int whence) {
    auto& state = *static_cast<State*>(self);
    const auto size = static_cast<la_int64_t>(state.bytes.size());
    const la_int64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? static_cast<la_int64_t>(state.at) : size;
    // Offsets come out of the file: no sum may overflow.
    if (offset < -from) return ARCHIVE_FATAL;
    state.at = static_cast<std::uint64_t>(offset > size - from ? size : from + offset);
    return static_cast<la_int64_t>(state.at);
  }
};

ArchiveStream::ArchiveStream(std::string_view bytes, std::string_view mime, std::function<bool()> stopped)
    : state_(std::make_unique<State>()) {
  const Utf8Locale locale;
  state_->bytes = bytes;
  state_->stopped = std::move(stopped);
  state_->handle = archive_read_new();
  if (state_->handle == nullptr) throw std::bad_alloc();
  archive* const handle = state_->handle;
  if (const Reader* const filter = find(kFilters, mime)) {
    filter->switch_on(handle);
    archive_read_support_format_raw(handle);
    archive_read_support_format_empty(handle);  // a file of nothing, packed
  } else if (const Reader* const format = find(kFormats, mime)) {
    format->switch_on(handle);
  }
  archive_read_set_read_callback(handle, State::read);
  archive_read_set_skip_callback(handle, State::skip);
  archive_read_set_seek_callback(handle, State::seek);
  archive_read_set_callback_data(handle, state_.get());
  // What stands behind the end of a tar is read by some programs when told so, by others always.
  archive_read_set_format_option(handle, "tar", "read_concatenated_archives", "1");
  // Names that are not UTF-8 would end the reading of LHA; in this charset every byte is a character.
  archive_read_set_format_option(handle, "lha", "hdrcharset", "ISO-8859-1");
  state_->bytes_as_latin1 = mime == "application/x-lzh";
  const int code = archive_read_open1(handle);
  state_->opened = code == ARCHIVE_OK;
  if (!state_->opened) fail(code);
  // Too little for the filter to know it by: the library would give the file itself as what unpacks.
  if (state_->opened && find(kFilters, mime) != nullptr && archive_filter_count(handle) < 2) fail(ARCHIVE_FATAL);
}

ArchiveStream::~ArchiveStream() {
  const Utf8Locale locale;
  archive_read_free(state_->handle);
}

std::uint64_t ArchiveStream::taken() const {
  const la_int64_t position = archive_filter_bytes(state_->handle, -1);
  return position > 0 ? std::min<std::uint64_t>(static_cast<std::uint64_t>(position), state_->bytes.size()) : 0;
}

bool ArchiveStream::fails_checksum() const {
  return state_->fails_checksum;
}

bool ArchiveStream::passed_over_headers() const {
  return state_->retries > 0;
}

void ArchiveStream::skip() {
  const Utf8Locale locale;
  if (!state_->over && archive_read_data_skip(state_->handle) == ARCHIVE_FATAL) state_->over = true;
}

bool ArchiveStream::locked() const {
  // The library asks the format, and crashes when it found none.
  return state_->opened && archive_read_has_encrypted_entries(state_->handle) > 0;
}

void ArchiveStream::fail(int code) {
  state_->over = code == ARCHIVE_FATAL;
  const int number = archive_errno(state_->handle);
  if (number == ENOMEM) throw std::bad_alloc();
  const char* const said = archive_error_string(state_->handle);
  const std::string_view message = said != nullptr ? said : "";
  // The library's own words may quote the file; only its kind of failure is told.
  if (speaks_of(message, {"ncrypt", "rypto", "assphrase", "assword"})) {
    failure_ = Ending{Outcome::encrypted, "it is encrypted and no password is at hand"};
  } else if (speaks_of(message, {"nsupported", "not supported", "Unknown codec", "unknown codec"})) {
    failure_ = Ending{Outcome::unsupported, "it is packed by a method that is not read"};
  } else {
    failure_ = Ending{Outcome::malformed, "its packed data are damaged or cut off"};
  }
}

std::optional<ArchiveEntry> ArchiveStream::next() {
  const Utf8Locale locale;
  state_->data_end = 0;
  state_->fails_checksum = false;
  archive_entry* entry = nullptr;
  while (!state_->over) {
    failure_.reset();
    const int code = archive_read_next_header(state_->handle, &entry);
    if (code == ARCHIVE_EOF) {
      state_->over = true;
      return std::nullopt;
    }
    if (code == ARCHIVE_OK || code == ARCHIVE_WARN) break;
    fail(code);
    if (++state_->retries > kMostRetries) state_->over = true;
    entry = nullptr;
  }
  if (entry == nullptr) return std::nullopt;
  ArchiveEntry out;
  out.raw_name = name_of(archive_entry_pathname(entry), archive_entry_pathname_w(entry));
  if (state_->bytes_as_latin1) out.raw_name = bytes_of_latin1(out.raw_name);
  out.encrypted = archive_entry_is_encrypted(entry) != 0;
  if (archive_entry_size_is_set(entry) != 0 && archive_entry_size(entry) >= 0) {
    out.size = static_cast<std::uint64_t>(archive_entry_size(entry));
  }
  const auto type = archive_entry_filetype(entry);
  const bool symbolic = type == AE_IFLNK;
  out.link_target = symbolic ? name_of(archive_entry_symlink(entry), archive_entry_symlink_w(entry))
                             : name_of(archive_entry_hardlink(entry), archive_entry_hardlink_w(entry));
  if (symbolic || (!out.link_target.empty() && out.size.value_or(0) == 0)) {
    out.kind = EntryKind::link;
  } else if (type == AE_IFDIR) {
    out.kind = EntryKind::directory;
  } else if (type != AE_IFREG && type != 0) {
    out.kind = EntryKind::other;
  }
  return out;
}

tl::expected<std::string_view, Ending> unpack_entry(ArchiveStream& stream, std::uint64_t packed, Budget& budget,
                                                    std::string& buffer) {
  // One byte more shows that there is more.
  const std::uint64_t most = std::min(most_unpacked(packed, budget.limits()), budget.bytes_left()) + 1;
  buffer.clear();
  while (buffer.size() < most) {
    if (const LimitHit hit = budget.check_time(); hit != LimitHit::none) {
      return tl::unexpected<Ending>(limit_ending(hit, budget.limits()));
    }
    const ArchiveStream::Piece piece = stream.data();
    if (piece.bytes.empty()) break;
    buffer.append(static_cast<size_t>(std::min<std::uint64_t>(piece.gap, most - buffer.size())), '\0');
    buffer.append(piece.bytes.substr(0, static_cast<size_t>(most - buffer.size())));
  }
  if (buffer.size() >= most && budget.check_ratio(packed, buffer.size()) != LimitHit::none) budget.count_bomb();
  if (buffer.empty() && stream.failure()) return tl::unexpected<Ending>(*stream.failure());
  return std::string_view(buffer);
}

ArchiveStream::Piece ArchiveStream::data() {
  const Utf8Locale locale;
  failure_.reset();
  if (state_->over) return {};
  const void* bytes = nullptr;
  size_t size = 0;
  la_int64_t offset = 0;
  int code = ARCHIVE_OK;
  bool refused = false;
  // A piece without bytes says nothing; only the end of the data ends them.
  for (unsigned empty = 0; size == 0 && empty < kMostRetries; empty++) {
    code = archive_read_data_block(state_->handle, &bytes, &size, &offset);
    if (code != ARCHIVE_OK && code != ARCHIVE_WARN) break;
    // Of LHA the library only warns, and goes on to the end without the data.
    const char* const said = code == ARCHIVE_WARN ? archive_error_string(state_->handle) : nullptr;
    if (said != nullptr && speaks_of(said, {"CRC", "hecksum"})) state_->fails_checksum = true;
    refused = refused || (said != nullptr && speaks_of(said, {"nsupported"}));
  }
  if (code == ARCHIVE_EOF || size == 0) {
    if (refused || (code != ARCHIVE_EOF && code != ARCHIVE_OK)) fail(refused ? ARCHIVE_WARN : code);
    return {};
  }
  if (code != ARCHIVE_OK && code != ARCHIVE_WARN) {
    fail(code);
    return {};
  }
  Piece out{std::string_view(static_cast<const char*>(bytes), size), 0};
  const auto begin = static_cast<std::uint64_t>(std::max<la_int64_t>(offset, 0));
  if (begin > state_->data_end) out.gap = begin - state_->data_end;
  state_->data_end = std::max(state_->data_end, begin) + size;
  return out;
}

}  // namespace postern::extract
