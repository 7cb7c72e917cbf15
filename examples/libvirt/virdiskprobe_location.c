/*
 * virdiskprobe_location.c: the parts of a backing location as fields of a virStorageSource
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */

#include <config.h>

#include "virdiskprobe.h"

/* The names of types, protocols and transports are libvirt's. */
static virStorageType
virDiskprobeType(const diskprobe_location *location)
{
    diskprobe_storage_type type = diskprobe_location_type(location);
    int known = virStorageTypeFromString(diskprobe_storage_type_to_string(type));

    return known < 0 ? VIR_STORAGE_TYPE_NONE : known;
}


static virStorageNetProtocol
virDiskprobeProtocol(const diskprobe_location *location)
{
    diskprobe_protocol protocol = diskprobe_location_protocol(location);
    int known = virStorageNetProtocolTypeFromString(diskprobe_protocol_to_string(protocol));

    return known < 0 ? VIR_STORAGE_NET_PROTOCOL_NONE : known;
}


bool
virDiskprobeIsUnusable(const diskprobe_location *location)
{
    return diskprobe_location_has_credentials(location) &&
        diskprobe_location_protocol(location) != DISKPROBE_PROTOCOL_RBD;
}


static virStorageNetHostTransport
virDiskprobeTransport(const diskprobe_location *location,
                      size_t i)
{
    diskprobe_transport transport = diskprobe_location_host_transport(location, i);
    int known = virStorageNetHostTransportTypeFromString(diskprobe_transport_to_string(transport));

    return known < 0 ? VIR_STORAGE_NET_HOST_TRANS_TCP : known;
}


static void
virDiskprobeSetHosts(virStorageSource *src,
                     const diskprobe_location *location)
{
    size_t i;

    src->nhosts = diskprobe_location_host_count(location);
    if (src->nhosts > 0)
        src->hosts = g_new0(virStorageNetHostDef, src->nhosts);

    for (i = 0; i < src->nhosts; i++) {
        virStorageNetHostDef *host = &src->hosts[i];
        uint16_t port;

        diskprobe_location_host_port(location, i, &port);
        host->port = port;
        host->transport = virDiskprobeTransport(location, i);
        host->name = g_strdup(diskprobe_location_host_name(location, i, NULL));
        host->socket = g_strdup(diskprobe_location_host_socket(location, i, NULL));
    }
}


/* The detail of a cookie is one text, "name=value". */
static void
virDiskprobeAddCookie(virStorageSource *src,
                      const char *text)
{
    const char *value = strchr(text, '=');
    virStorageNetCookieDef *cookie;

    if (!value)
        return;

    cookie = g_new0(virStorageNetCookieDef, 1);
    cookie->name = g_strndup(text, value - text);
    cookie->value = g_strdup(value + 1);
    src->cookies = g_renew(virStorageNetCookieDef *, src->cookies, src->ncookies + 1);
    src->cookies[src->ncookies++] = cookie;
}


static void
virDiskprobeSetDetail(virStorageSource *src,
                      const char *name,
                      const char *value)
{
    if (STREQ(name, "config_file"))
        src->configFile = g_strdup(value);
    else if (STREQ(name, "query"))
        src->query = g_strdup(value);
    else if (STREQ(name, "cookies"))
        virDiskprobeAddCookie(src, value);
    else if (STREQ(name, "sslverify"))
        src->sslverify = virTristateBoolFromBool(STREQ(value, "yes"));
    else if (STREQ(name, "readahead"))
        ignore_value(virStrToLong_ull(value, NULL, 10, &src->readahead));
    else if (STREQ(name, "timeout"))
        ignore_value(virStrToLong_ull(value, NULL, 10, &src->timeout));
    else if (STREQ(name, "ssh_user"))
        src->ssh_user = g_strdup(value);
    else if (STREQ(name, "ssh_host_key_check"))
        src->ssh_host_key_check_disabled = STREQ(value, "no");
    else if (STREQ(name, "nfs_user"))
        src->nfs_user = g_strdup(value);
    else if (STREQ(name, "nfs_group"))
        src->nfs_group = g_strdup(value);
}


static void
virDiskprobeSetDetails(virStorageSource *src,
                       const diskprobe_location *location)
{
    const char *name;
    const char *value;
    size_t i;

    for (i = 0; diskprobe_location_detail(location, i, &name, &value, NULL, NULL); i++)
        virDiskprobeSetDetail(src, name, value);
}


static int
virDiskprobeSetNVMe(virStorageSource *src,
                    const diskprobe_location *location)
{
    g_autofree char *address = g_strdup(diskprobe_location_nvme_address(location, NULL));
    uint32_t number;

    if (!diskprobe_location_nvme_namespace(location, &number))
        return 0;

    src->nvme = g_new0(virStorageSourceNVMeDef, 1);
    src->nvme->namespc = number;

    if (!address || virPCIDeviceAddressParse(address, &src->nvme->pciAddr) < 0) {
        virReportError(VIR_ERR_INTERNAL_ERROR, "%s",
                       _("NVMe backing location without a PCI address"));
        return -1;
    }

    return 0;
}


static void
virDiskprobeSetSlice(virStorageSource *src,
                     const diskprobe_location *location)
{
    uint64_t offset;
    uint64_t size;

    if (!diskprobe_location_slice(location, &offset, &size))
        return;

    src->sliceStorage = g_new0(virStorageSourceSlice, 1);
    src->sliceStorage->offset = offset;
    src->sliceStorage->size = size;
}


/* Reports that libvirt does not support the location. Its text can contain a password. */
static int
virDiskprobeReportUnsupported(const diskprobe_location *location)
{
    const char *text = diskprobe_location_text(location, NULL);
    const char *format = diskprobe_location_format(location);
    const char *driver = NULL;
    bool isJSON = STRPREFIX(text, "json:");

    if (diskprobe_location_type(location) == DISKPROBE_STORAGE_TYPE_UNKNOWN)
        driver = diskprobe_location_protocol_name(location, NULL);
    else if (isJSON && format && STRNEQ(format, "raw"))
        driver = format;
    else if (STRPREFIX(text, "file:"))
        driver = "file";

    if (isJSON && driver) {
        virReportError(VIR_ERR_INTERNAL_ERROR,
                       _("missing parser implementation for JSON backing volume driver '%1$s'"),
                       driver);
    } else if (isJSON) {
        virReportError(VIR_ERR_INVALID_ARG, "%s",
                       _("unsupported JSON backing volume definition"));
    } else if (driver) {
        virReportError(VIR_ERR_INTERNAL_ERROR, _("invalid backing protocol '%1$s'"), driver);
    } else {
        virReportError(VIR_ERR_INTERNAL_ERROR, "%s", _("unsupported backing file location"));
    }

    return -1;
}


int
virDiskprobeSetLocation(virStorageSource *src,
                        const diskprobe_location *location)
{
    src->type = virDiskprobeType(location);

    if (src->type == VIR_STORAGE_TYPE_NONE || diskprobe_location_is_qemu_only(location))
        return virDiskprobeReportUnsupported(location);

    src->protocol = virDiskprobeProtocol(location);
    src->path = g_strdup(diskprobe_location_path(location, NULL));
    src->relPath = g_strdup(diskprobe_location_relative_name(location, NULL));
    src->volume = g_strdup(diskprobe_location_volume(location, NULL));
    src->snapshot = g_strdup(diskprobe_location_snapshot(location, NULL));

    if (STREQ_NULLABLE(diskprobe_location_format(location), "fat"))
        src->format = VIR_STORAGE_FILE_FAT;

    virDiskprobeSetHosts(src, location);
    virDiskprobeSetDetails(src, location);
    virDiskprobeSetSlice(src, location);
    return virDiskprobeSetNVMe(src, location);
}


virStorageSource *
virDiskprobeSourceOfLocation(const diskprobe_location *location)
{
    g_autoptr(virStorageSource) src = virStorageSourceNew();

    if (virDiskprobeSetLocation(src, location) < 0)
        return NULL;

    return g_steal_pointer(&src);
}


void
virDiskprobeSetLocalType(virStorageSource *src)
{
    struct stat sb;

    if (src->type != VIR_STORAGE_TYPE_FILE || stat(src->path, &sb) < 0)
        return;

    if (S_ISDIR(sb.st_mode)) {
        src->type = VIR_STORAGE_TYPE_DIR;
        src->format = VIR_STORAGE_FILE_DIR;
    } else if (S_ISBLK(sb.st_mode)) {
        src->type = VIR_STORAGE_TYPE_BLOCK;
    }
}


/* Nothing is escaped, so the URI is parsed again: if its parts differ, it names something else. */
static diskprobe_location *
virDiskprobeLocationOfNetwork(const virStorageSource *src)
{
    g_autoptr(diskprobe_location) location = NULL;
    g_autofree char *uri = NULL;
    const char *protocol = virStorageNetProtocolTypeToString(src->protocol);
    const char *volume = src->volume ? src->volume : "";

    if (src->nhosts == 0 || !src->hosts[0].name)
        return NULL;

    uri = g_strdup_printf("%s://%s:%u/%s%s%s", protocol, src->hosts[0].name, src->hosts[0].port,
                          volume, src->volume ? "/" : "", src->path);
    ignore_value(diskprobe_location_parse(uri, strlen(uri), NULL, &location, NULL));

    if (STRNEQ_NULLABLE(diskprobe_location_path(location, NULL), src->path) ||
        STRNEQ_NULLABLE(diskprobe_location_volume(location, NULL), src->volume))
        return NULL;

    return g_steal_pointer(&location);
}


diskprobe_location *
virDiskprobeLocationOfSource(const virStorageSource *src)
{
    diskprobe_location *location;

    if (virStorageSourceGetActualType(src) == VIR_STORAGE_TYPE_NETWORK)
        location = virDiskprobeLocationOfNetwork(src);
    else
        location = diskprobe_location_of_path(src->path);

    if (!location) {
        virReportError(VIR_ERR_INTERNAL_ERROR, _("cannot name the location of '%1$s'"),
                       NULLSTR(src->path));
    }

    return location;
}
