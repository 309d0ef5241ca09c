/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CARD_PRIVATE_H
#define CARD_PRIVATE_H

#include "card.h"

#include <drm.h>
#include <drm_fourcc.h>
#include <drm_mode.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <string.h>
#include <sys/types.h>
#include <xf86drm.h>

/*
 * The parts of a played card, for its own files alone. Everything is under
 * one recursive lock for all cards. Functions that return int give 0 or a
 * positive errno.
 */

/* A file of the card: what the kernel calls drm_file. */
struct card_client {
  struct card *card;
  dev_t device; /* of the descriptor, and of each dup() of it */
  ino_t inode;
  int peer; /* our end of the socket pair */
  bool atomic, universal;
  bool was_master;
  bool is_lessee;
  GArray *leased;  /* uint32_t, of a lessee */
  GArray *handles; /* struct card_handle */
};

struct card_bo {
  dev_t device;
  ino_t inode;
  int fd;
  uint64_t size;
};

struct card_handle {
  uint32_t handle;
  struct card_bo *bo;
};

struct card_framebuffer {
  struct card_fb info;
  unsigned n_planes;
  struct card_bo *bo[4];
  struct card_client *owner; /* NULL: closed */
};

struct card_blob {
  uint32_t id;
  void *data;
  size_t size;
  struct card_client *owner; /* NULL: destroyed, or the kernel's */
  bool of_kernel;            /* lives as long as the card */
};

/* One of one object: its place in the card's list is that of its value. */
struct card_property {
  uint32_t id;
  uint32_t object;
  char name[DRM_PROP_NAME_LEN];
  uint32_t flags; /* DRM_MODE_PROP_* */
  bool needs_modeset;
  bool momentary; /* back to FIRST after each commit */
  uint64_t first;
  size_t blob_size;
  unsigned n_values;
  uint64_t *values;
  char (*names)[DRM_PROP_NAME_LEN]; /* of enums and bitmasks */
};

#define CARD_MAX_FENCES 16

struct card_pending {
  bool is_pending;
  struct card_client *client; /* gets the event; NULL: nobody */
  uint64_t user_data;
  int out_fence; /* -1: none */
  int in_fences[CARD_MAX_FENCES];
  unsigned n_in_fences;
};

struct card_object {
  uint32_t id;
  uint32_t type;  /* DRM_MODE_OBJECT_* */
  unsigned index; /* among those of its type */

  /* connectors */
  uint32_t encoder;
  uint32_t connector_type, type_id;
  drmModeConnection status;
  GArray *modes; /* struct drm_mode_modeinfo */

  /* encoders: all bits for all CRTCs */
  uint32_t possible_crtcs;
  uint32_t connector;

  /* planes */
  struct card_plane plane;
  GArray *formats;     /* struct card_format */
  uint32_t shown_fb;   /* what is scanned out */
  uint32_t shown_crtc; /* where */

  /* CRTCs */
  struct card_pending pending;
  uint32_t sequence;
};

struct card_fault {
  unsigned nr; /* _IOC_NR; CARD_FAULT_OPEN */
  bool commits_only;
  int error, times;
  unsigned skip;
};

#define CARD_FAULT_OPEN 0x100
#define CARD_N_CAPS 64

struct card {
  unsigned number; /* as in the path, and the minor */
  char path[32];
  char driver[32];
  uint64_t caps[CARD_N_CAPS];
  bool has_atomic;
  uint32_t min_width, min_height, max_width, max_height;
  uint32_t pitch_align;

  uint32_t last_id;
  GPtrArray *objects;    /* struct card_object */
  GPtrArray *properties; /* struct card_property */
  GArray *values;        /* uint64_t, of each property */

  GPtrArray *clients;
  struct card_client *master;
  bool other_is_master;
  bool unprivileged;

  GPtrArray *bos, *fbs, *blobs;
  GHashTable *dmabufs; /* inodes of card_dmabuf_new() to fence + 1, 0: none */
  unsigned n_syncs;
  struct card_left left_behind; /* by those who closed */

  card_check check;
  void *check_data;
  GPtrArray *attempts; /* struct card_commit */
  GPtrArray *commits;  /* those of them that were made; not owned */

  enum card_flips flips;
  unsigned flip_period_us;
  bool has_thread;
  pthread_t thread;

  GPtrArray *faults;
  unsigned n_calls[256], n_all_calls;
};

/* A proposal: all values, and which objects it is about. */
struct card_state {
  struct card *card;
  struct card_client *client;
  uint32_t flags;
  uint64_t *values;
  bool *touched;       /* by place in card->objects */
  bool *modeset;       /* the same; CRTCs */
  int32_t **out_fence; /* the same; CRTCs, where the program wants it */
};

/* card.c */
void card_lock (void);
void card_unlock (void);
void card_changed (void); /* wakes card_wait_*() */
void card_die (const char *format, ...) G_GNUC_PRINTF (1, 2) G_GNUC_NORETURN;
uint32_t card_new_id (struct card *card);

/* Only those that CLIENT may see, unless it is NULL. */
struct card_object *card_find_object (
    struct card *card, const struct card_client *client, uint32_t id);
struct card_object *card_find_typed (struct card *card,
    const struct card_client *client, uint32_t id, uint32_t type);
/* The N-th of TYPE, or NULL. */
struct card_object *card_nth (struct card *card, uint32_t type, unsigned n);
unsigned card_place (struct card *card, const struct card_object *object);

/* card-properties.c */
/* Place of the property, or -1. */
int card_find_property (struct card *card, uint32_t object, const char *name);
struct card_property *card_property_at (struct card *card, int place);
uint64_t card_value_at (struct card *card, int place);
void card_put_value (struct card *card, int place, uint64_t value);
void card_property_free (void *property);
uint32_t card_add_object_property (struct card *card, uint32_t object,
    const char *name, uint32_t flags, uint32_t type);
/* Whether the kernel lets a client set it so. */
bool card_property_takes (
    struct card *card, const struct card_property *property, uint64_t value);

/* card-memory.c */
struct card_blob *card_find_blob (struct card *card, uint32_t id);
uint32_t card_new_blob (struct card *card, struct card_client *owner,
    const void *data, size_t size);
struct card_framebuffer *card_find_fb (struct card *card, uint32_t id);
/* Frees what nothing refers to. */
void card_collect (struct card *card);
void card_memory_free (struct card *card);
void card_release_client_memory (struct card *card, struct card_client *client);
int card_memory_ioctl (
    struct card *card, struct card_client *client, unsigned nr, void *arg);

/* card-dmabuf.c */
void card_dmabufs_free (struct card *card);
int card_inode_fence (struct card *card, ino_t inode); /* -1: none */
/* Of a dma-buf of the card: 0, or an errno. */
int card_dmabuf_ioctl (
    struct card *card, ino_t inode, unsigned long request, void *arg);

/* card-framebuffer.c */
int card_framebuffer_ioctl (
    struct card *card, struct card_client *client, unsigned nr, void *arg);
void card_remove_fb (struct card *card, struct card_framebuffer *fb);
struct card_bo *card_handle_bo (struct card_client *client, uint32_t handle);
uint32_t card_new_handle (struct card_client *client, struct card_bo *bo);
uint32_t card_handle_of (struct card_client *client, struct card_bo *bo);

struct card_layout {
  uint32_t fourcc;
  uint8_t n_planes;
  uint8_t cpp[3]; /* bytes a sample of each plane */
  uint8_t hsub, vsub;
};

const struct card_layout *card_layout_of (uint32_t fourcc);

/* card-objects.c */
int card_object_ioctl (
    struct card *card, struct card_client *client, unsigned nr, void *arg);

/* card-atomic.c */
int card_atomic (
    struct card *card, struct card_client *client, struct drm_mode_atomic *arg);
uint64_t card_proposed (
    const struct card_state *state, uint32_t object, const char *name);

/* card-rules.c */
int card_set_property (struct card_state *state, struct card_object *object,
    int place, uint64_t value);
int card_check_state (struct card_state *state);
void card_touch (struct card_state *state, struct card_object *object);

/* card-flip.c */
bool card_complete (struct card *card, struct card_object *crtc,
    int64_t time_ns, uint32_t sequence, bool ignore_fences);
void card_show_now (struct card *card, const struct card_object *crtc);
bool card_is_fence (int fd);
void card_stop_thread (struct card *card);

/* card-client.c */
void card_reap (struct card *card);
void card_client_free (struct card_client *client);
bool card_client_is_master (const struct card_client *client);
bool card_client_sees (const struct card_client *client, uint32_t id);
int card_client_ioctl (
    struct card *card, struct card_client *client, unsigned nr, void *arg);

/* card-ioctl.c */
/* The errno that is to come, or 0. */
int card_take_fault (struct card *card, unsigned nr, bool is_commit);
void card_register (struct card *card);
void card_unregister (struct card *card);

#endif
