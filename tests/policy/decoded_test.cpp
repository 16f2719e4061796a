// Text inside text that is encoded: every spelling is read, and honest text that looks like one raises nothing.
#include <algorithm>

#include "policy/decode.h"
#include "tests/policy/evaluate_support.h"
#include "tests/policy/stretches.h"

namespace postern::policy {
namespace {

using namespace testing_support;

class DecodedTest : public PolicyTest {
 protected:
  void SetUp() override {
    PolicyTest::SetUp();
    // With a pack it takes a second to compile, and nobody changes it.
    static std::shared_ptr<const Policy> compiled;
    if (compiled == nullptr) {
      load(
          "detectors:\n"
          "  - {id: codename, primary: {keywords: [Nightjar, 'Amber Falcon', 'проект Север', проектсевер], match: "
          "phrase}}\n"
          "rules:\n"
          "  - {id: secret.codename, title: t, category: secret, severity: low, owner: group:press, mode: enforce, "
          "when: "
          "{content: {detector: codename}}, then: {action: reject}}\n",
          "use: [financial@1]\n"
          "override: {financial.payment-card: {mode: enforce},"
          " financial.bank-accounts: {mode: enforce}}\n");
      compiled = policy_;
    }
    policy_ = compiled;
    to({"x@post.social.example"});
  }
};

struct Spelling {
  const char* name;
  const char* view;
  const char* text;
};

constexpr Spelling kSpellings[] = {
    {"base64", "decoded (base64)", "UHJvamVjdCBOaWdodGphciBzaGlwcyBpbiBNYXksIHRlbGwgbm9ib2R5"},
    {"base64 in a sentence", "decoded (base64)", "look at TmlnaHRqYXIgaW4gTWF5 please"},
    {"one word", "decoded (base64)", "the name is TmlnaHRqYXI=, keep it"},
    {"one word without padding", "decoded (base64)", "the name is TmlnaHRqYXI, keep it"},
    {"places of the alphabet", "decoded (decimal)", "it is 14-9-7-8-20-10-1-18, keep it"},
    {"places of the alphabet with blanks", "decoded (decimal)", "14 9 7 8 20 10 1 18"},
    {"an alphabet of words", "decoded (number words)",
     "it is November India Golf Hotel Tango Juliett Alfa Romeo, keep it"},
    {"an alphabet of words with hyphens", "decoded (number words)",
     "November-India-Golf-Hotel-Tango-Juliett-Alfa-Romeo"},
    {"letters as in words", "decoded (number words)",
     "N as in November, I as in India, G as in Golf, H as in Hotel, T as in Tango, J as in Juliett, A as in Alfa, R as "
     "in "
     "Romeo"},
    {"the german alphabet", "decoded (number words)", "Nordpol Ida Gustav Heinrich Theodor Julius Anton Richard"},
    {"the new german alphabet", "decoded (number words)",
     "Nürnberg, Ingelheim, Goslar, Hamburg, Tübingen, Jena, Aachen, Rostock"},
    {"letters as in german words", "decoded (number words)",
     "N wie Nordpol, I wie Ida, G wie Gustav, H wie Heinrich, T wie Theodor, J wie Julius, A wie Anton, R wie Richard"},
    {"the french alphabet", "decoded (number words)", "Nicolas Irma Gaston Henri Thérèse Joseph Anatole Raoul"},
    {"letters as in french words", "decoded (number words)",
     "N comme Nicolas, I comme Irma, G comme Gaston, H comme Henri, T comme Thérèse, J comme Jules, A comme Anatole, R "
     "comme Raoul"},
    {"the italian alphabet", "decoded (number words)", "Napoli Imola Genova Hotel Torino Jersey Ancona Roma"},
    {"letters of italian towns", "decoded (number words)",
     "N di Napoli, I di Imola, G di Genova, H di Hotel, T di Torino, J di Jersey, A di Ancona, R di Roma"},
    {"the spanish alphabet", "decoded (number words)", "Navarra Inés Gerona Historia Tarragona José Antonio Ramón"},
    {"letters for names", "decoded (number words)",
     "N for Nora, I for Ida, G for George, H for Henry, T for Tom, J for John, A for Adam, R for Robert"},
    {"letters apart", "decoded (spaced, base64)", "the name is T m l n a H R q Y X I =, keep it"},
    {"dots between the letters", "decoded (spaced, base64)", "the name is T.m.l.n.a.H.R.q.Y.X.I.=, keep it"},
    {"in groups", "decoded (base64)", "the name is Tmln aHRq YXI= now"},
    {"in groups with hyphens", "decoded (base64)", "the name is Tmln-aHRq-YXI= now"},
    {"with bullets", "decoded (base64)", "- VGhlIHByb2plY3QgaXMgY2FsbGVkIE5p\n- Z2h0amFyIGFuZCBzaGlwcyBpbiBNYXk="},
    {"with numbers of lines", "decoded (base64)",
     "1: VGhlIHByb2plY3QgaXMgY2FsbGVkIE5p\n2: Z2h0amFyIGFuZCBzaGlwcyBpbiBNYXk="},
    {"as a string over lines", "decoded (base64)",
     "x = (\"VGhlIHByb2plY3QgaXMgY2FsbGVkIE5p\"\n     \"Z2h0amFyIGFuZCBzaGlwcyBpbiBNYXk=\")"},
    {"with backslashes", "decoded (base64)", "VGhlIHByb2plY3QgaXMgY2FsbGVkIE5p\\\nZ2h0amFyIGFuZCBzaGlwcyBpbiBNYXk="},
    {"in groups without padding", "decoded (base64)", "so QW1i ZXIg RmFs Y29u ships"},
    {"in groups of eight", "decoded (base64)", "VGhlIHBy b2plY3Qg aXMgTmln aHRqYXIg aW4gTWF5 indeed"},
    {"in groups on lines", "decoded (base64)", "VGhl\nIHBy\nb2pl\nY3Qg\naXMg\nTmln\naHRq\nYXI"},
    {"capitals in base64", "decoded (base64)", "the name is TklHSFRKQVI=, keep it"},
    {"capitals in base32", "decoded (base32)", "the name is JZEUOSCUJJAVE===, keep it"},
    {"hex in groups of four", "decoded (hex)", "4e69 6768 746a 6172 2073 6869 7073"},
    {"dots inside", "decoded (base64), spaced", "look at Ti5pLmcuaC50LmouYS5y please"},
    {"circles inside", "decoded (base64)", "look at 4pOD4pOY4pOW4pOX4pOj4pOZ4pOQ4pOh please"},
    {"short with padding", "decoded (base64)", "it is RmFsY29u or TmlnaHRqYXIh"},
    {"too much padding", "decoded (base64)", "TmlnaHRqYXIgc2hpcHM==="},
    {"wrapped", "decoded (base64)",
     "VGhpcyBpcyB0aGUgcGxhbiBmb3IgdGhlIGxhdW5jaCBvZiBOaWdodGphciBpbiBzcHJpbmcuIE5v\nYm9keSBvdXRzaWRlIHRoZSB0ZWFtIG1heSB"
     "rbm93IG9mIGl0IGJlZm9yZSB0aGUgZmlyc3Qgb2Yg\nTWF5LCBhbmQgdGhhdCBnb2VzIGZvciBwcmVzcyBhbmQgcGFydG5lcnMgdG9vLg=="},
    {"wrapped short", "decoded (base64)",
     "VGhpcyBpcyB0aGUgcGxh\nbiBmb3IgdGhlIGxhdW5j\naCBvZiBOaWdodGphciBp\nbiBzcHJpbmcuIE5vYm9k\neSBvdXRzaWRlIHRoZSB0\nZWF"
     "tIG1heSBrbm93IG9m\nIGl0IGJlZm9yZSB0aGUg\nZmlyc3Qgb2YgTWF5LCBh\nbmQgdGhhdCBnb2VzIGZv\nciBwcmVzcyBhbmQgcGFy\ndG5lcn"
     "MgdG9vLg=="},
    {"wrapped at an odd place", "decoded (base64)",
     "VGhpcyBpcyB0aGUgcGxhbiBmb3IgdGhlIGxhdW5jaCBvZiBOaWdodGphciBpb\niBzcHJpbmcuIE5vYm9keSBvdXRzaWRlIHRoZSB0ZWFtIG1heSB"
     "rbm93IG9mIG\nl0IGJlZm9yZSB0aGUgZmlyc3Qgb2YgTWF5LCBhbmQgdGhhdCBnb2VzIGZvciB\nwcmVzcyBhbmQgcGFydG5lcnMgdG9vLg=="},
    {"quoted", "decoded (base64)",
     "On Monday Ann wrote:\n> VGhpcyBpcyB0aGUgcGxhbiBmb3IgdGhlIGxhdW5jaCBvZiBOaWdodGphciBpbiBzcHJpbmcu\n> "
     "IE5vYm9keSBvdXRzaWRlIHRoZSB0ZWFtIG1heSBrbm93IG9mIGl0IGJlZm9yZSB0aGUgZmly\n> "
     "c3Qgb2YgTWF5LCBhbmQgdGhhdCBnb2VzIGZvciBwcmVzcyBhbmQgcGFydG5lcnMgdG9vLg==\n> Regards"},
    {"quoted twice", "decoded (base64)",
     "> > VGhpcyBpcyB0aGUgcGxhbiBmb3IgdGhlIGxhdW5jaCBvZiBOaWdodGphciBpbiBzcHJpbmcu\n> > "
     "IE5vYm9keSBvdXRzaWRlIHRoZSB0ZWFtIG1heSBrbm93IG9mIGl0IGJlZm9yZSB0aGUgZmly\n> > "
     "c3Qgb2YgTWF5LCBhbmQgdGhhdCBnb2VzIGZvciBwcmVzcyBhbmQgcGFydG5lcnMgdG9vLg=="},
    {"indented", "decoded (base64)",
     "    VGhpcyBpcyB0aGUgcGxhbiBmb3IgdGhlIGxhdW5jaCBvZiBOaWdodGphciBpbiBz\n    "
     "cHJpbmcuIE5vYm9keSBvdXRzaWRlIHRoZSB0ZWFtIG1heSBrbm93IG9mIGl0IGJl\n    "
     "Zm9yZSB0aGUgZmlyc3Qgb2YgTWF5LCBhbmQgdGhhdCBnb2VzIGZvciBwcmVzcyBh\n    bmQgcGFydG5lcnMgdG9vLg=="},
    {"behind a word on its own line", "decoded (base64)",
     "Hello\nVGhpcyBpcyB0aGUgcGxhbiBmb3IgdGhlIGxhdW5jaCBvZiBOaWdodGphciBpbiBzcHJpbmcuIE5v\nYm9keSBvdXRzaWRlIHRoZSB0ZWFt"
     "IG1heSBrbm93IG9mIGl0IGJlZm9yZSB0aGUgZmlyc3Qgb2Yg\nTWF5LCBhbmQgdGhhdCBnb2VzIGZvciBwcmVzcyBhbmQgcGFydG5lcnMgdG9vLg="
     "="},
    {"a word behind it", "decoded (base64)",
     "VGhpcyBpcyB0aGUgcGxhbiBmb3IgdGhlIGxhdW5jaCBvZiBOaWdodGphciBpbiBzcHJpbmcuIE5v\nYm9keSBvdXRzaWRlIHRoZSB0ZWFtIG1heSB"
     "rbm93IG9mIGl0IGJlZm9yZSB0aGUgZmlyc3Qgb2Yg\nTWF5LCBhbmQgdGhhdCBnb2VzIGZvciBwcmVzcyBhbmQgcGFydG5lcnMgdG9vLg\nRegard"
     "s"},
    {"URL-safe", "decoded (base64)", "TmlnaHRqYXIgPz8_IHNoaXBzIH5-fiBub3c="},
    {"in an address", "decoded (base64)", "https://x.example/TmlnaHRqYXIgc2hpcHM=/index"},
    {"behind a path", "decoded (base64)", "files/TmlnaHRqYXIgc2hpcHMgaW4gTWF5"},
    {"UTF-16", "decoded (base64)", "TgBpAGcAaAB0AGoAYQByACAAcwBoAGkAcABzAA=="},
    {"UTF-16 big endian with mark", "decoded (base64)", "/v8ATgBpAGcAaAB0AGoAYQByACAAcwBoAGkAcABz"},
    {"Latin-1", "decoded (base64)", "R3L232UgZGVzIE5pZ2h0amFyIGb8ciBN/G5jaGVu"},
    {"UTF-8", "decoded (base64)", "R3LDtsOfZSBkZXMgTmlnaHRqYXIgZsO8ciBNw7xuY2hlbg=="},
    {"in an encoded word", "decoded (base64)", "=?UTF-8?B?TmlnaHRqYXIgaW4gTWF5?="},
    {"in a data URL", "decoded (base64)", "data:text/plain;base64,TmlnaHRqYXIgaW4gTWF5"},
    {"in quotes", "decoded (base64)", "x = \"TmlnaHRqYXIgaW4gTWF5\""},
    {"base32", "decoded (base32)", "JZUWO2DUNJQXEIDTNBUXA4Y="},
    {"base32 in small letters", "decoded (base32)", "jzuwo2dunjqxeidtnbuxa4y"},
    {"hex", "decoded (hex)", "4e696768746a617220696e204d6179"},
    {"hex in capitals", "decoded (hex)", "4E696768746A617220696E204D6179"},
    {"hex of a word", "decoded (hex)", "see 4e696768746a6172 soon"},
    {"hex with 0x", "decoded (hex)", "0x4e696768746a6172"},
    {"hex wrapped", "decoded (hex)",
     "546869732069732074686520706c616e20666f7220746865206c61756e636820\n6f66204e696768746a617220696e20737072696e672e204"
     "e6f626f6479206f75\n747369646520746865207465616d206d6179206b6e6f77206f66206974206265\n666f726520746865206669727374"
     "206f66204d61792c20616e64207468617420\n676f657320666f7220707265737320616e6420706172746e65727320746f6f2e"},
    {"hex bytes", "decoded (hex)", "4e 69 67 68 74 6a 61 72"},
    {"hex bytes wrapped", "decoded (hex)",
     "54 68 69 73 20 69 73 20 74 68 65 20 70 6c 61 6e \n20 66 6f 72 20 74 68 65 20 6c 61 75 6e 63 68 20 \n6f 66 20 4e "
     "69 67 68 74 6a 61 72 20 69 6e 20 73 \n70 72 69 6e 67 2e 20 4e 6f 62 6f 64 79 20 6f 75 \n74 73 69 64 65 20 74 68 "
     "65 20 74 65 61 6d 20 6d \n61 79 20 6b 6e 6f 77 20 6f 66 20 69 74 20 62 65 \n66 6f 72 65 20 74 68 65 20 66 69 72 "
     "73 74 20 6f \n66 20 4d 61 79 2c 20 61 6e 64 20 74 68 61 74 20 \n67 6f 65 73 20 66 6f 72 20 70 72 65 73 73 20 61 "
     "\n6e 64 20 70 61 72 74 6e 65 72 73 20 74 6f 6f 2e "},
    {"hex bytes with colons", "decoded (hex)", "4E:69:67:68:74:6A:61:72"},
    {"hex bytes with dashes", "decoded (hex)", "4e-69-67-68-74-6a-61-72"},
    {"hex constants", "decoded (hex)", "{0x4e, 0x69, 0x67, 0x68, 0x74, 0x6a, 0x61, 0x72}"},
    {"hex constants without spaces", "decoded (hex)", "0x4E,0x69,0x67,0x68,0x74,0x6A,0x61,0x72"},
    {"hex with h", "decoded (hex)", "4eh 69h 67h 68h 74h 6ah 61h 72h"},
    {"code points", "decoded (hex)", "U+004E U+0069 U+0067 U+0068 U+0074 U+006A U+0061 U+0072"},
    {"hex bytes of UTF-8", "decoded (hex)", "47 72 c3 b6 c3 9f 65 20 4e 69 67 68 74 6a 61 72"},
    {"decimal", "decoded (decimal)", "78 105 103 104 116 106 97 114"},
    {"decimal with commas", "decoded (decimal)", "[78, 105, 103, 104, 116, 106, 97, 114]"},
    {"decimal wrapped", "decoded (decimal)", "codes:\n78,105,103,104,\n116,106,97,114"},
    {"decimal in calls", "decoded (decimal)",
     "chr(78) + chr(105) + chr(103) + chr(104) + chr(116) + chr(106) + chr(97) + chr(114)"},
    {"decimal with dashes", "decoded (decimal)", "78-105-103-104-116-106-97-114"},
    {"decimal code points", "decoded (decimal)", "1087 1088 1086 1077 1082 1090 32 1057 1077 1074 1077 1088"},
    {"octal", "decoded (octal)", "116 151 147 150 164 152 141 162"},
    {"binary", "decoded (binary)", "01001110 01101001 01100111 01101000 01110100 01101010 01100001 01110010"},
    {"binary of seven", "decoded (binary)", "1001110 1101001 1100111 1101000 1110100 1101010 1100001 1110010"},
    {"binary together", "decoded (binary)", "0100111001101001011001110110100001110100011010100110000101110010"},
    {"percent", "decoded (percent)", "%4e%69%67%68%74%6a%61%72"},
    {"one percent sign", "decoded (percent)", "N%69ghtjar ships"},
    {"percent for a space", "decoded (percent)", "Amber%20Falcon"},
    {"plus for a space", "decoded (percent)", "https://x.example/?q=Amber+Falcon&n=1"},
    {"percent of UTF-8", "decoded (percent)", "%D0%BF%D1%80%D0%BE%D0%B5%D0%BA%D1%82%20%D0%A1%D0%B5%D0%B2%D0%B5%D1%80"},
    {"percent of UTF-16", "decoded (percent)", "%u004Eightjar"},
    {"percent behind a word", "decoded (percent)", "see%20Nightjar%20now"},
    {"quoted-printable", "decoded (quoted-printable)", "N=69ghtjar ships"},
    {"all quoted-printable", "decoded (quoted-printable)", "=4E=69=67=68=74=6A=61=72"},
    {"a soft break", "decoded (quoted-printable)", "our Night=\njar ships"},
    {"a soft break in quoted text", "decoded (quoted-printable)", "> our Night=\n> jar ships"},
    {"UTF-8 in quoted-printable", "decoded (quoted-printable)",
     "=D0=BF=D1=80=D0=BE=D0=B5=D0=BA=D1=82 =D0=A1=D0=B5=D0=B2=D0=B5=D1=80"},
    {"decimal references", "decoded (references)", "&#78;&#105;&#103;&#104;&#116;&#106;&#97;&#114;"},
    {"references without semicolons", "decoded (references)", "&#78&#105&#103&#104&#116&#106&#97&#114"},
    {"hex references", "decoded (references)", "&#x4e;&#x69;&#x67;&#x68;&#x74;&#x6a;&#x61;&#x72;"},
    {"one reference", "decoded (references)", "Nightj&#97;r"},
    {"leading zeros", "decoded (references)", "Nightj&#0000097;r"},
    {"a named space", "decoded (references)", "Amber&nbsp;Falcon"},
    {"a soft hyphen", "decoded (references)", "Night&shy;jar"},
    {"an invisible character", "decoded (references)", "Night&zwnj;jar"},
    {"a named sign", "decoded (references)", "Amber&lowbar;Falcon"},
    {"hex escapes", "decoded (escapes)", "\\x4e\\x69\\x67\\x68\\x74\\x6a\\x61\\x72"},
    {"UTF-16 escapes", "decoded (escapes)", "\\u004e\\u0069\\u0067\\u0068\\u0074\\u006a\\u0061\\u0072"},
    {"one escape", "decoded (escapes)", "Nightj\\u0061r"},
    {"escapes in braces", "decoded (escapes)", "\\u{4e}\\u{69}\\u{67}\\u{68}\\u{74}\\u{6a}\\u{61}\\u{72}"},
    {"long escapes", "decoded (escapes)",
     "\\U0000004e\\U00000069\\U00000067\\U00000068\\U00000074\\U0000006a\\U00000061\\U00000072"},
    {"octal escapes", "decoded (escapes)", "\\116\\151\\147\\150\\164\\152\\141\\162"},
    {"escapes of a style sheet", "decoded (escapes)", "Nightj\\61 r"},
    {"long escapes of a style sheet", "decoded (escapes)", "Nightj\\000061r"},
    {"escapes of a pair", "decoded (escapes)", "\\ud835\\udc41ightjar"},
    {"an escaped line end", "decoded (escapes)", "\\nnightjar ships"},
    {"escapes of UTF-8", "decoded (escapes)",
     "\\xd0\\xbf\\xd1\\x80\\xd0\\xbe\\xd0\\xb5\\xd0\\xba\\xd1\\x82 \\u0421\xd0\xb5\xd0\xb2\xd0\xb5\xd1\x80"},
    {"uuencode", "decoded (uuencode)",
     "M5&AI<R!I<R!T:&4@<&QA;B!F;W(@=&AE(&QA=6YC:\"!O9B!.:6=H=&IA<B!I\nM;B!S<')I;F<N($YO8F]D>2!O=71S:61E('1H92!T96%M(&"
     "UA>2!K;F]W(&]F\nM(&ET(&)E9F]R92!T:&4@9FER<W0@;V8@36%Y+\"!A;F0@=&AA=\"!G;V5S(&9O\n9<B!P<F5S<R!A;F0@<&%R=&YE<G,@=&]"
     "O+@  "},
    {"one line of uuencode", "decoded (uuencode)", "see\n.3FEG:'1J87(@<VAI<', \nend"},
    {"ascii85", "decoded (ascii85)", "<~:2+?SFD>6)+EM41E-!.9DBMY^Gl~>"},
    {"rot13", "decoded (rot13)", "Urer vf gur arjf: Avtugwne fuvcf va Znl."},
    {"rot13 without a longer word of all texts", "decoded (rot13)", "Avtugwne vf zl cebwrpg, abg lbhef, naq vg fuvcf"},
    {"rot13 in base64", "decoded (base64, rot13)", "R3VyIHN2aXIgb25nZ3J5cmYgYnMgR3VyIEF2dHVnd25lIGdyZnZhdA=="},
    {"rot13 in German", "decoded (rot13)", "Guten Tag\n\nQre Avtugwne jveq vz Znv ibetrfgryyg.\n\nGruss"},
    {"punycode", "decoded (punycode)", "www.xn--b1afabwwgiggk.example"},
    {"base64 of base64", "decoded (base64, base64)",
     "VUhKdmFtVmpkQ0JPYVdkb2RHcGhjaUJ6YUdsd2N5QnBiaUJOWVhrc0lIUmxiR3dnYm05aWIyUjU="},
    {"three times", "decoded (base64, base64, base64)",
     "VlVoS2RtRnRWbXBrUTBKUFlWZGtiMlJIY0doamFVSjZZVWRzZDJONVFuQmlhVUpPV1ZocmMwbElVbXhpUjNkblltMDVhV0l5VWpVPQ=="},
    {"hex of base64", "decoded (hex, base64)",
     "55484a76616d566a6443424f6157646f644770686369427a61476c77637942706269424e59586b734948526c62477767626d39696232523"
     "5"},
    {"base64 of percent", "decoded (base64, percent)", "dGhlIE4lNjlnaHRqYXIgc2hpcHM="},
    {"percent of percent", "decoded (percent, percent)", "N%2569ghtjar"},
    {"references of references", "decoded (references, references)", "N&amp;#105;ghtjar"},
    {"base64 of references", "decoded (base64, references)", "TmlnaHRqJiM5NztyIHNoaXBz"},
    {"references of base64", "decoded (references, base64)",
     "&#85;&#72;&#74;&#118;&#97;&#109;&#86;&#106;&#100;&#67;&#66;&#79;&#97;&#87;&#100;&#111;&#100;&#71;&#112;&#104;&#"
     "99;&#105;&#66;&#122;&#97;&#71;&#108;&#119;&#99;&#121;&#66;&#112;&#98;&#105;&#66;&#78;&#89;&#88;&#107;&#115;&#73;&"
     "#72;&#82;&#108;&#98;&#71;&#119;&#103;&#98;&#109;&#57;&#105;&#98;&#50;&#82;&#53;"},
    {"base64 of look-alikes", "decoded (base64), skeleton", "dGhlIE7RlmdodGrQsHIgc2hpcHM="},
    {"base64 of single letters", "decoded (base64), spaced", "TiBpIGcgaCB0IGogYSByIHNoaXBz"},
    {"base64 of full-width letters", "decoded (base64)", "77yu772J772H772I772U772K772B772SIHNoaXBz"},
};

TEST_F(DecodedTest, EverySpellingIsRead) {
  for (const Spelling& c : kSpellings) {
    Proof proof;
    const Verdict verdict = judge(MessageBuilder().body(c.text), &proof);
    EXPECT_EQ(verdict.action, Action::reject) << c.name << ": " << c.text;
    // Others of the pack may stand in front, where digits look like what they seek.
    const auto codename = std::find_if(proof.detectors.begin(), proof.detectors.end(),
                                       [](const DetectorProof& one) { return one.detector == "codename"; });
    ASSERT_NE(codename, proof.detectors.end()) << c.name;
    ASSERT_FALSE(codename->hits.empty()) << c.name;
    EXPECT_EQ(codename->hits[0].view, c.view) << c.name;
    EXPECT_TRUE(verdict.unreadable.empty()) << c.name;
  }
}

TEST_F(DecodedTest, EverySpellingIsReadInsideOtherText) {
  for (const Spelling& c : kSpellings) {
    const std::string before = "Dear colleagues,\n\nplease find the notes of our meeting below, as agreed.\n\n";
    const std::string text = before + c.text + "\n\nThank you for your patience, and see you on Thursday.\n";
    const Verdict verdict = judge(MessageBuilder().subject("Notes").body(text));
    EXPECT_EQ(verdict.action, Action::reject) << c.name << ": " << c.text;
  }
}

// Programs have references, escapes and names of two letters that are words in rot13, again and again.
TEST_F(DecodedTest, ProgramsAreNoRot13InsideItself) {
  std::string program;
  for (int i = 0; i < 60; i++) {
    program += "vf&&vg||(bq=vf.length<<" + std::to_string(i) + ");function gz(vq,xv){return vq?xv(vq.gb):&lt;%7a\\x41}";
  }
  const Verdict verdict = judge(MessageBuilder().body(program));
  EXPECT_EQ(verdict.action, Action::allow);
  EXPECT_TRUE(verdict.unreadable.empty());
}

// Value and checks are those of the text that is read, and what stands near it stands near.
TEST_F(DecodedTest, NumbersAreChecked) {
  struct Case {
    const char* name;
    const char* text;
    Action expected;
  };
  const Case cases[] = {
      {"base64", "please note VmlzYSA0OTI5IDEyMzQgNTY3OCA5MDE1LCBleHAgMDkvMjg=", Action::quarantine},
      {"digits in words",
       "my visa is four nine two nine one two three four five six seven eight nine zero one five, book it",
       Action::quarantine},
      {"digits in words and lines",
       "visa: Vier-Neun-Zwei-Neun, eins zwei drei vier,\nfünf sechs sieben acht, neun null eins 5", Action::quarantine},
      {"digits in words that are no card",
       "visa four nine two nine one two three four five six seven eight nine zero one six", Action::allow},
      {"counting", "visa holders count: one two three four five six seven eight nine", Action::allow},
      {"base64 wrapped",
       "VGhlc2UgYXJlIHRoZSBkZXRhaWxzIG9mIHRoZSBwYXltZW50IHRoYXQgd2Ugc3Bv\na2Ugb2Ygb24gTW9uZGF5LiBWaXNhIDQ5MjkgMTIzNCA1N"
       "jc4IDkwMTUsIGV4cCAw\nOS8yOA==",
       Action::quarantine},
      {"hex", "5669736120343932392031323334203536373820393031352c206578702030392f3238", Action::quarantine},
      {"decimal",
       "86 105 115 97 32 52 57 50 57 32 49 50 51 52 32 53 54 55 56 32 57 48 49 53 44 32 101 120 112 32 48 57 47 50 56",
       Action::quarantine},
      {"percent", "Visa 4929%201234%205678%209015", Action::quarantine},
      {"references", "Visa 4929&nbsp;1234&nbsp;5678&#32;9015", Action::quarantine},
      {"quoted-printable", "visa 4929 1234 5678=20 9015", Action::quarantine},
      {"base64 of an account", "UGxlYXNlIHBheSB0byBERTg5IDM3MDQgMDA0NCAwNTMyIDAxMzAgMDAgdG9kYXk=", Action::quarantine},
      {"a wrong check digit", "VmlzYSA0OTI5IDEyMzQgNTY3OCA5MDEyLCBleHAgMDkvMjg=", Action::allow},
      {"no card words", "dGhlIG51bWJlciA0OTI5IDEyMzQgNTY3OCA5MDE1IG9mIHlvdXIgb3JkZXI=", Action::allow},
  };
  for (const Case& c : cases) EXPECT_EQ(action(MessageBuilder().body(c.text)), c.expected) << c.name;
}

// The place is that of the stretch; the excerpt shows the original text without it.
TEST_F(DecodedTest, ThePlaceIsInTheOriginalText) {
  const Verdict verdict = judge(MessageBuilder().body("abc def TmlnaHRqYXIgc2hpcHMgaW4gTWF5 and more"));
  ASSERT_EQ(verdict.findings.size(), 1U);
  EXPECT_EQ(verdict.findings[0].excerpt.find("TmlnaHRq"), std::string::npos) << verdict.findings[0].excerpt;
  EXPECT_NE(verdict.findings[0].excerpt.find("abc def"), std::string::npos) << verdict.findings[0].excerpt;
  const Verdict escaped = judge(MessageBuilder().body("the N%69ghtjar ships"));
  ASSERT_EQ(escaped.findings.size(), 1U);
  EXPECT_EQ(escaped.findings[0].excerpt, "the N\u2022\u2022\u2022\u2022\u2022\u2022\u2022 ships");
}

// Deeper than is decoded is no secret.
TEST_F(DecodedTest, WhatIsTooDeepIsNamed) {
  struct Case {
    const char* name;
    const char* text;
    bool named;
  };
  const Case cases[] = {
      {"1 times", "UHJvamVjdCBOaWdodGphciBzaGlwcyBpbiBNYXksIHRlbGwgbm9ib2R5", false},
      {"2 times", "VUhKdmFtVmpkQ0JPYVdkb2RHcGhjaUJ6YUdsd2N5QnBiaUJOWVhrc0lIUmxiR3dnYm05aWIyUjU=", false},
      {"3 times",
       "VlVoS2RtRnRWbXBrUTBKUFlWZGtiMlJIY0doamFVSjZZVWRzZDJONVFuQmlhVUpPV1ZocmMwbElVbXhpUjNkblltMDVhV0l5VWpVPQ==",
       false},
      {"4 times",
       "VmxWb1MyUnRSblJXYlhCclVUQktVRmxXWkd0aU1sSklZMGRvYW1GVlNqWlpWV1J6WkRKT05WRnVRbWxoVlVwUFYxWm9jbU13YkVsVmJYaHBVak5"
       "rYmxsdE1EVmhWMGw1VldwVlBRPT0=",
       false},
      {"5 times",
       "Vm14V2IxTXlVblJTYmxKWFlsaENjbFZVUWt0VlJteFhXa2QwYVUxc1NrbFpNR1J2WVcxR1ZsTnFXbHBXVjFKNldrUktUMDVXUm5WUmJXeG9WbFZ"
       "3VUZZeFdtOWpiVTEzWWtWc1ZtSllhSEJWYWs1cllteHNkRTFFVm1oV01HdzFWbGR3VmxCUlBUMD0=",
       true},
      {"6 times",
       "Vm0xNFYySXhUWGxWYmxKVFlteEtXRmxzYUVOamJGWlZVV3QwVmxKdGVGaFhhMlF3WVZVeGMxTnJiRnBOUjFKMldWY3hSMVpzVG5GWGJIQlhWakZ"
       "LTmxkclVrdFVNRFZYVW01V1VtSlhlRzlXYkZaM1ZVWlplRmR0T1dwaVZURXpXV3RXYzFadFNsbGhTRUpXWVdzMWNsbHRlSE5rUlRGRlZtMW9WMD"
       "FIZHpGV2JHUjNWbXhDVWxCVU1EMD0=",
       true},
  };
  for (const Case& c : cases) {
    const Verdict verdict = judge(MessageBuilder().body(c.text));
    EXPECT_EQ(verdict.action, c.named ? Action::allow : Action::reject) << c.name;
    ASSERT_EQ(verdict.unreadable.size(), c.named ? 1U : 0U) << c.name;
    if (!c.named) continue;
    EXPECT_EQ(verdict.unreadable[0].outcome, Outcome::limit) << c.name;
    EXPECT_EQ(verdict.unreadable[0].why, "text that is encoded in this part is deeper or longer than is decoded");
  }
}

TEST_F(PolicyTest, RawDetectorsDoNotDecode) {
  load_rule("detectors:\n  - {id: d, primary: {keywords: [Nightjar]}, raw: true}\n", "      content: {detector: d}\n");
  EXPECT_EQ(action(MessageBuilder().body("Nightjar ships")), Action::quarantine);
  EXPECT_EQ(action(MessageBuilder().body("UHJvamVjdCBOaWdodGphciBzaGlwcyBpbiBNYXksIHRlbGwgbm9ib2R5")), Action::allow);
  EXPECT_EQ(action(MessageBuilder().body("N%69ghtjar")), Action::allow);
}

// Distances inside a stretch are those of what it says.
TEST_F(PolicyTest, EvidenceInOneStretchIsNear) {
  load_rule(
      "evidence: {w: {keywords: [visa]}}\n"
      "detectors:\n"
      "  - {id: d, primary: {keywords: [Nightjar]}, confidence: [{level: 80, when: {at_least: 1, of: [w], within: "
      "20}}]}\n"
      "  - {id: l, primary: {keywords: [Falcon]}, confidence: [{level: 80, when: {at_least: 1, of: [w], within: "
      "line}}]}\n",
      "      content: {any: [{detector: d}, {detector: l}]}\n");
  struct Case {
    const char* name;
    const char* text;
    Action expected;
  };
  const Case cases[] = {
      {"binary, near",
       "01110110 01101001 01110011 01100001 00100000 01101111 01100110 00100000 01110100 01101000 01100101 00100000 "
       "01001110 01101001 01100111 01101000 01110100 01101010 01100001 01110010",
       Action::quarantine},
      {"binary, far",
       "01110110 01101001 01110011 01100001 00100000 01101111 01100110 00100000 01110100 01101000 01100101 00100000 "
       "01110110 01100101 01110010 01111001 00100000 01100010 01101001 01100111 00100000 01101111 01101100 01100100 "
       "00100000 01001110 01101001 01100111 01101000 01110100 01101010 01100001 01110010",
       Action::allow},
      {"base64, near", "dGhlIE5pZ2h0amFyIGFuZCBvbmUgbW9yZSB2aXNh", Action::quarantine},
      {"base64, far", "dGhlIE5pZ2h0amFyIGFuZCBzb21lIG1vcmUgd29yZHMgYW5kIHZpc2E=", Action::allow},
      {"the same line",
       "d29yZHMKdmlzYSBhbmQg\neHh4eHh4eHh4eHh4eHh4\neHh4eHh4eHh4eHh4eHh4\neHh4eHh4eHh4eHh4eHh4\neHh4eHh4eHh4eHh4eHh4\nI"
       "HRoZSBmYWxjb24Kd29y\nZHM=",
       Action::quarantine},
      {"another line", "d29yZHMKdmlzYSBhbmQKdGhlIGZhbGNvbgp3b3Jkcw==", Action::allow},
  };
  for (const Case& c : cases) EXPECT_EQ(action(MessageBuilder().body(c.text)), c.expected) << c.name;
}

// ---- Honest text ----

// What is decoded and says nothing that is looked for.
TEST_F(DecodedTest, HonestTextIsAllowed) {
  const char* const texts[] = {
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ."
      "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
      "https://click.example/?u=https%3A%2F%2Fwww.example.com%2Fa%20b&c=4929123456789012%20visa",
      "https://x.example/search?q=night+jar&l=de&id=204929123456789015",
      "{\"text\":\"Gr\\u00fc\\u00dfe\\nund mehr\",\"id\":4929123456789015}",
      "the word gur is part of a name, naq so is this",
      "Good night =\nJar of honey",
      "We meet in November at the India Hotel with Mike, Oscar, Victor and Charlie",
      "Nora, Ida, Gustav, Hanna, Theodor, Julius, Anton and Richard are coming",
      "Trains to Napoli, Imola, Genova, Torino, Ancona and Roma; flights from Nürnberg, Leipzig and Rostock",
      "one two three four five, six or seven, eight and nine",
      "Tm9ib2R5IGtub3dzIGFueXRoaW5nIG9mIHRoYXQ=",
  };
  for (const char* const text : texts) {
    const Verdict verdict = judge(MessageBuilder().body(text));
    EXPECT_EQ(verdict.action, Action::allow) << text;
    EXPECT_TRUE(verdict.unreadable.empty()) << text;
  }
}

bool same(const Decoded::Stretch& a, const Decoded::Stretch& b) {
  return a.encoding == b.encoding && a.origin == b.origin;
}

// What is read at the signs of a survey is all that stands in the text, wherever its blocks of bytes begin. Percent
// signs are a list of numbers as well, which says the same and need not be seen.
TEST(Decode, TheSurveyLeavesNothingOut) {
  for (const Spelling& c : kSpellings) {
    std::string reader;
    make_reader(c.text, reader, nullptr);
    if (stretches_of(reader).empty()) continue;                      // rot13
    if (std::string_view(c.view) == "decoded (punycode)") continue;  // by a word of the policy
    for (size_t before = 0; before < 130; before++) {
      std::string text(before, '.');
      text += '\n' + reader;
      std::vector<CodeSign> signs;
      EXPECT_TRUE(survey_reader(text, views_read_by(Reads::both), signs).encoded) << c.name << " behind " << before;
      auto there = stretches_of(text);
      auto seen = stretches_of(text, signs);
      if (std::string_view(c.view) == "decoded (percent)") {
        for (auto* stretches : {&there, &seen}) {
          std::erase_if(*stretches, [](const Decoded::Stretch& one) { return one.encoding != Encoding::percent; });
        }
      }
      EXPECT_TRUE(std::equal(there.begin(), there.end(), seen.begin(), seen.end(), same))
          << c.name << " behind " << before << ": " << there.size() << " and " << seen.size();
    }
  }
}

// More than the survey tells apart.
TEST(Decode, ManyPlacesAreAllRead) {
  const char* const kinds[] = {"Tm9ib2R5IGtub3dzIGFueXRoaW5nIG9mIHRoYXQ=",
                               "4e 69 67 68 74 6a 61 72",
                               "%4eightjar",
                               "&#78;ightjar",
                               "\\x4eightjar",
                               "=4eightjar",
                               "<~6>pXGF_u)J@r#~>"};
  for (const char* const one : kinds) {
    std::string text;
    for (int i = 0; i < 40; i++)
      text += "Number " + std::to_string(i) + " is here, " + one + " and some more words.\n\n";
    std::vector<CodeSign> signs;
    survey_reader(text, views_read_by(Reads::both), signs);
    const auto there = stretches_of(text);
    const auto seen = stretches_of(text, signs);
    EXPECT_GE(there.size(), 1U) << one;
    EXPECT_TRUE(std::equal(there.begin(), there.end(), seen.begin(), seen.end(), same))
        << one << ": " << there.size() << " and " << seen.size();
  }
}

}  // namespace
}  // namespace postern::policy
