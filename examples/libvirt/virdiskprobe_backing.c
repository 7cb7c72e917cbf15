/*
 * virdiskprobe_backing.c: libvirt's entry points that parse recorded backing stores
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */

#include <config.h>

#include "virdiskprobe.h"


/*
 * No error contains @recorded, which can have a password.
 *
 * Parses @recorded relative to @image, which may be NULL. Returns 0; 1 if it contains
 * credentials, which are dropped; or -1, and reports an error, if it is invalid.
 */
static int
virDiskprobeParse(const char *recorded,
                  const diskprobe_location *image,
                  virStorageSource **src)
{
    g_autoptr(diskprobe_location) location = NULL;
    g_autoptr(diskprobe_error) error = NULL;

    *src = NULL;

    if (diskprobe_location_parse(recorded, strlen(recorded), image,
                                 &location, &error) != DISKPROBE_STATUS_OK)
        return virDiskprobeReportLocation(recorded, error);

    if (!(*src = virDiskprobeSourceOfLocation(location)))
        return -1;

    return virDiskprobeIsUnusable(location) ? 1 : 0;
}


int
virStorageSourceNewFromBackingAbsolute(const char *path,
                                       virStorageSource **src)
{
    return virDiskprobeParse(path, NULL, src);
}


int
virStorageSourceNewFromBacking(virStorageSource *parent,
                               virStorageSource **backing)
{
    g_autoptr(diskprobe_location) image = NULL;
    g_autoptr(virStorageSource) src = NULL;
    int rc;

    *backing = NULL;

    if (!(image = virDiskprobeLocationOfSource(parent)))
        return -1;

    if ((rc = virDiskprobeParse(parent->backingStoreRaw, image, &src)) < 0)
        return -1;

    virDiskprobeSetBelow(src, parent);
    src->format = parent->backingStoreRawFormat;
    src->readonly = true;
    *backing = g_steal_pointer(&src);
    return rc;
}


void
virDiskprobeSetBelow(virStorageSource *src,
                     virStorageSource *parent)
{
    virDiskprobeSetLocalType(src);
    virStorageSourceInitChainElement(src, parent, true);
    src->detected = true;
    src->readonly = parent->readonly;
}


/* The Ceph user is not a secret. libvirt looks up the key by this name. */
static void
virDiskprobeSetRBDUser(virStorageSource *src,
                       const diskprobe_location *location)
{
    const char *name;
    const char *value;
    size_t i;

    for (i = 0; diskprobe_location_detail(location, i, &name, &value, NULL, NULL); i++) {
        if (STRNEQ(name, "rbd_user"))
            continue;

        src->auth = g_new0(virStorageAuthDef, 1);
        src->auth->username = g_strdup(value);
        src->auth->secrettype = g_strdup("ceph");
        return;
    }
}


/* Returns the string with its prefix, and only with options that libvirt uses. */
static char *
virDiskprobeRBDString(const char *rbdstr)
{
    char *text = g_strdup_printf("%s%s", STRPREFIX(rbdstr, "rbd:") ? "" : "rbd:", rbdstr);
    char *end = text + strlen("rbd:");
    const char *option;
    const char *next;

    end += strcspn(end, ":");

    for (option = end; *option; option = next) {
        for (next = option + 1; *next && *next != ':'; next++) {
            if (next[0] == '\\' && next[1])
                next++;
        }

        if (STRPREFIX(option, ":id=") ||
            STRPREFIX(option, ":mon_host=") ||
            STRPREFIX(option, ":conf=")) {
            memmove(end, option, next - option);
            end += next - option;
        }
    }

    *end = '\0';
    return text;
}


/* The caller sets the type and the protocol. */
int
virStorageSourceParseRBDColonString(const char *rbdstr,
                                    virStorageSource *src)
{
    g_autofree char *text = virDiskprobeRBDString(rbdstr);
    g_autoptr(diskprobe_location) location = NULL;
    g_autoptr(diskprobe_error) error = NULL;
    virStorageType type = src->type;
    int protocol = src->protocol;
    int rc;

    if (STREQ(text, "rbd:")) {
        src->path = g_strdup("");
        return 0;
    }

    if (diskprobe_location_parse(text, strlen(text), NULL,
                                 &location, &error) != DISKPROBE_STATUS_OK)
        return virDiskprobeReportLocation(text, error);

    virDiskprobeSetRBDUser(src, location);
    rc = virDiskprobeSetLocation(src, location);
    src->type = type;
    src->protocol = protocol;
    return rc;
}


int64_t
virDiskprobeRead(void *src,
                 void *buffer,
                 size_t size,
                 uint64_t offset,
                 diskprobe_error **error)
{
    g_autofree char *read = NULL;
    ssize_t got;

    errno = 0;
    got = virStorageSourceRead(src, offset, size, &read);
    if (got < 0) {
        if (virGetLastErrorCode() != VIR_ERR_OK) {
            *error = virDiskprobeLastError();
            return -EIO;
        }
        /* A backend without a function for reads sets no errno. */
        return errno > 0 ? -errno : -EIO;
    }

    got = MIN((size_t)got, size);
    memcpy(buffer, read, got);
    return got;
}


/* Returns the recorded name of the backing store, if it is relative to the image. */
static char *
virDiskprobeRelativeName(const diskprobe_image *image)
{
    g_autoptr(diskprobe_location) location = NULL;
    size_t length;
    const char *recorded = diskprobe_image_backing_location(image, &length);

    ignore_value(diskprobe_location_parse(recorded, length, NULL, &location, NULL));
    return diskprobe_location_is_relative_to_image(location) ? g_strdup(recorded) : NULL;
}


int
virStorageSourceFetchRelativeBackingPath(virStorageSource *src,
                                         char **relPath)
{
    g_autoptr(diskprobe_options) options = NULL;
    g_autoptr(diskprobe_image) image = NULL;
    g_autoptr(diskprobe_error) error = NULL;

    g_clear_pointer(relPath, g_free);

    if (!virStorageSourceSupportsBackingChainTraversal(src))
        return 0;

    if (virStorageSourceAccess(src, F_OK) < 0) {
        virStorageSourceReportBrokenChain(errno, src, src);
        return -1;
    }

    if (!(options = virDiskprobeOptions(src->format)))
        return -1;

    if (diskprobe_probe_callback(virDiskprobeRead, src, DISKPROBE_LENGTH_UNKNOWN, options,
                                 &image, &error) != DISKPROBE_STATUS_OK)
        return virDiskprobeReport(src->path, error);

    *relPath = virDiskprobeRelativeName(image);
    return 0;
}
