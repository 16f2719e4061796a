#include "extractors/pdf/embedded_names.h"

#include <algorithm>
#include <exception>

#include <qpdf/QPDF.hh>
#include <qpdf/QPDFEmbeddedFileDocumentHelper.hh>

namespace postern::extract::pdf {

std::vector<std::string> embedded_names(std::string_view pdf, std::size_t most) {
  std::vector<std::string> names;
  try {
    QPDF structure;
    structure.setSuppressWarnings(true);
    structure.processMemoryFile("", pdf.data(), pdf.size());
    QPDFEmbeddedFileDocumentHelper files(structure);
    for (const auto& [key, file] : files.getEmbeddedFiles()) {
      if (names.size() >= most) break;
      for (const auto& [kind, name] : file->getFilenames()) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
      }
      names.push_back(file->getDescription());
    }
  } catch (const std::exception&) {
    names.clear();
  }
  return names;
}

}  // namespace postern::extract::pdf
