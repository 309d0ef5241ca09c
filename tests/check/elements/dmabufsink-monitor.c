/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Another monitor than the one that was unplugged. vkms shows any mode, and its
 * monitors are all alike: what they can is cut down to what the test says,
 * where libdrm reads it. The program's own functions come before those of
 * libdrm.
 */
#include "../helpers/crc.h"
#include "../helpers/picture.h"
#include "../helpers/pipeline.h"
#include "../helpers/runner.h"
#include "../helpers/vkms.h"

#include <dlfcn.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

/* --- monitors ---------------------------------------------------------- */

struct monitor {
  struct {
    guint width, height;
  } modes[4]; /* the first is what it likes best */
};

static const struct monitor large = { { { 1024, 768 }, { 800, 600 } } };
static const struct monitor small = { { { 640, 480 } } };

static const struct monitor *_Atomic monitor = &large;

static guint
place_of (const drmModeModeInfo *mode)
{
  const struct monitor *m = monitor;
  guint i = 0;

  while (i < G_N_ELEMENTS (m->modes) &&
         (m->modes[i].width != mode->hdisplay ||
             m->modes[i].height != mode->vdisplay || mode->vrefresh != 60))
    i++;
  return i;
}

static int
compare_modes (const void *a, const void *b)
{
  return (int) place_of (a) - (int) place_of (b);
}

static drmModeConnector *
cut_down (drmModeConnector *connector)
{
  int n = 0;

  for (int i = 0; connector && i < connector->count_modes; i++)
    if (place_of (&connector->modes[i]) < G_N_ELEMENTS (monitor->modes))
      connector->modes[n++] = connector->modes[i];
  if (!connector)
    return NULL;
  connector->count_modes = n;
  if (n > 0)
    qsort (connector->modes, n, sizeof (connector->modes[0]), compare_modes);
  for (int i = 0; i < n; i++)
    connector->modes[i].type = i == 0 ? DRM_MODE_TYPE_PREFERRED : 0;
  return connector;
}

drmModeConnectorPtr
drmModeGetConnector (int fd, uint32_t id)
{
  drmModeConnectorPtr (*next) (int, uint32_t) = dlsym (
      RTLD_NEXT, "drmModeGetConnector");

  return cut_down (next (fd, id));
}

drmModeConnectorPtr
drmModeGetConnectorCurrent (int fd, uint32_t id)
{
  drmModeConnectorPtr (*next) (int, uint32_t) = dlsym (
      RTLD_NEXT, "drmModeGetConnectorCurrent");

  return cut_down (next (fd, id));
}

/* --- pipelines --------------------------------------------------------- */

static struct vkms *vkms;
static GstElement *pipeline;

static GMutex lock;
static GstBuffer *last; /* that came to the sink, guarded by the lock */

static GstPadProbeReturn
keep (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  (void) pad;
  (void) data;
  g_mutex_lock (&lock);
  gst_clear_buffer (&last);
  last = gst_buffer_copy_deep (GST_PAD_PROBE_INFO_BUFFER (info));
  g_mutex_unlock (&lock);
  return GST_PAD_PROBE_OK;
}

/* A still picture of 1024 x 768, that is made smaller if it must be. */
static void
play (const char *properties)
{
  g_autofree char *text = NULL;

  vkms = vkms_new ("monitors", &(struct vkms_shape) { 0 });
  text = g_strdup_printf (
      "videotestsrc is-live=true pattern=circular ! "
      "video/x-raw,format=BGRx,width=1024,height=768,framerate=20/1 ! "
      "videoscale ! dmabufsink name=sink device=%s %s",
      vkms->path, properties);
  pipeline = pipeline_new (text);
  pipeline_probe (pipeline, "sink", keep, NULL);
  pipeline_set_state (pipeline, GST_STATE_PLAYING);
  pipeline_wait_buffers (pipeline, "sink", 3);
}

static void
end (void)
{
  pipeline_free (pipeline);
  gst_clear_buffer (&last);
  vkms_remove (vkms);
}

static void
plug (const struct monitor *other)
{
  vkms_unplug (vkms, 0);
  g_usleep (200000);
  monitor = other;
  vkms_plug (vkms, 0);
}

/* By its size. */
static void
wait_mode (const char *size)
{
  g_autofree gchar *mode = NULL;

  for (guint i = 0; i < 500; i++) {
    g_free (mode);
    mode = pipeline_get_stat_string (pipeline, "sink", "mode");
    if (mode && g_str_has_prefix (mode, size))
      return;
    g_usleep (10000);
  }
  fail ("%s", mode);
}

/* The last buffer is of this size, and the whole screen shows it. */
static void
check_shown (guint width, guint height)
{
  g_autofree char *caps = g_strdup_printf (
      "video/x-raw,format=BGRx,width=%u,height=%u", width, height);
  GstVideoInfo info = picture_info (caps);
  guint32 crc;

  g_mutex_lock (&lock);
  fail_unless_equals_int (
      gst_buffer_get_size (last), GST_VIDEO_INFO_SIZE (&info));
  crc = crc_of_buffer (last, &info, width, height);
  g_mutex_unlock (&lock);
  fail_unless_equals_int (crc_read_current_of (vkms->debugfs, 0), crc);
}

static void
wait_frames (guint64 more)
{
  guint64 n = pipeline_get_stat (pipeline, "sink", "frames") + more;

  for (guint i = 0; i < 500; i++) {
    if (pipeline_get_stat (pipeline, "sink", "frames") >= n)
      return;
    g_usleep (10000);
  }
  fail ("no more frames");
}

/* --- tests ------------------------------------------------------------- */

static void
change_monitors (const char *properties)
{
  play (properties);
  wait_mode ("1024x768@");
  wait_frames (2);
  check_shown (1024, 768);
  plug (&small);
  wait_mode ("640x480@");
  wait_frames (2);
  check_shown (640, 480);
  plug (&large);
  wait_mode ("1024x768@");
  wait_frames (2);
  check_shown (1024, 768);
  end ();
}

GST_START_TEST (the_next_monitor_is_driven_in_its_own_mode)
{
  change_monitors ("on-disconnect=drop");
}
GST_END_TEST;

GST_START_TEST (a_stream_that_waited_is_made_for_the_next_monitor)
{
  change_monitors ("on-disconnect=wait");
}
GST_END_TEST;

GST_START_TEST (the_preferred_mode_is_the_next_monitors)
{
  change_monitors ("on-disconnect=drop mode=preferred");
}
GST_END_TEST;

/* What was asked for is not replaced in silence. */
GST_START_TEST (a_mode_that_the_next_monitor_lacks_is_an_error)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  play ("on-disconnect=drop mode=1024x768");
  wait_mode ("1024x768@");
  plug (&small);
  error = pipeline_wait_error (pipeline, &debug);
  fail_unless (strstr (debug, "has no mode 1024x768"), "%s", debug);
  fail_unless (strstr (debug, "640x480"), "%s", debug);
  end ();
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_DISPLAY,
    RUNNER_TEST (the_next_monitor_is_driven_in_its_own_mode),
    RUNNER_TEST (a_stream_that_waited_is_made_for_the_next_monitor),
    RUNNER_TEST (the_preferred_mode_is_the_next_monitors),
    RUNNER_TEST (a_mode_that_the_next_monitor_lacks_is_an_error))
