/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Probes several images at the same time in one thread, in the event loop of GLib. GIO reads the
 * bytes that each prober asks for, from any kind of file that it supports.
 *
 *     cc -o event_loop event_loop.c $(pkg-config --cflags --libs diskprobe gio-2.0)
 *     ./event_loop IMAGE...
 */
#include <diskprobe.h>
#include <gio/gio.h>

struct probe {
    const char *name;
    GInputStream *stream;
    diskprobe_prober *prober;
    guint64 offset;
    void *buffer;
    unsigned *running;
    GMainLoop *loop;
};

static void read_next(struct probe *probe);

/* Ends a probe. The last one ends the loop. */
static void finish(struct probe *probe, const char *failure)
{
    diskprobe_image *image = NULL;
    diskprobe_error *error = NULL;
    if (!failure && diskprobe_prober_finish(probe->prober, &image, &error) != DISKPROBE_STATUS_OK)
        failure = diskprobe_error_message(error);
    if (failure)
        g_print("%s: %s\n", probe->name, failure);
    else
        g_print("%s: %s\n", probe->name, diskprobe_format_to_string(diskprobe_image_format(image)));
    diskprobe_error_free(error);
    diskprobe_image_free(image);
    diskprobe_prober_free(probe->prober);
    g_clear_object(&probe->stream);
    g_free(probe->buffer);
    if (--*probe->running == 0)
        g_main_loop_quit(probe->loop);
}

static void on_read(GObject *stream, GAsyncResult *result, gpointer opaque)
{
    struct probe *probe = opaque;
    diskprobe_error *error = NULL;
    GError *failure = NULL;
    gssize got = g_input_stream_read_finish(G_INPUT_STREAM(stream), result, &failure);
    if (got < 0) {
        finish(probe, failure->message);
        g_error_free(failure);
    } else if (diskprobe_prober_feed(probe->prober, probe->offset, probe->buffer, (size_t)got,
                                     &error) != DISKPROBE_STATUS_OK) {
        finish(probe, diskprobe_error_message(error));
        diskprobe_error_free(error);
    } else {
        read_next(probe);
    }
}

static void read_next(struct probe *probe)
{
    size_t size;
    diskprobe_error *error = NULL;
    GError *failure = NULL;
    if (diskprobe_prober_next_read(probe->prober, &probe->offset, &size, NULL, &error) !=
        DISKPROBE_STATUS_OK) {
        finish(probe, diskprobe_error_message(error));
        diskprobe_error_free(error);
    } else if (size == 0) {
        finish(probe, NULL);
    } else if (!g_seekable_seek(G_SEEKABLE(probe->stream), (goffset)probe->offset, G_SEEK_SET, NULL,
                                &failure)) {
        finish(probe, failure->message);
        g_error_free(failure);
    } else {
        g_free(probe->buffer);
        probe->buffer = g_malloc(size);
        g_input_stream_read_async(probe->stream, probe->buffer, size, G_PRIORITY_DEFAULT, NULL,
                                  on_read, probe);
    }
}

static void on_open(GObject *file, GAsyncResult *result, gpointer opaque)
{
    struct probe *probe = opaque;
    GError *failure = NULL;
    GFileInputStream *stream = g_file_read_finish(G_FILE(file), result, &failure);
    if (!stream) {
        finish(probe, failure->message);
        g_error_free(failure);
        return;
    }
    probe->stream = G_INPUT_STREAM(stream);
    read_next(probe);
}

int main(int argc, char **argv)
{
    unsigned running = (unsigned)argc - 1;
    struct probe *probes = g_new0(struct probe, running + 1);
    GMainLoop *loop = g_main_loop_new(NULL, FALSE);
    for (unsigned i = 0; i + 1 < (unsigned)argc; i++) {
        GFile *file = g_file_new_for_commandline_arg(argv[i + 1]);
        probes[i].name = argv[i + 1];
        probes[i].prober = diskprobe_prober_new(DISKPROBE_LENGTH_UNKNOWN, NULL);
        probes[i].running = &running;
        probes[i].loop = loop;
        g_file_read_async(file, G_PRIORITY_DEFAULT, NULL, on_open, &probes[i]);
        g_object_unref(file);
    }
    if (running > 0)
        g_main_loop_run(loop);
    g_main_loop_unref(loop);
    g_free(probes);
    return 0;
}
