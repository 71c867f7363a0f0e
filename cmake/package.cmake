# What users of the plugin get: coroinline.cfg and coroinline-lto.cfg in the build tree, and the installed
# tree, in which they stand beside a CMake package and a pkg-config file. The installed tree can be moved
# as a whole.
include(CMakePackageConfigHelpers)

# What the configuration file says of the runtime library. clang puts it before the user's files, too
# early for a static archive. Flags behind a $ go to the end; that is new since LLVM 19, where the
# whole archive is linked instead.
if(COROINLINE_LLVM GREATER_EQUAL 22)
  set(COROINLINE_CFG_LINK "$-lcoroinline")
else()
  set(COROINLINE_CFG_LINK "-Wl,--whole-archive -lcoroinline -Wl,--no-whole-archive")
endif()
# Programs that are not instrumented themselves.
if(COROINLINE_COVERAGE)
  execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=libclang_rt.profile-${CMAKE_SYSTEM_PROCESSOR}.a
    OUTPUT_VARIABLE profile OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  string(APPEND COROINLINE_CFG_LINK " -Wl,-u,__llvm_profile_runtime $-Wl,${profile}")
endif()

# In a configuration file, backslash and quote are special within quotes.
function(coroinline_cfg output include)
  string(REGEX REPLACE "([\\\"])" "\\\\\\1" COROINLINE_CFG_INCLUDE "${include}")
  configure_file(cmake/coroinline.cfg.in ${output} @ONLY)
endfunction()

# From the folder `from` of the installed tree to the folder `to`.
function(coroinline_relative variable from to)
  file(RELATIVE_PATH path "${from}" "${to}")
  set(${variable} "${path}" PARENT_SCOPE)
endfunction()

set(libdir "${CMAKE_INSTALL_FULL_LIBDIR}")
coroinline_relative(include_from_cfg
  "${libdir}/coroinline/llvm-${COROINLINE_LLVM}" "${CMAKE_INSTALL_FULL_INCLUDEDIR}")
coroinline_relative(COROINLINE_PC_LIBDIR "${libdir}/pkgconfig" "${libdir}")
coroinline_relative(COROINLINE_PC_INCLUDEDIR "${libdir}/pkgconfig" "${CMAKE_INSTALL_FULL_INCLUDEDIR}")

coroinline_cfg(${PROJECT_BINARY_DIR}/coroinline.cfg "${PROJECT_SOURCE_DIR}/include")
coroinline_cfg(${PROJECT_BINARY_DIR}/install/coroinline.cfg "<CFGDIR>/${include_from_cfg}")
configure_file(cmake/coroinline-lto.cfg.in ${PROJECT_BINARY_DIR}/coroinline-lto.cfg @ONLY)
configure_file(cmake/coroinline.pc.in install/coroinline-${COROINLINE_LLVM}.pc @ONLY)
set(COROINLINE_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/CoroInline)
configure_package_config_file(cmake/CoroInlineConfig.cmake.in
  ${PROJECT_BINARY_DIR}/install/CoroInlineConfig.cmake
  INSTALL_DESTINATION ${COROINLINE_PACKAGE_DIR}
  PATH_VARS CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_INCLUDEDIR
  NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/install/CoroInlineConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)

install(DIRECTORY include/coroinline DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
# One for all LLVMs.
install(FILES debug/coroinline_gdb.py DESTINATION ${CMAKE_INSTALL_DATADIR}/coroinline)
install(FILES ${PROJECT_BINARY_DIR}/install/coroinline.cfg ${PROJECT_BINARY_DIR}/coroinline-lto.cfg
  DESTINATION ${COROINLINE_INSTALL_DIR})
install(FILES ${PROJECT_BINARY_DIR}/install/coroinline-${COROINLINE_LLVM}.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES
  ${PROJECT_BINARY_DIR}/install/CoroInlineConfig.cmake
  ${PROJECT_BINARY_DIR}/install/CoroInlineConfigVersion.cmake
  DESTINATION ${COROINLINE_PACKAGE_DIR})
