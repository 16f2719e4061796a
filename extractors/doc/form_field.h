// Form fields of Word: what a field asks for, as the data stream keeps it ([MS-DOC] 2.9.78 FFData).
#pragma once

#include <string>
#include <string_view>

namespace postern::extract::doc {

// Name, default, help, status line, macros and the list to choose from, a line each; "" when `data` is no form field.
std::string form_field_text(std::string_view data);

}  // namespace postern::extract::doc
