// Any bytes as packets of either side: never a read past a packet, and what decodes encodes to the same bytes.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "milter/codec.h"

using namespace postern::milter;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  for (Frame frame = next_frame(rest); frame.state == Frame::State::whole; frame = next_frame(rest)) {
    const std::string_view wire = rest.substr(0, frame.size);
    rest.remove_prefix(frame.size);
    std::string again;
    if (const auto command = decode_command(frame)) {
      encode(again, *command);
      // An offer may be longer than we read, and an unknown family may be followed by anything.
      if (frame.letter != 'O' && frame.letter != 'C' && again != wire) std::abort();
    }
    again.clear();
    if (const auto reply = decode_reply(frame)) {
      encode(again, *reply);
      if (frame.letter != 'y' && again != wire) std::abort();
    }
  }
  return 0;
}
