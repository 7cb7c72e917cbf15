/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Tests of the adapter with locations and chains. */
#include "test.h"

static virStorageSource *named(const char *text, int expected)
{
    virStorageSource *src;
    CHECK(virStorageSourceNewFromBackingAbsolute(text, &src) == expected);
    CHECK_NO_ERROR();
    CHECK(src);
    return src;
}

/* Checks that the text is rejected with this code and message, which contains no password. */
static void rejected(const char *text, int code, const char *message)
{
    virStorageSource *src;
    CHECK_REPORTS(virStorageSourceNewFromBackingAbsolute(text, &src) == -1 && !src, code);
    CHECK(strstr(stand_in_message, message) && !strstr(stand_in_message, "hunter2"));
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

    /* Parsed, but not used, because it contains credentials. */
    virObjectUnref(named("https://user:secret@host/x", 1));

    rejected("json:{", VIR_ERR_INVALID_ARG, "not a JSON object");
    rejected("json:{\"driver\":\"file\"}", VIR_ERR_INVALID_ARG, "no filename");
    rejected("json:{\"driver\":\"quorum\"}", VIR_ERR_INTERNAL_ERROR,
             "missing parser implementation for JSON backing volume driver 'quorum'");
    rejected("json:{\"driver\":\"qcow2\",\"file\":{\"driver\":\"file\",\"filename\":\"/x\"}}",
             VIR_ERR_INTERNAL_ERROR,
             "missing parser implementation for JSON backing volume driver 'qcow2'");
    rejected("json:{\"driver\":\"raw\",\"file\":{\"driver\":\"raw\",\"file\":"
             "{\"driver\":\"file\",\"filename\":\"/x\"}}}", VIR_ERR_INVALID_ARG, "JSON");
    rejected("blah:x", VIR_ERR_INTERNAL_ERROR, "invalid backing protocol 'blah'");
    rejected("file:/x", VIR_ERR_INTERNAL_ERROR, "invalid backing protocol 'file'");
    rejected("gluster://h/v", VIR_ERR_CONFIG_UNSUPPORTED, "no volume");
    rejected("iscsi://u%hunter2@h/iqn.x", VIR_ERR_INTERNAL_ERROR, "unsupported");
    rejected("http://u:hunter2@h:99999/x", VIR_ERR_INTERNAL_ERROR, "port");
    rejected("https://u:hunter2@[::1/x", VIR_ERR_INTERNAL_ERROR, "bracket");
    rejected("rbd:p/i:id=u:key=hunter2:bad", VIR_ERR_INTERNAL_ERROR, "option");
    rejected("json:{\"driver\":\"https\",\"url\":\"https://h:99999/x\","
             "\"username\":\"u\",\"password\":\"hunter2\"}", VIR_ERR_INVALID_ARG, "port");
}

/* The caller has set the type and protocol. */
static void rbd(const char *text, const char *volume, const char *path, const char *user)
{
    virStorageSource *src = virStorageSourceNew();
    src->type = VIR_STORAGE_TYPE_VOLUME;
    src->protocol = VIR_STORAGE_NET_PROTOCOL_NBD;
    CHECK(virStorageSourceParseRBDColonString(text, src) == 0);
    CHECK(src->type == VIR_STORAGE_TYPE_VOLUME && src->protocol == VIR_STORAGE_NET_PROTOCOL_NBD);
    CHECK(is_equal(src->volume, volume) && is_equal(src->path, path));
    CHECK(is_equal(src->auth ? src->auth->username : NULL, user));
    CHECK(src->nhosts == (strstr(text, "mon_host") != NULL));
    virObjectUnref(src);
    CHECK_NO_ERROR();
}

static void rbd_strings(void)
{
    rbd("rbd:pool/x:mon_host=h:id=me", "pool", "x", "me");
    rbd("pool/image", "pool", "image", NULL);
    rbd("pool/image:id=u:mon_host=h\\:1", "pool", "image", "u");
    rbd("image", NULL, "image", NULL);
    /* Other options are ignored, with and without a value. */
    rbd("rbd:a:b", NULL, "a", NULL);
    rbd("pool/image:key=hunter2:foo=\\:id=no:id=u", "pool", "image", "u");
    rbd("rbd:", NULL, "", NULL);
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

    /* On the same server as the image. */
    virObjectUnref(src);
    src = named("gluster://host:5/vol/dir/x", 0);
    src->backingStoreRaw = g_strdup("y");
    CHECK(virStorageSourceNewFromBacking(src, &found) == 0);
    CHECK(found->protocol == VIR_STORAGE_NET_PROTOCOL_GLUSTER && found->hosts[0].port == 5);
    CHECK(strcmp(found->volume, "vol") == 0 && strcmp(found->path, "dir/y") == 0);
    virObjectUnref(found);

    /* A URI cannot contain this name without an escape. */
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
    /* Again, with existing elements. */
    CHECK(walk(src, true) == 0 && src->backingStore->backingStore->backingStore);
    virObjectUnref(src);

    /* The user states the format of the top image; it is raw by default. */
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

    /* The data file that the user names is used, and the recorded one is not opened. */
    src = top("data.qcow2", VIR_STORAGE_FILE_QCOW2);
    src->dataFileStore = top("mine.raw", VIR_STORAGE_FILE_RAW);
    CHECK(rename("data.raw", "away.raw") == 0);
    CHECK(walk(src, true) == 0 && strcmp(src->dataFileStore->path, "mine.raw") == 0);
    CHECK(rename("away.raw", "data.raw") == 0);
    virObjectUnref(src);

    /* An image need not record the name of the data file that the user names. */
    src = top("unnamed-data.qcow2", VIR_STORAGE_FILE_QCOW2);
    CHECK_REPORTS(walk(src, true) == -1, VIR_ERR_CONFIG_UNSUPPORTED);
    src->dataFileStore = top("mine.raw", VIR_STORAGE_FILE_RAW);
    CHECK(walk(src, true) == 0 && strcmp(src->dataFileStore->path, "mine.raw") == 0);
    virObjectUnref(src);

    /* A recorded format that libvirt does not know is raw. */
    src = top("unknown.qcow2", VIR_STORAGE_FILE_QCOW2);
    CHECK(walk(src, true) == 0 && src->backingStoreRawFormat == VIR_STORAGE_FILE_RAW);
    CHECK(src->backingStore->format == VIR_STORAGE_FILE_RAW && src->backingStore->backingStore);
    virObjectUnref(src);
    src = top("not-luks.qcow2", VIR_STORAGE_FILE_QCOW2);
    CHECK(walk(src, true) == 0 && src->backingStoreRawFormat == VIR_STORAGE_FILE_RAW);
    CHECK(src->backingStore->format == VIR_STORAGE_FILE_RAW && !src->backingStore->encryption);
    virObjectUnref(src);

    /* QEMU refuses the image, or knows its feature: it must not open files by itself. */
    src = top("unknown-feature.qcow2", VIR_STORAGE_FILE_QCOW2);
    CHECK(walk(src, true) == 0 && src->backingStore->format == VIR_STORAGE_FILE_RAW);
    CHECK(src->backingStore->backingStore->type == VIR_STORAGE_TYPE_NONE);
    virObjectUnref(src);

    /* The backing file of a qed image may name others. */
    src = top("over-chain.qed", VIR_STORAGE_FILE_QED);
    CHECK(walk(src, true) == 0 && src->backingStore->format == VIR_STORAGE_FILE_QCOW2);
    CHECK(strcmp(src->backingStore->backingStore->relPath, "../base.raw") == 0);
    virObjectUnref(src);

    /* libvirt cannot read this location, so the chain is incomplete. */
    src = top("far.qcow2", VIR_STORAGE_FILE_QCOW2);
    CHECK(walk(src, true) == 0);
    CHECK(src->backingStore->protocol == VIR_STORAGE_NET_PROTOCOL_NBD);
    CHECK(src->backingStore->format == VIR_STORAGE_FILE_QCOW2 && !src->backingStore->backingStore);
    virObjectUnref(src);

    /* The format is detected, because the image names no other file. */
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
    /* A descriptor of the client, with a label as its path. */
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

    src = named("gluster://host/vol/disk.luks", 0);
    src->format = VIR_STORAGE_FILE_RAW;
    CHECK(walk(src, true) == 0 && src->encryption->payload_offset > 0);
    virObjectUnref(src);

    src = named("gluster://host/vol/top.qcow2", 0);
    src->format = VIR_STORAGE_FILE_QCOW2;
    CHECK(walk(src, true) == 0);
    virStorageSource *base = src->backingStore->backingStore;
    CHECK(base->protocol == VIR_STORAGE_NET_PROTOCOL_GLUSTER && strcmp(base->volume, "vol") == 0);
    CHECK(strcmp(base->path, "./sub/../base.raw") == 0 && base->backingStore);
    virObjectUnref(src);

    /* What libvirt reports of a failed read is in the error of the walk. */
    src = named("gluster://host/vol/top.qcow2", 0);
    src->format = VIR_STORAGE_FILE_QCOW2;
    stand_in_read_error = "the volume is offline";
    CHECK(walk(src, true) == -1 && stand_in_error == VIR_ERR_OPERATION_FAILED);
    CHECK(strstr(stand_in_message, "'top.qcow2': "));
    CHECK(strstr(stand_in_message, stand_in_read_error));
    stand_in_read_error = NULL;
    stand_in_error = 0;
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
    /* Up to the failed element. */
    CHECK(walk(src, false) == 0 && strcmp(src->backingStore->relPath, "gone.qcow2") == 0);
    CHECK(!src->backingStore->backingStore);
    stand_in_error = 0;
    CHECK_REPORTS(virStorageSourceGetMetadata(src, -1, -1, 1, true) == -1, VIR_ERR_INTERNAL_ERROR);
    CHECK(strstr(stand_in_message, "self-referential or too deeply nested"));
    virObjectUnref(src);

    /* The backing file names another file, so its format is not detected. */
    src = top("over-unrecorded.qcow2", VIR_STORAGE_FILE_QCOW2);
    CHECK_REPORTS(walk(src, true) == -1, VIR_ERR_OPERATION_INVALID);
    CHECK(strstr(stand_in_message, "unrecorded.qcow2") && !src->backingStore);
    virObjectUnref(src);

    src = top("absent", VIR_STORAGE_FILE_QCOW2);
    CHECK_REPORTS(walk(src, false) == -1, VIR_ERR_SYSTEM_ERROR);
    virObjectUnref(src);
    src = top("cut.qcow2", VIR_STORAGE_FILE_QCOW2);
    CHECK_REPORTS(walk(src, false) == -1, VIR_ERR_CONFIG_UNSUPPORTED);
    virObjectUnref(src);
}

void test_locations(void)
{
    locations();
    rbd_strings();
    backing();
}

void test_chains(void)
{
    chains();
    chains_of_others();
    broken_chains();
}
