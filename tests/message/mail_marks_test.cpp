// Attributions and heads of older mails, as mail programs of many languages write them.
#include "message/mail_marks.h"

#include <string>

#include <gtest/gtest.h>

namespace postern {
namespace {

TEST(MailMarks, AttributionsOfManyLanguages) {
  for (const char* line : {
           "On Mon, May 3, 2027 at 10:12 AM Eve Adams <eve@x.example> wrote:",
           "Am Mo., 3. Mai 2027 um 10:12 Uhr schrieb Eve <eve@x.example>:",
           "Am 03.05.27 um 10:12 schrieb Eve:",
           "Le lun. 3 mai 2027 à 10:12, Eve <eve@x.example> a écrit :",
           "El lun, 3 may 2027 a las 10:12, Eve (<eve@x.example>) escribió:",
           "Il giorno lun 3 mag 2027 alle ore 10:12 Eve <eve@x.example> ha scritto:",
           "Op ma 3 mei 2027 om 10:12 schreef Eve <eve@x.example>:",
           "Em seg., 3 de mai. de 2027 às 10:12, Eve <eve@x.example> escreveu:",
           "pon., 3 maj 2027 o 10:12 Eve <eve@x.example> napisał(a):",
           "Den mån 3 maj 2027 kl 10:12 skrev Eve <eve@x.example>:",
           "Den man. 3. maj 2027 kl. 10.12 skrev Eve <eve@x.example>:",
           "пн, 3 мая 2027 г. в 10:12, Eve <eve@x.example>:",
           "2027年5月3日(月) 10:12 Eve <eve@x.example>:",
           "Eve <eve@x.example> 于2027年5月3日周一 10:12写道：",
           "2027년 5월 3일 (월) 10:12, Eve <eve@x.example>님이 작성:",
           "Στις 3/5/27 10:12, ο Eve έγραψε:",
       }) {
    EXPECT_EQ(attribution(line), Attribution::by_itself) << line;
  }
  for (const char* line : {"Eve wrote:", "eve@x.example:", "3 May 2027:", "Von Eve am 3.5.27:"}) {
    EXPECT_EQ(attribution(line), Attribution::before_marks) << line;
  }
  for (const char* line : {"The following applies:", "On 3 May 2027 Eve wrote", "Call extension 12345:", "@home:"}) {
    EXPECT_EQ(attribution(line), Attribution::none) << line;
  }
}

TEST(MailMarks, SeparatorsOfManyLanguages) {
  for (const char* words : {"Original Message",
                            "Original message",
                            "Ursprüngliche Nachricht",
                            "Message d'origine",
                            "Message original",
                            "Mensaje original",
                            "Messaggio originale",
                            "Oorspronkelijk bericht",
                            "Mensagem original",
                            "Mensagem Original",
                            "Исходное сообщение",
                            "原始邮件",
                            "原始郵件",
                            "元のメッセージ",
                            "원본 메시지",
                            "Ursprungligt meddelande",
                            "Oprindelig meddelelse",
                            "Opprinnelig melding",
                            "Wiadomość oryginalna",
                            "Původní zpráva",
                            "Eredeti üzenet",
                            "Alkuperäinen viesti",
                            "Orijinal Mesaj",
                            "Original Appointment"}) {
    EXPECT_TRUE(is_reply_separator("-----" + std::string(words) + "-----")) << words;
    EXPECT_FALSE(is_reply_separator(words)) << words;
  }
  for (const char* line : {"---------- Forwarded message ---------", "-------- Weitergeleitete Nachricht --------",
                           "----- Forwarded by Ada/ACME on 05/03/2027 -----", "Begin forwarded message:",
                           "Anfang der weitergeleiteten Nachricht:", "---------- 转发的邮件 ----------"}) {
    EXPECT_TRUE(is_forward_separator(line)) << line;
    EXPECT_FALSE(is_reply_separator(line)) << line;
  }
  EXPECT_FALSE(is_forward_separator("----- Our message -----"));
}

TEST(MailMarks, HeadsOfManyLanguages) {
  for (const char* head : {
           "From: Eve\nSent: Monday, May 3, 2027 10:12 AM\nTo: Ada\nSubject: s\n",
           "*From:* Eve <eve@x.example>\n*Sent:* Monday, May 3, 2027 10:12 AM\n*To:* Ada\n",
           "Von: Eve\nGesendet: Montag, 3. Mai 2027 10:12\nAn: Ada\nBetreff: s\n",
           "De : Eve <eve@x.example>\nEnvoyé : lundi 3 mai 2027 10:12\nÀ : Ada\nObjet : s\n",
           "De: Eve\nEnviado: lunes, 3 de mayo de 2027 10:12\nPara: Ada\nAsunto: s\n",
           "Da: Eve\nInviato: lunedì 3 maggio 2027 10:12\nA: Ada\nOggetto: s\n",
           "Van: Eve\nVerzonden: maandag 3 mei 2027 10:12\nAan: Ada\nOnderwerp: s\n",
           "Från: Eve\nSkickat: den 3 maj 2027 10:12\nTill: Ada\nÄmne: s\n",
           "От: Eve\nОтправлено: 3 мая 2027 г. 10:12\nКому: Ada\nТема: s\n",
           "发件人：Eve\n发送时间：2027年5月3日 10:12\n收件人：Ada\n主题：s\n",
           "差出人: Eve\n送信日時: 2027年5月3日 10:12\n宛先: Ada\n件名: s\n",
           "Sendanto: eve@x.example\nDato: 3 majo 2027 10:12\nAl: Ada\n",
           "From: Eve\nTo: Ada <ada@x.example>,\n Bob <bob@x.example>\nDate: 3 May 2027\n",
       }) {
    EXPECT_EQ(head_of(std::string(head) + "\nb: c\n"), head) << head;
  }
  for (const char* text :
       {"From: Eve\nTo: Ada\nSubject: s\n", "From: Eve\n\nSent: 3 May 2027 10:12\nTo: Ada\n",
        "Note: see eve@x.example\nIt was 3 May 2027 10:12\nand: so\n", "https://x.example/2027\nb: c\nd: e\n",
        "Customer: Eve\nDate: 3 May 2027 10:12\nTotal: 12\n", "From: Eve\nSent: 3 May 2027 10:12\n"}) {
    EXPECT_EQ(head_of(text), "") << text;
  }
}

}  // namespace
}  // namespace postern
