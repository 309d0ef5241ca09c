/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"

#include "gst-libs/v4l2/v4l2-m2m.h"
#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#define FIRST_FD 1000 /* of the nodes, by their place in the table */
#define CAMERA (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING)
#define M2M (V4L2_CAP_VIDEO_M2M | V4L2_CAP_STREAMING)
#define M2M_MPLANE (V4L2_CAP_VIDEO_M2M_MPLANE | V4L2_CAP_STREAMING)
#define LOOP \
  (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_OUTPUT | V4L2_CAP_STREAMING)

#define CODED_LATER v4l2_fourcc ('N', 'E', 'X', 'T')

/* A machine with a camera, a codec of three nodes at one place, of which one
 * takes requests, a scaler, and a loop that has two queues. */
struct node {
  const char *path, *card;
  __u32 capabilities;
  __u32 output[4], capture[4]; /* fourccs */
  int open_errno, open_errno_later;
  bool requests, command, fields;
  __u32 partner; /* what CAPTURE has once OUTPUT is set; 0 for all */
  guint n_opened;
  __u32 set;
};

static struct node nodes[6];
static int n_open;
static __u32 plain_fourcc; /* which the kernel does not know as coded */

static int
fail_with (int error)
{
  errno = error;
  return -1;
}

static int
fake_open (const char *path, int flags)
{
  fail_unless (flags & O_CLOEXEC);
  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++) {
    if (strcmp (nodes[i].path, path) != 0)
      continue;
    if (nodes[i].open_errno)
      return fail_with (nodes[i].open_errno);
    if (nodes[i].n_opened++ && nodes[i].open_errno_later)
      return fail_with (nodes[i].open_errno_later);
    n_open++;
    nodes[i].set = 0;
    return FIRST_FD + i;
  }
  return fail_with (ENOENT);
}

static int
fake_close (int fd)
{
  fail_unless (fd >= FIRST_FD);
  n_open--;
  return 0;
}

static bool
is_coded (__u32 fourcc)
{
  return fourcc == V4L2_PIX_FMT_H264 || fourcc == V4L2_PIX_FMT_H264_SLICE ||
         fourcc == CODED_LATER;
}

static int
enumerate (const struct node *node, struct v4l2_fmtdesc *desc)
{
  bool output = V4L2_TYPE_IS_OUTPUT (desc->type);

  fail_unless_equals_int (V4L2_TYPE_IS_MULTIPLANAR (desc->type),
      (node->capabilities & V4L2_CAP_VIDEO_M2M_MPLANE) != 0);
  if (desc->index >= 4)
    return fail_with (EINVAL);
  desc->pixelformat = output ? node->output[desc->index]
                             : node->capture[desc->index];
  if (!output && node->partner && node->set)
    desc->pixelformat = desc->index == 0 ? node->partner : 0;
  if (desc->pixelformat == 0)
    return fail_with (EINVAL);
  if (is_coded (desc->pixelformat) && desc->pixelformat != plain_fourcc)
    desc->flags = V4L2_FMT_FLAG_COMPRESSED;
  return 0;
}

static void
query (const struct node *node, struct v4l2_capability *c)
{
  memset (c, 0, sizeof (*c));
  c->capabilities = V4L2_CAP_DEVICE_CAPS;
  c->device_caps = node->capabilities;
  g_strlcpy ((char *) c->card, node->card, sizeof (c->card));
  g_strlcpy ((char *) c->bus_info, "platform:", sizeof (c->bus_info));
  g_strlcat ((char *) c->bus_info, node->card, sizeof (c->bus_info));
}

/* Takes any format there is, else its first. */
static void
set_format (struct node *node, struct v4l2_format *f)
{
  const __u32 *list = V4L2_TYPE_IS_OUTPUT (f->type) ? node->output
                                                    : node->capture;
  __u32 wish = V4L2_TYPE_IS_MULTIPLANAR (f->type) ? f->fmt.pix_mp.pixelformat
                                                  : f->fmt.pix.pixelformat;
  __u32 fourcc = list[0];

  for (guint i = 0; i < 4; i++)
    if (list[i] == wish)
      fourcc = wish;
  node->set = fourcc;
  if (V4L2_TYPE_IS_MULTIPLANAR (f->type))
    f->fmt.pix_mp.pixelformat = fourcc;
  else
    f->fmt.pix.pixelformat = fourcc;
}

static int
fake_ioctl (int fd, unsigned long request, void *arg)
{
  struct node *node = &nodes[fd % FIRST_FD];

  switch (request) {
    case VIDIOC_QUERYCAP:
      query (node, arg);
      return 0;
    case VIDIOC_ENUM_FMT:
      return enumerate (node, arg);
    case VIDIOC_G_FMT:
      return 0;
    case VIDIOC_S_FMT:
      fail_if (node->capabilities == LOOP, "a loop is everybody's");
      set_format (node, arg);
      return 0;
    case VIDIOC_TRY_FMT:
      if (node->fields)
        ((struct v4l2_format *) arg)->fmt.pix.field = V4L2_FIELD_INTERLACED;
      return 0;
    case VIDIOC_CREATE_BUFS:
      fail_unless_equals_int (((struct v4l2_create_buffers *) arg)->count, 0);
      ((struct v4l2_create_buffers *) arg)->capabilities =
          node->requests ? V4L2_BUF_CAP_SUPPORTS_REQUESTS : 0;
      return 0;
    case VIDIOC_TRY_DECODER_CMD:
      return node->command ? 0 : fail_with (ENOTTY);
    default:
      return fail_with (ENOTTY);
  }
}

static int
fake_scandir (const char *folder, struct dirent ***entries,
    int (*filter) (const struct dirent *),
    int (*compare) (const struct dirent **, const struct dirent **))
{
  (void) folder;
  (void) filter;
  (void) compare;
  *entries = calloc (G_N_ELEMENTS (nodes), sizeof (**entries));
  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++) {
    (*entries)[i] = calloc (1, sizeof (struct dirent));
    g_strlcpy ((*entries)[i]->d_name, nodes[i].path + strlen ("/dev/"),
        sizeof ((*entries)[i]->d_name));
  }
  return G_N_ELEMENTS (nodes);
}

static char *
fake_realpath (const char *path, char *resolved)
{
  if (strcmp (path, "/dev/v4l/by-path/codec-index1") == 0)
    return strcpy (resolved, "/dev/video3");
  errno = ENOENT;
  return NULL;
}

static void
set_up (void)
{
  static const struct node machine[G_N_ELEMENTS (nodes)] = {
    { "/dev/video0", "Cam", CAMERA, { 0 }, { V4L2_PIX_FMT_NV12 } },
    { "/dev/video1", "loop", LOOP, { V4L2_PIX_FMT_YUYV },
        { V4L2_PIX_FMT_YUYV } },
    { "/dev/video2", "codec", M2M_MPLANE, { V4L2_PIX_FMT_H264_SLICE },
        { V4L2_PIX_FMT_NV12 }, .requests = true },
    { "/dev/video3", "codec", M2M_MPLANE, { V4L2_PIX_FMT_H264 },
        { V4L2_PIX_FMT_NV12, V4L2_PIX_FMT_YUV420 }, .command = true },
    { "/dev/video4", "codec", M2M_MPLANE, { V4L2_PIX_FMT_NV12 },
        { V4L2_PIX_FMT_H264 } },
    { "/dev/video5", "scaler", M2M, { V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_NV12 },
        { V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_RGB24 } },
  };

  memcpy (nodes, machine, sizeof (nodes));
  n_open = 0;
  plain_fourcc = 0;
  zc_v4l2_sys.open = fake_open;
  zc_v4l2_sys.close = fake_close;
  zc_v4l2_sys.ioctl = fake_ioctl;
  zc_v4l2_sys.scandir = fake_scandir;
  zc_v4l2_sys.realpath = fake_realpath;
}

static void
assert_found (enum zc_v4l2_job job, __u32 output, __u32 capture, int ret,
    const char *expected)
{
  const struct zc_v4l2_wanted_job wanted = { job, output, capture };
  char path[64] = "before";

  fail_unless_equals_int (zc_v4l2_m2m_find (&wanted, path, sizeof (path)), ret);
  fail_unless_equals_string (path, expected);
  fail_unless_equals_int (n_open, 0);
}

static void
assert_resolves (
    const char *name, enum zc_v4l2_job job, int ret, const char *expected)
{
  const struct zc_v4l2_wanted_job wanted = { .job = job };
  char path[64] = "before";

  fail_unless_equals_int (
      zc_v4l2_m2m_resolve (name, &wanted, path, sizeof (path)), ret);
  fail_unless_equals_string (path, expected);
  fail_unless_equals_int (n_open, 0);
}

GST_START_TEST (jobs_are_known_by_what_is_coded)
{
  set_up ();
  assert_found (ZC_V4L2_JOB_ENCODE, 0, 0, 0, "/dev/video4");
  assert_found (ZC_V4L2_JOB_DECODE, 0, 0, 0, "/dev/video3");
  assert_found (ZC_V4L2_JOB_CONVERT, 0, 0, 0, "/dev/video5");
}
GST_END_TEST;

GST_START_TEST (a_node_may_have_several_jobs)
{
  struct zc_v4l2_device *device;
  struct zc_v4l2_m2m m2m;

  set_up ();
  nodes[5].output[2] = nodes[5].capture[2] = V4L2_PIX_FMT_H264;
  fail_unless_equals_int (zc_v4l2_device_open_m2m (&device, "/dev/video5"), 0);
  fail_unless_equals_int (zc_v4l2_m2m_query (&m2m, device), 0);
  fail_unless_equals_int (
      m2m.jobs, ZC_V4L2_JOB_ENCODE | ZC_V4L2_JOB_DECODE | ZC_V4L2_JOB_CONVERT);
  fail_unless_equals_int (m2m.output.n, 3);
  fail_unless (zc_v4l2_m2m_does (
      &m2m, ZC_V4L2_JOB_ENCODE, V4L2_PIX_FMT_NV12, V4L2_PIX_FMT_H264));
  fail_if (zc_v4l2_m2m_does (
      &m2m, ZC_V4L2_JOB_ENCODE, V4L2_PIX_FMT_H264, V4L2_PIX_FMT_H264));
  fail_if (zc_v4l2_m2m_does (
      &m2m, ZC_V4L2_JOB_CONVERT, V4L2_PIX_FMT_RGB24, V4L2_PIX_FMT_YUYV));
  zc_v4l2_device_close (device);
}
GST_END_TEST;

GST_START_TEST (from_coded_to_coded_is_no_job)
{
  set_up ();
  nodes[4].output[0] = V4L2_PIX_FMT_H264;
  assert_found (ZC_V4L2_JOB_ENCODE, 0, 0, -ENODEV, "");
}
GST_END_TEST;

GST_START_TEST (parsed_frames_are_for_others)
{
  set_up ();
  assert_found (ZC_V4L2_JOB_DECODE, V4L2_PIX_FMT_H264_SLICE, 0, -ENODEV, "");
  nodes[3].open_errno = ENXIO;
  assert_found (ZC_V4L2_JOB_DECODE, 0, 0, -ENODEV, "");
  /* nor of drivers that cannot tell of requests */
  nodes[2].requests = false;
  assert_found (ZC_V4L2_JOB_DECODE, 0, 0, -ENODEV, "");
  /* nor are they pictures, where the kernel does not say that they are coded */
  plain_fourcc = V4L2_PIX_FMT_H264_SLICE;
  assert_found (ZC_V4L2_JOB_CONVERT, 0, V4L2_PIX_FMT_NV12, -ENODEV, "");
}
GST_END_TEST;

GST_START_TEST (who_takes_requests_and_cannot_drain_has_no_state)
{
  set_up ();
  nodes[2].output[0] = CODED_LATER;
  assert_found (ZC_V4L2_JOB_DECODE, CODED_LATER, 0, -ENODEV, "");
  nodes[2].command = true;
  assert_found (ZC_V4L2_JOB_DECODE, CODED_LATER, 0, 0, "/dev/video2");
  nodes[2].command = nodes[2].requests = false;
  assert_found (ZC_V4L2_JOB_DECODE, CODED_LATER, 0, 0, "/dev/video2");
}
GST_END_TEST;

GST_START_TEST (formats_have_to_go_together)
{
  set_up ();
  assert_found (ZC_V4L2_JOB_DECODE, V4L2_PIX_FMT_H264, V4L2_PIX_FMT_YUV420, 0,
      "/dev/video3");
  nodes[3].partner = V4L2_PIX_FMT_NV12;
  assert_found (
      ZC_V4L2_JOB_DECODE, V4L2_PIX_FMT_H264, V4L2_PIX_FMT_YUV420, -ENODEV, "");
  assert_found (ZC_V4L2_JOB_DECODE, V4L2_PIX_FMT_H264, V4L2_PIX_FMT_NV12, 0,
      "/dev/video3");
}
GST_END_TEST;

GST_START_TEST (a_name_means_the_node_of_the_job)
{
  static const char *const names[] = { "codec", "platform:codec" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    set_up ();
    assert_resolves (names[i], ZC_V4L2_JOB_ENCODE, 0, "/dev/video4");
    assert_resolves (names[i], ZC_V4L2_JOB_DECODE, 0, "/dev/video3");
    assert_resolves (names[i], ZC_V4L2_JOB_CONVERT, -ENXIO, "");
  }
  assert_resolves ("Cam", ZC_V4L2_JOB_ENCODE, -ENXIO, "");
  assert_resolves ("nobody", ZC_V4L2_JOB_ENCODE, -ENODEV, "");
  assert_resolves ("/dev/video0", ZC_V4L2_JOB_ENCODE, 0, "/dev/video0");
  assert_resolves ("codec-index1", ZC_V4L2_JOB_ENCODE, 0, "/dev/video3");
}
GST_END_TEST;

/* A pipe of one program to another has both queues, and is no scaler. */
GST_START_TEST (two_queues_do_not_make_a_converter_unless_named)
{
  set_up ();
  assert_found (ZC_V4L2_JOB_CONVERT, 0, 0, 0, "/dev/video5");
  assert_resolves ("loop", ZC_V4L2_JOB_CONVERT, 0, "/dev/video1");
}
GST_END_TEST;

GST_START_TEST (who_needs_other_nodes_is_taken_if_named)
{
  set_up ();
  nodes[5].capabilities |= V4L2_CAP_IO_MC;
  assert_found (ZC_V4L2_JOB_CONVERT, 0, 0, -ENODEV, "");
  assert_resolves ("scaler", ZC_V4L2_JOB_CONVERT, 0, "/dev/video5");
}
GST_END_TEST;

GST_START_TEST (why_there_is_none_is_told)
{
  static const int reasons[] = { EACCES, EPERM, EBUSY };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++) {
    set_up ();
    nodes[4].open_errno = reasons[i];
    assert_found (ZC_V4L2_JOB_ENCODE, 0, 0, -reasons[i], "/dev/video4");
    assert_found (ZC_V4L2_JOB_CONVERT, 0, 0, 0, "/dev/video5");
    assert_resolves ("codec", ZC_V4L2_JOB_ENCODE, -ENXIO, "");
    for (guint j = 0; j < G_N_ELEMENTS (nodes); j++)
      nodes[j].open_errno = reasons[i];
    assert_resolves ("codec", ZC_V4L2_JOB_ENCODE, -reasons[i], "/dev/video0");
  }
}
GST_END_TEST;

/* It was there when it was listed, and has no instance left. */
GST_START_TEST (a_node_that_is_busy_on_second_sight_is_told)
{
  set_up ();
  nodes[4].open_errno_later = EBUSY;
  assert_found (ZC_V4L2_JOB_ENCODE, 0, 0, -EBUSY, "/dev/video4");
  set_up ();
  nodes[4].open_errno_later = EBUSY;
  assert_resolves ("codec", ZC_V4L2_JOB_ENCODE, -EBUSY, "/dev/video4");
}
GST_END_TEST;

GST_START_TEST (each_kind_of_device_has_its_queues)
{
  static const struct {
    __u32 caps;
    enum v4l2_buf_type capture, output;
  } kinds[] = {
    { V4L2_CAP_VIDEO_M2M, V4L2_BUF_TYPE_VIDEO_CAPTURE,
        V4L2_BUF_TYPE_VIDEO_OUTPUT },
    { V4L2_CAP_VIDEO_M2M_MPLANE, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE,
        V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE },
    { V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_OUTPUT,
        V4L2_BUF_TYPE_VIDEO_CAPTURE, V4L2_BUF_TYPE_VIDEO_OUTPUT },
    { V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_VIDEO_OUTPUT_MPLANE,
        V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE, V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE },
    { V4L2_CAP_VIDEO_CAPTURE, 0, 0 },
    { V4L2_CAP_VIDEO_OUTPUT, 0, 0 },
    { V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_OUTPUT_MPLANE, 0, 0 },
  };
  struct zc_v4l2_device *device;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    set_up ();
    nodes[0].capabilities = kinds[i].caps | V4L2_CAP_STREAMING;
    fail_unless_equals_int (zc_v4l2_device_open_m2m (&device, "/dev/video0"),
        kinds[i].output ? 0 : -ENXIO);
    if (kinds[i].output) {
      fail_unless_equals_int (device->capture_type, kinds[i].capture);
      fail_unless_equals_int (device->output_type, kinds[i].output);
      zc_v4l2_device_close (device);
    }
    nodes[0].capabilities = kinds[i].caps;
    fail_unless_equals_int (
        zc_v4l2_device_open_m2m (&device, "/dev/video0"), -ENXIO);
    fail_unless (device == NULL);
    fail_unless_equals_int (n_open, 0);
  }
}
GST_END_TEST;

GST_START_TEST (who_takes_fields_alone_converts_nothing)
{
  set_up ();
  nodes[5].fields = true;
  assert_found (ZC_V4L2_JOB_CONVERT, 0, 0, -ENODEV, "");
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING, RUNNER_TEST (jobs_are_known_by_what_is_coded),
    RUNNER_TEST (a_node_may_have_several_jobs),
    RUNNER_TEST (from_coded_to_coded_is_no_job),
    RUNNER_TEST (parsed_frames_are_for_others),
    RUNNER_TEST (who_takes_requests_and_cannot_drain_has_no_state),
    RUNNER_TEST (formats_have_to_go_together),
    RUNNER_TEST (a_name_means_the_node_of_the_job),
    RUNNER_TEST (two_queues_do_not_make_a_converter_unless_named),
    RUNNER_TEST (who_needs_other_nodes_is_taken_if_named),
    RUNNER_TEST (why_there_is_none_is_told),
    RUNNER_TEST (a_node_that_is_busy_on_second_sight_is_told),
    RUNNER_TEST (each_kind_of_device_has_its_queues),
    RUNNER_TEST (who_takes_fields_alone_converts_nothing))
