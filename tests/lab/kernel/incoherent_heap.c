// SPDX-License-Identifier: GPL-2.0
/*
 * A dma-buf heap whose buffers behave as on a machine without cache
 * coherency: /dev/dma_heap/incoherent.
 *
 * Where devices do not snoop the CPU's caches, whoever forgets to bracket CPU
 * access to a dma-buf with DMA_BUF_IOCTL_SYNC gets wrong pixels, now and then.
 * Where they do, nobody ever notices. This heap makes it certain and visible
 * on any machine. It takes the cache for infinitely large:
 *
 *   cpu	what mmap() gives: the CPU's view, through its cache
 *   device	what importers get (attach, map, vmap): the memory itself
 *   clean	cpu as it was when it was last in step with the memory; a
 *		64-byte line where the two differ is dirty
 *
 * Nothing goes from one to the other but
 *
 *   at START with READ	invalidate, cpu := device. As real ones do it: lines
 *			that are dirty at that moment are gone ("lost").
 *   at START(WRITE)	nothing: what the CPU sees remains as old as it is, and
 *			a partial write brings old bytes along. Only lines
 *			written from here on are dirty.
 *   at END with WRITE	clean: dirty lines go to device, all others of the
 *			device's stay.
 *   at END(READ)	nothing goes back: if no WRITE is open, dirty lines are
 *			dropped ("stray").
 *
 * READ and WRITE are counted apart, RW is one of each: START(READ),
 * START(WRITE), END(RW) is balanced. Fresh buffers are filled with 0xC5 for the
 * CPU and 0xDB for devices, so that a frame tells what was forgotten.
 *
 * As dma_buf_begin_cpu_access() waits for the fences after it has called the
 * exporter, START waits for them here before it copies.
 *
 * In debugfs, in incoherent_heap/, decimal numbers. Faults of users; 0 if all
 * did well:
 *
 *   unbracketed	pages touched by the CPU while no bracket was open
 *   wrong_direction	pages written while none but READ brackets were open
 *   bad_end		ENDs whose direction had no START
 *   lost		dirty lines that a START with READ threw away
 *   stray		dirty lines of other than WRITE brackets, never written
 *			back: found at START(WRITE), END(READ) or release
 *   open_at_release	buffers freed with a bracket open
 *
 * Writing to "reset" sets them to 0, and "begins", "ends" and "evicted" too.
 * "alive" and "bytes" are the buffers there are now. Knobs:
 *
 *   strict (on)	mappings are taken away whenever the state of the
 *			brackets changes, so that each access the state does
 *			not allow faults and is counted, once a page; then it
 *			goes on, with the CPU's view. Off: the first two
 *			counters rest, the pixels still tell. Switching it
 *			takes effect with the next bracket. (Reading in a
 *			WRITE bracket cannot be told from writing: no page can
 *			be written but not read.)
 *   chaos (off)	dirty lines are written back early, at times and places
 *			of chance, as from a cache that is too small; "evicted"
 *			counts them. Users who did all right never notice.
 *
 * Each set of pages is one piece of memory up to the page allocator's limit
 * (4 MiB), as importers without scatter-gather need it. Larger ones are made of
 * single pages, which the kernel's log tells.
 */

#include <linux/atomic.h>
#include <linux/debugfs.h>
#include <linux/dma-buf.h>
#include <linux/dma-heap.h>
#include <linux/dma-mapping.h>
#include <linux/dma-resv.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/iosys-map.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/pgtable.h>
#include <linux/random.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#define LINE		64U
#define CPU_POISON	0xC5
#define DEVICE_POISON	0xDB

/* How often chaos comes by, and how many lines it looks at. */
#define CHAOS_PERIOD	msecs_to_jiffies(2)
#define CHAOS_LINES	4096U

enum counter {
	/* Those that "reset" sets to 0. */
	UNBRACKETED,
	WRONG_DIRECTION,
	BAD_END,
	LOST,
	STRAY,
	OPEN_AT_RELEASE,
	BEGINS,
	ENDS,
	EVICTED,
	/* Those that it does not. */
	ALIVE,
	BYTES,
	N_COUNTERS,
};

static const char *const counter_names[N_COUNTERS] = {
	[UNBRACKETED] = "unbracketed",
	[WRONG_DIRECTION] = "wrong_direction",
	[BAD_END] = "bad_end",
	[LOST] = "lost",
	[STRAY] = "stray",
	[OPEN_AT_RELEASE] = "open_at_release",
	[BEGINS] = "begins",
	[ENDS] = "ends",
	[EVICTED] = "evicted",
	[ALIVE] = "alive",
	[BYTES] = "bytes",
};

static atomic_t counters[N_COUNTERS];
static bool strict = true;
static bool chaos;

/* What the CPU may do now; ordered. */
enum access {
	ACCESS_NONE,
	ACCESS_READ,
	ACCESS_WRITE,
};

/*
 * The lock is also held while mappings are changed to fit the brackets. It is
 * taken within mmap_lock (faults), and i_mmap_rwsem within it (zapping); never
 * together with the reservation lock.
 */
struct buffer {
	struct list_head link;
	size_t size;
	u8 *device;
	struct mutex lock; /* for what is below */
	u8 *cpu;
	u8 *clean;
	unsigned int readers;
	unsigned int writers;
};

/* All buffers, for chaos. The mutex is taken before those of buffers. */
static LIST_HEAD(buffers);
static DEFINE_MUTEX(buffers_lock);

/* Sets of pages */

static void *pages_alloc(size_t size)
{
	void *pages = NULL;

	if (get_order(size) <= MAX_PAGE_ORDER)
		pages = alloc_pages_exact(size, GFP_KERNEL | __GFP_NOWARN);
	if (pages)
		return pages;
	pr_info("incoherent heap: %zu bytes of single pages, for want of one piece\n",
		size);
	return vmalloc(size);
}

static void pages_free(void *pages, size_t size)
{
	if (is_vmalloc_addr(pages))
		vfree(pages);
	else if (pages)
		free_pages_exact(pages, size);
}

static struct page *pages_at(void *pages, size_t offset)
{
	return is_vmalloc_addr(pages) ? vmalloc_to_page(pages + offset) :
					virt_to_page(pages + offset);
}

/* Lines */

static bool line_is_dirty(const struct buffer *b, size_t line)
{
	return memcmp(b->cpu + line, b->clean + line, LINE) != 0;
}

/* The CPU may write meanwhile: what it writes then is dirty again. */
static void line_write_back(struct buffer *b, size_t line)
{
	u8 copy[LINE];

	memcpy(copy, b->cpu + line, LINE);
	memcpy(b->device + line, copy, LINE);
	memcpy(b->clean + line, copy, LINE);
}

static void line_drop(struct buffer *b, size_t line)
{
	memcpy(b->cpu + line, b->clean + line, LINE);
}

static void line_forget(struct buffer *b, size_t line)
{
	memcpy(b->clean + line, b->cpu + line, LINE);
}

static void line_leave(struct buffer *b, size_t line)
{
}

/* Does it to each dirty line; returns how many there were. */
static unsigned int
for_dirty_lines(struct buffer *b, void (*it)(struct buffer *b, size_t line))
{
	unsigned int n = 0;
	size_t page, line;

	for (page = 0; page < b->size; page += PAGE_SIZE) {
		if (memcmp(b->cpu + page, b->clean + page, PAGE_SIZE) == 0)
			continue;
		for (line = page; line < page + PAGE_SIZE; line += LINE) {
			if (!line_is_dirty(b, line))
				continue;
			it(b, line);
			n++;
		}
	}
	return n;
}

static void invalidate(struct buffer *b)
{
	atomic_add(for_dirty_lines(b, line_leave), &counters[LOST]);
	memcpy(b->cpu, b->device, b->size);
	/* Not from device again: that may be written to meanwhile. */
	memcpy(b->clean, b->cpu, b->size);
}

/* Writes back some dirty lines, of a window somewhere. */
static void evict(struct buffer *b)
{
	size_t n_lines = b->size / LINE;
	size_t line = get_random_u32_below(n_lines);
	size_t end = min(n_lines, line + CHAOS_LINES);

	for (; line < end; line++) {
		if (!line_is_dirty(b, line * LINE) || get_random_u32_below(2))
			continue;
		line_write_back(b, line * LINE);
		atomic_inc(&counters[EVICTED]);
	}
}

/* Mappings */

static enum access access_allowed(const struct buffer *b)
{
	if (b->writers)
		return ACCESS_WRITE;
	return b->readers ? ACCESS_READ : ACCESS_NONE;
}

/* Whether it may be so; counts it if not. */
static bool access_note(struct buffer *b, enum access wanted)
{
	enum access allowed = access_allowed(b);

	if (!READ_ONCE(strict) || wanted <= allowed)
		return true;
	atomic_inc(&counters[allowed == ACCESS_NONE ? UNBRACKETED :
						      WRONG_DIRECTION]);
	return false;
}

/*
 * To be written to at once: UML takes a page that is not dirty for one that
 * cannot be written, which would cost a fault a page.
 */
static pgprot_t writable(struct vm_area_struct *vma)
{
	pgprot_t prot = vm_get_page_prot(vma->vm_flags);

	if (vma->vm_flags & VM_WRITE)
		prot = __pgprot(pgprot_val(prot) | _PAGE_DIRTY);
	return prot;
}

static vm_fault_t map_page(struct vm_area_struct *vma, unsigned long address,
			   pgprot_t prot)
{
	struct buffer *b = vma->vm_private_data;
	size_t offset = address - vma->vm_start + (vma->vm_pgoff << PAGE_SHIFT);

	if (offset >= b->size)
		return VM_FAULT_SIGBUS;
	return vmf_insert_pfn_prot(vma, address,
				   page_to_pfn(pages_at(b->cpu, offset)), prot);
}

static vm_fault_t map_all(struct vm_area_struct *vma, pgprot_t prot)
{
	vm_fault_t ret = VM_FAULT_NOPAGE;
	unsigned long address;

	for (address = vma->vm_start;
	     address < vma->vm_end && ret == VM_FAULT_NOPAGE;
	     address += PAGE_SIZE)
		ret = map_page(vma, address, prot);
	return ret;
}

/*
 * What is allowed maps all there is at once; what is not maps its page only,
 * so that the next one is counted too. Without VM_WRITE, vm_page_prot is that
 * of a read-only mapping, because there is a pfn_mkwrite().
 */
static vm_fault_t buffer_fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct buffer *b = vma->vm_private_data;
	bool write = vmf->flags & FAULT_FLAG_WRITE;
	vm_fault_t ret;

	mutex_lock(&b->lock);
	if (READ_ONCE(chaos))
		evict(b);
	if (!access_note(b, write ? ACCESS_WRITE : ACCESS_READ))
		ret = map_page(vma, vmf->address,
			       write ? writable(vma) : vma->vm_page_prot);
	else if (!READ_ONCE(strict) || access_allowed(b) == ACCESS_WRITE)
		ret = map_all(vma, writable(vma));
	else
		ret = map_all(vma, vma->vm_page_prot);
	mutex_unlock(&b->lock);
	return ret;
}

/* The first write to a page that was mapped to be read. */
static vm_fault_t buffer_mkwrite(struct vm_fault *vmf)
{
	struct buffer *b = vmf->vma->vm_private_data;

	mutex_lock(&b->lock);
	access_note(b, ACCESS_WRITE);
	mutex_unlock(&b->lock);
	return 0;
}

static const struct vm_operations_struct buffer_vm_ops = {
	.fault = buffer_fault,
	.pfn_mkwrite = buffer_mkwrite,
};

static int buffer_mmap(struct dma_buf *dmabuf, struct vm_area_struct *vma)
{
	/* A private mapping would be a copy. */
	if (!(vma->vm_flags & (VM_SHARED | VM_MAYSHARE)))
		return -EINVAL;

	vm_flags_set(vma, VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_ops = &buffer_vm_ops;
	vma->vm_private_data = dmabuf->priv;
	return 0;
}

/* Brackets */

/*
 * Opens and closes so many brackets, and takes the mappings away if that
 * changes what the CPU may do.
 */
static void change_brackets(struct dma_buf *dmabuf, int readers, int writers)
{
	struct buffer *b = dmabuf->priv;
	enum access before = access_allowed(b);

	b->readers += readers;
	b->writers += writers;
	if (READ_ONCE(strict) && access_allowed(b) != before)
		unmap_mapping_range(dmabuf->file->f_mapping, 0, 0, 1);
}

static int buffer_begin(struct dma_buf *dmabuf, enum dma_data_direction dir)
{
	struct buffer *b = dmabuf->priv;
	bool read = dir != DMA_TO_DEVICE;
	bool write = dir != DMA_FROM_DEVICE;
	bool first_writer;
	long ret;

	ret = dma_resv_wait_timeout(dmabuf->resv, dma_resv_usage_rw(write), true,
				    MAX_SCHEDULE_TIMEOUT);
	if (ret < 0)
		return ret;

	mutex_lock(&b->lock);
	atomic_inc(&counters[BEGINS]);
	first_writer = write && !b->writers;
	change_brackets(dmabuf, read, write);
	if (read)
		invalidate(b);
	else if (first_writer)
		atomic_add(for_dirty_lines(b, line_forget), &counters[STRAY]);
	mutex_unlock(&b->lock);
	return 0;
}

static int buffer_end(struct dma_buf *dmabuf, enum dma_data_direction dir)
{
	struct buffer *b = dmabuf->priv;
	bool read = dir != DMA_TO_DEVICE;
	bool write = dir != DMA_FROM_DEVICE;

	mutex_lock(&b->lock);
	atomic_inc(&counters[ENDS]);
	if ((read && !b->readers) || (write && !b->writers))
		atomic_inc(&counters[BAD_END]);
	change_brackets(dmabuf, read && b->readers ? -1 : 0,
			write && b->writers ? -1 : 0);
	if (write)
		for_dirty_lines(b, line_write_back);
	else if (!b->writers)
		atomic_add(for_dirty_lines(b, line_drop), &counters[STRAY]);
	mutex_unlock(&b->lock);
	return 0;
}

/* Devices */

static struct sg_table *table_make(struct buffer *b)
{
	unsigned int n = b->size >> PAGE_SHIFT;
	struct sg_table *table = kzalloc(sizeof(*table), GFP_KERNEL);
	struct page **pages = kvmalloc_array(n, sizeof(*pages), GFP_KERNEL);
	int ret = -ENOMEM;
	unsigned int i;

	if (table && pages) {
		for (i = 0; i < n; i++)
			pages[i] = pages_at(b->device, (size_t)i << PAGE_SHIFT);
		ret = sg_alloc_table_from_pages(table, pages, n, 0, b->size,
						GFP_KERNEL);
	}
	kvfree(pages);
	if (!ret)
		return table;
	kfree(table);
	return ERR_PTR(ret);
}

static int buffer_attach(struct dma_buf *dmabuf, struct dma_buf_attachment *a)
{
	struct sg_table *table = table_make(dmabuf->priv);

	if (IS_ERR(table))
		return PTR_ERR(table);
	a->priv = table;
	return 0;
}

static void buffer_detach(struct dma_buf *dmabuf, struct dma_buf_attachment *a)
{
	sg_free_table(a->priv);
	kfree(a->priv);
}

static struct sg_table *buffer_map(struct dma_buf_attachment *a,
				   enum dma_data_direction dir)
{
	int ret = dma_map_sgtable(a->dev, a->priv, dir, 0);

	return ret ? ERR_PTR(ret) : a->priv;
}

static void buffer_unmap(struct dma_buf_attachment *a, struct sg_table *table,
			 enum dma_data_direction dir)
{
	dma_unmap_sgtable(a->dev, table, dir, 0);
}

/* Importers that work with the CPU are devices, too. */
static int buffer_vmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	struct buffer *b = dmabuf->priv;

	iosys_map_set_vaddr(map, b->device);
	return 0;
}

/* Buffers */

static void buffer_free(struct buffer *b)
{
	pages_free(b->cpu, b->size);
	pages_free(b->device, b->size);
	vfree(b->clean);
	mutex_destroy(&b->lock);
	kfree(b);
}

static struct buffer *buffer_alloc(size_t size)
{
	struct buffer *b = kzalloc(sizeof(*b), GFP_KERNEL);

	if (!b)
		return NULL;
	mutex_init(&b->lock);
	b->size = size;
	b->cpu = pages_alloc(size);
	b->device = pages_alloc(size);
	b->clean = vmalloc(size);
	if (!b->cpu || !b->device || !b->clean) {
		buffer_free(b);
		return NULL;
	}
	memset(b->cpu, CPU_POISON, size);
	memset(b->clean, CPU_POISON, size);
	memset(b->device, DEVICE_POISON, size);
	return b;
}

static void buffer_enlist(struct buffer *b)
{
	mutex_lock(&buffers_lock);
	list_add(&b->link, &buffers);
	mutex_unlock(&buffers_lock);
	atomic_inc(&counters[ALIVE]);
	atomic_add(b->size, &counters[BYTES]);
}

static void buffer_release(struct dma_buf *dmabuf)
{
	struct buffer *b = dmabuf->priv;

	mutex_lock(&buffers_lock);
	list_del(&b->link);
	mutex_unlock(&buffers_lock);
	atomic_dec(&counters[ALIVE]);
	atomic_sub(b->size, &counters[BYTES]);

	if (b->readers || b->writers)
		atomic_inc(&counters[OPEN_AT_RELEASE]);
	atomic_add(for_dirty_lines(b, line_leave), &counters[STRAY]);
	buffer_free(b);
}

static const struct dma_buf_ops buffer_ops = {
	.attach = buffer_attach,
	.detach = buffer_detach,
	.map_dma_buf = buffer_map,
	.unmap_dma_buf = buffer_unmap,
	.begin_cpu_access = buffer_begin,
	.end_cpu_access = buffer_end,
	.mmap = buffer_mmap,
	.vmap = buffer_vmap,
	.release = buffer_release,
};

static struct dma_buf *heap_allocate(struct dma_heap *heap, unsigned long len,
				     u32 fd_flags, u64 heap_flags)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);
	struct dma_buf *dmabuf;
	struct buffer *b;

	b = buffer_alloc(PAGE_ALIGN(len));
	if (!b)
		return ERR_PTR(-ENOMEM);

	info.exp_name = dma_heap_get_name(heap);
	info.ops = &buffer_ops;
	info.size = b->size;
	info.flags = fd_flags;
	info.priv = b;
	dmabuf = dma_buf_export(&info);
	if (IS_ERR(dmabuf)) {
		buffer_free(b);
		return dmabuf;
	}
	buffer_enlist(b);
	return dmabuf;
}

static const struct dma_heap_ops heap_ops = {
	.allocate = heap_allocate,
};

/* Chaos */

static void chaos_work(struct work_struct *work)
{
	struct buffer *b;

	mutex_lock(&buffers_lock);
	list_for_each_entry(b, &buffers, link) {
		mutex_lock(&b->lock);
		evict(b);
		mutex_unlock(&b->lock);
	}
	mutex_unlock(&buffers_lock);
	if (READ_ONCE(chaos))
		schedule_delayed_work(to_delayed_work(work), CHAOS_PERIOD);
}

static DECLARE_DELAYED_WORK(chaos_timer, chaos_work);

/* debugfs */

static int chaos_get(void *data, u64 *value)
{
	*value = READ_ONCE(chaos);
	return 0;
}

static int chaos_set(void *data, u64 value)
{
	WRITE_ONCE(chaos, value != 0);
	if (value)
		schedule_delayed_work(&chaos_timer, CHAOS_PERIOD);
	else
		cancel_delayed_work_sync(&chaos_timer);
	return 0;
}

DEFINE_DEBUGFS_ATTRIBUTE(chaos_fops, chaos_get, chaos_set, "%llu\n");

static int strict_get(void *data, u64 *value)
{
	*value = READ_ONCE(strict);
	return 0;
}

static int strict_set(void *data, u64 value)
{
	WRITE_ONCE(strict, value != 0);
	return 0;
}

DEFINE_DEBUGFS_ATTRIBUTE(strict_fops, strict_get, strict_set, "%llu\n");

static int reset_set(void *data, u64 value)
{
	int i;

	for (i = 0; i < ALIVE; i++)
		atomic_set(&counters[i], 0);
	return 0;
}

DEFINE_DEBUGFS_ATTRIBUTE(reset_fops, NULL, reset_set, "%llu\n");

static void __init debugfs_make(void)
{
	struct dentry *dir = debugfs_create_dir("incoherent_heap", NULL);
	int i;

	for (i = 0; i < N_COUNTERS; i++)
		debugfs_create_atomic_t(counter_names[i], 0444, dir,
					&counters[i]);
	debugfs_create_file_unsafe("strict", 0644, dir, NULL, &strict_fops);
	debugfs_create_file_unsafe("chaos", 0644, dir, NULL, &chaos_fops);
	debugfs_create_file_unsafe("reset", 0200, dir, NULL, &reset_fops);
}

static int __init incoherent_heap_init(void)
{
	struct dma_heap_export_info info = {
		.name = "incoherent",
		.ops = &heap_ops,
	};
	struct dma_heap *heap = dma_heap_add(&info);

	if (IS_ERR(heap))
		return PTR_ERR(heap);
	debugfs_make();
	return 0;
}

/* After dma_heap_init(), which is a subsys_initcall. */
device_initcall(incoherent_heap_init);
