/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CARD_H
#define CARD_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <xf86drmMode.h>

/*
 * A played display card: the kernel's side of DRM/KMS at the level of its
 * ABI, so that the real libdrm and the real libliftoff run on it, with
 * whatever vkms does not have: scaling, zpos, alpha, modifiers, planes with
 * limits, several screens, HDR, leases, async flips, any errno at any ioctl.
 *
 * How it gets there: the test program defines ioctl(), open(), stat(),
 * fstat() and fstatfs(), which the dynamic linker prefers to those of libc, for
 * libdrm and for plugins too (card-ioctl.c): elements run on it as well
 * (libs/card-sink). What is not of a played card goes on to the real ones. A
 * descriptor of the card is one end of a SOCK_SEQPACKET socket pair: flip
 * events are messages in it, so that poll() and drmHandleEvent() work, and
 * fstat() says that it is a node of DRM with the card's number as minor; dup()
 * and close() do as well, and the last close() ends the client as it does in
 * the kernel (framebuffers removed, master dropped).
 *
 * A test names card_dep (tests/check/meson.build) among its dependencies:
 *
 *   struct card *card = card_new ();
 *   uint32_t crtc = card_add_crtc (card);
 *   uint32_t connector = card_add_connector (
 *       card, DRM_MODE_CONNECTOR_HDMIA, NULL, 0);
 *   uint32_t primary = card_add_plane (
 *       card, &(struct card_plane) { .type = DRM_PLANE_TYPE_PRIMARY });
 *
 *   card_add_zpos (card, primary, 0, 0, 0);
 *   zc_kms_device_open (&device, card_path (card));
 *   ... what is tested sets a mode and shows frames ...
 *   fail_unless_equals_int (card_commit_of (card, 0)->flags, ...);
 *   card_flip (card);
 *   fail_unless_equals_int (card_get (card, primary, "CRTC_W"), 640);
 *   ... and lets go of all it has ...
 *   card_free (card);
 *
 * It obeys the kernel's own rules (drm_atomic_uapi.c, drm_atomic.c,
 * drm_atomic_helper.c, drm_framebuffer.c of 7.3); libs/card-rules and
 * elements/card-rules run one body on it and on vkms. Rules of a certain
 * driver are the test's: card_set_check().
 *
 * For those who count descriptors: the process has one more for each open
 * descriptor of the card, and one for each memory that a handle or a
 * framebuffer refers to. They go when the card is used next after the program
 * let go of its own (card_left_of() will do), as do descriptors that were
 * closed.
 *
 * What it does not play: legacy mode setting (SETCRTC, PAGE_FLIP, SETPLANE,
 * CURSOR: EINVAL), writeback, sync objects, uevents, sysfs, mmap() of the
 * card's descriptor (use card_dumb_memory(), or export and map).
 *
 * All functions may be called from any thread, and from within the check.
 * IDs are never 0. Wrong use (an object or a property that is not there)
 * ends the process with a message.
 */
struct card;

/* --- The card ----------------------------------------------------------- */

/* With no objects. Several may be alive at once. */
struct card *card_new (void);

/*
 * Fails the test if a client left anything behind: an open descriptor, a GEM
 * handle, a framebuffer, a property blob. Objects that a client closed its
 * descriptor over count as left behind, though a kernel would free them.
 */
void card_free (struct card *card);

/* What is left at the moment, and what closed clients left; for
 * card_forgive() and for tests of what they free when. */
struct card_left {
  unsigned clients, handles, framebuffers, blobs;
};

struct card_left card_left_of (struct card *card);

/* What closed clients have left behind until now is no failure. */
void card_forgive (struct card *card);

/* "/dev/dri/card<N>" with an N that no real card has. Opening it opens this
 * card. */
const char *card_path (struct card *card);

/* What drmGetVersion() says. "played" unless set. */
void card_set_driver (struct card *card, const char *name);

/*
 * What drmGetCap() says of DRM_CAP_*. Set from the beginning:
 * DUMB_BUFFER, TIMESTAMP_MONOTONIC, CRTC_IN_VBLANK_EVENT, VBLANK_HIGH_CRTC,
 * ADDFB2_MODIFIERS to 1, PRIME to import and export, the cursor to 64 x 64,
 * DUMB_PREFERRED_DEPTH to 24, the others to 0.
 *
 * ATOMIC_ASYNC_PAGE_FLIP to 1 makes the card take DRM_MODE_PAGE_FLIP_ASYNC.
 * ADDFB2_MODIFIERS must be 0 before planes are added to have them without
 * IN_FORMATS.
 */
void card_set_cap (struct card *card, uint64_t cap, uint64_t value);

/* As a driver that can set modes only in the old way (DRM_CLIENT_CAP_ATOMIC:
 * EOPNOTSUPP). */
void card_set_atomic (struct card *card, bool atomic);

/* Smallest and largest framebuffer. 1 x 1 to 8192 x 8192 unless set. */
void card_set_limits (struct card *card, uint32_t min_width,
    uint32_t min_height, uint32_t max_width, uint32_t max_height);

/* Of the lines of dumb buffers, in bytes, a power of 2. 64 unless set. */
void card_set_pitch_align (struct card *card, uint32_t align);

/* --- Objects ------------------------------------------------------------ */

/*
 * With the properties that each has in every kernel: ACTIVE, MODE_ID,
 * OUT_FENCE_PTR. At most 31.
 */
uint32_t card_add_crtc (struct card *card);

/* VREFRESH in Hz; the timings are plausible and no standard's. FLAGS and TYPE
 * are the caller's to set (0). */
struct drm_mode_modeinfo card_mode (
    uint32_t width, uint32_t height, uint32_t vrefresh);

/*
 * A connector with an encoder of its own that reaches all CRTCs, also those
 * added later. TYPE is DRM_MODE_CONNECTOR_*; the number in its name counts by
 * type from 1. It is connected, of 600 x 340 mm, with MODES (copied), of which
 * the first is preferred; NULL gives it 1920x1080 at 60 and 50 Hz, and
 * 1280x720 and 640x480 at 60 Hz.
 *
 * Properties: CRTC_ID, DPMS, EDID, link-status, non-desktop. More by
 * card_add_*(): "max bpc", "Colorspace", "HDR_OUTPUT_METADATA",
 * "vrr_capable".
 */
uint32_t card_add_connector (struct card *card, uint32_t type,
    const struct drm_mode_modeinfo *modes, unsigned n_modes);

/* DRM_MODE_CONNECTED, _DISCONNECTED or _UNKNOWNCONNECTION. A disconnected one
 * lists no modes; it keeps its CRTC, as in the kernel, until that is turned
 * off. No uevent comes. */
void card_set_status (
    struct card *card, uint32_t connector, drmModeConnection status);
void card_set_modes (struct card *card, uint32_t connector,
    const struct drm_mode_modeinfo *modes, unsigned n_modes);

/* N_BYTES of 0 takes it away. */
void card_set_edid (
    struct card *card, uint32_t connector, const void *edid, size_t n_bytes);

/* Which CRTCs, by index (bit 0: the first added), its encoder reaches. */
void card_set_possible_crtcs (
    struct card *card, uint32_t connector, uint32_t mask);

/* A format in a layout; a list ends with .fourcc = 0. */
struct card_format {
  uint32_t fourcc;   /* DRM_FORMAT_* */
  uint64_t modifier; /* DRM_FORMAT_MOD_*: LINEAR is 0 */
};

struct card_plane {
  uint32_t type;           /* DRM_PLANE_TYPE_*: OVERLAY is 0 */
  uint32_t possible_crtcs; /* by index; 0: all that there are so far */

  /* Copied. NULL: XRGB8888, ARGB8888, NV12, all LINEAR. */
  const struct card_format *formats;

  /* What ERANGE is for: source/destination of either side between these, as
   * 16.16 (drm_rect_calc_hscale()); both 0: no scaling. An example of up to
   * eight times larger and down to a quarter: 0x10000 / 8, 0x10000 * 4. */
  uint32_t min_scale, max_scale;

  /* EINVAL unless it covers its CRTC, as most primary planes must. */
  bool must_cover;

  /* EINVAL if the destination is larger; 0: any. For cursors, and for those
   * with a line buffer. */
  uint32_t max_width, max_height;
};

/*
 * Planes lie above each other as they were added, whatever is in between by
 * zpos. Properties: type, FB_ID, CRTC_ID, CRTC_X/Y/W/H, SRC_X/Y/W/H,
 * IN_FENCE_FD, and IN_FORMATS if the card has ADDFB2_MODIFIERS.
 */
uint32_t card_add_plane (struct card *card, const struct card_plane *plane);

/* --- Properties --------------------------------------------------------- */

/* A change of the property makes the kernel ask for ALLOW_MODESET. MODE_ID,
 * ACTIVE, the CRTC_ID of connectors, link-status and "max bpc" have it. Among
 * FLAGS of card_add_*(), with DRM_MODE_PROP_IMMUTABLE. */
#define CARD_NEEDS_MODESET 0x40000000u

/*
 * Each of them gives OBJECT a property NAME with a first value, and returns
 * its id. FLAGS: 0, DRM_MODE_PROP_IMMUTABLE (setting it: EINVAL),
 * DRM_MODE_PROP_ATOMIC (hidden from clients without that capability),
 * CARD_NEEDS_MODESET. A property of the same name and kind on another object
 * of the card has another id here; programs must not care, and drivers do so
 * where ranges differ.
 */
uint32_t card_add_range (struct card *card, uint32_t object, const char *name,
    uint32_t flags, uint64_t min, uint64_t max, uint64_t value);
uint32_t card_add_signed_range (struct card *card, uint32_t object,
    const char *name, uint32_t flags, int64_t min, int64_t max, int64_t value);

/* Names of the values 0, 1, 2...; "" leaves a value out. NULL ends it. */
uint32_t card_add_enum (struct card *card, uint32_t object, const char *name,
    uint32_t flags, const char *const *names, uint64_t value);

/* Names of the bits 0, 1, 2..., in the same way. */
uint32_t card_add_bitmask (struct card *card, uint32_t object, const char *name,
    uint32_t flags, const char *const *names, uint64_t value);

/* DATA (copied) is what it is at first; 0 bytes: none. SIZE: that every blob
 * set here must have, else EINVAL; 0: any. */
uint32_t card_add_blob (struct card *card, uint32_t object, const char *name,
    uint32_t flags, size_t size, const void *data, size_t n_bytes);

/* The usual ones. */

/* Immutable if MIN is MAX. */
uint32_t card_add_zpos (struct card *card, uint32_t plane, uint64_t min,
    uint64_t max, uint64_t value);
uint32_t card_add_alpha (struct card *card, uint32_t plane); /* 0xffff */
/* None, Pre-multiplied (the first value), Coverage. */
uint32_t card_add_blend_modes (struct card *card, uint32_t plane);
/* MASK of DRM_MODE_ROTATE_* and DRM_MODE_REFLECT_*: the others are EINVAL. */
uint32_t card_add_rotation (struct card *card, uint32_t plane, uint32_t mask);
/* COLOR_ENCODING (601, 709, 2020; at first 601) and COLOR_RANGE (limited,
 * full; at first limited). */
void card_add_colours (struct card *card, uint32_t plane);
/* HDR_OUTPUT_METADATA, Colorspace and "max bpc" (6 to 16, at first 8).
 * HDR_OUTPUT_METADATA and Colorspace need a modeset if FLAGS says so. */
void card_add_hdr (struct card *card, uint32_t connector, uint32_t flags);
/* vrr_capable of the connector and VRR_ENABLED of the CRTC. */
void card_add_vrr (struct card *card, uint32_t connector, uint32_t crtc);

/* The object has it no more: an older driver. */
void card_remove_property (
    struct card *card, uint32_t object, const char *name);

/* 0 if it has none of that name. */
uint32_t card_property (struct card *card, uint32_t object, const char *name);

/* The value as it is committed (the flip may be pending). */
uint64_t card_get (struct card *card, uint32_t object, const char *name);

/* Behind every client's back: link-status going bad, another program's
 * zpos. No rule is applied. */
void card_set (
    struct card *card, uint32_t object, const char *name, uint64_t value);

/* The bytes of a blob property. NULL: none. Valid as long as the value is. */
const void *card_get_blob (
    struct card *card, uint32_t object, const char *name, size_t *n_bytes);

/* --- Commits ------------------------------------------------------------ */

/* All values as they are proposed to the check. */
struct card_state;

uint64_t card_state_get (
    const struct card_state *state, uint32_t object, const char *name);

/* As it is on the card now; for comparing. */
uint64_t card_state_old (
    const struct card_state *state, uint32_t object, const char *name);

/* DRM_MODE_ATOMIC_* and DRM_MODE_PAGE_FLIP_*. */
uint32_t card_state_flags (const struct card_state *state);

/* Whether the plane shows something in this state, of this format. 0: not. */
uint32_t card_state_fourcc (const struct card_state *state, uint32_t plane);

/*
 * What the driver refuses beyond the kernel's own rules, which come first:
 * called for TEST_ONLY and real commits; returns 0 or an errno. Under the
 * card's lock.
 */
typedef int (*card_check) (const struct card_state *state, void *data);

void card_set_check (struct card *card, card_check check, void *data);

struct card_value {
  uint32_t object;
  uint32_t property;
  const char *name; /* "?" if there is no such property */
  uint64_t value;
};

struct card_commit {
  uint32_t flags;
  uint64_t user_data;
  int error; /* the errno it ended with */
  unsigned n_values;
  struct card_value *values; /* as given */
};

/* Successful real commits. A commit stays valid until card_free(). */
unsigned card_n_commits (struct card *card);
const struct card_commit *card_commit_of (struct card *card, unsigned n);
const struct card_commit *card_last_commit (struct card *card); /* or NULL */

/* All calls, as they came: tests, failures, commits. */
unsigned card_n_attempts (struct card *card);
const struct card_commit *card_attempt (struct card *card, unsigned n);

/* Blocks until there have been N of them; fails the test after 10 s. */
void card_wait_for_commits (struct card *card, unsigned n);

/* Whether it sets the property, and to what (may be NULL; the last wins). */
bool card_commit_sets (const struct card_commit *commit, uint32_t object,
    const char *name, uint64_t *value);

/* --- Flips -------------------------------------------------------------- */

/*
 * A real commit is pending on each CRTC that it touches and that is or becomes
 * active, until it flips: NONBLOCK commits are EBUSY meanwhile. A commit
 * without NONBLOCK flips what is pending and itself at once.
 *
 * By hand, at first: card_flip() flips what is pending on all CRTCs, now, with
 * the next number of each; returns how many flipped. A commit does not flip
 * before its IN_FENCE_FD is signalled, or, where a plane has none, the implicit
 * fences of its memory (card_dmabuf_set_fence()).
 */
unsigned card_flip (struct card *card);

/* On CRTC alone, with a time of CLOCK_MONOTONIC and a number. False if nothing
 * is pending, or a fence. */
bool card_flip_at (
    struct card *card, uint32_t crtc, int64_t time_ns, uint32_t sequence);

bool card_is_pending (struct card *card, uint32_t crtc);

enum card_flips {
  CARD_FLIPS_BY_HAND,
  CARD_FLIPS_AT_ONCE, /* inside the commit; the event can be read */
};

/* An async commit (DRM_MODE_PAGE_FLIP_ASYNC) flips in the same way. */
void card_set_flips (struct card *card, enum card_flips flips);

/* By a thread of its own, every PERIOD_US; 0 stops it. For elements. */
void card_set_auto_flip (struct card *card, unsigned period_us);

/* Other events of the card: a flip that nobody waits for, with this data. */
void card_send_flip (struct card *card, uint32_t crtc, uint64_t user_data,
    int64_t time_ns, uint32_t sequence);

/* The framebuffer that is scanned out at the moment: the one before, while a
 * flip is pending. 0: none. */
uint32_t card_shown (struct card *card, uint32_t plane);

/* Whether memory of the dma-buf FD is scanned out, or will be by the pending
 * flip: nobody may write to it. */
bool card_shows_memory (struct card *card, int fd);

/* --- Memory and framebuffers -------------------------------------------- */

/*
 * A dma-buf: a memfd of SIZE bytes that fstatfs() takes for one, and that
 * answers DMA_BUF_IOCTL_SYNC (with 0) and, as an old kernel, no other ioctl of
 * dma-bufs (ENOTTY). Dumb buffers are of this kind. Other memfds, and real
 * dma-bufs, can be imported as well; the rest is EINVAL. The caller
 * closes it.
 */
int card_dmabuf_new (struct card *card, size_t size);

/*
 * From now on FD, of card_dmabuf_new(), has the implicit fence FENCE (copied;
 * -1: a kernel without them again): DMA_BUF_IOCTL_EXPORT_SYNC_FILE gives a copy
 * of it, and IMPORT_SYNC_FILE is taken. card_dmabuf_fence() is the fence that
 * was imported last, or the one that was set; the card owns it.
 */
void card_dmabuf_set_fence (struct card *card, int fd, int fence);
int card_dmabuf_fence (struct card *card, int fd);

/* How often SYNC was called on any of them. */
unsigned card_n_syncs (struct card *card);

struct card_fb {
  uint32_t id;
  uint32_t width, height, fourcc;
  uint64_t modifier; /* DRM_FORMAT_MOD_INVALID: made without modifiers */
  uint32_t pitches[4], offsets[4];
  uint64_t inode[4]; /* st_ino of the memory */
};

/* Also of those that are closed but shown. False: none of that id. */
bool card_get_fb (struct card *card, uint32_t id, struct card_fb *fb);

/* Those with an id, or still shown. */
unsigned card_n_fbs (struct card *card);

/* A descriptor of the memory of a dumb buffer, made by any client; the card
 * owns it. */
int card_dumb_memory (struct card *card, uint32_t handle);

/* A fence, for IN_FENCE_FD: an eventfd that polls readable when signalled. What
 * OUT_FENCE_PTR gives is of this kind and signalled at the flip; real
 * sync_files work for IN_FENCE_FD too. Owned by the caller. */
int card_fence_new (void);
void card_fence_signal (int fence);
bool card_fence_is_signalled (int fence);

/* --- Clients ------------------------------------------------------------ */

/* As open(card_path()) does: the first becomes master. */
int card_open (struct card *card);

/*
 * A lease on OBJECTS (CRTCs, connectors, planes): sees nothing else, and is
 * its own master, whoever is master of the card.
 */
int card_open_lease (
    struct card *card, const uint32_t *objects, unsigned n_objects);

/* Another program becomes master: takes it from ours (as libseat does when the
 * seat is switched), or holds it already when ours opens the card. Then
 * DROP: gives it back to nobody. */
void card_take_master (struct card *card);
void card_drop_master (struct card *card);

/* What SET_MASTER says to who never was it: EACCES. Off at first (root). */
void card_set_unprivileged (struct card *card, bool unprivileged);

/* --- Faults and counts -------------------------------------------------- */

/*
 * From the SKIP+1st call of it on, the ioctl fails TIMES times with ERROR and
 * does nothing. REQUEST is DRM_IOCTL_* (its number alone counts). TIMES of -1:
 * for ever. A second fault of the same request comes after the first is over.
 * An old kernel: card_fail (card, DRM_IOCTL_MODE_CLOSEFB, EINVAL, -1, 0).
 */
void card_fail (struct card *card, unsigned long request, int error, int times,
    unsigned skip);

/* In the same way, real commits alone: TEST_ONLY goes well. */
void card_fail_commit (struct card *card, int error, int times, unsigned skip);

/* Opening it by path. TIMES and SKIP as above. */
void card_fail_open (struct card *card, int error, int times, unsigned skip);

/* No faults any more. */
void card_heal (struct card *card);

/* How often the ioctl was called, failures included; and all of them. */
unsigned card_n_calls (struct card *card, unsigned long request);
unsigned card_n_all_calls (struct card *card);

#endif
