// What our two readers of Boost.JSON's events (json.cc, json_events.cc) have in common: none of
// Boost's own limits, no comments, and texts that come in parts. For their .cc files only.
#pragma once

#include <boost/json/basic_parser_impl.hpp>
#include <string>
#include <utility>

namespace nibble::json {

namespace bj = boost::json;

class PartsHandler {
 public:
  static constexpr size_t max_object_size = static_cast<size_t>(-1);
  static constexpr size_t max_array_size = static_cast<size_t>(-1);
  static constexpr size_t max_key_size = static_cast<size_t>(-1);
  static constexpr size_t max_string_size = static_cast<size_t>(-1);

  bool on_document_begin(bj::error_code&) { return true; }
  bool on_document_end(bj::error_code&) { return true; }
  bool on_key_part(bj::string_view s, size_t, bj::error_code&) { return Part(s); }
  bool on_string_part(bj::string_view s, size_t, bj::error_code&) { return Part(s); }
  bool on_number_part(bj::string_view s, bj::error_code&) { return Part(s); }
  bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
  bool on_comment(bj::string_view, bj::error_code&) { return true; }

 protected:
  bool Part(bj::string_view s) {
    text_.append(s.data(), s.size());
    return true;
  }

  std::string text_;  // of the key, string or number that is being read
};

inline bj::parse_options OptionsWithDepth(size_t max_depth) {
  bj::parse_options options;
  options.max_depth = max_depth;
  return options;
}

}  // namespace nibble::json
