#include "extractors/volumes.h"

#include <algorithm>
#include <array>

namespace postern::extract {
namespace {

bool is_named_archive(std::string_view name) {
  static constexpr std::array<std::string_view, 10> kEndings = {".7z",  ".zip", ".rar", ".tar", ".gz",
                                                                ".tgz", ".bz2", ".xz",  ".zst", ".iso"};
  const std::string_view ending = name.substr(std::min(name.rfind('.'), name.size()));
  const auto same = [ending](std::string_view other) {
    return std::equal(ending.begin(), ending.end(), other.begin(), other.end(),
                      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
  };
  return std::any_of(kEndings.begin(), kEndings.end(), same);
}

}  // namespace

VolumeName volume_name(std::string_view name) {
  constexpr size_t kDigits = 3;
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return {};
  const std::string_view file = name.substr(0, dot), ending = name.substr(dot + 1);
  const auto all_in = [ending](char first, char last) {
    return std::all_of(ending.begin(), ending.end(), [&](char c) { return c >= first && c <= last; });
  };
  if (ending.size() == kDigits && all_in('0', '9')) {
    size_t number = 0;
    for (const char c : ending) number = number * 10 + static_cast<size_t>(c - '0');
    return number == 0 ? VolumeName{} : VolumeName{file, number - 1};
  }
  // Two letters are the ending of many other files: "aa" to "az" only.
  if (ending.size() == 2 && ending[0] == 'a' && all_in('a', 'z') && file.find('.') != std::string_view::npos)
    return {file, static_cast<size_t>(ending[1] - 'a')};
  return {};
}

tl::expected<std::string_view, Ending> Volumes::noted(std::string_view name,
                                                      tl::expected<std::string_view, Ending> bytes) {
  const VolumeName volume = bytes ? volume_name(name) : VolumeName{};
  if (volume.file.empty() || volume.number >= kMostVolumes || volumes_.size() >= kMostVolumes) return bytes;
  if (size_ + bytes->size() > kMostVolumeBytes) {
    cut_ = true;
    return bytes;
  }
  size_ += bytes->size();
  volumes_.push_back({std::string(volume.file), volume.number, std::string(*bytes)});
  return bytes;
}

std::vector<Volumes::File> Volumes::files() const {
  constexpr size_t kBeginning = 4096;
  std::vector<const Volume*> order;
  for (const Volume& volume : volumes_) order.push_back(&volume);
  std::stable_sort(order.begin(), order.end(), [](const Volume* a, const Volume* b) {
    return a->file != b->file ? a->file < b->file : a->number < b->number;
  });
  std::vector<File> out;
  for (const Volume* volume : order) {
    if (out.empty() || out.back().name != volume->file) {
      out.emplace_back();
      out.back().name = volume->file;
      out.back().cut = cut_;
      out.back().named_archive = is_named_archive(volume->file);
    }
    File& file = out.back();
    if (volume->number != file.volumes) {
      if (file.missing == 0 && volume->number > file.volumes) file.missing = file.volumes + 1;
      continue;
    }
    if (file.volumes == 1) file.second = volume->bytes.substr(0, kBeginning);
    file.bytes += volume->bytes;
    file.volumes++;
  }
  return out;
}

}  // namespace postern::extract
