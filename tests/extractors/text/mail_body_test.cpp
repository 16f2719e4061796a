// Where a mail's text stands: what the sender wrote, quoted, forwarded, signed with, and the notices of his company.
#include "extractors/text/mail_body.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace postern::extract {
namespace {

struct BodyCase {
  const char* name;
  std::string text;
  TextFormat format;
  std::string body, quoted, forwarded, signature;
};

TEST(MailBody, IsSplitByPlace) {
  const std::vector<BodyCase> cases = {
      {"plain", "a\nb", TextFormat::fixed, "a\nb\n", "", "", ""},
      {"quoted", "a\n> b\n>> c\n> > d\n", TextFormat::fixed, "a\n", "b\nc\nd\n", "", ""},
      {"signature", "a\n-- \nAda\n", TextFormat::fixed, "a\n", "", "", "Ada\n"},
      {"signature without the space", "a\n--\nAda\n", TextFormat::fixed, "a\n", "", "", "Ada\n"},
      {"quoted below the signature", "a\n-- \nAda\n> b\n", TextFormat::fixed, "a\n", "b\n", "", "Ada\n"},
      {"original message", "a\n-----Original Message-----\nFrom: x\n", TextFormat::fixed, "a\n",
       "-----Original Message-----\nFrom: x\n", "", ""},
      {"Lotus", "a\n-----Ada wrote: -----\nb\n", TextFormat::fixed, "a\n", "-----Ada wrote: -----\nb\n", "", ""},
      {"forwarded", "a\n---------- Forwarded message ---------\nx\n", TextFormat::fixed, "a\n", "",
       "---------- Forwarded message ---------\nx\n", ""},
      {"forwarded by Apple's program", "a\nBegin forwarded message:\n\n> From: x\n> b\n", TextFormat::fixed, "a\n", "",
       "Begin forwarded message:\n\nFrom: x\nb\n", ""},
      {"forwarded by Lotus", "a\n----- Forwarded by Ada/ACME on 05/03/2027 10:12 AM -----\nb\n", TextFormat::fixed,
       "a\n", "", "----- Forwarded by Ada/ACME on 05/03/2027 10:12 AM -----\nb\n", ""},
      {"a forwarded mail that was answered", "a\n> ---------- Forwarded message ---------\n> x\n", TextFormat::fixed,
       "a\n", "---------- Forwarded message ---------\nx\n", "", ""},
      {"flowed", "a \nb\n> c \n> d\n", TextFormat::flowed, "a b\n", "c d\n", "", ""},
      {"flowed without spaces", "Night \njar\n", TextFormat::flowed_delsp, "Nightjar\n", "", "", ""},
      {"stuffed", " From x\n", TextFormat::flowed, "From x\n", "", "", ""},
      {"an attribution", "a\n\nOn Mon, 3 May 2027 at 10:12, Eve <eve@x.example> wrote:\n> b\nc\n", TextFormat::fixed,
       "a\n\nc\n", "On Mon, 3 May 2027 at 10:12, Eve <eve@x.example> wrote:\nb\n", "", ""},
      {"an attribution that is wrapped", "a\n\nOn Mon, 3 May 2027 at 10:12, Eve\n<eve@x.example> wrote:\n\n> b\n",
       TextFormat::fixed, "a\n\n\n", "On Mon, 3 May 2027 at 10:12, Eve\n<eve@x.example> wrote:\nb\n", "", ""},
      {"an attribution of three lines", "a\n\nOn Mon, 3 May 2027\nat 10:12, Eve Adams\n<eve@x.example> wrote:\n> b\n",
       TextFormat::fixed, "a\n\n", "On Mon, 3 May 2027\nat 10:12, Eve Adams\n<eve@x.example> wrote:\nb\n", "", ""},
      {"an attribution of four lines", "a\n\nOn Mon,\n3 May 2027\nat 10:12, Eve Adams\n<eve@x.example> wrote:\n> b\n",
       TextFormat::fixed, "a\n\nOn Mon,\n", "3 May 2027\nat 10:12, Eve Adams\n<eve@x.example> wrote:\nb\n", "", ""},
      {"an attribution without marks", "a\n\nOn 3 May 2027 10:12, Eve <eve@x.example> wrote:\nb\nc\n",
       TextFormat::fixed, "a\n\n", "On 3 May 2027 10:12, Eve <eve@x.example> wrote:\nb\nc\n", "", ""},
      {"a colon before a list", "We need:\n- 3 May 2027\n- b\n", TextFormat::fixed, "We need:\n- 3 May 2027\n- b\n", "",
       "", ""},
      {"a colon before a quotation", "As agreed:\n> b\n", TextFormat::fixed, "As agreed:\n", "b\n", "", ""},
      {"a date in a sentence", "a\n\nThe plan of 3 May 2027 10:12 says:\nb\n", TextFormat::fixed,
       "a\n\nThe plan of 3 May 2027 10:12 says:\nb\n", "", "", ""},
      {"Outlook's head",
       "a\n\n________________________________\nFrom: Eve <eve@x.example>\nSent: Monday, May 3, 2027 10:12\n"
       "To: Ada\nSubject: s\n\nb\n",
       TextFormat::fixed, "a\n\n",
       "From: Eve <eve@x.example>\nSent: Monday, May 3, 2027 10:12\nTo: Ada\nSubject: s\n\nb\n", "", ""},
      {"a head below a signature", "a\n-- \nAda\n\nVon: Eve\nGesendet: Montag, 3. Mai 2027 10:12\nAn: Ada\n\nb\n",
       TextFormat::fixed, "a\n", "Von: Eve\nGesendet: Montag, 3. Mai 2027 10:12\nAn: Ada\n\nb\n", "", "Ada\n\n"},
      {"a form", "Name: Eve\nE-mail: eve@x.example\nBorn: 3.5.1990\n", TextFormat::fixed,
       "Name: Eve\nE-mail: eve@x.example\nBorn: 3.5.1990\n", "", "", ""},
      {"a form that begins with the address", "E-mail: eve@x.example\nBorn: 3.5.1990\nTown: Bern\n", TextFormat::fixed,
       "E-mail: eve@x.example\nBorn: 3.5.1990\nTown: Bern\n", "", "", ""},
      {"a rule", "a\n________________________________\nb\n", TextFormat::fixed,
       "a\n________________________________\nb\n", "", "", ""},
      {"a line of two dashes in a long text",
       "a\n--\n" +
           [] {
             std::string lines;
             for (int i = 0; i < 20; i++) lines += "b\n";
             return lines;
           }(),
       TextFormat::fixed, "a\n--\nb\nb\nb\nb\nb\nb\nb\nb\nb\nb\nb\nb\nb\nb\nb\nb\nb\nb\nb\nb\n", "", "", ""},
  };
  for (const BodyCase& c : cases) {
    const MailBody out = split_mail_body(c.text, c.format);
    EXPECT_EQ(out.body, c.body) << c.name;
    EXPECT_EQ(out.quoted, c.quoted) << c.name;
    EXPECT_EQ(out.forwarded, c.forwarded) << c.name;
    EXPECT_EQ(out.signature, c.signature) << c.name;
    EXPECT_EQ(out.disclaimer, "") << c.name;
    EXPECT_EQ(out.seams, "") << c.name;
  }
}

struct NoticeCase {
  const char* name;
  std::string text;
  std::string body, disclaimer;
};

TEST(MailBody, TwoDashesWithoutASpaceBeginAShortSignatureOnly) {
  const auto signature = [](size_t lines) {
    std::string text = "a\n--\n";
    for (size_t i = 0; i < lines; i++) text += "b\n";
    return split_mail_body(text, TextFormat::fixed).signature;
  };
  EXPECT_NE(signature(15), "");
  EXPECT_EQ(signature(16), "");
}

TEST(MailBody, NoticesAtTheEndAreDisclaimers) {
  const std::vector<NoticeCase> cases = {
      {"English", "a\n\nThis e-mail and any attachments are confidential.\n", "a\n\n",
       "This e-mail and any attachments are confidential.\n"},
      {"wrapped",
       "a\n\nThis message is intended\nonly for the addressee.  If you received this in\nerror, delete it.\n", "a\n\n",
       "This message is intended\nonly for the addressee.  If you received this in\nerror, delete it.\n"},
      {"in capitals", "a\n\nTHIS EMAIL AND ITS ATTACHMENTS ARE CONFIDENTIAL AND PRIVILEGED.\n", "a\n\n",
       "THIS EMAIL AND ITS ATTACHMENTS ARE CONFIDENTIAL AND PRIVILEGED.\n"},
      {"German",
       "a\n\nDiese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, "
       "vernichten Sie sie.\n",
       "a\n\n",
       "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, "
       "vernichten Sie sie.\n"},
      {"French", "a\n\nCe message et ses pièces jointes sont confidentiels.\n", "a\n\n",
       "Ce message et ses pièces jointes sont confidentiels.\n"},
      {"Spanish", "a\n\nEste mensaje y sus adjuntos son confidenciales.\n", "a\n\n",
       "Este mensaje y sus adjuntos son confidenciales.\n"},
      {"Italian", "a\n\nIl presente messaggio è riservato. Se ricevuto per errore, cancellarlo.\n", "a\n\n",
       "Il presente messaggio è riservato. Se ricevuto per errore, cancellarlo.\n"},
      {"Dutch", "a\n\nDit bericht is vertrouwelijk en uitsluitend bestemd voor de geadresseerde.\n", "a\n\n",
       "Dit bericht is vertrouwelijk en uitsluitend bestemd voor de geadresseerde.\n"},
      {"Swedish", "a\n\nDetta meddelande är konfidentiellt och endast avsett för mottagaren.\n", "a\n\n",
       "Detta meddelande är konfidentiellt och endast avsett för mottagaren.\n"},
      {"Russian", "a\n\nЭто сообщение конфиденциально и предназначено получателю.\n", "a\n\n",
       "Это сообщение конфиденциально и предназначено получателю.\n"},
      {"Chinese", "a\n\n本邮件及附件含有保密信息，仅供收件人使用。\n", "a\n\n",
       "本邮件及附件含有保密信息，仅供收件人使用。\n"},
      {"Portuguese", "a\n\nEsta mensagem é confidencial e destina-se exclusivamente ao destinatário.\n", "a\n\n",
       "Esta mensagem é confidencial e destina-se exclusivamente ao destinatário.\n"},
      {"Danish", "a\n\nDenne e-mail er fortrolig. Har De modtaget den ved en fejl, bedes De slette den.\n", "a\n\n",
       "Denne e-mail er fortrolig. Har De modtaget den ved en fejl, bedes De slette den.\n"},
      {"Norwegian", "a\n\nDenne e-posten er fortrolig og kun ment for mottakeren.\n", "a\n\n",
       "Denne e-posten er fortrolig og kun ment for mottakeren.\n"},
      {"Polish", "a\n\nTa wiadomość jest poufna i przeznaczona wyłącznie dla jej odbiorcy.\n", "a\n\n",
       "Ta wiadomość jest poufna i przeznaczona wyłącznie dla jej odbiorcy.\n"},
      {"Czech", "a\n\nTato zpráva je důvěrná a určená pouze adresátovi. Obdrželi-li jste ji omylem, smažte ji.\n",
       "a\n\n", "Tato zpráva je důvěrná a určená pouze adresátovi. Obdrželi-li jste ji omylem, smažte ji.\n"},
      {"Japanese", "a\n\nこのメールおよび添付ファイルには機密情報が含まれています。\n", "a\n\n",
       "このメールおよび添付ファイルには機密情報が含まれています。\n"},
      {"Korean", "a\n\n이 메일과 첨부 파일에는 기밀 정보가 포함되어 있습니다.\n", "a\n\n",
       "이 메일과 첨부 파일에는 기밀 정보가 포함되어 있습니다.\n"},
      {"with a company's line behind", "a\n\nThis e-mail and any attachments are confidential.\n\nX Ltd, Bern\n",
       "a\n\n\nX Ltd, Bern\n", "This e-mail and any attachments are confidential.\n"},
      {"a mark of the sender", "This message is confidential.\n", "This message is confidential.\n", ""},
      {"a sentence about attachments", "Please see the attachment in this e-mail.\n",
       "Please see the attachment in this e-mail.\n", ""},
      {"a letter about secrecy", "We treat the recipients' data as confidential and delete it.\n",
       "We treat the recipients' data as confidential and delete it.\n", ""},
  };
  for (const NoticeCase& c : cases) {
    const MailBody out = split_mail_body(c.text, TextFormat::fixed);
    EXPECT_EQ(out.body, c.body) << c.name;
    EXPECT_EQ(out.disclaimer, c.disclaimer) << c.name;
  }
}

TEST(MailBody, NoticesAreLookedForInTheLastParagraphsAndBytes) {
  const std::string notice = "This e-mail and any attachments are confidential.\n\n";
  const auto paragraphs = [](size_t count, const std::string& words) {
    std::string out;
    for (size_t i = 0; i < count; i++) out += words + "\n\n";
    return out;
  };
  const auto disclaimer = [&](const std::string& behind) {
    return split_mail_body("a\n\n" + notice + behind, TextFormat::fixed).disclaimer;
  };
  EXPECT_NE(disclaimer(paragraphs(15, "word")), "");
  EXPECT_EQ(disclaimer(paragraphs(16, "word")), "");
  EXPECT_NE(disclaimer(paragraphs(1, std::string(6000, 'x'))), "");
  EXPECT_EQ(disclaimer(paragraphs(1, std::string(6145, 'x'))), "");
}

TEST(MailBody, NoticesAreTakenFromSignaturesAndPagesToo) {
  const std::string notice = "This e-mail and any attachments are confidential.\n";
  const MailBody signed_off = split_mail_body("a\n-- \nAda\n\n" + notice, TextFormat::fixed);
  EXPECT_EQ(signed_off.signature, "Ada\n\n");
  EXPECT_EQ(signed_off.disclaimer, notice);
  const MailBody page = split_mail_body("a\n" + notice + "b\n", TextFormat::fixed, BodyKind::page);
  EXPECT_EQ(page.body, "a\nb\n");
  EXPECT_EQ(page.disclaimer, notice);
  // Nothing shown stands between those lines, so they are read beside each other once more.
  EXPECT_EQ(page.seams, "a\n" + notice + "\n" + notice + "b\n\n");
}

TEST(MailBody, OnlyTheEndIsLookedAtForNotices) {
  const std::string notice = "This e-mail and any attachments are confidential.\n\n";
  std::string text = notice;
  for (int i = 0; i < 2000; i++) text += "word word\n";
  EXPECT_EQ(split_mail_body(text, TextFormat::fixed).body, text);
}

}  // namespace
}  // namespace postern::extract
