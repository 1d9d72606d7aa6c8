#include "gateway/document_file.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>

namespace mohur::gateway {
namespace {

using registry::DocumentMedia;
using namespace std::string_view_literals;

constexpr std::string_view kPngBegin = "\x89PNG\r\n\x1a\n"sv;
constexpr std::string_view kPngEnd = "\0\0\0\0IEND\xae\x42\x60\x82"sv;
constexpr std::string_view kJpegBegin = "\xff\xd8\xff"sv;
constexpr std::string_view kJpegEnd = "\xff\xd9"sv;

// Names in a PDF that make it more than something to look at.
constexpr std::array kActiveNames = {"/JavaScript"sv, "/JS"sv,        "/Launch"sv,     "/EmbeddedFile"sv, "/EmbeddedFiles"sv,
                                     "/XFA"sv,        "/RichMedia"sv, "/OpenAction"sv, "/AA"sv,           "/Encrypt"sv};

constexpr const char* kWayOut = ": print it to a new PDF, without scripts, attachments and passwords.";

std::unexpected<Refusal> refused(std::string why) { return refuse(Outcome::document_refused, "content", std::move(why)); }

constexpr bool is_of_name(char c) {
  constexpr std::string_view ends = "()<>[]{}/% \t\r\n\f\0"sv;
  return !ends.contains(c);
}

int hex_digit(char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto at = digits.find(static_cast<char>(c >= 'A' && c <= 'F' ? c + 32 : c));
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

// A name as a reader of PDF sees it: `#4a` is J.
std::string name_at(std::string_view pdf, std::size_t slash) {
  std::string name = "/";
  for (std::size_t i = slash + 1; i < pdf.size() && is_of_name(pdf[i]); ++i) {
    const int high = pdf[i] == '#' && i + 2 < pdf.size() ? hex_digit(pdf[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(pdf[i + 2]) : -1;
    if (low >= 0) {
      name += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      name += pdf[i];
    }
  }
  return name;
}

// The first active name in this part of a PDF.
std::string active_name(std::string_view part) {
  for (std::size_t at = part.find('/'); at != std::string_view::npos; at = part.find('/', at + 1)) {
    std::string name = name_at(part, at);
    if (std::ranges::find(kActiveNames, name) != kActiveNames.end()) return name;
  }
  return {};
}

// What a stream that is deflated holds, up to so many bytes; nothing for other bytes. A stream that says less than it holds ends
// where the deflated data ends, as readers take it.
std::string inflated(std::string_view stream, std::size_t most) {
  z_stream z{};
  if (inflateInit(&z) != Z_OK) return {};
  std::string out(most, '\0');
  std::string in{stream};
  z.next_in = reinterpret_cast<Bytef*>(in.data());
  z.avail_in = static_cast<uInt>(in.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  inflate(&z, Z_SYNC_FLUSH);
  out.resize(most - z.avail_out);
  inflateEnd(&z);
  return out;
}

// Objects may lie in streams that are deflated, where a name is not to be seen from outside.
Result<void> check_object_streams(std::string_view pdf) {
  constexpr std::size_t kMostOfAll = 16u << 20;
  std::size_t left = kMostOfAll;
  for (std::size_t at = pdf.find("stream"); at != std::string_view::npos; at = pdf.find("stream", at + 6)) {
    if (pdf.substr(0, at).ends_with("end")) continue;
    const std::size_t dictionary = pdf.rfind("obj", at);
    if (dictionary == std::string_view::npos || !pdf.substr(dictionary, at - dictionary).contains("ObjStm")) continue;
    const std::size_t begin = pdf.find_first_not_of("\r\n", at + 6);
    if (begin == std::string_view::npos) break;
    const std::string objects = inflated(pdf.substr(begin), left);
    if (objects.empty()) return refused("The PDF keeps objects in a form that cannot be looked into: print it to a new PDF.");
    if (objects.size() == left) return refused("The PDF unfolds to more than 16 MiB: print it to a new PDF.");
    left -= objects.size();
    if (const std::string name = active_name(objects); !name.empty()) return refused("The PDF holds " + name + kWayOut);
  }
  return {};
}

Result<DocumentMedia> check_pdf(std::string_view pdf) {
  if (!pdf.substr(pdf.size() > 1024 ? pdf.size() - 1024 : 0).contains("%%EOF"))
    return refused("The PDF is cut off: it has no end.");
  if (const std::string name = active_name(pdf); !name.empty()) return refused("The PDF holds " + name + kWayOut);
  MOHUR_TRY(check_object_streams(pdf));
  return DocumentMedia::pdf;
}

}  // namespace

Result<DocumentMedia> check_document(std::string_view bytes) {
  if (bytes.size() > registry::kMostDocumentBytes) return refused("The file is longer than 2 MiB.");
  if (bytes.starts_with("%PDF-")) return check_pdf(bytes);
  if (bytes.starts_with(kPngBegin))
    return bytes.ends_with(kPngEnd) ? Result<DocumentMedia>{DocumentMedia::png}
                                    : refused("The PNG is cut off, or goes on after its end.");
  if (bytes.starts_with(kJpegBegin))
    return bytes.ends_with(kJpegEnd) ? Result<DocumentMedia>{DocumentMedia::jpeg}
                                     : refused("The JPEG is cut off, or goes on after its end.");
  return refused("It is neither a PDF, nor a PNG, nor a JPEG.");
}

}  // namespace mohur::gateway
