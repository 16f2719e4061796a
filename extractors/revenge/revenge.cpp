#include "extractors/revenge/revenge.h"

#include <algorithm>
#include <array>
#include <exception>
#include <iterator>

#include <libabw/libabw.h>
#include <libcdr/libcdr.h>
#include <libe-book/libe-book.h>
#include <libetonyek/libetonyek.h>
#include <libfreehand/libfreehand.h>
#include <libmspub/libmspub.h>
#include <libmwaw/libmwaw.hxx>
#include <libpagemaker/libpagemaker.h>
#include <libqxp/libqxp.h>
#include <librevenge-stream/librevenge-stream.h>
#include <libstaroffice/libstaroffice.hxx>
#include <libvisio/libvisio.h>
#include <libwpd/libwpd.h>
#include <libwpg/libwpg.h>
#include <libwps/libwps.h>
#include <libzmf/libzmf.h>

#include "extractors/archive/zip_document.h"
#include "extractors/revenge/abiword.h"
#include "extractors/revenge/compound_rest.h"
#include "extractors/revenge/cut.h"
#include "extractors/revenge/gatherer.h"
#include "extractors/revenge/iwa.h"

namespace postern::extract {

namespace revenge {

namespace {

using Stream = librevenge::RVNGInputStream;
using TextTeller = Teller<librevenge::RVNGTextInterface>;
using SheetTeller = Teller<librevenge::RVNGSpreadsheetInterface>;
using SlideTeller = Teller<librevenge::RVNGPresentationInterface>;
using DrawingTeller = Teller<librevenge::RVNGDrawingInterface>;

enum class Result { read, failed, not_its_own, encrypted };

Result result_of(bool ok) {
  return ok ? Result::read : Result::failed;
}

Result wordperfect(Stream& in, Gatherer& to) {
  const libwpd::WPDConfidence confidence = libwpd::WPDocument::isFileFormatSupported(&in);
  if (confidence == libwpd::WPD_CONFIDENCE_NONE) return Result::not_its_own;
  if (confidence != libwpd::WPD_CONFIDENCE_EXCELLENT) return Result::encrypted;
  TextTeller teller(to);
  return result_of(libwpd::WPDocument::parse(&in, &teller, nullptr) == libwpd::WPD_OK);
}

Result works(Stream& in, Gatherer& to) {
  libwps::WPSKind kind{};
  libwps::WPSCreator creator{};
  bool needs_charset = false;
  const auto confidence = libwps::WPSDocument::isFileFormatSupported(&in, kind, creator, needs_charset);
  if (confidence == libwps::WPS_CONFIDENCE_NONE) return Result::not_its_own;
  if (confidence == libwps::WPS_CONFIDENCE_SUPPORTED_ENCRYPTION) return Result::encrypted;
  if (kind == libwps::WPS_TEXT) {
    TextTeller teller(to);
    return result_of(libwps::WPSDocument::parse(&in, &teller) == libwps::WPS_OK);
  }
  SheetTeller teller(to);
  return result_of(libwps::WPSDocument::parse(&in, &teller) == libwps::WPS_OK);
}

Result iwork(Stream& in, Gatherer& to) {
  using Document = libetonyek::EtonyekDocument;
  Document::Type type = Document::TYPE_UNKNOWN;
  if (Document::isSupported(&in, &type) == Document::CONFIDENCE_NONE) return Result::not_its_own;
  if (type == Document::TYPE_KEYNOTE) {
    SlideTeller teller(to);
    return result_of(Document::parse(&in, &teller));
  }
  if (type == Document::TYPE_NUMBERS) {
    SheetTeller teller(to);
    return result_of(Document::parse(&in, &teller));
  }
  TextTeller teller(to);
  return result_of(Document::parse(&in, &teller));
}

Result staroffice(Stream& in, Gatherer& to) {
  STOFFDocument::Kind kind = STOFFDocument::STOFF_K_UNKNOWN;
  const auto confidence = STOFFDocument::isFileFormatSupported(&in, kind);
  if (confidence == STOFFDocument::STOFF_C_NONE) return Result::not_its_own;
  // Drawings, slides and sheets are told to be encrypted when they are not: what is, is told by reading it.
  const auto parse = [&](auto&& teller) {
    const STOFFDocument::Result result = STOFFDocument::parse(&in, &teller);
    const bool locked = result == STOFFDocument::STOFF_R_PASSWORD_MISSMATCH_ERROR;
    return locked ? Result::encrypted : result_of(result == STOFFDocument::STOFF_R_OK);
  };
  if (kind == STOFFDocument::STOFF_K_TEXT) return parse(TextTeller(to));
  if (kind == STOFFDocument::STOFF_K_PRESENTATION) return parse(SlideTeller(to));
  const bool is_table = kind == STOFFDocument::STOFF_K_SPREADSHEET || kind == STOFFDocument::STOFF_K_DATABASE;
  return is_table ? parse(SheetTeller(to)) : parse(DrawingTeller(to));
}

Result classic_mac(Stream& in, Gatherer& to) {
  MWAWDocument::Type type = MWAWDocument::MWAW_T_UNKNOWN;
  MWAWDocument::Kind kind = MWAWDocument::MWAW_K_UNKNOWN;
  const auto confidence = MWAWDocument::isFileFormatSupported(&in, type, kind);
  if (confidence == MWAWDocument::MWAW_C_NONE) return Result::not_its_own;
  if (confidence != MWAWDocument::MWAW_C_EXCELLENT) return Result::encrypted;
  const auto parse = [&](auto&& teller) {
    return result_of(MWAWDocument::parse(&in, &teller) == MWAWDocument::MWAW_R_OK);
  };
  switch (kind) {
    case MWAWDocument::MWAW_K_TEXT:
    case MWAWDocument::MWAW_K_UNKNOWN:
      return parse(TextTeller(to));
    case MWAWDocument::MWAW_K_PRESENTATION:
      return parse(SlideTeller(to));
    case MWAWDocument::MWAW_K_SPREADSHEET:
    case MWAWDocument::MWAW_K_DATABASE:
      return parse(SheetTeller(to));
    case MWAWDocument::MWAW_K_DRAW:
    case MWAWDocument::MWAW_K_PAINT:
      return parse(DrawingTeller(to));
  }
  return Result::not_its_own;
}

Result book(Stream& in, Gatherer& to) {
  using Document = libebook::EBOOKDocument;
  Document::Type type = Document::TYPE_UNKNOWN;
  if (Document::isSupported(&in, &type) == Document::CONFIDENCE_NONE) return Result::not_its_own;
  TextTeller teller(to);
  const Document::Result result = Document::parse(&in, &teller, type);
  const bool locked = result == Document::RESULT_UNSUPPORTED_ENCRYPTION || result == Document::RESULT_PASSWORD_MISMATCH;
  return locked ? Result::encrypted : result_of(result == Document::RESULT_OK);
}

Result quark(Stream& in, Gatherer& to) {
  if (!libqxp::QXPDocument::isSupported(&in)) return Result::not_its_own;
  DrawingTeller teller(to);
  return result_of(libqxp::QXPDocument::parse(&in, &teller) == libqxp::QXPDocument::RESULT_OK);
}

Result abiword(Stream& in, Gatherer& to) {
  if (!libabw::AbiDocument::isFileFormatSupported(&in)) return Result::not_its_own;
  TextTeller teller(to);
  return result_of(libabw::AbiDocument::parse(&in, &teller));
}

// The libraries that draw say yes or no.
template <typename Document>
Result drawing(Stream& in, Gatherer& to) {
  if (!Document::isSupported(&in)) return Result::not_its_own;
  in.seek(0, librevenge::RVNG_SEEK_SET);
  DrawingTeller teller(to);
  return result_of(Document::parse(&in, &teller));
}

// The pages, then the masters of its shapes.
Result visio(Stream& in, Gatherer& to) {
  const Result result = drawing<libvisio::VisioDocument>(in, to);
  if (result != Result::read) return result;
  in.seek(0, librevenge::RVNG_SEEK_SET);
  to.begin_masters();
  DrawingTeller teller(to);
  libvisio::VisioDocument::parseStencils(&in, &teller);
  to.close();
  return result;
}

using Read = Result (*)(Stream&, Gatherer&);

struct Format {
  std::string_view mime;
  Read read;
};

Result wordperfect_graphics(Stream& in, Gatherer& to) {
  if (!libwpg::WPGraphics::isSupported(&in)) return Result::not_its_own;
  in.seek(0, librevenge::RVNG_SEEK_SET);
  DrawingTeller teller(to);
  return result_of(libwpg::WPGraphics::parse(&in, &teller));
}

constexpr std::string_view kAbiWord = "application/x-abiword", kVisio = "application/vnd.visio",
                           kPublisher = "application/x-mspublisher";

constexpr std::array kFormats = {
    Format{"application/vnd.wordperfect", wordperfect},
    Format{"application/vnd.wordperfect", wordperfect_graphics},
    Format{"application/vnd.ms-works", works},
    Format{"application/vnd.lotus-1-2-3", works},
    Format{"application/x-mswrite", works},
    Format{"application/x-quattro-pro", works},
    Format{kVisio, visio},
    Format{kPublisher, drawing<libmspub::MSPUBDocument>},
    Format{"application/vnd.apple.pages", iwork},
    Format{"application/vnd.apple.numbers", iwork},
    Format{"application/vnd.apple.keynote", iwork},
    Format{"application/vnd.stardivision.writer", staroffice},
    Format{"application/x-coreldraw", drawing<libcdr::CDRDocument>},
    Format{"application/x-coreldraw", drawing<libcdr::CMXDocument>},
    Format{"application/x-freehand", drawing<libfreehand::FreeHandDocument>},
    Format{"application/x-pagemaker", drawing<libpagemaker::PMDocument>},
    Format{"application/vnd.quark.quarkxpress", quark},
    Format{kAbiWord, abiword},
    Format{"application/x-zoner-draw", drawing<libzmf::ZMFDocument>},
    Format{"application/x-mobipocket-ebook", book},
    Format{"application/x-appleworks", classic_mac},
};

constexpr bool has_a_reader(std::string_view type) {
  return std::any_of(kFormats.begin(), kFormats.end(), [&](const Format& format) { return format.mime == type; });
}
static_assert(std::all_of(std::begin(kRevengeTypes), std::end(kRevengeTypes),
                          [](std::string_view type) { return type == kIwaType || has_a_reader(type); }));

// A library may tell something before it gives up, or throw: what was told stays.
Result run(Read read, const Source& source, Gatherer& to) {
  librevenge::RVNGStringStream stream(reinterpret_cast<const unsigned char*>(source.bytes.data()),
                                      static_cast<unsigned>(source.bytes.size()));
  try {
    return read(stream, to);
  } catch (const Stopped&) {
    return Result::read;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (...) {
    return Result::failed;
  }
}

const XmlVocabulary& no_names() {
  static const XmlVocabulary names({}, {});
  return names;
}

// Members of an iWork document that is a zip: pictures, previews, the archives of later versions. The XML of 2009 is
// given only when the library could not tell it; what names nothing but versions of the program, never.
class IworkMembers final : public ZipDocument {
 public:
  IworkMembers(const Source& source, Sink& sink)
      : ZipDocument(source, sink, no_names(), DocumentTypes::without_entities) {}

  Ending give(bool told) {
    for (const ZipEntry& entry : package().zip().entries()) {
      const std::string name = lower_ascii(entry.name);
      const bool of_program = std::find(kOfTheProgram.begin(), kOfTheProgram.end(), name) != kOfTheProgram.end();
      if (of_program && entry.packed_size <= kMostOfTheProgram) package().mark_used(name);
    }
    // The library reads one; of several nobody knows which.
    const auto is_there = [this](const char* part) { return package().has(part); };
    if (told && std::count_if(kXml.begin(), kXml.end(), is_there) == 1) {
      for (const char* const part : kXml) package().mark_used(part);
    }
    const bool locked = package().has(".iwpv2") || package().has(".iwph");
    children_left_over();
    if (locked) return {Outcome::encrypted, "the document is encrypted and no password is at hand"};
    return ending("some of its members are");
  }

 private:
  static constexpr std::uint64_t kMostOfTheProgram = 2048;  // packed
  static constexpr std::array<std::string_view, 5> kOfTheProgram = {
      "buildversionhistory.plist", "contents/pkginfo", "metadata/buildversionhistory.plist",
      "metadata/properties.plist", "metadata/documentidentifier"};
  static constexpr std::array kXml = {"index.xml",     "index.xml.gz",      "index.apxl",
                                      "index.apxl.gz", "presentation.apxl", "presentation.apxl.gz"};
};

bool is_iwork(std::string_view type) {
  return type == "application/vnd.apple.pages" || type == "application/vnd.apple.numbers" ||
         type == "application/vnd.apple.keynote";
}

class RevengeExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    Gatherer gatherer(sink);
    if (source.type.mime == kIwaType) {
      const Ending archive = tell_iwa(source.bytes, source.name, gatherer, sink.budget());
      const Ending told = gatherer.finish();
      return told.outcome == Outcome::complete ? archive : told;
    }
    const bool is_publisher = source.type.mime == kPublisher;
    if (is_publisher) gatherer.keep_told();
    Result result = Result::not_its_own;
    for (const Format& format : kFormats) {
      if (format.mime != source.type.mime || result != Result::not_its_own) continue;
      result = run(format.read, source, gatherer);
    }
    if (result == Result::read && source.type.mime == kAbiWord) tell_abiword_rest(source.bytes, gatherer);
    Ending ending = gatherer.finish();
    bool has_rest = false;
    if (ending.outcome == Outcome::complete && !sink.stopped() && (is_publisher || source.type.mime == kVisio)) {
      Ending rest = complete();
      has_rest = tell_compound_rest(source, result != Result::read, gatherer, sink, rest);
      ending = gatherer.finish();
      if (ending.outcome == Outcome::complete) ending = rest;
    }
    if (ending.outcome != Outcome::complete || sink.stopped()) return ending;
    if (is_iwork(source.type.mime) && source.bytes.starts_with("PK")) {
      Ending members = IworkMembers(source, sink).give(result == Result::read);
      if (members.outcome != Outcome::complete || sink.stopped()) return members;
    }
    if (has_rest && (result == Result::failed || result == Result::not_its_own)) {
      return {Outcome::partial, "its library gave up; its texts were read as they are stored"};
    }
    switch (result) {
      case Result::read:
        if (is_cut(source.bytes)) return {Outcome::malformed, "it is cut off; what stands before was read"};
        return complete();
      case Result::encrypted:
        return {Outcome::encrypted, "the document is encrypted and no password is at hand"};
      case Result::failed:
        return {Outcome::malformed, "its library gave up on damaged data"};
      case Result::not_its_own:
        return {Outcome::unsupported, "it is of a version of " + source.type.mime + " that is not read"};
    }
    return ending;
  }
};

}  // namespace

}  // namespace revenge

std::shared_ptr<Extractor> make_revenge_extractor() {
  return std::make_shared<revenge::RevengeExtractor>();
}

}  // namespace postern::extract
