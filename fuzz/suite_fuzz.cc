// Lines of an evaluation suite, up to byte 0xFF, and behind it an answer's text: what is read
// without error is scored against that text, which must end whatever the expectation is.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "study/suite.h"
#include "study/suite_score.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t end = input.find('\xFF');
  const auto cases = nibble::ParseSuite(input.substr(0, end), "fuzz", {});
  if (!cases.ok()) {
    NIBBLE_CHECK(cases.error().message().starts_with("fuzz"), "the error names the file");
    return 0;
  }
  nibble::ReadAnswer answer;
  if (end != std::string_view::npos) answer.content = input.substr(end + 1);
  answer.calls.push_back({"f", answer.content});
  for (const nibble::SuiteCase& one : *cases) {
    const std::string with_call = nibble::WhatIsWrong(one.expect, answer);
    nibble::ReadAnswer text = answer;
    text.calls.clear();
    text.ids = {1, 2};
    text.cut_off = true;
    const std::string with_text = nibble::WhatIsWrong(one.expect, text);
    NIBBLE_CHECK(!with_call.empty() || !with_text.empty() ||
                     one.expect.kind == nibble::Expectation::Kind::kIds,
                 "an answer with a call and one without are both right");
  }
  return 0;
}
