"""Reads a film of PNG (APNG) frame by frame: each is the image of the folder of frames.

    read_film.py FILM.apng FOLDER COUNT FPS WIDTHxHEIGHT
"""
import pathlib
import sys

import png

fps, width, height, frames = png.film(pathlib.Path(sys.argv[1]).read_bytes())
images = sorted(pathlib.Path(sys.argv[2]).iterdir())
assert len(frames) == len(images) == int(sys.argv[3]), (len(frames), len(images))
assert fps == int(sys.argv[4]) and f"{width}x{height}" == sys.argv[5]
for i, (frame, image) in enumerate(zip(frames, images)):
    assert image.name == f"frame-{i + 1:05}.png"
    assert png.still(image.read_bytes()) == (width, height, frame), f"frame {i + 1} differs"
assert len({b"".join(frame) for frame in frames}) > len(frames) // 3, "it does not move"
print(len(frames), "frames")
