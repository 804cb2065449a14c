// Result<T>: a value, or the reason why the world did not give one.
//
// For what is wrong outside the user's Dockerfile: a file that cannot be read, a tool that cannot
// be run, words on the command line that make no sense. What is wrong *in* a Dockerfile is a
// Diagnostic (diagnostic.h), never a Result.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace cacheplan {

/// Closed list of what can go wrong outside the input. The command line maps each to one exit
/// status.
enum class StatusCode {
  kOk,
  kUsage,        ///< words, options or configuration that cannot be obeyed
  kNotFound,     ///< a file or program that is not there
  kUnreadable,   ///< there, but it cannot be read, written or run
  kInvalid,      ///< read, but its content is not what it must be (a plan JSON, a package table)
  kInterrupted,  ///< a signal asked to stop
};

/// A code and a message for the person who must act: where, what, why, what to do.
struct Status {
  StatusCode code = StatusCode::kOk;
  std::string message;

  [[nodiscard]] bool ok() const { return code == StatusCode::kOk; }
  static Status Ok() { return {}; }
  static Status Usage(std::string message) { return {StatusCode::kUsage, std::move(message)}; }
  static Status NotFound(std::string message) {
    return {StatusCode::kNotFound, std::move(message)};
  }
  static Status Unreadable(std::string message) {
    return {StatusCode::kUnreadable, std::move(message)};
  }
  static Status Invalid(std::string message) { return {StatusCode::kInvalid, std::move(message)}; }
};

/// Holds either a T or a Status that is not ok. Reading the wrong side is a programming error.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}         // NOLINT(google-explicit-constructor)
  Result(Status status) : state_(std::move(status)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return std::holds_alternative<T>(state_); }
  [[nodiscard]] const T& value() const { return std::get<T>(state_); }
  [[nodiscard]] T& value() { return std::get<T>(state_); }
  [[nodiscard]] const Status& status() const { return std::get<Status>(state_); }

 private:
  std::variant<T, Status> state_;
};

}  // namespace cacheplan
