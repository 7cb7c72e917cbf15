/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Programs compiled with an earlier header depend on every number and type here. Lines are added
 * and never changed. src/base/named.rs compares the numbers with those in Rust. */
#include "check.h"

/* Types are easier to compare on one line. */
/* clang-format off */

#define IS(name, number) _Static_assert(DISKPROBE_##name == (number), #name)
#define HAS_TYPE(function, ...) \
    _Static_assert(_Generic(&(function), __VA_ARGS__: 1, default: 0), #function)

_Static_assert(sizeof(diskprobe_status) == sizeof(int), "diskprobe_status");
IS(STATUS_OK, 0);
IS(STATUS_INVALID_ARGUMENT, 1);
IS(STATUS_NOT_FOUND, 2);
IS(STATUS_PERMISSION_DENIED, 3);
IS(STATUS_IO, 4);
IS(STATUS_UNSUPPORTED_FILE, 5);
IS(STATUS_CHANGED, 6);
IS(STATUS_WRONG_FORMAT, 7);
IS(STATUS_INVALID_IMAGE, 8);
IS(STATUS_TRUNCATED, 9);
IS(STATUS_UNSUPPORTED_FEATURE, 10);
IS(STATUS_UNSUPPORTED_FORMAT, 11);
IS(STATUS_LIMIT_EXCEEDED, 12);
IS(STATUS_NEED_MORE_DATA, 13);
IS(STATUS_WRONG_STATE, 14);
IS(STATUS_INTERNAL, 15);
IS(STATUS_INVALID_LOCATION, 16);
IS(STATUS_FORMAT_NOT_RECORDED, 17);
IS(STATUS_LOOP, 18);
IS(STATUS_OUTSIDE_ROOT, 19);
IS(STATUS_REJECTED, 20);
IS(STATUS_FORMAT_NOT_ALLOWED, 21);
IS(STATUS_BUSY, 22);

_Static_assert(sizeof(diskprobe_format) == sizeof(int), "diskprobe_format");
IS(FORMAT_UNKNOWN, 0);
IS(FORMAT_RAW, 1);
IS(FORMAT_DIR, 2);
IS(FORMAT_BOCHS, 3);
IS(FORMAT_CLOOP, 4);
IS(FORMAT_COW, 5);
IS(FORMAT_DMG, 6);
IS(FORMAT_LUKS, 7);
IS(FORMAT_PARALLELS, 8);
IS(FORMAT_QCOW, 9);
IS(FORMAT_QCOW2, 10);
IS(FORMAT_QED, 11);
IS(FORMAT_VDI, 12);
IS(FORMAT_VHDX, 13);
IS(FORMAT_VMDK, 14);
IS(FORMAT_VPC, 15);

_Static_assert(sizeof(diskprobe_encryption) == sizeof(int), "diskprobe_encryption");
IS(ENCRYPTION_NONE, 0);
IS(ENCRYPTION_AES, 1);
IS(ENCRYPTION_LUKS, 2);
IS(ENCRYPTION_LUKS2, 3);
IS(ENCRYPTION_VMDK, 4);
IS(ENCRYPTION_DMG, 5);
IS(ENCRYPTION_BITLOCKER, 6);
IS(ENCRYPTION_UNKNOWN_METHOD, 7);

_Static_assert(sizeof(diskprobe_feature) == sizeof(int), "diskprobe_feature");
IS(FEATURE_NONE, 0);
IS(FEATURE_LAZY_REFCOUNTS, 1);
IS(FEATURE_CORRUPT, 2);
IS(FEATURE_EXTENDED_L2, 3);
IS(FEATURE_DATA_FILE, 4);
IS(FEATURE_DATA_FILE_RAW, 5);
IS(FEATURE_BITMAPS, 6);
IS(FEATURE_UNKNOWN_OPTIONAL, 7);
IS(FEATURE_SAVED_STATE, 8);
IS(FEATURE_UNKNOWN_REQUIRED, 9);

_Static_assert(sizeof(diskprobe_reference_kind) == sizeof(int), "diskprobe_reference_kind");
IS(REFERENCE_KIND_NONE, 0);
IS(REFERENCE_KIND_BACKING, 1);
IS(REFERENCE_KIND_DATA_FILE, 2);
IS(REFERENCE_KIND_EXTENT, 3);
IS(REFERENCE_KIND_PARENT, 4);

_Static_assert(sizeof(diskprobe_finding) == sizeof(int), "diskprobe_finding");
IS(FINDING_NONE, 0);
IS(FINDING_BACKING_FILE, 1);
IS(FINDING_DATA_FILE, 2);
IS(FINDING_EXTERNAL_EXTENTS, 3);
IS(FINDING_PARENT, 4);
IS(FINDING_AMBIGUOUS, 5);
IS(FINDING_DIRTY, 6);
IS(FINDING_CORRUPT, 7);
IS(FINDING_ENCRYPTED, 8);
IS(FINDING_INCOMPLETE_SCAN, 9);
IS(FINDING_NULL_CIPHER, 10);
IS(FINDING_NO_KEY, 11);
IS(FINDING_HEADERS_DIFFER, 12);
IS(FINDING_UNKNOWN_FEATURE, 13);
IS(FINDING_WRITABLE_HEADER, 14);
IS(FINDING_LOG_IN_USE, 15);

_Static_assert(sizeof(diskprobe_content_kind) == sizeof(int), "diskprobe_content_kind");
IS(CONTENT_KIND_NONE, 0);
IS(CONTENT_KIND_ISO9660, 1);
IS(CONTENT_KIND_UDF, 2);
IS(CONTENT_KIND_GPT, 3);
IS(CONTENT_KIND_MBR, 4);
IS(CONTENT_KIND_LVM2, 5);
IS(CONTENT_KIND_EXT, 6);
IS(CONTENT_KIND_XFS, 7);
IS(CONTENT_KIND_NTFS, 8);
IS(CONTENT_KIND_EXFAT, 9);
IS(CONTENT_KIND_FAT, 10);
IS(CONTENT_KIND_SQUASHFS, 11);
IS(CONTENT_KIND_SWAP, 12);
IS(CONTENT_KIND_GZIP, 13);
IS(CONTENT_KIND_XZ, 14);
IS(CONTENT_KIND_ZSTD, 15);
IS(CONTENT_KIND_BZIP2, 16);
IS(CONTENT_KIND_LZ4, 17);
IS(CONTENT_KIND_TAR, 18);
IS(CONTENT_KIND_ZIP, 19);
IS(CONTENT_KIND_HTML, 20);
IS(CONTENT_KIND_TEXT, 21);
IS(CONTENT_KIND_BITLOCKER, 22);

_Static_assert(sizeof(diskprobe_tool) == sizeof(int), "diskprobe_tool");
IS(TOOL_NONE, 0);
IS(TOOL_QEMU, 1);
IS(TOOL_LIBVIRT, 2);

_Static_assert(sizeof(diskprobe_violation_kind) == sizeof(int), "diskprobe_violation_kind");
IS(VIOLATION_KIND_NONE, 0);
IS(VIOLATION_KIND_FINDING, 1);
IS(VIOLATION_KIND_FORMAT, 2);
IS(VIOLATION_KIND_VIRTUAL_SIZE, 3);
IS(VIOLATION_KIND_BACKING_DIRECTORY, 4);
IS(VIOLATION_KIND_BACKING_FORMAT, 5);

_Static_assert(sizeof(diskprobe_storage_type) == sizeof(int), "diskprobe_storage_type");
IS(STORAGE_TYPE_UNKNOWN, 0);
IS(STORAGE_TYPE_FILE, 1);
IS(STORAGE_TYPE_BLOCK, 2);
IS(STORAGE_TYPE_DIR, 3);
IS(STORAGE_TYPE_NETWORK, 4);
IS(STORAGE_TYPE_NVME, 5);

_Static_assert(sizeof(diskprobe_protocol) == sizeof(int), "diskprobe_protocol");
IS(PROTOCOL_NONE, 0);
IS(PROTOCOL_NBD, 1);
IS(PROTOCOL_RBD, 2);
IS(PROTOCOL_SHEEPDOG, 3);
IS(PROTOCOL_GLUSTER, 4);
IS(PROTOCOL_ISCSI, 5);
IS(PROTOCOL_HTTP, 6);
IS(PROTOCOL_HTTPS, 7);
IS(PROTOCOL_FTP, 8);
IS(PROTOCOL_FTPS, 9);
IS(PROTOCOL_TFTP, 10);
IS(PROTOCOL_SSH, 11);
IS(PROTOCOL_VXHS, 12);
IS(PROTOCOL_NFS, 13);

_Static_assert(sizeof(diskprobe_transport) == sizeof(int), "diskprobe_transport");
IS(TRANSPORT_NONE, 0);
IS(TRANSPORT_TCP, 1);
IS(TRANSPORT_UNIX, 2);
IS(TRANSPORT_RDMA, 3);

_Static_assert(sizeof(diskprobe_element_kind) == sizeof(int), "diskprobe_element_kind");
IS(ELEMENT_KIND_NONE, 0);
IS(ELEMENT_KIND_TOP, 1);
IS(ELEMENT_KIND_BACKING, 2);
IS(ELEMENT_KIND_DATA_FILE, 3);

_Static_assert(sizeof(diskprobe_unrecorded_format) == sizeof(int), "diskprobe_unrecorded_format");
IS(UNRECORDED_FORMAT_NONE, 0);
IS(UNRECORDED_FORMAT_REFUSE, 1);
IS(UNRECORDED_FORMAT_PROBE, 2);
IS(UNRECORDED_FORMAT_RAW, 3);
IS(UNRECORDED_FORMAT_LIBVIRT, 4);

_Static_assert(sizeof(diskprobe_data_file_directory) == sizeof(int), "diskprobe_data_file_directory");
IS(DATA_FILE_DIRECTORY_NONE, 0);
IS(DATA_FILE_DIRECTORY_SAME, 1);
IS(DATA_FILE_DIRECTORY_IMAGE, 2);
IS(DATA_FILE_DIRECTORY_WORKING, 3);

_Static_assert(sizeof(diskprobe_format_source) == sizeof(int), "diskprobe_format_source");
IS(FORMAT_SOURCE_UNKNOWN, 0);
IS(FORMAT_SOURCE_GIVEN, 1);
IS(FORMAT_SOURCE_RECORDED, 2);
IS(FORMAT_SOURCE_PROBED, 3);
IS(FORMAT_SOURCE_ASSUMED, 4);
IS(FORMAT_SOURCE_IMPLIED, 5);

_Static_assert(DISKPROBE_LENGTH_UNKNOWN == UINT64_MAX, "DISKPROBE_LENGTH_UNKNOWN");

/* The callbacks, and then the functions. */
static diskprobe_read_callback callback;
HAS_TYPE(*callback, int64_t (*)(void *, void *, size_t, uint64_t, diskprobe_error **));
static diskprobe_open_callback opener;
HAS_TYPE(*opener, int (*)(void *, const diskprobe_location *, diskprobe_open_request *,
         diskprobe_error **));
static diskprobe_close_callback closer;
HAS_TYPE(*closer, void (*)(void *));
static diskprobe_scan_callback scan_callback;
HAS_TYPE(*scan_callback, bool (*)(void *, const char *, size_t, diskprobe_status,
         const diskprobe_image *, const diskprobe_error *));
HAS_TYPE(diskprobe_version, const char *(*)(void));
HAS_TYPE(diskprobe_version_number, uint32_t (*)(void));
HAS_TYPE(diskprobe_status_to_string, const char *(*)(diskprobe_status));
HAS_TYPE(diskprobe_format_to_string, const char *(*)(diskprobe_format));
HAS_TYPE(diskprobe_format_from_string, bool (*)(const char *, diskprobe_format *));
HAS_TYPE(diskprobe_format_to_libvirt_string, const char *(*)(diskprobe_format));
HAS_TYPE(diskprobe_format_from_libvirt_string, bool (*)(const char *, diskprobe_format *));
HAS_TYPE(diskprobe_encryption_to_string, const char *(*)(diskprobe_encryption));
HAS_TYPE(diskprobe_feature_to_string, const char *(*)(diskprobe_feature));
HAS_TYPE(diskprobe_reference_kind_to_string, const char *(*)(diskprobe_reference_kind));
HAS_TYPE(diskprobe_finding_to_string, const char *(*)(diskprobe_finding));
HAS_TYPE(diskprobe_finding_from_string, bool (*)(const char *, diskprobe_finding *));
HAS_TYPE(diskprobe_content_kind_to_string, const char *(*)(diskprobe_content_kind));
HAS_TYPE(diskprobe_tool_to_string, const char *(*)(diskprobe_tool));
HAS_TYPE(diskprobe_options_new, diskprobe_options *(*)(void));
HAS_TYPE(diskprobe_options_free, void (*)(diskprobe_options *));
HAS_TYPE(diskprobe_options_set_format, diskprobe_status (*)(diskprobe_options *,
         diskprobe_format));
HAS_TYPE(diskprobe_options_set_file_name, diskprobe_status (*)(diskprobe_options *, const char *));
HAS_TYPE(diskprobe_options_set_max_reads, diskprobe_status (*)(diskprobe_options *, uint32_t));
HAS_TYPE(diskprobe_options_set_max_bytes, diskprobe_status (*)(diskprobe_options *, uint64_t));
HAS_TYPE(diskprobe_options_set_thorough, diskprobe_status (*)(diskprobe_options *, bool));
HAS_TYPE(diskprobe_probe_path, diskprobe_status (*)(const char *, const diskprobe_options *,
         diskprobe_image **, diskprobe_error **));
HAS_TYPE(diskprobe_probe_fd, diskprobe_status (*)(int, const diskprobe_options *, diskprobe_image
         **, diskprobe_error **));
HAS_TYPE(diskprobe_probe_buffer, diskprobe_status (*)(const void *, size_t, uint64_t, const
         diskprobe_options *, diskprobe_image **, diskprobe_error **));
HAS_TYPE(diskprobe_probe_callback, diskprobe_status (*)(diskprobe_read_callback, void *, uint64_t,
         const diskprobe_options *, diskprobe_image **, diskprobe_error **));
HAS_TYPE(diskprobe_prober_new, diskprobe_prober *(*)(uint64_t, const diskprobe_options *));
HAS_TYPE(diskprobe_prober_set_length, diskprobe_status (*)(diskprobe_prober *, uint64_t,
         diskprobe_error **));
HAS_TYPE(diskprobe_prober_next_read, diskprobe_status (*)(diskprobe_prober *, uint64_t *, size_t *,
         size_t *, diskprobe_error **));
HAS_TYPE(diskprobe_prober_feed, diskprobe_status (*)(diskprobe_prober *, uint64_t, const void *,
         size_t, diskprobe_error **));
HAS_TYPE(diskprobe_prober_finish, diskprobe_status (*)(diskprobe_prober *, diskprobe_image **,
         diskprobe_error **));
HAS_TYPE(diskprobe_prober_free, void (*)(diskprobe_prober *));
HAS_TYPE(diskprobe_scan_options_new, diskprobe_scan_options *(*)(void));
HAS_TYPE(diskprobe_scan_options_free, void (*)(diskprobe_scan_options *));
HAS_TYPE(diskprobe_scan_options_set_image_options, diskprobe_status (*)(diskprobe_scan_options *,
         const diskprobe_options *));
HAS_TYPE(diskprobe_scan_options_set_jobs, diskprobe_status (*)(diskprobe_scan_options *, uint32_t));
HAS_TYPE(diskprobe_scan_options_set_recursive, diskprobe_status (*)(diskprobe_scan_options *, bool));
HAS_TYPE(diskprobe_scan_options_set_ordered, diskprobe_status (*)(diskprobe_scan_options *, bool));
HAS_TYPE(diskprobe_scan_options_set_follow_links, diskprobe_status (*)(diskprobe_scan_options *,
         bool));
HAS_TYPE(diskprobe_scan_options_set_cross_file_systems,
         diskprobe_status (*)(diskprobe_scan_options *, bool));
HAS_TYPE(diskprobe_scan_options_set_special_files, diskprobe_status (*)(diskprobe_scan_options *,
         bool));
HAS_TYPE(diskprobe_scan_options_cancel, void (*)(const diskprobe_scan_options *));
HAS_TYPE(diskprobe_scan, diskprobe_status (*)(const char *const *, size_t,
         const diskprobe_scan_options *, diskprobe_scan_callback, void *, diskprobe_error **));
HAS_TYPE(diskprobe_scan_files, diskprobe_status (*)(const char *const *, size_t,
         const diskprobe_scan_options *, diskprobe_scan_callback, void *, diskprobe_error **));
HAS_TYPE(diskprobe_image_free, void (*)(diskprobe_image *));
HAS_TYPE(diskprobe_image_format, diskprobe_format (*)(const diskprobe_image *));
HAS_TYPE(diskprobe_image_subformat, const char *(*)(const diskprobe_image *));
HAS_TYPE(diskprobe_image_virtual_size, bool (*)(const diskprobe_image *, uint64_t *));
HAS_TYPE(diskprobe_image_physical_size, bool (*)(const diskprobe_image *, uint64_t *));
HAS_TYPE(diskprobe_image_allocated_size, bool (*)(const diskprobe_image *, uint64_t *));
HAS_TYPE(diskprobe_image_backing_mtime, bool (*)(const diskprobe_image *, uint64_t *));
HAS_TYPE(diskprobe_image_has_finding, bool (*)(const diskprobe_image *, diskprobe_finding));
HAS_TYPE(diskprobe_image_content, diskprobe_content_kind (*)(const diskprobe_image *, size_t));
HAS_TYPE(diskprobe_image_detected_as, const char *(*)(const diskprobe_image *, diskprobe_tool));
HAS_TYPE(diskprobe_image_backing_location, const char *(*)(const diskprobe_image *, size_t *));
HAS_TYPE(diskprobe_image_backing_format, bool (*)(const diskprobe_image *, diskprobe_format *));
HAS_TYPE(diskprobe_image_backing_format_name, const char *(*)(const diskprobe_image *, size_t *));
HAS_TYPE(diskprobe_image_backing_is_raw, bool (*)(const diskprobe_image *));
HAS_TYPE(diskprobe_image_has_data_file, bool (*)(const diskprobe_image *));
HAS_TYPE(diskprobe_image_data_file_location, const char *(*)(const diskprobe_image *, size_t *));
HAS_TYPE(diskprobe_image_data_file_is_raw, bool (*)(const diskprobe_image *));
HAS_TYPE(diskprobe_image_has_parent, bool (*)(const diskprobe_image *));
HAS_TYPE(diskprobe_image_parent_uuid, bool (*)(const diskprobe_image *, uint8_t *));
HAS_TYPE(diskprobe_image_parent_alternative_uuid, bool (*)(const diskprobe_image *, uint8_t *));
HAS_TYPE(diskprobe_image_parent_location, const char *(*)(const diskprobe_image *, size_t *));
HAS_TYPE(diskprobe_image_uuid, bool (*)(const diskprobe_image *, uint8_t *));
HAS_TYPE(diskprobe_image_encryption, diskprobe_encryption (*)(const diskprobe_image *));
HAS_TYPE(diskprobe_image_encryption_payload_offset, bool (*)(const diskprobe_image *, uint64_t
         *));
HAS_TYPE(diskprobe_image_reference_count, size_t (*)(const diskprobe_image *));
HAS_TYPE(diskprobe_image_reference, diskprobe_reference_kind (*)(const diskprobe_image *, size_t,
         uint64_t *, uint64_t *));
HAS_TYPE(diskprobe_image_reference_location, const char *(*)(const diskprobe_image *, size_t,
         size_t *));
HAS_TYPE(diskprobe_image_cluster_size, bool (*)(const diskprobe_image *, uint64_t *));
HAS_TYPE(diskprobe_image_compat, const char *(*)(const diskprobe_image *));
HAS_TYPE(diskprobe_image_has_feature, bool (*)(const diskprobe_image *, diskprobe_feature));
HAS_TYPE(diskprobe_image_cid, bool (*)(const diskprobe_image *, uint32_t *));
HAS_TYPE(diskprobe_image_parent_cid, bool (*)(const diskprobe_image *, uint32_t *));
HAS_TYPE(diskprobe_image_extent_count, size_t (*)(const diskprobe_image *));
HAS_TYPE(diskprobe_image_extent_location, const char *(*)(const diskprobe_image *, size_t, size_t
         *));
HAS_TYPE(diskprobe_image_extent_kind, const char *(*)(const diskprobe_image *, size_t, size_t *));
HAS_TYPE(diskprobe_image_extent_size, bool (*)(const diskprobe_image *, size_t, uint64_t *));
HAS_TYPE(diskprobe_image_extent_file_offset, bool (*)(const diskprobe_image *, size_t, uint64_t
         *));
HAS_TYPE(diskprobe_storage_type_to_string, const char *(*)(diskprobe_storage_type));
HAS_TYPE(diskprobe_protocol_to_string, const char *(*)(diskprobe_protocol));
HAS_TYPE(diskprobe_transport_to_string, const char *(*)(diskprobe_transport));
HAS_TYPE(diskprobe_location_parse, diskprobe_status (*)(const char *, size_t, const
         diskprobe_location *, diskprobe_location **, diskprobe_error **));
HAS_TYPE(diskprobe_location_of_path, diskprobe_location *(*)(const char *));
HAS_TYPE(diskprobe_location_free, void (*)(diskprobe_location *));
HAS_TYPE(diskprobe_location_text, const char *(*)(const diskprobe_location *, size_t *));
HAS_TYPE(diskprobe_location_type, diskprobe_storage_type (*)(const diskprobe_location *));
HAS_TYPE(diskprobe_location_path, const char *(*)(const diskprobe_location *, size_t *));
HAS_TYPE(diskprobe_location_is_relative_to_image, bool (*)(const diskprobe_location *));
HAS_TYPE(diskprobe_location_relative_name, const char *(*)(const diskprobe_location *, size_t *));
HAS_TYPE(diskprobe_location_format, const char *(*)(const diskprobe_location *));
HAS_TYPE(diskprobe_location_protocol, diskprobe_protocol (*)(const diskprobe_location *));
HAS_TYPE(diskprobe_location_protocol_name, const char *(*)(const diskprobe_location *, size_t *));
HAS_TYPE(diskprobe_location_has_credentials, bool (*)(const diskprobe_location *));
HAS_TYPE(diskprobe_location_is_qemu_only, bool (*)(const diskprobe_location *));
HAS_TYPE(diskprobe_location_is_equivalent, bool (*)(const diskprobe_location *, const
         diskprobe_location *));
HAS_TYPE(diskprobe_location_host_count, size_t (*)(const diskprobe_location *));
HAS_TYPE(diskprobe_location_host_transport, diskprobe_transport (*)(const diskprobe_location *,
         size_t));
HAS_TYPE(diskprobe_location_host_name, const char *(*)(const diskprobe_location *, size_t, size_t
         *));
HAS_TYPE(diskprobe_location_host_port, bool (*)(const diskprobe_location *, size_t, uint16_t *));
HAS_TYPE(diskprobe_location_host_socket, const char *(*)(const diskprobe_location *, size_t, size_t
         *));
HAS_TYPE(diskprobe_location_volume, const char *(*)(const diskprobe_location *, size_t *));
HAS_TYPE(diskprobe_location_snapshot, const char *(*)(const diskprobe_location *, size_t *));
HAS_TYPE(diskprobe_location_slice, bool (*)(const diskprobe_location *, uint64_t *, uint64_t *));
HAS_TYPE(diskprobe_location_nvme_namespace, bool (*)(const diskprobe_location *, uint32_t *));
HAS_TYPE(diskprobe_location_nvme_address, const char *(*)(const diskprobe_location *, size_t *));
HAS_TYPE(diskprobe_element_kind_to_string, const char *(*)(diskprobe_element_kind));
HAS_TYPE(diskprobe_unrecorded_format_to_string, const char *(*)(diskprobe_unrecorded_format));
HAS_TYPE(diskprobe_unrecorded_format_from_string, bool (*)(const char *, diskprobe_unrecorded_format
         *));
HAS_TYPE(diskprobe_data_file_directory_to_string, const char *(*)(diskprobe_data_file_directory));
HAS_TYPE(diskprobe_data_file_directory_from_string, bool (*)(const char *,
         diskprobe_data_file_directory *));
HAS_TYPE(diskprobe_chain_options_set_data_file_directory, diskprobe_status (*)(
         diskprobe_chain_options *, diskprobe_data_file_directory));
HAS_TYPE(diskprobe_format_source_to_string, const char *(*)(diskprobe_format_source));
HAS_TYPE(diskprobe_chain_options_new, diskprobe_chain_options *(*)(void));
HAS_TYPE(diskprobe_chain_options_free, void (*)(diskprobe_chain_options *));
HAS_TYPE(diskprobe_chain_options_set_image_options, diskprobe_status (*)(diskprobe_chain_options *,
         const diskprobe_options *));
HAS_TYPE(diskprobe_chain_options_set_unrecorded_format, diskprobe_status (*)(diskprobe_chain_options
         *, diskprobe_unrecorded_format));
HAS_TYPE(diskprobe_chain_options_set_max_images, diskprobe_status (*)(diskprobe_chain_options *,
         uint32_t));
HAS_TYPE(diskprobe_chain_options_set_root, diskprobe_status (*)(diskprobe_chain_options *, const
         char *));
HAS_TYPE(diskprobe_chain_options_set_opener, diskprobe_status (*)(diskprobe_chain_options *,
         diskprobe_open_callback, void *));
HAS_TYPE(diskprobe_open_request_role, diskprobe_element_kind (*)(const diskprobe_open_request *));
HAS_TYPE(diskprobe_open_request_set_fd, diskprobe_status (*)(diskprobe_open_request *, int));
HAS_TYPE(diskprobe_open_request_set_borrowed_fd, diskprobe_status (*)(diskprobe_open_request *, int));
HAS_TYPE(diskprobe_open_request_set_source, diskprobe_status (*)(diskprobe_open_request *,
         diskprobe_read_callback, diskprobe_close_callback, void *, uint64_t));
HAS_TYPE(diskprobe_open_request_set_identity, diskprobe_status (*)(diskprobe_open_request *, uint64_t,
         uint64_t));
HAS_TYPE(diskprobe_open_request_use_default, diskprobe_status (*)(diskprobe_open_request *));
HAS_TYPE(diskprobe_chain_open_path, diskprobe_status (*)(const char *, const diskprobe_chain_options
         *, diskprobe_chain **, diskprobe_chain **, diskprobe_error **));
HAS_TYPE(diskprobe_chain_open_fd, diskprobe_status (*)(int, const char *, const
         diskprobe_chain_options *, diskprobe_chain **, diskprobe_chain **, diskprobe_error **));
HAS_TYPE(diskprobe_chain_open_location, diskprobe_status (*)(const diskprobe_location *, const
         diskprobe_chain_options *, diskprobe_chain **, diskprobe_chain **, diskprobe_error **));
HAS_TYPE(diskprobe_chain_free, void (*)(diskprobe_chain *));
HAS_TYPE(diskprobe_chain_element_count, size_t (*)(const diskprobe_chain *));
HAS_TYPE(diskprobe_chain_is_complete, bool (*)(const diskprobe_chain *));
HAS_TYPE(diskprobe_chain_element_kind, diskprobe_element_kind (*)(const diskprobe_chain *, size_t));
HAS_TYPE(diskprobe_chain_element_depth, bool (*)(const diskprobe_chain *, size_t, uint32_t *));
HAS_TYPE(diskprobe_chain_element_parent, bool (*)(const diskprobe_chain *, size_t, size_t *));
HAS_TYPE(diskprobe_chain_element_recorded, const char *(*)(const diskprobe_chain *, size_t, size_t
         *));
HAS_TYPE(diskprobe_chain_element_location, const diskprobe_location *(*)(const diskprobe_chain *,
         size_t));
HAS_TYPE(diskprobe_chain_element_format, diskprobe_format (*)(const diskprobe_chain *, size_t));
HAS_TYPE(diskprobe_chain_element_format_source, diskprobe_format_source (*)(const diskprobe_chain *,
         size_t));
HAS_TYPE(diskprobe_chain_element_format_name, const char *(*)(const diskprobe_chain *, size_t,
         size_t *));
HAS_TYPE(diskprobe_chain_element_image, const diskprobe_image *(*)(const diskprobe_chain *,
         size_t));
HAS_TYPE(diskprobe_chain_element_identity, bool (*)(const diskprobe_chain *, size_t, uint64_t *,
         uint64_t *));
HAS_TYPE(diskprobe_chain_element_error, const diskprobe_error *(*)(const diskprobe_chain *,
         size_t));
HAS_TYPE(diskprobe_chain_find, bool (*)(const diskprobe_chain *, const char *, const char *, size_t
         *));
HAS_TYPE(diskprobe_chain_find_below, bool (*)(const diskprobe_chain *, size_t, const char *, const
         char *, size_t *));
HAS_TYPE(diskprobe_chain_image_at, bool (*)(const diskprobe_chain *, uint32_t, size_t *));
HAS_TYPE(diskprobe_chain_relative_backing_path, char *(*)(const diskprobe_chain *, size_t, size_t, size_t
         *));
HAS_TYPE(diskprobe_string_free, void (*)(char *));
HAS_TYPE(diskprobe_disk_target_parse, bool (*)(const char *, size_t *, uint32_t *));
HAS_TYPE(diskprobe_options_set_also_matches, diskprobe_status (*)(diskprobe_options *, bool));
HAS_TYPE(diskprobe_image_finding, diskprobe_finding (*)(const diskprobe_image *, size_t));
HAS_TYPE(diskprobe_violation_kind_to_string, const char *(*)(diskprobe_violation_kind));
HAS_TYPE(diskprobe_policy_new, diskprobe_policy *(*)(void));
HAS_TYPE(diskprobe_policy_free, void (*)(diskprobe_policy *));
HAS_TYPE(diskprobe_policy_allow, diskprobe_status (*)(diskprobe_policy *, diskprobe_finding));
HAS_TYPE(diskprobe_policy_deny, diskprobe_status (*)(diskprobe_policy *, diskprobe_finding));
HAS_TYPE(diskprobe_policy_denies, bool (*)(const diskprobe_policy *, diskprobe_finding));
HAS_TYPE(diskprobe_policy_allow_format, diskprobe_status (*)(diskprobe_policy *,
         diskprobe_format));
HAS_TYPE(diskprobe_policy_set_max_virtual_size, diskprobe_status (*)(diskprobe_policy *, uint64_t));
HAS_TYPE(diskprobe_policy_allow_backing_under, diskprobe_status (*)(diskprobe_policy *,
         const char *));
HAS_TYPE(diskprobe_policy_evaluate, diskprobe_status (*)(const diskprobe_policy *,
         const diskprobe_image *, const char *, diskprobe_verdict **, diskprobe_error **));
HAS_TYPE(diskprobe_verdict_free, void (*)(diskprobe_verdict *));
HAS_TYPE(diskprobe_verdict_is_accepted, bool (*)(const diskprobe_verdict *));
HAS_TYPE(diskprobe_verdict_violation_count, size_t (*)(const diskprobe_verdict *));
HAS_TYPE(diskprobe_verdict_violation, diskprobe_violation_kind (*)(const diskprobe_verdict *, size_t,
         diskprobe_finding *));
HAS_TYPE(diskprobe_verdict_message, const char *(*)(const diskprobe_verdict *, size_t));
HAS_TYPE(diskprobe_receipt_new, diskprobe_status (*)(const diskprobe_policy *,
         const diskprobe_image *, const char *, diskprobe_receipt **, diskprobe_error **));
HAS_TYPE(diskprobe_receipt_parse, diskprobe_status (*)(const char *, size_t, diskprobe_receipt **,
         diskprobe_error **));
HAS_TYPE(diskprobe_receipt_text, const char *(*)(const diskprobe_receipt *, size_t *));
HAS_TYPE(diskprobe_receipt_options, diskprobe_options *(*)(const diskprobe_receipt *));
HAS_TYPE(diskprobe_receipt_verify, diskprobe_status (*)(const diskprobe_receipt *,
         const diskprobe_image *, const char *, diskprobe_error **));
HAS_TYPE(diskprobe_receipt_free, void (*)(diskprobe_receipt *));
HAS_TYPE(diskprobe_error_new, diskprobe_error *(*)(diskprobe_status, const char *));
HAS_TYPE(diskprobe_error_status, diskprobe_status (*)(const diskprobe_error *));
HAS_TYPE(diskprobe_error_message, const char *(*)(const diskprobe_error *));
HAS_TYPE(diskprobe_error_template, const char *(*)(const diskprobe_error *));
HAS_TYPE(diskprobe_error_parameter_count, size_t (*)(const diskprobe_error *));
HAS_TYPE(diskprobe_error_parameter, bool (*)(const diskprobe_error *, size_t, const char **,
         const char **));
HAS_TYPE(diskprobe_error_errno, int (*)(const diskprobe_error *));
HAS_TYPE(diskprobe_error_needed, bool (*)(const diskprobe_error *, uint64_t *, uint64_t *));
HAS_TYPE(diskprobe_error_offset, bool (*)(const diskprobe_error *, uint64_t *));
HAS_TYPE(diskprobe_error_free, void (*)(diskprobe_error *));
HAS_TYPE(diskprobe_image_detail_count, size_t (*)(const diskprobe_image *));
HAS_TYPE(diskprobe_image_detail, bool (*)(const diskprobe_image *, size_t, const char **,
         const char **, size_t *));
HAS_TYPE(diskprobe_image_finding_count, size_t (*)(const diskprobe_image *));
HAS_TYPE(diskprobe_image_also_match_count, size_t (*)(const diskprobe_image *));
HAS_TYPE(diskprobe_image_also_match, diskprobe_format (*)(const diskprobe_image *, size_t));
HAS_TYPE(diskprobe_image_content_count, size_t (*)(const diskprobe_image *));
HAS_TYPE(diskprobe_location_detail_count, size_t (*)(const diskprobe_location *));
HAS_TYPE(diskprobe_location_detail, bool (*)(const diskprobe_location *, size_t, const char **,
         const char **, size_t *, bool *));
HAS_TYPE(diskprobe_chain_options_override_element, diskprobe_status (*)(diskprobe_chain_options *,
         diskprobe_element_kind, uint32_t, const diskprobe_location *, diskprobe_format));
HAS_TYPE(diskprobe_options_set_allow_unknown_features, diskprobe_status (*)(diskprobe_options *,
         bool));
HAS_TYPE(diskprobe_options_set_wait_for_lease, diskprobe_status (*)(diskprobe_options *, bool));
HAS_TYPE(diskprobe_options_set_detectable, diskprobe_status (*)(diskprobe_options *, uint64_t));
HAS_TYPE(diskprobe_image_copy, diskprobe_image *(*)(const diskprobe_image *));
HAS_TYPE(diskprobe_image_facts, bool (*)(const diskprobe_image *, diskprobe_facts *, size_t));
HAS_TYPE(diskprobe_image_to_json, diskprobe_status (*)(const diskprobe_image *, const char *, char **,
         size_t *, diskprobe_error **));
HAS_TYPE(diskprobe_escape, char *(*)(const void *, size_t, size_t *));
HAS_TYPE(diskprobe_status_message, const char *(*)(diskprobe_status));

/* Members are appended. */
#define IS_AT(member, offset) _Static_assert(offsetof(diskprobe_facts, member) == (offset), #member)
IS_AT(virtual_size, 0);
IS_AT(physical_size, 8);
IS_AT(encryption_payload_offset, 16);
IS_AT(backing_location, 24);
IS_AT(backing_location_length, 24 + sizeof(char *));
IS_AT(format, 24 + 2 * sizeof(char *));
IS_AT(backing_format, 28 + 2 * sizeof(char *));
IS_AT(encryption, 32 + 2 * sizeof(char *));
IS_AT(has_virtual_size, 36 + 2 * sizeof(char *));
IS_AT(has_physical_size, 37 + 2 * sizeof(char *));
IS_AT(has_encryption_payload_offset, 38 + 2 * sizeof(char *));
IS_AT(has_backing_format, 39 + 2 * sizeof(char *));
_Static_assert(sizeof(diskprobe_facts) == 40 + 2 * sizeof(char *), "diskprobe_facts");

TEST
{
    /* The compiler has checked everything. */
    CHECK(!callback && !opener && !closer && !scan_callback);
}
