/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef __GST_ZEROCOPY_H__
#define __GST_ZEROCOPY_H__

#include "gstzcallocator.h"
#include "gstzccache.h"
#include "gstzccaps.h"
#include "gstzcconstraints.h"
#include "gstzccopypolicy.h"
#include "gstzcdefs.h"
#include "gstzcdmaheap.h"
#include "gstzcdumbheap.h"
#include "gstzcerror.h"
#include "gstzcformat.h"
#include "gstzcheap.h"
#include "gstzcheapchoice.h"
#include "gstzcheaplist.h"
#include "gstzcidentity.h"
#include "gstzcimportquery.h"
#include "gstzclayout.h"
#include "gstzcmemory.h"
#include "gstzcmessage.h"
#include "gstzcnode.h"
#include "gstzcpool.h"
#include "gstzcudmabufheap.h"
#include "gstzcuserheap.h"
#include "gstzcv4l2heap.h"

#endif /* __GST_ZEROCOPY_H__ */
