/*
 * virdiskprobe.h: conversion of libdiskprobe's handles to fields of a virStorageSource
 *
 * Shared declarations of the adapter. The rest of libvirt does not use this header.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */

#pragma once

#ifdef DISKPROBE_STAND_IN
/* Declares everything that the adapter uses of libvirt. */
# include "stand-in.h"
#else
# include "storage_file_probe.h"
# include "storage_source.h"
# include "storage_source_backingstore.h"
# include "virbitmap.h"
# include "virerror.h"
# include "virfile.h"
# include "virlog.h"
# include "virpci.h"
# include "virstring.h"
#endif

#include <diskprobe.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define VIR_FROM_THIS VIR_FROM_STORAGE

G_DEFINE_AUTOPTR_CLEANUP_FUNC(diskprobe_error, diskprobe_error_free);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(diskprobe_image, diskprobe_image_free);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(diskprobe_location, diskprobe_location_free);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(diskprobe_options, diskprobe_options_free);

/* Returns libvirt's value of the format; VIR_STORAGE_FILE_NONE if it has none. */
int
virDiskprobeFormatToLibvirt(diskprobe_format format);

/* Converts a format of libvirt. Returns false for auto, none and fat, which cannot be requested. */
bool
virDiskprobeFormatFromLibvirt(int format,
                              diskprobe_format *known);

/* Sets all fields that the image header determines, except the format, which can be specified.
 * Returns -1 and reports an error if the encryption differs from that of the source. */
int
virDiskprobeSetFacts(virStorageSource *src,
                     const diskprobe_image *image);

/* Sets only the encryption. */
int
virDiskprobeSetEncryption(virStorageSource *src,
                          const diskprobe_image *image);

/* Sets the fields for a location. Returns -1 and reports an error if libvirt does not support
 * it. */
int
virDiskprobeSetLocation(virStorageSource *src,
                        const diskprobe_location *location);

/* Sets the type of a local source, according to stat(2). */
void
virDiskprobeSetLocalType(virStorageSource *src);

/* Returns whether libvirt does not use a location, because it has credentials. libvirt uses an RBD
 * image without the key in its location. */
bool
virDiskprobeIsUnusable(const diskprobe_location *location);

/* Creates a source for a location. */
virStorageSource *
virDiskprobeSourceOfLocation(const diskprobe_location *location);

/* Sets the fields that an element of a chain inherits from the image that names it. */
void
virDiskprobeSetBelow(virStorageSource *src,
                     virStorageSource *parent);

/* Returns the location of a source: its path if it is local, or else a URI. Returns NULL and
 * reports an error if it has none. */
diskprobe_location *
virDiskprobeLocationOfSource(const virStorageSource *src);

/* Reads from an initialised source; a read callback for diskprobe_probe_callback(). */
int64_t
virDiskprobeRead(void *src,
                 void *buffer,
                 size_t size,
                 uint64_t offset,
                 diskprobe_error **error);

/* The error that libvirt reported last, as one of the library's. */
diskprobe_error *
virDiskprobeLastError(void);

/* Opens a file as the user, without blocking. Returns the descriptor or a negative errno. */
int
virDiskprobeOpenLocal(const char *path,
                      uid_t uid,
                      gid_t gid);

/* Creates the options to probe with a format of libvirt, or to detect it. Returns NULL and reports
 * an error if the format cannot be requested. */
diskprobe_options *
virDiskprobeOptions(int format);

/* Reports an error of the library for an image. Returns -1. */
int
virDiskprobeReport(const char *name,
                   const diskprobe_error *error);

/* Reports that a recorded location is invalid, without its text. Returns -1. */
int
virDiskprobeReportLocation(const char *recorded,
                           const diskprobe_error *error);

/* Returns whether the image is invalid, as opposed to a failure to read it. */
bool
virDiskprobeIsBadImage(const diskprobe_error *error);

/* Where the bytes of an image are. Everything but the name is optional. */
typedef struct _virDiskprobeInput virDiskprobeInput;
struct _virDiskprobeInput {
    const char *name;
    /* The first bytes, and the length of the whole image if it is known. */
    const char *buf;
    size_t len;
    uint64_t length;
    /* What is read if the buffer does not have the bytes: a descriptor, or -1; or an initialised
     * source. */
    int fd;
    virStorageSource *src;
};

/* Probes the image for a LUKS header; NULL if it has none. libvirt reports LUKS as encryption of a
 * raw image. */
diskprobe_image *
virDiskprobeLookForLUKS(const virDiskprobeInput *input);
