/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "../helpers/devices.h"
#include "../helpers/display.h"
#include "../helpers/runner.h"
#include "../helpers/vivid.h"

#include "gst-libs/allocators/gstzcformat.h"
#include "gst-libs/allocators/gstzclayout.h"

#include <drm_fourcc.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

/*
 * The table and the layouts against drivers. In this machine one vivid speaks
 * the single- and the other the multi-planar API; their input is HDMI, which
 * they scale to any size.
 */

/* PLANE0_DATA_OFFSET in vivid-core.h: before some planes, in the second API */
#define VIVID_DATA_OFFSET 128

struct camera {
  int fd;
  enum v4l2_buf_type type;
};

/* What a driver answered, the same for both APIs. */
struct answer {
  guint32 fourcc;
  GstVideoFormat format;
  guint width, height;
  guint n_memories;
  guint stride[VIDEO_MAX_PLANES];
  guint size[VIDEO_MAX_PLANES];
};

static gboolean
is_mplane (const struct camera *camera)
{
  return camera->type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
}

static void
camera_open (struct camera *camera, enum v4l2_buf_type type)
{
  char path[64];

  camera->type = type;
  fail_unless (devices_find_node ("vivid",
      is_mplane (camera) ? V4L2_CAP_VIDEO_CAPTURE_MPLANE
                         : V4L2_CAP_VIDEO_CAPTURE,
      path, sizeof (path)));
  camera->fd = open (path, O_RDWR | O_CLOEXEC);
  fail_unless (camera->fd >= 0);
}

/* The driver's format INDEX; FALSE after the last. */
static gboolean
camera_enum (const struct camera *camera, guint index, guint32 *fourcc)
{
  struct v4l2_fmtdesc desc = { .index = index, .type = camera->type };

  if (ioctl (camera->fd, VIDIOC_ENUM_FMT, &desc) < 0)
    return FALSE;
  *fourcc = desc.pixelformat;
  return TRUE;
}

static void
read_answer (struct answer *answer, const struct v4l2_format *format)
{
  const struct v4l2_pix_format_mplane *mp = &format->fmt.pix_mp;
  const struct v4l2_pix_format *sp = &format->fmt.pix;

  if (format->type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE) {
    *answer = (struct answer) { .fourcc = mp->pixelformat,
      .width = mp->width,
      .height = mp->height,
      .n_memories = mp->num_planes };
    for (guint i = 0; i < mp->num_planes; i++) {
      answer->stride[i] = mp->plane_fmt[i].bytesperline;
      answer->size[i] = mp->plane_fmt[i].sizeimage;
    }
  } else {
    *answer = (struct answer) { .fourcc = sp->pixelformat,
      .width = sp->width,
      .height = sp->height,
      .n_memories = 1,
      .stride = { sp->bytesperline },
      .size = { sp->sizeimage } };
  }
  answer->format = gst_zc_format_from_v4l2 (answer->fourcc);
}

/* Sets a format with lines of STRIDE bytes, or as short as can be. */
static void
camera_set (const struct camera *camera, guint32 fourcc, guint width,
    guint height, guint stride, struct answer *answer)
{
  struct v4l2_format format = { .type = camera->type };

  if (is_mplane (camera)) {
    format.fmt.pix_mp.pixelformat = fourcc;
    format.fmt.pix_mp.width = width;
    format.fmt.pix_mp.height = height;
    format.fmt.pix_mp.field = V4L2_FIELD_NONE;
    for (guint i = 0; i < gst_zc_format_v4l2_n_memories (fourcc); i++)
      format.fmt.pix_mp.plane_fmt[i].bytesperline = stride;
  } else {
    format.fmt.pix.pixelformat = fourcc;
    format.fmt.pix.width = width;
    format.fmt.pix.height = height;
    format.fmt.pix.field = V4L2_FIELD_NONE;
    format.fmt.pix.bytesperline = stride;
  }
  fail_unless_equals_int (ioctl (camera->fd, VIDIOC_S_FMT, &format), 0);
  read_answer (answer, &format);
  fail_unless_equals_int (answer->fourcc, fourcc);
  fail_unless_equals_int (answer->width, width);
  fail_unless_equals_int (answer->height, height);
}

static GstZcConstraints
demands_of (const struct answer *answer)
{
  GstZcConstraints c = { .coded_height = answer->height,
    .flags = GST_ZC_CONSTRAINTS_LINKED_PLANES };

  if (gst_zc_format_v4l2_n_memories (answer->fourcc) > 1)
    c.flags = GST_ZC_CONSTRAINTS_SEPARATE_PLANES;
  for (guint i = 0; i < answer->n_memories; i++)
    c.stride[i] = answer->stride[i];
  return c;
}

static void
lay_out (GstZcLayout *layout, const struct answer *answer)
{
  const GstZcConstraints c = demands_of (answer);
  GstVideoInfo info;
  GError *error = NULL;

  gst_video_info_set_format (
      &info, answer->format, answer->width, answer->height);
  fail_unless (gst_zc_layout_from_info (layout, &info, &c, &error), "%s: %s",
      gst_video_format_to_string (answer->format), error ? error->message : "");
}

static gboolean
is_subsampled (GstVideoFormat format)
{
  const GstVideoFormatInfo *info = gst_video_format_get_info (format);

  for (guint i = 0; i < info->n_components; i++)
    if (info->w_sub[i] || info->h_sub[i])
      return TRUE;
  return FALSE;
}

/* The driver's bytes are the layout's, up to those before the picture. */
static void
assert_same_sizes (const GstZcLayout *layout, const struct answer *answer)
{
  const char *name = gst_video_format_to_string (answer->format);

  fail_unless (layout->n_memories == answer->n_memories, "%s", name);
  for (guint i = 0; i < answer->n_memories; i++) {
    gsize size = answer->n_memories > 1 ? layout->memory_size[i] : layout->size;
    guint before = answer->size[i] - size;

    fail_unless ((guint) layout->stride[i] == answer->stride[i], "%s", name);
    fail_unless (before == 0 || before == VIVID_DATA_OFFSET,
        "%s, memory %u: %u bytes of the driver, %zu of the layout", name, i,
        answer->size[i], size);
  }
}

static void
compare_layouts (enum v4l2_buf_type type)
{
  struct camera camera;
  struct answer answer;
  GstZcLayout layout;
  guint32 fourcc;
  guint n = 0;

  camera_open (&camera, type);
  for (guint i = 0; camera_enum (&camera, i, &fourcc); i++) {
    GstVideoFormat format = gst_zc_format_from_v4l2 (fourcc);
    guint odd = format && !is_subsampled (format);

    if (format == GST_VIDEO_FORMAT_UNKNOWN)
      continue;
    camera_set (&camera, fourcc, 322 + odd, 242 + odd, 0, &answer);
    fail_unless_equals_int (
        gst_zc_format_v4l2_n_memories (fourcc), answer.n_memories);
    for (guint m = 0; m < answer.n_memories; m++)
      fail_unless (answer.stride[m] ==
                       gst_zc_format_get_row_bytes (format, m, answer.width),
          "%s: memory %u has lines of %u", gst_video_format_to_string (format),
          m, answer.stride[m]);
    lay_out (&layout, &answer);
    assert_same_sizes (&layout, &answer);

    camera_set (&camera, fourcc, 320, 240, 2048, &answer);
    lay_out (&layout, &answer);
    assert_same_sizes (&layout, &answer);
    n++;
  }
  fail_unless (n > 30, "%u", n);
  close (camera.fd);
}

GST_START_TEST (layouts_are_those_of_a_single_planar_driver)
{
  compare_layouts (V4L2_BUF_TYPE_VIDEO_CAPTURE);
}
GST_END_TEST;

GST_START_TEST (layouts_are_those_of_a_multi_planar_driver)
{
  compare_layouts (V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE);
}
GST_END_TEST;

/* --- colours ----------------------------------------------------------- */

/* One buffer of the driver, mapped. */
struct frame {
  struct v4l2_buffer buffer;
  struct v4l2_plane planes[VIDEO_MAX_PLANES];
  guint8 *data[VIDEO_MAX_PLANES];
};

static void
frame_map (const struct camera *camera, struct frame *frame, guint n)
{
  struct v4l2_requestbuffers request = {
    .count = 2, .type = camera->type, .memory = V4L2_MEMORY_MMAP
  };

  fail_unless_equals_int (ioctl (camera->fd, VIDIOC_REQBUFS, &request), 0);
  *frame = (struct frame) { .buffer = { .type = camera->type,
                                .memory = V4L2_MEMORY_MMAP } };
  if (is_mplane (camera)) {
    frame->buffer.m.planes = frame->planes;
    frame->buffer.length = VIDEO_MAX_PLANES;
  }
  /* the second is needed for the driver to start, and left alone */
  for (guint i = 2; i-- > 0;) {
    frame->buffer.index = i;
    fail_unless_equals_int (
        ioctl (camera->fd, VIDIOC_QUERYBUF, &frame->buffer), 0);
    fail_unless_equals_int (ioctl (camera->fd, VIDIOC_QBUF, &frame->buffer), 0);
  }
  for (guint i = 0; i < n; i++) {
    guint length = is_mplane (camera) ? frame->planes[i].length
                                      : frame->buffer.length;
    guint offset = is_mplane (camera) ? frame->planes[i].m.mem_offset
                                      : frame->buffer.m.offset;

    frame->data[i] = mmap (
        NULL, length, PROT_READ, MAP_SHARED, camera->fd, offset);
    fail_unless (frame->data[i] != MAP_FAILED);
  }
}

static void
frame_unmap (const struct camera *camera, struct frame *frame,
    const struct answer *answer)
{
  struct v4l2_requestbuffers none = { .type = camera->type,
    .memory = V4L2_MEMORY_MMAP };

  for (guint i = 0; i < answer->n_memories; i++)
    munmap (frame->data[i], answer->size[i]);
  fail_unless_equals_int (ioctl (camera->fd, VIDIOC_REQBUFS, &none), 0);
}

/* Fills buffer 0 once. */
static void
frame_capture (const struct camera *camera, struct frame *frame)
{
  int type = camera->type;

  fail_unless_equals_int (ioctl (camera->fd, VIDIOC_STREAMON, &type), 0);
  do {
    fail_unless_equals_int (
        ioctl (camera->fd, VIDIOC_DQBUF, &frame->buffer), 0);
  } while (frame->buffer.index != 0);
  fail_unless_equals_int (ioctl (camera->fd, VIDIOC_STREAMOFF, &type), 0);
}

/* The pixel at X of line Y: alpha, red or luma, green or U, blue or V. */
static void
unpack (const GstZcLayout *layout, const struct frame *frame, guint x, guint y,
    guint8 pixel[4])
{
  const GstVideoFormatInfo *info = gst_video_format_get_info (layout->format);
  guint deep = GST_VIDEO_FORMAT_INFO_BITS (
                   gst_video_format_get_info (info->unpack_format)) > 8;
  gpointer data[GST_VIDEO_MAX_PLANES] = { 0 };
  g_autofree guint8 *line = g_malloc0 (8 * layout->width);

  for (guint i = 0; i < layout->n_planes; i++) {
    gsize offset;
    guint memory = gst_zc_layout_find_plane (layout, i, &offset);

    data[i] = frame->data[memory] + frame->planes[memory].data_offset + offset;
  }
  info->unpack_func (info, GST_VIDEO_PACK_FLAG_NONE, line, data, layout->stride,
      0, y, layout->width);
  for (guint c = 0; c < 4; c++)
    pixel[c] = deep ? line[8 * x + 2 * c + 1] : line[4 * x + c];
}

/* Whether a pixel is as vivid's bars are, of RGB, YUV or greys, from the left:
 * white, yellow, cyan, green, magenta, red, blue, black. */
static gboolean
is_colour (const GstVideoFormatInfo *info, const guint8 pixel[4], guint bar)
{
  static const gboolean red[] = { 1, 1, 0, 0, 1, 1, 0, 0 };
  static const gboolean green[] = { 1, 1, 1, 1, 0, 0, 0, 0 };
  static const gboolean blue[] = { 1, 0, 1, 0, 1, 0, 1, 0 };
  /* U is high with blue, V with red; both low is green */
  static const guint bars_u[] = { 2, 0, 2, 0, 2, 0, 3, 2 };
  static const guint bars_v[] = { 2, 2, 0, 0, 3, 3, 2, 2 };

  if (GST_VIDEO_FORMAT_INFO_IS_RGB (info))
    return (pixel[1] > 128) == red[bar] && (pixel[2] > 128) == green[bar] &&
           (pixel[3] > 128) == blue[bar];
  if ((bar == 0 && pixel[1] < 200) || (bar == 7 && pixel[1] > 40))
    return FALSE;
  if (GST_VIDEO_FORMAT_INFO_IS_GRAY (info))
    return TRUE;
  return (bars_u[bar] != 0 || pixel[2] < 112) &&
         (bars_u[bar] != 3 || pixel[2] > 200) &&
         (bars_v[bar] != 0 || pixel[3] < 112) &&
         (bars_v[bar] != 3 || pixel[3] > 200);
}

static void
assert_bars (const GstZcLayout *layout, const struct frame *frame)
{
  const GstVideoFormatInfo *info = gst_video_format_get_info (layout->format);
  const guint lines[] = { 0, layout->height / 2, layout->height - 1 };
  guint8 pixel[4], last = 255;

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++, last = 255)
    for (guint bar = 0; bar < 8; bar++) {
      unpack (
          layout, frame, (2 * bar + 1) * layout->width / 16, lines[i], pixel);
      fail_unless (is_colour (info, pixel, bar),
          "%s, line %u, bar %u: %u %u %u %u", info->name, lines[i], bar,
          pixel[0], pixel[1], pixel[2], pixel[3]);
      /* the bars grow darker */
      fail_if (!GST_VIDEO_FORMAT_INFO_IS_RGB (info) && pixel[1] > last,
          "%s, bar %u: %u after %u", info->name, bar, pixel[1], last);
      last = pixel[1];
    }
}

static void
look_at_colours (enum v4l2_buf_type type)
{
  struct v4l2_control bars = { .id = VIVID_TEST_PATTERN, .value = 1 };
  struct v4l2_control no_text = { .id = VIVID_OSD_TEXT_MODE, .value = 2 };
  struct camera camera;
  struct answer answer;
  struct frame frame;
  GstZcLayout layout;
  guint32 fourcc;
  guint n = 0;

  camera_open (&camera, type);
  fail_unless_equals_int (ioctl (camera.fd, VIDIOC_S_CTRL, &bars), 0);
  fail_unless_equals_int (ioctl (camera.fd, VIDIOC_S_CTRL, &no_text), 0);
  for (guint i = 0; camera_enum (&camera, i, &fourcc); i++) {
    if (gst_zc_format_from_v4l2 (fourcc) == GST_VIDEO_FORMAT_UNKNOWN)
      continue;
    camera_set (&camera, fourcc, 320, 240, 2048, &answer);
    lay_out (&layout, &answer);
    frame_map (&camera, &frame, answer.n_memories);
    frame_capture (&camera, &frame);
    assert_bars (&layout, &frame);
    frame_unmap (&camera, &frame, &answer);
    n++;
  }
  fail_unless (n > 30, "%u", n);
  close (camera.fd);
}

/* The table says how bits lie; this looks at what a driver writes there. */
GST_START_TEST (colours_are_right_with_all_planes_in_one_memory)
{
  look_at_colours (V4L2_BUF_TYPE_VIDEO_CAPTURE);
}
GST_END_TEST;

GST_START_TEST (colours_are_right_with_a_memory_for_each_plane)
{
  look_at_colours (V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE);
}
GST_END_TEST;

/* --- the display ------------------------------------------------------- */

/* vkms shows them, and GStreamer has no name for them. */
static gboolean
has_no_format (guint32 fourcc)
{
  static const guint32 nameless[] = { DRM_FORMAT_XRGB16161616,
    DRM_FORMAT_XBGR16161616, DRM_FORMAT_NV42, DRM_FORMAT_YVU422,
    DRM_FORMAT_YVU444, DRM_FORMAT_R1, DRM_FORMAT_R2, DRM_FORMAT_R4 };

  for (guint i = 0; i < G_N_ELEMENTS (nameless); i++)
    if (nameless[i] == fourcc)
      return TRUE;
  return FALSE;
}

GST_START_TEST (every_format_of_the_planes_is_known)
{
  struct display display;
  drmModePlane *plane;

  display_open (&display);
  plane = drmModeGetPlane (display.fd, display.primary_id);
  fail_unless (plane->count_formats >= 4);
  for (guint i = 0; i < plane->count_formats; i++) {
    guint32 fourcc = plane->formats[i];
    gboolean known = gst_zc_format_from_drm (fourcc, DRM_FORMAT_MOD_LINEAR) !=
                     GST_VIDEO_FORMAT_UNKNOWN;

    fail_unless (known != has_no_format (fourcc), "%.4s", (char *) &fourcc);
  }
  drmModeFreePlane (plane);
  display_close (&display);
}
GST_END_TEST;

/* A framebuffer over memory that is as large as the layout, or as it is cut to;
 * returns the errno. */
static int
add_framebuffer (struct display *display, const GstZcLayout *layout, gsize size)
{
  uint32_t handles[4] = { 0 }, pitches[4] = { 0 }, offsets[4] = { 0 }, fb;
  uint32_t handle, pitch;
  uint64_t actual;
  int ret;

  /* a line that is no multiple of the driver's alignment would be stretched */
  fail_unless_equals_int (drmModeCreateDumbBuffer (display->fd, 64,
                              (size + 63) / 64, 8, 0, &handle, &pitch, &actual),
      0);
  for (guint i = 0; i < layout->n_planes; i++) {
    handles[i] = handle;
    pitches[i] = layout->stride[i];
    offsets[i] = layout->offset[i];
  }
  ret = drmModeAddFB2 (display->fd, layout->width, layout->height,
      gst_zc_format_to_drm (layout->format, NULL), handles, pitches, offsets,
      &fb, 0);
  if (ret == 0)
    drmModeRmFB (display->fd, fb);
  drmModeDestroyDumbBuffer (display->fd, handle);
  return ret;
}

static void
show_all (const GstZcConstraints *c, guint width, guint height)
{
  struct display display;
  drmModePlane *plane;

  display_open (&display);
  plane = drmModeGetPlane (display.fd, display.primary_id);
  for (guint i = 0; i < plane->count_formats; i++) {
    GstVideoFormat format = gst_zc_format_from_drm (
        plane->formats[i], DRM_FORMAT_MOD_LINEAR);
    const char *name = gst_video_format_to_string (format);
    GstZcLayout layout;
    GstVideoInfo info;

    if (format == GST_VIDEO_FORMAT_UNKNOWN)
      continue;
    gst_video_info_set_format (&info, format, width, height);
    fail_unless (gst_zc_layout_from_info (&layout, &info, c, NULL), "%s", name);
    fail_unless_equals_int (
        add_framebuffer (&display, &layout, layout.size), 0);
    /* a page less is less than the picture */
    fail_unless (add_framebuffer (&display, &layout, layout.size - 4096) < 0,
        "%s", name);
    layout.stride[0] = gst_zc_format_get_row_bytes (format, 0, width) - 1;
    fail_unless (
        add_framebuffer (&display, &layout, layout.size) < 0, "%s", name);
  }
  drmModeFreePlane (plane);
  display_close (&display);
}

GST_START_TEST (the_display_takes_tight_layouts)
{
  show_all (NULL, 322, 242);
}
GST_END_TEST;

GST_START_TEST (the_display_takes_layouts_with_demands)
{
  static const GstZcConstraints linked = { .stride_align = { 256, 64, 64 },
    .height_align = 2,
    .flags = GST_ZC_CONSTRAINTS_LINKED_PLANES };
  static const GstZcConstraints apart = { .stride_align = { 96 },
    .offset_align = { 4096, 4096, 4096 } };

  show_all (&linked, 322, 242);
  show_all (&apart, 322, 242);
}
GST_END_TEST;

RUNNER_MAIN (RUNNER_CAMERA | RUNNER_DISPLAY,
    RUNNER_TEST (layouts_are_those_of_a_single_planar_driver),
    RUNNER_TEST (layouts_are_those_of_a_multi_planar_driver),
    RUNNER_TEST (colours_are_right_with_all_planes_in_one_memory),
    RUNNER_TEST (colours_are_right_with_a_memory_for_each_plane),
    RUNNER_TEST (every_format_of_the_planes_is_known),
    RUNNER_TEST (the_display_takes_tight_layouts),
    RUNNER_TEST (the_display_takes_layouts_with_demands))
