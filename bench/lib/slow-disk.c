/* Before each flush of a file to the disk, a pause: what a network volume adds to it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void pause_before_flush(void) {
  const char *given = getenv("BENCH_FLUSH_US");
  const long micros = given ? atol(given) : 2000;
  const struct timespec pause = {micros / 1000000, (micros % 1000000) * 1000};
  nanosleep(&pause, NULL);
}

int fsync(int file) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  pause_before_flush();
  return real(file);
}

int fdatasync(int file) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  pause_before_flush();
  return real(file);
}
