/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kms-line.h"

bool
zc_kms_line_is_empty (const struct zc_kms_line *self)
{
  return self->n_waiting == 0 && !self->has_due;
}

bool
zc_kms_line_is_held_up (const struct zc_kms_line *self)
{
  return self->has_due && zc_kms_fence_is_set (&self->due.fence);
}

const struct zc_kms_frame *
zc_kms_line_newest (const struct zc_kms_line *self)
{
  if (self->n_waiting > 0)
    return &self->waiting[self->n_waiting - 1];
  return self->has_due ? &self->due : NULL;
}

/* The first that waits. */
static struct zc_kms_frame
pop (struct zc_kms_line *self)
{
  struct zc_kms_frame frame = self->waiting[0];

  self->n_waiting--;
  for (unsigned i = 0; i < self->n_waiting; i++)
    self->waiting[i] = self->waiting[i + 1];
  return frame;
}

bool
zc_kms_line_add (struct zc_kms_line *self, const struct zc_kms_frame *frame,
    struct zc_kms_frame *replaced)
{
  bool is_full = self->n_waiting >= self->depth;

  if (is_full)
    *replaced = pop (self);
  self->waiting[self->n_waiting++] = *frame;
  return is_full;
}

bool
zc_kms_line_next (struct zc_kms_line *self, struct zc_kms_frame *frame)
{
  if (!self->has_due && self->n_waiting > 0) {
    self->due = pop (self);
    self->has_due = true;
  }
  if (!self->has_due || zc_kms_fence_is_set (&self->due.fence))
    return false;
  *frame = self->due;
  self->has_due = false;
  return true;
}

bool
zc_kms_line_put_back (
    struct zc_kms_line *self, const struct zc_kms_frame *frame)
{
  if (self->n_waiting >= self->depth)
    return false;
  for (unsigned i = self->n_waiting++; i > 0; i--)
    self->waiting[i] = self->waiting[i - 1];
  self->waiting[0] = *frame;
  return true;
}

static bool
end_fence (
    struct zc_kms_fence *fence, uint64_t serial, struct zc_kms_fence *over)
{
  if (fence->serial != serial)
    return false;
  *over = *fence;
  *fence = (struct zc_kms_fence) { 0 };
  return true;
}

bool
zc_kms_line_note_drawn (
    struct zc_kms_line *self, uint64_t serial, struct zc_kms_fence *over)
{
  bool found = self->has_due && end_fence (&self->due.fence, serial, over);

  for (unsigned i = 0; i < self->n_waiting && !found; i++)
    found = end_fence (&self->waiting[i].fence, serial, over);
  return found;
}

bool
zc_kms_line_take (struct zc_kms_line *self, struct zc_kms_frame *frame)
{
  if (zc_kms_line_is_empty (self))
    return false;
  *frame = self->has_due ? self->due : pop (self);
  self->has_due = false;
  return true;
}
