/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/**
 * @file diskprobe.h
 *
 * Reads the format, sizes, backing store and encryption of a disk image from its bytes. Probing is
 * read-only, bounded, and safe for images from untrusted sources.
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
 * All types come first, then all functions. Both are grouped by subject: probing, facts, chains,
 * locations, policies, scans, probers, errors, version.
 *
 * Ownership: the caller frees every handle that it receives with the matching _free() function,
 * which does nothing for NULL. Strings and const handles are static, or are owned by the handle
 * that returned them and valid until it is freed. The library keeps no pointer to an argument after
 * the call returns, except for descriptors and sources from an opener, and the opaque pointers of
 * callbacks.
 *
 * NULL: every function accepts NULL for every pointer. If a required pointer is NULL, the call
 * returns DISKPROBE_STATUS_INVALID_ARGUMENT, and a getter returns the value of an absent fact.
 * Functions set every out-parameter and never read it. On failure, or if the value is absent, they
 * set it to NULL, 0 or false.
 *
 * Errors: a call that can fail returns a status, 0 on success, and stores an error handle with a
 * message if the caller passes a pointer for it. If a setter of options or of a policy fails, it
 * changes nothing. If the library has a bug that causes a Rust panic, the call returns
 * DISKPROBE_STATUS_INTERNAL, and a line is printed to stderr; otherwise the library prints nothing.
 * As in GLib, the process aborts if memory is exhausted.
 *
 * Callbacks must return: they must not throw an exception, and must not call longjmp() or
 * pthread_exit().
 *
 * Threads: different threads may use different handles at the same time. Images, locations, chains,
 * verdicts and errors are immutable, and many threads may read them at the same time. The same
 * applies to options and policies while no thread changes them. The library has no global state and
 * reads no environment variables. Only a scan with several jobs starts threads, and they end before
 * it returns. ThreadSanitizer needs the suppressions that are installed in
 * share/diskprobe/thread-sanitizer.supp. The library can be unloaded while no call is running. On
 * Linux with glibc or musl, a call blocks cancellation of its thread (pthread_cancel()), which takes
 * effect after the call. On other systems, do not cancel a thread during a call. A process can fork
 * at any time; the child must not use a handle that another thread was using.
 *
 * Signals: the library installs no signal handlers and does not change the signal mask. It repeats
 * a system call that a signal interrupts. Messages are in English, whatever the locale. Getters of
 * facts and _free() functions do not change errno.
 *
 * Strings: text from an image (locations, names) is chosen by the author of the image. Escape it
 * before you display it, and do not pass it to a shell.
 *
 * This file is generated from src/ffi/. Do not edit it.
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

/** Makes the compiler warn if the caller uses a function that a later version may remove. */
#if defined(__GNUC__) || defined(__clang__)
# define DISKPROBE_DEPRECATED __attribute__((deprecated))
#else
# define DISKPROBE_DEPRECATED
#endif

/**
 * Makes the compiler warn if the result of a function is not freed, or is freed by another function
 * (GCC 11 or later).
 *
 * @param function  the function that frees the result
 */
#if defined(__GNUC__) && __GNUC__ >= 11
# define DISKPROBE_FREED_BY(function) __attribute__((malloc(function, 1)))
#else
# define DISKPROBE_FREED_BY(function)
#endif

/**
 * Sets the type of an enumeration to uint32_t in C++11, C23 and later. Compilers for older versions
 * of C choose a type of the same size, unless -fshort-enums is given: do not use that option.
 */
#if (defined(__cplusplus) && __cplusplus >= 201103L) || \
    (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L)
# define DISKPROBE_ENUM_TYPE : uint32_t
#else
# define DISKPROBE_ENUM_TYPE
#endif

/** The version of this header as a string. */
#define DISKPROBE_VERSION_STRING "0.1.0"

/**
 * Checks, in the preprocessor, whether the version of this header is at least major.minor.patch.
 *
 * @param major  the major version
 * @param minor  the minor version
 * @param patch  the patch version
 */
#define DISKPROBE_CHECK_VERSION(major, minor, patch) \
    (DISKPROBE_VERSION_NUMBER >= (major) * 1000000 + (minor) * 1000 + (patch))

/**
 * Returns the bit of a format, for diskprobe_options_set_detectable().
 *
 * @param format  a value of diskprobe_format except DISKPROBE_FORMAT_UNKNOWN
 */
#define DISKPROBE_FORMAT_BIT(format) (UINT64_C(1) << (format))

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

/** Maximum number of reads of a probe, for any image. */
#define DISKPROBE_MAX_READS 16

/** Maximum number of bytes that a probe reads, for any image. */
#define DISKPROBE_MAX_BYTES 1048576

/**
 * The formats that libvirt 11.3 detects: raw, luks, parallels, qcow, qcow2, qed, vdi, vmdk
 * (without descriptors) and vpc.
 */
#define DISKPROBE_FORMATS_LIBVIRT 57218

/**
 * Formats without extent files, for a program that copies images according to their format: raw,
 * bochs, cloop, luks, parallels, qcow, qcow2, qed, vdi and vpc. The program must check that the
 * image has no backing file and no data file.
 */
#define DISKPROBE_FORMATS_COPY 40858

/**
 * VMDK descriptors: text that names the files of a disk, alone or in a sparse file whose header has
 * no size.
 */
#define DISKPROBE_FORMATS_VMDK_DESCRIPTOR 1

/** Options of a probe. A probe keeps no reference to them. */
typedef struct diskprobe_options diskprobe_options;

/** @} */

/**
 * @defgroup diskprobe_facts Facts
 * The results of a probe.
 * @{
 */

/**
 * An image format, named after the QEMU driver that reads it.
 *
 * `cow` and `dir` are libvirt's names for formats without a QEMU driver, and are never
 * detected.
 *
 * New values are only appended.
 */
typedef enum diskprobe_format DISKPROBE_ENUM_TYPE {
    /**
     * No format. As an option: detect the format. From a getter: the format is missing, or its
     * name is unknown.
     */
    DISKPROBE_FORMAT_UNKNOWN = 0,
    /** Raw bytes of the guest's disk, without a header. */
    DISKPROBE_FORMAT_RAW = 1,
    /** A directory. Never detected. */
    DISKPROBE_FORMAT_DIR = 2,
    /** Bochs "growing" image. */
    DISKPROBE_FORMAT_BOCHS = 3,
    /** Compressed loop image, version 2.0. */
    DISKPROBE_FORMAT_CLOOP = 4,
    /** User Mode Linux copy-on-write image. Never detected. */
    DISKPROBE_FORMAT_COW = 5,
    /** Apple universal disk image (UDIF). Detected only if the file name ends in ".dmg". */
    DISKPROBE_FORMAT_DMG = 6,
    /** Linux Unified Key Setup (LUKS): version 1, and version 2 if it is requested. */
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
typedef enum diskprobe_encryption DISKPROBE_ENUM_TYPE {
    /** The header does not declare encryption. */
    DISKPROBE_ENCRYPTION_NONE = 0,
    /** The AES encryption of qcow and qcow2, which is a legacy feature in QEMU. */
    DISKPROBE_ENCRYPTION_AES = 1,
    /** LUKS, version 1. */
    DISKPROBE_ENCRYPTION_LUKS = 2,
    /** LUKS, version 2. */
    DISKPROBE_ENCRYPTION_LUKS2 = 3,
    /** VMware encryption, with encrypted keys in the VMDK descriptor. */
    DISKPROBE_ENCRYPTION_VMDK = 4,
    /** Apple encryption of a whole UDIF image. */
    DISKPROBE_ENCRYPTION_DMG = 5,
    /** BitLocker: the whole volume is encrypted. */
    DISKPROBE_ENCRYPTION_BITLOCKER = 6,
    /** A method that this library does not know, if the options allow it. */
    DISKPROBE_ENCRYPTION_UNKNOWN_METHOD = 7,
} diskprobe_encryption;

/**
 * A feature that the image header declares.
 *
 * New values are only appended.
 */
typedef enum diskprobe_feature DISKPROBE_ENUM_TYPE {
    /** No feature. */
    DISKPROBE_FEATURE_NONE = 0,
    /** qcow2: reference counts may be out of date (compatible bit 0). */
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
    /** qcow2, qed: an unknown feature that a reader may ignore. */
    DISKPROBE_FEATURE_UNKNOWN_OPTIONAL = 7,
    /** vpc: the guest is suspended, and its state is in another file. */
    DISKPROBE_FEATURE_SAVED_STATE = 8,
    /**
     * LUKS2: the metadata has a requirement that a reader must know, or the volume is being
     * changed, or the metadata cannot be read by this library. A reader that does not know the
     * requirement does not know the content of the volume. Any format, if the options allow
     * it: an unknown version or feature that a reader must know.
     */
    DISKPROBE_FEATURE_UNKNOWN_REQUIRED = 9,
} diskprobe_feature;

/**
 * The kind of reference from an image to something outside the file.
 *
 * New values are only appended.
 */
typedef enum diskprobe_reference_kind DISKPROBE_ENUM_TYPE {
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
 * A property to consider before an image from an untrusted source is accepted.
 *
 * Whether it is acceptable depends on the caller's policy: a local overlay has a backing file,
 * but an upload should not have one.
 *
 * New values are only appended.
 */
typedef enum diskprobe_finding DISKPROBE_ENUM_TYPE {
    /** No finding: the index is out of range. */
    DISKPROBE_FINDING_NONE = 0,
    /** The image names a backing store, whose content the guest could read. */
    DISKPROBE_FINDING_BACKING_FILE = 1,
    /** The data of the image is in another file, with or without a recorded name. */
    DISKPROBE_FINDING_DATA_FILE = 2,
    /** The image names extent files, whose content the guest could read. */
    DISKPROBE_FINDING_EXTERNAL_EXTENTS = 3,
    /**
     * The image names a parent that other hypervisors follow, but QEMU does not follow or
     * find.
     */
    DISKPROBE_FINDING_PARENT = 4,
    /**
     * The bytes also contain the signature of another format. Alternatively, the image is
     * encrypted or not raw, but contains a file system or partition table when read as raw.
     */
    DISKPROBE_FINDING_AMBIGUOUS = 5,
    /** The image was not closed properly. */
    DISKPROBE_FINDING_DIRTY = 6,
    /** The image is marked as corrupt. */
    DISKPROBE_FINDING_CORRUPT = 7,
    /** The guest's data is encrypted. */
    DISKPROBE_FINDING_ENCRYPTED = 8,
    /**
     * The probe did not search every offset at which other formats have a signature, because
     * it was not thorough or the length was unknown.
     */
    DISKPROBE_FINDING_INCOMPLETE_SCAN = 9,
    /**
     * The image declares encryption, but some of its data is not encrypted: the cipher does
     * not change it, or a LUKS2 segment has no cipher.
     */
    DISKPROBE_FINDING_NULL_CIPHER = 10,
    /** The image is encrypted, but no key slot is active. */
    DISKPROBE_FINDING_NO_KEY = 11,
    /**
     * The image has two descriptions that differ, or only one of them is valid, so that
     * programs can read different facts. These are the two headers of LUKS2 (if it is
     * requested), the header and footer of a VMDK stream, the header and embedded descriptor
     * of any VMDK, and the two footers of a dynamic VHD (in a thorough probe).
     */
    DISKPROBE_FINDING_HEADERS_DIFFER = 12,
    /**
     * The image declares an unknown feature that a reader may ignore, or is a LUKS2 volume
     * with unknown requirements, or has an unknown version or feature that the options allow.
     */
    DISKPROBE_FINDING_UNKNOWN_FEATURE = 13,
    /**
     * A table, a name or guest data shares bytes with the header, so that a write by the guest
     * can change the header.
     */
    DISKPROBE_FINDING_WRITABLE_HEADER = 14,
    /**
     * vhdx: the log is in use. A hypervisor replays it when it opens the image for writing;
     * the replay can change every fact.
     */
    DISKPROBE_FINDING_LOG_IN_USE = 15,
} diskprobe_finding;

/**
 * A kind of content in a raw image. It is a hint and does not affect the format.
 *
 * An image can have several kinds: a bootable ISO image often has a partition table. Getters
 * return them in this order.
 *
 * New values are only appended.
 */
typedef enum diskprobe_content_kind DISKPROBE_ENUM_TYPE {
    /** No content: the index is out of range. */
    DISKPROBE_CONTENT_KIND_NONE = 0,
    /** An ISO 9660 file system. */
    DISKPROBE_CONTENT_KIND_ISO9660 = 1,
    /** A UDF file system. */
    DISKPROBE_CONTENT_KIND_UDF = 2,
    /** A GUID partition table. */
    DISKPROBE_CONTENT_KIND_GPT = 3,
    /** A partition table in a master boot record, except the protective MBR of a GPT. */
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
    /** Data that is compressed with gzip: the disk, if there is one, has to be unpacked first. */
    DISKPROBE_CONTENT_KIND_GZIP = 13,
    /** Data that is compressed with xz. */
    DISKPROBE_CONTENT_KIND_XZ = 14,
    /** Data that is compressed with zstd. */
    DISKPROBE_CONTENT_KIND_ZSTD = 15,
    /** Data that is compressed with bzip2. */
    DISKPROBE_CONTENT_KIND_BZIP2 = 16,
    /** Data that is compressed with lz4. */
    DISKPROBE_CONTENT_KIND_LZ4 = 17,
    /** A tar archive, such as an OVA. */
    DISKPROBE_CONTENT_KIND_TAR = 18,
    /** A ZIP archive. */
    DISKPROBE_CONTENT_KIND_ZIP = 19,
    /** An HTML page, such as the error page of a server. */
    DISKPROBE_CONTENT_KIND_HTML = 20,
    /** Another text. */
    DISKPROBE_CONTENT_KIND_TEXT = 21,
    /** A BitLocker volume. */
    DISKPROBE_CONTENT_KIND_BITLOCKER = 22,
} diskprobe_content_kind;

/**
 * A program that detects the format of a file from its bytes.
 *
 * New values are only appended.
 */
typedef enum diskprobe_tool DISKPROBE_ENUM_TYPE {
    /** No tool. */
    DISKPROBE_TOOL_NONE = 0,
    /** QEMU, without an explicit format. */
    DISKPROBE_TOOL_QEMU = 1,
    /**
     * libvirt, which detects the formats of images in storage pools and of backing files
     * without a recorded format.
     */
    DISKPROBE_TOOL_LIBVIRT = 2,
} diskprobe_tool;

/** Facts of one disk image. Immutable, and independent of the file and of all other handles. */
typedef struct diskprobe_image diskprobe_image;

/**
 * The six facts of an image.
 *
 * A later version can append members: see diskprobe_image_facts().
 */
typedef struct {
    /** The virtual size in bytes: see diskprobe_image_virtual_size(). */
    uint64_t virtual_size;
    /** The physical size in bytes: see diskprobe_image_physical_size(). */
    uint64_t physical_size;
    /** The offset of the encrypted data: see diskprobe_image_encryption_payload_offset(). */
    uint64_t encryption_payload_offset;
    /** The location of the backing store, owned by the image; NULL if it has none. */
    const char *backing_location;
    /** The length of backing_location in bytes, without the final NUL. */
    size_t backing_location_length;
    /** The format. */
    diskprobe_format format;
    /** The recorded backing format: see diskprobe_image_backing_format(). */
    diskprobe_format backing_format;
    /** How the guest's data is encrypted. */
    diskprobe_encryption encryption;
    /** Whether virtual_size is known. */
    bool has_virtual_size;
    /** Whether physical_size is known. */
    bool has_physical_size;
    /** Whether encryption_payload_offset is recorded. */
    bool has_encryption_payload_offset;
    /** Whether a backing format is recorded. */
    bool has_backing_format;
} diskprobe_facts;

/** @} */

/**
 * @defgroup diskprobe_chain Chains
 * A disk image with its backing files and data files.
 * @{
 */

/** Maximum number of images in a chain. */
#define DISKPROBE_MAX_CHAIN_IMAGES 200

/**
 * The kind of an element of a chain.
 *
 * New values are only appended.
 */
typedef enum diskprobe_element_kind DISKPROBE_ENUM_TYPE {
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
 * How the format of an element is known.
 *
 * New values are only appended.
 */
typedef enum diskprobe_format_source DISKPROBE_ENUM_TYPE {
    /** The format is unknown. */
    DISKPROBE_FORMAT_SOURCE_UNKNOWN = 0,
    /** The caller specified the format. */
    DISKPROBE_FORMAT_SOURCE_GIVEN = 1,
    /**
     * The image that names the element records the format with a name, a flag or the driver of
     * a location, or allows only one format.
     */
    DISKPROBE_FORMAT_SOURCE_RECORDED = 2,
    /** The format was detected from the bytes of the element. */
    DISKPROBE_FORMAT_SOURCE_PROBED = 3,
    /** The format is not recorded or unknown, and the caller chose to treat the element as raw. */
    DISKPROBE_FORMAT_SOURCE_ASSUMED = 4,
    /** The element is a data file, which is always raw. */
    DISKPROBE_FORMAT_SOURCE_IMPLIED = 5,
} diskprobe_format_source;

/**
 * What to do if an image does not record the format of its backing file, or if the recorded
 * name of the format is unknown.
 *
 * New values are only appended.
 */
typedef enum diskprobe_unrecorded_format DISKPROBE_ENUM_TYPE {
    /** No action. */
    DISKPROBE_UNRECORDED_FORMAT_NONE = 0,
    /** The walk fails. */
    DISKPROBE_UNRECORDED_FORMAT_REFUSE = 1,
    /**
     * Detect the format, but fail if the image names another file: a backing file, data file,
     * extent or parent. Otherwise a guest could write a header to its raw disk that names a
     * file of the host. libvirt has this rule for backing files.
     */
    DISKPROBE_UNRECORDED_FORMAT_PROBE = 2,
    /** Treat the backing file as raw, without detection. */
    DISKPROBE_UNRECORDED_FORMAT_RAW = 3,
    /**
     * As `probe`. In addition, if libvirt does not know the recorded name of the format, the
     * backing file is treated as raw, unless its bytes have the format of that name. libvirt
     * then specifies raw to QEMU.
     */
    DISKPROBE_UNRECORDED_FORMAT_LIBVIRT = 4,
} diskprobe_unrecorded_format;

/**
 * The directory from which a relative name of a qcow2 data file is resolved. QEMU opens it
 * from its own working directory; management applications join it to the directory of the
 * image, and pass QEMU the result.
 *
 * New values are only appended.
 */
typedef enum diskprobe_data_file_directory DISKPROBE_ENUM_TYPE {
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
 * Images and data files of a virtual disk, from the top down. Immutable, and independent of the
 * files and of all other handles.
 */
typedef struct diskprobe_chain diskprobe_chain;

/** Options of a chain walk. A walk keeps no reference to them. */
typedef struct diskprobe_chain_options diskprobe_chain_options;

/**
 * A request to an opener. It is owned by the library, valid until the opener returns, and usable
 * only in the thread that runs the opener.
 */
typedef struct diskprobe_open_request diskprobe_open_request;

/** @} */

/**
 * @defgroup diskprobe_location Locations
 * Parsed backing locations.
 * @{
 */

/**
 * The type of storage that a location names.
 *
 * New values are only appended.
 */
typedef enum diskprobe_storage_type DISKPROBE_ENUM_TYPE {
    /** Unknown, because the protocol or driver is unknown. */
    DISKPROBE_STORAGE_TYPE_UNKNOWN = 0,
    /** A file on this machine, or a block device that is named by a plain path. */
    DISKPROBE_STORAGE_TYPE_FILE = 1,
    /** A block device on this machine that the location declares as a block device. */
    DISKPROBE_STORAGE_TYPE_BLOCK = 2,
    /** A directory of this host. */
    DISKPROBE_STORAGE_TYPE_DIR = 3,
    /** An object on a server. */
    DISKPROBE_STORAGE_TYPE_NETWORK = 4,
    /** A namespace of an NVMe controller of this machine, accessed by the hypervisor's driver. */
    DISKPROBE_STORAGE_TYPE_NVME = 5,
} diskprobe_storage_type;

/**
 * The protocol of a server.
 *
 * New values are only appended.
 */
typedef enum diskprobe_protocol DISKPROBE_ENUM_TYPE {
    /** No protocol, or an unknown protocol. */
    DISKPROBE_PROTOCOL_NONE = 0,
    /** Network block device. */
    DISKPROBE_PROTOCOL_NBD = 1,
    /** RADOS block device (Ceph). */
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
    /** SFTP over SSH. */
    DISKPROBE_PROTOCOL_SSH = 11,
    /** Veritas HyperScale. */
    DISKPROBE_PROTOCOL_VXHS = 12,
    /** NFS, accessed without a mount. */
    DISKPROBE_PROTOCOL_NFS = 13,
} diskprobe_protocol;

/**
 * How a client reaches a host.
 *
 * New values are only appended.
 */
typedef enum diskprobe_transport DISKPROBE_ENUM_TYPE {
    /** No host: the index is out of range. */
    DISKPROBE_TRANSPORT_NONE = 0,
    /** TCP, or UDP for some protocols. */
    DISKPROBE_TRANSPORT_TCP = 1,
    /** A Unix domain socket. */
    DISKPROBE_TRANSPORT_UNIX = 2,
    /** Remote DMA. */
    DISKPROBE_TRANSPORT_RDMA = 3,
} diskprobe_transport;

/** A parsed location. Immutable, and independent of all other handles. */
typedef struct diskprobe_location diskprobe_location;

/** @} */

/**
 * @defgroup diskprobe_policy Policies
 * Rules for accepting an image.
 * @{
 */

/**
 * The rule of a policy that an image violates.
 *
 * New values are only appended.
 */
typedef enum diskprobe_violation_kind DISKPROBE_ENUM_TYPE {
    /** No violation: the index is out of range. */
    DISKPROBE_VIOLATION_KIND_NONE = 0,
    /** The image has a finding that the policy denies. */
    DISKPROBE_VIOLATION_KIND_FINDING = 1,
    /** The policy does not allow the format of the image. */
    DISKPROBE_VIOLATION_KIND_FORMAT = 2,
    /** The virtual size is unknown or exceeds the maximum of the policy. */
    DISKPROBE_VIOLATION_KIND_VIRTUAL_SIZE = 3,
    /** The backing file is not under a directory that the policy allows. */
    DISKPROBE_VIOLATION_KIND_BACKING_DIRECTORY = 4,
    /**
     * The format of the backing file is not recorded or its name is unknown, so that a reader
     * would detect it from bytes that a guest may have written.
     */
    DISKPROBE_VIOLATION_KIND_BACKING_FORMAT = 5,
} diskprobe_violation_kind;

/** Rules for accepting images. An evaluation keeps no reference to them. */
typedef struct diskprobe_policy diskprobe_policy;

/**
 * The facts that a policy accepted, and the policy. Immutable, and independent of
 * the policy and the image.
 */
typedef struct diskprobe_receipt diskprobe_receipt;

/** The result of evaluating an image. Immutable, and independent of the policy and the image. */
typedef struct diskprobe_verdict diskprobe_verdict;

/** @} */

/**
 * @defgroup diskprobe_scan Scans
 * Probes of all images in directories.
 * @{
 */

/** Maximum number of jobs of a scan. */
#define DISKPROBE_MAX_SCAN_JOBS 256

/** Maximum depth of directories in a scan, including the given directory. */
#define DISKPROBE_MAX_SCAN_DEPTH 64

/** Options of a scan. A scan keeps no reference to them. */
typedef struct diskprobe_scan_options diskprobe_scan_options;

/** @} */

/**
 * @defgroup diskprobe_prober Probers
 * Probes for programs with their own I/O.
 * @{
 */

/**
 * A probe without I/O of its own: it returns the range to read, and the caller feeds the bytes.
 * Only one thread may use it at a time.
 */
typedef struct diskprobe_prober diskprobe_prober;

/** @} */

/**
 * @defgroup diskprobe_errors Errors
 * The reason why a call failed.
 * @{
 */

/**
 * The kind of a failure, for programs to act on.
 *
 * New values are only appended.
 */
typedef enum diskprobe_status DISKPROBE_ENUM_TYPE {
    /** Success. */
    DISKPROBE_STATUS_OK = 0,
    /** An argument has an invalid value, such as a missing handle. */
    DISKPROBE_STATUS_INVALID_ARGUMENT = 1,
    /** The file does not exist. */
    DISKPROBE_STATUS_NOT_FOUND = 2,
    /** The process has no permission to open or read the file. */
    DISKPROBE_STATUS_PERMISSION_DENIED = 3,
    /** A system call or a callback of the caller failed. */
    DISKPROBE_STATUS_IO = 4,
    /**
     * The file is of a type that cannot hold an image: a FIFO, socket or character device, or
     * a directory unless the format `dir` was requested.
     */
    DISKPROBE_STATUS_UNSUPPORTED_FILE = 5,
    /**
     * The file became shorter or was replaced during the probe, or an image differs from its
     * receipt.
     */
    DISKPROBE_STATUS_CHANGED = 6,
    /** The image does not have the requested format. */
    DISKPROBE_STATUS_WRONG_FORMAT = 7,
    /** The format is certain, but a field has an invalid value. */
    DISKPROBE_STATUS_INVALID_IMAGE = 8,
    /** The format is certain, but the file ends before the end of a structure. */
    DISKPROBE_STATUS_TRUNCATED = 9,
    /** The format is certain, but its version or a required feature is not supported. */
    DISKPROBE_STATUS_UNSUPPORTED_FEATURE = 10,
    /** The format is known by name, but this library does not read it. */
    DISKPROBE_STATUS_UNSUPPORTED_FORMAT = 11,
    /** A limit on reads, bytes, images or directories was exceeded. */
    DISKPROBE_STATUS_LIMIT_EXCEEDED = 12,
    /** The probe needs bytes that the caller did not pass. The error states their range. */
    DISKPROBE_STATUS_NEED_MORE_DATA = 13,
    /** The call is not valid in the current state of the handle. */
    DISKPROBE_STATUS_WRONG_STATE = 14,
    /** A bug in this library. No data was changed. Please report it. */
    DISKPROBE_STATUS_INTERNAL = 15,
    /** A location is malformed, or different programs interpret it differently. */
    DISKPROBE_STATUS_INVALID_LOCATION = 16,
    /**
     * An image of a chain does not record the format of its backing file, and the options do
     * not allow detecting or assuming it.
     */
    DISKPROBE_STATUS_FORMAT_NOT_RECORDED = 17,
    /** An image of a chain names a file that the chain already contains. */
    DISKPROBE_STATUS_LOOP = 18,
    /**
     * A path leads out of the directory that must contain all files, or to a file system other
     * than the scanned one.
     */
    DISKPROBE_STATUS_OUTSIDE_ROOT = 19,
    /** A policy rejects the image. The message lists the violations. */
    DISKPROBE_STATUS_REJECTED = 20,
    /** The detected format is not one that the caller allows detection to return. */
    DISKPROBE_STATUS_FORMAT_NOT_ALLOWED = 21,
    /**
     * Another process holds a lease on the file; the lease must be released before the file
     * can be opened.
     */
    DISKPROBE_STATUS_BUSY = 22,
} diskprobe_status;

/** The reason why a call failed. Immutable. */
typedef struct diskprobe_error diskprobe_error;

/** @} */

/**
 * @defgroup diskprobe_version Version
 * The versions of this header and of the loaded library.
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
 * Reads bytes for a probe, like pread(2).
 *
 * @param opaque  the pointer that was registered with the callback
 * @param buffer  receives the bytes
 * @param size    the number of bytes to read
 * @param offset  the offset of the first byte from the start of the object, in bytes
 * @param error   never NULL; points to NULL. On failure the callback may store an error from
 *                diskprobe_error_new() in it. The status and message of this error then replace
 *                those of the errno. The library frees the error, and ignores it on success.
 * @return the number of bytes stored in buffer; 0 if the object ends at or before offset; a
 *         negative errno on failure. After a short read, the library requests the remaining bytes.
 *         After -EINTR without an error, it repeats the call.
 */
typedef int64_t (*diskprobe_read_callback)(void *opaque,
                                           void *buffer,
                                           size_t size,
                                           uint64_t offset,
                                           diskprobe_error **error);

/**
 * Probes the image in a file.
 *
 * Never blocks: the path is checked with stat(2) before it is opened, and FIFOs, sockets and
 * character devices are rejected. Has no side effects, except that reading can update the access
 * time. The opened file is compared with the result of that check. Symbolic links are followed.
 * Nothing is locked or written, so the image may be in use. Files that the image names are not
 * opened. The file is opened with O_CLOEXEC.
 *
 * The call opens and closes a descriptor of the file. As with every close(2), this releases the
 * record locks (fcntl(2), F_SETLK) that the process holds on the file. Use diskprobe_probe_fd() to
 * keep them.
 *
 * @param path     NUL-terminated, in any encoding
 * @param options  options of the probe, or NULL for the defaults
 * @param image    receives the image; free with diskprobe_image_free()
 * @param error    receives an error on failure; free with diskprobe_error_free(); may be NULL
 * @return DISKPROBE_STATUS_OK;
 *         DISKPROBE_STATUS_NOT_FOUND, DISKPROBE_STATUS_PERMISSION_DENIED or DISKPROBE_STATUS_IO if
 *         the file cannot be opened or read;
 *         DISKPROBE_STATUS_BUSY if another process holds a lease on it (fcntl(2), F_SETLEASE):
 *         repeat the call later, or see diskprobe_options_set_wait_for_lease();
 *         DISKPROBE_STATUS_UNSUPPORTED_FILE if it is not a regular file or block device (with
 *         DISKPROBE_FORMAT_DIR: not a directory);
 *         DISKPROBE_STATUS_CHANGED if it becomes shorter or is replaced during the call;
 *         DISKPROBE_STATUS_WRONG_FORMAT if it does not have the requested format;
 *         DISKPROBE_STATUS_FORMAT_NOT_ALLOWED if the detected format is not one of
 *         diskprobe_options_set_detectable();
 *         DISKPROBE_STATUS_INVALID_IMAGE, DISKPROBE_STATUS_TRUNCATED,
 *         DISKPROBE_STATUS_UNSUPPORTED_FEATURE or DISKPROBE_STATUS_UNSUPPORTED_FORMAT if the
 *         format is certain, but the header is rejected;
 *         DISKPROBE_STATUS_LIMIT_EXCEEDED if a limit on reads or bytes is exceeded;
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
 * Reads with pread(2), so the file offset does not change. Nothing is locked or written. The
 * descriptor stays open. It can refer to a regular file or a block device, or to a directory if
 * DISKPROBE_FORMAT_DIR is requested.
 *
 * @param fd       a descriptor that is open for reading; owned by the caller
 * @param options  options of the probe, or NULL for the defaults
 * @param image    receives the image; free with diskprobe_image_free()
 * @param error    receives an error on failure; free with diskprobe_error_free(); may be NULL
 * @return as diskprobe_probe_path(); DISKPROBE_STATUS_INVALID_ARGUMENT if fd is negative;
 *         DISKPROBE_STATUS_IO with errno EBADF if bytes are needed and fd is not open for reading
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_probe_fd(int fd,
                                    const diskprobe_options *options,
                                    diskprobe_image **image,
                                    diskprobe_error **error);

/**
 * Probes an image whose first bytes are in memory.
 *
 * The library does not copy or keep the bytes, which must not change during the call. The first
 * 4096 bytes suffice for most images, but not for VHDX or a thorough probe; diskprobe_prober_new()
 * requests exactly the ranges that it needs. The physical size is length, and the allocated size
 * is unknown. If length is DISKPROBE_LENGTH_UNKNOWN, structures after the end of data are assumed
 * to exist.
 *
 * @param data     the bytes from offset 0; NULL only if size is 0
 * @param size     the number of bytes in data
 * @param length   length of the whole object in bytes, at least size; or DISKPROBE_LENGTH_UNKNOWN
 * @param options  options of the probe, or NULL for the defaults
 * @param image    receives the image; free with diskprobe_image_free()
 * @param error    receives an error on failure; free with diskprobe_error_free(); may be NULL
 * @return as diskprobe_probe_path(), except for failures to open or read;
 *         DISKPROBE_STATUS_NEED_MORE_DATA if the probe needs bytes after the end of data:
 *         diskprobe_error_needed() returns which; DISKPROBE_STATUS_INVALID_ARGUMENT if size
 *         exceeds length, or is larger than any object in memory can be
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
 * Probes an image through a read callback, for remote storage or another library.
 *
 * The callback runs in the calling thread, and only during this call. The allocated size is
 * unknown. If the length is unknown but must be checked, the probe reads the last byte that must
 * exist.
 *
 * @param read     reads bytes of the object
 * @param opaque   passed to read; may be NULL
 * @param length   length of the object in bytes, or DISKPROBE_LENGTH_UNKNOWN
 * @param options  options of the probe, or NULL for the defaults
 * @param image    receives the image; free with diskprobe_image_free()
 * @param error    receives an error on failure; free with diskprobe_error_free(); may be NULL
 * @return as diskprobe_probe_path(), but read failures have the errno or error of read;
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
 * Frees options.
 *
 * @param options  the options, or NULL
 * @since 0.1
 */
void diskprobe_options_free(diskprobe_options *options);

/**
 * Creates options with the default values: detect the format, and apply the limits of the library.
 *
 * @return the options, free with diskprobe_options_free(); NULL only on an internal error
 * @since 0.1
 */
DISKPROBE_MUST_USE
DISKPROBE_FREED_BY(diskprobe_options_free)
diskprobe_options *diskprobe_options_new(void);

/**
 * Sets the format of the image.
 *
 * Only the parser of this format runs. If the bytes have another format, the probe fails with
 * DISKPROBE_STATUS_WRONG_FORMAT. For DISKPROBE_FORMAT_RAW no content is read.
 *
 * Detection returns only formats that QEMU detects. The following must be requested: a fixed VHD
 * (DISKPROBE_FORMAT_VPC), LUKS2 (DISKPROBE_FORMAT_LUKS), DISKPROBE_FORMAT_DMG,
 * DISKPROBE_FORMAT_COW and DISKPROBE_FORMAT_DIR.
 *
 * @param options  the options
 * @param format   the format, or DISKPROBE_FORMAT_UNKNOWN to detect it (the default)
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL or format is
 *         not a value of diskprobe_format
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_options_set_format(diskprobe_options *options,
                                              diskprobe_format format);

/**
 * Sets the formats that detection may return.
 *
 * If the bytes have the signature of a format that is not in the set, the probe fails with
 * DISKPROBE_STATUS_FORMAT_NOT_ALLOWED, even if they also match an allowed format; they are never
 * treated as raw instead. In a chain, the set applies to each image whose format is detected. The
 * set does not restrict a requested format.
 *
 * DISKPROBE_FORMAT_BIT(DISKPROBE_FORMAT_VMDK) does not include VMDK descriptors: add
 * DISKPROBE_FORMATS_VMDK_DESCRIPTOR if an image may name its extent files.
 *
 * @param options  the options
 * @param formats  DISKPROBE_FORMATS_LIBVIRT, DISKPROBE_FORMATS_COPY, or values of
 *                 DISKPROBE_FORMAT_BIT() combined with |; all formats are the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL or formats has
 *         a bit that is none of these
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_options_set_detectable(diskprobe_options *options,
                                                  uint64_t formats);

/**
 * Sets the file name of the image, which detection uses for DISKPROBE_FORMAT_DMG, as QEMU does.
 *
 * If the name ends in ".dmg" (lower case, after at least one character) and the first sector has
 * no signature that takes precedence in QEMU, the probe also reads the end of the file. A UDIF
 * trailer at the end makes the format DISKPROBE_FORMAT_DMG. Without a trailer the name has no
 * effect, whereas QEMU rejects the file. diskprobe_probe_path() does not use its path as the file
 * name.
 *
 * @param options  the options
 * @param name     NUL-terminated, not kept; or NULL for no name (the default)
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_options_set_file_name(diskprobe_options *options,
                                                 const char *name);

/**
 * Lowers the maximum number of reads of a probe.
 *
 * A probe that needs more reads fails with DISKPROBE_STATUS_LIMIT_EXCEEDED.
 *
 * @param options  the options
 * @param reads    at most DISKPROBE_MAX_READS, the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL or reads
 *         exceeds the maximum
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_options_set_max_reads(diskprobe_options *options,
                                                 uint32_t reads);

/**
 * Lowers the maximum number of bytes that a probe reads.
 *
 * A probe that needs more bytes fails with DISKPROBE_STATUS_LIMIT_EXCEEDED.
 *
 * @param options  the options
 * @param bytes    at most DISKPROBE_MAX_BYTES, the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL or bytes
 *         exceeds the maximum
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_options_set_max_bytes(diskprobe_options *options,
                                                 uint64_t bytes);

/**
 * Sets whether detection also searches for formats that do not start at offset 0.
 *
 * By default a probe reads only what the facts require, usually one read of 1.5 KiB. A thorough
 * probe makes two more reads: 32 KiB at offset 32 KiB (ISO 9660, UDF) and the last 4096 bytes (the
 * footer of a fixed VHD, the trailer of a UDIF image). Only a thorough probe returns the values of
 * diskprobe_image_content() and diskprobe_image_detected_as(), and all values of
 * diskprobe_image_also_match(). Use it for images from untrusted sources; without it, an image has
 * DISKPROBE_FINDING_INCOMPLETE_SCAN.
 *
 * @param options   the options
 * @param thorough  true for a thorough probe; false is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_options_set_thorough(diskprobe_options *options,
                                                bool thorough);

/**
 * Sets whether a probe of an image with an unknown version or feature still returns the facts that
 * are certain.
 *
 * By default, such a probe fails with DISKPROBE_STATUS_UNSUPPORTED_FEATURE. Use this option if
 * another program decides whether the image is accepted, and the facts are needed only for
 * display. The image has DISKPROBE_FEATURE_UNKNOWN_REQUIRED and DISKPROBE_FINDING_UNKNOWN_FEATURE,
 * which policies deny by default. If feature bits are unknown, the header fields keep their usual
 * meaning; the detail "unknown-features" contains the bits. If the version is unknown, only the
 * format is certain. The image may contain names that are not reported, so a chain with such an
 * image is never complete.
 *
 * @param options  the options
 * @param allow    true to return facts; false is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_options_set_allow_unknown_features(diskprobe_options *options,
                                                              bool allow);

/**
 * Sets whether opening a file waits until another process releases its lease (fcntl(2),
 * F_SETLEASE).
 *
 * By default, opening never blocks, and a probe of a file with such a lease fails with
 * DISKPROBE_STATUS_BUSY. With this option, the library waits if the file is a regular file; the
 * kernel bounds the wait, by default to 45 seconds (/proc/sys/fs/lease-break-time). Opening a FIFO
 * or a device never blocks. The option applies to diskprobe_probe_path() and to the files that the
 * library opens for a chain, and requires Linux with /proc. Scans do not wait.
 *
 * @param options  the options
 * @param wait     true to wait; false is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_options_set_wait_for_lease(diskprobe_options *options,
                                                      bool wait);

/**
 * Sets whether a probe with a requested format also searches for signatures of other formats.
 *
 * By default such a probe runs only the parser of that format, and reads no content for
 * DISKPROBE_FORMAT_RAW. With this option it reads the same offsets as a thorough probe, and
 * diskprobe_image_also_match() and diskprobe_image_content() return what detection would find. The
 * other facts remain those of the requested format. Use this option if the format comes from an
 * untrusted source. It has no effect without a requested format.
 *
 * @param options       the options
 * @param also_matches  true to search; false is the default
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
 * Frees an image and every string that it owns.
 *
 * @param image  the image, or NULL
 * @since 0.1
 */
void diskprobe_image_free(diskprobe_image *image);

/**
 * Creates a copy of an image. The copy outlives the chain or the callback that owns the image.
 *
 * @param image  the image, or NULL
 * @return the copy, free with diskprobe_image_free(); NULL if image is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
DISKPROBE_FREED_BY(diskprobe_image_free)
diskprobe_image *diskprobe_image_copy(const diskprobe_image *image);

/**
 * Returns the format: the requested one, or the one whose QEMU driver reads these bytes.
 *
 * @param image  the image, or NULL
 * @return the format; DISKPROBE_FORMAT_UNKNOWN only if image is NULL
 * @since 0.1
 */
diskprobe_format diskprobe_image_format(const diskprobe_image *image);

/**
 * Returns the variant of the format, such as "monolithicSparse", "dynamic" or "differencing".
 *
 * It is the createType of a VMDK, or the disk type of a VDI, VHD or VHDX.
 *
 * @param image  the image, or NULL
 * @return a static string; NULL if the format has no variants or the recorded variant is unknown
 * @since 0.1
 */
const char *diskprobe_image_subformat(const diskprobe_image *image);

/**
 * Returns the virtual size, which the guest sees, rounded as in QEMU.
 *
 * @param image  the image, or NULL
 * @param size   receives the size in bytes; may be NULL
 * @return true if it is known; false for a directory, for a LUKS header without its payload, and
 *         for raw and LUKS images of unknown length
 * @since 0.1
 */
bool diskprobe_image_virtual_size(const diskprobe_image *image,
                                  uint64_t *size);

/**
 * Returns the physical size: the length of the file, or the size of the block device.
 *
 * @param image  the image, or NULL
 * @param size   receives the size in bytes; may be NULL
 * @return true if it is known
 * @since 0.1
 */
bool diskprobe_image_physical_size(const diskprobe_image *image, uint64_t *size);

/**
 * Returns the allocated size: the space that the file uses on its file system (st_blocks * 512).
 *
 * @param image  the image, or NULL
 * @param size   receives the size in bytes; may be NULL
 * @return true if it is known, that is, if the library had the path or descriptor of the file
 * @since 0.1
 */
bool diskprobe_image_allocated_size(const diskprobe_image *image,
                                    uint64_t *size);

/**
 * Returns the size of the allocation unit: cluster, grain or block.
 *
 * @param image  the image, or NULL
 * @param size   receives the size in bytes; may be NULL
 * @return true if it is known; false if the format has no allocation unit, and for a VMDK whose
 *         data is in extent files
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
 * Returns the short, stable name of an encryption method, such as "luks".
 *
 * @param encryption  any number
 * @return a static string; "none" for DISKPROBE_ENCRYPTION_NONE, "unknown" for a number that is
 *         not an encryption method
 * @since 0.1
 */
const char *diskprobe_encryption_to_string(diskprobe_encryption encryption);

/**
 * Returns how the guest's data is encrypted.
 *
 * @param image  the image, or NULL
 * @return the encryption; DISKPROBE_ENCRYPTION_NONE if the header does not declare any
 * @since 0.1
 */
diskprobe_encryption diskprobe_image_encryption(const diskprobe_image *image);

/**
 * Returns the offset of the encrypted data, relative to the start of the LUKS header or the
 * encrypted dmg.
 *
 * @param image   the image, or NULL
 * @param offset  receives the offset in bytes; may be NULL. If the header is detached, the offset
 *                is recorded as 0.
 * @return true if it is recorded
 * @since 0.1
 */
bool diskprobe_image_encryption_payload_offset(const diskprobe_image *image,
                                               uint64_t *offset);

/**
 * Returns the short, stable name of a feature, such as "lazy-refcounts".
 *
 * @param feature  any number
 * @return a static string; "unknown" for a number that is not a feature
 * @since 0.1
 */
const char *diskprobe_feature_to_string(diskprobe_feature feature);

/**
 * Checks whether the header declares a feature.
 *
 * @param image    the image, or NULL
 * @param feature  the feature
 * @return true if it does; false if not, or if the number is not a feature
 * @since 0.1
 */
bool diskprobe_image_has_feature(const diskprobe_image *image, diskprobe_feature feature);

/**
 * Returns the number of details: facts for display that have no getter of their own.
 *
 * @param image  the image, or NULL
 * @return the number
 * @since 0.1
 */
size_t diskprobe_image_detail_count(const diskprobe_image *image);

/**
 * Returns the name and the value of a detail.
 *
 * The name is a key in the output of `diskprobe info --output=json`, such as "creator", "comment",
 * "snapshot-count", "geometry.heads" or "encryption.cipher". A name can occur several times, and
 * any version can add names. Numbers are decimal, and Booleans are "yes" or "no". Text consists of
 * the bytes that the image records: escape it before you display it.
 *
 * @param image   the image, or NULL
 * @param index   below diskprobe_image_detail_count()
 * @param name    receives a static string; may be NULL
 * @param value   receives the value, NUL-terminated and owned by the image; may be NULL
 * @param length  receives the length of the value in bytes, without the final NUL; may be NULL
 * @return true if index is in range
 * @since 0.1
 */
bool diskprobe_image_detail(const diskprobe_image *image,
                            size_t index,
                            const char **name,
                            const char **value,
                            size_t *length);

/**
 * Returns the six facts in a structure.
 *
 * Pass sizeof(diskprobe_facts) as size. If the library is older than the header and knows fewer
 * members, the others become 0, NULL or false.
 *
 * @param image  the image, or NULL
 * @param facts  receives the facts, all 0, NULL or false if image is NULL; may be NULL
 * @param size   the size of the structure in bytes
 * @return true if image is not NULL
 * @since 0.1
 */
bool diskprobe_image_facts(const diskprobe_image *image,
                           diskprobe_facts *facts,
                           size_t size);

/**
 * Returns all facts as a JSON object on one line, with the keys of
 * `diskprobe info --output=json`. It has no line break at its end.
 *
 * @param image      the image
 * @param file_name  the file name of the image, which is included in the JSON object. Relative
 *                   locations in the image are relative to the directory of this file. Nothing is
 *                   opened.
 * @param json       receives the object as UTF-8; free with diskprobe_string_free()
 * @param length     receives the length of json in bytes, without the final NUL; may be NULL
 * @param error      receives an error on failure; free with diskprobe_error_free(); may be NULL
 * @return DISKPROBE_STATUS_OK;
 *         DISKPROBE_STATUS_INVALID_ARGUMENT if image, file_name or json is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_image_to_json(const diskprobe_image *image,
                                         const char *file_name,
                                         char **json,
                                         size_t *length,
                                         diskprobe_error **error);

/**
 * Returns the location of the backing store: the exact bytes that the image records.
 *
 * The location is a path, or uses another QEMU syntax such as "nbd://host/export" or "json:{...}".
 * It is not interpreted, and nothing is opened. The author of the image chose these bytes: escape
 * them before you display them, and do not open the location with permissions that the author does
 * not have.
 *
 * @param image   the image, or NULL
 * @param length  receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, in any encoding, owned by the image; NULL if it has none
 * @since 0.1
 */
const char *diskprobe_image_backing_location(const diskprobe_image *image,
                                             size_t *length);

/**
 * Returns the format that the image records for its backing store. It is never detected.
 *
 * @param image   the image, or NULL
 * @param format  receives the format, or DISKPROBE_FORMAT_UNKNOWN if none is recorded or the
 *                recorded name is unknown: see diskprobe_image_backing_format_name(). May be NULL.
 * @return true if a format is recorded
 * @since 0.1
 */
bool diskprobe_image_backing_format(const diskprobe_image *image,
                                    diskprobe_format *format);

/**
 * Returns the name of the backing format, as the image records it.
 *
 * @param image   the image, or NULL
 * @param length  receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, owned by the image; NULL if no format is recorded, or if a flag or the
 *         format of the image implies it
 * @since 0.1
 */
const char *diskprobe_image_backing_format_name(const diskprobe_image *image,
                                                size_t *length);

/**
 * Checks whether QEMU treats the backing store as raw.
 *
 * It does so if the recorded backing format is raw or the name of a protocol driver, such as
 * "file" or "nbd".
 *
 * @param image  the image, or NULL
 * @return true if it does; false if not, or if no format is recorded
 * @since 0.1
 */
bool diskprobe_image_backing_is_raw(const diskprobe_image *image);

/**
 * Returns the modification time that the backing file had when a qcow or cow image was created.
 *
 * If the backing file now has another modification time, it no longer matches the image.
 *
 * @param image  the image, or NULL
 * @param time   receives the time in seconds since 1970-01-01 00:00 UTC; may be NULL
 * @return true if it is recorded
 * @since 0.1
 */
bool diskprobe_image_backing_mtime(const diskprobe_image *image,
                                   uint64_t *time);

/**
 * Checks whether the guest's data is in another file (qcow2 external data file).
 *
 * @param image  the image, or NULL
 * @return true if it is, even if the image does not name the file
 * @since 0.1
 */
bool diskprobe_image_has_data_file(const diskprobe_image *image);

/**
 * Returns the location of the data file: the exact bytes that the image records. Nothing is
 * opened.
 *
 * @param image   the image, or NULL
 * @param length  receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, in any encoding, owned by the image; NULL if none is named
 * @since 0.1
 */
const char *diskprobe_image_data_file_location(const diskprobe_image *image,
                                               size_t *length);

/**
 * Checks whether the data file alone is a valid raw image.
 *
 * @param image  the image, or NULL
 * @return true if the image declares it
 * @since 0.1
 */
bool diskprobe_image_data_file_is_raw(const diskprobe_image *image);

/**
 * Checks whether the image has a parent that other hypervisors follow, but QEMU does not.
 *
 * Such images are differencing VHD and VHDX images, and VDI images with parent identifiers.
 *
 * @param image  the image, or NULL
 * @return true if it has one
 * @since 0.1
 */
bool diskprobe_image_has_parent(const diskprobe_image *image);

/**
 * Returns the UUID that the parent must have.
 *
 * @param image  the image, or NULL
 * @param uuid   receives 16 bytes in the order of RFC 9562, all zero if not recorded; may be NULL
 * @return true if it is recorded
 * @since 0.1
 */
bool diskprobe_image_parent_uuid(const diskprobe_image *image,
                                 uint8_t *uuid);

/**
 * Returns the alternative UUID that the parent of a VHDX image may have.
 *
 * @param image  the image, or NULL
 * @param uuid   receives 16 bytes in the order of RFC 9562, all zero if not recorded; may be NULL
 * @return true if it is recorded
 * @since 0.1
 */
bool diskprobe_image_parent_alternative_uuid(const diskprobe_image *image,
                                             uint8_t *uuid);

/**
 * Returns the recorded location of the parent. Nothing is opened.
 *
 * If the image records several locations, this is the one that hypervisors try first;
 * diskprobe_image_reference() returns all of them. UTF-16 is converted to UTF-8; other locations
 * are the exact bytes.
 *
 * @param image   the image, or NULL
 * @param length  receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, owned by the image; NULL if none is recorded
 * @since 0.1
 */
const char *diskprobe_image_parent_location(const diskprobe_image *image,
                                            size_t *length);

/**
 * Returns the content identifier (CID) that the parent of a VMDK image must have.
 *
 * @param image  the image, or NULL
 * @param cid    receives the identifier (0xffffffff: the image has no parent); may be NULL
 * @return true if it is recorded
 * @since 0.1
 */
bool diskprobe_image_parent_cid(const diskprobe_image *image,
                                uint32_t *cid);

/**
 * Returns the content identifier (CID) of a VMDK image, which changes with the content.
 *
 * @param image  the image, or NULL
 * @param cid    receives the identifier; may be NULL
 * @return true if it is recorded
 * @since 0.1
 */
bool diskprobe_image_cid(const diskprobe_image *image, uint32_t *cid);

/**
 * Returns the UUID by which other images refer to this one; for VHDX, the data write GUID.
 *
 * @param image  the image, or NULL
 * @param uuid   receives 16 bytes in the order of RFC 9562, all zero if not recorded; may be NULL
 * @return true if it is recorded
 * @since 0.1
 */
bool diskprobe_image_uuid(const diskprobe_image *image,
                          uint8_t *uuid);

/**
 * Returns the short, stable name of a kind of reference, such as "data-file".
 *
 * @param kind  any number
 * @return a static string; "unknown" for a number that is not a kind of reference
 * @since 0.1
 */
const char *diskprobe_reference_kind_to_string(diskprobe_reference_kind kind);

/**
 * Returns the number of references: names of anything outside the file.
 *
 * An image can also depend on a file that it does not name: see diskprobe_image_has_data_file()
 * and diskprobe_image_has_parent().
 *
 * @param image  the image, or NULL
 * @return the number of named backing stores, data files, extents and parents
 * @since 0.1
 */
size_t diskprobe_image_reference_count(const diskprobe_image *image);

/**
 * Returns the kind of a reference, and the range of bytes in the file that hold its name.
 *
 * @param image   the image, or NULL
 * @param index   below diskprobe_image_reference_count()
 * @param offset  receives the offset of the name in the file, in bytes; may be NULL
 * @param length  receives the size of the name in the file, in bytes; may be NULL
 * @return the kind; DISKPROBE_REFERENCE_KIND_NONE if index is out of range
 * @since 0.1
 */
diskprobe_reference_kind diskprobe_image_reference(const diskprobe_image *image,
                                                   size_t index,
                                                   uint64_t *offset,
                                                   uint64_t *length);

/**
 * Returns the location that a reference names.
 *
 * UTF-16 is converted to UTF-8; other locations are the exact bytes.
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
 * Returns the number of extent files that a VMDK descriptor names. None of them is opened.
 *
 * @param image  the image, or NULL
 * @return the number; 0 for other formats
 * @since 0.1
 */
size_t diskprobe_image_extent_count(const diskprobe_image *image);

/**
 * Returns the location of an extent file: the exact bytes in the descriptor.
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
 * @param size   receives the size in bytes; may be NULL
 * @return true if index is in range
 * @since 0.1
 */
bool diskprobe_image_extent_size(const diskprobe_image *image,
                                 size_t index,
                                 uint64_t *size);

/**
 * Returns the offset of the extent's data in its file.
 *
 * @param image   the image, or NULL
 * @param index   below diskprobe_image_extent_count()
 * @param offset  receives the offset in bytes; may be NULL
 * @return true if the offset is recorded, as for FLAT extents; for VMFS extents the offset is 0
 * @since 0.1
 */
bool diskprobe_image_extent_file_offset(const diskprobe_image *image,
                                        size_t index,
                                        uint64_t *offset);

/**
 * Returns the short, stable name of a finding, such as "backing-file".
 *
 * @param finding  any number
 * @return a static string; "unknown" for a number that is not a finding
 * @since 0.1
 */
const char *diskprobe_finding_to_string(diskprobe_finding finding);

/**
 * Parses the name of a finding.
 *
 * @param name     NUL-terminated, compared exactly
 * @param finding  receives the finding, or DISKPROBE_FINDING_NONE; may be NULL
 * @return true if name is the name of a finding
 * @since 0.1
 */
bool diskprobe_finding_from_string(const char *name, diskprobe_finding *finding);

/**
 * Checks whether the image has a finding.
 *
 * Whether a finding is acceptable depends on the caller's policy: see diskprobe_policy_evaluate().
 * Findings are complete only after a thorough probe: see diskprobe_options_set_thorough() and
 * DISKPROBE_FINDING_INCOMPLETE_SCAN.
 *
 * @param image    the image, or NULL
 * @param finding  the finding
 * @return true if it does; false if not, or if the number is not a finding
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
 * Returns a finding of the image. Findings are sorted by number.
 *
 * @param image  the image, or NULL
 * @param index  below diskprobe_image_finding_count()
 * @return the finding; DISKPROBE_FINDING_NONE if index is out of range
 * @since 0.1
 */
diskprobe_finding diskprobe_image_finding(const diskprobe_image *image, size_t index);

/**
 * Returns the number of other formats whose signature the bytes contain.
 *
 * They do not affect diskprobe_image_format(). If a format was requested, the probe searches for
 * them only with diskprobe_options_set_also_matches(). Only a thorough probe finds signatures at
 * the end of the file (fixed VHD, UDIF).
 *
 * @param image  the image, or NULL
 * @return the number: 0 for most images
 * @since 0.1
 */
size_t diskprobe_image_also_match_count(const diskprobe_image *image);

/**
 * Returns another format whose signature the bytes contain.
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
 * @return a static string; "unknown" for a number that is not a kind of content
 * @since 0.1
 */
const char *diskprobe_content_kind_to_string(diskprobe_content_kind kind);

/**
 * Returns the number of kinds of content that the bytes hold when read as raw.
 *
 * Content is a hint and does not affect the format. The probe searches for content if it is
 * thorough and detects the format, or with diskprobe_options_set_also_matches().
 *
 * @param image  the image, or NULL
 * @return the number; it can exceed 1, for example for a bootable ISO image with a partition table
 * @since 0.1
 */
size_t diskprobe_image_content_count(const diskprobe_image *image);

/**
 * Returns a kind of content that the bytes hold when read as raw.
 *
 * @param image  the image, or NULL
 * @param index  below diskprobe_image_content_count()
 * @return the kind; DISKPROBE_CONTENT_KIND_NONE if index is out of range
 * @since 0.1
 */
diskprobe_content_kind diskprobe_image_content(const diskprobe_image *image,
                                               size_t index);

/**
 * Returns the short, stable name of a tool, such as "libvirt".
 *
 * @param tool  any number
 * @return a static string; "unknown" for a number that is not a tool
 * @since 0.1
 */
const char *diskprobe_tool_to_string(diskprobe_tool tool);

/**
 * Returns what another tool detects, if that differs from diskprobe_image_format().
 *
 * The name is the tool's own: in libvirt, "iso" for an ISO image and "vhd" for VHDX. It is known
 * only after a thorough probe, and not if raw was requested, because no content is read then.
 *
 * @param image  the image, or NULL
 * @param tool   the tool
 * @return a static string; NULL if the tool agrees, or if its result is unknown
 * @since 0.1
 */
const char *diskprobe_image_detected_as(const diskprobe_image *image,
                                        diskprobe_tool tool);

/**
 * Returns the name of a format: that of the QEMU driver, or for "cow" and "dir" that of libvirt.
 *
 * @param format  any number
 * @return a static string; "unknown" for DISKPROBE_FORMAT_UNKNOWN and for a number that is not a
 *         format
 * @since 0.1
 */
const char *diskprobe_format_to_string(diskprobe_format format);

/**
 * Parses the name of a format, as spelled in QEMU.
 *
 * Aliases and "unknown" are not accepted. Check the result: DISKPROBE_FORMAT_UNKNOWN requests
 * detection.
 *
 * @param name    NUL-terminated, compared exactly
 * @param format  receives the format, or DISKPROBE_FORMAT_UNKNOWN; may be NULL
 * @return true if name is the name of a format
 * @since 0.1
 */
bool diskprobe_format_from_string(const char *name,
                                  diskprobe_format *format);

/**
 * Returns libvirt's name for a format in the XML of a volume or disk.
 *
 * It is "ploop" for parallels, "vhd" for VHDX, and "raw" for LUKS, which libvirt treats as
 * encryption. For other formats, the name is that of diskprobe_format_to_string().
 *
 * @param format  any number
 * @return a static string; "unknown", which is not a name in libvirt, for DISKPROBE_FORMAT_UNKNOWN
 *         and for a number that is not a format
 * @since 0.1
 */
const char *diskprobe_format_to_libvirt_string(diskprobe_format format);

/**
 * Parses libvirt's name for a format.
 *
 * "iso" is DISKPROBE_FORMAT_RAW: see diskprobe_image_content(). "auto", "none" and "fat" (a
 * directory that QEMU presents as a file system) are rejected.
 *
 * @param name    NUL-terminated, compared exactly
 * @param format  receives the format, or DISKPROBE_FORMAT_UNKNOWN; may be NULL
 * @return true if name is the name of a format
 * @since 0.1
 */
bool diskprobe_format_from_libvirt_string(const char *name,
                                          diskprobe_format *format);

/**
 * Frees a string that the caller owns. The string must still have its original length.
 *
 * @param string  the string, or NULL
 * @since 0.1
 */
void diskprobe_string_free(char *string);

/**
 * Returns text that the author of an image or the owner of a directory chose, escaped for display
 * on one line.
 *
 * Characters that a terminal interprets or does not show become escape sequences such as "\n",
 * "\x1b" and "\u{202e}", bytes that are not UTF-8 become "\xff", and "\" becomes "\\".
 *
 * @param text     the text, in any encoding; NULL only if length is 0
 * @param length   the length of text in bytes
 * @param escaped  receives the length of the result in bytes, without the final NUL; may be NULL
 * @return the escaped text as UTF-8; free with diskprobe_string_free(). NULL if text is NULL and
 *         length is not 0
 * @since 0.1
 */
DISKPROBE_MUST_USE
DISKPROBE_FREED_BY(diskprobe_string_free)
char *diskprobe_escape(const void *text,
                       size_t length,
                       size_t *escaped);

/** @} */

/**
 * @addtogroup diskprobe_chain
 * @{
 */

/**
 * Opens an element of a chain for reading.
 *
 * The callback answers the request with diskprobe_open_request_set_fd(),
 * diskprobe_open_request_set_borrowed_fd(), diskprobe_open_request_set_source() or
 * diskprobe_open_request_use_default(). If it calls several of them, the last call counts. If it
 * calls none, the element stays unopened, and the chain below it is unknown.
 *
 * @param opaque    the pointer that was passed to diskprobe_chain_options_set_opener()
 * @param location  the location to open; valid until the callback returns
 * @param request   receives the answer; valid until the callback returns
 * @param error     never NULL; points to NULL. On failure the callback may store an error from
 *                  diskprobe_error_new() in it. The status and message of this error then replace
 *                  those of the errno. The library frees the error, and ignores it on success.
 * @return 0 on success; a negative errno if the element cannot be opened. The walk then fails with
 *         DISKPROBE_STATUS_NOT_FOUND (-ENOENT), DISKPROBE_STATUS_PERMISSION_DENIED (-EACCES,
 *         -EPERM), DISKPROBE_STATUS_BUSY (-EAGAIN) or DISKPROBE_STATUS_IO (any other), and closes
 *         a descriptor or source that the request received.
 */
typedef int (*diskprobe_open_callback)(void *opaque,
                                       const diskprobe_location *location,
                                       diskprobe_open_request *request,
                                       diskprobe_error **error);

/**
 * Closes a source that was passed to diskprobe_open_request_set_source().
 *
 * @param opaque  the pointer that was registered with the callback
 */
typedef void (*diskprobe_close_callback)(void *opaque);

/**
 * Walks the chain of an image file: its data file, its backing file, and so on, down to an image
 * without a backing file.
 *
 * The chain lists every file that the guest can read: it is complete, or the call fails. The call
 * fails if an element cannot be opened or probed, if its format is unknown (see
 * diskprobe_chain_options_set_unrecorded_format()), if an element occurs twice, or if the chain is
 * too long. A backing file that is not on this machine is accepted if its format is recorded. It
 * is then the last element, and is opened only if options have an opener that supports it.
 *
 * A relative location starts at the directory of the image that records it, which is taken from
 * the path of that image as written. Symbolic links are followed. Files are opened one after
 * another, each as in diskprobe_probe_path(). The limits of a probe apply to each image.
 *
 * The library closes the descriptors of the files that it opens. As with every close(2), this
 * releases the record locks (fcntl(2), F_SETLK) that the process holds on these files. To keep
 * these locks, use an opener that lends descriptors.
 *
 * @param path     NUL-terminated, in any encoding; never interpreted as a URI
 * @param options  options of the walk, or NULL for the defaults
 * @param chain    receives the complete chain; free with diskprobe_chain_free()
 * @param partial  receives the chain up to and including the failed element, or NULL; free with
 *                 diskprobe_chain_free(). May be NULL, and may be the same pointer as chain.
 * @param error    receives an error on failure; its message begins with the failed element
 *                 ("backing file at depth 2: cannot open: Permission denied"); free with
 *                 diskprobe_error_free(); may be NULL
 * @return DISKPROBE_STATUS_OK;
 *         as diskprobe_probe_path() for each image;
 *         DISKPROBE_STATUS_FORMAT_NOT_RECORDED if a backing format is not recorded, and options do
 *         not allow detecting or assuming it;
 *         DISKPROBE_STATUS_UNSUPPORTED_FORMAT if the name of a recorded backing format is unknown;
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
 * Walks the chain of an image that is already open. Only the elements below it are opened.
 *
 * The descriptor stays open, and its file offset does not change.
 *
 * @param fd       a descriptor of the top image that is open for reading; owned by the caller
 * @param path     path of the top image, NUL-terminated; it is not opened. Relative locations are
 *                 relative to its directory.
 * @param options  options of the walk, or NULL for the defaults
 * @param chain    receives the complete chain; free with diskprobe_chain_free()
 * @param partial  receives the chain up to a failure, or NULL, as in diskprobe_chain_open_path()
 * @param error    receives an error on failure; free with diskprobe_error_free(); may be NULL
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
 * Walks the chain of the image at a location, which may be on a server.
 *
 * @param top      the location of the top image; not kept
 * @param options  options of the walk, or NULL for the defaults
 * @param chain    receives the complete chain; free with diskprobe_chain_free()
 * @param partial  receives the chain up to a failure, or NULL, as in diskprobe_chain_open_path()
 * @param error    receives an error on failure; free with diskprobe_error_free(); may be NULL
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
 * Frees a chain and every string, location, image and error that it owns.
 *
 * @param chain  the chain, or NULL
 * @since 0.1
 */
void diskprobe_chain_free(diskprobe_chain *chain);

/**
 * Returns the short, stable name of a kind of element, such as "data-file".
 *
 * @param kind  any number
 * @return a static string; "unknown" for a number that is not a kind of element
 * @since 0.1
 */
const char *diskprobe_element_kind_to_string(diskprobe_element_kind kind);

/**
 * Returns the short, stable name of a source of a format, such as "recorded".
 *
 * @param source  any number
 * @return a static string; "unknown" for DISKPROBE_FORMAT_SOURCE_UNKNOWN and for a number that is
 *         not a source
 * @since 0.1
 */
const char *diskprobe_format_source_to_string(diskprobe_format_source source);

/**
 * Returns the number of elements.
 *
 * The top image is the first element. Each image is followed by its data file, if any, and then by
 * its backing file.
 *
 * @param chain  the chain, or NULL
 * @return the number; 0 only if chain is NULL
 * @since 0.1
 */
size_t diskprobe_chain_element_count(const diskprobe_chain *chain);

/**
 * Checks whether the chain contains all files of the disk.
 *
 * @param chain  the chain, or NULL
 * @return true if it does; false if the walk failed or the last image was not opened
 * @since 0.1
 */
bool diskprobe_chain_is_complete(const diskprobe_chain *chain);

/**
 * Returns the kind of an element.
 *
 * @param chain  the chain, or NULL
 * @param index  below diskprobe_chain_element_count()
 * @return the kind; DISKPROBE_ELEMENT_KIND_NONE if index is out of range
 * @since 0.1
 */
diskprobe_element_kind diskprobe_chain_element_kind(const diskprobe_chain *chain,
                                                    size_t index);

/**
 * Returns the depth of an element: the number of backing files from the top image to it.
 *
 * It is libvirt's index, the 2 in "vda[2]". A data file has the same depth as the image that names
 * it.
 *
 * @param chain  the chain, or NULL
 * @param index  below diskprobe_chain_element_count()
 * @param depth  receives the depth; may be NULL
 * @return true if index is in range
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
 * @param parent  receives the index of the image; may be NULL
 * @return true if there is one; false for the top image, or if index is out of range
 * @since 0.1
 */
bool diskprobe_chain_element_parent(const diskprobe_chain *chain,
                                    size_t index,
                                    size_t *parent);

/**
 * Returns the location of an element: the exact bytes that its image records.
 *
 * @param chain   the chain, or NULL
 * @param index   below diskprobe_chain_element_count()
 * @param length  receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, in any encoding, owned by the chain; NULL for the top image and for a
 *         data file without a name
 * @since 0.1
 */
const char *diskprobe_chain_element_recorded(const diskprobe_chain *chain,
                                             size_t index,
                                             size_t *length);

/**
 * Returns the parsed location of an element. A relative path is joined to the directory of its
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
 * Returns the format of an element. It is the recorded format if the element was not opened.
 *
 * @param chain  the chain, or NULL
 * @param index  below diskprobe_chain_element_count()
 * @return the format; DISKPROBE_FORMAT_UNKNOWN if it is unknown
 * @since 0.1
 */
diskprobe_format diskprobe_chain_element_format(const diskprobe_chain *chain,
                                                size_t index);

/**
 * Returns how the format of an element is known.
 *
 * @param chain  the chain, or NULL
 * @param index  below diskprobe_chain_element_count()
 * @return the source; DISKPROBE_FORMAT_SOURCE_UNKNOWN if the format is unknown
 * @since 0.1
 */
diskprobe_format_source diskprobe_chain_element_format_source(const diskprobe_chain *chain,
                                                              size_t index);

/**
 * Returns the recorded name of an element's format, whether the name is known or not.
 *
 * @param chain   the chain, or NULL
 * @param index   below diskprobe_chain_element_count()
 * @param length  receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, owned by the chain; NULL if a flag records the format, or nothing does
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
 * @return the image, owned by the chain: do not free it; NULL if the element failed or was not
 *         opened
 * @since 0.1
 */
DISKPROBE_MUST_USE
const diskprobe_image *diskprobe_chain_element_image(const diskprobe_chain *chain,
                                                     size_t index);

/**
 * Returns the identity of an element's file, which all names of the file share.
 *
 * @param chain   the chain, or NULL
 * @param index   below diskprobe_chain_element_count()
 * @param device  receives the device number (st_dev); may be NULL
 * @param inode   receives the inode number (st_ino); may be NULL
 * @return true if it is known, that is, if the library opened the file or the opener set the
 *         identity
 * @since 0.1
 */
bool diskprobe_chain_element_identity(const diskprobe_chain *chain,
                                      size_t index,
                                      uint64_t *device,
                                      uint64_t *inode);

/**
 * Returns the reason why an element failed. Only the last element of a partial chain has an error.
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
 * Finds an image of a chain by name, in the forms that users of libvirt write.
 *
 * Accepted names are "vda[2]" for the image at that depth, the path of an image, and its relative
 * path as recorded. Any other path to the same file is accepted too: this process compares files
 * with stat(2), and resolves a relative path in the directory of the image above. Data files are
 * ignored.
 *
 * @param chain  the chain, or NULL
 * @param name   NUL-terminated; or NULL for the last image
 * @param disk   the name that the disk must have in "vda[2]"; or NULL for any
 * @param index  receives the index of the element; may be NULL
 * @return true if the image exists
 * @since 0.1
 */
bool diskprobe_chain_find(const diskprobe_chain *chain,
                          const char *name,
                          const char *disk,
                          size_t *index);

/**
 * Finds an image below an element by name, as diskprobe_chain_find() does.
 *
 * @param chain  the chain, or NULL
 * @param above  the index of the element, which itself is not searched
 * @param name   NUL-terminated; or NULL for the last image
 * @param disk   the name that the disk must have in "vda[2]"; or NULL for any
 * @param index  receives the index of the element; may be NULL
 * @return true if the image exists
 * @since 0.1
 */
bool diskprobe_chain_find_below(const diskprobe_chain *chain,
                                size_t above,
                                const char *name,
                                const char *disk,
                                size_t *index);

/**
 * Finds the image at a depth, which is libvirt's index: 0 is the top image, 1 its backing file.
 *
 * @param chain  the chain, or NULL
 * @param depth  the number of backing files from the top image to the image
 * @param index  receives the index of the element; may be NULL
 * @return true if the image exists
 * @since 0.1
 */
bool diskprobe_chain_image_at(const diskprobe_chain *chain,
                              uint32_t depth,
                              size_t *index);

/**
 * Returns the relative path to record as the new backing file after a block pull removes images.
 *
 * If the images from first down to the one directly above last are removed, the image above first
 * must record this path. It is built from the recorded relative paths of first, last and the
 * images between them, and is not normalized.
 *
 * @param chain   the chain, or NULL
 * @param first   the index of the first image to remove
 * @param last    the index of the image to record; may equal first
 * @param length  receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, in any encoding; free with diskprobe_string_free(). NULL if one of these
 *         images is not recorded with a relative path, or last is above first.
 * @since 0.1
 */
DISKPROBE_MUST_USE
DISKPROBE_FREED_BY(diskprobe_string_free)
char *diskprobe_chain_relative_backing_path(const diskprobe_chain *chain,
                                            size_t first,
                                            size_t last,
                                            size_t *length);

/**
 * Parses "vda" or "vda[2]": the name of a disk, with the index of an image of its chain.
 *
 * @param text         NUL-terminated
 * @param disk_length  receives the length of the disk name, at the start of text, in bytes; may be
 *                     NULL
 * @param index        receives the number in brackets, or 0 if there is none; may be NULL
 * @return true if text has this form; false for any other text, such as a file name
 * @since 0.1
 */
bool diskprobe_disk_target_parse(const char *text,
                                 size_t *disk_length,
                                 uint32_t *index);

/**
 * Returns the short, stable name of an action for unrecorded formats, such as "refuse".
 *
 * @param action  any number
 * @return a static string; "unknown" for a number that is not an action
 * @since 0.1
 */
const char *diskprobe_unrecorded_format_to_string(diskprobe_unrecorded_format action);

/**
 * Parses the name of an action for unrecorded formats.
 *
 * @param name    NUL-terminated, compared exactly
 * @param action  receives the action, or DISKPROBE_UNRECORDED_FORMAT_NONE; may be NULL
 * @return true if name is the name of an action
 * @since 0.1
 */
bool diskprobe_unrecorded_format_from_string(const char *name,
                                             diskprobe_unrecorded_format *action);

/**
 * Frees options.
 *
 * @param options  the options, or NULL
 * @since 0.1
 */
void diskprobe_chain_options_free(diskprobe_chain_options *options);

/**
 * Creates options with the default values.
 *
 * By default the format of the top image is detected. A backing file without a recorded format is
 * an error, and so is a relative name of a data file that depends on the working directory. The
 * library opens only files on this machine, and refuses recorded names under /dev/fd, /proc and
 * /sys.
 *
 * @return the options, free with diskprobe_chain_options_free(); NULL only on an internal error
 * @since 0.1
 */
DISKPROBE_MUST_USE
DISKPROBE_FREED_BY(diskprobe_chain_options_free)
diskprobe_chain_options *diskprobe_chain_options_new(void);

/**
 * Sets the options for probing each image.
 *
 * The format applies to the top image; the other images have the format that is recorded for them.
 * The limits and other options apply to each image.
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
 * @param action   the action; DISKPROBE_UNRECORDED_FORMAT_REFUSE is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL or action is
 *         not a value of diskprobe_unrecorded_format
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_chain_options_set_unrecorded_format(diskprobe_chain_options *options,
                                                               diskprobe_unrecorded_format action);

/**
 * Returns the short, stable name of a directory for data files, such as "image".
 *
 * @param directory  any number
 * @return a static string; "unknown" for a number that is not such a directory
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
 * Sets the directory from which a relative name of a qcow2 data file is resolved.
 *
 * QEMU opens such a name from its own working directory. An application that joins it to the
 * directory of the image must pass QEMU the result. With DISKPROBE_DATA_FILE_DIRECTORY_SAME, the
 * name must lead to the same file from both directories; the opener is called for both paths.
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
 * Sets the location and format of a backing file or data file, which replace what the image above
 * it records. The recorded location is not parsed and not opened.
 *
 * If a location is set, the image has this backing file even if it records none. The walk fails
 * with DISKPROBE_STATUS_INVALID_ARGUMENT if the format of the image has no backing files, or if a
 * data file is set for an image that requires none. A later call for the same element replaces an
 * earlier one.
 *
 * @param options   the options
 * @param kind      DISKPROBE_ELEMENT_KIND_BACKING or DISKPROBE_ELEMENT_KIND_DATA_FILE
 * @param depth     as in diskprobe_chain_element_depth(): 1 for the backing file of the top image,
 *                  0 for its data file
 * @param location  the location, copied; or NULL for the recorded location
 * @param format    the format, or DISKPROBE_FORMAT_UNKNOWN for the recorded format. A data file is
 *                  DISKPROBE_FORMAT_RAW in both cases.
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL, kind is
 *         neither of these, a backing file has depth 0, format is not a value of diskprobe_format,
 *         or a data file has another format
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_chain_options_override_element(diskprobe_chain_options *options,
                                                          diskprobe_element_kind kind,
                                                          uint32_t depth,
                                                          const diskprobe_location *location,
                                                          diskprobe_format format);

/**
 * Lowers the maximum number of images in a chain, including the top image, but not data files.
 *
 * If the chain has more images, the walk fails with DISKPROBE_STATUS_LIMIT_EXCEEDED. The partial
 * chain then ends with the first image that exceeds the maximum. This image is not opened, but has
 * its location and, if recorded, its format. With a maximum of 1, it is the backing file of the
 * top image.
 *
 * @param options  the options
 * @param images   at most DISKPROBE_MAX_CHAIN_IMAGES, the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL or images
 *         exceeds the maximum
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_chain_options_set_max_images(diskprobe_chain_options *options,
                                                        uint32_t images);

/**
 * Sets a directory that must contain every file that the library opens.
 *
 * The path of a file must start with the path of the directory, as both are written; a relative
 * path is relative to the current directory. The remaining components must not lead out of the
 * directory: ".." and absolute symbolic links are rejected, as are other symbolic links that lead
 * out. If a path violates these rules, the walk fails with DISKPROBE_STATUS_OUTSIDE_ROOT.
 *
 * The kernel enforces this (openat2(2), Linux 5.6), so renaming files during the walk has no
 * effect. Without this system call, the library opens nothing, and the status is
 * DISKPROBE_STATUS_IO.
 *
 * @param options    the options
 * @param directory  NUL-terminated, copied, opened by each walk; or NULL for no restriction (the
 *                   default)
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_chain_options_set_root(diskprobe_chain_options *options,
                                                  const char *directory);

/**
 * Sets the callback that opens the elements of a chain, for example as another user or on a
 * server.
 *
 * The callback runs in the calling thread of the walk, and only during the walk. It is called for
 * the top image first (except in diskprobe_chain_open_fd()), then for each element before it is
 * read. What it opened for one element is closed before it is called for the next. If several
 * threads share the options, the callback must be thread-safe.
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
 * Returns the kind of the element to open.
 *
 * An opener can leave a data file unopened, because a data file has no facts of its own.
 *
 * @param request  the opener's request, or NULL
 * @return the kind; DISKPROBE_ELEMENT_KIND_NONE only if request is NULL
 * @since 0.1
 */
diskprobe_element_kind diskprobe_open_request_role(const diskprobe_open_request *request);

/**
 * Answers the request with a descriptor, which the library then owns and closes.
 *
 * The descriptor can refer to a regular file or a block device. It may come from open(2) or from
 * another process. If the file can be a FIFO, check it first or open it with O_NONBLOCK. The
 * library reads with pread(2), and closes the descriptor before it calls the opener again or the
 * walk returns, or when another call replaces the answer.
 *
 * If this function rejects fd, the walk fails with the status that it returns.
 *
 * @param request  the opener's request
 * @param fd       a descriptor that is open for reading, and that the request does not own yet
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if fd is negative, if the request
 *         owns it already, or if request is NULL (fd is not closed then); DISKPROBE_STATUS_IO with
 *         errno EBADF if it is not open
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_open_request_set_fd(diskprobe_open_request *request,
                                               int fd);

/**
 * Answers the request with a descriptor that the caller owns.
 *
 * The descriptor must stay open until the library calls the opener again or the walk returns. Its
 * file offset does not change. Otherwise, this function behaves like
 * diskprobe_open_request_set_fd().
 *
 * @param request  the opener's request
 * @param fd       a descriptor that is open for reading; owned by the caller
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if request is NULL, or if fd is
 *         negative or the request owns it
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_open_request_set_borrowed_fd(diskprobe_open_request *request,
                                                        int fd);

/**
 * Answers the request with a read callback, for example from a library for remote storage.
 *
 * @param request  the opener's request
 * @param read     reads bytes of the object, as in diskprobe_probe_callback(). If it is NULL, the
 *                 walk fails with DISKPROBE_STATUS_INVALID_ARGUMENT, and close is not called.
 * @param close    called once with opaque, after the last read and before the library calls the
 *                 opener again or the walk returns; may be NULL
 * @param opaque   passed to read and close; may be NULL
 * @param length   length of the object in bytes, or DISKPROBE_LENGTH_UNKNOWN
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
 * Sets the identity of the object that diskprobe_open_request_set_source() reads.
 *
 * With an identity, a loop is detected even if the object has several names. Without it, only
 * locations are compared. The identity of a descriptor is always known.
 *
 * @param request  the opener's request
 * @param device   the device that holds the object: st_dev, or an unused number that the caller
 *                 chooses
 * @param inode    the number of the object on this device: st_ino
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if request is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_open_request_set_identity(diskprobe_open_request *request,
                                                     uint64_t device,
                                                     uint64_t inode);

/**
 * Answers the request with the default: the library opens the element as it does without an
 * opener.
 *
 * The library opens files and block devices on this machine, subject to
 * diskprobe_chain_options_set_root(), and leaves other elements unopened.
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
 * Parses a location, such as one from diskprobe_image_backing_location(): a path, or another QEMU
 * syntax. Nothing is opened or looked up.
 *
 * A relative path is relative to the directory of the image that records it. If relative_to is
 * given, the path is joined to this directory textually: links are not followed, and ".." is kept.
 * If the image is on a server, the result is on the same server.
 *
 * An unknown protocol, or an unknown driver in "json:{...}", is not an error: the location then
 * has DISKPROBE_STORAGE_TYPE_UNKNOWN.
 *
 * @param text         the location, in any encoding; NULL only if length is 0
 * @param length       the length of text in bytes
 * @param relative_to  the location of the image that records text; or NULL to keep relative paths
 * @param location     receives the location; free with diskprobe_location_free()
 * @param error        receives an error on failure; its offset is relative to the start of text;
 *                     free with diskprobe_error_free(); may be NULL
 * @return DISKPROBE_STATUS_OK;
 *         DISKPROBE_STATUS_INVALID_LOCATION if text is malformed, or different programs interpret
 *         it differently;
 *         DISKPROBE_STATUS_LIMIT_EXCEEDED if it is too long or has too many items;
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
 * Frees a location and every string that it owns.
 *
 * @param location  the location, or NULL
 * @since 0.1
 */
void diskprobe_location_free(diskprobe_location *location);

/**
 * Creates the location of a file or block device on this machine.
 *
 * The path can contain any bytes; a colon has no special meaning. The result can be passed to
 * diskprobe_location_parse() as relative_to. Nothing is opened or looked up.
 *
 * @param path  NUL-terminated, in any encoding; a relative path is relative to the current
 *              directory
 * @return the location, free with diskprobe_location_free(); NULL if path is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
DISKPROBE_FREED_BY(diskprobe_location_free)
diskprobe_location *diskprobe_location_of_path(const char *path);

/**
 * Returns the text of the location, with each credential replaced by "***".
 *
 * @param location  the location, or NULL
 * @param length    receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL only if location is NULL
 * @since 0.1
 */
const char *diskprobe_location_text(const diskprobe_location *location, size_t *length);

/**
 * Checks whether the text contains credentials, such as a user and a password. No function returns
 * them.
 *
 * @param location  the location, or NULL
 * @return true if it does
 * @since 0.1
 */
bool diskprobe_location_has_credentials(const diskprobe_location *location);

/**
 * Checks whether the text is one that QEMU accepts but libvirt does not, such as "file:/path".
 *
 * @param location  the location, or NULL
 * @return true if so
 * @since 0.1
 */
bool diskprobe_location_is_qemu_only(const diskprobe_location *location);

/**
 * Checks whether two locations name the same object, by their text.
 *
 * Paths are compared byte by byte, and hosts with their ports in order. Nothing is looked up, so
 * different names of one file are not equivalent. Slices and access options (cookies, users) are
 * ignored.
 *
 * @param location  the location, or NULL
 * @param other     the other location, or NULL
 * @return true if they do; false if not, or if one is NULL
 * @since 0.1
 */
bool diskprobe_location_is_equivalent(const diskprobe_location *location,
                                      const diskprobe_location *other);

/**
 * Returns the short, stable name of a type of storage, such as "network".
 *
 * @param storage_type  any number
 * @return a static string; "unknown" for DISKPROBE_STORAGE_TYPE_UNKNOWN and for a number that is
 *         not a type of storage
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
 * Returns the path of a file or directory, or the name (without the volume) of an object on a
 * server.
 *
 * If the path is relative and diskprobe_location_is_relative_to_image() is false, it is relative
 * to the current directory of the hypervisor. See also diskprobe_location_slice().
 *
 * @param location  the location, or NULL
 * @param length    receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, in any encoding, owned by the location; NULL if there is none
 * @since 0.1
 */
const char *diskprobe_location_path(const diskprobe_location *location,
                                    size_t *length);

/**
 * Checks whether the path is relative to the directory of the image that records it, and not yet
 * joined to that directory.
 *
 * @param location  the location, or NULL
 * @return true if it is
 * @since 0.1
 */
bool diskprobe_location_is_relative_to_image(const diskprobe_location *location);

/**
 * Returns the recorded relative path, if it was joined to the directory of the image.
 *
 * @param location  the location, or NULL
 * @param length    receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL if it was not joined
 * @since 0.1
 */
const char *diskprobe_location_relative_name(const diskprobe_location *location,
                                             size_t *length);

/**
 * Returns the range of the file that the location selects.
 *
 * @param location  the location, or NULL
 * @param offset    receives the offset in bytes; may be NULL
 * @param size      receives the size in bytes, or 0 for all bytes after offset; may be NULL
 * @return true if the location selects a range; false for the whole file
 * @since 0.1
 */
bool diskprobe_location_slice(const diskprobe_location *location,
                              uint64_t *offset,
                              uint64_t *size);

/**
 * Returns the format that the location specifies: "fat" for a directory that QEMU presents as FAT,
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
 * @return a static string; "unknown" for DISKPROBE_PROTOCOL_NONE and for a number that is not a
 *         protocol
 * @since 0.1
 */
const char *diskprobe_protocol_to_string(diskprobe_protocol protocol);

/**
 * Returns the protocol of the server.
 *
 * @param location  the location, or NULL
 * @return the protocol; DISKPROBE_PROTOCOL_NONE if there is none or it is unknown
 * @since 0.1
 */
diskprobe_protocol diskprobe_location_protocol(const diskprobe_location *location);

/**
 * Returns the name of the protocol; if the protocol or driver is unknown, its recorded name.
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
 * @return the number; 0 if the location is not on a server or names no host
 * @since 0.1
 */
size_t diskprobe_location_host_count(const diskprobe_location *location);

/**
 * Returns the short, stable name of a transport, such as "tcp".
 *
 * @param transport  any number
 * @return a static string; "unknown" for DISKPROBE_TRANSPORT_NONE and for a number that is not a
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
 * An IPv6 address has no brackets, except in an iSCSI portal of "json:{...}", which is kept as
 * recorded.
 *
 * @param location  the location, or NULL
 * @param index     below diskprobe_location_host_count()
 * @param length    receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL if the host has no name, or index is out of
 *         range
 * @since 0.1
 */
const char *diskprobe_location_host_name(const diskprobe_location *location,
                                         size_t index,
                                         size_t *length);

/**
 * Returns the port of a host, or the default port of the protocol if none is recorded.
 *
 * @param location  the location, or NULL
 * @param index     below diskprobe_location_host_count()
 * @param port      receives the port; may be NULL
 * @return true if the host has a port
 * @since 0.1
 */
bool diskprobe_location_host_port(const diskprobe_location *location,
                                  size_t index,
                                  uint16_t *port);

/**
 * Returns the socket path of a host.
 *
 * @param location  the location, or NULL
 * @param index     below diskprobe_location_host_count()
 * @param length    receives the length in bytes, without the final NUL; may be NULL
 * @return NUL-terminated, in any encoding, owned by the location; NULL if the host has no socket,
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
 * Returns the namespace number of an NVMe controller.
 *
 * @param location  the location, or NULL
 * @param number    receives the namespace number; may be NULL
 * @return true if the location has one
 * @since 0.1
 */
bool diskprobe_location_nvme_namespace(const diskprobe_location *location,
                                       uint32_t *number);

/**
 * Returns the number of details: options that have no getter of their own.
 *
 * @param location  the location, or NULL
 * @return the number
 * @since 0.1
 */
size_t diskprobe_location_detail_count(const diskprobe_location *location);

/**
 * Returns the name and the value of a detail.
 *
 * The name is a key in the output of `diskprobe location --output=json`, such as "timeout"
 * (seconds), "readahead" (bytes), "sslverify", "query", "config_file", "ssh_user",
 * "ssh_host_key_check", "rbd_namespace", "rbd_user", "nfs_user" or "nfs_group". Each cookie is a
 * detail named "cookies" with the value "NAME=VALUE". Each option that has no effect in this
 * library is a detail named "ignored" whose value is the name of the option. Any version can add
 * names. Numbers are decimal, Booleans are "yes" or "no", and text consists of the bytes in the
 * location.
 *
 * @param location   the location, or NULL
 * @param index      below diskprobe_location_detail_count()
 * @param name       receives a static string; may be NULL
 * @param value      receives the value, NUL-terminated and owned by the location; may be NULL
 * @param length     receives the length of the value in bytes, without the final NUL; may be NULL
 * @param is_secret  receives true if the value is a secret such as a password: do not display it;
 *                   may be NULL
 * @return true if index is in range
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
 * Frees a policy.
 *
 * @param policy  the policy, or NULL
 * @since 0.1
 */
void diskprobe_policy_free(diskprobe_policy *policy);

/**
 * Creates the default policy, for images from untrusted sources that are used unchanged.
 *
 * An accepted image depends on no other file, and is not ambiguous. The policy denies
 * DISKPROBE_FINDING_BACKING_FILE, DISKPROBE_FINDING_DATA_FILE, DISKPROBE_FINDING_EXTERNAL_EXTENTS,
 * DISKPROBE_FINDING_PARENT, DISKPROBE_FINDING_AMBIGUOUS, DISKPROBE_FINDING_INCOMPLETE_SCAN,
 * DISKPROBE_FINDING_NULL_CIPHER, DISKPROBE_FINDING_HEADERS_DIFFER,
 * DISKPROBE_FINDING_UNKNOWN_FEATURE, DISKPROBE_FINDING_WRITABLE_HEADER and
 * DISKPROBE_FINDING_LOG_IN_USE. It allows every format except DISKPROBE_FORMAT_DIR, and every
 * virtual size.
 *
 * @return the policy, free with diskprobe_policy_free(); NULL only on an internal error
 * @since 0.1
 */
DISKPROBE_MUST_USE
DISKPROBE_FREED_BY(diskprobe_policy_free)
diskprobe_policy *diskprobe_policy_new(void);

/**
 * Allows images with a finding.
 *
 * @param policy   the policy
 * @param finding  the finding
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if policy is NULL or finding is
 *         not a value of diskprobe_finding
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
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if policy is NULL or finding is
 *         not a value of diskprobe_finding
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_policy_deny(diskprobe_policy *policy,
                                       diskprobe_finding finding);

/**
 * Checks whether a policy denies images with a finding.
 *
 * @param policy   the policy, or NULL for the default policy
 * @param finding  the finding
 * @return true if it does; false if not, or if the number is not a finding
 * @since 0.1
 */
bool diskprobe_policy_denies(const diskprobe_policy *policy, diskprobe_finding finding);

/**
 * Allows a format. The first call denies all other formats; further calls allow further formats.
 *
 * @param policy  the policy
 * @param format  the format
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if policy is NULL or format is
 *         not a value of diskprobe_format
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_policy_allow_format(diskprobe_policy *policy,
                                               diskprobe_format format);

/**
 * Sets the maximum virtual size. The policy then denies images of unknown virtual size.
 *
 * @param policy  the policy
 * @param bytes   the maximum in bytes; unlimited by default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if policy is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_policy_set_max_virtual_size(diskprobe_policy *policy,
                                                       uint64_t bytes);

/**
 * Allows backing files under a directory, even if DISKPROBE_FINDING_BACKING_FILE is denied.
 *
 * The image must record the format of the backing file. Several directories can be allowed.
 *
 * Only the text of the location is checked, after a relative path is joined to the directory of
 * the image; nothing is opened. The location must be a plain path without ".." (not "json:",
 * "file:" or a URI). Untrusted users must not be able to create symbolic links under the
 * directory. The backing file and the files that it names are not checked: evaluate all images
 * under the directory, or trust them.
 *
 * @param policy     the policy
 * @param directory  NUL-terminated, an absolute path without ".."; it need not exist
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if policy or directory is NULL,
 *         or if directory is not an absolute path without ".."
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_policy_allow_backing_under(diskprobe_policy *policy,
                                                      const char *directory);

/**
 * Evaluates an image. A denied image is not an error: see diskprobe_verdict_is_accepted().
 *
 * Probe the image with diskprobe_options_set_thorough(). Otherwise it has
 * DISKPROBE_FINDING_INCOMPLETE_SCAN, unless its format was requested.
 *
 * @param policy   the policy, or NULL for the default policy
 * @param image    the image
 * @param path     the present or future path of the image, NUL-terminated. Relative backing
 *                 locations are joined to its directory for
 *                 diskprobe_policy_allow_backing_under(). NULL if it is unknown: no relative
 *                 location is then under an allowed directory.
 * @param verdict  receives the verdict; free with diskprobe_verdict_free()
 * @param error    receives an error on failure; free with diskprobe_error_free(); may be NULL
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
 * @return a static string; "unknown" for a number that is not a kind of violation
 * @since 0.1
 */
const char *diskprobe_violation_kind_to_string(diskprobe_violation_kind kind);

/**
 * Frees a verdict and every string that it owns.
 *
 * @param verdict  the verdict, or NULL
 * @since 0.1
 */
void diskprobe_verdict_free(diskprobe_verdict *verdict);

/**
 * Checks whether the policy accepts the image.
 *
 * @param verdict  the verdict, or NULL
 * @return true if it does; false if not, or if verdict is NULL
 * @since 0.1
 */
bool diskprobe_verdict_is_accepted(const diskprobe_verdict *verdict);

/**
 * Returns the number of violations. A verdict lists all violations, not only the first.
 *
 * @param verdict  the verdict, or NULL
 * @return the number; 0 if the image is accepted
 * @since 0.1
 */
size_t diskprobe_verdict_violation_count(const diskprobe_verdict *verdict);

/**
 * Returns the kind of a violation: the rule that the image violates.
 *
 * @param verdict  the verdict, or NULL
 * @param index    below diskprobe_verdict_violation_count()
 * @param finding  receives the denied finding for DISKPROBE_VIOLATION_KIND_FINDING, otherwise
 *                 DISKPROBE_FINDING_NONE; may be NULL
 * @return the kind; DISKPROBE_VIOLATION_KIND_NONE if index is out of range
 * @since 0.1
 */
diskprobe_violation_kind diskprobe_verdict_violation(const diskprobe_verdict *verdict,
                                                     size_t index,
                                                     diskprobe_finding *finding);

/**
 * Returns a violation as a one-line message.
 *
 * The message does not contain text from the image: diskprobe_image_reference_location() returns
 * what the image names.
 *
 * @param verdict  the verdict, or NULL
 * @param index    below diskprobe_verdict_violation_count()
 * @return the message, owned by the verdict; NULL if index is out of range
 * @since 0.1
 */
const char *diskprobe_verdict_message(const diskprobe_verdict *verdict,
                                      size_t index);

/**
 * Evaluates an image, as diskprobe_policy_evaluate() does, and creates a receipt for it.
 *
 * A guest can write headers and names into its disk. Call diskprobe_receipt_verify() before the
 * next start of the guest, to check that the image still matches what was accepted.
 *
 * Probe the image with diskprobe_options_set_thorough(), and with
 * diskprobe_options_set_also_matches() if its format was requested. The probe with
 * diskprobe_receipt_options() searches for other formats too.
 *
 * @param policy   the policy, or NULL for the default policy
 * @param image    the image
 * @param path     the path of the image, NUL-terminated, or NULL if it is unknown; as for
 *                 diskprobe_policy_evaluate(). If the image names other files, the directory of
 *                 the path is part of the receipt.
 * @param receipt  receives the receipt; free with diskprobe_receipt_free()
 * @param error    receives an error on failure; free with diskprobe_error_free(); may be NULL
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_REJECTED if the policy rejects the image, with all
 *         violations in the message; DISKPROBE_STATUS_INVALID_ARGUMENT if image or receipt is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_receipt_new(const diskprobe_policy *policy,
                                       const diskprobe_image *image,
                                       const char *path,
                                       diskprobe_receipt **receipt,
                                       diskprobe_error **error);

/**
 * Parses the text of a receipt.
 *
 * @param data     the text; NULL only if size is 0
 * @param size     its length in bytes
 * @param receipt  receives the receipt; free with diskprobe_receipt_free()
 * @param error    receives an error on failure; free with diskprobe_error_free(); may be NULL
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if the text is not a receipt or
 *         is a receipt of a newer version, or if receipt is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_receipt_parse(const char *data,
                                         size_t size,
                                         diskprobe_receipt **receipt,
                                         diskprobe_error **error);

/**
 * Returns the text of a receipt: one line of JSON, for diskprobe_receipt_parse().
 *
 * The text contains what the image names, which can include credentials.
 *
 * @param receipt  the receipt, or NULL
 * @param length   receives the length in bytes, without the NUL; may be NULL
 * @return the text, NUL-terminated, owned by the receipt; NULL if receipt is NULL
 * @since 0.1
 */
const char *diskprobe_receipt_text(const diskprobe_receipt *receipt, size_t *length);

/**
 * Creates the options with which to probe the image again.
 *
 * The format is that of the receipt. The probe searches for other formats as well, because a guest
 * can write their signatures.
 *
 * @param receipt  the receipt, or NULL
 * @return the options, free with diskprobe_options_free(); NULL if receipt is NULL, or on an
 *         internal error
 * @since 0.1
 */
DISKPROBE_MUST_USE
DISKPROBE_FREED_BY(diskprobe_options_free)
diskprobe_options *diskprobe_receipt_options(const diskprobe_receipt *receipt);

/**
 * Checks that the facts of the image are still those in the receipt.
 *
 * These are the format, virtual size, encryption, backing format, references and findings. The
 * content of the disk is not compared.
 *
 * @param receipt  the receipt
 * @param image    the image, probed with the options of diskprobe_receipt_options()
 * @param path     the path of the image, NUL-terminated, or NULL, as for diskprobe_receipt_new()
 * @param error    receives an error on failure; free with diskprobe_error_free(); may be NULL
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_CHANGED if a fact differs (the message lists all
 *         facts that differ); DISKPROBE_STATUS_INVALID_ARGUMENT if receipt or image is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_receipt_verify(const diskprobe_receipt *receipt,
                                          const diskprobe_image *image,
                                          const char *path,
                                          diskprobe_error **error);

/**
 * Frees a receipt and its text.
 *
 * @param receipt  the receipt, or NULL
 * @since 0.1
 */
void diskprobe_receipt_free(diskprobe_receipt *receipt);

/** @} */

/**
 * @addtogroup diskprobe_scan
 * @{
 */

/**
 * Receives one result of a scan.
 *
 * Calls never overlap, and memory is synchronized between them. With one job, the callback runs in
 * the thread that called the scan; with several jobs, in any thread of the scan. It must not wait
 * for a lock that the calling thread holds. It may call the library, but must not free or change
 * arguments of the scan. To keep the image, pass it to diskprobe_image_copy().
 *
 * The status can be any that diskprobe_probe_path() returns. In addition,
 * DISKPROBE_STATUS_NOT_FOUND is the result for a dangling link or a file that was removed after it
 * was listed; DISKPROBE_STATUS_OUTSIDE_ROOT is the result for a file on another file system;
 * DISKPROBE_STATUS_LIMIT_EXCEEDED is the result for a directory that is too deep. A directory that
 * cannot be opened or read completely also produces a result.
 *
 * @param opaque  the pointer that was passed to the scan
 * @param name    the path of the file or directory: the path that was passed to the scan, followed
 *                by the path relative to it. NUL-terminated, in any encoding, chosen by the owner
 *                of the directory.
 * @param length  the length of name in bytes, without the final NUL
 * @param status  DISKPROBE_STATUS_OK, or the reason for the failure
 * @param image   the image, or NULL on failure; owned by the scan, valid until the callback
 *                returns
 * @param error   the error, or NULL on success; owned by the scan, valid until the callback
 *                returns
 * @return true to continue; false to end the scan, after which the callback is not called again
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
 * The scan runs in the calling thread. If options set several jobs, it runs in that number of
 * threads, which end before the call returns. Its memory depends on the number of jobs and the
 * depth of the directories, not on the number of files. Each image is probed as in
 * diskprobe_probe_path().
 *
 * What a directory lists as a FIFO, socket or character device is skipped without being opened.
 * What it lists as a regular file is opened without a prior check; if it is another kind of file,
 * it is not read, and the status is DISKPROBE_STATUS_CHANGED. Symbolic links to files are
 * followed, unless they lead to another file system. Symbolic links to directories are followed
 * only if they are elements of the directories argument.
 *
 * @param directories  the paths of count directories, each NUL-terminated; NULL only if count is 0
 * @param count        the number of directories
 * @param options      options of the scan, or NULL for the defaults
 * @param callback     receives the results
 * @param opaque       passed to callback; may be NULL
 * @param error        receives an error on failure; free with diskprobe_error_free(); may be NULL
 * @return DISKPROBE_STATUS_OK, regardless of the results, and also if callback or
 *         diskprobe_scan_options_cancel() ended the scan; DISKPROBE_STATUS_INVALID_ARGUMENT,
 *         without any result, if callback, directories or an element of directories is NULL
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
 * Probes a list of files, each as in diskprobe_probe_path(), and passes each result to a callback.
 *
 * There is one result for each name. Options for links and file systems have no effect.
 *
 * @param names     the paths of count files, each NUL-terminated; NULL only if count is 0
 * @param count     the number of files
 * @param options   options of the scan, or NULL for the defaults
 * @param callback  receives the results
 * @param opaque    passed to callback; may be NULL
 * @param error     receives an error on failure; free with diskprobe_error_free(); may be NULL
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
 * Frees options. No scan may be using them.
 *
 * @param options  the options, or NULL
 * @since 0.1
 */
void diskprobe_scan_options_free(diskprobe_scan_options *options);

/**
 * Creates options with the default values: one job, no subdirectories, results in any order.
 *
 * @return the options, free with diskprobe_scan_options_free(); NULL only on an internal error
 * @since 0.1
 */
DISKPROBE_MUST_USE
DISKPROBE_FREED_BY(diskprobe_scan_options_free)
diskprobe_scan_options *diskprobe_scan_options_new(void);

/**
 * Sets the options for probing each image. The scan sets the file name of each image itself, as
 * diskprobe_options_set_file_name() does.
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
 * Sets the number of threads that run the scan, including the calling thread.
 *
 * With 1, the default, no thread is started. Threads are started when there is work for them. They
 * have a stack of 1 MiB and the signal mask of the calling thread. If the system cannot start a
 * thread, the scan runs with fewer.
 *
 * @param options  the options
 * @param jobs     from 1 to DISKPROBE_MAX_SCAN_JOBS
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL or jobs is not
 *         in that range
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_scan_options_set_jobs(diskprobe_scan_options *options,
                                                 uint32_t jobs);

/**
 * Sets whether to scan subdirectories, to a depth of DISKPROBE_MAX_SCAN_DEPTH levels. Symbolic
 * links to directories are not followed.
 *
 * @param options    the options
 * @param recursive  true to scan them; false is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_scan_options_set_recursive(diskprobe_scan_options *options,
                                                      bool recursive);

/**
 * Sets whether to deliver results in the order of the arguments and the directory listings.
 *
 * The results of a subdirectory are delivered at its position in that order. Directories are then
 * read one after another, and each job may hold back a few results.
 *
 * @param options  the options
 * @param ordered  true for that order; false, the default, to deliver each result when it is
 *                 available
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_scan_options_set_ordered(diskprobe_scan_options *options,
                                                    bool ordered);

/**
 * Sets whether to follow symbolic links to files, as libvirt's pools do.
 *
 * Links that are not followed count as special files. Links to directories are never followed.
 *
 * @param options  the options
 * @param follow   true, the default, to follow them
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_scan_options_set_follow_links(diskprobe_scan_options *options,
                                                         bool follow);

/**
 * Sets whether to include file systems other than that of the given directory, that is, to follow
 * links to them and to scan subdirectories on them.
 *
 * By default, each such link or subdirectory has the result DISKPROBE_STATUS_OUTSIDE_ROOT. A mount
 * point is opened to detect the mount, but not read.
 *
 * @param options  the options
 * @param cross    true to include them; false is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_scan_options_set_cross_file_systems(diskprobe_scan_options *options,
                                                               bool cross);

/**
 * Sets whether names that a directory lists as FIFOs, sockets or character devices have results
 * too. They are not opened, and their result is DISKPROBE_STATUS_UNSUPPORTED_FILE.
 *
 * @param options  the options
 * @param report   true to report them; false, the default, to skip them
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT if options is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_scan_options_set_special_files(diskprobe_scan_options *options,
                                                          bool report);

/**
 * Ends all scans that use these options, and any later scan with them.
 *
 * Can be called from any thread and from the callback while scans use the options. It does not
 * wait: a scan returns only after its current probes end, even if one of them is in a system call
 * that hangs.
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
 * Frees a prober, whether finished or not.
 *
 * @param prober  the prober, or NULL
 * @since 0.1
 */
void diskprobe_prober_free(diskprobe_prober *prober);

/**
 * Creates a prober: a probe that does no I/O of its own.
 *
 * Call diskprobe_prober_next_read() and diskprobe_prober_feed() in turn until the former returns a
 * size of 0, then call diskprobe_prober_finish(). No call blocks. Bytes can be fed, and the length
 * set, in any order.
 *
 * @param length   length of the object in bytes; or DISKPROBE_LENGTH_UNKNOWN, to be set later with
 *                 diskprobe_prober_set_length() or known once all bytes of the object are fed
 * @param options  options of the probe, or NULL for the defaults; not kept
 * @return the prober, free with diskprobe_prober_free(); NULL only on an internal error
 * @since 0.1
 */
DISKPROBE_MUST_USE
DISKPROBE_FREED_BY(diskprobe_prober_free)
diskprobe_prober *diskprobe_prober_new(uint64_t length,
                                       const diskprobe_options *options);

/**
 * Sets the length of the object, at any time before diskprobe_prober_finish() succeeds.
 *
 * Without the length, the physical size of most images is unknown, and the end of the object is
 * not searched for trailers.
 *
 * @param prober  the prober
 * @param length  length of the object in bytes
 * @param error   receives an error on failure; free with diskprobe_error_free(); may be NULL
 * @return DISKPROBE_STATUS_OK;
 *         DISKPROBE_STATUS_CHANGED if another length is already known;
 *         DISKPROBE_STATUS_WRONG_STATE after diskprobe_prober_finish() succeeded;
 *         DISKPROBE_STATUS_INVALID_ARGUMENT if prober is NULL or length is
 *         DISKPROBE_LENGTH_UNKNOWN
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_prober_set_length(diskprobe_prober *prober,
                                             uint64_t length,
                                             diskprobe_error **error);

/**
 * Returns the range of bytes to read next.
 *
 * A repeated call returns the same range. After a short feed, it returns the rest of the range.
 *
 * @param prober  the prober
 * @param offset  receives the offset of the first byte; may be NULL
 * @param size    receives the number of bytes to read; 0 if the image is ready, or on failure
 * @param needed  receives the number of these bytes, from the first one, that the probe requires
 *                to continue: at least 1, or 0 if size is 0; may be NULL
 * @param error   receives an error on failure; free with diskprobe_error_free(); may be NULL
 * @return DISKPROBE_STATUS_OK;
 *         DISKPROBE_STATUS_WRONG_STATE after diskprobe_prober_finish() succeeded;
 *         DISKPROBE_STATUS_INVALID_ARGUMENT if prober or size is NULL;
 *         if the probe failed, the status that diskprobe_probe_buffer() returns for the failure
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_prober_next_read(diskprobe_prober *prober,
                                            uint64_t *offset,
                                            size_t *size,
                                            size_t *needed,
                                            diskprobe_error **error);

/**
 * Feeds bytes of the object: any range, requested or not, in any order.
 *
 * The bytes are copied. Bytes that the prober already has are ignored. Other bytes that were not
 * requested count towards the limit on bytes.
 *
 * @param prober  the prober
 * @param offset  the offset of the first byte in the object
 * @param data    the bytes; NULL only if size is 0
 * @param size    the number of bytes; may be less than requested. 0 means that the object ends at
 *                or before offset.
 * @param error   receives an error on failure; free with diskprobe_error_free(); may be NULL
 * @return DISKPROBE_STATUS_OK;
 *         DISKPROBE_STATUS_WRONG_STATE after diskprobe_prober_finish() succeeded;
 *         DISKPROBE_STATUS_LIMIT_EXCEEDED after too many bytes that were not requested;
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
 * Returns the image. After success only diskprobe_prober_free() is a valid call.
 *
 * @param prober  the prober
 * @param image   receives the image; free with diskprobe_image_free()
 * @param error   receives an error on failure; free with diskprobe_error_free(); may be NULL
 * @return DISKPROBE_STATUS_OK;
 *         DISKPROBE_STATUS_WRONG_STATE if bytes are still needed (the probe can continue), or
 *         after an earlier success;
 *         DISKPROBE_STATUS_INVALID_ARGUMENT if prober or image is NULL;
 *         if the probe failed, the status that diskprobe_probe_buffer() returns for the failure
 * @since 0.1
 */
DISKPROBE_MUST_USE
diskprobe_status diskprobe_prober_finish(diskprobe_prober *prober,
                                         diskprobe_image **image,
                                         diskprobe_error **error);

/** @} */

/**
 * @addtogroup diskprobe_errors
 * @{
 */

/**
 * Frees an error.
 *
 * @param error  the error, or NULL
 * @since 0.1
 */
void diskprobe_error_free(diskprobe_error *error);

/**
 * Creates an error for a diskprobe_read_callback or diskprobe_open_callback to return.
 *
 * @param status   the kind of failure. DISKPROBE_STATUS_OK and unknown numbers become
 *                 DISKPROBE_STATUS_IO.
 * @param message  NUL-terminated UTF-8, copied; or NULL for the name of the status. Control
 *                 characters and invalid UTF-8 are replaced.
 * @return the error, owned by the caller until a callback returns it to the library; otherwise
 *         free with diskprobe_error_free(). NULL only on an internal error.
 * @since 0.1
 */
DISKPROBE_MUST_USE
DISKPROBE_FREED_BY(diskprobe_error_free)
diskprobe_error *diskprobe_error_new(diskprobe_status status,
                                     const char *message);

/**
 * Returns the short, stable name of a status, such as "invalid-image".
 *
 * @param status  any number
 * @return a static string; "ok" for DISKPROBE_STATUS_OK, "unknown" for a number that is not a
 *         status
 * @since 0.1
 */
const char *diskprobe_status_to_string(diskprobe_status status);

/**
 * Returns English text for a status, such as "the image is invalid".
 *
 * The text is the same for every failure with this status; diskprobe_error_message() says what
 * failed.
 *
 * @param status  any number
 * @return a static string; "unknown" for a number that is not a status
 * @since 0.1
 */
const char *diskprobe_status_message(diskprobe_status status);

/**
 * Returns the status of the call that failed.
 *
 * @param error  the error, or NULL
 * @return the status; DISKPROBE_STATUS_OK if error is NULL
 * @since 0.1
 */
DISKPROBE_MUST_USE diskprobe_status diskprobe_error_status(const diskprobe_error *error);

/**
 * Returns the message: one line with structure, field, value, offset and limit.
 *
 * The message does not contain the file name: print "FILE: MESSAGE". It contains no control
 * characters, no line breaks and no text from the image.
 *
 * @param error  the error, or NULL
 * @return the message, owned by the error; an empty string if error is NULL
 * @since 0.1
 */
const char *diskprobe_error_message(const diskprobe_error *error);

/**
 * Returns the template of the message, for translation.
 *
 * It is English text with a placeholder such as "{offset}" for each parameter, and contains all
 * words of the message: "{structure}: {field} is {value} (offset {offset}), must be at most
 * {most}". A program translates it, and then replaces the placeholders. A message that a callback
 * passed to diskprobe_error_new() has the template "{message}".
 *
 * @param error  the error, or NULL
 * @return the template, owned by the error; an empty string if error is NULL
 * @since 0.1
 */
const char *diskprobe_error_template(const diskprobe_error *error);

/**
 * Returns the number of parameters of the message.
 *
 * @param error  the error, or NULL
 * @return the number; 0 if error is NULL
 * @since 0.1
 */
size_t diskprobe_error_parameter_count(const diskprobe_error *error);

/**
 * Returns a parameter of the message: the value that replaces one placeholder of the template.
 *
 * Values are numbers and names, which are not translated. They contain no control characters.
 * docs/errors.md lists the names, which are stable.
 *
 * @param error  the error, or NULL
 * @param index  an index below diskprobe_error_parameter_count()
 * @param name   receives the name, such as "offset", owned by the error; NULL if index is out of
 *               range. May be NULL.
 * @param value  receives the value, owned by the error; NULL if index is out of range. May be
 *               NULL.
 * @return true if the parameter exists
 * @since 0.1
 */
bool diskprobe_error_parameter(const diskprobe_error *error,
                               size_t index,
                               const char **name,
                               const char **value);

/**
 * Returns the errno of the operating system or of a callback.
 *
 * @param error  the error, or NULL
 * @return the errno; 0 if the failure has none
 * @since 0.1
 */
int diskprobe_error_errno(const diskprobe_error *error);

/**
 * Returns the offset of the invalid field or structure, or of the missing bytes.
 *
 * @param error   the error, or NULL
 * @param offset  receives the offset from the start of the file, in bytes; may be NULL
 * @return true if the failure has an offset
 * @since 0.1
 */
bool diskprobe_error_offset(const diskprobe_error *error, uint64_t *offset);

/**
 * Returns the range of bytes that a probe lacks.
 *
 * Failures with DISKPROBE_STATUS_NEED_MORE_DATA, DISKPROBE_STATUS_TRUNCATED or
 * DISKPROBE_STATUS_CHANGED have such a range. A caller of diskprobe_probe_buffer() can read up to
 * offset + length and probe again.
 *
 * @param error   the error, or NULL
 * @param offset  receives the offset of the first byte from the start of the file; may be NULL
 * @param length  receives the number of bytes; may be NULL
 * @return true if bytes are missing
 * @since 0.1
 */
bool diskprobe_error_needed(const diskprobe_error *error,
                            uint64_t *offset,
                            uint64_t *length);

/** @} */

/**
 * @addtogroup diskprobe_version
 * @{
 */

/**
 * Returns the version of the loaded library, such as "0.1.0".
 *
 * @return a static string
 * @since 0.1
 */
const char *diskprobe_version(void);

/**
 * Returns the version of the loaded library as a number that increases with each version.
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
