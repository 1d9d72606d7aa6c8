// Makes Excel workbooks out of the XML of their parts.
#pragma once

#include <zip.h>

#include <map>
#include <memory>
#include <string>

#include "base/assert.hpp"

namespace mohur::sheets {

inline std::string archive_of(const std::map<std::string, std::string>& parts) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* bytes = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(bytes);
  zip_t* archive = zip_open_from_source(bytes, ZIP_TRUNCATE, &error);
  MOHUR_ASSERT(archive != nullptr);
  for (const auto& [name, text] : parts)
    zip_file_add(archive, name.c_str(), zip_source_buffer(archive, text.data(), text.size(), 0), ZIP_FL_ENC_UTF_8);
  MOHUR_ASSERT(zip_close(archive) == 0);
  zip_stat_t about;
  zip_source_stat(bytes, &about);
  zip_source_open(bytes);
  std::string all(about.size, '\0');
  zip_source_read(bytes, all.data(), all.size());
  zip_source_close(bytes);
  zip_source_free(bytes);
  zip_error_fini(&error);
  return all;
}

// The parts of a workbook with one sheet, as spreadsheets write them.
inline std::map<std::string, std::string> parts_of(const std::string& sheet, const std::string& strings = "<sst/>") {
  const std::string kTypes = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
  const auto relation = [&](const std::string& id, const std::string& type, const std::string& target) {
    return "<Relationship Id=\"" + id + "\" Type=\"" + kTypes + type + "\" Target=\"" + target + "\"/>";
  };
  return {{"_rels/.rels", "<Relationships>" + relation("r1", "officeDocument", "xl/workbook.xml") + "</Relationships>"},
          {"xl/workbook.xml",
           "<workbook><sheets><sheet name=\"Old\" state=\"hidden\" r:id=\"r8\" xmlns:r=\"r\"/><sheet name=\"Pay\" "
           "sheetId=\"7\" r:id=\"r1\" xmlns:r=\"r\"/></sheets></workbook>"},
          {"xl/_rels/workbook.xml.rels", "<Relationships>" + relation("r1", "worksheet", "worksheets/sheet1.xml") +
                                             relation("r2", "sharedStrings", "/xl/sharedStrings.xml") + "</Relationships>"},
          {"xl/sharedStrings.xml", strings},
          {"xl/worksheets/sheet1.xml", sheet}};
}

inline std::string workbook_of(const std::string& rows, const std::string& strings = "<sst/>") {
  return archive_of(parts_of("<worksheet><sheetData>" + rows + "</sheetData></worksheet>", strings));
}

}  // namespace mohur::sheets
