/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "heap-kernel.h"

#include "gst-libs/allocators/gstzcsys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define FIRST_FD 1000
#define MAX_FDS 64
#define PAGE 4096
#define HANDLE 7
#define LIMIT_PATH "/sys/module/udmabuf/parameters/size_limit_mb"

#define HUGE_PATH "/sys/kernel/mm/transparent_hugepage/shmem_enabled"

enum kind { FREE, NODE, LIMIT, HUGE_PAGES, DMABUF };

struct kernel kernel;

static struct {
  char *fail_step;
  int fail_errno;
  enum kind fds[MAX_FDS];
  gsize size[MAX_FDS];
  guint n_memfds, n_handles, n_buffers, n_mappings;
} state;

static struct gst_zc_sys real;

static int
failure (int error)
{
  errno = error;
  return -1;
}

/* Whether the step works. */
static bool
step (const char *name)
{
  g_string_append_printf (
      kernel.steps, "%s%s", kernel.steps->len ? ", " : "", name);
  if (g_strcmp0 (name, state.fail_step) != 0)
    return true;
  errno = state.fail_errno;
  return false;
}

static int
new_fd (enum kind kind, gsize size)
{
  for (int i = 0; i < MAX_FDS; i++) {
    if (state.fds[i] == FREE) {
      state.fds[i] = kind;
      state.size[i] = size;
      return FIRST_FD + i;
    }
  }
  fail ("more descriptors than there should ever be");
  return -1;
}

static int
new_dmabuf (gsize size)
{
  return new_fd (DMABUF, kernel.dmabuf_size ? kernel.dmabuf_size
                                            : (size + PAGE - 1) / PAGE * PAGE);
}

static enum kind *
kind_of (int fd)
{
  fail_unless (fd >= FIRST_FD && fd < FIRST_FD + MAX_FDS, "descriptor %d", fd);
  fail_unless (
      state.fds[fd - FIRST_FD] != FREE, "descriptor %d is not open", fd);
  return &state.fds[fd - FIRST_FD];
}

/* --- files -------------------------------------------------------------- */

static bool
exists (const char *path)
{
  for (guint i = 0; kernel.nodes[i]; i++)
    if (strcmp (kernel.nodes[i], path) == 0)
      return true;
  return false;
}

static int
fake_open (const char *path, int flags)
{
  g_autofree char *name = g_strconcat ("open ", path, NULL);

  fail_unless (flags & O_CLOEXEC);
  if (strcmp (path, LIMIT_PATH) == 0)
    return kernel.udmabuf_limit ? new_fd (LIMIT, 0) : failure (ENOENT);
  if (strcmp (path, HUGE_PATH) == 0)
    return kernel.shmem_huge ? new_fd (HUGE_PAGES, 0) : failure (ENOENT);
  fail_unless_equals_int (flags & O_ACCMODE, O_RDWR);
  if (!step (name))
    return -1;
  return exists (path) ? new_fd (NODE, 0) : failure (ENOENT);
}

static int
fake_close (int fd)
{
  if (fd < FIRST_FD) {
    state.n_memfds--;
    return real.close (fd);
  }
  *kind_of (fd) = FREE;
  return 0;
}

static ssize_t
fake_read (int fd, void *data, size_t size)
{
  if (*kind_of (fd) == HUGE_PAGES)
    return g_strlcpy (data, kernel.shmem_huge, size);
  fail_unless_equals_int (*kind_of (fd), LIMIT);
  return g_strlcpy (data, kernel.udmabuf_limit, size);
}

static off_t
fake_lseek (int fd, off_t offset, int whence)
{
  fail_unless_equals_int (*kind_of (fd), DMABUF);
  fail_unless_equals_int (offset, 0);
  fail_unless_equals_int (whence, SEEK_END);
  return step ("lseek") ? (off_t) state.size[fd - FIRST_FD] : -1;
}

static int
fake_stat (const char *path, struct stat *st)
{
  *st = (struct stat) { .st_mode = S_IFCHR | kernel.mode,
    .st_gid = kernel.gid };
  return exists (path) ? 0 : failure (ENOENT);
}

static int
fake_fstat (int fd, struct stat *st)
{
  if (fd < 0)
    return failure (EBADF);
  fail_unless_equals_int (*kind_of (fd), NODE);
  *st = (struct stat) { .st_mode = S_IFCHR,
    .st_rdev = makedev (226, kernel.minor) };
  return step ("fstat") ? 0 : -1;
}

static char *
fake_realpath (const char *path, char *resolved)
{
  fail_unless (resolved == NULL);
  for (guint i = 0; kernel.links[i][0]; i++)
    if (strcmp (kernel.links[i][0], path) == 0)
      return strdup (kernel.links[i][1]);
  return exists (path) ? strdup (path) : NULL;
}

static int
fake_glob (const char *pattern, int flags, int (*on_error) (const char *, int),
    glob_t *found)
{
  (void) on_error;
  fail_unless_equals_int (flags, 0);
  *found = (glob_t) { .gl_pathv = calloc (16, sizeof (char *)) };
  for (guint i = 0; kernel.nodes[i]; i++)
    if (g_pattern_match_simple (pattern, kernel.nodes[i]) ||
        (g_str_has_prefix (kernel.nodes[i], "/dev/dri/card") &&
            strcmp (pattern, "/dev/dri/card[0-9]*") == 0))
      found->gl_pathv[found->gl_pathc++] = strdup (kernel.nodes[i]);
  return found->gl_pathc ? 0 : GLOB_NOMATCH;
}

static int
fake_memfd_create (const char *name, unsigned int flags)
{
  int fd;

  kernel.memfd_flags = flags;
  if (!step ("memfd_create"))
    return -1;
  fd = real.memfd_create (name, flags & MFD_CLOEXEC);
  fail_unless (fd >= 0 && fd < FIRST_FD);
  state.n_memfds++;
  return fd;
}

static int
fake_ftruncate (int fd, off_t size)
{
  kernel.memfd_size = size;
  return step ("ftruncate") ? real.ftruncate (fd, size) : -1;
}

static int
fake_fcntl (int fd, int command, int arg)
{
  if (command == F_DUPFD_CLOEXEC)
    return step ("dup") ? new_fd (*kind_of (fd), 0) : -1;
  fail_unless_equals_int (command, F_ADD_SEALS);
  kernel.seals = arg;
  return step ("F_ADD_SEALS") ? 0 : -1;
}

static uid_t
fake_geteuid (void)
{
  return kernel.uid;
}

static gid_t
fake_getegid (void)
{
  return kernel.egid;
}

static int
fake_getgroups (int size, gid_t list[])
{
  if (size > 0)
    list[0] = kernel.group;
  return 1;
}

/* --- mappings ----------------------------------------------------------- */

static const char *
mmap_step (int flags, int fd)
{
  if (flags & MAP_HUGETLB)
    return "mmap hugetlb";
  if (fd < 0)
    return "mmap";
  return kernel.memfd_flags & MFD_HUGETLB ? "mmap huge memfd" : "mmap memfd";
}

static void *
fake_mmap (void *addr, size_t size, int prot, int flags, int fd, off_t offset)
{
  void *data;

  kernel.mmap_flags = flags;
  if (!step (mmap_step (flags, fd)))
    return MAP_FAILED;
  data = real.mmap (
      addr, size, prot, flags & 0xffff & ~MAP_HUGETLB, fd, offset);
  fail_unless (data != MAP_FAILED);
  state.n_mappings++;
  return data;
}

static int
fake_munmap (void *addr, size_t size)
{
  state.n_mappings--;
  return real.munmap (addr, size);
}

static int
fake_madvise (void *addr, size_t size, int advice)
{
  (void) addr;
  fail_unless_equals_int (advice, MADV_HUGEPAGE);
  fail_unless_equals_int (size % (2 << 20), 0);
  return step ("madvise") ? 0 : -1;
}

/* --- ioctls ------------------------------------------------------------- */

static int
alloc_dma_heap (struct dma_heap_allocation_data *data)
{
  kernel.dma_heap = *data;
  data->fd = new_dmabuf (data->len);
  return 0;
}

static int
create_udmabuf (struct udmabuf_create *create)
{
  kernel.udmabuf = *create;
  return new_dmabuf (create->size);
}

static int
get_cap (struct drm_get_cap *cap)
{
  cap->value = cap->capability == DRM_CAP_PRIME ? kernel.prime_cap
                                                : kernel.dumb_cap;
  return 0;
}

static int
create_dumb (struct drm_mode_create_dumb *dumb)
{
  if (kernel.only_bpp && dumb->bpp != kernel.only_bpp)
    return failure (EINVAL);
  dumb->pitch = kernel.pitch ? kernel.pitch
                             : dumb->width * ((dumb->bpp + 7) / 8);
  dumb->size = (guint64) dumb->pitch * dumb->height;
  dumb->handle = HANDLE;
  kernel.dumb = *dumb;
  state.n_handles++;
  return 0;
}

static int
export_handle (struct drm_prime_handle *prime)
{
  fail_unless_equals_int (prime->handle, HANDLE);
  kernel.prime = *prime;
  prime->fd = new_dmabuf (kernel.dumb.size);
  return 0;
}

static int
destroy_dumb (struct drm_mode_destroy_dumb *destroy)
{
  fail_unless_equals_int (destroy->handle, HANDLE);
  state.n_handles--;
  return 0;
}

static int
query_video (struct v4l2_capability *cap)
{
  cap->capabilities = kernel.video_capabilities | V4L2_CAP_DEVICE_CAPS |
                      V4L2_CAP_META_OUTPUT;
  cap->device_caps = kernel.video_capabilities;
  return 0;
}

static int
get_format (struct v4l2_format *format)
{
  kernel.video_type = format->type;
  if (V4L2_TYPE_IS_MULTIPLANAR (format->type)) {
    format->fmt.pix_mp.num_planes = kernel.video_planes;
    format->fmt.pix_mp.plane_fmt[0].sizeimage = kernel.video_size;
  } else {
    format->fmt.pix.sizeimage = kernel.video_size;
  }
  return 0;
}

static int
create_buffers (struct v4l2_create_buffers *create)
{
  if (kernel.no_create_bufs)
    return failure (ENOTTY);
  kernel.create = *create;
  create->index = 5;
  state.n_buffers += create->count;
  return 0;
}

static int
request_buffers (struct v4l2_requestbuffers *request)
{
  fail_unless_equals_int (request->type, kernel.video_type);
  if (request->count)
    fail_unless_equals_int (request->memory, V4L2_MEMORY_MMAP);
  state.n_buffers = request->count;
  return 0;
}

static int
export_buffer (struct v4l2_exportbuffer *export)
{
  const struct v4l2_format *format = &kernel.create.format;
  gsize size = kernel.video_size;

  fail_unless_equals_int (export->type, kernel.video_type);
  fail_unless_equals_int (export->index, kernel.create.count ? 5 : 0);
  kernel.expbuf = *export;
  if (kernel.create.count)
    size = V4L2_TYPE_IS_MULTIPLANAR (format->type)
               ? format->fmt.pix_mp.plane_fmt[0].sizeimage
               : format->fmt.pix.sizeimage;
  export->fd = new_dmabuf (size);
  return 0;
}

static int
drop_master (void *arg)
{
  fail_unless (arg == NULL);
  return 0;
}

#define REQUEST(code, function) { code, #code, (int (*) (void *)) function }

static const struct {
  unsigned long code;
  const char *name;
  int (*answer) (void *arg);
} requests[] = {
  REQUEST (DMA_HEAP_IOCTL_ALLOC, alloc_dma_heap),
  REQUEST (UDMABUF_CREATE, create_udmabuf),
  REQUEST (DRM_IOCTL_GET_CAP, get_cap),
  REQUEST (DRM_IOCTL_DROP_MASTER, drop_master),
  REQUEST (DRM_IOCTL_MODE_CREATE_DUMB, create_dumb),
  REQUEST (DRM_IOCTL_MODE_DESTROY_DUMB, destroy_dumb),
  REQUEST (DRM_IOCTL_PRIME_HANDLE_TO_FD, export_handle),
  REQUEST (VIDIOC_QUERYCAP, query_video),
  REQUEST (VIDIOC_G_FMT, get_format),
  REQUEST (VIDIOC_CREATE_BUFS, create_buffers),
  REQUEST (VIDIOC_REQBUFS, request_buffers),
  REQUEST (VIDIOC_EXPBUF, export_buffer),
};

static int
fake_ioctl (int fd, unsigned long request, void *arg)
{
  fail_unless_equals_int (*kind_of (fd), NODE);
  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    if (requests[i].code == request)
      return step (requests[i].name) ? requests[i].answer (arg) : -1;
  fail ("nobody should ask for 0x%lx", request);
  return -1;
}

/* --- for the tests ------------------------------------------------------ */

static const struct gst_zc_sys fakes = {
  .open = fake_open,
  .close = fake_close,
  .read = fake_read,
  .ioctl = fake_ioctl,
  .mmap = fake_mmap,
  .munmap = fake_munmap,
  .madvise = fake_madvise,
  .fstat = fake_fstat,
  .stat = fake_stat,
  .realpath = fake_realpath,
  .glob = fake_glob,
  .lseek = fake_lseek,
  .memfd_create = fake_memfd_create,
  .ftruncate = fake_ftruncate,
  .fcntl = fake_fcntl,
  .geteuid = fake_geteuid,
  .getegid = fake_getegid,
  .getgroups = fake_getgroups,
};

void
kernel_set_up (void)
{
  static bool saved = false;
  GString *steps = kernel.steps;

  if (!saved)
    real = gst_zc_sys;
  saved = true;
  gst_zc_sys = fakes;
  g_free (state.fail_step);
  memset (&state, 0, sizeof (state));
  kernel = (struct kernel) {
    .nodes = { "/dev/dma_heap/reserved", "/dev/dma_heap/system", "/dev/udmabuf",
        "/dev/dri/card0", "/dev/video0" },
    .mode = 0660,
    .gid = 44,
    .uid = 1000,
    .egid = 1000,
    .group = 1000,
    .udmabuf_limit = "64\n",
    .dumb_cap = 1,
    .prime_cap = DRM_PRIME_CAP_EXPORT,
    .video_capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING,
    .video_planes = 1,
    .video_size = 2 * PAGE,
    .steps = steps ? g_string_truncate (steps, 0) : g_string_new (NULL),
  };
}

void
kernel_fail (const char *name, int error)
{
  g_free (state.fail_step);
  state.fail_step = g_strdup (error ? name : NULL);
  state.fail_errno = error;
}

guint
kernel_count (const char *name)
{
  g_auto (GStrv) steps = g_strsplit (kernel.steps->str, ", ", -1);
  guint n = 0;

  for (guint i = 0; steps[i]; i++)
    n += strcmp (steps[i], name) == 0;
  return n;
}

static guint
count (enum kind kind)
{
  guint n = 0;

  for (guint i = 0; i < MAX_FDS; i++)
    n += state.fds[i] == kind;
  return n;
}

guint
kernel_n_open (void)
{
  return count (NODE) + count (LIMIT) + count (HUGE_PAGES) + state.n_memfds;
}

guint
kernel_n_dmabufs (void)
{
  return count (DMABUF);
}

guint
kernel_n_handles (void)
{
  return state.n_handles;
}

guint
kernel_n_buffers (void)
{
  return state.n_buffers;
}

guint
kernel_n_mappings (void)
{
  return state.n_mappings;
}

void
kernel_close_dmabuf (int fd)
{
  fail_unless_equals_int (*kind_of (fd), DMABUF);
  *kind_of (fd) = FREE;
}
