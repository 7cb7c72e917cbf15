/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The adapter, on images that qemu-img made and on a stand-in for libvirt: every entry point. */
#include "virdiskprobe.h"
#include "check.h"

#define CHECK_NO_ERROR() CHECK(stand_in_error == 0)

/* The call failed, with that code, and nothing was reported before. */
#define CHECK_REPORTS(call, code) \
    do { \
        CHECK(stand_in_error == 0); \
        CHECK(call); \
        CHECK(stand_in_error == code && stand_in_message[0] != '\0'); \
        stand_in_error = 0; \
    } while (0)

static virStorageSource *from_fd(const char *name, int format)
{
    int fd = open(name, O_RDONLY);
    CHECK(fd >= 0);
    virStorageSource *src = virStorageSourceGetMetadataFromFD(name, fd, format);
    CHECK(close(fd) == 0);
    return src;
}

static virStorageSource *detected(const char *name, int format, unsigned long long capacity)
{
    virStorageSource *src = from_fd(name, VIR_STORAGE_FILE_AUTO);
    CHECK_NO_ERROR();
    CHECK(src && src->type == VIR_STORAGE_TYPE_FILE && strcmp(src->path, name) == 0);
    CHECK(src->format == format && src->capacity == capacity);
    return src;
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
    virObjectUnref(detected("split.vmdk", VIR_STORAGE_FILE_VMDK, 3ull << 30));
}

static void encryption(void)
{
    virStorageSource *src = detected("disk.luks", VIR_STORAGE_FILE_RAW, 0);
    int payload = src->encryption->payload_offset;
    CHECK(src->encryption->format == VIR_STORAGE_ENCRYPTION_FORMAT_LUKS && payload > 0);
    virObjectUnref(src);

    /* A raw image is read for that alone. */
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
    /* A pool comes up all the same, and the image is not raw. */
    stand_in_warnings = 0;
    virObjectUnref(detected("cut.qcow2", VIR_STORAGE_FILE_NONE, 0));
    CHECK(stand_in_warnings == 1);
    CHECK_REPORTS(virStorageFileProbeFormat("cut.qcow2", -1, -1) == -1, VIR_ERR_INTERNAL_ERROR);
    CHECK_REPORTS(!from_fd("cut.qcow2", VIR_STORAGE_FILE_QCOW2), VIR_ERR_INTERNAL_ERROR);
    CHECK_REPORTS(!from_fd("base.raw", VIR_STORAGE_FILE_QCOW2), VIR_ERR_INTERNAL_ERROR);
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

    /* Shorter than what is read for a header, so it is all that there is. */
    src = virStorageSourceGetMetadataFromBuf("name", bytes, 60, VIR_STORAGE_FILE_AUTO);
    CHECK(src->format == VIR_STORAGE_FILE_NONE);
    virObjectUnref(src);
    CHECK_REPORTS(
        !virStorageSourceGetMetadataFromBuf("name", bytes, 60, VIR_STORAGE_FILE_QCOW2),
        VIR_ERR_INTERNAL_ERROR);
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

/* As a pool does it: sizes, and then what the header says of them. */
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
    CHECK(virStorageSourceUpdateCapacity(src, bytes, MIN(size, VIR_STORAGE_MAX_HEADER)) == 0);
    free(bytes);
    CHECK_NO_ERROR();
    return src;
}

static void sizes(void)
{
    struct stat sb;
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

    /* Facts that are not in the first bytes: the file is looked into. */
    src = sized("fixed.vpc", VIR_STORAGE_FILE_VPC, NULL);
    CHECK(src->capacity == 4 << 20);
    virObjectUnref(src);

    /* The wrong format, and one that has no header: what the file is. */
    src = sized("base.raw", VIR_STORAGE_FILE_QCOW2, NULL);
    CHECK(src->capacity == 1 << 20);
    src->format = VIR_STORAGE_FILE_FAT;
    CHECK(virStorageSourceUpdateCapacity(src, (char *)"", 0) == 0 && src->capacity == 1 << 20);
    src->format = VIR_STORAGE_FILE_NONE;
    CHECK_REPORTS(virStorageSourceUpdateCapacity(src, (char *)"", 0) == -1,
                  VIR_ERR_INTERNAL_ERROR);
    CHECK(stat(".", &sb) == 0 && virStorageSourceUpdateBackingSizes(src, -1, &sb) == 0);
    CHECK(src->capacity == 0 && src->allocation == 0 && src->physical == 0);
    CHECK(stat("base.raw", &sb) == 0 && virStorageSourceUpdatePhysicalSize(src, -1, &sb) == 0);
    CHECK(src->physical == 1 << 20 && src->capacity == 0);
    virObjectUnref(src);
}

static virStorageSource *named(const char *text, int expected)
{
    virStorageSource *src;
    CHECK(virStorageSourceNewFromBackingAbsolute(text, &src) == expected);
    CHECK_NO_ERROR();
    CHECK(src);
    return src;
}

static void locations(void)
{
    virStorageSource *src = named("nbd:host:1234:exportname=x", 0);
    CHECK(src->type == VIR_STORAGE_TYPE_NETWORK && src->protocol == VIR_STORAGE_NET_PROTOCOL_NBD);
    CHECK(src->nhosts == 1 && strcmp(src->hosts[0].name, "host") == 0);
    CHECK(src->hosts[0].port == 1234 && strcmp(src->path, "x") == 0);
    virObjectUnref(src);

    src = named("nbd+unix:///x?socket=/run/s", 0);
    CHECK(src->hosts[0].transport == VIR_STORAGE_NET_HOST_TRANS_UNIX);
    CHECK(strcmp(src->hosts[0].socket, "/run/s") == 0 && src->hosts[0].port == 0);
    virObjectUnref(src);

    src = named("gluster+rdma://host/vol/dir/x", 0);
    CHECK(src->hosts[0].transport == VIR_STORAGE_NET_HOST_TRANS_RDMA);
    CHECK(strcmp(src->volume, "vol") == 0 && strcmp(src->path, "dir/x") == 0);
    virObjectUnref(src);

    src = named("rbd:pool/x@snap:conf=/c", 0);
    CHECK(strcmp(src->volume, "pool") == 0 && strcmp(src->snapshot, "snap") == 0);
    CHECK(strcmp(src->configFile, "/c") == 0);
    virObjectUnref(src);

    src = named("json:{\"driver\":\"https\",\"url\":\"https://h/f?q\",\"sslverify\":false,"
                "\"cookie\":\"a=b; c=d\",\"readahead\":4096,\"timeout\":7}", 0);
    CHECK(src->sslverify == VIR_TRISTATE_BOOL_NO && src->readahead == 4096 && src->timeout == 7);
    CHECK(strcmp(src->query, "q") == 0 && src->ncookies == 2);
    CHECK(strcmp(src->cookies[1]->name, "c") == 0 && strcmp(src->cookies[1]->value, "d") == 0);
    virObjectUnref(src);

    src = named("json:{\"driver\":\"raw\",\"offset\":512,\"size\":1024,\"file\":"
                "{\"driver\":\"host_device\",\"filename\":\"/dev/x\"}}", 0);
    CHECK(src->type == VIR_STORAGE_TYPE_BLOCK && src->sliceStorage->offset == 512);
    CHECK(src->sliceStorage->size == 1024);
    virObjectUnref(src);

    src = named("json:{\"driver\":\"nvme\",\"device\":\"0000:01:02.3\",\"namespace\":4}", 0);
    CHECK(src->type == VIR_STORAGE_TYPE_NVME && src->nvme->namespc == 4);
    CHECK(src->nvme->pciAddr.bus == 1 && src->nvme->pciAddr.function == 3);
    virObjectUnref(src);

    src = named("json:{\"driver\":\"ssh\",\"host\":\"h\",\"path\":\"/p\",\"user\":\"u\","
                "\"host_key_check\":\"no\"}", 0);
    CHECK(src->ssh_host_key_check_disabled && strcmp(src->ssh_user, "u") == 0);
    virObjectUnref(src);

    src = named("fat:/srv", 0);
    CHECK(src->type == VIR_STORAGE_TYPE_DIR && src->format == VIR_STORAGE_FILE_FAT);
    virObjectUnref(src);

    /* Understood, and not to be used: it holds credentials. */
    virObjectUnref(named("https://user:secret@host/x", 1));

    CHECK_REPORTS(virStorageSourceNewFromBackingAbsolute("json:{", &src) == -1 && !src,
                  VIR_ERR_INTERNAL_ERROR);
    CHECK_REPORTS(virStorageSourceNewFromBackingAbsolute("blah:x", &src) == -1 && !src,
                  VIR_ERR_INTERNAL_ERROR);
    CHECK_REPORTS(virStorageSourceNewFromBackingAbsolute("file:/x", &src) == -1 && !src,
                  VIR_ERR_INTERNAL_ERROR);

    src = virStorageSourceNew();
    CHECK(virStorageSourceParseRBDColonString("rbd:pool/x:mon_host=h:id=me", src) == 0);
    CHECK(strcmp(src->auth->username, "me") == 0);
    CHECK(src->auth->authType == VIR_STORAGE_AUTH_TYPE_CEPHX);
    CHECK(strcmp(src->volume, "pool") == 0 && src->nhosts == 1);
    virObjectUnref(src);
    src = virStorageSourceNew();
    CHECK_REPORTS(virStorageSourceParseRBDColonString("rbd:", src) == -1, VIR_ERR_INTERNAL_ERROR);
    virObjectUnref(src);
}

static virStorageSource *top(const char *name, int format)
{
    virStorageSource *src = virStorageSourceNew();
    src->type = VIR_STORAGE_TYPE_FILE;
    src->path = g_strdup(name);
    src->format = format;
    return src;
}

static void backing(void)
{
    virStorageSource *found;
    virStorageSource *src = detected("disk.qcow2", VIR_STORAGE_FILE_QCOW2, 10 << 20);
    CHECK(virStorageSourceNewFromBacking(src, &found) == 0);
    CHECK(strcmp(found->path, "./base.raw") == 0 && strcmp(found->relPath, "base.raw") == 0);
    CHECK(found->format == VIR_STORAGE_FILE_RAW && found->readonly && found->detected);
    CHECK(found->type == VIR_STORAGE_TYPE_FILE);
    virObjectUnref(found);

    g_free(src->backingStoreRaw);
    src->backingStoreRaw = g_strdup("sub");
    CHECK(virStorageSourceNewFromBacking(src, &found) == 0);
    CHECK(found->type == VIR_STORAGE_TYPE_DIR);
    virObjectUnref(found);

    /* On the server that has the image. */
    virObjectUnref(src);
    src = named("gluster://host:5/vol/dir/x", 0);
    src->backingStoreRaw = g_strdup("y");
    CHECK(virStorageSourceNewFromBacking(src, &found) == 0);
    CHECK(found->protocol == VIR_STORAGE_NET_PROTOCOL_GLUSTER && found->hosts[0].port == 5);
    CHECK(strcmp(found->volume, "vol") == 0 && strcmp(found->path, "dir/y") == 0);
    virObjectUnref(found);

    /* Such a name cannot be spelt in a URI without an escape. */
    g_free(src->path);
    src->path = g_strdup("dir/%41");
    CHECK_REPORTS(virStorageSourceNewFromBacking(src, &found) == -1 && !found,
                  VIR_ERR_INTERNAL_ERROR);
    virObjectUnref(src);

    char *name = NULL;
    src = top("sub/mid.qcow2", VIR_STORAGE_FILE_QCOW2);
    CHECK(virStorageSourceFetchRelativeBackingPath(src, &name) == 0);
    CHECK(strcmp(name, "../base.raw") == 0);
    g_clear_pointer(&src->path, free);
    src->path = g_strdup("remote.qcow2");
    CHECK(virStorageSourceFetchRelativeBackingPath(src, &name) == 0 && !name);
    g_clear_pointer(&src->path, free);
    src->path = g_strdup("absent");
    CHECK_REPORTS(virStorageSourceFetchRelativeBackingPath(src, &name) == -1,
                  VIR_ERR_SYSTEM_ERROR);
    virObjectUnref(src);
}

static int walk(virStorageSource *src, bool report_broken)
{
    return virStorageSourceGetMetadata(src, -1, -1, 20, report_broken);
}

static void chains(void)
{
    virStorageSource *src = top("top.qcow2", VIR_STORAGE_FILE_QCOW2);
    CHECK(walk(src, true) == 0);
    virStorageSource *mid = src->backingStore;
    virStorageSource *base = mid->backingStore;
    CHECK(src->capacity == 1 << 20 && src->id == 0 && !src->detected && !src->readonly);
    CHECK(mid->id == 1 && mid->detected && mid->readonly && mid->capacity == 1 << 20);
    CHECK(strcmp(mid->path, "./sub/mid.qcow2") == 0 && strcmp(mid->relPath, "sub/mid.qcow2") == 0);
    CHECK(mid->format == VIR_STORAGE_FILE_QCOW2);
    CHECK(base->id == 2 && base->format == VIR_STORAGE_FILE_RAW && base->capacity == 0);
    CHECK(base->backingStore->type == VIR_STORAGE_TYPE_NONE && base->backingStore->detected);
    /* Again, on what is there. */
    CHECK(walk(src, true) == 0 && src->backingStore->backingStore->backingStore);
    virObjectUnref(src);

    /* The top is what the user says; nothing is raw by default but what he says nothing of. */
    src = top("top.qcow2", VIR_STORAGE_FILE_AUTO);
    CHECK(walk(src, true) == 0 && src->format == VIR_STORAGE_FILE_RAW && !src->backingStoreRaw);
    CHECK(src->backingStore->type == VIR_STORAGE_TYPE_NONE);
    virObjectUnref(src);

    src = top("over-data.qcow2", VIR_STORAGE_FILE_QCOW2);
    CHECK(walk(src, true) == 0);
    virStorageSource *data = src->backingStore->dataFileStore;
    CHECK(strcmp(data->path, "./data.raw") == 0 && data->format == VIR_STORAGE_FILE_RAW);
    CHECK(data->readonly && data->id == 0 && !src->dataFileStore);
    virObjectUnref(src);

    /* The data file that the user names is the one; and that in the image is not opened. */
    src = top("data.qcow2", VIR_STORAGE_FILE_QCOW2);
    src->dataFileStore = top("mine.raw", VIR_STORAGE_FILE_RAW);
    CHECK(rename("data.raw", "away.raw") == 0);
    CHECK(walk(src, true) == 0 && strcmp(src->dataFileStore->path, "mine.raw") == 0);
    CHECK(rename("away.raw", "data.raw") == 0);
    virObjectUnref(src);

    /* What libvirt cannot read is QEMU's to read: the end is not known. */
    src = top("far.qcow2", VIR_STORAGE_FILE_QCOW2);
    CHECK(walk(src, true) == 0);
    CHECK(src->backingStore->protocol == VIR_STORAGE_NET_PROTOCOL_NBD);
    CHECK(src->backingStore->format == VIR_STORAGE_FILE_QCOW2 && !src->backingStore->backingStore);
    virObjectUnref(src);

    /* Its bytes decide, as it names no other file. */
    src = top("unrecorded.qcow2", VIR_STORAGE_FILE_QCOW2);
    CHECK(walk(src, true) == 0 && src->backingStoreRawFormat == VIR_STORAGE_FILE_AUTO);
    CHECK(src->backingStore->format == VIR_STORAGE_FILE_RAW);
    virObjectUnref(src);

    src = top("disk.luks", VIR_STORAGE_FILE_RAW);
    CHECK(walk(src, true) == 0 && src->encryption->payload_offset > 0);
    virObjectUnref(src);

    src = top("disc.iso", VIR_STORAGE_FILE_ISO);
    CHECK(walk(src, true) == 0 && src->format == VIR_STORAGE_FILE_ISO);
    virObjectUnref(src);

    src = top("sub", VIR_STORAGE_FILE_NONE);
    src->type = VIR_STORAGE_TYPE_DIR;
    CHECK(walk(src, true) == 0 && src->format == VIR_STORAGE_FILE_DIR && !src->backingStore);
    virObjectUnref(src);
    CHECK_NO_ERROR();
}

static void chains_of_others(void)
{
    /* A descriptor of the client, whose path is a label. */
    int fd = open("top.qcow2", O_RDONLY);
    virStorageSourceFDTuple tuple = { &fd, 1 };
    virStorageSource *src = top("sub/../label", VIR_STORAGE_FILE_QCOW2);
    src->fdtuple = &tuple;
    CHECK(walk(src, true) == 0);
    CHECK(strcmp(src->backingStore->path, "sub/../sub/mid.qcow2") == 0);
    tuple.nfds = 0;
    CHECK_REPORTS(walk(src, true) == -1, VIR_ERR_INTERNAL_ERROR);
    virObjectUnref(src);
    CHECK(close(fd) == 0);

    src = named("gluster://host/vol/top.qcow2", 0);
    src->format = VIR_STORAGE_FILE_QCOW2;
    CHECK(walk(src, true) == 0);
    virStorageSource *base = src->backingStore->backingStore;
    CHECK(base->protocol == VIR_STORAGE_NET_PROTOCOL_GLUSTER && strcmp(base->volume, "vol") == 0);
    CHECK(strcmp(base->path, "./sub/../base.raw") == 0 && base->backingStore);
    virObjectUnref(src);
}

static void broken_chains(void)
{
    virStorageSource *src = top("loop.qcow2", VIR_STORAGE_FILE_QCOW2);
    CHECK_REPORTS(walk(src, true) == -1, VIR_ERR_INTERNAL_ERROR);
    CHECK(strstr(stand_in_message, "self-referential") && !src->backingStore);
    virObjectUnref(src);

    src = top("deep.qcow2", VIR_STORAGE_FILE_QCOW2);
    CHECK_REPORTS(walk(src, true) == -1, VIR_ERR_SYSTEM_ERROR);
    CHECK(strstr(stand_in_message, "absent.raw") && strstr(stand_in_message, "deep.qcow2"));
    /* As far as it is whole. */
    CHECK(walk(src, false) == 0 && strcmp(src->backingStore->relPath, "gone.qcow2") == 0);
    CHECK(!src->backingStore->backingStore);
    stand_in_error = 0;
    CHECK_REPORTS(virStorageSourceGetMetadata(src, -1, -1, 1, true) == -1, VIR_ERR_INTERNAL_ERROR);
    virObjectUnref(src);

    /* The bytes of the one below name another: they do not decide. */
    src = top("over-unrecorded.qcow2", VIR_STORAGE_FILE_QCOW2);
    CHECK_REPORTS(walk(src, true) == -1, VIR_ERR_OPERATION_INVALID);
    CHECK(strstr(stand_in_message, "unrecorded.qcow2") && !src->backingStore);
    virObjectUnref(src);

    src = top("absent", VIR_STORAGE_FILE_QCOW2);
    CHECK_REPORTS(walk(src, false) == -1, VIR_ERR_SYSTEM_ERROR);
    virObjectUnref(src);
    src = top("cut.qcow2", VIR_STORAGE_FILE_QCOW2);
    CHECK_REPORTS(walk(src, false) == -1, VIR_ERR_INTERNAL_ERROR);
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
    locations();
    backing();
    chains();
    chains_of_others();
    broken_chains();
}
