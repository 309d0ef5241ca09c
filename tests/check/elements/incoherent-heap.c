/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The lab's incoherent heap itself: that it shows what it is made to show.
 */
#include "tests/check/helpers/capture.h"
#include "tests/check/helpers/dma.h"
#include "tests/check/helpers/incoherent.h"
#include "tests/check/helpers/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define SIZE DMA_SIZE
#define PAGE 4096
#define LINE INCOHERENT_LINE

#define READ DMA_BUF_SYNC_READ
#define WRITE DMA_BUF_SYNC_WRITE
#define BOTH DMA_BUF_SYNC_RW

/* A dma-buf and the CPU's view of it. */
struct buffer {
  int fd;
  size_t size;
  unsigned char *cpu;
};

static struct buffer
buffer_new (size_t size)
{
  struct buffer b = { .fd = incoherent_alloc (size), .size = size };

  b.cpu = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, b.fd, 0);
  fail_unless (b.cpu != MAP_FAILED, "mmap: %m");
  return b;
}

static void
buffer_free (struct buffer *b)
{
  munmap (b->cpu, b->size);
  close (b->fd);
}

static void
sync_ioctl (const struct buffer *b, __u64 flags)
{
  struct dma_buf_sync sync = { .flags = flags };

  while (ioctl (b->fd, DMA_BUF_IOCTL_SYNC, &sync) < 0)
    fail_unless (errno == EINTR || errno == EAGAIN, "sync: %m");
}

static void
start (const struct buffer *b, __u64 direction)
{
  sync_ioctl (b, DMA_BUF_SYNC_START | direction);
}

static void
end (const struct buffer *b, __u64 direction)
{
  sync_ioctl (b, DMA_BUF_SYNC_END | direction);
}

static void
touch (const unsigned char *byte)
{
  (void) *(const volatile unsigned char *) byte;
}

static void
touch_all (const struct buffer *b)
{
  for (size_t i = 0; i < b->size; i += PAGE)
    touch (b->cpu + i);
}

static void
fail_unless_filled (const unsigned char *bytes, size_t size, unsigned char with)
{
  size_t i = 0;

  while (i < size && bytes[i] == with)
    i++;
  fail_unless (i == size, "byte %zu is not %#x", i, with);
}

static void
fail_unless_device_filled (const struct buffer *b, unsigned char with)
{
  unsigned char bytes[DMA_SIZE];

  dma_read (b->fd, bytes);
  fail_unless_filled (bytes, sizeof (bytes), with);
}

/* What the device has at OFFSET. */
static unsigned char
device_at (const struct buffer *b, size_t offset)
{
  unsigned char bytes[DMA_SIZE];

  dma_read (b->fd, bytes);
  return bytes[offset];
}

static void
check_faults (struct incoherent_counters wanted)
{
  struct incoherent_counters c;

  incoherent_get (&c);
  fail_unless (c.unbracketed == wanted.unbracketed &&
                   c.wrong_direction == wanted.wrong_direction &&
                   c.bad_end == wanted.bad_end && c.lost == wanted.lost &&
                   c.stray == wanted.stray &&
                   c.open_at_release == wanted.open_at_release,
      "%s", incoherent_describe ());
}

/* Those that are not named are to be 0. */
#define fail_unless_faults(...) \
  check_faults ((struct incoherent_counters) { __VA_ARGS__ })

/* A device that is still at work: a fence that the test signals, and a reader
 * who has to wait for it. */
struct sw_sync_create {
  __u32 value;
  char name[32];
  __s32 fence;
};

#define SW_SYNC "/sys/kernel/debug/sync/sw_sync"
#define SW_SYNC_CREATE _IOWR ('W', 0, struct sw_sync_create)
#define SW_SYNC_ADVANCE _IOW ('W', 1, __u32)

/* Returns the timeline: the fence is signalled by advancing it. */
static int
add_fence (const struct buffer *b)
{
  struct sw_sync_create create = { .value = 1 };
  struct dma_buf_import_sync_file import = { .flags = DMA_BUF_SYNC_WRITE };
  int timeline = open (SW_SYNC, O_RDWR | O_CLOEXEC);

  if (timeline < 0)
    runner_skip ("there is no " SW_SYNC);
  fail_unless_equals_int (ioctl (timeline, SW_SYNC_CREATE, &create), 0);
  import.fd = create.fence;
  fail_unless_equals_int (
      ioctl (b->fd, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &import), 0);
  close (create.fence);
  return timeline;
}

static gpointer
start_to_read (gpointer buffer)
{
  start (buffer, READ);
  return NULL;
}

GST_START_TEST (fresh_memory_is_poisoned)
{
  struct buffer b = buffer_new (SIZE);

  fail_unless_device_filled (&b, INCOHERENT_DEVICE_POISON);
  start (&b, WRITE);
  fail_unless_filled (b.cpu, SIZE, INCOHERENT_CPU_POISON);
  end (&b, WRITE);
  assert_incoherent_clean ();
  buffer_free (&b);
}
GST_END_TEST;

GST_START_TEST (unbracketed_reads_see_old_bytes_and_are_counted)
{
  struct buffer b = buffer_new (SIZE);

  dma_fill (b.fd, 0x11);
  fail_unless_filled (b.cpu, SIZE, INCOHERENT_CPU_POISON);
  fail_unless_faults (.unbracketed = SIZE / PAGE);

  start (&b, READ);
  end (&b, READ);
  fail_unless_filled (b.cpu, SIZE, 0x11);
  fail_unless_faults (.unbracketed = 2 * SIZE / PAGE);
  buffer_free (&b);
}
GST_END_TEST;

GST_START_TEST (a_read_bracket_shows_what_the_camera_wrote)
{
  const unsigned char wanted[] = { CAPTURE_BAR, CAPTURE_BAR, CAPTURE_BAR, 0 };
  const size_t last_row = (CAPTURE_HEIGHT - 1) * CAPTURE_WIDTH * 4;
  struct buffer b = buffer_new (CAPTURE_SIZE);

  fail_unless_equals_int (capture_into (b.fd), 0);
  start (&b, READ);
  fail_unless (memcmp (b.cpu, wanted, sizeof (wanted)) == 0);
  fail_unless (memcmp (b.cpu + last_row, wanted, sizeof (wanted)) == 0);
  end (&b, READ);
  assert_incoherent_clean ();
  buffer_free (&b);
}
GST_END_TEST;

GST_START_TEST (without_a_new_start_the_old_picture_is_read)
{
  struct buffer b = buffer_new (SIZE);

  dma_fill (b.fd, 0x11);
  start (&b, READ);
  dma_fill (b.fd, 0x22);
  fail_unless_filled (b.cpu, SIZE, 0x11);
  end (&b, READ);
  start (&b, READ);
  fail_unless_filled (b.cpu, SIZE, 0x22);
  end (&b, READ);
  assert_incoherent_clean ();
  buffer_free (&b);
}
GST_END_TEST;

GST_START_TEST (a_write_reaches_the_device_at_its_end_only)
{
  struct buffer b = buffer_new (SIZE);

  start (&b, WRITE);
  memset (b.cpu, 0x11, SIZE);
  fail_unless_device_filled (&b, INCOHERENT_DEVICE_POISON);
  end (&b, WRITE);
  fail_unless_device_filled (&b, 0x11);
  assert_incoherent_clean ();
  buffer_free (&b);
}
GST_END_TEST;

GST_START_TEST (writes_keep_the_devices_other_lines)
{
  unsigned char wanted[DMA_SIZE], bytes[DMA_SIZE];
  struct buffer b = buffer_new (SIZE);

  memset (wanted, 0x22, sizeof (wanted));
  memset (wanted + 5 * LINE, 0x11, LINE);

  start (&b, WRITE);
  memset (b.cpu + 5 * LINE, 0x11, LINE);
  dma_fill (b.fd, 0x22);
  end (&b, WRITE);
  dma_read (b.fd, bytes);
  fail_unless (memcmp (bytes, wanted, sizeof (wanted)) == 0);
  assert_incoherent_clean ();
  buffer_free (&b);
}
GST_END_TEST;

GST_START_TEST (a_line_written_in_part_brings_old_bytes_along)
{
  struct buffer b = buffer_new (SIZE);
  unsigned char bytes[DMA_SIZE];

  dma_fill (b.fd, 0x22);
  start (&b, WRITE);
  b.cpu[LINE] = 0x11;
  end (&b, WRITE);
  dma_read (b.fd, bytes);
  fail_unless_filled (bytes, LINE, 0x22);
  fail_unless_equals_int (bytes[LINE], 0x11);
  fail_unless_filled (bytes + LINE + 1, LINE - 1, INCOHERENT_CPU_POISON);
  fail_unless_filled (bytes + 2 * LINE, SIZE - 2 * LINE, 0x22);
  assert_incoherent_clean ();
  buffer_free (&b);
}
GST_END_TEST;

GST_START_TEST (a_line_read_first_is_written_in_part)
{
  struct buffer b = buffer_new (SIZE);
  unsigned char bytes[DMA_SIZE];

  dma_fill (b.fd, 0x22);
  start (&b, BOTH);
  b.cpu[LINE] = 0x11;
  end (&b, BOTH);
  dma_read (b.fd, bytes);
  fail_unless_equals_int (bytes[LINE], 0x11);
  fail_unless_filled (bytes + LINE + 1, LINE - 1, 0x22);
  assert_incoherent_clean ();
  buffer_free (&b);
}
GST_END_TEST;

GST_START_TEST (the_directions_are_counted_apart)
{
  struct buffer b = buffer_new (SIZE);

  start (&b, READ);
  start (&b, WRITE);
  memset (b.cpu, 0x11, SIZE);
  end (&b, BOTH);
  fail_unless_device_filled (&b, 0x11);

  start (&b, BOTH);
  memset (b.cpu, 0x22, SIZE);
  end (&b, WRITE);
  touch_all (&b);
  end (&b, READ);
  fail_unless_device_filled (&b, 0x22);
  assert_incoherent_clean ();
  buffer_free (&b);
}
GST_END_TEST;

GST_START_TEST (two_readers_overlap)
{
  struct buffer b = buffer_new (SIZE);

  start (&b, READ);
  start (&b, READ);
  end (&b, READ);
  touch_all (&b);
  end (&b, READ);
  assert_incoherent_clean ();
  touch_all (&b);
  fail_unless_faults (.unbracketed = SIZE / PAGE);
  buffer_free (&b);
}
GST_END_TEST;

GST_START_TEST (two_writers_overlap)
{
  struct buffer b = buffer_new (SIZE);

  start (&b, WRITE);
  b.cpu[0] = 0x11;
  start (&b, WRITE);
  b.cpu[PAGE] = 0x22;
  end (&b, WRITE);
  fail_unless_equals_int (device_at (&b, 0), 0x11);
  b.cpu[PAGE + LINE] = 0x33;
  end (&b, WRITE);
  fail_unless_equals_int (device_at (&b, PAGE), 0x22);
  fail_unless_equals_int (device_at (&b, PAGE + LINE), 0x33);
  assert_incoherent_clean ();
  buffer_free (&b);
}
GST_END_TEST;

GST_START_TEST (widening_a_write_bracket_by_read_loses_writes)
{
  struct buffer b = buffer_new (SIZE);

  start (&b, WRITE);
  memset (b.cpu, 0x11, 3 * LINE);
  start (&b, READ);
  fail_unless_filled (b.cpu, SIZE, INCOHERENT_DEVICE_POISON);
  end (&b, BOTH);
  fail_unless_device_filled (&b, INCOHERENT_DEVICE_POISON);
  fail_unless_faults (.lost = 3);
  buffer_free (&b);
}
GST_END_TEST;

GST_START_TEST (an_end_without_a_start_is_counted)
{
  struct buffer b = buffer_new (SIZE);

  end (&b, READ);
  fail_unless_faults (.bad_end = 1);
  end (&b, WRITE);
  fail_unless_faults (.bad_end = 2);
  start (&b, READ);
  end (&b, WRITE);
  fail_unless_faults (.bad_end = 3);
  end (&b, BOTH);
  fail_unless_faults (.bad_end = 4);
  buffer_free (&b);
  fail_unless_faults (.bad_end = 4);
}
GST_END_TEST;

GST_START_TEST (writes_in_a_read_bracket_are_counted_and_dropped)
{
  struct buffer b = buffer_new (SIZE);

  start (&b, READ);
  b.cpu[0] = 0x11;
  fail_unless_faults (.wrong_direction = 1);
  touch (b.cpu + PAGE);
  fail_unless_faults (.wrong_direction = 1);
  b.cpu[PAGE] = 0x11;
  fail_unless_faults (.wrong_direction = 2);
  end (&b, READ);
  fail_unless_device_filled (&b, INCOHERENT_DEVICE_POISON);
  fail_unless_faults (.wrong_direction = 2, .stray = 2);
  buffer_free (&b);
}
GST_END_TEST;

GST_START_TEST (writes_outside_of_brackets_are_counted_and_dropped)
{
  struct buffer b = buffer_new (SIZE);

  b.cpu[0] = 0x11;
  fail_unless_faults (.unbracketed = 1);
  start (&b, WRITE);
  b.cpu[PAGE] = 0x22;
  end (&b, WRITE);
  fail_unless_equals_int (device_at (&b, 0), INCOHERENT_DEVICE_POISON);
  fail_unless_equals_int (device_at (&b, PAGE), 0x22);
  fail_unless_faults (.unbracketed = 1, .stray = 1);

  b.cpu[0] = 0x33;
  fail_unless_faults (.unbracketed = 2, .stray = 1);
  buffer_free (&b);
  fail_unless_faults (.unbracketed = 2, .stray = 2);
}
GST_END_TEST;

GST_START_TEST (a_buffer_freed_in_a_bracket_is_counted)
{
  struct buffer b = buffer_new (SIZE);

  start (&b, READ);
  buffer_free (&b);
  fail_unless_faults (.open_at_release = 1);
}
GST_END_TEST;

GST_START_TEST (a_start_waits_for_the_device_and_then_looks)
{
  struct buffer b = buffer_new (SIZE);
  int timeline = add_fence (&b);
  GThread *reader = g_thread_new ("reader", start_to_read, &b);
  __u32 one = 1;

  /* Time enough for it to copy, if it does not wait. */
  g_usleep (50000);
  dma_fill (b.fd, 0x11);
  fail_unless_equals_int (ioctl (timeline, SW_SYNC_ADVANCE, &one), 0);
  g_thread_join (reader);
  close (timeline);
  fail_unless_filled (b.cpu, SIZE, 0x11);
  end (&b, READ);
  assert_incoherent_clean ();
  buffer_free (&b);
}
GST_END_TEST;

static void
on_signal (int signal)
{
  (void) signal;
}

/* Returns the errno. */
static void *
start_once (void *buffer)
{
  const struct buffer *b = buffer;
  struct dma_buf_sync sync = { .flags = DMA_BUF_SYNC_START | READ };

  if (ioctl (b->fd, DMA_BUF_IOCTL_SYNC, &sync) == 0)
    return NULL;
  return GINT_TO_POINTER (errno);
}

GST_START_TEST (an_interrupted_start_opens_no_bracket)
{
  const struct sigaction action = { .sa_handler = on_signal };
  struct buffer b = buffer_new (SIZE);
  int timeline = add_fence (&b);
  struct incoherent_counters c;
  pthread_t reader;
  void *result;

  sigaction (SIGUSR1, &action, NULL);
  pthread_create (&reader, NULL, start_once, &b);
  /* It may not wait yet. */
  while (pthread_tryjoin_np (reader, &result) != 0) {
    pthread_kill (reader, SIGUSR1);
    g_usleep (10000);
  }
  fail_unless_equals_int (GPOINTER_TO_INT (result), EINTR);
  incoherent_get (&c);
  fail_unless_equals_int (c.begins, 0);
  close (timeline);
  buffer_free (&b);
  assert_incoherent_clean ();
}
GST_END_TEST;

GST_START_TEST (chaos_writes_back_early)
{
  struct buffer b = buffer_new (SIZE);
  struct incoherent_counters c;
  unsigned char bytes[DMA_SIZE];

  dma_fill (b.fd, 0x22);
  incoherent_set_chaos (true);
  start (&b, WRITE);
  memset (b.cpu, 0x11, SIZE / 2);
  do {
    g_usleep (5000);
    incoherent_get (&c);
  } while (c.evicted < SIZE / 2 / LINE);
  dma_read (b.fd, bytes);
  fail_unless_filled (bytes, SIZE / 2, 0x11);
  fail_unless_filled (bytes + SIZE / 2, SIZE / 2, 0x22);
  end (&b, WRITE);
  assert_incoherent_clean ();
  buffer_free (&b);
}
GST_END_TEST;

GST_START_TEST (chaos_harms_no_correct_user)
{
  struct buffer b = buffer_new (SIZE);
  struct incoherent_counters c;

  incoherent_set_chaos (true);
  for (unsigned i = 1; i <= 10; i++) {
    dma_fill (b.fd, i);
    start (&b, BOTH);
    fail_unless_filled (b.cpu, SIZE, i);
    memset (b.cpu, 2 * i, SIZE / 2);
    g_usleep (5000);
    memset (b.cpu, 3 * i, SIZE / 2);
    end (&b, BOTH);
    fail_unless_equals_int (device_at (&b, 0), 3 * i);
    fail_unless_equals_int (device_at (&b, SIZE / 2 - 1), 3 * i);
    fail_unless_equals_int (device_at (&b, SIZE / 2), i);
  }
  incoherent_get (&c);
  fail_unless (c.evicted > 0);
  assert_incoherent_clean ();
  buffer_free (&b);
}
GST_END_TEST;

GST_START_TEST (without_strictness_only_bytes_tell)
{
  struct buffer b = buffer_new (SIZE);

  incoherent_set_strict (false);
  fail_unless_filled (b.cpu, SIZE, INCOHERENT_CPU_POISON);
  start (&b, READ);
  b.cpu[0] = 0x11;
  end (&b, READ);
  fail_unless_device_filled (&b, INCOHERENT_DEVICE_POISON);
  fail_unless_faults (.stray = 1);

  incoherent_set_strict (true);
  start (&b, READ);
  end (&b, READ);
  touch_all (&b);
  fail_unless_faults (.stray = 1, .unbracketed = SIZE / PAGE);
  buffer_free (&b);
}
GST_END_TEST;

GST_START_TEST (the_counters_reset)
{
  struct buffer b = buffer_new (SIZE);
  struct incoherent_counters c;

  touch_all (&b);
  end (&b, WRITE);
  start (&b, READ);
  fail_if (incoherent_is_clean ());
  incoherent_reset ();
  assert_incoherent_clean ();
  incoherent_get (&c);
  fail_unless_equals_int (c.begins, 0);
  fail_unless_equals_int (c.ends, 0);
  fail_unless_equals_int (c.alive, 1);
  fail_unless_equals_int (c.bytes, SIZE);

  /* The bracket is still open. */
  touch_all (&b);
  end (&b, READ);
  assert_incoherent_clean ();
  buffer_free (&b);
  incoherent_get (&c);
  fail_unless_equals_int (c.ends, 1);
  fail_unless_equals_int (c.alive, 0);
  fail_unless_equals_int (c.bytes, 0);
}
GST_END_TEST;

GST_START_TEST (each_dmabuf_has_its_own_state)
{
  struct buffer a = buffer_new (SIZE), b = buffer_new (SIZE);

  start (&a, WRITE);
  start (&b, READ);
  memset (a.cpu, 0x11, SIZE);
  fail_unless_filled (b.cpu, SIZE, INCOHERENT_DEVICE_POISON);
  end (&a, WRITE);
  touch_all (&b);
  assert_incoherent_clean ();
  b.cpu[0] = 0x22;
  fail_unless_faults (.wrong_direction = 1);
  end (&b, READ);
  fail_unless_device_filled (&a, 0x11);
  fail_unless_device_filled (&b, INCOHERENT_DEVICE_POISON);
  buffer_free (&a);
  buffer_free (&b);
}
GST_END_TEST;

GST_START_TEST (all_mappings_share_the_state)
{
  struct buffer b = buffer_new (SIZE);
  unsigned char *other = mmap (NULL, PAGE, PROT_READ, MAP_SHARED, b.fd, PAGE);

  fail_unless (other != MAP_FAILED);
  start (&b, BOTH);
  b.cpu[PAGE] = 0x11;
  fail_unless_equals_int (other[0], 0x11);
  end (&b, BOTH);
  assert_incoherent_clean ();
  touch (other);
  fail_unless_faults (.unbracketed = 1);
  munmap (other, PAGE);
  buffer_free (&b);
}
GST_END_TEST;

GST_START_TEST (private_mappings_are_refused)
{
  int fd = incoherent_alloc (SIZE);

  fail_unless (mmap (NULL, SIZE, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED);
  fail_unless_equals_int (errno, EINVAL);
  close (fd);
}
GST_END_TEST;

/* As the camera of these tests needs it. */
GST_START_TEST (four_mebibytes_are_one_piece)
{
  int fd = incoherent_alloc (4 << 20);

  fail_unless_equals_int (capture_into (fd), 0);
  close (fd);
}
GST_END_TEST;

GST_START_TEST (more_are_made_of_single_pages)
{
  struct buffer b = buffer_new ((4 << 20) + PAGE);

  start (&b, WRITE);
  memset (b.cpu, 0x11, b.size);
  end (&b, WRITE);
  fail_unless_device_filled (&b, 0x11);
  start (&b, READ);
  fail_unless_filled (b.cpu, b.size, 0x11);
  end (&b, READ);
  assert_incoherent_clean ();
  buffer_free (&b);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA, RUNNER_TEST (fresh_memory_is_poisoned),
    RUNNER_TEST (unbracketed_reads_see_old_bytes_and_are_counted),
    RUNNER_TEST (a_read_bracket_shows_what_the_camera_wrote),
    RUNNER_TEST (without_a_new_start_the_old_picture_is_read),
    RUNNER_TEST (a_write_reaches_the_device_at_its_end_only),
    RUNNER_TEST (writes_keep_the_devices_other_lines),
    RUNNER_TEST (a_line_written_in_part_brings_old_bytes_along),
    RUNNER_TEST (a_line_read_first_is_written_in_part),
    RUNNER_TEST (the_directions_are_counted_apart),
    RUNNER_TEST (two_readers_overlap), RUNNER_TEST (two_writers_overlap),
    RUNNER_TEST (widening_a_write_bracket_by_read_loses_writes),
    RUNNER_TEST (an_end_without_a_start_is_counted),
    RUNNER_TEST (writes_in_a_read_bracket_are_counted_and_dropped),
    RUNNER_TEST (writes_outside_of_brackets_are_counted_and_dropped),
    RUNNER_TEST (a_buffer_freed_in_a_bracket_is_counted),
    RUNNER_TEST (a_start_waits_for_the_device_and_then_looks),
    RUNNER_TEST (an_interrupted_start_opens_no_bracket),
    RUNNER_TEST (chaos_writes_back_early),
    RUNNER_TEST (chaos_harms_no_correct_user),
    RUNNER_TEST (without_strictness_only_bytes_tell),
    RUNNER_TEST (the_counters_reset),
    RUNNER_TEST (each_dmabuf_has_its_own_state),
    RUNNER_TEST (all_mappings_share_the_state),
    RUNNER_TEST (private_mappings_are_refused),
    RUNNER_TEST (four_mebibytes_are_one_piece),
    RUNNER_TEST (more_are_made_of_single_pages))
