/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * What the files of this adapter share: from handles of libdiskprobe to the fields of a
 * virStorageSource. Not for the rest of libvirt, which calls the functions that it always has.
 */
#pragma once

#ifdef DISKPROBE_STAND_IN
/* What is declared there is all that the adapter needs of libvirt. */
# include "stand-in.h"
#else
# include <config.h>

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

/* The format of that name in libvirt; VIR_STORAGE_FILE_NONE if it has none. */
int
virDiskprobeFormatToLibvirt(diskprobe_format format);

/* Returns false for formats of libvirt that name no image format: auto, none, fat. */
bool
virDiskprobeFormatFromLibvirt(int format,
                              diskprobe_format *known);

/* The facts of an image: all fields that its header decides, except the format, which may be
 * given. Reports an error and returns -1 if the encryption is not the one of the source. */
int
virDiskprobeSetFacts(virStorageSource *src,
                     const diskprobe_image *image);

/* The encryption alone. */
int
virDiskprobeSetEncryption(virStorageSource *src,
                          const diskprobe_image *image);

/* What a location names. Reports an error and returns -1 if libvirt cannot express it. */
int
virDiskprobeSetLocation(virStorageSource *src,
                        const diskprobe_location *location);

/* The type of a local source, as far as stat(2) tells. */
void
virDiskprobeSetLocalType(virStorageSource *src);

/* A new source for what a location names. */
virStorageSource *
virDiskprobeSourceOfLocation(const diskprobe_location *location);

/* What an element of a chain has from the image that names it. */
void
virDiskprobeSetBelow(virStorageSource *src,
                     virStorageSource *parent);

/* The location of a source: of a local one by its path, of others by an URI. Reports an error and
 * returns NULL if it has none. */
diskprobe_location *
virDiskprobeLocationOfSource(const virStorageSource *src);

/* Reads from a source that is initialised: what diskprobe_probe_callback() asks for. */
int64_t
virDiskprobeRead(void *src,
                 void *buffer,
                 size_t size,
                 uint64_t offset,
                 diskprobe_error **error);

/* The error that libvirt reported last, as one of the library's. */
diskprobe_error *
virDiskprobeLastError(void);

/* Opens a file as that user, so that it cannot block. Returns the descriptor, or a negative errno. */
int
virDiskprobeOpenLocal(const char *path,
                      uid_t uid,
                      gid_t gid);

/* The options for a format of libvirt, or to detect the format. Reports an error and returns NULL if
 * there are none. */
diskprobe_options *
virDiskprobeOptions(int format);

/* Reports what the library says of the file or text at fault. Returns -1. */
int
virDiskprobeReport(const char *name,
                   const diskprobe_error *error);

/* Whether the image is at fault, and not what keeps it from being read. */
bool
virDiskprobeIsBadImage(const diskprobe_error *error);

/* The LUKS header of an open file, if there is one. libvirt needs it for raw images as well, because
 * it does not treat LUKS as a format. */
diskprobe_image *
virDiskprobeLookForLUKS(int fd);
