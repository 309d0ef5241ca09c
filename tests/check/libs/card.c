/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/card.h"
#include "../helpers/runner.h"

#include <fcntl.h>
#include <unistd.h>
#include <xf86drm.h>

GST_START_TEST (it_is_opened_by_its_path)
{
  struct card *card = card_new ();
  int fd = open (card_path (card), O_RDWR | O_CLOEXEC);
  drmVersion *version = drmGetVersion (fd);

  fail_unless_equals_string (version->name, "played");
  drmFreeVersion (version);
  close (fd);
  card_free (card);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_NOTHING,
    RUNNER_TEST (it_is_opened_by_its_path))
