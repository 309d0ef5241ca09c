/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstdmabufsrcbalance.h"

#include "gstdmabufsrc-private.h"

#include "gst-libs/v4l2/v4l2-control.h"

#include <errno.h>

#define GST_CAT_DEFAULT gst_dmabuf_src_debug

/* With the names that the kernel gives them, which are v4l2src's labels. */
static const struct {
  guint32 id;
  const gchar *label;
} kinds[GST_DMABUF_SRC_N_CHANNELS] = {
  { V4L2_CID_BRIGHTNESS, "Brightness" },
  { V4L2_CID_CONTRAST, "Contrast" },
  { V4L2_CID_SATURATION, "Saturation" },
  { V4L2_CID_HUE, "Hue" },
};

void
gst_dmabuf_src_balance_init (GstDmabufSrcBalance *self)
{
  for (guint i = 0; i < GST_DMABUF_SRC_N_CHANNELS; i++) {
    self->channels[i] = g_object_new (GST_TYPE_COLOR_BALANCE_CHANNEL, NULL);
    self->channels[i]->label = g_strdup (kinds[i].label);
  }
}

void
gst_dmabuf_src_balance_clear (GstDmabufSrcBalance *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->lists); i++)
    g_clear_pointer (&self->lists[i], g_list_free);
  for (guint i = 0; i < GST_DMABUF_SRC_N_CHANNELS; i++)
    g_clear_object (&self->channels[i]);
}

/* Of the open device: 0, or -errno; -ENODEV while it is closed, -EINVAL if it
 * has no such control. */
static gint
query (GstDmabufSrc *self, guint index, struct v4l2_query_ext_ctrl *info)
{
  gint ret = self->camera.device ? zc_v4l2_control_query (self->camera.device,
                                       kinds[index].id, info)
                                 : -ENODEV;

  if (ret == 0 &&
      (info->flags & (V4L2_CTRL_FLAG_DISABLED | V4L2_CTRL_FLAG_READ_ONLY) ||
          info->type != V4L2_CTRL_TYPE_INTEGER))
    ret = -EINVAL;
  return ret;
}

static gint
get (GstDmabufSrc *self, guint index, gint *value)
{
  struct v4l2_ext_control control = { .id = kinds[index].id };
  gint ret = self->camera.device
                 ? zc_v4l2_control_get (self->camera.device, &control, 1)
                 : -ENODEV;

  *value = ret == 0 ? control.value : 0;
  return ret;
}

/* *VALUE becomes what the driver made of it, which ends it where the range
 * ends. */
static gint
set (GstDmabufSrc *self, guint index, gint *value)
{
  struct v4l2_ext_control control = { .id = kinds[index].id, .value = *value };
  guint32 failed;
  bool partly;
  gint ret = self->camera.device ? zc_v4l2_control_set (self->camera.device,
                                       &control, 1, &failed, &partly)
                                 : -ENODEV;

  *value = control.value;
  return ret;
}

static const GList *
make_list (GstDmabufSrcBalance *self, guint mask)
{
  if (!self->lists[mask])
    for (guint i = GST_DMABUF_SRC_N_CHANNELS; i-- > 0;)
      if (mask & (1U << i))
        self->lists[mask] = g_list_prepend (
            self->lists[mask], self->channels[i]);
  return self->lists[mask];
}

/* Others may be reading it: with the same device nothing is written. */
static void
set_range (GstColorBalanceChannel *channel, gint minimum, gint maximum)
{
  if (channel->min_value != minimum)
    channel->min_value = minimum;
  if (channel->max_value != maximum)
    channel->max_value = maximum;
}

static const GList *
list_channels (GstColorBalance *balance)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (balance);
  const GList *list;
  guint mask = 0;

  g_mutex_lock (&self->camera.lock);
  for (guint i = 0; i < GST_DMABUF_SRC_N_CHANNELS; i++) {
    struct v4l2_query_ext_ctrl info;

    if (query (self, i, &info) < 0)
      continue;
    set_range (
        self->balance.channels[i], (gint) info.minimum, (gint) info.maximum);
    mask |= 1U << i;
  }
  list = make_list (&self->balance, mask);
  g_mutex_unlock (&self->camera.lock);
  return list;
}

static gboolean
find (GstDmabufSrc *self, const GstColorBalanceChannel *channel, guint *index)
{
  for (*index = 0; *index < GST_DMABUF_SRC_N_CHANNELS; (*index)++)
    if (self->balance.channels[*index] == channel)
      return TRUE;
  g_return_val_if_reached (FALSE); /* it is another element's */
}

static void
set_value (
    GstColorBalance *balance, GstColorBalanceChannel *channel, gint value)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (balance);
  g_autofree gchar *path = NULL;
  guint index;
  gint ret;

  if (!find (self, channel, &index))
    return;
  g_mutex_lock (&self->camera.lock);
  ret = set (self, index, &value);
  if (self->camera.device)
    path = g_strdup (self->camera.device->path);
  g_mutex_unlock (&self->camera.lock);

  if (ret == 0)
    gst_color_balance_value_changed (balance, channel, value);
  else if (path)
    gst_dmabuf_src_warn_balance (GST_ELEMENT (self), path, channel->label, ret);
  else
    GST_WARNING_OBJECT (
        self, "%s cannot be set while no camera is open", channel->label);
}

static gint
get_value (GstColorBalance *balance, GstColorBalanceChannel *channel)
{
  GstDmabufSrc *self = GST_DMABUF_SRC (balance);
  guint index;
  gint value, ret;

  if (!find (self, channel, &index))
    return 0;
  g_mutex_lock (&self->camera.lock);
  ret = get (self, index, &value);
  g_mutex_unlock (&self->camera.lock);
  if (ret < 0)
    GST_WARNING_OBJECT (
        self, "%s: VIDIOC_G_EXT_CTRLS: %s", channel->label, g_strerror (-ret));
  return value;
}

static GstColorBalanceType
get_balance_type (GstColorBalance *balance)
{
  (void) balance;
  return GST_COLOR_BALANCE_HARDWARE;
}

void
gst_dmabuf_src_balance_interface_init (GstColorBalanceInterface *iface)
{
  iface->list_channels = list_channels;
  iface->set_value = set_value;
  iface->get_value = get_value;
  iface->get_balance_type = get_balance_type;
}

void
gst_dmabuf_src_balance_announce (GstDmabufSrc *self, const GArray *ids)
{
  for (guint i = 0; i < ids->len; i++)
    for (guint k = 0; k < GST_DMABUF_SRC_N_CHANNELS; k++) {
      GstColorBalanceChannel *channel = self->balance.channels[k];

      if (g_array_index (ids, guint32, i) == kinds[k].id)
        gst_color_balance_value_changed (GST_COLOR_BALANCE (self), channel,
            get_value (GST_COLOR_BALANCE (self), channel));
    }
}
