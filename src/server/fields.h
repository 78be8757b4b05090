// Reads the fields of one JSON object of a request, strictly: types and ranges, one error for the
// first thing that is wrong, naming the field's path, the value and what is allowed. Names that
// nobody asked for are unknown fields.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "server/api_error.h"

namespace nibble {

struct IntRange {
  int64_t low;
  int64_t high;
};

struct NumberRange {
  double low;
  double high;
  bool low_is_open = false;  // (low, high]
};

class FieldReader {
 public:
  // `object` must be an object (else that is the error) and outlive the reader. `path` is its own
  // path, empty for the body. `error` is shared by all readers of a request: once it is set, every
  // call is without effect.
  FieldReader(const json::Value& object, std::string path, std::optional<ApiError>* error);

  bool failed() const { return error_->has_value(); }
  // "path.name".
  std::string PathOf(std::string_view name) const;

  // The value, or nullptr when absent or null. `name` is known from now on.
  const json::Value* Get(std::string_view name);
  // The same; absent or null is an error.
  const json::Value* Require(std::string_view name);

  // Absent or null leaves *out alone, and so does an error.
  void Bool(std::string_view name, bool* out);
  void Integer(std::string_view name, IntRange range, int64_t* out);
  void Number(std::string_view name, NumberRange range, double* out);
  void String(std::string_view name, std::string* out);

  // Known and without effect.
  void Ignore(std::string_view name) { Get(name); }
  // Given and not null: unsupported_parameter; `why` follows the name.
  void Refuse(std::string_view name, std::string_view why = "is not supported");
  // The same, unless the value is `allowed`.
  void RefuseUnless(std::string_view name, const json::Value& allowed);

  // Sets the error of the request, if it has none yet.
  void Fail(std::string_view name, std::string_view code, std::string message);
  // To be called after all names are known.
  void RefuseUnknown(bool allow_unknown);

 private:
  const json::Value& object_;
  const std::string path_;
  std::optional<ApiError>* const error_;
  std::vector<std::string_view> known_;
};

// One value at `path`, as FieldReader reads it.
bool ReadInteger(const json::Value& value, const std::string& path, IntRange range, int64_t* out,
                 std::optional<ApiError>* error);
bool ReadNumber(const json::Value& value, const std::string& path, NumberRange range, double* out,
                std::optional<ApiError>* error);
// The value for an error message: at most 64 characters, escaped; arrays and objects by kind.
std::string ShowValue(const json::Value& value);

}  // namespace nibble
