# find_package(kinesis_agg): the targets kinesis_agg::kinesis_agg, which is static, and kinesis_agg::shared
# where there is one.
get_filename_component(kinesis_agg_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(NOT TARGET kinesis_agg::kinesis_agg)
  add_library(kinesis_agg::kinesis_agg STATIC IMPORTED)
  set_target_properties(kinesis_agg::kinesis_agg PROPERTIES
    IMPORTED_LOCATION "${kinesis_agg_prefix}/lib/libkinesis_agg.a"
    INTERFACE_INCLUDE_DIRECTORIES "${kinesis_agg_prefix}/include")
endif()

if(NOT TARGET kinesis_agg::shared AND EXISTS "${kinesis_agg_prefix}/lib/libkinesis_agg.so.0")
  add_library(kinesis_agg::shared SHARED IMPORTED)
  set_target_properties(kinesis_agg::shared PROPERTIES
    IMPORTED_LOCATION "${kinesis_agg_prefix}/lib/libkinesis_agg.so.0"
    INTERFACE_INCLUDE_DIRECTORIES "${kinesis_agg_prefix}/include")
endif()
