/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"
#include "../helpers/source.h"

/* A camera that writes only into contiguous memory, and has such as the CPU
 * caches (V4L2_MEMORY_FLAG_NON_COHERENT). */

GST_START_TEST (for_the_cpu_the_drivers_memory_is_cached)
{
  GstHarness *harness;

  source_offer.with_meta = TRUE;
  harness = source_play ("auto", SOURCE_RAW);
  source_assert_frames (harness, 20);
  source_assert_path (harness, "mmap");
  source_assert_refused (harness, "userptr into own pages", "REQBUFS");
  source_end (harness);
}
GST_END_TEST;

GST_START_TEST (for_devices_it_is_exported)
{
  GstHarness *harness = source_play ("auto", SOURCE_DMABUF);

  source_assert_frames (harness, 20);
  source_assert_path (harness, "dmabuf-export");
  source_end (harness);
}
GST_END_TEST;

GST_START_TEST (mapped_memory_is_right_by_hand_too)
{
  GstHarness *harness;

  source_offer.with_meta = TRUE;
  harness = source_play ("mmap", SOURCE_RAW);
  source_assert_frames (harness, 20);
  source_assert_path (harness, "mmap");
  source_end (harness);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA,
    RUNNER_TEST (for_the_cpu_the_drivers_memory_is_cached),
    RUNNER_TEST (for_devices_it_is_exported),
    RUNNER_TEST (mapped_memory_is_right_by_hand_too))
