/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"
#include "../helpers/swsync.h"
#include "enc.h"

#include <gst/allocators/allocators.h>
#include <linux/dma-buf.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Pictures that a GPU still draws when they are pushed. */

static void
attach_fence (GstBuffer *picture, int timeline)
{
  struct dma_buf_import_sync_file import = { .flags = DMA_BUF_SYNC_WRITE,
    .fd = swsync_fence (timeline, 1) };
  int fd = gst_dmabuf_memory_get_fd (gst_buffer_peek_memory (picture, 0));

  fail_unless_equals_int (
      ioctl (fd, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &import), 0);
  close (import.fd);
}

/* The third of N is not finished before TIMELINE goes on. */
static void
push_with_fence (struct enc *enc, guint n, int timeline)
{
  for (guint i = 0; i < n; i++) {
    GstBuffer *picture = enc_picture (enc);

    if (i == 2)
      attach_fence (picture, timeline);
    enc_push (enc, picture);
    if (i == 1)
      enc_pull_some (enc, 2);
  }
}

static void
assert_order (struct enc *enc, guint from, guint to)
{
  for (guint i = from; i < to; i++) {
    GstBuffer *coded = enc_pull (enc);

    fail_unless_equals_uint64 (GST_BUFFER_PTS (coded), i * ENC_DURATION);
    gst_buffer_unref (coded);
  }
}

GST_START_TEST (a_picture_does_not_overtake_one_that_is_drawn)
{
  int timeline = swsync_timeline ();
  struct enc enc;

  enc_open (&enc, "", ENC_DMABUF);
  push_with_fence (&enc, 4, timeline);
  swsync_advance (timeline, 1);
  enc_push_some (&enc, 2);
  assert_order (&enc, 2, 6);
  enc_assert_stat (&enc, "dropped", 0);
  enc_close (&enc);
  close (timeline);
}
GST_END_TEST;

static gpointer
end_later (gpointer timeline)
{
  g_usleep (50 * 1000);
  swsync_advance (GPOINTER_TO_INT (timeline), 1);
  return NULL;
}

GST_START_TEST (the_end_waits_for_what_is_drawn)
{
  int timeline = swsync_timeline ();
  struct enc enc;
  GThread *thread;

  enc_open (&enc, "", ENC_DMABUF);
  push_with_fence (&enc, 4, timeline);
  thread = g_thread_new ("gpu", end_later, GINT_TO_POINTER (timeline));
  enc_end (&enc);
  g_thread_join (thread);
  assert_order (&enc, 2, 4);
  enc_assert_stat (&enc, "dropped", 0);
  enc_close (&enc);
  close (timeline);
}
GST_END_TEST;

GST_START_TEST (a_flush_does_not_wait_for_what_is_drawn)
{
  int timeline = swsync_timeline ();
  struct enc enc;

  enc_open (&enc, "", ENC_DMABUF);
  push_with_fence (&enc, 4, timeline);
  enc_flush (&enc);
  swsync_advance (timeline, 1);
  enc_push_some (&enc, 3);
  enc_end (&enc);
  assert_order (&enc, 4, 7);
  enc_close (&enc);
  close (timeline);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (a_picture_does_not_overtake_one_that_is_drawn),
    RUNNER_TEST (the_end_waits_for_what_is_drawn),
    RUNNER_TEST (a_flush_does_not_wait_for_what_is_drawn))
