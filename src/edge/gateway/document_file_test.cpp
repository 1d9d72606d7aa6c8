// Which files are taken as documents: what they are, whether they are whole, and that a PDF can do nothing but be looked at.
#include "gateway/document_file.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

namespace mohur::gateway {
namespace {

using namespace std::string_literals;
using registry::DocumentMedia;

std::string told(std::string_view bytes) {
  const auto checked = check_document(bytes);
  return checked ? std::string{to_token(*checked)}
                 : std::string{to_token(checked.error().outcome)} + ": " + checked.error().detail;
}

std::string pdf(const std::string& objects) {
  return "%PDF-1.7\n" + objects + "\ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n";
}
std::string one_page(const std::string& more = {}) { return pdf("1 0 obj\n<</Type/Catalog/Pages 2 0 R" + more + ">>\nendobj"); }

std::string deflated(const std::string& plain) {
  std::string out(compressBound(plain.size()), '\0');
  uLongf size = out.size();
  EXPECT_EQ(compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(plain.data()), plain.size()),
            Z_OK);
  out.resize(size);
  return out;
}
std::string with_object_stream(const std::string& bytes) {
  return pdf("3 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length " + std::to_string(bytes.size()) + ">>\nstream\r\n" +
             bytes + "\nendstream\nendobj");
}

TEST(DocumentFile, IsWhatItsBytesAre) {
  EXPECT_EQ(told(one_page()), "pdf");
  EXPECT_EQ(told("\x89PNG\r\n\x1a\n....\0\0\0\0IEND\xae\x42\x60\x82"s), "png");
  EXPECT_EQ(told("\xff\xd8\xff\xe0 JFIF \xff\xd9"s), "jpeg");
  for (const std::string& other : {""s, "MZ\x90"s, "PK\x03\x04"s, "<html>"s,
                                   "\x7f"
                                   "ELF"s,
                                   "%PD"s})
    EXPECT_TRUE(told(other).starts_with("document_refused")) << other;
}

TEST(DocumentFile, IsWhole) {
  const std::string whole = one_page();
  EXPECT_TRUE(told(whole.substr(0, whole.size() / 2)).starts_with("document_refused: The PDF is cut off"));
  EXPECT_TRUE(told("\x89PNG\r\n\x1a\n...."s).starts_with("document_refused: The PNG is cut off"));
  EXPECT_TRUE(told("\xff\xd8\xff\xe0 JFIF \xff\xd9PK\x03\x04"s).starts_with("document_refused: The JPEG is cut off"));
  EXPECT_TRUE(told(one_page(std::string(2u << 20, ' '))).starts_with("document_refused: The file is longer"));
}

TEST(DocumentFile, CanDoNothingButBeLookedAt) {
  for (const char* active :
       {"/OpenAction 3 0 R", "/AA<</O 3 0 R>>", "/Names<</JavaScript 3 0 R>>", "/Names<</EmbeddedFiles 3 0 R>>",
        "/AcroForm<</XFA 3 0 R>>", "/Encrypt 3 0 R", "/A<</S/Launch>>", "/A<</S/J#61vaScript>>"})
    EXPECT_TRUE(told(one_page(active)).starts_with("document_refused: The PDF holds /")) << active;
  for (const char* harmless : {"/AcroForm<<>>", "/PageMode/UseNone", "/JSON 1", "/Lang(/JavaScript is only text here)"})
    EXPECT_EQ(told(one_page(harmless)) == "pdf", std::string_view{harmless}.find("(/JavaScript") == std::string_view::npos)
        << "a name in a text is refused too, which errs on the safe side: " << harmless;
}

TEST(DocumentFile, IsLookedIntoWhereObjectsAreFolded) {
  EXPECT_EQ(told(with_object_stream(deflated("1 0 <</Type/Catalog>>"))), "pdf");
  EXPECT_TRUE(
      told(with_object_stream(deflated("1 0 <</S/JavaScript/JS 4 0 R>>"))).starts_with("document_refused: The PDF holds /"));
  EXPECT_TRUE(told(with_object_stream("not deflated")).starts_with("document_refused: The PDF keeps objects"));
  EXPECT_TRUE(told(with_object_stream(deflated(std::string(17u << 20, ' ')))).starts_with("document_refused: The PDF unfolds"));
}

}  // namespace
}  // namespace mohur::gateway
