/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "psnr.h"

#include "gst-libs/allocators/zerocopy.h"

#include <gst/check/gstcheck.h>
#include <math.h>

#define MAX_FRAMES 64

struct psnr {
  GMutex lock;
  guint n;
  GstBuffer *frames[MAX_FRAMES];
  GstVideoInfo info;
};

struct psnr *
psnr_new (void)
{
  struct psnr *self = g_new0 (struct psnr, 1);

  g_mutex_init (&self->lock);
  return self;
}

void
psnr_free (struct psnr *self)
{
  for (guint i = 0; i < self->n; i++)
    gst_buffer_unref (self->frames[i]);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
parse (GstVideoInfo *info, GstCaps *caps)
{
  guint64 modifier;
  guint32 fourcc;

  fail_unless (gst_zc_caps_parse (caps, info, &fourcc, &modifier));
}

/* Without padding, and no dma-buf. */
static GstBuffer *
copy (GstBuffer *buffer, const GstVideoInfo *info)
{
  GstBuffer *plain = gst_buffer_new_allocate (
      NULL, GST_VIDEO_INFO_SIZE (info), NULL);
  GstVideoFrame from, to;

  fail_unless (gst_video_frame_map (&from, info, buffer, GST_MAP_READ));
  fail_unless (gst_video_frame_map (&to, info, plain, GST_MAP_WRITE));
  gst_video_frame_copy (&to, &from);
  gst_video_frame_unmap (&to);
  gst_video_frame_unmap (&from);
  GST_BUFFER_PTS (plain) = GST_BUFFER_PTS (buffer);
  return plain;
}

GstPadProbeReturn
psnr_remember (GstPad *pad, GstPadProbeInfo *probe, gpointer data)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  struct psnr *self = data;

  g_mutex_lock (&self->lock);
  parse (&self->info, caps);
  if (self->n < MAX_FRAMES)
    self->frames[self->n++] = copy (
        GST_PAD_PROBE_INFO_BUFFER (probe), &self->info);
  g_mutex_unlock (&self->lock);
  return GST_PAD_PROBE_OK;
}

static double
of_component (const GstVideoFrame *a, const GstVideoFrame *b, guint component)
{
  gint width = GST_VIDEO_FRAME_COMP_WIDTH (a, component);
  gint height = GST_VIDEO_FRAME_COMP_HEIGHT (a, component);
  gint step = GST_VIDEO_FRAME_COMP_PSTRIDE (a, component);
  gint other_step = GST_VIDEO_FRAME_COMP_PSTRIDE (b, component);
  guint64 sum = 0;

  for (gint y = 0; y < height; y++) {
    const guint8 *p = (const guint8 *) GST_VIDEO_FRAME_COMP_DATA (
                          a, component) +
                      y * GST_VIDEO_FRAME_COMP_STRIDE (a, component);
    const guint8 *q = (const guint8 *) GST_VIDEO_FRAME_COMP_DATA (
                          b, component) +
                      y * GST_VIDEO_FRAME_COMP_STRIDE (b, component);

    for (gint x = 0; x < width; x++) {
      gint off = p[x * step] - q[x * other_step];

      sum += (guint64) (off * off);
    }
  }
  if (sum == 0)
    return 100;
  return 10 * log10 (255. * 255. * width * height / (double) sum);
}

static double
of_buffers (const GstVideoInfo *info, GstBuffer *frame,
    const GstVideoInfo *info_of_other, GstBuffer *other)
{
  double worst = 100;
  GstVideoFrame a, b;

  fail_unless (info_of_other->width >= info->width);
  fail_unless (info_of_other->height >= info->height);
  for (guint i = 0; i < GST_VIDEO_INFO_N_COMPONENTS (info); i++)
    fail_unless (info->finfo->w_sub[i] == info_of_other->finfo->w_sub[i] &&
                 info->finfo->h_sub[i] == info_of_other->finfo->h_sub[i]);
  fail_unless (gst_video_frame_map (&a, info, frame, GST_MAP_READ));
  fail_unless (gst_video_frame_map (&b, info_of_other, other, GST_MAP_READ));
  for (guint i = 0; i < GST_VIDEO_INFO_N_COMPONENTS (info); i++)
    worst = MIN (worst, of_component (&a, &b, i));
  gst_video_frame_unmap (&b);
  gst_video_frame_unmap (&a);
  return worst;
}

double
psnr_of_sample (struct psnr *self, GstSample *sample)
{
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  GstClockTime time = gst_segment_to_running_time (
      gst_sample_get_segment (sample), GST_FORMAT_TIME,
      GST_BUFFER_PTS (buffer));
  double result = -1;
  GstVideoInfo info;

  parse (&info, gst_sample_get_caps (sample));
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->n && result < 0; i++)
    if (GST_BUFFER_PTS (self->frames[i]) == time)
      result = of_buffers (&self->info, self->frames[i], &info, buffer);
  g_mutex_unlock (&self->lock);
  fail_unless (
      result >= 0, "no frame of %" GST_TIME_FORMAT, GST_TIME_ARGS (time));
  return result;
}
