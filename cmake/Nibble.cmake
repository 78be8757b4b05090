# Build settings and the three functions that every folder uses: nibble_library, nibble_test, nibble_bench.

option(NIBBLE_CUDA "Build the CUDA implementations (sm_90)" OFF)
option(NIBBLE_FUZZ "Build the fuzz targets (needs clang)" OFF)
set(NIBBLE_SANITIZE "" CACHE STRING "Sanitizers for -fsanitize=, for example address,undefined")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_link_options($<$<LINK_LANGUAGE:CXX>:-fuse-ld=mold>)
endif()

# No contraction: the codecs and the reference numerics are defined rounding by rounding. Kernels ask for FMA by name.
add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wall$<SEMICOLON>-Wextra$<SEMICOLON>-Wshadow$<SEMICOLON>-Wconversion$<SEMICOLON>-Werror$<SEMICOLON>-ffp-contract=off$<SEMICOLON>-fno-omit-frame-pointer>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)  # g++ 12 warns about std::string in the standard library itself (PR105651)
endif()
if(NIBBLE_SANITIZE)
  add_compile_options(-fsanitize=${NIBBLE_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${NIBBLE_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-maybe-uninitialized)  # g++ 12 sees it in moved variants once they are instrumented
  endif()
endif()

if(NIBBLE_CUDA)
  find_program(NVCC_PROGRAM nvcc HINTS /usr/local/cuda/bin REQUIRED)
  set(CMAKE_CUDA_COMPILER ${NVCC_PROGRAM})
  set(CMAKE_CUDA_ARCHITECTURES 90)
  enable_language(CUDA)
  # CMake 3.25 does not know how this compiler spells the language level.
  set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
  set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION -std=c++20)
  find_package(CUDAToolkit REQUIRED)
endif()

# nibble_library(<folder> SOURCES a.cc ... DEPS lib ...): a static library named nibble_<folder>.
function(nibble_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(nibble_${name} STATIC ${ARG_SOURCES})
  target_include_directories(nibble_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(nibble_${name} PUBLIC ${ARG_DEPS})
endfunction()

# nibble_test(<name> SOURCES a_test.cc ... DEPS lib ... [LABEL unit|e2e|slow|gpu]): a GoogleTest binary, one ctest
# entry per binary. NIBBLE_SOURCE_DIR tells tests where tests/data and ../shared lie.
function(nibble_test name)
  cmake_parse_arguments(ARG "" "LABEL" "SOURCES;DEPS" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_compile_definitions(${name} PRIVATE NIBBLE_SOURCE_DIR="${CMAKE_SOURCE_DIR}" NIBBLE_BINARY="${CMAKE_BINARY_DIR}/nibble")
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} GTest::gtest GTest::gmock GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT 1200 SKIP_REGULAR_EXPRESSION "ALL TESTS SKIPPED")
endfunction()

# nibble_bench(<name> SOURCES a_bench.cc ... DEPS lib ...): a Google Benchmark binary, run by `make bench`.
function(nibble_bench name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} benchmark::benchmark)
endfunction()
