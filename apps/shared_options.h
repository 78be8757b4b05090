// Options that several commands have, each declared once.
#pragma once

#include <string>

#include "apps/commands.h"

namespace nibble {

// What no command takes, for all of their options: an empty name of a file or folder, a number that
// is none (CLI11's ranges let nan through, its unsigned numbers -1), a value for a flag.
void RefuseSenselessValues(CLI::App* app);

// --threads: 0 means one per core.
void AddThreads(CLI::App* command, size_t* threads);

inline constexpr const char* kNumericsHelp =
    "ideal: in double; official: with the roundings of the release; serving: fast";
// --numerics or one of its like: ideal, official or serving. NumericsFromName knows what passes.
CLI::Option* AddNumerics(CLI::App* command, const std::string& flag, std::string* numerics,
                         const std::string& help);

// --follow-symlinks: CheckpointOptions::follow_symlinks.
void AddFollowSymlinks(CLI::App* command, bool* follow_symlinks);

// --overwrite: replace output that is there already.
void AddOverwrite(CLI::App* command, bool* overwrite);

// --recipe cast|max. RecipeFromName knows what passes.
void AddRecipe(CLI::App* command, std::string* recipe, const std::string& help);

}  // namespace nibble
