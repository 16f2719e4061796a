// Marks of classification, and the same words where they are none.
#include "tests/policy/evaluate_support.h"

namespace postern::policy {
namespace {

using namespace testing_support;

constexpr const char* kMsip = "MSIP_Label_2096f6a2-d2f7-48be-b329-b73aaa526e5d_";

struct MarkCase {
  const char* name;
  Place place;
  std::string at;
  std::string text;
  bool marked;
};

const MarkCase kMarks[] = {
    {"the name of a label", Place::property, std::string(kMsip) + "Name", "Confidential", true},
    {"a label below another", Place::property, std::string(kMsip) + "Name", "Confidential\\Finance", true},
    {"another label", Place::property, std::string(kMsip) + "Name", "Public", false},
    {"how it was set", Place::property, std::string(kMsip) + "Method", "Confidential", false},
    {"a property of classification", Place::property, "Classification", "CONFIDENTIAL", true},
    {"a property in another language", Place::property, "Vertraulichkeitsstufe", "streng vertraulich", true},
    {"a property of sensitivity", Place::property, "DocumentSensitivity", "Strictly-Confidential", true},
    {"a keyword", Place::property, "keywords", "offer; Confidential; 2027", true},
    {"a value of XMP", Place::property, "XMP", "true\nConfidential\nPrivileged\n", true},
    {"a sentence of XMP", Place::property, "XMP", "true\nHow we treat confidential data\n", false},
    {"a title with a mark", Place::property, "title", "The plan (Confidential)", true},
    {"a title that tells", Place::property, "title", "The confidential plan (draft)", false},
    {"a title", Place::property, "title", "Confidential", false},
    {"an author's remark", Place::property, "Classification", "not confidential at all", false},
    {"a field of classification", Place::header, "X-Classification", "Confidential", true},
    {"Outlook's sensitivity", Place::header, "Sensitivity", "Company-Confidential", true},
    {"a personal mail", Place::header, "Sensitivity", "Personal", false},
    {"a protective marking", Place::header, "X-Protective-Marking",
     "VER=2018.6, NS=example, SEC=CONFIDENTIAL, ORIGIN=a@b.example", true},
    {"labels of Purview", Place::header, "msip_labels",
     std::string(kMsip) + "Enabled=True;" + kMsip + "SetDate=2026-01-01;" + kMsip + "Name=Confidential;", true},
    {"another value of Purview", Place::header, "msip_labels", std::string(kMsip) + "Method=Confidential;", false},
    {"any field", Place::header, "X-Mailer", "Confidential", false},
    {"a mark of the subject", Place::subject, "", "[Confidential] Offer", true},
    {"a mark at its end", Place::subject, "", "Offer [STRICTLY CONFIDENTIAL]", true},
    {"the subject before a colon", Place::subject, "", "Strictly confidential: the plan", true},
    {"the subject in parentheses", Place::subject, "", "The plan (Strictly Confidential)", true},
    {"an answer to a marked one", Place::subject, "", "Re: [Confidential] Offer", true},
    {"a forward of one", Place::subject, "", "Fwd: CONFIDENTIAL: the plan", true},
    {"from outside", Place::subject, "", "[EXT][#4471] [Confidential] Offer", true},
    {"between marks", Place::subject, "", "*** CONFIDENTIAL *** the plan", true},
    {"between slashes", Place::subject, "", "//CONFIDENTIAL// the plan", true},
    {"in the middle", Place::subject, "", "Plan [Confidential] for May", true},
    {"in corner brackets", Place::subject, "", "\u3010Confidential\u3011 Offer", true},
    {"behind a dash", Place::subject, "", "The plan - confidential", true},
    {"behind a line", Place::subject, "", "The plan | Strictly confidential", true},
    {"a bracket that tells more", Place::subject, "", "Plan (confidential) talks", false},
    {"an answer in words", Place::subject, "", "Re: confidential talks - when?", false},
    {"before a page number", Place::header_footer, "", "Strictly Confidential Page 1 of 3", true},
    {"with a version", Place::header_footer, "", "Confidential v2", true},
    {"between sentences", Place::header_footer, "", "(c) 2027 Example Corp. Confidential. All rights reserved.", true},
    {"with a trade mark", Place::header_footer, "", "Strictly Confidential\u2122", true},
    {"an answer", Place::subject, "", "Re: the plan", false},
    {"with a picture", Place::header_footer, "", "\U0001F512 Strictly Confidential", true},
    {"as one word", Place::header_footer, "", "#StrictlyConfidential", true},
    {"with a look-alike", Place::header_footer, "", "Strictly C\u043enfidential", true},
    {"below another", Place::header_footer, "", "Strictly Confidential / Board", true},
    {"a level", Place::header_footer, "", "Security level: Strictly confidential", true},
    {"a word of the subject", Place::subject, "", "Confidential talks?", false},
    {"a page's header", Place::header_footer, "", "Strictly Confidential\n", true},
    {"a footer with more", Place::header_footer, "", "Page 1 of 3 - CONFIDENTIAL | Example Corp", true},
    {"a footer with an introduction", Place::header_footer, "", "Classification: Confidential", true},
    {"decorated", Place::header_footer, "", "*** CONFIDENTIAL ***", true},
    {"in two columns", Place::header_footer, "", "Example Corp\tStrictly confidential\t7", true},
    {"a sentence in a footer", Place::header_footer, "", "This is confidential unless marked otherwise", false},
    {"a part of a word", Place::header_footer, "", "Confidentiality", false},
    {"a text box", Place::text_box, "", "CONFIDENTIAL", true},
    {"a stamp", Place::annotation, "p. 1", "CONFIDENTIAL", true},
    {"a text box that tells", Place::text_box, "", "We keep your data confidential", false},
    {"the first line", Place::body, "", "\nCONFIDENTIAL\n\nDear Ann,\nhere it is.\n", true},
    {"the last line", Place::body, "", "Dear Ann,\nhere it is.\n\nStrictly confidential\n", true},
    {"a line between", Place::body, "", "Dear Ann,\nConfidential\nhere it is.\n", false},
    {"the first line of a page", Place::page, "p. 3", "Classification: CONFIDENTIAL\n3.1 Prices\nas agreed\n", true},
    {"a sentence", Place::body, "", "Please keep this confidential.", false},
    {"a first line that goes on", Place::body, "", "Confidential information is shredded\nAnn", false},
    {"a cell", Place::cell, "Sheet1!A1", "Confidential", false},
    {"a row of two cells", Place::cell, "Sheet1!A1:B1", "Classification\tConfidential", true},
    {"a row below others", Place::cell, "Sheet1!A1:B9", "Prices\t2027\nMarking:\tStrictly confidential\n1\t2", true},
    {"a row with a value", Place::cell, "Sheet1!A1:B1", "Treatment\tConfidential", false},
    {"a column of labels", Place::cell, "Sheet1!A1:B3", "Name\tClassification\tConfidential\nplan\t2\t3", false},
    {"a row of a page", Place::page, "p. 1", "The plan\nClassification\tConfidential\nand more\nof it", true},
    {"a folder", Place::file_name, "", "Confidential/plan.txt", true},
    {"a folder of a tar", Place::file_name, "", "./Confidential/plan.txt", true},
    {"a folder below another", Place::file_name, "", "2027/Strictly Confidential/plan.txt", true},
    {"a folder of a program", Place::file_name, "", "src/confidential/plan.go", false},
    {"a folder of a library", Place::file_name, "", "Library/Confidential/Foo.cs", false},
    {"a folder of a library without its top", Place::file_name, "", "Confidential/Foo.cs", false},
    {"what lies beside a library", Place::file_name, "", "Library/Confidential/readme.txt", false},
    {"a class of two words", Place::file_name, "", "Library/Strictly-Confidential/Foo.cs", false},
    {"a name in parentheses", Place::file_name, "", "plan (confidential).txt", true},
    {"a name in capitals", Place::file_name, "", "CONFIDENTIAL_plan.txt", true},
    {"two words of a name", Place::file_name, "", "plan_strictly-confidential.pdf", true},
    {"a name behind a dash", Place::file_name, "", "Plan - Confidential.docx", true},
    {"a word of a name", Place::file_name, "", "confidential_counselling.pdf", false},
    {"a name", Place::file_name, "", "Confidential.pdf", false},
    {"an event's title", Place::calendar, "event 1", "SUMMARY:[Confidential] plan\nLOCATION:here\n", true},
    {"an event's class", Place::calendar, "event 1", "SUMMARY:plan\nCLASS:CONFIDENTIAL\n", false},
    {"a private event", Place::calendar, "event 1", "SUMMARY:Confidential talks?\nCLASS:PRIVATE\n", false},
    {"behind a company's name", Place::header_footer, "", "Example Confidential", true},
    {"what it is not", Place::header_footer, "", "Not Confidential", false},
    {"a sentence that classifies", Place::body, "", "This document is classified as Strictly Confidential.\n\nHi",
     true},
    {"another introduction", Place::body, "", "Marking: Confidential\nHi", true},
    {"spaced out", Place::header_footer, "", "C O N F I D E N T I A L", true},
    {"two words spaced out", Place::header_footer, "", "S T R I C T L Y   C O N F I D E N T I A L", true},
    {"in full-width letters", Place::header_footer, "", "ＣＯＮＦＩＤＥＮＴＩＡＬ", true},
};

class Labels : public PolicyTest {};

TEST_F(Labels, AreMarksAndNoWords) {
  load_rule(
      "detectors:\n  - {id: d, primary: {label: [Confidential, 'Strictly Confidential', 'Streng vertraulich']}}\n",
      "      content: {detector: d}\n");
  for (const MarkCase& c : kMarks) {
    MessageBuilder message;
    if (c.place == Place::header || c.place == Place::subject) {
      message.text.segments.push_back({0, c.place, c.at, c.text});
    } else {
      message.attachment("offer.docx", c.text, c.place, c.at);
    }
    const Verdict verdict = judge(message);
    EXPECT_EQ(verdict.action == Action::quarantine, c.marked) << c.name;
    if (!c.marked || verdict.findings.empty()) continue;
    EXPECT_EQ(verdict.findings[0].place, c.place) << c.name;
  }
}

TEST_F(Labels, CountAndPlaceAsOtherFindsDo) {
  load_rule("detectors:\n  - {id: d, primary: {label: [Confidential]}}\n",
            "      content: {detector: d, in: [header]}\n");
  MessageBuilder in_document;
  in_document.attachment("offer.docx", "CONFIDENTIAL", Place::header_footer);
  EXPECT_EQ(action(in_document), Action::allow);
  MessageBuilder in_header;
  in_header.text.segments.push_back({0, Place::header, "X-Classification", "Confidential"});
  EXPECT_EQ(action(in_header), Action::quarantine);
}

TEST_F(Labels, EachDetectorHasItsOwn) {
  load(
      "detectors:\n"
      "  - {id: low, primary: {label: [Internal, Confidential]}}\n"
      "  - {id: high, primary: {label: [Secret, Confidential]}}\n"
      "rules:\n"
      "  - {id: secret.low, category: secret, when: {content: {detector: low}}, then: {action: annotate}}\n"
      "  - {id: secret.high, category: secret, when: {content: {detector: high}}, then: {action: annotate}}\n");
  const auto rules = [&](const char* text) {
    std::string out;
    for (const Finding& finding : judge(MessageBuilder().attachment("a.docx", text, Place::header_footer)).findings) {
      out += finding.rule + " ";
    }
    return out;
  };
  EXPECT_EQ(rules("Internal"), "secret.low ");
  EXPECT_EQ(rules("Secret"), "secret.high ");
  EXPECT_EQ(rules("confidential"), "secret.low secret.high ");
  EXPECT_EQ(rules("Public"), "");
}

}  // namespace
}  // namespace postern::policy
