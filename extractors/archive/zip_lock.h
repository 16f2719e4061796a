// Encrypted zip members: ZipCrypto (APPNOTE 6.1) and AES of WinZip (AE-1, AE-2), opened with passwords of the message.
//
// What both headers say about the lock is a ZipLock; ZipUnlocker looks for the password (Sink::find_password) and gives
// the packed bytes in clear. Members may have different passwords; the search is given up after
// kMaxLockedSearches members of one archive that nothing opened. APPNOTE 7 ("strong encryption") stays locked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

struct ZipEntry;
class Inflater;

inline constexpr unsigned kMaxLockedSearches = 2;

class ZipUnlocker {
 public:
  ZipUnlocker(Sink& sink, Inflater& inflater) : sink_(sink), inflater_(inflater) {}

  // The packed bytes of an encrypted member; nothing when it stays locked. `data` as they stand in the zip.
  std::optional<std::string> open(const ZipEntry& entry, std::string_view data);
  // The member as it is once its lock is off.
  static ZipEntry unlocked(const ZipEntry& entry);

 private:
  std::optional<std::string> opened(const ZipEntry& entry, std::string_view data, const std::string& password) const;
  std::optional<std::string> classic(const ZipEntry& entry, std::string_view data, const std::string& password) const;
  static std::optional<std::string> aes(const ZipEntry& entry, std::string_view data, const std::string& password);
  bool unpacks(const ZipEntry& entry, std::string_view packed) const;

  Sink& sink_;
  Inflater& inflater_;
  unsigned locked_ = 0;  // searches without success
};

}  // namespace postern::extract
