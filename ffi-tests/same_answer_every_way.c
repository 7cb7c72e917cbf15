/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Path, descriptor, buffer, callback and prober give the same answer for every image, within the
 * promised work, and leave no descriptor open. */
#include "check.h"
#include "contents.h"
#include "describe.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* An object that counts the requested reads and bytes. */
struct object {
    const unsigned char *bytes;
    size_t size;
    unsigned reads;
    uint64_t asked;
};

static size_t ask(struct object *object, uint64_t offset, size_t size)
{
    object->reads++;
    object->asked += size;
    size_t there = offset < object->size ? object->size - (size_t)offset : 0;
    return size < there ? size : there;
}

static int64_t read_object(void *opaque, void *buffer, size_t size, uint64_t offset,
                           diskprobe_error **error)
{
    CHECK(error && !*error);
    struct object *object = opaque;
    size_t got = ask(object, offset, size);
    if (got > 0)
        memcpy(buffer, object->bytes + offset, got);
    return (int64_t)got;
}

static diskprobe_status feed(struct object *object, diskprobe_image **image, diskprobe_error **error)
{
    diskprobe_prober *prober = diskprobe_prober_new(object->size, NULL);
    diskprobe_status status;
    uint64_t offset;
    size_t size;
    *image = NULL;
    while ((status = diskprobe_prober_next_read(prober, &offset, &size, NULL, error))
               == DISKPROBE_STATUS_OK
           && size)
        CHECK(diskprobe_prober_feed(prober, offset, object->bytes + offset,
                                    ask(object, offset, size), NULL)
              == DISKPROBE_STATUS_OK);
    if (status == DISKPROBE_STATUS_OK)
        status = diskprobe_prober_finish(prober, image, error);
    diskprobe_prober_free(prober);
    return status;
}

static void every_way(const char *name)
{
    size_t size;
    unsigned char *bytes = contents(name, &size);
    struct object called = {.bytes = bytes, .size = size}, asking = called;
    int fd = open(image_name(name), O_RDONLY);
    static const char *const ways[] = {"path", "descriptor", "buffer", "callback", "prober"};
    char *answers[5];

    for (int way = 0; way < 5; way++) {
        diskprobe_image *image;
        diskprobe_error *error;
        diskprobe_status status =
            way == 0   ? diskprobe_probe_path(image_name(name), NULL, &image, &error)
            : way == 1 ? diskprobe_probe_fd(fd, NULL, &image, &error)
            : way == 2 ? diskprobe_probe_buffer(bytes, size, size, NULL, &image, &error)
            : way == 3 ? diskprobe_probe_callback(read_object, &called, size, NULL, &image, &error)
                       : feed(&asking, &image, &error);
        answers[way] = describe_answer(status, image, error);
        if (strcmp(answers[way], answers[0]) != 0) {
            fprintf(stderr, "%s by path:\n%s\nby %s:\n%s\n", name, answers[0], ways[way], answers[way]);
            exit(1);
        }
    }
    CHECK(called.reads <= DISKPROBE_MAX_READS && called.asked <= DISKPROBE_MAX_BYTES);
    CHECK(asking.reads == called.reads && asking.asked == called.asked);
    for (int way = 0; way < 5; way++)
        free(answers[way]);
    free(bytes);
    CHECK(close(fd) == 0);
}

static int open_descriptors(void)
{
    int count = 0;
    for (int fd = 0; fd < 1024; fd++)
        count += fcntl(fd, F_GETFD) != -1;
    return count;
}

TEST
{
    int images = 0, before = open_descriptors();
    DIR *directory = opendir(check_directory);
    CHECK(directory);
    for (struct dirent *entry; (entry = readdir(directory));) {
        struct stat file;
        /* Skips the extents, which are gigabytes of holes. */
        if (stat(image_name(entry->d_name), &file) == 0 && S_ISREG(file.st_mode)
            && file.st_size < 16 << 20) {
            every_way(entry->d_name);
            images++;
        }
    }
    closedir(directory);
    CHECK(images > 10);
    CHECK(open_descriptors() == before);
    printf("%d images\n", images);
}
