// Rows s01-s63 and g01-g12 of the catalogue of bad input, and the writer.
#include "checkpoint/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <ctime>

#include "temp_folder.h"

namespace nibble {
namespace {

// Of this process: other work on the machine does not count.
double CpuSeconds(std::clock_t start) {
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

using testing::HasSubstr;

std::string LengthPrefix(uint64_t n) {
  std::string out(8, '\0');
  for (size_t i = 0; i < 8; ++i) out[i] = static_cast<char>(n >> (8 * i) & 0xFF);
  return out;
}
std::string FileOf(const std::string& header, size_t data_bytes = 0) {
  return LengthPrefix(header.size()) + header + std::string(data_bytes, 'x');
}
// One tensor "t".
std::string T(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return R"({"t":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets +
         "}}";
}

struct BadRow {
  const char* id;
  std::string file;
  const char* says;
};

std::vector<BadRow> BadRows() {
  const std::string u8 = R"({"dtype":"U8","shape":[1],"data_offsets":[0,1]})";
  const std::string u8b = R"({"dtype":"U8","shape":[1],"data_offsets":[1,2]})";
  return {
      {"s01", "", "file too small: 0 bytes, need >= 8 + header"},
      {"s02", std::string(7, '\0'), "file too small: 7 bytes"},
      {"s03", LengthPrefix(2), "file too small, need >= 8 + header"},
      {"s04", LengthPrefix(3) + "{}", "header length 3 exceeds file size 10"},
      {"s05", LengthPrefix(~uint64_t{0}) + "{}",
       "header length 18446744073709551615 exceeds file size 10"},
      {"s06", LengthPrefix(~uint64_t{7}) + "{}",
       "header length 18446744073709551608 exceeds file size 10"},
      {"s07", LengthPrefix(100'000'001) + std::string(100'000'001, ' '),
       "header length 100000001 over the limit 100000000"},
      {"s07", LengthPrefix(100'000'001), "over the limit 100000000"},
      {"s08", LengthPrefix(0), "JSON ends early at byte 0"},
      {"s09", LengthPrefix(5) + R"({"t":{}})", "JSON ends early at byte 5"},
      {"s10", FileOf(std::string(16, '\xFF')), "invalid UTF-8 at byte 0"},
      {"s10", FileOf("{\"ab\xE2\x82\":1}"), "invalid UTF-8 at byte 4"},
      {"s11", FileOf("[]"), "expected an object"},
      {"s11", FileOf("17"), "expected an object"},
      {"s12", FileOf("\xEF\xBB\xBF{}"), "unexpected byte 0xef at 0"},
      {"s13", FileOf("{} x"), "unexpected byte 0x78 at byte 3"},
      {"s14", FileOf("{}{}"), "unexpected byte 0x7b at byte 2"},
      {"s15", FileOf("{}" + std::string(6, '\0')), "unexpected byte 0x00 at byte 2"},
      {"s16", FileOf(R"({"t":{"x":)" + std::string(200'000, '[')), "nesting deeper than 64"},
      {"s17", FileOf(R"({"\ud800":{}})"), "invalid JSON at byte"},
      {"s18", FileOf(T("U8", "[NaN]", "[0,1]"), 1), "invalid JSON at byte"},
      {"s19", FileOf("{/* c */}"), "invalid JSON at byte"},
      {"s20", FileOf(R"({"t":)" + u8 + R"(,"t":)" + u8 + "}", 1), R"(duplicate key "t")"},
      {"s21", FileOf(R"({"t":)" + u8 + R"(,"\u0074":)" + u8b + "}", 2), R"(duplicate key "t")"},
      {"s22", FileOf(R"({"t":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}})", 1),
       R"(tensor "t": duplicate key "dtype")"},
      {"s22", FileOf(R"({"t":{"a":1,"a":1,"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", 1),
       R"(tensor "t": duplicate key "a")"},
      {"s23", FileOf(R"({"__metadata__":{},"__metadata__":{}})"),
       R"(duplicate key "__metadata__")"},
      {"s23", FileOf(R"({"__metadata__":{"a":"","a":""}})"), R"(duplicate key "a")"},
      {"s24", FileOf(R"({"t":{"shape":[1],"data_offsets":[0,1]}})", 1), "missing field dtype"},
      {"s25", FileOf(R"({"t":{"dtype":"U8","data_offsets":[0,1]}})", 1), "missing field shape"},
      {"s26", FileOf(R"({"t":{"dtype":"U8","shape":[1]}})", 1), "missing field data_offsets"},
      {"s27", FileOf(T("F8_E9M9", "[1]", "[0,1]"), 1), "unknown dtype F8_E9M9 (known: BOOL, U8"},
      {"s28", FileOf(R"({"t":{"dtype":8,"shape":[1],"data_offsets":[0,1]}})", 1), "unknown dtype"},
      {"s29", FileOf(T("U8", R"("1")", "[0,1]"), 1), "expected an array of unsigned integers"},
      {"s29", FileOf(T("U8", R"(["1"])", "[0,1]"), 1), "shape[0] is not an unsigned integer"},
      {"s30", FileOf(T("U8", "[-1]", "[0,1]"), 1), "shape[0] is not an unsigned integer"},
      {"s30", FileOf(T("U8", "[1,-0]", "[0,1]"), 1), "shape[1] is not an unsigned integer"},
      {"s31", FileOf(T("U8", "[1.0]", "[0,1]"), 1), "shape[0] is not an unsigned integer"},
      {"s32", FileOf(T("U8", "[1e0]", "[0,1]"), 1), "shape[0] is not an unsigned integer"},
      {"s33", FileOf(T("U8", "[18446744073709551617]", "[0,1]"), 1),
       "shape[0] is not an unsigned integer"},
      {"s34", FileOf(T("U8", "[1]", "[0]"), 1), "data_offsets must be two unsigned integers"},
      {"s35", FileOf(T("U8", "[1]", "[0,1,1]"), 1), "data_offsets must be two unsigned integers"},
      {"s36", FileOf(T("U8", "[1]", "[-1,0]"), 1), "data_offsets must be two unsigned integers"},
      {"s37", FileOf(R"({"t":null})"), R"(tensor "t": entry is null)"},
      {"s38", FileOf(R"({"__metadata__":{"k":1}})"), R"(value of "k" is a number)"},
      {"s39", FileOf(R"({"__metadata__":[]})"), "__metadata__ is an array"},
      {"s40", FileOf(T("U8", "[1]", "[4,0]"), 4), "begin 4 > end 0"},
      {"s41", FileOf(T("I32", "[2,2]", "[0,4]"), 4), "I32[2, 2] needs 16 bytes, offsets give 4"},
      {"s42", FileOf(T("U8", "[4294967296,4294967296]", "[0,0]")), "shape overflows 64 bits"},
      {"s43", FileOf(T("F64", "[2305843009213693952]", "[0,0]")), "shape overflows 64 bits"},
      {"s44", FileOf(T("U8", "[18446744073709551615,2]", "[0,2]"), 2), "shape overflows 64 bits"},
      {"s45", FileOf(T("U8", "[4294967296,4294967296,0]", "[0,0]")), "shape overflows 64 bits"},
      {"s46", FileOf(T("U8", "[9]", "[0,9]"), 8),
       "ends at 9, data section has 8 (truncated download?)"},
      {"s47", FileOf(T("U8", "[1]", "[18446744073709551614,18446744073709551615]"), 1),
       "ends at 18446744073709551615"},
      {"s48", FileOf(R"({"a":)" + u8 + R"(,"b":)" + u8 + "}", 1),
       R"(tensors "a" and "b" overlap at byte 0)"},
      {"s49",
       FileOf(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
              R"("b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}})",
              6),
       R"(tensors "a" and "b" overlap at byte 2)"},
      {"s51",
       FileOf(R"({"a":)" + u8 + R"(,"b":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}})", 4),
       "2 bytes before tensor \"b\" (at 1) not covered"},
      {"s52", FileOf(T("U8", "[1]", "[1,2]"), 2), "1 bytes before tensor"},
      {"s53", FileOf(T("U8", "[1]", "[0,1]"), 5), "4 bytes at the end not covered"},
      {"s54", FileOf(T("U8", "[8]", "[0,8]"), 7), "truncated download?"},
      {"s55", FileOf(T("F4", "[3]", "[0,1]"), 1), "not a whole number of bytes"},
      {"s63", FileOf(R"({"a\n\u001b\u0000":null})"), R"(tensor "a\n\x1b\x00")"},
      {"s63", FileOf(R"({")" + std::string(1 << 20, 'n') + R"(":null})"),
       "nnn...\": entry is null"},
  };
}

TEST(Safetensors, RefusesEveryBadRow) {
  const TempFolder folder;
  for (const BadRow& row : BadRows()) {
    const auto path = folder.Write(std::string(row.id) + ".safetensors", row.file);
    const std::clock_t start = std::clock();
    const auto file = SafetensorsFile::Open(path);
    EXPECT_LT(CpuSeconds(start), 2.0) << row.id;
    ASSERT_FALSE(file.ok()) << row.id;
    EXPECT_THAT(file.error().message(), HasSubstr(row.says)) << row.id;
    EXPECT_THAT(file.error().message(), HasSubstr(path.string())) << row.id;
    EXPECT_EQ(file.error().message().find('\n'), std::string::npos) << row.id;
    EXPECT_LT(file.error().message().size(), 900u) << row.id;
    std::filesystem::remove(path);
  }
}

TEST(Safetensors, S50ManyTensorsOnOneSpan) {
  std::string header = "{";
  for (int i = 0; i < 100'000; ++i) {
    header += fmt::format(R"({}"t{}":{{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
                          i == 0 ? "" : ",", i);
  }
  const std::clock_t start = std::clock();
  const auto parsed = ParseSafetensorsHeader(header + "}", 1, "x");
  EXPECT_LT(CpuSeconds(start), 2.0);
  ASSERT_FALSE(parsed.ok());
  EXPECT_THAT(parsed.error().message(), HasSubstr("overlap at byte 0"));
}

TEST(Safetensors, S61S62OnlyReadableRegularFiles) {
  const TempFolder folder;
  ASSERT_EQ(::mkfifo((folder.path() / "fifo").c_str(), 0600), 0);
  std::filesystem::create_symlink(folder.path() / "nowhere", folder.path() / "dangling");
  for (const auto& path : {folder.path(), folder.path() / "fifo",
                           std::filesystem::path("/dev/zero"), folder.path() / "dangling"}) {
    const auto file = SafetensorsFile::Open(path);
    ASSERT_FALSE(file.ok());
    EXPECT_THAT(file.error().message(), HasSubstr(path.string()));
    EXPECT_THAT(file.error().message(),
                HasSubstr(path.filename() == "dangling" ? "no such file" : "not a regular file"));
  }
  const auto secret = folder.Write("secret", "x");
  ASSERT_EQ(::chmod(secret.c_str(), 0), 0);
  if (::geteuid() != 0) {
    const auto file = SafetensorsFile::Open(secret);
    ASSERT_FALSE(file.ok());
    EXPECT_THAT(file.error().message(), HasSubstr("ermission denied"));
  }
}

struct GoodRow {
  const char* id;
  std::string header;
  size_t data_bytes;
  size_t tensors;
};

TEST(Safetensors, AcceptsEveryGoodRow) {
  const GoodRow rows[] = {
      {"g01", "{}", 0, 0},
      {"g02", T("U8", "[1]", "[0,1]") + " \n\t\r  ", 1, 1},
      {"g03", "  \n" + T("U8", "[1]", "[0,1]"), 1, 1},
      {"g04", T("F32", "[]", "[0,4]"), 4, 1},
      {"g05", T("F32", "[3,0]", "[0,0]"), 0, 1},
      {"g06", R"({"t":{"data_offsets":[0,1],"shape":[1],"dtype":"U8"}})", 1, 1},
      {"g07", R"({"a\n\u00e9\ud83d\ude00\"":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", 1,
       1},
      {"g08",
       R"({"a":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]},)"
       R"("b":{"dtype":"F8_E8M0","shape":[1],"data_offsets":[2,3]}})",
       3, 2},
      {"g09", T("F4", "[3,2]", "[0,3]"), 3, 1},
      {"g10",
       R"({"b":{"dtype":"U8","shape":[0],"data_offsets":[1,1]},)"
       R"("c":{"dtype":"U8","shape":[0],"data_offsets":[1,1]},)"
       R"("a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
       1, 3},
      {"g11",
       R"({"t":{"dtype":"U8","x":[{"a":[1,{}]},"s",1.5,null,true],"shape":[1],)"
       R"("data_offsets":[0,1],"y":"s"}})",
       1, 1},
      {"g12", R"({"__metadata__":{"format":"pt","k":"v"}})", 0, 0},
  };
  const TempFolder folder;
  for (const GoodRow& row : rows) {
    const auto file =
        SafetensorsFile::Open(folder.Write("good.safetensors", FileOf(row.header, row.data_bytes)));
    ASSERT_TRUE(file.ok()) << row.id << ": " << file.error().message();
    EXPECT_EQ(file->tensors().size(), row.tensors) << row.id;
    for (const TensorInfo& t : file->tensors()) EXPECT_EQ(file->Find(t.name), &t) << row.id;
    EXPECT_EQ(file->Find("none"), nullptr);
    // The same pieces however the header is cut.
    for (size_t cut = 0; cut <= row.header.size(); ++cut) {
      SafetensorsHeaderParser parser("x", row.header.size(), row.data_bytes);
      ASSERT_TRUE(parser.Feed(std::string_view(row.header).substr(0, cut)).ok()) << row.id;
      ASSERT_TRUE(parser.Feed(std::string_view(row.header).substr(cut)).ok()) << row.id;
      const auto header = parser.Finish();
      ASSERT_TRUE(header.ok()) << row.id << " cut at " << cut << header.error().message();
      ASSERT_EQ(header->tensors.size(), row.tensors);
      for (size_t i = 0; i < row.tensors; ++i)
        EXPECT_EQ(header->tensors[i].name, file->tensors()[i].name);
    }
  }
}

std::string ManyTensors(size_t count) {
  std::string header = "{";
  for (size_t i = 0; i < count; ++i) {
    header += fmt::format(
        R"({}"layers.{}.ffn.experts.{}.w1.weight":{{"dtype":"I8","shape":[1,2],"data_offsets":[{},{}]}})",
        i == 0 ? "" : ",", i / 1000, i % 1000, 2 * i, 2 * i + 2);
  }
  return header + "}";
}

TEST(Safetensors, S60ParsesHundredThousandTensorsQuickly) {
  const std::string header = ManyTensors(100'000);
  const std::clock_t start = std::clock();
  const auto parsed = ParseSafetensorsHeader(header, 200'000, "x");
  const double seconds = CpuSeconds(start);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->tensors.size(), 100'000u);
  std::fprintf(stderr, "100,000 tensors, %zu bytes of header: %.3f s\n", header.size(), seconds);
  EXPECT_LT(seconds, 1.0);
}

TEST(Safetensors, WritesWhatItReads) {
  const TempFolder folder;
  const auto path = folder.path() / "a.safetensors";
  std::vector<SafetensorsWriter::Entry> entries = {{"b", DType::kF32, {2, 3}},
                                                   {"a\n\"é", DType::kU8, {5}},
                                                   {"s", DType::kF32, {}},
                                                   {"z", DType::kI64, {0, 4}}};
  {
    auto writer = SafetensorsWriter::Create(path, entries, {{"k", "v"}});
    ASSERT_TRUE(writer.ok()) << writer.error().message();
    std::vector<std::byte> data(24, std::byte{7});
    ASSERT_TRUE(writer->Write(0, 12, std::span(data).first(12)).ok());
    ASSERT_TRUE(writer->Write(0, 0, std::span(data).first(12)).ok());
    ASSERT_TRUE(writer->Write(1, std::span(data).first(5)).ok());
    ASSERT_TRUE(writer->Write(2, std::span(data).first(4)).ok());
    EXPECT_FALSE(std::filesystem::exists(path));
    ASSERT_TRUE(writer->Commit().ok());
    EXPECT_EQ(std::filesystem::file_size(path), writer->file_bytes());
  }
  const auto file = SafetensorsFile::Open(path);
  ASSERT_TRUE(file.ok()) << file.error().message();
  ASSERT_EQ(file->tensors().size(), 4u);
  EXPECT_EQ(file->metadata().at("format"), "pt");
  EXPECT_EQ(file->metadata().at("k"), "v");
  for (const auto& e : entries) {
    const TensorInfo* t = file->Find(e.name);
    ASSERT_NE(t, nullptr);
    EXPECT_EQ(t->dtype, e.dtype);
    EXPECT_EQ(t->shape, e.shape);
    EXPECT_EQ(file->ReadAll(*t).value(), std::vector<std::byte>(t->bytes, std::byte{7}));
    std::byte beyond[1];
    EXPECT_FALSE(file->Read(*t, t->bytes, beyond).ok());
    EXPECT_FALSE(file->Read(*t, ~uint64_t{0}, beyond).ok());
  }
}

TEST(Safetensors, WriterRefusesBadNamesAndLeavesNothing) {
  const TempFolder folder;
  const auto path = folder.path() / "a.safetensors";
  EXPECT_FALSE(SafetensorsWriter::Create(path, {{"__metadata__", DType::kU8, {1}}}).ok());
  EXPECT_FALSE(
      SafetensorsWriter::Create(path, {{"a", DType::kU8, {1}}, {"a", DType::kU8, {1}}}).ok());
  EXPECT_FALSE(SafetensorsWriter::Create(path, {{"a", DType::kF4, {1}}}).ok());
  EXPECT_FALSE(SafetensorsWriter::Create(path, {{"a", DType::kU8, {~uint64_t{0}, 3}}}).ok());
  EXPECT_FALSE(SafetensorsWriter::Create(path, {{"a", DType::kU8, {~uint64_t{0}}}}).ok());
  { ASSERT_TRUE(SafetensorsWriter::Create(path, {{"a", DType::kU8, {1}}}).ok()); }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace nibble
