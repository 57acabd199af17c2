#!/usr/bin/env bash
# test_film.sh: films of a run: the ones of our own (apng, frames) decoded by an independent reader,
# the others (gif, mp4, webm) by ffmpeg, which must see the same pictures.
# shellcheck source=tests/house/tap.sh
source "$(dirname "$0")/../house/tap.sh"
ringside=${RINGSIDE:-./ringside}
python=${PYTHON:-python3}
scenario=scenarios/quorum-crash.json
export RINGSIDE_FONT=builtin

film() { # NAME OPTION...
    local name=$1
    shift
    "$ringside" export $scenario --from 900ms --to 1100ms --length 1s --fps 12 --size 481x301 \
        --view space-time --out "$scratch/$name" "$@"
}

holds "a film is written as frames" film frames --format frames
holds "and as a PNG image that moves" film run.apng
holds "an independent reader sees the same 12 pictures in both" \
    "$python" tests/cli/readers/read_film.py "$scratch/run.apng" "$scratch/frames" 12 12 481x301
film again.apng
holds "it is the same bytes again" cmp "$scratch/run.apng" "$scratch/again.apng"
holds "no part of a file is left" test -z "$(find "$scratch" -name '*.part' -o -name '*palette*')"

refuses "without ffmpeg that is told in one sentence" 'made by ffmpeg, which is not here' \
    env PATH=/nowhere "$(realpath "$ringside")" export $scenario --out "$scratch/none.gif"
holds "and nothing is left" test -z "$(find "$scratch" -name 'none*')"
refuses "a film needs a place" 'needs --out FILE' "$ringside" export $scenario --format gif
refuses "a hundred frames a second are enough" '1 to 100' "$ringside" export $scenario --out x.gif --fps 1000

if command -v ffmpeg >/dev/null && command -v ffprobe >/dev/null; then
    for ending in gif mp4 webm; do
        size=481x301
        [[ $ending != mp4 ]] || size=482x302 # its pixels come in twos
        holds "ffmpeg makes $ending" film "run.$ending"
        probed=$(ffprobe -v error -count_frames -select_streams v -show_entries \
            stream=width,height,nb_read_frames,r_frame_rate -of csv=p=0:s=x "$scratch/run.$ending")
        rate=12/1
        [[ $ending != gif ]] || rate=$(cut -dx -f3 <<<"$probed") # a GIF counts hundredths of a second
        holds "its frames are ours in number and size: $probed" test "$probed" = "${size}x${rate}x12"
        # The same pictures, but for what each format loses: 30 dB and more of signal to noise.
        rm -rf "$scratch/seen" && mkdir "$scratch/seen"
        ffmpeg -v error -nostdin -i "$scratch/run.$ending" -fps_mode passthrough "$scratch/seen/%05d.png"
        said=$(ffmpeg -nostdin -framerate 12 -i "$scratch/seen/%05d.png" \
            -framerate 12 -i "$scratch/frames/frame-%05d.png" \
            -lavfi "[0]crop=481:301:0:0,format=rgb24[a];[1]format=rgb24[b];[a][b]psnr" \
            -f null - 2>&1 | sed -n 's/.*average:\([0-9a-z]*\).*/\1/p')
        holds "and show the same (signal to noise: $said dB)" test "$(cut -d. -f1 <<<"${said/inf/99}")" -ge 30
        film "again.$ending"
        holds "the same $ending again, byte for byte" cmp "$scratch/run.$ending" "$scratch/again.$ending"
    done
    printf 'old' >"$scratch/kept.gif"
    mkdir "$scratch/kept.gif.part"
    refuses "what ffmpeg cannot write is told" 'ffmpeg did not manage' film kept.gif
    holds "and the file that was there stays" test "$(cat "$scratch/kept.gif")" = old
else
    skip "ffmpeg is not here"
fi
finish
