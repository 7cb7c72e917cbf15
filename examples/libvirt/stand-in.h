/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Replaces libvirt's private headers, so that the adapter can be compiled and tested without
 * libvirt. It declares only the fields, values and functions that the adapter uses, with libvirt's
 * names. stand-in.c implements what the tests need.
 */
#pragma once

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

/* GLib */
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define G_GNUC_UNUSED __attribute__((unused))
#define G_N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))
#define G_DEFINE_AUTOPTR_CLEANUP_FUNC(type, func) \
    static inline void autoptr_##type(type **pointer) \
    { \
        if (*pointer) \
            func(*pointer); \
    } \
    struct autoptr_##type /* for the semicolon */
#define g_autoptr(type) __attribute__((cleanup(autoptr_##type))) type *
#define g_autofree __attribute__((cleanup(free_behind)))
#define g_new0(type, count) ((type *)allocate(count, sizeof(type)))
#define g_renew(type, memory, count) ((type *)reallocate(memory, (count) * sizeof(type)))
#define g_free(memory) free((void *)(memory))
#define g_clear_pointer(pointer, func) (func(*(pointer)), *(pointer) = NULL)
#define g_steal_pointer(pointer) ((__typeof__(*(pointer)))stolen((void **)(void *)(pointer)))

void *allocate(size_t count, size_t size);
void *reallocate(void *memory, size_t size);
void free_behind(void *pointer);
void *stolen(void **pointer);
char *g_strdup(const char *text);
char *g_strndup(const char *text, size_t length);
char *g_strdup_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* internal.h and what it brings */
#define _(text) (text)
#define NULLSTR(text) ((text) ? (text) : "<null>")
#define STRPREFIX(a, b) (strncmp(a, b, strlen(b)) == 0)
#define STREQ(a, b) (strcmp(a, b) == 0)
#define STRNEQ(a, b) (strcmp(a, b) != 0)
#define STREQ_NULLABLE(a, b) is_equal(a, b)
#define STRNEQ_NULLABLE(a, b) (!is_equal(a, b))
#define ignore_value(value) \
    (__extension__({ __typeof__(value) ignored_ = (value); (void)ignored_; }))
#define VIR_AUTOCLOSE __attribute__((cleanup(close_behind))) int
#define VIR_LOG_INIT(name) struct log_init /* for the semicolon */
#define VIR_INFO(...) warn_and_count(__VA_ARGS__)

bool is_equal(const char *a, const char *b);
void close_behind(int *fd);
void warn_and_count(const char *format, ...) __attribute__((format(printf, 1, 2)));

typedef enum {
    VIR_TRISTATE_BOOL_ABSENT = 0,
    VIR_TRISTATE_BOOL_YES,
    VIR_TRISTATE_BOOL_NO,
} virTristateBool;
virTristateBool virTristateBoolFromBool(bool val);

/* virerror.h. libvirt's messages use POSIX argument positions such as %1$d. */
enum { VIR_FROM_STORAGE = 18 };
enum {
    VIR_ERR_OK = 0,
    VIR_ERR_INTERNAL_ERROR = 1,
    VIR_ERR_INVALID_ARG = 8,
    VIR_ERR_OPERATION_FAILED = 9,
    VIR_ERR_XML_ERROR = 27,
    VIR_ERR_SYSTEM_ERROR = 38,
    VIR_ERR_OPERATION_INVALID = 55,
    VIR_ERR_CONFIG_UNSUPPORTED = 67,
};
#define virReportError(...) report_error(VIR_FROM_THIS, __VA_ARGS__)
#define virReportSystemError(...) report_system_error(VIR_FROM_THIS, __VA_ARGS__)
void report_error(int domain, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void report_system_error(int domain, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

int virGetLastErrorCode(void);
const char *virGetLastErrorMessage(void);

/* virstring.h */
int virStrToLong_ull(const char *s, char **end_ptr, int base, unsigned long long *result);

/* virbitmap.h */
typedef struct _virBitmap virBitmap;
virBitmap *virBitmapNew(size_t size);
void virBitmapFree(virBitmap *bitmap);
int virBitmapSetBit(virBitmap *bitmap, size_t bit);
bool virBitmapIsBitSet(virBitmap *bitmap, size_t bit);

/* virpci.h */
typedef struct _virPCIDeviceAddress virPCIDeviceAddress;
struct _virPCIDeviceAddress {
    unsigned int domain;
    unsigned int bus;
    unsigned int slot;
    unsigned int function;
};
int virPCIDeviceAddressParse(char *address, virPCIDeviceAddress *bdf);

/* virfile.h */
int virFileOpenAs(const char *path, int openflags, mode_t mode, uid_t uid, gid_t gid,
                  unsigned int flags);

/* virobject.h */
void *virObjectRef(void *object);
void virObjectUnref(void *object);

/* storage_encryption_conf.h */
enum {
    VIR_STORAGE_ENCRYPTION_FORMAT_DEFAULT = 0,
    VIR_STORAGE_ENCRYPTION_FORMAT_QCOW,
    VIR_STORAGE_ENCRYPTION_FORMAT_LUKS,
};
typedef struct _virStorageEncryption virStorageEncryption;
struct _virStorageEncryption {
    int format;
    int payload_offset;
};

/* storage_source_conf.h */
typedef enum {
    VIR_STORAGE_TYPE_NONE,
    VIR_STORAGE_TYPE_FILE,
    VIR_STORAGE_TYPE_BLOCK,
    VIR_STORAGE_TYPE_DIR,
    VIR_STORAGE_TYPE_NETWORK,
    VIR_STORAGE_TYPE_VOLUME,
    VIR_STORAGE_TYPE_NVME,
    VIR_STORAGE_TYPE_LAST,
} virStorageType;
int virStorageTypeFromString(const char *name);

typedef enum {
    VIR_STORAGE_FILE_AUTO_SAFE = -2,
    VIR_STORAGE_FILE_AUTO = -1,
    VIR_STORAGE_FILE_NONE = 0,
    VIR_STORAGE_FILE_RAW,
    VIR_STORAGE_FILE_DIR,
    VIR_STORAGE_FILE_BOCHS,
    VIR_STORAGE_FILE_CLOOP,
    VIR_STORAGE_FILE_DMG,
    VIR_STORAGE_FILE_ISO,
    VIR_STORAGE_FILE_VPC,
    VIR_STORAGE_FILE_VDI,
    VIR_STORAGE_FILE_FAT,
    VIR_STORAGE_FILE_VHD,
    VIR_STORAGE_FILE_PLOOP,
    VIR_STORAGE_FILE_COW,
    VIR_STORAGE_FILE_QCOW,
    VIR_STORAGE_FILE_QCOW2,
    VIR_STORAGE_FILE_QED,
    VIR_STORAGE_FILE_VMDK,
    VIR_STORAGE_FILE_LAST,
} virStorageFileFormat;
const char *virStorageFileFormatTypeToString(int format);
int virStorageFileFormatTypeFromString(const char *name);

typedef enum {
    VIR_STORAGE_FILE_FEATURE_LAZY_REFCOUNTS = 0,
    VIR_STORAGE_FILE_FEATURE_EXTENDED_L2,
    VIR_STORAGE_FILE_FEATURE_DATA_FILE,
    VIR_STORAGE_FILE_FEATURE_LAST,
} virStorageFileFeature;

typedef enum {
    VIR_STORAGE_NET_PROTOCOL_NONE,
    VIR_STORAGE_NET_PROTOCOL_NBD,
    VIR_STORAGE_NET_PROTOCOL_RBD,
    VIR_STORAGE_NET_PROTOCOL_SHEEPDOG,
    VIR_STORAGE_NET_PROTOCOL_GLUSTER,
    VIR_STORAGE_NET_PROTOCOL_ISCSI,
    VIR_STORAGE_NET_PROTOCOL_HTTP,
    VIR_STORAGE_NET_PROTOCOL_HTTPS,
    VIR_STORAGE_NET_PROTOCOL_FTP,
    VIR_STORAGE_NET_PROTOCOL_FTPS,
    VIR_STORAGE_NET_PROTOCOL_TFTP,
    VIR_STORAGE_NET_PROTOCOL_SSH,
    VIR_STORAGE_NET_PROTOCOL_VXHS,
    VIR_STORAGE_NET_PROTOCOL_NFS,
    VIR_STORAGE_NET_PROTOCOL_LAST,
} virStorageNetProtocol;
int virStorageNetProtocolTypeFromString(const char *name);
const char *virStorageNetProtocolTypeToString(int protocol);

typedef enum {
    VIR_STORAGE_NET_HOST_TRANS_TCP,
    VIR_STORAGE_NET_HOST_TRANS_UNIX,
    VIR_STORAGE_NET_HOST_TRANS_RDMA,
    VIR_STORAGE_NET_HOST_TRANS_LAST,
} virStorageNetHostTransport;
int virStorageNetHostTransportTypeFromString(const char *name);

typedef struct _virStorageNetHostDef virStorageNetHostDef;
struct _virStorageNetHostDef {
    char *name;
    unsigned int port;
    virStorageNetHostTransport transport;
    char *socket;
};

typedef struct _virStorageNetCookieDef virStorageNetCookieDef;
struct _virStorageNetCookieDef {
    char *name;
    char *value;
};

typedef struct _virStorageAuthDef virStorageAuthDef;
struct _virStorageAuthDef {
    char *username;
    char *secrettype;
    int authType;
};

typedef struct _virStorageSourceNVMeDef virStorageSourceNVMeDef;
struct _virStorageSourceNVMeDef {
    unsigned long long namespc;
    virPCIDeviceAddress pciAddr;
};

typedef struct _virStorageSourceSlice virStorageSourceSlice;
struct _virStorageSourceSlice {
    unsigned long long offset;
    unsigned long long size;
};

typedef struct _virStorageSourceFDTuple virStorageSourceFDTuple;
struct _virStorageSourceFDTuple {
    int *fds;
    size_t nfds;
};

typedef struct _virStorageSource virStorageSource;
struct _virStorageSource {
    int references;
    unsigned int id;
    virStorageType type;
    char *path;
    int protocol;
    char *volume;
    char *snapshot;
    char *configFile;
    char *query;
    size_t nhosts;
    virStorageNetHostDef *hosts;
    size_t ncookies;
    virStorageNetCookieDef **cookies;
    virStorageAuthDef *auth;
    virStorageEncryption *encryption;
    virTristateBool sslverify;
    unsigned long long readahead;
    unsigned long long timeout;
    virStorageSourceNVMeDef *nvme;
    int format;
    virBitmap *features;
    char *compat;
    virStorageSourceSlice *sliceStorage;
    unsigned long long capacity;
    unsigned long long allocation;
    unsigned long long physical;
    unsigned long long clusterSize;
    bool readonly;
    virStorageSource *backingStore;
    virStorageSource *dataFileStore;
    char *relPath;
    char *backingStoreRaw;
    char *dataFileRaw;
    virStorageFileFormat backingStoreRawFormat;
    bool detected;
    char *ssh_user;
    bool ssh_host_key_check_disabled;
    char *nfs_user;
    char *nfs_group;
    virStorageSourceFDTuple *fdtuple;
};
virStorageSource *virStorageSourceNew(void);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virStorageSource, virObjectUnref);
virStorageType virStorageSourceGetActualType(const virStorageSource *def);
bool virStorageSourceIsLocalStorage(const virStorageSource *src);
bool virStorageSourceIsFD(const virStorageSource *src);
int virStorageSourceInitChainElement(virStorageSource *newelem, virStorageSource *old, bool force);

/* storage_file_probe.h */
#define VIR_STORAGE_MAX_HEADER 0x8200
int virStorageFileProbeFormat(const char *path, uid_t uid, gid_t gid);

/* storage_source_backingstore.h */
int virStorageSourceParseRBDColonString(const char *rbdstr, virStorageSource *src);

/* storage_source.h: what the adapter calls, and then what it is */
int virStorageSourceInitAs(virStorageSource *src, uid_t uid, gid_t gid);
void virStorageSourceDeinit(virStorageSource *src);
int virStorageSourceAccess(virStorageSource *src, int mode);
ssize_t virStorageSourceRead(virStorageSource *src, size_t offset, size_t len, char **buf);
int virStorageSourceSupportsBackingChainTraversal(const virStorageSource *src);
void virStorageSourceReportBrokenChain(int errcode, virStorageSource *src,
                                       virStorageSource *parent);

virStorageSource *virStorageSourceGetMetadataFromFD(const char *path, int fd, int format);
virStorageSource *virStorageSourceGetMetadataFromBuf(const char *path, char *buf, size_t len,
                                                     int format);
int virStorageSourceUpdatePhysicalSize(virStorageSource *src, int fd, struct stat const *sb);
int virStorageSourceUpdateBackingSizes(virStorageSource *src, int fd, struct stat const *sb);
int virStorageSourceUpdateCapacity(virStorageSource *src, int fd, char *buf, ssize_t len);
int virStorageSourceNewFromBacking(virStorageSource *parent, virStorageSource **backing);
int virStorageSourceNewFromBackingAbsolute(const char *path, virStorageSource **src);
int virStorageSourceFetchRelativeBackingPath(virStorageSource *src, char **relPath);
int virStorageSourceGetMetadata(virStorageSource *src, uid_t uid, gid_t gid, size_t max_depth,
                                bool report_broken);

/* Only in the stand-in: the code and text of the last error, and the number of warnings. */
extern int stand_in_error;
/* Makes virStorageSourceRead() fail, and report this. */
extern const char *stand_in_read_error;
extern char stand_in_message[1024];
extern int stand_in_warnings;
