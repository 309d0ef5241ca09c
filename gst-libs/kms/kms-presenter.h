/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef ZC_KMS_PRESENTER_H
#define ZC_KMS_PRESENTER_H

#include "kms-events.h"
#include "kms-line.h"
#include "kms-plane.h"

#include <stdatomic.h>

#define ZC_KMS_MAX_LAYERS 16

/* Called from the card's event thread, or from a thread that calls a function
 * of this layer or of another on the same screen. They may let go of
 * framebuffers and memory, but call no function of layers and outputs, which
 * may be waiting for them. */
struct zc_kms_layer_events {
  /* The frame is on the screen since TIME_NS (CLOCK_MONOTONIC). With fences it
   * may be its owner's again. */
  void (*flipped) (
      const struct zc_kms_frame *frame, int64_t time_ns, void *data);
  /* Nothing reads the frame any more. SHOWN is false if it never was on the
   * screen. */
  void (*released) (const struct zc_kms_frame *frame, bool shown, void *data);
  /* NULL: frames go back when another is on the screen. Otherwise that one is
   * on its way, and FENCE, a sync_file that is the presenter's, is signalled
   * when it is there: true if all who may write into FRAME will wait for FENCE,
   * and the frame is its owner's again; false leaves it for released(). The
   * framebuffers stay the presenter's for as long as they are shown. */
  bool (*fenced) (const struct zc_kms_frame *frame, int fence, void *data);
  /* The layer that led has gone, and this one, which is placed, leads now: see
   * zc_kms_layer_leads(). May be NULL. */
  void (*leads) (void *data);
};

/* How a part of a layer is shown, as it was committed last. */
struct zc_kms_placement {
  const struct zc_kms_plane *plane; /* NULL: it has none */
  struct zc_kms_look look;
  struct zc_kms_fb *example; /* owned: a picture that was accepted */
};

/*
 * What one user shows on an output. Made and placed by kms-layer.h; here, how
 * its frames go to the screen.
 */
struct zc_kms_layer {
  struct zc_kms_output *output;
  const struct zc_kms_layer_events *events;
  void *data;

  /* Under the output's lock, and written only while the presenter is claimed,
   * so that commits can read it. */
  int zpos;
  bool is_placed;
  struct zc_kms_placement part[ZC_KMS_N_PARTS];

  /* Under the presenter's lock. */
  bool wants_async; /* flips need not wait for the blanking */
  bool has_scanout, has_in_flight;
  bool holds_scanout; /* its framebuffers are ours: the owner let go */
  struct zc_kms_frame scanout;
  struct zc_kms_frame in_flight;
  struct zc_kms_line line;
  uint64_t watched; /* the fence of a frame that is not in line yet, or 0 */
  int64_t stuck_since_ns; /* a frame had to be replaced and nothing has
                           * flipped, or was drawn, since then; 0: nothing is
                           * stuck */
  int error;              /* of a commit, for the next call */
};

/*
 * Takes the frames of all layers of a CRTC to the screen: what waits goes into
 * one commit, the next when that has flipped. Nobody waits for the display
 * but who claims it.
 *
 * The kernel makes a commit wait for the fences of all of its framebuffers, so
 * that one frame would stop all layers. A frame with a fence is therefore no
 * part of a commit until the card's event thread has seen that signalled, even
 * if no other layer is there: so a layer that comes, moves or goes has not to
 * wait for it either, and what stops is known to be that device, not the
 * display. Its layer goes on with it at the next refresh.
 */
struct zc_kms_presenter {
  struct zc_kms_listener listener;
  struct zc_kms_device *device;
  uint32_t crtc_id;
  struct zc_kms_property out_fence;

  /* Stored before a commit, and loaded when it has flipped: the kernel orders
   * both, but neither the language nor ThreadSanitizer knows of that. */
  atomic_bool is_launched;
  atomic_bool async_refused; /* the driver only flips in the blanking */

  /* Guards what follows, and frames of layers. The only system calls made with
   * it held are clock_gettime() and dup(), callbacks are not. Taken inside the
   * output's lock, and before the card's events'. */
  pthread_mutex_t lock;
  pthread_cond_t idle; /* some of the next four has become false, or 0 */
  unsigned n_calling;  /* threads that commit, or call owners of frames: what
                        * belongs to layers must stay */
  bool is_busy;        /* somebody makes a commit, or one has not flipped yet */
  bool is_retrying;    /* it is for the event thread to make it again soon:
                        * nothing of ours is in flight */
  bool is_claimed;     /* nobody but who claimed it makes the next */
  bool is_late;        /* what was in flight then has not flipped in time */
  bool has_flipped;    /* something has, since then */
  unsigned n_landed;   /* commits that were on the screen; may wrap */
  struct zc_kms_layer *layers[ZC_KMS_MAX_LAYERS];
  unsigned n_layers;
};

/* OUT_FENCE is the CRTC's OUT_FENCE_PTR. */
void zc_kms_presenter_init (struct zc_kms_presenter *presenter,
    struct zc_kms_device *device, uint32_t crtc_id,
    struct zc_kms_property out_fence);
void zc_kms_presenter_clear (struct zc_kms_presenter *presenter);

/* Adds a layer, whose frames are shown once it is placed. Returns 0 or -EUSERS
 * if there are too many. */
int zc_kms_presenter_add (
    struct zc_kms_presenter *presenter, struct zc_kms_layer *layer);

/* All frames of the layer must have been taken before. */
void zc_kms_presenter_remove (
    struct zc_kms_presenter *presenter, struct zc_kms_layer *layer);

/*
 * Shows FRAME of a placed layer as soon as may be: at once, or with the next
 * commit. It is the presenter's in any case until released(), and its fence
 * for good: what is not drawn yet waits until it is. If too many wait the
 * oldest is not shown. One thread at a time shows frames of a layer. Returns 0,
 * or what went wrong with this or an earlier frame of the layer: -ETIMEDOUT if
 * the display has not flipped for three seconds, -ETIME, once for a fence, if
 * that has been waited for for a second, which goes on; else the errno of the
 * commit.
 */
int zc_kms_presenter_show (struct zc_kms_presenter *presenter,
    struct zc_kms_layer *layer, const struct zc_kms_frame *frame);

/* Waits, at most a second, until nothing is in flight, and keeps it so: frames
 * that come have to wait. Returns 0 or -ETIMEDOUT; it is claimed then, too, but
 * what is in flight may still flip: only a commit that waits for it can be
 * made. The output's lock is held until the release. */
int zc_kms_presenter_claim (struct zc_kms_presenter *presenter);

/* Ends the claim: what has waited goes on, after the flip of the caller's
 * commit if that IS_IN_FLIGHT, or after the one that is late. */
void zc_kms_presenter_release (
    struct zc_kms_presenter *presenter, bool is_in_flight);

/* While claimed, with nothing in flight: FRAME of the layer, which has no
 * fence, is going to be committed by the caller. The flip event lands it. */
void zc_kms_presenter_load (struct zc_kms_presenter *presenter,
    struct zc_kms_layer *layer, const struct zc_kms_frame *frame);

/* While claimed: a commit has been made and waited for, so that nothing is in
 * flight, even if no event has told so. FRAME of LAYER, if there is one, is on
 * the screen by it. */
void zc_kms_presenter_settle (struct zc_kms_presenter *presenter,
    struct zc_kms_layer *layer, const struct zc_kms_frame *frame);

/* The commit failed: the frame is the caller's again. */
void zc_kms_presenter_unload (
    struct zc_kms_presenter *presenter, struct zc_kms_layer *layer);

/* Whether OWNER's frame is the newest of those on or on their way to the
 * screen. */
bool zc_kms_presenter_has_newest (struct zc_kms_presenter *presenter,
    const struct zc_kms_layer *layer, const void *owner);

/* The fence that the layer's frames wait for, in words, as
 * zc_kms_fence_describe(); false if there is none. */
bool zc_kms_presenter_describe_fence (struct zc_kms_presenter *presenter,
    const struct zc_kms_layer *layer, char *text, size_t size);

/* Gives back frames of the layer that wait, also for a fence; they are not
 * shown. */
void zc_kms_presenter_flush (
    struct zc_kms_presenter *presenter, struct zc_kms_layer *layer);

/* While claimed: gives back all frames of a layer that is not shown any more.
 */
void zc_kms_presenter_take_off (
    struct zc_kms_presenter *presenter, struct zc_kms_layer *layer);

/* Waits, at most a second, until all frames of the layer have been on the
 * screen, or were flushed. Returns 0 or -ETIMEDOUT. */
int zc_kms_presenter_drain (
    struct zc_kms_presenter *presenter, struct zc_kms_layer *layer);

/* Gives back the frame that is on the screen, where it stays: its framebuffers
 * hold the memory. Its owner must not draw into that any more. */
void zc_kms_presenter_let_go (
    struct zc_kms_presenter *presenter, struct zc_kms_layer *layer);

/* CLOCK_MONOTONIC. */
int64_t zc_kms_now_ns (void);

#endif
