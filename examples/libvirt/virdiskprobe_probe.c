/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* libvirt's entry points that probe one image. */

#include "virdiskprobe.h"

VIR_LOG_INIT("storage_file.diskprobe");


int
virDiskprobeReport(const char *name,
                   const diskprobe_error *error)
{
    int code = VIR_ERR_INTERNAL_ERROR;

    /* The message has the text of the errno. */
    if (diskprobe_error_errno(error) != 0)
        code = VIR_ERR_SYSTEM_ERROR;

    virReportError(code, "%s: %s", name, diskprobe_error_message(error));
    return -1;
}


bool
virDiskprobeIsBadImage(const diskprobe_error *error)
{
    switch ((int)diskprobe_error_status(error)) {
    case DISKPROBE_STATUS_WRONG_FORMAT:
    case DISKPROBE_STATUS_INVALID_IMAGE:
    case DISKPROBE_STATUS_TRUNCATED:
    case DISKPROBE_STATUS_UNSUPPORTED_FEATURE:
    case DISKPROBE_STATUS_UNSUPPORTED_FORMAT:
    case DISKPROBE_STATUS_LIMIT_EXCEEDED:
    case DISKPROBE_STATUS_NEED_MORE_DATA:
        return true;
    default:
        return false;
    }
}


/* Opens a file on which another process holds a lease, and waits until it is released. Only regular
 * files have leases. O_PATH does not open the file itself. The kernel bounds the wait. */
static int
virDiskprobeOpenLeased(const char *path)
{
    VIR_AUTOCLOSE seen = open(path, O_PATH | O_CLOEXEC);
    g_autofree char *name = NULL;
    struct stat sb;
    int fd;

    if (seen < 0 || fstat(seen, &sb) < 0)
        return -errno;
    if (!S_ISREG(sb.st_mode))
        return -EAGAIN;

    name = g_strdup_printf("/proc/self/fd/%d", seen);
    if ((fd = open(name, O_RDONLY | O_NOCTTY | O_CLOEXEC)) < 0)
        return -errno;

    return fd;
}


int
virDiskprobeOpenLocal(const char *path,
                      uid_t uid,
                      gid_t gid)
{
    int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    int fd = virFileOpenAs(path, flags, 0, uid, gid, 0);

    return fd == -EAGAIN ? virDiskprobeOpenLeased(path) : fd;
}


diskprobe_options *
virDiskprobeOptions(int format)
{
    g_autoptr(diskprobe_options) options = diskprobe_options_new();
    diskprobe_format known;

    ignore_value(diskprobe_options_set_detectable(options, DISKPROBE_FORMATS_LIBVIRT));
    /* QEMU decides about features that the library does not know. */
    ignore_value(diskprobe_options_set_allow_unknown_features(options, true));
    if (format == VIR_STORAGE_FILE_AUTO || format == VIR_STORAGE_FILE_AUTO_SAFE)
        return g_steal_pointer(&options);

    if (!virDiskprobeFormatFromLibvirt(format, &known)) {
        virReportSystemError(EINVAL, _("unknown storage file meta->format %1$d"), format);
        return NULL;
    }

    ignore_value(diskprobe_options_set_format(options, known));
    return g_steal_pointer(&options);
}


/* Returns the format of a raw image by its content, after a thorough probe: "iso" is a format in
 * libvirt. */
static int
virDiskprobeRawOrISO(const diskprobe_image *raw)
{
    size_t count = diskprobe_image_content_count(raw);
    size_t i;

    for (i = 0; i < count; i++) {
        if (diskprobe_image_content(raw, i) == DISKPROBE_CONTENT_KIND_ISO9660)
            return VIR_STORAGE_FILE_ISO;
    }

    return VIR_STORAGE_FILE_RAW;
}


/* Returns the result of a probe as a new source. A detected format that libvirt does not detect is
 * raw: its volume is copied as it is. If broken images are accepted, the source of such
 * an image has the format none, not raw. */
static virStorageSource *
virDiskprobeNewSource(const char *path,
                      int format,
                      const diskprobe_image *image,
                      diskprobe_error *error,
                      bool maybeBroken)
{
    g_autoptr(virStorageSource) src = virStorageSourceNew();

    src->path = g_strdup(path);
    src->format = format;

    if (image) {
        if (virDiskprobeSetFacts(src, image) < 0)
            return NULL;
        if (format < 0)
            src->format = virDiskprobeFormatToLibvirt(diskprobe_image_format(image));
        return g_steal_pointer(&src);
    }

    if (diskprobe_error_status(error) == DISKPROBE_STATUS_FORMAT_NOT_ALLOWED) {
        src->format = VIR_STORAGE_FILE_RAW;
        return g_steal_pointer(&src);
    }

    if (maybeBroken && virDiskprobeIsBadImage(error)) {
        VIR_WARN("%s: %s", path, diskprobe_error_message(error));
        src->format = VIR_STORAGE_FILE_NONE;
        return g_steal_pointer(&src);
    }

    virDiskprobeReport(path, error);
    return NULL;
}


diskprobe_image *
virDiskprobeLookForLUKS(int fd)
{
    g_autoptr(diskprobe_options) options = diskprobe_options_new();
    diskprobe_image *image;

    ignore_value(diskprobe_options_set_format(options, DISKPROBE_FORMAT_LUKS));
    ignore_value(diskprobe_probe_fd(fd, options, &image, NULL));
    return image;
}


static virStorageSource *
virDiskprobeSourceFromFD(const char *path,
                         int fd,
                         int format,
                         bool maybeBroken)
{
    g_autoptr(diskprobe_options) options = NULL;
    g_autoptr(diskprobe_image) image = NULL;
    g_autoptr(virStorageSource) src = NULL;
    g_autoptr(diskprobe_error) error = NULL;
    struct stat sb;

    if (fstat(fd, &sb) < 0) {
        virReportSystemError(errno, _("cannot stat file '%1$s'"), path);
        return NULL;
    }

    if (S_ISDIR(sb.st_mode))
        format = VIR_STORAGE_FILE_DIR;

    if (!(options = virDiskprobeOptions(format)))
        return NULL;

    ignore_value(diskprobe_probe_fd(fd, options, &image, &error));
    if (!(src = virDiskprobeNewSource(path, format, image, error, maybeBroken)))
        return NULL;

    src->type = VIR_STORAGE_TYPE_FILE;
    if (S_ISDIR(sb.st_mode))
        src->type = VIR_STORAGE_TYPE_DIR;
    else if (S_ISBLK(sb.st_mode))
        src->type = VIR_STORAGE_TYPE_BLOCK;

    if (format == VIR_STORAGE_FILE_RAW) {
        g_autoptr(diskprobe_image) luks = virDiskprobeLookForLUKS(fd);

        if (luks && virDiskprobeSetEncryption(src, luks) < 0)
            return NULL;
    } else if (src->format == VIR_STORAGE_FILE_RAW && !src->encryption) {
        g_autoptr(diskprobe_image) all = NULL;

        ignore_value(diskprobe_options_set_thorough(options, true));
        ignore_value(diskprobe_probe_fd(fd, options, &all, NULL));
        if (all)
            src->format = virDiskprobeRawOrISO(all);
    }

    return g_steal_pointer(&src);
}


virStorageSource *
virStorageSourceGetMetadataFromFD(const char *path,
                                  int fd,
                                  int format)
{
    /* A pool must start with any files in its directory. */
    return virDiskprobeSourceFromFD(path, fd, format, format < 0);
}


/*
 * @length is the length of the whole object. If it is unknown and the buffer is shorter than
 * the size that libvirt reads for a header, the buffer contains the whole object.
 */
static diskprobe_image *
virDiskprobeBuffer(const char *buf,
                   size_t len,
                   uint64_t length,
                   const diskprobe_options *options,
                   diskprobe_error **error)
{
    diskprobe_image *image;

    if (len < VIR_STORAGE_MAX_HEADER)
        length = len;

    ignore_value(diskprobe_probe_buffer(buf, len, length, options, &image, error));
    return image;
}


/* @file is the file that begins with the buffer, if known. Broken images are then accepted, and
 * bytes that the buffer lacks are read from the file. */
static virStorageSource *
virDiskprobeSourceFromBuf(const char *path,
                          const char *buf,
                          size_t len,
                          int format,
                          const virStorageSource *file)
{
    uint64_t length = file && file->physical > 0 ? file->physical : DISKPROBE_LENGTH_UNKNOWN;
    bool maybeBroken = file || format < 0;
    g_autoptr(diskprobe_options) options = virDiskprobeOptions(format);
    g_autoptr(diskprobe_image) image = NULL;
    g_autoptr(virStorageSource) src = NULL;
    g_autoptr(diskprobe_error) error = NULL;
    VIR_AUTOCLOSE fd = -1;

    if (!options)
        return NULL;

    image = virDiskprobeBuffer(buf, len, length, options, &error);

    if (file && virStorageSourceIsLocalStorage(file) &&
        diskprobe_error_status(error) == DISKPROBE_STATUS_NEED_MORE_DATA &&
        (fd = virDiskprobeOpenLocal(path, -1, -1)) >= 0)
        return virDiskprobeSourceFromFD(path, fd, format, true);

    if (!(src = virDiskprobeNewSource(path, format, image, error, maybeBroken)))
        return NULL;

    src->type = VIR_STORAGE_TYPE_FILE;

    if (format == VIR_STORAGE_FILE_RAW) {
        g_autoptr(diskprobe_image) luks = NULL;

        ignore_value(diskprobe_options_set_format(options, DISKPROBE_FORMAT_LUKS));
        luks = virDiskprobeBuffer(buf, len, length, options, NULL);
        if (luks && virDiskprobeSetEncryption(src, luks) < 0)
            return NULL;
    } else if (src->format == VIR_STORAGE_FILE_RAW && !src->encryption) {
        g_autoptr(diskprobe_image) all = NULL;

        /* As if the buffer were the whole image, because a thorough probe needs all bytes. */
        ignore_value(diskprobe_options_set_thorough(options, true));
        if ((all = virDiskprobeBuffer(buf, len, len, options, NULL)))
            src->format = virDiskprobeRawOrISO(all);
    }

    return g_steal_pointer(&src);
}


virStorageSource *
virStorageSourceGetMetadataFromBuf(const char *path,
                                   char *buf,
                                   size_t len,
                                   int format)
{
    return virDiskprobeSourceFromBuf(path, buf, len, format, NULL);
}


/* The caller in libvirt decides whether to trust the detected format. */
int
virStorageFileProbeFormat(const char *path,
                          uid_t uid,
                          gid_t gid)
{
    g_autoptr(virStorageSource) src = NULL;
    VIR_AUTOCLOSE fd = -1;

    if ((fd = virDiskprobeOpenLocal(path, uid, gid)) < 0) {
        virReportSystemError(-fd, _("Failed to open file '%1$s'"), path);
        return -1;
    }

    if (!(src = virStorageSourceGetMetadataFromFD(path, fd, VIR_STORAGE_FILE_AUTO)))
        return -1;

    if (src->format == VIR_STORAGE_FILE_NONE) {
        virReportError(VIR_ERR_INTERNAL_ERROR, _("%1$s: broken image"), path);
        return -1;
    }

    return src->format;
}


/* Returns whether the header can declare a capacity other than the size of the file. */
static bool
virDiskprobeHasCapacity(const virStorageSource *src)
{
    diskprobe_format format;

    if (!virDiskprobeFormatFromLibvirt(src->format, &format))
        return false;

    return src->encryption || (format != DISKPROBE_FORMAT_RAW && format != DISKPROBE_FORMAT_DIR);
}


int
virStorageSourceUpdateCapacity(virStorageSource *src,
                               char *buf,
                               ssize_t len)
{
    g_autoptr(virStorageSource) found = NULL;
    unsigned long long header = 0;

    if (src->format == VIR_STORAGE_FILE_NONE) {
        virReportError(VIR_ERR_INTERNAL_ERROR,
                       _("no disk format for %1$s was specified"), src->path);
        return -1;
    }

    src->capacity = src->physical;
    if (!virDiskprobeHasCapacity(src))
        return 0;

    if (!(found = virDiskprobeSourceFromBuf(src->path, buf, len, src->format, src)))
        return -1;

    if (found->capacity > 0)
        src->capacity = found->capacity;

    if (src->encryption && found->encryption)
        src->encryption->payload_offset = found->encryption->payload_offset;

    if (src->encryption && src->encryption->payload_offset > 0)
        header = src->encryption->payload_offset * 512ULL;

    src->capacity -= MIN(header, src->capacity);
    return 0;
}
