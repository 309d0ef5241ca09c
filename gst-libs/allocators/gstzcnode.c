/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcnode.h"

#include "gstzcsys.h"

#include <grp.h>

gchar *
gst_zc_node_get_group (const gchar *path)
{
  struct group group, *found = NULL;
  gchar text[4096];
  struct stat st;

  if (path && gst_zc_sys.stat (path, &st) == 0)
    getgrgid_r (st.st_gid, &group, text, sizeof (text), &found);
  return g_strdup (found ? found->gr_name : "video");
}
