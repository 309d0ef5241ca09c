/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "v4l2-vb2.h"

#include "../helpers/runner.h"
#include "../helpers/seam.h"

#include "gst-libs/v4l2/v4l2-sys.h"

#include <errno.h>
#include <gst/allocators/allocators.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* As in the kernel's header, which may be older. */
#ifndef VIDIOC_REMOVE_BUFS
#define VIDIOC_REMOVE_BUFS _IOWR ('V', 104, __u32[16])
#endif
#ifndef V4L2_BUF_CAP_SUPPORTS_REMOVE_BUFS
#define V4L2_BUF_CAP_SUPPORTS_REMOVE_BUFS (1 << 8)
#endif

static GMutex vb2_lock;
struct vb2 vb2;
struct zc_v4l2_device vb2_device;
GstZcV4l2Slots *vb2_slots;
GstAllocator *vb2_allocator;
static guint n_planes;
static gboolean multi;
static const GstZcV4l2Way *way;

const GstZcV4l2Way *const vb2_ways[2] = { &gst_zc_v4l2_way_import,
  &gst_zc_v4l2_way_userptr };

static int
fail_with (int error)
{
  errno = error;
  return -1;
}

static void
put_all (struct vb2_index *index)
{
  memset (index->known, 0, sizeof (index->known));
}

static void
plane_of (const struct v4l2_buffer *b, guint i, struct v4l2_plane *plane)
{
  if (V4L2_TYPE_IS_MULTIPLANAR (b->type)) {
    runner_require (b->length == n_planes, "%u planes", b->length);
    *plane = b->m.planes[i];
    return;
  }
  *plane = (struct v4l2_plane) { .length = b->length,
    .bytesused = b->bytesused };
  memcpy (&plane->m, &b->m, sizeof (plane->m));
}

static guint64
identity (const struct v4l2_plane *plane)
{
  struct stat st;

  if (way == &gst_zc_v4l2_way_userptr)
    return plane->m.userptr;
  return fstat (plane->m.fd, &st) == 0 ? st.st_ino : 0;
}

/* __prepare_dmabuf() and __prepare_userptr() of videobuf2-core.c. */
static int
attach (struct vb2_index *index, const struct v4l2_buffer *b)
{
  for (guint i = 0; i < n_planes; i++) {
    struct v4l2_plane plane;
    guint64 id;

    plane_of (b, i, &plane);
    id = identity (&plane);
    if (id == 0 || plane.length < VB2_SIZE) {
      put_all (index);
      return fail_with (EINVAL);
    }
    if (index->known[i] != id)
      index->attached++;
    index->known[i] = id;
  }
  return 0;
}

static int
queue_buffer (const struct v4l2_buffer *b)
{
  struct vb2_index *index = &vb2.index[b->index];

  runner_require (
      b->index < VB2_SLOTS && index->exists, "no such buffer: %u", b->index);
  runner_require (!index->queued, "buffer %u is queued twice", b->index);
  for (guint i = 0; i < n_planes; i++)
    plane_of (b, i, &vb2.told[i]);
  vb2.told_buffer = *b;
  if (attach (index, b) < 0)
    return -1;
  if (vb2.refuses > 0) {
    vb2.refuses--;
    put_all (index);
    return fail_with (EINVAL);
  }
  index->queued = true;
  vb2.fifo[vb2.n_fifo++] = b->index;
  return 0;
}

static int
dequeue (struct v4l2_buffer *b)
{
  if (vb2.n_fifo == 0)
    return fail_with (EAGAIN);
  b->index = vb2.fifo[0];
  memmove (vb2.fifo, vb2.fifo + 1, --vb2.n_fifo * sizeof (vb2.fifo[0]));
  vb2.index[b->index].queued = false;
  b->bytesused = vb2.bytes_used;
  for (guint i = 0; multi && i < n_planes; i++) {
    b->m.planes[i].bytesused = vb2.bytes_used;
    b->m.planes[i].data_offset = vb2.data_offset[i];
  }
  return 0;
}

static int
request (struct v4l2_requestbuffers *r)
{
  guint n = r->count && vb2.n_given ? vb2.n_given : r->count;

  if (n == 0)
    vb2.n_reqbufs_0++;
  memset (vb2.index, 0, sizeof (vb2.index));
  vb2.n_fifo = 0;
  for (guint i = 0; i < n; i++)
    vb2.index[i].exists = true;
  r->count = n;
  r->capabilities = vb2.cannot_remove ? 0 : V4L2_BUF_CAP_SUPPORTS_REMOVE_BUFS;
  return 0;
}

static int
create (struct v4l2_create_buffers *c)
{
  for (guint i = 0; i < vb2.limit; i++) {
    if (vb2.index[i].exists)
      continue;
    vb2.index[i] = (struct vb2_index) { .exists = true };
    c->index = i;
    return 0;
  }
  return fail_with (ENOBUFS);
}

static int
query (struct v4l2_buffer *b)
{
  struct vb2_index *index = &vb2.index[b->index];

  b->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
  b->length = multi ? n_planes : index->known[0] ? VB2_SIZE : 0;
  for (guint i = 0; multi && i < n_planes; i++)
    b->m.planes[i].length = index->known[i] ? VB2_SIZE : 0;
  return 0;
}

static int
remove_index (const __u32 *r)
{
  runner_require (!vb2.cannot_remove, "REMOVE_BUFS of an old kernel");
  runner_require (vb2.index[r[0]].exists, "no such buffer: %u", r[0]);
  runner_require (!vb2.index[r[0]].queued, "buffer %u is busy", r[0]);
  vb2.index[r[0]] = (struct vb2_index) { 0 };
  vb2.n_removed++;
  return 0;
}

static void
stop (void)
{
  vb2.n_fifo = 0;
  for (guint i = 0; i < VB2_SLOTS; i++)
    vb2.index[i].queued = false;
}

static int
serve (unsigned long what, void *arg)
{
  struct v4l2_buffer *b = arg;

  if (what == vb2.failing)
    return fail_with (vb2.error);
  switch (what) {
    case VIDIOC_REQBUFS:
      return request (arg);
    case VIDIOC_CREATE_BUFS:
      return create (arg);
    case VIDIOC_REMOVE_BUFS:
      return remove_index (arg);
    case VIDIOC_PREPARE_BUF:
      return vb2.cannot_prepare ? fail_with (ENOTTY)
                                : attach (&vb2.index[b->index], b);
    case VIDIOC_QUERYBUF:
      return query (arg);
    case VIDIOC_QBUF:
      return queue_buffer (arg);
    case VIDIOC_DQBUF:
      return dequeue (arg);
    case VIDIOC_STREAMOFF:
      stop ();
  }
  return 0;
}

static int
fake_ioctl (int fd, unsigned long what, void *arg)
{
  int ret, error;

  runner_require (fd == vb2_device.fd, "the device is closed");
  if (vb2.called)
    vb2.called (what);
  g_mutex_lock (&vb2_lock);
  vb2.n_calls++;
  ret = serve (what, arg);
  error = errno;
  g_mutex_unlock (&vb2_lock);
  errno = error;
  return ret;
}

/* --- buffers ------------------------------------------------------------- */

GstMemory *
vb2_dmabuf_new (gsize size)
{
  return gst_dmabuf_allocator_alloc (vb2_allocator, seam_dmabuf (size), size);
}

GstMemory *
vb2_another_of (GstMemory *memory)
{
  return gst_dmabuf_allocator_alloc (
      vb2_allocator, dup (gst_dmabuf_memory_get_fd (memory)), VB2_SIZE);
}

/* Pages at an address, which the test unmaps. */
guint8 *
vb2_pages (gpointer at)
{
  guint8 *data = mmap (at, VB2_SIZE, PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS | (at ? MAP_FIXED_NOREPLACE : 0), -1, 0);

  fail_unless (data != MAP_FAILED);
  return data;
}

static void
unmap_pages (gpointer data)
{
  munmap (data, VB2_SIZE);
}

GstMemory *
vb2_user_new_at (gpointer at)
{
  guint8 *data = vb2_pages (at);

  return gst_memory_new_wrapped (
      0, data, VB2_SIZE, 0, VB2_SIZE, data, unmap_pages);
}

/* Of the kind that the way takes. */
GstMemory *
vb2_memory_new (void)
{
  return way == &gst_zc_v4l2_way_userptr ? vb2_user_new_at (NULL)
                                         : vb2_dmabuf_new (VB2_SIZE);
}

GstBuffer *
vb2_buffer_of (GstMemory *memory)
{
  GstBuffer *buffer = gst_buffer_new ();

  gst_buffer_append_memory (buffer, memory);
  return buffer;
}

GstBuffer *
vb2_buffer_new (void)
{
  GstBuffer *buffer = gst_buffer_new ();

  for (guint i = 0; i < n_planes; i++)
    gst_buffer_append_memory (buffer, vb2_memory_new ());
  return buffer;
}

/* --- set-up -------------------------------------------------------------- */

void
vb2_set_up_full (const GstZcV4l2Way *w, enum v4l2_buf_type type, guint planes,
    guint count, guint limit, gboolean bytes)
{
  struct zc_v4l2_format format = { .n_memory_planes = planes };
  GstZcLayout layout = { .n_planes = planes,
    .offset = { 0, VB2_SIZE },
    .stride = { 64, 64 },
    .size = VB2_SIZE * planes,
    .format = planes == 1 ? GST_VIDEO_FORMAT_GRAY8 : GST_VIDEO_FORMAT_NV12,
    .width = 64,
    .height = 64 };
  const gchar *step;
  GstVideoInfo info;

  seam_play ();
  way = w;
  n_planes = planes;
  multi = V4L2_TYPE_IS_MULTIPLANAR (type);
  vb2.limit = limit;
  vb2.bytes_used = VB2_SIZE;
  for (guint i = 0; i < planes; i++)
    format.plane[i].size = VB2_SIZE;
  if (bytes)
    layout.n_planes = 0;
  vb2_device = (struct zc_v4l2_device) {
    .fd = eventfd (1, EFD_CLOEXEC | EFD_NONBLOCK),
    .path = (char *) "/dev/video0",
    .capture_type = type,
  };
  zc_v4l2_sys.ioctl = fake_ioctl;
  vb2_allocator = gst_dmabuf_allocator_new ();
  gst_video_info_set_format (&info,
      planes == 1 ? GST_VIDEO_FORMAT_GRAY8 : GST_VIDEO_FORMAT_NV12, 64, 64);
  vb2_slots = gst_zc_v4l2_slots_new (
      w, &vb2_device, type, &format, &info, &layout, 0);
  fail_unless_equals_int (
      gst_zc_v4l2_slots_alloc (vb2_slots, &count, &step), 0);
  fail_unless_equals_int (gst_zc_v4l2_slots_start (vb2_slots), 0);
}

void
vb2_set_up (const GstZcV4l2Way *w, guint count, guint limit)
{
  vb2_set_up_full (w, V4L2_BUF_TYPE_VIDEO_CAPTURE, 1, count, limit, FALSE);
}

void
vb2_tear_down (void)
{
  gst_zc_v4l2_slots_shutdown (vb2_slots);
  gst_zc_v4l2_slots_unref (vb2_slots);
  gst_clear_object (&vb2_allocator);
  close (vb2_device.fd);
  memset (&vb2, 0, sizeof (vb2));
}

int
vb2_try_push (GstBuffer *buffer, const gchar **reason)
{
  return gst_zc_v4l2_slots_push (vb2_slots, buffer, NULL, reason);
}

/* Returns the index that it got. */
guint
vb2_push (GstBuffer *buffer)
{
  const gchar *reason = NULL;
  int ret = vb2_try_push (buffer, &reason);

  fail_unless (ret == 0, "%s: %s", g_strerror (-ret), reason);
  return vb2.fifo[vb2.n_fifo - 1];
}

GstBuffer *
vb2_pull (void)
{
  struct zc_v4l2_frame frame;
  GstBuffer *buffer = NULL;

  fail_unless_equals_int (
      gst_zc_v4l2_slots_pull (vb2_slots, &buffer, &frame), 0);
  return buffer;
}

/* To the driver and back. */
guint
vb2_cycle (GstBuffer *buffer)
{
  guint index = vb2_push (buffer);

  fail_unless (vb2_pull () == buffer);
  return index;
}

guint
vb2_count_attached (void)
{
  guint n = 0;

  for (guint i = 0; i < VB2_SLOTS; i++)
    n += vb2.index[i].attached;
  return n;
}

guint
vb2_count_slots (void)
{
  GstZcV4l2Counts counts;

  gst_zc_v4l2_slots_get_counts (vb2_slots, &counts);
  return counts.slots;
}
