/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_IMPORT_QUERY_H__
#define __GST_ZC_IMPORT_QUERY_H__

#include "gstzcdefs.h"

G_BEGIN_DECLS

/**
 * GST_ZC_IMPORT_QUERY_NAME:
 *
 * The name of the structure of the query "can you take this buffer where it
 * is?": a downstream query of type %GST_QUERY_CUSTOM, that is not serialized.
 * Its fields are "caps" (GstCaps), "buffer" (GstBuffer) and "answers"
 * (GstValueList of GstStructure).
 *
 * A producer sends it after the ALLOCATION query, so that everybody downstream
 * has the caps, with a buffer of the memory that it means to use: before the
 * first frame, from its streaming thread, without content. Who would use frames
 * on a device answers by trying: a display makes a framebuffer of it and tests
 * a commit, a codec queues it. Who would read them with the CPU does not
 * answer.
 *
 * Who is not meant (gst_zc_import_query_concerns()) does not answer either. An
 * answer is added by gst_zc_import_query_answer(), and the query handler
 * returns %FALSE all the same: tees then ask all of their branches, and the
 * producer learns what each of them says. Elements that do not know the query
 * pass it on: queue, tee, capsfilter, identity, valve and input-selector do.
 *
 * Since: 0.2
 */
#define GST_ZC_IMPORT_QUERY_NAME "GstZcImportQuery"

/**
 * gst_zc_import_query_new:
 * @caps: what frames are
 * @buffer: one of those that are to come
 *
 * Returns: (transfer full): the question whether consumers can take such frames
 *   where they are
 *
 * Since: 0.2
 */
GST_ZC_API GstQuery *gst_zc_import_query_new (GstCaps *caps, GstBuffer *buffer);

/**
 * gst_zc_import_query_parse:
 * @query: any query
 * @caps: (out) (optional) (transfer none): what frames are
 * @buffer: (out) (optional) (transfer none): one of them; not to be written to,
 *   nor kept
 *
 * For who answers. Any thread.
 *
 * Returns: whether it is that question; nothing is set if not
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_import_query_parse (
    GstQuery *query, GstCaps **caps, GstBuffer **buffer);

/**
 * gst_zc_import_query_concerns:
 * @query: the question
 * @pad: a sink pad
 *
 * Elements that make other frames of those that come, such as converters,
 * encoders and decoders, pass the question on as well: who is behind them is
 * not meant.
 *
 * Returns: whether the frames that come to @pad now are such as @query is
 * about: in format, modifier, size and kind of memory, or in media type if they
 * are coded
 *
 * Since: 0.2
 */
GST_ZC_API gboolean gst_zc_import_query_concerns (GstQuery *query, GstPad *pad);

/**
 * gst_zc_import_query_answer:
 * @query: (inout): the question
 * @element: who answers
 * @error: 0 if it can, or the negative errno of the kernel's refusal;
 *   -EMEDIUMTYPE if the kernel need not be asked
 * @reason: (nullable): why not, for people; %NULL if it can
 *
 * Adds an answer. The handler is to return %FALSE, so that others are asked as
 * well.
 *
 * Since: 0.2
 */
GST_ZC_API void gst_zc_import_query_answer (
    GstQuery *query, GstElement *element, gint error, const gchar *reason);

/**
 * gst_zc_import_query_get_n_answers:
 * @query: the question, after it was asked
 *
 * Returns: how many have answered; 0 if nobody downstream knows the question
 *
 * Since: 0.2
 */
GST_ZC_API guint gst_zc_import_query_get_n_answers (GstQuery *query);

/**
 * gst_zc_import_query_get_answer:
 * @query: the question, after it was asked
 * @index: which answer
 * @element: (out) (optional) (transfer none): the name of who gave it
 * @error: (out) (optional): 0 if it can
 * @reason: (out) (optional) (nullable) (transfer none): why not
 *
 * What somebody said; valid as long as the query is not changed.
 *
 * Since: 0.2
 */
GST_ZC_API void gst_zc_import_query_get_answer (GstQuery *query, guint index,
    const gchar **element, gint *error, const gchar **reason);

/**
 * gst_zc_import_query_ask:
 * @pad: the producer's source pad
 * @caps: what frames are
 * @buffer: one of those that are to come
 * @error: (out) (optional): the negative errno of the first that cannot take
 * it; 0 if all can
 * @refusals: (out) (optional) (nullable) (transfer full): who cannot take it
 * and why, for people; %NULL if all can
 *
 * Asks all that are downstream of @pad. What is on the way of the streaming
 * thread may not be locked.
 *
 * Returns: how many cannot take it; 0 if all that answered can, or nobody did
 *
 * Since: 0.2
 */
GST_ZC_API guint gst_zc_import_query_ask (GstPad *pad, GstCaps *caps,
    GstBuffer *buffer, gint *error, gchar **refusals);

G_END_DECLS

#endif /* __GST_ZC_IMPORT_QUERY_H__ */
