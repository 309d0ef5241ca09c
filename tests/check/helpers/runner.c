/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "runner.h"

#include "devices.h"

#include <stdio.h>
#include <unistd.h>

/* What meson takes for "skipped". */
#define SKIPPED 77

/* tests/lab/vm-test sets it. */
static gboolean
in_lab (void)
{
  return g_getenv ("LAB_VM_ROOT") != NULL;
}

static int
cannot_run (const char *reason)
{
  g_print ("%s: %s\n", in_lab () ? "FAILED" : "SKIPPED", reason);
  return in_lab () ? EXIT_FAILURE : SKIPPED;
}

void
runner_skip (const char *reason)
{
  exit (cannot_run (reason));
}

void
runner_skip_always (const char *reason)
{
  g_print ("SKIPPED: %s\n", reason);
  exit (SKIPPED);
}

void
runner_die (const char *file, int line, const char *format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_print ("%s:%d: FAILED: %s\n", file, line, text);
  fflush (stdout);
  _exit (EXIT_FAILURE);
}

static const char *
missing_device (unsigned needs)
{
  char path[64];

  if (needs & RUNNER_CAMERA && !devices_find_camera (path, sizeof (path)))
    return "there is no vivid camera";
  if (needs & RUNNER_DISPLAY && !devices_find_card (path, sizeof (path)))
    return "there is no vkms display";
  return NULL;
}

static gboolean
is_one_of (const char *name, const struct runner_test tests[], size_t n_tests)
{
  for (size_t i = 0; i < n_tests; i++)
    if (strcmp (tests[i].name, name) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_listed_right (
    const char *listed, const struct runner_test tests[], size_t n_tests)
{
  g_auto (GStrv) names = g_strsplit (listed, ",", -1);
  gboolean ok = TRUE;

  for (size_t i = 0; names[i]; i++) {
    if (!is_one_of (names[i], tests, n_tests)) {
      g_print ("FAILED: meson.build lists %s, which is no test\n", names[i]);
      ok = FALSE;
    }
  }
  for (size_t i = 0; i < n_tests; i++) {
    if (!g_strv_contains ((const gchar *const *) names, tests[i].name)) {
      g_print ("FAILED: meson.build does not list %s\n", tests[i].name);
      ok = FALSE;
    }
  }
  return ok;
}

static Suite *
make_suite (const struct runner_test tests[], size_t n_tests)
{
  Suite *suite = suite_create (g_get_prgname ());
  TCase *chain = tcase_create ("general");

  suite_add_tcase (suite, chain);
  for (size_t i = 0; i < n_tests; i++)
    _tcase_add_test (chain, tests[i].function, tests[i].name, 0, 0, 0, 1);
  return suite;
}

int
runner_run (int *argc, char ***argv, const char *listed,
    const struct runner_test tests[], size_t n_tests, unsigned needs)
{
  int n_run, n_failed;
  const char *missing;
  SRunner *runner;

  gst_check_init (argc, argv);
  if (!is_listed_right (listed, tests, n_tests))
    return EXIT_FAILURE;
  missing = missing_device (needs);
  if (missing)
    return cannot_run (missing);

  runner = srunner_create (make_suite (tests, n_tests));
  srunner_run_all (runner, CK_NORMAL);
  n_run = srunner_ntests_run (runner);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  if (n_run == 0)
    g_print ("FAILED: no test is called %s\n", g_getenv ("GST_CHECKS"));
  /* A test that failed left its threads running. */
  if (n_run == 0 || n_failed > 0) {
    fflush (stdout);
    _exit (EXIT_FAILURE);
  }
  return EXIT_SUCCESS;
}
