#include "sheets/workbook.hpp"

#include <algorithm>

namespace mohur::sheets {
namespace {

constexpr std::size_t kMostDirectory = 4u << 20;  // bytes of a part that only says where others are

struct Relation {
  std::string id;
  std::string type;  // the last word of its address
  std::string part;
};

// The folder of a part, with its slash: a target is seen from there, unless it begins with one.
std::string resolve(std::string_view part, std::string_view target) {
  if (target.starts_with('/')) return std::string{target.substr(1)};
  return std::string{part.substr(0, part.rfind('/') + 1)}.append(target);
}

class Relations final : public XmlEvents {
 public:
  explicit Relations(std::string_view part) : part_(part) {}
  void on_begin(std::string_view name, const Attributes& attributes) override {
    const auto id = attributes.find("Id"), type = attributes.find("Type"), target = attributes.find("Target");
    if (name != "Relationship" || !id || !type || !target) return;
    found.push_back({std::string{*id}, std::string{type->substr(type->rfind('/') + 1)}, resolve(part_, *target)});
  }
  std::vector<Relation> found;

 private:
  const std::string_view part_;
};

// Of a part; of the archive itself when its name is empty.
Result<std::vector<Relation>> relations_of(const Archive& archive, std::string_view part) {
  const std::size_t name = part.rfind('/') + 1;
  const std::string file = std::string{part.substr(0, name)}.append("_rels/").append(part.substr(name)).append(".rels");
  MOHUR_TRY_SET(opened, archive.part(file, kMostDirectory));
  Relations relations{part};
  MOHUR_TRY((XmlReader{std::move(opened), relations}.read_all()));
  return std::move(relations.found);
}

class FirstSheet final : public XmlEvents {
 public:
  void on_begin(std::string_view name, const Attributes& attributes) override {
    if (name != "sheet" || id || attributes.find("state").value_or("visible") != "visible") return;
    if (const auto found = attributes.find("id")) id = std::string{*found};
  }
  std::optional<std::string> id;  // of its relation
};

// Readings of Japanese words stand beside the text, and are none of it.
class Strings final : public XmlEvents {
 public:
  explicit Strings(SharedStrings& strings) : strings_(strings) {}
  void on_begin(std::string_view name, const Attributes&) override {
    if (name == "rPh") is_reading_ = true;
    is_text_ = name == "t" && !is_reading_;
  }
  void on_end(std::string_view name) override {
    is_text_ = false;
    if (name == "rPh") is_reading_ = false;
    if (name == "si") strings_.end_one();
  }
  void on_text(std::string_view piece) override {
    if (is_text_) strings_.append(piece);
  }

 private:
  SharedStrings& strings_;
  bool is_text_ = false, is_reading_ = false;
};

Result<SharedStrings> read_strings(ArchivePart part, std::size_t most_bytes) {
  SharedStrings strings;
  Strings events{strings};
  XmlReader reader{std::move(part), events};
  while (true) {
    MOHUR_TRY_SET(has_more, reader.go_on());
    if (strings.bytes() > most_bytes)
      return refuse(Outcome::body_malformed, {}, "The workbook is too large once it is unpacked.");
    if (!has_more) return strings;
  }
}

Result<std::string> part_of(const std::vector<Relation>& relations, std::string_view value, std::string Relation::* by) {
  const auto found = std::ranges::find(relations, value, by);
  if (found == relations.end()) return refuse(Outcome::body_malformed, {}, "This is no Excel workbook with a sheet.");
  return found->part;
}

}  // namespace

Result<Workbook> read_workbook(const Archive& archive, std::size_t most_unpacked, std::size_t most_strings) {
  MOHUR_TRY_SET(roots, relations_of(archive, {}));
  MOHUR_TRY_SET(main, part_of(roots, "officeDocument", &Relation::type));
  MOHUR_TRY_SET(opened, archive.part(main, kMostDirectory));
  FirstSheet first;
  MOHUR_TRY((XmlReader{std::move(opened), first}.read_all()));
  MOHUR_TRY_SET(relations, relations_of(archive, main));
  Workbook workbook;
  MOHUR_TRY_SET(sheet, part_of(relations, first.id.value_or(""), &Relation::id));
  workbook.sheet = sheet;
  const auto shared = std::ranges::find(relations, "sharedStrings", &Relation::type);
  if (shared == relations.end()) return workbook;
  MOHUR_TRY_SET(part, archive.part(shared->part, most_unpacked));
  MOHUR_TRY_SET(strings, read_strings(std::move(part), most_strings));
  workbook.strings = std::move(strings);
  return workbook;
}

}  // namespace mohur::sheets
