// Encrypted Office Open XML: a compound file around an encrypted package ([MS-OFFCRYPTO] 2.3).
#include "extractors/ole/compound_file.h"
#include "extractors/ooxml/decrypt.h"
#include "extractors/ooxml/ooxml.h"

namespace postern::extract {

namespace ooxml {

namespace {

constexpr size_t kMaxEncryptionInfo = 1 << 20;  // some KiB of XML, more with certificates

class EncryptedOoxmlExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    // Names in the directory are UTF-16 ([MS-CFB] 2.6.1); "DRMEncryptedDataSpace" marks rights management.
    constexpr std::string_view kDrm("D\0R\0M\0E\0n\0c\0r\0y\0p\0t\0e\0d\0", 24);
    if (source.bytes.find(kDrm) != std::string_view::npos) {
      return {Outcome::encrypted, "it is protected by rights management"};
    }
    auto file = ole::CompoundFile::open(source.bytes);
    if (!file) return {Outcome::encrypted, "the office document is encrypted, and the file around it is damaged"};
    const auto info = file->find_stream("EncryptionInfo");
    const auto package = file->find_stream("EncryptedPackage");
    if (!info || !package)
      return {Outcome::encrypted, "the office document is encrypted, and a stream of it is missing"};
    auto lock = PackageLock::parse(file->read(*info, kMaxEncryptionInfo));
    if (!lock) return {Outcome::encrypted, "the office document is encrypted: " + lock.error().message};
    const auto password =
        sink.find_password([&](const std::string& candidate) { return lock->try_password(candidate); });
    if (!password) return locked_ending("the office document");

    sink.fact("decrypted");
    std::string buffer;
    const ole::Stream stream = file->read(*package, buffer);
    Child child;
    child.name = source.name;
    child.declared_type = source.declared_type;
    sink.child(child, [&](std::string& out) -> tl::expected<std::string_view, Ending> {
      out = lock->open(stream.bytes);
      return out;
    });
    if (!stream.whole) return {Outcome::malformed, "the encrypted document is cut short"};
    return complete();
  }
};

}  // namespace

}  // namespace ooxml

std::shared_ptr<Extractor> make_encrypted_ooxml_extractor() {
  return std::make_shared<ooxml::EncryptedOoxmlExtractor>();
}

}  // namespace postern::extract
