/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZC_BOXED_PRIVATE_H__
#define __GST_ZC_BOXED_PRIVATE_H__

#include <glib-object.h>

/* G_DEFINE_BOXED_TYPE(), whose check of the functions' types is no ISO C. */
#define GST_ZC_DEFINE_BOXED_TYPE(Type, name) \
  GST_ZC_DEFINE_BOXED_TYPE_WITH_CODE (Type, name, {})

/* CODE has the type as g_define_type_id, and runs once. */
#define GST_ZC_DEFINE_BOXED_TYPE_WITH_CODE(Type, name, code)                   \
  _Pragma ("GCC diagnostic push")                                              \
      _Pragma ("GCC diagnostic ignored \"-Wpedantic\"")                        \
          G_DEFINE_BOXED_TYPE_WITH_CODE (Type, name, name##_copy, name##_free, \
              code) _Pragma ("GCC diagnostic pop")

#endif /* __GST_ZC_BOXED_PRIVATE_H__ */
