// XML, as events, out of an archive's part; expat reads it.
//
// Refused  A DOCTYPE, since workbooks have none; tags, comments and values of more than 64 KiB; elements in more than 32 others.
// Bounds   A reader holds a mebibyte at the most, whatever it reads, and looks at each byte a few times.
#pragma once

#include <expat.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "sheets/archive.hpp"

namespace mohur::sheets {

// The name without its prefix, which says nothing where there is but one vocabulary.
inline std::string_view local_name(std::string_view name) { return name.substr(name.find(':') + 1); }

class Attributes {
 public:
  explicit Attributes(const char** pairs) : pairs_(pairs) {}
  std::optional<std::string_view> find(std::string_view name) const {
    for (const char** pair = pairs_; *pair != nullptr; pair += 2)
      if (local_name(pair[0]) == name) return pair[1];
    return std::nullopt;
  }

 private:
  const char** pairs_;
};

class XmlEvents {
 public:
  virtual ~XmlEvents() = default;
  virtual void on_begin(std::string_view name, const Attributes& attributes) = 0;
  virtual void on_end(std::string_view) {}
  virtual void on_text(std::string_view) {}
};

// Does not move: expat knows where it is.
class XmlReader {
 public:
  // The events outlive it.
  XmlReader(ArchivePart part, XmlEvents& events);
  XmlReader(const XmlReader&) = delete;
  XmlReader& operator=(const XmlReader&) = delete;
  ~XmlReader();

  // Reads some more of it; false at the end. Errors body_malformed: those of the part; this is no XML, or none that a workbook
  // has.
  Result<bool> go_on();
  Result<void> read_all();

  // What expat tells; false: enough of it.
  bool begin(std::string_view name, const Attributes& attributes);
  void end(std::string_view name);
  void text(std::string_view piece);

 private:
  ArchivePart part_;
  XmlEvents& events_;
  XML_Parser parser_;
  std::size_t held_ = 0;  // bytes of expat's
  std::size_t depth_ = 0;
  std::uint64_t fed_ = 0;
  bool is_over_ = false;
};

}  // namespace mohur::sheets
