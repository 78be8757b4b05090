// Reads the tool calls of a generated message: everything after the start of a block. Text and
// control ids come in any cuts; a call is delivered when its closing tag is there. Linear in its
// input, whatever it is.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace nibble {

struct GeneratedCall {
  std::string name;
  std::string arguments;  // one JSON object; values keep the text that the model wrote
};

// How often something malformed was met, by kind; for a log line, never with content.
struct MalformedOutput {
  int block_in_reasoning = 0;  // the reasoning was not closed before a call
  int incomplete_calls = 0;    // cut off, or followed by another call before their end
  int unreadable_calls = 0;    // a name, key or head that cannot be read
  int values_not_json = 0;     // became strings
  int repeated_keys = 0;       // only the first counted
  int stray_controls = 0;      // control ids in a place where they mean nothing
  int total() const {
    return block_in_reasoning + incomplete_calls + unreadable_calls + values_not_json +
           repeated_keys + stray_controls;
  }
};

class ToolBlockReader {
 public:
  // Valid UTF-8.
  void PushText(std::string_view text) { buffer_ += text; }
  // The control id that starts each tag.
  void PushDsml() { buffer_ += kDsmlByte; }
  // Any other control id, by its text.
  void PushControl(std::string_view content) {
    buffer_ += kControlByte;
    buffer_ += content;
  }
  // The calls that what was pushed so far completes.
  std::vector<GeneratedCall> TakeCalls(MalformedOutput* malformed);
  // Whether a call has begun and not ended.
  bool in_call() const { return state_ != State::kBetween; }

 private:
  // Control ids inside the buffer: bytes that UTF-8 never has.
  static constexpr char kDsmlByte = '\xFF';
  static constexpr char kControlByte = '\xFE';  // in front of the control's text

  enum class State { kBetween, kInCall, kInParameter };
  enum class Tag { kNone, kUndecided, kCall, kCallEnd, kParameter, kParameterEnd };
  Tag TagAt(size_t dsml, size_t* begin, size_t* end) const;
  void BeginCall(size_t end);
  void ReadHead(std::string_view head);
  void ReadParameter(std::string_view parameter, MalformedOutput* malformed);
  static std::string ValueText(std::string_view raw);

  State state_ = State::kBetween;
  std::string buffer_;
  size_t scan_ = 0;   // no tag starts before this place
  size_t begin_ = 0;  // of the head of the open call, or of the open parameter
  // The open call.
  bool head_read_ = false;
  bool readable_ = true;
  GeneratedCall call_;
  std::set<std::string, std::less<>> keys_;
};

}  // namespace nibble
