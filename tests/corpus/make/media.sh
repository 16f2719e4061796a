#!/bin/sh
# Makes the sound and film of tests/corpus/media with ffmpeg:
#
#   media.sh DIR
#
# Packages: ffmpeg. A tenth of a second of silence or of one colour, with every tag that the container takes: a title, a
# comment, lyrics, a chapter, a picture of one dot, an attached file.
set -eu
out=$(mkdir -p "$1" && cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > tags <<'TAGS'
;FFMETADATA1
title=Nightjar title
artist=Nightjar artist
comment=Nightjar comment – zażółć
lyrics=Nightjar lyrics
description=Nightjar description
[CHAPTER]
TIMEBASE=1/1000
START=0
END=100
title=Nightjar chapter
TAGS
printf 'Nightjar attached file\n' > plan.txt
run() { ffmpeg -nostdin -loglevel error -bitexact -y "$@"; }
sound="-f lavfi -i anullsrc=r=8000:cl=mono -i tags -map_metadata 1 -t 0.1 -bitexact"
film="-f lavfi -i color=white:s=16x16:r=10 -i tags -map_metadata 1 -t 0.1 -bitexact"
for version in 3 4; do run $sound -id3v2_version $version -write_id3v1 1 "$out/v$version.mp3"; done
run $sound -c:a aac "$out/sound.m4a"
run $sound -c:a libvorbis -ar 8000 "$out/sound.ogg"
run $sound -c:a libopus -ar 8000 "$out/sound.opus"
run $sound -c:a libspeex "$out/sound.spx"
run $sound -c:a flac "$out/sound.flac"
run $sound -c:a wmav2 -ar 22050 "$out/sound.wma"
run $sound "$out/sound.wav"
run $film -c:v mpeg4 "$out/film.mp4"
run $film -c:v mpeg4 "$out/film.mov"
run $film -c:v mpeg4 "$out/film.avi"
run $film -c:v libtheora "$out/film.ogv"
run $film -c:v libvpx "$out/film.webm"
run $film -c:v mpeg4 -attach plan.txt -metadata:s:t mimetype=text/plain "$out/film.mkv"
