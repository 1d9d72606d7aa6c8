#include "sheets/xml.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "base/assert.hpp"

namespace mohur::sheets {
namespace {

constexpr std::size_t kPieceBytes = 16u << 10;
constexpr std::size_t kMostHeld = 1u << 20;  // by a parser: what it has not told yet, open elements, and names that it has met
constexpr std::size_t kMostUnfinished = 64u << 10;  // of one tag, comment or value: it is looked at again with each piece
constexpr std::size_t kMostDepth = 32;

// How much the parser at work holds. Expat's memory functions are told no more than a size, so each piece of memory has its own
// in front of it.
thread_local std::size_t* held_now = nullptr;
constexpr std::size_t kFront = alignof(std::max_align_t);

std::byte* front_of(void* room) { return static_cast<std::byte*>(room) - kFront; }
std::size_t size_of(void* room) {
  std::size_t size = 0;
  std::memcpy(&size, front_of(room), sizeof size);
  return size;
}

void* take(void* old, std::size_t size) {
  const std::size_t before = old == nullptr ? 0 : size_of(old);
  if (size > kMostHeld || *held_now - before + size > kMostHeld) return nullptr;
  void* front = std::realloc(old == nullptr ? nullptr : front_of(old), kFront + size);
  if (front == nullptr) return nullptr;
  std::memcpy(front, &size, sizeof size);
  *held_now += size - before;
  return static_cast<std::byte*>(front) + kFront;
}
void* take_new(std::size_t size) { return take(nullptr, size); }
void give_back(void* room) {
  if (room == nullptr) return;
  *held_now -= size_of(room);
  std::free(front_of(room));
}

constexpr XML_Memory_Handling_Suite kMemory = {take_new, take, give_back};

XmlReader& reader_of(void* parser) { return *static_cast<XmlReader*>(XML_GetUserData(static_cast<XML_Parser>(parser))); }

void on_begin(void* parser, const char* name, const char** attributes) {
  if (!reader_of(parser).begin(local_name(name), Attributes{attributes}))
    XML_StopParser(static_cast<XML_Parser>(parser), XML_FALSE);
}
void on_end(void* parser, const char* name) { reader_of(parser).end(local_name(name)); }
void on_text(void* parser, const char* text, int size) { reader_of(parser).text({text, static_cast<std::size_t>(size)}); }
void on_doctype(void* parser, const char*, const char*, const char*, int) {
  XML_StopParser(static_cast<XML_Parser>(parser), XML_FALSE);
}

}  // namespace

XmlReader::XmlReader(ArchivePart part, XmlEvents& events) : part_(std::move(part)), events_(events) {
  held_now = &held_;
  parser_ = XML_ParserCreate_MM(nullptr, &kMemory, nullptr);
  MOHUR_ASSERT(parser_ != nullptr);
  XML_SetUserData(parser_, this);
  XML_UseParserAsHandlerArg(parser_);
  XML_SetStartDoctypeDeclHandler(parser_, on_doctype);
  XML_SetElementHandler(parser_, on_begin, on_end);
  XML_SetCharacterDataHandler(parser_, on_text);
}

XmlReader::~XmlReader() {
  held_now = &held_;
  XML_ParserFree(parser_);
}

Result<bool> XmlReader::go_on() {
  if (is_over_) return false;
  std::array<char, kPieceBytes> piece;
  MOHUR_TRY_SET(size, part_.read(piece));
  held_now = &held_;
  fed_ += size;
  const bool is_taken = XML_Parse(parser_, piece.data(), static_cast<int>(size), size == 0) == XML_STATUS_OK;
  const auto told = static_cast<std::uint64_t>(std::max<XML_Index>(XML_GetCurrentByteIndex(parser_), 0));
  is_over_ = size == 0;
  if (!is_taken || (!is_over_ && fed_ - std::min(told, fed_) > kMostUnfinished))
    return refuse(Outcome::body_malformed, {}, "The workbook is damaged: one of its parts is no XML that workbooks have.");
  return !is_over_;
}

Result<void> XmlReader::read_all() {
  while (true) {
    MOHUR_TRY_SET(has_more, go_on());
    if (!has_more) return {};
  }
}

bool XmlReader::begin(std::string_view name, const Attributes& attributes) {
  if (++depth_ > kMostDepth) return false;
  events_.on_begin(name, attributes);
  return true;
}
void XmlReader::end(std::string_view name) {
  depth_ -= 1;
  events_.on_end(name);
}
void XmlReader::text(std::string_view piece) { events_.on_text(piece); }

}  // namespace mohur::sheets
