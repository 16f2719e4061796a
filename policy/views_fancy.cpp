// Alphabets that programs for "fancy text" write ASCII letters in: letters and signs of any script that look like them
// somehow. UTS 39 lists what could be taken for a letter; these are read with a smile.
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

struct Alphabet {
  std::string_view letters;
  std::string_view ascii;
};

constexpr std::string_view kAll = "abcdefghijklmnopqrstuvwxyz";

constexpr Alphabet kAlphabets[] = {
    // signs of currencies
    {"₳₵₣₲Ⱨ₭Ⱡ₥₦₱Ɽ₴₮Ʉ₩ӾɎⱫ", "ACFGHKLMNPRSTUWXYZ"},
    // Canadian syllabics
    {"ᗩᗷᑕᗪᗴᖴᘜᕼᒍᒪᗰᑎᑭᑫᖇᔕᑌᐯᗯ᙭ᘔ", "ABCDEFGHJLMNPQRSUVWXZ"},
    {"ᘓᘿᘐᓰᒚᘻᘉᓍᕵᕴᖶᑘᐺᘺᖻᗱ", "cegijmnopqtuvwyz"},
    // Latin letters that are no form of one letter
    {"ɧʅʍŋƖɬƚ", "hlmnltt"},
    {"ҽ", "e"},
    // Chinese, Japanese and Bopomofo
    {"卂乃匚乇千卄丨フㄥ爪几ㄖ卩尺丂ㄒㄩ山乂ㄚ乙", "abcefhijlmnoprstuwxyz"},
    {"刀ノズレム口ヤ丁工ワ", "diklaOptIw"},
    {"キんカのれアイメリゐひ", "fhmonptxyqu"},
    // Korean
    {"ᄊᄃ", "mc"},
    // Yi
    {"ꋬꃳꉔ꒯ꏂꊰꍌꁝ꒐꒻ꀘ꒒ꂵꋊꄲꉣꆰꋪꇙ꓄꒤꒦ꅐꉧꌦꁴ", kAll},
    {"ꌚꎭ", "sm"},
    {"ꍏꌃꉓꀸꍟꎇꁅꃅꀤꀭꈤꂦꌗꀎꃴꅏꊼꌩ", "abcdefghijnosuvwxy"},
    // Cherokee and Ethiopic
    {"ᏗᏰፈᎴᏋᎦᎶᏂᎥᏠᏦᏝᎷᏁᎧᎮᎤᏒᏕᏖᏬᏉᏇጀᎩፚ", kAll},
    {"Ꮎ", "o"},
    {"ልጌርዕቿቻኗዘጎጋጕረጠክዐየዒዪነፕሁሀሠሸሃጊ", kAll},
    // Tibetan
    {"ཞ", "r"},
    // Coptic
    {"Ⳑⳑⲋ", "Lls"},
    {"ⲀⲂⲤⲆⲈⲄⲎⲒⲔⲘⲚⲞⲢⲦⲨⲬⲰ", "ABCDEGHIKMNOPTYXW"},
    {"ⲁⲃⲥⲇⲉⲅⲏⲓⲕⲙⲛⲟⲣⲧⲩⲭⲱ", "abcdeghikmnoptyxw"},
    // Armenian and Georgian
    {"ժցհյղռոօքզֆսէտմվաւ", "dghjnnnopqsuttmvwr"},
    {"ჩႱ", "hb"},
    // Runes, Old Italic and Gothic
    {"ᚨᛒᚲᛞᛖᚠᚷᚺᛁᛃᛚᛗᚾᛟᛈᛩᚱᛊᛏᚢᚡᚹᛪᚤᛉ", "abcdefghijlmnopqrstuvwxyz"},
    {"ᛋᚴᚦ", "skp"},
    {"𐌀𐌁𐌂𐌃𐌄𐌅𐌆𐌇𐌉𐌊𐌋𐌌𐌍𐌏𐌐𐌒𐌓𐌔𐌕𐌖𐌗", "abcdefzhiklmnopqrstux"},
    {"𐌰𐌱𐌲𐌳𐌴𐌵𐌶𐌷𐌹𐌺𐌻𐌼𐌽𐌾𐌿𐍀𐍂𐍃𐍄𐍅𐍆𐍇𐍉", "abgdeqzhiklmnjuprstwfxo"},
    // Of a package's estimated content
    {"℮", "e"},
    // Hebrew and Thai
    {"נןסח", "jion"},
    {"ค๒ςєเןภ๏קгรՇยשฬץչ", "abceijnoprstuwwyz"},
};

}  // namespace

void each_fancy_letter(const std::function<void(char32_t letter, char ascii)>& visit) {
  for (const Alphabet& alphabet : kAlphabets) {
    size_t at = 0;
    for (const char ascii : alphabet.ascii) {
      if (at < alphabet.letters.size()) visit(next_code_point(alphabet.letters, at), ascii);
    }
  }
}

bool is_fancy_sign(char32_t c) {
  return c == 0xe4f || (c >= 0xa490 && c < 0xa4c7) || c == 0x212e || c == 0x166d || c == 0x20a3 || c == 0x20a5 ||
         c == 0x20a6 || c == 0x20a9 || c == 0x20ad || c == 0x20ae || (c >= 0x20b1 && c <= 0x20b5);
}

}  // namespace postern::policy
