#!/bin/sh
# Copies a node's files while it runs: back-up.sh DATA BACKUP
#
# DATA is the node's database folder with `index` in it, BACKUP a new folder. The order is that of EventStoreDB's
# manual: what says how far things go is copied before the things, so that nothing it speaks of is missing. No scavenge
# may run meanwhile.
set -eu
data=$1
backup=$2

[ -f "$data/chaser.chk" ] || { echo "back-up: $data holds no database" >&2; exit 1; }
mkdir "$backup"
data=$(cd "$data" && pwd)
backup=$(cd "$backup" && pwd)

copy() {
  while IFS= read -r file; do
    mkdir -p "$backup/$(dirname "$file")"
    cp -p "$data/$file" "$backup/$file"
  done
}

cd "$data"
if [ -f index/indexmap ]; then echo index/indexmap | copy; fi
find index -name '*.chk' | copy
find index -type f ! -name '*.chk' ! -name indexmap | copy
if [ -f index/indexmap ] && ! cmp -s index/indexmap "$backup/index/indexmap"; then
  echo "back-up: the index changed meanwhile; remove $backup and run this again" >&2
  exit 1
fi
# The chaser follows the writer. Were it copied later, it could be ahead, and a node does not start with that.
printf '%s.chk\n' chaser epoch writer proposal | copy
find . -maxdepth 1 -name 'chunk-*' | sort | copy
echo "back-up: $(find "$backup" -type f | wc -l) files in $backup"
