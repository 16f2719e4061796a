#include "extractors/xls/formula.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "extractors/archive/bytes.h"
#include "extractors/ole/codepage.h"
#include "extractors/ole/utf16.h"
#include "extractors/xls/grid.h"
#include "extractors/xls/numbers.h"
#include "extractors/xls/text_codes.h"

namespace postern::extract::xls {

namespace {

struct Function {
  unsigned id;
  const char* name;
  unsigned arguments;  // of those that take a fixed number
};

// Ftab (2.5.198.17), as far as sheets commonly use it.
constexpr std::array kFunctions = {
    Function{0, "COUNT", 0},         Function{1, "IF", 0},
    Function{2, "ISNA", 1},          Function{3, "ISERROR", 1},
    Function{4, "SUM", 0},           Function{5, "AVERAGE", 0},
    Function{6, "MIN", 0},           Function{7, "MAX", 0},
    Function{8, "ROW", 0},           Function{9, "COLUMN", 0},
    Function{10, "NA", 0},           Function{11, "NPV", 0},
    Function{12, "STDEV", 0},        Function{13, "DOLLAR", 0},
    Function{14, "FIXED", 0},        Function{15, "SIN", 1},
    Function{16, "COS", 1},          Function{17, "TAN", 1},
    Function{18, "ATAN", 1},         Function{19, "PI", 0},
    Function{20, "SQRT", 1},         Function{21, "EXP", 1},
    Function{22, "LN", 1},           Function{23, "LOG10", 1},
    Function{24, "ABS", 1},          Function{25, "INT", 1},
    Function{26, "SIGN", 1},         Function{27, "ROUND", 2},
    Function{28, "LOOKUP", 0},       Function{29, "INDEX", 0},
    Function{30, "REPT", 2},         Function{31, "MID", 3},
    Function{32, "LEN", 1},          Function{33, "VALUE", 1},
    Function{34, "TRUE", 0},         Function{35, "FALSE", 0},
    Function{36, "AND", 0},          Function{37, "OR", 0},
    Function{38, "NOT", 1},          Function{39, "MOD", 2},
    Function{40, "DCOUNT", 3},       Function{41, "DSUM", 3},
    Function{42, "DAVERAGE", 3},     Function{43, "DMIN", 3},
    Function{44, "DMAX", 3},         Function{46, "VAR", 0},
    Function{48, "TEXT", 2},         Function{49, "LINEST", 0},
    Function{50, "TREND", 0},        Function{53, "GOTO", 1},
    Function{54, "HALT", 0},         Function{55, "RETURN", 0},
    Function{56, "PV", 0},           Function{57, "FV", 0},
    Function{58, "NPER", 0},         Function{59, "PMT", 0},
    Function{60, "RATE", 0},         Function{62, "IRR", 0},
    Function{63, "RAND", 0},         Function{64, "MATCH", 0},
    Function{65, "DATE", 3},         Function{66, "TIME", 3},
    Function{67, "DAY", 1},          Function{68, "MONTH", 1},
    Function{69, "YEAR", 1},         Function{70, "WEEKDAY", 0},
    Function{71, "HOUR", 1},         Function{72, "MINUTE", 1},
    Function{73, "SECOND", 1},       Function{74, "NOW", 0},
    Function{75, "AREAS", 1},        Function{76, "ROWS", 1},
    Function{77, "COLUMNS", 1},      Function{78, "OFFSET", 0},
    Function{82, "SEARCH", 0},       Function{83, "TRANSPOSE", 1},
    Function{86, "TYPE", 1},         Function{97, "ATAN2", 2},
    Function{98, "ASIN", 1},         Function{99, "ACOS", 1},
    Function{100, "CHOOSE", 0},      Function{101, "HLOOKUP", 0},
    Function{102, "VLOOKUP", 0},     Function{105, "ISREF", 1},
    Function{109, "LOG", 0},         Function{110, "EXEC", 0},
    Function{111, "CHAR", 1},        Function{112, "LOWER", 1},
    Function{113, "UPPER", 1},       Function{114, "PROPER", 1},
    Function{115, "LEFT", 0},        Function{116, "RIGHT", 0},
    Function{117, "EXACT", 2},       Function{118, "TRIM", 1},
    Function{119, "REPLACE", 4},     Function{120, "SUBSTITUTE", 0},
    Function{121, "CODE", 1},        Function{124, "FIND", 0},
    Function{125, "CELL", 0},        Function{126, "ISERR", 1},
    Function{127, "ISTEXT", 1},      Function{128, "ISNUMBER", 1},
    Function{129, "ISBLANK", 1},     Function{130, "T", 1},
    Function{131, "N", 1},           Function{140, "DATEVALUE", 1},
    Function{141, "TIMEVALUE", 1},   Function{142, "SLN", 3},
    Function{143, "SYD", 4},         Function{144, "DDB", 0},
    Function{148, "INDIRECT", 0},    Function{149, "REGISTER", 0},
    Function{150, "CALL", 0},        Function{162, "CLEAN", 1},
    Function{163, "MDETERM", 1},     Function{164, "MINVERSE", 1},
    Function{165, "MMULT", 2},       Function{169, "COUNTA", 0},
    Function{183, "PRODUCT", 0},     Function{184, "FACT", 1},
    Function{190, "ISNONTEXT", 1},   Function{193, "STDEVP", 0},
    Function{194, "VARP", 0},        Function{197, "TRUNC", 0},
    Function{198, "ISLOGICAL", 1},   Function{212, "ROUNDUP", 2},
    Function{213, "ROUNDDOWN", 2},   Function{216, "RANK", 0},
    Function{219, "ADDRESS", 0},     Function{220, "DAYS360", 0},
    Function{221, "TODAY", 0},       Function{227, "MEDIAN", 0},
    Function{228, "SUMPRODUCT", 0},  Function{269, "AVEDEV", 0},
    Function{276, "COMBIN", 2},      Function{279, "EVEN", 1},
    Function{285, "FLOOR", 2},       Function{288, "CEILING", 2},
    Function{298, "ODD", 1},         Function{325, "LARGE", 2},
    Function{326, "SMALL", 2},       Function{330, "MODE", 0},
    Function{336, "CONCATENATE", 0}, Function{337, "POWER", 2},
    Function{342, "RADIANS", 1},     Function{343, "DEGREES", 1},
    Function{344, "SUBTOTAL", 0},    Function{345, "SUMIF", 0},
    Function{346, "COUNTIF", 2},     Function{347, "COUNTBLANK", 1},
    Function{359, "HYPERLINK", 0},
};

const Function* find_function(unsigned id) {
  const auto* found =
      std::find_if(kFunctions.begin(), kFunctions.end(), [id](const Function& f) { return f.id == id; });
  return found == kFunctions.end() ? nullptr : found;
}

constexpr std::array kBinary = {"+", "-", "*", "/", "^", "&", "<", "<=", "=", ">=", ">", "<>", " ", ",", ":"};
constexpr unsigned kUserFunction = 255;  // its first argument is its name

class Decompiler {
 public:
  Decompiler(std::string_view tokens, const FormulaContext& context) : tokens_(tokens), context_(context) {}

  std::string run() {
    while (at_ < tokens_.size() && work_ < kMostWork) {
      if (!token(static_cast<unsigned char>(tokens_[at_++]))) break;
    }
    std::string out;
    for (const std::string& operand : stack_) {
      if (out.size() > kMostFormulaText) break;
      out += (out.empty() ? "" : " ") + operand;
    }
    return out;
  }

 private:
  static constexpr size_t kMostWork = 256 << 10;  // bytes moved about

  std::uint64_t number(unsigned width) {
    const std::uint64_t out = le_at(tokens_, at_, width);
    at_ += width;
    return out;
  }
  std::string_view block(size_t size) {
    const std::string_view out = tokens_.substr(std::min(at_, tokens_.size()), size);
    at_ += size;
    return out;
  }
  bool push(std::string text) {
    work_ += text.size() + 1;
    stack_.push_back(std::move(text));
    return true;
  }
  std::string pop() {
    if (stack_.empty()) return {};
    std::string out = std::move(stack_.back());
    stack_.pop_back();
    return out;
  }

  bool token(unsigned id) {
    if (id >= 0x03 && id <= 0x11) {
      const std::string right = pop();
      std::string left = pop();
      return push(std::move(left) + kBinary[id - 0x03] + right);
    }
    if (id >= 0x20) return operand((id & 0x1F) | 0x20);
    switch (id) {
      case 0x01:
      case 0x02:
        at_ += 4;
        return true;  // an array or shared formula, written where it begins
      case 0x12:
        return push("+" + pop());
      case 0x13:
        return push("-" + pop());
      case 0x14:
        return push(pop() + "%");
      case 0x15:
        return push("(" + pop() + ")");
      case 0x16:
        return push("");
      case 0x17:
        return push(quoted(string()));
      case 0x19:
        return attribute();
      case 0x1C:
        return push(std::string(error_text(static_cast<unsigned>(number(1)))));
      case 0x1D:
        return push(number(1) != 0 ? "TRUE" : "FALSE");
      case 0x1E:
        return push(std::to_string(number(2)));
      case 0x1F:
        return push(ooxml::plain_number(real_number(number(8))));
      default:
        return false;
    }
  }

  std::string string() {
    const auto length = static_cast<size_t>(number(1));
    if (context_.biff < 8) return codepage_to_utf8(block(length), context_.code_page);
    const bool is_wide = (number(1) & 1) != 0;
    if (is_wide) return utf16le_to_utf8(block(length * 2));
    return codepage_to_utf8(block(length), 28591);
  }

  static std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) out.append(c == '"' ? 2 : 1, c);
    return out + "\"";
  }

  bool attribute() {
    const auto kind = static_cast<unsigned>(number(1));
    const bool old = context_.biff < 3;
    const auto data = static_cast<size_t>(number(old ? 1 : 2));
    if ((kind & 0x04) != 0) at_ += (data + 1) * (old ? 1 : 2);  // the table of CHOOSE
    if ((kind & 0x10) != 0) return push("SUM(" + pop() + ")");
    return true;
  }

  bool call(unsigned id, size_t count) {
    std::string name;
    const Function* const known = find_function(id);
    if (known != nullptr) name = known->name;
    std::string arguments;
    for (size_t i = 0; i < count && !stack_.empty(); i++) {
      std::string one = pop();
      if (id == kUserFunction && i + 1 == count) {
        name = std::move(one);
        break;
      }
      arguments = arguments.empty() && i == 0 ? std::move(one) : std::move(one) + "," + arguments;
      work_ += arguments.size();
      if (work_ > kMostWork) break;
    }
    if (name.empty()) name = "FUNCTION" + std::to_string(id);
    return push(name + "(" + arguments + ")");
  }

  std::string cell() {
    const auto row = static_cast<unsigned>(number(2));
    const auto column = static_cast<unsigned>(number(context_.biff == 8 ? 2 : 1));
    return written(row, column);
  }
  std::string written(unsigned row, unsigned column) const {
    const bool new_form = context_.biff == 8;
    return cell_name(new_form ? row : row & 0x3FFF, column & 0xFF);
  }
  std::string area() {
    const auto first_row = static_cast<unsigned>(number(2)), last_row = static_cast<unsigned>(number(2));
    const unsigned width = context_.biff == 8 ? 2 : 1;
    const auto first = static_cast<unsigned>(number(width)), last = static_cast<unsigned>(number(width));
    return written(first_row, first) + ":" + written(last_row, last);
  }

  std::string listed(const std::vector<std::string>* list, std::uint64_t index) const {
    return list != nullptr && index < list->size() ? (*list)[index] : std::string();
  }
  std::string sheet() {
    std::string name;
    if (context_.biff == 8) {
      name = listed(context_.sheets, number(2));
    } else {
      at_ += 14;
    }
    return name.empty() ? name : name + "!";
  }

  bool operand(unsigned id) {
    const bool biff8 = context_.biff == 8;
    if (context_.biff < 5 && id != 0x24 && id != 0x25 && id != 0x21 && id != 0x22) return false;
    switch (id) {
      case 0x20:
        at_ += 7;
        return push("{...}");
      case 0x21: {
        const auto function = static_cast<unsigned>(number(context_.biff < 4 ? 1 : 2));
        const Function* const known = find_function(function);
        return known != nullptr && call(function, known->arguments);
      }
      case 0x22: {
        const auto count = static_cast<size_t>(number(1) & 0x7F);
        return call(static_cast<unsigned>(number(context_.biff < 4 ? 1 : 2) & 0x7FFF), count);
      }
      case 0x23: {
        const std::uint64_t index = number(biff8 ? 4 : 2);
        if (!biff8) at_ += 12;
        return push(index > 0 ? listed(context_.names, index - 1) : "");
      }
      case 0x24:
      case 0x2C:
        return push(cell());
      case 0x25:
      case 0x2D:
        return push(area());
      case 0x26:
      case 0x27:
      case 0x28:
        at_ += 6;
        return true;
      case 0x29:
        at_ += 2;
        return true;
      case 0x2A:
        at_ += biff8 ? 4 : 3;
        return push("#REF!");
      case 0x2B:
        at_ += biff8 ? 8 : 6;
        return push("#REF!");
      case 0x39:
        at_ += biff8 ? 6 : 24;
        return push("EXTERNAL");
      case 0x3A: {
        std::string where = sheet();
        return push(std::move(where) + cell());
      }
      case 0x3B: {
        std::string where = sheet();
        return push(std::move(where) + area());
      }
      case 0x3C:
        at_ += biff8 ? 6 : 17;
        return push("#REF!");
      case 0x3D:
        at_ += biff8 ? 10 : 20;
        return push("#REF!");
      default:
        return false;
    }
  }

  std::string_view tokens_;
  const FormulaContext& context_;
  size_t at_ = 0;
  size_t work_ = 0;
  std::vector<std::string> stack_;
};

}  // namespace

std::string formula_text(std::string_view tokens, const FormulaContext& context) {
  return Decompiler(tokens, context).run();
}

}  // namespace postern::extract::xls
