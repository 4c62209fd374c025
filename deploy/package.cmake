# What is installed where, and the .deb that `make package` makes of it. Program, extraction program and models lie in
# one folder, because the program looks for the others beside itself; /usr/bin/cairn is a link into it.
set(CAIRN_HOME lib/cairn)

install(TARGETS cairn cairn-extract RUNTIME DESTINATION ${CAIRN_HOME})
install(DIRECTORY ${CMAKE_BINARY_DIR}/models DESTINATION ${CAIRN_HOME} FILES_MATCHING PATTERN "*.cairnmodel")
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/package)
file(CREATE_LINK ../${CAIRN_HOME}/cairn ${CMAKE_BINARY_DIR}/package/cairn SYMBOLIC)
install(FILES ${CMAKE_BINARY_DIR}/package/cairn DESTINATION bin)
install(FILES deploy/systemd/cairn.service DESTINATION lib/systemd/system)
install(FILES deploy/debian/cairn.toml DESTINATION /etc/cairn)
execute_process(COMMAND gzip -9nc ${CMAKE_SOURCE_DIR}/deploy/debian/changelog OUTPUT_FILE ${CMAKE_BINARY_DIR}/package/changelog.gz)
install(FILES deploy/debian/copyright README.md ${CMAKE_BINARY_DIR}/package/changelog.gz DESTINATION share/doc/cairn)
install(FILES deploy/grafana/cairn.json DESTINATION share/cairn/grafana)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME cairn)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "Cairn <cairn@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "answers questions from your own documents, with quotes")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "Cairn keeps documents, finds passages by words and by meaning, and answers
questions with literal quotes. It runs on its own, without other services.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_PACKAGE_SECTION text)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, poppler-data")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/deploy/debian/postinst ${CMAKE_SOURCE_DIR}/deploy/debian/prerm
    ${CMAKE_SOURCE_DIR}/deploy/debian/postrm ${CMAKE_BINARY_DIR}/package/conffiles)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
file(WRITE ${CMAKE_BINARY_DIR}/package/conffiles "/etc/cairn/cairn.toml\n")
include(CPack)
