/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_HEAP_PRIVATE_H__
#define __GST_ZC_HEAP_PRIVATE_H__

#include "gstzcheap.h"

GST_DEBUG_CATEGORY_EXTERN (gst_zc_heap_debug);

/* What a file can have (off_t), in whole pages of any size up to 64 KiB. */
#define GST_ZC_HEAP_NO_LIMIT ((gsize) G_MAXSSIZE & ~(gsize) 0xffff)

/* SIZE in whole pages; it is at most GST_ZC_HEAP_NO_LIMIT. */
gsize gst_zc_heap_round_to_pages (gsize size);

/* What to do when the heap gives too few bytes, for the error; a literal. */
void gst_zc_heap_set_limit_cure (GstZcHeap *self, const gchar *cure);

/*
 * Both set ERROR to "`name` (path): what", the first with the errno ERR
 * (positive), both with the CURE (may be NULL) after it, and return -1: as what
 * the caller returns.
 */
gint gst_zc_heap_fail (GstZcHeap *self, GError **error, gint err,
    const gchar *cure, const gchar *format, ...) G_GNUC_PRINTF (5, 6);
gint gst_zc_heap_refuse (GstZcHeap *self, GError **error, GstZcError code,
    const gchar *cure, const gchar *format, ...) G_GNUC_PRINTF (5, 6);

/*
 * The last step of an export: takes over the new dma-buf FD, finds out how many
 * bytes it has and refuses it if they are fewer than SIZE. Returns FD or -1.
 */
gint gst_zc_heap_take (
    GstZcHeap *self, gint fd, gsize size, gsize *actual, GError **error);

/* --- gstzcheapnode.c ---------------------------------------------------- */

/* How people get at a kind of device node. */
struct gst_zc_heap_node {
  const gchar *rule;    /* what a udev rule matches it by */
  const gchar *missing; /* what to do if it is not there */
};

/* Opens the heap's path for reading and writing: a descriptor, or -1 with the
 * error set to the cause and its cure. */
gint gst_zc_heap_open (
    GstZcHeap *self, const struct gst_zc_heap_node *node, GError **error);

/* The same as a check(): opens and closes it. */
gboolean gst_zc_heap_check_node (
    GstZcHeap *self, const struct gst_zc_heap_node *node, GError **error);

/* --- gstzcdumbheap.c ---------------------------------------------------- */

/* The heap of a card that is opened when it is needed first. */
GstZcHeap *gst_zc_heap_new_closed_dumb (const gchar *card_path);

#endif /* __GST_ZC_HEAP_PRIVATE_H__ */
