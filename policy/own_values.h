// The company's own values as people write them: organisation.own_values of a policy.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::policy {

// The value itself and the other forms that mean the same, without separators (canonical_value() takes them out of
// what is found as well):
//   a telephone number "+44 20 7946 0018" (ITU-T E.164): with 00 for the plus or neither, without the country's code
//   and
//     with or without the trunk prefix that is dialled inside it, the area in brackets, "(0)" between code and number
//   a VAT number that begins with its country, "GB123456789": without it
// All others, such as IBANs, are only themselves.
std::vector<std::string> forms_of_own_value(std::string_view value);

}  // namespace postern::policy
