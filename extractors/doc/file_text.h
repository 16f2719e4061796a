// FileText: the characters of a document by their positions, through its table of pieces ([MS-DOC] 2.8.35, 2.9.38).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "extractors/doc/fib.h"
#include "extractors/doc/runs.h"

namespace postern::extract::doc {

// Characters that stand together in the main stream.
struct Stretch {
  std::string_view bytes;
  std::uint32_t at = 0;  // of the first byte
  bool wide = false;     // UTF-16, else bytes of the document's code page
  RunMarks marks;        // that the piece has besides those of its runs
};

class FileText {
 public:
  FileText(const Fib& fib, std::string_view document, std::string_view tables);

  // The stretches of positions from `begin` to before `end`. What the file does not hold is left out.
  std::vector<Stretch> stretches(std::uint32_t begin, std::uint32_t end) const;

  // A piece points out of the file, or there is no table though there must be one.
  bool damaged() const { return damaged_; }
  // Pieces share their bytes beyond measure; some are left out.
  bool cut() const { return cut_; }

 private:
  struct Piece {
    std::uint32_t begin = 0, end = 0;  // positions
    Stretch text;
  };
  void load_pieces(const Fib& fib, std::string_view document, std::string_view table);
  void add(std::uint32_t begin, std::uint32_t end, std::uint32_t at, bool wide, std::string_view document,
           RunMarks marks);

  std::vector<Piece> pieces_;
  std::uint64_t allowance_ = 0;
  bool damaged_ = false;
  bool cut_ = false;
};

}  // namespace postern::extract::doc
