# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a reader of the table asks: causes that no run can tell, found by hand."""

NOTES = '''\
What devices have: vivid no P010; vicodec no RGB16 and no P010; vim2m YUY2 and RGB16 of these, up to 640x480; vkms no YUY2. So P010 comes from `videotestsrc` and `appsrc` alone. The
camera is vivid's webcam; at 1918x1078, which webcams have not, vivid's HDMI input, that scales. Its rate is held down, because vivid paints on the machine's only CPU.

| where | what is seen | cause |
|---|---|---|
| v4l2fwhtenc, 640x480 | fails, whatever is before it | upstream's: below 1280x720 it believes the first size that the driver tells, and its pool has none of ours |
| v4l2fwhtenc, v4l2sink, v4l2convert | copies dma-bufs | upstream's: without `output-io-mode=dmabuf-import` (`io-mode` of v4l2sink) they have memory of their own, and copy into it; their pools cannot give it away as dma-bufs. With the property there is no copy (`tests/check/pipelines/interop.c`) |
| v4l2fwhtdec, YUY2, NV12, BGRx; I420 at 1918x1078 and 1920x1080 | fails | upstream's: it takes the driver's first format for the stream (I420, Y42B) in the size that it is coded in, and asks for no other |
| v4l2src and dmabufdec → appsink, padded sizes | copies | appsink alone does not say that it knows GstVideoMeta, so that frames are copied into plain ones; dmabufsrc has the camera write plain ones |
| v4l2src and appsrc → dmabufenc, 1918x1078, 1920x1080 | copies | vicodec reads lines and planes of whole blocks; these bring theirs as they are. dmabufsrc and dmabufdec make them as the encoder asks, and so does who takes its pool |
| dmabufdec → v4l2sink, BGRx | fails | upstream's: it lists colours that its device then refuses: an HDMI output has RGB of limited range only. Decoders cannot convert them |
| dmabufsrc → dmabufenc, 1920x1080, NV12 and I420 | copies | the encoder works on 1088 lines, and a webcam cannot leave eight of them free below its picture; what can compose (HDMI, ISPs) has no copy. Packed formats have no second plane that would be elsewhere |
| v4l2convert → v4l2fwhtenc, v4l2sink | fails | upstream's: vim2m keeps the colours of what comes in |
'''
