// One line a format family: what this build reads.
#include "extractors/archive/archive.h"
#include "extractors/archive/arj.h"
#include "extractors/archive/chm.h"
#include "extractors/archive/gzip.h"
#include "extractors/archive/zip.h"
#include "extractors/book/epub.h"
#include "extractors/book/fictionbook.h"
#include "extractors/cards/cards.h"
#include "extractors/dbase/dbase.h"
#include "extractors/doc/doc.h"
#include "extractors/encoded_words.h"
#include "extractors/font/font.h"
#include "extractors/html/html.h"
#include "extractors/hwp/hwp.h"
#include "extractors/image/image.h"
#include "extractors/mail/emlx.h"
#include "extractors/mail/locked.h"
#include "extractors/mail/mail.h"
#include "extractors/mail/mbox.h"
#include "extractors/mail/sealed.h"
#include "extractors/media/media.h"
#include "extractors/metafile/metafile.h"
#include "extractors/modules.h"
#include "extractors/odf/odf.h"
#include "extractors/office_xml/office_xml.h"
#include "extractors/ole/ole.h"
#include "extractors/onenote/onenote.h"
#include "extractors/ooxml/ooxml.h"
#include "extractors/outlook/msg.h"
#include "extractors/outlook/tnef.h"
#include "extractors/pdf/form_data.h"
#include "extractors/pdf/pdf.h"
#include "extractors/ppt/ppt.h"
#include "extractors/pst/pst.h"
#include "extractors/registry.h"
#include "extractors/revenge/revenge.h"
#include "extractors/rtf/rtf.h"
#include "extractors/sqlite/sqlite.h"
#include "extractors/text/text.h"
#include "extractors/webarchive/webarchive.h"
#include "extractors/wrapper/apple.h"
#include "extractors/wrapper/deflated.h"
#include "extractors/wrapper/encoded_text.h"
#include "extractors/wrapper/previewed_eps.h"
#include "extractors/xls/xls.h"

namespace postern::extract {

namespace {

constexpr std::string_view kHtmlTypes[] = {"text/html", "application/xhtml+xml"};

// Formats that are zips and have no reader of their own: their members are read as files.
constexpr std::string_view kZipTypes[] = {
    "application/zip",
    "application/java-archive",
    "application/vnd.android.package-archive",
};

template <typename Types>
void add_all(Registry& registry, const Types& types, const std::shared_ptr<Extractor>& extractor) {
  for (const std::string_view type : types) registry.add(std::string(type), extractor);
}

}  // namespace

Registry builtin_registry(const Modules& modules, Ocr ocr) {
  // One reader of pixels for whatever holds pictures.
  const std::shared_ptr<Extractor> pixels = modules.extractor(ocr == Ocr::on ? "ocr" : "codes");
  Registry registry;
  add_all(registry, kMailTypes, make_mail_extractor());
  registry.add("application/mbox", make_mbox_extractor());
  registry.add(std::string(kEmlxType), make_emlx_extractor());
  add_all(registry, kMultipartTypes, make_multipart_extractor());
  add_all(registry, kSealedTypes, make_sealed_extractor());
  add_all(registry, kLockedTypes, make_sealed_extractor());
  add_all(registry, kTextTypes, make_text_extractor());
  add_all(registry, kCardTypes, make_cards_extractor());
  registry.add(std::string(kEpubType), make_epub_extractor());
  registry.add(std::string(kFictionBookType), make_fictionbook_extractor());
  registry.add("text/html", make_html_extractor());
  registry.add("image/svg+xml", make_html_extractor());
  add_all(registry, kHtmlTypes, make_html_extractor());
  registry.add(std::string(kUuencodeType), make_encoded_text_extractor());
  registry.add(std::string(kYencType), make_encoded_text_extractor());
  registry.add(std::string(kZlibType), make_zlib_extractor());
  registry.add(std::string(kEncodedWordsType), make_encoded_words_extractor());
  registry.add(std::string(kBinHexType), make_binhex_extractor());
  registry.add(std::string(kMacBinaryType), make_macbinary_extractor());
  registry.add(std::string(kAppleFileType), make_applefile_extractor());
  registry.add(std::string(kPreviewedEpsType), make_previewed_eps_extractor());
  registry.add("application/gzip", make_gzip_extractor());
  add_all(registry, kArchiveTypes, make_archive_extractor());
  registry.add("application/vnd.ms-htmlhelp", make_chm_extractor());
  registry.add("application/x-arj", make_arj_extractor());
  add_all(registry, kPackedTypes, make_packed_extractor());
  add_all(registry, kZipTypes, make_zip_extractor());
  registry.add("application/x-bplist", make_webarchive_extractor());
  registry.add("application/onenote", make_onenote_extractor());
  add_all(registry, kRevengeTypes, modules.extractor("revenge"));
  add_all(registry, odf_types(), make_odf_extractor());
  registry.add(std::string(kFlatOdfType), make_flat_odf_extractor());
  add_all(registry, ooxml_types(), make_ooxml_extractor());
  registry.add(std::string(kWordMlType), make_word_ml_extractor());
  registry.add(std::string(kSpreadsheetMlType), make_spreadsheet_ml_extractor());
  registry.add(std::string(kFlatPackageType), make_flat_package_extractor());
  registry.add("application/x-encrypted-ooxml", make_encrypted_ooxml_extractor());
  registry.add("application/x-ole-storage", make_ole_extractor());
  registry.add("application/vnd.ms-excel", make_xls_extractor());
  registry.add(std::string(kMsgType), make_msg_extractor());
  registry.add(std::string(kTnefType), make_tnef_extractor());
  registry.add(std::string(kPstType), make_pst_extractor());
  registry.add("application/pdf", make_pdf_extractor(pixels, ocr));
  registry.add(std::string(kFormDataType), make_form_data_extractor());
  registry.add("application/msword", make_doc_extractor());
  registry.add("application/vnd.ms-powerpoint", make_ppt_extractor());
  registry.add(kHwpType, make_hwp_extractor());
  registry.add("application/rtf", make_rtf_extractor());
  add_all(registry, kPictureTypes, make_picture_extractor(pixels));
  registry.add(std::string(kDbaseType), make_dbase_extractor());
  registry.add(std::string(kSqliteType), modules.extractor("sqlite"));
  add_all(registry, kFontTypes, make_font_extractor());
  add_all(registry, kMediaTypes, make_media_extractor());
  add_all(registry, kMetafileTypes, make_metafile_extractor());
  return registry;
}

}  // namespace postern::extract
