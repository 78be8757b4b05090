// Options that every command shares that runs a model.
#pragma once

#include <memory>
#include <string>

#include "apps/commands.h"
#include "model/model.h"

namespace nibble {

struct ModelArguments {
  std::string model;  // empty: the bundled one
  std::string numerics = "serving";
  std::string activations;
  size_t threads = 0;
  bool follow_symlinks = false;

  // The options they mean, all but the draft block.
  ModelOptions Options() const;
  // The checkpoint in `model`, which must not be empty any more.
  Result<std::unique_ptr<Checkpoint>> Open() const;
};

// Puts the bundled model's folder where none was given, and says so on standard error.
Status UseBundledModelByDefault(std::string* folder);

// Adds the positional `model` and --numerics, --activations, --threads, --follow-symlinks.
// `default_numerics` is what
// --numerics is when not given.
void AddModelArguments(CLI::App* command, ModelArguments* arguments,
                       const std::string& default_numerics);

// Throws CLI::ValidationError for a combination that means nothing.
void CheckUsage(const ModelArguments& arguments);

}  // namespace nibble
