/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "v4l2-m2m.h"

#include "v4l2-find.h"
#include "v4l2-format.h"

#include <errno.h>

/* Younger than the headers of many systems. */
#ifndef V4L2_PIX_FMT_AV1_FRAME
#define V4L2_PIX_FMT_AV1_FRAME v4l2_fourcc ('A', 'V', '1', 'F')
#endif

/* Coded frames that user space has parsed, for devices that remember nothing
 * (pixfmt-compressed.rst). */
static bool
is_stateless (__u32 fourcc)
{
  static const __u32 stateless[] = {
    V4L2_PIX_FMT_FWHT_STATELESS,
    V4L2_PIX_FMT_MPEG2_SLICE,
    V4L2_PIX_FMT_H264_SLICE,
    V4L2_PIX_FMT_HEVC_SLICE,
    V4L2_PIX_FMT_VP8_FRAME,
    V4L2_PIX_FMT_VP9_FRAME,
    V4L2_PIX_FMT_AV1_FRAME,
  };

  for (size_t i = 0; i < sizeof (stateless) / sizeof (*stateless); i++)
    if (stateless[i] == fourcc)
      return true;
  return false;
}

bool
zc_v4l2_m2m_is_coded (__u32 fourcc, __u32 flags)
{
  return flags & V4L2_FMT_FLAG_COMPRESSED && !is_stateless (fourcc);
}

/* Says nothing at all of formats without a state. */
static bool
has (const struct zc_v4l2_formats *formats, __u32 fourcc, bool coded)
{
  for (unsigned i = 0; i < formats->n; i++) {
    __u32 candidate = formats->format[i].fourcc;

    if ((fourcc == 0 || fourcc == candidate) && !is_stateless (candidate) &&
        zc_v4l2_m2m_is_coded (candidate, formats->format[i].flags) == coded)
      return true;
  }
  return false;
}

/* Whether the formats are there, whatever the device is. */
static bool
goes (const struct zc_v4l2_m2m *m2m, enum zc_v4l2_job job, __u32 output,
    __u32 capture)
{
  return has (&m2m->output, output, job == ZC_V4L2_JOB_DECODE) &&
         has (&m2m->capture, capture, job == ZC_V4L2_JOB_ENCODE);
}

bool
zc_v4l2_m2m_does (const struct zc_v4l2_m2m *m2m, enum zc_v4l2_job job,
    __u32 output, __u32 capture)
{
  return m2m->jobs & job && goes (m2m, job, output, capture);
}

static int
list_formats (const struct zc_v4l2_device *device, __u32 type,
    struct zc_v4l2_formats *formats)
{
  struct v4l2_fmtdesc desc;
  int ret = 0;

  formats->n = 0;
  while (formats->n < ZC_V4L2_MAX_FORMATS) {
    ret = zc_v4l2_enum_format (device, type, formats->n, &desc);
    if (ret < 0)
      break;
    formats->format[formats->n].fourcc = desc.pixelformat;
    formats->format[formats->n++].flags = desc.flags;
  }
  return ret == -EINVAL ? 0 : ret;
}

/* Asking for no buffers tells what there could be. */
static bool
takes_requests (const struct zc_v4l2_device *device)
{
  struct v4l2_create_buffers none = {
    .memory = V4L2_MEMORY_MMAP,
    .format.type = device->output_type,
  };

  return zc_v4l2_device_ioctl (device, VIDIOC_G_FMT, &none.format) == 0 &&
         zc_v4l2_device_ioctl (device, VIDIOC_CREATE_BUFS, &none) == 0 &&
         none.capabilities & V4L2_BUF_CAP_SUPPORTS_REQUESTS;
}

/* For coded formats that are younger than this: who takes requests, and has
 * nothing to drain, wants each frame with its request. */
static bool
decodes_by_requests (const struct zc_v4l2_device *device)
{
  return takes_requests (device) &&
         !zc_v4l2_codec_has_command (device, ZC_V4L2_JOB_DECODE);
}

/* Deinterlacers go from pictures to pictures, too, but what goes in has fields:
 * sun8i-di gives a picture back after the next one only, m2m-deinterlace wants
 * one field behind the other. */
static bool
wants_fields (const struct zc_v4l2_device *device)
{
  struct zc_v4l2_format format;

  if (zc_v4l2_format_get (device, device->output_type, &format) < 0)
    return false;
  format.field = V4L2_FIELD_NONE;
  return zc_v4l2_format_try (device, &format) == 0 &&
         format.field != V4L2_FIELD_NONE && format.field != V4L2_FIELD_ANY;
}

int
zc_v4l2_m2m_query (struct zc_v4l2_m2m *m2m, const struct zc_v4l2_device *device)
{
  static const enum zc_v4l2_job jobs[] = { ZC_V4L2_JOB_ENCODE,
    ZC_V4L2_JOB_DECODE, ZC_V4L2_JOB_CONVERT };
  int ret = list_formats (device, device->output_type, &m2m->output);

  m2m->jobs = 0;
  if (ret == 0)
    ret = list_formats (device, device->capture_type, &m2m->capture);
  if (ret < 0)
    return ret;
  for (size_t i = 0; i < sizeof (jobs) / sizeof (*jobs); i++)
    if (goes (m2m, jobs[i], 0, 0))
      m2m->jobs |= jobs[i];
  if (m2m->jobs & ZC_V4L2_JOB_DECODE && decodes_by_requests (device))
    m2m->jobs &= ~(unsigned) ZC_V4L2_JOB_DECODE;
  if (m2m->jobs & ZC_V4L2_JOB_CONVERT && wants_fields (device))
    m2m->jobs &= ~(unsigned) ZC_V4L2_JOB_CONVERT;
  return 0;
}

/* The driver chooses sizes anew, which are of the format that was there. */
static int
choose (const struct zc_v4l2_device *device, __u32 type, __u32 fourcc)
{
  struct zc_v4l2_format format;
  int ret = zc_v4l2_format_get (device, type, &format);

  if (ret < 0)
    return ret;
  format.fourcc = fourcc;
  for (unsigned i = 0; i < VIDEO_MAX_PLANES; i++)
    format.plane[i].stride = format.plane[i].size = 0;
  ret = zc_v4l2_format_set (device, &format);
  if (ret < 0)
    return ret;
  return format.fourcc == fourcc ? 0 : -EINVAL;
}

int
zc_v4l2_m2m_list_partners (const struct zc_v4l2_device *device, __u32 type,
    __u32 fourcc, struct zc_v4l2_formats *partners)
{
  int ret = choose (device, type, fourcc);

  partners->n = 0;
  if (ret < 0)
    return ret;
  return list_formats (device,
      V4L2_TYPE_IS_OUTPUT (type) ? device->capture_type : device->output_type,
      partners);
}

/* --- which device ------------------------------------------------------- */

/* The coded format of a codec decides on the pictures, a converter's input on
 * what comes out. */
static bool
go_together (const struct zc_v4l2_device *device,
    const struct zc_v4l2_wanted_job *wanted)
{
  bool encodes = wanted->job == ZC_V4L2_JOB_ENCODE;
  __u32 first = encodes ? wanted->capture : wanted->output;
  __u32 second = encodes ? wanted->output : wanted->capture;
  struct zc_v4l2_formats partners;

  if (first == 0 || second == 0)
    return true;
  return zc_v4l2_m2m_list_partners (device,
             encodes ? device->capture_type : device->output_type, first,
             &partners) == 0 &&
         has (&partners, second, false);
}

static bool
does (const struct zc_v4l2_device *device,
    const struct zc_v4l2_wanted_job *wanted)
{
  struct zc_v4l2_m2m m2m;

  return zc_v4l2_m2m_query (&m2m, device) == 0 &&
         zc_v4l2_m2m_does (
             &m2m, wanted->job, wanted->output, wanted->capture) &&
         go_together (device, wanted);
}

#define M2M_CAPS (V4L2_CAP_VIDEO_M2M | V4L2_CAP_VIDEO_M2M_MPLANE)

/* Old drivers have two queues instead; so has a loop that is no codec, which
 * is taken if it is named. */
static bool
fits_by_name (struct zc_v4l2_node *node, const void *data)
{
  struct zc_v4l2_device *device;
  int ret = zc_v4l2_device_open_m2m (&device, node->path);
  bool fits = ret == 0 && does (device, data);

  zc_v4l2_device_close (device);
  if (ret != -ENXIO)
    node->error = ret;
  return fits;
}

static bool
fits_by_default (struct zc_v4l2_node *node, const void *data)
{
  __u32 caps = zc_v4l2_capability_of_node (&node->capability);

  return caps & M2M_CAPS && !(caps & V4L2_CAP_IO_MC) &&
         fits_by_name (node, data);
}

int
zc_v4l2_m2m_find (
    const struct zc_v4l2_wanted_job *wanted, char *path, size_t size)
{
  return zc_v4l2_node_find (fits_by_default, wanted, path, size);
}

int
zc_v4l2_m2m_resolve (const char *name, const struct zc_v4l2_wanted_job *wanted,
    char *path, size_t size)
{
  return zc_v4l2_node_resolve (name, fits_by_name, wanted, path, size);
}
