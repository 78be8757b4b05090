#include "base/text.h"

#include <gtest/gtest.h>

namespace nibble {
namespace {

TEST(TextTest, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(Escape("a\nb\x1b[31m\"\\"), "a\\nb\\x1b[31m\\\"\\\\");
  EXPECT_EQ(Escape(std::string_view("\0", 1)), "\\x00");
  EXPECT_EQ(Escape("\xC3\xA9 \xE4\xBD\xA0"), "\xC3\xA9 \xE4\xBD\xA0");
  EXPECT_EQ(Escape("\xE2\x80\xAE"), "\\xe2\\x80\\xae");
  EXPECT_EQ(Escape("\xFF\xC3"), "\\xff\\xc3");
  EXPECT_EQ(Escape(std::string(1000, 'a'), 10), "aaaaaaaaaa...");
}

TEST(TextTest, HumanBytes) {
  EXPECT_EQ(HumanBytes(0), "0 B");
  EXPECT_EQ(HumanBytes(999), "999 B");
  EXPECT_EQ(HumanBytes(1000), "1.00 kB");
  EXPECT_EQ(HumanBytes(159609485896.0), "160 GB");
}

TEST(TextTest, FindInvalidUtf8) {
  EXPECT_EQ(FindInvalidUtf8("ok \xF0\x9F\x98\x80"), std::string_view::npos);
  EXPECT_EQ(FindInvalidUtf8("a\xC0\x80"), 1u);       // overlong
  EXPECT_EQ(FindInvalidUtf8("ab\xED\xA0\x80"), 2u);  // surrogate
  EXPECT_EQ(FindInvalidUtf8("\xE4\xBD"), 0u);        // cut
  EXPECT_EQ(FindInvalidUtf8("\xF4\x90\x80\x80"), 0u);
}

}  // namespace
}  // namespace nibble
