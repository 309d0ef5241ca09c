/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_OUTPUT_H
#define ZC_KMS_OUTPUT_H

#include "kms-connector.h"
#include "kms-presenter.h"
#include "kms-signal.h"

/* In the order of the names in kms-output.c. */
enum zc_kms_crtc_property {
  ZC_KMS_CRTC_ACTIVE,
  ZC_KMS_CRTC_MODE_ID,
  ZC_KMS_CRTC_VRR_ENABLED,
  ZC_KMS_CRTC_OUT_FENCE_PTR,
  ZC_KMS_CRTC_N
};

/* How a screen is driven, whatever it shows. */
struct zc_kms_setup {
  drmModeModeInfo mode;
  bool variable_refresh;
  struct zc_kms_signal signal;
};

/* The property blobs that a setup needs, 0 where it needs none. */
struct zc_kms_setup_blobs {
  uint32_t mode;
  uint32_t hdr;
};

struct zc_kms_planner;
struct zc_kms_layer;

/*
 * A connector, the CRTC that drives it and the planes that the CRTC can show.
 * All who show on the connector share it.
 */
struct zc_kms_output {
  struct zc_kms_device *device;
  uint32_t connector_id;
  uint32_t crtc_id;
  unsigned crtc_index;

  /* Under the device's lock. */
  struct zc_kms_output *next;
  unsigned refcount;

  struct zc_kms_presenter presenter; /* locks by itself */

  /* Guards what follows: who changes what is shown how. Held over system
   * calls, and not taken for a frame. Taken before the device's lock and the
   * presenter's. */
  pthread_mutex_t lock;
  struct zc_kms_connector connector;
  struct zc_kms_signal_found signal;          /* read when it is activated */
  struct zc_kms_property crtc[ZC_KMS_CRTC_N]; /* as found */
  drmModeModeInfo found_mode;                 /* valid if it was lit */
  bool was_lit;
  struct zc_kms_plane *planes; /* the primary one first, then overlays */
  unsigned n_planes;
  unsigned n_users; /* who need us to be master */
  bool changed;     /* something was committed that must be undone */
  bool is_lit;      /* by a commit of ours, as SETUP says */
  struct zc_kms_setup setup;
  struct zc_kms_layer *leader;        /* whose setup it is, NULL: nobody's */
  struct zc_kms_planner *planner;     /* NULL until it is needed */
  struct zc_kms_placement background; /* black, under what leaves some free */
  enum { ZC_KMS_NOT_ASKED, ZC_KMS_NEEDED, ZC_KMS_NEEDLESS } primary;
};

/*
 * The output of the connector called NAME, or if that is NULL of the best one
 * (see zc_kms_connector_find()); the same one as long as anybody has it.
 * Returns 0, an errno of zc_kms_connector_find(), -ENXIO if nothing is
 * connected to it, or -EUSERS if all CRTCs that could drive it drive others.
 */
int zc_kms_output_get (struct zc_kms_output **output,
    struct zc_kms_device *device, const char *name);
void zc_kms_output_put (struct zc_kms_output *output); /* may be NULL */

/*
 * From the first of these to as many calls of zc_kms_output_deactivate() we
 * are the card's master, and the display can be changed. What is found by the
 * first is put back by the last. Returns 0, -EBUSY or -EACCES as
 * zc_kms_device_become_master(), or -errno.
 */
int zc_kms_output_activate (struct zc_kms_output *output);

/* Returns 0, or the errno that kept the old picture from returning; the
 * display is dark then. No layer is placed any more. */
int zc_kms_output_deactivate (struct zc_kms_output *output);

/* Asks what is connected anew. What is shown has to be placed again then, which
 * sets its mode. Returns 0, or -ENXIO if nothing is. */
int zc_kms_output_probe (struct zc_kms_output *output);

/* Somebody else has changed the display: what is placed next sets its mode. */
void zc_kms_output_forget (struct zc_kms_output *output);

#define ZC_KMS_MAX_MODES 128

/* What can be shown on the monitor. */
struct zc_kms_monitor {
  uint32_t width_mm, height_mm; /* 0 if unknown */
  bool can_vary;                /* its refresh, and the CRTC can be told to */
  unsigned n_modes;
  drmModeModeInfo modes[ZC_KMS_MAX_MODES]; /* the preferred one first */
};

/* What is known of it since the last probe. */
void zc_kms_output_get_monitor (
    struct zc_kms_output *output, struct zc_kms_monitor *monitor);

/* Enough for zc_kms_output_describe(). */
#define ZC_KMS_OUTPUT_NAME_SIZE 136

/*
 * Writes the name of the connector, and of the monitor on it if it is known,
 * into NAME, at most SIZE bytes: "HDMI-A-1 (HP 27 QD)". Monitors are known from
 * the first zc_kms_output_activate() on. Returns NAME.
 */
const char *zc_kms_output_describe (
    struct zc_kms_output *output, char *name, size_t size);

/* The mode that it shows now, or would show: the preferred one if dark. All 0
 * if nothing is connected any more. */
drmModeModeInfo zc_kms_output_current_mode (struct zc_kms_output *output);

/* With the output's lock held, for layers: puts back what was found, as
 * zc_kms_output_deactivate() does; a screen that was found without a picture,
 * or whose picture is gone, is dark then. */
int zc_kms_output_restore (struct zc_kms_output *output);

/* With the output's lock held, for layers: what SETUP needs. Returns 0 or
 * -errno; to be destroyed in any case. Whoever uses them holds them. */
int zc_kms_setup_blobs_create (const struct zc_kms_output *output,
    const struct zc_kms_setup *setup, struct zc_kms_setup_blobs *blobs);
void zc_kms_setup_blobs_destroy (
    const struct zc_kms_output *output, const struct zc_kms_setup_blobs *blobs);

/* With the output's lock held, for layers: adds SETUP to a request. */
void zc_kms_output_add_setup (struct zc_kms_atomic *atomic,
    const struct zc_kms_output *output, const struct zc_kms_setup *setup,
    const struct zc_kms_setup_blobs *blobs);

/* As zc_kms_signal_fit(). */
const char *zc_kms_output_fit (
    struct zc_kms_output *output, struct zc_kms_signal *signal);

/* How the screen is driven, if it is by us. */
bool zc_kms_output_get_setup (
    struct zc_kms_output *output, struct zc_kms_setup *setup);

#endif
