/*
 * virdiskprobe_chain.c: libvirt's chain walk, implemented with that of libdiskprobe
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */

#include <config.h>

#include "virdiskprobe.h"

#define NOT_RECORDED \
    _("format of backing image '%1$s' of image '%2$s' was not specified in the image metadata (See https://libvirt.org/kbase/backing_chains.html for troubleshooting)")

G_DEFINE_AUTOPTR_CLEANUP_FUNC(diskprobe_chain, diskprobe_chain_free);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(diskprobe_chain_options, diskprobe_chain_options_free);


/* The sources of elements that the opener has opened, in the order of the chain. */
typedef struct _virDiskprobeSeen virDiskprobeSeen;
struct _virDiskprobeSeen {
    virStorageSource *src;
    diskprobe_image *luks;
};

typedef struct _virDiskprobeWalk virDiskprobeWalk;
struct _virDiskprobeWalk {
    virStorageSource *top;
    uid_t uid;
    gid_t gid;
    size_t max_depth;
    size_t nseen;
    virDiskprobeSeen *seen;
    /* Whether libvirt has reported why the walk ends. Another report would replace the code. */
    bool isReported;
};


static void
virDiskprobeWalkClear(virDiskprobeWalk *walk)
{
    size_t i;

    for (i = 0; i < walk->nseen; i++) {
        virObjectUnref(walk->seen[i].src);
        diskprobe_image_free(walk->seen[i].luks);
    }

    g_free(walk->seen);
}


static void
virDiskprobeClose(void *src)
{
    virStorageSourceDeinit(src);
}


/* Ends the walk with the error that libvirt reported. */
static int
virDiskprobeReported(virDiskprobeWalk *walk,
                     int code,
                     diskprobe_error **error)
{
    walk->isReported = true;
    *error = virDiskprobeLastError();
    return -code;
}


/* Opens as the user whose permissions decide what the chain may contain. */
static int
virDiskprobeOpenAs(virDiskprobeWalk *walk,
                   virStorageSource *src,
                   diskprobe_open_request *request,
                   int *fd,
                   diskprobe_error **error)
{
    if (virStorageSourceInitAs(src, walk->uid, walk->gid) < 0)
        return virDiskprobeReported(walk, EIO, error);

    if (virStorageSourceAccess(src, F_OK) < 0) {
        int code = errno;

        virStorageSourceReportBrokenChain(code, src, walk->top);
        virStorageSourceDeinit(src);
        return virDiskprobeReported(walk, code, error);
    }

    if (!virStorageSourceIsLocalStorage(src)) {
        ignore_value(diskprobe_open_request_set_source(request, virDiskprobeRead, virDiskprobeClose,
                                                       src, DISKPROBE_LENGTH_UNKNOWN));
        return 0;
    }

    virStorageSourceDeinit(src);

    if ((*fd = virDiskprobeOpenLocal(src->path, walk->uid, walk->gid)) < 0) {
        virReportSystemError(-*fd, _("Failed to open file '%1$s'"), src->path);
        return virDiskprobeReported(walk, -*fd, error);
    }

    ignore_value(diskprobe_open_request_set_fd(request, *fd));
    return 0;
}


static int
virDiskprobeOpen(void *opaque,
                 const diskprobe_location *location,
                 diskprobe_open_request *request,
                 diskprobe_error **error)
{
    virDiskprobeWalk *walk = opaque;
    virDiskprobeInput input = { .length = DISKPROBE_LENGTH_UNKNOWN };
    virDiskprobeSeen *seen;
    virStorageSource *src;
    int fd = -1;
    int rc;

    if (walk->nseen == 0) {
        src = virObjectRef(walk->top);
    } else if ((src = virDiskprobeSourceOfLocation(location))) {
        virDiskprobeSetLocalType(src);
    } else {
        return virDiskprobeReported(walk, EINVAL, error);
    }

    walk->seen = g_renew(virDiskprobeSeen, walk->seen, walk->nseen + 1);
    seen = &walk->seen[walk->nseen++];
    seen->src = src;
    seen->luks = NULL;

    /* Not opened: locations that libvirt cannot read or that need credentials, and data files,
     * which have no facts. */
    if (diskprobe_open_request_role(request) == DISKPROBE_ELEMENT_KIND_DATA_FILE ||
        virDiskprobeIsUnusable(location) ||
        virStorageSourceSupportsBackingChainTraversal(src) <= 0)
        return 0;

    if (virStorageSourceIsFD(src)) {
        if (!src->fdtuple || src->fdtuple->nfds == 0) {
            virReportError(VIR_ERR_INTERNAL_ERROR, "%s",
                           _("fd passed image source not initialized"));
            return virDiskprobeReported(walk, EBADF, error);
        }
        fd = src->fdtuple->fds[0];
        ignore_value(diskprobe_open_request_set_borrowed_fd(request, fd));
    } else if ((rc = virDiskprobeOpenAs(walk, src, request, &fd, error)) < 0) {
        return rc;
    }

    input.fd = fd;
    input.src = fd < 0 ? src : NULL;
    seen->luks = virDiskprobeLookForLUKS(&input);
    return 0;
}


/* Returns whether the walk ended at the last element because the chain is too long. */
static bool
virDiskprobeIsTooDeep(const virDiskprobeWalk *walk,
                      const diskprobe_chain *partial,
                      size_t last,
                      const diskprobe_error *error)
{
    uint32_t depth = 0;

    diskprobe_chain_element_depth(partial, last, &depth);
    return diskprobe_error_status(error) == DISKPROBE_STATUS_LIMIT_EXCEEDED &&
        depth >= walk->max_depth;
}


/* Reports why the walk failed, with libvirt's message if it has one. */
static int
virDiskprobeReportBroken(virDiskprobeWalk *walk,
                         const diskprobe_chain *partial,
                         const diskprobe_error *error)
{
    diskprobe_status status = diskprobe_error_status(error);
    size_t last = diskprobe_chain_element_count(partial);
    const diskprobe_location *location;
    const char *recorded;
    const char *path;
    const char *above = walk->top->path;
    size_t parent;

    if (walk->isReported)
        return -1;

    if (last > 0)
        last--;
    location = diskprobe_chain_element_location(partial, last);
    recorded = diskprobe_chain_element_recorded(partial, last, NULL);
    path = diskprobe_location_path(location, NULL);

    if (status == DISKPROBE_STATUS_INVALID_LOCATION) {
        g_autoptr(virStorageSource) src = NULL;

        /* libvirt has its own message for most of them. */
        if (recorded && virStorageSourceNewFromBackingAbsolute(recorded, &src) < 0)
            return -1;
        return virDiskprobeReportLocation(recorded ? recorded : "", error);
    }

    /* What is recorded can have a password. */
    if (diskprobe_location_has_credentials(location))
        recorded = path;
    if (!path)
        path = walk->top->path;

    if (status == DISKPROBE_STATUS_FORMAT_NOT_ALLOWED ||
        status == DISKPROBE_STATUS_FORMAT_NOT_RECORDED) {
        if (diskprobe_chain_element_parent(partial, last, &parent)) {
            location = diskprobe_chain_element_location(partial, parent);
            above = diskprobe_location_path(location, NULL);
        }
        virReportError(VIR_ERR_OPERATION_INVALID, NOT_RECORDED, NULLSTR(recorded), NULLSTR(above));
        return -1;
    }

    if (status == DISKPROBE_STATUS_LOOP || virDiskprobeIsTooDeep(walk, partial, last, error)) {
        virReportError(VIR_ERR_INTERNAL_ERROR,
                       _("backing store for %1$s is self-referential or too deeply nested"), path);
        return -1;
    }

    /* Whatever the file has, these formats cannot be used. */
    if (diskprobe_chain_element_format(partial, last) == DISKPROBE_FORMAT_COW) {
        virReportError(VIR_ERR_CONFIG_UNSUPPORTED, "%s",
                       _("'cow' storage format is not supported"));
        return -1;
    }
    if (diskprobe_chain_element_format(partial, last) == DISKPROBE_FORMAT_DIR) {
        virReportError(VIR_ERR_CONFIG_UNSUPPORTED, "%s",
                       _("'directory' storage format is not directly supported by QEMU, use 'dir' disk type instead"));
        return -1;
    }

    return virDiskprobeReport(path, error);
}


/* Sets the facts of an element in the source from the opener. */
static int
virDiskprobeSetElement(virDiskprobeWalk *walk,
                       const diskprobe_chain *chain,
                       size_t i)
{
    const diskprobe_image *image = diskprobe_chain_element_image(chain, i);
    virDiskprobeSeen *seen;

    /* The walk asks for each element, so this does not occur. */
    if (i >= walk->nseen) {
        virReportError(VIR_ERR_INTERNAL_ERROR,
                       _("element %1$zu of the backing chain was not opened"), i);
        return -1;
    }
    seen = &walk->seen[i];

    if (image && virDiskprobeSetFacts(seen->src, image) < 0)
        return -1;

    /* The format of the top image was specified. */
    if (i > 0)
        seen->src->format = virDiskprobeFormatToLibvirt(diskprobe_chain_element_format(chain, i));

    if (seen->luks && seen->src->format == VIR_STORAGE_FILE_RAW)
        return virDiskprobeSetEncryption(seen->src, seen->luks);

    return 0;
}


static void
virDiskprobeLink(virStorageSource **link,
                 virStorageSource *src)
{
    virObjectUnref(*link);
    *link = virObjectRef(src);
}


/* Links the first elements of the chain, with their facts. @isWhole: the walk did not fail. */
static int
virDiskprobeLinkElements(virDiskprobeWalk *walk,
                         const diskprobe_chain *chain,
                         size_t count,
                         bool isWhole)
{
    bool isRead = !!diskprobe_chain_element_image(chain, 0);
    bool hasDataFile = !!walk->top->dataFileStore;
    virStorageSource *image = walk->top;
    size_t i;

    for (i = 0; i < count; i++) {
        const diskprobe_location *location = diskprobe_chain_element_location(chain, i);
        bool isDataFile = diskprobe_chain_element_kind(chain, i) == DISKPROBE_ELEMENT_KIND_DATA_FILE;
        virStorageSource *src;
        uint32_t depth;

        if (virDiskprobeSetElement(walk, chain, i) < 0)
            return -1;

        src = walk->seen[i].src;

        if (i == 0)
            continue;

        if (isDataFile && virDiskprobeIsUnusable(location)) {
            virReportError(VIR_ERR_OPERATION_FAILED,
                           _("can't use data file definition '%1$s'"),
                           diskprobe_location_path(location, NULL));
            return -1;
        }

        virDiskprobeSetBelow(src, image);

        if (isDataFile) {
            src->format = VIR_STORAGE_FILE_RAW;
            /* The data file that the user named has priority. */
            if (image != walk->top || !hasDataFile)
                virDiskprobeLink(&image->dataFileStore, src);
            continue;
        }

        if (virDiskprobeIsUnusable(location))
            return 0;

        isRead = !!diskprobe_chain_element_image(chain, i);
        diskprobe_chain_element_depth(chain, i, &depth);
        src->id = depth;
        src->readonly = true;
        virDiskprobeLink(&image->backingStore, src);
        image = src;
    }

    /* A source without a type marks the end of the chain: QEMU then opens no file by the name in an
     * image, not even in one with features that libdiskprobe does not know. */
    if (isWhole && isRead) {
        g_autoptr(virStorageSource) end = virStorageSourceNew();

        end->detected = true;
        virDiskprobeLink(&image->backingStore, end);
    }

    return 0;
}


/* Replaces the data file of the top image by that of the XML. Data files are not opened, so its
 * type and host do not matter. */
static bool
virDiskprobeOverrideDataFile(diskprobe_chain_options *options,
                             const virStorageSource *dataFile)
{
    g_autoptr(diskprobe_location) location =
        diskprobe_location_of_path(dataFile->path ? dataFile->path : "data file");

    return diskprobe_chain_options_override_element(options, DISKPROBE_ELEMENT_KIND_DATA_FILE, 0,
                                                    location, DISKPROBE_FORMAT_RAW)
        == DISKPROBE_STATUS_OK;
}


static diskprobe_chain_options *
virDiskprobeChainOptions(virDiskprobeWalk *walk)
{
    g_autoptr(diskprobe_options) top = virDiskprobeOptions(walk->top->format);
    g_autoptr(diskprobe_chain_options) options = diskprobe_chain_options_new();

    if (!top ||
        diskprobe_chain_options_set_unrecorded_format(
            options, DISKPROBE_UNRECORDED_FORMAT_LIBVIRT) != DISKPROBE_STATUS_OK ||
        diskprobe_chain_options_set_data_file_directory(
            options, DISKPROBE_DATA_FILE_DIRECTORY_IMAGE) != DISKPROBE_STATUS_OK ||
        diskprobe_chain_options_set_max_images(
            options, MIN(walk->max_depth, DISKPROBE_MAX_CHAIN_IMAGES)) != DISKPROBE_STATUS_OK)
        return NULL;

    if (walk->top->dataFileStore &&
        !virDiskprobeOverrideDataFile(options, walk->top->dataFileStore))
        return NULL;

    ignore_value(diskprobe_chain_options_set_image_options(options, top));
    ignore_value(diskprobe_chain_options_set_opener(options, virDiskprobeOpen, walk));
    return g_steal_pointer(&options);
}


static int
virDiskprobeWalkChain(virDiskprobeWalk *walk,
                      bool report_broken)
{
    g_autoptr(diskprobe_chain_options) options = virDiskprobeChainOptions(walk);
    g_autoptr(diskprobe_location) top = virDiskprobeLocationOfSource(walk->top);
    g_autoptr(diskprobe_chain) chain = NULL;
    g_autoptr(diskprobe_error) error = NULL;
    diskprobe_status status;
    size_t count;

    if (!options || !top)
        return -1;

    status = diskprobe_chain_open_location(top, options, &chain, &chain, &error);
    count = diskprobe_chain_element_count(chain);
    if (status == DISKPROBE_STATUS_OK)
        return virDiskprobeLinkElements(walk, chain, count, true);

    /* The failed element is dropped, unless it is the top image. */
    if (report_broken || count < 2)
        return virDiskprobeReportBroken(walk, chain, error);

    return virDiskprobeLinkElements(walk, chain, MIN(count - 1, walk->nseen), false);
}


int
virStorageSourceGetMetadata(virStorageSource *src,
                            uid_t uid,
                            gid_t gid,
                            size_t max_depth,
                            bool report_broken)
{
    virDiskprobeWalk walk = { .top = src, .uid = uid, .gid = gid, .max_depth = max_depth };
    int rc;

    /* Only the user states the format of the top image. */
    if (src->format <= VIR_STORAGE_FILE_NONE) {
        src->format = VIR_STORAGE_FILE_RAW;
        if (virStorageSourceGetActualType(src) == VIR_STORAGE_TYPE_DIR)
            src->format = VIR_STORAGE_FILE_DIR;
    }

    if ((rc = virStorageSourceSupportsBackingChainTraversal(src)) <= 0)
        return rc;

    rc = virDiskprobeWalkChain(&walk, report_broken);
    virDiskprobeWalkClear(&walk);
    return rc;
}
