/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A minute at the display's own rate. The display and the machine may miss a
 * refresh; what is counted is whether we did: the program's drmHandleEvent()
 * and drmIoctl(), which the dynamic linker prefers to those of libdrm, note
 * when a flip was told, and when the next frame was committed.
 */
#include "../helpers/crc.h"
#include "../helpers/runner.h"
#include "../helpers/stage.h"

#include <dlfcn.h>
#include <drm_fourcc.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

#define CAPS "video/x-raw,format=BGRx,width=320,height=240,framerate=60/1"
#define SECONDS 60
#define N_PICTURES 5
#define MAX_FLIPS (100 * SECONDS)

/* Of a refresh of 16.7 ms, what we may take to answer a flip: while the machine
 * lets programs run. The blanking of vkms has no length: what comes before the
 * next is in time. */
#define TICK_US 2000
#define MAX_TICKS 2

struct flip {
  guint sequence;
  guint told;           /* in ticks, as what follows */
  gboolean is_answered; /* by a commit from within: there was a frame */
  guint answered;
  guint done; /* the thread is free for the next */
};

static struct stage stage;
static struct sink sink;
static GstBuffer *frames[N_PICTURES];
static guint32 crcs[N_PICTURES];

static GMutex lock;
static GCond flipped;
static struct flip flips[MAX_FLIPS];
static guint n_flips; /* guarded by the lock; they are of the card's thread */

/* --- time --------------------------------------------------------------- */

/* The host may stop the whole machine for a while: a thread that does nothing
 * else counts the time that there is for all. */
static GThread *clock_thread;
static gint n_ticks, is_over; /* atomic */

static gpointer
tick (gpointer data)
{
  (void) data;
  while (!g_atomic_int_get (&is_over)) {
    g_usleep (TICK_US);
    g_atomic_int_inc (&n_ticks);
  }
  return NULL;
}

/* --- between us and libdrm --------------------------------------------- */

/* Within drmHandleEvent(). No lock is taken until we have answered. */
static _Thread_local drmEventContext *told_to;
static _Thread_local struct flip *current;

static void
on_flip (int fd, unsigned sequence, unsigned s, unsigned us, unsigned crtc_id,
    void *data)
{
  runner_require (n_flips < MAX_FLIPS, "faster than the display");
  current = &flips[n_flips];
  *current = (struct flip) { .sequence = sequence,
    .told = g_atomic_int_get (&n_ticks) };
  told_to->page_flip_handler2 (fd, sequence, s, us, crtc_id, data);
  current->done = g_atomic_int_get (&n_ticks);
  current = NULL;
  g_mutex_lock (&lock);
  n_flips++;
  g_cond_broadcast (&flipped);
  g_mutex_unlock (&lock);
}

int
drmHandleEvent (int fd, drmEventContextPtr context)
{
  int (*next) (int, drmEventContextPtr) = dlsym (RTLD_NEXT, "drmHandleEvent");
  drmEventContext ours = *context;

  told_to = context;
  ours.page_flip_handler2 = on_flip;
  return next (fd, &ours);
}

int
drmIoctl (int fd, unsigned long request, void *arg)
{
  int (*next) (int, unsigned long, void *) = dlsym (RTLD_NEXT, "drmIoctl");

  if (current && request == DRM_IOCTL_MODE_ATOMIC) {
    current->is_answered = TRUE;
    current->answered = g_atomic_int_get (&n_ticks);
  }
  return next (fd, request, arg);
}

/* --- the run ----------------------------------------------------------- */

static void
copy_into (GstBuffer *to, GstBuffer *from)
{
  GstVideoFrame in, out;

  fail_unless (gst_video_frame_map (&in, &sink.info, from, GST_MAP_READ));
  fail_unless (gst_video_frame_map (&out, &sink.info, to, GST_MAP_WRITE));
  fail_unless (gst_video_frame_copy (&out, &in));
  gst_video_frame_unmap (&out);
  gst_video_frame_unmap (&in);
}

/* That the sink offers: nothing is copied. */
static GstBufferPool *
take_pool (void)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
  GstQuery *query = gst_query_new_allocation (caps, TRUE);
  GstBufferPool *pool;
  GstStructure *config;
  guint size;

  fail_unless (gst_pad_peer_query (sink.harness->srcpad, query));
  gst_query_parse_nth_allocation_pool (query, 0, &pool, &size, NULL, NULL);
  config = gst_buffer_pool_get_config (pool);
  gst_buffer_pool_config_set_params (
      config, caps, size, N_PICTURES, N_PICTURES);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  gst_query_unref (query);
  return pool;
}

static void
make_pictures (void)
{
  g_autoptr (GstBufferPool) pool = take_pool ();

  for (guint i = 0; i < N_PICTURES; i++) {
    struct golden_picture picture;
    GstBuffer *drawn;

    picture = stage_draw (&stage, &sink.info, i, 160, 120, &drawn);
    crcs[i] = golden_crc (STAGE_WIDTH, STAGE_HEIGHT, &picture, 1);
    fail_unless_equals_int (
        gst_buffer_pool_acquire_buffer (pool, &frames[i], NULL), GST_FLOW_OK);
    copy_into (frames[i], drawn);
    gst_buffer_unref (drawn);
  }
  gst_buffer_pool_set_active (pool, FALSE); /* none comes back */
}

static void
set_up (void)
{
  clock_thread = g_thread_new ("clock", tick, NULL);
  stage_open (&stage, 0);
  stage_add (&stage, &sink, "", CAPS);
  make_pictures ();
}

static void
tear_down (void)
{
  for (guint i = 0; i < N_PICTURES; i++)
    gst_buffer_unref (frames[i]);
  sink_close (&sink);
  stage_close (&stage);
  g_atomic_int_set (&is_over, TRUE);
  g_thread_join (clock_thread);
}

static void
wait_for_flips (guint n)
{
  gint64 until = g_get_monotonic_time () + 5 * G_TIME_SPAN_SECOND;
  gboolean in_time = TRUE;

  g_mutex_lock (&lock);
  while (n_flips < n && in_time)
    in_time = g_cond_wait_until (&flipped, &lock, until);
  g_mutex_unlock (&lock);
  fail_unless (in_time, "flip %u does not come", n);
}

static void
push (guint n)
{
  sink_push (&sink, gst_buffer_ref (frames[n % N_PICTURES]));
}

/* One is on its way to the screen, and one waits: the next comes when one has
 * flipped. Returns how many there were. */
static guint
play (void)
{
  gint64 end = g_get_monotonic_time () + SECONDS * G_TIME_SPAN_SECOND;
  guint n;

  push (0);
  push (1);
  for (n = 2; g_get_monotonic_time () < end; n++) {
    wait_for_flips (n - 1);
    push (n);
  }
  wait_for_flips (n);
  return n;
}

/* --- the verdict ------------------------------------------------------- */

struct missed {
  guint by_us, by_producer, by_machine;
};

/* We answered late, or were at the one before when this came. */
static gboolean
is_ours (const struct flip *flip)
{
  if (flip->answered - flip->told > MAX_TICKS)
    return TRUE;
  return flip > flips && flip->told == flip[-1].done &&
         flip[-1].done - flip[-1].answered > MAX_TICKS;
}

static struct missed
count_missed (void)
{
  struct missed missed = { 0 };

  for (guint i = 0; i + 1 < n_flips; i++) {
    guint n = flips[i + 1].sequence - flips[i].sequence - 1;

    if (!flips[i].is_answered)
      missed.by_producer += n;
    else if (is_ours (&flips[i]))
      missed.by_us += n;
    else
      missed.by_machine += n;
  }
  return missed;
}

static guint
find_picture (guint32 crc)
{
  guint i = 0;

  while (i < N_PICTURES && crcs[i] != crc)
    i++;
  return i;
}

/* Every refresh showed one of the pictures, whole. Returns how many pictures
 * were shown after another than the one before. */
static guint
count_disorder (void)
{
  g_autoptr (GArray) seen = crc_reader_get (stage.reader);
  guint32 black = crc_of_black (STAGE_WIDTH, STAGE_HEIGHT);
  guint n = 0, last = N_PICTURES;

  for (guint i = 0; i < seen->len; i++) {
    guint32 crc = g_array_index (seen, guint32, i);
    guint picture = find_picture (crc);

    if (last == N_PICTURES && crc == black)
      continue;
    fail_unless (picture < N_PICTURES, "refresh %u showed %08x", i, crc);
    n += last < N_PICTURES && picture != (last + 1) % N_PICTURES;
    last = picture;
  }
  fail_unless (last < N_PICTURES);
  return n;
}

GST_START_TEST (a_minute_passes_without_a_flip_missed_by_us)
{
  struct missed missed;
  guint n, disorder;

  set_up ();
  n = play ();
  missed = count_missed ();
  disorder = count_disorder ();
  g_print ("%u frames; %u refreshes missed by us, %u by the test, %u by the "
           "machine; %u pictures not seen\n",
      n, missed.by_us, missed.by_producer, missed.by_machine, disorder);
  fail_unless_equals_int (missed.by_us, 0);
  fail_unless (n > 45 * SECONDS);
  fail_unless (disorder <= n / 20);
  fail_unless_equals_uint64 (sink_get_stat (&sink, "frames"), n);
  fail_unless_equals_uint64 (sink_get_stat (&sink, "dropped"), 0);
  fail_unless_equals_uint64 (sink_get_stat (&sink, "copies"), 0);
  fail_unless_equals_uint64 (sink_get_stat (&sink, "imports"), N_PICTURES);
  tear_down ();
}
GST_END_TEST;

RUNNER_MAIN (
    RUNNER_DISPLAY, RUNNER_TEST (a_minute_passes_without_a_flip_missed_by_us))
