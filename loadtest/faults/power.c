/* Power loss, preloaded into one server: fsync takes its time, and a note outside says of each file
 * how much of it had reached the disk. The harness cuts the files back to that at the power cut.
 *
 * POWER_NOTES    file to which "device inode length" is appended each time that length is safe, and
 *                "device inode <length" each time a file was shortened: no more than that is safe
 * POWER_FSYNC_MS how long an fsync takes, in milliseconds
 *
 * A length is read before the fsync and noted after it: what is written meanwhile is not safe, nor
 * is what an fsync held when the power went. A file that was never synced has no line: nothing of it
 * is safe.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int notes = -1;
static struct timespec pause_of_fsync;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("POWER_NOTES"), *ms = getenv("POWER_FSYNC_MS");
    long wait = ms ? atol(ms) : 0;
    pause_of_fsync.tv_sec = wait / 1000;
    pause_of_fsync.tv_nsec = wait % 1000 * 1000000L;
    if (path) notes = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (path && notes < 0) {
        perror("POWER_NOTES");
        _exit(97);  /* a cut without notes would prove nothing */
    }
}

static void note(const struct stat *file, const char *most, off_t length) {
    char line[96];
    int size = snprintf(line, sizeof line, "%ju %ju %s%jd\n", (uintmax_t)file->st_dev,
                        (uintmax_t)file->st_ino, most, (intmax_t)length);
    if (notes >= 0 && write(notes, line, (size_t)size) != size) _exit(98);
}

static int synced(int fd, const char *name) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    struct stat before;
    int known = fstat(fd, &before) == 0 && S_ISREG(before.st_mode);
    if (known) nanosleep(&pause_of_fsync, NULL);
    int status = real(fd);
    if (status == 0 && known) note(&before, "", before.st_size);
    return status;
}

int fsync(int fd) { return synced(fd, "fsync"); }

int fdatasync(int fd) { return synced(fd, "fdatasync"); }

static int shortened(int fd, off_t length, const char *name) {
    int (*real)(int, off_t) = (int (*)(int, off_t))dlsym(RTLD_NEXT, name);
    struct stat after;
    int status = real(fd, length);
    if (status == 0 && fstat(fd, &after) == 0) note(&after, "<", length);
    return status;
}

int ftruncate(int fd, off_t length) { return shortened(fd, length, "ftruncate"); }

int ftruncate64(int fd, off_t length) { return shortened(fd, length, "ftruncate64"); }

static int shortened_path(const char *path, off_t length, const char *name) {
    int (*real)(const char *, off_t) = (int (*)(const char *, off_t))dlsym(RTLD_NEXT, name);
    struct stat after;
    int status = real(path, length);
    if (status == 0 && stat(path, &after) == 0) note(&after, "<", length);
    return status;
}

int truncate(const char *path, off_t length) { return shortened_path(path, length, "truncate"); }

int truncate64(const char *path, off_t length) { return shortened_path(path, length, "truncate64"); }
