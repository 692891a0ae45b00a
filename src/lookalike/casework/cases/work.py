"""The long work of this step: a clip is read once from its beginning to its end."""

from __future__ import annotations

from django.urls import reverse

from lookalike.casework import files
from lookalike.casework.acting import act
from lookalike.casework.cases.evidence import READ_CLIP, recording
from lookalike.casework.cases.models import Exhibit, KeyStill
from lookalike.casework.jobs import Task, long_work
from lookalike.casework.models import Job
from lookalike.casework.permissions import Permission
from lookalike.ledger.acts import Act
from lookalike.media.clip import ClipFault, Decoded, probe_clip
from lookalike.media.photo import encode_jpeg
from lookalike.media.scrub import index_clip
from lookalike.record.pictures import fitted

KEY_STILLS = 24
KEY_STILL_SIDE = 320


def _page(job: Job) -> str:
    return reverse("exhibit", args=[job.argument["exhibit"]])


@long_work(READ_CLIP, title="Reading the clip", needs=Permission.EXHIBIT_ADD, page=_page)
def read_clip(task: Task) -> None:
    """Read a clip: what it is, each frame's time and whether it is whole, and small pictures to find one's way.

    Begun again it does the same, and keeps it once.
    """
    exhibit = Exhibit.objects.select_related("file", "case").get(public_id=task.argument["exhibit"])
    if exhibit.index_id is not None:
        return
    clip = recording(exhibit.file)
    task.tell(0)
    info = probe_clip(clip, on_packet=lambda: task.tell(0))
    every = max(1, info.frame_count // KEY_STILLS)
    small: list[tuple[int, str, bytes]] = []
    faults: list[ClipFault] = []
    done = 0

    def on_frame(one: Decoded) -> None:
        nonlocal done
        done = one.index + 1
        if one.index % every == 0 and len(small) < KEY_STILLS and not one.corrupt:
            frame = one.shown()
            picture = encode_jpeg(fitted(frame.pixels, long_side=KEY_STILL_SIDE), 80)
            small.append((frame.index, frame.timecode, picture))

    def on_packet() -> None:
        task.tell(done, max(info.frame_count, done), "frames")

    index = index_clip(clip, on_frame=on_frame, on_fault=faults.append, on_packet=on_packet)
    written = files.write(index.to_bytes(), name="index", media_type="application/octet-stream")
    pictures = [files.write(data, name=f"key-{at}.jpg", media_type="image/jpeg") for at, _, data in small]
    with act(task.acting(), Act.EXHIBIT_CHANGE, objects=[("exhibit", exhibit.public_id)]) as doing:
        task.still_mine()
        exhibit = Exhibit.objects.select_for_update().get(pk=exhibit.pk)
        exhibit.index = files.keep(written)
        exhibit.about = {
            "container": info.container,
            "codec": info.codec,
            "width": info.width,
            "height": info.height,
            "frames": len(index),
            "seconds": info.duration,
            "rate": float(info.average_rate) if info.average_rate else None,
            "variable_rate": info.variable_rate,
            "interlaced": info.interlaced,
            "rotation": info.rotation,
            "damaged": index.corrupt_count(),
            "faults": [[round(one.seconds, 3), one.reason] for one in faults[:50]],
        }
        exhibit.save(update_fields=["index", "about"])
        for (at, code, _), file in zip(small, pictures, strict=True):
            KeyStill.objects.create(exhibit=exhibit, frame=at, timecode=code, file=files.keep(file))
        doing.note("The clip was read.")
