/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A prober gives the answer of the file, however its bytes are fed: in short pieces, with windows
 * that were not requested or were fed before, and with a length that is told late.
 *
 * DISKPROBE_SPLITS is the number of splits of each image. */
#include "check.h"
#include "contents.h"
#include "describe.h"
#include <dirent.h>
#include <sys/stat.h>

#define SPLITS 30
/* What the file's reads and unrequested bytes may cost together. */
#define SPARE (DISKPROBE_MAX_BYTES / 2)

static struct {
    const char *image;
    uint64_t number;
} current;

static void report(void)
{
    if (current.image)
        fprintf(stderr, "split %" PRIu64 " of %s\n", current.number, current.image);
}

/* SplitMix64. */
static uint64_t state;

static uint64_t random_number(void)
{
    uint64_t mixed = state += 0x9e3779b97f4a7c15;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
}

static uint64_t below(uint64_t end)
{
    return end ? random_number() % end : 0;
}

/* A number up to `most`; small ones are as likely as large ones. */
static uint64_t up_to(uint64_t most)
{
    uint64_t bound = most >> below(24);
    return below(bound + 1);
}

enum feeding { NEEDED, PREFERRED, SHORT, BEYOND, FEEDINGS };

struct host {
    const unsigned char *bytes;
    uint64_t length;
    diskprobe_prober *prober;
    enum feeding feeding;
    uint64_t longest;
    uint64_t spare;
    /* A window that was fed before. */
    uint64_t fed_offset, fed_size;
};

static diskprobe_status feed(struct host *host, uint64_t offset, uint64_t size,
                             diskprobe_error **error)
{
    uint64_t there = offset < host->length ? host->length - offset : 0;
    if (size > there)
        size = there;
    if (size > 0 && below(2)) {
        host->fed_offset = offset;
        host->fed_size = size;
    }
    return diskprobe_prober_feed(host->prober, offset, size ? host->bytes + offset : NULL,
                                 (size_t)size, error);
}

/* Windows that were not requested, and one that was fed before. */
static diskprobe_status feed_unrequested(struct host *host, diskprobe_error **error)
{
    diskprobe_status status = DISKPROBE_STATUS_OK;
    while (status == DISKPROBE_STATUS_OK && below(2) && host->length > 0) {
        uint64_t offset = below(2) ? below(host->length) : up_to(host->length - 1);
        uint64_t size = 1 + up_to(host->spare / 4);
        host->spare -= size;
        status = feed(host, offset, size, error);
    }
    if (status == DISKPROBE_STATUS_OK && host->fed_size && below(2)) {
        uint64_t from = below(host->fed_size);
        status = feed(host, host->fed_offset + from, 1 + below(host->fed_size - from), error);
    }
    return status;
}

/* Feeds all further requests; sets the length before read number `told`. */
static diskprobe_status feed_all(struct host *host, bool is_bold, uint64_t told,
                                 diskprobe_error **error)
{
    for (uint64_t reads = 0;; reads++) {
        uint64_t offset;
        size_t size, needed;
        diskprobe_status status = DISKPROBE_STATUS_OK;
        if (is_bold)
            status = feed_unrequested(host, error);
        if (status == DISKPROBE_STATUS_OK && reads == told)
            status = diskprobe_prober_set_length(host->prober, host->length, error);
        if (status == DISKPROBE_STATUS_OK)
            status = diskprobe_prober_next_read(host->prober, &offset, &size, &needed, error);
        if (status != DISKPROBE_STATUS_OK || size == 0)
            return status;
        CHECK(needed > 0 && needed <= size);
        uint64_t fed = size;
        if (host->feeding == NEEDED)
            fed = needed;
        else if (host->feeding == SHORT)
            fed = 1 + size / 64 + below(host->longest);
        else if (host->feeding == BEYOND)
            fed = size + up_to(host->spare / 4);
        if (fed > size) {
            fed = fed - size < host->spare ? fed : size;
            host->spare -= fed - size;
        }
        status = feed(host, offset, fed, error);
        if (status != DISKPROBE_STATUS_OK)
            return status;
    }
}

static void split(const char *expected, diskprobe_status of_file, const unsigned char *bytes,
                  uint64_t length)
{
    diskprobe_image *image = NULL;
    diskprobe_error *error = NULL;
    bool is_late = below(2), is_bold = below(2);
    struct host host = {
        .bytes = bytes,
        .length = length,
        .prober = diskprobe_prober_new(is_late ? DISKPROBE_LENGTH_UNKNOWN : length, NULL),
        .feeding = (enum feeding)below(FEEDINGS),
        .longest = 1 + up_to(4096),
        .spare = SPARE,
    };
    diskprobe_status status = feed_all(&host, is_bold, is_late ? below(6) : UINT64_MAX, &error);
    /* The length is told at the end at the latest. */
    if (status == DISKPROBE_STATUS_OK)
        status = diskprobe_prober_set_length(host.prober, length, &error);
    if (status == DISKPROBE_STATUS_OK)
        status = feed_all(&host, false, UINT64_MAX, &error);
    if (status == DISKPROBE_STATUS_OK)
        CHECK(diskprobe_prober_finish(host.prober, &image, &error) == DISKPROBE_STATUS_OK);
    diskprobe_prober_free(host.prober);
    char *answer = describe_answer(status, image, error);
    if (is_late && status != DISKPROBE_STATUS_OK) {
        /* Found without the length: the message only states the known bound of the end. */
        CHECK(status == of_file || status == DISKPROBE_STATUS_NEED_MORE_DATA);
    } else if (strcmp(answer, expected) != 0) {
        fprintf(stderr, "by path:\n%s\nby prober:\n%s\n", expected, answer);
        exit(1);
    }
    free(answer);
}

static void splits(const char *name, unsigned count)
{
    size_t size;
    diskprobe_image *image;
    diskprobe_error *error;
    unsigned char *bytes = contents(name, &size);
    diskprobe_status status = diskprobe_probe_path(image_name(name), NULL, &image, &error);
    char *expected = describe_answer(status, image, error);
    current.image = name;
    for (current.number = 0; current.number < count; current.number++) {
        state = current.number;
        split(expected, status, bytes, size);
    }
    current.image = NULL;
    free(expected);
    free(bytes);
}

TEST
{
    const char *count = getenv("DISKPROBE_SPLITS");
    unsigned images = 0, each = count ? (unsigned)strtoul(count, NULL, 10) : SPLITS;
    DIR *directory = opendir(check_directory);
    CHECK(directory && atexit(report) == 0);
    for (struct dirent *entry; (entry = readdir(directory));) {
        struct stat file;
        if (stat(image_name(entry->d_name), &file) == 0 && S_ISREG(file.st_mode)
            && file.st_size < 16 << 20) {
            splits(entry->d_name, each);
            images++;
        }
    }
    closedir(directory);
    CHECK(images > 10);
    printf("%u splits of %u images each\n", each, images);
}
