/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstzcnode.h"

#include "gstzcsys.h"

#include <errno.h>
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

/* Whether being in the node's group would help: as devtmpfs makes nodes they
 * belong to root alone, until a udev rule gives them away. */
static gboolean
group_may_use (const gchar *path)
{
  struct stat st;

  return gst_zc_sys.stat (path, &st) == 0 && st.st_gid != 0 &&
         (st.st_mode & (S_IRGRP | S_IWGRP)) == (S_IRGRP | S_IWGRP);
}

/* Whether this process is in the node's group already. */
static gboolean
is_in_group (const gchar *path)
{
  gint n = gst_zc_sys.getgroups (0, NULL);
  g_autofree gid_t *groups = g_new0 (gid_t, MAX (n, 0) + 1);
  struct stat st;

  if (gst_zc_sys.stat (path, &st) < 0)
    return FALSE;
  if (st.st_gid == gst_zc_sys.getegid ())
    return TRUE;
  n = gst_zc_sys.getgroups (MAX (n, 0), groups);
  for (gint i = 0; i < n; i++)
    if (groups[i] == st.st_gid)
      return TRUE;
  return FALSE;
}

/* EPERM is what the device rules of a cgroup say; the node's own mode is an
 * EACCES, which root does not meet, nor who is in the right group. */
static gboolean
is_forbidden_by_sandbox (const gchar *path, gint err)
{
  return err == EPERM || gst_zc_sys.geteuid () == 0 ||
         (group_may_use (path) && is_in_group (path));
}

gchar *
gst_zc_node_explain_permission (const gchar *path, const gchar *rule, gint err)
{
  g_autofree gchar *group = gst_zc_node_get_group (path);

  if (is_forbidden_by_sandbox (path, err))
    return g_strdup_printf (
        "a container, a sandbox or a security module forbids it, not its mode: "
        "let the device in, like --device=%s (docker, podman) or "
        "DeviceAllow=%s (systemd)",
        path, path);
  if (group_may_use (path))
    return g_strdup_printf (
        "members of the group `%s` may: usermod -aG %s USER, and log in anew",
        group, group);
  return g_strdup_printf (
      "its group `%s` has no access either: a udev rule gives it, like %s, "
      "GROUP=\"video\", MODE=\"0660\" in /etc/udev/rules.d/",
      group, rule);
}
