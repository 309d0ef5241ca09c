/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_V4L2_M2M_H
#define ZC_V4L2_M2M_H

#include "v4l2-codec.h"

/*
 * What memory-to-memory devices are for, and which of them does what is
 * wanted. (Documentation/userspace-api/media/v4l/dev-{encoder,decoder}.rst)
 *
 * Decoders without a state of their own (request API,
 * dev-stateless-decoder.rst) have no job here: they take frames that somebody
 * has parsed. Nor have deinterlacers, which take no whole pictures.
 */

/* More formats than these are not looked at; no driver has half as many. */
#define ZC_V4L2_MAX_FORMATS 256

/* The formats of a queue, in the order of the driver. */
struct zc_v4l2_formats {
  unsigned n;
  struct {
    __u32 fourcc;
    __u32 flags; /* V4L2_FMT_FLAG_*; coded ones have _COMPRESSED */
  } format[ZC_V4L2_MAX_FORMATS];
};

struct zc_v4l2_m2m {
  unsigned jobs; /* of enum zc_v4l2_job */
  struct zc_v4l2_formats output;
  struct zc_v4l2_formats capture;
};

/*
 * Asks an open memory-to-memory device. It is to be done before formats are
 * set: what is listed may depend on them (zc_v4l2_m2m_list_partners()). Nothing
 * is changed. Returns 0, or an errno of VIDIOC_ENUM_FMT; where there are no
 * formats there are no jobs.
 */
int zc_v4l2_m2m_query (
    struct zc_v4l2_m2m *m2m, const struct zc_v4l2_device *device);

/* Whether it has the JOB from the format OUTPUT to the format CAPTURE, each 0
 * for any, as far as the lists tell. Formats without a state are none. */
bool zc_v4l2_m2m_does (const struct zc_v4l2_m2m *m2m, enum zc_v4l2_job job,
    __u32 output, __u32 capture);

/* Whether a format is coded, and for a codec that has a state. */
bool zc_v4l2_m2m_is_coded (__u32 fourcc, __u32 flags);

/*
 * The formats of the other queue when that of TYPE has FOURCC: which pictures a
 * coded format is made of, or becomes. FOURCC is set for that, with what else
 * is set; the device must have no buffers. Returns 0, -EINVAL if it is not a
 * format of that queue, -EBUSY, or another errno of VIDIOC_S_FMT.
 */
int zc_v4l2_m2m_list_partners (const struct zc_v4l2_device *device, __u32 type,
    __u32 fourcc, struct zc_v4l2_formats *partners);

/* What a device is looked for to do. */
struct zc_v4l2_wanted_job {
  enum zc_v4l2_job job;
  __u32 output;  /* fourcc; 0 for any */
  __u32 capture; /* the same */
};

/*
 * The first memory-to-memory device that does WANTED and works alone. Each has
 * to be opened for a moment; formats are set of that opening, where both are
 * wanted, because only then it is known whether they go together. PATH gets its
 * name. Returns 0; -EACCES, -EPERM or -EBUSY if there is none, but a node that
 * could not be asked for that reason, whose name PATH gets; -ENODEV, and PATH
 * is empty.
 */
int zc_v4l2_m2m_find (
    const struct zc_v4l2_wanted_job *wanted, char *path, size_t size);

/*
 * The node that NAME means (zc_v4l2_node_resolve()): of several at one place or
 * of one card the first that does WANTED, so that the name of a codec means its
 * encoder for who encodes. A path or a link is taken as it is, for opening it
 * to tell. Returns as that does; -ENXIO if what has the name does not do this.
 */
int zc_v4l2_m2m_resolve (const char *name,
    const struct zc_v4l2_wanted_job *wanted, char *path, size_t size);

#endif
