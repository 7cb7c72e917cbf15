/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Verdicts of the default policy and of other policies. */
#include "check.h"
#include <limits.h>

static diskprobe_image *probe_as(const char *name, diskprobe_format format, bool also_matches)
{
    diskprobe_image *image = NULL;
    diskprobe_options *options = diskprobe_options_new();
    CHECK(diskprobe_options_set_format(options, format) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_options_set_thorough(options, true) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_options_set_also_matches(options, also_matches) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_probe_path(image_name(name), options, &image, NULL) == DISKPROBE_STATUS_OK);
    diskprobe_options_free(options);
    return image;
}

/* Frees the image. */
static diskprobe_verdict *check(const diskprobe_policy *policy, diskprobe_image *image,
                                const char *path)
{
    diskprobe_verdict *verdict;
    diskprobe_error *error;
    CHECK(diskprobe_policy_evaluate(policy, image, path, &verdict, &error) == DISKPROBE_STATUS_OK);
    CHECK(verdict && !error);
    CHECK(diskprobe_verdict_is_accepted(verdict) ==
          (diskprobe_verdict_violation_count(verdict) == 0));
    diskprobe_image_free(image);
    return verdict;
}

/* Frees the verdict. */
static void accepted(diskprobe_verdict *verdict)
{
    CHECK(diskprobe_verdict_is_accepted(verdict));
    CHECK(diskprobe_verdict_violation(verdict, 0, NULL) == DISKPROBE_VIOLATION_KIND_NONE);
    CHECK(diskprobe_verdict_message(verdict, 0) == NULL);
    diskprobe_verdict_free(verdict);
}

/* Refused for one reason; frees the verdict. */
static void refused(diskprobe_verdict *verdict, diskprobe_violation_kind why, diskprobe_finding which,
                    const char *message)
{
    diskprobe_finding finding = DISKPROBE_FINDING_CORRUPT;
    CHECK(!diskprobe_verdict_is_accepted(verdict));
    CHECK(diskprobe_verdict_violation_count(verdict) == 1);
    CHECK(diskprobe_verdict_violation(verdict, 0, &finding) == why);
    CHECK(finding == which);
    CHECK(diskprobe_verdict_violation(verdict, 0, NULL) == why);
    CHECK_TEXT(diskprobe_verdict_message(verdict, 0), message);
    finding = DISKPROBE_FINDING_CORRUPT;
    CHECK(diskprobe_verdict_violation(verdict, 1, &finding) == DISKPROBE_VIOLATION_KIND_NONE);
    CHECK(finding == DISKPROBE_FINDING_NONE);
    CHECK(diskprobe_verdict_message(verdict, SIZE_MAX) == NULL);
    diskprobe_verdict_free(verdict);
}

static diskprobe_image *thorough(const char *name)
{
    return probe_as(name, DISKPROBE_FORMAT_UNKNOWN, false);
}

static void findings(void)
{
    diskprobe_policy *policy = diskprobe_policy_new();
    accepted(check(policy, thorough("features.qcow2"), NULL));
    accepted(check(NULL, thorough("base.raw"), ""));
    refused(check(policy, thorough("disk.qcow2"), NULL), DISKPROBE_VIOLATION_KIND_FINDING,
            DISKPROBE_FINDING_BACKING_FILE, "it names a backing file");
    refused(check(NULL, thorough("data.qcow2"), NULL), DISKPROBE_VIOLATION_KIND_FINDING,
            DISKPROBE_FINDING_DATA_FILE, "its data is in another file");
    refused(check(NULL, probe("base.raw"), NULL), DISKPROBE_VIOLATION_KIND_FINDING,
            DISKPROBE_FINDING_INCOMPLETE_SCAN, "not all offsets where another format could start were read");

    CHECK(!diskprobe_policy_denies(policy, DISKPROBE_FINDING_ENCRYPTED));
    accepted(check(policy, thorough("disk.luks"), NULL));
    CHECK(diskprobe_policy_deny(policy, DISKPROBE_FINDING_ENCRYPTED) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_policy_denies(policy, DISKPROBE_FINDING_ENCRYPTED));
    refused(check(policy, thorough("disk.luks"), NULL), DISKPROBE_VIOLATION_KIND_FINDING,
            DISKPROBE_FINDING_ENCRYPTED, "it is encrypted");

    CHECK(diskprobe_policy_denies(policy, DISKPROBE_FINDING_BACKING_FILE));
    CHECK(diskprobe_policy_allow(policy, DISKPROBE_FINDING_BACKING_FILE) == DISKPROBE_STATUS_OK);
    CHECK(!diskprobe_policy_denies(policy, DISKPROBE_FINDING_BACKING_FILE));
    CHECK(diskprobe_policy_denies(NULL, DISKPROBE_FINDING_BACKING_FILE));
    accepted(check(policy, thorough("disk.qcow2"), NULL));
    diskprobe_policy_free(policy);
}

static void every_finding(void)
{
    diskprobe_image *image = thorough("disk.qcow2");
    CHECK(diskprobe_image_finding(image, 0) == DISKPROBE_FINDING_BACKING_FILE);
    CHECK(diskprobe_image_finding(image, 1) == DISKPROBE_FINDING_NONE);
    CHECK(diskprobe_image_finding_count(image) == 1);
    diskprobe_image_free(image);
    image = thorough("base.raw");
    CHECK(diskprobe_image_finding(image, 0) == DISKPROBE_FINDING_NONE);
    CHECK(diskprobe_image_finding_count(image) == 0);
    diskprobe_image_free(image);
}

static void formats_and_sizes(void)
{
    diskprobe_policy *policy = diskprobe_policy_new();
    CHECK(diskprobe_policy_allow_format(policy, DISKPROBE_FORMAT_RAW) == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_policy_allow_format(policy, DISKPROBE_FORMAT_VDI) == DISKPROBE_STATUS_OK);
    accepted(check(policy, thorough("disk.vdi"), NULL));
    refused(check(policy, thorough("old.qcow2"), NULL), DISKPROBE_VIOLATION_KIND_FORMAT,
            DISKPROBE_FINDING_NONE, "its format is qcow2, which is not allowed");
    CHECK(diskprobe_policy_set_max_virtual_size(policy, 1 << 20) == DISKPROBE_STATUS_OK);
    accepted(check(policy, thorough("base.raw"), NULL));
    refused(check(policy, thorough("disk.vdi"), NULL), DISKPROBE_VIOLATION_KIND_VIRTUAL_SIZE,
            DISKPROBE_FINDING_NONE, "its virtual size is 4194304 bytes, must be at most 1048576");
    diskprobe_policy_free(policy);

    /* With also_matches, the bytes are searched although the format is requested. */
    accepted(check(NULL, probe_as("disk.vpc", DISKPROBE_FORMAT_RAW, false), NULL));
    refused(check(NULL, probe_as("disk.vpc", DISKPROBE_FORMAT_RAW, true), NULL),
            DISKPROBE_VIOLATION_KIND_FINDING, DISKPROBE_FINDING_AMBIGUOUS,
            "its bytes also match another format or content");
    accepted(check(NULL, probe_as("base.raw", DISKPROBE_FORMAT_RAW, true), NULL));
}

static void backing_files(void)
{
    diskprobe_policy *policy = diskprobe_policy_new();
    CHECK(diskprobe_policy_allow_backing_under(policy, "/none") == DISKPROBE_STATUS_OK);
    CHECK(diskprobe_policy_allow_backing_under(policy, "/srv/base") == DISKPROBE_STATUS_OK);
    accepted(check(policy, thorough("disk.qcow2"), "/srv/base/overlays/disk.qcow2"));
    refused(check(policy, thorough("disk.qcow2"), "/srv/disk.qcow2"),
            DISKPROBE_VIOLATION_KIND_BACKING_DIRECTORY, DISKPROBE_FINDING_NONE,
            "its backing file is not under an allowed directory");
    refused(check(policy, thorough("disk.qcow2"), NULL), DISKPROBE_VIOLATION_KIND_BACKING_DIRECTORY,
            DISKPROBE_FINDING_NONE,
            "its backing file is not under an allowed directory");
    refused(check(policy, thorough("unrecorded.qcow2"), "/srv/base/disk.qcow2"),
            DISKPROBE_VIOLATION_KIND_BACKING_FORMAT, DISKPROBE_FINDING_NONE,
            "its backing format is missing or unknown");
    CHECK(diskprobe_policy_allow_backing_under(policy, "srv") ==
          DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_policy_allow_backing_under(policy, "/srv/../etc") ==
          DISKPROBE_STATUS_INVALID_ARGUMENT);
    CHECK(diskprobe_policy_allow_backing_under(policy, NULL) == DISKPROBE_STATUS_INVALID_ARGUMENT);
    accepted(check(policy, thorough("disk.qcow2"), "/srv/base/disk.qcow2"));
    diskprobe_policy_free(policy);
}

static void wrong_use(void)
{
    diskprobe_finding finding = DISKPROBE_FINDING_CORRUPT;
    diskprobe_verdict *verdict = (diskprobe_verdict *)&finding;
    diskprobe_policy *policy = diskprobe_policy_new();
    diskprobe_image *image = probe("base.raw");
    const diskprobe_status wrong = DISKPROBE_STATUS_INVALID_ARGUMENT;

    CHECK_FAILS(diskprobe_policy_evaluate(policy, NULL, NULL, &verdict, &error), INVALID_ARGUMENT);
    CHECK(!verdict);
    CHECK_FAILS(diskprobe_policy_evaluate(NULL, image, "/x", NULL, &error), INVALID_ARGUMENT);
    CHECK(diskprobe_policy_evaluate(NULL, NULL, NULL, NULL, NULL) == wrong);
    CHECK(diskprobe_policy_allow(NULL, DISKPROBE_FINDING_DIRTY) == wrong);
    CHECK(diskprobe_policy_allow(policy, DISKPROBE_FINDING_NONE) == wrong);
    CHECK(diskprobe_policy_deny(NULL, DISKPROBE_FINDING_DIRTY) == wrong);
    CHECK(diskprobe_policy_deny(policy, (diskprobe_finding)INT_MAX) == wrong);
    CHECK(!diskprobe_policy_denies(policy, (diskprobe_finding)INT_MAX));
    CHECK(diskprobe_policy_allow_format(NULL, DISKPROBE_FORMAT_RAW) == wrong);
    CHECK(diskprobe_policy_allow_format(policy, DISKPROBE_FORMAT_UNKNOWN) == wrong);
    CHECK(diskprobe_policy_allow_format(policy, (diskprobe_format)INT_MAX) == wrong);
    CHECK(diskprobe_policy_set_max_virtual_size(NULL, 1) == wrong);
    CHECK(diskprobe_policy_allow_backing_under(NULL, "/") == wrong);
    diskprobe_policy_free(policy);
    diskprobe_policy_free(NULL);
    diskprobe_image_free(image);

    CHECK(!diskprobe_verdict_is_accepted(NULL));
    CHECK(diskprobe_verdict_violation_count(NULL) == 0);
    CHECK(diskprobe_verdict_violation(NULL, 0, &finding) == DISKPROBE_VIOLATION_KIND_NONE);
    CHECK(finding == DISKPROBE_FINDING_NONE);
    CHECK(diskprobe_verdict_message(NULL, 0) == NULL);
    diskprobe_verdict_free(NULL);
}

TEST
{
    findings();
    every_finding();
    formats_and_sizes();
    backing_files();
    wrong_use();
}
