/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Scans of the directory of test images: with one job and several, in order, and ended early. */
#include "check.h"
#include <dirent.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST = 256 };

static char pool[4096];

struct seen {
    unsigned images, failures, unsupported;
    unsigned at_most; /* if not 0: end the scan after this number */
    bool disk, is_main_thread, is_inside;
    pthread_t main_thread;
    const diskprobe_scan_options *cancel;
    char names[MOST][256];
    diskprobe_status status[MOST];
};

static bool take(void *opaque, const char *name, size_t length, diskprobe_status status,
                 const diskprobe_image *image, const diskprobe_error *error)
{
    struct seen *seen = opaque;
    /* Calls never overlap. */
    CHECK(!seen->is_inside);
    seen->is_inside = true;
    CHECK(strlen(name) == length && strncmp(name, pool, strlen(pool)) == 0);
    const char *own = name + strlen(pool);
    own += *own == '/';
    CHECK(diskprobe_error_status(error) == status);
    seen->is_main_thread &= pthread_equal(pthread_self(), seen->main_thread) != 0;
    unsigned number = seen->images + seen->failures;
    if (number < MOST) {
        snprintf(seen->names[number], sizeof seen->names[number], "%s", own);
        seen->status[number] = status;
    }
    if (status == DISKPROBE_STATUS_OK) {
        CHECK(image && !error);
        seen->images++;
        if (strcmp(own, "disk.qcow2") == 0) {
            uint64_t size;
            CHECK(diskprobe_image_format(image) == DISKPROBE_FORMAT_QCOW2);
            CHECK(diskprobe_image_virtual_size(image, &size) && size == 10 << 20);
            CHECK_TEXT(diskprobe_image_backing_location(image, NULL), "base.raw");
            seen->disk = true;
        }
    } else {
        CHECK(!image && diskprobe_error_message(error)[0] != '\0');
        seen->failures++;
        seen->unsupported += status == DISKPROBE_STATUS_UNSUPPORTED_FILE;
    }
    diskprobe_scan_options_cancel(seen->cancel);
    seen->is_inside = false;
    return seen->at_most != seen->images + seen->failures;
}

static struct seen scan(const diskprobe_scan_options *options, unsigned at_most)
{
    const char *const directories[] = {pool};
    struct seen seen = {
        .at_most = at_most, .is_main_thread = true, .main_thread = pthread_self()};
    diskprobe_error *error;
    CHECK(diskprobe_scan(directories, 1, options, take, &seen, &error) == DISKPROBE_STATUS_OK);
    CHECK(!error);
    return seen;
}

/* The files that readdir(3) lists, in its order. The test images have no links. */
static unsigned list(const char *where, char names[MOST][256])
{
    unsigned count = 0;
    DIR *directory = opendir(where);
    CHECK(directory);
    for (struct dirent *entry; (entry = readdir(directory)) && count < MOST;) {
        char path[8192];
        struct stat stat;
        snprintf(path, sizeof path, "%s/%s", where, entry->d_name);
        if (lstat(path, &stat) == 0 && S_ISREG(stat.st_mode))
            snprintf(names[count++], 256, "%s", entry->d_name);
    }
    closedir(directory);
    return count;
}

static void with_jobs(uint32_t jobs)
{
    diskprobe_scan_options *options = diskprobe_scan_options_new();
    CHECK(diskprobe_scan_options_set_jobs(options, jobs) == DISKPROBE_STATUS_OK);
    char names[MOST][256];
    unsigned count = list(pool, names);

    struct seen seen = scan(options, 0);
    CHECK(seen.disk && seen.images + seen.failures == count);
    CHECK(jobs > 1 || seen.is_main_thread);

    CHECK(diskprobe_scan_options_set_ordered(options, true) == DISKPROBE_STATUS_OK);
    seen = scan(options, 0);
    CHECK(seen.images + seen.failures == count);
    for (unsigned number = 0; number < count && number < MOST; number++)
        CHECK(strcmp(seen.names[number], names[number]) == 0);

    /* Special files are skipped by default. */
    char fifo[8192], link[8192];
    snprintf(fifo, sizeof fifo, "%s/fifo", pool);
    snprintf(link, sizeof link, "%s/out", pool);
    unlink(fifo); /* left over from a failed run */
    unlink(link);
    CHECK(mkfifo(fifo, 0600) == 0 && symlink("/proc/self/cmdline", link) == 0);
    seen = scan(options, 0);
    CHECK(seen.images + seen.failures == count + 1 && seen.unsupported == 0);
    CHECK(diskprobe_scan_options_set_special_files(options, true) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_scan_options_set_follow_links(options, false) == DISKPROBE_STATUS_OK);
    seen = scan(options, 0);
    CHECK(seen.images + seen.failures == count + 2 && seen.unsupported == 2);
    CHECK(diskprobe_scan_options_set_follow_links(options, true) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_scan_options_set_cross_file_systems(options, true) == DISKPROBE_STATUS_OK);
    unsigned images = seen.images;
    seen = scan(options, 0);
    CHECK(seen.images == images + 1 && seen.unsupported == 1);
    CHECK(unlink(fifo) == 0 && unlink(link) == 0);

    /* With its subdirectory. */
    char deeper[MOST][256];
    unsigned more = list(image_name("sub"), deeper);
    CHECK(diskprobe_scan_options_set_recursive(options, true) == DISKPROBE_STATUS_OK);
    seen = scan(options, 0);
    CHECK(seen.images + seen.failures == count + more && more > 0);
    CHECK(diskprobe_scan_options_set_recursive(options, false) == DISKPROBE_STATUS_OK);

    /* The callback ends the scan. */
    for (unsigned enough = 1; enough < 4; enough++) {
        seen = scan(options, enough);
        CHECK(seen.images + seen.failures == enough);
    }

    /* Options of the images. */
    diskprobe_options *raw = diskprobe_options_new();
    CHECK(diskprobe_options_set_format(raw, DISKPROBE_FORMAT_VHDX) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_scan_options_set_image_options(options, raw) == DISKPROBE_STATUS_OK);
    diskprobe_options_free(raw);
    seen = scan(options, 0);
    CHECK(!seen.disk && seen.failures > seen.images);
    CHECK(diskprobe_scan_options_set_image_options(options, NULL) == DISKPROBE_STATUS_OK);

    /* A list of names. */
    char raw_name[8192], absent[8192], disk[8192];
    snprintf(raw_name, sizeof raw_name, "%s/base.raw", pool);
    snprintf(absent, sizeof absent, "%s/absent", pool);
    snprintf(disk, sizeof disk, "%s/disk.qcow2", pool);
    const char *const several[] = {raw_name, absent, pool, disk, disk};
    seen = (struct seen){.main_thread = pthread_self()};
    CHECK(diskprobe_scan_files(several, 5, options, take, &seen, NULL) == DISKPROBE_STATUS_OK);
    CHECK(seen.images == 3 && seen.failures == 2 && seen.disk);
    CHECK(seen.status[1] == DISKPROBE_STATUS_NOT_FOUND);
    CHECK(seen.status[2] == DISKPROBE_STATUS_UNSUPPORTED_FILE);
    CHECK(strcmp(seen.names[3], "disk.qcow2") == 0);

    /* Ended by the callback through cancellation, also for later scans. */
    seen = (struct seen){.cancel = options};
    CHECK(diskprobe_scan_files(several, 5, options, take, &seen, NULL) == DISKPROBE_STATUS_OK);
    CHECK(seen.images + seen.failures == 1);
    seen = scan(options, 0);
    CHECK(seen.images + seen.failures == 0);
    diskprobe_scan_options_free(options);
}

/* Rust frees thread-local data when a thread ends. valgrind would report that of the main thread as
 * a leak. */
static void *by_four_jobs(void *none)
{
    with_jobs(4);
    return none;
}

static void wrong_use(void)
{
    const char *const names[] = {pool, NULL};
    struct seen seen = {0};
    CHECK_FAILS(diskprobe_scan(NULL, 1, NULL, take, &seen, &error), INVALID_ARGUMENT);
    CHECK_FAILS(diskprobe_scan(names, 1, NULL, NULL, &seen, &error), INVALID_ARGUMENT);
    CHECK_FAILS(diskprobe_scan(names, 2, NULL, take, &seen, &error), INVALID_ARGUMENT);
    CHECK_FAILS(diskprobe_scan(names, SIZE_MAX, NULL, take, &seen, &error), INVALID_ARGUMENT);
    CHECK_FAILS(diskprobe_scan_files(NULL, 1, NULL, take, &seen, &error), INVALID_ARGUMENT);
    CHECK(seen.images + seen.failures == 0);
    CHECK(diskprobe_scan(NULL, 0, NULL, take, &seen, NULL) == DISKPROBE_STATUS_OK);
    CHECK(seen.images + seen.failures == 0);

    diskprobe_scan_options *options = diskprobe_scan_options_new();
    CHECK(diskprobe_scan_options_set_jobs(options, 0) == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_scan_options_set_jobs(options, DISKPROBE_MAX_SCAN_JOBS + 1)
          == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_scan_options_set_jobs(options, DISKPROBE_MAX_SCAN_JOBS) == DISKPROBE_STATUS_OK);
    diskprobe_scan_options_free(options);
    CHECK(diskprobe_scan_options_set_jobs(NULL, 1) == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_scan_options_set_recursive(NULL, true) == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_scan_options_set_ordered(NULL, true) == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_scan_options_set_special_files(NULL, true)
          == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_scan_options_set_follow_links(NULL, true) == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_scan_options_set_cross_file_systems(NULL, true)
          == DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_scan_options_set_image_options(NULL, NULL)
          == DISKPROBE_STATUS_INVALID_ARGUMENT);
    diskprobe_scan_options_cancel(NULL);
    diskprobe_scan_options_free(NULL);
}

TEST
{
    snprintf(pool, sizeof pool, "%s", check_directory);
    wrong_use();
    with_jobs(1);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, by_four_jobs, NULL) == 0 && pthread_join(thread, NULL) == 0);
    /* A missing directory is a result. */
    snprintf(pool, sizeof pool, "%s", image_name("absent"));
    struct seen seen = {0};
    const char *const names[] = {pool};
    CHECK(diskprobe_scan(names, 1, NULL, NULL, NULL, NULL) == DISKPROBE_STATUS_INVALID_ARGUMENT);
    seen = (struct seen){.main_thread = pthread_self(), .at_most = 0};
    CHECK(diskprobe_scan(names, 1, NULL, take, &seen, NULL) == DISKPROBE_STATUS_OK);
    CHECK(seen.failures == 1 && seen.status[0] == DISKPROBE_STATUS_NOT_FOUND);
}
