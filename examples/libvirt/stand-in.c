/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Implements the functions of stand-in.h for tests with local files. */
#include "stand-in.h"
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

int stand_in_error;
const char *stand_in_read_error;
char stand_in_message[1024];
int stand_in_warnings;

static const char *const formats[] = {
    "none", "raw", "dir", "bochs", "cloop", "dmg", "iso", "vpc", "vdi",
    "fat", "vhd", "ploop", "cow", "qcow", "qcow2", "qed", "vmdk",
};
static const char *const protocols[] = {
    "none", "nbd", "rbd", "sheepdog", "gluster", "iscsi", "http",
    "https", "ftp", "ftps", "tftp", "ssh", "vxhs", "nfs",
};

static const char *const transports[] = { "tcp", "unix", "rdma" };
static const char *const types[] = {
    "none", "file", "block", "dir", "network", "volume", "nvme",
};

/* GLib */
static void *there(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

void *allocate(size_t count, size_t size)
{
    return there(calloc(count ? count : 1, size));
}

void *reallocate(void *memory, size_t size)
{
    return there(realloc(memory, size));
}

void free_behind(void *pointer)
{
    free(*(void **)pointer);
}

void *stolen(void **pointer)
{
    void *memory = *pointer;
    *pointer = NULL;
    return memory;
}

char *g_strdup(const char *text)
{
    return text ? there(strdup(text)) : NULL;
}

char *g_strndup(const char *text, size_t length)
{
    return there(strndup(text, length));
}

char *g_strdup_printf(const char *format, ...)
{
    char *text;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        abort();
    va_end(arguments);
    return text;
}

/* internal.h, virerror.h, virlog.h */
bool is_equal(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

void close_behind(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

void warn_and_count(const char *format, ...)
{
    (void)format;
    stand_in_warnings++;
}

virTristateBool virTristateBoolFromBool(bool val)
{
    return val ? VIR_TRISTATE_BOOL_YES : VIR_TRISTATE_BOOL_NO;
}

void report_error(int domain, int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(stand_in_message, sizeof stand_in_message, format, arguments);
    va_end(arguments);
    stand_in_error = domain == VIR_FROM_STORAGE ? code : -1;
}

void report_system_error(int domain, int code, const char *format, ...)
{
    size_t length;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(stand_in_message, sizeof stand_in_message, format, arguments);
    va_end(arguments);
    length = strlen(stand_in_message);
    snprintf(stand_in_message + length, sizeof stand_in_message - length, ": %s", strerror(code));
    stand_in_error = domain == VIR_FROM_STORAGE ? VIR_ERR_SYSTEM_ERROR : -1;
}

int virGetLastErrorCode(void)
{
    return stand_in_error;
}

const char *virGetLastErrorMessage(void)
{
    return stand_in_error == VIR_ERR_OK ? "no error" : stand_in_message;
}

/* virstring.h */
int virStrToLong_ull(const char *s, char **end_ptr, int base, unsigned long long *result)
{
    char *end;
    errno = 0;
    *result = strtoull(s, &end, base);
    return errno == 0 && end != s && (end_ptr || *end == '\0') ? 0 : -1;
}

/* virbitmap.h */
struct _virBitmap {
    unsigned long bits;
};

virBitmap *virBitmapNew(size_t size)
{
    (void)size;
    return allocate(1, sizeof(virBitmap));
}

void virBitmapFree(virBitmap *bitmap)
{
    free(bitmap);
}

int virBitmapSetBit(virBitmap *bitmap, size_t bit)
{
    bitmap->bits |= 1ul << bit;
    return 0;
}

bool virBitmapIsBitSet(virBitmap *bitmap, size_t bit)
{
    return bitmap->bits & 1ul << bit;
}

/* virpci.h */
int virPCIDeviceAddressParse(char *address, virPCIDeviceAddress *bdf)
{
    int count = sscanf(address, "%x:%x:%x.%x", &bdf->domain, &bdf->bus, &bdf->slot, &bdf->function);
    return count == 4 ? 0 : -1;
}

/* virfile.h */
int virFileOpenAs(const char *path, int openflags, mode_t mode, uid_t uid, gid_t gid,
                  unsigned int flags)
{
    int fd = open(path, openflags, mode);
    (void)uid, (void)gid, (void)flags;
    return fd < 0 ? -errno : fd;
}

/* virobject.h: sources are the only objects */
void *virObjectRef(void *object)
{
    ((virStorageSource *)object)->references++;
    return object;
}

static void free_network(virStorageSource *src)
{
    size_t i;
    for (i = 0; i < src->nhosts; i++) {
        free(src->hosts[i].name);
        free(src->hosts[i].socket);
    }
    free(src->hosts);
    for (i = 0; i < src->ncookies; i++) {
        free(src->cookies[i]->name);
        free(src->cookies[i]->value);
        free(src->cookies[i]);
    }
    free(src->cookies);
}

void virObjectUnref(void *object)
{
    virStorageSource *src = object;
    size_t i;
    if (!src || --src->references > 0)
        return;
    char *const texts[] = {
        src->path, src->volume, src->snapshot, src->configFile, src->query, src->compat,
        src->relPath, src->backingStoreRaw, src->dataFileRaw, src->ssh_user, src->nfs_user,
        src->nfs_group,
    };
    for (i = 0; i < G_N_ELEMENTS(texts); i++)
        free(texts[i]);
    free_network(src);
    if (src->auth) {
        free(src->auth->username);
        free(src->auth->secrettype);
    }
    free(src->auth);
    free(src->encryption);
    free(src->nvme);
    free(src->sliceStorage);
    virBitmapFree(src->features);
    virObjectUnref(src->backingStore);
    virObjectUnref(src->dataFileStore);
    free(src);
}

/* storage_source_conf.h */
static int position(const char *const *names, int count, const char *name)
{
    int i;
    for (i = 0; i < count; i++) {
        if (is_equal(names[i], name))
            return i;
    }
    return -1;
}

const char *virStorageFileFormatTypeToString(int format)
{
    return format >= 0 && format < VIR_STORAGE_FILE_LAST ? formats[format] : NULL;
}

int virStorageFileFormatTypeFromString(const char *name)
{
    return position(formats, VIR_STORAGE_FILE_LAST, name);
}

int virStorageTypeFromString(const char *name)
{
    return position(types, VIR_STORAGE_TYPE_LAST, name);
}

int virStorageNetProtocolTypeFromString(const char *name)
{
    return position(protocols, VIR_STORAGE_NET_PROTOCOL_LAST, name);
}

int virStorageNetHostTransportTypeFromString(const char *name)
{
    return position(transports, VIR_STORAGE_NET_HOST_TRANS_LAST, name);
}

const char *virStorageNetProtocolTypeToString(int protocol)
{
    return protocols[protocol];
}

virStorageSource *virStorageSourceNew(void)
{
    virStorageSource *src = allocate(1, sizeof *src);
    src->references = 1;
    return src;
}

virStorageType virStorageSourceGetActualType(const virStorageSource *def)
{
    return def->type;
}

bool virStorageSourceIsLocalStorage(const virStorageSource *src)
{
    return src->type != VIR_STORAGE_TYPE_NETWORK && src->type != VIR_STORAGE_TYPE_NVME;
}

bool virStorageSourceIsFD(const virStorageSource *src)
{
    return src->fdtuple;
}

int virStorageSourceInitChainElement(virStorageSource *newelem, virStorageSource *old, bool force)
{
    (void)newelem, (void)old, (void)force;
    return 0;
}

/* storage_source.h: the backend that reads files, and one that reads them for gluster */
int virStorageSourceInitAs(virStorageSource *src, uid_t uid, gid_t gid)
{
    (void)src, (void)uid, (void)gid;
    return 0;
}

void virStorageSourceDeinit(virStorageSource *src)
{
    (void)src;
}

int virStorageSourceAccess(virStorageSource *src, int mode)
{
    return access(src->path, mode);
}

ssize_t virStorageSourceRead(virStorageSource *src, size_t offset, size_t len, char **buf)
{
    int fd;
    ssize_t got;
    if (stand_in_read_error) {
        report_error(VIR_FROM_STORAGE, VIR_ERR_OPERATION_FAILED, "%s", stand_in_read_error);
        return -1;
    }
    fd = open(src->path, O_RDONLY);
    if (fd < 0)
        return -1;
    *buf = allocate(1, len);
    got = pread(fd, *buf, len, (off_t)offset);
    close(fd);
    return got;
}

int virStorageSourceSupportsBackingChainTraversal(const virStorageSource *src)
{
    if (src->type == VIR_STORAGE_TYPE_NETWORK)
        return src->protocol == VIR_STORAGE_NET_PROTOCOL_GLUSTER;
    return src->type == VIR_STORAGE_TYPE_FILE || src->type == VIR_STORAGE_TYPE_BLOCK;
}

void virStorageSourceReportBrokenChain(int errcode, virStorageSource *src,
                                       virStorageSource *parent)
{
    report_system_error(VIR_FROM_STORAGE, errcode, "Cannot access '%s' of '%s'", src->path,
                        parent->path);
}
