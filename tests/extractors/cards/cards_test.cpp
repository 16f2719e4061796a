// Calendars and contact cards: lines, then files.
#include "extractors/cards/cards.h"

#include "extractors/cards/content_line.h"
#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

TEST(ContentLines, AreUnfoldedAndDecoded) {
  struct Case {
    const char* name;
    std::string given;
    std::string property, text;
    std::optional<std::string> file;
  };
  const std::vector<Case> cases = {
      {"folded", "SUMMARY:Project Night\r\n jar\r\nEND:VEVENT\r\n", "SUMMARY", "Project Nightjar", {}},
      {"folded with a tab", "A:b\n\tc\n", "A", "bc", {}},
      {"folded before the colon", "ATTENDEE;CN=Ann\n :mailto:x\n", "ATTENDEE", "mailto:x", {}},
      {"escaped", "DESCRIPTION:one\\ntwo\\, three\\; \\\\\n", "DESCRIPTION", "one\ntwo, three; \\", {}},
      {"quoted colon", "ATTENDEE;CN=\"a:b;c\":mailto:x\n", "ATTENDEE", "mailto:x", {}},
      {"grouped", "item1.email:a@example.com\n", "EMAIL", "a@example.com", {}},
      {"quoted-printable", "NOTE;ENCODING=QUOTED-PRINTABLE:Night=\n=6Aar\n", "NOTE", "Nightjar", {}},
      {"quoted-printable of vCard 2.1", "NOTE;QUOTED-PRINTABLE:Night=6Aar\n", "NOTE", "Nightjar", {}},
      {"a soft line end before a space", "NOTE;QUOTED-PRINTABLE:Project=\n Nightjar\n", "NOTE", "Project Nightjar", {}},
      {"quoted-printable in a charset of its own",
       "N;CHARSET=ISO-8859-2;ENCODING=QUOTED-PRINTABLE:Ko=B3o=B6;Ewa\n",
       "N",
       "Ko\xC5\x82o\xC5\x9B;Ewa",
       {}},
      {"base64", "ATTACH;ENCODING=BASE64;VALUE=BINARY:TmlnaHRqYXI=\n", "ATTACH", "TmlnaHRqYXI=", "Nightjar"},
      {"b", "PHOTO;ENCODING=b;TYPE=JPEG:TmlnaHRq\n YXI=\n", "PHOTO", "TmlnaHRqYXI=", "Nightjar"},
      {"base64 of vCard 2.1, not folded", "PHOTO;BASE64:TmlnaHRq\nYXI=\n\nEND:VCARD\n", "PHOTO",
       "TmlnaHRqYXI=", "Nightjar"},
      {"no property", "just a line", "", "just a line", {}},
  };
  for (const Case& c : cases) {
    extract::ContentLineReader reader(c.given);
    extract::ContentLine line;
    ASSERT_TRUE(reader.next(line)) << c.name;
    EXPECT_EQ(line.name, c.property) << c.name;
    EXPECT_EQ(line.text(), c.text) << c.name;
    EXPECT_EQ(line.file(), c.file) << c.name;
  }
}

TEST(ContentLines, ParametersAreFoundByName) {
  extract::ContentLineReader reader("ATTENDEE;cn=\"Ann; Lee\";RSVP=TRUE:mailto:ann@example.com\n\n\nB:2");
  extract::ContentLine line;
  ASSERT_TRUE(reader.next(line));
  ASSERT_NE(line.parameter("CN"), nullptr);
  EXPECT_EQ(*line.parameter("CN"), "Ann; Lee");
  EXPECT_EQ(line.parameter("ROLE"), nullptr);
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(line.name, "B");
  EXPECT_FALSE(reader.next(line));
}

TEST(Cards, TimesAreShownAsPeopleReadThem) {
  struct Case {
    const char* given;
    const char* shown;
  };
  const Case cases[] = {{"20240229T140000Z", "2024-02-29 14:00 UTC"},
                        {"20240229T140007", "2024-02-29 14:00:07"},
                        {"19840229", "1984-02-29"},
                        {"1984-02-29", "1984-02-29"},
                        {"1984-02-29T10:22:00Z", "1984-02-29 10:22 UTC"},
                        {"--0229", ""},
                        {"circa 1800", ""},
                        {"20240229Tx", ""},
                        {"", ""}};
  for (const Case& c : cases) EXPECT_EQ(extract::describe_card_time(c.given), c.shown) << c.given;
}

constexpr std::string_view kCalendar =
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Vienna\r\nEND:VTIMEZONE\r\n"
    "BEGIN:VEVENT\r\nSUMMARY:Kick-off\r\nDTSTART;TZID=Europe/Vienna:20240229T140000\r\n"
    "ORGANIZER;CN=\"Lee, Ann\":mailto:ann@example.com\r\nATTENDEE;CN=Bob;RSVP=TRUE:mailto:bob@exam\r\n ple.com\r\n"
    "LOCATION:Room 7\\, Vienna\r\nDESCRIPTION:Budget is 4711\\nsecond line\r\n"
    "X-ALT-DESC;FMTTYPE=text/html:<p>Bud<b>get</b> is 0815</p>\r\nURL:https://example.com/nightjar\r\n"
    "ATTACH;FMTTYPE=text/plain;X-FILENAME=plan.txt;ENCODING=BASE64;VALUE=BINARY:UHJvamVjdCBOaWdodGphcg==\r\n"
    "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:wake up\r\nEND:VALARM\r\nEND:VEVENT\r\n"
    "BEGIN:VTODO\r\nSUMMARY:pay\r\nDUE:20240301\r\nCOMMENT:<div>an<i>gry</i></div>\r\nEND:VTODO\r\n"
    "BEGIN:VEVENT\r\nSUMMARY:After\r\nATTACH:data:text/"
    "plain;base64,QW1iZXIgRmFsY29u\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

TEST(Cards, EveryPropertyOfACalendarIsRead) {
  const ExtractedText text = walk_document(kCalendar, "a.ics");
  struct Case {
    const char* needle;
    const char* where;
  };
  const Case cases[] = {
      {"SUMMARY:Kick-off", "calendar@event 1"},
      {"CN=\"Lee, Ann\":mailto:ann@example.com", "calendar@event 1"},
      {"mailto:bob@example.com", "calendar@event 1"},
      {"Room 7, Vienna", "calendar@event 1"},
      {"Budget is 4711\nsecond line", "calendar@event 1"},
      {"Budget is 0815", "body@"},
      {"https://example.com/nightjar", "link@event 1"},
      {"DTSTART: 2024-02-29 14:00", "property@event 1"},
      {"wake up", "calendar@event 1 alarm"},
      {"Europe/Vienna", "calendar@time zone 1 calendar@event 1"},
      {"SUMMARY:pay", "calendar@task 1"},
      {"DUE: 2024-03-01", "property@task 1"},
      {"angry", "calendar@task 1 without tags"},
      {"SUMMARY:After", "calendar@event 2"},
      {"Project Nightjar", "body@"},
      {"Amber Falcon", "body@"},
  };
  for (const Case& c : cases) EXPECT_EQ(where_is(text, c.needle), c.where) << c.needle;
  EXPECT_EQ(outcomes(text), ":complete 1:complete 2:complete 3:complete");
  EXPECT_EQ(text.parts[2].name, "plan.txt");
}

TEST(Cards, SeveralCardsWithFilesAndNotes) {
  const ExtractedText text = walk_document(
      "BEGIN:VCARD\nVERSION:2.1\nN:Lee;Ann\nORG:Example;Secrets\nNOTE;ENCODING=QUOTED-PRINTABLE:Am=\nber=20Falcon\n"
      "BDAY:19840229\nEND:VCARD\n"
      "BEGIN:VCARD\nVERSION:4.0\nFN:Bob\nNOTE:Project\\nNightjar\nKEY:data:application/pgp-keys;base64,QW1iZXI=\n"
      "PHOTO;VALUE=uri:http://example.com/bob.jpg\nEND:VCARD\n",
      "a.vcf");
  struct Case {
    const char* needle;
    const char* where;
  };
  const Case cases[] = {{"N:Lee;Ann", "body@card 1"},
                        {"ORG:Example;Secrets", "body@card 1"},
                        {"Amber Falcon", "body@card 1"},
                        {"BDAY: 1984-02-29", "property@card 1"},
                        {"FN:Bob", "body@card 2"},
                        {"Project\nNightjar", "body@card 2"},
                        {"http://example.com/bob.jpg", "link@card 2"}};
  for (const Case& c : cases) EXPECT_EQ(where_is(text, c.needle), c.where) << c.needle;
  ASSERT_EQ(text.parts.size(), 2U);
  EXPECT_EQ(text.parts[1].name, "key");
}

// What no program writes must end, and lose nothing.
TEST(Cards, KeysAndSoundsAreParts) {
  const ExtractedText text = walk_document(
      "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Bob\r\n"
      "KEY:data:text/plain;base64,dGhlIGtleSBvZiBhIGhlcm9u\r\n"
      "SOUND;ENCODING=b;TYPE=PLAIN:dGhlIHNvdW5kIG9mIGFuIGVncmV0\r\nEND:VCARD\r\n",
      "a.vcf");
  EXPECT_EQ(outcomes(text), ":complete 1:complete 2:complete");
  EXPECT_EQ(where_is(text, "the key of a heron"), "body@");
  EXPECT_EQ(where_is(text, "the sound of an egret"), "body@");
}

TEST(Cards, NotesAndShortMessagesOfTelephones) {
  const ExtractedText note = walk_document(
      "BEGIN:VNOTE\r\nVERSION:1.1\r\nBODY;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Night=\r\n=6Aar\r\nEND:VNOTE\r\n",
      "a.vnt");
  EXPECT_EQ(where_is(note, "Nightjar"), "body@note 1");
  const ExtractedText message = walk_document(
      "BEGIN:VMSG\r\nBEGIN:VENV\r\nBEGIN:VBODY\r\nText;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Amber Fal=63on\r\n"
      "END:VBODY\r\nEND:VENV\r\nEND:VMSG\r\n",
      "a.vmg");
  EXPECT_EQ(where_is(message, "Amber Falcon"), "body@message 1");
}

TEST(Cards, DamageLosesNothing) {
  struct Case {
    const char* name;
    std::string given;
    const char* where;  // of "Nightjar"
  };
  std::string deep = "BEGIN:VCALENDAR\n";
  for (int i = 0; i < 1000; i++) deep += "BEGIN:VEVENT\n";
  std::string many = "BEGIN:VCALENDAR\n";
  for (size_t i = 0; i < extract::kMaxNumberedComponents; i++) many += "BEGIN:VEVENT\nX:1\nEND:VEVENT\n";
  const Case cases[] = {
      {"ends that begin nothing", "BEGIN:VCALENDAR\nEND:VEVENT\nEND:VEVENT\nEND:X\nNOTE:Nightjar\n", "calendar@"},
      {"an unknown component", "BEGIN:VCALENDAR\nBEGIN:Nightjar\nEND:Nightjar\n", "calendar@"},
      {"no end", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nNOTE:Nightjar", "calendar@event 1"},
      {"past the numbered ones", many + "BEGIN:VEVENT\nNOTE:Nightjar\nEND:VEVENT\n",
       "calendar@events behind the first 1000"},
      {"a fold without a line", "BEGIN:VCALENDAR\n\n Nightjar\n", "calendar@"},
  };
  for (const Case& c : cases) {
    const ExtractedText text = walk_document(c.given, "a.ics");
    EXPECT_EQ(where_is(text, "Nightjar"), c.where) << c.name;
    EXPECT_EQ(outcomes(text), ":complete") << c.name;
  }
  EXPECT_EQ(outcomes(walk_document(deep + "NOTE:Nightjar\n", "a.ics")), ":complete");
  EXPECT_NE(where_is(walk_document(deep + "NOTE:Nightjar\n", "a.ics"), "Nightjar"), "");
}

}  // namespace
}  // namespace postern::test
