// A PDF whose page tree says that it has other pages than it has (ISO 32000-1 7.7.3), with a tree that is true.
//
// Poppler believes the number of pages: a `/Count` of 0 or of more than the file has objects leaves it without any
// page. Ghostscript and MuPDF show those that the tree lists.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace postern::extract::pdf {

// `pdf`, which opens without a password, written once more by qpdf with all pages that its tree lists right below its
// root. "" when there are none, when it is more than `most` bytes, or when it is too damaged, nested in more than 100
// levels or lists more than 100,000.
std::string with_true_page_tree(std::string_view pdf, std::size_t most);

}  // namespace postern::extract::pdf
