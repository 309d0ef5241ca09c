/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DMA_H
#define DMA_H

/*
 * A device that reads and writes dma-bufs byte for byte, without anything done
 * to caches: vim2m, which copies a picture of DMA_SIZE bytes from its input,
 * which reads the dma-buf, to its output, or the other way round.
 */
#define DMA_SIZE 8192

/* What a device finds in the first DMA_SIZE bytes of the dma-buf FD. */
void dma_read (int fd, unsigned char bytes[DMA_SIZE]);

/* A device writes them. */
void dma_write (int fd, const unsigned char bytes[DMA_SIZE]);

/* A device fills them. */
void dma_fill (int fd, unsigned char byte);

#endif
