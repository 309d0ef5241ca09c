/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/display.h"
#include "../helpers/fds.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"

#include "gst-libs/allocators/gstzcmessage.h"

#include <drm_fourcc.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <xf86drm.h>

/* Who takes whose memory, what is said of it, and what copy-policy makes of it.
 * Real devices, of which the display can be made to refuse the dma-bufs of some
 * exporters, as one without an IOMMU does. */

#define CAMERA "dmabufsrc name=src num-buffers=10 ! "
#define VGA ",width=640,height=480"
#define DMABUF "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=XR24" VGA
#define RAW "video/x-raw,format=BGRx" VGA
#define DISPLAY "dmabufsink name=display sync=false "
/* So that nobody's pool reaches the camera. */
#define SHOWN_AND_SEEN \
  " ! tee name=t ! queue ! " DISPLAY "t. ! queue ! fakesink name=file "

static const char *const drivers[] = { "videobuf2", NULL };
static const char *const all_but_its_own[] = { "videobuf2", "udmabuf", "system",
  "incoherent", NULL };
static const char *const *refused_exporters; /* NULL: none */

static bool
is_refused (int fd)
{
  char path[64], line[128];
  bool refused = false;
  FILE *file;

  if (!refused_exporters)
    return false;
  snprintf (path, sizeof (path), "/proc/self/fdinfo/%d", fd);
  file = fopen (path, "r");
  while (file && fgets (line, sizeof (line), file))
    for (guint i = 0; refused_exporters[i]; i++)
      refused |= strncmp (line, "exp_name:", 9) == 0 &&
                 strstr (line, refused_exporters[i]) != NULL;
  if (file)
    fclose (file);
  return refused;
}

/* In place of the C library's, for libdrm. */
int
ioctl (int fd, unsigned long request, ...)
{
  va_list args;
  void *arg;

  va_start (args, request);
  arg = va_arg (args, void *);
  va_end (args);
  if (request == DRM_IOCTL_PRIME_FD_TO_HANDLE &&
      is_refused (((struct drm_prime_handle *) arg)->fd)) {
    errno = EINVAL;
    return -1;
  }
  return (int) syscall (SYS_ioctl, fd, request, arg);
}

/* --- who takes what ------------------------------------------------------ */

static void
assert_stat (GstElement *pipeline, const char *name, const char *field,
    const char *words)
{
  g_autofree gchar *is = pipeline_get_stat_string (pipeline, name, field);

  fail_unless (strstr (is, words) != NULL, "%s: %s", field, is);
}

static void
assert_copies (GstElement *pipeline, guint copies)
{
  fail_unless_equals_uint64 (
      pipeline_get_stat (pipeline, "display", "copies"), copies);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "src", "copies"), 0);
}

static void
end (GstElement *pipeline)
{
  pipeline_free (pipeline);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}

GST_START_TEST (a_display_behind_a_tee_is_asked_first)
{
  GstElement *pipeline = pipeline_new (CAMERA DMABUF SHOWN_AND_SEEN);

  pipeline_run (pipeline);
  pipeline_assert_no_warning (pipeline);
  assert_stat (pipeline, "src", "path", "dmabuf-export");
  assert_copies (pipeline, 0);
  end (pipeline);
}
GST_END_TEST;

GST_START_TEST (what_a_display_refuses_is_not_used)
{
  GstElement *pipeline = pipeline_new (CAMERA DMABUF SHOWN_AND_SEEN);

  refused_exporters = drivers;
  pipeline_run (pipeline);
  pipeline_assert_no_warning (pipeline);
  assert_stat (pipeline, "src", "path", "dmabuf-import");
  assert_stat (
      pipeline, "src", "refused", "dmabuf-export: display cannot take it: ");
  assert_stat (pipeline, "src", "refused", "Invalid argument (errno 22)");
  assert_copies (pipeline, 0);
  end (pipeline);
}
GST_END_TEST;

/* System memory is asked about as well: a tee may have anything behind it. */
GST_START_TEST (so_it_is_with_system_memory)
{
  GstElement *pipeline = pipeline_new (CAMERA RAW SHOWN_AND_SEEN);

  refused_exporters = drivers;
  pipeline_run (pipeline);
  pipeline_assert_no_warning (pipeline);
  assert_stat (pipeline, "src", "path", "dmabuf-import");
  assert_copies (pipeline, 0);
  end (pipeline);
}
GST_END_TEST;

GST_START_TEST (who_cannot_take_anything_copies_alone)
{
  GstElement *pipeline = pipeline_new (CAMERA DMABUF SHOWN_AND_SEEN);
  g_autofree gchar *warning = NULL;

  refused_exporters = all_but_its_own;
  pipeline_run (pipeline);
  warning = pipeline_get_warning (pipeline);
  fail_unless (warning && strstr (warning, "copied") != NULL, "%s", warning);
  assert_stat (pipeline, "src", "path", "dmabuf-export");
  assert_stat (pipeline, "src", "refused",
      "dmabuf-import of a heap's: display cannot take it");
  assert_copies (pipeline, 10);
  end (pipeline);
}
GST_END_TEST;

/* It passes the question on, but its frames are others. */
GST_START_TEST (a_display_behind_a_converter_is_not_meant)
{
  GstElement *pipeline = pipeline_new (CAMERA
      "video/x-raw,format=YUY2" VGA
      " ! identity drop-allocation=true ! videoconvert ! " RAW " ! " DISPLAY);
  g_autofree gchar *refused = NULL;

  pipeline_run (pipeline);
  assert_stat (pipeline, "src", "path", "userptr");
  refused = pipeline_get_stat_string (pipeline, "src", "refused");
  fail_unless (strstr (refused, "cannot take") == NULL, "%s", refused);
  end (pipeline);
}
GST_END_TEST;

#define FULL_HD                                               \
  "video/x-raw(memory:DMABuf),format=DMA_DRM,drm-format=NV12" \
  ",width=1920,height=1080"

/* A webcam cannot have the lines below the picture that the encoder needs. */
GST_START_TEST (an_encoder_behind_a_tee_is_asked)
{
  GstElement *pipeline = pipeline_new (
      CAMERA FULL_HD " ! tee name=t ! queue ! dmabufenc name=enc ! fakesink "
                     "t. ! queue ! fakesink");

  pipeline_run (pipeline);
  assert_stat (pipeline, "src", "refused", "dmabuf-export: enc cannot take it");
  assert_stat (pipeline, "src", "path", "dmabuf-export");
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "enc", "copies"), 10);
  end (pipeline);
}
GST_END_TEST;

/* Asking leaves nothing behind: the format is what it was, and frames flow. */
GST_START_TEST (an_encoder_that_can_is_asked_and_imports)
{
  GstElement *pipeline = pipeline_new (
      CAMERA DMABUF " ! tee name=t ! queue ! dmabufenc name=enc ! fakesink "
                    "t. ! queue ! fakesink");

  pipeline_run (pipeline);
  pipeline_assert_no_warning (pipeline);
  assert_stat (pipeline, "src", "path", "dmabuf-export");
  assert_stat (pipeline, "enc", "input", "dmabuf-import");
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "enc", "frames"), 10);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "enc", "copies"), 0);
  end (pipeline);
}
GST_END_TEST;

/* --- copies that are forbidden ------------------------------------------- */

static void
assert_forbidden (const char *description, const char *words)
{
  GstElement *pipeline = pipeline_new (description);
  g_autofree gchar *debug = NULL;
  GError *error = pipeline_run_to_error (pipeline, &debug);

  fail_unless (
      g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT),
      "%s: %s", error->message, debug);
  fail_unless (strstr (error->message, "copied") != NULL, "%s", error->message);
  fail_unless (strstr (debug, "copy-policy") != NULL, "%s", debug);
  fail_unless (strstr (debug, words) != NULL, "%s", debug);
  g_error_free (error);
  end (pipeline);
}

GST_START_TEST (a_camera_does_not_start_for_who_would_copy)
{
  refused_exporters = all_but_its_own;
  assert_forbidden ("dmabufsrc copy-policy=forbid ! " DMABUF SHOWN_AND_SEEN,
      "display cannot take it");
}
GST_END_TEST;

#define DRAWN_ELSEWHERE                \
  "videotestsrc num-buffers=10 ! " RAW \
  " ! queue ! identity drop-allocation=true ! " DISPLAY "copy-policy=forbid"

static void
count_gone (gpointer gone, GstMiniObject *where_it_was)
{
  (void) where_it_was;
  g_atomic_int_inc ((gint *) gone);
}

static GstPadProbeReturn
watch_caps (GstPad *pad, GstPadProbeInfo *info, gpointer gone)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);

  (void) info;
  gst_mini_object_weak_ref (GST_MINI_OBJECT (caps), count_gone, gone);
  return GST_PAD_PROBE_REMOVE;
}

/* It goes from READY to NULL at once. */
GST_START_TEST (a_display_that_failed_to_pause_forgets_its_caps)
{
  GstElement *pipeline = pipeline_new (DRAWN_ELSEWHERE);
  g_autofree gchar *debug = NULL;
  g_autoptr (GError) error = NULL;
  gint gone = 0;

  pipeline_probe (pipeline, "display", watch_caps, &gone);
  error = pipeline_run_to_error (pipeline, &debug);
  end (pipeline);
  fail_unless_equals_int (gone, 1);
}
GST_END_TEST;

GST_START_TEST (a_display_that_failed_to_pause_leaves_nothing)
{
  unsigned fds = 0;

  for (guint i = 0; i < 5; i++) {
    assert_forbidden (DRAWN_ELSEWHERE, "system memory");
    if (i == 0)
      fds = fds_count ();
  }
  fail_unless_equals_int (fds_settle (fds), fds);
}
GST_END_TEST;

GST_START_TEST (a_display_does_not_copy_memory_of_others)
{
  assert_forbidden (DRAWN_ELSEWHERE, "system memory");
}
GST_END_TEST;

GST_START_TEST (a_display_does_not_copy_what_it_cannot_import)
{
  refused_exporters = drivers;
  assert_forbidden ("v4l2src io-mode=dmabuf num-buffers=10 ! " RAW
                    " ! identity drop-allocation=true ! "
                    "dmabufsink copy-policy=forbid",
      "Invalid argument");
}
GST_END_TEST;

GST_START_TEST (an_encoder_does_not_copy_lines_that_it_cannot_have)
{
  assert_forbidden ("dmabufsrc ! " FULL_HD
                    " ! dmabufenc copy-policy=forbid ! fakesink",
      "the device wants lines");
}
GST_END_TEST;

GST_START_TEST (a_camera_does_not_start_for_an_encoder_that_would_copy)
{
  assert_forbidden ("dmabufsrc copy-policy=forbid ! " FULL_HD
                    " ! dmabufenc name=enc ! fakesink",
      "enc cannot take it");
}
GST_END_TEST;

GST_START_TEST (a_decoder_asks_the_display)
{
  refused_exporters = drivers;
  assert_forbidden (CAMERA DMABUF " ! dmabufenc ! dmabufdec "
                                  "copy-policy=forbid ! " DISPLAY,
      "display cannot take it");
}
GST_END_TEST;

/* Who copies nothing need not care. */
GST_START_TEST (what_needs_no_copy_may_go_on)
{
  GstElement *pipeline = pipeline_new (
      "dmabufsrc name=src num-buffers=10 copy-policy=forbid ! " DMABUF
      " ! dmabufsink name=display sync=false copy-policy=forbid");

  pipeline_run (pipeline);
  assert_copies (pipeline, 0);
  end (pipeline);
}
GST_END_TEST;

/* --- what is said -------------------------------------------------------- */

/* (transfer full) The first that NAME posts. */
static GstStructure *
take_announcement (GstElement *pipeline, const char *name)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstStructure *found = NULL;

  while (!found) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (
        bus, 5 * GST_SECOND, GST_MESSAGE_ELEMENT);

    fail_unless (message != NULL, "%s says nothing", name);
    if (gst_message_has_name (message, GST_ZC_MESSAGE_NAME) &&
        strcmp (GST_MESSAGE_SRC_NAME (message), name) == 0)
      found = gst_structure_copy (gst_message_get_structure (message));
  }
  return found;
}

static void
assert_field (const GstStructure *said, const char *field, const char *value)
{
  fail_unless_equals_string (gst_structure_get_string (said, field), value);
}

GST_START_TEST (each_says_how_frames_come)
{
  GstElement *pipeline = pipeline_new (CAMERA DMABUF " ! " DISPLAY);
  g_autoptr (GstStructure) src = NULL, display = NULL;
  gboolean zero_copy = FALSE;
  const GValue *strides;
  guint n = 0;

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  src = take_announcement (pipeline, "src");
  display = take_announcement (pipeline, "display");
  assert_field (src, "pad", "src");
  assert_field (src, "way", "dmabuf-import");
  assert_field (src, "memory", "dmabuf");
  assert_field (src, "format", "XR24");
  fail_unless (gst_structure_get (src, "zero-copy", G_TYPE_BOOLEAN, &zero_copy,
      "buffers", G_TYPE_UINT, &n, NULL));
  fail_unless (zero_copy && n >= 3);
  strides = gst_structure_get_value (src, "stride");
  fail_unless_equals_int (gst_value_array_get_size (strides), 1);
  fail_unless_equals_int (
      g_value_get_int (gst_value_array_get_value (strides, 0)), 640 * 4);
  fail_unless_equals_int (
      gst_value_list_get_size (gst_structure_get_value (src, "refused")), 0);
  assert_field (display, "pad", "sink");
  assert_field (display, "way", "scanout-pool");
  assert_field (display, "heap", gst_structure_get_string (src, "heap"));
  end (pipeline);
}
GST_END_TEST;

static void
assert_said (GstElement *pipeline, const char *name, const char *pad,
    const char *way, const char *format)
{
  g_autoptr (GstStructure) said = take_announcement (pipeline, name);

  assert_field (said, "pad", pad);
  assert_field (said, "way", way);
  assert_field (said, "memory", "dmabuf");
  assert_field (said, "format", format);
}

GST_START_TEST (codecs_say_so_of_both_ends)
{
  GstElement *pipeline = pipeline_new (
      CAMERA DMABUF " ! dmabufenc name=enc ! dmabufdec name=dec ! " DISPLAY);

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  assert_said (pipeline, "enc", "sink", "dmabuf-import", "XR24");
  assert_said (pipeline, "enc", "src", "dmabuf-export", "video/x-fwht");
  assert_said (pipeline, "dec", "sink", "dmabuf-import", "video/x-fwht");
  assert_said (pipeline, "dec", "src", "dmabuf-export", "XR24");
  end (pipeline);
}
GST_END_TEST;

GST_START_TEST (what_was_refused_is_said_with_its_reason)
{
  GstElement *pipeline = pipeline_new (CAMERA DMABUF SHOWN_AND_SEEN);
  g_autoptr (GstStructure) src = NULL;
  const GstStructure *refused;
  const GValue *list;
  gboolean found = FALSE;
  gint error;

  refused_exporters = drivers;
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  src = take_announcement (pipeline, "src");
  list = gst_structure_get_value (src, "refused");
  for (guint i = 0; i < gst_value_list_get_size (list); i++) {
    refused = gst_value_get_structure (gst_value_list_get_value (list, i));
    if (!strstr (gst_structure_get_string (refused, "reason"), "cannot take"))
      continue;
    fail_unless (gst_structure_get_int (refused, "error", &error));
    fail_unless_equals_int (error, -EINVAL);
    found |= strcmp (gst_structure_get_string (refused, "way"),
                 "dmabuf-export") == 0 &&
             strstr (gst_structure_get_string (refused, "reason"),
                 "display cannot take it") != NULL;
  }
  fail_unless (found);
  end (pipeline);
}
GST_END_TEST;

GST_START_TEST (a_copy_is_said_once_with_its_reason)
{
  GstElement *pipeline = pipeline_new (
      "videotestsrc num-buffers=10 ! " RAW
      " ! identity drop-allocation=true ! " DISPLAY);
  g_autoptr (GstStructure) display = NULL;
  gboolean zero_copy = TRUE;

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  display = take_announcement (pipeline, "display");
  assert_field (display, "way", "copy");
  assert_field (display, "memory", "SystemMemory");
  fail_unless (gst_structure_get_boolean (display, "zero-copy", &zero_copy));
  fail_if (zero_copy);
  fail_unless_equals_int (
      gst_value_list_get_size (gst_structure_get_value (display, "refused")),
      1);
  end (pipeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA | RUNNER_DISPLAY,
    RUNNER_TEST (a_display_behind_a_tee_is_asked_first),
    RUNNER_TEST (what_a_display_refuses_is_not_used),
    RUNNER_TEST (so_it_is_with_system_memory),
    RUNNER_TEST (who_cannot_take_anything_copies_alone),
    RUNNER_TEST (a_display_behind_a_converter_is_not_meant),
    RUNNER_TEST (an_encoder_behind_a_tee_is_asked),
    RUNNER_TEST (an_encoder_that_can_is_asked_and_imports),
    RUNNER_TEST (a_camera_does_not_start_for_who_would_copy),
    RUNNER_TEST (a_display_that_failed_to_pause_forgets_its_caps),
    RUNNER_TEST (a_display_that_failed_to_pause_leaves_nothing),
    RUNNER_TEST (a_display_does_not_copy_memory_of_others),
    RUNNER_TEST (a_display_does_not_copy_what_it_cannot_import),
    RUNNER_TEST (an_encoder_does_not_copy_lines_that_it_cannot_have),
    RUNNER_TEST (a_camera_does_not_start_for_an_encoder_that_would_copy),
    RUNNER_TEST (a_decoder_asks_the_display),
    RUNNER_TEST (what_needs_no_copy_may_go_on),
    RUNNER_TEST (each_says_how_frames_come),
    RUNNER_TEST (codecs_say_so_of_both_ends),
    RUNNER_TEST (what_was_refused_is_said_with_its_reason),
    RUNNER_TEST (a_copy_is_said_once_with_its_reason))
