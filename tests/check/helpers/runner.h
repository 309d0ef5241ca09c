/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef RUNNER_H
#define RUNNER_H

#include <gst/check/gstcheck.h>

/*
 * Runs the tests of one file: all, or those that GST_CHECKS names. That none
 * ran is a failure, and so is a test that meson.build does not list, or lists
 * and the file does not have: no behaviour is left out unnoticed.
 */
struct runner_test {
  const char *name;
  TFun function;
};

enum runner_needs {
  RUNNER_NOTHING = 0,
  RUNNER_CAMERA = 1 << 0,  /* vivid */
  RUNNER_DISPLAY = 1 << 1, /* vkms */
};

#define RUNNER_TEST(function) { #function, function }

/* The main() of a test file. NEEDS are of enum runner_needs: without them the
 * tests are skipped, in the lab they fail. */
#define RUNNER_MAIN(needs, ...)                                        \
  int main (int argc, char **argv)                                     \
  {                                                                    \
    static const struct runner_test tests[] = { __VA_ARGS__ };         \
                                                                       \
    return runner_run (                                                \
        &argc, &argv, TEST_NAMES, tests, G_N_ELEMENTS (tests), needs); \
  }

/* LISTED are the names in meson.build, separated by commas. */
int runner_run (int *argc, char ***argv, const char *listed,
    const struct runner_test tests[], size_t n_tests, unsigned needs);

/* fail_unless() for other threads than the test's own, which it must not leave
 * by a long jump: ends the process. A test has one to itself. */
#define runner_require(condition, ...)              \
  do {                                              \
    if (!(condition))                               \
      runner_die (__FILE__, __LINE__, __VA_ARGS__); \
  } while (0)

void runner_die (const char *file, int line, const char *format, ...)
    G_GNUC_PRINTF (3, 4) G_GNUC_NORETURN;

/* Ends the process: the test cannot be had here, for REASON. In the lab
 * nothing may be missing, and it is a failure. */
void runner_skip (const char *reason);

/* The same where it may rightly be missing in the lab too: with another kernel
 * than the newest. */
void runner_skip_always (const char *reason);

#endif
