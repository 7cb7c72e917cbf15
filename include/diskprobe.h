/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/**
 * @file diskprobe.h
 *
 * What a disk image is, from its bytes: format, sizes, backing store, encryption. Read-only, in
 * this process, with bounded work, for images that nobody trusts.
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
 *         printf("stands on a backing store: %s\n", backing ? "yes" : "no");
 *         diskprobe_image_free(image);
 *         return 0;
 *     }
 *
 * Ownership: a handle that a call gives you is yours; a function of its own frees it, and takes
 * NULL too. Strings and const handles are static, or belong to the handle that lent them and live as
 * long as it does. What you pass in stays yours, and is not kept after the call, but for what an
 * opener of a chain gives.
 *
 * NULL: every function takes NULL for every pointer. Where a value is needed, the answer is
 * DISKPROBE_STATUS_INVALID_ARGUMENT; a getter's is that the fact is absent. Out-parameters are
 * always written (NULL, 0 or false where there is nothing to give) and never read.
 *
 * Threads: distinct handles may be used in distinct threads at the same time. Images, locations,
 * chains, verdicts and errors never change and may be read from many threads at once; so may options
 * and policies while nobody changes them. There is no global state, no environment variable, and no
 * thread of the library's own, but for the jobs that a scan is asked to have: they end with its
 * call.
 *
 * Errors: a call that can fail returns a status, of which 0 is success, and on request an error
 * handle with a message. A defect of the library (a Rust panic) is stopped at this interface and
 * returned as DISKPROBE_STATUS_INTERNAL; that alone prints a line to stderr. Only the failure to
 * allocate memory ends the process, as it does with GLib.
 *
 * Strings from an image (locations, names) are whatever its author put there: escape them before
 * you show them, and do not pass them to a shell.
 *
 * This file is generated; change src/ffi/ instead.
 */

#ifndef DISKPROBE_H
#define DISKPROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The version of this header: first number. */
#define DISKPROBE_VERSION_MAJOR 0

/** The version of this header: second number. */
#define DISKPROBE_VERSION_MINOR 1

/** The version of this header: third number. */
#define DISKPROBE_VERSION_PATCH 0

/** The version of this header as one number, to compare: see diskprobe_version_number(). */
#define DISKPROBE_VERSION_NUMBER (((DISKPROBE_VERSION_MAJOR * 1000000) + (DISKPROBE_VERSION_MINOR * 1000)) + DISKPROBE_VERSION_PATCH)

/** Stands for the length of an object, where that is not known. */
#define DISKPROBE_LENGTH_UNKNOWN UINT64_MAX

/** Most reads that one probe does, whatever the image says. */
#define DISKPROBE_MAX_READS 16

/** Most bytes that one probe reads, whatever the image says. */
#define DISKPROBE_MAX_BYTES 1048576

/** Most images in one chain. */
#define DISKPROBE_MAX_CHAIN_IMAGES 200

/** Most jobs of a scan. */
#define DISKPROBE_MAX_SCAN_JOBS 256

/** How deep a scan goes into directories, the given one counted. */
#define DISKPROBE_MAX_SCAN_DEPTH 64

/** How a call ended. New values are only appended. */
typedef enum {
    /** Success. */
    DISKPROBE_STATUS_OK = 0,
    /** A parameter has a value that the call does not take, such as NULL where it is needed. */
    DISKPROBE_STATUS_INVALID_ARGUMENT = 1,
    /** No such file. */
    DISKPROBE_STATUS_NOT_FOUND = 2,
    /** The file may not be opened or read. */
    DISKPROBE_STATUS_PERMISSION_DENIED = 3,
    /** The operating system, or the caller's callback, could not open or read. */
    DISKPROBE_STATUS_IO = 4,
    /**
     * Not a file that can hold an image: a FIFO, socket or character device; or a directory,
     * unless DISKPROBE_FORMAT_DIR was asked for.
     */
    DISKPROBE_STATUS_UNSUPPORTED_FILE = 5,
    /** The file became shorter while it was read. */
    DISKPROBE_STATUS_CHANGED = 6,
    /** The bytes are not of the format that was asked for. */
    DISKPROBE_STATUS_WRONG_FORMAT = 7,
    /** The format is certain, but a field has an impossible value. */
    DISKPROBE_STATUS_INVALID_IMAGE = 8,
    /** The format is certain, but the file ends before its header does. */
    DISKPROBE_STATUS_TRUNCATED = 9,
    /** The format is certain, but its version, or a feature that it requires, is not known. */
    DISKPROBE_STATUS_UNSUPPORTED_FEATURE = 10,
    /** The format is known by name, but this library does not read it. */
    DISKPROBE_STATUS_UNSUPPORTED_FORMAT = 11,
    /** More reads or bytes are needed than the limits allow. */
    DISKPROBE_STATUS_LIMIT_EXCEEDED = 12,
    /** Part of the image was given, and the answer needs another part: see the error's offset. */
    DISKPROBE_STATUS_NEED_MORE_DATA = 13,
    /** Calls came in an order that makes no sense. */
    DISKPROBE_STATUS_WRONG_STATE = 14,
    /** A defect of this library. Nothing was harmed; please report it. */
    DISKPROBE_STATUS_INTERNAL = 15,
    /**
     * A backing location does not follow the rules of its syntax, or it means different places to
     * different programs.
     */
    DISKPROBE_STATUS_INVALID_LOCATION = 16,
    /**
     * An image of a chain does not record the format of its backing store, and it is not to be
     * guessed.
     */
    DISKPROBE_STATUS_FORMAT_NOT_RECORDED = 17,
    /** An image of a chain names one that the chain has already. */
    DISKPROBE_STATUS_LOOP = 18,
    /**
     * A name leads out of the directory in which all files have to be, or out of the file system
     * that is scanned.
     */
    DISKPROBE_STATUS_OUTSIDE_ROOT = 19,
} diskprobe_status;

/** An image format, by the name of the QEMU driver that reads it. New values are only appended. */
typedef enum {
    /**
     * No format. Given to options: detect it. From a getter: a name that this library does not
     * know.
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
    /** Apple universal disk image (UDIF). Never detected. */
    DISKPROBE_FORMAT_DMG = 6,
    /** Linux Unified Key Setup: version 1 and, where it is asked for by name, version 2. */
    DISKPROBE_FORMAT_LUKS = 7,
    /** Parallels and Virtuozzo; libvirt says "ploop". */
    DISKPROBE_FORMAT_PARALLELS = 8,
    /** QEMU copy-on-write, version 1. */
    DISKPROBE_FORMAT_QCOW = 9,
    /** QEMU copy-on-write, versions 2 and 3. */
    DISKPROBE_FORMAT_QCOW2 = 10,
    /** QEMU enhanced disk. */
    DISKPROBE_FORMAT_QED = 11,
    /** VirtualBox disk image. */
    DISKPROBE_FORMAT_VDI = 12,
    /** Hyper-V virtual hard disk, version 2; libvirt says "vhd". */
    DISKPROBE_FORMAT_VHDX = 13,
    /** VMware virtual disk. */
    DISKPROBE_FORMAT_VMDK = 14,
    /** Connectix and Microsoft virtual hard disk (VHD). */
    DISKPROBE_FORMAT_VPC = 15,
} diskprobe_format;

/** Who defines an image's encryption. New values are only appended. */
typedef enum {
    /** Not encrypted, as far as the format can tell. */
    DISKPROBE_ENCRYPTION_NONE = 0,
    /** The AES of qcow and qcow2, which QEMU calls legacy. */
    DISKPROBE_ENCRYPTION_AES = 1,
    /** LUKS, version 1. */
    DISKPROBE_ENCRYPTION_LUKS = 2,
    /** LUKS, version 2. */
    DISKPROBE_ENCRYPTION_LUKS2 = 3,
    /** VMware's: keys are named in the VMDK descriptor. */
    DISKPROBE_ENCRYPTION_VMDK = 4,
    /** Apple's, around a whole UDIF image. */
    DISKPROBE_ENCRYPTION_DMG = 5,
} diskprobe_encryption;

/** Something that an image's header can declare. New values are only appended. */
typedef enum {
    /** No feature: for a name that is not one. */
    DISKPROBE_FEATURE_NONE = 0,
    /** qcow2: reference counts may lag behind (compatible bit 0). */
    DISKPROBE_FEATURE_LAZY_REFCOUNTS = 1,
    /** qcow2: the image is marked as corrupt (incompatible bit 1). */
    DISKPROBE_FEATURE_CORRUPT = 2,
    /** qcow2: L2 entries with subclusters (incompatible bit 4). */
    DISKPROBE_FEATURE_EXTENDED_L2 = 3,
    /** qcow2: the guest's data is in an external data file (incompatible bit 2). */
    DISKPROBE_FEATURE_DATA_FILE = 4,
    /** qcow2: the external data file alone is a valid raw image (autoclear bit 1). */
    DISKPROBE_FEATURE_DATA_FILE_RAW = 5,
    /** qcow2: the bitmaps are consistent (autoclear bit 0). */
    DISKPROBE_FEATURE_BITMAPS = 6,
    /** qcow2, qed: one that is not known here, and that a reader may ignore. */
    DISKPROBE_FEATURE_UNKNOWN_OPTIONAL = 7,
    /** vpc: the guest is suspended, and its state is in another file. */
    DISKPROBE_FEATURE_SAVED_STATE = 8,
} diskprobe_feature;

/** In what role an image names something outside of it. New values are only appended. */
typedef enum {
    /** No reference: the index is past the last. */
    DISKPROBE_REFERENCE_KIND_NONE = 0,
    /** A backing store, which QEMU opens under the image. */
    DISKPROBE_REFERENCE_KIND_BACKING = 1,
    /** A qcow2 external data file. */
    DISKPROBE_REFERENCE_KIND_DATA_FILE = 2,
    /** A VMDK extent file. */
    DISKPROBE_REFERENCE_KIND_EXTENT = 3,
    /** A parent that QEMU does not follow, but other hypervisors do. */
    DISKPROBE_REFERENCE_KIND_PARENT = 4,
} diskprobe_reference_kind;

/**
 * Something about an image that matters to who accepts it from a stranger. New values are only
 * appended.
 */
typedef enum {
    /** No finding: for a name that is not one. */
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
     * Its bytes carry the signature of another format too, or it is not raw (or encrypted) and its
     * bytes hold a file system or a partition table for who takes it for raw.
     */
    DISKPROBE_FINDING_AMBIGUOUS = 5,
    /** It was not closed properly. */
    DISKPROBE_FINDING_DIRTY = 6,
    /** It is marked as corrupt. */
    DISKPROBE_FINDING_CORRUPT = 7,
    /** The guest's data is encrypted. */
    DISKPROBE_FINDING_ENCRYPTED = 8,
    /**
     * Not every place was looked at where the signature of another format could stand: the probe
     * was not thorough, or the length was not known.
     */
    DISKPROBE_FINDING_INCOMPLETE_SCAN = 9,
    /** It is declared to be encrypted, with a cipher that leaves the data as it is. */
    DISKPROBE_FINDING_NULL_CIPHER = 10,
    /** It is encrypted, and no key slot holds a key: nobody can read it. */
    DISKPROBE_FINDING_NO_KEY = 11,
    /**
     * It describes itself twice, and the two are not alike, or only one is whole: a program may go
     * by the other one. These are the two headers of LUKS 2 (where it is asked for), the header and
     * the footer of a VMDK stream, the header and the text inside of any VMDK, and the two footers
     * of a dynamic VHD (in a thorough probe).
     */
    DISKPROBE_FINDING_HEADERS_DIFFER = 12,
    /** It declares a feature that is not known here, and that a reader may ignore. */
    DISKPROBE_FINDING_UNKNOWN_FEATURE = 13,
} diskprobe_finding;

/** What a raw image holds. New values are only appended. */
typedef enum {
    /** Nothing that is known. */
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

/** A program that decides by a file's bytes what it is. New values are only appended. */
typedef enum {
    /** No reader: for a name that is not one. */
    DISKPROBE_TOOL_NONE = 0,
    /** QEMU, where no format is named to it. */
    DISKPROBE_TOOL_QEMU = 1,
    /** libvirt, where it probes: storage pools, and backing files whose format is not recorded. */
    DISKPROBE_TOOL_LIBVIRT = 2,
} diskprobe_tool;

/** What sort of rule of a policy an image breaks. New values are only appended. */
typedef enum {
    /** No violation: the index is past the last. */
    DISKPROBE_VIOLATION_KIND_NONE = 0,
    /** It has a finding that the policy denies. */
    DISKPROBE_VIOLATION_KIND_FINDING = 1,
    /** Its format is not among those that the policy accepts. */
    DISKPROBE_VIOLATION_KIND_FORMAT = 2,
    /** Its virtual size is larger than the policy accepts, or not known. */
    DISKPROBE_VIOLATION_KIND_VIRTUAL_SIZE = 3,
    /** It has a backing file, and that is not below a directory in which the policy accepts it. */
    DISKPROBE_VIOLATION_KIND_BACKING_PLACE = 4,
    /**
     * It has a backing file whose format it does not record by a known name: it would be guessed
     * from bytes that a guest may have written.
     */
    DISKPROBE_VIOLATION_KIND_BACKING_FORMAT = 5,
} diskprobe_violation_kind;

/** What sort of thing a location names. New values are only appended. */
typedef enum {
    /** Not known, because the protocol or driver is not. */
    DISKPROBE_STORAGE_TYPE_UNKNOWN = 0,
    /** A file of this machine; or a block device, which a path does not tell from one. */
    DISKPROBE_STORAGE_TYPE_FILE = 1,
    /** What is said to be a block device of this machine. */
    DISKPROBE_STORAGE_TYPE_BLOCK = 2,
    /** A directory of this machine. */
    DISKPROBE_STORAGE_TYPE_DIR = 3,
    /** Something that a server holds. */
    DISKPROBE_STORAGE_TYPE_NETWORK = 4,
    /** A namespace of an NVMe controller of this machine, which the hypervisor drives itself. */
    DISKPROBE_STORAGE_TYPE_NVME = 5,
} diskprobe_storage_type;

/** How to reach what a server holds. New values are only appended. */
typedef enum {
    /** None, or one that is not known. */
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

/** How to reach a host. New values are only appended. */
typedef enum {
    /** No host: the index is past the last. */
    DISKPROBE_TRANSPORT_NONE = 0,
    /** TCP; for some protocols UDP. */
    DISKPROBE_TRANSPORT_TCP = 1,
    /** A socket of this machine. */
    DISKPROBE_TRANSPORT_UNIX = 2,
    /** Remote DMA. */
    DISKPROBE_TRANSPORT_RDMA = 3,
} diskprobe_transport;

/** In what role an element is in its chain. New values are only appended. */
typedef enum {
    /** No element: the index is past the last. */
    DISKPROBE_ELEMENT_KIND_NONE = 0,
    /** The image that the walk began with. */
    DISKPROBE_ELEMENT_KIND_TOP = 1,
    /** The backing file of the image above it. */
    DISKPROBE_ELEMENT_KIND_BACKING = 2,
    /** The data file of an image. */
    DISKPROBE_ELEMENT_KIND_DATA_FILE = 3,
} diskprobe_element_kind;

/**
 * What to do with a backing file whose format the image above it does not record. New values are
 * only appended.
 */
typedef enum {
    /** No policy: for a name that is not one. */
    DISKPROBE_UNRECORDED_FORMAT_NONE = 0,
    /** The chain is broken there. */
    DISKPROBE_UNRECORDED_FORMAT_REFUSE = 1,
    /**
     * Its bytes decide, as long as what they show names no other file: no backing file, data file,
     * extent or parent. Whoever can write to a raw disk could otherwise put a header there that
     * names a file of the host. libvirt's rule, made whole.
     */
    DISKPROBE_UNRECORDED_FORMAT_PROBE = 2,
    /** It is raw, whatever its bytes show. */
    DISKPROBE_UNRECORDED_FORMAT_RAW = 3,
} diskprobe_unrecorded_format;

/** How the format of an element came to be known. New values are only appended. */
typedef enum {
    /** Not at all. */
    DISKPROBE_FORMAT_SOURCE_UNKNOWN = 0,
    /** The caller gave it. */
    DISKPROBE_FORMAT_SOURCE_GIVEN = 1,
    /**
     * The image that names the element records it, by a name, a flag, or a location with a driver;
     * or it allows no other.
     */
    DISKPROBE_FORMAT_SOURCE_RECORDED = 2,
    /** The bytes of the element show it. */
    DISKPROBE_FORMAT_SOURCE_PROBED = 3,
    /** It is not recorded, and raw by the caller's policy. */
    DISKPROBE_FORMAT_SOURCE_ASSUMED = 4,
    /** The element is a data file: these are always raw. */
    DISKPROBE_FORMAT_SOURCE_IMPLIED = 5,
} diskprobe_format_source;

/**
 * The images of a disk, with their data files, from the top down. Never changes, is independent of
 * the files and of every other handle, and may be read from many threads at once.
 */
typedef struct diskprobe_chain diskprobe_chain;

/**
 * How to walk a chain. A walk only reads it and keeps no reference: walks in many threads may
 * share one while nobody changes it, where the opener may be called in many threads.
 */
typedef struct diskprobe_chain_options diskprobe_chain_options;

/** Why a call failed. Never changes, and may be read from many threads at once. */
typedef struct diskprobe_error diskprobe_error;

/**
 * The facts of one disk image. Never changes, is independent of the file and of every other
 * handle, and may be read from many threads at once.
 */
typedef struct diskprobe_image diskprobe_image;

/**
 * What a recorded location names. Never changes, is independent of every other handle, and may be
 * read from many threads at once.
 */
typedef struct diskprobe_location diskprobe_location;

/**
 * The answer of an opener. It belongs to the library, and to the thread in which the opener is
 * called, until that returns.
 */
typedef struct diskprobe_open_request diskprobe_open_request;

/**
 * How to probe. A probe only reads it and keeps no reference: probes in many threads may share
 * one while nobody changes it.
 */
typedef struct diskprobe_options diskprobe_options;

/**
 * What an image has to be like in order to be accepted. Judging only reads it and keeps no
 * reference: many threads may share one while nobody changes it.
 */
typedef struct diskprobe_policy diskprobe_policy;

/** A probe that says which range it needs next. Belongs to one thread at a time. */
typedef struct diskprobe_prober diskprobe_prober;

/**
 * How to scan. A scan only reads it and keeps no reference: scans in many threads may share one
 * while nobody changes it.
 */
typedef struct diskprobe_scan_options diskprobe_scan_options;

/**
 * What a policy says of an image. Never changes, is independent of both, and may be read from many
 * threads at once.
 */
typedef struct diskprobe_verdict diskprobe_verdict;

/**
 * Reads for a probe, as pread(2) does. It must return: not throw, not longjmp.
 *
 * @param opaque  what was given together with this function
 * @param buffer  receives the bytes
 * @param size    how many are wanted
 * @param offset  of the first, in bytes from the start of the object
 * @return how many bytes were put into buffer: where they are fewer than wanted, the rest is asked
 *         for next; 0 where the object ends at or before offset; a negative errno on failure, of
 *         which -EINTR is tried again
 */
typedef int64_t (*diskprobe_read_callback)(void *opaque,
                                           void *buffer,
                                           size_t size,
                                           uint64_t offset);

/**
 * Takes one result of a scan. It must return: not throw, not longjmp.
 *
 * One call ends before the next begins, with a memory barrier in between. With several jobs the
 * calls come from any of the scan's threads; with one, from the thread that scans. It may probe
 * and scan itself, but not free or change what the scan was given.
 *
 * @param opaque  what the scan was given
 * @param name    of the file or directory: the one that was given, and the way from there.
 *                NUL-terminated bytes, in no particular encoding, chosen by whoever named the file
 * @param length  of name, without the NUL
 * @param status  DISKPROBE_STATUS_OK, or why there is no image, as diskprobe_probe_path(). Among
 *                these: DISKPROBE_STATUS_NOT_FOUND for a file that vanished since it was listed or
 *                a link that leads nowhere; DISKPROBE_STATUS_OUTSIDE_ROOT for what is on another
 *                file system; DISKPROBE_STATUS_LIMIT_EXCEEDED for a directory that is too deep;
 *                and any reason not to open a directory, or not to read it to its end
 * @param image   the image, or NULL on failure. Belongs to the scan, and is gone when the call
 *                returns
 * @param error   the reason of a failure, or NULL on success. Belongs to the scan likewise
 * @return whether to go on; on false nothing comes any more
 */
typedef bool (*diskprobe_scan_callback)(void *opaque,
                                        const char *name,
                                        size_t length,
                                        diskprobe_status status,
                                        const diskprobe_image *image,
                                        const diskprobe_error *error);

/**
 * Opens what a chain names, for reading. It must return: not throw, not longjmp.
 *
 * It answers by a call of diskprobe_open_request_set_fd(), diskprobe_open_request_set_borrowed_fd(),
 * diskprobe_open_request_set_source() or diskprobe_open_request_use_default(); the last one counts. Without
 * any, the element is left unopened, and what is below it stays unknown.
 *
 * @param opaque    what diskprobe_chain_options_set_opener() was given
 * @param location  what to open; good until the opener returns
 * @param opened    receives the answer; good until the opener returns
 * @return 0; or a negative errno where it cannot be opened: the walk ends there, with
 *         DISKPROBE_STATUS_NOT_FOUND for -ENOENT, DISKPROBE_STATUS_PERMISSION_DENIED for -EACCES
 *         and -EPERM, DISKPROBE_STATUS_IO for any other. What was given is closed all the same.
 */
typedef int (*diskprobe_open_callback)(void *opaque,
                                       const diskprobe_location *location,
                                       diskprobe_open_request *opened);

/**
 * Ends the use of what diskprobe_open_request_set_source() was given. It must return: not throw, not
 * longjmp.
 *
 * @param opaque  what was given together with this function
 */
typedef void (*diskprobe_close_callback)(void *opaque);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Gives the version of the library that is running, such as "0.1.0".
 *
 * @return a static string
 * @since 0.1
 */
const char *diskprobe_version(void);

/**
 * Gives the version of the library that is running, as a number that grows with it.
 *
 * @return major * 1000000 + minor * 1000 + patch
 * @since 0.1
 */
uint32_t diskprobe_version_number(void);

/**
 * Gives the short, stable name of a status, such as "invalid-image"; "ok" for success.
 *
 * @param status  any number
 * @return a static string; "unknown" for a number that is no status
 * @since 0.1
 */
const char *diskprobe_status_to_string(diskprobe_status status);

/**
 * Finds the status of that name.
 *
 * @param name    NUL-terminated, compared exactly
 * @param status  receives the status, or DISKPROBE_STATUS_INTERNAL where there is none; may be
 *                NULL
 * @return whether there is one
 * @since 0.1
 */
bool diskprobe_status_from_string(const char *name,
                                  diskprobe_status *status);

/**
 * Gives the name of a format: that of QEMU's driver; for "cow" and "dir", libvirt's name.
 *
 * @param format  any number
 * @return a static string; "unknown" for DISKPROBE_FORMAT_UNKNOWN and for a number that is no
 *         format
 * @since 0.1
 */
const char *diskprobe_format_to_string(diskprobe_format format);

/**
 * Finds the format of that name, as QEMU spells it. There are no aliases, and "unknown" is none:
 * a user's misspelling never becomes a request to detect.
 *
 * @param name    NUL-terminated, compared exactly
 * @param format  receives the format, or DISKPROBE_FORMAT_UNKNOWN where there is none; may be
 *                NULL
 * @return whether there is one
 * @since 0.1
 */
bool diskprobe_format_from_string(const char *name,
                                  diskprobe_format *format);

/**
 * Gives the short, stable name of an encryption: "none", "aes", "luks" and so on.
 *
 * @param encryption  any number
 * @return a static string; "unknown" for a number that is no encryption
 * @since 0.1
 */
const char *diskprobe_encryption_to_string(diskprobe_encryption encryption);

/**
 * Finds the encryption of that name.
 *
 * @param name        NUL-terminated, compared exactly
 * @param encryption  receives the encryption, or DISKPROBE_ENCRYPTION_NONE where there is none;
 *                    may be NULL
 * @return whether there is one; true for "none"
 * @since 0.1
 */
bool diskprobe_encryption_from_string(const char *name,
                                      diskprobe_encryption *encryption);

/**
 * Gives the short, stable name of a feature, such as "lazy-refcounts".
 *
 * @param feature  any number
 * @return a static string; "unknown" for a number that is no feature
 * @since 0.1
 */
const char *diskprobe_feature_to_string(diskprobe_feature feature);

/**
 * Finds the feature of that name.
 *
 * @param name     NUL-terminated, compared exactly
 * @param feature  receives the feature, or DISKPROBE_FEATURE_NONE where there is none; may be
 *                 NULL
 * @return whether there is one
 * @since 0.1
 */
bool diskprobe_feature_from_string(const char *name,
                                   diskprobe_feature *feature);

/**
 * Gives the short, stable name of a kind of reference, such as "data-file".
 *
 * @param reference  any number
 * @return a static string; "unknown" for a number that is no kind of reference
 * @since 0.1
 */
const char *diskprobe_reference_kind_to_string(diskprobe_reference_kind reference);

/**
 * Finds the kind of reference of that name.
 *
 * @param name       NUL-terminated, compared exactly
 * @param reference  receives the kind, or DISKPROBE_REFERENCE_KIND_NONE where there is none; may be
 *                   NULL
 * @return whether there is one
 * @since 0.1
 */
bool diskprobe_reference_kind_from_string(const char *name,
                                          diskprobe_reference_kind *reference);

/**
 * Gives the short, stable name of a finding, such as "backing-file".
 *
 * @param finding  any number
 * @return a static string; "unknown" for a number that is no finding
 * @since 0.1
 */
const char *diskprobe_finding_to_string(diskprobe_finding finding);

/**
 * Finds the finding of that name.
 *
 * @param name     NUL-terminated, compared exactly
 * @param finding  receives the finding, or DISKPROBE_FINDING_NONE where there is none; may be NULL
 * @return whether there is one
 * @since 0.1
 */
bool diskprobe_finding_from_string(const char *name,
                                   diskprobe_finding *finding);

/**
 * Gives the short, stable name of a content, such as "iso9660".
 *
 * @param content  any number
 * @return a static string; "unknown" for a number that is no content
 * @since 0.1
 */
const char *diskprobe_content_kind_to_string(diskprobe_content_kind content);

/**
 * Finds the content of that name.
 *
 * @param name     NUL-terminated, compared exactly
 * @param content  receives the content, or DISKPROBE_CONTENT_KIND_NONE where there is none; may be NULL
 * @return whether there is one
 * @since 0.1
 */
bool diskprobe_content_kind_from_string(const char *name,
                                        diskprobe_content_kind *content);

/**
 * Gives the short, stable name of a reader, such as "libvirt".
 *
 * @param reader  any number
 * @return a static string; "unknown" for a number that is no reader
 * @since 0.1
 */
const char *diskprobe_tool_to_string(diskprobe_tool reader);

/**
 * Finds the reader of that name.
 *
 * @param name    NUL-terminated, compared exactly
 * @param reader  receives the reader, or DISKPROBE_TOOL_NONE where there is none; may be NULL
 * @return whether there is one
 * @since 0.1
 */
bool diskprobe_tool_from_string(const char *name,
                                diskprobe_tool *reader);

/**
 * Gives the name that libvirt has for a format in the XML of a volume or disk: "ploop" for
 * parallels, "vhd" for VHDX, and "raw" for LUKS, which is an encryption there. For others, it is
 * that of diskprobe_format_to_string().
 *
 * @param format  any number
 * @return a static string; "unknown" for DISKPROBE_FORMAT_UNKNOWN and for a number that is no
 *         format: libvirt knows no format of that name
 * @since 0.1
 */
const char *diskprobe_format_to_libvirt_string(diskprobe_format format);

/**
 * Finds the format that libvirt calls so. Its "iso" is DISKPROBE_FORMAT_RAW: what is in a raw image
 * is diskprobe_image_content().
 *
 * @param name    NUL-terminated, compared exactly
 * @param format  receives the format, or DISKPROBE_FORMAT_UNKNOWN where there is none; may be
 *                NULL
 * @return whether there is one: not so for "auto", "none", and "fat", which is a directory that
 *         QEMU shows as a file system
 * @since 0.1
 */
bool diskprobe_format_from_libvirt_string(const char *name,
                                          diskprobe_format *format);

/**
 * Makes options that hold the defaults: detect the format, work within the library's limits.
 *
 * @return the options, free with diskprobe_options_free(); NULL only on an internal error
 * @since 0.1
 */
diskprobe_options *diskprobe_options_new(void);

/**
 * Frees options.
 *
 * @param options  the options, or NULL
 * @since 0.1
 */
void diskprobe_options_free(diskprobe_options *options);

/**
 * Sets the format that the image is known to have.
 *
 * Only that format's parser runs then, and bytes that are not of that format are
 * DISKPROBE_STATUS_WRONG_FORMAT. For DISKPROBE_FORMAT_RAW no content is read at all.
 *
 * Detection sees what QEMU's probing sees. Who asks also gets: a fixed VHD, as
 * DISKPROBE_FORMAT_VPC; LUKS2, as DISKPROBE_FORMAT_LUKS; DISKPROBE_FORMAT_DMG,
 * DISKPROBE_FORMAT_COW and DISKPROBE_FORMAT_DIR.
 *
 * @param options  the options
 * @param format   the format, or DISKPROBE_FORMAT_UNKNOWN to detect it (the default)
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL or format
 *         is not one: then nothing has changed
 * @since 0.1
 */
diskprobe_status diskprobe_options_set_format(diskprobe_options *options,
                                              diskprobe_format format);

/**
 * Sets the name of the image's file, as it would be given to QEMU: its probing goes by the name for
 * one format.
 *
 * Where the name ends in ".dmg" (in small letters, with something in front), and the first sector
 * has no signature that QEMU gives more weight, the end of the file is read too; with a UDIF trailer
 * there, the format is DISKPROBE_FORMAT_DMG. QEMU refuses such a file without a trailer; here it is
 * detected as if it had another name. Names mean nothing else, and diskprobe_probe_path() does not
 * pass on its path by itself.
 *
 * @param options  the options
 * @param name     NUL-terminated, not kept; or NULL for no name (the default)
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
 * @since 0.1
 */
diskprobe_status diskprobe_options_set_file_name(diskprobe_options *options,
                                                 const char *name);

/**
 * Lowers the number of reads that a probe may do.
 *
 * One that needs more ends with DISKPROBE_STATUS_LIMIT_EXCEEDED.
 *
 * @param options  the options
 * @param reads    at most DISKPROBE_MAX_READS, which is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL or reads is
 *         above that: then nothing has changed
 * @since 0.1
 */
diskprobe_status diskprobe_options_set_max_reads(diskprobe_options *options,
                                                 uint32_t reads);

/**
 * Lowers the number of bytes that a probe may read.
 *
 * One that needs more ends with DISKPROBE_STATUS_LIMIT_EXCEEDED.
 *
 * @param options  the options
 * @param bytes    at most DISKPROBE_MAX_BYTES, which is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL or bytes is
 *         above that: then nothing has changed
 * @since 0.1
 */
diskprobe_status diskprobe_options_set_max_bytes(diskprobe_options *options,
                                                 uint64_t bytes);

/**
 * Sets whether to look also where a second reading of the same bytes would show.
 *
 * Without it a probe reads what the facts need, which for most images is one small read. With it a
 * probe that detects the format also looks at the 32 KiB behind the first 32 KiB (ISO 9660, UDF)
 * and at the end (the footer of a fixed VHD, the trailer of a UDIF image), two reads more, for
 * diskprobe_image_content(), all of diskprobe_image_also_matches(), and
 * diskprobe_image_detected_as(). For who accepts images from strangers.
 *
 * @param options   the options
 * @param thorough  whether to; false is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
 * @since 0.1
 */
diskprobe_status diskprobe_options_set_thorough(diskprobe_options *options,
                                                bool thorough);

/**
 * Sets whether to look for the signatures of other formats also where the format is given.
 *
 * Without it a given format is believed, and for DISKPROBE_FORMAT_RAW no content is read at all. With
 * it diskprobe_image_also_matches() gives what a probe without a given format would have found (its
 * format too), diskprobe_image_content() is known, and all places are looked at as in a thorough
 * probe. The other facts stay those of the given format. For who takes the word of a stranger for
 * the format, and wants to know where the bytes say otherwise. Nothing changes where no format is
 * given.
 *
 * @param options  the options
 * @param look     whether to; false is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
 * @since 0.1
 */
diskprobe_status diskprobe_options_set_also_matches(diskprobe_options *options,
                                                    bool look);

/**
 * Probes the image in the file of that name.
 *
 * Never blocks and has no side effect: a FIFO, a socket or a character device is refused without
 * being opened, unless diskprobe_options_set_regular_file() says that there is no need to look.
 * Symbolic links are followed. Nothing is locked or written, so the image may be in use; nothing
 * that the image names is opened. The descriptor used meanwhile is O_CLOEXEC.
 *
 * Where your process itself holds record locks (fcntl(2), F_SETLK) on that file, they end with the
 * call, as with every close(2) of the file: use diskprobe_probe_fd() then.
 *
 * @param path     NUL-terminated bytes, in no particular encoding
 * @param options  what is known, or NULL for the defaults
 * @param image    receives the image, or NULL on failure; free with diskprobe_image_free()
 * @param error    receives the reason of a failure, or NULL on success; free with
 *                 diskprobe_error_free(). May be NULL.
 * @return DISKPROBE_STATUS_OK;
 *         DISKPROBE_STATUS_NOT_FOUND, DISKPROBE_STATUS_PERMISSION_DENIED or DISKPROBE_STATUS_IO
 *         where it cannot be opened or read;
 *         DISKPROBE_STATUS_UNSUPPORTED_FILE where it is neither a regular file nor a block device
 *         (for DISKPROBE_FORMAT_DIR: where it is no directory);
 *         DISKPROBE_STATUS_CHANGED where it becomes shorter meanwhile;
 *         DISKPROBE_STATUS_WRONG_FORMAT where it is not of the format in options;
 *         DISKPROBE_STATUS_INVALID_IMAGE, DISKPROBE_STATUS_TRUNCATED,
 *         DISKPROBE_STATUS_UNSUPPORTED_FEATURE or DISKPROBE_STATUS_UNSUPPORTED_FORMAT where the
 *         format is certain and the header is not acceptable;
 *         DISKPROBE_STATUS_LIMIT_EXCEEDED;
 *         DISKPROBE_STATUS_INVALID_ARGUMENT where path or image is NULL
 * @since 0.1
 */
diskprobe_status diskprobe_probe_path(const char *path,
                                      const diskprobe_options *options,
                                      diskprobe_image **image,
                                      diskprobe_error **error);

/**
 * Probes the image behind an open descriptor.
 *
 * Reads with pread(2): the file offset does not move, and nothing is locked or written. fd stays
 * yours and open. Regular files and block devices are accepted, and directories where
 * DISKPROBE_FORMAT_DIR is asked for.
 *
 * @param fd       open for reading
 * @param options  what is known, or NULL for the defaults
 * @param image    receives the image, or NULL on failure; free with diskprobe_image_free()
 * @param error    receives the reason of a failure, or NULL on success; free with
 *                 diskprobe_error_free(). May be NULL.
 * @return as diskprobe_probe_path(); DISKPROBE_STATUS_INVALID_ARGUMENT where fd is negative;
 *         DISKPROBE_STATUS_IO, with errno EBADF, where it is read and not open for that
 * @since 0.1
 */
diskprobe_status diskprobe_probe_fd(int fd,
                                    const diskprobe_options *options,
                                    diskprobe_image **image,
                                    diskprobe_error **error);

/**
 * Probes the image whose first bytes are in memory.
 *
 * Nothing is copied or kept. 4096 bytes suffice for most images, but not for VHDX, nor for a
 * thorough probe; diskprobe_prober_new() asks for just the ranges that are needed. The physical size
 * is that of length; the allocated size is not known. Where length is DISKPROBE_LENGTH_UNKNOWN,
 * what a header places behind the end of data is taken to be there.
 *
 * @param data     the bytes from offset 0 on; NULL only where size is 0
 * @param size     how many
 * @param length   of the whole object, or DISKPROBE_LENGTH_UNKNOWN; not less than size
 * @param options  what is known, or NULL for the defaults
 * @param image    receives the image, or NULL on failure; free with diskprobe_image_free()
 * @param error    receives the reason of a failure, or NULL on success; free with
 *                 diskprobe_error_free(). May be NULL.
 * @return as diskprobe_probe_path(), without the failures to open and read;
 *         DISKPROBE_STATUS_NEED_MORE_DATA where the answer needs bytes that were not given: the
 *         error's offset says where they start; DISKPROBE_STATUS_INVALID_ARGUMENT where size is
 *         more than length, or than any object has
 * @since 0.1
 */
diskprobe_status diskprobe_probe_buffer(const void *data,
                                        size_t size,
                                        uint64_t length,
                                        const diskprobe_options *options,
                                        diskprobe_image **image,
                                        diskprobe_error **error);

/**
 * Probes an image that a function of yours reads: remote storage, another library's handle.
 *
 * The function is called in this thread, and not any more once this call has returned. The
 * allocated size is not known. Where the length is not known, and the answer depends on it, read
 * is asked for the byte that must be there.
 *
 * @param read     reads from the object
 * @param opaque   handed to read; may be NULL
 * @param length   of the object, or DISKPROBE_LENGTH_UNKNOWN
 * @param options  what is known, or NULL for the defaults
 * @param image    receives the image, or NULL on failure; free with diskprobe_image_free()
 * @param error    receives the reason of a failure, or NULL on success; free with
 *                 diskprobe_error_free(). May be NULL.
 * @return as diskprobe_probe_path(), where the errno of read stands for that of the file;
 *         DISKPROBE_STATUS_INVALID_ARGUMENT where read is NULL, or returned more than was wanted
 * @since 0.1
 */
diskprobe_status diskprobe_probe_callback(diskprobe_read_callback read,
                                          void *opaque,
                                          uint64_t length,
                                          const diskprobe_options *options,
                                          diskprobe_image **image,
                                          diskprobe_error **error);

/**
 * Starts a probe that does no I/O of its own.
 *
 * Call diskprobe_prober_next_read() and diskprobe_prober_feed() in turn until next says that nothing
 * more is needed; then diskprobe_prober_finish(). No call blocks. Where the length is not known, and
 * the answer depends on it, the byte that must be there is among the ranges.
 *
 * @param length   of the object, or DISKPROBE_LENGTH_UNKNOWN
 * @param options  what is known, or NULL for the defaults; not kept
 * @return the probe, free with diskprobe_prober_free(); NULL only on an internal error
 * @since 0.1
 */
diskprobe_prober *diskprobe_prober_new(uint64_t length,
                                       const diskprobe_options *options);

/**
 * Tells which range is needed next. Asking again gives the same range.
 *
 * @param pull    the probe
 * @param offset  receives the first byte's offset; may be NULL
 * @param size    receives how many bytes are needed; 0 where none are: there is an answer
 * @param error   receives the reason of a failure, or NULL on success; free with
 *                diskprobe_error_free(). May be NULL.
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_WRONG_STATE after the answer was handed over;
 *         DISKPROBE_STATUS_INVALID_ARGUMENT where pull or size is NULL; or why there will be no
 *         answer, as diskprobe_probe_buffer()
 * @since 0.1
 */
diskprobe_status diskprobe_prober_next_read(diskprobe_prober *pull,
                                            uint64_t *offset,
                                            size_t *size,
                                            diskprobe_error **error);

/**
 * Gives the bytes of the range that was asked for. They are copied.
 *
 * @param pull   the probe
 * @param data   the bytes; NULL only where size is 0
 * @param size   how many: all of the range, or fewer where the object ends before it does
 * @param error  receives the reason of a failure, or NULL on success; free with
 *               diskprobe_error_free(). May be NULL.
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_WRONG_STATE where no range was asked for;
 *         DISKPROBE_STATUS_INVALID_ARGUMENT where there are more bytes than that;
 *         DISKPROBE_STATUS_CHANGED where there are fewer, though the object is longer
 * @since 0.1
 */
diskprobe_status diskprobe_prober_feed(diskprobe_prober *pull,
                                       const void *data,
                                       size_t size,
                                       diskprobe_error **error);

/**
 * Hands the answer over. The probe is then good for nothing but diskprobe_prober_free().
 *
 * @param pull   the probe
 * @param image  receives the image, or NULL on failure; free with diskprobe_image_free()
 * @param error  receives the reason of a failure, or NULL on success; free with
 *               diskprobe_error_free(). May be NULL.
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_WRONG_STATE while a range is needed (nothing is
 *         lost, go on) and after the answer was handed over; DISKPROBE_STATUS_INVALID_ARGUMENT
 *         where pull or image is NULL; or why there is no answer, as diskprobe_probe_buffer()
 * @since 0.1
 */
diskprobe_status diskprobe_prober_finish(diskprobe_prober *pull,
                                         diskprobe_image **image,
                                         diskprobe_error **error);

/**
 * Frees a probe, finished or not.
 *
 * @param pull  the probe, or NULL
 * @since 0.1
 */
void diskprobe_prober_free(diskprobe_prober *pull);

/**
 * Makes options that hold the defaults: one job, the given directories alone, results as they come.
 *
 * @return the options, free with diskprobe_scan_options_free(); NULL only on an internal error
 * @since 0.1
 */
diskprobe_scan_options *diskprobe_scan_options_new(void);

/**
 * Frees options; not while a scan uses them.
 *
 * @param options  the options, or NULL
 * @since 0.1
 */
void diskprobe_scan_options_free(diskprobe_scan_options *options);

/**
 * Sets how to probe each image. The name of its file is added for each, as by
 * diskprobe_options_set_file_name().
 *
 * @param options  the options
 * @param image    copied, not kept; or NULL for the defaults
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
 * @since 0.1
 */
diskprobe_status diskprobe_scan_options_set_image_options(diskprobe_scan_options *options,
                                                          const diskprobe_options *image);

/**
 * Sets how many threads work, the calling one among them: for 1, which is the default, none is
 * started.
 *
 * Those that are started have the signal mask of the calling thread. Where the system gives no more
 * threads, there are fewer.
 *
 * @param options  the options
 * @param jobs     from 1 to DISKPROBE_MAX_SCAN_JOBS
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL or jobs is
 *         not in that range: then nothing has changed
 * @since 0.1
 */
diskprobe_status diskprobe_scan_options_set_jobs(diskprobe_scan_options *options,
                                                 uint32_t jobs);

/**
 * Sets whether to go into the directories of a directory too; never by a symbolic link, and at most
 * DISKPROBE_MAX_SCAN_DEPTH deep.
 *
 * @param options    the options
 * @param recursive  whether to; false is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
 * @since 0.1
 */
diskprobe_status diskprobe_scan_options_set_recursive(diskprobe_scan_options *options,
                                                      bool recursive);

/**
 * Sets whether results come in the order in which names are given and directories list theirs; what
 * is in a directory comes at its place.
 *
 * Directories are then read one after another. A few results for each job may wait for their turn.
 *
 * @param options  the options
 * @param ordered  whether they do; by default, false, they come as they are found
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
 * @since 0.1
 */
diskprobe_status diskprobe_scan_options_set_ordered(diskprobe_scan_options *options,
                                                    bool ordered);

/**
 * Sets whether symbolic links to files are followed, as libvirt's pools do. Otherwise they count as
 * special files. Links to directories are never followed.
 *
 * @param options  the options
 * @param follow   whether they are; true is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
 * @since 0.1
 */
diskprobe_status diskprobe_scan_options_set_follow_links(diskprobe_scan_options *options,
                                                         bool follow);

/**
 * Sets whether to follow links, and go into directories, on other file systems than that of the
 * directory that was given. By default each of those is a DISKPROBE_STATUS_OUTSIDE_ROOT; a mounted
 * directory is opened to see that it is one, and not read.
 *
 * @param options  the options
 * @param cross    whether to; false is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
 * @since 0.1
 */
diskprobe_status diskprobe_scan_options_set_cross_file_systems(diskprobe_scan_options *options,
                                                               bool cross);

/**
 * Sets whether FIFOs, sockets and character devices in a directory are results too, with
 * DISKPROBE_STATUS_UNSUPPORTED_FILE. They are never opened.
 *
 * @param options  the options
 * @param report   whether they are; by default, false, they are passed over
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
 * @since 0.1
 */
diskprobe_status diskprobe_scan_options_set_special_files(diskprobe_scan_options *options,
                                                          bool report);

/**
 * Ends the scans that use these options, and any that is started with them later.
 *
 * May be called from any thread while scans use the options, also by what takes their results. It does
 * not wait: the scan returns when what is under way has ended, and it waits for a call of the system
 * that hangs.
 *
 * @param options  the options, or NULL
 * @since 0.1
 */
void diskprobe_scan_options_cancel(const diskprobe_scan_options *options);

/**
 * Probes all images in directories, and gives each result, with its error if it has one, to a
 * function of yours.
 *
 * In the calling thread, unless the options ask for more jobs: then in so many threads, which have
 * ended when this call returns. What is held meanwhile grows with the jobs and the depth of the
 * directories, not with the number of files. As to each image, it is as by diskprobe_probe_path():
 * read only, never locked. FIFOs, sockets and character devices are passed over without being
 * opened. Symbolic links to files are followed, unless they lead to another file system; links to
 * directories are not, but a directory that is given may be such a link.
 *
 * @param directories  so many names, NUL-terminated; NULL only where count is 0
 * @param count        how many
 * @param options      how to scan, or NULL for the defaults
 * @param found        takes the results
 * @param opaque       handed to found; may be NULL
 * @param error        receives the reason of a failure, or NULL on success; free with
 *                     diskprobe_error_free(). May be NULL.
 * @return DISKPROBE_STATUS_OK, whatever became of each image, also where found or
 *         diskprobe_scan_options_cancel() has ended the scan; DISKPROBE_STATUS_INVALID_ARGUMENT
 *         where found, directories or one of the names is NULL: then nothing was scanned
 * @since 0.1
 */
diskprobe_status diskprobe_scan(const char *const *directories,
                                size_t count,
                                const diskprobe_scan_options *options,
                                diskprobe_scan_callback found,
                                void *opaque,
                                diskprobe_error **error);

/**
 * The same for images that are named one by one, each as by diskprobe_probe_path().
 *
 * Each name gives one result. The rules for links and file systems do not count here.
 *
 * @param names    so many names of files, NUL-terminated; NULL only where count is 0
 * @param count    how many
 * @param options  how to scan, or NULL for the defaults
 * @param found    takes the results
 * @param opaque   handed to found; may be NULL
 * @param error    receives the reason of a failure, or NULL on success; free with
 *                 diskprobe_error_free(). May be NULL.
 * @return as diskprobe_scan()
 * @since 0.1
 */
diskprobe_status diskprobe_scan_files(const char *const *names,
                                      size_t count,
                                      const diskprobe_scan_options *options,
                                      diskprobe_scan_callback found,
                                      void *opaque,
                                      diskprobe_error **error);

/**
 * Frees an image, and with it every string that it lent.
 *
 * @param image  the image, or NULL
 * @since 0.1
 */
void diskprobe_image_free(diskprobe_image *image);

/**
 * Gives the format: QEMU's driver for these bytes, or the format that was asked for.
 *
 * @param image  the image, or NULL
 * @return the format; DISKPROBE_FORMAT_UNKNOWN for NULL only
 * @since 0.1
 */
diskprobe_format diskprobe_image_format(const diskprobe_image *image);

/**
 * Gives the variant of the format, such as "monolithicSparse", "dynamic" or "differencing": for
 * VMDK its createType, for VDI, VHD and VHDX the type of the disk.
 *
 * @param image  the image, or NULL
 * @return a static string; NULL where the format has no variants, or records an unknown one
 * @since 0.1
 */
const char *diskprobe_image_subformat(const diskprobe_image *image);

/**
 * Gives the virtual size: what the guest sees, in bytes. It is QEMU's value, rounding included.
 *
 * @param image  the image, or NULL
 * @param size   receives the size, or 0 where it is not known; may be NULL
 * @return whether it is known: not for a directory, for a LUKS header without its data, nor for
 *         raw and LUKS where the length is not known
 * @since 0.1
 */
bool diskprobe_image_virtual_size(const diskprobe_image *image,
                                  uint64_t *size);

/**
 * Gives the virtual size as the image records it, in bytes, before any rounding. For VHD that is
 * current_size, even where QEMU goes by the geometry.
 *
 * @param image  the image, or NULL
 * @param size   receives the size, or 0 where it is not known; may be NULL
 * @return whether it is known: where diskprobe_image_virtual_size() is
 * @since 0.1
 */
bool diskprobe_image_recorded_size(const diskprobe_image *image,
                                   uint64_t *size);

/**
 * Gives the physical size: the length of the file, or the size of the block device, in bytes.
 *
 * @param image  the image, or NULL
 * @param size   receives the size, or 0 where it is not known; may be NULL
 * @return whether it is known
 * @since 0.1
 */
bool diskprobe_image_physical_size(const diskprobe_image *image,
                                   uint64_t *size);

/**
 * Gives the allocated size: the bytes that the file occupies on its file system
 * (st_blocks * 512).
 *
 * @param image  the image, or NULL
 * @param size   receives the size, or 0 where it is not known; may be NULL
 * @return whether it is known: only where the file itself was seen
 * @since 0.1
 */
bool diskprobe_image_allocated_size(const diskprobe_image *image, uint64_t *size);

/**
 * Gives the backing store's location: the exact bytes that the image records.
 *
 * They are not interpreted: a path, or another of QEMU's syntaxes such as "nbd://host/export" or
 * "json:{...}". Nothing is opened. The image's author chose these bytes: escape them before you
 * show them, and do not open what they name on behalf of somebody who may not.
 *
 * @param image   the image, or NULL
 * @param length  receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, in no particular encoding, owned by the image; NULL where there is no
 *         backing store
 * @since 0.1
 */
const char *diskprobe_image_backing_location(const diskprobe_image *image,
                                             size_t *length);

/**
 * Gives the format that the image records for its backing store. It is never guessed.
 *
 * @param image   the image, or NULL
 * @param format  receives the format; DISKPROBE_FORMAT_UNKNOWN where none is recorded, and where
 *                the recorded name is one that this library does not know: see
 *                diskprobe_image_backing_format_name(). May be NULL.
 * @return whether one is recorded
 * @since 0.1
 */
bool diskprobe_image_backing_format(const diskprobe_image *image,
                                    diskprobe_format *format);

/**
 * Gives the name by which the image records the format of its backing store.
 *
 * @param image   the image, or NULL
 * @param length  receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the image; NULL where none is recorded, and where it is
 *         recorded by a flag or implied by the image's own format
 * @since 0.1
 */
const char *diskprobe_image_backing_format_name(const diskprobe_image *image,
                                                size_t *length);

/**
 * Tells whether QEMU takes the bytes of the backing store as they are: its format is recorded as
 * raw, or by the name of a QEMU driver below the format, such as "file" or "nbd".
 *
 * @param image  the image, or NULL
 * @return whether it does; false where no format is recorded
 * @since 0.1
 */
bool diskprobe_image_backing_is_raw(const diskprobe_image *image);

/**
 * Tells whether the guest's data is in a file of its own (qcow2 external data file).
 *
 * @param image  the image, or NULL
 * @return whether it is; an image can say so without naming the file
 * @since 0.1
 */
bool diskprobe_image_has_data_file(const diskprobe_image *image);

/**
 * Gives the data file's location: the exact bytes that the image records. Nothing is opened.
 *
 * @param image   the image, or NULL
 * @param length  receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, in no particular encoding, owned by the image; NULL where none is named
 * @since 0.1
 */
const char *diskprobe_image_data_file_location(const diskprobe_image *image,
                                               size_t *length);

/**
 * Tells whether the data file alone is a valid raw image.
 *
 * @param image  the image, or NULL
 * @return whether the image says so
 * @since 0.1
 */
bool diskprobe_image_data_file_is_raw(const diskprobe_image *image);

/**
 * Tells whether the image has a parent that QEMU does not follow, but other hypervisors do:
 * differencing VHD and VHDX, VDI with parent identifiers.
 *
 * @param image  the image, or NULL
 * @return whether it has
 * @since 0.1
 */
bool diskprobe_image_has_parent(const diskprobe_image *image);

/**
 * Gives the identity that the parent must have.
 *
 * @param image  the image, or NULL
 * @param uuid   receives 16 bytes in the order of RFC 9562, all zero where it is not recorded;
 *               may be NULL
 * @return whether it is recorded
 * @since 0.1
 */
bool diskprobe_image_parent_uuid(const diskprobe_image *image,
                                 uint8_t *uuid);

/**
 * Gives another identity that the parent of a VHDX image may have instead.
 *
 * @param image  the image, or NULL
 * @param uuid   receives 16 bytes in the order of RFC 9562, all zero where it is not recorded;
 *               may be NULL
 * @return whether it is recorded
 * @since 0.1
 */
bool diskprobe_image_parent_alternative_uuid(const diskprobe_image *image,
                                             uint8_t *uuid);

/**
 * Gives the place where the parent was: of those that the image records, the one that is looked at
 * first. Nothing is opened. All of them are among what diskprobe_image_reference() tells.
 *
 * It is UTF-8 where the format stores UTF-16, and else the exact bytes.
 *
 * @param image   the image, or NULL
 * @param length  receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the image; NULL where it is not recorded
 * @since 0.1
 */
const char *diskprobe_image_parent_location(const diskprobe_image *image,
                                            size_t *length);

/**
 * Gives the image's own identity: of VDI and VHD their UUID, of VHDX its data write GUID, by which
 * a child knows it.
 *
 * @param image  the image, or NULL
 * @param uuid   receives 16 bytes in the order of RFC 9562, all zero where it is not recorded;
 *               may be NULL
 * @return whether it is recorded
 * @since 0.1
 */
bool diskprobe_image_uuid(const diskprobe_image *image,
                          uint8_t *uuid);

/**
 * Tells how the guest's data is encrypted.
 *
 * @param image  the image, or NULL
 * @return the encryption; DISKPROBE_ENCRYPTION_NONE where the data is not encrypted, as far as
 *         the format can tell
 * @since 0.1
 */
diskprobe_encryption diskprobe_image_encryption(const diskprobe_image *image);

/**
 * Tells where LUKS keeps the encrypted data, in bytes from the start of the LUKS header; of an
 * encrypted dmg, from the start of the file.
 *
 * @param image   the image, or NULL
 * @param offset  receives the offset, or 0; may be NULL. 0 is also recorded by a detached header.
 * @return whether it is recorded
 * @since 0.1
 */
bool diskprobe_image_encryption_payload_offset(const diskprobe_image *image,
                                               uint64_t *offset);

/**
 * Gives the name of LUKS's cipher, such as "aes".
 *
 * @param image   the image, or NULL
 * @param length  receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the image; NULL where it is not recorded
 * @since 0.1
 */
const char *diskprobe_image_encryption_cipher(const diskprobe_image *image,
                                              size_t *length);

/**
 * Gives the mode and initialisation vectors of LUKS's cipher, such as "xts-plain64".
 *
 * @param image   the image, or NULL
 * @param length  receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the image; NULL where it is not recorded
 * @since 0.1
 */
const char *diskprobe_image_encryption_mode(const diskprobe_image *image, size_t *length);

/**
 * Gives the name of LUKS's hash function, such as "sha256".
 *
 * @param image   the image, or NULL
 * @param length  receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the image; NULL where it is not recorded
 * @since 0.1
 */
const char *diskprobe_image_encryption_hash(const diskprobe_image *image, size_t *length);

/**
 * Gives the UUID of LUKS, as text.
 *
 * @param image   the image, or NULL
 * @param length  receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the image; NULL where it is not recorded
 * @since 0.1
 */
const char *diskprobe_image_encryption_uuid(const diskprobe_image *image, size_t *length);

/**
 * Counts the key slots of LUKS that hold a key.
 *
 * @param image  the image, or NULL
 * @param slots  receives the number, or 0; may be NULL
 * @return whether it is known
 * @since 0.1
 */
bool diskprobe_image_encryption_active_slots(const diskprobe_image *image,
                                             uint32_t *slots);

/**
 * Counts the things outside the file that the image names: backing store, data file, extents,
 * parent.
 *
 * An image can also need a file that it does not name: see diskprobe_image_has_data_file() and
 * diskprobe_image_has_parent().
 *
 * @param image  the image, or NULL
 * @return the number
 * @since 0.1
 */
size_t diskprobe_image_reference_count(const diskprobe_image *image);

/**
 * Tells in what role the image names something, and which bytes of the file hold the name.
 *
 * @param image   the image, or NULL
 * @param index   below diskprobe_image_reference_count()
 * @param offset  receives the offset of the name in the file, in bytes, or 0; may be NULL
 * @param length  receives the length of the name in the file, in bytes, or 0; may be NULL
 * @return the role; DISKPROBE_REFERENCE_KIND_NONE past the last
 * @since 0.1
 */
diskprobe_reference_kind diskprobe_image_reference(const diskprobe_image *image,
                                                   size_t index,
                                                   uint64_t *offset,
                                                   uint64_t *length);

/**
 * Gives the name of such a thing: the exact bytes, or UTF-8 where the format stores UTF-16.
 *
 * @param image   the image, or NULL
 * @param index   below diskprobe_image_reference_count()
 * @param length  receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the image; NULL past the last
 * @since 0.1
 */
const char *diskprobe_image_reference_location(const diskprobe_image *image,
                                               size_t index,
                                               size_t *length);

/**
 * Gives the unit of allocation, in bytes: cluster, grain or block.
 *
 * @param image  the image, or NULL
 * @param size   receives the size, or 0; may be NULL
 * @return whether it is known: not where the format has none, nor for a VMDK whose data is in
 *         files of its own
 * @since 0.1
 */
bool diskprobe_image_cluster_size(const diskprobe_image *image,
                                  uint64_t *size);

/**
 * Gives the compatibility level of a qcow2 image, "0.10" (version 2) or "1.1" (version 3).
 *
 * @param image  the image, or NULL
 * @return a static string; NULL for other formats
 * @since 0.1
 */
const char *diskprobe_image_compat(const diskprobe_image *image);

/**
 * Tells how compressed clusters of a qcow2 image are compressed: "zlib" or "zstd".
 *
 * @param image  the image, or NULL
 * @return a static string; NULL for other formats
 * @since 0.1
 */
const char *diskprobe_image_compression_type(const diskprobe_image *image);

/**
 * Gives the width of a reference count of a qcow2 image, in bits.
 *
 * @param image  the image, or NULL
 * @param bits   receives the width, or 0; may be NULL
 * @return whether it is known
 * @since 0.1
 */
bool diskprobe_image_refcount_bits(const diskprobe_image *image, uint32_t *bits);

/**
 * Counts the internal snapshots of a qcow2 image. Their table is not read.
 *
 * @param image  the image, or NULL
 * @param count  receives the number, or 0; may be NULL
 * @return whether it is known
 * @since 0.1
 */
bool diskprobe_image_snapshot_count(const diskprobe_image *image, uint32_t *count);

/**
 * Counts the persistent bitmaps of a qcow2 image, where it says that they are valid. Their
 * directory is not read.
 *
 * @param image  the image, or NULL
 * @param count  receives the number, or 0; may be NULL
 * @return whether it is known
 * @since 0.1
 */
bool diskprobe_image_bitmap_count(const diskprobe_image *image,
                                  uint32_t *count);

/**
 * Tells whether the image was not closed properly: qcow2's dirty bit, QED's need for a check, the
 * log of a VHDX in use, or the in_use of parallels. One that is in use right now may say so too.
 *
 * @param image  the image, or NULL
 * @param dirty  receives the answer, or false; may be NULL
 * @return whether the format can tell
 * @since 0.1
 */
bool diskprobe_image_dirty(const diskprobe_image *image,
                           bool *dirty);

/**
 * Tells whether the header declares a feature.
 *
 * @param image    the image, or NULL
 * @param feature  the feature
 * @return whether it does; false for a number that is no feature
 * @since 0.1
 */
bool diskprobe_image_has_feature(const diskprobe_image *image, diskprobe_feature feature);

/**
 * Gives the name of the program that made the image, as the image records it: VHD's four bytes,
 * such as "qemu" or "win ", or VHDX's text, in UTF-8.
 *
 * @param image   the image, or NULL
 * @param length  receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the image; NULL where it is not recorded
 * @since 0.1
 */
const char *diskprobe_image_creator(const diskprobe_image *image,
                                    size_t *length);

/**
 * Gives the content identifier of a VMDK image, which changes when the content does.
 *
 * @param image  the image, or NULL
 * @param cid    receives the identifier, or 0; may be NULL
 * @return whether it is recorded
 * @since 0.1
 */
bool diskprobe_image_cid(const diskprobe_image *image, uint32_t *cid);

/**
 * Gives the content identifier that the parent of a VMDK image had; 0xffffffff where there is no
 * parent.
 *
 * @param image  the image, or NULL
 * @param cid    receives the identifier, or 0; may be NULL
 * @return whether it is recorded
 * @since 0.1
 */
bool diskprobe_image_parent_cid(const diskprobe_image *image,
                                uint32_t *cid);

/**
 * Counts the extent files that a VMDK descriptor lists. None of them is opened.
 *
 * @param image  the image, or NULL
 * @return the number; 0 for other formats
 * @since 0.1
 */
size_t diskprobe_image_extent_count(const diskprobe_image *image);

/**
 * Gives the name of an extent file: the exact bytes that the descriptor holds.
 *
 * @param image   the image, or NULL
 * @param index   below diskprobe_image_extent_count()
 * @param length  receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the image; NULL past the last
 * @since 0.1
 */
const char *diskprobe_image_extent_location(const diskprobe_image *image,
                                            size_t index,
                                            size_t *length);

/**
 * Gives the kind of an extent as recorded, such as "FLAT" or "SPARSE".
 *
 * @param image   the image, or NULL
 * @param index   below diskprobe_image_extent_count()
 * @param length  receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the image; NULL past the last
 * @since 0.1
 */
const char *diskprobe_image_extent_kind(const diskprobe_image *image,
                                        size_t index,
                                        size_t *length);

/**
 * Tells how many bytes of the disk an extent is declared to hold.
 *
 * @param image  the image, or NULL
 * @param index  below diskprobe_image_extent_count()
 * @param size   receives the size, or 0; may be NULL
 * @return whether there is such an extent
 * @since 0.1
 */
bool diskprobe_image_extent_size(const diskprobe_image *image,
                                 size_t index,
                                 uint64_t *size);

/**
 * Tells where an extent's data starts in its file, in bytes.
 *
 * @param image   the image, or NULL
 * @param index   below diskprobe_image_extent_count()
 * @param offset  receives the offset, or 0; may be NULL
 * @return whether it is recorded: for extents of kind FLAT, and 0 for those of kind VMFS
 * @since 0.1
 */
bool diskprobe_image_extent_file_offset(const diskprobe_image *image,
                                        size_t index,
                                        uint64_t *offset);

/**
 * Tells when a vpc image was made, in seconds since 1970 began (UTC).
 *
 * @param image  the image, or NULL
 * @param time   receives the time, or 0; may be NULL
 * @return whether it is recorded
 * @since 0.1
 */
bool diskprobe_image_created(const diskprobe_image *image, uint64_t *time);

/**
 * Tells when the backing file of a qcow or cow image was last changed before the image was made, in
 * seconds since 1970 began (UTC). Where it is another time now, the image does not fit it any more.
 *
 * @param image  the image, or NULL
 * @param time   receives the time, or 0; may be NULL
 * @return whether it is recorded
 * @since 0.1
 */
bool diskprobe_image_backing_mtime(const diskprobe_image *image,
                                   uint64_t *time);

/**
 * Gives the geometry of a vpc image, which for some creators decides the virtual size.
 *
 * @param image      the image, or NULL
 * @param cylinders  receives the number of cylinders, or 0; may be NULL
 * @param heads      receives the number of heads, or 0; may be NULL
 * @param sectors    receives the number of sectors in each track, or 0; may be NULL
 * @return whether it is recorded
 * @since 0.1
 */
bool diskprobe_image_geometry(const diskprobe_image *image,
                              uint32_t *cylinders,
                              uint32_t *heads,
                              uint32_t *sectors);

/**
 * Counts the clusters of a vdi image that hold data: see diskprobe_image_cluster_size().
 *
 * @param image  the image, or NULL
 * @param count  receives the number, or 0; may be NULL
 * @return whether it is recorded
 * @since 0.1
 */
bool diskprobe_image_allocated_clusters(const diskprobe_image *image, uint32_t *count);

/**
 * Gives the size of a sector of a vhdx disk itself, in bytes, as the guest is told.
 *
 * @param image  the image, or NULL
 * @param size   receives the size, or 0; may be NULL
 * @return whether it is recorded
 * @since 0.1
 */
bool diskprobe_image_physical_sector_size(const diskprobe_image *image, uint32_t *size);

/**
 * Gives the version of the header of a sparse vmdk file.
 *
 * @param image    the image, or NULL
 * @param version  receives the version, or 0; may be NULL
 * @return whether it is recorded
 * @since 0.1
 */
bool diskprobe_image_format_version(const diskprobe_image *image, uint32_t *version);

/**
 * Gives the user's description of a vdi image. Escape it before you show it.
 *
 * @param image   the image, or NULL
 * @param length  receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, in no particular encoding, owned by the image; NULL where there is none
 * @since 0.1
 */
const char *diskprobe_image_comment(const diskprobe_image *image,
                                    size_t *length);

/**
 * Gives the disk controller that the guest of a vmdk disk expects, such as "lsilogic".
 *
 * @param image   the image, or NULL
 * @param length  receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the image; NULL where it is not recorded
 * @since 0.1
 */
const char *diskprobe_image_adapter_type(const diskprobe_image *image, size_t *length);

/**
 * Gives the version of the virtual hardware that a vmdk disk was made for.
 *
 * @param image   the image, or NULL
 * @param length  receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the image; NULL where it is not recorded
 * @since 0.1
 */
const char *diskprobe_image_hardware_version(const diskprobe_image *image,
                                             size_t *length);

/**
 * Tells whether something holds for the image that matters to who accepts it from a stranger.
 *
 * Whether it is acceptable is the caller's policy: an overlay of one's own has a backing file, an
 * upload should not. diskprobe_policy_evaluate() decides by one. Set diskprobe_options_set_thorough() for a probe whose verdict shall be
 * complete; DISKPROBE_FINDING_INCOMPLETE_SCAN tells that it is not.
 *
 * @param image    the image, or NULL
 * @param finding  the finding
 * @return whether it holds; false for a number that is no finding
 * @since 0.1
 */
bool diskprobe_image_has_finding(const diskprobe_image *image,
                                 diskprobe_finding finding);

/**
 * Tells what there is to know before the image is accepted: every finding that holds, in the order of
 * their numbers. See diskprobe_image_has_finding().
 *
 * @param image  the image, or NULL
 * @param index  from 0 on
 * @return the finding; DISKPROBE_FINDING_NONE past the last
 * @since 0.1
 */
diskprobe_finding diskprobe_image_finding(const diskprobe_image *image,
                                          size_t index);

/**
 * Tells which other formats the bytes carry the signature of.
 *
 * They never change the answer of diskprobe_image_format(). Where the format was asked for, they are
 * looked for if diskprobe_options_set_also_matches() was set too. Signatures at the end of the file (a fixed VHD's, a UDIF image's) are
 * looked for where diskprobe_options_set_thorough() was set.
 *
 * @param image  the image, or NULL
 * @param index  from 0 on
 * @return the format; DISKPROBE_FORMAT_UNKNOWN past the last: for most images at index 0
 * @since 0.1
 */
diskprobe_format diskprobe_image_also_matches(const diskprobe_image *image,
                                              size_t index);

/**
 * Tells what a raw image holds, as a hint; of another format, what its bytes hold for who takes
 * them for raw.
 *
 * One image can hold more than one: a bootable ISO image often has a partition table too. Looked
 * for where diskprobe_options_set_thorough() was set and the format was not asked for.
 *
 * @param image  the image, or NULL
 * @param index  from 0 on
 * @return the content; DISKPROBE_CONTENT_KIND_NONE past the last
 * @since 0.1
 */
diskprobe_content_kind diskprobe_image_content(const diskprobe_image *image,
                                               size_t index);

/**
 * Tells what a reader would take the bytes for by its own rules, where that is not
 * diskprobe_image_format().
 *
 * In the reader's own words: libvirt says "iso", and "vhd" for VHDX. Looked for where
 * diskprobe_options_set_thorough() was set; not where raw was asked for, since no content is read
 * then.
 *
 * @param image   the image, or NULL
 * @param reader  the reader
 * @return a static string; NULL where the reader agrees, or nothing was looked for
 * @since 0.1
 */
const char *diskprobe_image_detected_as(const diskprobe_image *image,
                                        diskprobe_tool reader);

/**
 * Gives the short, stable name of an violation, such as "virtual-size".
 *
 * @param violation  any number
 * @return a static string; "unknown" for a number that is no violation
 * @since 0.1
 */
const char *diskprobe_violation_kind_to_string(diskprobe_violation_kind violation);

/**
 * Finds the violation of that name.
 *
 * @param name       NUL-terminated, compared exactly
 * @param violation  receives the violation, or DISKPROBE_VIOLATION_KIND_NONE where there is none; may be
 *                   NULL
 * @return whether there is one
 * @since 0.1
 */
bool diskprobe_violation_kind_from_string(const char *name,
                                          diskprobe_violation_kind *violation);

/**
 * Makes the policy for a stranger's image that is to be used as it is: it needs nothing outside of
 * itself, and nothing about it is ambiguous or unknown.
 *
 * Denied are DISKPROBE_FINDING_BACKING_FILE, DISKPROBE_FINDING_DATA_FILE,
 * DISKPROBE_FINDING_EXTERNAL_EXTENTS, DISKPROBE_FINDING_PARENT, DISKPROBE_FINDING_AMBIGUOUS,
 * DISKPROBE_FINDING_INCOMPLETE_SCAN, DISKPROBE_FINDING_NULL_CIPHER, DISKPROBE_FINDING_HEADERS_DIFFER and
 * DISKPROBE_FINDING_UNKNOWN_FEATURE. Every format but DISKPROBE_FORMAT_DIR is accepted, and every
 * virtual size.
 *
 * @return the policy, free with diskprobe_policy_free(); NULL only on an internal error
 * @since 0.1
 */
diskprobe_policy *diskprobe_policy_new(void);

/**
 * Frees a policy.
 *
 * @param policy  the policy, or NULL
 * @since 0.1
 */
void diskprobe_policy_free(diskprobe_policy *policy);

/**
 * Accepts images with this finding.
 *
 * @param policy   the policy
 * @param finding  the finding
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where policy is NULL or finding is
 *         not one: then nothing has changed
 * @since 0.1
 */
diskprobe_status diskprobe_policy_allow(diskprobe_policy *policy,
                                        diskprobe_finding finding);

/**
 * Refuses images with this finding.
 *
 * @param policy   the policy
 * @param finding  the finding
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where policy is NULL or finding is
 *         not one: then nothing has changed
 * @since 0.1
 */
diskprobe_status diskprobe_policy_deny(diskprobe_policy *policy,
                                       diskprobe_finding finding);

/**
 * Tells whether images with this finding are refused.
 *
 * @param policy   the policy, or NULL for the one that diskprobe_policy_new() makes
 * @param finding  the finding
 * @return whether they are; false for a number that is no finding
 * @since 0.1
 */
bool diskprobe_policy_denies(const diskprobe_policy *policy, diskprobe_finding finding);

/**
 * Accepts this format, and of the others only those that another call names too.
 *
 * @param policy  the policy
 * @param format  the format
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where policy is NULL or format is
 *         not one: then nothing has changed
 * @since 0.1
 */
diskprobe_status diskprobe_policy_allow_format(diskprobe_policy *policy,
                                               diskprobe_format format);

/**
 * Accepts no image of which the guest would see more bytes, or it is not known how many.
 *
 * @param policy  the policy
 * @param bytes   the largest virtual size; there is none by default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where policy is NULL
 * @since 0.1
 */
diskprobe_status diskprobe_policy_set_max_virtual_size(diskprobe_policy *policy,
                                                       uint64_t bytes);

/**
 * Accepts a backing file below this directory too, if its format is recorded, although
 * DISKPROBE_FINDING_BACKING_FILE is denied. There can be several.
 *
 * Only the spelling decides, after a relative name was joined to the directory of the image;
 * nothing is opened. So the location must be a plain path (not "json:", not "file:", no URI) and
 * must not have ".." as a part anywhere, and nobody who is not trusted may be able to put a symbolic
 * link into the directory. What the backing file is, and names in turn, is not looked at: the
 * directory is one of images that are trusted, or were judged themselves.
 *
 * @param policy     the policy
 * @param directory  NUL-terminated, an absolute path without ".." in it; it need not exist
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where policy or directory is NULL,
 *         or directory is no such path: then nothing has changed
 * @since 0.1
 */
diskprobe_status diskprobe_policy_allow_backing_under(diskprobe_policy *policy,
                                                      const char *directory);

/**
 * Judges an image. That it is refused is no failure: diskprobe_verdict_is_accepted() tells.
 *
 * The image is best probed with diskprobe_options_set_thorough(): any other is
 * DISKPROBE_FINDING_INCOMPLETE_SCAN, unless the format was asked for.
 *
 * @param policy   the policy, or NULL for the one that diskprobe_policy_new() makes
 * @param image    the image
 * @param path     where the image is or will be, NUL-terminated, for
 *                 diskprobe_policy_allow_backing_under(): to which a relative name is joined. NULL
 *                 where that is not known: then a relative name is below no directory.
 * @param verdict  receives the verdict, or NULL on failure; free with diskprobe_verdict_free()
 * @param error    receives the reason of a failure, or NULL on success; free with
 *                 diskprobe_error_free(). May be NULL.
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where image or verdict is NULL
 * @since 0.1
 */
diskprobe_status diskprobe_policy_evaluate(const diskprobe_policy *policy,
                                           const diskprobe_image *image,
                                           const char *path,
                                           diskprobe_verdict **verdict,
                                           diskprobe_error **error);

/**
 * Frees a verdict, and with it every string that it lent.
 *
 * @param verdict  the verdict, or NULL
 * @since 0.1
 */
void diskprobe_verdict_free(diskprobe_verdict *verdict);

/**
 * Tells whether the policy accepts the image.
 *
 * @param verdict  the verdict, or NULL
 * @return whether it does; false for NULL
 * @since 0.1
 */
bool diskprobe_verdict_is_accepted(const diskprobe_verdict *verdict);

/**
 * Counts the reasons why the policy does not accept the image: all are told, not the first alone.
 *
 * @param verdict  the verdict, or NULL
 * @return the number; 0 where it does accept it
 * @since 0.1
 */
size_t diskprobe_verdict_violation_count(const diskprobe_verdict *verdict);

/**
 * Gives such a reason.
 *
 * @param verdict  the verdict, or NULL
 * @param index    below diskprobe_verdict_violation_count()
 * @param finding  receives the denied finding where the answer is DISKPROBE_VIOLATION_KIND_FINDING, or
 *                 else DISKPROBE_FINDING_NONE; may be NULL
 * @return the reason; DISKPROBE_VIOLATION_KIND_NONE past the last
 * @since 0.1
 */
diskprobe_violation_kind diskprobe_verdict_violation(const diskprobe_verdict *verdict,
                                                     size_t index,
                                                     diskprobe_finding *finding);

/**
 * Gives such a reason as one line for a person. It has no text that the image's author chose: see
 * diskprobe_image_reference_location() for what it names.
 *
 * @param verdict  the verdict, or NULL
 * @param index    below diskprobe_verdict_violation_count()
 * @return the text, which belongs to the verdict; NULL past the last
 * @since 0.1
 */
const char *diskprobe_verdict_message(const diskprobe_verdict *verdict,
                                      size_t index);

/**
 * Gives the short, stable name of a type of storage, such as "network".
 *
 * @param storage_type  any number
 * @return a static string; "unknown" for DISKPROBE_STORAGE_TYPE_UNKNOWN and for a
 *         number that is no type of storage
 * @since 0.1
 */
const char *diskprobe_storage_type_to_string(diskprobe_storage_type storage_type);

/**
 * Finds the type of storage of that name.
 *
 * @param name          NUL-terminated, compared exactly
 * @param storage_type  receives the type of storage, or DISKPROBE_STORAGE_TYPE_UNKNOWN where
 *                there is none; may be NULL
 * @return whether there is one
 * @since 0.1
 */
bool diskprobe_storage_type_from_string(const char *name,
                                        diskprobe_storage_type *storage_type);

/**
 * Gives the short, stable name of a protocol, such as "nbd".
 *
 * @param protocol  any number
 * @return a static string; "unknown" for DISKPROBE_PROTOCOL_NONE and for a
 *         number that is no protocol
 * @since 0.1
 */
const char *diskprobe_protocol_to_string(diskprobe_protocol protocol);

/**
 * Finds the protocol of that name.
 *
 * @param name      NUL-terminated, compared exactly
 * @param protocol  receives the protocol, or DISKPROBE_PROTOCOL_NONE where
 *                there is none; may be NULL
 * @return whether there is one
 * @since 0.1
 */
bool diskprobe_protocol_from_string(const char *name, diskprobe_protocol *protocol);

/**
 * Gives the short, stable name of a transport, such as "tcp".
 *
 * @param transport  any number
 * @return a static string; "unknown" for DISKPROBE_TRANSPORT_NONE and for a
 *         number that is no transport
 * @since 0.1
 */
const char *diskprobe_transport_to_string(diskprobe_transport transport);

/**
 * Finds the transport of that name.
 *
 * @param name       NUL-terminated, compared exactly
 * @param transport  receives the transport, or DISKPROBE_TRANSPORT_NONE where
 *                there is none; may be NULL
 * @return whether there is one
 * @since 0.1
 */
bool diskprobe_transport_from_string(const char *name, diskprobe_transport *transport);

/**
 * Parses a location, such as diskprobe_image_backing_location() gives: a path, or another of
 * QEMU's syntaxes. Nothing is opened or looked up.
 *
 * A relative path means a file in the directory of the image that records it. Where image is
 * given, it is joined to that directory, as the path of the image is spelt: no link is followed,
 * and ".." stays. Where the image is on a server, it is on the same one.
 *
 * A protocol, or a driver in "json:{...}", that is not known is no failure: the type of the
 * location is then DISKPROBE_STORAGE_TYPE_UNKNOWN.
 *
 * @param text      the location, in no particular encoding; NULL only where length is 0
 * @param length    how many bytes
 * @param image     where the image is that records it, or NULL to leave relative paths as they are
 * @param location  receives the location, or NULL on failure; free with
 *                  diskprobe_location_free()
 * @param error     receives the reason of a failure, or NULL on success; free with
 *                  diskprobe_error_free(). May be NULL. Its offset is a place in text.
 * @return DISKPROBE_STATUS_OK;
 *         DISKPROBE_STATUS_INVALID_LOCATION where the text does not follow the rules of its
 *         syntax, or means different places to different programs;
 *         DISKPROBE_STATUS_LIMIT_EXCEEDED where it is too long or lists too much;
 *         DISKPROBE_STATUS_INVALID_ARGUMENT where text or location is NULL
 * @since 0.1
 */
diskprobe_status diskprobe_location_parse(const char *text,
                                          size_t length,
                                          const diskprobe_location *image,
                                          diskprobe_location **location,
                                          diskprobe_error **error);

/**
 * Makes the location of a file or block device of this machine by its path, whatever bytes that
 * has: a colon in it means nothing. It is what diskprobe_location_parse() wants as the image.
 * Nothing is opened or looked up.
 *
 * @param path  NUL-terminated, in no particular encoding; a relative one starts in the current
 *              directory
 * @return the location, free with diskprobe_location_free(); NULL where path is NULL
 * @since 0.1
 */
diskprobe_location *diskprobe_location_of_path(const char *path);

/**
 * Frees a location, and with it every string that it lent.
 *
 * @param location  the location, or NULL
 * @since 0.1
 */
void diskprobe_location_free(diskprobe_location *location);

/**
 * Gives the text that was parsed, with "***" in the place of each credential.
 *
 * @param location  the location, or NULL
 * @param length    receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL for NULL only
 * @since 0.1
 */
const char *diskprobe_location_text(const diskprobe_location *location, size_t *length);

/**
 * Tells what sort of thing is named.
 *
 * @param location  the location, or NULL
 * @return the type; DISKPROBE_STORAGE_TYPE_UNKNOWN where the protocol or driver is not known:
 *         diskprobe_location_protocol_name() gives its name, and nothing else is known
 * @since 0.1
 */
diskprobe_storage_type diskprobe_location_type(const diskprobe_location *location);

/**
 * Gives the path; of what a server holds, the name that the server has for it, without the
 * volume.
 *
 * Where the path of a file is relative and diskprobe_location_is_relative_to_image() does not hold, it
 * starts where the hypervisor runs. Where there is a slice, only that part of the file is meant.
 *
 * @param location  the location, or NULL
 * @param length    receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, in no particular encoding, owned by the location; NULL where there is
 *         none
 * @since 0.1
 */
const char *diskprobe_location_path(const diskprobe_location *location,
                                    size_t *length);

/**
 * Tells whether the path is one that starts in the directory of the image that records it, and
 * was not joined to that.
 *
 * @param location  the location, or NULL
 * @return whether it is
 * @since 0.1
 */
bool diskprobe_location_is_relative_to_image(const diskprobe_location *location);

/**
 * Gives the recorded path, where it is relative and was joined to the directory of the image.
 *
 * @param location  the location, or NULL
 * @param length    receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL where it was not joined
 * @since 0.1
 */
const char *diskprobe_location_relative_name(const diskprobe_location *location,
                                             size_t *length);

/**
 * Gives the format where the syntax fixes one: "fat" for a directory that is shown as such.
 *
 * @param location  the location, or NULL
 * @return a static string; NULL where the syntax fixes none
 * @since 0.1
 */
const char *diskprobe_location_format(const diskprobe_location *location);

/**
 * Gives the protocol by which a server is reached.
 *
 * @param location  the location, or NULL
 * @return the protocol; DISKPROBE_PROTOCOL_NONE where there is none, or it is not known
 * @since 0.1
 */
diskprobe_protocol diskprobe_location_protocol(const diskprobe_location *location);

/**
 * Gives the name of the protocol; of one, or of a driver, that is not known too.
 *
 * @param location  the location, or NULL
 * @param length    receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL where there is none
 * @since 0.1
 */
const char *diskprobe_location_protocol_name(const diskprobe_location *location,
                                             size_t *length);

/**
 * Tells whether the text holds credentials, such as a user and a password. No getter gives them.
 *
 * @param location  the location, or NULL
 * @return whether it does
 * @since 0.1
 */
bool diskprobe_location_has_credentials(const diskprobe_location *location);

/**
 * Tells whether QEMU understands the text and libvirt does not, as is so of "file:/path".
 *
 * @param location  the location, or NULL
 * @return whether it is so
 * @since 0.1
 */
bool diskprobe_location_is_qemu_only(const diskprobe_location *location);

/**
 * Tells whether two locations name the same thing as far as their spelling says: paths are compared
 * byte by byte, hosts in their order with their ports.
 *
 * Nothing is looked up: one file has many names. A slice does not count, nor how a server is asked
 * (cookies, users).
 *
 * @param location  the location, or NULL
 * @param other     the other, or NULL
 * @return whether they do; false for NULL
 * @since 0.1
 */
bool diskprobe_location_is_equivalent(const diskprobe_location *location,
                                      const diskprobe_location *other);

/**
 * Counts the hosts.
 *
 * @param location  the location, or NULL
 * @return the number; 0 where nothing on the network is named, or none of its hosts
 * @since 0.1
 */
size_t diskprobe_location_host_count(const diskprobe_location *location);

/**
 * Tells how to reach a host.
 *
 * @param location  the location, or NULL
 * @param index     below diskprobe_location_host_count()
 * @return the transport; DISKPROBE_TRANSPORT_NONE past the last
 * @since 0.1
 */
diskprobe_transport diskprobe_location_host_transport(const diskprobe_location *location,
                                                      size_t index);

/**
 * Gives the name or address of a host. An IPv6 address has no brackets, but for iSCSI portals in
 * "json:{...}", which keep them.
 *
 * @param location  the location, or NULL
 * @param index     below diskprobe_location_host_count()
 * @param length    receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL where it has none, and past the last
 * @since 0.1
 */
const char *diskprobe_location_host_name(const diskprobe_location *location,
                                         size_t index,
                                         size_t *length);

/**
 * Gives the port of a host: where none is recorded, the usual one of the protocol.
 *
 * @param location  the location, or NULL
 * @param index     below diskprobe_location_host_count()
 * @param port      receives the port, or 0 where there is none; may be NULL
 * @return whether there is one
 * @since 0.1
 */
bool diskprobe_location_host_port(const diskprobe_location *location,
                                  size_t index,
                                  uint16_t *port);

/**
 * Gives the path of the socket by which a host is reached.
 *
 * @param location  the location, or NULL
 * @param index     below diskprobe_location_host_count()
 * @param length    receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, in no particular encoding, owned by the location; NULL where it has
 *         none, and past the last
 * @since 0.1
 */
const char *diskprobe_location_host_socket(const diskprobe_location *location,
                                           size_t index,
                                           size_t *length);

/**
 * Gives the volume (gluster) or the pool (rbd).
 *
 * @param location  the location, or NULL
 * @param length    receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL where there is none
 * @since 0.1
 */
const char *diskprobe_location_volume(const diskprobe_location *location, size_t *length);

/**
 * Gives the snapshot (rbd).
 *
 * @param location  the location, or NULL
 * @param length    receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL where there is none
 * @since 0.1
 */
const char *diskprobe_location_snapshot(const diskprobe_location *location,
                                        size_t *length);

/**
 * Gives the path of Ceph's configuration file (rbd).
 *
 * @param location  the location, or NULL
 * @param length    receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL where there is none
 * @since 0.1
 */
const char *diskprobe_location_config_file(const diskprobe_location *location,
                                           size_t *length);

/**
 * Gives the query part of the URL, as it stands (http, https).
 *
 * @param location  the location, or NULL
 * @param length    receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL where there is none
 * @since 0.1
 */
const char *diskprobe_location_query(const diskprobe_location *location, size_t *length);

/**
 * Counts the cookies to send (http, https).
 *
 * @param location  the location, or NULL
 * @return the number
 * @since 0.1
 */
size_t diskprobe_location_cookie_count(const diskprobe_location *location);

/**
 * Gives the name of a cookie.
 *
 * @param location  the location, or NULL
 * @param index     below diskprobe_location_cookie_count()
 * @param length    receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL past the last
 * @since 0.1
 */
const char *diskprobe_location_cookie_name(const diskprobe_location *location,
                                           size_t index,
                                           size_t *length);

/**
 * Gives the value of a cookie, which may be as good as a password.
 *
 * @param location  the location, or NULL
 * @param index     below diskprobe_location_cookie_count()
 * @param length    receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL past the last
 * @since 0.1
 */
const char *diskprobe_location_cookie_value(const diskprobe_location *location,
                                            size_t index,
                                            size_t *length);

/**
 * Tells whether the server's certificate is verified (https, ftps).
 *
 * @param location  the location, or NULL
 * @param verify    receives whether it is, or false where that is not said; may be NULL
 * @return whether it is said
 * @since 0.1
 */
bool diskprobe_location_sslverify(const diskprobe_location *location, bool *verify);

/**
 * Gives how many bytes to read ahead (http, https, ftp, ftps, tftp).
 *
 * @param location  the location, or NULL
 * @param bytes     receives the number, or 0 where it is not said; may be NULL
 * @return whether it is said
 * @since 0.1
 */
bool diskprobe_location_readahead(const diskprobe_location *location, uint64_t *bytes);

/**
 * Gives after how many seconds to give up (http, https, ftp, ftps, tftp).
 *
 * @param location  the location, or NULL
 * @param seconds   receives the number, or 0 where it is not said; may be NULL
 * @return whether it is said
 * @since 0.1
 */
bool diskprobe_location_timeout(const diskprobe_location *location, uint64_t *seconds);

/**
 * Gives the part that is meant of the file.
 *
 * @param location  the location, or NULL
 * @param offset    receives where it starts, in bytes, or 0; may be NULL
 * @param size      receives how many bytes it has, or 0 for all that follow; may be NULL
 * @return whether only a part is meant
 * @since 0.1
 */
bool diskprobe_location_slice(const diskprobe_location *location,
                              uint64_t *offset,
                              uint64_t *size);

/**
 * Gives the number of the namespace of an NVMe controller.
 *
 * @param location  the location, or NULL
 * @param namespace receives the number, or 0; may be NULL
 * @return whether there is one
 * @since 0.1
 */
bool diskprobe_location_nvme_namespace(const diskprobe_location *location,
                                       uint32_t *namespace_);

/**
 * Gives the PCI address of an NVMe controller, such as "0000:01:00.0".
 *
 * @param location  the location, or NULL
 * @param length    receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL where there is none
 * @since 0.1
 */
const char *diskprobe_location_nvme_address(const diskprobe_location *location,
                                            size_t *length);

/**
 * Gives the user to log in as (ssh, from "json:{...}").
 *
 * @param location  the location, or NULL
 * @param length    receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL where there is none
 * @since 0.1
 */
const char *diskprobe_location_ssh_user(const diskprobe_location *location,
                                        size_t *length);

/**
 * Gives "host_key_check", as recorded (ssh, from "json:{...}").
 *
 * @param location  the location, or NULL
 * @param length    receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL where there is none
 * @since 0.1
 */
const char *diskprobe_location_ssh_host_key_check(const diskprobe_location *location,
                                                  size_t *length);

/**
 * Gives the user whom Ceph knows, as recorded ("id" in "rbd:..."). No getter gives the key.
 *
 * @param location  the location, or NULL
 * @param length    receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL where there is none
 * @since 0.1
 */
const char *diskprobe_location_rbd_user(const diskprobe_location *location,
                                        size_t *length);

/**
 * Gives the user to act as: "+" and a number (nfs).
 *
 * @param location  the location, or NULL
 * @param length    receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL where there is none
 * @since 0.1
 */
const char *diskprobe_location_nfs_user(const diskprobe_location *location,
                                        size_t *length);

/**
 * Gives the group to act as: "+" and a number (nfs).
 *
 * @param location  the location, or NULL
 * @param length    receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL where there is none
 * @since 0.1
 */
const char *diskprobe_location_nfs_group(const diskprobe_location *location,
                                         size_t *length);

/**
 * Counts the options that the text has, and that no getter speaks of.
 *
 * @param location  the location, or NULL
 * @return the number
 * @since 0.1
 */
size_t diskprobe_location_ignored_count(const diskprobe_location *location);

/**
 * Gives the name of such an option.
 *
 * @param location  the location, or NULL
 * @param index     below diskprobe_location_ignored_count()
 * @param length    receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the location; NULL past the last
 * @since 0.1
 */
const char *diskprobe_location_ignored(const diskprobe_location *location,
                                       size_t index,
                                       size_t *length);

/**
 * Gives the short, stable name of an element's role, such as "data-file".
 *
 * @param element  any number
 * @return a static string; "unknown" for DISKPROBE_ELEMENT_KIND_NONE and for a number that is no role
 * @since 0.1
 */
const char *diskprobe_element_kind_to_string(diskprobe_element_kind element);

/**
 * Finds the role of that name.
 *
 * @param name     NUL-terminated, compared exactly
 * @param element  receives the role, or DISKPROBE_ELEMENT_KIND_NONE where there is none; may be NULL
 * @return whether there is one
 * @since 0.1
 */
bool diskprobe_element_kind_from_string(const char *name,
                                        diskprobe_element_kind *element);

/**
 * Gives the short, stable name of a policy, such as "refuse".
 *
 * @param policy  any number
 * @return a static string; "unknown" for DISKPROBE_UNRECORDED_FORMAT_NONE and for a number that is
 *         no policy
 * @since 0.1
 */
const char *diskprobe_unrecorded_format_to_string(diskprobe_unrecorded_format policy);

/**
 * Finds the policy of that name.
 *
 * @param name    NUL-terminated, compared exactly
 * @param policy  receives the policy, or DISKPROBE_UNRECORDED_FORMAT_NONE where there is none; may
 *                be NULL
 * @return whether there is one
 * @since 0.1
 */
bool diskprobe_unrecorded_format_from_string(const char *name,
                                             diskprobe_unrecorded_format *policy);

/**
 * Gives the short, stable name of how a format came to be known, such as "recorded".
 *
 * @param source  any number
 * @return a static string; "unknown" for DISKPROBE_FORMAT_SOURCE_UNKNOWN and for a number that is
 *         none
 * @since 0.1
 */
const char *diskprobe_format_source_to_string(diskprobe_format_source source);

/**
 * Finds how a format came to be known by the name of that. "unknown" is none.
 *
 * @param name    NUL-terminated, compared exactly
 * @param source  receives how, or DISKPROBE_FORMAT_SOURCE_UNKNOWN where there is none; may be NULL
 * @return whether there is one
 * @since 0.1
 */
bool diskprobe_format_source_from_string(const char *name,
                                         diskprobe_format_source *source);

/**
 * Makes options that hold the defaults: detect the format of the top, refuse to guess that of a
 * backing file, open the files of this machine wherever they are, and nothing else.
 *
 * @return the options, free with diskprobe_chain_options_free(); NULL only on an internal error
 * @since 0.1
 */
diskprobe_chain_options *diskprobe_chain_options_new(void);

/**
 * Frees options.
 *
 * @param options  the options, or NULL
 * @since 0.1
 */
void diskprobe_chain_options_free(diskprobe_chain_options *options);

/**
 * Sets how to probe the images. The format is that of the top: what is below has the format that
 * is recorded for it. The limits are for each image.
 *
 * @param options  the options
 * @param image    is copied; or NULL for the defaults
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
 * @since 0.1
 */
diskprobe_status diskprobe_chain_options_set_image_options(diskprobe_chain_options *options,
                                                           const diskprobe_options *image);

/**
 * Sets what to do with a backing file whose format the image above it does not record.
 *
 * @param options  the options
 * @param policy   DISKPROBE_UNRECORDED_FORMAT_REFUSE is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL or policy
 *         is not one: then nothing has changed
 * @since 0.1
 */
diskprobe_status diskprobe_chain_options_set_unrecorded_format(diskprobe_chain_options *options,
                                                               diskprobe_unrecorded_format policy);

/**
 * Lowers the number of images that a chain may have, the top counted and data files not.
 *
 * Where there is one more, the walk ends with DISKPROBE_STATUS_LIMIT_EXCEEDED; what is reached then
 * ends with an element for that one, which is not opened, but has its location, and its format where
 * that is recorded. So with 1, that is the backing file of the top.
 *
 * @param options  the options
 * @param images   at most DISKPROBE_MAX_CHAIN_IMAGES, which is the default
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL or images is
 *         above that: then nothing has changed
 * @since 0.1
 */
diskprobe_status diskprobe_chain_options_set_max_images(diskprobe_chain_options *options,
                                                        uint32_t images);

/**
 * Sets a directory in which every file has to be that the library opens.
 *
 * A name must start with that of the directory, as both are spelt (a relative one starts in the
 * current directory), and nothing on the way from there may lead out: not "..", and not a symbolic
 * link, of which absolute ones always count as leading out. Else the walk ends with
 * DISKPROBE_STATUS_OUTSIDE_ROOT. The kernel keeps that (openat2(2), Linux 5.6), so that renaming in
 * the meantime does not help; where it cannot, nothing is opened, and the status is
 * DISKPROBE_STATUS_IO.
 *
 * @param options    the options
 * @param directory  NUL-terminated, copied, and opened by each walk; or NULL for none (the default)
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
 * @since 0.1
 */
diskprobe_status diskprobe_chain_options_set_root(diskprobe_chain_options *options,
                                                  const char *directory);

/**
 * Sets who opens what a chain names: as another user, or by a library that reaches a server.
 *
 * The opener is called in the thread that walks, and not any more once that call has returned: for
 * the top first (not for diskprobe_chain_open_fd()), and then for each element before anything is
 * read of it. What it gave for one element is done with before it is called for the next.
 *
 * @param options  the options
 * @param open     the opener, or NULL for that of the library (the default)
 * @param opaque   handed to open, and kept for that; may be NULL
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where options is NULL
 * @since 0.1
 */
diskprobe_status diskprobe_chain_options_set_opener(diskprobe_chain_options *options,
                                                    diskprobe_open_callback open,
                                                    void *opaque);

/**
 * Tells an opener in what role the element is that it is to open: some leave a data file alone, whose
 * bytes say nothing.
 *
 * @param opened  what the opener was given, or NULL
 * @return the role; DISKPROBE_ELEMENT_KIND_NONE for NULL only
 * @since 0.1
 */
diskprobe_element_kind diskprobe_open_request_role(const diskprobe_open_request *opened);

/**
 * Answers with a descriptor, which the library closes: as open(2) gives it, or a process that had
 * the rights to open it.
 *
 * Regular files and block devices are accepted. Open it with O_NONBLOCK or look at it first, where
 * it may be a FIFO. It is read with pread(2), and closed before the opener is called again, or the
 * walk returns.
 *
 * @param opened  what the opener was given
 * @param fd      open for reading. Where it is negative, it stays yours, and the walk ends with
 *                DISKPROBE_STATUS_INVALID_ARGUMENT.
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where opened is NULL (then fd is
 *         not closed) or fd is negative
 * @since 0.1
 */
diskprobe_status diskprobe_open_request_set_fd(diskprobe_open_request *opened,
                                               int fd);

/**
 * Answers with a descriptor that stays yours and open, and its offset where it is.
 *
 * As diskprobe_open_request_set_fd() for all else. It has to stay open until the opener is called
 * again, or the walk returns.
 *
 * @param opened  what the opener was given
 * @param fd      open for reading
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where opened is NULL or fd is
 *         negative
 * @since 0.1
 */
diskprobe_status diskprobe_open_request_set_borrowed_fd(diskprobe_open_request *opened,
                                                        int fd);

/**
 * Answers with functions that read: of a library for remote storage, for instance.
 *
 * @param opened  what the opener was given
 * @param read    reads from the object, as for diskprobe_probe_callback(). Where it is NULL, the
 *                walk ends with DISKPROBE_STATUS_INVALID_ARGUMENT, and close is not called.
 * @param close   called once with opaque, when nothing more is to be read: before the opener is
 *                called again, or the walk returns. NULL where there is nothing to close.
 * @param opaque  handed to read and close; may be NULL
 * @param length  of the object in bytes, or DISKPROBE_LENGTH_UNKNOWN
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where opened or read is NULL
 * @since 0.1
 */
diskprobe_status diskprobe_open_request_set_source(diskprobe_open_request *opened,
                                                   diskprobe_read_callback read,
                                                   diskprobe_close_callback close,
                                                   void *opaque,
                                                   uint64_t length);

/**
 * Says which object functions of diskprobe_open_request_set_source() read, so that a loop is seen where
 * it has several names. Without it, locations are compared as they are spelt. A descriptor speaks
 * for itself.
 *
 * @param opened  what the opener was given
 * @param device  what holds it: st_dev, or a number of your own that is none
 * @param inode   its number there, st_ino
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where opened is NULL
 * @since 0.1
 */
diskprobe_status diskprobe_open_request_set_identity(diskprobe_open_request *opened,
                                                     uint64_t device,
                                                     uint64_t inode);

/**
 * Answers that the library is to open it as it does without an opener: a file or block device of
 * this machine, below diskprobe_chain_options_set_root(); all else is left unopened.
 *
 * @param opened  what the opener was given
 * @return DISKPROBE_STATUS_OK; DISKPROBE_STATUS_INVALID_ARGUMENT where opened is NULL
 * @since 0.1
 */
diskprobe_status diskprobe_open_request_use_default(diskprobe_open_request *opened);

/**
 * Walks the chain of images under the one in the file of that name: its data file, its backing
 * file, and so on down to one that has none.
 *
 * What is found is what a guest gets to read, so the chain is whole or the call fails. It fails
 * where an element cannot be opened or probed, where the format of one is not known (see
 * diskprobe_chain_options_set_unrecorded_format()), where one comes twice, and where there are too
 * many. That something is not on this machine is no failure, where its format is recorded: it is an
 * element of the chain, which ends there, and is not opened unless options have an opener that does.
 *
 * Relative names start in the directory of the image that records them, as its own name is spelt;
 * symbolic links are followed. Each file is opened with the same care as by
 * diskprobe_probe_path(), and closed before the next.
 *
 * The work is bounded: for each image, as for one probe. Record locks (fcntl(2), F_SETLK) that your
 * process holds on a file which the library opens end, as with every close(2) of it: an opener can
 * lend the descriptor then.
 *
 * @param path     NUL-terminated bytes, in no particular encoding: never a URI
 * @param options  how to walk, or NULL for the defaults
 * @param chain    receives the whole chain, or NULL on failure; free with diskprobe_chain_free()
 * @param reached  receives, where a chain is not whole, what was reached of it, or else NULL: the
 *                 last element is the one at fault, and says why as far as that is known; free with
 *                 diskprobe_chain_free(). May be NULL. May be the same pointer as chain, for who
 *                 takes what there is.
 * @param error    receives the reason of a failure, which begins with the element at fault
 *                 ("backing file at depth 2: cannot open: Permission denied"), or NULL on success;
 *                 free with diskprobe_error_free(). May be NULL.
 * @return DISKPROBE_STATUS_OK;
 *         as diskprobe_probe_path() for each image;
 *         DISKPROBE_STATUS_FORMAT_NOT_RECORDED where an image does not record the format of its
 *         backing file and the bytes of that may not decide, or do not;
 *         DISKPROBE_STATUS_UNSUPPORTED_FORMAT where it is recorded by a name that is not known;
 *         DISKPROBE_STATUS_INVALID_LOCATION where what is recorded cannot be understood;
 *         DISKPROBE_STATUS_LOOP where an element is one that the chain has already;
 *         DISKPROBE_STATUS_LIMIT_EXCEEDED where there are too many images;
 *         DISKPROBE_STATUS_OUTSIDE_ROOT, see diskprobe_chain_options_set_root();
 *         DISKPROBE_STATUS_INVALID_ARGUMENT where path or chain is NULL
 * @since 0.1
 */
diskprobe_status diskprobe_chain_open_path(const char *path,
                                           const diskprobe_chain_options *options,
                                           diskprobe_chain **chain,
                                           diskprobe_chain **reached,
                                           diskprobe_error **error);

/**
 * Walks the chain of images under the one behind an open descriptor.
 *
 * Only what is below the top is opened. fd stays yours and open, and its offset where it is.
 *
 * @param fd       the top, open for reading
 * @param path     the name of the top, in whose directory relative names start. It is not opened.
 * @param options  how to walk, or NULL for the defaults
 * @param chain    receives the whole chain, or NULL on failure; free with diskprobe_chain_free()
 * @param reached  receives what was reached of a chain that is not whole, or else NULL, as with
 *                 diskprobe_chain_open_path(). May be NULL.
 * @param error    receives the reason of a failure, or NULL on success; free with
 *                 diskprobe_error_free(). May be NULL.
 * @return as diskprobe_chain_open_path(); DISKPROBE_STATUS_INVALID_ARGUMENT where fd is negative
 * @since 0.1
 */
diskprobe_status diskprobe_chain_open_fd(int fd,
                                         const char *path,
                                         const diskprobe_chain_options *options,
                                         diskprobe_chain **chain,
                                         diskprobe_chain **reached,
                                         diskprobe_error **error);

/**
 * Walks the chain of images under the one that a location names, which may be on a server.
 *
 * @param top      the location of the top; not kept
 * @param options  how to walk, or NULL for the defaults
 * @param chain    receives the whole chain, or NULL on failure; free with diskprobe_chain_free()
 * @param reached  receives what was reached of a chain that is not whole, or else NULL, as with
 *                 diskprobe_chain_open_path(). May be NULL.
 * @param error    receives the reason of a failure, or NULL on success; free with
 *                 diskprobe_error_free(). May be NULL.
 * @return as diskprobe_chain_open_path(); DISKPROBE_STATUS_INVALID_ARGUMENT where top is NULL
 * @since 0.1
 */
diskprobe_status diskprobe_chain_open_location(const diskprobe_location *top,
                                               const diskprobe_chain_options *options,
                                               diskprobe_chain **chain,
                                               diskprobe_chain **reached,
                                               diskprobe_error **error);

/**
 * Frees a chain, and with it every string, location, image and error that it lent.
 *
 * @param chain  the chain, or NULL
 * @since 0.1
 */
void diskprobe_chain_free(diskprobe_chain *chain);

/**
 * Counts the elements: the image at the top is the first, each data file is behind its image, and
 * then comes the backing file of that image.
 *
 * @param chain  the chain, or NULL
 * @return the number; 0 for NULL only
 * @since 0.1
 */
size_t diskprobe_chain_element_count(const diskprobe_chain *chain);

/**
 * Tells whether it is known that nothing more is under the disk: not where the last image was left
 * unopened, nor where the chain is broken.
 *
 * @param chain  the chain, or NULL
 * @return whether it is
 * @since 0.1
 */
bool diskprobe_chain_is_complete(const diskprobe_chain *chain);

/**
 * Tells in what role an element is.
 *
 * @param chain  the chain, or NULL
 * @param index  below diskprobe_chain_element_count()
 * @return the role; DISKPROBE_ELEMENT_KIND_NONE past the last
 * @since 0.1
 */
diskprobe_element_kind diskprobe_chain_element_kind(const diskprobe_chain *chain,
                                                    size_t index);

/**
 * Gives the depth of an element: how many steps from a backing file to the next one lie between the
 * top and it. It is libvirt's index, the 2 of "vda[2]". A data file has that of its image.
 *
 * @param chain  the chain, or NULL
 * @param index  below diskprobe_chain_element_count()
 * @param depth  receives the depth, or 0; may be NULL
 * @return whether there is such an element
 * @since 0.1
 */
bool diskprobe_chain_element_depth(const diskprobe_chain *chain,
                                   size_t index,
                                   uint32_t *depth);

/**
 * Finds the image that names an element.
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
 * Gives what the image that names an element has recorded: the exact bytes.
 *
 * @param chain   the chain, or NULL
 * @param index   below diskprobe_chain_element_count()
 * @param length  receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, in no particular encoding, owned by the chain; NULL for the top, and for
 *         a data file that is not named
 * @since 0.1
 */
const char *diskprobe_chain_element_recorded(const diskprobe_chain *chain,
                                             size_t index,
                                             size_t *length);

/**
 * Gives what that names, relative paths joined to the directory of the image that records them.
 *
 * @param chain  the chain, or NULL
 * @param index  below diskprobe_chain_element_count()
 * @return the location, owned by the chain: not to be freed; NULL where it cannot be understood
 * @since 0.1
 */
const diskprobe_location *diskprobe_chain_element_location(const diskprobe_chain *chain,
                                                           size_t index);

/**
 * Gives the format of an element; where it was not opened, the one that it is said to have.
 *
 * @param chain  the chain, or NULL
 * @param index  below diskprobe_chain_element_count()
 * @return the format; DISKPROBE_FORMAT_UNKNOWN where it is not known
 * @since 0.1
 */
diskprobe_format diskprobe_chain_element_format(const diskprobe_chain *chain,
                                                size_t index);

/**
 * Tells how the format of an element came to be known.
 *
 * @param chain  the chain, or NULL
 * @param index  below diskprobe_chain_element_count()
 * @return how; DISKPROBE_FORMAT_SOURCE_UNKNOWN where it is not known
 * @since 0.1
 */
diskprobe_format_source diskprobe_chain_element_format_source(const diskprobe_chain *chain,
                                                              size_t index);

/**
 * Gives the name by which the format of an element is recorded, whether it is known or not.
 *
 * @param chain   the chain, or NULL
 * @param index   below diskprobe_chain_element_count()
 * @param length  receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, owned by the chain; NULL where it is recorded by a flag, or not
 * @since 0.1
 */
const char *diskprobe_chain_element_format_name(const diskprobe_chain *chain,
                                                size_t index,
                                                size_t *length);

/**
 * Gives the facts of an element.
 *
 * @param chain  the chain, or NULL
 * @param index  below diskprobe_chain_element_count()
 * @return the image, owned by the chain: not to be freed; NULL where it was left unopened, or has
 *         an error
 * @since 0.1
 */
const diskprobe_image *diskprobe_chain_element_image(const diskprobe_chain *chain,
                                                     size_t index);

/**
 * Tells which file an element is, whatever its names are.
 *
 * @param chain   the chain, or NULL
 * @param index   below diskprobe_chain_element_count()
 * @param device  receives what holds it (st_dev), or 0; may be NULL
 * @param inode   receives its number there (st_ino), or 0; may be NULL
 * @return whether that can be told: where it was opened, and an opener that reads by functions said
 *         it
 * @since 0.1
 */
bool diskprobe_chain_element_identity(const diskprobe_chain *chain,
                                      size_t index,
                                      uint64_t *device,
                                      uint64_t *inode);

/**
 * Gives what is wrong with an element. Only the last one of a chain that is not whole has an error.
 *
 * @param chain  the chain, or NULL
 * @param index  below diskprobe_chain_element_count()
 * @return the error, owned by the chain: not to be freed; NULL where nothing is wrong
 * @since 0.1
 */
const diskprobe_error *diskprobe_chain_element_error(const diskprobe_chain *chain,
                                                     size_t index);

/**
 * Finds an image of a chain, as libvirt's users name it. Data files are not looked at.
 *
 * A name is "vda[2]", for the image of that depth; or else a path as the image's location has it,
 * or a relative path as it is recorded; or else any other name of a file, absolute or seen from
 * the directory of the image above, that leads this process to the same file (stat(2)).
 *
 * @param chain  the chain, or NULL
 * @param name   NUL-terminated; or NULL for the last image
 * @param disk   the name of the disk, which that in "vda[2]" must be then; or NULL: it may be any
 * @param index  receives the index of the element, or 0; may be NULL
 * @return whether there is one
 * @since 0.1
 */
bool diskprobe_chain_find(const diskprobe_chain *chain,
                          const char *name,
                          const char *disk,
                          size_t *index);

/**
 * Finds an image below an element, as diskprobe_chain_find(): the element itself is not meant.
 *
 * @param chain  the chain, or NULL
 * @param above  the index of the element
 * @param name   NUL-terminated; or NULL for the last image
 * @param disk   the name of the disk, or NULL
 * @param index  receives the index of the element, or 0; may be NULL
 * @return whether there is one
 * @since 0.1
 */
bool diskprobe_chain_find_below(const diskprobe_chain *chain,
                                size_t above,
                                const char *name,
                                const char *disk,
                                size_t *index);

/**
 * Finds the image of a depth, which is libvirt's index: 0 is the top, 1 its backing file.
 *
 * @param chain  the chain, or NULL
 * @param depth  how many steps from a backing file to the next one
 * @param index  receives the index of the element, or 0; may be NULL
 * @return whether there is one
 * @since 0.1
 */
bool diskprobe_chain_image_at(const diskprobe_chain *chain,
                              uint32_t depth,
                              size_t *index);

/**
 * Gives the relative name to record for the image at last in the image above the one at first, when
 * the images from first to the one above last are taken out of the chain, as by a block pull.
 *
 * It is put together from the relative names by which first, last and those between are recorded;
 * nothing in it is tidied.
 *
 * @param chain   the chain, or NULL
 * @param first   the index of the first image that goes
 * @param last    the index of the image to record; may be first
 * @param length  receives the number of bytes without the final NUL; may be NULL
 * @return NUL-terminated, in no particular encoding, free with diskprobe_string_free(); NULL where
 *         one of these images is not recorded by a relative name, or last does not come at or below
 *         first
 * @since 0.1
 */
char *diskprobe_chain_relative_backing_path(const diskprobe_chain *chain,
                                            size_t first,
                                            size_t last,
                                            size_t *length);

/**
 * Frees a string that a call gave you.
 *
 * @param string  the string, or NULL
 * @since 0.1
 */
void diskprobe_string_free(char *string);

/**
 * Reads "vda" or "vda[2]": a disk, and an image of its chain.
 *
 * @param text         NUL-terminated
 * @param disk_length  receives how many of the first bytes are the name of the disk, or 0; may be
 *                     NULL
 * @param index        receives the index, or 0 where none is named; may be NULL
 * @return whether it is one; where what follows the first bracket is not a number and the closing
 *         bracket, it can only be the name of a file
 * @since 0.1
 */
bool diskprobe_disk_target_parse(const char *text,
                                 size_t *disk_length,
                                 uint32_t *index);

/**
 * Gives the status that the failed call returned.
 *
 * @param error  the error, or NULL
 * @return the status; DISKPROBE_STATUS_OK for NULL
 * @since 0.1
 */
diskprobe_status diskprobe_error_status(const diskprobe_error *error);

/**
 * Gives one line for a person: what, where, what was found and what is expected.
 *
 * It does not name the file, which you know: "FILE: MESSAGE" reads well. It has no control
 * characters, no line break, and no text that the image's author chose.
 *
 * @param error  the error, or NULL
 * @return the message, which belongs to the error; an empty string for NULL
 * @since 0.1
 */
const char *diskprobe_error_message(const diskprobe_error *error);

/**
 * Gives the error number of the operating system, or of your callback, as in errno.
 *
 * @param error  the error, or NULL
 * @return the number; 0 where the failure has none
 * @since 0.1
 */
int diskprobe_error_errno(const diskprobe_error *error);

/**
 * Tells where in the file the field or structure at fault is, or the bytes that are missing.
 *
 * @param error   the error, or NULL
 * @param offset  receives the offset in bytes from the start of the file, or 0; may be NULL
 * @return whether the failure has a place in the file
 * @since 0.1
 */
bool diskprobe_error_offset(const diskprobe_error *error,
                            uint64_t *offset);

/**
 * Frees an error.
 *
 * @param error  the error, or NULL
 * @since 0.1
 */
void diskprobe_error_free(diskprobe_error *error);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* DISKPROBE_H */
