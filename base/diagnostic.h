// Diagnostics: errors and warnings about files that people write.
//
//   policy/rules/cards.yaml:14:9: error[P012]: unknown key 'confidnce'
//      14 |     confidnce:
//         |     ^~~~~~~~~
//      hint: did you mean 'confidence'?
//
// Codes are stable: C... for the configuration, P... for the policy, D... for
// destinations. Lines and columns count from 1, columns in code points.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace postern {

struct SourceFile {
  std::string path;  // as shown to people
  std::string text;
};

struct SourceMark {
  std::shared_ptr<const SourceFile> file;
  int line = 0;  // 0: the file as a whole
  int column = 0;
  int length = 1;  // code points to underline
};

enum class DiagnosticSeverity { error, warning, note };

struct Diagnostic {
  DiagnosticSeverity severity = DiagnosticSeverity::error;
  std::string code;  // "P012"
  SourceMark mark;
  std::string text;  // one sentence, lower case start, no final stop
  std::string hint;  // may be empty
};

class Diagnostics {
 public:
  void error(std::string code, SourceMark mark, std::string text, std::string hint = "");
  void warning(std::string code, SourceMark mark, std::string text, std::string hint = "");
  void add(Diagnostic diagnostic);

  bool has_errors() const { return errors_ > 0; }
  size_t errors() const { return errors_; }
  size_t warnings() const { return warnings_; }
  bool empty() const { return all_.empty(); }
  const std::vector<Diagnostic>& all() const { return all_; }
  // By file, line and column; stable.
  void sort();

  // As shown above, one after the other; colour escapes only when asked for.
  std::string to_text(bool colour = false) const;
  // [{"file","line","column","severity","code","text","hint"}]
  std::string to_json() const;
  // SARIF 2.1.0 with one run.
  std::string to_sarif(std::string_view tool_version) const;

 private:
  std::vector<Diagnostic> all_;
  size_t errors_ = 0;
  size_t warnings_ = 0;
};

// The candidate nearest to `word` (Damerau-Levenshtein distance at most 2 and less than half its
// length), or "".
std::string nearest_word(std::string_view word, const std::vector<std::string_view>& candidates);
// "did you mean 'x'?" or "".
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace postern
