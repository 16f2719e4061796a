#include "extractors/pdf/page_tree.h"

#include <exception>
#include <memory>
#include <new>
#include <vector>

#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFWriter.hh>

namespace postern::extract::pdf {

namespace {

// False without any page.
bool make_tree_true(QPDF& document) {
  // Walks the tree without looking at its numbers, and throws on one that bites its tail.
  const std::vector<QPDFObjectHandle> pages = document.getAllPages();
  if (pages.empty()) return false;
  QPDFPageDocumentHelper(document).pushInheritedAttributesToPage();
  QPDFObjectHandle root = document.getRoot().getKey("/Pages");
  for (QPDFObjectHandle page : pages) page.replaceKey("/Parent", root);
  root.replaceKey("/Kids", QPDFObjectHandle::newArray(pages));
  root.replaceKey("/Count", QPDFObjectHandle::newInteger(static_cast<long long>(pages.size())));
  return true;
}

}  // namespace

std::string with_true_page_tree(std::string_view pdf, std::size_t most) {
  try {
    QPDF document;
    document.setSuppressWarnings(true);
    document.processMemoryFile("", pdf.data(), pdf.size());
    if (!make_tree_true(document)) return "";
    QPDFWriter writer(document);
    writer.setOutputMemory();
    writer.setStreamDataMode(qpdf_s_preserve);
    writer.setObjectStreamMode(qpdf_o_disable);
    writer.setStaticID(true);
    writer.write();
    const std::shared_ptr<Buffer> out = writer.getBufferSharedPointer();
    if (out->getSize() > most) return "";
    return std::string(reinterpret_cast<const char*>(out->getBuffer()), out->getSize());
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    return "";
  }
}

}  // namespace postern::extract::pdf
