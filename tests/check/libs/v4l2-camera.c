/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "v4l2-camera.h"

#include "../helpers/runner.h"
#include "../helpers/seam.h"

#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* As in the kernel's header, which may be older. */
#ifndef VIDIOC_REMOVE_BUFS
#define VIDIOC_REMOVE_BUFS _IOWR ('V', 104, __u32[16])
#endif
#ifndef V4L2_BUF_CAP_SUPPORTS_REMOVE_BUFS
#define V4L2_BUF_CAP_SUPPORTS_REMOVE_BUFS (1 << 8)
#endif

struct camera camera;
struct camera_wish camera_wish;
struct zc_v4l2_device camera_device;
GstZcV4l2Slots *camera_slots;
static GMutex camera_lock;
static guint camera_planes;

static int
dequeue (struct v4l2_buffer *b)
{
  for (guint i = 0; i < camera.n_allocated && !camera.queued[camera.next]; i++)
    camera.next = (camera.next + 1) % camera.n_allocated;
  if (!camera.queued[camera.next]) {
    errno = EAGAIN;
    return -1;
  }
  camera.queued[camera.next] = false;
  camera.n_queued--;
  b->index = camera.lies ? camera.lie : camera.next;
  b->flags = camera.flags;
  camera.flags = 0;
  for (guint i = 0; i < camera_planes; i++) {
    b->m.planes[i].length = i == 0 ? CAMERA_LUMA : CAMERA_CHROMA;
    b->m.planes[i].data_offset = camera.data_offset[i];
    b->m.planes[i].bytesused = b->m.planes[i].length;
  }
  camera.next = (camera.next + 1) % camera.n_allocated;
  return 0;
}

static void
enqueue (guint index)
{
  runner_require (index < camera.n_allocated, "no such buffer: %u", index);
  runner_require (!camera.queued[index], "buffer %u is queued twice", index);
  camera.queued[index] = true;
  camera.n_queued++;
}

static void
query (struct v4l2_buffer *b)
{
  for (guint i = 0; i < camera_planes; i++)
    b->m.planes[i].length = i == 0 ? CAMERA_LUMA : CAMERA_CHROMA;
}

static int export (struct v4l2_exportbuffer *e)
{
  e->fd = seam_dmabuf (e->plane == 0 ? CAMERA_LUMA : CAMERA_CHROMA);
  return 0;
}

static int
create (struct v4l2_create_buffers *c)
{
  if (camera.repeats)
    return 0;
  if (camera.n_allocated < camera.limit) {
    c->index = camera.n_allocated++;
    return 0;
  }
  errno = camera.limit ? ENOBUFS : ENOTTY;
  return -1;
}

static int
serve (int fd, unsigned long request, void *arg)
{
  struct v4l2_requestbuffers *r = arg;

  runner_require (fd == camera_device.fd, "the device is closed");
  camera.n_calls++;
  if (request == camera.failing) {
    errno = camera.error;
    return -1;
  }
  switch (request) {
    case VIDIOC_REQBUFS:
      runner_require (!camera.streaming, "REQBUFS while streaming");
      r->count = r->count && camera.n_given ? camera.n_given : r->count;
      r->capabilities = camera_wish.cannot_remove
                            ? 0
                            : V4L2_BUF_CAP_SUPPORTS_REMOVE_BUFS;
      camera.n_allocated = r->count;
      break;
    case VIDIOC_QUERYBUF:
      query (arg);
      break;
    case VIDIOC_EXPBUF:
      return export (arg);
    case VIDIOC_QBUF:
      enqueue (((struct v4l2_buffer *) arg)->index);
      break;
    case VIDIOC_DQBUF:
      return dequeue (arg);
    case VIDIOC_CREATE_BUFS:
      return create (arg);
    case VIDIOC_REMOVE_BUFS:
      camera.n_removed++;
      camera.n_allocated--;
      break;
    case VIDIOC_STREAMON:
      camera.streaming = true;
      break;
    case VIDIOC_STREAMOFF:
      camera.streaming = false;
      camera.n_queued = 0;
      memset (camera.queued, 0, sizeof (camera.queued));
      break;
  }
  return 0;
}

static int
fake_ioctl (int fd, unsigned long request, void *arg)
{
  int ret, error;

  g_mutex_lock (&camera_lock);
  ret = serve (fd, request, arg);
  error = errno;
  g_mutex_unlock (&camera_lock);
  errno = error;
  return ret;
}

int
camera_try_start (guint planes, unsigned long failing, const gchar **step)
{
  static const GstZcLayout layout = { .n_planes = 2,
    .offset = { 0, CAMERA_LUMA },
    .stride = { 64, 64 },
    .size = CAMERA_LUMA + CAMERA_CHROMA };
  struct zc_v4l2_format format = { .n_memory_planes = planes };
  guint count = CAMERA_N_BUFFERS;
  GstVideoInfo info;
  int ret;

  seam_play ();
  memset (&camera, 0, sizeof (camera));
  camera.n_given = camera_wish.given;
  camera.limit = camera_wish.limit;
  camera.failing = failing;
  camera.error = EINVAL;
  camera_planes = planes;
  camera_device = (struct zc_v4l2_device) {
    .fd = eventfd (1, EFD_CLOEXEC | EFD_NONBLOCK),
    .path = (char *) "/dev/video0",
    .capture_type = V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE,
  };
  zc_v4l2_sys.ioctl = fake_ioctl;
  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_NV12, 64, 64);
  camera_slots = gst_zc_v4l2_slots_new (
      camera_wish.way ? camera_wish.way : &gst_zc_v4l2_way_export,
      &camera_device, camera_device.capture_type, &format, &info, &layout,
      camera_wish.max);
  ret = gst_zc_v4l2_slots_alloc (camera_slots, &count, step);
  if (ret == 0) {
    *step = "VIDIOC_STREAMON";
    ret = gst_zc_v4l2_slots_start (camera_slots);
  }
  if (ret < 0) {
    gst_zc_v4l2_slots_shutdown (camera_slots);
    gst_zc_v4l2_slots_unref (camera_slots);
  }
  return ret;
}

void
camera_set_up (guint planes)
{
  const gchar *step;

  fail_unless_equals_int (camera_try_start (planes, 0, &step), 0);
  fail_unless_equals_int (camera.n_queued,
      camera_wish.given ? camera_wish.given : CAMERA_N_BUFFERS);
  fail_unless (camera.streaming);
}

void
camera_tear_down (void)
{
  gst_zc_v4l2_slots_shutdown (camera_slots);
  fail_if (camera.streaming);
  fail_unless_equals_int (camera.n_allocated, 0);
  gst_zc_v4l2_slots_unref (camera_slots);
  close (camera_device.fd);
  memset (&camera_wish, 0, sizeof (camera_wish));
  zc_v4l2_sys.poll = poll;
}

int
camera_pull (GstBuffer **buffer, guint *broken)
{
  struct zc_v4l2_frame frame;
  int ret = gst_zc_v4l2_slots_pull (camera_slots, buffer, &frame);

  *broken = ret == 0 && frame.flags & V4L2_BUF_FLAG_ERROR;
  return ret;
}

GstBuffer *
camera_pull_one (void)
{
  GstBuffer *buffer = NULL;
  guint broken;

  fail_unless_equals_int (camera_pull (&buffer, &broken), 0);
  fail_unless_equals_int (broken, 0);
  return buffer;
}
