#!/bin/sh
# Writes .env as .env.example describes it, with a new random value for every empty password and token.
# A file that is already there stays: the stores know the passwords in it.
set -eu
cd "$(dirname "$0")"
umask 077

if [ -e .env ]; then
  echo 'make-env: .env is already there' >&2
  exit 1
fi

random() {
  od -A n -t x1 -N 32 /dev/urandom | tr -d ' \n'
}

while IFS= read -r line; do
  case $line in
    *_PASSWORD= | *_TOKEN=) echo "$line$(random)" ;;
    *) echo "$line" ;;
  esac
done <.env.example >.env.new
mv .env.new .env
echo 'make-env: wrote .env; fill in what is still empty'
