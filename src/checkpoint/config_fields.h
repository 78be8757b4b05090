// Reading checked fields of one JSON object, the first problem kept: a parser can read all its
// fields in plain assignments and ask once, at the end, whether all was well.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/json.h"

namespace nibble {

class ConfigFields {
 public:
  // `object` (may be null: an object without fields) is read under the name `prefix` ("" or
  // "rope_scaling."); problems go to `*problem` when it is still empty.
  ConfigFields(const json::Value* object, std::string what, std::string prefix,
               std::optional<Error>* problem)
      : object_(object), what_(std::move(what)), prefix_(std::move(prefix)), problem_(problem) {}

  // The member; nullptr when absent or null.
  const json::Value* Find(std::string_view key) const;
  // The object under `key`, as fields; a member of another type is a problem.
  ConfigFields Sub(std::string_view key) const;

  // Integers in [min, max], written without '.' or exponent; the required one gives `min` after a
  // problem, so that later arithmetic is safe.
  int64_t Int(std::string_view key, int64_t min, int64_t max) const;
  std::optional<int64_t> OptionalInt(std::string_view key, int64_t min, int64_t max) const;
  // Finite numbers greater than 0 and at most `max`.
  double Positive(std::string_view key, double max) const;
  std::optional<double> OptionalPositive(std::string_view key, double max) const;
  std::optional<std::string> OptionalString(std::string_view key) const;

  // When present, the field must be exactly this: the program knows no other value.
  void Only(std::string_view key, const json::Value& value) const;
  // "field: problem" as the problem.
  void Refuse(std::string_view key, std::string_view problem) const;

 private:
  const json::Value* object_;
  std::string what_;
  std::string prefix_;
  std::optional<Error>* problem_;
};

// A value in a message: its JSON text, cut short.
std::string ShowJson(const json::Value& value);

}  // namespace nibble
