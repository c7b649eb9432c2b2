#!/bin/sh
# Puts a backup into the empty database folder of a node that is stopped: restore.sh BACKUP DATA
set -eu
backup=$1
data=$2

[ -f "$backup/chaser.chk" ] || { echo "restore: $backup holds no backup" >&2; exit 1; }
if [ -n "$(find "$data" -type f | head -n 1)" ]; then
  echo "restore: $data is not empty; nothing was changed" >&2
  exit 1
fi

cp -pR "$backup/." "$data/"
# The node cuts off what was written behind this place while the backup was made.
cp -p "$data/chaser.chk" "$data/truncate.chk"
echo "restore: $(find "$data" -type f | wc -l) files in $data"
