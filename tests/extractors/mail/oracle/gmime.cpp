// GMime's reading of a mail.
#include <memory>

#include <gmime/gmime.h>

#include "extractors/utf8.h"
#include "tests/extractors/mail/oracle/shown.h"

namespace postern::test {
namespace {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <typename T>
using Owned = std::unique_ptr<T, Unref>;

std::string or_empty(const char* text) {
  return text != nullptr ? text : "";
}

class Reading {
 public:
  std::vector<Shown> out;

  void message(GMimeMessage* message, const std::string& path) {
    fields(GMIME_OBJECT(message), path, "");
    if (GMimeObject* const content = g_mime_message_get_mime_part(message)) object(content, path + "1", false);
  }

 private:
  void add(std::string what, const std::string& text, const std::string& charset = "") {
    if (!text.empty()) out.push_back({std::move(what), text, charset});
  }

  // Fields that say only type and coding are left out of parts: their names and texts are what is shown of them.
  void fields(GMimeObject* object, const std::string& path, std::string_view only) {
    GMimeHeaderList* const list = g_mime_object_get_header_list(object);
    for (int i = 0; i < g_mime_header_list_get_count(list); i++) {
      GMimeHeader* const field = g_mime_header_list_get_header_at(list, i);
      const std::string name = or_empty(g_mime_header_get_name(field));
      if (!only.empty() && (g_ascii_strcasecmp(name.c_str(), "Content-Type") == 0 ||
                            g_ascii_strcasecmp(name.c_str(), "Content-Disposition") == 0 ||
                            g_ascii_strcasecmp(name.c_str(), "Content-Transfer-Encoding") == 0)) {
        continue;
      }
      add("header " + name + " of " + path, or_empty(g_mime_header_get_value(field)));
    }
  }

  void object(GMimeObject* one, const std::string& path, bool own_fields) {
    if (own_fields) fields(one, path, "part");
    if (GMIME_IS_MULTIPART(one)) {
      GMimeMultipart* const multipart = GMIME_MULTIPART(one);
      add("preamble of " + path, or_empty(g_mime_multipart_get_prologue(multipart)));
      for (int i = 0; i < g_mime_multipart_get_count(multipart); i++)
        object(g_mime_multipart_get_part(multipart, i), path + "/" + std::to_string(i + 1), true);
      add("epilogue of " + path, or_empty(g_mime_multipart_get_epilogue(multipart)));
    } else if (GMIME_IS_MESSAGE_PART(one)) {
      if (GMimeMessage* const inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(one)))
        message(inner, path + "/");
    } else if (GMIME_IS_PART(one)) {
      part(GMIME_PART(one), path);
    }
  }

  void part(GMimePart* one, const std::string& path) {
    add("name of " + path, or_empty(g_mime_part_get_filename(one)));
    add("description of " + path, or_empty(g_mime_part_get_content_description(one)));
    GMimeContentType* const type = g_mime_object_get_content_type(GMIME_OBJECT(one));
    const bool html = g_mime_content_type_is_type(type, "text", "html") != FALSE;
    if (GMIME_IS_TEXT_PART(one)) {
      char* const text = g_mime_text_part_get_text(GMIME_TEXT_PART(one));
      add("text of " + path + (html ? " (html)" : ""), or_empty(text),
          or_empty(g_mime_content_type_get_parameter(type, "charset")));
      g_free(text);
      return;
    }
    // Other parts as the bytes that would be saved, when they are text.
    GMimeDataWrapper* const content = g_mime_part_get_content(one);
    if (content == nullptr) return;
    const Owned<GMimeStream> saved(g_mime_stream_mem_new());
    g_mime_data_wrapper_write_to_stream(content, saved.get());
    GByteArray* const bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(saved.get()));
    const std::string text(reinterpret_cast<const char*>(bytes->data), bytes->len);
    if (extract::is_utf8(text) && text.find('\0') == std::string::npos) add("bytes of " + path, text);
  }
};

}  // namespace

std::vector<Shown> shown_by_gmime(std::string_view mail) {
  static const bool ready = [] {
    g_mime_init();
    return true;
  }();
  static_cast<void>(ready);
  const Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(mail.data(), mail.size()));
  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  const Owned<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), nullptr));
  Reading reading;
  if (message) reading.message(message.get(), "");
  return std::move(reading.out);
}

}  // namespace postern::test
