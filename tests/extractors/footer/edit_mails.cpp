// Prints the golden mails before and after their footers, one JSON object a line, for judge.py.
#include <cstdio>
#include <string>

#include "extractors/footer/footer.h"
#include "extractors/footer/transfer_edit.h"
#include "tests/extractors/footer/apply.h"
#include "tests/extractors/footer/mails.h"

namespace {

std::string packed(std::string_view bytes) {
  return postern::extract::encode_base64(bytes, bytes.size() * 2 + 8);
}

}  // namespace

int main() {
  using namespace postern;
  for (const Footer& footer :
       {Footer{"This message may contain information of Example Corp.", "", false},
        Footer{"Vertraulich – für „Beispiel“ & Söhne\nof <two> lines", "https://lessons.example", true}}) {
    const std::string shown = footer.text + (footer.with_link ? "\n" + footer.link : "");
    for (const test::NamedMail& mail : test::mails()) {
      const BodyEdit edit = extract::edit_footer(mail.bytes, footer);
      std::printf(R"({"name": "%s", "footer": "%s", "parts": %zu, "before": "%s", "after": "%s"})"
                  "\n",
                  mail.name.c_str(), packed(shown).c_str(), mail.body_parts, packed(mail.bytes).c_str(),
                  packed(test::applied(mail.bytes, edit)).c_str());
    }
  }
  return 0;
}
