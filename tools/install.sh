#!/bin/sh
# install.sh: puts the program, its scenarios, lessons, documents and manual below a prefix.
#
#   tools/install.sh PROGRAM PREFIX       called by `make install`, which adds DESTDIR to the prefix
#   tools/install.sh --remove PREFIX      removes exactly those
#
#   PREFIX/bin/ringside                   PREFIX/share/man/man1/ringside.1
#   PREFIX/share/ringside/scenarios, lessons
#   PREFIX/share/doc/ringside             docs/, README.md, LICENSE
set -eu
cd "$(dirname "$0")/.."
prefix=$2
data=$prefix/share/ringside
docs=$prefix/share/doc/ringside
manual=$prefix/share/man/man1/ringside.1

if [ "$1" = --remove ]; then
    rm -f "$prefix/bin/ringside" "$manual"
    rm -rf "$data" "$docs"
    exit 0
fi

# copy FOLDER TO: every file below a folder of the repository, readable by all.
copy() {
    [ -d "$1" ] || return 0
    find "$1" -type f | while read -r file; do
        mkdir -p "$2/$(dirname "${file#"$1"/}")"
        install -m 644 "$file" "$2/${file#"$1"/}"
    done
}

mkdir -p "$prefix/bin" "$docs"
install -m 755 "$1" "$prefix/bin/ringside"
copy scenarios "$data/scenarios"
copy lessons "$data/lessons"
copy docs "$docs"
for file in README.md LICENSE; do
    [ ! -e "$file" ] || install -m 644 "$file" "$docs/$file"
done
if [ -e docs/ringside.1 ]; then
    mkdir -p "$(dirname "$manual")"
    install -m 644 docs/ringside.1 "$manual"
    rm -f "$docs/ringside.1"
fi
echo "ringside: installed below $prefix"
