/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/fds.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

/* What vivid can be made to do wrong, by each way that frames can come. */

static const char *modes[] = { "dmabuf-import", "dmabuf-export", "userptr",
  "mmap" };

static GstElement *
pipeline_in (const char *mode, const char *properties)
{
  g_autofree gchar *text = g_strdup_printf (
      "dmabufsrc name=src io-mode=%s %s ! video/x-raw,format=BGRx,width=640,"
      "height=480,framerate=60/1 ! fakesink name=sink sync=false",
      mode, properties);

  return pipeline_new (text);
}

static void
end (GstElement *pipeline)
{
  pipeline_free (pipeline);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
}

static void
assert_says (GError *error, gint code, const char *words)
{
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR, code), "code %d: %s",
      error->code, error->message);
  fail_unless (strstr (error->message, words) != NULL, "%s", error->message);
  g_error_free (error);
}

/* --- starting ----------------------------------------------------------- */

/* One error that says what failed, and nothing is left: the same element works
 * afterwards. */
static void
assert_start_fails (
    const char *mode, enum vivid_control fault, const char *step)
{
  GstElement *pipeline = pipeline_in (mode, "");
  g_autofree gchar *debug = NULL;

  vivid_set (fault, 1);
  assert_says (pipeline_run_to_error (pipeline, &debug),
      GST_RESOURCE_ERROR_FAILED, "cannot be started");
  fail_unless (strstr (debug, step) != NULL, "%s: %s", mode, debug);
  pipeline_set_state (pipeline, GST_STATE_NULL);
  fail_unless_equals_int (fds_count_dmabufs (), 0);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 2);
  end (pipeline);
}

static void
assert_starts_fail (enum vivid_control fault, const char *step)
{
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    assert_start_fails (modes[i], fault, step);
}

GST_START_TEST (a_refused_reqbufs_ends_each_way)
{
  assert_starts_fail (VIVID_REQBUFS_ERROR, "VIDIOC_REQBUFS");
}
GST_END_TEST;

GST_START_TEST (a_refused_qbuf_ends_each_way)
{
  assert_starts_fail (VIVID_QBUF_ERROR, "VIDIOC_QBUF");
}
GST_END_TEST;

GST_START_TEST (a_refused_streamon_ends_each_way)
{
  assert_starts_fail (VIVID_STREAMON_ERROR, "VIDIOC_STREAMON");
}
GST_END_TEST;

/* --- streaming ---------------------------------------------------------- */

static GstElement *
play (const char *mode, const char *properties)
{
  GstElement *pipeline = pipeline_in (mode, properties);
  g_autofree gchar *path = NULL;

  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 2);
  path = pipeline_get_stat_string (pipeline, "src", "path");
  fail_unless_equals_string (path, mode);
  return pipeline;
}

/* The driver's own buffers are all there are; memory of others is left out. */
GST_START_TEST (a_refused_qbuf_of_the_drivers_buffers_ends_the_stream)
{
  static const char *own[] = { "dmabuf-export", "mmap" };

  for (guint i = 0; i < G_N_ELEMENTS (own); i++) {
    GstElement *pipeline = play (own[i], "");
    g_autofree gchar *debug = NULL;
    GError *error;

    vivid_set (VIVID_QBUF_ERROR, 1);
    error = pipeline_wait_error (pipeline, &debug);
    assert_says (error, GST_RESOURCE_ERROR_READ, "No frame");
    fail_unless (strstr (debug, "errno 22") != NULL, "%s: %s", own[i], debug);
    end (pipeline);
  }
}
GST_END_TEST;

GST_START_TEST (a_refused_qbuf_of_others_memory_leaves_that_out)
{
  static const char *foreign[] = { "dmabuf-import", "userptr" };

  for (guint i = 0; i < G_N_ELEMENTS (foreign); i++) {
    GstElement *pipeline = play (foreign[i], "");

    fail_unless_equals_uint64 (
        pipeline_get_stat (pipeline, "src", "left-out"), 0);
    vivid_set (VIVID_QBUF_ERROR, 1);
    pipeline_wait_buffers (pipeline, "sink", 30);
    fail_unless_equals_uint64 (
        pipeline_get_stat (pipeline, "src", "left-out"), 1);
    end (pipeline);
  }
}
GST_END_TEST;

GST_START_TEST (a_fatal_error_ends_each_way)
{
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    GstElement *pipeline = play (modes[i], "");

    vivid_set (VIVID_FATAL_ERROR, 1);
    assert_says (pipeline_wait_error (pipeline, NULL), GST_RESOURCE_ERROR_READ,
        "fatal error");
    pipeline_set_state (pipeline, GST_STATE_NULL);
    fail_unless_equals_int (fds_count_dmabufs (), 0);
    pipeline_set_state (pipeline, GST_STATE_PLAYING);
    pipeline_wait_buffers (pipeline, "sink", 2);
    end (pipeline);
  }
}
GST_END_TEST;

static void
assert_unplugged (const char *mode)
{
  GstElement *pipeline = play (mode, "");

  vivid_set (VIVID_DISCONNECT, 1);
  assert_says (pipeline_wait_error (pipeline, NULL),
      GST_RESOURCE_ERROR_NOT_FOUND, "unplugged");
  end (pipeline);
}

/* A camera that is gone does not come back: one each. */
GST_START_TEST (an_unplugged_camera_ends_import)
{
  assert_unplugged ("dmabuf-import");
}
GST_END_TEST;

GST_START_TEST (an_unplugged_camera_ends_export)
{
  assert_unplugged ("dmabuf-export");
}
GST_END_TEST;

GST_START_TEST (an_unplugged_camera_ends_userptr)
{
  assert_unplugged ("userptr");
}
GST_END_TEST;

GST_START_TEST (an_unplugged_camera_ends_mmap)
{
  assert_unplugged ("mmap");
}
GST_END_TEST;

/* --- broken and lost frames --------------------------------------------- */

static GstPadProbeReturn
count_corrupted (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  (void) pad;
  if (GST_BUFFER_FLAG_IS_SET (
          GST_PAD_PROBE_INFO_BUFFER (info), GST_BUFFER_FLAG_CORRUPTED))
    g_atomic_int_inc ((gint *) data);
  return GST_PAD_PROBE_OK;
}

/* Breaks one frame; CORRUPTED is how many come that are flagged. */
static void
assert_broken (const char *mode, const char *on_error, gint corrupted)
{
  g_autofree gchar *properties = g_strdup_printf ("on-error=%s", on_error);
  GstElement *pipeline = play (mode, properties);
  gint flagged = 0;

  pipeline_probe (pipeline, "sink", count_corrupted, &flagged);
  vivid_set (VIVID_DQBUF_ERROR, 1);
  pipeline_wait_buffers (pipeline, "sink", 10);
  fail_unless_equals_uint64 (pipeline_get_stat (pipeline, "src", "broken"), 1);
  fail_unless_equals_int (g_atomic_int_get (&flagged), corrupted);
  end (pipeline);
}

GST_START_TEST (a_broken_frame_is_left_out_of_each_way)
{
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    assert_broken (modes[i], "skip", 0);
}
GST_END_TEST;

GST_START_TEST (a_broken_frame_of_each_way_is_flagged_when_told)
{
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    assert_broken (modes[i], "flag", 1);
}
GST_END_TEST;

GST_START_TEST (a_broken_frame_ends_each_way_when_told)
{
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    GstElement *pipeline = play (modes[i], "on-error=stop");

    vivid_set (VIVID_DQBUF_ERROR, 1);
    assert_says (pipeline_wait_error (pipeline, NULL), GST_RESOURCE_ERROR_READ,
        "is broken");
    end (pipeline);
  }
}
GST_END_TEST;

GST_START_TEST (lost_frames_of_each_way_are_counted)
{
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    GstElement *pipeline = play (modes[i], "");

    vivid_set (VIVID_PERCENT_DROPPED, 50);
    pipeline_wait_buffers (pipeline, "sink", 20);
    fail_unless (pipeline_get_stat (pipeline, "src", "dropped") > 2);
    vivid_set (VIVID_PERCENT_DROPPED, 0);
    end (pipeline);
  }
}
GST_END_TEST;

/* The driver's numbers begin again after 128 frames. */
GST_START_TEST (numbers_that_wrap_are_no_loss_in_any_way)
{
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    GstElement *pipeline;

    vivid_set (VIVID_SEQUENCE_WRAP, 1);
    pipeline = play (modes[i], "");
    pipeline_wait_buffers (pipeline, "sink", 140);
    fail_unless (pipeline_get_stat (pipeline, "src", "dropped") < 20);
    end (pipeline);
  }
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (a_refused_reqbufs_ends_each_way),
    RUNNER_TEST (a_refused_qbuf_ends_each_way),
    RUNNER_TEST (a_refused_streamon_ends_each_way),
    RUNNER_TEST (a_refused_qbuf_of_the_drivers_buffers_ends_the_stream),
    RUNNER_TEST (a_refused_qbuf_of_others_memory_leaves_that_out),
    RUNNER_TEST (a_fatal_error_ends_each_way),
    RUNNER_TEST (an_unplugged_camera_ends_import),
    RUNNER_TEST (an_unplugged_camera_ends_export),
    RUNNER_TEST (an_unplugged_camera_ends_userptr),
    RUNNER_TEST (an_unplugged_camera_ends_mmap),
    RUNNER_TEST (a_broken_frame_is_left_out_of_each_way),
    RUNNER_TEST (a_broken_frame_of_each_way_is_flagged_when_told),
    RUNNER_TEST (a_broken_frame_ends_each_way_when_told),
    RUNNER_TEST (lost_frames_of_each_way_are_counted),
    RUNNER_TEST (numbers_that_wrap_are_no_loss_in_any_way))
