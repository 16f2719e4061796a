#!/bin/sh
# Makes the pictures of tests/corpus/image with the programs of Debian that write them:
#
#   image.sh DIR
#
# Packages: imagemagick libimage-exiftool-perl libheif-examples qrencode zint fonts-dejavu-core gifsicle apngasm webp
set -eu
out=$(mkdir -p "$1" && cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
convert -size 40x20 xc:white plain.png
tell() { exiftool -q -q -m -overwrite_original "$@"; }
told="-ImageDescription=Kestrel-Gebot_4711_für_Merlin -Artist=Ada_Müller -Copyright=Nightjar_AG -UserComment=user_said_héllo
  -XPComment=xp_cömment -XPKeywords=falcon;peregrine -IPTC:Caption-Abstract=caption_é -IPTC:Keywords=kw1 -IPTC:Keywords=kw2
  -XMP:Title=Osprey_plan -XMP-dc:Creator=Xena_Żak"
# shellcheck disable=SC2086 # one word an option
{
  convert plain.png metadata.jpg && tell $told -Comment=jpeg_comment metadata.jpg
  convert plain.png metadata.webp && tell -ImageDescription=webp_description -XMP:Title=webp_title metadata.webp
  convert -size 10x10 xc:red xc:blue metadata.tif && tell $told -IFD1:PageName=second_page metadata.tif
  convert plain.png metadata.psd && tell -XMP:Title=psd_title -IPTC:Caption-Abstract=psd_caption metadata.psd
  convert plain.png metadata.png
  tell -PNG:Title=png_title -PNG:Comment=png_comment -EXIF:ImageDescription=png_description -XMP:Title=png_xmp metadata.png
  convert plain.png -set comment "gif comment" metadata.gif && tell -XMP:Title=gif_title metadata.gif
  convert plain.png -set comment "magick comment" -set iptc:2:120 x magick.png && tell -z -PNG:Description="packed $(seq -s , 99)" magick.png
}
# Letters and a code in pixels.
letters() { convert -background white -fill black -font DejaVu-Sans -pointsize 22 label:"$1" -bordercolor white -border 12 -colors 4 -strip +set label "$2"; }
letters "Project Nightjar closes on Friday" letters.png
letters "second page Kestrel" second.png
for kind in jpg gif webp; do convert letters.png -quality 80 letters.$kind; done
convert letters.png second.png -type bilevel -compress group4 pages.tif
qrencode -s 3 -o qr.png "https://nightjar.example/bid?sum=4711"
convert qr.png -type bilevel -compress group4 -strip qr.tif
convert qr.png qr.pbm
zint -b DBAR_OMN -d 0950110153000 -o databar.png --scale=2 --whitesp=10 --vwhitesp=10
convert qr.png -fuzz 10% -fill '#dcdcdc' -opaque black -strip -colors 2 qr-pale.png
convert qr.png -negate -alpha copy -fill white -colorize 100 -strip qr-white.png
# Pictures that move: a code under letters in the last frame, of which only what changed is kept.
convert letters.png -background white -gravity north -extent 420x150 -colors 4 frame1.png
convert second.png -background white -gravity north -extent 420x150 -colors 4 frame2.png
convert qr.png -background white -gravity center -extent 420x150 -colors 2 frame3.png
convert -delay 50 frame1.png frame2.png frame3.png -loop 0 -strip whole.gif
gifsicle -O3 whole.gif -o moving.gif
gif2webp -quiet whole.gif -o moving.webp
apngasm moving.png frame1.png frame2.png frame3.png > log
# Grey letters on a transparent shade of grey.
convert letters.png -transparent white -colors 4 -strip shade.png
# Kinds that programs for drawing, scanners and games write.
for kind in tga pcx; do convert letters.png -type TrueColor -compress rle letters.$kind; done
convert letters.png -type grayscale -depth 8 letters.psd
convert letters.png -type Palette letters-palette.pcx
convert letters.png -colorspace CMYK -depth 8 letters-cmyk.psd
convert qr.png -scale 74x74 -monochrome qr.ico
# Drawn with characters.
for kind in UTF8 ASCII ANSI; do
  qrencode -m 2 -t $kind -o qr-drawn-"$(echo $kind | tr A-Z a-z)".txt "Nightjar costs 4711, drawn in $kind"
done
{ printf '<!DOCTYPE html><meta charset="utf-8"><div style="line-height:1">'
  qrencode -m 1 -t ASCII "Nightjar costs 4711, drawn in squares" | sed 's/##/⬛/g;s/  /⬜/g;s/$/<br>/' | tr -d '\n'
  echo '</div>'; } > qr-drawn.html
for kind in jpg jp2; do convert qr.png -type grayscale -depth 8 -quality 80 qr.$kind; done
# As telephones keep pictures: HEIC and AVIF, and turned by what Exif says.
for name in letters qr; do
  convert $name.png -depth 8 -type TrueColor PNG24:rgb.png
  heif-enc -q 60 rgb.png -o $name.heic && heif-enc -A -q 60 rgb.png -o $name.avif
done
tell -ImageDescription=heic_description -XMP:Title=heic_title letters.heic
turned() { # ORIENTATION FILE, how the sensor saw it
  number=$1 file=$2
  shift 2
  convert letters.png "$@" -quality 50 -strip "$file" && tell -n -EXIF:Orientation="$number" "$file"
}
turned 2 turned-2.jpg -flop
turned 3 turned-3.jpg -rotate 180
turned 4 turned-4.jpg -flip
turned 5 turned-5.jpg -transpose
turned 7 turned-7.jpg -transverse
turned 8 turned-8.jpg -rotate 90
for kind in jpg png webp tif; do turned 6 turned-6.$kind -rotate 270; done
mv letters-* turned-* moving.* shade.png metadata.* letters.* pages.tif qr.* qr-* magick.png "$out"
