/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Tests of the adapter with single images from qemu-img and a stand-in for libvirt. */
#include "test.h"
#include "contents.h"

static virStorageSource *from_fd(const char *name, int format)
{
    int fd = open(name, O_RDONLY);
    CHECK(fd >= 0);
    virStorageSource *src = virStorageSourceGetMetadataFromFD(name, fd, format);
    CHECK(close(fd) == 0);
    return src;
}

virStorageSource *detected(const char *name, int format, unsigned long long capacity)
{
    virStorageSource *src = from_fd(name, VIR_STORAGE_FILE_AUTO);
    CHECK_NO_ERROR();
    CHECK(src && src->type == VIR_STORAGE_TYPE_FILE && strcmp(src->path, name) == 0);
    CHECK(src->format == format && src->capacity == capacity);
    return src;
}

/* A VMDK whose header refers to a descriptor in the same file, which names another file. */
static void make_embedded(const char *name)
{
    static const char header[] = "KDMV\1\0\0\0\3\0\0\0\0\0\0\0\0\0\0\0\x80\0\0\0\0\0\0\0"
                                 "\1\0\0\0\0\0\0\0\x14\0\0\0\0\0\0\0\0\2";
    static const char text[] = "# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\n"
                               "createType=\"monolithicFlat\"\nRW 128 FLAT \"/etc/passwd\" 0\n";
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CHECK(fd >= 0 && ftruncate(fd, 1 << 16) == 0);
    CHECK(pwrite(fd, header, sizeof header, 0) == (ssize_t)sizeof header);
    CHECK(pwrite(fd, text, sizeof text, 512) == (ssize_t)sizeof text);
    CHECK(close(fd) == 0);
}

static void facts(void)
{
    virStorageSource *src = detected("disk.qcow2", VIR_STORAGE_FILE_QCOW2, 10 << 20);
    CHECK(strcmp(src->backingStoreRaw, "base.raw") == 0 && !src->relPath && !src->backingStore);
    CHECK(src->backingStoreRawFormat == VIR_STORAGE_FILE_RAW && src->clusterSize == 65536);
    CHECK(strcmp(src->compat, "1.1") == 0 && src->features && !src->encryption);
    CHECK(!virBitmapIsBitSet(src->features, VIR_STORAGE_FILE_FEATURE_LAZY_REFCOUNTS));
    virObjectUnref(src);

    src = detected("features.qcow2", VIR_STORAGE_FILE_QCOW2, 4 << 20);
    CHECK(virBitmapIsBitSet(src->features, VIR_STORAGE_FILE_FEATURE_LAZY_REFCOUNTS));
    CHECK(virBitmapIsBitSet(src->features, VIR_STORAGE_FILE_FEATURE_EXTENDED_L2));
    CHECK(!virBitmapIsBitSet(src->features, VIR_STORAGE_FILE_FEATURE_DATA_FILE));
    CHECK(src->clusterSize == 128 << 10 && !src->backingStoreRaw);
    CHECK(src->backingStoreRawFormat == VIR_STORAGE_FILE_NONE);
    virObjectUnref(src);

    /* QEMU refuses it, and nothing else does. */
    src = detected("unknown-feature.qcow2", VIR_STORAGE_FILE_QCOW2, 10 << 20);
    CHECK(strcmp(src->compat, "1.1") == 0 && src->clusterSize == 65536);
    virObjectUnref(src);

    src = detected("data.qcow2", VIR_STORAGE_FILE_QCOW2, 2 << 20);
    CHECK(virBitmapIsBitSet(src->features, VIR_STORAGE_FILE_FEATURE_DATA_FILE));
    CHECK(strcmp(src->dataFileRaw, "data.raw") == 0 && !src->dataFileStore);
    virObjectUnref(src);

    src = detected("old.qcow2", VIR_STORAGE_FILE_QCOW2, 1 << 20);
    CHECK(!src->compat && !src->features);
    virObjectUnref(src);

    src = detected("unrecorded.qcow2", VIR_STORAGE_FILE_QCOW2, 1 << 20);
    CHECK(src->backingStoreRawFormat == VIR_STORAGE_FILE_AUTO);
    virObjectUnref(src);

    src = detected("disk.vdi", VIR_STORAGE_FILE_VDI, 4 << 20);
    CHECK(src->clusterSize == 0 && !src->compat);
    virObjectUnref(src);
    virObjectUnref(detected("base.raw", VIR_STORAGE_FILE_RAW, 0));
    virObjectUnref(detected("disc.iso", VIR_STORAGE_FILE_ISO, 0));
    virObjectUnref(detected("disk.vpc", VIR_STORAGE_FILE_VPC, 4 << 20));
    virObjectUnref(detected("sparse.vmdk", VIR_STORAGE_FILE_VMDK, 4 << 20));
    /* Without a format, a text that names other files is not an image, but its bytes. */
    virObjectUnref(detected("split.vmdk", VIR_STORAGE_FILE_RAW, 0));
    CHECK(virStorageFileProbeFormat("split.vmdk", -1, -1) == VIR_STORAGE_FILE_RAW);
    make_embedded("embedded.vmdk");
    virObjectUnref(detected("embedded.vmdk", VIR_STORAGE_FILE_RAW, 0));
    src = from_fd("split.vmdk", VIR_STORAGE_FILE_VMDK);
    CHECK(src->format == VIR_STORAGE_FILE_VMDK && src->capacity == 3ull << 30);
    virObjectUnref(src);
}

static void encryption(void)
{
    virStorageSource *src = detected("disk.luks", VIR_STORAGE_FILE_RAW, 0);
    int payload = src->encryption->payload_offset;
    CHECK(src->encryption->format == VIR_STORAGE_ENCRYPTION_FORMAT_LUKS && payload > 0);
    virObjectUnref(src);

    /* A raw image is read only for LUKS. */
    src = from_fd("disk.luks", VIR_STORAGE_FILE_RAW);
    CHECK(src->format == VIR_STORAGE_FILE_RAW && src->encryption->payload_offset == payload);
    virObjectUnref(src);
    src = from_fd("disk.qcow2", VIR_STORAGE_FILE_RAW);
    CHECK(src->format == VIR_STORAGE_FILE_RAW && !src->backingStoreRaw && !src->encryption);
    virObjectUnref(src);

    src = detected("luks.qcow2", VIR_STORAGE_FILE_QCOW2, 1 << 20);
    CHECK(src->encryption->format == VIR_STORAGE_ENCRYPTION_FORMAT_LUKS);
    CHECK(src->encryption->payload_offset == -1);
    virObjectUnref(src);

    src = detected("aes.qcow", VIR_STORAGE_FILE_QCOW, 1 << 20);
    CHECK(src->encryption->format == VIR_STORAGE_ENCRYPTION_FORMAT_QCOW);
    diskprobe_image *image = probe("disk.luks");
    CHECK_REPORTS(virDiskprobeSetFacts(src, image) == -1, VIR_ERR_XML_ERROR);
    diskprobe_image_free(image);
    virObjectUnref(src);
}

static void broken(void)
{
    /* The pool starts nevertheless, and the image has the format of its signature. */
    stand_in_warnings = 0;
    virObjectUnref(detected("cut.qcow2", VIR_STORAGE_FILE_QCOW2, 0));
    CHECK(stand_in_warnings == 1);
    CHECK(virStorageFileProbeFormat("cut.qcow2", -1, -1) == VIR_STORAGE_FILE_QCOW2);
    CHECK_REPORTS(!from_fd("cut.qcow2", VIR_STORAGE_FILE_QCOW2), VIR_ERR_CONFIG_UNSUPPORTED);
    CHECK_REPORTS(!from_fd("base.raw", VIR_STORAGE_FILE_QCOW2), VIR_ERR_CONFIG_UNSUPPORTED);
    CHECK_REPORTS(!from_fd("base.raw", VIR_STORAGE_FILE_LAST), VIR_ERR_SYSTEM_ERROR);
    CHECK_REPORTS(virStorageFileProbeFormat("absent", -1, -1) == -1, VIR_ERR_SYSTEM_ERROR);
    CHECK_REPORTS(!virStorageSourceGetMetadataFromFD("closed", -1, VIR_STORAGE_FILE_AUTO),
                  VIR_ERR_SYSTEM_ERROR);
    CHECK(virStorageFileProbeFormat("disk.vdi", -1, -1) == VIR_STORAGE_FILE_VDI);

    virStorageSource *src = from_fd("sub", VIR_STORAGE_FILE_AUTO);
    CHECK(src && src->type == VIR_STORAGE_TYPE_DIR && src->format == VIR_STORAGE_FILE_DIR);
    virObjectUnref(src);
    CHECK_NO_ERROR();
}

static void buffers(void)
{
    size_t size;
    char *bytes = (char *)contents("disk.qcow2", &size);
    virStorageSource *src = virStorageSourceGetMetadataFromBuf(
        "name", bytes, VIR_STORAGE_MAX_HEADER, VIR_STORAGE_FILE_AUTO);
    CHECK(src->format == VIR_STORAGE_FILE_QCOW2 && src->capacity == 10 << 20);
    CHECK(strcmp(src->path, "name") == 0 && src->type == VIR_STORAGE_TYPE_FILE);
    virObjectUnref(src);

    /* Shorter than the buffer for a header, so it is the whole image. */
    src = virStorageSourceGetMetadataFromBuf("name", bytes, 60, VIR_STORAGE_FILE_AUTO);
    CHECK(src->format == VIR_STORAGE_FILE_QCOW2 && src->capacity == 0);
    virObjectUnref(src);
    CHECK_REPORTS(
        !virStorageSourceGetMetadataFromBuf("name", bytes, 60, VIR_STORAGE_FILE_QCOW2),
        VIR_ERR_CONFIG_UNSUPPORTED);
    free(bytes);

    bytes = (char *)contents("disc.iso", &size);
    src = virStorageSourceGetMetadataFromBuf("name", bytes, VIR_STORAGE_MAX_HEADER,
                                             VIR_STORAGE_FILE_AUTO);
    CHECK(src->format == VIR_STORAGE_FILE_ISO && src->capacity == 0);
    virObjectUnref(src);
    free(bytes);

    bytes = (char *)contents("disk.luks", &size);
    src = virStorageSourceGetMetadataFromBuf("name", bytes, VIR_STORAGE_MAX_HEADER,
                                             VIR_STORAGE_FILE_RAW);
    CHECK(src->encryption && src->encryption->payload_offset > 0);
    virObjectUnref(src);
    free(bytes);
}

/* As in a pool: sizes of the file, then those in the header. */
static virStorageSource *sized(const char *name, int format, virStorageEncryption *encryption)
{
    size_t size;
    char *bytes = (char *)contents(name, &size);
    virStorageSource *src = virStorageSourceNew();
    struct stat sb;
    src->type = VIR_STORAGE_TYPE_FILE;
    src->path = g_strdup(name);
    src->format = format;
    src->encryption = encryption;
    CHECK(stat(name, &sb) == 0 && virStorageSourceUpdateBackingSizes(src, -1, &sb) == 0);
    CHECK(src->physical == size && src->capacity == size);
    CHECK(src->allocation == (unsigned long long)sb.st_blocks * 512);
    int fd = open(name, O_RDONLY);
    CHECK(fd >= 0);
    CHECK(virStorageSourceUpdateCapacity(src, fd, bytes, MIN(size, VIR_STORAGE_MAX_HEADER)) == 0);
    CHECK(close(fd) == 0);
    free(bytes);
    CHECK_NO_ERROR();
    return src;
}

static void sizes(void)
{
    struct stat sb;
    size_t size;
    virStorageSource *src = sized("disk.qcow2", VIR_STORAGE_FILE_QCOW2, NULL);
    CHECK(src->capacity == 10 << 20);
    virObjectUnref(src);

    src = sized("base.raw", VIR_STORAGE_FILE_RAW, NULL);
    CHECK(src->capacity == 1 << 20);
    virObjectUnref(src);

    virStorageEncryption *luks = g_new0(virStorageEncryption, 1);
    luks->format = VIR_STORAGE_ENCRYPTION_FORMAT_LUKS;
    luks->payload_offset = -1;
    src = sized("disk.luks", VIR_STORAGE_FILE_RAW, luks);
    CHECK(luks->payload_offset > 0);
    CHECK(src->capacity == src->physical - luks->payload_offset * 512ull);
    CHECK(src->capacity == 1 << 20);
    virObjectUnref(src);

    /* Facts that are not in the first bytes: the open file is read, or the storage backend. */
    src = sized("fixed.vpc", VIR_STORAGE_FILE_VPC, NULL);
    CHECK(src->capacity == 4 << 20);
    char *bytes = (char *)contents("fixed.vpc", &size);
    src->type = VIR_STORAGE_TYPE_NETWORK;
    CHECK(virStorageSourceUpdateCapacity(src, -1, bytes, VIR_STORAGE_MAX_HEADER) == 0);
    CHECK(src->capacity == 4 << 20);
    free(bytes);
    virObjectUnref(src);

    /* A wrong format, and a format without a header: the size of the file. */
    src = sized("base.raw", VIR_STORAGE_FILE_QCOW2, NULL);
    CHECK(src->capacity == 1 << 20);
    src->format = VIR_STORAGE_FILE_FAT;
    CHECK(virStorageSourceUpdateCapacity(src, -1, (char *)"", 0) == 0);
    CHECK(src->capacity == 1 << 20);
    src->format = VIR_STORAGE_FILE_NONE;
    CHECK_REPORTS(virStorageSourceUpdateCapacity(src, -1, (char *)"", 0) == -1,
                  VIR_ERR_INTERNAL_ERROR);
    CHECK(stat(".", &sb) == 0 && virStorageSourceUpdateBackingSizes(src, -1, &sb) == 0);
    CHECK(src->capacity == 0 && src->allocation == 0 && src->physical == 0);
    int null = open("/dev/null", O_RDONLY);
    CHECK(fstat(null, &sb) == 0 && virStorageSourceUpdateBackingSizes(src, null, &sb) == 0);
    CHECK(src->capacity == 0 && src->allocation == 0 && src->physical == 0);
    CHECK(close(null) == 0);
    CHECK(stat("base.raw", &sb) == 0 && virStorageSourceUpdatePhysicalSize(src, -1, &sb) == 0);
    CHECK(src->physical == 1 << 20 && src->capacity == 0);
    virObjectUnref(src);
}

TEST
{
    CHECK(chdir(check_directory) == 0);
    check_directory = ".";
    facts();
    encryption();
    broken();
    buffers();
    sizes();
    test_locations();
    test_chains();
}
