/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/**
 * @file diskprobe.h
 *
 * Reads what a disk image is from its bytes: format, sizes, backing store, encryption. Read-only, in
 * this process, with bounded work, and safe for images from untrusted sources.
 *
 *     #include <diskprobe.h>
 *     #include <inttypes.h>
 *     #include <stdio.h>
 *
 *     int main(int argc, char **argv)
 *     {
 *         diskprobe_image *image;
 *         diskprobe_error *error;
 *         const char *backing;
 *         uint64_t size;
 *
 *         if (argc != 2)
 *             return 2;
 *         if (diskprobe_probe_path(argv[1], NULL, &image, &error) != DISKPROBE_STATUS_OK) {
 *             fprintf(stderr, "%s: %s\n", argv[1], diskprobe_error_message(error));
 *             diskprobe_error_free(error);
 *             return 1;
 *         }
 *         printf("format: %s\n", diskprobe_format_to_string(diskprobe_image_format(image)));
 *         if (diskprobe_image_virtual_size(image, &size))
 *             printf("virtual size: %" PRIu64 " bytes\n", size);
 *         backing = diskprobe_image_backing_location(image, NULL);
 *         printf("backing store: %s\n", backing ? "yes" : "no");
 *         diskprobe_image_free(image);
 *         return 0;
 *     }
 *
 * The types come first, then the functions, both by subject: probe, facts, chain, location, policy,
 * scan, prober, errors, version.
 *
 * Ownership: the caller frees every handle it receives with the matching _free() function, which
 * accepts NULL. Strings and const handles are static, or belong to the handle they came from and are
 * valid until it is freed. The library keeps no pointer to an argument after the call returns; the only
 * exceptions are the descriptor or source that an opener hands over, and the pointers that belong to a
 * callback.
 *
 * NULL: every function accepts NULL for every pointer. A call that requires a value returns
 * DISKPROBE_STATUS_INVALID_ARGUMENT, and a getter the absent fact. Out-parameters are always written
 * (NULL, 0 or false if there is nothing to return) and never read.
 *
 * Threads: distinct handles may be used in distinct threads at the same time. Images, locations,
 * chains, verdicts and errors are immutable, and many threads may read them at the same time; the same
 * holds for options and policies while no thread changes them. There is no global state, no use of
 * environment variables, and no thread except the jobs that a scan is asked for, which end with its
 * call.
 *
 * Errors: a call that can fail returns a status, 0 on success, and on request an error handle with a
 * message. A defect of the library (a Rust panic) does not leave the call, which returns
 * DISKPROBE_STATUS_INTERNAL; only then the library prints a line to stderr. Only a failed allocation of
 * memory ends the process, as in GLib.
 *
 * Strings from an image (locations, names) are chosen by its author: escape them before you show them,
 * and do not pass them to a shell.
 *
 * This file is generated; change src/ffi/ instead.
 */

#ifndef DISKPROBE_H
#define DISKPROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Makes the compiler warn if the caller ignores the result of a function. */
#if defined(__GNUC__) || defined(__clang__)
# define DISKPROBE_MUST_USE __attribute__((warn_unused_result))
#else
# define DISKPROBE_MUST_USE
#endif

/** Makes the compiler warn if a function is used that a later version may remove. */
#if defined(__GNUC__) || defined(__clang__)
# define DISKPROBE_DEPRECATED __attribute__((deprecated))
#else
# define DISKPROBE_DEPRECATED
#endif

/**
 * Checks whether this header has at least a version. The preprocessor can evaluate it too.
 *
 * @param major  the major version
 * @param minor  the minor version
 * @param patch  the patch version
 */
#define DISKPROBE_CHECK_VERSION(major, minor, patch) \
    (DISKPROBE_VERSION_NUMBER >= (major) * 1000000 + (minor) * 1000 + (patch))

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup diskprobe_probe Probing
 * Reads an image by path, descriptor, buffer or callback.
 * @{
 */

/** The length of an object if it is unknown. */
#define DISKPROBE_LENGTH_UNKNOWN UINT64_MAX

/** The most reads of one probe, whatever the image says. */
#define DISKPROBE_MAX_READS 16

/** The most bytes that one probe reads, whatever the image says. */
#define DISKPROBE_MAX_BYTES 1048576

/**
 * How to probe an image. A probe reads it and keeps no reference: probes in many threads may share
 * one while no thread changes it.
 */
typedef struct diskprobe_options diskprobe_options;

/** @} */

/**
 * @defgroup diskprobe_facts Facts
 * What a probe found out about an image.
 * @{
 */

/**
 * An image format, by the name of the QEMU driver that reads it.
 *
 * `cow` and `dir` are names of libvirt: QEMU has no such driver, and detection never returns
 * them.
 *
 * New values are only appended.
 */
typedef enum {
    /**
     * No format. As an option: detect it. From a getter: missing, or a name that this library
     * does not know.
     */
    DISKPROBE_FORMAT_UNKNOWN = 0,
    /** The bytes are the guest's disk. */
    DISKPROBE_FORMAT_RAW = 1,
    /** A directory. Never detected. */
    DISKPROBE_FORMAT_DIR = 2,
    /** Bochs "growing" image. */
    DISKPROBE_FORMAT_BOCHS = 3,
    /** Compressed loop image, version 2.0. */
    DISKPROBE_FORMAT_CLOOP = 4,
    /** User Mode Linux copy-on-write image. Never detected. */
    DISKPROBE_FORMAT_COW = 5,
    /** Apple universal disk image (UDIF). Detected only by a file name that ends in ".dmg". */
    DISKPROBE_FORMAT_DMG = 6,
    /** Linux Unified Key Setup: version 1, and version 2 if it is requested by name. */
    DISKPROBE_FORMAT_LUKS = 7,
    /** Parallels and Virtuozzo; libvirt calls it "ploop". */
    DISKPROBE_FORMAT_PARALLELS = 8,
    /** QEMU copy-on-write, version 1. */
    DISKPROBE_FORMAT_QCOW = 9,
    /** QEMU copy-on-write, versions 2 and 3. */
    DISKPROBE_FORMAT_QCOW2 = 10,
    /** QEMU enhanced disk. */
    DISKPROBE_FORMAT_QED = 11,
    /** VirtualBox disk image. */
    DISKPROBE_FORMAT_VDI = 12,
    /** Hyper-V virtual hard disk, version 2; libvirt calls it "vhd". */
    DISKPROBE_FORMAT_VHDX = 13,
    /** VMware virtual disk. */
    DISKPROBE_FORMAT_VMDK = 14,
    /** Connectix and Microsoft virtual hard disk (VHD). */
    DISKPROBE_FORMAT_VPC = 15,
} diskprobe_format;

/**
 * How an image is encrypted.
 *
 * New values are only appended.
 */
typedef enum {
    /** Not encrypted, as far as the format can tell. */
    DISKPROBE_ENCRYPTION_NONE = 0,
    /** The AES of qcow and qcow2, which QEMU calls legacy. */
    DISKPROBE_ENCRYPTION_AES = 1,
    /** LUKS, version 1. */
    DISKPROBE_ENCRYPTION_LUKS = 2,
    /** LUKS, version 2. */
    DISKPROBE_ENCRYPTION_LUKS2 = 3,
    /** VMware's: the VMDK descriptor holds the keys, themselves encrypted. */
    DISKPROBE_ENCRYPTION_VMDK = 4,
    /** Apple's, around a whole UDIF image. */
    DISKPROBE_ENCRYPTION_DMG = 5,
} diskprobe_encryption;

/**
 * A feature that the header of an image declares.
 *
 * New values are only appended.
 */
typedef enum {
    /** No feature. */
    DISKPROBE_FEATURE_NONE = 0,
    /** qcow2: reference counts may lag behind (compatible bit 0). */
    DISKPROBE_FEATURE_LAZY_REFCOUNTS = 1,
    /** qcow2: the image is marked as corrupt (incompatible bit 1). */
    DISKPROBE_FEATURE_CORRUPT = 2,
    /** qcow2: L2 entries have subclusters (incompatible bit 4). */
    DISKPROBE_FEATURE_EXTENDED_L2 = 3,
    /** qcow2: guest data is in an external data file (incompatible bit 2). */
    DISKPROBE_FEATURE_DATA_FILE = 4,
    /** qcow2: the external data file alone is a valid raw image (autoclear bit 1). */
    DISKPROBE_FEATURE_DATA_FILE_RAW = 5,
    /** qcow2: the bitmaps are consistent (autoclear bit 0). */
    DISKPROBE_FEATURE_BITMAPS = 6,
    /** qcow2, qed: a feature that this library does not know and that a reader may ignore. */
    DISKPROBE_FEATURE_UNKNOWN_OPTIONAL = 7,
    /** vpc: the guest is suspended, and its state is in another file. */
    DISKPROBE_FEATURE_SAVED_STATE = 8,
} diskprobe_feature;

/**
 * The role of something outside the file that an image names.
 *
 * New values are only appended.
 */
typedef enum {
    /** No reference: the index is out of range. */
    DISKPROBE_REFERENCE_KIND_NONE = 0,
    /** A backing store, which QEMU opens below the image. */
    DISKPROBE_REFERENCE_KIND_BACKING = 1,
    /** A qcow2 external data file. */
    DISKPROBE_REFERENCE_KIND_DATA_FILE = 2,
    /** A VMDK extent file. */
    DISKPROBE_REFERENCE_KIND_EXTENT = 3,
    /** A parent that QEMU does not follow, but other hypervisors do. */
    DISKPROBE_REFERENCE_KIND_PARENT = 4,
} diskprobe_reference_kind;

/**
 * A property of an image that matters before an image from an untrusted source is accepted.
 *
 * Whether it is acceptable is the caller's policy: an overlay of one's own has a backing file,
 * an upload should not.
 *
 * New values are only appended.
 */
typedef enum {
    /** No finding: the index is out of range. */
    DISKPROBE_FINDING_NONE = 0,
    /** It names a backing store, whose content the guest could then read. */
    DISKPROBE_FINDING_BACKING_FILE = 1,
    /** Its data is in another file, which it may or may not name. */
    DISKPROBE_FINDING_DATA_FILE = 2,
    /** It names extent files, whose content the guest could then read. */
    DISKPROBE_FINDING_EXTERNAL_EXTENTS = 3,
    /** It names a parent that QEMU does not follow, but other hypervisors do. */
    DISKPROBE_FINDING_PARENT = 4,
    /**
     * Its bytes also carry the signature of another format; or it is not raw, or encrypted,
     * and its bytes hold a file system or a partition table for a reader that treats it as
     * raw.
     */
    DISKPROBE_FINDING_AMBIGUOUS = 5,
    /** It was not closed properly. */
    DISKPROBE_FINDING_DIRTY = 6,
    /** It is marked as corrupt. */
    DISKPROBE_FINDING_CORRUPT = 7,
    /** The guest's data is encrypted. */
    DISKPROBE_FINDING_ENCRYPTED = 8,
    /**
     * Not every offset was read at which another format has its signature: the probe was not
     * thorough, or the length was unknown.
     */
    DISKPROBE_FINDING_INCOMPLETE_SCAN = 9,
    /** It declares encryption with a cipher that leaves the data as it is. */
    DISKPROBE_FINDING_NULL_CIPHER = 10,
    /** It is encrypted, but no key slot is active. */
    DISKPROBE_FINDING_NO_KEY = 11,
    /**
     * It describes itself twice, and the two differ or only one is complete, so a program may
     * use the other one. These are the two headers of LUKS2 (if it is requested), header and
     * footer of a VMDK stream, header and embedded descriptor of any VMDK, and the two footers
     * of a dynamic VHD (in a thorough probe).
     */
    DISKPROBE_FINDING_HEADERS_DIFFER = 12,
    /** It declares a feature that this library does not know and that a reader may ignore. */
    DISKPROBE_FINDING_UNKNOWN_FEATURE = 13,
} diskprobe_finding;

/**
 * What a raw image holds. A hint: it never changes the format.
 *
 * One image can hold several: a bootable ISO image often has a partition table too. Getters
 * return them in this order.
 *
 * New values are only appended.
 */
typedef enum {
    /** No content: the index is out of range. */
    DISKPROBE_CONTENT_KIND_NONE = 0,
    /** An ISO 9660 file system. */
    DISKPROBE_CONTENT_KIND_ISO9660 = 1,
    /** A UDF file system. */
    DISKPROBE_CONTENT_KIND_UDF = 2,
    /** A GUID partition table. */
    DISKPROBE_CONTENT_KIND_GPT = 3,
    /** A partition table in a master boot record, other than the one that protects a GPT. */
    DISKPROBE_CONTENT_KIND_MBR = 4,
    /** An LVM2 physical volume. */
    DISKPROBE_CONTENT_KIND_LVM2 = 5,
    /** ext2, ext3 or ext4. */
    DISKPROBE_CONTENT_KIND_EXT = 6,
    /** XFS. */
    DISKPROBE_CONTENT_KIND_XFS = 7,
    /** NTFS. */
    DISKPROBE_CONTENT_KIND_NTFS = 8,
    /** exFAT. */
    DISKPROBE_CONTENT_KIND_EXFAT = 9,
    /** FAT12, FAT16 or FAT32. */
    DISKPROBE_CONTENT_KIND_FAT = 10,
    /** SquashFS. */
    DISKPROBE_CONTENT_KIND_SQUASHFS = 11,
    /** Linux swap space. */
    DISKPROBE_CONTENT_KIND_SWAP = 12,
} diskprobe_content_kind;

/**
 * A program that detects the format of a file from its bytes.
 *
 * New values are only appended.
 */
typedef enum {
    /** No tool. */
    DISKPROBE_TOOL_NONE = 0,
    /** QEMU, if no format is given to it. */
    DISKPROBE_TOOL_QEMU = 1,
    /** libvirt, where it probes: storage pools, and backing files without a recorded format. */
    DISKPROBE_TOOL_LIBVIRT = 2,
} diskprobe_tool;

/**
 * The facts of one disk image. Immutable and independent of the file and of every other handle:
 * many threads may read it at the same time.
 */
typedef struct diskprobe_image diskprobe_image;

/** @} */

/**
 * @defgroup diskprobe_chain Chains
 * The image of a disk with its backing files and data files.
 * @{
 */

/** The most images of one chain. */
#define DISKPROBE_MAX_CHAIN_IMAGES 200

/**
 * The role of an element in its chain.
 *
 * New values are only appended.
 */
typedef enum {
    /** No element: the index is out of range. */
    DISKPROBE_ELEMENT_KIND_NONE = 0,
    /** The image at which the walk starts. */
    DISKPROBE_ELEMENT_KIND_TOP = 1,
    /** The backing file of the image above it. */
    DISKPROBE_ELEMENT_KIND_BACKING = 2,
    /** The data file of an image. */
    DISKPROBE_ELEMENT_KIND_DATA_FILE = 3,
} diskprobe_element_kind;

/**
 * How the format of an element became known.
 *
 * New values are only appended.
 */
typedef enum {
    /** It is unknown. */
    DISKPROBE_FORMAT_SOURCE_UNKNOWN = 0,
    /** The caller gave it. */
    DISKPROBE_FORMAT_SOURCE_GIVEN = 1,
    /**
     * The image that names the element records it, by a name, a flag, or a location with a
     * driver; or allows only one format.
     */
    DISKPROBE_FORMAT_SOURCE_RECORDED = 2,
    /** It was detected from the bytes of the element. */
    DISKPROBE_FORMAT_SOURCE_PROBED = 3,
    /** It is not recorded, and treated as raw because the caller chose that. */
    DISKPROBE_FORMAT_SOURCE_ASSUMED = 4,
    /** The element is a data file, which is always raw. */
    DISKPROBE_FORMAT_SOURCE_IMPLIED = 5,
} diskprobe_format_source;

/**
 * What to do if an image does not record the format of its backing file.
 *
 * New values are only appended.
 */
typedef enum {
    /** None of these. */
    DISKPROBE_UNRECORDED_FORMAT_NONE = 0,
    /** The chain fails there. */
    DISKPROBE_UNRECORDED_FORMAT_REFUSE = 1,
    /**
     * Detect the format, and fail if the image names another file: backing file, data file,
     * extent or parent. Otherwise a guest that writes to a raw disk could write a header that
     * names a file of the host. libvirt's rule, applied to all of these.
     */
    DISKPROBE_UNRECORDED_FORMAT_PROBE = 2,
    /** Treat it as raw, whatever its bytes are. */
    DISKPROBE_UNRECORDED_FORMAT_RAW = 3,
} diskprobe_unrecorded_format;

/**
 * Where a relative name of a qcow2 data file starts. QEMU opens it from its own working
 * directory; management applications join it to the directory of the image, and pass QEMU the
 * result.
 *
 * New values are only appended.
 */
typedef enum {
    /** None of these. */
    DISKPROBE_DATA_FILE_DIRECTORY_NONE = 0,
    /** In both: the chain fails if they do not lead to the same file. */
    DISKPROBE_DATA_FILE_DIRECTORY_SAME = 1,
    /** In the directory of the image. */
    DISKPROBE_DATA_FILE_DIRECTORY_IMAGE = 2,
    /** In the working directory of this process, which must be that of the hypervisor. */
    DISKPROBE_DATA_FILE_DIRECTORY_WORKING = 3,
} diskprobe_data_file_directory;

/**
 * The images and data files of a virtual disk, from the top down. Immutable and independent of the
 * files and of every other handle: many threads may read it at the same time.
 */
typedef struct diskprobe_chain diskprobe_chain;

/**
 * How to walk a chain. A walk reads it and keeps no reference: walks in many threads may share one
 * while no thread changes it, if many threads may call the opener.
 */
typedef struct diskprobe_chain_options diskprobe_chain_options;

/**
 * A request to an opener. It belongs to the library and to the thread in which the opener runs,
 * and is valid until that returns.
 */
typedef struct diskprobe_open_request diskprobe_open_request;

/** @} */

/**
 * @defgroup diskprobe_location Locations
 * What a recorded location names.
 * @{
 */

/**
 * The type of storage that a location names.
 *
 * New values are only appended.
 */
typedef enum {
    /** Unknown, because the protocol or driver is unknown. */
    DISKPROBE_STORAGE_TYPE_UNKNOWN = 0,
    /** A file of this machine; or a block device, which a path does not tell from a file. */
    DISKPROBE_STORAGE_TYPE_FILE = 1,
    /** A block device of this machine, according to the location. */
    DISKPROBE_STORAGE_TYPE_BLOCK = 2,
    /** A directory of this machine. */
    DISKPROBE_STORAGE_TYPE_DIR = 3,
    /** An object of a server. */
    DISKPROBE_STORAGE_TYPE_NETWORK = 4,
    /** A namespace of an NVMe controller of this machine, which the hypervisor drives itself. */
    DISKPROBE_STORAGE_TYPE_NVME = 5,
} diskprobe_storage_type;

/**
 * The protocol of a server.
 *
 * New values are only appended.
 */
typedef enum {
    /** None, or an unknown one. */
    DISKPROBE_PROTOCOL_NONE = 0,
    /** Network block device. */
    DISKPROBE_PROTOCOL_NBD = 1,
    /** RADOS block device, of Ceph. */
    DISKPROBE_PROTOCOL_RBD = 2,
    /** Sheepdog. */
    DISKPROBE_PROTOCOL_SHEEPDOG = 3,
    /** GlusterFS. */
    DISKPROBE_PROTOCOL_GLUSTER = 4,
    /** iSCSI. */
    DISKPROBE_PROTOCOL_ISCSI = 5,
    /** HTTP. */
    DISKPROBE_PROTOCOL_HTTP = 6,
    /** HTTP over TLS. */
    DISKPROBE_PROTOCOL_HTTPS = 7,
    /** FTP. */
    DISKPROBE_PROTOCOL_FTP = 8,
    /** FTP over TLS. */
    DISKPROBE_PROTOCOL_FTPS = 9,
    /** Trivial FTP. */
    DISKPROBE_PROTOCOL_TFTP = 10,
    /** SSH, which stands for SFTP. */
    DISKPROBE_PROTOCOL_SSH = 11,
    /** Veritas HyperScale. */
    DISKPROBE_PROTOCOL_VXHS = 12,
    /** NFS, without a mount. */
    DISKPROBE_PROTOCOL_NFS = 13,
} diskprobe_protocol;

/**
 * How a client reaches a host.
 *
 * New values are only appended.
 */
typedef enum {
    /** No host: the index is out of range. */
    DISKPROBE_TRANSPORT_NONE = 0,
    /** TCP; for some protocols UDP. */
    DISKPROBE_TRANSPORT_TCP = 1,
    /** A socket of this machine. */
    DISKPROBE_TRANSPORT_UNIX = 2,
    /** Remote DMA. */
    DISKPROBE_TRANSPORT_RDMA = 3,
} diskprobe_transport;

/**
 * What a recorded location names. Immutable and independent of every other handle: many threads
 * may read it at the same time.
 */
typedef struct diskprobe_location diskprobe_location;

/** @} */

/**
 * @defgroup diskprobe_policy Policies
 * Whether an image may be accepted.
 * @{
 */

/**
 * The rule of a policy that an image violates.
 *
 * New values are only appended.
 */
typedef enum {
    /** No violation: the index is out of range. */
    DISKPROBE_VIOLATION_KIND_NONE = 0,
    /** It has a finding that the policy denies. */
    DISKPROBE_VIOLATION_KIND_FINDING = 1,
    /** Its format is not among those that the policy allows. */
    DISKPROBE_VIOLATION_KIND_FORMAT = 2,
    /** Its virtual size is larger than the policy allows, or unknown. */
    DISKPROBE_VIOLATION_KIND_VIRTUAL_SIZE = 3,
    /** It has a backing file that is not under a directory where the policy allows one. */
    DISKPROBE_VIOLATION_KIND_BACKING_DIRECTORY = 4,
    /**
     * It has a backing file whose format it does not record by a known name: a reader would
     * guess it from bytes that a guest may have written.
     */
    DISKPROBE_VIOLATION_KIND_BACKING_FORMAT = 5,
} diskprobe_violation_kind;

/**
 * Which images to accept. An evaluation reads it and keeps no reference: many threads may share
 * one while no thread changes it.
 */
typedef struct diskprobe_policy diskprobe_policy;

/**
 * The verdict of a policy on an image. Immutable and independent of both: many threads may read it
 * at the same time.
 */
typedef struct diskprobe_verdict diskprobe_verdict;

/** @} */

/**
 * @defgroup diskprobe_scan Scans
 * All images of directories.
 * @{
 */

/** The most jobs of a scan. */
#define DISKPROBE_MAX_SCAN_JOBS 256

/** The most levels of directories in a scan, including the given one. */
#define DISKPROBE_MAX_SCAN_DEPTH 64

/**
 * How to scan. A scan reads it and keeps no reference: scans in many threads may share one while
 * no thread changes it.
 */
typedef struct diskprobe_scan_options diskprobe_scan_options;

/** @} */

/**
 * @defgroup diskprobe_prober Probers
 * A probe for programs with their own I/O.
 * @{
 */

/** A probe that says which bytes it needs next. Only one thread may use it at a time. */
typedef struct diskprobe_prober diskprobe_prober;

/** @} */

/**
 * @defgroup diskprobe_errors Errors
 * Why a call failed.
 * @{
 */

/**
 * The kind of a failure, for programs to act on.
 *
 * New values are only appended.
 */
typedef enum {
    /** Success. */
    DISKPROBE_STATUS_OK = 0,
    /** An argument has a value that the call does not accept, such as a missing handle. */
    DISKPROBE_STATUS_INVALID_ARGUMENT = 1,
    /** The file does not exist. */
    DISKPROBE_STATUS_NOT_FOUND = 2,
    /** The process may not open or read the file. */
    DISKPROBE_STATUS_PERMISSION_DENIED = 3,
    /** The operating system, or a callback of the caller, failed to open or read. */
    DISKPROBE_STATUS_IO = 4,
    /**
     * Not a file that can hold an image: a FIFO, socket or character device; or a directory,
     * unless the format `dir` was requested.
     */
    DISKPROBE_STATUS_UNSUPPORTED_FILE = 5,
    /** The file became shorter while it was read. */
    DISKPROBE_STATUS_CHANGED = 6,
    /** The bytes are not of the requested format. */
    DISKPROBE_STATUS_WRONG_FORMAT = 7,
    /** The format is certain, but a field has an invalid value. */
    DISKPROBE_STATUS_INVALID_IMAGE = 8,
    /** The format is certain, but the file ends before its header does. */
    DISKPROBE_STATUS_TRUNCATED = 9,
    /** The format is certain, but its version or a feature that it requires is unknown. */
    DISKPROBE_STATUS_UNSUPPORTED_FEATURE = 10,
    /** The format is known by name, but this library does not read it. */
    DISKPROBE_STATUS_UNSUPPORTED_FORMAT = 11,
    /** The answer needs more than a limit allows: reads, bytes, images or directories. */
    DISKPROBE_STATUS_LIMIT_EXCEEDED = 12,
    /** Part of the image was given, and the answer needs another part: see the error's offset. */
    DISKPROBE_STATUS_NEED_MORE_DATA = 13,
    /** The call is not valid in the current state of the handle. */
    DISKPROBE_STATUS_WRONG_STATE = 14,
    /** A defect of this library. Nothing was damaged; please report it. */
    DISKPROBE_STATUS_INTERNAL = 15,
    /**
     * A backing location violates the rules of its syntax, or programs interpret it
     * differently.
     */
    DISKPROBE_STATUS_INVALID_LOCATION = 16,
    /**
     * An image of a chain does not record the format of its backing file, and the caller does
     * not allow detection.
     */
    DISKPROBE_STATUS_FORMAT_NOT_RECORDED = 17,
    /** An image of a chain names one that the chain already contains. */
    DISKPROBE_STATUS_LOOP = 18,
    /**
     * A path leads out of the directory that must contain all files, or out of the file system
     * that is scanned.
     */
    DISKPROBE_STATUS_OUTSIDE_ROOT = 19,
} diskprobe_status;

/** Why a call failed. Immutable: many threads may read it at the same time. */
typedef struct diskprobe_error diskprobe_error;

/** @} */

/**
 * @defgroup diskprobe_version Version
 * The version of this header, and of the library that runs.
 * @{
 */

/** Major version of this header. */
#define DISKPROBE_VERSION_MAJOR 0

/** Minor version of this header. */
#define DISKPROBE_VERSION_MINOR 1

/** Patch version of this header. */
#define DISKPROBE_VERSION_PATCH 0

/** The version of this header as one number: see diskprobe_version_number(). */
#define DISKPROBE_VERSION_NUMBER 1000

/** @} */

/**
 * @addtogroup diskprobe_probe
 * @{
 */

/**
 * Reads for a probe, as pread(2) does. It must not throw or longjmp.
 *
 * @param opaque  the pointer that was passed with this function
 * @param buffer  receives the bytes
 * @param size    the number of bytes wanted
 * @param offset  of the first byte, from the start of the object
 * @param error   never NULL, and points to NULL. On failure it may receive an error of
 *                diskprobe_error_new(), whose status and message then replace those of the errno.
 *                The library frees it, and ignores it on success.
 * @return the number of bytes written to buffer: if it is less than size, the rest is requested
 *         next; 0 if the object ends at or before offset; a negative errno on failure, of which
 *         -EINTR without an error is tried again
 */
typedef int64_t (*diskprobe_read_callback)(void *opaque,
                                           void *buffer,
                                           size_t size,
                                           uint64_t offset,
                                           diskprobe_error **error);

/**
 * Probes the image in a file.
 *
 * Never blocks and has no side effects: the path is checked with stat(2) before it is opened, and
 * FIFOs, sockets and character devices are rejected. Symbolic links are followed. Nothing is
 * locked or written, so the image may be in use. Nothing that the image names is opened. The
 * descriptor is O_CLOEXEC.
 *
 * The call closes a descriptor of the file. Like every close(2), this releases the record locks
 * (fcntl(2), F_SETLK) of your process on it; use diskprobe_probe_fd() if it holds some.
 *
 * @param path     NUL-terminated, in no particular encoding
 * @param options  how to probe, or NULL for the defaults
 * @param image    receives the image, or NULL on failure; free with diskprobe_image_free()
 * @param error    receives the reason of a failure, or NULL on success; free with
 *                 diskprobe_error_free(). May be NULL.
 * @return DISKPROBE_STATUS_OK;
 *         DISKPROBE_STATUS_NOT_FOUND, DISKPROBE_STATUS_PERMISSION_DENIED or DISKPROBE_STATUS_IO if
 *         the file cannot be opened or read;
 *         DISKPROBE_STATUS_UNSUPPORTED_FILE if it is not a regular file or block device
 *         (for DISKPROBE_FORMAT_DIR: not a directory);
 *         DISKPROBE_STATUS_CHANGED if it becomes shorter during the call;
 *         DISKPROBE_STATUS_WRONG_FORMAT if it is not of the format in options;
 *         DISKPROBE_STATUS_INVALID_IMAGE, DISKPROBE_STATUS_TRUNCATED,
 *         DISKPROBE_STATUS_UNSUPPORTED_FEATURE or DISKPROBE_STATUS_UNSUPPORTED_FORMAT if the
 *         format is certain and the header is not acceptable;
 *         DISKPROBE_STATUS_LIMIT_EXCEEDED;
 *         DISKPROBE_STATUS_INVALID_ARGUMENT if path or image is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_probe_path(const char *path,
                                      const diskprobe_options *options,
                                      diskprobe_image **image,
                                      diskprobe_error **error);

/**
 * Probes the image in an open file.
 *
 * Reads with pread(2): the file offset does not move, and nothing is locked or written. The caller
 * keeps fd, which stays open. It may be a regular file or a block device; a directory if
 * DISKPROBE_FORMAT_DIR is requested.
 *
 * @param fd       open for reading
 * @param options  how to probe, or NULL for the defaults
 * @param image    receives the image, or NULL on failure; free with diskprobe_image_free()
 * @param error    receives the reason of a failure, or NULL on success; free with
 *                 diskprobe_error_free(). May be NULL.
 * @return as diskprobe_probe_path(); DISKPROBE_STATUS_INVALID_ARGUMENT if fd is negative;
 *         DISKPROBE_STATUS_IO, with errno EBADF, if bytes are needed and fd is not open for
 *         reading
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_probe_fd(int fd,
                                    const diskprobe_options *options,
                                    diskprobe_image **image,
                                    diskprobe_error **error);

/**
 * Probes the image whose first bytes are in memory.
 *
 * Nothing is copied or kept. 4096 bytes suffice for most images, but not for VHDX and not for a
 * thorough probe; diskprobe_prober_new() requests exactly the ranges that are needed. The physical
 * size is length, and the allocated size is unknown. If length is DISKPROBE_LENGTH_UNKNOWN, what a
 * header places after the end of data is assumed to exist.
 *
 * @param data     the bytes from offset 0; NULL only if size is 0
 * @param size     the number of bytes
 * @param length   of the whole object in bytes, or DISKPROBE_LENGTH_UNKNOWN; not below size
 * @param options  how to probe, or NULL for the defaults
 * @param image    receives the image, or NULL on failure; free with diskprobe_image_free()
 * @param error    receives the reason of a failure, or NULL on success; free with
 *                 diskprobe_error_free(). May be NULL.
 * @return as diskprobe_probe_path(), without the failures to open and read;
 *         DISKPROBE_STATUS_NEED_MORE_DATA if the answer needs bytes that were not given, from the
 *         error's offset on; DISKPROBE_STATUS_INVALID_ARGUMENT if size is above length, or above
 *         the size of any object
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_probe_buffer(const void *data,
                                        size_t size,
                                        uint64_t length,
                                        const diskprobe_options *options,
                                        diskprobe_image **image,
                                        diskprobe_error **error);

/**
 * Probes an image that a callback reads: from remote storage, or through another library.
 *
 * The callback runs in this thread, and never after this call returns. The allocated size is
 * unknown. If the length is unknown and the answer depends on it, the callback is asked for the
 * byte that must exist.
 *
 * @param read     reads from the object
 * @param opaque   passed to read; may be NULL
 * @param length   of the object in bytes, or DISKPROBE_LENGTH_UNKNOWN
 * @param options  how to probe, or NULL for the defaults
 * @param image    receives the image, or NULL on failure; free with diskprobe_image_free()
 * @param error    receives the reason of a failure, or NULL on success; free with
 *                 diskprobe_error_free(). May be NULL.
 * @return as diskprobe_probe_path(), with the errno or error of read in place of that of the file;
 *         DISKPROBE_STATUS_INVALID_ARGUMENT if read is NULL, or returns more than size
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_probe_callback(diskprobe_read_callback read,
                                          void *opaque,
                                          uint64_t length,
                                          const diskprobe_options *options,
                                          diskprobe_image **image,
                                          diskprobe_error **error);

/**
 * Makes options with the default values: detect the format, work within the library's limits.
 *
 * @return the options, free with diskprobe_options_free(); NULL only on an internal error
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_options *diskprobe_options_new(void);

/**
 * Frees options.
 *
 * @param options  the options, or NULL
 * @since 0.1
 */
void diskprobe_options_free(diskprobe_options *options);

/**
 * Sets the format of the image.
 *
 * Only the parser of that format runs, and other bytes fail with DISKPROBE_STATUS_WRONG_FORMAT.
 * For DISKPROBE_FORMAT_RAW no content is read.
 *
 * Detection returns only formats that QEMU's probing returns. Some others must be requested: a
 * fixed VHD as DISKPROBE_FORMAT_VPC, LUKS2 as DISKPROBE_FORMAT_LUKS, and DISKPROBE_FORMAT_DMG,
 * DISKPROBE_FORMAT_COW and DISKPROBE_FORMAT_DIR.
 *
 * @param options  the options
 * @param format   the format, or DISKPROBE_FORMAT_UNKNOWN to detect it (the default)
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT, without any effect, if options
 *         is NULL or format is no format
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_options_set_format(diskprobe_options *options,
                                              diskprobe_format format);

/**
 * Sets the name of the image's file. QEMU's probing uses the name for one format.
 *
 * If the name ends in ".dmg" (lower case, with at least one character before it) and the first
 * sector has no signature that QEMU prefers, the end of the file is read too. A UDIF trailer there
 * makes the format DISKPROBE_FORMAT_DMG. QEMU rejects such a file without a trailer; here the name
 * then has no effect. diskprobe_probe_path() does not use its path as this name.
 *
 * @param options  the options
 * @param name     NUL-terminated, not kept; or NULL for none (the default)
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_options_set_file_name(diskprobe_options *options,
                                                 const char *name);

/**
 * Lowers the number of reads that a probe may do.
 *
 * A probe that needs more fails with DISKPROBE_STATUS_LIMIT_EXCEEDED.
 *
 * @param options  the options
 * @param reads    at most DISKPROBE_MAX_READS, which is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT, without any effect, if options
 *         is NULL or reads is above that
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_options_set_max_reads(diskprobe_options *options,
                                                 uint32_t reads);

/**
 * Lowers the number of bytes that a probe may read.
 *
 * A probe that needs more fails with DISKPROBE_STATUS_LIMIT_EXCEEDED.
 *
 * @param options  the options
 * @param bytes    at most DISKPROBE_MAX_BYTES, which is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT, without any effect, if options
 *         is NULL or bytes is above that
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_options_set_max_bytes(diskprobe_options *options,
                                                 uint64_t bytes);

/**
 * Sets whether detection also searches for formats that do not start at offset 0.
 *
 * By default a probe reads only what the facts require, usually one read of 1.5 KiB. A thorough
 * probe makes two more reads: 32 KiB at offset 32 KiB (ISO 9660, UDF) and the last 1024 bytes (the
 * footer of a fixed VHD, the trailer of a UDIF image). Only then are diskprobe_image_content(),
 * diskprobe_image_detected_as() and all of diskprobe_image_also_match() known. Use it for images
 * from untrusted sources; without it, an image has DISKPROBE_FINDING_INCOMPLETE_SCAN.
 *
 * @param options   the options
 * @param thorough  false is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_options_set_thorough(diskprobe_options *options,
                                                bool thorough);

/**
 * Sets whether a probe with a given format also searches for the signatures of other formats.
 *
 * By default a given format is accepted as it is, and for DISKPROBE_FORMAT_RAW no content is read.
 * With this option diskprobe_image_also_match() returns what a probe without a given format would
 * find, diskprobe_image_content() is known, and the same offsets are read as in a thorough probe.
 * The other facts remain those of the given format. Use it if an untrusted source states the
 * format. It has no effect if no format is given.
 *
 * @param options       the options
 * @param also_matches  false is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_options_set_also_matches(diskprobe_options *options,
                                                    bool also_matches);

/** @} */

/**
 * @addtogroup diskprobe_facts
 * @{
 */

/**
 * Frees an image, and every string that it owns.
 *
 * @param image  the image, or NULL
 * @since 0.1
 */
void diskprobe_image_free(diskprobe_image *image);

/**
 * Returns the format: the QEMU driver for these bytes, or the format that was requested.
 *
 * @param image  the image, or NULL
 * @return the format; DISKPROBE_FORMAT_UNKNOWN only if image is NULL
 * @since 0.1
 */
diskprobe_format diskprobe_image_format(const diskprobe_image *image);

/**
 * Returns the variant of the format, such as "monolithicSparse", "dynamic" or "differencing".
 *
 * It is the createType of a VMDK, and the disk type of a VDI, VHD or VHDX.
 *
 * @param image  the image, or NULL
 * @return a static string; NULL if the format has no variants, or the image records an unknown one
 * @since 0.1
 */
const char *diskprobe_image_subformat(const diskprobe_image *image);

/**
 * Returns the virtual size, which the guest sees. It is QEMU's value, with QEMU's rounding.
 *
 * @param image  the image, or NULL
 * @param size   receives the size in bytes, or 0; may be NULL
 * @return whether it is known: not for a directory, not for a LUKS header without its data, and
 *         not for raw and LUKS if the length is unknown
 * @since 0.1
 */
bool diskprobe_image_virtual_size(const diskprobe_image *image,
                                  uint64_t *size);

/**
 * Returns the physical size: the length of the file, or the size of the block device.
 *
 * @param image  the image, or NULL
 * @param size   receives the size in bytes, or 0; may be NULL
 * @return whether it is known
 * @since 0.1
 */
bool diskprobe_image_physical_size(const diskprobe_image *image, uint64_t *size);

/**
 * Returns the allocated size: the space of the file on its file system (st_blocks * 512).
 *
 * @param image  the image, or NULL
 * @param size   receives the size in bytes, or 0; may be NULL
 * @return whether it is known: only if the library saw the file itself
 * @since 0.1
 */
bool diskprobe_image_allocated_size(const diskprobe_image *image, uint64_t *size);

/**
 * Returns the unit of allocation: cluster, grain or block.
 *
 * @param image  the image, or NULL
 * @param size   receives the size in bytes, or 0; may be NULL
 * @return whether it is known: not if the format has none, and not for a VMDK whose data is in
 *         extent files
 * @since 0.1
 */
bool diskprobe_image_cluster_size(const diskprobe_image *image,
                                  uint64_t *size);

/**
 * Returns the compatibility level of a qcow2 image: "0.10" (version 2) or "1.1" (version 3).
 *
 * @param image  the image, or NULL
 * @return a static string; NULL for other formats
 * @since 0.1
 */
const char *diskprobe_image_compat(const diskprobe_image *image);

/**
 * Returns the short, stable name of an encryption, such as "luks".
 *
 * @param encryption  any number
 * @return a static string; "none" for DISKPROBE_ENCRYPTION_NONE, "unknown" for a number that is no
 *         encryption
 * @since 0.1
 */
const char *diskprobe_encryption_to_string(diskprobe_encryption encryption);

/**
 * Returns how the guest's data is encrypted.
 *
 * @param image  the image, or NULL
 * @return the encryption; DISKPROBE_ENCRYPTION_NONE if the data is not encrypted, as far as the
 *         format can tell
 * @since 0.1
 */
diskprobe_encryption diskprobe_image_encryption(const diskprobe_image *image);

/**
 * Returns the offset of the encrypted data: from the start of the LUKS header, or of an encrypted
 * dmg.
 *
 * @param image   the image, or NULL
 * @param offset  receives the offset in bytes, or 0; may be NULL. A detached header records 0 too.
 * @return whether it is recorded
 * @since 0.1
 */
bool diskprobe_image_encryption_payload_offset(const diskprobe_image *image,
                                               uint64_t *offset);

/**
 * Returns the short, stable name of a feature, such as "lazy-refcounts".
 *
 * @param feature  any number
 * @return a static string; "unknown" for a number that is no feature
 * @since 0.1
 */
const char *diskprobe_feature_to_string(diskprobe_feature feature);

/**
 * Checks whether the header declares a feature.
 *
 * @param image    the image, or NULL
 * @param feature  the feature
 * @return whether it does; false for a number that is no feature
 * @since 0.1
 */
bool diskprobe_image_has_feature(const diskprobe_image *image, diskprobe_feature feature);

/**
 * Returns the number of details: facts to show, which have no function of their own.
 *
 * @param image  the image, or NULL
 * @return the number
 * @since 0.1
 */
size_t diskprobe_image_detail_count(const diskprobe_image *image);

/**
 * Returns a detail as a name and a text.
 *
 * A name is the key that `diskprobe info --output=json` uses, such as "creator", "comment",
 * "snapshot-count", "geometry.heads" or "encryption.cipher". A name can occur more than once, and
 * new ones can come with any version. Numbers are decimal, truth values are "yes" or "no", and a
 * text has the bytes that the image records: escape it before you show it.
 *
 * @param image   the image, or NULL
 * @param index   below diskprobe_image_detail_count()
 * @param name    receives a static string, or NULL; may be NULL
 * @param value   receives the value, NUL-terminated and owned by the image, or NULL; may be NULL
 * @param length  receives the length of the value in bytes, without the final NUL; may be NULL
 * @return whether there is a detail with this index
 * @since 0.1
 */
bool diskprobe_image_detail(const diskprobe_image *image,
                            size_t index,
                            const char **name,
                            const char **value,
                            size_t *length);

/**
 * Returns the location of the backing store: the exact bytes that the image records.
 *
 * They are not interpreted: a path, or another of QEMU's syntaxes such as "nbd://host/export" or
 * "json:{...}". Nothing is opened. The author of the image chose these bytes: escape them before
 * you show them, and do not open what they name with rights that the author does not have.
 *
 * @param image   the image, or NULL
 * @param length  receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, in no particular encoding, owned by the image; NULL if there is no
 *         backing store
 * @since 0.1
 */
const char *diskprobe_image_backing_location(const diskprobe_image *image,
                                             size_t *length);

/**
 * Returns the format that the image records for its backing store. It is never guessed.
 *
 * @param image   the image, or NULL
 * @param format  receives the format; DISKPROBE_FORMAT_UNKNOWN if none is recorded, and if the
 *                name that is recorded is unknown: see diskprobe_image_backing_format_name(). May
 *                be NULL.
 * @return whether a format is recorded
 * @since 0.1
 */
bool diskprobe_image_backing_format(const diskprobe_image *image,
                                    diskprobe_format *format);

/**
 * Returns the name by which the image records the format of its backing store.
 *
 * @param image   the image, or NULL
 * @param length  receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, owned by the image; NULL if no format is recorded, and if it is recorded
 *         by a flag or implied by the format of the image
 * @since 0.1
 */
const char *diskprobe_image_backing_format_name(const diskprobe_image *image,
                                                size_t *length);

/**
 * Checks whether QEMU treats the backing store as raw.
 *
 * That is so if its format is recorded as raw, or by the name of a protocol driver of QEMU, such
 * as "file" or "nbd".
 *
 * @param image  the image, or NULL
 * @return whether it does; false if no format is recorded
 * @since 0.1
 */
bool diskprobe_image_backing_is_raw(const diskprobe_image *image);

/**
 * Returns when the backing file of a qcow or cow image was last changed before the image was
 * created.
 *
 * If the backing file has another time now, the image does not match it any more.
 *
 * @param image  the image, or NULL
 * @param time   receives the time in seconds since 1970-01-01 00:00 UTC, or 0; may be NULL
 * @return whether it is recorded
 * @since 0.1
 */
bool diskprobe_image_backing_mtime(const diskprobe_image *image,
                                   uint64_t *time);

/**
 * Checks whether the guest's data is in another file (qcow2 external data file).
 *
 * @param image  the image, or NULL
 * @return whether it is; the image may not name the file
 * @since 0.1
 */
bool diskprobe_image_has_data_file(const diskprobe_image *image);

/**
 * Returns the location of the data file: the exact bytes that the image records. Nothing is
 * opened.
 *
 * @param image   the image, or NULL
 * @param length  receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, in no particular encoding, owned by the image; NULL if none is named
 * @since 0.1
 */
const char *diskprobe_image_data_file_location(const diskprobe_image *image,
                                               size_t *length);

/**
 * Checks whether the data file alone is a valid raw image.
 *
 * @param image  the image, or NULL
 * @return whether the image says so
 * @since 0.1
 */
bool diskprobe_image_data_file_is_raw(const diskprobe_image *image);

/**
 * Checks whether the image has a parent that QEMU does not follow, but other hypervisors do.
 *
 * These are differencing VHD and VHDX images, and VDI images with parent identifiers.
 *
 * @param image  the image, or NULL
 * @return whether it has one
 * @since 0.1
 */
bool diskprobe_image_has_parent(const diskprobe_image *image);

/**
 * Returns the UUID that the parent must have.
 *
 * @param image  the image, or NULL
 * @param uuid   receives 16 bytes in the order of RFC 9562, all zero if it is not recorded; may be
 *               NULL
 * @return whether it is recorded
 * @since 0.1
 */
bool diskprobe_image_parent_uuid(const diskprobe_image *image,
                                 uint8_t *uuid);

/**
 * Returns another UUID that the parent of a VHDX image may have instead.
 *
 * @param image  the image, or NULL
 * @param uuid   receives 16 bytes in the order of RFC 9562, all zero if it is not recorded; may be
 *               NULL
 * @return whether it is recorded
 * @since 0.1
 */
bool diskprobe_image_parent_alternative_uuid(const diskprobe_image *image,
                                             uint8_t *uuid);

/**
 * Returns the recorded location of the parent. Nothing is opened.
 *
 * If several are recorded, it is the one that hypervisors try first; diskprobe_image_reference()
 * returns all of them. It is UTF-8 if the format stores UTF-16, and else the exact bytes.
 *
 * @param image   the image, or NULL
 * @param length  receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, owned by the image; NULL if none is recorded
 * @since 0.1
 */
const char *diskprobe_image_parent_location(const diskprobe_image *image,
                                            size_t *length);

/**
 * Returns the content identifier that the parent of a VMDK image must have.
 *
 * @param image  the image, or NULL
 * @param cid    receives the identifier, 0xffffffff if there is no parent, or 0; may be NULL
 * @return whether it is recorded
 * @since 0.1
 */
bool diskprobe_image_parent_cid(const diskprobe_image *image,
                                uint32_t *cid);

/**
 * Returns the content identifier of a VMDK image, which changes when the content does.
 *
 * @param image  the image, or NULL
 * @param cid    receives the identifier, or 0; may be NULL
 * @return whether it is recorded
 * @since 0.1
 */
bool diskprobe_image_cid(const diskprobe_image *image, uint32_t *cid);

/**
 * Returns the UUID of the image, by which a child refers to it: for VHDX its data write GUID.
 *
 * @param image  the image, or NULL
 * @param uuid   receives 16 bytes in the order of RFC 9562, all zero if it is not recorded; may be
 *               NULL
 * @return whether it is recorded
 * @since 0.1
 */
bool diskprobe_image_uuid(const diskprobe_image *image,
                          uint8_t *uuid);

/**
 * Returns the short, stable name of a kind of reference, such as "data-file".
 *
 * @param kind  any number
 * @return a static string; "unknown" for a number that is no kind of reference
 * @since 0.1
 */
const char *diskprobe_reference_kind_to_string(diskprobe_reference_kind kind);

/**
 * Returns the number of references: everything outside the file that the image names.
 *
 * An image can also need a file that it does not name: see diskprobe_image_has_data_file() and
 * diskprobe_image_has_parent().
 *
 * @param image  the image, or NULL
 * @return the number of backing stores, data files, extents and parents that it names
 * @since 0.1
 */
size_t diskprobe_image_reference_count(const diskprobe_image *image);

/**
 * Returns the kind of a reference, and which bytes of the file hold its name.
 *
 * @param image   the image, or NULL
 * @param index   below diskprobe_image_reference_count()
 * @param offset  receives the offset of the name in the file, in bytes, or 0; may be NULL
 * @param length  receives the length of the name in the file, in bytes, or 0; may be NULL
 * @return the kind; DISKPROBE_REFERENCE_KIND_NONE if index is out of range
 * @since 0.1
 */
diskprobe_reference_kind diskprobe_image_reference(const diskprobe_image *image,
                                                   size_t index,
                                                   uint64_t *offset,
                                                   uint64_t *length);

/**
 * Returns the location that a reference names: the exact bytes, or UTF-8 if the format stores
 * UTF-16.
 *
 * @param image   the image, or NULL
 * @param index   below diskprobe_image_reference_count()
 * @param length  receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, owned by the image; NULL if index is out of range
 * @since 0.1
 */
const char *diskprobe_image_reference_location(const diskprobe_image *image,
                                               size_t index,
                                               size_t *length);

/**
 * Returns the number of extent files that a VMDK descriptor lists. None of them is opened.
 *
 * @param image  the image, or NULL
 * @return the number; 0 for other formats
 * @since 0.1
 */
size_t diskprobe_image_extent_count(const diskprobe_image *image);

/**
 * Returns the location of an extent file: the exact bytes of the descriptor.
 *
 * @param image   the image, or NULL
 * @param index   below diskprobe_image_extent_count()
 * @param length  receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, owned by the image; NULL if index is out of range
 * @since 0.1
 */
const char *diskprobe_image_extent_location(const diskprobe_image *image,
                                            size_t index,
                                            size_t *length);

/**
 * Returns the type of an extent as recorded, such as "FLAT" or "SPARSE".
 *
 * @param image   the image, or NULL
 * @param index   below diskprobe_image_extent_count()
 * @param length  receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, owned by the image; NULL if index is out of range
 * @since 0.1
 */
const char *diskprobe_image_extent_kind(const diskprobe_image *image,
                                        size_t index,
                                        size_t *length);

/**
 * Returns the declared size of an extent.
 *
 * @param image  the image, or NULL
 * @param index  below diskprobe_image_extent_count()
 * @param size   receives the size in bytes, or 0; may be NULL
 * @return whether index is in range
 * @since 0.1
 */
bool diskprobe_image_extent_size(const diskprobe_image *image,
                                 size_t index,
                                 uint64_t *size);

/**
 * Returns the offset of an extent's data in its file.
 *
 * @param image   the image, or NULL
 * @param index   below diskprobe_image_extent_count()
 * @param offset  receives the offset in bytes, or 0; may be NULL
 * @return whether it is recorded: for FLAT extents, and as 0 for VMFS extents
 * @since 0.1
 */
bool diskprobe_image_extent_file_offset(const diskprobe_image *image,
                                        size_t index,
                                        uint64_t *offset);

/**
 * Returns the short, stable name of a finding, such as "backing-file".
 *
 * @param finding  any number
 * @return a static string; "unknown" for a number that is no finding
 * @since 0.1
 */
const char *diskprobe_finding_to_string(diskprobe_finding finding);

/**
 * Parses the name of a finding.
 *
 * @param name     NUL-terminated, compared exactly
 * @param finding  receives the finding, or DISKPROBE_FINDING_NONE; may be NULL
 * @return whether it is the name of a finding
 * @since 0.1
 */
bool diskprobe_finding_from_string(const char *name, diskprobe_finding *finding);

/**
 * Checks whether the image has a finding.
 *
 * Whether a finding is acceptable is the caller's policy: see diskprobe_policy_evaluate().
 * Findings are complete only if the probe was thorough: see diskprobe_options_set_thorough() and
 * DISKPROBE_FINDING_INCOMPLETE_SCAN.
 *
 * @param image    the image, or NULL
 * @param finding  the finding
 * @return whether it has; false for a number that is no finding
 * @since 0.1
 */
bool diskprobe_image_has_finding(const diskprobe_image *image,
                                 diskprobe_finding finding);

/**
 * Returns the number of findings.
 *
 * @param image  the image, or NULL
 * @return the number
 * @since 0.1
 */
size_t diskprobe_image_finding_count(const diskprobe_image *image);

/**
 * Returns a finding of the image. They are sorted by their numbers.
 *
 * @param image  the image, or NULL
 * @param index  below diskprobe_image_finding_count()
 * @return the finding; DISKPROBE_FINDING_NONE if index is out of range
 * @since 0.1
 */
diskprobe_finding diskprobe_image_finding(const diskprobe_image *image, size_t index);

/**
 * Returns the number of other formats whose signature the bytes carry.
 *
 * They never change diskprobe_image_format(). If the format was requested, they are searched only
 * with diskprobe_options_set_also_matches(). Signatures at the end of the file (fixed VHD, UDIF)
 * are found only by a thorough probe.
 *
 * @param image  the image, or NULL
 * @return the number: 0 for most images
 * @since 0.1
 */
size_t diskprobe_image_also_match_count(const diskprobe_image *image);

/**
 * Returns another format whose signature the bytes carry.
 *
 * @param image  the image, or NULL
 * @param index  below diskprobe_image_also_match_count()
 * @return the format; DISKPROBE_FORMAT_UNKNOWN if index is out of range
 * @since 0.1
 */
diskprobe_format diskprobe_image_also_match(const diskprobe_image *image, size_t index);

/**
 * Returns the short, stable name of a kind of content, such as "iso9660".
 *
 * @param kind  any number
 * @return a static string; "unknown" for a number that is no kind of content
 * @since 0.1
 */
const char *diskprobe_content_kind_to_string(diskprobe_content_kind kind);

/**
 * Returns how many kinds of content the bytes hold if they are read as raw.
 *
 * It is a hint: it never changes the format. Only a thorough probe that detects the format looks
 * for content, and one with diskprobe_options_set_also_matches().
 *
 * @param image  the image, or NULL
 * @return the number: a bootable ISO image often has a partition table too
 * @since 0.1
 */
size_t diskprobe_image_content_count(const diskprobe_image *image);

/**
 * Returns a kind of content that the bytes hold if they are read as raw.
 *
 * @param image  the image, or NULL
 * @param index  below diskprobe_image_content_count()
 * @return the content; DISKPROBE_CONTENT_KIND_NONE if index is out of range
 * @since 0.1
 */
diskprobe_content_kind diskprobe_image_content(const diskprobe_image *image,
                                               size_t index);

/**
 * Returns the short, stable name of a tool, such as "libvirt".
 *
 * @param tool  any number
 * @return a static string; "unknown" for a number that is no tool
 * @since 0.1
 */
const char *diskprobe_tool_to_string(diskprobe_tool tool);

/**
 * Returns what another tool detects the bytes as, if that differs from diskprobe_image_format().
 *
 * The name is the tool's own: libvirt says "iso", and "vhd" for VHDX. Only a thorough probe knows
 * it, and not if raw was requested, because then no content is read.
 *
 * @param image  the image, or NULL
 * @param tool   the tool
 * @return a static string; NULL if the tool agrees, or if it is unknown what it detects
 * @since 0.1
 */
const char *diskprobe_image_detected_as(const diskprobe_image *image,
                                        diskprobe_tool tool);

/**
 * Returns the name of a format: QEMU's driver; for "cow" and "dir", libvirt's name.
 *
 * @param format  any number
 * @return a static string; "unknown" for DISKPROBE_FORMAT_UNKNOWN and for a number that is no
 *         format
 * @since 0.1
 */
const char *diskprobe_format_to_string(diskprobe_format format);

/**
 * Parses the name of a format, as QEMU spells it.
 *
 * There are no aliases, and "unknown" is not a name: a misspelt name never becomes a request to
 * detect the format.
 *
 * @param name    NUL-terminated, compared exactly
 * @param format  receives the format, or DISKPROBE_FORMAT_UNKNOWN; may be NULL
 * @return whether it is the name of a format
 * @since 0.1
 */
bool diskprobe_format_from_string(const char *name,
                                  diskprobe_format *format);

/**
 * Returns libvirt's name of a format in the XML of a volume or disk.
 *
 * That is "ploop" for parallels, "vhd" for VHDX, "raw" for LUKS, which is an encryption there, and
 * the name from diskprobe_format_to_string() for the others.
 *
 * @param format  any number
 * @return a static string; "unknown", which is not a name in libvirt, for DISKPROBE_FORMAT_UNKNOWN
 *         and for a number that is no format
 * @since 0.1
 */
const char *diskprobe_format_to_libvirt_string(diskprobe_format format);

/**
 * Parses libvirt's name of a format. "iso" is DISKPROBE_FORMAT_RAW: see diskprobe_image_content().
 *
 * @param name    NUL-terminated, compared exactly
 * @param format  receives the format, or DISKPROBE_FORMAT_UNKNOWN; may be NULL
 * @return whether libvirt has a format of that name: not so for "auto", "none", and "fat", which
 *         is a directory that QEMU presents as a file system
 * @since 0.1
 */
bool diskprobe_format_from_libvirt_string(const char *name,
                                          diskprobe_format *format);

/** @} */

/**
 * @addtogroup diskprobe_chain
 * @{
 */

/**
 * Opens what a chain names, for reading. It must not throw or longjmp.
 *
 * It answers by a call of diskprobe_open_request_set_fd(),
 * diskprobe_open_request_set_borrowed_fd(), diskprobe_open_request_set_source() or
 * diskprobe_open_request_use_default(); the last call counts. Without such a call the element is
 * left unopened, and what is below it is unknown.
 *
 * @param opaque    the pointer that was passed to diskprobe_chain_options_set_opener()
 * @param location  what to open; valid until the opener returns
 * @param request   takes the answer; valid until the opener returns
 * @param error     never NULL, and points to NULL. On failure it may receive an error of
 *                  diskprobe_error_new(), whose status and message then replace those of the
 *                  errno. The library frees it, and ignores it on success.
 * @return 0; or a negative errno if it cannot be opened: the walk fails with
 *         DISKPROBE_STATUS_NOT_FOUND for -ENOENT, DISKPROBE_STATUS_PERMISSION_DENIED for -EACCES
 *         and -EPERM, and DISKPROBE_STATUS_IO for any other. What the request was given is closed
 *         anyway.
 */
typedef int (*diskprobe_open_callback)(void *opaque,
                                       const diskprobe_location *location,
                                       diskprobe_open_request *request,
                                       diskprobe_error **error);

/**
 * Closes what diskprobe_open_request_set_source() was given. It must not throw or longjmp.
 *
 * @param opaque  the pointer that was passed with this function
 */
typedef void (*diskprobe_close_callback)(void *opaque);

/**
 * Walks the chain of an image file: its data file, its backing file, and so on down to an image
 * without a backing file.
 *
 * The chain lists what the guest can read, so it is complete or the call fails. It fails if an
 * element cannot be opened or probed, if its format is unknown (see
 * diskprobe_chain_options_set_unrecorded_format()), if an element occurs twice, and if there are
 * too many. A backing file that is not on this machine is not a failure if its format is recorded:
 * it is the last element, and is not opened unless options have an opener that does.
 *
 * Relative locations are relative to the directory of the image that records them, by the path of
 * that image as it is written. Symbolic links are followed. Files are opened one after another,
 * each as by diskprobe_probe_path().
 *
 * The limits of a probe apply to each image. The library closes descriptors of the files that it
 * opens, and like every close(2) this releases the record locks (fcntl(2), F_SETLK) of your
 * process on them; an opener can lend descriptors instead.
 *
 * @param path     NUL-terminated, in no particular encoding; never a URI
 * @param options  how to walk, or NULL for the defaults
 * @param chain    receives the complete chain, or NULL on failure; free with
 *                 diskprobe_chain_free()
 * @param partial  receives the chain up to a failure, or NULL: its last element is the one that
 *                 failed; free with diskprobe_chain_free(). May be NULL, and may be the same
 *                 pointer as chain.
 * @param error    receives the reason of a failure, which starts with the element that failed
 *                 ("backing file at depth 2: cannot open: Permission denied"), or NULL on success;
 *                 free with diskprobe_error_free(). May be NULL.
 * @return DISKPROBE_STATUS_OK;
 *         as diskprobe_probe_path() for each image;
 *         DISKPROBE_STATUS_FORMAT_NOT_RECORDED if an image does not record the format of its
 *         backing file, and options do not allow to detect or assume it;
 *         DISKPROBE_STATUS_UNSUPPORTED_FORMAT if it is recorded by an unknown name;
 *         DISKPROBE_STATUS_INVALID_LOCATION if a recorded location cannot be parsed;
 *         DISKPROBE_STATUS_LOOP if an element is already in the chain;
 *         DISKPROBE_STATUS_LIMIT_EXCEEDED if there are too many images;
 *         DISKPROBE_STATUS_OUTSIDE_ROOT, see diskprobe_chain_options_set_root();
 *         DISKPROBE_STATUS_INVALID_ARGUMENT if path or chain is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_chain_open_path(const char *path,
                                           const diskprobe_chain_options *options,
                                           diskprobe_chain **chain,
                                           diskprobe_chain **partial,
                                           diskprobe_error **error);

/**
 * Walks the chain of an image that is open. Only what is below the top is opened.
 *
 * The caller keeps fd, which stays open; its file offset does not move.
 *
 * @param fd       the top, open for reading
 * @param path     the path of the top, to whose directory relative locations are relative. It is
 *                 not opened.
 * @param options  how to walk, or NULL for the defaults
 * @param chain    receives the complete chain, or NULL on failure; free with
 *                 diskprobe_chain_free()
 * @param partial  receives the chain up to a failure, or NULL, as with diskprobe_chain_open_path()
 * @param error    receives the reason of a failure, or NULL on success; free with
 *                 diskprobe_error_free(). May be NULL.
 * @return as diskprobe_chain_open_path(); DISKPROBE_STATUS_INVALID_ARGUMENT if fd is negative
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_chain_open_fd(int fd,
                                         const char *path,
                                         const diskprobe_chain_options *options,
                                         diskprobe_chain **chain,
                                         diskprobe_chain **partial,
                                         diskprobe_error **error);

/**
 * Walks the chain of the image that a location names, which may be on a server.
 *
 * @param top      the location of the top; not kept
 * @param options  how to walk, or NULL for the defaults
 * @param chain    receives the complete chain, or NULL on failure; free with
 *                 diskprobe_chain_free()
 * @param partial  receives the chain up to a failure, or NULL, as with diskprobe_chain_open_path()
 * @param error    receives the reason of a failure, or NULL on success; free with
 *                 diskprobe_error_free(). May be NULL.
 * @return as diskprobe_chain_open_path(); DISKPROBE_STATUS_INVALID_ARGUMENT if top is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_chain_open_location(const diskprobe_location *top,
                                               const diskprobe_chain_options *options,
                                               diskprobe_chain **chain,
                                               diskprobe_chain **partial,
                                               diskprobe_error **error);

/**
 * Frees a chain, and every string, location, image and error that it owns.
 *
 * @param chain  the chain, or NULL
 * @since 0.1
 */
void diskprobe_chain_free(diskprobe_chain *chain);

/**
 * Returns the short, stable name of the role of an element, such as "data-file".
 *
 * @param kind  any number
 * @return a static string; "unknown" for a number that is no role
 * @since 0.1
 */
const char *diskprobe_element_kind_to_string(diskprobe_element_kind kind);

/**
 * Returns the short, stable name of a source of a format, such as "recorded".
 *
 * @param source  any number
 * @return a static string; "unknown" for DISKPROBE_FORMAT_SOURCE_UNKNOWN and for a number that is
 *         no source
 * @since 0.1
 */
const char *diskprobe_format_source_to_string(diskprobe_format_source source);

/**
 * Returns the number of elements. The top is the first; each image is followed by its data file,
 * if it has one, and then by its backing file.
 *
 * @param chain  the chain, or NULL
 * @return the number; 0 only if chain is NULL
 * @since 0.1
 */
size_t diskprobe_chain_element_count(const diskprobe_chain *chain);

/**
 * Checks whether the elements are all files of the disk: not if the last image was left unopened,
 * and not if the walk failed.
 *
 * @param chain  the chain, or NULL
 * @return whether they are
 * @since 0.1
 */
bool diskprobe_chain_is_complete(const diskprobe_chain *chain);

/**
 * Returns the role of an element.
 *
 * @param chain  the chain, or NULL
 * @param index  below diskprobe_chain_element_count()
 * @return the role; DISKPROBE_ELEMENT_KIND_NONE if index is out of range
 * @since 0.1
 */
diskprobe_element_kind diskprobe_chain_element_kind(const diskprobe_chain *chain,
                                                    size_t index);

/**
 * Returns the depth of an element: the number of backing files from the top to it.
 *
 * It is libvirt's index, the 2 in "vda[2]". A data file has the depth of its image.
 *
 * @param chain  the chain, or NULL
 * @param index  below diskprobe_chain_element_count()
 * @param depth  receives the depth, or 0; may be NULL
 * @return whether index is in range
 * @since 0.1
 */
bool diskprobe_chain_element_depth(const diskprobe_chain *chain,
                                   size_t index,
                                   uint32_t *depth);

/**
 * Returns the index of the image that names an element.
 *
 * @param chain   the chain, or NULL
 * @param index   below diskprobe_chain_element_count()
 * @param parent  receives the index of the image, or 0; may be NULL
 * @return whether there is one: not for the top
 * @since 0.1
 */
bool diskprobe_chain_element_parent(const diskprobe_chain *chain,
                                    size_t index,
                                    size_t *parent);

/**
 * Returns the location of an element as its image records it: the exact bytes.
 *
 * @param chain   the chain, or NULL
 * @param index   below diskprobe_chain_element_count()
 * @param length  receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, in no particular encoding, owned by the chain; NULL for the top, and for
 *         a data file without a name
 * @since 0.1
 */
const char *diskprobe_chain_element_recorded(const diskprobe_chain *chain,
                                             size_t index,
                                             size_t *length);

/**
 * Returns the parsed location of an element, with a relative path joined to the directory of its
 * image.
 *
 * @param chain  the chain, or NULL
 * @param index  below diskprobe_chain_element_count()
 * @return the location, owned by the chain: do not free it; NULL if it cannot be parsed
 * @since 0.1
 */
DISKPROBE_MUST_USE
const diskprobe_location *diskprobe_chain_element_location(const diskprobe_chain *chain,
                                                           size_t index);

/**
 * Returns the format of an element; the recorded format if it was not opened.
 *
 * @param chain  the chain, or NULL
 * @param index  below diskprobe_chain_element_count()
 * @return the format; DISKPROBE_FORMAT_UNKNOWN if it is unknown
 * @since 0.1
 */
diskprobe_format diskprobe_chain_element_format(const diskprobe_chain *chain,
                                                size_t index);

/**
 * Returns how the format of an element became known.
 *
 * @param chain  the chain, or NULL
 * @param index  below diskprobe_chain_element_count()
 * @return how; DISKPROBE_FORMAT_SOURCE_UNKNOWN if it is unknown
 * @since 0.1
 */
diskprobe_format_source diskprobe_chain_element_format_source(const diskprobe_chain *chain,
                                                              size_t index);

/**
 * Returns the name by which the format of an element is recorded, known or not.
 *
 * @param chain   the chain, or NULL
 * @param index   below diskprobe_chain_element_count()
 * @param length  receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, owned by the chain; NULL if it is recorded by a flag, or not recorded
 * @since 0.1
 */
const char *diskprobe_chain_element_format_name(const diskprobe_chain *chain,
                                                size_t index,
                                                size_t *length);

/**
 * Returns the facts of an element.
 *
 * @param chain  the chain, or NULL
 * @param index  below diskprobe_chain_element_count()
 * @return the image, owned by the chain: do not free it; NULL if the element was not opened, or
 *         failed
 * @since 0.1
 */
DISKPROBE_MUST_USE
const diskprobe_image *diskprobe_chain_element_image(const diskprobe_chain *chain,
                                                     size_t index);

/**
 * Returns the identity of an element's file, which is the same for all of its names.
 *
 * @param chain   the chain, or NULL
 * @param index   below diskprobe_chain_element_count()
 * @param device  receives the device (st_dev), or 0; may be NULL
 * @param inode   receives the inode number on it (st_ino), or 0; may be NULL
 * @return whether it is known: if the library opened the file, or the opener stated it
 * @since 0.1
 */
bool diskprobe_chain_element_identity(const diskprobe_chain *chain,
                                      size_t index,
                                      uint64_t *device,
                                      uint64_t *inode);

/**
 * Returns why an element failed. Only the last element of a partial chain has an error.
 *
 * @param chain  the chain, or NULL
 * @param index  below diskprobe_chain_element_count()
 * @return the error, owned by the chain: do not free it; NULL if the element did not fail
 * @since 0.1
 */
DISKPROBE_MUST_USE
const diskprobe_error *diskprobe_chain_element_error(const diskprobe_chain *chain,
                                                     size_t index);

/**
 * Finds an image of a chain by a name as libvirt's users write it. Data files are ignored.
 *
 * A name is "vda[2]", for the image of that depth; or the path of the image's location, or its
 * relative path as recorded; or any other path, absolute or relative to the directory of the image
 * above, that leads this process to the same file (stat(2)).
 *
 * @param chain  the chain, or NULL
 * @param name   NUL-terminated; or NULL for the last image
 * @param disk   the name of the disk, which that in "vda[2]" must equal; or NULL for any
 * @param index  receives the index of the element, or 0; may be NULL
 * @return whether there is such an image
 * @since 0.1
 */
bool diskprobe_chain_find(const diskprobe_chain *chain,
                          const char *name,
                          const char *disk,
                          size_t *index);

/**
 * Finds an image below an element, as diskprobe_chain_find(). The element itself is not searched.
 *
 * @param chain  the chain, or NULL
 * @param above  the index of the element
 * @param name   NUL-terminated; or NULL for the last image
 * @param disk   the name of the disk, which that in "vda[2]" must equal; or NULL for any
 * @param index  receives the index of the element, or 0; may be NULL
 * @return whether there is such an image
 * @since 0.1
 */
bool diskprobe_chain_find_below(const diskprobe_chain *chain,
                                size_t above,
                                const char *name,
                                const char *disk,
                                size_t *index);

/**
 * Finds the image at a depth, which is libvirt's index: 0 is the top, 1 its backing file.
 *
 * @param chain  the chain, or NULL
 * @param depth  the number of backing files from the top to the image
 * @param index  receives the index of the element, or 0; may be NULL
 * @return whether there is such an image
 * @since 0.1
 */
bool diskprobe_chain_image_at(const diskprobe_chain *chain,
                              uint32_t depth,
                              size_t *index);

/**
 * Returns the relative path to record in the image above first if the images from first to the one
 * above last leave the chain, as in a block pull.
 *
 * It is joined from the relative paths by which first, last and those between are recorded; it is
 * not normalized.
 *
 * @param chain   the chain, or NULL
 * @param first   the index of the first image that leaves
 * @param last    the index of the image to record; may equal first
 * @param length  receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, in no particular encoding, free with diskprobe_string_free(); NULL if
 *         one of these images is not recorded by a relative path, or last is above first
 * @since 0.1
 */
DISKPROBE_MUST_USE
char *diskprobe_chain_relative_backing_path(const diskprobe_chain *chain,
                                            size_t first,
                                            size_t last,
                                            size_t *length);

/**
 * Frees a string that a function handed over.
 *
 * @param string  the string, or NULL
 * @since 0.1
 */
void diskprobe_string_free(char *string);

/**
 * Parses "vda" or "vda[2]": a disk, and an image of its chain.
 *
 * @param text         NUL-terminated
 * @param disk_length  receives the length of the disk's name, at the start of text, or 0; may be
 *                     NULL
 * @param index        receives the number in brackets, or 0 if there is none; may be NULL
 * @return whether it has that form; not if a bracket is followed by anything but a number and the
 *         closing bracket: then it can only be the name of a file
 * @since 0.1
 */
bool diskprobe_disk_target_parse(const char *text,
                                 size_t *disk_length,
                                 uint32_t *index);

/**
 * Returns the short, stable name of an action for unrecorded formats, such as "refuse".
 *
 * @param action  any number
 * @return a static string; "unknown" for a number that is no action
 * @since 0.1
 */
const char *diskprobe_unrecorded_format_to_string(diskprobe_unrecorded_format action);

/**
 * Parses the name of an action for unrecorded formats.
 *
 * @param name    NUL-terminated, compared exactly
 * @param action  receives the action, or DISKPROBE_UNRECORDED_FORMAT_NONE; may be NULL
 * @return whether it is the name of an action
 * @since 0.1
 */
bool diskprobe_unrecorded_format_from_string(const char *name,
                                             diskprobe_unrecorded_format *action);

/**
 * Makes options with the default values: detect the format of the top, fail if that of a backing
 * file is not recorded or if a relative name of a data file depends on the working directory, open
 * any file of this machine and nothing else. A recorded name under /dev/fd, /proc or /sys is
 * refused.
 *
 * @return the options, free with diskprobe_chain_options_free(); NULL only on an internal error
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_chain_options *diskprobe_chain_options_new(void);

/**
 * Frees options.
 *
 * @param options  the options, or NULL
 * @since 0.1
 */
void diskprobe_chain_options_free(diskprobe_chain_options *options);

/**
 * Sets how to probe the images.
 *
 * The format applies to the top: images below have the format that is recorded for them. The
 * limits apply to each image.
 *
 * @param options        the options
 * @param image_options  copied; or NULL for the defaults
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_chain_options_set_image_options(diskprobe_chain_options *options,
                                                           const diskprobe_options *image_options);

/**
 * Sets what to do if an image does not record the format of its backing file.
 *
 * @param options  the options
 * @param action   DISKPROBE_UNRECORDED_FORMAT_REFUSE is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT, without any effect, if options
 *         is NULL or action is no action
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_chain_options_set_unrecorded_format(diskprobe_chain_options *options,
                                                               diskprobe_unrecorded_format action);

/**
 * Returns the short, stable name of a directory for data files, such as "image".
 *
 * @param directory  any number
 * @return a static string; "unknown" for a number that is no such directory
 * @since 0.1
 */
const char *diskprobe_data_file_directory_to_string(diskprobe_data_file_directory directory);

/**
 * Parses the name of a directory for data files.
 *
 * @param name       NUL-terminated, compared exactly
 * @param directory  receives the directory, or DISKPROBE_DATA_FILE_DIRECTORY_NONE; may be NULL
 * @return whether it is the name of such a directory
 * @since 0.1
 */
bool diskprobe_data_file_directory_from_string(const char *name,
                                               diskprobe_data_file_directory *directory);

/**
 * Sets where a relative name of a qcow2 data file starts.
 *
 * QEMU opens such a name from its own working directory. An application that joins it to the
 * directory of the image must pass QEMU the result. With DISKPROBE_DATA_FILE_DIRECTORY_SAME, the
 * name must lead to the same file from both directories; an opener is then also called for the
 * recorded name alone.
 *
 * @param options    the options
 * @param directory  DISKPROBE_DATA_FILE_DIRECTORY_SAME is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT, without any effect, if options
 *         is NULL or directory is not one of the values
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_chain_options_set_data_file_directory(diskprobe_chain_options *options,
                                                                 diskprobe_data_file_directory directory);

/**
 * Lowers the number of images that a chain may have, including the top and excluding data files.
 *
 * If there is one more, the walk fails with DISKPROBE_STATUS_LIMIT_EXCEEDED. The partial chain
 * ends with that image, which is not opened but has its location, and its format if that is
 * recorded. So a limit of 1 returns the backing file of the top.
 *
 * @param options  the options
 * @param images   at most DISKPROBE_MAX_CHAIN_IMAGES, which is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT, without any effect, if options
 *         is NULL or images is above that
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_chain_options_set_max_images(diskprobe_chain_options *options,
                                                        uint32_t images);

/**
 * Sets a directory that must contain every file which the library opens.
 *
 * The path of a file must start with that of the directory, as both are written (a relative one is
 * relative to the current directory), and no part after that may lead out: no ".." and no
 * symbolic link that does; an absolute link always does. Otherwise the walk fails with
 * DISKPROBE_STATUS_OUTSIDE_ROOT. The kernel enforces this (openat2(2), Linux 5.6), so renaming
 * during the walk has no effect. Without that system call nothing is opened, and the status is
 * DISKPROBE_STATUS_IO.
 *
 * @param options    the options
 * @param directory  NUL-terminated, copied, opened by each walk; or NULL for none (the default)
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_chain_options_set_root(diskprobe_chain_options *options,
                                                  const char *directory);

/**
 * Sets the function that opens what a chain names, for instance as another user, or through a
 * library that reaches a server.
 *
 * It is called in the thread that walks and never after the walk returns: for the top first (not
 * by diskprobe_chain_open_fd()), then for each element before that is read. What it opened for one
 * element is closed before it is called for the next.
 *
 * @param options  the options
 * @param open     the opener, or NULL for that of the library (the default)
 * @param opaque   passed to open; may be NULL
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_chain_options_set_opener(diskprobe_chain_options *options,
                                                    diskprobe_open_callback open,
                                                    void *opaque);

/**
 * Returns the role of the element to open: an opener may leave a data file unopened, which has no
 * facts of its own.
 *
 * @param request  the opener's request, or NULL
 * @return the role; DISKPROBE_ELEMENT_KIND_NONE only if request is NULL
 * @since 0.1
 */
diskprobe_element_kind diskprobe_open_request_role(const diskprobe_open_request *request);

/**
 * Answers with a descriptor, which the library closes: from open(2), or from a process with the
 * rights to open the file.
 *
 * It may be a regular file or a block device. Open it with O_NONBLOCK, or check it first, if it
 * can be a FIFO. The library reads it with pread(2), and closes it before it calls the opener
 * again or the walk returns.
 *
 * @param request  the opener's request
 * @param fd       open for reading. If it is negative, the caller keeps it, and the walk fails
 *                 with DISKPROBE_STATUS_INVALID_ARGUMENT.
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if request is NULL (then fd is
 *         not closed) or fd is negative
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_open_request_set_fd(diskprobe_open_request *request,
                                               int fd);

/**
 * Answers with a descriptor that the caller keeps and that stays open; its file offset does not
 * move.
 *
 * Otherwise as diskprobe_open_request_set_fd(). It must stay open until the library calls the
 * opener again, or the walk returns.
 *
 * @param request  the opener's request
 * @param fd       open for reading
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if request is NULL or fd is
 *         negative
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_open_request_set_borrowed_fd(diskprobe_open_request *request,
                                                        int fd);

/**
 * Answers with functions that read, for instance through a library for remote storage.
 *
 * @param request  the opener's request
 * @param read     reads from the object, as for diskprobe_probe_callback(). If it is NULL, the
 *                 walk fails with DISKPROBE_STATUS_INVALID_ARGUMENT, and close is not called.
 * @param close    called once with opaque after the last read, before the library calls the opener
 *                 again or the walk returns; or NULL
 * @param opaque   passed to read and close; may be NULL
 * @param length   of the object in bytes, or DISKPROBE_LENGTH_UNKNOWN
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if request or read is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_open_request_set_source(diskprobe_open_request *request,
                                                   diskprobe_read_callback read,
                                                   diskprobe_close_callback close,
                                                   void *opaque,
                                                   uint64_t length);

/**
 * Sets the identity of the object that diskprobe_open_request_set_source() reads, so that a loop
 * is detected even if the object has several names. Without it, only locations are compared. For a
 * descriptor it is known.
 *
 * @param request  the opener's request
 * @param device   the device that holds the object: st_dev, or an unused number of your own
 * @param inode    its number on that device: st_ino
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if request is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_open_request_set_identity(diskprobe_open_request *request,
                                                     uint64_t device,
                                                     uint64_t inode);

/**
 * Answers that the library is to open it as it does without an opener: a file or block device of
 * this machine, under diskprobe_chain_options_set_root(). Anything else is left unopened.
 *
 * @param request  the opener's request
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if request is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_open_request_use_default(diskprobe_open_request *request);

/** @} */

/**
 * @addtogroup diskprobe_location
 * @{
 */

/**
 * Parses a location, such as that of diskprobe_image_backing_location(): a path, or another of
 * QEMU's syntaxes. Nothing is opened or looked up.
 *
 * A relative path is relative to the directory of the image that records it. If relative_to is
 * given, the path is joined to that directory as text: no link is followed, and ".." stays. If the
 * image is on a server, the result is on the same server.
 *
 * An unknown protocol, or an unknown driver in "json:{...}", is not a failure: the location has
 * DISKPROBE_STORAGE_TYPE_UNKNOWN.
 *
 * @param text         the location, in no particular encoding; NULL only if length is 0
 * @param length       the length of text in bytes
 * @param relative_to  the location of the image that records text, or NULL to leave relative paths
 *                     as they are
 * @param location     receives the location, or NULL on failure; free with
 *                     diskprobe_location_free()
 * @param error        receives the reason of a failure, or NULL on success; free with
 *                     diskprobe_error_free(). Its offset is that in text. May be NULL.
 * @return DISKPROBE_STATUS_OK;
 *         DISKPROBE_STATUS_INVALID_LOCATION if text violates the rules of its syntax, or programs
 *         interpret it differently;
 *         DISKPROBE_STATUS_LIMIT_EXCEEDED if it is too long or lists too much;
 *         DISKPROBE_STATUS_INVALID_ARGUMENT if text or location is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_location_parse(const char *text,
                                          size_t length,
                                          const diskprobe_location *relative_to,
                                          diskprobe_location **location,
                                          diskprobe_error **error);

/**
 * Makes the location of a file or block device of this machine.
 *
 * The path can have any bytes: a colon in it has no meaning. diskprobe_location_parse() accepts
 * the result as relative_to. Nothing is opened or looked up.
 *
 * @param path  NUL-terminated, in no particular encoding; if it is relative, to the current
 *              directory
 * @return the location, free with diskprobe_location_free(); NULL if path is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_location *diskprobe_location_of_path(const char *path);

/**
 * Frees a location, and every string that it owns.
 *
 * @param location  the location, or NULL
 * @since 0.1
 */
void diskprobe_location_free(diskprobe_location *location);

/**
 * Returns the text that was parsed, with "***" in place of each credential.
 *
 * @param location  the location, or NULL
 * @param length    receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL only if location is NULL
 * @since 0.1
 */
const char *diskprobe_location_text(const diskprobe_location *location, size_t *length);

/**
 * Checks whether the text has credentials, such as a user and a password. No function returns
 * them.
 *
 * @param location  the location, or NULL
 * @return whether it has
 * @since 0.1
 */
bool diskprobe_location_has_credentials(const diskprobe_location *location);

/**
 * Checks whether QEMU understands the text and libvirt does not, such as "file:/path".
 *
 * @param location  the location, or NULL
 * @return whether that is so
 * @since 0.1
 */
bool diskprobe_location_is_qemu_only(const diskprobe_location *location);

/**
 * Checks whether two locations name the same thing as far as their text shows.
 *
 * Paths are compared byte by byte, hosts in their order with their ports. Nothing is looked up:
 * one file has many names. Slices are ignored, and so is how a server is asked (cookies, users).
 *
 * @param location  the location, or NULL
 * @param other     the other location, or NULL
 * @return whether they do; false if one is NULL
 * @since 0.1
 */
bool diskprobe_location_is_equivalent(const diskprobe_location *location,
                                      const diskprobe_location *other);

/**
 * Returns the short, stable name of a type of storage, such as "network".
 *
 * @param storage_type  any number
 * @return a static string; "unknown" for DISKPROBE_STORAGE_TYPE_UNKNOWN and for a number that is
 *         no type of storage
 * @since 0.1
 */
const char *diskprobe_storage_type_to_string(diskprobe_storage_type storage_type);

/**
 * Returns the type of storage that the location names.
 *
 * @param location  the location, or NULL
 * @return the type; DISKPROBE_STORAGE_TYPE_UNKNOWN if the protocol or driver is unknown: then only
 *         diskprobe_location_protocol_name() is known
 * @since 0.1
 */
diskprobe_storage_type diskprobe_location_type(const diskprobe_location *location);

/**
 * Returns the path of a file or directory, or a server's name for an object, without the volume.
 *
 * If it is relative and diskprobe_location_is_relative_to_image() is false, it is relative to the
 * current directory of the hypervisor. See also diskprobe_location_slice().
 *
 * @param location  the location, or NULL
 * @param length    receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, in no particular encoding, owned by the location; NULL if there is none
 * @since 0.1
 */
const char *diskprobe_location_path(const diskprobe_location *location,
                                    size_t *length);

/**
 * Checks whether the path is relative to the directory of the image that records it, and was not
 * joined to it.
 *
 * @param location  the location, or NULL
 * @return whether it is
 * @since 0.1
 */
bool diskprobe_location_is_relative_to_image(const diskprobe_location *location);

/**
 * Returns the recorded path, if it is relative and was joined to the directory of the image.
 *
 * @param location  the location, or NULL
 * @param length    receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL if it was not joined
 * @since 0.1
 */
const char *diskprobe_location_relative_name(const diskprobe_location *location,
                                             size_t *length);

/**
 * Returns the part of the file that the location names.
 *
 * @param location  the location, or NULL
 * @param offset    receives its offset in bytes, or 0; may be NULL
 * @param size      receives its size in bytes, or 0 for all bytes from offset on; may be NULL
 * @return whether the location names only a part
 * @since 0.1
 */
bool diskprobe_location_slice(const diskprobe_location *location,
                              uint64_t *offset,
                              uint64_t *size);

/**
 * Returns the format that the location specifies: "fat" for a directory that is presented as FAT,
 * or that of the format driver at the top of "json:{...}".
 *
 * @param location  the location, or NULL
 * @return a static string; NULL if the syntax implies none
 * @since 0.1
 */
const char *diskprobe_location_format(const diskprobe_location *location);

/**
 * Returns the short, stable name of a protocol, such as "nbd".
 *
 * @param protocol  any number
 * @return a static string; "unknown" for DISKPROBE_PROTOCOL_NONE and for a number that is no
 *         protocol
 * @since 0.1
 */
const char *diskprobe_protocol_to_string(diskprobe_protocol protocol);

/**
 * Returns the protocol of the server.
 *
 * @param location  the location, or NULL
 * @return the protocol; DISKPROBE_PROTOCOL_NONE if there is none, or it is unknown
 * @since 0.1
 */
diskprobe_protocol diskprobe_location_protocol(const diskprobe_location *location);

/**
 * Returns the name of the protocol, or of an unknown protocol or driver.
 *
 * @param location  the location, or NULL
 * @param length    receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL if there is none
 * @since 0.1
 */
const char *diskprobe_location_protocol_name(const diskprobe_location *location,
                                             size_t *length);

/**
 * Returns the number of hosts.
 *
 * @param location  the location, or NULL
 * @return the number; 0 if the location is not on a server, or names no host
 * @since 0.1
 */
size_t diskprobe_location_host_count(const diskprobe_location *location);

/**
 * Returns the short, stable name of a transport, such as "tcp".
 *
 * @param transport  any number
 * @return a static string; "unknown" for DISKPROBE_TRANSPORT_NONE and for a number that is no
 *         transport
 * @since 0.1
 */
const char *diskprobe_transport_to_string(diskprobe_transport transport);

/**
 * Returns the transport to a host.
 *
 * @param location  the location, or NULL
 * @param index     below diskprobe_location_host_count()
 * @return the transport; DISKPROBE_TRANSPORT_NONE if index is out of range
 * @since 0.1
 */
diskprobe_transport diskprobe_location_host_transport(const diskprobe_location *location,
                                                      size_t index);

/**
 * Returns the name or address of a host.
 *
 * An IPv6 address has no brackets, except in iSCSI portals of "json:{...}", which keep them.
 *
 * @param location  the location, or NULL
 * @param index     below diskprobe_location_host_count()
 * @param length    receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL if it has none, or index is out of range
 * @since 0.1
 */
const char *diskprobe_location_host_name(const diskprobe_location *location,
                                         size_t index,
                                         size_t *length);

/**
 * Returns the port of a host: the default port of the protocol if none is recorded.
 *
 * @param location  the location, or NULL
 * @param index     below diskprobe_location_host_count()
 * @param port      receives the port, or 0; may be NULL
 * @return whether there is a port
 * @since 0.1
 */
bool diskprobe_location_host_port(const diskprobe_location *location,
                                  size_t index,
                                  uint16_t *port);

/**
 * Returns the path of the socket of a host.
 *
 * @param location  the location, or NULL
 * @param index     below diskprobe_location_host_count()
 * @param length    receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, in no particular encoding, owned by the location; NULL if it has none,
 *         or index is out of range
 * @since 0.1
 */
const char *diskprobe_location_host_socket(const diskprobe_location *location,
                                           size_t index,
                                           size_t *length);

/**
 * Returns the volume (gluster) or the pool (rbd).
 *
 * @param location  the location, or NULL
 * @param length    receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL if there is none
 * @since 0.1
 */
const char *diskprobe_location_volume(const diskprobe_location *location, size_t *length);

/**
 * Returns the snapshot (rbd).
 *
 * @param location  the location, or NULL
 * @param length    receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL if there is none
 * @since 0.1
 */
const char *diskprobe_location_snapshot(const diskprobe_location *location,
                                        size_t *length);

/**
 * Returns the PCI address of an NVMe controller, such as "0000:01:00.0".
 *
 * @param location  the location, or NULL
 * @param length    receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL if there is none
 * @since 0.1
 */
const char *diskprobe_location_nvme_address(const diskprobe_location *location,
                                            size_t *length);

/**
 * Returns the namespace of an NVMe controller.
 *
 * @param location  the location, or NULL
 * @param number    receives the number of the namespace, or 0; may be NULL
 * @return whether there is one
 * @since 0.1
 */
bool diskprobe_location_nvme_namespace(const diskprobe_location *location,
                                       uint32_t *number);

/**
 * Returns the number of details: options that have no function of their own.
 *
 * @param location  the location, or NULL
 * @return the number
 * @since 0.1
 */
size_t diskprobe_location_detail_count(const diskprobe_location *location);

/**
 * Returns a detail as a name and a text.
 *
 * A name is the key that `diskprobe location --output=json` uses, such as "timeout" (seconds),
 * "readahead" (bytes), "sslverify", "query", "config_file", "ssh_user", "ssh_host_key_check",
 * "rbd_user", "nfs_user", "nfs_group"; "cookies" for each cookie, as "NAME=VALUE"; and "ignored"
 * for the name of each option that has no meaning here. New names can come with any version.
 * Numbers are decimal, truth values are "yes" or "no", and a text has the bytes of the location.
 *
 * @param location  the location, or NULL
 * @param index     below diskprobe_location_detail_count()
 * @param name      receives a static string, or NULL; may be NULL
 * @param value     receives the value, NUL-terminated and owned by the location, or NULL; may be
 *                  NULL
 * @param length    receives the length of the value in bytes, without the final NUL; may be NULL
 * @param is_secret receives whether the value is as good as a password: do not show it; may be
 *                  NULL
 * @return whether there is a detail with this index
 * @since 0.1
 */
bool diskprobe_location_detail(const diskprobe_location *location,
                               size_t index,
                               const char **name,
                               const char **value,
                               size_t *length,
                               bool *is_secret);

/** @} */

/**
 * @addtogroup diskprobe_policy
 * @{
 */

/**
 * Makes the policy for an image from an untrusted source that is used as it is: the image needs
 * nothing outside of itself, and nothing about it is ambiguous or unknown.
 *
 * It denies DISKPROBE_FINDING_BACKING_FILE, DISKPROBE_FINDING_DATA_FILE,
 * DISKPROBE_FINDING_EXTERNAL_EXTENTS, DISKPROBE_FINDING_PARENT, DISKPROBE_FINDING_AMBIGUOUS,
 * DISKPROBE_FINDING_INCOMPLETE_SCAN, DISKPROBE_FINDING_NULL_CIPHER,
 * DISKPROBE_FINDING_HEADERS_DIFFER and DISKPROBE_FINDING_UNKNOWN_FEATURE. It allows every format
 * except DISKPROBE_FORMAT_DIR, and every virtual size.
 *
 * @return the policy, free with diskprobe_policy_free(); NULL only on an internal error
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_policy *diskprobe_policy_new(void);

/**
 * Frees a policy.
 *
 * @param policy  the policy, or NULL
 * @since 0.1
 */
void diskprobe_policy_free(diskprobe_policy *policy);

/**
 * Allows images with a finding.
 *
 * @param policy   the policy
 * @param finding  the finding
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT, without any effect, if policy is
 *         NULL or finding is no finding
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_policy_allow(diskprobe_policy *policy,
                                        diskprobe_finding finding);

/**
 * Denies images with a finding.
 *
 * @param policy   the policy
 * @param finding  the finding
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT, without any effect, if policy is
 *         NULL or finding is no finding
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_policy_deny(diskprobe_policy *policy,
                                       diskprobe_finding finding);

/**
 * Checks whether a policy denies images with a finding.
 *
 * @param policy   the policy, or NULL for the default one of diskprobe_policy_new()
 * @param finding  the finding
 * @return whether it does; false for a number that is no finding
 * @since 0.1
 */
bool diskprobe_policy_denies(const diskprobe_policy *policy, diskprobe_finding finding);

/**
 * Allows a format. The first call denies all formats that no call allows.
 *
 * @param policy  the policy
 * @param format  the format
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT, without any effect, if policy is
 *         NULL or format is no format
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_policy_allow_format(diskprobe_policy *policy,
                                               diskprobe_format format);

/**
 * Sets the largest virtual size. An image whose virtual size is unknown is denied then.
 *
 * @param policy  the policy
 * @param bytes   the largest virtual size in bytes; unlimited by default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if policy is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_policy_set_max_virtual_size(diskprobe_policy *policy,
                                                       uint64_t bytes);

/**
 * Allows backing files under a directory, although DISKPROBE_FINDING_BACKING_FILE is denied.
 *
 * The image must record the format of the backing file. Several directories can be allowed.
 *
 * Only the text of the location decides, after a relative path is joined to the directory of the
 * image; nothing is opened. So the location must be a plain path (not "json:", not "file:", not a
 * URI) without "..", and no untrusted user may be able to create a symbolic link under the
 * directory. The backing file itself and what it names are not checked: all images under the
 * directory must be trusted, or evaluated themselves.
 *
 * @param policy     the policy
 * @param directory  NUL-terminated, an absolute path without ".."; it need not exist
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT, without any effect, if policy or
 *         directory is NULL, or directory is no such path
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_policy_allow_backing_under(diskprobe_policy *policy,
                                                      const char *directory);

/**
 * Evaluates an image. A denied image is not a failure: see diskprobe_verdict_is_accepted().
 *
 * Probe the image with diskprobe_options_set_thorough(): any other image has
 * DISKPROBE_FINDING_INCOMPLETE_SCAN, unless its format was requested.
 *
 * @param policy   the policy, or NULL for the default one of diskprobe_policy_new()
 * @param image    the image
 * @param path     where the image is or will be, NUL-terminated: relative backing locations are
 *                 joined to its directory for diskprobe_policy_allow_backing_under(). NULL if it
 *                 is unknown: then no relative location is under an allowed directory.
 * @param verdict  receives the verdict, or NULL on failure; free with diskprobe_verdict_free()
 * @param error    receives the reason of a failure, or NULL on success; free with
 *                 diskprobe_error_free(). May be NULL.
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if image or verdict is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_policy_evaluate(const diskprobe_policy *policy,
                                           const diskprobe_image *image,
                                           const char *path,
                                           diskprobe_verdict **verdict,
                                           diskprobe_error **error);

/**
 * Returns the short, stable name of a kind of violation, such as "virtual-size".
 *
 * @param kind  any number
 * @return a static string; "unknown" for a number that is no kind of violation
 * @since 0.1
 */
const char *diskprobe_violation_kind_to_string(diskprobe_violation_kind kind);

/**
 * Frees a verdict, and every string that it owns.
 *
 * @param verdict  the verdict, or NULL
 * @since 0.1
 */
void diskprobe_verdict_free(diskprobe_verdict *verdict);

/**
 * Checks whether the policy accepts the image.
 *
 * @param verdict  the verdict, or NULL
 * @return whether it does; false if verdict is NULL
 * @since 0.1
 */
bool diskprobe_verdict_is_accepted(const diskprobe_verdict *verdict);

/**
 * Returns the number of violations. A verdict has all of them, not only the first.
 *
 * @param verdict  the verdict, or NULL
 * @return the number; 0 if the image is accepted
 * @since 0.1
 */
size_t diskprobe_verdict_violation_count(const diskprobe_verdict *verdict);

/**
 * Returns the rule that the image violates.
 *
 * @param verdict  the verdict, or NULL
 * @param index    below diskprobe_verdict_violation_count()
 * @param finding  receives the denied finding if the rule is DISKPROBE_VIOLATION_KIND_FINDING,
 *                 else DISKPROBE_FINDING_NONE; may be NULL
 * @return the rule; DISKPROBE_VIOLATION_KIND_NONE if index is out of range
 * @since 0.1
 */
diskprobe_violation_kind diskprobe_verdict_violation(const diskprobe_verdict *verdict,
                                                     size_t index,
                                                     diskprobe_finding *finding);

/**
 * Returns a violation as one line for a person.
 *
 * It has no text from the image: diskprobe_image_reference_location() returns what the image
 * names.
 *
 * @param verdict  the verdict, or NULL
 * @param index    below diskprobe_verdict_violation_count()
 * @return the text, owned by the verdict; NULL if index is out of range
 * @since 0.1
 */
const char *diskprobe_verdict_message(const diskprobe_verdict *verdict,
                                      size_t index);

/** @} */

/**
 * @addtogroup diskprobe_scan
 * @{
 */

/**
 * Takes one result of a scan. It must not throw or longjmp.
 *
 * One call ends before the next begins, with a memory barrier between them. With several jobs the
 * calls come from any thread of the scan, with one job from the thread that scans. The function
 * may probe and scan, but not free or change what the scan was given.
 *
 * @param opaque  the pointer that was passed to the scan
 * @param name    the file or directory: the given path, followed by the path from there.
 *                NUL-terminated, in no particular encoding, chosen by the owner of the directory
 * @param length  the length of name in bytes, without the NUL
 * @param status  DISKPROBE_STATUS_OK, or why there is no image, as diskprobe_probe_path(): among
 *                them DISKPROBE_STATUS_NOT_FOUND for a file that was removed after it was listed
 *                and for a dangling link; DISKPROBE_STATUS_OUTSIDE_ROOT for another file system;
 *                DISKPROBE_STATUS_LIMIT_EXCEEDED for a directory that is too deep; and any reason
 *                why a directory cannot be opened or read to its end
 * @param image   the image, or NULL on failure; owned by the scan, valid until the function
 *                returns
 * @param error   the reason of a failure, or NULL on success; owned by the scan likewise
 * @return whether to continue; after false it is not called again
 */
typedef bool (*diskprobe_scan_callback)(void *opaque,
                                        const char *name,
                                        size_t length,
                                        diskprobe_status status,
                                        const diskprobe_image *image,
                                        const diskprobe_error *error);

/**
 * Probes all images in directories, and passes each result, image or error, to a callback.
 *
 * It runs in the calling thread, unless options ask for more jobs: then in that number of threads,
 * which end before this call returns. Memory grows with the number of jobs and the depth of the
 * directories, not with the number of files. Each image is probed as by diskprobe_probe_path().
 * FIFOs, sockets and character devices are skipped without being opened. Symbolic links to files
 * are followed unless they lead to another file system; links to directories are not, except a
 * given directory.
 *
 * @param directories  count paths, NUL-terminated; NULL only if count is 0
 * @param count        the number of directories
 * @param options      how to scan, or NULL for the defaults
 * @param callback     takes the results
 * @param opaque       passed to callback; may be NULL
 * @param error        receives the reason of a failure, or NULL on success; free with
 *                     diskprobe_error_free(). May be NULL.
 * @return DISKPROBE_STATUS_OK, whatever the results are, and also if callback or
 *         diskprobe_scan_options_cancel() ended the scan; DISKPROBE_STATUS_INVALID_ARGUMENT,
 *         without any scan, if callback, directories or one of them is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_scan(const char *const *directories,
                                size_t count,
                                const diskprobe_scan_options *options,
                                diskprobe_scan_callback callback,
                                void *opaque,
                                diskprobe_error **error);

/**
 * Probes a list of files, each as by diskprobe_probe_path(), and passes each result to a callback.
 *
 * Each name has one result. The options about links and file systems have no effect.
 *
 * @param names     count paths of files, NUL-terminated; NULL only if count is 0
 * @param count     the number of files
 * @param options   how to scan, or NULL for the defaults
 * @param callback  takes the results
 * @param opaque    passed to callback; may be NULL
 * @param error     receives the reason of a failure, or NULL on success; free with
 *                  diskprobe_error_free(). May be NULL.
 * @return as diskprobe_scan()
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_scan_files(const char *const *names,
                                      size_t count,
                                      const diskprobe_scan_options *options,
                                      diskprobe_scan_callback callback,
                                      void *opaque,
                                      diskprobe_error **error);

/**
 * Makes options with the default values: one job, no subdirectories, results in any order.
 *
 * @return the options, free with diskprobe_scan_options_free(); NULL only on an internal error
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_scan_options *diskprobe_scan_options_new(void);

/**
 * Frees options, but not while a scan uses them.
 *
 * @param options  the options, or NULL
 * @since 0.1
 */
void diskprobe_scan_options_free(diskprobe_scan_options *options);

/**
 * Sets how to probe each image. The scan adds the name of each file, as
 * diskprobe_options_set_file_name() would.
 *
 * @param options        the options
 * @param image_options  copied; or NULL for the defaults
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_scan_options_set_image_options(diskprobe_scan_options *options,
                                                          const diskprobe_options *image_options);

/**
 * Sets the number of threads that work, including the calling one: for 1, the default, no thread
 * is started.
 *
 * Started threads have the signal mask of the calling thread. If the system refuses to start one,
 * there are fewer.
 *
 * @param options  the options
 * @param jobs     from 1 to DISKPROBE_MAX_SCAN_JOBS
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT, without any effect, if options
 *         is NULL or jobs is not in that range
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_scan_options_set_jobs(diskprobe_scan_options *options,
                                                 uint32_t jobs);

/**
 * Sets whether to scan subdirectories too: never through a symbolic link, and at most
 * DISKPROBE_MAX_SCAN_DEPTH levels.
 *
 * @param options    the options
 * @param recursive  false is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_scan_options_set_recursive(diskprobe_scan_options *options,
                                                      bool recursive);

/**
 * Sets whether results come in the order in which names are given and directories list them. The
 * results of a subdirectory come at its place in that order.
 *
 * Directories are then read one after another, and each job may hold back a few results.
 *
 * @param options  the options
 * @param ordered  false is the default: results come as soon as they are known
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_scan_options_set_ordered(diskprobe_scan_options *options,
                                                    bool ordered);

/**
 * Sets whether to follow symbolic links to files, as libvirt's pools do. Otherwise they count as
 * special files. Links to directories are never followed.
 *
 * @param options  the options
 * @param follow   true is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_scan_options_set_follow_links(diskprobe_scan_options *options,
                                                         bool follow);

/**
 * Sets whether to follow links, and scan subdirectories, on other file systems than that of the
 * given directory. By default each of them results in DISKPROBE_STATUS_OUTSIDE_ROOT; a mounted
 * directory is opened to detect that, and not read.
 *
 * @param options  the options
 * @param cross    false is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_scan_options_set_cross_file_systems(diskprobe_scan_options *options,
                                                               bool cross);

/**
 * Sets whether FIFOs, sockets and character devices in a directory are results too, with
 * DISKPROBE_STATUS_UNSUPPORTED_FILE. They are never opened.
 *
 * @param options  the options
 * @param report   false is the default: they are skipped
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_scan_options_set_special_files(diskprobe_scan_options *options,
                                                          bool report);

/**
 * Ends the scans that use these options, and any later scan with them.
 *
 * Any thread may call this while scans use the options, and so may their callback. It does not
 * wait: a scan returns when the probes in progress end, which includes a system call that hangs.
 *
 * @param options  the options, or NULL
 * @since 0.1
 */
void diskprobe_scan_options_cancel(const diskprobe_scan_options *options);

/** @} */

/**
 * @addtogroup diskprobe_prober
 * @{
 */

/**
 * Creates a prober: a probe that does no I/O of its own.
 *
 * Call diskprobe_prober_next_read() and diskprobe_prober_feed() in turn until the former needs no
 * more bytes; then call diskprobe_prober_finish(). No call blocks. Bytes and the length can be fed
 * in any order.
 *
 * @param length   of the object in bytes, or DISKPROBE_LENGTH_UNKNOWN: set it later with
 *                 diskprobe_prober_set_length(), or feed all bytes of the object
 * @param options  how to probe, or NULL for the defaults; not kept
 * @return the prober, free with diskprobe_prober_free(); NULL only on an internal error
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_prober *diskprobe_prober_new(uint64_t length,
                                       const diskprobe_options *options);

/**
 * Sets the length of the object, at any time before the answer is handed over.
 *
 * Without it the physical size of most images stays unknown, and the end of the object is not
 * searched for trailers.
 *
 * @param prober  the prober
 * @param length  of the object in bytes
 * @param error   receives the reason of a failure, or NULL on success; free with
 *                diskprobe_error_free(). May be NULL.
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_CHANGED if the length is known to be another one;
 *         DISKPROBE_STATUS_WRONG_STATE after the answer was handed over;
 *         DISKPROBE_STATUS_INVALID_ARGUMENT if prober is NULL or length is
 *         DISKPROBE_LENGTH_UNKNOWN
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_prober_set_length(diskprobe_prober *prober,
                                             uint64_t length,
                                             diskprobe_error **error);

/**
 * Returns the range of bytes to read next. A repeated call returns the same range; after a short
 * feed it returns the rest.
 *
 * @param prober  the prober
 * @param offset  receives the offset of the first byte, or 0; may be NULL
 * @param size    receives the number of bytes that are best read at once; 0 if the answer is
 *                ready, or on failure
 * @param needed  receives how many of these bytes, from the first on, the probe requires to
 *                continue: at least 1, or 0 if size is 0; may be NULL
 * @param error   receives the reason of a failure, or NULL on success; free with
 *                diskprobe_error_free(). May be NULL.
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_WRONG_STATE after the answer was handed over;
 *         DISKPROBE_STATUS_INVALID_ARGUMENT if prober or size is NULL; or why there will be no
 *         answer, as diskprobe_probe_buffer()
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_prober_next_read(diskprobe_prober *prober,
                                            uint64_t *offset,
                                            size_t *size,
                                            size_t *needed,
                                            diskprobe_error **error);

/**
 * Feeds bytes of the object, which are copied: any range, requested or not, in any order.
 *
 * Bytes that were not requested count against the limit on bytes, also if they are fed again.
 *
 * @param prober  the prober
 * @param offset  the offset of the first byte in the object
 * @param data    the bytes; NULL only if size is 0
 * @param size    the number of bytes: less than requested is fine, and 0 means that the object
 *                ends at or before offset
 * @param error   receives the reason of a failure, or NULL on success; free with
 *                diskprobe_error_free(). May be NULL.
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_WRONG_STATE after the answer was handed over;
 *         DISKPROBE_STATUS_LIMIT_EXCEEDED for too many bytes that were not requested;
 *         DISKPROBE_STATUS_CHANGED if the bytes contradict the known length;
 *         DISKPROBE_STATUS_INVALID_ARGUMENT if prober is NULL, or data is NULL and size is not 0
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_prober_feed(diskprobe_prober *prober,
                                       uint64_t offset,
                                       const void *data,
                                       size_t size,
                                       diskprobe_error **error);

/**
 * Hands the answer over. After success only diskprobe_prober_free() is a valid call.
 *
 * @param prober  the prober
 * @param image   receives the image, or NULL on failure; free with diskprobe_image_free()
 * @param error   receives the reason of a failure, or NULL on success; free with
 *                diskprobe_error_free(). May be NULL.
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_WRONG_STATE if a range is still needed (the probe
 *         can continue), and after the answer was handed over; DISKPROBE_STATUS_INVALID_ARGUMENT
 *         if prober or image is NULL; or why there is no answer, as diskprobe_probe_buffer()
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_prober_finish(diskprobe_prober *prober,
                                         diskprobe_image **image,
                                         diskprobe_error **error);

/**
 * Frees a prober, finished or not.
 *
 * @param prober  the prober, or NULL
 * @since 0.1
 */
void diskprobe_prober_free(diskprobe_prober *prober);

/** @} */

/**
 * @addtogroup diskprobe_errors
 * @{
 */

/**
 * Creates an error with which a diskprobe_read_callback or diskprobe_open_callback fails.
 *
 * @param status   the kind of failure; DISKPROBE_STATUS_OK and unknown numbers become
 *                 DISKPROBE_STATUS_IO
 * @param message  NUL-terminated UTF-8, copied; or NULL for the name of the status. Control
 *                 characters and invalid UTF-8 are replaced.
 * @return the error, owned by the caller until a callback hands it to the library; otherwise free
 *         it with diskprobe_error_free(). NULL only on an internal error.
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_error *diskprobe_error_new(diskprobe_status status,
                                     const char *message);

/**
 * Returns the short, stable name of a status, such as "invalid-image".
 *
 * @param status  any number
 * @return a static string; "ok" for DISKPROBE_STATUS_OK, "unknown" for a number that is no status
 * @since 0.1
 */
const char *diskprobe_status_to_string(diskprobe_status status);

/**
 * Returns the status of the call that failed.
 *
 * @param error  the error, or NULL
 * @return the status; DISKPROBE_STATUS_OK if error is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE diskprobe_status diskprobe_error_status(const diskprobe_error *error);

/**
 * Returns the message: one line for a person, with structure, field, value, offset and limit.
 *
 * It does not name the file, which the caller knows: print "FILE: MESSAGE". It contains no control
 * character, no line break, and no text from the image.
 *
 * @param error  the error, or NULL
 * @return the message, owned by the error; an empty string if error is NULL
 * @since 0.1
 */
const char *diskprobe_error_message(const diskprobe_error *error);

/**
 * Returns the error number of the operating system or of a callback, as in errno.
 *
 * @param error  the error, or NULL
 * @return the number; 0 if the failure has none
 * @since 0.1
 */
int diskprobe_error_errno(const diskprobe_error *error);

/**
 * Returns the offset of the field or structure at fault, or of the bytes that are missing.
 *
 * @param error   the error, or NULL
 * @param offset  receives the offset, in bytes from the start of the file, or 0; may be NULL
 * @return whether the failure has an offset
 * @since 0.1
 */
bool diskprobe_error_offset(const diskprobe_error *error,
                            uint64_t *offset);

/**
 * Returns the bytes that a probe lacks, for a failure with DISKPROBE_STATUS_NEED_MORE_DATA,
 * DISKPROBE_STATUS_TRUNCATED or DISKPROBE_STATUS_CHANGED.
 *
 * A caller of diskprobe_probe_buffer() reads up to offset + length and probes again.
 *
 * @param error   the error, or NULL
 * @param offset  receives the offset of the first byte, from the start of the file, or 0; may be
 *                NULL
 * @param length  receives the number of bytes, or 0; may be NULL
 * @return whether bytes are missing
 * @since 0.1
 */
bool diskprobe_error_needed(const diskprobe_error *error,
                            uint64_t *offset,
                            uint64_t *length);

/**
 * Frees an error.
 *
 * @param error  the error, or NULL
 * @since 0.1
 */
void diskprobe_error_free(diskprobe_error *error);

/** @} */

/**
 * @addtogroup diskprobe_version
 * @{
 */

/**
 * Returns the version of the library that runs, such as "0.1.0".
 *
 * @return a static string
 * @since 0.1
 */
const char *diskprobe_version(void);

/**
 * Returns the version of the library that runs, as a number that grows with each version.
 *
 * @return major * 1000000 + minor * 1000 + patch
 * @since 0.1
 */
uint32_t diskprobe_version_number(void);

/** @} */

#ifdef __cplusplus
}
#endif

#endif
