#include "extractors/pdf/page_tree.h"

#include <exception>
#include <memory>
#include <new>
#include <set>
#include <vector>

#include <qpdf/Buffer.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjGen.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFWriter.hh>

namespace postern::extract::pdf {

namespace {

// qpdf follows a tree by calling itself, and copies a page for each time that it is listed.
constexpr std::size_t kMostLevels = 100;
constexpr std::size_t kMostListed = 100'000;

bool can_be_followed(QPDFObjectHandle root) {
  struct Node {
    QPDFObjectHandle node;
    std::size_t level;
  };
  std::vector<Node> open = {{root, 0}};
  std::set<QPDFObjGen> seen;
  std::size_t listed = 0;
  while (!open.empty()) {
    const Node one = open.back();
    open.pop_back();
    QPDFObjectHandle node = one.node;
    QPDFObjectHandle kids = node.isDictionary() ? node.getKey("/Kids") : QPDFObjectHandle::newNull();
    if (!kids.isArray()) continue;
    if (one.level == kMostLevels || (node.isIndirect() && !seen.insert(node.getObjGen()).second)) return false;
    const int count = kids.getArrayNItems();
    listed += static_cast<std::size_t>(count);
    if (listed > kMostListed) return false;
    for (int i = 0; i < count; i++) open.push_back({kids.getArrayItem(i), one.level + 1});
  }
  return true;
}

// False without any page.
bool make_tree_true(QPDF& document) {
  if (!can_be_followed(document.getRoot().getKey("/Pages"))) return false;
  // Looks at the tree's lists only, not at its numbers.
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
