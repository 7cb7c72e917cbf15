/*
 * virdiskprobe_probe.c: libvirt's entry points that probe one image
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */

#include <config.h>

#include "virdiskprobe.h"

VIR_LOG_INIT("storage_file.diskprobe");


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


/* Returns the length of the image that begins with a buffer of @len bytes. If it is not known, and
 * the buffer is shorter than what libvirt reads of a header, the buffer has the whole image. */
static uint64_t
virDiskprobeLength(size_t len,
                   const virStorageSource *src)
{
    if (len < VIR_STORAGE_MAX_HEADER)
        return len;

    return src && src->physical > 0 ? src->physical : DISKPROBE_LENGTH_UNKNOWN;
}


/* Probes the buffer, and reads what it lacks. */
static diskprobe_status
virDiskprobeProbe(const virDiskprobeInput *input,
                  const diskprobe_options *options,
                  diskprobe_image **image,
                  diskprobe_error **error)
{
    if (input->buf) {
        diskprobe_status status = diskprobe_probe_buffer(input->buf, input->len, input->length,
                                                         options, image, error);

        if (status != DISKPROBE_STATUS_NEED_MORE_DATA || (input->fd < 0 && !input->src))
            return status;

        g_clear_pointer(error, diskprobe_error_free);
    }

    if (input->fd >= 0)
        return diskprobe_probe_fd(input->fd, options, image, error);

    return diskprobe_probe_callback(virDiskprobeRead, input->src, input->length, options,
                                    image, error);
}


static diskprobe_status
virDiskprobeProbeAs(const virDiskprobeInput *input,
                    diskprobe_format format,
                    diskprobe_image **image,
                    diskprobe_error **error)
{
    g_autoptr(diskprobe_options) options = diskprobe_options_new();

    ignore_value(diskprobe_options_set_format(options, format));
    return virDiskprobeProbe(input, options, image, error);
}


diskprobe_image *
virDiskprobeLookForLUKS(const virDiskprobeInput *input)
{
    g_autoptr(diskprobe_error) error = NULL;
    diskprobe_image *image = NULL;

    ignore_value(virDiskprobeProbeAs(input, DISKPROBE_FORMAT_LUKS, &image, &error));
    return image;
}


/* Returns the first bytes of an image, in @head if it is not in memory. */
static virDiskprobeInput
virDiskprobeStart(const virDiskprobeInput *input,
                  char head[512])
{
    virDiskprobeInput start = { .name = input->name, .buf = input->buf, .len = input->len,
                                .length = DISKPROBE_LENGTH_UNKNOWN, .fd = -1 };
    g_autoptr(diskprobe_error) error = NULL;
    int64_t got;

    if (!start.buf) {
        got = input->fd >= 0 ? pread(input->fd, head, 512, 0)
                             : virDiskprobeRead(input->src, head, 512, 0, &error);
        start.buf = head;
        start.len = got < 0 ? 0 : got;
    }

    if (start.len < 512)
        start.length = start.len;
    return start;
}


/* Returns the format of an invalid image: the one whose signature it has. An invalid VMDK is raw,
 * because it can name extent files that QEMU reads. */
static int
virDiskprobeSignature(const virDiskprobeInput *input)
{
    static const diskprobe_format formats[] = {
        DISKPROBE_FORMAT_QCOW2, DISKPROBE_FORMAT_QCOW, DISKPROBE_FORMAT_QED,
        DISKPROBE_FORMAT_VPC, DISKPROBE_FORMAT_PARALLELS, DISKPROBE_FORMAT_VDI,
    };
    const uint64_t all = DISKPROBE_FORMATS_LIBVIRT | DISKPROBE_FORMATS_VMDK_DESCRIPTOR;
    char head[512];
    virDiskprobeInput start = virDiskprobeStart(input, head);
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autoptr(diskprobe_options) options = diskprobe_options_new();
        g_autoptr(diskprobe_image) image = NULL;
        g_autoptr(diskprobe_error) error = NULL;

        ignore_value(diskprobe_options_set_detectable(options,
                                                      all & ~DISKPROBE_FORMAT_BIT(formats[i])));
        if (virDiskprobeProbe(&start, options, &image,
                              &error) == DISKPROBE_STATUS_FORMAT_NOT_ALLOWED)
            return virDiskprobeFormatToLibvirt(formats[i]);
    }

    return VIR_STORAGE_FILE_RAW;
}


/* Sets the facts of an image whose format is given or detected. A detected image is raw if libvirt
 * does not detect its format, or if it names extent files, which a copy must not read. If an image
 * is invalid, only the format is set. */
static int
virDiskprobeSetProbed(virStorageSource *src,
                      const virDiskprobeInput *input,
                      bool maybeBroken)
{
    g_autoptr(diskprobe_options) options = virDiskprobeOptions(src->format);
    g_autoptr(diskprobe_image) image = NULL;
    g_autoptr(diskprobe_image) luks = NULL;
    g_autoptr(diskprobe_image) all = NULL;
    g_autoptr(diskprobe_error) error = NULL;
    g_autoptr(diskprobe_error) incomplete = NULL;
    virDiskprobeInput whole = *input;
    bool isDetected = src->format < 0;

    if (!options)
        return -1;

    ignore_value(virDiskprobeProbe(input, options, &image, &error));

    if (isDetected && diskprobe_error_status(error) == DISKPROBE_STATUS_FORMAT_NOT_ALLOWED) {
        src->format = VIR_STORAGE_FILE_RAW;
    } else if (image) {
        if (virDiskprobeSetFacts(src, image) < 0)
            return -1;
        if (isDetected)
            src->format = virDiskprobeFormatToLibvirt(diskprobe_image_format(image));
    } else if (maybeBroken && virDiskprobeIsBadImage(error)) {
        VIR_INFO("%s: %s", input->name, diskprobe_error_message(error));
        if (isDetected)
            src->format = virDiskprobeSignature(input);
    } else {
        return virDiskprobeReport(input->name, error);
    }

    if (src->format != VIR_STORAGE_FILE_RAW || src->encryption)
        return 0;

    if (!isDetected) {
        luks = virDiskprobeLookForLUKS(input);
        return luks ? virDiskprobeSetEncryption(src, luks) : 0;
    }

    /* A thorough probe needs all bytes. */
    if (input->fd < 0 && !input->src)
        whole.length = whole.len;
    ignore_value(diskprobe_options_set_thorough(options, true));
    ignore_value(virDiskprobeProbe(&whole, options, &all, &incomplete));
    if (all)
        src->format = virDiskprobeRawOrISO(all);

    return 0;
}


virStorageSource *
virStorageSourceGetMetadataFromFD(const char *path,
                                  int fd,
                                  int format)
{
    g_autoptr(virStorageSource) src = virStorageSourceNew();
    virDiskprobeInput input = { .name = path, .fd = fd, .length = DISKPROBE_LENGTH_UNKNOWN };
    struct stat sb;

    if (fstat(fd, &sb) < 0) {
        virReportSystemError(errno, _("cannot stat file '%1$s'"), path);
        return NULL;
    }

    src->path = g_strdup(path);
    src->format = format;
    src->type = VIR_STORAGE_TYPE_FILE;
    if (S_ISDIR(sb.st_mode)) {
        src->type = VIR_STORAGE_TYPE_DIR;
        src->format = VIR_STORAGE_FILE_DIR;
    } else if (S_ISBLK(sb.st_mode)) {
        src->type = VIR_STORAGE_TYPE_BLOCK;
    }

    /* A pool must start with any files in its directory. */
    if (virDiskprobeSetProbed(src, &input, format < 0) < 0)
        return NULL;

    return g_steal_pointer(&src);
}


/* Only the first bytes are known. */
virStorageSource *
virStorageSourceGetMetadataFromBuf(const char *path,
                                   char *buf,
                                   size_t len,
                                   int format)
{
    g_autoptr(virStorageSource) src = virStorageSourceNew();
    virDiskprobeInput input = { .name = path, .buf = buf, .len = len, .fd = -1,
                                .length = virDiskprobeLength(len, NULL) };

    src->path = g_strdup(path);
    src->format = format;
    src->type = VIR_STORAGE_TYPE_FILE;

    if (virDiskprobeSetProbed(src, &input, format < 0) < 0)
        return NULL;

    return g_steal_pointer(&src);
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


/* @fd is the descriptor of a local source, or -1. Other sources are initialised. */
int
virStorageSourceUpdateCapacity(virStorageSource *src,
                               int fd,
                               char *buf,
                               ssize_t len)
{
    g_autoptr(virStorageSource) found = virStorageSourceNew();
    virDiskprobeInput input = { .name = src->path, .buf = buf, .len = len, .fd = fd,
                                .length = virDiskprobeLength(len, src),
                                .src = virStorageSourceIsLocalStorage(src) ? NULL : src };
    unsigned long long header = 0;

    if (src->format == VIR_STORAGE_FILE_NONE) {
        virReportError(VIR_ERR_INTERNAL_ERROR,
                       _("no disk format for %1$s was specified"), src->path);
        return -1;
    }

    src->capacity = src->physical;
    if (!virDiskprobeHasCapacity(src))
        return 0;

    found->format = src->format;
    if (virDiskprobeSetProbed(found, &input, true) < 0)
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
