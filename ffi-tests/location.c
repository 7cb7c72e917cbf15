/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Parsed locations and their getters. */
#include "check.h"

static diskprobe_location *parse_relative_to(const char *text, const diskprobe_location *image)
{
    diskprobe_location *location;
    diskprobe_error *error;
    if (diskprobe_location_parse(text, strlen(text), image, &location, &error)
        != DISKPROBE_STATUS_OK) {
        fprintf(stderr, "%s: %s\n", text, diskprobe_error_message(error));
        exit(1);
    }
    CHECK(location && !error);
    return location;
}

static diskprobe_location *parse(const char *text)
{
    return parse_relative_to(text, NULL);
}

/* Checks the details in order: names and values alternate, up to NULL. */
static void has_details(const diskprobe_location *location, const char *const *expected)
{
    const char *name = "x", *value = "x";
    size_t i = 0, length = 1;
    bool is_secret;
    for (; expected[2 * i]; i++) {
        CHECK(diskprobe_location_detail(location, i, &name, &value, &length, &is_secret));
        CHECK_TEXT(name, expected[2 * i]);
        CHECK_TEXT(value, expected[2 * i + 1]);
        CHECK(length == strlen(value) && is_secret == (strcmp(name, "cookies") == 0));
        CHECK(diskprobe_location_detail(location, i, NULL, NULL, NULL, NULL));
    }
    CHECK(diskprobe_location_detail_count(location) == i);
    is_secret = true;
    CHECK(!diskprobe_location_detail(location, i, &name, &value, &length, &is_secret));
    CHECK(!name && !value && length == 0 && !is_secret);
    CHECK(!diskprobe_location_detail(location, SIZE_MAX, NULL, NULL, NULL, NULL));
}

#define HAS_DETAILS(location, ...) has_details(location, (const char *const[]){__VA_ARGS__, NULL})

static void local_paths(void)
{
    size_t length;
    diskprobe_location *image = parse("/srv/disk.qcow2");
    diskprobe_location *location = parse("base.img");
    CHECK(diskprobe_location_type(location) == DISKPROBE_STORAGE_TYPE_FILE);
    CHECK(diskprobe_location_is_relative_to_image(location));
    CHECK_TEXT(diskprobe_location_path(location, &length), "base.img");
    CHECK(length == 8);
    CHECK(diskprobe_location_relative_name(location, &length) == NULL && length == 0);
    diskprobe_location_free(location);

    location = parse_relative_to("../base.img", image);
    CHECK_TEXT(diskprobe_location_path(location, NULL), "/srv/../base.img");
    CHECK_TEXT(diskprobe_location_relative_name(location, &length), "../base.img");
    CHECK(length == 11 && !diskprobe_location_is_relative_to_image(location));
    CHECK(!diskprobe_location_is_qemu_only(location));
    diskprobe_location_free(location);
    diskprobe_location_free(image);

    location = parse("fat:/srv/floppy");
    CHECK(diskprobe_location_type(location) == DISKPROBE_STORAGE_TYPE_DIR);
    CHECK_TEXT(diskprobe_location_format(location), "fat");
    diskprobe_location_free(location);

    location = parse("file:x");
    CHECK(diskprobe_location_is_qemu_only(location));
    CHECK(!diskprobe_location_is_relative_to_image(location));
    CHECK(diskprobe_location_format(location) == NULL);
    CHECK(diskprobe_location_protocol(location) == DISKPROBE_PROTOCOL_NONE);
    CHECK(diskprobe_location_host_count(location) == 0);
    diskprobe_location_free(location);
}

/* A path is a path, even if it looks like another syntax. */
static void of_paths(void)
{
    static const char *const names[] = { "nbd:host:1", "json:{}", "a:b/c", "/srv/x:y" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        diskprobe_location *image = diskprobe_location_of_path(names[i]);
        CHECK(diskprobe_location_type(image) == DISKPROBE_STORAGE_TYPE_FILE);
        CHECK_TEXT(diskprobe_location_path(image, NULL), names[i]);
        CHECK(!diskprobe_location_is_relative_to_image(image));
        diskprobe_location_free(image);
    }
    diskprobe_location *image = diskprobe_location_of_path("a:b/c");
    diskprobe_location *location = parse_relative_to("base", image);
    CHECK_TEXT(diskprobe_location_path(location, NULL), "./a:b/base");
    diskprobe_location_free(location);
    diskprobe_location_free(image);
    CHECK(diskprobe_location_of_path(NULL) == NULL);
}

/* A location as an image records it. */
static void of_an_image(void)
{
    size_t length;
    diskprobe_image *image = probe("remote.qcow2");
    const char *recorded = diskprobe_image_backing_location(image, &length);
    diskprobe_location *location;
    CHECK(diskprobe_location_parse(recorded, length, NULL, &location, NULL) == DISKPROBE_STATUS_OK);
    diskprobe_image_free(image);
    CHECK_TEXT(diskprobe_location_text(location, NULL), "nbd://host/export");
    CHECK(diskprobe_location_type(location) == DISKPROBE_STORAGE_TYPE_NETWORK);
    CHECK(diskprobe_location_protocol(location) == DISKPROBE_PROTOCOL_NBD);
    CHECK_TEXT(diskprobe_location_protocol_name(location, NULL), "nbd");
    CHECK_TEXT(diskprobe_location_path(location, NULL), "export");
    diskprobe_location_free(location);
}

static void hosts(void)
{
    uint16_t port;
    size_t length;
    diskprobe_location *location = parse(
        "json:{\"driver\":\"gluster\",\"volume\":\"v\",\"path\":\"p\",\"debug\":4,\"server\":["
        "{\"type\":\"inet\",\"host\":\"a\",\"port\":\"7\"},{\"type\":\"unix\",\"path\":\"/s\"}]}");
    CHECK(diskprobe_location_host_count(location) == 2);
    CHECK(diskprobe_location_host_transport(location, 0) == DISKPROBE_TRANSPORT_TCP);
    CHECK_TEXT(diskprobe_location_host_name(location, 0, &length), "a");
    CHECK(length == 1);
    CHECK(diskprobe_location_host_port(location, 0, &port) && port == 7);
    CHECK(diskprobe_location_host_port(location, 0, NULL));
    CHECK(diskprobe_location_host_socket(location, 0, NULL) == NULL);
    CHECK(diskprobe_location_host_transport(location, 1) == DISKPROBE_TRANSPORT_UNIX);
    CHECK(diskprobe_location_host_name(location, 1, NULL) == NULL);
    CHECK(!diskprobe_location_host_port(location, 1, &port) && port == 0);
    CHECK_TEXT(diskprobe_location_host_socket(location, 1, &length), "/s");
    CHECK(length == 2);
    CHECK(diskprobe_location_host_transport(location, 2) == DISKPROBE_TRANSPORT_NONE);
    CHECK(diskprobe_location_host_name(location, SIZE_MAX, &length) == NULL && length == 0);
    CHECK(!diskprobe_location_host_port(location, 2, &port));
    CHECK(diskprobe_location_host_socket(location, 2, NULL) == NULL);
    CHECK_TEXT(diskprobe_location_volume(location, NULL), "v");
    HAS_DETAILS(location, "ignored", "debug");
    diskprobe_location_free(location);
}

static void details(void)
{
    uint64_t offset, size;
    uint32_t namespace;
    diskprobe_location *location = parse(
        "json:{\"driver\":\"raw\",\"offset\":512,\"size\":1024,\"file\":{\"driver\":\"https\","
        "\"url\":\"https://h/x?q\",\"cookie\":\"a=b; c=\",\"sslverify\":false,\"readahead\":9,"
        "\"timeout\":8}}");
    CHECK(diskprobe_location_slice(location, &offset, &size) && offset == 512 && size == 1024);
    CHECK(diskprobe_location_slice(location, NULL, NULL));
    HAS_DETAILS(location, "query", "q", "cookies", "a=b", "cookies", "c=", "sslverify", "no",
                "readahead", "9", "timeout", "8");
    diskprobe_location_free(location);

    location = parse("rbd:pool/img@snap:conf=/etc/ceph.conf:id=me");
    CHECK_TEXT(diskprobe_location_volume(location, NULL), "pool");
    CHECK_TEXT(diskprobe_location_snapshot(location, NULL), "snap");
    HAS_DETAILS(location, "config_file", "/etc/ceph.conf", "rbd_user", "me");
    CHECK(!diskprobe_location_slice(location, &offset, &size) && offset == 0 && size == 0);
    diskprobe_location_free(location);

    /* The path starts with the namespace. */
    location = parse("rbd:pool/ns/img:id=me");
    CHECK_TEXT(diskprobe_location_path(location, NULL), "ns/img");
    HAS_DETAILS(location, "rbd_namespace", "ns", "rbd_user", "me");
    diskprobe_location_free(location);
    location = parse("json:{\"driver\":\"rbd\",\"pool\":\"p\",\"namespace\":\"ns\",\"image\":\"i\"}");
    HAS_DETAILS(location, "rbd_namespace", "ns");
    diskprobe_location_free(location);

    location = parse("nvme://0000:01:00.0/3");
    CHECK(diskprobe_location_type(location) == DISKPROBE_STORAGE_TYPE_NVME);
    CHECK(diskprobe_location_nvme_namespace(location, &namespace) && namespace == 3);
    CHECK_TEXT(diskprobe_location_nvme_address(location, NULL), "0000:01:00.0");
    diskprobe_location_free(location);

    location = parse("json:{\"driver\":\"ssh\",\"host\":\"h\",\"path\":\"p\",\"user\":\"u\","
                     "\"host_key_check\":\"no\"}");
    HAS_DETAILS(location, "ssh_user", "u", "ssh_host_key_check", "no");
    diskprobe_location_free(location);

    location = parse("json:{\"driver\":\"nfs\",\"server\":{\"host\":\"h\",\"type\":\"inet\"},"
                     "\"path\":\"/p\",\"user\":1,\"group\":2}");
    HAS_DETAILS(location, "nfs_user", "+1", "nfs_group", "+2");
    diskprobe_location_free(location);
}

static void credentials(void)
{
    size_t length;
    diskprobe_location *location = parse("http://user:secret@h/x");
    CHECK(diskprobe_location_has_credentials(location));
    CHECK_TEXT(diskprobe_location_text(location, &length), "http://***@h/x");
    CHECK(length == strlen("http://***@h/x"));
    diskprobe_location_free(location);
}

static void compared(void)
{
    diskprobe_location *uri = parse("nbd://host/disk");
    diskprobe_location *old = parse("nbd:host:10809:exportname=disk");
    diskprobe_location *other = parse("nbd://other/disk");
    CHECK(diskprobe_location_is_equivalent(uri, old) && diskprobe_location_is_equivalent(uri, uri));
    CHECK(!diskprobe_location_is_equivalent(uri, other));
    CHECK(!diskprobe_location_is_equivalent(uri, NULL));
    CHECK(!diskprobe_location_is_equivalent(NULL, uri));
    CHECK(!diskprobe_location_is_equivalent(NULL, NULL));
    diskprobe_location_free(uri);
    diskprobe_location_free(old);
    diskprobe_location_free(other);
}

static void unknown(void)
{
    diskprobe_location *location = parse("a:b");
    CHECK(diskprobe_location_type(location) == DISKPROBE_STORAGE_TYPE_UNKNOWN);
    CHECK(diskprobe_location_protocol(location) == DISKPROBE_PROTOCOL_NONE);
    CHECK_TEXT(diskprobe_location_protocol_name(location, NULL), "a");
    diskprobe_location_free(location);
}

static void failures(void)
{
    diskprobe_location *location, *nowhere = parse("a:b");
    diskprobe_error *reason;
    uint64_t offset;
    static char long_text[5000];
    memset(long_text, 'x', sizeof long_text);

    CHECK(diskprobe_location_parse("nbd:h:x", 7, NULL, &location, &reason)
          == DISKPROBE_STATUS_INVALID_LOCATION);
    CHECK(location == NULL && diskprobe_error_offset(reason, &offset) && offset == 6);
    CHECK_TEXT(diskprobe_error_message(reason),
               "nbd: the port is not a number from 0 to 65535 (offset 6)");
    diskprobe_error_free(reason);
    CHECK_FAILS(diskprobe_location_parse("x", 1, nowhere, &location, &error), INVALID_LOCATION);
    CHECK_FAILS(diskprobe_location_parse("a\0b", 3, NULL, &location, &error), INVALID_LOCATION);
    CHECK_FAILS(diskprobe_location_parse(long_text, sizeof long_text, NULL, &location, &error),
                LIMIT_EXCEEDED);
    CHECK(location == NULL);
    diskprobe_location_free(nowhere);

    CHECK_FAILS(diskprobe_location_parse(NULL, 1, NULL, &location, &error), INVALID_ARGUMENT);
    CHECK_FAILS(diskprobe_location_parse("x", 1, NULL, NULL, &error), INVALID_ARGUMENT);
    CHECK_FAILS(diskprobe_location_parse("x", SIZE_MAX, NULL, &location, &error), INVALID_ARGUMENT);
    CHECK(diskprobe_location_parse(NULL, 0, NULL, &location, NULL) == DISKPROBE_STATUS_OK);
    CHECK_TEXT(diskprobe_location_path(location, NULL), "");
    diskprobe_location_free(location);
}

/* Every getter of a NULL location returns the absent value and clears its out-parameters. */
#define NO_TEXT(getter, ...) \
    do { \
        size_t length_ = 1; \
        CHECK(diskprobe_location_##getter(__VA_ARGS__, &length_) == NULL && length_ == 0); \
    } while (0)
#define NO_NUMBER(getter, type, ...) \
    do { \
        type number_ = 1; \
        CHECK(!diskprobe_location_##getter(__VA_ARGS__, &number_) && number_ == 0); \
    } while (0)

static void null(void)
{
    uint64_t offset = 1, size = 1;
    diskprobe_location_free(NULL);
    NO_TEXT(text, NULL);
    CHECK(diskprobe_location_type(NULL) == DISKPROBE_STORAGE_TYPE_UNKNOWN);
    NO_TEXT(path, NULL);
    CHECK(!diskprobe_location_is_relative_to_image(NULL));
    NO_TEXT(relative_name, NULL);
    CHECK(diskprobe_location_format(NULL) == NULL);
    CHECK(diskprobe_location_protocol(NULL) == DISKPROBE_PROTOCOL_NONE);
    NO_TEXT(protocol_name, NULL);
    CHECK(!diskprobe_location_has_credentials(NULL) && !diskprobe_location_is_qemu_only(NULL));
    CHECK(diskprobe_location_host_count(NULL) == 0);
    CHECK(diskprobe_location_host_transport(NULL, 0) == DISKPROBE_TRANSPORT_NONE);
    NO_TEXT(host_name, NULL, 0);
    NO_NUMBER(host_port, uint16_t, NULL, 0);
    NO_TEXT(host_socket, NULL, 0);
    NO_TEXT(volume, NULL);
    NO_TEXT(snapshot, NULL);
    CHECK(!diskprobe_location_slice(NULL, &offset, &size) && offset == 0 && size == 0);
    NO_NUMBER(nvme_namespace, uint32_t, NULL);
    NO_TEXT(nvme_address, NULL);
    has_details(NULL, (const char *const[]){NULL});
}

TEST
{
    local_paths();
    of_paths();
    of_an_image();
    hosts();
    details();
    credentials();
    compared();
    unknown();
    failures();
    null();
}
