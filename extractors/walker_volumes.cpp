// Children that are pieces of one file, put together (volumes.h).
#include "extractors/volumes.h"
#include "extractors/walker.h"

namespace postern::extract {

void Walker::read_volumes(Sink& sink, const Volumes& volumes) const {
  for (const Volumes::File& file : volumes.files()) {
    if (sink.stopped()) return;
    Child child;
    child.name = file.name;
    child.facts.push_back("joined-volumes");
    // The first piece tells by its signature what is cut; files of one kind that are numbered are no pieces.
    const std::string type = detect_(file.bytes, file.name, "").mime;
    const bool is_set =
        file.volumes > 1 && !type.starts_with("text/") && detect_(file.second, "", "").mime != type && !file.cut;
    if (is_set) {
      sink.child(child, file.bytes);
    } else if (file.cut) {
      child.known = {Outcome::limit, "its volumes reached the limit (" + std::to_string(kMostVolumeBytes) + " bytes)"};
    } else if (file.named_archive && file.missing > 0) {
      child.known = {Outcome::malformed, "its volume " + std::to_string(file.missing) + " is missing"};
    }
    if (child.known.outcome != Outcome::complete) sink.child(child, std::string_view());
  }
}

}  // namespace postern::extract
