/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/devices.h"
#include "../helpers/fds.h"
#include "../helpers/runner.h"
#include "v4l2-coder.h"

#include "gst-libs/v4l2/v4l2-find.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

/* Which memory-to-memory device does what, and what both its queues have in
 * common: vicodec, vim2m and visl. */

#define BUS "platform:vicodec"

static const struct zc_v4l2_wanted_job encode = { .job = ZC_V4L2_JOB_ENCODE };
static const struct zc_v4l2_wanted_job decode = { .job = ZC_V4L2_JOB_DECODE };
static const struct zc_v4l2_wanted_job convert = { .job = ZC_V4L2_JOB_CONVERT };

static void
find (const struct zc_v4l2_wanted_job *wanted, int ret, char path[64])
{
  fail_unless_equals_int (zc_v4l2_m2m_find (wanted, path, 64), ret);
}

static void
resolve (const char *name, const struct zc_v4l2_wanted_job *wanted, int ret,
    char path[64])
{
  fail_unless_equals_int (zc_v4l2_m2m_resolve (name, wanted, path, 64), ret);
}

static void
assert_driver (const char *path, const char *driver)
{
  struct zc_v4l2_node node;

  fail_unless_equals_int (zc_v4l2_node_query (&node, path), 0);
  fail_unless_equals_string ((char *) node.capability.driver, driver);
}

/* --- discovery ----------------------------------------------------------- */

GST_START_TEST (each_job_has_its_device)
{
  char encoder[64], decoder[64], converter[64];

  find (&encode, 0, encoder);
  find (&decode, 0, decoder);
  find (&convert, 0, converter);
  assert_driver (encoder, "vicodec");
  assert_driver (decoder, "vicodec");
  assert_driver (converter, "vim2m");
  fail_if (g_str_equal (encoder, decoder));
}
GST_END_TEST;

GST_START_TEST (the_name_of_a_codec_means_the_node_of_the_job)
{
  static const char *const names[] = { BUS, "vicodec" };
  char encoder[64], decoder[64], path[64];

  find (&encode, 0, encoder);
  find (&decode, 0, decoder);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    resolve (names[i], &encode, 0, path);
    fail_unless_equals_string (path, encoder);
    resolve (names[i], &decode, 0, path);
    fail_unless_equals_string (path, decoder);
    resolve (names[i], &convert, -ENXIO, path);
  }
  resolve (strrchr (encoder, '/') + 1, &encode, 0, path);
  fail_unless_equals_string (path, encoder);
  resolve (encoder, &decode, 0, path);
  fail_unless_equals_string (path, encoder);
  resolve ("no such codec", &encode, -ENODEV, path);
}
GST_END_TEST;

GST_START_TEST (formats_are_found_in_pairs)
{
  const struct zc_v4l2_wanted_job pair = { ZC_V4L2_JOB_ENCODE,
    V4L2_PIX_FMT_NV12, V4L2_PIX_FMT_FWHT };
  const struct zc_v4l2_wanted_job back = { ZC_V4L2_JOB_DECODE,
    V4L2_PIX_FMT_FWHT, V4L2_PIX_FMT_NV12 };
  const struct zc_v4l2_wanted_job across = { ZC_V4L2_JOB_CONVERT,
    V4L2_PIX_FMT_RGB24, V4L2_PIX_FMT_YUYV };
  const struct zc_v4l2_wanted_job none[] = {
    { ZC_V4L2_JOB_ENCODE, V4L2_PIX_FMT_NV12, V4L2_PIX_FMT_H264 },
    { ZC_V4L2_JOB_ENCODE, V4L2_PIX_FMT_SBGGR8, V4L2_PIX_FMT_FWHT },
    { ZC_V4L2_JOB_DECODE, V4L2_PIX_FMT_NV12, V4L2_PIX_FMT_FWHT },
    { ZC_V4L2_JOB_CONVERT, V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_RGB24 },
  };
  char path[64];

  find (&pair, 0, path);
  find (&back, 0, path);
  find (&across, 0, path);
  for (guint i = 0; i < G_N_ELEMENTS (none); i++) {
    find (&none[i], -ENODEV, path);
    fail_unless_equals_string (path, "");
  }
}
GST_END_TEST;

GST_START_TEST (decoders_without_a_state_are_none)
{
  static const __u32 formats[] = { V4L2_PIX_FMT_FWHT_STATELESS,
    V4L2_PIX_FMT_H264_SLICE, V4L2_PIX_FMT_VP8_FRAME };
  struct zc_v4l2_device *device;
  struct zc_v4l2_node *nodes;
  char path[64];
  guint n_jobless = 0;
  int n;

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    const struct zc_v4l2_wanted_job wanted = { .job = ZC_V4L2_JOB_DECODE,
      .output = formats[i] };

    find (&wanted, -ENODEV, path);
  }
  n = zc_v4l2_node_list (&nodes);
  for (int i = 0; i < n; i++) {
    struct zc_v4l2_m2m m2m;

    if (zc_v4l2_device_open_m2m (&device, nodes[i].path) < 0)
      continue;
    fail_unless_equals_int (zc_v4l2_m2m_query (&m2m, device), 0);
    n_jobless += m2m.jobs == 0;
    zc_v4l2_device_close (device);
  }
  free (nodes);
  fail_unless_equals_int (n_jobless, 2); /* of vicodec and visl */
}
GST_END_TEST;

GST_START_TEST (a_codec_lists_what_goes_with_a_format)
{
  struct zc_v4l2_formats partners;
  struct coder c;

  coder_open (&c, ZC_V4L2_JOB_ENCODE);
  fail_unless_equals_int (
      zc_v4l2_m2m_list_partners (
          c.device, c.device->capture_type, V4L2_PIX_FMT_FWHT, &partners),
      0);
  fail_unless (partners.n > 10);
  fail_unless_equals_int (
      zc_v4l2_m2m_list_partners (
          c.device, c.device->capture_type, V4L2_PIX_FMT_H264, &partners),
      -EINVAL);
  fail_unless_equals_int (
      zc_v4l2_m2m_list_partners (
          c.device, c.device->output_type, V4L2_PIX_FMT_NV12, &partners),
      0);
  fail_unless_equals_int (partners.n, 1);
  fail_unless_equals_int (partners.format[0].fourcc, V4L2_PIX_FMT_FWHT);
  fail_unless (zc_v4l2_m2m_is_coded (
      partners.format[0].fourcc, partners.format[0].flags));
  coder_close (&c);
}
GST_END_TEST;

GST_START_TEST (looking_leaves_no_descriptor)
{
  unsigned n = fds_count ();
  char path[64];

  find (&encode, 0, path);
  resolve (BUS, &decode, 0, path);
  resolve (BUS, &convert, -ENXIO, path);
  fail_unless_equals_int (fds_count (), n);
}
GST_END_TEST;

GST_START_TEST (a_camera_and_a_codec_are_not_taken_for_each_other)
{
  struct zc_v4l2_device *device;
  char camera[64], codec[64];
  int fd;

  fail_unless (devices_find_camera (camera, sizeof (camera)));
  find (&encode, 0, codec);
  fail_unless_equals_int (zc_v4l2_device_open (&device, codec), -ENXIO);
  fail_unless (device == NULL);
  fail_unless_equals_int (zc_v4l2_device_open_m2m (&device, camera), -ENXIO);
  fail_unless (device == NULL);
  fail_unless_equals_int (zc_v4l2_device_open (&device, camera), 0);
  fail_unless_equals_int (device->output_type, 0);
  zc_v4l2_device_close (device);

  fd = open (codec, O_RDWR | O_CLOEXEC);
  fail_unless_equals_int (zc_v4l2_device_open_fd (&device, fd), -ENXIO);
  fail_unless_equals_int (zc_v4l2_device_open_m2m_fd (&device, fd), 0);
  fail_unless_equals_string (device->path, codec);
  fail_unless (V4L2_TYPE_IS_OUTPUT (device->output_type));
  zc_v4l2_device_close (device);
  close (fd);
}
GST_END_TEST;

/* --- stamps -------------------------------------------------------------- */

static const struct {
  gint64 in, out;
} times[] = {
  { 0, 0 },
  { 1000, 1000 },
  { 999999000, 999999000 },
  { G_GINT64_CONSTANT (1000000000), G_GINT64_CONSTANT (1000000000) },
  { 1001, 1000 },
  { -1000, -1000 },
  { -1, -1000 }, /* GST_CLOCK_TIME_NONE */
  { G_GINT64_CONSTANT (-1000000000), G_GINT64_CONSTANT (-1000000000) },
  { G_GINT64_CONSTANT (-1500000000), G_GINT64_CONSTANT (-1500000000) },
  { G_GINT64_CONSTANT (9223372036854775000),
      G_GINT64_CONSTANT (9223372036854775000) },
  { G_MAXINT64, G_GINT64_CONSTANT (9223372036854775000) },
  { G_GINT64_CONSTANT (-9223372036854775000),
      G_GINT64_CONSTANT (-9223372036854775000) },
};

static void
assert_times_survive (struct coder *c)
{
  GPtrArray *pictures = coder_pictures (c, 0, 1);
  const struct coder_frame *picture = g_ptr_array_index (pictures, 0);

  for (guint i = 0; i < G_N_ELEMENTS (times); i++) {
    const struct zc_v4l2_stamp stamp = { .timestamp_ns = times[i].in,
      .field = V4L2_FIELD_NONE };
    struct coder_frame frame;

    while (!coder_push (c, picture->bytes, &stamp))
      coder_wait (c);
    coder_pull (c, &frame);
    g_bytes_unref (frame.bytes);
    fail_unless_equals_int64 (frame.frame.timestamp_ns, times[i].out);
    fail_unless_equals_int (frame.frame.flags & V4L2_BUF_FLAG_TIMESTAMP_MASK,
        V4L2_BUF_FLAG_TIMESTAMP_COPY);
    fail_unless_equals_int (frame.frame.field, V4L2_FIELD_NONE);
  }
  g_ptr_array_unref (pictures);
  coder_close (c);
}

static void
start_converter (struct coder *c)
{
  coder_open (c, ZC_V4L2_JOB_CONVERT);
  coder_set_format (c, &c->output, V4L2_PIX_FMT_RGB24, 64, 64);
  coder_set_format (c, &c->capture, V4L2_PIX_FMT_RGB24, 64, 64);
  coder_allocate (c, &c->output);
  coder_allocate (c, &c->capture);
  fail_unless_equals_int (zc_v4l2_queue_start (&c->output.queue), 0);
  fail_unless_equals_int (zc_v4l2_queue_start (&c->capture.queue), 0);
}

GST_START_TEST (whole_microseconds_survive_an_encoder)
{
  struct coder c;

  coder_open (&c, ZC_V4L2_JOB_ENCODE);
  coder_start_encoder (&c, 640, 480);
  assert_times_survive (&c);
}
GST_END_TEST;

GST_START_TEST (whole_microseconds_survive_a_converter)
{
  struct coder c;

  start_converter (&c);
  assert_times_survive (&c);
}
GST_END_TEST;

GST_START_TEST (what_the_driver_does_not_do_is_refused)
{
  const struct zc_v4l2_stamp stamp = { .field = V4L2_FIELD_TOP };
  struct zc_v4l2_plane plane = { .fd = -1 };
  struct coder c;

  start_converter (&c);
  plane.length = plane.bytes_used = c.output.info[0].plane[0].length;
  fail_unless_equals_int (
      zc_v4l2_queue_push (&c.output.queue, 0, &plane, &stamp), -EINVAL);
  plane.bytes_used = plane.length + 1;
  fail_unless_equals_int (
      zc_v4l2_queue_push (&c.output.queue, 1, &plane, NULL), -EINVAL);
  plane.bytes_used = plane.length;
  fail_unless_equals_int (
      zc_v4l2_queue_push (&c.output.queue, 0, &plane, NULL), 0);
  coder_close (&c);
}
GST_END_TEST;

/* --- waiting ------------------------------------------------------------- */

/* Each has its own wait; events are CAPTURE's. */
GST_START_TEST (each_queue_is_waited_for_alone)
{
  GPtrArray *pictures;
  const struct coder_frame *picture;
  struct zc_v4l2_frame frame;
  struct coder c;

  start_converter (&c);
  c.output.queue.timeout_ms = c.capture.queue.timeout_ms = 1000;
  pictures = coder_pictures (&c, 0, 1);
  picture = g_ptr_array_index (pictures, 0);
  fail_unless (coder_push (&c, picture->bytes, NULL));
  fail_unless_equals_int (
      zc_v4l2_queue_wait (&c.output.queue, true, -1), ZC_V4L2_READY);
  fail_unless_equals_int (
      zc_v4l2_queue_wait (&c.capture.queue, true, -1), ZC_V4L2_READY);
  fail_unless_equals_int (zc_v4l2_queue_pull (&c.output.queue, &frame), 0);
  fail_unless_equals_int (zc_v4l2_queue_pull (&c.capture.queue, &frame), 0);
  fail_unless_equals_int (frame.plane[0].bytes_used, 64 * 64 * 3);

  /* what is at the driver is not done */
  c.capture.queue.timeout_ms = 50;
  fail_unless_equals_int (
      zc_v4l2_queue_wait (&c.capture.queue, true, -1), -ETIMEDOUT);
  g_ptr_array_unref (pictures);
  coder_close (&c);
}
GST_END_TEST;

GST_START_TEST (without_buffers_trying_tells)
{
  struct zc_v4l2_frame frame;
  struct coder c;

  start_converter (&c);
  fail_unless_equals_int (zc_v4l2_queue_stop (&c.capture.queue), 0);
  fail_unless_equals_int (
      zc_v4l2_queue_wait (&c.output.queue, true, -1), ZC_V4L2_READY);
  fail_unless_equals_int (
      zc_v4l2_queue_wait (&c.capture.queue, true, -1), ZC_V4L2_READY);
  fail_unless_equals_int (
      zc_v4l2_queue_pull (&c.output.queue, &frame), -EAGAIN);
  fail_unless_equals_int (
      zc_v4l2_queue_pull (&c.capture.queue, &frame), -EINVAL);
  /* who asks for none is not told, as for a camera */
  c.capture.queue.timeout_ms = 50;
  fail_unless_equals_int (
      zc_v4l2_queue_wait (&c.capture.queue, false, -1), -ETIMEDOUT);
  coder_close (&c);
}
GST_END_TEST;

GST_START_TEST (the_end_of_an_encoder_wakes_the_wait)
{
  struct coder c;

  coder_open (&c, ZC_V4L2_JOB_ENCODE);
  coder_start_encoder (&c, 640, 480);
  g_ptr_array_unref (coder_finish (&c));
  fail_unless_equals_int (c.n_ends, 1);
  /* at -EPIPE CAPTURE is always ready */
  fail_unless_equals_int (
      zc_v4l2_queue_wait (&c.capture.queue, true, -1), ZC_V4L2_READY);
  coder_close (&c);
}
GST_END_TEST;

static gpointer
cancel (gpointer queue)
{
  g_usleep (20000);
  zc_v4l2_queue_cancel (queue);
  return NULL;
}

GST_START_TEST (cancelling_either_ends_its_wait)
{
  struct coder c;

  start_converter (&c);
  for (guint i = 0; i < 2; i++) {
    struct zc_v4l2_queue *queue = i ? &c.output.queue : &c.capture.queue;
    GThread *thread = g_thread_new ("cancel", cancel, queue);

    queue->timeout_ms = 1000;
    fail_unless_equals_int (zc_v4l2_queue_wait (queue, false, -1), -ECANCELED);
    g_thread_join (thread);
    zc_v4l2_queue_resume (queue);
    fail_unless_equals_int (
        zc_v4l2_queue_wait (queue, false, -1), ZC_V4L2_WOKEN);
  }
  coder_close (&c);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (each_job_has_its_device),
    RUNNER_TEST (the_name_of_a_codec_means_the_node_of_the_job),
    RUNNER_TEST (formats_are_found_in_pairs),
    RUNNER_TEST (decoders_without_a_state_are_none),
    RUNNER_TEST (a_codec_lists_what_goes_with_a_format),
    RUNNER_TEST (looking_leaves_no_descriptor),
    RUNNER_TEST (a_camera_and_a_codec_are_not_taken_for_each_other),
    RUNNER_TEST (whole_microseconds_survive_an_encoder),
    RUNNER_TEST (whole_microseconds_survive_a_converter),
    RUNNER_TEST (what_the_driver_does_not_do_is_refused),
    RUNNER_TEST (each_queue_is_waited_for_alone),
    RUNNER_TEST (without_buffers_trying_tells),
    RUNNER_TEST (the_end_of_an_encoder_wakes_the_wait),
    RUNNER_TEST (cancelling_either_ends_its_wait))
