/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Replaces functions of the client libraries of Ceph, iSCSI, NFS, SSH and GlusterFS. Each function
   logs its arguments. The call that opens the image fails, and all calls before it succeed.
   Therefore the log has every argument, and no client contacts a server.

   iSCSI URIs are still parsed by the client library. */
#include "log.h"
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

/* Every handle points to this memory. Functions that are not replaced read zeros from it. */
static max_align_t handle[8192];

static void note_number(const char *what, long number)
{
    char text[32];
    snprintf(text, sizeof text, "%ld", number);
    note(what, text, "");
}

static void note_if_any(const char *what, const char *value)
{
    if (value)
        note(what, value, "");
}

/* Logs the name of the image, which QEMU passes last, and fails. */
static int refuse(const char *what, const char *name)
{
    note("opens", what, name);
    errno = ECONNREFUSED;
    return -ECONNREFUSED;
}

/* Defines a function whose arguments do not matter. */
#define RETURNS(type, name, value)                                                                 \
    type name(void)                                                                                \
    {                                                                                              \
        return value;                                                                              \
    }
#define DOES_NOTHING(name)                                                                         \
    void name(void) {}

/* Ceph. */

int rados_create(void **cluster, const char *user)
{
    note_if_any("rbd.user", user);
    *cluster = handle;
    return 0;
}

int rados_conf_read_file(void *cluster, const char *path)
{
    (void)cluster;
    note_if_any("rbd.conf", path);
    return 0;
}

int rados_conf_set(void *cluster, const char *name, const char *value)
{
    char more[4096];
    (void)cluster;
    snprintf(more, sizeof more, "=%s", value);
    note("rbd.option", name, more);
    return 0;
}

int rados_ioctx_create(void *cluster, const char *pool, void **context)
{
    note("rbd.pool", pool, "");
    *context = cluster;
    return 0;
}

int rbd_namespace_exists(void *context, const char *name, bool *exists)
{
    (void)context;
    (void)name;
    *exists = true;
    return 0;
}

void rados_ioctx_set_namespace(void *context, const char *name)
{
    (void)context;
    note_if_any("rbd.namespace", name);
}

int rbd_open(void *context, const char *name, void **image, const char *snapshot)
{
    (void)context;
    (void)image;
    note_if_any("rbd.snapshot", snapshot);
    return refuse("rbd.image ", name);
}

RETURNS(int, rados_connect, 0)
DOES_NOTHING(rados_shutdown)
DOES_NOTHING(rados_ioctx_destroy)

/* iSCSI. */

void *iscsi_create_context(const char *initiator)
{
    return *initiator ? handle : NULL;
}

int iscsi_init_transport(void *context, int transport)
{
    (void)context;
    note("iscsi.transport", transport ? "rdma" : "tcp", "");
    return 0;
}

int iscsi_set_targetname(void *context, const char *name)
{
    (void)context;
    note("iscsi.target", name, "");
    return 0;
}

int iscsi_set_initiator_username_pwd(void *context, const char *user, const char *password)
{
    (void)context;
    note("iscsi.user", user, "");
    note("iscsi.password", password, "");
    return 0;
}

int iscsi_full_connect_sync(void *context, const char *portal, int lun)
{
    (void)context;
    note_number("iscsi.lun", lun);
    return refuse("iscsi.portal ", portal);
}

RETURNS(int, iscsi_destroy_context, 0)

/* NFS. */

void nfs_set_uid(void *context, int user)
{
    (void)context;
    note_number("nfs.user", (unsigned)user);
}

void nfs_set_gid(void *context, int group)
{
    (void)context;
    note_number("nfs.group", (unsigned)group);
}

int nfs_mount(void *context, const char *server, const char *directory)
{
    (void)context;
    note("nfs.server", server, "");
    note("nfs.directory", directory, "");
    return 0;
}

int nfs_open(void *context, const char *name, int flags, void **file)
{
    (void)context;
    (void)flags;
    (void)file;
    return refuse("nfs.name ", name);
}

RETURNS(void *, nfs_init_context, handle)
RETURNS(int, nfs_get_fd, -1)
RETURNS(char *, nfs_get_error, "refused")
DOES_NOTHING(nfs_destroy_context)
DOES_NOTHING(nfs_set_tcp_syncnt)
DOES_NOTHING(nfs_set_readahead)
DOES_NOTHING(nfs_set_pagecache)
DOES_NOTHING(nfs_set_pagecache_ttl)
DOES_NOTHING(nfs_set_debug)

/* SSH. The numbers are those of libssh.h. */

int ssh_options_set(void *session, int option, const void *value)
{
    (void)session;
    switch (option) {
    case 0:
        note("ssh.host", value, "");
        break;
    case 1:
        note_number("ssh.port", *(const unsigned *)value);
        break;
    case 4:
        note("ssh.user", value, "");
        break;
    }
    return 0;
}

int ssh_session_is_known_server(void *session)
{
    (void)session;
    note("ssh.check", "known", "");
    return 1;
}

int ssh_get_server_publickey(void *session, void **key)
{
    *key = session;
    return 0;
}

/* The hash of every key is zero. */
int ssh_get_publickey_hash(void *key, int kind, unsigned char **hash, size_t *length)
{
    static const char *const names[] = {"sha1", "md5", "sha256"};
    static const size_t lengths[] = {20, 16, 32};
    (void)key;
    note("ssh.check", names[kind], "");
    *hash = (unsigned char *)handle;
    *length = lengths[kind];
    return 0;
}

void *sftp_open(void *session, const char *path, int flags, mode_t mode)
{
    (void)session;
    (void)flags;
    (void)mode;
    refuse("ssh.path ", path);
    return NULL;
}

RETURNS(void *, ssh_new, handle)
RETURNS(void *, sftp_new, handle)
RETURNS(int, ssh_options_parse_config, 0)
RETURNS(int, ssh_connect, 0)
RETURNS(int, ssh_key_type, 1)
RETURNS(const char *, ssh_key_type_to_char, "none")
RETURNS(int, ssh_userauth_none, 0)
RETURNS(int, sftp_init, 0)
RETURNS(int, sftp_get_error, 0)
RETURNS(const char *, ssh_get_error, "refused")
RETURNS(int, ssh_get_error_code, 0)
DOES_NOTHING(ssh_key_free)
DOES_NOTHING(ssh_clean_pubkey_hash)
DOES_NOTHING(ssh_set_blocking)
DOES_NOTHING(ssh_disconnect)
DOES_NOTHING(ssh_free)
DOES_NOTHING(sftp_free)

/* GlusterFS. */

void *glfs_new(const char *volume)
{
    note("gluster.volume", volume, "");
    return handle;
}

int glfs_set_volfile_server(void *volume, const char *transport, const char *server, int port)
{
    char more[64];
    (void)volume;
    snprintf(more, sizeof more, " %d %s", port, transport);
    note("gluster.server", server, more);
    return 0;
}

void *glfs_open(void *volume, const char *path, int flags)
{
    (void)volume;
    (void)flags;
    refuse("gluster.path ", path);
    return NULL;
}

RETURNS(int, glfs_set_logging, 0)
RETURNS(int, glfs_set_xlator_option, 0)
RETURNS(int, glfs_init, 0)
RETURNS(off_t, glfs_lseek, -1)
RETURNS(int, glfs_fini, 0)
