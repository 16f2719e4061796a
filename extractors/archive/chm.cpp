#include "extractors/archive/chm.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "extractors/archive/archive_stream.h"
#include "extractors/archive/bytes.h"
#include "extractors/archive/member_names.h"

namespace postern::extract {

namespace {

constexpr size_t kMostFiles = 100'000;
constexpr std::uint64_t kFrame = 0x8000;  // of LZX
// A cabinet numbers its folders by 16 bits.
constexpr size_t kMostFolders = 0xFFFF;
constexpr std::string_view kPackedName = "::DataSpace/Storage/MSCompressed/Content";
constexpr std::string_view kControlName = "::DataSpace/Storage/MSCompressed/ControlData";
constexpr std::string_view kTableName =
    "::DataSpace/Storage/MSCompressed/Transform/{7FC28940-9D31-11D0-9B27-00A0C91E9C7C}/InstanceData/ResetTable";

struct File {
  std::string_view name;
  bool packed = false;  // in the packed section
  std::uint64_t offset = 0, size = 0;
};

// Seven bits a byte, the highest first.
std::optional<std::uint64_t> take_number(std::string_view& bytes) {
  constexpr size_t kMostBytes = 9;
  std::uint64_t out = 0;
  for (size_t i = 0; i < bytes.size() && i < kMostBytes; i++) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    out = out << 7 | (byte & 0x7FU);
    if ((byte & 0x80U) == 0) {
      bytes.remove_prefix(i + 1);
      return out;
    }
  }
  return std::nullopt;
}

void put(std::string& out, std::uint64_t value, unsigned width) {
  for (unsigned i = 0; i < width; i++) out.push_back(static_cast<char>(static_cast<unsigned char>(value >> (8 * i))));
}

std::string_view slice(std::string_view bytes, std::uint64_t at, std::uint64_t size) {
  return at <= bytes.size() ? bytes.substr(static_cast<size_t>(at), static_cast<size_t>(size)) : std::string_view();
}

class ChmWalk {
 public:
  ChmWalk(std::string_view bytes, Sink& sink) : bytes_(bytes), sink_(sink) {}

  Ending run() {
    read_directory();
    if (files_.empty()) return {Outcome::malformed, "it has no readable directory"};
    for (const File& file : files_) {
      if (sink_.stopped() || hit_ != LimitHit::none) break;
      if (file.name == "/#SYSTEM") tell_system(file);
      const bool internal = file.name.starts_with("::") || file.name.starts_with("/#") || file.name.starts_with("/$");
      if (internal || file.name.ends_with('/')) continue;
      give(file);
    }
    if (hit_ != LimitHit::none) return limit_ending(hit_, sink_.budget().limits());
    if (missing_) return packed_failure_.value_or(Ending{Outcome::malformed, "files of it lie past its end"});
    if (!damage_.empty()) return {Outcome::malformed, damage_};
    return complete();
  }

 private:
  void read_directory() {
    constexpr size_t kEntriesAt = 0x14;
    const std::uint64_t at = le64(bytes_, 0x48);
    const std::string_view directory = slice(bytes_, at, le64(bytes_, 0x50));
    const std::uint64_t header = le32(directory, 8), chunk = le32(directory, 0x10);
    content_at_ = le32(bytes_, 4) >= 3 ? le64(bytes_, 0x58) : at + directory.size();
    if (!directory.starts_with("ITSP") || chunk < kEntriesAt || chunk > directory.size()) return;
    for (std::uint64_t begin = header; begin < directory.size(); begin += chunk) {
      const std::string_view block = slice(directory, begin, chunk);
      if (!block.starts_with("PMGL")) continue;
      const std::uint64_t free = le32(block, 4);
      if (free > block.size() - std::min(block.size(), kEntriesAt)) {
        damage_ = "its directory is damaged";
        continue;
      }
      read_entries(block.substr(kEntriesAt, block.size() - kEntriesAt - static_cast<size_t>(free)));
    }
  }

  void read_entries(std::string_view rest) {
    while (!rest.empty()) {
      const auto length = take_number(rest);
      if (!length || *length > rest.size()) break;
      File file;
      file.name = rest.substr(0, static_cast<size_t>(*length));
      rest.remove_prefix(file.name.size());
      const auto section = take_number(rest), offset = take_number(rest), size = take_number(rest);
      if (!section || !offset || !size) break;
      file.packed = *section == 1;
      file.offset = *offset;
      file.size = *size;
      if (files_.size() >= kMostFiles) {
        damage_ = "it has more files than are read";
        return;
      }
      files_.push_back(file);
    }
    if (!rest.empty()) damage_ = "its directory is damaged";
  }

  std::string_view plain(std::string_view name) const {
    const auto found = std::find_if(files_.begin(), files_.end(),
                                    [name](const File& file) { return !file.packed && file.name == name; });
    return found == files_.end() ? std::string_view() : plain(*found);
  }
  std::string_view plain(const File& file) const {
    return slice(slice(bytes_, content_at_, bytes_.size()), file.offset, file.size);
  }

  // Records of two bytes of kind, two of size; 3 is the title.
  void tell_system(const File& file) {
    constexpr unsigned kTitle = 3;
    std::string_view rest = file.packed ? std::string_view() : plain(file);
    rest.remove_prefix(std::min<size_t>(rest.size(), 4));
    while (rest.size() >= 4 && hit_ == LimitHit::none) {
      const unsigned kind = le16(rest, 0);
      const size_t size = le16(rest, 2);
      std::string_view value = rest.substr(4, size);
      rest.remove_prefix(std::min(rest.size(), 4 + size));
      value = value.substr(0, value.find('\0'));
      if (kind == kTitle) hit_ = sink_.text(Place::property, "title", read_member_name(value).name);
    }
  }

  void give(const File& file) {
    Child child;
    child.name = read_member_name(file.name.starts_with('/') ? file.name.substr(1) : file.name).name;
    sink_.child(child, [&](std::string&) -> tl::expected<std::string_view, Ending> {
      if (file.packed && !unpacked_) unpack();
      const std::string_view out = file.packed ? slice(*unpacked_, file.offset, file.size) : plain(file);
      if (out.size() < file.size) {
        missing_ = true;
        if (out.empty()) {
          return tl::unexpected(packed_failure_.value_or(Ending{Outcome::malformed, "it lies past the end"}));
        }
      }
      return out;
    });
  }

  // Each run of frames that begins anew is a folder of a cabinet, with one file.
  void unpack() {
    unpacked_.emplace();
    const std::string cabinet = as_cabinet();
    ArchiveStream stream(cabinet, "application/vnd.ms-cab-compressed", [this] { return sink_.stopped(); });
    std::string piece;
    while (!sink_.stopped() && unpacked_->size() <= sink_.budget().bytes_left()) {
      if (!stream.next()) break;
      const auto bytes = unpack_entry(stream, cabinet.size(), sink_.budget(), piece);
      if (bytes) *unpacked_ += *bytes;
      if (!bytes || stream.failure()) break;
      const LimitHit hit = sink_.budget().check_ratio(cabinet.size(), unpacked_->size());
      if (hit == LimitHit::none) continue;
      packed_failure_ = limit_ending(hit, sink_.budget().limits());
      return;
    }
    packed_failure_ = stream.failure();
  }

  std::string as_cabinet() const {
    const std::string_view content = plain(kPackedName), control = plain(kControlName), table = plain(kTableName);
    const std::uint64_t total = le64(table, 0x10), count = le32(table, 4);
    const std::string_view offsets = slice(table, le32(table, 0xC), table.size());
    const bool in_frames = le32(control, 8) >= 2;
    std::uint64_t interval = le32(control, 0xC), window = le32(control, 0x10);
    if (!in_frames) interval /= kFrame;
    if (in_frames) window *= kFrame;
    unsigned bits = 15;
    while (bits < 21 && (std::uint64_t{1} << bits) < window) bits++;
    interval = std::clamp<std::uint64_t>(interval, 1, 0xFFFF);
    const std::uint64_t frames = std::min<std::uint64_t>(count, offsets.size() / 8);
    const std::uint64_t folders = std::min<std::uint64_t>((frames + interval - 1) / interval, kMostFolders);

    constexpr size_t kHeader = 36, kFolder = 8, kFile = 18;
    std::string heads, files, data;
    const size_t data_at = kHeader + static_cast<size_t>(folders) * (kFolder + kFile);
    for (std::uint64_t folder = 0; folder < folders; folder++) {
      const std::uint64_t first = folder * interval, end = std::min(first + interval, frames);
      put(heads, data_at + data.size(), 4);
      put(heads, end - first, 2);
      put(heads, 3 | bits << 8, 2);
      std::uint64_t size = 0;
      for (std::uint64_t frame = first; frame < end; frame++) {
        const std::uint64_t at = le64(offsets, frame * 8);
        const std::uint64_t stop = frame + 1 < frames ? le64(offsets, (frame + 1) * 8) : content.size();
        const std::string_view packed = stop >= at ? slice(content, at, stop - at) : std::string_view();
        const std::uint64_t begin = frame * kFrame;
        const std::uint64_t unpacked = std::min(kFrame, total - std::min(total, begin));
        put(data, 0, 4);
        put(data, std::min<std::uint64_t>(packed.size(), 0xFFFF), 2);
        put(data, unpacked, 2);
        data += packed.substr(0, 0xFFFF);
        size += unpacked;
      }
      put(files, size, 4);
      put(files, 0, 4);
      put(files, folder, 2);
      put(files, 0, 6);
      files += std::string_view("x\0", 2);
    }
    std::string out = "MSCF";
    put(out, 0, 4);
    put(out, data_at + data.size(), 4);
    put(out, 0, 4);
    put(out, kHeader + static_cast<size_t>(folders) * kFolder, 4);
    put(out, 0, 4);
    put(out, 0x0103, 2);
    put(out, folders, 2);
    put(out, folders, 2);
    put(out, 0, 6);
    return out + heads + files + data;
  }

  std::string_view bytes_;
  Sink& sink_;
  std::uint64_t content_at_ = 0;
  std::vector<File> files_;
  std::optional<std::string> unpacked_;
  std::optional<Ending> packed_failure_;
  std::string damage_;
  bool missing_ = false;  // bytes of a file
  LimitHit hit_ = LimitHit::none;
};

class ChmExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override { return ChmWalk(source.bytes, sink).run(); }
};

}  // namespace

std::shared_ptr<Extractor> make_chm_extractor() {
  return std::make_shared<ChmExtractor>();
}

}  // namespace postern::extract
