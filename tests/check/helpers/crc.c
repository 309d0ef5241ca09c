/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crc.h"

#include "devices.h"
#include "runner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* --- from pixels ------------------------------------------------------- */

static guint32 crc_table[256];

guint32
crc_add (guint32 crc, const guint8 *data, gsize size)
{
  if (crc_table[1] == 0)
    for (guint32 i = 0; i < 256; i++) {
      guint32 c = i;

      for (guint bit = 0; bit < 8; bit++)
        c = c & 1 ? c >> 1 ^ 0xedb88320 : c >> 1;
      crc_table[i] = c;
    }

  for (gsize i = 0; i < size; i++)
    crc = crc_table[(crc ^ data[i]) & 0xff] ^ crc >> 8;
  return crc;
}

/* Eight bits times 257 are sixteen bits: the byte twice. */
static void
put_pixel (guint8 *out, guint8 r, guint8 g, guint8 b)
{
  const guint8 pixel[CRC_PIXEL_BYTES] = { 0xff, 0xff, r, r, g, g, b, b };

  memcpy (out, pixel, CRC_PIXEL_BYTES);
}

static void
put_black (guint8 *row, guint n)
{
  for (guint x = 0; x < n; x++)
    put_pixel (&row[x * CRC_PIXEL_BYTES], 0, 0, 0);
}

static void
put_line (guint8 *row, const GstVideoFrame *frame, guint y)
{
  guint step = GST_VIDEO_FRAME_COMP_PSTRIDE (frame, 0);
  const guint8 *line = (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (frame, 0) +
                       (gsize) y * GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0);
  guint r = GST_VIDEO_FRAME_COMP_POFFSET (frame, GST_VIDEO_COMP_R);
  guint g = GST_VIDEO_FRAME_COMP_POFFSET (frame, GST_VIDEO_COMP_G);
  guint b = GST_VIDEO_FRAME_COMP_POFFSET (frame, GST_VIDEO_COMP_B);

  for (guint x = 0; x < (guint) GST_VIDEO_FRAME_WIDTH (frame); x++)
    put_pixel (&row[x * CRC_PIXEL_BYTES], line[x * step + r],
        line[x * step + g], line[x * step + b]);
}

guint32
crc_of_frame (const GstVideoFrame *frame, guint width, guint height)
{
  guint w = GST_VIDEO_FRAME_WIDTH (frame), h = GST_VIDEO_FRAME_HEIGHT (frame);
  guint left = (width - w) / 2, top = (height - h) / 2;
  g_autofree guint8 *row = g_malloc (width * CRC_PIXEL_BYTES);
  guint32 crc = 0;

  for (guint y = 0; y < height; y++) {
    put_black (row, width);
    if (y >= top && y < top + h)
      put_line (&row[left * CRC_PIXEL_BYTES], frame, y - top);
    crc = crc_add (crc, row, width * CRC_PIXEL_BYTES);
  }
  return crc;
}

guint32
crc_of_buffer (
    GstBuffer *buffer, const GstVideoInfo *info, guint width, guint height)
{
  GstVideoFrame frame;
  guint32 crc;

  runner_require (gst_video_frame_map (&frame, info, buffer, GST_MAP_READ),
      "the frame cannot be mapped");
  crc = crc_of_frame (&frame, width, height);
  gst_video_frame_unmap (&frame);
  return crc;
}

guint32
crc_of_black (guint width, guint height)
{
  g_autofree guint8 *row = g_malloc (width * CRC_PIXEL_BYTES);
  guint32 crc = 0;

  put_black (row, width);
  for (guint y = 0; y < height; y++)
    crc = crc_add (crc, row, width * CRC_PIXEL_BYTES);
  return crc;
}

/* --- from the display -------------------------------------------------- */

#define PATIENCE (10 * G_TIME_SPAN_SECOND)

struct crc_reader {
  GThread *thread;
  gint stop;
  gchar *data_path;

  GMutex lock;
  GCond more;
  GArray *seen;
  guint found; /* where the last one was that was waited for */
};

static void
add_seen (struct crc_reader *self, guint32 crc)
{
  GArray *seen = self->seen;

  g_mutex_lock (&self->lock);
  if (seen->len == 0 || g_array_index (seen, guint32, seen->len - 1) != crc)
    g_array_append_val (seen, crc);
  g_cond_broadcast (&self->more);
  g_mutex_unlock (&self->lock);
}

/* EIO as long as the display is dark. */
static int
open_data (struct crc_reader *self)
{
  int fd = -1;

  while (fd < 0 && !g_atomic_int_get (&self->stop)) {
    fd = open (self->data_path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
      g_usleep (500);
  }
  return fd;
}

/* One line a refresh: its number, then the CRC. */
static gpointer
read_crcs (gpointer data)
{
  struct crc_reader *self = data;
  int fd = open_data (self);
  struct pollfd pollfd = { .fd = fd, .events = POLLIN };
  char line[64];

  while (!g_atomic_int_get (&self->stop)) {
    ssize_t n = read (fd, line, sizeof (line) - 1);
    guint number;
    guint32 crc;

    if (n <= 0) {
      poll (&pollfd, 1, 20);
      continue;
    }
    line[n] = '\0';
    runner_require (sscanf (line, "%x %x", &number, &crc) == 2, "%s", line);
    add_seen (self, crc);
  }
  if (fd >= 0)
    close (fd);
  return NULL;
}

/* Switches it on. Returns the path to read from. */
static gchar *
set_source (const char *card, guint crtc)
{
  g_autofree gchar *directory = g_strdup_printf ("%s/crtc-%u/crc", card, crtc);
  g_autofree gchar *control = g_build_filename (directory, "control", NULL);
  int fd = open (control, O_WRONLY | O_CLOEXEC);

  fail_unless (write (fd, "auto", 4) == 4, "%s", control);
  close (fd);
  return g_build_filename (directory, "data", NULL);
}

guint32
crc_read_current (void)
{
  char card[64];

  fail_unless (devices_find_card_debugfs (card, sizeof (card)));
  return crc_read_current_of (card, 0);
}

/* The first refreshes may still be of what was shown before. */
guint32
crc_read_current_of (const char *card, guint crtc)
{
  g_autofree gchar *path = set_source (card, crtc);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  char line[64];
  guint number;
  guint32 crc = 0;

  fail_unless (fd >= 0, "the display is dark");
  for (guint i = 0; i < 3; i++) {
    ssize_t n = read (fd, line, sizeof (line) - 1);

    fail_unless (n > 0);
    line[n] = '\0';
    fail_unless (sscanf (line, "%x %x", &number, &crc) == 2, "%s", line);
  }
  close (fd);
  return crc;
}

struct crc_reader *
crc_reader_start (void)
{
  char card[64];

  fail_unless (devices_find_card_debugfs (card, sizeof (card)));
  return crc_reader_start_of (card, 0);
}

struct crc_reader *
crc_reader_start_of (const char *card, guint crtc)
{
  struct crc_reader *self = g_new0 (struct crc_reader, 1);

  self->data_path = set_source (card, crtc);
  self->seen = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_mutex_init (&self->lock);
  g_cond_init (&self->more);
  self->thread = g_thread_new ("crc-reader", read_crcs, self);
  return self;
}

static gboolean
find_from_last (struct crc_reader *self, guint32 crc)
{
  for (guint i = self->found; i < self->seen->len; i++) {
    if (g_array_index (self->seen, guint32, i) == crc) {
      self->found = i;
      return TRUE;
    }
  }
  return FALSE;
}

gboolean
crc_reader_wait_for (struct crc_reader *self, guint32 crc)
{
  gint64 until = g_get_monotonic_time () + PATIENCE;
  gboolean found, in_time = TRUE;

  g_mutex_lock (&self->lock);
  while (!(found = find_from_last (self, crc)) && in_time)
    in_time = g_cond_wait_until (&self->more, &self->lock, until);
  g_mutex_unlock (&self->lock);
  return found;
}

GArray *
crc_reader_get (struct crc_reader *self)
{
  GArray *copy;

  g_mutex_lock (&self->lock);
  copy = g_array_copy (self->seen);
  g_mutex_unlock (&self->lock);
  return copy;
}

void
crc_reader_stop (struct crc_reader *self)
{
  g_atomic_int_set (&self->stop, TRUE);
  g_thread_join (self->thread);
  g_array_unref (self->seen);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->more);
  g_free (self->data_path);
  g_free (self);
}
