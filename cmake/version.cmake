# Writes version_generated.h at build time; touches it only when the commit changed.
execute_process(COMMAND git -C ${SOURCE_DIR} describe --always --dirty --exclude=* OUTPUT_VARIABLE COMMIT
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT COMMIT)
  set(COMMIT unknown)
endif()
file(WRITE ${OUTPUT}.new "#define NIBBLE_VERSION \"${VERSION}\"\n#define NIBBLE_GIT_COMMIT \"${COMMIT}\"\n")
execute_process(COMMAND ${CMAKE_COMMAND} -E copy_if_different ${OUTPUT}.new ${OUTPUT})
