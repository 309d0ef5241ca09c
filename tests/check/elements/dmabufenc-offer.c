/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/runner.h"
#include "enc.h"

#include <glob.h>
#include <gst/video/video.h>
#include <unistd.h>

/* What upstream is offered on a machine that has no memory for devices. */

static void
take_away (const char *pattern)
{
  glob_t found;

  if (glob (pattern, 0, NULL, &found) != 0)
    return;
  for (size_t i = 0; i < found.gl_pathc; i++)
    unlink (found.gl_pathv[i]);
  globfree (&found);
}

static GstQuery *
ask (struct enc *enc, const char *text)
{
  GstCaps *caps = gst_caps_from_string (text);
  GstQuery *query = gst_query_new_allocation (caps, TRUE);

  take_away ("/dev/udmabuf");
  take_away ("/dev/dma_heap/*");
  take_away ("/dev/dri/*");
  enc_open (enc, "", text);
  fail_unless (gst_pad_peer_query (enc->harness->srcpad, query));
  gst_caps_unref (caps);
  return query;
}

/* Else lines that are padded would be copied upstream. */
GST_START_TEST (without_a_heap_metas_are_taken_all_the_same)
{
  struct enc enc;
  GstQuery *query = ask (&enc, ENC_NV12);

  fail_unless (
      gst_query_find_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL));
  gst_query_unref (query);
  enc_close (&enc);
}
GST_END_TEST;

/* That of the base class would be memory of the process. */
GST_START_TEST (without_a_heap_there_is_no_pool_for_dmabufs)
{
  struct enc enc;
  GstQuery *query = ask (&enc, ENC_DMABUF);

  fail_unless_equals_int (gst_query_get_n_allocation_pools (query), 0);
  gst_query_unref (query);
  enc_close (&enc);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (without_a_heap_metas_are_taken_all_the_same),
    RUNNER_TEST (without_a_heap_there_is_no_pool_for_dmabufs))
