// Errors as values. Anything that can fail because of the outside world (files, JSON, options,
// memory, HTTP) returns Result<T>; its message is one sentence that names the file, tensor or field
// and says what to do. Programming errors are CHECKs (check.h).
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace nibble {

enum class ErrorCode {
  kInvalidInput,   // a file, field or request that is wrong
  kNotFound,       // a file, tensor or name that does not exist
  kIo,             // the operating system refused: permission, disk full, short read
  kUnsupported,    // understood, but not something this program does
  kAlreadyExists,  // output that would be overwritten, or is locked
  kInterrupted,    // stopped by a signal
};

class [[nodiscard]] Error {
 public:
  Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}
  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }

 private:
  ErrorCode code_;
  std::string message_;
};

template <class... Args>
Error InvalidInput(fmt::format_string<Args...> f, Args&&... args) {
  return Error(ErrorCode::kInvalidInput, fmt::format(f, std::forward<Args>(args)...));
}
template <class... Args>
Error NotFound(fmt::format_string<Args...> f, Args&&... args) {
  return Error(ErrorCode::kNotFound, fmt::format(f, std::forward<Args>(args)...));
}
template <class... Args>
Error IoError(fmt::format_string<Args...> f, Args&&... args) {
  return Error(ErrorCode::kIo, fmt::format(f, std::forward<Args>(args)...));
}
template <class... Args>
Error Unsupported(fmt::format_string<Args...> f, Args&&... args) {
  return Error(ErrorCode::kUnsupported, fmt::format(f, std::forward<Args>(args)...));
}
template <class... Args>
Error AlreadyExists(fmt::format_string<Args...> f, Args&&... args) {
  return Error(ErrorCode::kAlreadyExists, fmt::format(f, std::forward<Args>(args)...));
}

// A value or an Error. value() on an error is a programming error (CHECK).
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Error error)
      : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)
  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() & {
    CheckOk();
    return std::get<0>(state_);
  }
  const T& value() const& {
    CheckOk();
    return std::get<0>(state_);
  }
  // By value, so that `for (auto& x : F().value())` does not outlive what it walks over.
  T value() && {
    CheckOk();
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const {
    NIBBLE_CHECK(!ok(), "error() on a Result that holds a value");
    return std::get<1>(state_);
  }

 private:
  void CheckOk() const {
    if (!ok())
      CheckFailed(__FILE__, __LINE__, "Result::ok()", std::get<1>(state_).message().c_str());
  }
  std::variant<T, Error> state_;
};

// Success or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error)
      : error_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)
  bool ok() const { return error_.index() == 0; }
  explicit operator bool() const { return ok(); }
  const Error& error() const { return std::get<1>(error_); }

 private:
  std::variant<std::monostate, Error> error_;
};
using Status = Result<void>;

}  // namespace nibble

// NIBBLE_TRY(expr): returns the error of a Result from the enclosing function.
#define NIBBLE_TRY(expr)                                           \
  do {                                                             \
    auto nibble_try_result = (expr);                               \
    if (!nibble_try_result.ok()) return nibble_try_result.error(); \
  } while (false)

// NIBBLE_ASSIGN(auto x, expr): x = value of a Result, or returns its error.
#define NIBBLE_ASSIGN(lhs, expr) \
  NIBBLE_ASSIGN_IMPL(NIBBLE_CONCAT(nibble_result_, __LINE__), lhs, expr)
#define NIBBLE_ASSIGN_IMPL(tmp, lhs, expr) \
  auto tmp = (expr);                       \
  if (!tmp.ok()) return tmp.error();       \
  lhs = std::move(tmp).value()
#define NIBBLE_CONCAT(a, b) NIBBLE_CONCAT_IMPL(a, b)
#define NIBBLE_CONCAT_IMPL(a, b) a##b
