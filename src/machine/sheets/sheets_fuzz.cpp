// Throws bytes at CsvReader and XlsxReader: whatever comes, reading ends, and no field is beyond its limit. What CsvReader took
// and append_csv_record writes reads the same. The first byte of the input chooses the target.
#include <cstdint>

#include "sheets/csv_reader.hpp"
#include "sheets/csv_writer.hpp"
#include "sheets/rig_test.hpp"
#include "sheets/xlsx_reader.hpp"

namespace mohur::sheets {
namespace {

void fuzz_csv(std::string_view bytes) {
  CsvReader reader{bytes};
  std::vector<std::string> fields, again;
  for (auto read = reader.next(fields); !read || *read; read = reader.next(fields)) {
    if (!read) continue;
    MOHUR_ASSERT(!fields.empty() && fields.size() <= CsvReader::Limits{}.fields);
    for (const std::string& field : fields) {
      MOHUR_ASSERT(field.size() <= CsvReader::Limits{}.field_bytes);
      std::string written = "x,";
      append_csv_field(written, field);
      if (field.size() == CsvReader::Limits{}.field_bytes) continue;  // an apostrophe may be one too many
      CsvReader back{written};
      MOHUR_ASSERT(*back.next(again) && again.size() == 2 && (again[1] == field || again[1] == "'" + field));
    }
  }
}

void read_workbook(const std::string& file) {
  const XlsxReader::Limits limits{.unpacked_bytes = 1u << 20, .string_bytes = 1u << 18, .fields = 100, .field_bytes = 4'096};
  auto reader = XlsxReader::open(file, limits);
  if (!reader) return;
  std::vector<std::string> fields;
  for (auto read = reader->next(fields); !read || *read; read = reader->next(fields))
    if (read)
      for (const std::string& field : fields) MOHUR_ASSERT(field.size() <= limits.field_bytes);
}

}  // namespace
}  // namespace mohur::sheets

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mohur::sheets;
  if (size == 0) return 0;
  const std::string bytes{reinterpret_cast<const char*>(data + 1), size - 1};
  switch (data[0] % 4) {
    case 0: fuzz_csv(bytes); break;
    case 1: read_workbook(bytes); break;
    case 2: read_workbook(archive_of(parts_of(bytes))); break;
    case 3:
      read_workbook(
          archive_of(parts_of("<worksheet><sheetData><row><c t=\"s\"><v>0</v></c></row></sheetData></worksheet>", bytes)));
      break;
  }
  return 0;
}
