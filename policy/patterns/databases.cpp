#include "policy/patterns/databases.h"

#include <cstdlib>
#include <new>

namespace postern::policy {

void store_database(const hs_database_t* database, ImageWriter& out) {
  std::string bytes;
  if (database != nullptr) {
    char* raw = nullptr;
    size_t size = 0;
    if (hs_serialize_database(database, &raw, &size) != HS_SUCCESS) throw std::bad_alloc();
    const std::unique_ptr<char, decltype(&std::free)> owner(raw, &std::free);
    bytes.assign(raw, size);
  }
  out(bytes);
}

std::optional<HsDatabase> restore_database(ImageReader& in) {
  std::string bytes;  // Hyperscan reads words of it: it must not lie anywhere
  in(bytes);
  if (in.failed()) return std::nullopt;
  if (bytes.empty()) return HsDatabase();
  hs_database_t* raw = nullptr;
  if (hs_deserialize_database(bytes.data(), bytes.size(), &raw) != HS_SUCCESS) return std::nullopt;
  return HsDatabase(raw);
}

std::string take_error(hs_compile_error_t* error) {
  if (error == nullptr) return {};
  std::string message = error->message != nullptr ? error->message : "";
  hs_free_compile_error(error);
  if (message.empty() || message == "Unable to allocate memory.") throw std::bad_alloc();
  return message;
}

}  // namespace postern::policy
